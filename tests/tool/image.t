#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# kdump-dma image: which file system dumps go to, whether it can be saved to, what
# brings it up, and what the capture kernel is told. Machines are trees of files.
# That such an image saves a dump is for tests/e2e to show.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh
. tests/tool/storage.sh
. tests/tool/pe.sh

tool=build/san/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
not() { ! "$@"; }

# image [--kernel KVER]: its text in $work/out; status 0 if it can be built
image() { "$tool" image --root "$tree" "$@" >"$work/out" 2>&1; }
said() { grep -q -e "$1" "$work/out" || { cat "$work/out" && return 1; }; }
# value NAME: of the image's line of that name
value() { image; sed -n "s/^$1  *//p" "$work/out"; }
refused() { # PATTERN
	image && echo "it is not refused" && return 1
	said "^refused .*$1"
}
# conf: the image's configuration
mkdir "$work/plan"
conf() { "$tool" image --root "$tree" -o "$work/plan" && cat "$work/plan/capture.conf"; }
has_conf() { conf >"$work/out" 2>&1; said "^$1\$"; }
configuration() { printf '%s\n' "$@" >"$tree/etc/kdump-dma.conf"; }

# ---- a plain disk -------------------------------------------------------------
stored plain
ok "a root file system on a SATA disk: an image can be built" image
ok "the target is found by its UUID" said '^target  *UUID=1111-aaaa (sda2), ext4, /var/crash$'
ok "nothing has to be put together" not said '^lies on'
ok "modules: dependencies first, bus before disk, soft dependencies that are in use" same \
	"scsi_mod libata libahci ahci sd_mod crc32c_intel mbcache jbd2 ext4" "$(value modules)"
for line in version=1 device=UUID=1111-aaaa fstype=ext4 mount_options= path=/var/crash \
	host=web1 'machine=[0-9a-f]\{16\}' collector=makedumpfile \
	'collector_args=-l --message-level 7 -d 31' final_action=reboot \
	"module=/lib/modules/$release/kernel/fs/ext4/ext4.ko" limit_device=600 \
	limit_degraded=300 limit_mount=600 limit_save=3060 limit_total=3600; do
	ok "its configuration says $line" has_conf "$line"
done
ok "a disk that does not say what it is has no line" not has_conf 'disk=.*'
mkdir -p "$tree/sys/devices/$sata/block/sda/device"
echo 'naa.5000c500a1b2c3d4  ' >"$tree/sys/devices/$sata/block/sda/device/wwid"
ok "one that does has one: which of two that have the UUID" has_conf disk=naa.5000c500a1b2c3d4
ok "the machine's id itself is not in it" not has_conf '.*0123456789abcdef0123.*'

rm "$tree/proc/modules"
ok "without /proc/modules all soft dependencies are taken" same \
	"scsi_mod libata libahci ahci sd_mod crc32c_generic crc32c_intel mbcache jbd2 ext4" \
	"$(value modules)"
echo 'options libata force=1.5Gbps' >"$tree/etc/modprobe.d/x.conf"
ok "options of modprobe.d stand beside the module" has_conf "module=.*/libata.ko force=1.5Gbps"
printf 'options libata \\\n  force=3.0Gbps \\\n  noacpi=1\n' >"$tree/etc/modprobe.d/x.conf"
ok "also on lines that go on" has_conf "module=.*/libata.ko force=3.0Gbps  *noacpi=1"
sed -i 's/$/ scsi_mod.scan=sync/' "$tree/proc/cmdline"
ok "options of the command line, too" has_conf "module=.*/scsi_mod.ko scan=sync"

stored builtin
sed -i '/ahci\|sd_mod/d' "$tree/lib/modules/$release/modules.dep"
ok "a driver that is not there for this kernel: refused" \
	refused "the module ahci, which the target UUID=1111-aaaa needs"
printf 'kernel/%s\n' drivers/ata/ahci.ko drivers/scsi/sd_mod.ko \
	>"$tree/lib/modules/$release/modules.builtin"
ok "one that is built in needs no module" same "crc32c_intel mbcache jbd2 ext4" "$(value modules)"

stored other-kernel
ok "a kernel that is not there" not image --kernel 6.12.0
ok "a kernel that is not there is named" said 'no kernel image for 6.12.0'
for place in boot/vmlinuz usr/lib/modules boot/Image boot/vmlinux boot/image; do
	mkdir -p "$tree/usr/lib/modules/6.12.0"
	file=$tree/$place-6.12.0
	[ $place != usr/lib/modules ] || file=$tree/$place/6.12.0/vmlinuz
	: >"$file"
	image --kernel 6.12.0
	ok "its image is found as ${file#"$tree"}" said "^kernel  *${file#"$tree"}\$"
	rm "$file"
done
ok "a release that is none is refused" same 2 "$("$tool" image --root "$tree" --kernel ../x 2>/dev/null; echo $?)"

# ---- depmod's lists, damaged ----------------------------------------------------
# What modprobe does not follow is not followed, and no list keeps us waiting.
lists=lib/modules/$release
plain='scsi_mod libata libahci ahci sd_mod crc32c_intel mbcache jbd2 ext4'
# modules_soon: the image's modules, or nothing where that takes more than 5 s
modules_soon() { timeout 5 "$tool" image --root "$tree" >"$work/out" 2>&1; sed -n 's/^modules  *//p' "$work/out"; }

stored aliases
for from in a b c d e f g h; do
	for to in a b c d e f g h; do
		echo "alias $from $to"
	done
done >>"$tree/$lists/modules.alias"
echo 'softdep ext4 pre: a post: b' >>"$tree/$lists/modules.softdep"
ok "aliases that name each other are not followed" same "$plain" "$(modules_soon)"
echo 'alias fs-ext4 a' >>"$tree/$lists/modules.alias"
modules_soon >/dev/null
ok "an alias names a module, never another alias" said '^refused  *the module a, which'
stored softdeps
for from in a b c d e f g h; do
	module "$from.ko"
	echo "softdep $from pre: a b c d e f g h post: a b c d e f g h"
	echo "$from 16384 0 - Live 0x0" >>"$tree/proc/modules"
