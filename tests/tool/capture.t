#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# kdump-dma-capture as PID 1 of a namespace, with a real ext4 (on a loop device) as its
# target and a mock collector: whatever fails, it comes to its end, and what there is to
# save is on the target. That it saves a real kernel's memory is for tests/e2e to show.
# shellcheck disable=SC1091,SC2016,SC2034,SC2119,SC2154  # mocks
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

. tests/tool/capture.sh

# ---- all is well -------------------------------------------------------------
fresh
run
ok "a dump: it restarts" restarted
ok "all of the memory is saved" saved
ok "and the log" same "[1.0] the log" "$(cat "$folder/vmcore-dmesg.txt")"
ok "nothing else is left in the folder" same "kdump-dma.json vmcore vmcore-dmesg.txt .[a-z]*" "$(names)"
ok "which is for root alone" same 700 "$(stat -c %a "$folder")"
ok "so is all in it" same "600 600 600" "$(stat -c %a "$folder"/* | xargs)"
ok "the record has no event" recorded .events '[]'
ok "a final record has no state" recorded .state null
ok "it says whose it is, and that somebody watched" recorded '[.machine_id,.memory.watched]' \
	'["0123456789abcdef",true]'
ok "and the collector" recorded .dump.collector '"makedumpfile -l -d 31"'
ok "the verdict is there before the first step that changes something" \
	sh -c "grep -n -e verdict: -e 'step: modules' -e 'step: device' $work/kmsg | head -n 1 | grep verdict:"
end_run
ok "elsewhere than as PID 1 it does nothing" sh -c "! $program 2>$work/err; grep -q 'PID 1' $work/err"

fresh
set_conf final_action poweroff
run
ok "final_action=poweroff powers the machine off" same off "$ended"
end_run

# ---- while the dump is saved ---------------------------------------------------
fresh
collect='cp "$vmcore" "$out"; jq -c "[.state,.machine_id,.schema]" "${out%/*}/kdump-dma.json" >/state'
run
ok "a first record says that the dump is being saved" same '["saving","0123456789abcdef",1]' \
	"$(cat "$root/state")"
end_run

# ---- the collector -------------------------------------------------------------
fresh
collect='head -c 1000 "$vmcore" >"$out"; exit 3'
run
ok "a collector that fails is told" event "makedumpfile failed with exit status 3"
ok "and a plain copy takes its place" saved
ok "which is told" event "saved by a plain copy"
end_run

fresh
collect='echo "The kernel version is not supported." >&2
echo "The makedumpfile operation may be incomplete." >&2
printf "Copying data : [ 12.0 %%] -\rCopying data : [100.0 %%] | eta: 1s"; cp "$vmcore" "$out"'
run
ok "what a collector that ends well warns of is an event" \
	event "makedumpfile: The kernel version is not supported."
ok "each line of it" event "The makedumpfile operation may be incomplete."
ok "its progress is not" recorded '.events | length' 2
ok "the dump is saved" saved
end_run

# Each is a line of makedumpfile, which then ends well.
for line in "This dumpfile may lost some important data." \
	"This is an incomplete dumpfile, but might analyzable." "The free list is broken." \
	"The printk log_buf is most likely corrupted." "Attempt to read non-existent page at 0x1000." \
	"'-l' option is disabled, because this binary doesn't support lzo compression." \
	"There isn't enough memory for multi-threads." "lzo compression unsupported" \
	"dump_level is changed to 1, because x was created by dump_level(1)." "Page not present!" \
	"read() will be used instead of mmap() from now."; do
	fresh
	set_conf host h-failover
	collect="echo \"$line\" >&2"'
printf "Excluding unnecessary pages : [100.0 %%] -\rCopying data : [100.0 %%] | eta: 1s\n"
echo "The dumpfile is saved to $out."; echo "makedumpfile Completed."; cp "$vmcore" "$out"'
	run
	ok "$line: an event" event "makedumpfile: $line"
	ok "and nothing else" recorded '.events | length' 1
	end_run
done

