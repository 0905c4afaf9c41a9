#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# initrd.sh ROOT OUT: run by mmdebstrap when ROOT is complete. Puts into OUT what
# QEMU boots: the kernel, its release, and an initrd that finds a virtio disk.
# Then makes ROOT a guest: no password, no waiting for what it does not have.
set -eu
root=$1 out=$2

kernel=$(basename "$(ls -d "$root"/lib/modules/*)")
echo "$kernel" >"$out/kernel"
cp "$root/boot/vmlinuz-$kernel" "$out/vmlinuz"

chroot "$root" dracut --quiet --no-hostonly --kver "$kernel" --force \
	--modules 'base rootfs-block kernel-modules udev-rules fs-lib' \
	--drivers 'virtio_pci virtio_blk ext4' --zstd \
	/tmp/initrd
mv "$root/tmp/initrd" "$out/initrd"
chmod 644 "$out/initrd"

echo kdump-dma-guest >"$root/etc/hostname"
echo 'LABEL=root / ext4 defaults 0 1' >"$root/etc/fstab"
chroot "$root" passwd -q -d root
: >"$root/etc/machine-id"
systemctl --root="$root" mask --quiet apt-daily.timer apt-daily-upgrade.timer \
	dpkg-db-backup.timer fstrim.timer e2scrub_all.timer e2scrub_reap.service \
	systemd-networkd.service systemd-timesyncd.service getty@tty1.service
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/*
