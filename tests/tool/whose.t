#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Whose a record is and which boot left it: by what the capture kernel says of
# itself, never by the name or time of its folder. A clock that begins at 1970, a
# record of another machine, a copy, a log without a dump: none changes a plan that
# it should not.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh

tool=build/san/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
number=0
umask 022

# a machine of 4 GiB that reserved 256 MiB, in $tree; learn has seen boot 1
fresh() {
	number=$((number + 1))
	tree=$work/$number
	rm -rf "$tree" # ok may run this in a shell of its own
	machine "$tree" 4096 256 "crashkernel=1G-4G:192M,4G-64G:256M,64G-:512M"
	native "$tree"
	mkdir -p "$tree/var/crash" "$tree/var/lib/kdump-dma"
	echo 0123456789abcdef0123456789abcdef >"$tree/etc/machine-id"
	[ -z "${1-}" ] || echo "$1" >>"$tree/etc/kdump-dma.conf"
	boot 1
	learn
}
boot() { printf '%08d-2222-3333-4444-555555555555\n' "$1" >"$tree/proc/sys/kernel/random/boot_id"; }
learn() { "$tool" learn --root "$tree" >"$work/out" 2>&1; }
says() { grep -qF -- "$1" "$work/out" || { cat "$work/out" && return 1; }; }
says_not() { ! says "$1" >/dev/null || { cat "$work/out" && return 1; }; }
plan() { "$tool" plan --root "$tree" 2>&1 | sed -n '/^crashkernel/,+1p'; }
planned() { # PATTERN
	plan >"$work/plan"
	grep -q -- "$1" "$work/plan" || { cat "$work/plan" && return 1; }
}
captures() { same "$1" "$(grep -c '"id"' "$tree/var/lib/kdump-dma/history.json")"; }

# record FOLDER BOOT WRITTEN USED_MIB RESERVED_MIB [STATUS [OOM-KILLS [MORE]]]
record() {
	mkdir -p "$tree/var/crash/$1"
	: >"$tree/var/crash/$1/vmcore"
	cat >"$tree/var/crash/$1/kdump-dma.json" <<-END
	{ "schema": 1, "written": "$3", "boot_id": "$2-2222-3333-4444-555555555555",
	  "release": "6.1.0-40-amd64", "machine": "x86_64", "capture_kernel": true,
	  "verdict": "unmanaged", "dma32": "managed", "patched": "no", ${8-}
	  "kernel_log": { "oom_kills": ${7:-0}, "boot_total_kib": $(($5 * 1024)),
	  "initrd_kib": 8192 }, "memory": {
	  "available_start_kib": $((($5 - $4) * 1024 + 9000)),
	  "available_lowest_kib": $((($5 - $4) * 1024)) },
	  "dump": { "status": ${6:-0}, "bytes": 1000, "seconds": 5 } }
	END
	chmod 600 "$tree/var/crash/$1/kdump-dma.json"
}
# what machine_id_hash() makes of this machine's id, and of another's
ours='"machine_id": "01527c9731f0ff55",'
theirs='"machine_id": "0123456789abcdef",'

# ---- a clock that begins anew ----------------------------------------------------
# Each capture is at 1970-01-01T00:00:20Z; even its boot id is the same here.
at_1970() { # FOLDER
	record "$1" 22222222 1970-01-01T00:00:20Z 110 256
	touch -d 1970-01-01T00:00:20Z "$tree/var/crash/$1"
}
fresh
for n in 2 3 4; do
	rm -rf "$tree/var/crash/web1-1970-01-01T00:00:14Z"
	at_1970 web1-1970-01-01T00:00:14Z
	boot $n
	learn
	ok "without a clock, in the folder of one that was deleted: a dump is one ($n)" says_not no-dump
done
ok "and it is learned" planned "1 capture of this kernel line used at most 110 MiB"