fresh
collect='i=0; while [ $i -lt 200 ]; do head -c 100000 /dev/zero | tr "\0" "x"; i=$((i + 1)); done; cp "$vmcore" "$out"'
run
ok "20 MB of a collector's words cost nothing" saved
end_run

fresh
collect='printf "Copying: 1%%\rCopying: 2%%\n\rno room\n"; exit 1'
run
ok "of one that fails the last lines are said" said "Copying: 2%" "no room"
end_run

fresh
collect=': >"$out"'
run
ok "a collector that writes nothing has not saved" event "makedumpfile ended well, but the vmcore is empty"
ok "a plain copy has" saved
end_run

fresh
collect='head -c 1000 "$vmcore" >"$out"; kill -9 $$'
run
ok "a collector that is killed" event "makedumpfile failed with exit status 137"
ok "is replaced by a plain copy" saved
end_run

fresh
set_conf limit_save 2
collect='head -c 1000 "$vmcore" >"$out"; exec sleep 50'
run
ok "a collector that hangs is killed" event "makedumpfile failed with exit status 124"
ok "the first record is replaced by the last one" saved
end_run

fresh
collect='sleep 50 & cp "$vmcore" "$out"'
run
ok "what a collector leaves running is not waited for" test "$took" -lt 20
ok "and the dump is saved" saved
end_run

fresh
set_conf collector none-such
run
ok "a collector that is not in the image is told" event "none-such is not in the image"
ok "the first record of this capture is replaced, too" saved
end_run

fresh
set_conf limit_total 4
set_conf limit_save 40
collect='exec sleep 50'
run
ok "after the whole time it restarts" restarted
ok "it restarts after the whole time, without waiting for anything" test "$took" -lt 15
end_run

# The target hangs when the collector has ended, until the step is given up.
fresh
cp "$(command -v fsfreeze)" "$root/usr/bin/"
set_conf limit_save 2
set_conf limit_sync 2
set_conf limit_record 5
collect='cp "$vmcore" "$out"; /usr/bin/fsfreeze -f /kdump-dma && rm "$vmcore"
setsid sh -c ": >/started; sleep 17; exec /usr/bin/fsfreeze -u /kdump-dma" </dev/null >/dev/null 2>&1 & '"$until_started; exit 0"
run
ok "a dump whose sync is given up is not told as saved" \
	recorded '[.dump.status != 0,.dump.path]' '[true,""]'
end_run
rm "$root/usr/bin/fsfreeze"

fresh
dmesg=': >"$out"'
printf '#!/bin/sh\necho "[2.0] by vmcore-dmesg"\n' >"$root/usr/bin/vmcore-dmesg"
chmod +x "$root/usr/bin/vmcore-dmesg"
run
ok "if makedumpfile ends well and writes no log, vmcore-dmesg does" \
	same "[2.0] by vmcore-dmesg" "$(cat "$folder/vmcore-dmesg.txt")"
end_run
rm "$root/usr/bin/vmcore-dmesg"

# ---- the administrator's programs -------------------------------------------------
fresh
hook pre 'echo "$KDUMP_DMA_HOOK $KDUMP_DMA_HOST $* ${KDUMP_DMA_STATUS-unset}" >"$KDUMP_DMA_FOLDER/pre"
ls "$KDUMP_DMA_FOLDER" >>"$KDUMP_DMA_FOLDER/pre"'
hook post 'echo "$KDUMP_DMA_HOOK $* $KDUMP_DMA_STATUS" >"$KDUMP_DMA_FOLDER/post"
cmp "$KDUMP_DMA_VMCORE" /memory && echo "post says so"'
run
ok "pre = runs when the log is saved, before the vmcore is" same \
	"pre h one two unset kdump-dma.json pre vmcore-dmesg.txt vmcore-incomplete" "$(xargs <"$folder/pre")"
