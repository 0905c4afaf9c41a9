#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A system that was installed into a folder and never booted: with
#
#    kdump-dma apply --root IMAGE
#    chroot IMAGE update-grub
#
# its first boot has memory reserved, by the table's ranges, and they are ours.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh

tool=$PWD/build/san/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
ranges=$(sed -n 's/^crashkernel_x86_64 = /crashkernel=/p' conf/policy.conf)

# image MACHINE: by a program of that architecture, of which only its head is read
image() {
	tree=$work/image
	rm -rf "$tree"
	mkdir -p "$tree/usr/bin" "$tree/usr/sbin" "$tree/boot/grub" "$tree/etc/default/grub.d" \
		"$tree/usr/lib/kdump-dma" "$tree/var/lib" "$tree/proc" "$tree/sys"
	cp conf/policy.conf "$tree/usr/lib/kdump-dma"
	: >"$tree/usr/sbin/update-grub"
	: >"$tree/boot/grub/grub.cfg"
	case $1 in # EI_DATA is 1 for the least byte first; e_machine
	x86_64) data='\001' machine='\076\000' ;;
	aarch64) data='\001' machine='\267\000' ;;
	s390x) data='\002' machine='\000\026' ;;
	alpha) data='\001' machine='\046\220' ;;
	esac
	# shellcheck disable=SC2059  # escapes of ours
	printf "\177ELF\002$data\001\000\000\000\000\000\000\000\000\000\002\000$machine" >"$tree/usr/bin/env"
}
planned() { "$tool" plan --root "$tree" >"$work/out" 2>&1; }
not() { ! "$@"; }
says() { grep -qF -e "$1" "$work/out" || { cat "$work/out" && return 1; }; }

image x86_64
planned
ok "a new image is planned the ranges of the table" says "crashkernel: (unset) -> $ranges"
ok "the plan says that the image was never booted" says 'this image was never booted: the table'
"$tool" apply --root "$tree" >"$work/out" 2>&1
ok "apply succeeds" same 0 $?
ok "no command is run" says 'not run: update-grub'
ok "apply wrote the ranges to grub.d" grep -qF "$ranges" "$tree/etc/default/grub.d/zz-kdump-dma.cfg"
etc "$tree" >"$work/before"
"$tool" apply --root "$tree" >"$work/out" 2>&1
etc "$tree" >"$work/after"
ok "a second apply changes nothing" cmp "$work/before" "$work/after"
planned
ok "nothing is left to plan" says "crashkernel: $ranges, no change"

# Debian's grub-pc and grub-efi bring /etc/default/grub, and do not run update-grub
# where no disk is
image x86_64
rm "$tree/boot/grub/grub.cfg"
: >"$tree/etc/default/grub"
"$tool" apply --root "$tree" >"$work/out" 2>&1
ok "before the first update-grub, apply succeeds" same 0 $?
ok "and wrote the ranges" grep -qF "$ranges" "$tree/etc/default/grub.d/zz-kdump-dma.cfg"
image x86_64
rm "$tree/boot/grub/grub.cfg"
planned
ok "update-grub without its configuration is no boot loader" says "crashkernel: (unset) -> $ranges"
"$tool" apply --root "$tree" >"$work/out" 2>&1
ok "and people are told the words" says "no boot loader that is known here: put $ranges"

# Whoever builds an image mounts the running kernel's /proc and /sys in it, for
# update-grub and others: that kernel and its memory are another machine's.
mounted() { # COMMAND...
	# shellcheck disable=SC2016  # the inner shell's
	unshare --mount sh -ec 'root=$1; shift
		mount --rbind /proc "$root/proc"; mount --rbind /sys "$root/sys"; "$@"' \
		- "$tree" "$@" >"$work/out" 2>&1
}
if unshare --mount true 2>/dev/null; then
	image x86_64
	mounted "$tool" plan --root "$tree"
	ok "with /proc and /sys mounted, the plan is the same" says "crashkernel: (unset) -> $ranges"
	mounted "$tool" apply --root "$tree"
	ok "apply sets the ranges" grep -qF "$ranges" "$tree/etc/default/grub.d/zz-kdump-dma.cfg"
	mounted "$tool" status --root "$tree"
	ok "status says nothing of the running machine" sh -c "! grep -q -e '^armed *yes' -e 'MiB of memory' '$work/out'"