fresh 'history = 3'
for n in 1 2 3 4 5 6 7; do
	record "web1-1970.$n" "2222222$n" 1970-01-01T00:00:20Z 110 256
	touch -d 1970-01-01T00:00:20Z "$tree/var/crash/web1-1970.$n"
	boot $((n + 1))
	learn
	ok "a full history, and no clock: dump $n is learned" says "web1-1970.$n: 6.1.0-40-amd64, saved"
done
ok "the history holds its limit" captures 3
ok "and what went out of it still counts" planned "7 captures of this kernel line"
boot 9
learn
ok "what went out of it is not learned again" says no-dump
learn
ok "nor at the next look" says 'nothing new'

fresh
record future 22222222 2106-02-07T06:28:15Z 110 256
boot 2
learn
ok "a date in the future" says "future: 6.1.0-40-amd64, saved"
record after 33333333 2026-11-24T10:00:00Z 250 256 137 1
boot 3
learn
ok "does not hide what comes after it" says "after: 6.1.0-40-amd64, failed"
ok "and the newest is the one that was learned last" planned "the last capture ran out of memory in 256 MiB"

# ---- copies ----------------------------------------------------------------------
fresh
record a 22222222 2026-11-24T10:00:00Z 250 256 137 1
boot 2
learn
mv "$tree/var/crash/a" "$tree/var/crash/ticket123"
boot 3
learn
ok "a renamed folder is learned once" captures 1
cp -a "$tree/var/crash/ticket123" "$tree/var/crash/copy"
cp -a "$tree/var/crash/ticket123" "$tree/var/crash/copy2"
boot 4
learn
ok "so is a copied one" captures 1
rm -rf "$tree/var/crash/copy" "$tree/var/crash/copy2"
boot 5
learn
ok "a folder that is gone changes nothing" planned "ran out of memory in 256 MiB"

fresh
record first 22222222 2026-11-24T10:00:00Z 60 256 0 0 '"state": "saving",'
record last 22222222 2026-11-24T10:00:09Z 110 256
boot 2
learn
ok "one boot gives one record: its last one" says "last: 6.1.0-40-amd64, saved"
ok "and only that" captures 1
record late 22222222 2026-11-24T10:00:00Z 60 256 0 0 '"state": "saving",'
boot 3
learn
ok "a first one that comes later is none" captures 1

# ---- other machines --------------------------------------------------------------
fresh
for n in 1 2 3; do
	record "web1-$n" "2222222$n" "2026-11-0${n}T10:00:00Z" 200 256
done
boot 2
learn
plan >"$work/before"
for n in 1 2 3 4 5; do
	record "othervm-$n" "3333333$n" "2026-11-2${n}T10:00:00Z" 70 128
done
boot 3
learn
ok "records that do not say whose they are, of another size: said" says "its reservation differs from the last boot"
plan >"$work/after"
ok "and the plan stays" diff "$work/before" "$work/after"

fresh
record web1 22222222 2026-11-24T10:00:00Z 40 128
boot 2
learn
ok "one such record: it may be ours" says "web1: 6.1.0-40-amd64, saved"
ok "but it lowers nothing" planned "no change"
record web2 33333333 2026-11-25T10:00:00Z 300 512
boot 3
learn
ok "and may raise" planned "may be another machine's used 300 MiB"

fresh
record web1 22222222 2026-11-24T10:00:00Z 40 256 0 0 "$theirs"
boot 2
learn
ok "a record of another machine, of the same size: said" says "another machine's (machine-id)"
ok "and it does not hide that this one's crash left nothing" says no-dump
ok "a record of another machine lowers nothing" planned "no change"
record web2 33333333 2026-11-25T10:00:00Z 110 256 0 0 "$ours"
boot 3
learn
ok "one of this machine is learned" says "web2: 6.1.0-40-amd64, saved"
echo fedcba9876543210fedcba9876543210 >"$tree/etc/machine-id"
record web3 44444444 2026-11-26T10:00:00Z 110 256 0 0 "$ours"
boot 4
learn
ok "a machine-id that changed is said" says "machine-id has changed"
ok "and does not end learning" says "web3: 6.1.0-40-amd64, saved"
record web4 55555555 2026-11-27T10:00:00Z 110 256 0 0 "$ours"
boot 5
learn
ok "for an image that was built before it" says "web4: 6.1.0-40-amd64, saved"
ok "and is said once" says_not "machine-id has changed"

