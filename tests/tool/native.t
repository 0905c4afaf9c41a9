#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The native backend's decisions: what is built, published and loaded when
# something is refused, fails or changes meanwhile. Devices, dracut and kexec
# are mocks; that a real image is built and loaded is for tests/e2e to show.
# shellcheck disable=SC1091,SC2016,SC2030,SC2031,SC2034,SC2154  # variables of native and mocks
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

work_folder=$(mktemp -d)
trap 'rm -rf "$work_folder"' EXIT
root=$work_folder/root
tree=$PWD
sed '/^kver=/,$d' dracut-module/native >"$work_folder/native" # without its last part
mkdir -p "$root/mocks" "$root/etc" "$root/state"
mock() { # NAME BODY
	printf '#!/bin/sh\n%s\n' "$2" >"$root/mocks/$1"
	chmod +x "$root/mocks/$1"
}
mock kdump-dma "shift; exec $tree/build/san/kdump-dma config --root $root \"\$@\""
mock kdump-dma-check :
mock kexec 'for word; do echo "$word"; done >"$CALLS/kexec"'
mock dracut 'for out; do :; done; echo image >"$out"
echo >"$CALLS/dracut"; [ ! -e "$CALLS/meanwhile" ] || echo new >"$CALLS/kernel"'
export CALLS="$root"

# native VERB [KVER]: as it is called, on a machine that has what it needs
native() {
	rm -f "$root/kexec" "$root/dracut"
	(
		. "$work_folder/native"
		PATH=$root/mocks:$PATH
		state=$root/state run=$root/run work=$root/state/build
		modules_d=dracut-module
		other_backend() { cat "$root/peer" 2>/dev/null; }
		kernel_image() { echo "$root/kernel"; }
		find_node() { node=/dev/null fstype=ext4 device=UUID=1; }
		resolve_target() { path=/var/crash device=UUID=1 fstype=ext4 mount_options=''; }
		storage_modules() { :; }
		target_drivers() { echo virtio_blk; }
		is_loaded() { :; }
		need_reservation() { size=134217728; }
		kver=${2:-6.1.0} verb=$1
		uname() { echo 6.1.0; }
		eval "$(sed -n '/^case \$kver/,$p' "$tree/dracut-module/native")"
	) >"$work_folder/out" 2>&1
}
image=$root/state/initrd-6.1.0.img
said() {
	grep -q -- "$1" "$work_folder/out" || {
		cat "$work_folder/out"
		return 1
	}
}
silent() { same "" "$(cat "$work_folder/out")"; }
not() { ! "$@"; }
dracut_ran() { [ -e "$root/dracut" ]; }
loaded() { # LAST-WORDS-OF-THE-LINE
	grep -q -- "^--initrd=$image" "$root/kexec" &&
		grep -q -- "^--command-line=.*reset_devices irqpoll .*$1\$" "$root/kexec"
}
configuration() { printf '%s\n' "$@" >"$root/etc/kdump-dma.conf"; }

echo old >"$root/kernel"
configuration 'append = e2e.word'
ok "load builds the image" native load
ok "with dracut" dracut_ran
ok "loads it, with the words of append" loaded ' e2e.word'
ok "says so" said 'armed: 128 MiB'
ok "again: it is fresh" native load
ok "dracut is not run" not dracut_ran

drops() { # WORD...
	for word; do
		case $( (. "$work_folder/native" && drop_words a "$word" b)) in
		'a b ') ;;
		*) echo "$word stays" && return 1 ;;
		esac
	done
}
ok "the saver's words reach the console and the kernel's log" drops quiet loglevel=3
ok "whatever they were told" loaded 'printk.devkmsg=on.* e2e.word'

# dracut's initqueue may wait for devices of another command line, and reboots then.
longest=$(($(sed -n '/CONFIG_TIME_LIMIT/,/}/s/^\t*\([0-9* ]*\) }.*/\1/p' src/config/config.c)))
ok "dracut does not reboot before the longest time_limit is over" \
	loaded "rd.retry=$longest .* e2e.word"

