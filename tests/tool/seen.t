#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Dumps on another file system of this machine (target = UUID=... and the like): they
# are seen, learned and removed where it is mounted, and only there; where it is not,
# it is said what shows them, and nothing is concluded.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh
. tests/tool/storage.sh

tool=$PWD/build/san/kdump-dma
real_record=$PWD/tests/tool/record-linux-6.1.json
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
not() { ! "$@"; }
run() { "$tool" "$@" --root "$tree" >"$work/out" 2>"$work/err"; }
says() { grep -qF -e "$1" "$work/out" "$work/err" || { cat "$work/out" "$work/err" && return 1; }; }
configuration() { printf '%s\n' "$@" >"$tree/etc/kdump-dma.conf"; }

# other: a machine that has a second disk's file system, sda5, for its dumps
other() { # TARGET [LINE...]
	rm -rf "$work/here"
	stored here
	block $sata/block/sda/sda5 8:5 ID_FS_TYPE=ext4 ID_FS_UUID=5555 ID_FS_LABEL_ENC=dumps \
		ID_PART_ENTRY_UUID=part-5 ID_PART_ENTRY_NAME=crash
	mkdir -p "$tree/proc/fs/jbd2/sda5-8"
	target=$1
	shift
	configuration "target = $target" 'path = /inside' "$@"
}
# dump FOLDER DAY: one of that day, below the machine's root
dump() {
	mkdir -p "$tree$1/web1-$2"
	jq --arg day "$2" '.written = "2026-11-\($day)T10:00:00Z" |
		.boot_id = "\($day)000000-2222-3333-4444-555555555555"' "$real_record" \
		>"$tree$1/web1-$2/kdump-dma.json"
	chmod 600 "$tree$1/web1-$2/kdump-dma.json"
	truncate -s 1M "$tree$1/web1-$2/vmcore"
	touch -d "2026-11-${2}T10:00:00Z" "$tree$1/web1-$2"
}
boot() { echo "$1-2222-3333-4444-555555555555" >"$tree/proc/sys/kernel/random/boot_id"; }
history() { [ ! -e "$tree/var/lib/kdump-dma/history.json" ] || cat "$tree/var/lib/kdump-dma/history.json"; }
captures() { same "$1" "$(history | grep -c '"id"')"; }
# status as JSON
told() { "$tool" status --json --root "$tree" 2>"$work/err" | jq -r "$1"; }
seen_in() { same "true $1" "$(told '"\(.captures_seen) \(.captures_folder)"')"; }
# unseen WHY: status says so, list does not keep silent, and nothing is concluded
unseen() {
	run status
	grep -q "^unseen       captures cannot be seen from here: .*$1" "$work/out" || {
		cat "$work/out"
		return 1
	}
	same false "$(told .captures_seen)" || return
	run list
	grep -q "^kdump-dma: list: .*$1" "$work/err" || { cat "$work/err" && return 1; }
	for each in 1 2 3; do
		boot 7777777$each
		run learn || { cat "$work/err" && return 1; }
		grep -q "$1.*; nothing is concluded from a missing dump" "$work/err" || {
			cat "$work/err"
			return 1
		}
	done
	captures 0
}

# ---- mounted ------------------------------------------------------------------
for name in UUID=5555 LABEL=dumps PARTUUID=part-5 PARTLABEL=crash /dev/sda5; do
	other $name
	mounted 8:5 /mnt/dumps ext4 /dev/sda5
	dump /mnt/dumps/inside 01
	dump /inside 02
	ok "target = $name: its folder is where it is mounted" seen_in /mnt/dumps/inside
	ok "learn finds the dump there: $name" run learn
	ok "and not one of that path elsewhere: $name" says "learned /mnt/dumps/inside/web1-01: "
	ok "one capture is known: $name" captures 1
	run list
	ok "list has it: $name" says /mnt/dumps/inside/web1-01
	run show
	ok "show has it: $name" says "dump         /mnt/dumps/inside/web1-01/vmcore"
	run status
	ok "status has nothing to say of that: $name" not grep -q '^unseen' "$work/out"
	for each in 1 2; do
		boot 9999999$each
		run learn
	done
	ok "two boots that left nothing there are noticed: $name" captures 3