done >>"$tree/$lists/modules.softdep"
echo 'softdep ext4 post: a' >>"$tree/$lists/modules.softdep"
ok "modules that softly need each other are each taken once" same "$plain h g f e d c b a" "$(modules_soon)"
stored needs
module a.ko b.ko c.ko
module b.ko c.ko a.ko
module c.ko a.ko b.ko
configuration 'image_add = a'
ok "so are modules that need each other" same "$plain b c a" "$(modules_soon)"
for i in $(seq 200); do module "n$i.ko" "n$((i + 1)).ko"; done
configuration 'image_add = n1'
modules_soon >/dev/null
ok "a chain without an end is refused" said '^refused .*more than 128 modules'
# shellcheck disable=SC2046  # words
module many.ko $(for i in $(seq 70); do module "m$i.ko" && echo "m$i.ko"; done)
configuration 'image_add = many'
ok "all 70 that a module needs come before it" same 'm1 many' \
	"$(modules_soon | awk '{ print $(NF - 1), $NF }')"
stored no-colon
sed -i '/ahci.ko:/d' "$tree/$lists/modules.dep"
echo kernel/drivers/ata/ahci.ko >>"$tree/$lists/modules.dep"
ok "a line of modules.dep without a colon is no module" refused 'the module ahci, which'
stored no-name
echo 'kernel/: kernel/fs/jbd2/jbd2.ko' >>"$tree/$lists/modules.dep"
module drivers/net/e1000.ko drivers/net/
configuration 'image_add = e1000'
ok "a path that ends in no name is no module" refused 'the module kernel/drivers/net/ of image_add='
configuration 'image_add = net/'
ok "nor is a word of image_add=" refused 'the module net/ of image_add='
echo 'softdep ext4 post: kernel/' >>"$tree/$lists/modules.softdep"
configuration ''
ok "a soft dependency without a name is left out" same "$plain" "$(modules_soon)"

# ---- which file system ----------------------------------------------------------
stored separate
block $sata/block/sda/sda3 8:3 ID_FS_TYPE=xfs ID_FS_UUID=3333
module fs/xfs/xfs.ko
mounted 8:3 /var/crash xfs /dev/sda3
ok "a file system of its own: the path is inside it" same "UUID=3333 (sda3), xfs, /" "$(value target)"
mkdir -p "$tree/var/crash" "$tree/data"
echo '/dev/sda4 /srv/dumps ext4 nofail 0 2' >"$tree/etc/fstab"
configuration 'path = /srv/dumps/here'
ok "what fstab mounts on the way and is not mounted: refused" \
	refused '/srv/dumps, which /etc/fstab mounts, is not mounted'
"$tool" image --root "$tree" -o "$work/plan" 2>/dev/null
ok "which the build is told" same /srv/dumps "$(cat "$work/plan/unmounted")"
echo '/dev/sda4 /srv/dumps/ ext4 nofail 0 2' >"$tree/etc/fstab"
ok "also where fstab has a slash behind it" \
	refused '/srv/dumps, which /etc/fstab mounts, is not mounted'
rm "$tree/etc/fstab"
printf '[Mount]\nWhat=/dev/sda4\n' >"$tree/etc/systemd/system/srv-dumps.mount"
mkdir -p "$tree/etc/systemd/system/local-fs.target.wants"
ln -s ../srv-dumps.mount "$tree/etc/systemd/system/local-fs.target.wants/"
ok "what a mount unit mounts on the way and is not mounted: refused" \
	refused '/srv/dumps, which srv-dumps.mount mounts, is not mounted'
"$tool" image --root "$tree" -o "$work/plan" 2>/dev/null
ok "which the build is told, too" same /srv/dumps "$(cat "$work/plan/unmounted")"
rm "$tree/etc/systemd/system/local-fs.target.wants/srv-dumps.mount"
echo '/dev/sda4 /srv/dumps ext4 noauto 0 2' >"$tree/etc/fstab"
ok "noauto is the administrator's" same "UUID=1111-aaaa (sda2), ext4, /srv/dumps/here" "$(value target)"
configuration 'path = /var/link/sub'
ln -s ../data "$tree/var/link"
ok "a link on the way is followed" same "UUID=1111-aaaa (sda2), ext4, /data/sub" "$(value target)"
configuration 'path = /var/usb/sub'
ln -s usb2 "$tree/var/usb"
ln -s /srv/usb/dumps "$tree/var/usb2"
ok "so are links that lead nowhere yet: the dump goes to where it will be seen" \
	same "UUID=1111-aaaa (sda2), ext4, /srv/usb/dumps/sub" "$(value target)"
echo '/dev/sda4 /srv/usb ext4 nofail 0 2' >"$tree/etc/fstab"
ok "and to what fstab mounts there" refused '/srv/usb, which /etc/fstab mounts, is not mounted'
rm "$tree/etc/fstab" "$tree/var/usb2"
ln -s usb "$tree/var/usb2"
ok "a link that leads to itself: refused, and named" refused '/var/usb/sub: Too many levels of symbolic links'
# Where nothing can be made, however it is mounted.
configuration 'path = /srv/fixed/dumps'
mkdir -p "$tree/srv/fixed"
if chattr +i "$tree/srv/fixed" 2>"$work/why"; then
	ok "an immutable folder above that of dumps" refused '/srv/fixed/dumps, or the folder above it, is immutable'
	chattr -i "$tree/srv/fixed"
else
	skip "an immutable folder" "no chattr +i here: $(tail -n 1 "$work/why")"
fi
configuration 'path = /srv/fixed/volume/dumps'
truncate -s 128M "$work/btrfs"
if { mkfs.btrfs -q "$work/btrfs" && mount -o loop "$work/btrfs" "$tree/srv/fixed"; } >"$work/why" 2>&1; then
	btrfs subvolume create "$tree/srv/fixed/volume" >/dev/null
	ok "a subvolume that can be written to" same "UUID=1111-aaaa (sda2), ext4, /srv/fixed/volume/dumps" "$(value target)"
	btrfs property set "$tree/srv/fixed/volume" ro true
	ok "one that is read-only, as a snapshot" refused '/srv/fixed/volume/dumps is in a subvolume that is read-only'
	umount "$tree/srv/fixed"
else
	skip "a subvolume that is read-only" "no btrfs here: $(tail -n 1 "$work/why")"