else
	skip "with /proc and /sys mounted, the plan is the same" "no mount namespace"
fi

# one that ran already: what it learned is worth more than ranges
image x86_64
machine "$tree" 2048 256 crashkernel=384M-:128M
native "$tree"
capture "$tree" 150
"$tool" apply --root "$tree" >"$work/out" 2>&1
rm -r "$tree"/proc/* "$tree"/sys/* "$tree/.machine" "$tree/dev/kmsg"
etc "$tree" >"$work/before"
"$tool" apply --root "$tree" >"$work/out" 2>&1
ok "a disk that was booted before: its machine is not known" same 4 $?
etc "$tree" >"$work/after"
ok "and nothing is changed" cmp "$work/before" "$work/after"

# in a chroot, without a word that it is one
image x86_64
mkdir "$tree/dev"
for program in sh env "$PWD/build/kdump-dma"; do programs_into "$tree" "$program"; done
in_chroot() { chroot "$tree" /usr/bin/kdump-dma "$@" >"$work/out" 2>&1; }
if [ "$(id -u)" = 0 ] && in_chroot --version; then
	in_chroot apply
	ok "in a chroot without /proc: the ranges of the table" \
		grep -qF "$ranges" "$tree/etc/default/grub.d/zz-kdump-dma.cfg"
	rm -r "$tree/etc/default/grub.d/zz-kdump-dma.cfg" "$tree/var/lib/kdump-dma"
	mounted chroot "$tree" /usr/bin/kdump-dma apply
	ok "with the /proc of the running kernel, too" \
		grep -qF "$ranges" "$tree/etc/default/grub.d/zz-kdump-dma.cfg"
	ok "it is said that this is a chroot" says "in a chroot: this is about the system in it"
	ok "no command is run there" says "not run: update-grub"
	mounted chroot "$tree" /usr/bin/kdump-dma test --yes
	ok "test in a chroot crashes nothing" same 5 $?
else
	skip "in a chroot" "not root"
fi
(cd / && "$tool" plan --root . 2>&1; "$tool" plan --root //) >"$work/out" 2>&1
ok "this machine by another name is no image" not says "never booted"

# its first boot
image x86_64
"$tool" apply --root "$tree" >"$work/out" 2>&1
machine "$work/booted" 3840 192 "$ranges"
cp -a "$work/booted/." "$tree"
echo 99999999-2222-3333-4444-555555555555 >"$tree/proc/sys/kernel/random/boot_id"
"$tool" status --root "$tree" >"$work/out" 2>&1
ok "the first boot: what it has is ours" says "crashkernel  $ranges, set by kdump-dma"
ok "it is armed" says 'armed        yes'
planned
ok "and the plan goes on from there" sh -c "! grep -q administrator '$work/out'"

image aarch64
planned
ok "aarch64 gets its own table" says "$(sed -n 's/^crashkernel_aarch64 = /crashkernel=/p' conf/policy.conf)"
image s390x
planned
ok "one whose highest byte is first" says "$(sed -n 's/^crashkernel_s390x = /crashkernel=/p' conf/policy.conf)"
image alpha
planned
ok "an architecture that is none of ours: nothing is guessed" says "the kernel's command line cannot be read"
image x86_64
echo 'GRUB_CMDLINE_LINUX="crashkernel=300M"' >"$tree/etc/default/grub"
planned
ok "what the image's author set stays" says 'crashkernel: crashkernel=300M, no change'
image x86_64
echo 'release 6.1.0-40-amd64' >"$tree/.machine"
planned
ok "a snapshot that lacks its /proc is no image" says "the kernel's command line cannot be read"
tap_end
