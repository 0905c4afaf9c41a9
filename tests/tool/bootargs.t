#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# crashkernel= where a program holds the kernel's arguments: apply at several
# boots, what others do meanwhile, and revert; in small roots whose programs are
# mock-grubby, mock-zipl, mock-rpm-ostree, mock-systemctl and mock-kernel-install.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh

[ "$(id -u)" = 0 ] || {
	skip "arguments that programs hold" "without root"
	tap_end
	exit
}
tool=$PWD/build/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
export LC_ALL=C
shipped=crashkernel=1G-4G:192M,4G-64G:256M,64G-:512M

# learned LOWEST_MIB: the capture took so much less; of the kernel that runs here
learned() {
	capture "$root" "$1"
	sed -i "s/6.1.0-40-amd64/$(uname -r)/; s/x86_64/$(uname -m)/" \
		"$root/var/lib/kdump-dma/history.json"
}
# make_root NAME: a machine of kdumpctl in $root, two kernels
make_root() {
	root=$work/$1
	machine "$root" 4096 256 "$shipped"
	kdumpctl "$root"
	rm "$root/usr/sbin/grubby"
	programs_into "$root" sh
	install -D "$tool" "$root/usr/sbin/kdump-dma"
	programs_into "$root" "$tool"
	mkdir -p "$root/mock/entries" "$root/run" "$root/boot/loader/entries"
	for release in 6.1.0-40-amd64 6.1.0-39-amd64; do
		mkdir -p "$root/usr/lib/modules/$release"
		: >"$root/boot/vmlinuz-$release"
		echo "root=/dev/vda1 ro $shipped quiet" \
			>"$root/mock/entries/vmlinuz-$release"
	done
	echo 0 >"$root/sys/kernel/kexec_crash_loaded" # nothing to reload
	learned 150
}
program() { install "tests/tool/mock-${1##*/}" "$root/$1"; }
dma() { chroot "$root" /usr/sbin/kdump-dma "$@"; }
# boots WORDS: the next boot, with these on its command line
boots() {
	cat /proc/sys/kernel/random/uuid >"$root/proc/sys/kernel/random/boot_id"
	echo "root=/dev/vda1 ro quiet $1" >"$root/proc/cmdline"
}
words() { # FILE
	tr ' ' '\n' <"$root/mock/$1" | grep crashkernel= | xargs
}
kargs() { same "$1" "$(words kargs)"; }
entry() { same "$2" "$(words "entries/vmlinuz-$1")"; }
entries() { entry 6.1.0-40-amd64 "$1" && entry 6.1.0-39-amd64 "$1"; }
fails() { ! "$@"; }
nothing_kept() { [ ! -e "$root/var/lib/kdump-dma/applied" ] &&
	same "" "$(ls "$root/var/lib/kdump-dma/saved")"; }

ostree() {
	make_root "$1"
	program usr/bin/rpm-ostree
	: >"$root/run/ostree-booted"
	echo "root=/dev/vda1 ro $shipped quiet" >"$root/mock/kargs"
}

ostree twice
ok "rpm-ostree: apply succeeds" dma apply
size=$(words kargs)
ok "rpm-ostree: a smaller size is set" fails same "$shipped" "$size"
ok "rpm-ostree: in one deployment" same 1 "$(wc -l <"$root/mock/calls")"
boots "$size"
learned 20
ok "rpm-ostree: the next boot needs more" dma apply
ok "rpm-ostree: the old size is gone" fails kargs "$size $(words kargs | xargs -n1 | tail -1)"
ok "rpm-ostree: one size is set" same 1 "$(words kargs | wc -w)"
ok "rpm-ostree: another one" fails kargs "$size"
boots "$(words kargs)"
ok "rpm-ostree: revert succeeds" dma revert
ok "rpm-ostree: what was there before the first apply is back" kargs "$shipped"
ok "rpm-ostree: and nothing is kept" nothing_kept

