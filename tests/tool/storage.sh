# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154  # $tree is the caller's
# Machines whose dumps go to a file system of theirs, as sysfs, udev's database and
# depmod's lists show them: . tests/tool/storage.sh, after tree.sh. All of it is
# made in $tree.

release=6.1.0-40-amd64

# device PATH [DRIVER [MODULE]]: below sys/devices; built in without MODULE
device() {
	mkdir -p "$tree/sys/devices/$1"
	[ -z "${2:-}" ] || {
		mkdir -p "$tree/sys/bus/drivers/$2"
		ln -sfn "/sys/bus/drivers/$2" "$tree/sys/devices/$1/driver"
		[ -z "${3:-}" ] || {
			mkdir -p "$tree/sys/module/$3"
			ln -sfn "/sys/module/$3" "$tree/sys/bus/drivers/$2/module"
		}
	}
}

# block PATH MAJOR:MINOR [KEY=VALUE...]: a block device, and what udev found on it
block() {
	device "$1"
	echo "$2" >"$tree/sys/devices/$1/dev"
	mkdir -p "$tree/sys/class/block" "$tree/sys/dev/block" "$tree/run/udev/data"
	ln -sfn "/sys/devices/$1" "$tree/sys/class/block/${1##*/}"
	ln -sfn "/sys/devices/$1" "$tree/sys/dev/block/$2"
	number=$2
	shift 2
	for pair; do
		echo "E:$pair"
	done >"$tree/run/udev/data/b$number"
}

# lies_on WHOLE PART...: paths below sys/devices
lies_on() {
	whole=$1
	shift
	mkdir -p "$tree/sys/devices/$whole/slaves"
	for part; do
		ln -sfn "/sys/devices/$part" "$tree/sys/devices/$whole/slaves/${part##*/}"
	done
}

# mapped PATH NAME UUID: what device mapper says of it
mapped() {
	mkdir -p "$tree/sys/devices/$1/dm"
	echo "$2" >"$tree/sys/devices/$1/dm/name"
	echo "$3" >"$tree/sys/devices/$1/dm/uuid"
	echo 204800 >"$tree/sys/devices/$1/size"
}

# mounted MAJOR:MINOR AT FSTYPE SOURCE [FROM [OPTIONS]]
mounted() {
	echo "30 1 $1 ${5:-/} $2 rw,relatime shared:1 - $3 $4 rw${6:+,$6}" \
		>>"$tree/proc/self/mountinfo"
}

# module FILE [NEEDED-FILE...]: below kernel/, as depmod writes it
module() {
	line=kernel/$1:
	shift
	for needed; do
		line="$line kernel/$needed"
	done
	echo "$line" >>"$tree/lib/modules/$release/modules.dep"
}

# stored: a machine with a SATA disk and its root file system on sda2
sata=pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0
stored() { # NAME
	tree=$work/$1
	machine "$tree" 2048 128 crashkernel=384M-:128M
	native "$tree"
	mkdir -p "$tree/proc/self" "$tree/lib/modules/$release" "$tree/usr/bin" \
		"$tree/etc/modprobe.d"
	: >"$tree/boot/vmlinuz-$release"
	: >"$tree/usr/bin/makedumpfile"
	echo web1 >"$tree/proc/sys/kernel/hostname"
	echo 0123456789abcdef0123456789abcdef >"$tree/etc/machine-id"
	device pci0000:00
	device pci0000:00/0000:00:1f.2 ahci ahci
	device $sata sd sd_mod
	block $sata/block/sda 8:0
	block $sata/block/sda/sda2 8:2 ID_FS_TYPE=ext4 ID_FS_UUID=1111-aaaa \
		ID_FS_LABEL_ENC=root ID_PART_ENTRY_UUID=part-2 ID_PART_ENTRY_NAME=system
	mkdir -p "$tree/proc/fs/jbd2/sda2-8"
	: >"$tree/proc/self/mountinfo"
	mounted 8:2 / ext4 /dev/sda2
	module drivers/ata/libata.ko drivers/scsi/scsi_mod.ko
	module drivers/ata/libahci.ko drivers/ata/libata.ko drivers/scsi/scsi_mod.ko
	module drivers/ata/ahci.ko drivers/ata/libahci.ko drivers/ata/libata.ko \
		drivers/scsi/scsi_mod.ko
	module drivers/scsi/scsi_mod.ko
	module drivers/scsi/sd_mod.ko drivers/scsi/scsi_mod.ko
	module fs/ext4/ext4.ko fs/jbd2/jbd2.ko fs/mbcache.ko
	module fs/jbd2/jbd2.ko
	module fs/mbcache.ko
	module crypto/crc32c_generic.ko
	module arch/x86/crypto/crc32c-intel.ko
	echo 'softdep ext4 pre: crc32c' >"$tree/lib/modules/$release/modules.softdep"
	printf 'alias %s\n' 'crc32c crc32c_generic' 'crc32c crc32c_intel' 'fs-ext4 ext4' \
		'fs-xfs xfs' >"$tree/lib/modules/$release/modules.alias"
	: >"$tree/lib/modules/$release/modules.builtin"
	echo 'crc32c_intel 24576 2 - Live 0x0' >"$tree/proc/modules"
}
