#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Encrypted targets whose volume key the kernel hands to the capture kernel: when that is
# done, what the image then gets and does not get, and what is said where it is not. That
# such an image opens a disk and saves a dump is for tests/e2e/handed-over.t to show.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh
. tests/tool/storage.sh

tool=build/san/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
not() { ! "$@"; }
uuid=0fcdb4e0-1111-4222-8333-444455556666
key=kdump-cryptsetup:vk-$uuid
virtual=virtual/block

# A root file system on LUKS2 on sda5, on a kernel that hands keys over.
handed() { # NAME
	stored "$1"
	mkdir -p "$tree/usr/sbin" "$tree/proc/fs/jbd2/dm-0-8" "$tree/var/crash" "$tree/run/kdump-dma"
	block $sata/block/sda/sda5 8:5 ID_FS_TYPE=crypto_LUKS ID_FS_UUID=$uuid
	block $virtual/dm-0 254:0 ID_FS_TYPE=ext4 ID_FS_UUID=1111-cccc
	mapped $virtual/dm-0 data "CRYPT-LUKS2-$(echo $uuid | tr -d -)-data"
	lies_on $virtual/dm-0 $sata/block/sda/sda5
	: >"$tree/proc/self/mountinfo"
	mounted 254:0 / ext4 /dev/mapper/data
	for name in md/dm-mod crypto/xts crypto/aes_generic; do
		module drivers/$name.ko
	done
	module drivers/md/dm-crypt.ko drivers/md/dm-mod.ko
	printf 'alias %s\n' 'crypto-xts xts' 'crypto-aes aes_generic' \
		>>"$tree/lib/modules/$release/modules.alias"
	printf '%s 16384 0 - Live 0x0\n' dm_mod dm_crypt xts aes_generic >>"$tree/proc/modules"
	configfs=$tree/sys/kernel/config/crash_dm_crypt_keys
	mkdir -p "$configfs"
	echo 0 >"$configfs/count"
	echo 0 >"$configfs/reuse"
	table "aes-xts-plain64 :64:logon:cryptsetup:$uuid-d0 0 8:5 32768 1 allow_discards"
	crypttab "@u::%logon:$key"
	in_keyring "$key: 64"
}
table() { echo "data: 0 204800 crypt $1" >"$tree/.dm-tables"; }
crypttab() { echo "data UUID=$uuid none luks,link-volume-key=$1" >"$tree/etc/crypttab"; }
in_keyring() { # DESCRIPTION [FLAGS]
	echo "1c4c5d3e ${2:-I--Q---}     1 perm 3f010000     0     0 logon     $1" >"$tree/proc/keys"
}
# our own key slot, as "kdump-dma unlock" leaves it
slot() {
	mkdir -p "$tree/var/lib/kdump-dma"
	echo "ready $uuid 1 aes-xts-plain64" >"$tree/var/lib/kdump-dma/unlock"
	echo secret >"$tree/var/lib/kdump-dma/unlock-$uuid.key"
	: >"$tree/usr/sbin/cryptsetup"
}
image() { "$tool" image --root "$tree" >"$work/out" 2>&1; }
image_of() { "$tool" image --root "$tree" --kernel "$1" >"$work/out" 2>&1; }
said() { grep -qF -e "$1" "$work/out" || { cat "$work/out" && return 1; }; }
value() { image; sed -n "s/^$1  *//p" "$work/out"; }
refused() { # TEXT
	image && echo "it is not refused" && return 1
	said "which nobody can open after a crash$1"
}
mkdir "$work/plan"
plan() { "$tool" image --root "$tree" -o "$work/plan" >"$work/out" 2>&1; cat "$work/plan/$1"; }
status() { "$tool" status --root "$tree" "$@" >"$work/out" 2>"$work/err"; }
unlock() { "$tool" unlock --root "$tree" >"$work/out" 2>&1 </dev/null; }
step="crypt $uuid data - 204800 aes-xts-plain64 :64:user:$key 0 @ 32768 1 allow_discards"

handed root
ok "no key slot of ours is needed" image
ok "the step is the map that is open now, with the key that is handed over" same "$step" \
	"$(value 'lies on')"