# two words of which one stays: their order is what the next boot is known by
ostree two-words
echo 'manage_crashkernel = always' >"$root/etc/kdump-dma.conf"
echo 'root=/dev/vda1 ro crashkernel=700M,high crashkernel=80M,low quiet' | tee "$root/proc/cmdline" >"$root/mock/kargs"
ok "rpm-ostree, ,high and ,low: apply succeeds" dma apply
ok "rpm-ostree, ,high and ,low: the ,high part is another one" fails kargs 'crashkernel=700M,high crashkernel=80M,low'
high_and_low() { words kargs | grep -Eqx 'crashkernel=[0-9]+M,high crashkernel=80M,low'; }
ok "rpm-ostree, ,high and ,low: the ,low part stays behind it" high_and_low
ok "rpm-ostree, ,high and ,low: a second apply" dma apply
ok "rpm-ostree, ,high and ,low: has nothing to do" same 1 "$(wc -l <"$root/mock/calls")"
ok "rpm-ostree, ,high and ,low: revert" dma revert
ok "rpm-ostree, ,high and ,low: gives both back" kargs 'crashkernel=700M,high crashkernel=80M,low'

ostree same-twice
echo "root=/dev/vda1 ro $shipped $shipped quiet" | tee "$root/proc/cmdline" >"$root/mock/kargs"
echo 'manage_crashkernel = always' >"$root/etc/kdump-dma.conf"
ok "rpm-ostree, a word that stands there twice: apply succeeds" dma apply
ok "rpm-ostree, a word that stands there twice: both are gone" same 1 "$(words kargs | wc -w)"
ok "rpm-ostree, a word that stands there twice: revert" dma revert
ok "rpm-ostree, a word that stands there twice: gives both back" kargs "$shipped $shipped"

ostree one-boot
ok "rpm-ostree: twice in one boot" dma apply
learned 20
ok "rpm-ostree: the second time" dma apply
ok "rpm-ostree: leaves one size" same 1 "$(words kargs | wc -w)"

ostree administrator
ok "rpm-ostree: before an administrator comes" dma apply
echo "root=/dev/vda1 ro crashkernel=1G quiet" >"$root/mock/kargs"
ok "rpm-ostree: whose words revert" dma revert
ok "rpm-ostree: leaves alone" kargs crashkernel=1G

ostree failing
: >"$root/mock/fail"
ok "rpm-ostree: fails, and apply says so" fails dma apply
rm "$root/mock/fail"
ok "rpm-ostree: works the next time" dma apply
ok "rpm-ostree: and the size is set" fails kargs "$shipped"

# The kernel takes keys of encrypted disks from root's keyring, if the session has it.
${CC:-cc} -o "$work/session" tests/tool/session.c || exit
ostree keyring
echo 1 >"$root/sys/kernel/kexec_crash_loaded"
install "$work/session" "$root/usr/bin/kdumpctl"
if "$work/session" true; then
	ok "an image is loaded again" "$work/session" chroot "$root" /usr/sbin/kdump-dma apply
	ok "by what has root's keyring" test -e "$root/mock/keyring"
else
	skip "a session's keyring" "no keyrings here"
fi

ostree pool-is-set
rm -r "$root/usr/bin/kdumpctl" "$root/etc/systemd"
echo 'append = coherent_pool=0' >"$root/etc/kdump-dma.conf"
ok "rpm-ostree: no file needs a change" dma apply
ok "rpm-ostree: nor has it" test ! -e "$root/etc/kdump-dma.conf.d"
ok "rpm-ostree: and the size is set" fails kargs "$shipped"
ok "rpm-ostree: revert of that alone" dma revert
ok "rpm-ostree: it is back" kargs "$shipped"

grubby() {
	make_root "$1"
	program usr/sbin/grubby
}
hand() { # RELEASE SIZE
	echo "root=/dev/vda1 ro crashkernel=$2 quiet" >"$root/mock/entries/vmlinuz-$1"
}
grubby grubby
echo "root=/dev/vda1 ro quiet" >"$root/mock/entries/vmlinuz-6.1.0-39-amd64"
ok "grubby: apply succeeds" dma apply
size=$(words entries/vmlinuz-6.1.0-40-amd64)
ok "grubby: a smaller size is set" fails same "$shipped" "$size"
ok "grubby: in all entries" entries "$size"
echo "root=/dev/vda1 ro $size" >"$root/mock/entries/vmlinuz-6.1.0-41-amd64"
boots "$size"
ok "grubby: revert succeeds" dma revert
ok "grubby: what an entry had is back" entry 6.1.0-40-amd64 "$shipped"
ok "grubby: each its own" entry 6.1.0-39-amd64 ""
ok "grubby: a kernel that came since has that of the first" \
	entry 6.1.0-41-amd64 ""
