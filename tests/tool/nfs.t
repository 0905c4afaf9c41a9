#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Dumps to another machine by NFS: kdump-dma-capture as PID 1 of a namespace. mock-mount.c
# has a file system of this machine pass for the server's: what it asks of mount(2), the
# order of its steps, and that the dump is on the fallback, whatever the server does. That
# a kernel's NFS takes these options, and a dump, is for tests/e2e/nfs.t to show.
# shellcheck disable=SC1091,SC2016,SC2034,SC2119,SC2154  # mocks
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
here=kdump-dma-$$-here
{ command -v ip >/dev/null && ip netns add "$here" 2>/dev/null; } || {
	skip "dumps by NFS" "no network namespaces here"
	tap_end
	exit
}
. tests/tool/capture.sh
far=$work/root/far far_loop=''
close_far() {
	fsfreeze -u "$far" 2>/dev/null
	umount "$far" 2>/dev/null
	[ -z "$far_loop" ] || losetup -d "$far_loop"
	far_loop=''
}
trap 'close_far; ip netns del "$here"; clean' EXIT
rig_in="ip netns exec $here"
$rig_in ip link add kdt0 type veth peer name kdt1
mac=$($rig_in cat /sys/class/net/kdt0/address)
${CC:-cc} -shared -fPIC -o "$root/mock-mount.so" tests/tool/mock-mount.c -ldl || exit
export ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0"
mkdir -p "$far"
cp "$(command -v ip)" "$root/usr/bin"
echo "link set dev kd0 up" >"$root/etc/kdump-dma-network"

# by_nfs [SIZE]: all is well; the server has version 4.2 and a file system of that size
by_nfs() {
	close_far
	rm -rf "$root"/far-* "$work/far.img"
	fresh
	truncate -s "${1:-64M}" "$work/far.img"
	mke2fs -q -F -t ext4 -O ^has_journal -m 0 "$work/far.img"
	far_loop=$(losetup -f --show "$work/far.img")
	mount "$far_loop" "$far"
	echo vers=4.2 >"$root/far-version"
	echo /mock-mount.so >"$root/etc/ld.so.preload"
	for pair in "port $mac kd0" "remote nfs://nas/srv" "nfs nas:/srv" "nfs_path /dumps/here" \
		"nfs_options addr=192.0.2.1,soft" "limit_network 8" "limit_remote 30"; do
		set_conf "${pair%% *}" "${pair#* }"
	done
}
run_by_nfs() {
	run
	sent=$(find "$far" -type d -name 'h-*' | head -n 1)
}
at_far_end() {
	cmp "$root/memory" "$sent/vmcore" || {
		cat "$work/kmsg" "$work/rig.err"
		return 1
	}
}
asked() { sort -u "$root/far-asked" | xargs; }
sent_names() { (cd "$sent" && echo *); }
saved_here() { # EVENT
	restarted && saved && event "$1" &&
		recorded '.dump.path' "\"/kdump-dma${folder#"$target"}/vmcore\""
}

# ---- all is well -------------------------------------------------------------
by_nfs
name=$(hostname)
run_by_nfs
ok "by NFS: it restarts" restarted
ok "all of the memory is there" at_far_end
ok "in the folder that is configured" same "$far/dumps/here" "${sent%/*}"
ok "with the log and the record, and nothing else" same "kdump-dma.json vmcore vmcore-dmesg.txt" "$(sent_names)"
ok "for one user only" same "600 600 600 700" "$(stat -c %a "$sent"/* "$sent" | xargs)"
ok "the newest version is asked for, once" same "nas:/srv vers=4.2,addr=192.0.2.1,soft" "$(cat "$root/far-asked")"
ok "the record has no event" recorded .events '[]'
ok "it says where the dump is, and its size; nothing has to be reassembled" recorded \
	'[.dump.status,.dump.path,.dump.bytes,.dump.reassemble]' \
	"[0,\"nfs://nas/srv/dumps/here/${sent##*/}/vmcore\",20000000,null]"