# ---- what changes while dracut runs -----------------------------------------
: >"$root/meanwhile"
touch -d yesterday "$root/kernel"
ok "the kernel is replaced while dracut runs" native load
rm "$root/meanwhile"
ok "the next one" native load
ok "builds again" dracut_ran
ok "and then it is fresh" native load
ok "for good" not dracut_ran

# ---- dracut fails -------------------------------------------------------------
stale=$root/run/stale
ok "what is loaded is what there is now: no note" not test -e "$stale"
cp "$root/mocks/dracut" "$root/dracut.good"
mock dracut 'exit 1'
touch -d '2 days ago' "$root/kernel"
ok "dracut fails: the old image is loaded" native load
ok "which is noted for status" grep -q '^the capture image of 20..-..-.. is loaded.*journalctl' "$stale"
cp "$root/dracut.good" "$root/mocks/dracut"
ok "dracut works again" native load
ok "the note is gone" not test -e "$stale"

# ---- the running kernel's words ----------------------------------------------
words() {
	(
		. "$work_folder/native"
		drop_words "$@"
	)
}
ok "tracing is left behind" same "quiet2 irqpoll " "$(words quiet2 ftrace=wakeup \
	ftrace_boot_snapshot trace_event=sched trace_buf_size=64M trace_trigger=a.snapshot \
	trace_instance=boot tp_printk kprobe_event=p reserve_mem=12M:4096:trace irqpoll)"

# ---- what dracut copies for storage ------------------------------------------
storage_changes() {
	mkdir -p "$root/lvm"
	echo "$2" >"$root/lvm/lvm.conf"
	sed "s,/etc/lvm/,$root/lvm/,g" "$work_folder/native" >"$work_folder/other"
	(
		. "$work_folder/other"
		PATH=$root/mocks:$PATH kernel=$root/kernel drivers='' storage=$1
		modules_d=dracut-module device='' fstype='' mount_options='' path=''
		fingerprint 6.1.0
	)
}
ok "lvm.conf changes: a target on LVM gets another image" \
	not same "$(storage_changes lvm a)" "$(storage_changes lvm b)"
ok "no other does" same "$(storage_changes '' a)" "$(storage_changes '' b)"

# ---- a configuration that is refused ----------------------------------------
configuration 'append = e2e.word' 'margin_percent = many'
ok "with a typo in the policy nothing is built" not native build
ok "by rebuild neither" not native rebuild
ok "dracut is not run" not dracut_ran
ok "the image that is there is loaded" native load
ok "without append, on a whole command line" loaded gpt_auto=no
ok "which is said" said 'not given the words of append='
ok "and how old the image is" said 'better than none'
ok "and noted" test -s "$stale"
native unload
ok "and unloaded again" grep -qx -- -u "$root/kexec"
ok "nothing is loaded: no note" not test -e "$stale"
rm "$image"
ok "without an image it fails" not native load
ok "and kexec is not called" not test -e "$root/kexec"
ok "there is no command line to show" not native cmdline
silent_line() { ! grep -q reset_devices "$work_folder/out"; }
ok "not a part of one either" silent_line