done

other UUID=5555 'keep = 1'
mounted 8:5 /mnt/dumps ext4 /dev/sda5
for each in 1 2 3; do
	dump /mnt/dumps/inside 0$each
	dump /inside 0$each
done
run learn
ok "keep: the newest stays" same web1-03 "$(cd "$tree/mnt/dumps/inside" && echo */vmcore | sed 's,/vmcore,,g')"
ok "and what is no target's" same 3 "$(find "$tree/inside" -name vmcore | wc -l)"
run metrics
ok "metrics say that captures are seen" says 'kdump_dma_captures_seen 1'

other UUID=5555 'target_fstype = ext4'
configuration 'target = ssh://kdump@192.0.2.1' 'target_fallback = UUID=5555' 'path = /inside'
mounted 8:5 /mnt/dumps ext4 /dev/sda5
dump /mnt/dumps/inside 01
run learn
ok "the fallback of a target on another machine: its records are learned" captures 1
configuration 'target = ssh://kdump@192.0.2.1' 'path = /srv'
dump /srv 02
run learn
ok "with auto, too" captures 2
ok "there it is a folder of this machine" seen_in /srv
configuration 'target = ssh://kdump@192.0.2.1' 'target_fallback = none'
ok "without one nothing is seen" same 'false dumps go to another machine or file system' \
	"$(told '"\(.captures_seen) \(.captures_unseen)"')"

# ---- by what is mounted ---------------------------------------------------------
other UUID=5555
mounted 8:5 /mnt/dumps ext4 /dev/sda5
sed -i 's, / /mnt/dumps rw, / /mnt/dumps ro,' "$tree/proc/self/mountinfo"
ok "mounted read-only: seen" seen_in /mnt/dumps/inside
mounted 8:5 /srv/also ext4 /dev/sda5
ok "mounted twice: the one that can be written to" seen_in /srv/also/inside
mounted 8:5 /x ext4 /dev/sda5 /inside
ok "all of it before a part of it" seen_in /srv/also/inside
sed -i '/mnt.dumps\|srv.also/d' "$tree/proc/self/mountinfo"
ok "only the folder itself, by a bind mount" seen_in /x
configuration 'target = UUID=5555' 'path = /inside/further//x/'
ok "a folder below that" seen_in /x/further/x
configuration 'target = UUID=5555' 'path = /insider'
ok "another folder is not mounted" unseen 'of the target UUID=5555 (sda5) only /inside is mounted, at /x: mount all of it'

other UUID=5555
mounted 8:5 /var/crash ext4 /dev/sda5
configuration 'target = UUID=5555' 'path = /'
dump /var/crash 01
ok "the top of the file system" seen_in /var/crash
run learn
ok "a dump there is learned" captures 1
mounted 8:7 /var/crash/inside ext4 /dev/sda7
rm -rf "$tree/var/lib/kdump-dma" "$tree/var/crash"
configuration 'target = UUID=5555' 'path = /inside/x'
ok "something else is mounted over the folder" unseen 'something else is mounted over its folder /var/crash/inside/x'
other UUID=1111-aaaa
dump /inside 01
ok "the root file system, by its UUID" seen_in /inside
configuration 'target = UUID=1111-aaaa' 'path = /'
ok "not / itself" unseen 'nothing looks for dumps in / itself'