ok "post = runs when the dump is saved" same "post one two 0" "$(cat "$folder/post")"
ok "and is told where it is" said "post says so"
ok "neither is an event" recorded .events '[]'
end_run
fresh
hook pre 'exit 3'
hook post 'kill -9 $$'
run
ok "hooks that fail: the dump is saved" saved
ok "a pre = that fails is an event" event "pre: /usr/bin/pre ended with exit status 3"
ok "a post = that is killed, too" event "post: /usr/bin/post ended with exit status 137"
end_run
fresh
set_conf limit_hook 2
hook pre 'exec sleep 50'
hook post 'sleep 50 & exec sleep 50'
run
ok "hooks that hang: the dump is saved" saved
ok "their end is an event" event "pre: /usr/bin/pre was ended after 2 s"
ok "so is the end of the second hook" event "post: /usr/bin/post was ended after 2 s"
ok "and nothing is waited for" test "$took" -lt 25
end_run
fresh
hook post 'echo "status $KDUMP_DMA_STATUS folder \"$KDUMP_DMA_FOLDER\" vmcore \"$KDUMP_DMA_VMCORE\""'
hook pre 'echo "pre ran"'
set_conf device UUID=99999999-2222-3333-4444-555555555555
set_conf limit_device 2
run
ok "without a target post = runs, too" said 'status 1 folder "" vmcore ""'
ok "and pre = does not" not grep -q "pre ran" "$work/kmsg"
end_run
fresh
set_conf pre /none
run
ok "a hook that is not in the image costs no dump" saved
ok "which is told" event "pre: /none ended with exit status 127"
end_run
fresh
hook pre 'rm -r "$KDUMP_DMA_FOLDER"'
run
ok "a pre = that removes the folder costs no dump" saved
ok "what it did is told" event "pre: the folder for the dump cannot be written to any more: No such file"
ok "nor the log" same "[1.0] the log" "$(cat "$folder/vmcore-dmesg.txt")"
end_run
mount_point='$(df "$KDUMP_DMA_FOLDER" | tail -n 1 | sed "s/.* //")'
fresh
hook pre "mount -o remount,ro $mount_point"
run
ok "one that has the target read-only costs no dump" saved
ok "what it did to the target is told" event "cannot be written to any more: Read-only file system"
end_run
fresh
hook pre "umount -l $mount_point"
run
ok "one that unmounts the target costs no dump" cmp "$root/memory" \
	"$(find "$target" -name vmcore)"
end_run
rm "$root/usr/bin/pre"
# last_record WHY: the last record is on the target, and tells what the hook did
last_record() {
	record=$(find "$target" -name kdump-dma.json)
	recorded .state null && event "post: the folder for the dump cannot be written to any more: $1"
}
fresh
hook post "mount -o remount,ro $mount_point"
run
ok "a post = that has the target read-only: the last record is there" last_record "Read-only file system"
ok "and the dump" saved
end_run
fresh
hook post "umount -l $mount_point"
run
ok "one that unmounts the target: the last record is there" last_record "No such file"
ok "beside the dump, of which it tells" recorded '[.dump.bytes,(.dump.path | endswith("/vmcore"))]' '[20000000,true]'
end_run
fresh
hook post 'rm -r "$KDUMP_DMA_FOLDER"; cd /'
run
ok "one that removes the folder: the last record is in a new one" last_record "No such file"
ok "only that" same "kdump-dma.json .[a-z]*" "$(names)"
ok "it tells of no dump" recorded '[.dump.status,.dump.path,.dump.bytes]' '[0,"",null]'
end_run
fresh
hook post 'mv "$KDUMP_DMA_VMCORE" "$KDUMP_DMA_FOLDER/vmcore-incomplete"; rm -r "$KDUMP_DMA_FOLDER"; : >"$KDUMP_DMA_FOLDER"'
run
ok "one that puts a file in the folder's place: the last record is there" last_record "Not a directory"
end_run
rm "$root/usr/bin/post"

# ---- what is long, or in another language, is not cut -----------------------------
long=$(printf %0200d 0) words=''
for i in $(seq 100); do
	words="$words $i"