ok "grubby: nothing is kept" nothing_kept

grubby tabs
printf 'root=/dev/vda1\tro\t%s\tquiet\n' "$shipped" >"$root/mock/entries/vmlinuz-6.1.0-40-amd64"
ok "grubby: tabs between the words of an entry: apply succeeds" dma apply
ok "grubby: revert of it succeeds" dma revert
ok "grubby: what was there was known, and is back" entry 6.1.0-40-amd64 "$shipped"

grubby without-boot
mkdir -p "$root/proc/self"
mounted() { # POINT...: what is mounted there, and nothing else
	printf '1 1 8:1 / %s rw - ext4 /dev/vda rw\n' "$@" >"$root/proc/self/mountinfo"
}
refuses() { ! dma "$@" 2>"$work/err" && grep -q '/boot is in /etc/fstab, and is not mounted' "$work/err"; }
echo '/dev/vda2 /boot ext4 nofail 0 2' >"$root/etc/fstab"
mounted /
ok "/boot is not mounted: apply says so" refuses apply
ok "/boot is not mounted: no entry is changed" entries "$shipped"
ok "/boot is not mounted: the next apply says so again" refuses apply
mounted / /boot
ok "/boot is mounted: apply succeeds" dma apply
ok "/boot is mounted: a smaller size is set" fails entry 6.1.0-40-amd64 "$shipped"
mounted /
ok "/boot is not mounted: revert says so" refuses revert
mounted / /boot
ok "/boot is mounted: revert gives back what was" dma revert
ok "/boot is mounted: in all entries" entries "$shipped"
rm "$root/etc/fstab"

grubby by-hand
ok "grubby: before an administrator comes" dma apply
size=$(words entries/vmlinuz-6.1.0-40-amd64)
hand 6.1.0-39-amd64 512M
ok "grubby: whose words revert" dma revert
ok "grubby: leaves alone" entry 6.1.0-39-amd64 crashkernel=512M
ok "grubby: and undoes the others" entry 6.1.0-40-amd64 "$shipped"

grubby earlier
ok "grubby: one size" dma apply
cp "$root/mock/entries/vmlinuz-6.1.0-39-amd64" "$root/first"
learned 20
ok "grubby: another one" dma apply
ok "grubby: in all entries, again" fails entries "$(tr ' ' '\n' <"$root/first" | grep crashkernel=)"
mv "$root/first" "$root/mock/entries/vmlinuz-6.1.0-39-amd64"
ok "grubby: an entry with the first size" dma revert
ok "grubby: is ours too" entries "$shipped"

grubby new-kernel
ok "new kernel: apply" dma apply
size=$(words entries/vmlinuz-6.1.0-40-amd64)
echo "root=/dev/vda1 ro $shipped" >"$root/mock/entries/vmlinuz-6.1.0-41-amd64"
boots "$shipped"
ok "new kernel: has the distribution's words: apply" dma apply
ok "new kernel: has ours then" entry 6.1.0-41-amd64 "$size"
boots "$size"
echo "root=/dev/vda1 ro quiet" >"$root/mock/entries/vmlinuz-6.1.0-42-amd64"
hand 6.1.0-43-amd64 1G
ok "new kernel: two more, in a boot with ours" dma apply
ok "new kernel: one that came with none has ours" entry 6.1.0-42-amd64 "$size"
ok "new kernel: one that came with somebody's keeps them" \
	entry 6.1.0-43-amd64 crashkernel=1G