fi
rm "$work/btrfs"
configuration 'path = /mnt/bind/x'
mounted 8:3 /mnt/bind xfs /dev/sda3 /some/folder
ok "a bind mount: the folder that it shows" same "UUID=3333 (sda3), xfs, /some/folder/x" "$(value target)"
mounted 8:3 /mnt/over ext4 /dev/sda3
mounted 0:40 /mnt/over tmpfs tmpfs
configuration 'path = /mnt/over'
ok "what is mounted last counts" refused 'is on tmpfs, which the native backend cannot save to'
mounted 0:41 /mnt/over autofs systemd-1
ok "an automount into which nobody has looked" refused '/mnt/over is not mounted before somebody looks there (autofs'
ln -s ../mnt/over "$tree/var/way"
configuration 'path = /var/way/x'
ok "and one that a link leads to" refused '/mnt/over is not mounted before somebody looks there (autofs'

stored named
block $sata/block/sda/sda5 8:5 ID_FS_TYPE=ext4 ID_FS_UUID=5555 ID_FS_LABEL_ENC=dumps \
	ID_PART_ENTRY_UUID=part-5 ID_PART_ENTRY_NAME=crash
mkdir -p "$tree/proc/fs/jbd2/sda5-8"
for name in UUID=5555 LABEL=dumps PARTUUID=part-5 PARTLABEL=crash; do
	configuration "target = $name" 'path = /inside'
	ok "target = $name is found" same "$name (sda5), ext4, /inside" "$(value target)"
done
said_target() { same "$1" "$(value target)"; }
mkdir -p "$tree/dev/mapper"
configuration 'target = /dev/sda5'
ok "a node is known by what is on it, for its name may change" \
	same "UUID=5555 (sda5), ext4, /var/crash" "$(value target)"
mkdir -p "$tree/dev/disk/by-id"
: >"$tree/dev/sda5"
ln -s ../../sda5 "$tree/dev/disk/by-id/ata-1"
configuration 'target = /dev/disk/by-id/ata-1'
ok "so is a link to it, which the capture kernel does not have" \
	same "UUID=5555 (sda5), ext4, /var/crash" "$(value target)"
cp "$tree/run/udev/data/b8:5" "$work/b8:5"
sed -i /ID_FS_UUID=/d "$tree/run/udev/data/b8:5"
ok "without a UUID it is known by its node" same "/dev/sda5 (sda5), ext4, /var/crash" "$(value target)"
mv "$work/b8:5" "$tree/run/udev/data/b8:5"
rm -r "$tree/dev/disk" "$tree/dev/sda5"
configuration 'target = UUID=6666'
ok "one that is not there: refused" refused 'the target UUID=6666 is not there: attach it'
block $sata/block/sda/sda6 8:6 ID_FS_TYPE=ext4 ID_FS_UUID=5555
configuration 'target = UUID=5555'
ok "two file systems of one UUID: refused" refused 'several devices have UUID=5555'
sed -i s/ext4/linux_raid_member/ "$tree/run/udev/data/b8:6"
ok "a part of a RAID that has it is not meant" same "UUID=5555 (sda5), ext4, /var/crash" "$(value target)"
configuration 'target = LABEL=dumps'
sed -i '/ID_FS_TYPE/d' "$tree/run/udev/data/b8:5"
ok "no file system known: refused" refused 'no file system is known on the target LABEL=dumps'
for kind in vfat exfat msdos ntfs3 hfsplus iso9660 squashfs erofs gfs2 ocfs2 crypto_LUKS swap \
	LVM2_member linux_raid_member; do
	echo "E:ID_FS_TYPE=$kind" >>"$tree/run/udev/data/b8:5"
	ok "$kind: refused" refused "is on $kind, which the native backend cannot save to"
done
configuration 'target = LABEL=dumps' 'target_fstype = nfs4'
ok "also where it is configured" refused 'is on nfs4'

# A file system that udev knows nothing of is read: the node is a file here.
if command -v mke2fs >/dev/null; then
	stored unknown-to-udev
	rm "$tree/run/udev/data/b8:2"
	truncate -s 8M "$tree/dev/sda2"
	mke2fs -q -F -t ext4 -U 12345678-1234-1234-1234-123456789abc "$tree/dev/sda2"
	ok "without udev libblkid reads the device" same \
		"UUID=12345678-1234-1234-1234-123456789abc (sda2), ext4, /var/crash" "$(value target)"
	rm -r "$tree/proc/fs/jbd2/sda2-8"
	truncate -s 8M "$work/journal"
	mke2fs -q -F -O journal_dev -b 1024 "$work/journal"
	mke2fs -q -F -t ext4 -b 1024 -O ^has_journal "$tree/dev/sda2"
	uuid=$(blkid -p -s UUID -o value "$work/journal")
	debugfs -w -f /dev/stdin "$tree/dev/sda2" >/dev/null 2>&1 <<-END2
	feature has_journal
	set_super_value journal_uuid $uuid
	END2
	ok "a journal on another device: refused" refused 'has its journal on another device'
fi
stored xfs-log
sed -i 's/ext4/xfs/; s/$/,logdev=\/dev\/sdz1/' "$tree/proc/self/mountinfo"
sed -i s/ext4/xfs/ "$tree/run/udev/data/b8:2"
module fs/xfs/xfs.ko
ok "the log of XFS on another device: refused" refused 'has its journal on another device'

# ---- what it lies on ---------------------------------------------------------------
virtual=virtual/block
usb=pci0000:00/0000:00:14.0/usb1/1-1/host1/target1:0:0/1:0:0:0

# on DEVICE: the root file system is on this one
on() {
	block "$1" 250:0 ID_FS_TYPE=ext4 ID_FS_UUID=1111-aaaa
	rm "$tree/run/udev/data/b8:2"
	mkdir -p "$tree/proc/fs/jbd2/${1##*/}-8"
	: >"$tree/proc/self/mountinfo"
	mounted 250:0 / ext4 /dev/root
}
programs() { for program; do : >"$tree/usr/sbin/$program"; done; }

stored lvm-on-raid
device pci0000:00/0000:00:14.0 xhci_hcd xhci_pci
device pci0000:00/0000:00:14.0/usb1/1-1 uas uas
device $usb sd sd_mod
block $usb/block/sdb 8:16
module drivers/usb/xhci-pci.ko
module drivers/usb/uas.ko
module drivers/md/raid1.ko drivers/md/md-mod.ko
module drivers/md/md-mod.ko
module drivers/md/dm-mod.ko
module drivers/md/dm-log.ko drivers/md/dm-mod.ko
module drivers/net/e1000.ko
printf '%s 16384 0 - Live 0x0\n' raid1 md_mod dm_mod e1000 >"$tree/proc/modules"
block $virtual/md127 9:127
lies_on $virtual/md127 $sata/block/sda $usb/block/sdb
mkdir -p "$tree/sys/devices/$virtual/md127/md"
echo 1.2 >"$tree/sys/devices/$virtual/md127/md/metadata_version"
on $virtual/dm-3
mapped $virtual/dm-3 vg--1-root LVM-abc
lies_on $virtual/dm-3 $virtual/md127
ok "mdadm missing: refused" refused 'mdadm, which puts the target together, is not installed'
programs mdadm lvm
image
ok "LVM on a RAID: first the RAID, then the volume group" same "mdraid lvm vg-1" \
	"$(sed -n '/^stack=/s/stack=//p' "$(conf >/dev/null && echo "$work/plan/capture.conf")" | paste -sd' ')"
