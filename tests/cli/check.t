#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The real kdump-dma-check, run as people and units run it: options, exit
# statuses, what goes to stderr, and the watcher's whole life.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

check=build/san/kdump-dma-check
plain=build/kdump-dma-check
tmp=$(mktemp -d) || exit
# A test runs in a subshell: the watcher's number is kept in a file.
trap 'kill -KILL $(cat "$tmp/watcher") 2>/dev/null; rm -rf "$tmp"' EXIT

# run WANTED_STATUS COMMAND...: leaves $tmp/out and $tmp/err
run() {
	want=$1
	shift
	got=0
	"$@" >"$tmp/out" 2>"$tmp/err" </dev/null || got=$?
	same "status $want" "status $got"
}

# ---- usage
help_fits() {
	run 0 $check --help && [ ! -s "$tmp/err" ] &&
		[ "$(wc -l <"$tmp/out")" -le 40 ] &&
		! grep -q '.\{81\}' "$tmp/out"
}
ok "--help fits a screen" help_fits
ok "--version prints one line and exits 0" run 0 $check --version
for wrong in --nonsense extra '--status' '--watch --dir /tmp' \
	'--finish --status x' '--finish --seconds -1'; do
	# shellcheck disable=SC2086  # words of a command line
	ok "wrong usage: $wrong" run 2 $check $wrong
	ok "wrong usage says so on stderr alone: $wrong" \
		sh -c "[ -s $tmp/err ] && [ ! -s $tmp/out ]"
done

# ---- unknown is a result
unknown() { # INPUT WORD
	printf '%b' "$1" >"$tmp/in"
	got=0
	$check --zoneinfo - <"$tmp/in" >"$tmp/out" 2>"$tmp/err" || got=$?
	same "status 4" "status $got" && same 1 "$(wc -l <"$tmp/err")" &&
		grep -q "$2" "$tmp/err" && grep -q '^verdict: *unknown' "$tmp/out"
}
ok "garbage is unknown, and says where" unknown 'garbage\n' 'standard input:1: .*unknown'
ok "an empty input is unknown: no zone" unknown '' 'no zone'
ok "a zone that is cut short is unknown" unknown 'Node 0, zone DMA\n' incomplete
# Since 4.12 every configured zone is listed, so one without pages tells the version.
zone() { # NAME PAGES
	printf 'Node 0, zone %s\n  pages free %d\n spanned %d\n present %d\n managed %d\n' \
		"$1" "$2" "$2" "$2" "$2"
	printf ' protection: (0, 0)\n start_pfn: 0\n'
}
listed() { # WANTED_STATUS ZONE PAGES...
	want=$1
	shift
	while [ $# -gt 0 ]; do
		zone "$1" "$2"
		shift 2
	done >"$tmp/in"
	got=0
	$check --zoneinfo - <"$tmp/in" >"$tmp/out" 2>"$tmp/err" || got=$?
	same "status $want" "status $got"
}
ok "no DMA zone beside an empty zone: absent, by zoneinfo only" listed 3 DMA32 9 Movable 0
ok "no DMA zone and no empty one: cannot tell" listed 4 DMA32 9 Normal 9
ok "an empty DMA zone is listed: unmanaged" listed 1 DMA 0 DMA32 9 Movable 0

ok "a file that is not there is unknown" run 4 $check --zoneinfo "$tmp/none"
ok "a root that is not there is unknown" run 4 $check --root "$tmp/none"
mkdir "$tmp/root"
empty_root() {
	run 4 $check --root "$tmp/root" && same 1 "$(wc -l <"$tmp/err")"
}
ok "a root without /proc is unknown" empty_root
json_is_whole() {
	run 4 $check --root "$tmp/root" --json &&
		same unknown "$(jq -r .verdict "$tmp/out")"
}
ok "an empty root, --json" json_is_whole
full_output() {
	got=0
	$check --root "$tmp/root" --json >/dev/full 2>"$tmp/err" || got=$?
	same "status 4" "status $got" && grep -q 'standard output' "$tmp/err"
}
# ---- below --root only regular files are read, and nothing waits for another
special() { # COMMAND CREATING $1
	rm -rf "$tmp/special"
	mkdir -p "$tmp/special/proc" "$tmp/special/dev"
	for file in proc/zoneinfo proc/meminfo proc/cmdline proc/iomem dev/kmsg .machine; do
		"$@" "$tmp/special/$file" || return
	done
	run 4 timeout 10 $check --root "$tmp/special" && grep -q '^verdict: *unknown' "$tmp/out"
}
a_device() { mknod "$1" c 1 5; }
a_loop() { ln -s "${1##*/}" "$1"; }
endless() { truncate -s 1T "$1"; }
ok "FIFOs below --root: unknown, at once" special mkfifo
if mknod "$tmp/zero" c 1 5 2>/dev/null && head -c 1 "$tmp/zero" >"$tmp/byte" 2>/dev/null; then
	ok "/dev/zero below --root: unknown, at once" special a_device
else
	skip "/dev/zero below --root: unknown, at once" "no devices may be made here"
fi
ok "links that lead to themselves" special a_loop
ok "files of 1 TiB" special endless

ok "output that cannot be written is an error" full_output

# ---- this machine, whatever it is
live() {
	got=0
	$check --json >"$tmp/out" 2>"$tmp/err" || got=$?
	verdict=$(jq -r .verdict "$tmp/out")
	case $verdict:$got in
	managed:0 | unmanaged:1 | absent:3 | unknown:4) ;;
	*) echo "$verdict with exit status $got"; return 1 ;;
	esac
}
ok "the live machine: status and verdict agree" live
# The sanitizer's build may not be reachable for another user: copy the plain one
install -m 755 $plain "$tmp/kdump-dma-check" && chmod 755 "$tmp"
unprivileged() {
	as_nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"
	$as_nobody "$tmp/kdump-dma-check" >"$tmp/out" 2>"$tmp/err"
	grep -q '^verdict:     [mau]' "$tmp/out" &&
		grep -q '^not read: *//*proc/iomem: Permission denied' "$tmp/out"
}
ok "unprivileged: a verdict, and what could not be read" unprivileged