# ---- where the dump will go -------------------------------------------------
# resolve FSTAB-LINE MOUNTED: the way to /crash/dumps, where fstab has this line,
# and this is mounted; systemctl mounts what it is asked for
resolve() {
	echo "$1" >"$root/fstab"
	echo "$2" >"$root/mounted"
	rm -f "$root/asked"
	mock findmnt '[ "$1" = -s ] && shift && exec findmnt -F "$CALLS/fstab" "$@"
	grep -qx "$3" "$CALLS/mounted"'
	sed -i "s,exec findmnt,exec $(command -v findmnt)," "$root/mocks/findmnt"
	mock systemctl 'echo "$@" >"$CALLS/asked"; [ ! -e "$CALLS/broken" ]'
	(
		. "$work_folder/native"
		PATH=$root/mocks:$PATH
		mount_the_way /crash/dumps
	) >"$work_folder/out" 2>&1
}
asked() { grep -qx "start crash.mount" "$root/asked"; }
ok "nothing in fstab: nothing is asked for" resolve '' ''
ok "nothing at all" not asked
ok "what is mounted" resolve 'LABEL=x /crash ext4 nofail 0 2' /crash
ok "stays" not asked
ok "a nofail that is not mounted yet" resolve 'LABEL=x /crash ext4 nofail 0 2' ''
ok "is asked for" asked
ok "a noauto is the administrator's" resolve 'LABEL=x /crash ext4 noauto 0 2' ''
ok "and not asked for" not asked
: >"$root/broken"
ok "one that does not come is refused" not resolve 'LABEL=x /crash ext4 nofail 0 2' ''
ok "and named" said '/crash, which /etc/fstab mounts, is not mounted'
rm "$root/broken" "$root/mocks/findmnt" "$root/mocks/systemctl"

# ---- what the target lies on -------------------------------------------------
configuration ''
# on_devices COMMAND...: with /sys, /proc/modules and /lib/modules below $root
on_devices() {
	sed -e "s,/sys/,$root/sys/,g" -e "s,/proc/modules,$root/modules,g" \
		-e "s,/lib/modules/,$root/lib/modules/,g" "$work_folder/native" >"$work_folder/other"
	(
		. "$work_folder/other"
		PATH=$root/mocks:$PATH
		device=$root/disk node=$root/disk nodes=$node path=/var/crash fstype=${type:-ext4}
		"$@"
	) >"$work_folder/out" 2>&1
}

# holds FSTYPE [PROBED]: is this one looked for drivers?
holds() {
	mock blkid "[ \"\$3\" != TYPE ] || echo ${2:-}"
	type=$1 on_devices find_node
}
if why=$(mknod "$root/disk" b 7 200 2>&1); then
	ok "a disk with ext4" holds auto ext4
	for kind in vfat exfat msdos ntfs3 hfsplus iso9660 squashfs erofs gfs2 ocfs2 nfs4; do
		ok "not one with $kind" not holds auto $kind
		ok "nor if it is configured" not holds $kind
	done
	ok "which is said, and what to do" said "disk is on nfs4.*set target and path in /etc"
	ok "what is no file system is none either" not holds auto crypto_LUKS
else
	skip "file systems that can hold a dump" "no device nodes here: $why"
fi

# lies_on TYPES [TRANSPORTS]: what lsblk says; then what storage_modules prints
lies_on() {
	printf '%b\n' "$1" >"$root/types"
	printf '%b\n' "${2:-}" >"$root/transports"
	mock lsblk 'case $* in *TRAN*) cat "$CALLS/transports" ;; *) cat "$CALLS/types" ;; esac'
	on_devices storage_modules && xargs <"$work_folder/out"
}
ok "a partition of a disk" same "" "$(lies_on 'part\ndisk' 'sata')"
ok "LVM on a RAID on disks" same "lvm mdraid" "$(lies_on 'lvm\nraid5\ndisk\ndisk')"
ok "multipath" same "multipath" "$(lies_on 'part\nmpath\ndisk\ndisk' 'fc')"
for kind in crypt stratis vdo dm loop; do
	ok "$kind is refused" not lies_on "lvm\n$kind\ndisk"
	ok "and named" said "device of type $kind\|an encrypted device"
done
mock lsblk 'echo "lsblk: no such thing" >&2; exit 32'
ok "what lsblk cannot tell is refused" not on_devices storage_modules
ok "and its words are shown" said 'lsblk: no such thing'
ok "iSCSI is refused" not lies_on disk iscsi
ok "and named" said 'a disk over the network'

