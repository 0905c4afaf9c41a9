#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# kdump-dma-capture where a second thing goes wrong: what the first attempt saved is not
# lost by the next one, and what a step lacks for a moment is waited for. As in capture.t
# the target is a real ext4, and the collector is a mock.
# shellcheck disable=SC1091,SC2016,SC2034,SC2119,SC2154  # mocks
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/capture.sh

# ---- memory is short for a moment ------------------------------------------------
export ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0"
${CC:-cc} -shared -fPIC -o "$root/mock-fork.so" tests/tool/mock-fork.c -ldl || exit
# short FILE TIMES: once the log is saved, fork (or exec) fails so often
short() {
	echo /mock-fork.so >"$root/etc/ld.so.preload"
	dmesg="echo '[1.0] the log' >\"\$out\"; printf %0${2}d 0 >/$1"
}
for what in fork exec; do
	fresh
	short $what-fails 10
	run
	ok "$what of the collector fails 10 times, then it goes: the dump is saved" saved
	ok "$what of the collector is tried again without an event" recorded .events '[]'
	ok "it did fail" same 0 "$(stat -c %s "$root/$what-fails")"
	end_run
	rm -f "$root/fork-fails" "$root/exec-fails"
done
fresh
short fork-fails 9000
run
ok "a collector that cannot be started for lack of memory: a plain copy" cmp "$root/memory" "$folder/vmcore"
ok "it is told so" said "makedumpfile cannot be started: "
ok "the last record cannot be written then: the first one stays" recorded .state '"saving"'
end_run
rm -f "$root/etc/ld.so.preload" "$root/fork-fails"

# ---- somebody is stopped, or killed ------------------------------------------------
for signal in STOP KILL; do
	fresh
	collect="kill -$signal \"\$(cat /run/kdump-dma/watch.pid)\"; cp \"\$vmcore\" \"\$out\""
	run
	ok "the watcher gets SIG$signal: the last record is there" recorded .state null
	ok "the watcher gets SIG$signal: the dump is saved" saved
	end_run

	fresh
	set_conf limit_save 5
	collect="cp \"\$vmcore\" \"\$out\"; kill -$signal \$PPID; sleep 1"
	run
	ok "the step that saves gets SIG$signal: the dump is saved" saved
	ok "soon" test "$took" -lt 20
	end_run

	fresh
	dmesg="kill -$signal \$\$; echo '[1.0] the log' >\"\$out\""
	run
	ok "the log's program gets SIG$signal: the dump is saved" saved
	ok "the dump is saved within 20 s" test "$took" -lt 20
	end_run
done
fresh
collect='kill -STOP $$; cp "$vmcore" "$out"'
run
ok "a collector that is stopped goes on" saved
ok "and nothing is wrong" recorded .events '[]'
end_run

fresh
collect='kill -9 "$(cat /run/kdump-dma/watch.pid)"; cp /tools/sleep /tmp/kdump-dma-check
(trap "" TERM; exec /tmp/kdump-dma-check 90) </dev/null >/dev/null 2>&1 & echo $! >/run/kdump-dma/watch.pid
cp "$vmcore" "$out"; sleep 1'
run
ok "a watcher that does not end when it is told is replaced: the last record is there" recorded .state null
ok "a watcher that does not end costs no dump" saved
end_run

