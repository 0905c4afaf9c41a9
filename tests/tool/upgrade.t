#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What an earlier version left is read by this one: nothing is lost, disowned or
# changed. state-0.1.0/ is what a build of November 2026 wrote on the machine "learned"
# of scenes.sh: it learned one capture and applied the plan.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh
. tests/tool/scenes.sh

tool=$PWD/build/san/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
# The machine after the reboot. A copy of a folder has another inode and time.
rebooted() {
	tree=$work/tree
	debian 176 crashkernel=176M
	cp -r tests/tool/state-0.1.0/. "$tree"
	chmod -R go= "$tree/var/lib/kdump-dma"
	echo 99999999-2222-3333-4444-555555555555 >"$tree/proc/sys/kernel/random/boot_id"
}
says() { grep -qF -e "$1" "$work/out" || { cat "$work/out" && return 1; }; }
run() { "$tool" "$@" --root "$tree" >"$work/out" 2>&1; }
kept() { (cd "$tree" && find etc var/lib/kdump-dma/history.json var/lib/kdump-dma/ours \
	-type f -exec sha256sum {} + | sort -k 2); }

rebooted
kept >"$work/before"
run list
ok "the capture is listed" says 'saved    unmanaged       41   115/128  6.1.0-56-amd64'
run status
ok "what is set is ours" says 'crashkernel  crashkernel=176M, set by kdump-dma'
ok "and why it was set is known" says 'measured: 1 capture of this kernel line used at most 115 MiB'
run plan
ok "the plan goes on from it" says 'crashkernel: crashkernel=176M, no change'
run apply
ok "apply succeeds" same 0 $?
kept >"$work/after"
ok "and changes nothing" diff "$work/before" "$work/after"
run learn
ok "learn succeeds, after a boot that ended uncleanly" same 0 $?
run list
ok "the capture is listed after that, too" says 'saved    unmanaged       41   115/128  6.1.0-56-amd64'
run revert
ok "revert succeeds" same 0 $?
ok "both files that were applied are gone" same "" \
	"$(find "$tree/etc" -name '*kdump-dma*.c*' -type f)"
ok "what was learned stays" test -s "$tree/var/lib/kdump-dma/history.json"
tap_end