done
fresh
hook pre ''
mkdir -p "$root/usr/bin/$long/$long"
printf '#!/bin/sh\necho "$# words, the last is ${100}"\n' >"$root/usr/bin/$long/$long/pre"
chmod +x "$root/usr/bin/$long/$long/pre"
set_conf pre "/usr/bin/$long/$long/pre$words"
set_conf collector_args "$words"
collect='[ $# = 102 ] && cp "$vmcore" "$out"'
run
ok "a hook with a long path gets 100 words" said "100 words, the last is 100"
ok "so does a collector, and the dump is saved" saved
ok "the record has all of them" recorded .dump.collector "\"makedumpfile $words\""
end_run
rm -r "${root:?}/usr/bin/$long" "$root/usr/bin/pre"
fresh
open_disk
mkdir -p "$target/$long/$long/$long/$long/$long"
ln -s "/$long/$long/$long/$long/$long" "$target/crash"
close_disk
set_conf path /crash
run
ok "links lead to a path that is too long: the dump is above it" cmp "$root/memory" "$target/${folder##*/}/vmcore"
ok "an event tells where a dump is that found its path too long" \
	event "the folder /crash on the target cannot take the dump, which is in /: File name too long"
ok "nothing is left at the end of that path" same "" "$(ls "$target/$long/$long/$long/$long/$long")"
end_run
fresh
open_disk
mkdir "$target/dépôt"
ln -s /dépôt "$target/crash"
close_disk
set_conf path /crash
run
ok "a link leads to a folder that is not in ASCII: the dump is saved there" cmp "$root/memory" \
	"$target/dépôt/${folder##*/}/vmcore"
ok "the watcher writes its record there" recorded .memory.watched true
end_run

# ---- signals --------------------------------------------------------------------
for signal in HUP INT QUIT ILL ABRT BUS FPE KILL SEGV PIPE TERM; do
	fresh
	collect="cp \"\$vmcore\" \"\$out\"; kill -$signal \$PPID; sleep 1"
	run
	ok "the saving process gets SIG$signal: a plain copy, a record, a restart" \
		sh -c "[ $ended = restart ] && cmp $root/memory $folder/vmcore"
	ok "and an event" event 'the step "save" was killed by signal'
	end_run
done
fresh
collect='for signal in HUP INT QUIT ILL TRAP ABRT BUS FPE USR1 SEGV USR2 PIPE ALRM TERM STOP TSTP; do
	kill -$signal 1; done; cp "$vmcore" "$out"'
run
ok "PID 1 itself is not impressed by signals" saved
end_run
fresh
collect='kill -9 "$(cat /run/kdump-dma/watch.pid)"; cp "$vmcore" "$out"'
run
ok "without its watcher there is still a record" recorded .memory.watched false
ok "and the dump" saved
end_run

# ---- the log ---------------------------------------------------------------------
fresh
dmesg='head -c 32000000 /dev/zero >"$out"; exit 1'
collect='find /run /tmp -type f -size +100k >/left; cp "$vmcore" "$out"'
run
ok "a log that fails half way is told" event "the crashed kernel's log could not be saved"
ok "and leaves nothing in memory" same "" "$(cat "$root/left")"
ok "nor on the target" same "kdump-dma.json vmcore .[a-z]*" "$(names)"
end_run
fresh
dmesg='case $out in /proc/*) echo "[2.0] last words"; exit 0 ;; esac; exit 1'
run
ok "a log that went nowhere goes to the console" said "[2.0] last words"
end_run
fresh
set_conf device UUID=99999999-2222-3333-4444-555555555555
set_conf limit_device 2
dmesg=': >"$out"'
printf '#!/bin/sh\necho "[2.0] by vmcore-dmesg"\n' >"$root/usr/bin/vmcore-dmesg"
chmod +x "$root/usr/bin/vmcore-dmesg"
run
ok "an empty log is not one for the console, either: vmcore-dmesg writes it" said "[2.0] by vmcore-dmesg"
end_run
rm "$root/usr/bin/vmcore-dmesg"
fresh
set_conf device UUID=99999999-2222-3333-4444-555555555555
set_conf limit_device 2
dmesg=': >"$out"'
run
ok "if nobody can read the log, the console says that" said "the crashed kernel's log could not be read"
end_run
fresh
dmesg=': >"$out"'
run
ok "an empty log is not one" event "the crashed kernel's log could not be saved"
end_run
fresh
set_conf limit_log 2
dmesg='exec sleep 50'
run
ok "a log that hangs costs its limit" test "$took" -lt 20
ok "and not the dump" saved
end_run

