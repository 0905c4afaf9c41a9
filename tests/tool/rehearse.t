#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# kdump-dma rehearse --look: a capture image whose programs could not start, or
# that lacks a driver, is told before it is needed. What a rehearsal in QEMU shows
# is for tests/e2e.
# shellcheck disable=SC2016  # eval expands them, when the test runs
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh

# shellcheck disable=SC2016  # eval expands them, when the test runs
tool=build/san/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
release=6.1.0-40-amd64
tree=$work/root
machine "$tree" 2048 256 crashkernel=256M

# image: the initramfs of $work/image, as the machine's own
image() {
	mkdir -p "$tree/var/lib/kdump-dma"
	(cd "$work/image" && find . | cpio -o -H newc --quiet) >"$work/cpio" &&
		${1:-cat} <"$work/cpio" >"$tree/var/lib/kdump-dma/initrd-$release.img"
}
# healthy: a program with its libraries, a driver and a configuration
healthy() {
	rm -rf "$work/image"
	mkdir -p "$work/image/etc" "$work/image/dev"
	: >"$work/image/dev/null" # programs_into makes no node then
	programs_into "$work/image" ls
	rm -rf "$work/image/dev"
	cp "$work/image/usr/bin/ls" "$work/image/init"
	mkdir -p "$work/image/lib/modules/$release/kernel"
	: >"$work/image/lib/modules/$release/kernel/virtio_blk.ko"
	printf '%s\n' version=1 device=UUID=1 fstype=ext4 path=/var/crash \
		"module=/lib/modules/$release/kernel/virtio_blk.ko.xz" \
		>"$work/image/etc/kdump-dma-capture.conf"
}
look() { "$tool" rehearse --look --root "$tree" "$@" >"$work/out" 2>&1; }
said() { # WANTED-STATUS STATUS PATTERN
	cat "$work/out"
	same "$1" "$2" && grep -q -e "$3" "$work/out"
}
finds() { # PATTERN
	look
	said 5 $? "$1"
}

healthy
for packing in cat 'gzip -9' 'xz --check=crc32' 'zstd -q'; do
	if command -v "${packing%% *}" >/dev/null; then
		ok "a healthy image, packed by ${packing%% *}, has no fault" \
			eval 'image "$packing" && look && same "" "$(cat "$work/out")"'
	else
		skip "a healthy image, packed by ${packing%% *}" "no ${packing%% *}"
	fi
done
ok "as JSON it says that nothing was rehearsed" eval \
	'"$tool" rehearse --look --json --root "$tree" | jq -e ".rehearsed == false and .image_faults == []"'

library=$(ldd "$(command -v ls)" | sed -n 's,.*=> .*/\(libselinux[^ ]*\).*,\1,p;s,.*=> .*/\(libcap[^ ]*\).*,\1,p' | head -n 1)
if [ -n "$library" ]; then
	find "$work/image" -name "$library*" -delete
	image
	ok "a library that a program needs is missing: program and library are named" \
		finds "/usr/bin/ls needs $library, which is not in the image"
else
	skip "a library that a program needs is missing" "ls needs libc only"
fi

healthy
find "$work/image" -name 'ld-linux*' -delete
image
ok "the loader is missing: it is named" finds "is run by /lib.*/ld-linux.*, which is not in the image"

healthy
rm "$work/image/lib/modules/$release/kernel/virtio_blk.ko"
image
ok "a driver of the target is missing: it is named" \
	finds "driver /lib/modules/$release/kernel/virtio_blk.ko is not in the image"

healthy
printf '#!/bin/nosuchshell -e\n' >"$work/image/usr/bin/script"
chmod +x "$work/image/usr/bin/script"
image
ok "a script without its interpreter is named" \
	finds "/usr/bin/script is run by /bin/nosuchshell, which is not in the image"

healthy
mkdir -p "$work/image/lib/modules/5.10.0-1-amd64"
: >"$work/image/lib/modules/5.10.0-1-amd64/x.ko"
image
ok "modules of another kernel are named" finds "is of another kernel than $release"