ok "drivers of both disks, md and dm as they are in use, and the file system" same \
	"scsi_mod libata libahci ahci sd_mod xhci_pci uas dm_mod md_mod raid1 mbcache jbd2 ext4" \
	"$(value modules)"
ok "the image gets the programs that RAID and LVM need" same "makedumpfile mdadm lvm" "$(value programs)"
mkdir -p "$tree/dev/vg-1" && : >"$tree/dev/dm-3" && ln -s ../dm-3 "$tree/dev/vg-1/root"
configuration 'target = /dev/vg-1/root'
ok "a volume that is named by udev's link is known by what is on it" \
	said_target "UUID=1111-aaaa (dm-3), ext4, /var/crash"
block $virtual/dm-4 253:4 ID_FS_TYPE=ext4 ID_FS_UUID=1111-aaaa
ok "a volume of which there is a snapshot is known by its name" \
	said_target "/dev/mapper/vg--1-root (dm-3), ext4, /var/crash"
rm -r "$tree/sys/devices/$virtual/dm-4" "$tree/sys/class/block/dm-4" "$tree/sys/dev/block/253:4" \
	"$tree/dev/dm-3" "$tree/dev/vg-1" "$tree/run/udev/data/b253:4"
configuration
mkdir -p "$tree/etc/lvm" && : >"$tree/etc/lvm/lvm.conf"
conf >/dev/null && cp "$work/plan/from" "$work/from"
ok "lvm.conf goes into the image" same /etc/lvm/lvm.conf "$(cat "$work/plan/files")"
echo changed >"$tree/etc/lvm/lvm.conf"
conf >/dev/null
ok "and makes it stale when it changes" not cmp -s "$work/plan/from" "$work/from"
conf >/dev/null && cp "$work/plan/from" "$work/from" && conf >/dev/null
ok "the list of inputs is the same for the same machine" cmp "$work/plan/from" "$work/from"
echo external:/md0/0 >"$tree/sys/devices/$virtual/md127/md/metadata_version"
programs mdmon
ok "a RAID of the firmware's kind: mdmon writes its metadata" same \
	"makedumpfile mdadm mdmon lvm" "$(value programs)"
mapped $virtual/dm-3 secret CRYPT-LUKS2-abc-secret
ok "an encrypted device without a header on it: refused" \
	refused 'lies on the encrypted device secret, whose LUKS header is not on it'
block $virtual/md127 9:127 ID_FS_TYPE=crypto_LUKS ID_FS_UUID=11112222-3333-4444-5555-666677778888
mapped $virtual/dm-3 secret CRYPT-LUKS2-11112222333344445555666677778888-secret
ok "one with it, but without a key slot of ours: refused" \
	refused 'which nobody can open after a crash: run "kdump-dma unlock"'
for kind in PLAIN BITLK TCRYPT; do
	mapped $virtual/dm-3 secret CRYPT-$kind-secret
	ok "encrypted by $kind: refused" refused 'an encrypted device that is not LUKS'
done
mapped $virtual/dm-3 usr CRYPT-VERITY-usr
ok "dm-verity encrypts nothing" refused 'lies on a device that cannot be written to (dm-verity)'
mapped $virtual/dm-3 data CRYPT-INTEGRITY-data
ok "nor does dm-integrity alone" refused 'lies on a device with integrity protection (dm-integrity)'
for part in overlay hotzone-forward hotzone-backward; do
	mapped $virtual/dm-3 secret-$part CRYPT-SUBDEV-11112222333344445555666677778888-secret-$part
	ok "what cryptsetup reencrypt puts below a device ($part): refused, and said what it is" \
		refused 'being encrypted anew (cryptsetup reencrypt)'
done
mapped $virtual/dm-3 secret CRYPT-LUKS2-OPAL-11112222333344445555666677778888-secret
ok "encrypted by the drive: refused, and it is said what it is" refused 'whose drive encrypts (LUKS2 with OPAL)'
mapped $virtual/dm-3 secret_dif CRYPT-SUBDEV-11112222333344445555666677778888-secret_dif
ok "LUKS with integrity: refused" refused 'LUKS with integrity protection'
for kind in stratis-1-x VDO-x DMRAID-x ''; do
	mapped $virtual/dm-3 other "$kind"
	ok "a mapped device of kind \"$kind\": refused" refused 'a mapped device that nothing here puts'
done
mapped $virtual/dm-3 vg-root LVM-abc
rm -r "$tree/sys/devices/$virtual/dm-3/slaves"
ok "one that has no parts: refused" refused 'dm-3, which has 0 parts'

stored raid-partition
block $virtual/md127 9:127
lies_on $virtual/md127 $sata/block/sda
on $virtual/md127/md127p1
programs mdadm
ok "a partition of a RAID" same mdraid "$(value 'lies on')"

stored multipath
for disk in b c; do
	device pci0000:00/0000:00:1$disk.0 lpfc lpfc
	block pci0000:00/0000:00:1$disk.0/host2/rport-2:0-0/target2:0:0/2:0:0:0/block/sd$disk 8:1$disk
	path=pci0000:00/0000:00:1$disk.0/host2/rport-2:0-0/target2:0:0/2:0:0:0
	device $path sd sd_mod
	echo 'naa.600 1' >"$tree/sys/devices/$path/wwid"
	echo alua >"$tree/sys/devices/$path/dh_state"
	ln -s "/sys/devices/$path" "$tree/sys/devices/$path/block/sd$disk/device"
