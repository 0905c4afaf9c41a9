#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# encrypted.t [KIND...]: a guest whose root file system is encrypted crashes in 160 MiB, and
# its dump is there (TAP). KIND is what it lies on: luks2, luks1 (LVM on that) or raid (LVM
# on LUKS2 on a RAID 1 of two disks). Logs: build/e2e/encrypt-KIND/, encrypted-KIND/.
set -u
E2E=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$E2E/../.." && pwd)
. "$top/tests/tap.sh"
. "$E2E/lib/results.sh"
. "$E2E/lib/say.sh"

if [ "$(id -u)" != 0 ]; then
	skip "an encrypted root file system" "not root"
	tap_end
	exit
fi
scratch
work=$SCRATCH

install() { make -s -C "$top" all install DESTDIR="$work/install"; }
disk() { "$E2E/guest" build -r bookworm+storage -o "$work/disk.img" "$work/install"; }
# a RAID 1 has a second disk
more() { [ "$kind" != raid ] || echo "-D $work/second"; }
passphrase() { echo "-fw_cfg name=opt/e2e/passphrase,file=$work/passphrase"; }

# An initrd of its own opens the disk, in place of somebody at the keyboard.
initrd() {
	modules='virtio_pci virtio_blk ext4 dm_mod dm_crypt xts aesni_intel raid1'
	base=$("$E2E/guest" base -r bookworm+storage) && root=$work/root && mkdir "$root" &&
		tar -xf "$base/root.tar" -C "$root" --exclude=./dev/\* || return
	kernel=$(cat "$base/kernel") initrd=$root/tmp/initrd
	mkdir -p "$initrd/newroot" "$initrd/dev" "$initrd/proc" "$initrd/sys" "$initrd/run"
	for folder in bin sbin lib lib64; do
		mkdir -p "$initrd/usr/$folder"
		ln -s "usr/$folder" "$initrd/$folder"
	done
	cat >"$initrd/init" <<-'INIT'
		#!/bin/sh
		mount -t devtmpfs dev /dev
		mount -t proc proc /proc
		mount -t sysfs sys /sys
		modprobe -a virtio_pci virtio_blk ext4 dm_mod dm_crypt xts aesni_intel raid1
		until [ -b /dev/vda ]; do sleep 0.1; done
		export DM_DISABLE_UDEV=1 MDADM_NO_UDEV=1
		disk=/dev/vda
		read -r words </proc/cmdline
		case $words in
		*e2e.kind=raid*)
			until [ -b /dev/vdb ]; do sleep 0.1; done
			disk=/dev/md7
			mdadm --assemble --run $disk /dev/vda /dev/vdb
			;;
		esac
		cryptsetup luksOpen --key-file /passphrase $disk vda5_crypt
		lvm vgchange -ay --sysinit --config 'activation { udev_sync=0 udev_rules=0 }'
		mount /dev/guest/root /newroot
		exec switch_root /newroot /sbin/init
	INIT
	chmod 755 "$initrd/init"
	cp "$work/passphrase" "$initrd"
	# shellcheck disable=SC2086  # a list
	chroot "$root" /usr/lib/dracut/dracut-install -D /tmp/initrd -a -l \
		sh mount modprobe sleep switch_root cryptsetup lvm mdadm &&
		chroot "$root" /usr/lib/dracut/dracut-install -D /tmp/initrd \
			--kerneldir "/lib/modules/$kernel" -m $modules &&
		chroot "$root" depmod -b /tmp/initrd "$kernel" &&
		(cd "$initrd" && find . | cpio --quiet -o -H newc) >"$work/initrd" && rm -rf "$root"
}
# shellcheck disable=SC2046  # words
encrypt() {
	rm -f "$work/encrypted" "$work/second"
	truncate -s 4G "$work/encrypted" "$work/second"
	"$E2E/guest" boot -r bookworm+storage -q -d "$work/disk.img" -D "$work/encrypted" $(more) \
		-t "$E2E/scenarios/encrypt" -T 1500 -l "$top/build/e2e/encrypt-$kind" \
		-a "e2e.kind=$kind" -- $(passphrase)
}
# shellcheck disable=SC2046
boot() {
	"$E2E/guest" boot -r bookworm+storage -q -d "$work/encrypted" $(more) -I "$work/initrd" \
		-t "$E2E/scenarios/encrypted" -T 1500 -l "$top/build/e2e/encrypted-$kind" \
		-a "crashkernel=160M e2e.kind=$kind" -- $(passphrase)
}
printf 'correct horse battery staple' >"$work/passphrase"
ok "kdump-dma is installed in the guest" install
ok "a guest with LVM and cryptsetup" disk
ok "an initrd that opens its disk" initrd
made() { encrypt && ! grep -q '^ *[0-9]* not ok' "$top/build/e2e/encrypt-$kind/results.log"; }
[ $# != 0 ] || set -- luks2 luks1 raid
for kind; do
	if made; then
		ok "$kind: the disk is made" true
		ok "$kind: the boots" boot
		results "$top/build/e2e/encrypted-$kind" "$kind: "
	else
		ok "$kind: the disk is made" false
		results "$top/build/e2e/encrypt-$kind" "$kind: "
	fi
done
tap_end