fresh
record web1 22222222 2026-11-24T10:00:00Z 5000 6000
boot 2
learn
ok "more memory than this machine has was reserved: another machine's" \
	says "more memory was reserved than this machine has"
ok "and it raises nothing" planned "no change"

# ---- what is seen of a crash that left no dump -----------------------------------
fresh
boot 2
learn
ok "nothing at all, once: a power cut or a lost dump" planned "no change"
boot 3
learn
ok "twice: no power cut" planned "-> crashkernel=384M"
ok "the plan says that crashes left nothing with 256 MiB" planned "no-dump: crashes left neither a dump nor a record with 256 MiB"

fresh
mkdir -p "$tree/sys/fs/pstore"
echo 'Panic#1 Part1' >"$tree/sys/fs/pstore/dmesg-efi-179500000001001"
boot 2
learn
ok "once, and the kernel's end is in pstore" planned "-> crashkernel=384M"
boot 3
"$tool" learn --root "$tree" --shutdown
boot 4
learn
ok "an entry that was there before says nothing" captures 2
for reason in Oops Emergency Shutdown; do
	fresh
	boot 2
	mkdir -p "$tree/sys/fs/pstore" "$tree/var/lib/systemd/pstore/1795/001"
	echo "$reason#1 Part1" >"$tree/sys/fs/pstore/dmesg-efi-179500000001001"
	echo "$reason#1 Part3" >"$tree/var/lib/systemd/pstore/1795/001/dmesg.txt"
	learn
	ok "$reason in pstore is no crash: a boot that left nothing, once" planned "no change"
done

fresh
mkdir "$tree/var/crash/h"
echo '[    1.0] Kernel panic - not syncing: x' >"$tree/var/crash/h/vmcore-dmesg.txt"
head -c 65536 /dev/zero >"$tree/var/crash/h/.room"
boot 2
learn
ok "a log alone: the capture kernel ran" says "h: 6.1.0-40-amd64, failed, cause unknown, perhaps the disk"
ok "and lacked no memory that anybody knows of" planned "no change"
"$tool" list --root "$tree" >"$work/out"
ok "list says that the cause is unknown" says "cause unknown, perhaps the disk"
for left in vmcore-incomplete vmcore-dmesg-incomplete.txt dump-incomplete 'vmcore-incomplete vmcore-dmesg.txt'; do
	fresh
	mkdir "$tree/var/crash/h"
	for file in $left; do echo x >"$tree/var/crash/h/$file"; done
	boot 2
	learn
	ok "only $left: it began and did not end" \
		says "h: 6.1.0-40-amd64, failed, cause unknown, perhaps the disk"
	ok "only $left: it asks for no memory" planned "no change"
done
fresh
mkdir "$tree/var/crash/h"
echo '[    1.0] Kernel panic - not syncing: x' >"$tree/var/crash/h/vmcore-dmesg.txt"
boot 2
learn
boot 3
learn
ok "it is learned once" says "no-dump"
ok "two kinds of failure are not two of one" planned "no change"

fresh
record h 22222222 2026-11-24T10:00:00Z 60 256 0 0 '"state": "saving",'
boot 2
learn
ok "a first record without a last one" says "h: 6.1.0-40-amd64, failed, cause unknown, perhaps the disk"
ok "asks for no memory" planned "no change"