done
b=pci0000:00/0000:00:1b.0/host2/rport-2:0-0/target2:0:0/2:0:0:0/block/sdb
c=pci0000:00/0000:00:1c.0/host2/rport-2:0-0/target2:0:0/2:0:0:0/block/sdc
block $virtual/dm-0 254:0
mapped $virtual/dm-0 mpatha mpath-3600
lies_on $virtual/dm-0 $b $c
on $virtual/dm-1
mapped $virtual/dm-1 mpatha-part1 part1-mpath-3600
lies_on $virtual/dm-1 $virtual/dm-0
module drivers/scsi/lpfc.ko drivers/scsi/scsi_mod.ko
module drivers/scsi/device_handler/scsi_dh_alua.ko
module drivers/md/dm-multipath.ko
module drivers/md/dm-round-robin.ko drivers/md/dm-multipath.ko
ok "where a partition begins is not known: refused" refused 'udev does not say where it begins'
echo E:ID_PART_ENTRY_OFFSET=2048 >>"$tree/run/udev/data/b250:0"
image
said_multipath() { # WWID
	image
	said "^lies on  *multipath mpatha 204800 1,alua $1 2\$"
}
ok "multipath: sectors, handler and WWID of its paths" said_multipath naa.600_1
ok "then the partition: parent, start, sectors" said '^  *partition mpatha-part1 mpatha 2048 204800$'
ok "with the handler's and the selector's modules" same \
	"scsi_mod lpfc sd_mod scsi_dh_alua dm_multipath dm_round_robin crc32c_intel mbcache jbd2 ext4" \
	"$(value modules)"
rm "$tree/sys/devices/${b%/block/sdb}/wwid" "$tree/sys/devices/${c%/block/sdc}/wwid"
for path in "${b%/block/sdb}" "${c%/block/sdc}"; do
	printf '\0\200\0\020  some serial  \n' >"$tree/sys/devices/$path/vpd_pg80"
done
ok "paths of a disk without a WWID are known by its serial number" said_multipath some_serial
rm "$tree/sys/devices/${b%/block/sdb}/vpd_pg80" "$tree/sys/devices/${c%/block/sdc}/vpd_pg80"
ok "paths that do not say which disk they lead to: refused" refused 'do not say'

stored mmc
device platform/sdhci sdhci-pci sdhci_pci
device platform/sdhci/mmc_host/mmc0/mmc0:0001 mmcblk
on platform/sdhci/mmc_host/mmc0/mmc0:0001/block/mmcblk0/mmcblk0p2
module drivers/mmc/sdhci-pci.ko
module drivers/mmc/mmc_block.ko
ok "eMMC and SD: the block driver, too" same \
	"sdhci_pci mmc_block crc32c_intel mbcache jbd2 ext4" "$(value modules)"
# A device that has to be there before the disk's controller probes.
device platform/regulator reg_x reg_x
mkdir -p "$tree/sys/devices/platform/sdhci/supplier:platform:regulator"
ln -s /sys/devices/platform/regulator \
	"$tree/sys/devices/platform/sdhci/supplier:platform:regulator/supplier"
module drivers/regulator/reg-x.ko
ok "suppliers of the controller come first" same \
	"reg_x sdhci_pci mmc_block crc32c_intel mbcache jbd2 ext4" "$(value modules)"
ln -s /sys/devices/platform/sdhci "$tree/sys/devices/platform/regulator/supplier:platform:x"
ok "a circle of them ends" image

stored nvme
device pci0000:00/0000:00:03.0 nvme nvme
device pci0000:00/0000:00:03.0/nvme/nvme0
on virtual/nvme-subsystem/nvme-subsys0/nvme0n1
module drivers/nvme/nvme.ko drivers/nvme/nvme-core.ko
module drivers/nvme/nvme-core.ko
ok "a subsystem of NVMe without controllers: refused" refused 'has no controllers'
ln -s /sys/devices/pci0000:00/0000:00:03.0/nvme/nvme0 \
	"$tree/sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0"
ok "NVMe's own multipath: its controllers'" same \
	"nvme_core nvme crc32c_intel mbcache jbd2 ext4" "$(value modules)"
device virtual/nvme-fabrics/ctl/nvme1
ln -s /sys/devices/virtual/nvme-fabrics/ctl/nvme1 \
	"$tree/sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme1"
ok "one that is over the network: refused" refused 'no driver that brings it up'

for path in virtual/block/loop0 virtual/block/bcache0 rbd/0/block/rbd0 virtual/block/zram0 \
	virtual/net/eth0-fcoe/host7/7:0:0:0/block/sdc; do
	stored "${path##*/}"
	on $path
	ok "${path##*/}: refused" refused 'has no driver that brings it up'
done
stored iscsi
device platform/host3/session1/target3:0:0/3:0:0:0 sd sd_mod
on platform/host3/session1/target3:0:0/3:0:0:0/block/sdd
ok "a target on iSCSI is refused" refused 'lies on a disk over the network'

stored btrfs
sed -i 's/ext4/btrfs/' "$tree/run/udev/data/b8:2"
echo E:ID_FS_UUID_SUB=sub-a >>"$tree/run/udev/data/b8:2"
: >"$tree/proc/self/mountinfo"
mounted 0:30 / btrfs /dev/sda2 /@ subvol=/@
module fs/btrfs/btrfs.ko
ok "btrfs: the path begins with its subvolume" same "UUID=1111-aaaa (sda2), btrfs, /@/var/crash" \
	"$(value target)"
ok "which is found in the top one" has_conf mount_options=subvolid=5
ok "on one device nothing has to be put together" same "" "$(value 'lies on')"
device pci0000:00/0000:00:14.0 xhci_hcd xhci_pci
device pci0000:00/0000:00:14.0/usb1/1-1 uas uas
device $usb sd sd_mod
block $usb/block/sdb 8:16 ID_FS_TYPE=btrfs ID_FS_UUID=1111-aaaa ID_FS_UUID_SUB=sub-b
module drivers/usb/xhci-pci.ko
module drivers/usb/uas.ko
ok "two that have its UUID" same "btrfs 2" "$(value 'lies on')"
mkdir -p "$tree/sys/fs/btrfs/1111-aaaa/devices/sda2"
ok "mounted: only those of the mount" same "" "$(value 'lies on')"
mkdir -p "$tree/sys/fs/btrfs/1111-aaaa/devices/sdb"
ok "both are waited for" has_conf member=sub-b
ok "with the drivers of both" same \
	"scsi_mod libata libahci ahci sd_mod xhci_pci uas btrfs" "$(value modules)"