other UUID=5555
mounted 8:5 /mnt/my+dumps ext4 /dev/sda5
sed -i 's/+/\\040/' "$tree/proc/self/mountinfo"
ok "a mount point with a blank in it" unseen 'has other characters than letters'
mounted 8:5 /mnt/dumps ext4 /dev/sda5
ok "and a second one without" seen_in /mnt/dumps/inside
mkdir -p "$tree/mnt/dumps/real" "$tree/real"
ln -s /real "$tree/mnt/dumps/inside"
ok "a link is followed inside of the file system" seen_in /mnt/dumps/real
ln -sfn ../../../real "$tree/mnt/dumps/inside"
ok "it leads out of none" seen_in /mnt/dumps/real
ln -sfn inside "$tree/mnt/dumps/inside"
sed -i /040/d "$tree/proc/self/mountinfo"
ok "one that leads to itself" unseen 'Too many levels of symbolic links'
ln -sfn /real "$tree/mnt/dumps/inside"
mkdir "$tree/x" && ln -s /real "$tree/x/further"
configuration 'target = UUID=5555' 'path = /part/further'
sed -i /dumps/d "$tree/proc/self/mountinfo"
mounted 8:5 /x ext4 /dev/sda5 /part
ok "a link where only a part is mounted" unseen 'a link is on the way to it'

# ---- mounted elsewhere since ----------------------------------------------------
other UUID=5555
mounted 8:5 /mnt/dumps ext4 /dev/sda5
dump /mnt/dumps/inside 01
run learn
run learn --shutdown
mkdir -p "$tree/media"
mv "$tree/mnt/dumps" "$tree/media/dumps"
sed -i s,/mnt/dumps,/media/dumps, "$tree/proc/self/mountinfo"
boot 99999991
run learn
ok "a dump that is seen elsewhere is the same" same 0 "$(history | grep -c media)"
run list
ok "list has it once" same 1 "$(grep -c web1-01 "$work/out")"
ok "as it lies now" says /media/dumps/inside/web1-01
run show
ok "and so has show" says 'dump         /media/dumps/inside/web1-01/vmcore'
ok "also by its former name" run show /mnt/dumps/inside/web1-01
ok "or its folder's" run show web1-01
ok "it is not gone" same true "$("$tool" list --json --root "$tree" | jq '.captures | length == 1 and .[0].on_disk')"
cp -a "$tree/media/dumps/inside/web1-01" "$tree/media/dumps/inside/copy"
run list
ok "a copy beside it is listed, too" same 2 "$(grep -c /media/dumps/inside "$work/out")"

# ---- btrfs ----------------------------------------------------------------------
btrfs() { # .subvolume
	other UUID=5555
	sed -i 's/ext4/btrfs/' "$tree/run/udev/data/b8:5"
	echo E:ID_FS_UUID_SUB=sub-1 >>"$tree/run/udev/data/b8:5"
	[ -z "$1" ] || echo "$1" >"$tree/.subvolume"
}
btrfs 5
mounted 0:44 /mnt/dumps btrfs /dev/sda5 / subvolid=5,subvol=/
ok "btrfs: its top" seen_in /mnt/dumps/inside
btrfs 256
mounted 0:44 /mnt/dumps btrfs /dev/sda5 /@data subvolid=256,subvol=/@data
ok "its default subvolume" seen_in /mnt/dumps/inside
btrfs 5
mounted 0:44 /mnt/dumps btrfs /dev/sda5 /@data subvolid=256,subvol=/@data
ok "another subvolume" unseen 'only /@data is mounted, at /mnt/dumps'
configuration 'target = UUID=5555' 'path = /@data/x'
ok "a folder in that, by its path from the top" seen_in /mnt/dumps/x
btrfs 257
mounted 0:44 /mnt/dumps btrfs /dev/sda5 /@data subvolid=256,subvol=/@data
ok "its default subvolume is another one, which is not mounted" unseen 'its default subvolume'
btrfs ''
mounted 0:44 /mnt/dumps btrfs /dev/sda5 / subvolid=5,subvol=/
ok "which is the default is not known" unseen 'its default subvolume'
btrfs 5
block $sata/block/sda/sda4 8:4 ID_FS_TYPE=btrfs ID_FS_UUID=5555 ID_FS_UUID_SUB=sub-0
mounted 0:44 /mnt/dumps btrfs /dev/sda5 / subvolid=5,subvol=/
ok "one of several devices, mounted by another" seen_in /mnt/dumps/inside
sed -i s/sub-0/sub-1/ "$tree/run/udev/data/b8:4"
ok "a copy of a btrfs: which one it is is not known" unseen 'several devices have what the target'