: >"$root/mock/calls"
ok "new kernel: once more" dma apply
ok "new kernel: nothing is set again" test ! -s "$root/mock/calls"
hand 6.1.0-42-amd64 "${shipped#crashkernel=}"
echo "root=/dev/vda1 ro quiet" >"$root/mock/entries/vmlinuz-6.1.0-39-amd64"
ok "new kernel: after somebody changed entries that had ours" dma apply
ok "new kernel: what was put back by hand stays" entry 6.1.0-42-amd64 "$shipped"
ok "new kernel: what was taken out by hand, too" entry 6.1.0-39-amd64 ""
hand 6.1.0-42-amd64 "${size#crashkernel=}"
rm "$root/mock/entries/vmlinuz-6.1.0-40-amd64"
ok "new kernel: revert" dma revert
ok "new kernel: gives it what the first had" entry 6.1.0-42-amd64 "$shipped"

grubby plugin
program usr/bin/systemctl
install -D conf/kernel/install.d "$root/usr/lib/kernel/install.d/92-kdump-dma.install"
install -D /dev/null "$root/usr/lib/kdump-dma/native"
mkdir -p "$root/run/systemd/system"
added() { # RELEASE: as kernel-install does it
	echo "root=/dev/vda1 ro quiet" >"$root/mock/entries/vmlinuz-$1"
	chroot "$root" /usr/lib/kernel/install.d/92-kdump-dma.install add "$1"
}
ok "plugin: a kernel comes before an apply" added 6.1.0-41-amd64
ok "plugin: which is left to the unit's own time" entry 6.1.0-41-amd64 ""
ok "plugin of kernel-install: apply --kernel succeeds" dma apply
size=$(words entries/vmlinuz-6.1.0-40-amd64)
ok "plugin: the next kernel comes in the same boot" added 6.1.0-42-amd64
ok "plugin: and has ours" entry 6.1.0-42-amd64 "$size"
boots "$size"
ok "plugin: another one later" added 6.1.0-43-amd64
ok "plugin: has ours" entry 6.1.0-43-amd64 "$size"
ok "plugin: one of them is installed again" added 6.1.0-43-amd64
ok "plugin: has ours again" entry 6.1.0-43-amd64 "$size"
ok "plugin: so is one that was there before us" added 6.1.0-39-amd64
ok "plugin: has ours again, too" entry 6.1.0-39-amd64 "$size"
: >"$root/mock/full"
unset_is_said() {
	added 6.1.0-46-amd64 >"$work/out" 2>&1
	grep -q '^kdump-dma: grubby left .*6.1.0-46' "$work/out"
}
ok "plugin: /boot is full, and grubby says that all is well" unset_is_said
rm "$root/mock/full"
ok "plugin: the next apply" dma apply
ok "plugin: sees to that" entry 6.1.0-46-amd64 "$size"
learned 20
ok "plugin: one more, while the plan is another" added 6.1.0-47-amd64
ok "plugin: has what the others have" entry 6.1.0-47-amd64 "$size"
learned 150
: >"$root/mock/disabled"
ok "plugin: one more, and the unit is disabled" added 6.1.0-44-amd64
ok "plugin: it is left alone" entry 6.1.0-44-amd64 ""
rm "$root/mock/disabled"
ok "plugin of kernel-install: revert succeeds" dma revert
ok "plugin: the last one comes" added 6.1.0-45-amd64
ok "plugin: and is left alone" entry 6.1.0-45-amd64 ""

grubby siblings
echo "root=/dev/vda1 ro debug" >"$root/mock/entries/vmlinuz-6.1.0-40-amd64~debug"
echo "root=/dev/vda1 ro" >"$root/mock/entries/vmlinuz-6.1.0-38-amd64"
echo "root=/dev/vda1 ro $shipped" >"$root/mock/entries/vmlinuz-6.1.0-38-amd64~last"
ok "siblings: entries of one kernel: apply" dma apply
size=$(words entries/vmlinuz-6.1.0-40-amd64)
ok "siblings: each is set" entry '6.1.0-40-amd64~debug' "$size"
ok "siblings: each of them" entry '6.1.0-38-amd64' "$size"
boots "$size"
ok "entries of one kernel: revert succeeds" dma revert
ok "siblings: the kernel's own entry has what it had" entry 6.1.0-40-amd64 "$shipped"
ok "siblings: so has the other" entry '6.1.0-40-amd64~debug' ""
ok "siblings: in any order" entry 6.1.0-38-amd64 ""
ok "siblings: the last one has its words back, too" entry '6.1.0-38-amd64~last' "$shipped"