healthy
head -c 5000 "$work/image/init" >"$work/image/usr/bin/ls"
image
ok "a program that was cut is damaged" finds "/usr/bin/ls is damaged"

healthy
escape=$(printf '\033')
head -c 5000 "$work/image/init" >"$work/image/usr/bin/${escape}[1mls"
chmod +x "$work/image/usr/bin/${escape}[1mls"
image
ok "a file's name goes to no terminal as it is" finds "/usr/bin/?\[1mls is damaged"

healthy
rm "$work/image/init"
image
ok "an image without /init is told" finds "/init is not in the image"

healthy
image 'gzip -9'
head -c 3000 "$tree/var/lib/kdump-dma/initrd-$release.img" >"$work/cut"
fails() { # PATTERN IMAGE
	look --image "$2"
	said 1 $? "$1"
}
damaged() { # FILE
	look --image "$1"
	said 5 $? "the image is damaged"
}
ok "an image that was cut is damaged, and has a fault" damaged "$work/cut"
head -c 2000 /dev/urandom >"$work/noise"
ok "so has a file that is no image" damaged "$work/noise"
mkfifo "$work/fifo"
ok "a FIFO in place of an image is an error, and nothing waits for it" fails "is no regular file" "$work/fifo"
ok "so is a device" fails "is no regular file" /dev/zero
ok "and a folder" fails "Is a directory" "$work/image"
printf '\211LZO\0\r\n\032\n and more' >"$work/lzo"
# shellcheck disable=SC2016  # of the inner shell
without() { # PROGRAM DO...
	program=$(command -v "$1") || program=''
	shift
	unshare --mount --propagation private sh -c '
		[ -z "$1" ] || mount --bind /dev/null "$1"; shift; exec "$@"' sh "$program" "$@"
}
no_unpacker() {
	without lzop "$tool" rehearse --look --root "$tree" --image "$work/lzo" >"$work/out" 2>&1
	said 1 $? "the program that unpacks it is not installed"
}
if unshare --mount true 2>/dev/null; then
	ok "an image that nothing here unpacks is an error, and no missing file" no_unpacker
else
	skip "an image that nothing here unpacks" "unshare --mount does not work here"
fi
ok "no image is an error" fails "No such file" "$work/nosuchimage"
none_built() {
	look --kernel 9.9.9
	said 1 $? "/var/lib/kdump-dma/initrd-9.9.9.img is not there: no capture image was built for the kernel 9.9.9"
}
ok "no image was built for a kernel: that is said" none_built
mkdir "$work/empty"
not_known() {
	"$tool" rehearse --look --root "$work/empty" >"$work/out" 2>&1
	said 1 $? "which kernel runs is not known, so neither is its image: name"
}
ok "a root that has nothing: what to do is said" not_known
mv "$tree/var/lib/kdump-dma/initrd-$release.img" "$work/aside.img"
mkfifo "$tree/var/lib/kdump-dma/initrd-$release.img"
waits_for_none() {
	timeout 20 "$tool" rehearse --look --root "$tree" >"$work/out" 2>&1
	said 1 $? "is no regular file"
}
ok "a FIFO where the image is: nothing waits for it" waits_for_none
mv "$work/aside.img" "$tree/var/lib/kdump-dma/initrd-$release.img"
ok "a size that is no number is wrong usage" eval \
	'"$tool" rehearse --reserved 12x --root "$tree" 2>/dev/null; same 2 $?'

ok "nothing was written below the root" eval \
	'same "" "$(find "$tree/var" -type f ! -name "initrd-*")"'

