#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# kdump-dma unlock, with real cryptsetup on files that stand for disks: which key slot
# is added, taken away or left alone, where its key is kept, and what the image gets.
# That such an image opens a disk and saves a dump on it is for tests/e2e to show.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh
. tests/tool/storage.sh

tool=build/san/kdump-dma
command -v cryptsetup >/dev/null || {
	skip "kdump-dma unlock" "cryptsetup is not installed"
	tap_end
	exit
}
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
not() { ! "$@"; }
virtual=virtual/block

# luks DEVICE NUMBER TYPE: $tree/dev/DEVICE is a LUKS device, open as DEVICE_crypt at
# dm-NUMBER; sets uuid. Passphrase: right
luks() {
	truncate -s 32M "$tree/dev/$1"
	echo right | cryptsetup luksFormat -q --type "$3" --pbkdf pbkdf2 \
		--pbkdf-force-iterations 1000 "$tree/dev/$1"
	uuid=$(cryptsetup luksUUID "$tree/dev/$1")
	block "$sata/block/sda/$1" "8:${1#sda}" ID_FS_TYPE=crypto_LUKS "ID_FS_UUID=$uuid"
	block "$virtual/dm-$2" "254:$2"
	mapped "$virtual/dm-$2" "${1}_crypt" \
		"CRYPT-$(echo "$3" | tr lk LK | tr us US)-$(echo "$uuid" | tr -d -)-${1}_crypt"
	lies_on "$virtual/dm-$2" "$sata/block/sda/$1"
}

# encrypted NAME TYPE: a machine as Debian's installer makes it, LVM on LUKS, all of it
# but /boot
encrypted() {
	stored "$1"
	mkdir -p "$tree/dev" "$tree/var/crash" "$tree/var/lib/kdump-dma"
	luks sda5 0 "$2"
	block "$virtual/dm-1" 254:1 ID_FS_TYPE=ext4 ID_FS_UUID=1111-cccc
	mapped "$virtual/dm-1" vg-root LVM-abc
	lies_on "$virtual/dm-1" "$virtual/dm-0"
	mkdir -p "$tree/proc/fs/jbd2/dm-1-8" "$tree/usr/sbin"
	: >"$tree/proc/self/mountinfo"
	mounted 254:1 / ext4 /dev/mapper/vg-root
	mounted 8:2 /boot ext4 /dev/sda2
	: >"$tree/usr/sbin/lvm"
	: >"$tree/usr/sbin/cryptsetup"
	for name in md/dm-mod md/dm-crypt; do
		module drivers/$name.ko
	done
	for name in crypto/xts arch/x86/crypto/aesni-intel crypto/aes_generic; do
		module $name.ko
	done
	printf 'alias %s\n' 'crypto-xts xts' 'crypto-aes aesni_intel' 'crypto-aes aes_generic' \
		'crypto-plain64 nothing' >>"$tree/lib/modules/$release/modules.alias"
	printf '%s 16384 0 - Live 0x0\n' dm_mod dm_crypt xts aesni_intel >>"$tree/proc/modules"
	key=$tree/var/lib/kdump-dma/unlock-$uuid.key
}
unlock() { # OPTION...: with the right passphrase
	echo right | "$tool" unlock --root "$tree" "$@" >"$work/out" 2>"$work/err"
}
# said TEXT: by the last unlock or image
said() { grep -qF -e "$1" "$work/out" "$work/err" || { cat "$work/out" "$work/err" && return 1; }; }
image() { "$tool" image --root "$tree" >"$work/out" 2>"$work/err"; }
value() { image; sed -n "s/^$1  *//p" "$work/out"; }
slots() { # the numbers of those that are in use
	cryptsetup luksDump "$tree/dev/${1:-sda5}" |
		sed -n 's/^Key Slot \([0-9]\): ENABLED/\1/p; s/^  \([0-9]*\): luks2/\1/p' | paste -sd' '
}
opens() { cryptsetup open --test-passphrase --key-file "$key" --key-slot "$1" "$tree/dev/sda5" 2>/dev/null; }
# hex FILE...: its bytes
hex() { cat "$@" | od -An -v -tx1 | tr -d ' \n'; }
has_key() { # FILE...
	hex "$@" | grep -qF "$(head -c 16 "$key" | hex)"
}
# left: in our folder, beside the lock
left() { find "$tree/var/lib/kdump-dma" -type f ! -name lock; }
passphrase_opens() { echo right | cryptsetup open --test-passphrase "$tree/dev/sda5"; }

