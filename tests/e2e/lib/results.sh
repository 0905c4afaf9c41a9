# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by suites, after tests/tap.sh.
# shellcheck shell=sh

# results LOGDIR [PREFIX]: what a guest said, as results of this suite.
results() {
	while read -r _ word rest; do
		case $word in
		ok) ok "${2-}${rest#- }" true ;;
		not) ok "${2-}${rest#ok - }" false ;;
		'|') echo "#   $rest" ;;
		esac
	done <"$1/results.log"
}