# sysfs DEVICE [DRIVER [MODULE]]: a device of this driver; built in without MODULE
sysfs() {
	mkdir -p "$root/sys/devices/$1"
	[ -z "${2:-}" ] || {
		mkdir -p "$root/sys/bus/drivers/$2" "$root/sys/module/${3:-}"
		ln -sfn "$root/sys/bus/drivers/$2" "$root/sys/devices/$1/driver"
		[ -z "${3:-}" ] || ln -sfn "$root/sys/module/$3" "$root/sys/bus/drivers/$2/module"
	}
}
part() { # WHOLE PART
	mkdir -p "$root/sys/devices/$1/slaves"
	ln -s "$root/sys/devices/$2" "$root/sys/devices/$1/slaves/${2##*/}"
}
below() { # DEVICE
	on_devices drivers_below "$root/sys/devices/$1"
	sort -u "$work_folder/out" | xargs
}
a=pci0/ata1/host0/0:0:0:0/block/sda b=pci0/usb1/host1/1:0:0:0/block/sdb
sysfs pci0/ata1 ahci ahci
sysfs pci0/ata1/host0/0:0:0:0 sd sd_mod
sysfs $a/sda1
sysfs pci0/usb1 uas
sysfs $b
ok "a disk: the drivers on the way to its bus" same "ahci sd_mod" "$(below $a/sda1)"
ok "drivers that are built in have no module" same "" "$(below $b)"
sysfs pci0/sdhci sdhci-pci sdhci_pci
sysfs pci0/sdhci/mmc_host/mmc0/mmc0:0001 mmcblk # a module, but its bus does not tell
sysfs pci0/sdhci/mmc_host/mmc0/mmc0:0001/block/mmcblk0/mmcblk0p2
ok "eMMC and SD: the block driver, too" same "mmc_block sdhci_pci" \
	"$(below pci0/sdhci/mmc_host/mmc0/mmc0:0001/block/mmcblk0/mmcblk0p2)"
for whole in dm-0 md127; do
	part virtual/block/$whole $a
	ok "$whole: the drivers of its parts" same "ahci sd_mod" "$(below virtual/block/$whole)"
done
sysfs virtual/block/md127/md127p1
ok "a partition of it" same "ahci sd_mod" "$(below virtual/block/md127/md127p1)"
sysfs virtual/block/dm-1
ok "one that has no parts here" same none "$(below virtual/block/dm-1)"
part virtual/block/bcache0 $a
ok "what nothing puts together in the capture kernel" not same "ahci sd_mod" \
	"$(below virtual/block/bcache0)"
ok "is refused" same none "$(below virtual/block/bcache0 | tr ' ' '\n' | grep none)"
sysfs rbd/0/block/rbd0
ok "so is a device without any driver" same none "$(below rbd/0/block/rbd0)"
sysfs virtual/net/eth0-fcoe/host7/7:0:0:0/block/sdc
sysfs virtual/net/eth0-fcoe/host7/7:0:0:0 sd sd_mod
ok "and a disk below a network device" same none \
	"$(below virtual/net/eth0-fcoe/host7/7:0:0:0/block/sdc | tr ' ' '\n' | grep none)"
sysfs pci0/nvme/nvme0
sysfs pci0/nvme nvme nvme
sysfs virtual/nvme-subsystem/nvme-subsys0/nvme0n1
ln -s "$root/sys/devices/pci0/nvme/nvme0" "$root/sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0"
ok "NVMe's own multipath: its controllers'" same nvme \
	"$(below virtual/nvme-subsystem/nvme-subsys0/nvme0n1)"