# ---- room -------------------------------------------------------------------------
fresh
leave 3000
collect='cp "$vmcore" "$out"'
run
ok "on a full target the log is saved" test -s "$folder/vmcore-dmesg.txt"
ok "the record of a full target has what a plain copy takes" event "a plain copy takes 19 MiB"
ok "and what there is of the vmcore" event "bytes of the vmcore are left as vmcore-incomplete"
ok "it restarts after a full target" restarted
end_run

# With a limit that a slow machine keeps: a copy that is too slow leaves what there is.
fresh
set_conf limit_save 90
set_conf limit_total 150
leave 21500
collect='head -c 15000000 "$vmcore" >"$out"; exit 1'
run
ok "what the collector left makes room for a copy that then fits" saved
end_run

fresh
leave 10000
truncate -s 300M "$root/memory.new"
dd if="$root/memory" of="$root/memory.new" bs=1M count=4 seek=200 conv=notrunc status=none
mv "$root/memory.new" "$root/memory"
collect='exit 1'
run
ok "a memory full of zeros fits where its data does" saved
end_run

fresh -N 64
inodes 5
run
ok "with 5 inodes left, 3 of them for folders, the dump is saved" saved
end_run
fresh -N 64
inodes 4
run
ok "with 4 inodes left it is saved without a record" cmp "$root/memory" "$folder/vmcore"
end_run
fresh -N 64
open_disk
mkdir -p "$target/var/crash"
close_disk
inodes 3
run
ok "with 3 inodes left for folder and files, too" saved
ok "the log goes to the console" said "step: log to the console"
end_run
fresh -N 64
inodes 0
run
ok "without an inode it restarts" restarted
ok "after the console has the log" said "the last lines of the crashed kernel's log:" "[1.0] the log" \
	"no folder"
end_run

# ---- the target --------------------------------------------------------------------
fresh
set_conf device "LABEL=$label"
run
ok "a target LABEL= is found" saved
end_run
fresh
set_conf device "$loop"
run
ok "a target /dev/... is found" saved
end_run
fresh
set_conf device UUID=99999999-2222-3333-4444-555555555555
set_conf limit_device 2
run
ok "a device that does not come is given up" said "the target UUID=99999999-2222-3333-4444-555555555555 did not appear within 2 s"
ok "the log goes to the console" said "[1.0] the log"
ok "and it restarts" restarted
end_run
two
run
ok "of two with one UUID the first is taken" saved
ok "which is told" event "both are UUID="
end_run
rm "$work/twin"
# LUKS: a header is enough, and a mock cryptsetup that makes the node. Each disk has a
# UUID of its own, like those of new_disk.
luks_disk() { # [PREFIX]: of the names that it may have
	luks=99999999-aaaa-4444-8888-$(printf %06d%06d $(($$ % 1000000)) $disks)
	truncate -s 2M "$work/part"
	printf 'LUKS\272\276\000\002' | dd of="$work/part" bs=1 conv=notrunc status=none
	printf %s "$luks" | dd of="$work/part" bs=1 seek=168 conv=notrunc status=none
	part=$(losetup -f --show "$work/part")
	loops="$loops $part"
	echo "stack=luks $luks 3 kdump-dma-test${1:+ $1}" >>"$root/etc/kdump-dma-capture.conf"
}
cryptsetup() { # BODY
	printf '#!/bin/sh\nPATH=/tools\necho "$*" >>/cryptsetup-was\n%s\n' "$1" >"$root/usr/bin/cryptsetup"
	chmod +x "$root/usr/bin/cryptsetup"
	rm -f "$root/cryptsetup-was" /dev/mapper/kdump-dma-test
}
fresh
luks_disk
cryptsetup 'echo opened >/dev/mapper/kdump-dma-test'
set_conf limit_device 6
run
ok "LUKS: the device of that UUID is opened once, by its slot" same \
	"luksOpen --key-file /var/lib/kdump-dma/unlock-$luks.key --key-slot 3 $part kdump-dma-test" \
	"$(cat "$root/cryptsetup-was")"