# What a device lies on, in circles and in layers that meet again.
raid() { # NAME MAJOR:MINOR PART...
	block "$virtual/$1" "$2"
	name=$1
	shift 2
	lies_on "$virtual/$name" "$@"
}
layers() { # N: md110 and md210, each on both of the next layer, md111 and md211 ...
	for i in $(seq 10 $((9 + $1))); do
		for side in 1 2; do
			raid "md$side$i" "9$side:$i" $virtual/md1$((i + 1)) $virtual/md2$((i + 1))
		done
	done
	on $virtual/md0
	lies_on $virtual/md0 $virtual/md110 $virtual/md210
	programs mdadm
}
stored layers
layers 20
raid md130 91:30 $sata/block/sda
raid md230 92:30 $sata/block/sda
modules_soon >/dev/null
ok "layers that meet again are looked at once" said '^lies on  *mdraid$'
ok "and are not refused" not said '^refused'
stored circle
layers 1
raid md111 91:11 $virtual/md110
raid md211 92:11 $sata/block/sda
ok "a device that lies on itself is refused" refused 'lies on md110, which lies on itself'

# ---- watchdog -----------------------------------------------------------------------
stored watchdog
mkdir -p "$tree/sys/class/watchdog/watchdog0"
ok "a watchdog of software is not fed" not has_conf 'watchdog=.*'
device pci0000:00/0000:00:1f.4 iTCO iTCO_wdt
ln -s /sys/devices/pci0000:00/0000:00:1f.4 "$tree/sys/class/watchdog/watchdog0/device"
module drivers/watchdog/iTCO_wdt.ko
ok "one of hardware is" has_conf watchdog=/dev/watchdog0
ok "its driver is loaded first" same iTCO_wdt "$(value modules | cut -d' ' -f1)"

# ---- programs and files ---------------------------------------------------------------
stored programs
rm "$tree/usr/bin/makedumpfile"
ok "without makedumpfile an image is built" image
ok "and that is said" said 'makedumpfile is not installed'
configuration 'collector = my-collector'
ok "another collector that is not there: refused" refused 'my-collector is not installed'
: >"$tree/usr/bin/makedumpfile"
configuration 'image_add = /etc/extra e1000'
ok "image_add: a file that is not there" refused '/etc/extra of image_add= is not there\|e1000'
: >"$tree/etc/extra"
ok "a module that is not there" refused 'the module e1000 of image_add='
module drivers/net/e1000.ko
image
ok "a file and a module of image_add= are in the image" said '^modules .* e1000$'
ok "in the lists for the build" grep -qx /etc/extra "$(conf >/dev/null && echo "$work/plan/files")"
configuration 'pre = /usr/local/sbin/before --all' 'post = /none/after'
mkdir -p "$tree/usr/local/sbin"
printf '#!/bin/sh -e\n' >"$tree/usr/local/sbin/before"
chmod +x "$tree/usr/local/sbin/before"
mkdir -p "$tree/bin"
: >"$tree/bin/sh"
ok "pre =: the program with its arguments" has_conf 'pre=/usr/local/sbin/before --all'
ok "it goes into the image" grep -qx /usr/local/sbin/before "$work/plan/files"
ok "post =: one that is not there costs no image" image
ok "but is said" said '^doubt .*post = /none/after: it is not there: captures run nothing$'
ok "and is not run" not has_conf 'post=.*'
# left_out WHAT REASON: as pre =, it costs no image, is said, and is not run
left_out() {
	configuration "pre = /usr/local/sbin/$1"
	image && said "^doubt .*pre = /usr/local/sbin/$1: $2: captures run nothing$" && ! has_conf 'pre=.*'
}
: >"$tree/usr/local/sbin/plain"
ok "nor does one that is not executable" left_out plain 'it is not executable'
: >"$tree/usr/local/sbin/empty"
chmod +x "$tree/usr/local/sbin/empty"
ok "nor an empty one" left_out empty 'it is empty, or cannot be read'
mkdir "$tree/usr/local/sbin/folder"
ok "nor a folder" left_out folder 'it is no file'
mkfifo -m 755 "$tree/usr/local/sbin/fifo"
ok "nor a FIFO, which nothing waits for" left_out fifo 'it is no file\|it is not there'
printf '#! /opt/perl -w\n' >"$tree/usr/local/sbin/script"
chmod +x "$tree/usr/local/sbin/script"
ok "nor a script whose interpreter is missing" left_out script 'its interpreter /opt/perl is not there'
printf '#!perl\n' >"$tree/usr/local/sbin/script"
ok "or no path" left_out script 'its interpreter perl is not there'
configuration 'pre = before'
ok "nor one that is no path" not has_conf 'pre=.*'
ok "they have a minute each" has_conf limit_hook=60
configuration 'no such line'
ok "a configuration that is refused: no image" refused 'kdump-dma.conf:1: no "=" in this line'
"$tool" image --root "$tree" -o "$work/plan" 2>/dev/null
ok "but the command line for the one that is there" grep -q 'reset_devices' "$work/plan/cmdline"

# ---- the command line --------------------------------------------------------------
stored words
line() { # WORD...: what is left of the running kernel's, and ours
	echo "$*" >"$tree/proc/cmdline"
	value 'command line'
}
ours='reset_devices irqpoll nr_cpus=1 cgroup_disable=memory numa=off'
ours="$ours transparent_hugepage=never mce=off hest_disable acpi_no_memhotplug novmcoredd"
ours="$ours kfence.sample_interval=0 rootfstype=ramfs panic=10 softlockup_panic=1"
ours="$ours watchdog_thresh=60 printk.devkmsg=on"
configuration ''
ok "words of the hardware stay, ours follow" same "console=ttyS0,115200 nvme_core.io_timeout=5 $ours" \
	"$(line console=ttyS0,115200 nvme_core.io_timeout=5)"