ok "it is on this machine, too, and nothing else is" same kdump-dma.json "$(cd "$folder" && echo *)"
ok "both records are the same" cmp "$record" "$sent/kdump-dma.json"
ok "this machine keeps its name" same "$name" "$(hostname)"
end_run

by_nfs
echo vers=3 >"$root/far-version"
run_by_nfs
ok "an old server: all of the memory is there" at_far_end
ok "version 3 is asked for last, and without locks" same "nas:/srv vers=3,nolock,addr=192.0.2.1,soft" \
	"$(tail -n 1 "$root/far-asked")"
ok "an old server is no event" recorded .events '[]'
end_run

by_nfs
: >"$root/far-down"
(sleep 4 && rm "$root/far-down") &
run_by_nfs
wait
ok "a server that comes later: all of the memory is there" at_far_end
ok "and that is no event" recorded .events '[]'
end_run

by_nfs
long=$(printf %0200d 0)
mkdir -p "$far/$long/$long/$long/dépôt"
ln -s "/$long/$long/$long/dépôt" "$far/link"
set_conf nfs_path /link
run_by_nfs
ok "a link leads to a long path, not in ASCII: all of the memory is there" at_far_end
ok "the record is beside it" cmp "$record" "$sent/kdump-dma.json"
end_run

# ---- what may be wrong ----------------------------------------------------------
by_nfs
: >"$root/far-down"
run_by_nfs
ok "no server: the dump is on the fallback" saved_here "nfs://nas/srv: not mounted: Connection refused"
ok "and the event that says where it is not" event "nfs://nas/srv: no vmcore was saved there"
ok "within the limit for it" test "$took" -lt 25
end_run

by_nfs
: >"$root/etc/ld.so.preload"
run_by_nfs
ok "a kernel without NFS: the dump is on the fallback" saved_here "nfs://nas/srv: not mounted: No such device"
ok "at once" test "$took" -lt 15
end_run

by_nfs
mkdir "$far/dumps" && : >"$far/dumps/here"
run_by_nfs
ok "a file is in the folder's place: the dump is in the folder above it" at_far_end
ok "and the event names the server" event "no folder /dumps/here on the target nfs://nas/srv: Not a directory"
end_run

by_nfs
chattr +i "$far"
run_by_nfs
ok "nothing may be written there: the dump is on the fallback" \
	saved_here "no folder can be made in / on the target nfs://nas/srv: Operation not permitted"
end_run

by_nfs
hook pre 'rm -r "$KDUMP_DMA_FOLDER"'
run_by_nfs
ok "a pre = that removes the folder there: the dump is at the far end" at_far_end
ok "and the record tells of it" event "pre: the folder for the dump cannot be written to any more: No such file"
ok "the log is there again" same "[1.0] the log" "$(cat "$sent/vmcore-dmesg.txt")"
end_run

by_nfs
hook pre 'umount -l /kdump-dma-far'
run_by_nfs
ok "one that unmounts the far end: the dump is at the far end" cmp "$root/memory" "$(find "$far" -name vmcore)"
rm "$root/usr/bin/pre"
end_run

by_nfs
hook post 'umount -l /kdump-dma-far'
run_by_nfs
ok "a post = that unmounts the far end: the dump is there" at_far_end
ok "so is its record, which tells of it" jq -e '.dump.status == 0 and
	(.events | any(contains("post: the folder for the dump cannot be written to")))' "$sent/kdump-dma.json"
end_run

by_nfs
hook post 'rm -r "$KDUMP_DMA_FOLDER"'
run_by_nfs
ok "a post = that removes the folder there: the record is in a new one" \
	same "[0,\"\"] kdump-dma.json" "$(jq -c '[.dump.status,.dump.path]' "$sent/kdump-dma.json") $(sent_names)"
ok "and on this machine" cmp "$record" "$sent/kdump-dma.json"
rm "$root/usr/bin/post"
end_run

