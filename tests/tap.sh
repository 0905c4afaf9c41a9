# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# TAP for shell suites: `. tests/tap.sh`, then ok/skip, and tap_end at the end.

# A suite that is told to stop cleans up: a shell that a signal ends runs no EXIT trap.
# So does one that nobody listens to any more.
trap 'exit 143' TERM HUP PIPE
trap 'exit 130' INT

tap_count=0
tap_failed=0

# ok NAME COMMAND...: passes if the command exits 0; its output is shown if not
ok() {
	tap_name=$1
	shift
	tap_count=$((tap_count + 1))
	if tap_output=$("$@" 2>&1); then
		echo "ok $tap_count - $tap_name"
	else
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_count - $tap_name"
		printf '%s\n' "$tap_output" | sed 's/^/# /'
	fi
}

# skip NAME WHY
skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

# same WANT GOT: says both if they differ
same() {
	[ "$1" = "$2" ] || {
		printf 'want: %s\n got: %s\n' "$1" "$2"
		return 1
	}
}

tap_end() {
	echo "1..$tap_count"
	[ "$tap_failed" = 0 ] && [ "$tap_count" != 0 ]
}