# A file system on several devices: what all of them lie on.
mock blkid 'case $* in *-t*) printf "%s\n" /dev/one /dev/two ;; *UUID*) echo 1-2 ;; esac'
ok "ext4 is on one device" same "$root/disk" "$(on_devices members && cat "$work_folder/out")"
type=btrfs
members_are() { # DEVICE...
	on_devices members
	same "$*" "$(xargs <"$work_folder/out")"
}
ok "btrfs that is not mounted" members_are /dev/one /dev/two
mkdir -p "$root/sys/fs/btrfs/1-2/devices/sda1" "$root/sys/fs/btrfs/1-2/devices/dm-3"
ok "and mounted" members_are /dev/dm-3 /dev/sda1
type=''
mock lsblk 'for node; do :; done; case $*$node in *TYPE*two) echo crypt ;; *TYPE*) echo disk ;;
*MAJ*one) echo 8:0 ;; *MAJ*two) echo 8:16 ;; esac'
both() {
	nodes='/dev/one /dev/two'
	"$@"
}
ok "an encrypted one is seen" not on_devices both storage_modules
mkdir -p "$root/sys/dev/block"
ln -s "$root/sys/devices/$a" "$root/sys/dev/block/8:0"
ln -s "$root/sys/devices/$b" "$root/sys/dev/block/8:16"
sysfs pci0/usb1 uas uas
on_devices both target_drivers
ok "the drivers of each are" said '^ahci$'
ok "of the second, too" said '^uas$'

# A RAID or a volume is converted: the kernel has loaded what it is made of now.
mkdir -p "$root/lib/modules/6.1.0"
printf 'kernel/drivers/%s\n' 'md/raid1.ko.xz: kernel/drivers/md/md-mod.ko.xz' \
	'md/dm-raid.ko: kernel/drivers/md/raid1.ko' 'md/raid10.ko.zst:' \
	'md/persistent-data/dm-persistent-data.ko:' 'net/e1000.ko: kernel/drivers/md/raid10.ko' \
	>"$root/lib/modules/6.1.0/modules.dep"
printf '%s 16384 0 - Live 0x0\n' raid1 dm_raid dm_persistent_data e1000 >"$root/modules"
on_devices loaded_md_modules 6.1.0
ok "the loaded modules of md and dm" same "raid1 dm_raid dm_persistent_data" \
	"$(xargs <"$work_folder/out")"
loads() { # STORAGE: into an image of this storage
	mock dracut 'for out; do :; done; echo image >"$out"; echo "$KDUMP_DMA_DRIVERS" >"$CALLS/drivers"'
	on_devices build_on "$1" && cat "$root/drivers"
}
build_on() {
	state=$root/state run=$root/run work=$root/state/build
	modules_d=dracut-module kind=$1
	kernel_image() { echo "$root/kernel"; }
	find_node() { :; }
	resolve_target() { mount_options=''; }
	storage_modules() { echo "$kind"; }
	target_drivers() { echo virtio_blk; }
	build 6.1.0
}
ok "go into an image for LVM" same "dm_persistent_data dm_raid raid1 virtio_blk " "$(loads lvm)"
rm "$root/drivers"
is_left() { on_devices build_on lvm && [ ! -e "$root/drivers" ]; }
ok "it is fresh" is_left
echo 'raid10 16384 0 - Live 0x0' >>"$root/modules"
ok "until another is loaded" same "dm_persistent_data dm_raid raid1 raid10 virtio_blk " "$(loads lvm)"
mock dracut 'for out; do :; done; echo image >"$out"; echo "$KDUMP_DMA_DRIVERS $*" >"$CALLS/drivers"'
plain() {
	rm -f "$root/drivers"
	on_devices build_on "" && grep '^virtio_blk ' "$root/drivers" &&
		! grep -e ' dm' -e dracut-systemd "$root/drivers"
}
ok "an image for a disk has nothing of that" plain

# A journal on a device of its own.
if [ -b "$root/disk" ]; then
	mock blkid '[ "$3" != EXT_JOURNAL ] || cat "$CALLS/journal"'
	mock findmnt 'cat "$CALLS/options"'
	journal() { # FSTYPE UUID OPTIONS
		echo "$2" >"$root/journal"
		echo "$3" >"$root/options"
		type=$1 on_devices find_node
	}
	ok "ext4 with its journal inside" journal ext4 '' rw
	ok "in a device of its own" not journal ext4 1-2 rw
	ok "is said" said 'another device'
	ok "XFS with its log inside" journal xfs '' rw,logbufs=8
	ok "on a device of its own" not journal xfs '' rw,logdev=/dev/sdz1
	rm "$root/mocks/findmnt"