by_nfs 12M
run_by_nfs
ok "the far end is full: the dump is on the fallback" saved_here "makedumpfile failed with exit status 1"
ok "what is at the far end does not pass for a dump" test -e "$sent/vmcore-incomplete" -a ! -e "$sent/vmcore"
ok "the log is at both" same "[1.0] the log [1.0] the log" \
	"$(cat "$sent/vmcore-dmesg.txt" "$folder/vmcore-dmesg.txt" | xargs)"
end_run

by_nfs
collect='head -c 5000000 "$vmcore" >"$out"; case $out in /kdump-dma-far/*) exit 7 ;; esac; cp "$vmcore" "$out"'
run_by_nfs
ok "the collector fails there: the dump is on the fallback" saved_here "makedumpfile failed with exit status 7"
end_run

# as the kernel's log has it when a request was given up
by_nfs
collect='case $out in /kdump-dma-far/*) head -c 5000000 "$vmcore" >"$out"
	echo "<5>nfs: server nas not responding, timed out" >>/dev/kmsg
	until [ -e /far-forced ]; do sleep 0.1; done; exit 1 ;; esac; cp "$vmcore" "$out"'
run_by_nfs
ok "the kernel gives up a request: all are, and the dump is on the fallback" \
	saved_here "makedumpfile failed with exit status 1"
ok "soon" test "$took" -lt 20
end_run

# A process that waits for a frozen file system cannot be killed, as one that waits for a
# server that hangs. It is thawed after all limits.
hang() { # COMMAND...: when some of the vmcore is there
	(
		for _ in $(seq 200); do
			[ -z "$(find "$far" -name vmcore-incomplete -size +1k)" ] || break
			sleep 0.1
		done
		fsfreeze -f "$far"
		for _ in $(seq 60); do
			! grep -q 'kdump-dma-capture: reboot, ' "$work/kmsg" || break
			sleep 1
		done
		grep -c 'kdump-dma-capture: reboot, ' "$work/kmsg" >"$work/hung"
		fsfreeze -u "$far"
	) &
}
by_nfs
set_conf limit_total 50
set_conf limit_remote 10
collect='case $out in /kdump-dma-far/*) head -c 5000000 "$vmcore" >"$out"; sync; sleep 2 ;; esac; cp "$vmcore" "$out"'
hang
run_by_nfs
wait
ok "the server hangs in the middle: the dump is on the fallback" saved_here "makedumpfile failed with exit status 124"
ok "and it restarts while that still hangs" same 1 "$(cat "$work/hung")"
end_run

# ---- without a fallback, or without its disk ----------------------------------------
by_nfs
set_conf device ''
run_by_nfs
ok "no fallback: all of the memory is at the far end" at_far_end
ok "the record is there, too" same '[0,[]]' "$(jq -c '[.dump.status,.events]' "$sent/kdump-dma.json")"
ok "and nothing is on the disk" same "" "$folder"
end_run

by_nfs
set_conf device ''
collect='exit 7'
run_by_nfs
ok "no fallback, and the collector fails: a plain copy at the far end" at_far_end
ok "and the record says so" jq -e '.dump.status == 0 and (.events | any(contains("saved by a plain copy")))' "$sent/kdump-dma.json"
end_run

by_nfs 12M
set_conf device ''
run_by_nfs
ok "no fallback, and the far end is full: it restarts" restarted
ok "the record there says what happened" jq -e '.events | any(contains("are left as vmcore-incomplete"))' "$sent/kdump-dma.json"
end_run

by_nfs
set_conf device UUID=99999999-2222-3333-4444-555555555555
run_by_nfs
ok "the fallback's disk is gone: all of the memory is at the far end" at_far_end
ok "the record says so" sh -c "jq -r '.events[]' '$sent/kdump-dma.json' | grep -q 'did not appear'"
end_run
ok "no sanitizer found anything" sane
tap_end