# ---- a hardware watchdog: a FIFO, whose open and write may block like a driver's -------
dog() { # so it is from now on, and fd 3 holds it open
	rm -f "$root/dog"
	mkfifo "$root/dog"
	set_conf watchdog /dog
	exec 3<>"$root/dog"
}
fed() { timeout 1 cat <&3; } # what it got until now
fresh
dog
exec 3>&-
run
ok "the watchdog's driver hangs in open(): the dump is saved" saved
ok "a watchdog that cannot be opened costs no time" test "$took" -lt 20
end_run
fresh
dog
timeout 1 dd if=/dev/zero of="$root/dog" bs=4k status=none
run
ok "the watchdog's driver hangs in write(): the dump is saved" saved
ok "a watchdog that hangs costs no time" test "$took" -lt 20
end_run
fresh
dog
collect='cp "$vmcore" "$out"; sleep 2'
run
fed >"$work/fed"
ok "the watchdog is fed" test "$(stat -c %s "$work/fed")" -gt 3
ok "and never told to stop" not grep -q V "$work/fed"
end_run
# all but PID 1 and its step
kill_guards='read -r _ _ _ mine _ <"/proc/$$/stat"
for process in /proc/[0-9]*; do
	read -r name <$process/comm
	process=${process#/proc/}
	[ "$name" != init ] || [ $process = 1 ] || [ $process = $mine ] || kill -9 $process
done'
fresh
dog
collect="$kill_guards
timeout 1 cat /dog >/dev/null
timeout 5 head -c 1 /dog >/fed-again"'
cp "$vmcore" "$out"'
run
ok "who feeds it is killed: another one does it" test -s "$root/fed-again"
ok "the dump is saved without the one that fed the watchdog" saved
end_run

# pid_1 COMMAND...: with the number that PID 1 has outside, as soon as /in-save is there
pid_1() {
	for _ in $(seq 300); do
		sleep 0.1
		[ -e "$root/in-save" ] || continue
		for process in /proc/[0-9]*; do
			[ "$(readlink "$process/root")" = "$root" ] &&
				grep -q '^NSpid:.*[[:space:]]1$' "$process/status" &&
				"$@" "${process#/proc/}"
		done 2>/dev/null # of those that ended meanwhile
		rm "$root/in-save"
		return
	done
}
if command -v strace >/dev/null && strace -qq true 2>/dev/null; then
	fresh
	dog
	cp build/kdump-dma-capture "$root/init" # sanitizers have calls of their own
	collect=': >/in-save; cp "$vmcore" "$out"; exec sleep 4'
	pid_1 strace -qq -o "$work/calls" -e signal=none -p &
	run
	wait
	ok "while the dump is saved, and to the end, PID 1 calls nothing that may block" same "clone kill rt_sigtimedwait wait4" \
		"$(grep -v -e '^+++' -e '^---' "$work/calls" | cut -d '(' -f 1 | sort -u | xargs)"
	end_run
else
	skip "while the dump is saved, and to the end, PID 1 calls nothing that may block" "no strace"
fi
# PID 1 does not go on. It can be stopped from outside of its namespace only.
stop_pid_1() {
	pid_1 kill -STOP
	sleep 22
	fed >/dev/null
	timeout 3 cat <&3 >"$work/fed"
}
fresh
dog
set_conf limit_save 4
set_conf limit_sync 1
collect=': >/in-save; cp "$vmcore" "$out"; exec sleep 90'
stop_pid_1 &
run
wait
case $ended in sysrq | restart) ended=restart ;; esac # by reboot(2) where no sysrq is
ok "PID 1 hangs: the machine is restarted without it" restarted
ok "some time after the limit of the step" test "$took" -gt 70
ok "since that limit the watchdog is not fed" same 0 "$(stat -c %s "$work/fed")"
end_run
exec 3>&-
rm -f "$root/dog"

# ---- what the collector left ---------------------------------------------------------
part() { same "$1" "$(stat -c %s "$folder/vmcore-incomplete" 2>&1)"; }
fresh
set_conf limit_save 4
set_conf limit_total 6
collect='head -c 15000000 "$vmcore" >"$out"; exec sleep 50'
run
ok "no time is left for a copy: what a collector saved in its time stays" part 15000000
ok "and nothing beside it" same "" "$(find "$folder" -name '.v*')"
end_run

fresh
leave 17000
collect='head -c 15000000 "$vmcore" >"$out"; exit 1'
run
ok "there is no room for a copy: what the collector saved stays" part 15000000
ok "the record tells of it" event "15000000 bytes of the vmcore are left as vmcore-incomplete"
end_run