# ---- not mounted ----------------------------------------------------------------
plain='the target UUID=5555 (sda5) is not mounted'
other UUID=5555
dump /inside 01
dump /mnt/dumps/inside 01
ok "not mounted" unseen "$plain: mount it, wherever, to see its dumps"
run show
ok "then there is nothing to show" says 'no capture is known'
run metrics
ok "metrics say so" says 'kdump_dma_captures_seen 0'
for entry in UUID=5555 'UUID="5555"' LABEL=dumps PARTUUID=part-5 /dev/sda5; do
	printf '%s\n' 'UUID=1111-aaaa / ext4 defaults 0 1' 'nowhere none swap sw 0 0' \
		"$entry /mnt/dumps ext4 noauto,nofail 0 0" >"$tree/etc/fstab"
	rm -rf "$tree/var/lib/kdump-dma"
	ok "fstab has it as $entry" unseen "$plain, which /etc/fstab would do at /mnt/dumps: mount it"
done
mounted 0:33 /mnt/dumps autofs systemd-1
rm -rf "$tree/var/lib/kdump-dma"
ok "systemd would mount it when somebody looks there" unseen \
	'the target UUID=5555 (sda5) is not mounted now: /etc/fstab mounts it at /mnt/dumps when somebody looks there'
ok "nobody did" not grep -q '/mnt/dumps ext4' "$tree/proc/self/mountinfo"
mounted 8:5 /mnt/dumps ext4 /dev/sda5
ok "when it is mounted: seen" seen_in /mnt/dumps/inside
run learn
ok "and its dumps are learned, once" captures 1
run learn --shutdown
boot 99999991
sed -i /mnt.dumps/d "$tree/proc/self/mountinfo"
run learn
run learn --shutdown
boot 99999992
mounted 8:5 /mnt/dumps ext4 /dev/sda5
run learn
ok "not again when it was away in between, and nothing is missing" captures 1
run show
ok "show finds it" says 'dump         /mnt/dumps/inside/web1-01/vmcore'
sed -i /mnt.dumps/d "$tree/proc/self/mountinfo"
run show
ok "while it is away show says why" says "dump         not seen: $plain, which"
# A crash on purpose, of which the dump is seen later in the next boot (nofail).
other UUID=5555
run learn
printf 'boot_id %s\n' "$(cat "$tree/proc/sys/kernel/random/boot_id")" >"$tree/var/lib/kdump-dma/test"
boot 88888881
dump /mnt/dumps/inside 01
run learn
ok "while the dump of a test is not seen nothing is known of it" captures 0
mounted 8:5 /mnt/dumps ext4 /dev/sda5
run learn
run metrics
ok "when it is, it is that of a test" says 'kdump_dma_captures_total{outcome="saved",test="yes"} 1'
ok "and the mark is gone" test ! -e "$tree/var/lib/kdump-dma/test"
ok "a unit learns again when all is mounted" grep -q '^ExecStartPre=-/usr/sbin/kdump-dma learn$' \
	conf/units/kdump-dma-apply.service

other UUID=5555
printf '[Mount]\nWhat=/dev/disk/by-uuid/5555\nWhere=/srv/dumps\n' >"$tree/etc/systemd/system/srv-dumps.mount"
mkdir -p "$tree/dev/disk/by-uuid" && : >"$tree/dev/sda5" && ln -s ../../sda5 "$tree/dev/disk/by-uuid/5555"
ok "a mount unit has it" unseen "$plain, which srv-dumps.mount would do at /srv/dumps: mount it"