# ---- the watcher
start() { # BINARY
	rm -rf "$tmp/run" "$tmp/dump"
	mkdir "$tmp/dump"
	"$1" --watch --run "$tmp/run" >"$tmp/journal" 2>&1 &
	watcher=$!
	echo "$watcher" >"$tmp/watcher"
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ -s "$tmp/run/watch.pid" ] && grep -q ^verdict "$tmp/journal" && return
		sleep 0.1
	done
	echo "the watcher did not start"
	return 1
}
tell() { # STATUS OPTION...
	want=$1
	shift
	echo dump >"$tmp/dump/vmcore"
	run "$want" $check --finish --run "$tmp/run" --dir "$tmp/dump" \
		--dump "$tmp/dump/vmcore" --collector 'makedumpfile -l -d 31' \
		--status 0 --seconds 7 --event 'tried "once"' "$@"
}
of_record() { # FILTER WANTED
	same "$2" "$(jq -r "$1" "$tmp/dump/kdump-dma.json")"
}
whole_life() {
	start $check && tell 0 && wait "$watcher"
}
ok "a watcher samples until --finish, and the record is written" whole_life
ok "the record is private" sh -c \
	"[ \$(stat -c %a $tmp/dump/kdump-dma.json) = 600 ]"
ok "nothing else is left behind" same "kdump-dma.json vmcore" \
	"$(find "$tmp/dump" -mindepth 1 -printf '%f\n' | sort | paste -sd' ')"
ok "the record's schema is 1" of_record .schema 1
ok "the record says that it was watched, with samples" of_record '.memory.watched and .memory.samples >= 2' true
ok "the record has what --finish said of the dump" of_record '.dump | [.collector,.status,.bytes,.seconds] | @csv' \
	'"makedumpfile -l -d 31",0,5,7'
ok "the record has the event, quotes and all" of_record '.events[0]' 'tried "once"'
ok "lowest is never above the start" of_record \
	'[.zones[] | .free_lowest_pages <= .free_pages] | all' true
# but for what is somebody's: tests/tool/snapshot.t
journal_line() {
	sed -n 's/^kdump-dma: //p' "$tmp/journal" | jq -S 'del(.cmdline)' >"$tmp/a" &&
		jq -S 'del(.cmdline, .events, .dump.collector, .dump.path, .kernel_log.lines)' \
			"$tmp/dump/kdump-dma.json" >"$tmp/b" &&
		diff "$tmp/a" "$tmp/b"
}
ok "the journal has the same on one line" journal_line
# /dev/kmsg refuses a write of more than 1 KiB; the longest line is the record's.
short_writes() {
	rm -rf "$tmp/run"
	strace -qq -e trace=write -o "$tmp/trace" \
		$plain --watch --run "$tmp/run" >"$tmp/journal" &
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ ! -s "$tmp/run/watch.pid" ] || break
		sleep 0.1
	done
	kill "$(cat "$tmp/run/watch.pid")" && wait $! || return
	[ "$(grep -c '^kdump-dma: .\{1000\}' "$tmp/journal")" = 1 ] || return
	sed -n 's/^write(1, .* = \([0-9]*\)$/\1/p' "$tmp/trace" | sort -n | tail -n 1 >"$tmp/longest"
	[ "$(cat "$tmp/longest")" -le 900 ] || cat "$tmp/longest"
	[ "$(cat "$tmp/longest")" -le 900 ]
}
if command -v strace >/dev/null && strace -qq true 2>/dev/null; then
	ok "what the watcher says fits the records of /dev/kmsg" short_writes