# A process that the collector leaves behind kills the copying one.
cat >"$root/killer" <<'END'
: >/started
while [ ! -s "$1/.vmcore-copy" ]; do :; done
for process in /proc/[0-9]*; do
	read -r name <$process/comm
	[ "$name" != init ] || [ ${process#/proc/} = 1 ] || kill -9 ${process#/proc/}
done
END
killed='setsid sh /killer "${out%/*}" </dev/null >/dev/null 2>&1 & '"$until_started; exit 1"
disk_size=20G # holes, all of it: seconds to copy, and much less to find who copies
fresh
truncate -s 16G "$root/memory"
collect="head -c 2000000 \"\$vmcore\" >\"\$out\"; $killed"
run
ok "the copy is killed: what the collector saved stays" part 2000000
ok "it was killed, and did not run out of time" event 'was killed by signal 9'
ok "and nothing beside it" same "" "$(find "$folder" -name '.v*')"
end_run

fresh
truncate -s 16G "$root/memory"
collect=$killed
run
ok "the copy is killed, and the collector saved nothing: what was copied stays" \
	test -s "$folder/vmcore-incomplete"
ok "the record tells of it" event "of the vmcore are left as vmcore-incomplete"
ok "it was killed, too" event 'was killed by signal 9'
end_run
disk_size=
fresh -N 64
open_disk
mkdir -p "$target/var/crash"
close_disk
inodes 4
collect='head -c 15000000 "$vmcore" >"$out"; exit 1'
run
ok "no inode for a copy: what the collector saved stays" part 15000000
end_run

fresh -N 64
open_disk
mkdir -p "$target/var/crash"
close_disk
inodes 5
run
collect='head -c 15000000 "$vmcore" >"$out"; exit 1'
ok "the record has an inode to give to the copy" saved
end_run

fresh -N 64
inodes 3
run
ok "3 inodes, and path is not there: the dump is saved, without path's folders" saved
ok "the record tells where" event "the folder /var/crash on the target cannot take the dump, which is in /: No space left"
ok "folders of path that were begun are removed again" same "" "$(ls -d "$target/var" 2>/dev/null)"
end_run
fresh -N 64
open_disk
mkdir "$target/var"
close_disk
inodes 2
run
ok "2 inodes, and half of path is there: the dump is in that" cmp "$root/memory" "$target/var/${folder##*/}/vmcore"
end_run
fresh -N 64
open_disk
mkdir "$target/data"
ln -s /data "$target/crash"
close_disk
set_conf path /crash/a/b
inodes 2
run
ok "2 inodes, and path goes by a link: the dump is where that leads" \
	cmp "$root/memory" "$target/data/${folder##*/}/vmcore"
end_run

# ---- one device of a btrfs of two is named ---------------------------------------------
# btrfs_part N: a superblock of one, which is enough until it is mounted
btrfs_part() {
	truncate -s 2M "$work/part$1"
	printf '\021\021\021\021\042\042\063\063\104\104\125\125\125\125\125\127' |
		dd of="$work/part$1" bs=1 seek=$((0x10020)) conv=notrunc status=none
	printf '_BHRfS_M' | dd of="$work/part$1" bs=1 seek=$((0x10040)) conv=notrunc status=none
	printf '\002' | dd of="$work/part$1" bs=1 seek=$((0x10088)) conv=notrunc status=none
	printf %b "\\000$1" | dd of="$work/part$1" bs=1 seek=$((0x1010b)) conv=notrunc status=none
	losetup -f --show "$work/part$1"
}
fresh
part=$(btrfs_part 1)
loops="$loops $part"
set_conf device "$part"
set_conf limit_device 3
run
ok "a btrfs that is named by one device waits for the other one" said "the target $part did not appear within 3 s"
end_run
fresh
part=$(btrfs_part 1) other=$(btrfs_part 2)
loops="$loops $part $other"
set_conf device "$part"
set_conf limit_device 3
run
ok "and is mounted when that is there" said "step: mount"
ok "without waiting for the time that it lacks one" not grep -q "did not come" "$work/kmsg"
end_run
rm -f "$work/part1" "$work/part2"

# ---- two file systems have the UUID, and the first is of no use --------------------------
two
dd if=/dev/zero of="$first" bs=1024 seek=2 count=30 conv=notrunc,fsync status=none
loop=$second
run
ok "the first of two cannot be mounted: the second one is taken" saved
ok "the record tells of both" event "cannot be mounted for writing"
end_run

two -r
loop=$second
run
ok "the first of two is read-only: the second one is taken" saved
end_run

disk_options='-N 64'
two
disk_options=
loop=$first
inodes 0
loop=$second
run
ok "the first of two is full: the second one is taken" saved
end_run
rm -f "$work/twin"

two -r -r
loop=$second
run
ok "both are read-only: it restarts" restarted
ok "a target that is read-only costs less than 20 s" test "$took" -lt 20
ok "the console has the log" said "[1.0] the log"
end_run
rm -f "$work/twin"

# ---- modules that hang ---------------------------------------------------------------
fresh
set_conf limit_modules 5
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	[ -p "$root/hangs-$i" ] || mkfifo "$root/hangs-$i"
	echo "module=/hangs-$i" >>"$root/etc/kdump-dma-capture.conf"
done
echo 'module=/lib/modules/none.ko' >>"$root/etc/kdump-dma-capture.conf"
run
ok "12 modules that hang share one limit: the dump is saved" saved
ok "12 modules that hang cost less than 15 s" test "$took" -lt 15
ok "the one behind them had its try" said "the module /lib/modules/none.ko is not in the image"
ok "of which the record tells as well" event "the module 1 of 13 takes too long"
end_run

ok "the sanitizers found nothing in all of this" sane

tap_end