other UUID=6666
ok "a disk that is not there" unseen 'the target UUID=6666 is not there: attach it'
other UUID=5555
block $sata/block/sda/sda6 8:6 ID_FS_TYPE=ext4 ID_FS_UUID=5555
mounted 8:5 /mnt/dumps ext4 /dev/sda5
dump /mnt/dumps/inside 01
ok "two file systems of one UUID" unseen 'several devices have UUID=5555'
configuration 'target = /dev/sda5' 'path = /inside' 'keep = 1'
rm -rf "$tree/var/lib/kdump-dma"
ok "also where it is named by its node, for it is found by that UUID" unseen 'several devices have what the target UUID=5555'
other UUID=5555
block $sata/block/sda/sda6 8:6 ID_FS_TYPE=ext4 ID_FS_UUID=6666
mounted 8:6 /mnt/dumps ext4 /dev/sda6
dump /mnt/dumps/inside 01
ok "another file system is mounted where fstab has it" unseen "$plain"
other UUID=5555
mounted 8:5 /mnt/dumps ext4 /dev/sda5
rm "$tree/proc/self/mountinfo"
ok "what is mounted is not known" unseen 'what is mounted here is not known'

# ---- kdump-utils: "ext4 UUID=..." ------------------------------------------------
peer() { # LINE...: of kdump.conf
	other UUID=5555
	rm "$tree/etc/kdump-dma.conf" "$tree/etc/systemd/system/multi-user.target.wants/kdump-dma.service"
	kdumpctl "$tree"
	printf '%s\n' "$@" >"$tree/etc/kdump.conf"
	block $sata/block/sda/sda5 8:5 ID_FS_TYPE=ext4 ID_FS_UUID=5555 'ID_FS_LABEL_ENC=\x2fmy-crash'
}
for option in 'ext4 UUID=5555' 'ext4 LABEL=/my-crash # a label may have a slash' 'ext4 /dev/sda5'; do
	peer "$option" 'path /inside'
	mounted 8:5 /mnt/dumps ext4 /dev/sda5
	dump /mnt/dumps/inside 01
	dump /inside 02
	ok "$option: seen" seen_in /mnt/dumps/inside
	run learn
	ok "and learned: $option" says 'learned /mnt/dumps/inside/web1-01: '
	ok "not what has that path elsewhere: $option" captures 1
	run list
	ok "list has it: $option" says /mnt/dumps/inside/web1-01
	run status
	ok "nothing is unseen: $option" not grep -q '^unseen' "$work/out"
done
peer 'ext4 UUID=5555'
mounted 8:5 /mnt/dumps ext4 /dev/sda5
ok "its folder there, where none is configured" seen_in /mnt/dumps/var/crash
: >"$tree/proc/self/mountinfo"
echo 'UUID=5555 /mnt/dumps ext4 noauto 0 0' >"$tree/etc/fstab"
ok "not mounted" unseen "$plain, which /etc/fstab would do at /mnt/dumps"
for option in 'raw /dev/sda5' 'nfs there:/dumps' 'ext4 UUID=5555;reboot'; do
	peer "$option" 'path /inside'
	mounted 8:5 /mnt/dumps ext4 /dev/sda5
	ok "$option: elsewhere" same 'false dumps go to another machine or file system' \
		"$(told '"\(.captures_seen) \(.captures_unseen)"')"
done