for word in crashkernel=128M mem=1G memmap=1G hugepages=10 default_hugepagesz=1G sysctl.vm.nr_hugepages=4096 \
	sysctl.kernel.panic=0 dhash_entries=33554432 thash_entries=2097152 uhash_entries=1 \
	cma_pernuma=256M numa_cma=0:1G hugetlb_cma=1G brd.rd_size=1048576 memtest=4 quiet \
	loglevel=3 panic=0 oops=panic root=UUID=x ro rd.lvm.lv=a/b systemd.unit=rescue.target ip=dhcp \
	ftrace=wakeup ftrace_boot_snapshot trace_event=sched trace_buf_size=64M tp_printk \
	kprobe_event=p reserve_mem=12M:4096:trace nowatchdog nosoftlockup watchdog_thresh=3 \
	panic_on_oops=1 log-buf-len=1G nr_cpus=64 isolcpus=1 swiotlb=65536 slub_debug=FZ \
	fadump=on retain_initrd keepinitrd debug_pagealloc=on pause_on_oops=300 panic_print=0x1f \
	sysctl/kernel/panic=0 '"panic=0"' '"nowatchdog"' '"sysctl/kernel.watchdog=0"' "$(printf 'quiet\vmem=1G')" \
	unknown_nmi_panic hung_task_panic=1 workqueue.panic_on_stall=1 kmsan.panic=1 \
	edac_core.edac_mc_panic_on_ue=1 panic_sys_info=all panic_console_replay \
	initrdmem=0x40000000,64M noinitrd initramfs_options=size=10% ima_policy=secure_boot \
	ima_appraise=enforce evm=fix debug_guardpage_minorder=2 debug_objects slab_nomerge \
	slab_debug=FZ page_owner=on page_table_check=on early_page_ext init_on_alloc=1 init_on_free=1 \
	dma_debug_entries=1048576 movable_node efi_fake_mem=1G@4G:0x10000 memblock=debug \
	kho=on kho_scratch=64M,256M,64M boot_delay=500 ignore_loglevel debug \
	dm-mod.waitfor=PARTLABEL=x 'dm-mod.create="r,,,ro,0 9 linear 8:1 0"' md=0,/dev/sda raid=autodetect; do
	ok "$word is left behind" same "a b $ours" "$(line a "$word" b)"
done
ok "what follows -- is for init" same "a $ours" "$(line a -- b panic=0)"
ok "a value in quotes stays whole" same "a m.x=\"1 quiet 2\" b $ours" "$(line a 'm.x="1 quiet 2"' b)"
ok "a quote that never ends does not swallow ours" same "a $ours" "$(line a 'm.x="1 2' b)"
configuration 'append = x.y=1 irqpoll'
ok "append= comes last" same "a $ours x.y=1 irqpoll" "$(line a)"
configuration 'append = x.y=1 -- a b' 'append_plan = coherent_pool=0'
ok "words for init stay behind those that apply adds" same "a $ours x.y=1 coherent_pool=0 -- a b" "$(line a)"
ok "config tells the same" same "x.y=1 coherent_pool=0 -- a b" "$("$tool" config --root "$tree" --get append)"
configuration 'remove = irqpoll m.x console'
ok "remove= takes ours and the host's" same "a $(echo "$ours" | sed 's/irqpoll //')" \
	"$(line a m.x=3 console=ttyS0)"
configuration ''
mkdir -p "$tree/sys/class/dmi/id"
echo 'Amazon EC2' >"$tree/sys/class/dmi/id/sys_vendor"
ok "Amazon's x86_64 has irqpoll" same "$ours" "$(line irqpoll)"
sed -i s/x86_64/aarch64/ "$tree/.machine"
ok "its aarch64 has not, nor its own line's" same "$(echo "$ours" | sed 's/irqpoll //')" "$(line irqpoll)"
sed -i s/aarch64/x86_64/ "$tree/.machine"
without_tracefs() { line a; said ' initcall_blacklist=tracer_init_tracefs$'; }
ok "no kernel configuration: tracefs stays" not without_tracefs
echo 'CONFIG_RV=y' >"$tree/boot/config-$release"
ok "monitors of runtime verification: it stays" not without_tracefs
echo '# CONFIG_RV is not set' >"$tree/boot/config-$release"
ok "a kernel that has none: it is left out" without_tracefs
configuration 'remove = initcall_blacklist'
ok "but not if remove= says so" not without_tracefs
configuration "append = $(printf 'a%.0s' $(seq 1000))"
# shellcheck disable=SC2046  # words
line $(seq 1 700 | sed 's/^/x/') >/dev/null
ok "a line that a kernel would not take: refused" refused 'command line is longer than'

# ---- arm64 without _text --------------------------------------------------------------
# Numbers of Debian 12's 6.1.0-56-arm64, and of a kernel before 5.12 as it would be.
stored arm64
sed -i s/x86_64/aarch64/ "$tree/.machine"
text() { # the line for kexec; from /proc/iomem's line and symbols "ADDRESS NAME"...
	echo "  $1 : Kernel code" >"$tree/proc/iomem"
	shift
	printf '%s\n' "$@" 'ffffbd2072a10000 t bcm2835_handle_irq' 'ffffbd2072a20000 T show_stext' \
		>"$tree/proc/kallsyms"
	"$tool" image --root "$tree" -o "$work/plan" 2>/dev/null
	cat "$work/plan/kallsyms"
}
stext='ffffbd2072a10000 T _stext' init='ffffbd2074060000 T __init_begin'
ok "a kernel that shows no _text: where it is" same "ffffbd2072a00000 T _text" \
	"$(text 40210000-4185ffff "$stext" "$init")"
ok "also where iomem's code begins with it" same "ffffbd2072a00000 T _text" \
	"$(text 40200000-4185ffff "$stext" "$init")"
ok "one that shows it needs nothing" same "" \
	"$(text 40210000-4185ffff 'ffffbd2072a00000 T _text' "$stext" "$init")"
ok "iomem says something else: nothing is guessed" same "" "$(text 40210000-4186ffff "$stext" "$init")"
ok "another place: neither" same "" "$(text 40211000-41860fff "$stext" "$init")"
ok "addresses are hidden: neither" same "" \
	"$(text 40210000-4185ffff '0000000000000000 T _stext' '0000000000000000 T __init_begin')"
ok "half of it is missing: neither" same "" "$(text 40210000-4185ffff "$stext")"
sed -i s/aarch64/x86_64/ "$tree/.machine"
ok "x86_64 has no kernel text to be shown" same "" "$(text 40210000-4185ffff "$stext" "$init")"

# ---- how it is packed ----------------------------------------------------------------
stored packed
packed() { conf >/dev/null && cat "$work/plan/compressor"; }
ok "gzip where nothing is known of the kernel" same "gzip -9" "$(packed)"
printf 'X=y\nCONFIG_RD_ZSTD=y\nY=y\n' >"$tree/boot/config-$release"
ok "and where zstd is not installed" same "gzip -9" "$(packed)"
: >"$tree/usr/bin/zstd"
ok "zstd with a small window where the kernel knows it" same "zstd -19 -q --zstd=wlog=17" "$(packed)"