ok "cryptsetup is not in the image" same makedumpfile "$(value programs)"
ok "nor a key" same "" "$(value files)"
ok "but dm-crypt and its cipher" same \
	"scsi_mod libata libahci ahci sd_mod dm_mod dm_crypt aes_generic xts crc32c_intel mbcache jbd2 ext4" \
	"$(value modules)"
ok "the load lists it" same "kdump-dma-$uuid $key" "$(plan keys)"
ok "and takes it from the keyring" same "" "$(plan reuse)"
ok "what is loaded depends on it" grep -qxF "kdump-dma-$uuid $key" "$work/plan/loads"
unlock
ok "unlock says that nothing is needed" said "the kernel hands its key $key to captures: nothing to unlock"
ok "and has no slot added" not test -e "$tree/var/lib/kdump-dma/unlock"
ok "unlock --check finds nothing wrong" "$tool" unlock --root "$tree" --check
status
ok "status says what opens it" said "the kernel hands the key $key of the LUKS device $uuid to captures: from the next load on"
echo "kdump-dma-$uuid $key" >"$tree/run/kdump-dma/handed"
status
ok "and when that is loaded" not said "from the next load on"
status --json
ok "for programs, too" same "[{\"uuid\":\"$uuid\",\"key\":\"$key\",\"loaded\":true}]" \
	"$(jq -c .handed_keys "$work/out")"

slot
ok "beside a key slot of ours it goes first" same "$step" "$(value 'lies on')"
ok "then our key is not in the image" same "" "$(value files)"
status
ok "which status says" said "key slot 1 of the LUKS device $uuid is not in use"

# ---- from the image that is loaded -------------------------------------------------------
handed gone
echo >"$tree/proc/keys"
ok "a key that is not there: refused" \
	refused " (root's keyring has no logon key $key, which /etc/crypttab links: open the device again)"
ok "nothing is listed" same "" "$(plan keys)"
echo 1 >"$tree/sys/kernel/kexec_crash_loaded"
echo "kdump-dma-$uuid $key" >"$tree/run/kdump-dma/handed"
ok "the image that is loaded has it: it is taken from there" same 1 "$(plan reuse)"
ok "which is the same image" same "$step" "$(value 'lies on')"
echo 1 >"$configfs/count"
ok "others have listed keys: the kernel would copy too much" refused " (root's"
echo 0 >"$configfs/count"
echo "kdump-dma-$uuid other:key" >"$tree/run/kdump-dma/handed"
ok "the image that is loaded has another one" refused " (root's"
echo "kdump-dma-$uuid $key" >"$tree/run/kdump-dma/handed"
echo 0 >"$tree/sys/kernel/kexec_crash_loaded"
ok "none is loaded" refused " (root's"

# A RAID of two such devices: one of both keys is gone, and either may stand first.
handed two
other=0fcdb4e0-2222-4222-8333-444455556666
block $sata/block/sda/sda6 8:6 ID_FS_TYPE=crypto_LUKS ID_FS_UUID=$other
block $virtual/dm-1 254:1
mapped $virtual/dm-1 more "CRYPT-LUKS2-$(echo $other | tr -d -)-more"
lies_on $virtual/dm-1 $sata/block/sda/sda6
block $virtual/md0 9:0 ID_FS_TYPE=ext4 ID_FS_UUID=1111-dddd
device $virtual/md0/md
echo 1.0 >"$tree/sys/devices/$virtual/md0/md/metadata_version"
lies_on $virtual/md0 $virtual/dm-0
lies_on $virtual/md0 $virtual/dm-1
mounted 9:0 /var/crash ext4 /dev/md0
mkdir -p "$tree/proc/fs/jbd2/md0-8"
: >"$tree/usr/sbin/mdadm"
sed 's/^data/more/; s/8:5/8:6/' "$tree/.dm-tables" >"$work/more"
cat "$work/more" >>"$tree/.dm-tables"
echo "more UUID=$other none link-volume-key=@u::%logon:b:c" >>"$tree/etc/crypttab"
both() { in_keyring "$key: 64" && sed "s/$key/b:c/" "$tree/proc/keys" >"$work/more" && cat "$work/more" >>"$tree/proc/keys"; }
both
ok "two devices: both keys are listed" same "$(printf '%s\n' "kdump-dma-$uuid $key" "kdump-dma-$other b:c")" \
	"$(plan keys | sort)"