else
	skip "what the watcher says fits the records of /dev/kmsg" "no strace"
fi

terminated() {
	start $check && kill "$watcher" && wait "$watcher" &&
		same null "$(jq -r .dump "$tmp/run/kdump-dma.json")"
}
ok "SIGTERM alone: the record stays in the run directory" terminated

killed() {
	start $check && kill -KILL "$watcher"
	wait "$watcher"
	tell 0 && of_record .memory.watched false && of_record .dump.status 0
}
ok "a killed watcher: finish writes the record" killed
# Its parent reaps nobody.
zombie() {
	rm -rf "$tmp/run" "$tmp/dump" && mkdir "$tmp/dump"
	sh -c '"$1" --watch --run "$2" >/dev/null 2>&1 & exec sleep 20' - $check "$tmp/run" &
	parent=$!
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ ! -s "$tmp/run/watch.pid" ] || break
		sleep 0.1
	done
	watcher=$(cat "$tmp/run/watch.pid") && kill -KILL "$watcher" && sleep 0.2
	grep -q '^State:.Z' "/proc/$watcher/status" && tell 0 &&
		of_record .memory.watched false
	result=$?
	kill $parent
	return $result
}
ok "one that nobody reaped too" zombie
never_started() {
	rm -rf "$tmp/run" "$tmp/dump" && mkdir "$tmp/dump" && tell 0 &&
		of_record .memory.watched false
}
ok "no watcher at all: finish writes the record" never_started

# Its limit is 5 s; the rest is for a machine that is busy.
stopped() {
	start $check && kill -STOP "$watcher" && begin=$(date +%s) && tell 0 &&
		of_record .memory.watched true && of_record .dump.status 0 &&
		[ $(($(date +%s) - begin)) -le 10 ]
}
ok "a watcher that was stopped goes on, and writes its record" stopped

no_room() {
	start $check || return 1
	run 1 $check --finish --run "$tmp/run" --dir "$tmp/gone" --status 1
	wait "$watcher"
	grep -q '^kdump-dma: {' "$tmp/journal" && grep -q 'not written' "$tmp/err"
}
ok "a folder that is not there: the journal still has the record" no_room
not_ours() {
	rm -rf "$tmp/run" "$tmp/dump" && mkdir "$tmp/run" "$tmp/dump" &&
		echo $$ >"$tmp/run/watch.pid" && tell 0
}
ok "a pid file that names another process kills nothing" not_ours

# ---- cost
cheap() {
	start $plain || return 1
	sleep 5
	kib=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$watcher/status")
	# shellcheck disable=SC2046  # utime and stime, in ticks of 10 ms
	set -- $(cut -d' ' -f14,15 "/proc/$watcher/stat")
	kill "$watcher"
	wait "$watcher"
	echo "peak RSS $kib KiB, $(($1 + $2)) ticks of 10 ms in 5 s"
	[ "$kib" -le 2048 ] && [ $(($1 + $2)) -le 3 ]
}
ok "the watcher: at most 2 MiB, and 0.5 % of a CPU (a tick either way)" cheap
size() {
	strip -o "$tmp/stripped" $plain && stat -c %s "$tmp/stripped" &&
		[ "$(stat -c %s "$tmp/stripped")" -le 65536 ]
}
ok "stripped: at most 64 KiB" size
libc_only() {
	needed=$(readelf -d $plain | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p')
	same libc.so.6 "$needed"
}
ok "the checker is linked with libc only" libc_only

# A number that does not depend on the machine: what 2,048 CPUs cost.
few_instructions() {
	tests/bench/make-zoneinfo 8 256 >"$tmp/many"
	collected=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null \
		build/kdump-dma-check --zoneinfo "$tmp/many" 2>&1 >/dev/null |
		sed -n 's/.*Collected : //p')
	echo "$collected instructions"
	[ "$collected" -le 2000000 ]
}
if command -v valgrind >/dev/null; then
	ok "2 million instructions at most for 8 nodes of 256 CPUs" few_instructions
else
	skip "2 million instructions at most for 8 nodes of 256 CPUs" "no valgrind"
fi

tap_end
