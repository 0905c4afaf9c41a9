#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# show and list, for people; and a crash on purpose, up to where it crashes: that it
# was wanted is known afterwards, once, and of that boot only.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh
. tests/tool/scenes.sh

tool=$PWD/build/san/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
run() { "$tool" "$@" --root "$tree" >"$work/out" 2>"$work/err"; }
says() { grep -qF -e "$1" "$work/out" "$work/err" || { cat "$work/out" "$work/err" && return 1; }; }

scene learned
ok "show, without a word: the last capture" run show
ok "show says when the crash was, and of which kernel" says 'crash        2026-11-27T02:49:27Z, 6.1.0-56-amd64, x86_64'
ok "show has what was used of the memory as a bar" says '] 80 of 192 MiB used'
ok "show finds a capture by the last part of its folder" run show "$crash_folder"
ok "show finds a capture by its folder" run show "/var/crash/$crash_folder"
ok "show refuses any other word" sh -c "! '$tool' show --root '$tree' nothing 2>'$work/err'"
ok "show says that the captures are in list" says 'nothing: no such capture; see kdump-dma list'
: >"$tree/etc/debian_version"
run show
ok "show names Debian's package of symbols" says 'symbols      linux-image-6.1.0-56-amd64-dbg'
rm "$tree/etc/debian_version"
run show
ok "show names Fedora's package of symbols where it is not Debian" says 'symbols      kernel-debuginfo-6.1.0-56-amd64'
record=$tree/var/crash/$crash_folder/kdump-dma.json
cp "$record" "$work/record"
jq '.dump.path = "ssh://kdump@dumps:22/srv/web1/vmcore.flat" |
	.dump.reassemble = "makedumpfile -R vmcore < vmcore.flat"' "$work/record" >"$record"
run show
ok "show names the place of a dump on another machine" says 'dump         ssh://kdump@dumps:22/srv/web1/vmcore.flat'
ok "and what makes a vmcore of it" says 'open         makedumpfile -R vmcore < vmcore.flat'
ok "and what then opens it" says 'crash /usr/lib/debug/lib/modules/6.1.0-56-amd64/vmlinux vmcore'
jq '.dump.path = "nfs://nas:2050/srv/dumps/web1/vmcore"' "$work/record" >"$record"
run show
ok "show names the place of a dump on NFS" says 'dump         nfs://nas:2050/srv/dumps/web1/vmcore'
ok "and what opens it, there" says 'open         crash /usr/lib/debug/lib/modules/6.1.0-56-amd64/vmlinux vmcore'
ok "and that package" says 'symbols      kernel-debuginfo-6.1.0-56-amd64'
escape=$(printf '\033')
cp "$work/record" "$record"
: >"$tree/var/crash/$crash_folder/vmcore${escape}[1m"
run show
no_escape() { ! grep -q "$escape" "$work/out"; }
ok "a file's name goes to no terminal as it is" no_escape
jq '.memory.available_lowest_kib = -5 | .schema = 1' "$work/record" >"$record"
rm "$tree/var/lib/kdump-dma/history.json"
run show
ok "of a record that is refused the reason is shown" says 'record       available_lowest_kib: not a number in range'
ok "and nothing that it says" says 'memory       not measured'
cp "$work/record" "$record"
run learn
rm -r "$tree/var/crash/$crash_folder"
ok "a dump that somebody took away" run show
ok "show says that the folder of the dump is gone" says 'dump         its folder is gone'
rmdir "$tree/var/crash"
ln -s crash "$tree/var/crash"
ok "where the folder of dumps cannot be looked into, show has what was learned" run show
ok "it says why, and not that the dump is gone" says \
	'dump         not seen: /var/crash is a link that leads to itself, so no dump can be saved there: remove it'
rm "$tree/var/crash"
mkdir "$tree/var/crash"
mkdir -p "$tree/proc/self"
echo 'LABEL=dumps /var/crash ext4 defaults 0 2' >"$tree/etc/fstab"
echo '30 1 8:1 / / rw - ext4 /dev/sda1 rw' >"$tree/proc/self/mountinfo"
ok "so where the disk of dumps is not mounted" run show
ok "it says that" says 'dump         not seen: /var/crash, which /etc/fstab mounts, is not mounted: a dump would be saved below it'

scene out_of_memory
run list
ok "list has what was done about a failed dump" says 'makedumpfile failed with exit status 137'
ok "show: a failed one" run show
ok "with the kernel's word" says 'kernel log   Out of memory: Killed process 189 (makedumpfile)'
ok "show has all that was done about a failed dump" says '             a plain copy takes 1408 MiB, and 812 MiB are free'
jq '.events = ["\u001b[2J\u001b]0;x\u0007 a\nb"]' "$folder/kdump-dma.json" >"$work/record"
cat "$work/record" >"$folder/kdump-dma.json"
run show
ok "a terminal's controls in a record are not passed on" sh -c "! grep -q '[[:cntrl:]]' '$work/out'"
scene no_dump
ok "show: a crash that left nothing" run show
ok "show says that neither a dump nor a record was left" says 'outcome      no-dump: neither a dump nor a record was left'
scene new
ok "show: no capture is none to show" sh -c "! '$tool' show --root '$tree' 2>'$work/err'"
ok "show says that no capture is known" says 'no capture is known'

# ---- a crash on purpose ------------------------------------------------------
scene tested
run list
ok "list says that it was a test" says 'a test: it was crashed on purpose'
run status
ok "status says that the test was captured" says '6.1.0-56-amd64, the test was captured, 80 of 192 MiB used'
run metrics
ok "it is counted as a test" says 'kdump_dma_captures_total{outcome="saved",test="yes"} 1'
ok "a test is not counted as a crash" says 'kdump_dma_captures_total{outcome="saved",test="no"} 0'
ok "metrics say when the last test was" says "kdump_dma_last_test_timestamp_seconds $(date -u -d 2026-11-27T02:49:27Z +%s)"
ok "the mark is gone" test ! -e "$tree/var/lib/kdump-dma/test"
# the next crash is none
cp -a "$tree/var/crash/$crash_folder" "$tree/var/crash/next"
sed -i 's/"written": "2026-11-27/"written": "2026-11-28/' "$tree/var/crash/next/kdump-dma.json"
echo 99999999-2222-3333-4444-666666666666 >"$tree/proc/sys/kernel/random/boot_id"
run learn
run metrics
ok "the crash after it is a crash" says 'kdump_dma_captures_total{outcome="saved",test="no"} 1'

# a test that left nothing is one, too; a mark of another boot is none
scene no_dump
printf 'boot_id %s\n' "$(cat "$tree/proc/sys/kernel/random/boot_id")" >"$tree/var/lib/kdump-dma/test"
run learn
echo 99999999-2222-3333-4444-777777777777 >"$tree/proc/sys/kernel/random/boot_id"
printf 'boot_id %s\n' 99999999-2222-3333-4444-888888888888 >"$tree/var/lib/kdump-dma/test"
run learn
run metrics
ok "a mark of another boot makes no test" says 'kdump_dma_captures_total{outcome="no-dump",test="yes"} 0'
ok "learn takes a mark of another boot away" test ! -e "$tree/var/lib/kdump-dma/test"

# It is never run here: this only asks it for what it refuses.
ok "test: not below another root" sh -c "'$tool' test --yes --root '$tree' 2>'$work/err'; [ \$? = 2 ]"
ok "test says that only this machine can be crashed" says 'only this machine can be crashed'
tap_end