# ---- the target that is there now ------------------------------------------------
. tests/tool/storage.sh
stored stored
# configured LINE...: an image with that target, and all that this one needs
configured() {
	healthy
	cp "$work/image/usr/bin/ls" "$work/image/usr/bin/makedumpfile"
	"$tool" image --root "$tree" --json | jq -r '.modules[].path' | while read -r path; do
		mkdir -p "$work/image/lib/modules/$release/${path%/*}"
		: >"$work/image/lib/modules/$release/$path"
	done
	printf '%s\n' version=1 "$@" >"$work/image/etc/kdump-dma-capture.conf"
	image
}
driver=lib/modules/$release/kernel/drivers/ata/ahci.ko
configured device=UUID=1111-aaaa fstype=ext4 path=/var/crash
ok "an image for the target that is there has no fault" eval 'look; same 0 $? && same "" "$(cat "$work/out")"'
mv "$work/image/$driver" "$work/image/$driver.zst"
image
ok "a driver that is packed is there" eval 'look; same 0 $? && same "" "$(cat "$work/out")"'
rm "$work/image/$driver.zst"
image
ok "a driver that was asked for and is not in the image is named" finds "driver /$driver is not in the image"
configured device=UUID=1111-aaaa fstype=ext4 path=/var/crash
device pci0000:00/0000:00:1f.4 iTCO_wdt iTCO_wdt
module drivers/watchdog/iTCO_wdt.ko
mkdir -p "$tree/sys/class/watchdog/watchdog0"
ln -s /sys/devices/pci0000:00/0000:00:1f.4 "$tree/sys/class/watchdog/watchdog0/device"
watched() { "$tool" image --root "$tree" --json | jq -r '.modules[].path' | grep -q iTCO_wdt; }
ok "an image of now would have a driver of a watchdog" watched
ok "a watchdog that came after the image was built is no fault of it" \
	eval 'look; same 0 $? && same "" "$(cat "$work/out")"'
rm -r "$tree/sys/class/watchdog"
rm "$work/image/usr/bin/makedumpfile"
image
ok "so is the collector" finds "makedumpfile is not in the image"
configured device=UUID=1111-aaaa fstype=ext4 path=/var/crash
rm "$work/image/etc/kdump-dma-capture.conf"
image
ok "and the image's configuration" finds "/etc/kdump-dma-capture.conf is not in the image"
# dracut 112 puts what is packed already into an archive of its own, in front
configured device=UUID=1111-aaaa fstype=ext4 path=/var/crash
(cd "$work/image" && find lib/modules | cpio -o -H newc --quiet &&
	find . ! -path './lib/modules/*' | cpio -o -H newc --quiet) |
	gzip >"$tree/var/lib/kdump-dma/initrd-$release.img"
ok "two archives in one stream are both read" eval 'look; same 0 $? && same "" "$(cat "$work/out")"'
configured device=UUID=2222-bbbb fstype=ext4 path=/var/crash
ok "an image that waits for another UUID: both are named" \
	finds 'the image has device=UUID=2222-bbbb, and an image of now would have device=UUID=1111-aaaa'
configured device=UUID=1111-aaaa fstype=xfs path=/var/crash
ok "one for another file system" finds 'has fstype=xfs, and an image of now would have fstype=ext4'
configured device=UUID=1111-aaaa fstype=ext4 path=/srv/crash
ok "one for another folder" finds 'has path=/srv/crash, and an image of now would have path=/var/crash'
rm "$tree/proc/self/mountinfo"
configured device=UUID=2222-bbbb fstype=ext4 path=/var/crash
ok "where no mounts are known nothing is compared" eval 'look; same 0 $? && same "" "$(cat "$work/out")"'

# ---- a target on another machine ---------------------------------------------------
stored far
mkdir -p "$tree/var/lib/kdump-dma" "$tree/etc/kdump-dma/ssh" "$tree/usr/sbin" "$tree/usr/bin"
for file in usr/bin/ssh usr/sbin/ip etc/kdump-dma/ssh/id etc/kdump-dma/ssh/known_hosts; do
	: >"$tree/$file"