if [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; then
	fresh
	record h 22222222 2026-11-24T10:00:00Z 110 256 1
	boot 2
	full() {
		# shellcheck disable=SC2016  # of the inner shell
		unshare -m sh -c 'mkdir "$1.keep" && cp -a "$1/var/crash/." "$1.keep" &&
			mount -t tmpfs -o size=1M none "$1/var/crash" &&
			cp -a "$1.keep/." "$1/var/crash" && "$2" learn --root "$1"' - \
			"$tree" "$tool" >"$work/out" 2>&1
	}
	ok "a target without room is said" full
	ok "by its folder" says "/var/crash: 0 MiB are free"
else
	skip "a target without room is said" "no mount namespace"
fi

# ---- many ----
fresh
(cd "$tree/var/crash" && seq -f 'a-%04.0f' 1000 | while read -r name; do
	mkdir "$name"
	: >"$name/vmcore"
done)
boot 2
learn
boot 3
learn
ok "a thousand dumps: that none is new is seen" says no-dump
mkdir "$tree/var/crash/b"
: >"$tree/var/crash/b/vmcore"
boot 4
learn
ok "and that one is" says 'nothing new'

# ---- lines of a log ---------------------------------------------------------------
panic() { # WANT LINE...: what list makes of a saved log
	want=$1
	shift
	mkdir -p "$tree/var/crash/p"
	: >"$tree/var/crash/p/vmcore"
	printf '%s\n' "$@" >"$tree/var/crash/p/vmcore-dmesg.txt"
	"$tool" list --root "$tree" >"$work/list"
	same "$want" "$(sed -n 's/^                     *\([^ ].*\)/\1/p' "$work/list")"
}
fresh
true_one='Kernel panic - not syncing: sysrq triggered crash'
ok "a process with a panic in its name" panic "$true_one" \
	'[  100.0] a.out[123]: segfault at 0 ip 0 sp 0 error 4 in Kernel panic - not syncing: driver of ACME[400000+1000]' \
	"[  200.1] $true_one"
ok "a device with one in its product string" panic "$true_one" \
	'[    1.0] usb 1-1: Product: Kernel panic - not syncing: stick' "[  200.1] $true_one"
ok "a process that is called BUG" panic "$true_one" \
	'[  100.0] BUG: x[312]: segfault at 0 ip 0 sp 0 error 4' "[  200.1] $true_one"
ok "a log with only that line names no panic" panic "" '[  100.0] BUG: x[312]: segfault at 0 ip 0 sp 0 error 4'
ok "with the caller's number" panic "$true_one" "[  200.1][  T553] $true_one"
ok "a line of panic with its level is found" panic "$true_one" "<0>[  200.1] $true_one"
ok "the last one is the kernel's" panic "$true_one" \
	'[  100.0] Kernel panic - not syncing: written to /dev/kmsg' "[  200.1] $true_one"
ok "an oops names its BUG line" panic "BUG: kernel NULL pointer dereference, address: 0000000000000000" \
	'[  100.0] BUG: kernel NULL pointer dereference, address: 0000000000000000' \
	'[  100.1] Oops: 0002 [#1] PREEMPT SMP'

in_log() { # PREFIX: a record in kexec-dmesg.log behind this is learned
	fresh
	record j 22222222 2026-11-24T10:00:00Z 110 256
	json=$(tr -d '\n' <"$tree/var/crash/j/kdump-dma.json")
	rm "$tree/var/crash/j/kdump-dma.json"
	echo "$1$json" >"$tree/var/crash/j/kexec-dmesg.log"
	boot 2
	learn
	says "j: 6.1.0-40-amd64, saved" 2>/dev/null
}
ok "a record in the log, as dmesg prints it" in_log '[    9.0] kdump-dma: '
ok "as dmesg -T does" in_log '[Thu Nov 26 10:00:00 2026] kdump-dma: '
ok "as journalctl does" in_log 'Nov 26 10:00:00 web1 kdump-dma-check[312]: kdump-dma: '
not_in_log() { ! in_log "$1" >/dev/null; }
ok "not in a product string" not_in_log '[    9.0] usb 1-1: Product: kdump-dma: '
ok "nor behind another program's name" not_in_log 'Nov 26 10:00:00 web1 evil[312]: kdump-dma: '
tap_end