for type in luks2 luks1; do
	encrypted $type $type
	ok "$type: without a key slot of ours no image is built" not image
	ok "$type: and what to do is said" said 'run "kdump-dma unlock"'
	ok "$type: --check says so, too" sh -c "! $tool unlock --root $tree --check >$work/out"
	cp "$tree/dev/sda5" "$work/before"
	echo wrong | "$tool" unlock --root "$tree" >"$work/out" 2>"$work/err"
	ok "$type: a wrong passphrase changes nothing" cmp "$tree/dev/sda5" "$work/before"
	ok "$type: and leaves nothing" same "" "$(left)"
	ok "$type: the right one adds a slot" unlock
	ok "$type: the first that is free" same "0 1" "$(slots)"
	ok "$type: which is named" said "key slot 1 (LUKS${type#luks}) opens it after a crash"
	ok "$type: its key is for root alone" same "600 64" "$(stat -c '%a %s' "$key")"
	ok "$type: its key opens it" opens 1
	ok "$type: the passphrase still does" passphrase_opens
	cryptsetup luksDump "$tree/dev/sda5" >"$work/dump"
	ok "$type: with the least of iterations" same 1000 \
		"$(sed -n '/\(Slot 1: ENABLED\|  1: luks2\)/,/Salt/s/.*Iterations:[^0-9]*//p' "$work/dump")"
	ok "$type: --check finds it" "$tool" unlock --root "$tree" --check
	ok "$type: now an image is built" image
	ok "$type: first the disk is opened, by that slot, then the volume group" same \
		"luks $uuid 1 sda5_crypt lvm vg" "$(value 'lies on\|            ' | xargs)"
	ok "$type: with dm-crypt and the parts of the cipher that are in use" same \
		"scsi_mod libata libahci ahci sd_mod dm_crypt dm_mod aesni_intel xts crc32c_intel mbcache jbd2 ext4" \
		"$(value modules)"
	ok "$type: cryptsetup" same "makedumpfile lvm cryptsetup" "$(value programs)"
	ok "$type: and the key" same "var/lib/kdump-dma/unlock-$uuid.key" "$(value files)"
	"$tool" status --root "$tree" >"$work/out" 2>/dev/null
	ok "$type: status names the slot" said "key slot 1 of the LUKS device $uuid"
	"$tool" status --root "$tree" --json 2>/dev/null >"$work/json"
	ok "$type: for programs, too" same "[{\"uuid\":\"$uuid\",\"slot\":1}]" \
		"$(jq -c .unlock "$work/json")"
	cp "$tree/dev/sda5" "$work/before"
	unlock
	ok "$type: a second run changes nothing" cmp "$tree/dev/sda5" "$work/before"
	mkdir -p "$work/plan"
	"$tool" image --root "$tree" -o "$work/plan" 2>/dev/null
	ok "$type: no file of the plan has the key in it" not has_key "$work"/plan/*
	"$tool" snapshot --root "$tree" -o "$work/$type.tar"
	ok "$type: a snapshot has neither key nor slot" not sh -c "tar -tf $work/$type.tar | grep unlock"
	ok "$type: nor the key's bytes" not has_key "$work/$type.tar"
	: >"$tree/var/lib/kdump-dma/initrd-$release.img"
	ok "$type: --remove takes the slot away" unlock --remove
	ok "$type: and no other one" same 0 "$(slots)"
	ok "$type: the passphrase still opens it" passphrase_opens
	ok "$type: nothing of it is left" same "" "$(left)"
	ok "$type: and no image is built" not image
done
encrypted token luks2
unlock
ok "LUKS2: a token names the slot as ours" same 1 \
	"$(cryptsetup luksDump --dump-json-metadata "$tree/dev/sda5" | jq -r '.tokens["0"] | select(.type == "kdump-dma").keyslots[0]')"
unlock --remove
ok "LUKS2: which goes with the slot" same '{}' \
	"$(cryptsetup luksDump --dump-json-metadata "$tree/dev/sda5" | jq -c .tokens)"

# ---- what may have happened since --------------------------------------------------
encrypted lost luks2
unlock
cryptsetup luksKillSlot -q "$tree/dev/sda5" 1
ok "a slot that somebody removed is found by --check" not "$tool" unlock --root "$tree" --check
echo right | cryptsetup luksAddKey -q --pbkdf pbkdf2 --pbkdf-force-iterations 1000 \
	--key-slot 1 "$tree/dev/sda5" "$tree/etc/machine-id" 2>/dev/null
unlock --remove
ok "one that is somebody else's by now is left alone" same "0 1" "$(slots)"
ok "which is said" said 'key slot 1 is not ours any more'
unlock
ok "and another one is taken" same "0 1 2" "$(slots)"
rm "$tree/var/lib/kdump-dma/unlock"
cp "$tree/dev/sda5" "$work/before"
unlock
ok "without its notes the slot is known by its token" same "0 1 2" "$(slots)"
ok "and the image is built" image
rm "$key"
ok "without its key it is not" not image
unlock
ok "a new key gets a new slot" same "0 1 2 3" "$(slots)"
ok "and the old one is told" said 'key slot 2 was added by an earlier run, whose key is gone'

encrypted lost1 luks1
unlock
key_was=$(hex "$key")
rm "$tree/var/lib/kdump-dma/unlock"
ok "LUKS1 has no token: without its notes" unlock
ok "the slot is known by its key" same "0 1 $key_was" "$(slots) $(hex "$key")"
ok "and the image is built, too" image
cp "$tree/var/lib/kdump-dma/unlock" "$work/notes"
cp "$tree/dev/sda5" "$work/before"
untouched() {
	cmp "$tree/dev/sda5" "$work/before" && cmp "$tree/var/lib/kdump-dma/unlock" "$work/notes" &&
		same "$key_was" "$(hex "$key")"
}
unreadable() { # VERB-OPTION...: unlock, where the notes cannot be read
	echo right | ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o "$work/trace" \
		-P "$tree/var/lib/kdump-dma/unlock" -e inject=read:error=EIO \
		"$tool" unlock --root "$tree" "$@" >"$work/out" 2>"$work/err"
	[ $? = 1 ] && said "unlock: Input/output error"
}
if strace -o "$work/trace" true 2>/dev/null; then
	for how in "" --remove --check; do
		# shellcheck disable=SC2086  # no option, or one
		ok "notes that cannot be read end unlock $how" unreadable $how
	done
	ok "and nothing was changed" untouched
else
	skip "notes that cannot be read" "strace does not work here"
fi

encrypted cut luks2
unlock
sed -i s/ready/adding/ "$tree/var/lib/kdump-dma/unlock"
ok "an unlock that was cut: no image" not image
ok "is ended by the next one" unlock
ok "in the same slot" same "0 1" "$(slots)"
cryptsetup luksKillSlot -q "$tree/dev/sda5" 0
ok "where ours is the only slot --remove refuses" not unlock --remove
ok "which is said" said 'it has no other key slot'
ok "and it stays" same 1 "$(slots)"

# ---- cryptsetup fails, which says nothing of the key ----------------------------------
# A mock of it in a mount namespace: what tries a key ends with status 3, no memory.
cryptsetup=$(readlink -f "$(command -v cryptsetup)")
cp "$cryptsetup" "$work/real"
# without_memory [WHEN]: from the time on that the file WHEN is there
without_memory() {
	cat >"$work/mock-cryptsetup" <<-END
		#!/bin/sh
		case "\$*" in
		*luksAddKey*)
			"$work/real" "\$@"
			status=\$?
			: >"$work/added"
			exit \$status
			;;
		*--test-passphrase*) [ ! -e "${1:-/}" ] || exit 3 ;;
		esac
		exec "$work/real" "\$@"
	END
	chmod +x "$work/mock-cryptsetup"
}
# mocked VERB-OPTION...: unlock, with the mock
# shellcheck disable=SC2016  # of the inner shell
mocked() {
	echo right | unshare --mount --propagation private sh -c '
		mount --bind "$1" "$2" && shift 2 && exec "$@"' sh "$work/mock-cryptsetup" "$cryptsetup" \
		"$tool" unlock --root "$tree" "$@" >"$work/out" 2>"$work/err"
}
exits() { # STATUS DO...
	wanted=$1
	shift
	"$@"
	same "$wanted" $? || { cat "$work/out" "$work/err" && return 1; }
}
if unshare --mount true 2>/dev/null; then
	encrypted busy luks2
	unlock
	key_was=$(hex "$key") notes_were=$(cat "$tree/var/lib/kdump-dma/unlock")
	cp "$tree/dev/sda5" "$work/before"
	is_as_it_was() {
		same "$key_was" "$(hex "$key")" &&
			same "$notes_were" "$(cat "$tree/var/lib/kdump-dma/unlock")" &&
			cmp "$tree/dev/sda5" "$work/before"
	}
	without_memory
	for how in "" --remove; do
		# shellcheck disable=SC2086  # no option, or one
		ok "unlock $how where a key cannot be tried: an error" exits 1 mocked $how
		ok "unlock $how says so" said 'whether our key still opens it could not be tried'
		ok "unlock $how leaves key, notes and disk as they were" is_as_it_was
	done
	ok "--check of it is an error, and does not say that it is locked" exits 1 mocked --check
	ok "--check says that the key could not be tried" said 'could not be tried'
	ok "--check does not say that the slot is gone" not said 'cannot be opened after a crash'
	rm "$tree/var/lib/kdump-dma/unlock"
	ok "without its notes, too" exits 1 mocked
	ok "the key of the slot that the token names stays" same "$key_was" "$(hex "$key")"
	ok "unlock with enough memory takes it in again" unlock
	ok "and is as before" is_as_it_was

	encrypted after luks2
	without_memory "$work/added"
	ok "a slot that was added, and cannot be tried: an error" exits 1 mocked
	ok "its key stays" test -s "$key"
	ok "no image is built with it" not image
	ok "the next run takes it in" unlock
	ok "and adds no other slot" same "0 1" "$(slots)"
	ok "which opens it" opens 1
else
	skip "a key that cannot be tried" "unshare --mount does not work here"
fi

encrypted long luks2
too_long() {
	not "$tool" unlock --root "$tree$(for _ in $(seq 250); do printf /.; done)" >"$work/out" 2>"$work/err" &&
		said "File name too long"
}
ok "a root whose path does not fit is refused, and not cut" too_long

encrypted full luks1
for i in 1 2 3 4 5 6 7; do
	printf 'right\nx%s\n' $i | cryptsetup luksAddKey -q --pbkdf-force-iterations 1000 \
		--pbkdf pbkdf2 "$tree/dev/sda5"
done
ok "without a free slot nothing is added" not unlock
ok "which is said" said 'all of its key slots are taken'

# ---- a configuration or a history that is refused ----------------------------------------
encrypted refused luks2
unlock
echo 'nonsense = 1' >"$tree/etc/kdump-dma.conf"
echo '{' >"$tree/var/lib/kdump-dma/history.json"
ok "with a configuration that is refused no slot is added" not unlock
ok "its slot is taken away all the same, as a package that goes does it" unlock --remove
ok "and it is away" same 0 "$(slots)"
ok "with its key" test ! -e "$key"

# ---- where the key would lie ---------------------------------------------------------
encrypted plain luks2
mounted 8:2 /var/lib ext4 /dev/sda2
cp "$tree/dev/sda5" "$work/before"
ok "no key is made where it would lie open" not unlock
ok "which is said" said 'does not lie on an encrypted disk'
ok "and the disk is as it was" cmp "$tree/dev/sda5" "$work/before"
sed -i '$d' "$tree/proc/self/mountinfo"
unlock
mounted 8:2 /var/lib ext4 /dev/sda2
ok "nor an image, if its folder moved since" not image
ok "the refusal says that image and key would be readable in the new place" said 'image and key would be readable there'

encrypted elsewhere luks2
sed -i '$d' "$tree/proc/self/mountinfo"
block $sata/block/sda/sda6 8:6 ID_FS_TYPE=ext4 ID_FS_UUID=6666
mounted 8:6 /var/crash ext4 /dev/sda6
ok "a target that is not encrypted needs nothing" unlock
ok "unlock says that the target lies on no encrypted disk" said 'lies on no encrypted disk'
ok "and no slot is added" same 0 "$(slots)"

# ---- two disks --------------------------------------------------------------------
encrypted raid luks2
first=$uuid
luks sda7 2 luks2
block $virtual/md127 9:127
lies_on $virtual/md127 $virtual/dm-0 $virtual/dm-2
mkdir -p "$tree/sys/devices/$virtual/md127/md"
echo 1.2 >"$tree/sys/devices/$virtual/md127/md/metadata_version"
rm -r "$tree/sys/devices/$virtual/dm-1/slaves"
lies_on $virtual/dm-1 $virtual/md127
: >"$tree/usr/sbin/mdadm"
ok "a RAID on two encrypted disks" sh -c "printf 'right\nright\n' | $tool unlock --root $tree >$work/out 2>$work/err"
ok "both have a slot" same "0 1 0 1" "$(slots sda5) $(slots sda7)"
ok "and are opened before it is put together" same \
	"luks $first 1 sda5_crypt luks $uuid 1 sda7_crypt mdraid lvm vg" \
	"$(value 'lies on\|            ' | xargs)"
block $sata/block/sda/sda8 8:8
lies_on $virtual/md127 $sata/block/sda/sda8
ok "one of its disks that is not encrypted: refused" not image
ok "the refusal says that image and key would be readable on that disk" said 'image and key would be readable there'

# A copy of the whole disk, attached to the same machine: all of its UUIDs are the same.
encrypted copied luks2
unlock
block $sata/block/sdb/sdb5 8:21 ID_FS_TYPE=crypto_LUKS "ID_FS_UUID=$uuid"
cp "$tree/dev/sda5" "$tree/dev/sdb5"
cp "$tree/dev/sdb5" "$work/copy"
ok "a copy of the disk is there: the slot of the one in use is taken away" unlock --remove
ok "and no other's" same "0 0 1" "$(slots) $(slots sdb5)"
ok "the copy is as it was" cmp "$tree/dev/sdb5" "$work/copy"
encrypted copies luks2
unlock
block $sata/block/sdb/sdb5 8:21 ID_FS_TYPE=crypto_LUKS "ID_FS_UUID=$uuid"
cp "$tree/dev/sda5" "$tree/dev/sdb5"
echo 'target = UUID=1111-aaaa' >"$tree/etc/kdump-dma.conf"
ok "which of the two was meant is not known any more: neither is changed" not unlock --remove
ok "with the reason" said "several devices have the UUID $uuid"
ok "and the key stays" same "0 1 0 1" "$(slots) $(slots sdb5)$(test -s "$key" || echo ' no key')"

# LUKS on a RAID 1: with metadata 1.0 each of its disks shows the LUKS header, too.
encrypted below luks2
rm -r "$tree/sys/devices/$virtual/dm-0/slaves"
mv "$tree/dev/sda5" "$tree/dev/md127"
block $virtual/md127 9:127 ID_FS_TYPE=crypto_LUKS "ID_FS_UUID=$uuid"
lies_on $virtual/md127 $sata/block/sda/sda5
lies_on $virtual/dm-0 $virtual/md127
mkdir -p "$tree/sys/devices/$virtual/md127/md"
echo 1.0 >"$tree/sys/devices/$virtual/md127/md/metadata_version"
: >"$tree/usr/sbin/mdadm"
ok "LUKS on a RAID" unlock
ok "is opened on the RAID only" same "mdraid luks $uuid 1 sda5_crypt md lvm vg" \
	"$(value 'lies on\|            ' | xargs)"

# As Fedora makes it: a btrfs on LUKS, here on two disks of which one is not encrypted.
stored btrfs
mkdir -p "$tree/dev" "$tree/var/crash" "$tree/var/lib/kdump-dma" "$tree/usr/sbin"
luks sda5 0 luks2
: >"$tree/usr/sbin/cryptsetup"
module drivers/md/dm-crypt.ko
module fs/btrfs/btrfs.ko
block "$virtual/dm-0" 254:0 ID_FS_TYPE=btrfs ID_FS_UUID=1111-bbbb ID_FS_UUID_SUB=sub-a
mapped "$virtual/dm-0" sda5_crypt "CRYPT-LUKS2-$(echo "$uuid" | tr -d -)-sda5_crypt"
: >"$tree/proc/self/mountinfo"
mounted 0:30 / btrfs /dev/mapper/sda5_crypt /@ subvol=/@
mkdir -p "$tree/sys/fs/btrfs/1111-bbbb/devices/dm-0"
ok "a btrfs on LUKS" unlock
ok "is opened, too" same "luks $uuid 1 sda5_crypt" "$(value 'lies on')"
block $sata/block/sda/sda9 8:9 ID_FS_TYPE=btrfs ID_FS_UUID=1111-bbbb ID_FS_UUID_SUB=sub-b
mkdir "$tree/sys/fs/btrfs/1111-bbbb/devices/sda9"
ok "with a disk that is not encrypted: refused" not image
ok "with the reason" said 'image and key would be readable there'

encrypted far luks2
printf '%s\n' 'target = ssh://kdump@dumps' 'target_fallback = none' >"$tree/etc/kdump-dma.conf"
ok "where nothing is saved on this machine, nothing is unlocked" unlock
ok "which is said" said 'dumps go to another machine only'
encrypted away luks2
echo 'target = UUID=99999999-0000' >"$tree/etc/kdump-dma.conf"
rm -r "${tree:?}/boot"
ok "a target that is not there: an error" not unlock
ok "which names it, whatever else is missing" said 'unlock: the target UUID=99999999-0000 is not there'

encrypted other luks2
echo backend = kdumpctl >"$tree/etc/kdump-dma.conf"
ok "where another package saves nothing is changed" not unlock
ok "unlock says which package saves the dumps instead" said 'kdumpctl saves this system'
ok "where another package saves no key slot is added" same 0 "$(slots)"

tap_end