done
device pci0000:00/0000:01:00.0 igb igb
module drivers/net/igb.ko
mkdir -p "$tree/sys/class/net/eth0"
ln -s /sys/devices/pci0000:00/0000:01:00.0 "$tree/sys/class/net/eth0/device"
echo '{"schema": 1, "host": "dumps", "address": "10.1.0.7",
	"route": [{"dst": "10.1.0.7", "dev": "eth0", "prefsrc": "10.1.0.8"}],
	"links": [{"ifname": "eth0", "mtu": 1500, "link_type": "ether", "address": "52:54:00:00:00:01",
		"addr_info": [{"family": "inet", "local": "10.1.0.8", "prefixlen": 24, "scope": "global"}]}]}' \
	>"$tree/var/lib/kdump-dma/network.json"
# sent LINE...: an image that sends dumps away, with what it needs for that
sent() {
	configured "$@" remote=ssh://kdump@dumps:22/var/crash
	mkdir -p "$work/image/etc/kdump-dma/ssh"
	: >"$work/image/etc/kdump-dma/ssh/id"
	: >"$work/image/etc/kdump-dma/ssh/known_hosts"
	for name in ip ssh; do
		cp "$work/image/usr/bin/ls" "$work/image/usr/bin/$name"
	done
	image
}
echo 'target = ssh://kdump@dumps' >"$tree/etc/kdump-dma.conf"
sent device=UUID=1111-aaaa fstype=ext4 path=/var/crash
ok "an image that sends dumps, and has a fallback, has no fault" eval \
	'look; same 0 $? && same "" "$(cat "$work/out")"'
configured device=UUID=1111-aaaa fstype=ext4 path=/var/crash
ok "one that sends them nowhere is told" finds \
	'has remote=, and an image of now would have remote=ssh://kdump@dumps:22/var/crash'
echo 'target_fallback = none' >>"$tree/etc/kdump-dma.conf"
sent device= fstype= path=
ok "an image that has no fallback has no fault" eval 'look; same 0 $? && same "" "$(cat "$work/out")"'
plays() { # PATTERN
	"$tool" rehearse --root "$tree" --reserved 128 >"$work/out" 2>&1
	said 4 $? "$1"
}
if command -v qemu-system-x86_64 >/dev/null; then
	ok "it is not rehearsed, with the reason" plays "it saves to another machine only, which is not played"
else
	skip "an image that has no fallback is not rehearsed" "no qemu-system-x86_64"
fi
sent device=UUID=1111-aaaa fstype=ext4 path=/var/crash
ok "one that waits for a disk where there is no fallback is told" finds \
	'has device=UUID=1111-aaaa, and an image of now would have device='
echo 'target = nfs://dumps/srv' >"$tree/etc/kdump-dma.conf"
printf 'kernel/fs/nfs/%s.ko\n' nfsv3 nfsv4 >>"$tree/lib/modules/$release/modules.builtin"
sent device=UUID=1111-aaaa fstype=ext4 path=/var/crash
sed -i 's|^remote=.*|remote=nfs://dumps/srv|' "$work/image/etc/kdump-dma-capture.conf"
image
ok "an image that sends dumps by NFS has no fault" eval 'look; same 0 $? && same "" "$(cat "$work/out")"'