grubby earlier-version
ok "earlier version: apply" dma apply
sed -i 's,^0f1e2d-,/boot/vmlinuz-,' "$root/var/lib/kdump-dma/saved/grubby.before"
: >"$root/mock/calls"
ok "earlier version: entries were kept by their kernel: apply" dma apply
ok "earlier version: they are known" test ! -s "$root/mock/calls"
ok "earlier version: revert" dma revert
ok "earlier version: it is back" entries "$shipped"

grubby zipl
program usr/sbin/zipl
: >"$root/etc/zipl.conf"
ok "zipl: apply succeeds" dma apply
ok "zipl: after it, the boot record was written" same zipl "$(tail -n 1 "$root/mock/calls")"
: >"$root/mock/calls"
ok "zipl: revert succeeds" dma revert
ok "zipl: and it was written again" same zipl "$(tail -n 1 "$root/mock/calls")"
grubby their-mark
echo 'auto_reset_crashkernel no' >>"$root/etc/kdump.conf"
echo 'manage_crashkernel = always' >"$root/etc/kdump-dma.conf"
ok "an administrator's auto_reset_crashkernel: apply, told to" dma apply
rm "$root/etc/kdump-dma.conf"
boots "$shipped"
ok "an administrator's auto_reset_crashkernel: is not ours" \
	sh -c "chroot '$root' kdump-dma status | grep -q '^crashkernel .*by administrator'"

# ---- what an apply left to do, and what people did since ---------------------
# cut_short NAME: grubby fails, so crashkernel= is still to be set
cut_short() {
	grubby "$1"
	: >"$root/mock/fail-update"
	ok "$1: grubby fails, and apply says so" fails dma apply
	rm "$root/mock/fail-update"
}
never() { echo 'manage_crashkernel = never' >"$root/etc/kdump-dma.conf"; }
given_up() { dma apply >"$work/out" && grep -q 'is given up' "$work/out"; }
silent() { dma apply >"$work/out" && ! grep -q 'is given up' "$work/out"; }
nothing_waits() { ! dma status | grep -e ^waiting -e ^unfinished; }

fails_saying() { # MESSAGE
	! dma apply >"$work/out" 2>&1 && grep -q "^kdump-dma: $1" "$work/out"
}
grubby messages
: >"$root/mock/fail"
ok "messages: grubby's exit status" fails_saying 'grubby --info=ALL: exit status 1$'
mv "$root/mock/fail" "$root/mock/fail-update"
ok "messages: whichever call it was" \
	fails_saying 'grubby --update-kernel=0: exit status 1$'
rm "$root/mock/fail-update"
for number in $(seq 31); do
	echo "root=/dev/vda1 ro" >"$root/mock/entries/vmlinuz-5.$number"
done
ok "messages: 33 entries" fails_saying 'grubby --info=ALL: more than 32 entries'
rm "$root"/mock/entries/vmlinuz-5.*
printf 'root=/dev/vda1 %5000s\n' quiet | tr ' ' x >"$root/mock/entries/vmlinuz-5.1"
ok "messages: an entry of 5000 characters" fails_saying 'grubby --info=ALL: .*too long'
rm "$root/mock/entries/vmlinuz-5.1" && rm -r "$root/var/lib/kdump-dma/saved"
: >"$root/var/lib/kdump-dma/saved"
ok "messages: what cannot be kept" fails_saying '/var/lib/kdump-dma/saved'

cut_short again
ok "again: the next apply finishes it" dma apply
ok "again: in all entries" fails entries "$shipped"

cut_short never
hand 6.1.0-40-amd64 512M
hand 6.1.0-39-amd64 512M
never
ok "never: an apply gives it up, and says so" given_up
ok "never: what was set by hand stays" entries crashkernel=512M
ok "never: nothing waits" nothing_waits
ok "never: it is said once" silent

cut_short no-conf
mv "$root/etc/kdump.conf" "$root/conf"
left_to_people() {
	dma apply >"$work/out" 2>&1
	same 4 $? && grep -q 'kdump.conf: not there' "$work/out"
}
ok "no conf: kdump.conf is gone: it is said" left_to_people
ok "no conf: and the boot line waits" entries "$shipped"
mv "$root/conf" "$root/etc/kdump.conf"
ok "no conf: there again: apply" dma apply
ok "no conf: finishes it" fails entries "$shipped"