end_run
fresh
luks_disk
cryptsetup 'echo "No key available with this passphrase." >&2; exit 2'
set_conf limit_device 6
set_conf limit_degraded 4
run
ok "LUKS: a key that does not fit is tried once" same 1 "$(wc -l <"$root/cryptsetup-was")"
ok "which is told" said "the LUKS device $luks cannot be opened by its key slot 3: cryptsetup ended with 2" \
	"No key available"
ok "and it restarts" restarted
end_run
fresh
luks_disk
cryptsetup '[ -e /tries ] && exit 0; : >/tries; exit 1'
set_conf limit_device 9
run
ok "LUKS: any other failure is tried again" test "$(wc -l <"$root/cryptsetup-was")" -gt 1
end_run
# A disk of a RAID 1 may show the same header, and a path of a multipath device does.
fresh
luks_disk md
cryptsetup 'echo opened >/dev/mapper/kdump-dma-test'
set_conf limit_device 3
run
ok "LUKS on a RAID: not opened on a disk that shows its header" test ! -e "$root/cryptsetup-was"
end_run
fresh
# A key that no kernel handed over.
luks_disk
cryptsetup 'echo opened >/dev/mapper/kdump-dma-test'
sed -i "s/^stack=.*/stack=crypt $luks kdump-dma-test - 2048 aes-xts-plain64 :64:user:a:b 0 @ 32768/" \
	"$root/etc/kdump-dma-capture.conf"
set_conf limit_device 3
run
ok "LUKS: a key that was not handed over is told" \
	said "the keys of encrypted disks were not handed over: "
ok "and that the device cannot be opened" \
	said "the LUKS device $luks cannot be opened by the key that the kernel hands over: "
ok "cryptsetup is not asked" test ! -e "$root/cryptsetup-was"
ok "and it restarts" restarted
end_run
fresh
luks_disk loop
cryptsetup 'echo opened >/dev/mapper/kdump-dma-test'
set_conf limit_device 3
run
ok "LUKS on a device of that kind: opened there" grep -q " $part kdump-dma-test$" "$root/cryptsetup-was"
end_run
rm -f "$work/part" "$root/usr/bin/cryptsetup" "$root/tries" /dev/mapper/kdump-dma-test

fresh
set_conf fstype xfs
run
ok "a file system that cannot be mounted is told" said "the target UUID=$uuid cannot be mounted for writing"
ok "and it restarts" restarted
end_run
fresh
losetup -d "$loop"
loop=$(losetup -r -f --show "$work/disk")
loops=$loop
run
ok "so is a read-only one" said "the target UUID=$uuid cannot be mounted for writing"
end_run

# A btrfs of two devices, one of which is not there: its superblock is enough.
fresh
truncate -s 2M "$work/part"
printf '\021\021\021\021\042\042\063\063\104\104\125\125\125\125\125\126' |
	dd of="$work/part" bs=1 seek=$((0x10020)) conv=notrunc status=none
printf '_BHRfS_M' | dd of="$work/part" bs=1 seek=$((0x10040)) conv=notrunc status=none
printf '\002' | dd of="$work/part" bs=1 seek=$((0x10088)) conv=notrunc status=none
part=$(losetup -f --show "$work/part")
loops="$loops $part"
set_conf device UUID=11111111-2222-3333-4444-555555555556
set_conf limit_device 3
run
ok "a btrfs is not mounted before all of its devices are there" said "the target UUID=11111111-2222-3333-4444-555555555556 did not appear within 3 s"
end_run
fresh
set_conf device UUID=11111111-2222-3333-4444-555555555556
set_conf limit_degraded 1
part=$(losetup -f --show "$work/part")
loops="$loops $part"
run
ok "after a while it is mounted without them" said "step: mount" "a device of the target"
end_run
rm "$work/part"

