#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# initrd.sh ROOT OUT: run by mmdebstrap when ROOT is complete. Puts into OUT what
# QEMU boots: the kernel, its release, and an initrd that mounts a virtio disk.
# Then makes ROOT a guest: no password, no waiting for what it does not have.
set -eu
root=$1 out=$2

kernel=$(basename "$(ls -d "$root"/lib/modules/*)")
echo "$kernel" >"$out/kernel"
cp "$root/boot/vmlinuz-$kernel" "$out/vmlinuz"

# No udev, no systemd: without KVM those cost each boot a quarter of its time.
initrd=$root/tmp/initrd
mkdir -p "$initrd/newroot" "$initrd/dev" "$initrd/proc" "$initrd/sys"
for folder in bin sbin lib lib64; do
	mkdir -p "$initrd/usr/$folder"
	ln -s "usr/$folder" "$initrd/$folder"
done
cat >"$initrd/init" <<'INIT'
#!/bin/sh
mount -t devtmpfs dev /dev
mount -t proc proc /proc
mount -t sysfs sys /sys
modprobe -a virtio_pci virtio_blk ext4
until [ -b /dev/vda ]; do sleep 0.1; done
mount -o ro /dev/vda /newroot
exec switch_root /newroot /sbin/init
INIT
chmod 755 "$initrd/init"
chroot "$root" /usr/lib/dracut/dracut-install -D /tmp/initrd -a -l \
	sh mount modprobe sleep switch_root
chroot "$root" /usr/lib/dracut/dracut-install -D /tmp/initrd \
	--kerneldir "/lib/modules/$kernel" -m virtio_pci virtio_blk ext4
chroot "$root" depmod -b /tmp/initrd "$kernel"
(cd "$initrd" && find . | cpio --quiet -o -H newc) | zstd -q -19 >"$out/initrd"
rm -rf "$initrd"

echo kdump-dma-guest >"$root/etc/hostname"
echo 'LABEL=root / ext4 defaults 0 1' >"$root/etc/fstab"
chroot "$root" passwd -q -d root
: >"$root/etc/machine-id"
systemctl --root="$root" mask --quiet apt-daily.timer apt-daily-upgrade.timer \
	dpkg-db-backup.timer fstrim.timer e2scrub_all.timer e2scrub_reap.service \
	systemd-networkd.service systemd-timesyncd.service getty@tty1.service
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/*