plan keys >"$tree/run/kdump-dma/handed"
echo 1 >"$tree/sys/kernel/kexec_crash_loaded"
for gone in "$key" b:c; do
	both
	sed -i "/ $gone: /d" "$tree/proc/keys"
	ok "without $gone both are taken from the image that is loaded" same 1 "$(plan reuse)"
	ok "and listed" same "$(cat "$tree/run/kdump-dma/handed")" "$(plan keys)"
done

# ---- where it is not handed over ------------------------------------------------------------
handed others
in_keyring "$key: 64" IR-Q---
ok "a key that was revoked" refused " (root's keyring has no logon key"
in_keyring "$key: 32"
ok "a key of another size" refused " (the key $key has 32 bytes, and that of the device 64)"
in_keyring "$key: 64"
crypttab "@u::%user:$key"
ok "a user key" refused " (link-volume-key= of data in /etc/crypttab is not @u::%logon:KEY"
echo "data UUID=$uuid none luks" >"$tree/etc/crypttab"
ok "crypttab links none: nothing is said of it" refused ": run \"kdump-dma unlock\""
rm "$tree/etc/crypttab"
ok "there is no crypttab" refused ": run \"kdump-dma unlock\""
crypttab "@u::%logon:$key"
rm "$tree/.dm-tables"
ok "how it is decrypted cannot be told" refused " (how data is decrypted cannot be told"
table "aes-xts-plain64 :64:logon:a 0 8:5 32768 1 integrity:28:aead"
ok "or not made again" refused " (how data is decrypted cannot be told"
table "aes-xts-plain64 $(printf '%0128d' 7) 0 8:5 32768"
plan capture.conf >/dev/null
ok "a table with the key itself in it" image
ok "from which nothing of the key is taken" not sh -c "grep -r 00000007 $work/plan $work/out"
echo 'kexec_file_load failed: Required key not available' >"$tree/run/kdump-dma/refused-keys"
ok "the kernel refused it at the last load" \
	refused " (the kernel did not take its key at the last load (kexec_file_load failed: Required key not available))"
slot
mkdir -p "$tree/var/lib/kdump-dma"
ok "then our key slot opens it" same "luks $uuid 1 data" "$(value 'lies on')"
ok "by cryptsetup" same "makedumpfile cryptsetup" "$(value programs)"
rm -r "$configfs" "$tree/run/kdump-dma/refused-keys"
ok "a kernel that hands none over: our key slot" same "luks $uuid 1 data" "$(value 'lies on')"
ok "nothing is listed there" same "" "$(plan keys)"

# ---- another kernel than the running one ------------------------------------------------------
handed newer
for kernel in 6.12.0 7.2.0; do
	cp -r "$tree/lib/modules/$release" "$tree/lib/modules/$kernel"
	: >"$tree/boot/vmlinuz-$kernel"
done
echo '# CONFIG_CRASH_DM_CRYPT is not set' >"$tree/boot/config-6.12.0"
printf '#\nCONFIG_CRASH_DM_CRYPT=y\n' >"$tree/boot/config-7.2.0"
ok "a kernel whose configuration has it takes the key" image_of 7.2.0
ok "one whose configuration has it not does not" not image_of 6.12.0

# ---- names that do not fit, and two devices ------------------------------------------------
handed raid
block $virtual/md0 9:0 ID_FS_TYPE=crypto_LUKS ID_FS_UUID=$uuid
device $virtual/md0/md
echo 1.0 >"$tree/sys/devices/$virtual/md0/md/metadata_version"
lies_on $virtual/md0 $sata/block/sda/sda5
rm -r "$tree/sys/devices/$virtual/dm-0/slaves"
lies_on $virtual/dm-0 $virtual/md0
: >"$tree/usr/sbin/mdadm"
ok "on a RAID only the RAID is opened, not a disk with the same header" same \
	"mdraid crypt $uuid data md 204800" "$(value 'lies on\|            ' | xargs | cut -d ' ' -f 1-6)"
tap_end