# ---- on this machine ----------------------------------------------------------------
# live KIND: what a real file system of that kind shows, in $work/out, a line for each
# state of it; $uuid is its UUID. In a mount namespace whose /etc, /var/lib and /run/udev
# are in memory.
uuid=12345678-1234-1234-1234-123456789abc
disk() { # KIND
	rm -f "$work/disk"
	truncate -s 130M "$work/disk"
	case $1 in
	ext4) mke2fs -q -F -t ext4 -U $uuid "$work/disk" ;;
	btrfs) mkfs.btrfs -q -f -U $uuid "$work/disk" >/dev/null ;;
	esac && loop=$(losetup -f --show "$work/disk")
}
# shellcheck disable=SC2016  # of the inner shell
live() {
	mkdir -p "$work/live/m" "$work/live/n"
	unshare --mount --propagation private sh -c '
		tool=$1 work=$2 loop=$3 kind=$4 uuid=$5 record=$6
		mkdir -p /run/udev && mount -t tmpfs none /etc && mount -t tmpfs none /var/lib &&
			mount -t tmpfs none /run/udev || exit
		printf "backend = native\ntarget = UUID=%s\npath = /inside\nkeep = 1\n" $uuid \
			>/etc/kdump-dma.conf
		told() {
			"$tool" status --json | jq -r --arg work "$work/live/" \
				--arg loop "${loop#/dev/}" \
				"\"$1: \(.captures_folder)\(.captures_unseen)\" | gsub(\$work; \"\") | gsub(\$loop; \"loop\")"
		}
		left() { echo "$1: $(cd "$work/live/m/inside" && echo */vmcore)"; }
		told away
		mount "$loop" "$work/live/m" || exit
		told mounted
		mount --bind "$work/live/m" "$work/live/n"
		told twice
		mount -t tmpfs none "$work/live"
		told covered
		umount "$work/live"
		if [ "$kind" = btrfs ]; then
			btrfs subvolume create "$work/live/m/@data" >/dev/null
			id=$(btrfs subvolume list "$work/live/m" | sed "s/ID \([0-9]*\) .*/\1/")
			btrfs subvolume set-default "$id" "$work/live/m"
			told default
			umount "$work/live/n"
			mount "$loop" "$work/live/n"
			umount "$work/live/m"
			told subvolume
			exit
		fi
		for day in 1 2; do
			mkdir -p "$work/live/m/inside/$day" && : >"$work/live/m/inside/$day/vmcore"
			jq ".written = \"2026-11-0${day}T10:00:00Z\" | .boot_id = \"$day\"" "$record" \
				>"$work/live/m/inside/$day/kdump-dma.json"
			chmod 600 "$work/live/m/inside/$day/kdump-dma.json"
		done
		mkdir -p /run/udev/data
		number=$(cat "/sys/class/block/${loop#/dev/}/dev")
		printf "E:%s\n" ID_FS_TYPE=ext4 ID_FS_UUID=another >"/run/udev/data/b$number"
		sed -i s/$uuid/another/ /etc/kdump-dma.conf
		"$tool" learn >"$work/said" 2>&1
		left wrong
		sed -i s/another/$uuid/ /etc/kdump-dma.conf
		rm -r /run/udev/data
		"$tool" learn >>"$work/said" 2>&1
		left right
		' sh "$tool" "$work" "$loop" "$1" $uuid "$real_record" >"$work/out" 2>"$work/err"
	losetup -d "$loop"
}
has() { grep -qx -e "$1" "$work/out" || { cat "$work/out" "$work/err" && return 1; }; }
can_mount() { # KIND PROGRAM
	[ "$(id -u)" = 0 ] && command -v "$2" >/dev/null && grep -qw "$1" /proc/filesystems &&
		unshare --mount true && losetup -f >/dev/null && disk "$1"
}
if can_mount ext4 mke2fs; then
	live ext4
	ok "a real disk that is not mounted" has "away: the target UUID=$uuid (loop) is not mounted: mount it, wherever.*"
	ok "mounted" has 'mounted: m/inside'
	ok "and by a bind mount" has 'twice: m/inside'
	ok "below another mount it is not seen" has 'covered: the target .* is mounted at m, but something else is mounted over that'
	ok "keep: nothing goes where the device does not say what udev says" has 'wrong: 1/vmcore 2/vmcore'
	ok "and that is said" grep -q 'nothing is removed (keep, keep_free): the device that is mounted there does not say' "$work/said"
	ok "where it does, the older one goes" has 'right: 2/vmcore'
else
	skip "a real disk" "it needs root, a loop device and ext4"
fi
if can_mount btrfs mkfs.btrfs; then
	live btrfs
	ok "a real btrfs" has 'mounted: m/inside'
	ok "its default subvolume is another one now" has 'default: the target .*its default subvolume, which a capture saves to.*'
	ok "which is mounted" has 'subvolume: n/inside'
else
	skip "a real btrfs" "it needs root, a loop device and btrfs"
fi
tap_end
