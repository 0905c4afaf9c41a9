#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# apply and revert, killed by strace on entering each call that changes
# something. After every kill each file must be whole, old or new; a rerun of
# apply must end as one that was never killed, and revert must give back the
# original, to the byte, with nothing left over.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh

if ! command -v strace >/dev/null || ! strace -qq true 2>/dev/null; then
	skip "killed at every write" "strace is missing, or may not trace"
	tap_end
	exit
fi
tool=build/kdump-dma # a leak checker cannot work while it is traced
calls="write fsync renameat unlinkat"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Only what the backend and its loader read: our own state may differ.
files() { etc "$1"; }
leftovers() {
	find "$1" -name '.*-new' -o -name '.*.new' -o -name '*.next'
}

# killed VERB CALL N TREE: true if it was killed at the Nth such call
killed() {
	strace -qq -o /dev/null -e trace="$2" \
		-e inject="$2:signal=KILL:when=$3" \
		"$tool" "$1" --root "$4" >/dev/null 2>&1
	[ $? -ge 128 ]
}

# Each file is one that was seen before or after, never a part of one.
whole() { # TREE ORIGINAL APPLIED
	(cd "$1" && find etc -type f ! -name '.*-new') | while read -r file; do
		cmp -s "$1/$file" "$2/$file" || cmp -s "$1/$file" "$3/$file" || {
			echo "$file is neither old nor new"
			exit 1
		}
	done
}

check_kill() { # VERB CALL N
	cp -a "$work/tree" "$work/other"
	whole "$work/tree" "$work/original" "$work/applied" &&
		finish "$work/tree" && undo "$work/other"
}
finish() {
	"$tool" apply --root "$1" >"$work/out" 2>&1 || return 1
	files "$1" >"$work/got"
	diff "$work/applied.text" "$work/got" && test -z "$(leftovers "$1")"
}
undo() {
	"$tool" revert --root "$1" >"$work/out" 2>&1 || return 1
	files "$1" >"$work/got"
	diff "$work/original.text" "$work/got" && test -z "$(leftovers "$1")"
}

every_kill() { # VERB START
	total=0
	for call in $calls; do
		n=1
		while :; do
			rm -rf "$work/tree" "$work/other"
			cp -a "$2" "$work/tree"
			killed "$1" "$call" $n "$work/tree" || break
			ok "$1 killed at $call $n: all whole, finished, undone" \
				check_kill "$1" "$call" $n
			n=$((n + 1))
			total=$((total + 1))
		done
	done
	ok "$1 was killed at $total calls" test $total -ge 40
}
machine "$work/original" 2048 256 "crashkernel=384M-:128M"
kdump_tools "$work/original"
capture "$work/original" 150
cp -a "$work/original" "$work/applied"
"$tool" apply --root "$work/applied" >/dev/null
files "$work/original" >"$work/original.text"
files "$work/applied" >"$work/applied.text"
ok "apply changes something" sh -c "! cmp -s '$work/original.text' '$work/applied.text'"
every_kill apply "$work/original"
every_kill revert "$work/applied"
tap_end