cut_short capture
: >"$root/proc/vmcore"
boots ""
left_alone() {
	dma apply >"$work/out" 2>&1
	same 4 $? && ! grep -e 'is given up' -e 'was applied' "$work/out"
}
ok "capture: in a capture kernel nothing is finished or given up" left_alone
ok "capture: no entry is changed" entries "$shipped"
rm "$root/proc/vmcore"
boots "$shipped"
ok "capture: the next boot finishes it" dma apply
ok "capture: in all entries" fails entries "$shipped"

cut_short booted
hand 6.1.0-40-amd64 512M
hand 6.1.0-39-amd64 512M
boots crashkernel=512M
ok "booted: set by hand and booted: given up" given_up
ok "booted: it stays" entries crashkernel=512M

cut_short same-boot
hand 6.1.0-40-amd64 512M
ok "same boot: an entry that was set by hand" dma apply
ok "same boot: a value set by hand stays" entry 6.1.0-40-amd64 crashkernel=512M
ok "same boot: the other is finished" fails entry 6.1.0-39-amd64 "$shipped"

cut_short half
echo "root=/dev/vda1 ro quiet" >"$root/mock/entries/vmlinuz-6.1.0-39-amd64"
ok "half: killed between taking out and adding: apply" dma apply
size=$(words entries/vmlinuz-6.1.0-40-amd64)
ok "half: is finished" entries "$size"

grubby half-back
echo "root=/dev/vda1 ro $shipped" >"$root/mock/entries/vmlinuz-6.1.0-39-amd64"
ok "half back: apply" dma apply
echo "root=/dev/vda1 ro quiet" >"$root/mock/entries/vmlinuz-6.1.0-39-amd64"
sed -i 's/^pending .*/pending 4/' "$root/var/lib/kdump-dma/applied"
ok "half back: revert of what was cut short" dma revert
ok "half back: gives all what they had" entries "$shipped"

make_root kernel-install
program usr/bin/kernel-install
mkdir -p "$root/etc/kernel" "$root/usr/lib/modules/6.1.0-38-amd64"
echo "root=/dev/vda1 ro $shipped quiet" >"$root/etc/kernel/cmdline"
mv "$root/usr/lib/modules" "$root/modules"
ok "kernel-install: no modules: it is said" fails_saying '/usr/lib/modules: No such'
mv "$root/modules" "$root/usr/lib/modules"
ok "kernel-install: apply succeeds" dma apply
ok "kernel-install: each kernel that is there has it" \
	entries "$(words ../etc/kernel/cmdline)"
ok "kernel-install: a smaller size" fails entries "$shipped"
boots "$(words ../etc/kernel/cmdline)"
cp -r "$root" "$root-chroot"
ok "kernel-install: revert succeeds" dma revert
ok "kernel-install: each has what it had" entries "$shipped"

# ---- in a chroot that is not what runs ---------------------------------------
root=$root-chroot
held() { grep -r . "$root/mock" | sort; }
held >"$work/before"
without() { # COMMAND: files are put back, it is not run, and that is said
	dma revert --no-commands >"$work/out" && grep -qx "not run: $1" "$work/out" &&
		held | diff "$work/before" -
}
ok "without commands: revert runs none, and says which" without "kernel-install add"
ok "without commands: files are put back" same \
	"root=/dev/vda1 ro $shipped quiet" "$(cat "$root/etc/kernel/cmdline")"
grubby chroot
ok "in a chroot apply succeeds" dma apply
held >"$work/before"
ok "without commands: nor does it run grubby" without "grubby --update-kernel"
echo "root=/dev/vda1 ro quiet" >"$root/mock/entries/vmlinuz-6.1.0-39-amd64"
ok "without commands: a revert with commands later" dma revert
ok "without commands: can still undo it" entry 6.1.0-40-amd64 "$shipped"
ok "without commands: but not what was taken out by hand" entry 6.1.0-39-amd64 ""
tap_end