# ---- a QEMU that ends without having played ---------------------------------------
stored ended
configured device=UUID=11111111-2222-3333-4444-555555555555 fstype=ext4 path=/var/crash
rm "$tree/proc/self/mountinfo"
mkdir -p "$tree/boot"
# bzimage FILE XLOADFLAGS: what a kernel for x86 begins with
bzimage() {
	rm -f "$1" && truncate -s 4096 "$1"
	printf '\125\252' | dd of="$1" bs=1 seek=510 conv=notrunc status=none
	printf 'HdrS\017\002' | dd of="$1" bs=1 seek=514 conv=notrunc status=none
	# shellcheck disable=SC2059  # an escape of printf's
	printf "$2" | dd of="$1" bs=1 seek=566 conv=notrunc status=none
}
bzimage "$tree/boot/vmlinuz-$release" '\177'
# plays_as SCRIPT [OPTION...]: it stands in for QEMU, which plays nothing here
plays_as() {
	printf '#!/bin/sh\n%s\n' "$1" >"$work/mock-qemu"
	chmod +x "$work/mock-qemu"
	shift
	# shellcheck disable=SC2016  # the inner shell's
	unshare --mount --propagation private sh -c 'mount --bind "$1" "$2" && shift 2 &&
		mount -t tmpfs -o size=${ROOM:-600M} scratch /var/tmp && exec "$@"' \
		sh "$work/mock-qemu" "$(command -v qemu-system-x86_64)" \
		timeout 60 build/kdump-dma rehearse --root "$tree" --reserved 128 "$@" >"$work/out" 2>"$work/err"
}
# no_answer SCRIPT PATTERN [OPTION...]
no_answer() {
	script=$1 pattern=$2
	shift 2
	plays_as "$script" "$@"
	status=$?
	set -- "$script" "$pattern"
	cat "$work/err" "$work/out"
	same 1 $status && same '' "$(cat "$work/out")" && grep -q "$2" "$work/err" &&
		[ ! -e "$tree/var/lib/kdump-dma/rehearsed" ]
}
captured='echo kdump-dma-stage: loaded; echo "[ 0.0] Linux version 6.1"; '
if command -v qemu-system-x86_64 >/dev/null && unshare --mount true 2>/dev/null; then
	ok "QEMU that is told to end says nothing of the image, though its exit status is 0" no_answer \
		"$captured"'echo "qemu-system-x86_64: terminating on signal 15 from pid 1 (init)" >&2' \
		'terminating on signal 15 from pid 1'
	ok "nor does one that is killed" no_answer "$captured"'kill -KILL $$' 'was ended by signal 9'
	ok "one that fails is heard" no_answer \
		'echo "qemu-system-x86_64: cannot set up guest memory" >&2; exit 1' 'cannot set up guest memory'
	ok "one that fails without a word, too" no_answer 'exit 3' 'failed with exit status 3'
	plays='echo played >&2; exit 3'
	mkfifo "$work/kernel.fifo"
	seq 1000 >"$work/kernel.text"
	bzimage "$work/kernel.i386" '\176'
	printf 'MZ@\372' >"$work/kernel.arm64" && truncate -s 1M "$work/kernel.arm64"
	printf ARMd | dd of="$work/kernel.arm64" bs=1 seek=56 conv=notrunc status=none
	for kernel in 'fifo is no regular file' 'text is no kernel for x86' 'arm64 is no kernel for x86' \
		'i386 is a kernel of 32 bits'; do
		ok "a kernel that cannot be played is named: $kernel" \
			no_answer "$plays" "$work/kernel.$kernel" --kernel "$work/kernel.${kernel%% *}"
		ok "and nothing is played" eval '! grep -q played "$work/err"'
	done
	mv "$tree/.machine" "$work/aside"
	ok "a root of which nobody noted what machine it is of: the kernel tells" \
		no_answer 'exit 3' 'failed with exit status 3' --kernel "$release"
	mv "$work/aside" "$tree/.machine"
	mv "$tree/boot/vmlinuz-$release" "$work/aside"
	ok "there is no kernel" no_answer "$plays" "the kernel $release is not there: name its file with --kernel"
	mv "$work/aside" "$tree/boot/vmlinuz-$release"
	export ROOM=100M
	ok "too little room for the scratch disk is told before" no_answer "$plays" \
		'/var/tmp has [0-9]* MiB free, and the scratch disk may take 512 (TMPDIR='
	ROOM=600M
	ok "room that was used up meanwhile says nothing of the image" no_answer \
		"$captured"'cat /dev/zero >/var/tmp/other 2>/dev/null; exit 0' 'ran full'
	unset ROOM
	plays_as 'cat /proc/self/oom_score_adj; exit 3' -o "$work/console"
	ok "what plays is what is killed first where memory runs out" grep -qx 1000 "$work/console"
