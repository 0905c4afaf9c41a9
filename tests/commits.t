#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Subjects of commits since this file came: "area: do this", imperative, at most 78
# characters. The first word behind the area is one of the verbs below; a verb that
# is missing there is added by the commit that uses it.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/tap.sh

verbs='accept add adapt advise allow announce answer apply ask avoid begin believe bound bring build
call cap catch change check claim clear close collect compare compute copy count cover crash cut
decide declare describe detect document do doubt drop end estimate exit expect explain extend
fail fill find fix fold follow forget format free fuzz give hand handle hide hold ignore import include inject
install instrument join judge keep know learn leave let limit link list listen load lock log
look make mark match measure mend merge move name note obey offer open order pack parse
pass pin plan prefer prepare print prove publish put quote raise read rebuild
recognise record reduce refuse refresh reject release remember remove rename reorder
replace report request require reserve reset restore retry return revert reword
rewrite run save say see send separate set share show shorten simplify skip sort
speak split start state stop store strip support switch take tell test tidy tighten
time translate treat trim trust try turn undo unify unload unmount unpack update use
validate verify wait want warn watch work wrap write'

# bad SUBJECT: why it is not one; nothing if it is
bad() {
	case $1 in
	'Merge '* | 'Revert "'*) return ;;
	?*': '?*) ;;
	*)
		echo "no area in front: $1"
		return
		;;
	esac
	[ "${#1}" -le 78 ] || echo "longer than 78 characters: $1"
	[ "${1%.}" = "$1" ] || echo "ends in a full stop: $1"
	rest=${1#*: }
	# shellcheck disable=SC2086  # words
	printf '%s\n' $verbs | grep -qx -- "${rest%%[!a-z-]*}" ||
		echo "does not begin with a verb of tests/commits.t: $1"
}
refused() {
	[ -n "$(bad "$1")" ]
}
for subject in 'plan: the size is kept' 'plan: keeps the size' 'keep the size' \
	'plan: keep the size.' 'plan: keep the size of what failed as a bound for each kernel line and for good'; do
	ok "a subject like \"$subject\" is refused" refused "$subject"
done
ok "a subject like \"plan: keep what failed as a bound\" is right" \
	same "" "$(bad 'plan: keep what failed as a bound')"

subjects() {
	git log --no-merges --format=%s "$(git log --diff-filter=A --format=%H -- tests/commits.t | tail -n 1)..HEAD" |
		while IFS= read -r subject; do
			bad "$subject"
		done >"$wrong"
	same "" "$(cat "$wrong")"
}
wrong=$(mktemp) || exit
trap 'rm -f "$wrong"' EXIT
if [ "$(git rev-parse --show-toplevel 2>/dev/null)" != "$PWD" ]; then
	skip "subjects of new commits are imperative" "not a clone"
elif [ -z "$(git log -n 1 --diff-filter=A --format=%H -- tests/commits.t)" ]; then
	skip "subjects of new commits are imperative" "the commit of tests/commits.t is not in this clone"
else
	ok "subjects of new commits are imperative" subjects
fi

tap_end
