#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# nfs.t [ADDRESS...]: a guest crashes four times, and its dumps go by NFS to this machine,
# to nfs-ganesha in a network namespace of the test's own (TAP): all is well; the server is
# full; it is killed in the middle of a dump; its answers stop in the middle of one. Logs:
# build/e2e/nfs-*/.
set -u
E2E=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$E2E/../.." && pwd)
. "$top/tests/tap.sh"
. "$E2E/lib/results.sh"
. "$E2E/lib/network.sh"
. "$E2E/lib/times.sh"

needs "a dump to another machine by NFS" ganesha.nfsd mke2fs
name=kdump-dma-e2e-$$
work=$(mktemp -d "${TMPDIR:-/var/tmp}/kdump-dma-nfs.XXXXXX") || exit
far=$work/far director='' seconds=400
clean() {
	[ -z "$director" ] || kill "$director" 2>/dev/null
	stop_server
	no_network
	for _ in $(seq 50); do
		! umount "$far" 2>/dev/null || break
		mountpoint -q "$far" || break
		sleep 0.1
	done
	rm -rf "$work"
}
trap clean EXIT

install() { make -s -C "$top" all install DESTDIR="$work/install"; }
# what it serves has a limit, and nothing of it outlives the test
export_folder() {
	mkdir -p "$far" && truncate -s 256M "$work/far.img" &&
		mke2fs -q -F -t ext4 -m 0 "$work/far.img" &&
		mount -o loop "$work/far.img" "$far"
}
start_server() {
	cat >"$work/ganesha.conf" <<-END
		NFS_CORE_PARAM { Protocols = 4; Enable_NLM = false; Enable_RQUOTA = false; }
		NFSV4 { Graceless = true; RecoveryBackend = fs; Only_Numeric_Owners = true; }
		NFS_KRB5 { Active_krb5 = false; }
		EXPORT {
			Export_Id = 1; Path = $far; Pseudo = /srv/dumps;
			Access_Type = RW; Squash = No_Root_Squash; SecType = sys;
			FSAL { Name = VFS; }
		}
	END
	# the process itself is to be killed, and no shell that waits for it
	# shellcheck disable=SC2016  # the inner shell's
	ip netns exec "$name" unshare --mount sh -c 'mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /var/lib &&
		mkdir -p /run/ganesha /var/lib/nfs/ganesha &&
		exec ganesha.nfsd -F -f "$0/ganesha.conf" -L "$0/ganesha.log" -p /run/ganesha.pid' \
		"$work" </dev/null >"$work/ganesha.out" 2>&1 &
	echo $! >"$work/server"
}
stop_server() {
	[ -e "$work/server" ] || return 0
	kill -9 "$(cat "$work/server")" 2>/dev/null
	wait "$(cat "$work/server")" 2>/dev/null # its mounts end with it
	rm -f "$work/server"
}
await() { # COMMAND...
	until "$@"; do
		sleep 0.2
	done
}
told() { grep -q "far end: $1" "$log/results.log" 2>/dev/null; }
# something of a dump is there, and nothing of the one before
arrives() { [ -n "$(find "$far" -name vmcore-incomplete -size +1M)" ]; }
forget() { find "$far" -name vmcore-incomplete -delete; }
# what becomes of the server, when the guest says so
direct() {
	await told full
	cp -a "$far/var/crash" "$work/first"
	fallocate -l "$(($(df -k --output=avail "$far" | tail -n 1) - 2048))K" "$far/filler"
	await told killed
	rm "$far/filler"
	forget
	await arrives
	stop_server
	await told back
	start_server
	await told silent
	forget
	await arrives
	kill -STOP "$(cat "$work/switch.pid")"
	await told over
	kill -CONT "$(cat "$work/switch.pid")"
}
boot() {
	inside "$E2E/guest" boot -r bookworm+network -q -d "$work/disk.img" \
		-t "$E2E/scenarios/nfs" -T 2500 -l "$log" -a "$(sed -n 's/^#append //p' "$E2E/scenarios/nfs")" -- \
		-netdev socket,id=a,udp=127.0.0.1:7001,localaddr=127.0.0.1:7101 \
		-device virtio-net-pci,netdev=a,mac=52:54:00:00:00:01
}
names() { (cd "$sent" && echo *); }
panicked() {
	makedumpfile -f --dump-dmesg "$sent/vmcore" "$work/dmesg" >/dev/null &&
		grep -q 'Kernel panic - not syncing: sysrq triggered crash' "$work/dmesg"
}
ok "what is installed" install
ok "a network namespace with a switch" network 0 7001:7101
ok "a file system for the server" export_folder
[ $# != 0 ] || set -- 192.0.2.1
for address; do
	log=$top/build/e2e/nfs-$(echo "$address" | tr -d '[]:')
	rm -rf "$log" "$work/first" "${far:?}"/*
	start_server
	printf '%s\n' "target = nfs://$address/srv/dumps" "time_limit = ${seconds}s" \
		>"$work/install/etc/kdump-dma.conf"
	ok "$address: a guest with ip" "$E2E/guest" build -r bookworm+network -o "$work/disk.img" "$work/install"
	direct &
	director=$!
	ok "$address: the boots" boot
	kill "$director" 2>/dev/null
	director=''
	stop_server
	results "$log" "$address: "
	sent=$(find "$work/first" -mindepth 1 -type d)
	ok "$address: log, record and vmcore are at the far end" same \
		"kdump-dma.json vmcore vmcore-dmesg.txt" "$(names)"
	ok "$address: the panic is in that vmcore" panicked
	ok "$address: and in the log" grep -q 'Kernel panic - not syncing: sysrq triggered crash' \
		"$sent/vmcore-dmesg.txt"
	ok "$address: it has no other vmcore" same 1 "$(find "$far" -name vmcore | wc -l)"
	for crash in 1 2 3 4; do
		restart=$(restart_seconds "$log" $crash) # "?" is no number
		ok "$address: crash $crash is over within $seconds s: after $restart s" \
			test "${restart%.*}" -lt $seconds
	done
done
tap_end