fi

# ---- beside a peer ----------------------------------------------------------
echo kdump-tools >"$root/peer"
ok "beside a peer, load does nothing" native load
ok "and says why" said 'kdump-tools saves'
ok "nor does a kernel's hook" native build
ok "which says nothing" silent
rm "$root/peer"
# The same in src/peers/backend.c: tests/tool/doubt.t.
peer() { # USE_KDUMP-LINE
	echo "$1" >"$root/default"
	sed -e "s,/etc/default/kdump-tools,$root/default," -e 's,-x /usr/bin/kdumpctl,-x /,' \
		-e 's,-x /usr/sbin/kdump-config,-x /,' "$work_folder/native" >"$work_folder/other"
	(
		. "$work_folder/other"
		is_enabled() { [ "$1" = kdump-tools.service ]; }
		other_backend
	)
}
ok "kdump-tools comes first" same kdump-tools "$(peer USE_KDUMP=1)"
for line in USE_KDUMP=0 'USE_KDUMP="0" # no' "USE_KDUMP='0'"; do
	ok "not where it is switched off: $line" same "" "$(peer "$line")"
done
ok "what is not understood switches nothing off" same kdump-tools "$(peer 'USE_KDUMP=$X')"

# ---- hooks of kernel packages -----------------------------------------------
# hook NAME DEB_MAINT_PARAMS: what it asks the backend for
mock native 'echo "$@" >>"$CALLS/asked"'
hook() {
	sed -e "s,/usr/lib/kdump-dma/native,$root/mocks/native," \
		-e "s,/run/systemd/system,$root," "conf/kernel/$1" >"$work_folder/hook"
	rm -f "$root/asked"
	DEB_MAINT_PARAMS=$2 sh "$work_folder/hook" 6.1.0 /boot/vmlinuz-6.1.0
	cat "$root/asked" 2>/dev/null
}
for params in '' 'configure 6.1.0-1' "'configure' ''"; do
	ok "postinst.d, \"$params\"" same "build 6.1.0" "$(hook postinst.d "$params")"
done
for params in 'abort-upgrade 6.1.0-2' 'triggered x' 'abort-remove'; do
	ok "postinst.d does nothing for $params" same "" "$(hook postinst.d "$params")"
done
for params in '' remove purge "'remove'"; do
	ok "postrm.d, \"$params\"" same "remove 6.1.0" "$(hook postrm.d "$params")"
done
for params in 'upgrade 6.1.0-2' "'upgrade' '6.1.0-2'" 'failed-upgrade 6.1.0-1' \
	'abort-install' 'abort-upgrade 6.1.0-1' disappear; do
	ok "postrm.d does nothing for $params" same "" "$(hook postrm.d "$params")"
done

# ---- memory and CPUs that come and go ----------------------------------------
cpus=/sys/devices/system/cpu
reloads() { # ACTION
	unshare --mount sh -c 'mount -t tmpfs run /run &&
		install -D -t /run/udev/rules.d conf/udev/98-kdump-dma.rules &&
		udevadm test --action="$1" "$2"' - "$1" $cpus/cpu0 2>&1 |
		grep -q 'try-reload-or-restart kdump-dma.service'
}
if command -v udevadm >/dev/null && [ -e $cpus/cpu0 ] && unshare --mount true 2>/dev/null &&
	[ "$(cat $cpus/crash_hotplug 2>/dev/null)" != 1 ]; then
	for action in add remove online offline; do
		ok "udev: $action of a CPU reloads" reloads $action
	done
	ok "udev: a change of one does not" not reloads change
else
	skip "udev reloads for CPUs" "no udevadm, no mounts here, or a kernel that needs no reload"
fi

tap_end
