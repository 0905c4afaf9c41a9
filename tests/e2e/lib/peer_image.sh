# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the harness: kdump-tools' image, as its first boot builds it.
# shellcheck shell=sh
# shellcheck disable=SC2154  # set by release(), scratch() and guest's options
# shellcheck disable=SC2034  # read by disk() and boot()

# peer_image NEW: boot the base root in the folder NEW once, and add to its
# root.tar what kdump-tools built in that boot. That takes 4 minutes without KVM,
# and every test would begin with it. Not in mmdebstrap's chroot, where the image
# would be for the devices of this machine.
peer_image() {
	say "$RELEASE: a first boot, in which kdump-tools builds its image (some minutes)"
	final=$BASE
	BASE=$1
	disk "$SCRATCH/first.img" "$SIZE"
	accel
	first_boot || die "$RELEASE: no image of kdump-tools"
	mkdir -p "$SCRATCH/peer/var/lib"
	debugfs -R "rdump /var/lib/kdump $SCRATCH/peer/var/lib" "$SCRATCH/first.img" \
		>"$SCRATCH/debugfs.log" 2>&1
	ls "$SCRATCH"/peer/var/lib/kdump/initrd.img-* >/dev/null 2>&1 || {
		cat "$SCRATCH/debugfs.log" >&2
		die "$RELEASE: the first boot left no /var/lib/kdump/initrd.img-*"
	}
	tar -rf "$BASE/root.tar" -C "$SCRATCH/peer" ./var/lib/kdump
	rm -rf "$SCRATCH/first.img" "$SCRATCH/peer"
	BASE=$final
}

first_boot() (
	DISK=$SCRATCH/first.img SCRIPT=$E2E/lib/peer_image.guest KEEP=yes QUIET=yes
	LOG=$SCRATCH/first DISKS='' QEMU_ARGS='' APPEND=crashkernel=512M-:192M
	LIMIT=$((900 * ${KDUMP_DMA_PATIENCE:-1}))
	KERNEL=$BASE/vmlinuz INITRD=$BASE/initrd
	boot
)