echo 1000000 >"$tree/.room"
ok "a target with too little room is said when it is built" grep -q 'has 0 MiB free, and a dump may take' \
	"$(conf 2>"$work/warned" >/dev/null; echo "$work/warned")"
rm "$tree/.room"

# ---- events that end in a dump ----------------------------------------------------------
stored events
# sysctl PANIC_ON [NAME]: what native is to set
sysctl() {
	configuration "panic_on = $1"
	conf >/dev/null
	paste -s -d ' ' "$work/plan/${2:-sysctl}"
}
echo 0 >"$tree/proc/sys/kernel/panic_on_oops"
ok "panic_on = oops sets panic_on_oops" same "kernel/panic_on_oops 1" "$(sysctl '')"
ok "what was before is kept" same "kernel/panic_on_oops 0" "$(sysctl oops sysctl.before)"
ok "panic_on = none sets nothing" same "" "$(sysctl none)"
ok "what this kernel does not have is not set" same "kernel/panic_on_oops 1" "$(sysctl 'oops nmi warn')"
echo 1 >"$tree/proc/sys/kernel/panic_on_oops"
ok "what is so already is not set" same "" "$(sysctl oops)"
ok "and nothing is put back" same "" "$(sysctl oops sysctl.back)"
mkdir -p "$tree/run/kdump-dma"
echo 'kernel/panic_on_oops 0' >"$tree/run/kdump-dma/sysctl"
ok "what was set before is put back at the end" same "kernel/panic_on_oops 0" "$(sysctl oops sysctl.back)"
ok "and is not forgotten when it is loaded again" same "kernel/panic_on_oops 0" "$(sysctl oops sysctl.before)"
ok "and is put back when it is not asked for" same "kernel/panic_on_oops 0" "$(sysctl none)"
rm "$tree/run/kdump-dma/sysctl"
echo 0 >"$tree/proc/sys/kernel/panic_on_oops"
mkdir -p "$tree/etc/sysctl.d" "$tree/usr/lib/sysctl.d"
for line in 'kernel.panic_on_oops=0' ' -kernel/panic_on_oops = 0'; do
	echo "$line" >"$tree/etc/sysctl.d/x.conf"
	ok "somebody's \"$line\" stays" same "" "$(sysctl oops)"
done
echo '# kernel.panic_on_oops=0' >"$tree/etc/sysctl.d/x.conf"
echo 'kernel.panic_on_oops=0' >"$tree/usr/lib/sysctl.d/x.conf"
ok "a file of /etc is in place of its namesake" same "kernel/panic_on_oops 1" "$(sysctl oops)"
for word in sysctl.kernel.panic_on_oops=0 sysctl/kernel/panic_on_oops=0 oops=panic '"oops=panic"'; do
	echo "$word" >"$tree/proc/cmdline"
	ok "the command line's $word stays" same "" "$(sysctl oops)"
done
echo 0 >"$tree/proc/sys/kernel/panic_on_warn"
for word in panic_on_warn=0 panic-on-warn=1; do
	echo "$word" >"$tree/proc/cmdline"
	ok "the command line's $word stays" same "" "$(sysctl warn)"
done
for word in 'panic_on_warn_x=1' '-- panic_on_warn=1'; do
	echo "$word" >"$tree/proc/cmdline"
	ok "$word says nothing of it" same "kernel/panic_on_warn 1" "$(sysctl warn)"
done
rm "$tree/proc/sys/kernel/panic_on_warn"
configuration 'panic_on = oops opps'
ok "a word that is none is refused" refused 'panic_on: opps is not one of none|oops'

# ---- time limits -------------------------------------------------------------------
stored limits
configuration 'time_limit = 10'
ok "no step has more than all of the time" same "" "$(conf | awk -F= '/^limit_/ && $2 > 10')"
configuration 'time_limit = 24h'
ok "a day: the target has a sixth" has_conf limit_device=14400

# ---- kernels that are not in /boot by their name --------------------------------------
# unified RELEASE KERNEL: a unified kernel image with that kernel file in it
unified() {
	printf MZ && zeros 58 && le 4 64
	printf 'PE\0\0' && le 2 34404 && le 2 2 && zeros 12 && le 2 0 && le 2 0
	section .uname ${#1} 168 && section .linux "$(stat -c %s "$2")" $((168 + ${#1}))
	printf %s "$1" && cat "$2"
}
kernel_of() { # PATH
	same "/$1" "$(value kernel)"
}
is_given() { # PATH
	image -o "$work/plan" && same "$1" "$(cat "$work/plan/kernel")"
}
stored kernels
rm -f "$tree"/boot/vmlinuz-* "$tree"/usr/lib/modules/*/vmlinuz
ok "no kernel anywhere is refused" refused "no kernel image for $release"
echo 'the kernel itself' >"$work/vmlinuz"
echo 11112222333344445555666677778888 >"$tree/etc/machine-id"
for place in boot/EFI/Linux efi/EFI/Linux boot/efi/EFI/Linux usr/lib/modules/$release; do
	mkdir -p "$tree/$place"
	unified 6.99.0 "$work/vmlinuz" >"$tree/$place/other.efi"
	: >"$tree/$place/torn.efi"
	pe_file "$tree/$place/0.addon.efi" .uname "$release" .cmdline quiet
	ok "an addon in $place is no kernel" refused "no kernel image for $release"
	unified "$release" "$work/vmlinuz" | head -c 100 >"$tree/$place/cut.efi"
	unified "$release" "$work/vmlinuz" >"$tree/$place/any+3.efi"
	ok "a unified kernel image in $place is known by its release" kernel_of "$place/any+3.efi"
	ok "the build is given the kernel in it" eval \
		"is_given $work/plan/vmlinuz && cmp $work/vmlinuz $work/plan/vmlinuz"
	rm "$tree/$place"/*.efi
done
for place in boot efi boot/efi; do
	for token in 11112222333344445555666677778888 debian; do
		[ $token != debian ] || mkdir -p "$tree/etc/kernel"
		[ $token != debian ] || echo debian >"$tree/etc/kernel/entry-token"
		mkdir -p "$tree/$place/$token/$release"
		cp "$work/vmlinuz" "$tree/$place/$token/$release/linux"
		ok "a kernel of kernel-install in $place/$token" kernel_of "$place/$token/$release/linux"
		ok "the build is given that file" is_given "/$place/$token/$release/linux"
		rm "$tree/$place/$token/$release/linux"
	done
	rm -r "$tree/etc/kernel"
done

tap_end