# ---- path -----------------------------------------------------------------------------
fresh
set_conf path /crash
mkdir "$root/ram"
open_disk
ln -s /ram "$target/crash"
close_disk
run
ok "a link on the target never leads to memory" same "" "$(ls -A "$root/ram")"
ok "the dump is on the target" saved
ok "and the link is told" event "no folder /crash on the target"
end_run
fresh
set_conf path /crash/deep
open_disk
mkdir "$target/data"
ln -s /data "$target/crash"
close_disk
run
ok "one that stays in the target is followed there" test -s "$target/data/deep/${folder##*/}/vmcore"
ok "and its dump is saved" saved
end_run
fresh
open_disk
mkdir "$target/var"
: >"$target/var/crash"
close_disk
run
ok "a file in place of a folder costs no dump" saved
end_run

# ---- the configuration ------------------------------------------------------------------
fresh
set_conf limit_save nonsense
set_conf unheard of
set_conf limit_mount 0
run
ok "what is wrong in the configuration is told" event "limit_save is not a time in seconds"
ok "so is what nobody knows" event "unknown key: unheard"
ok "and the dump is saved" saved
end_run
fresh
rm "$root/etc/kdump-dma-capture.conf"
printf 'limit_device=2\nvmcore=/memory\n' >"$root/etc/kdump-dma-capture.conf"
run
ok "without a target it restarts" restarted
ok "at once, and says why" said "the configuration names no target"
end_run
fresh
{ echo 'vmcore=/memory' && head -c 70000 /dev/urandom; } >"$root/etc/kdump-dma-capture.conf"
run
ok "with junk for a configuration it restarts" restarted
end_run
fresh
echo 'module=/lib/modules/none.ko a=b' >>"$root/etc/kdump-dma-capture.conf"
run
ok "a module that is missing is told" event "the module /lib/modules/none.ko is not in the image"
ok "and the dump is saved" saved
end_run

fresh
set_conf limit_modules 2
set_conf limit_total 5
for i in 1 2 3 4 5; do
	[ -p "$root/hangs-$i" ] || mkfifo "$root/hangs-$i"
	echo "module=/hangs-$i" >>"$root/etc/kdump-dma-capture.conf"
done
run
ok "modules that hang until the whole time is over end in a restart" restarted
ok "they restart within 20 s" test "$took" -lt 20
end_run

# ---- the vmcore ---------------------------------------------------------------------------
fresh
rm "$root/memory"
run
ok "without a vmcore it restarts" restarted
ok "and says so" said "there is no /memory"
end_run
fresh
set_conf vmcore /dev/null
collect='exit 1'
run
ok "a vmcore of an absurd size is not copied" event "/dev/null cannot have 0 bytes: no plain copy"
end_run
# A folder: it has a size, and each read of it fails.
fresh
mkdir "$root/unreadable"
: >"$root/unreadable/file"
set_conf vmcore /unreadable
collect='head -c 2000000 "$vmcore" >"$out"; exit 1'
run
ok "a copy of a vmcore that cannot be read is not told as saved" recorded '[.dump.status,.dump.path]' '[1,""]'
ok "and what the collector left stays" event "2000000 bytes of the vmcore are left as vmcore-incomplete"
ok "without the copy" same "kdump-dma.json vmcore-dmesg.txt vmcore-incomplete .[a-z]*" "$(names)"
end_run
fresh
rm "$root/usr/bin/kdump-dma-check"
run
ok "without the checker the dump is saved" cmp "$root/memory" "$folder/vmcore"
ok "without the checker it restarts" restarted
end_run

ok "the sanitizers found nothing in all of this" sane

tap_end