else
	skip "QEMU that ends without having played" "no qemu-system-x86_64, or no unshare --mount"
fi

# ---- an image of another package ----------------------------------------------------
stored peer
kdumpctl "$tree"
bzimage "$tree/boot/vmlinuz-$release" '\177'
rm "$tree/proc/self/mountinfo"
printf 'kernel/%s.ko\n' drivers/virtio/virtio_pci fs/ext4/ext4 >>"$tree/lib/modules/$release/modules.builtin"
: >"$tree/lib/modules/$release/modules.dep"
: >"$tree/lib/modules/$release/modules.softdep"
module drivers/block/virtio_blk.ko
mkdir -p "$tree/lib/modules/$release/kernel/drivers/block"
: >"$tree/lib/modules/$release/kernel/drivers/block/virtio_blk.ko"
sed -i 's/$/ rd.lvm.lv=vg\/a quiet hugepages=9 cma=64M loglevel=7/' "$tree/proc/cmdline"
# kdump_utils LINE...: an image of kdump-utils with that kdump.conf
kdump_utils() {
	healthy
	rm "$work/image/etc/kdump-dma-capture.conf"
	printf '%s\n' 'path /elsewhere' "$@" >"$work/image/etc/kdump.conf"
	rm -f "$tree/var/lib/kdump-dma/rehearsed"
	image
	mv "$tree/var/lib/kdump-dma/initrd-$release.img" "$tree/boot/initramfs-${release}kdump.img"
}
uuid=11111111-2222-3333-4444-555555555555
# The mock keeps what the capture kernel would be told, and tells of a disk that nothing
# was saved to, by itself.
left() { # LINE...
	printf '%s\n' "$@" end >"$work/left"
	plays_as 'for word; do case $word in
	/proc/self/fd/*) last=$word; [ "$before" != -initrd ] || initrd=$word ;;
	file:/proc/self/fd/*) tell=${word#file:} ;;
	esac; before=$word; done
	[ -z "$tell" ] || { cat '"$work/left"' >"$tell"; exit; }
	cd '"$work"' && cpio -i --quiet --to-stdout cmdline <"$initrd" >told
	'"${played:-$captured}"
}
saves() { # STATUS PATTERN [LINE...]
	wanted=$1 pattern=$2
	shift 2
	left "$@"
	status=$?
	cat "$work/err" "$work/out"
	same "$wanted" $status && grep -q -e "$pattern" "$work/out" "$work/err"
}
looked_at() { # PATTERN [CONF-LINE...]
	pattern=$1
	shift
	kdump_utils "$@"
	saves 4 "$pattern: the image was only looked at"
}
if command -v qemu-system-x86_64 >/dev/null && unshare --mount true 2>/dev/null; then
	kdump_utils "ext4 /dev/disk/by-uuid/$uuid" 'path /var/crash'
	ok "an image of kdump-utils saves to the disk that its kdump.conf names" saves 0 \
		'^rehearsed   saved in 128 MiB' 'folder /var/crash/a' 'file vmcore 1000000'
	ok "its kernel is told what kdumpctl tells it" same \
		'BOOT_IMAGE=/boot/vmlinuz ro loglevel=7 irqpoll nr_cpus=1 reset_devices initramfs_options=size=90% panic=10 rd.systemd.gpt_auto=no console=ttyS0,115200' \
		"$(cat "$work/told")"
	ok "a vmcore that is not complete is none" saves 5 \
		'NOT saved in 128 MiB.*the capture left no complete vmcore' 'folder /var/crash/a' 'file vmcore-incomplete 1000000'
	ok "nor is nothing" saves 5 'the capture left nothing on the scratch disk'
	if command -v mksquashfs >/dev/null; then
		kdump_utils "ext4 /dev/disk/by-uuid/$uuid" 'path /var/crash'
		mkdir -p "$work/inner/etc"
		mv "$work/image/etc/kdump.conf" "$work/inner/etc"
		mv "$work/image/lib/modules" "$work/inner"
		mkdir "$work/inner/lib"
		mv "$work/inner/modules" "$work/inner/lib"
		mksquashfs "$work/inner" "$work/image/squashfs-root.img" -quiet -no-progress >/dev/null
		image
		mv "$tree/var/lib/kdump-dma/initrd-$release.img" "$tree/boot/initramfs-${release}kdump.img"
		ok "so does one whose files are in a squashfs" saves 0 \
			'^rehearsed   saved in 128 MiB' 'folder /var/crash/a' 'file vmcore 1000000'
		head -c 100 "$work/image/squashfs-root.img" >"$work/image/cut"
		mv "$work/image/cut" "$work/image/squashfs-root.img"
		image
		mv "$tree/var/lib/kdump-dma/initrd-$release.img" "$tree/boot/initramfs-${release}kdump.img"
		ok "of one that is damaged nothing is said" saves 4 '/etc/kdump.conf in its /squashfs-root.img: .*was only looked at'
	else
		skip "an image whose files are in a squashfs" "no mksquashfs"
	fi
	kdump_utils "xfs LABEL=dumps"
	if command -v mkfs.xfs >/dev/null; then
		sed -i 's|fs/ext4/ext4|&\nkernel/fs/xfs/xfs|' "$tree/lib/modules/$release/modules.builtin"
		ok "xfs, by its label" saves 0 '^rehearsed   saved' 'folder /elsewhere/a' 'file vmcore 1000000'
	else
		skip "xfs, by its label" "no mkfs.xfs"
	fi
	sed -i 's/^KDUMP_COMMANDLINE=""/KDUMP_COMMANDLINE="a=1 root=x b"/' "$tree/etc/sysconfig/kdump"
	kdump_utils "ext4 UUID=$uuid"
	ok "KDUMP_COMMANDLINE stands in place of the kernel's words" eval \
		'saves 5 "left nothing" && grep -q "^a=1 b irqpoll " "$work/told"'
	ok "a target on another machine is not played" looked_at 'it saves by nfs, which is not played' 'nfs dumps:/srv'
	ok "nor by ssh" looked_at 'it saves by ssh, which is not played' 'ssh kdump@dumps'
	ok "nor a raw device" looked_at 'it saves by raw, which is not played' 'raw /dev/disk/by-id/x'
	ok "nor btrfs, which has subvolumes" looked_at 'it saves by btrfs, which is not played' "btrfs /dev/disk/by-uuid/$uuid"
	ok "nor a logical volume" looked_at 'its target /dev/mapper/vg-a is not found by the UUID or label of a file system' \
		'ext4 /dev/mapper/vg-a'
	ok "one that names no target" looked_at '/etc/kdump.conf in the image names no target' '# none'
	kdump_utils "nfs dumps:/srv"
	stored native-here
	ok "on a machine of the native backend, a file of another package is no fault" eval \
		'look --image "$work/peer/boot/initramfs-${release}kdump.img"; same 0 $?'
	tree=$work/peer
	played="$captured"'echo "Fatal glibc error: CPU does not support x86-64-v3"; echo "Kernel panic - not syncing"'
	kdump_utils "ext4 /dev/disk/by-uuid/$uuid"
	ok "a QEMU with an older processor says nothing of the image" saves 4 \
		'need a newer processor than this QEMU plays.*the image was only looked at'
	played=''
	kdump_utils "ext4 /dev/disk/by-uuid/$uuid"
	rm -r "$work/image/lib/modules"
	image
	mv "$tree/var/lib/kdump-dma/initrd-$release.img" "$tree/boot/initramfs-${release}kdump.img"
	ok "an image with no driver that QEMU plays" saves 4 \
		'the image has no driver of a disk that QEMU plays: the image was only looked at'
	rm "$work/image/etc/kdump.conf"
	mkdir -p "$work/image/etc/sysconfig"
	: >"$work/image/etc/sysconfig/kdump"
	image
	mv "$tree/var/lib/kdump-dma/initrd-$release.img" "$tree/boot/initramfs-${release}kdump.img"
	ok "an image of SUSE's kdump" saves 4 "an image of SUSE's kdump is not played: the image was only looked at"
else
	skip "an image of another package" "no qemu-system-x86_64, or no unshare --mount"
fi

# ---- what is remembered where nothing was played ----------------------------------
stored remembered
configured device=UUID=1111-aaaa fstype=ext4 path=/var/crash
rm -r "$work/image/$driver"
image
rehearses() { # WANTED-STATUS
	"$tool" rehearse --root "$tree" >"$work/out" 2>&1
	same "$1" $?
}
status_says() { # PATTERN
	"$tool" status --root "$tree" >"$work/out"
	cat "$work/out"
	grep -q "$1" "$work/out"
}
ok "an image with a fault is not rehearsed" rehearses 5
ok "status says what the fault is" status_says \
	"^looked at    20.*, 1 fault in the capture image: the driver /$driver is not in the image; see"
ok "status --json has it" eval '"$tool" status --json --root "$tree" | jq -e ".looked_at.faults == 1"'
ok "so have the metrics" eval '"$tool" metrics --root "$tree" | grep -qx "kdump_dma_image_faults 1"'
ok "a look by hand changes nothing of that" eval 'look; status_says "1 fault in the capture image"'
sleep 1
configured device=UUID=1111-aaaa fstype=ext4 path=/var/crash extra=1
ok "of an image that was built since nothing is said" eval '! status_says "^looked at"'
rm -f "$tree/sys/kernel/kexec_crash_size" "$tree/sys/kernel/kexec/crash_size"
ok "an image that can only be looked at: exit status 4" rehearses 4
ok "status says so" status_says "^looked at    20.*, no fault in the capture image; it was not rehearsed\$"
if command -v python3 >/dev/null; then
	python3 -c '
import fcntl, os, struct, sys, time
fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
fcntl.fcntl(fd, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
open(sys.argv[2] + "/held", "w")
time.sleep(3)
open(sys.argv[2] + "/released", "w")' "$tree/var/lib/kdump-dma/lock" "$work" &
	for _ in $(seq 50); do
		[ ! -e "$work/held" ] || break
		sleep 0.1
	done
	rehearses 4
	ok "nothing is remembered while another kdump-dma is at work, but after it" \
		test "$tree/var/lib/kdump-dma/looked" -nt "$work/released"
else
	skip "rehearse takes the lock to remember" "no python3"
fi
echo 1048576 >"$tree/.room"
ok "a target without room for a dump is a doubt, not a fault" eval \
	'look; same 0 $? && grep -q "^doubt       the target has 1 MiB free, and a dump may take" "$work/out"'
ok "as JSON, too" eval '"$tool" rehearse --look --json --root "$tree" | jq -e ".doubts | length == 1"'
tree=$work/other
machine "$tree" 2048 256 crashkernel=256M
kdump_tools "$tree"
healthy
rm "$work/image/etc/kdump-dma-capture.conf"
mkdir "$work/image/conf"
: >"$work/image/conf/initramfs.conf"
image
mkdir -p "$tree/var/lib/kdump"
mv "$tree/var/lib/kdump-dma/initrd-$release.img" "$tree/var/lib/kdump/initrd.img-$release"
ok "the image of kdump-tools is looked at where that package has it" rehearses 4
if command -v qemu-system-x86_64 >/dev/null; then
	ok "why it is not played is said" grep -q "starts this machine's own root file system and saves from there" "$work/out"
else
	skip "why it is not played is said" "no qemu-system-x86_64"
fi
ok "status says what came of it" status_says "^looked at    20.*, no fault"

tap_end
