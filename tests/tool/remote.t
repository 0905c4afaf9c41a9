#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Dumps to another machine: kdump-dma-capture as PID 1 of a namespace, in a network
# namespace of its own, with the network, the ssh configuration and the line of
# authorized_keys that "kdump-dma image" and "target" make; a real sshd in another
# namespace; a real ext4 (on a loop device) as the fallback; a mock makedumpfile.
# Whatever fails on the way, the dump is at one of the two, and the machine restarts.
# That a real kernel's dump arrives is for tests/e2e to show.
# shellcheck disable=SC1091,SC2016,SC2034  # mocks
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh
. tests/tool/storage.sh
. tests/sshd.sh

tool=build/san/kdump-dma
program=${CAPTURE:-build/san/kdump-dma-capture}
checker=${CHECKER:-build/kdump-dma-check}
here=kdump-dma-$$-here there=kdump-dma-$$-there
{ [ "$(id -u)" = 0 ] && losetup -f >/dev/null 2>&1; } || {
	skip "dumps to another machine" "it needs root and a loop device"
	tap_end
	exit
}
for needed in ip ssh ssh-keygen /usr/sbin/sshd jq; do
	command -v "$needed" >/dev/null || {
		skip "dumps to another machine" "it needs $needed"
		tap_end
		exit
	}
done
make_networks() {
	ip netns add "$here" && ip netns add "$there" &&
		ip link add kdt$$ netns "$here" type veth peer name far netns "$there"
}
make_networks || {
	skip "dumps to another machine" "no network namespaces here"
	ip netns del "$here" 2>/dev/null
	ip netns del "$there" 2>/dev/null
	tap_end
	exit
}
export ASAN_OPTIONS=handle_segv=0:handle_sigbus=0:handle_abort=0:log_path=/sanitizer
export UBSAN_OPTIONS=log_path=/sanitizer
work=$(mktemp -d) || exit
root=$work/root target=$work/target far=$work/far loops='' sshd=''
clean() {
	[ -z "$sshd" ] || kill "$sshd" 2>/dev/null
	umount "$target" "$far" 2>/dev/null
	for loop in $loops; do
		losetup -d "$loop" 2>/dev/null
	done
	ip netns del "$here"
	ip netns del "$there"
	rm -rf "$work"
}
trap clean EXIT
mkdir -p "$root/usr/bin" "$root/etc" "$root/etc/kdump-dma/ssh" "$target" "$work/plan" /run/sshd
not() { ! "$@"; }
in_here() { ip netns exec "$here" "$@"; }
in_there() { ip netns exec "$there" "$@"; }

# ---- the two machines ------------------------------------------------------------
in_there ip link set lo up
in_there ip link set far up
in_there ip address add 192.0.2.1/24 dev far
in_there ip address add fd00::1/64 dev far nodad
mac=$(in_here cat /sys/class/net/kdt$$/address)
in_here ip link set kdt$$ up
in_here ip address add 192.0.2.5/24 dev kdt$$
in_here ip address add fd00::5/64 dev kdt$$ nodad

# host_keys: another set of them
host_keys() {
	rm -f "$work"/host_key*
	ssh-keygen -q -t ed25519 -N '' -f "$work/host_key"
}
far_sshd() { start_sshd forced-commands-only ip netns exec "$there"; }
stop_sshd() {
	kill "$sshd" 2>/dev/null
	wait "$sshd" 2>/dev/null
	sshd=''
}
user=root
rm -f "$work/id" && ssh-keygen -q -t ed25519 -N '' -C kdump-dma -f "$work/id"

# planned ADDRESS: the machine as kdump-dma sees it, and what it plans of it
planned() {
	stored here
	printf 'target = ssh://%s@%s:2222\npath = /srv/crash\n' "$user" "$1" >"$tree/etc/kdump-dma.conf"
	address=${1#[}
	address=${address%]}
	mkdir -p "$tree/var/lib/kdump-dma" "$tree/etc/kdump-dma/ssh" "$tree/usr/sbin"
	: >"$tree/usr/bin/ssh"
	: >"$tree/usr/sbin/ip"
	cp "$work/id" "$work/id.pub" "$tree/etc/kdump-dma/ssh"
	: >"$tree/etc/kdump-dma/ssh/known_hosts"
	device pci0000:00/0000:00:03.0 virtio-pci virtio_pci
	device pci0000:00/0000:00:03.0/virtio0 virtio_net virtio_net
	mkdir -p "$tree/sys/class/net/kdt$$"
	ln -sfn /sys/devices/pci0000:00/0000:00:03.0/virtio0 "$tree/sys/class/net/kdt$$/device"
	module drivers/virtio/virtio_pci.ko
	module drivers/net/virtio_net.ko
	module net/ipv6/ipv6.ko
	# a port of a real machine is of no kind; this one is a veth
	jq -n --arg host "$address" \
		--argjson route "$(in_here ip -j route get "$address")" \
		--argjson links "$(in_here ip -j -d address show)" \
		'{schema: 1, host: $host, address: $host, route: $route,
		links: $links | map(del(.linkinfo))}' >"$tree/var/lib/kdump-dma/network.json"
	"$tool" image --root "$tree" -o "$work/plan" >"$work/out" 2>&1
}

# new_disk: an empty fallback. Each disk has a UUID of its own: the devices are the
# machine's, and the last disk's loop device goes only when its last mount has gone.
new_disk() {
	for loop in $loops; do
		losetup -d "$loop" 2>/dev/null
	done
	rm -f "$work/disk"
	uuid=$(cat /proc/sys/kernel/random/uuid)
	truncate -s 96M "$work/disk"
	mke2fs -q -F -t ext4 -O ^has_journal -U "$uuid" -m 0 "$work/disk"
	loops=$(losetup -f --show "$work/disk")
}
makedumpfile() {
	{
		echo '#!/bin/sh'
		echo 'PATH=/tools'
		echo 'for last; do :; done'
		echo 'case "$*" in'
		echo '*--dump-dmesg*) echo "[1.0] the log" >"$last"; exit ;;'
		printf '%s\n' "'-F '*) $send; exit ;;" 'esac' 'cp /memory "$last"'
	} >"$root/usr/bin/makedumpfile"
	chmod +x "$root/usr/bin/makedumpfile"
}
set_conf() { # KEY VALUE
	sed -i "s|^$1=.*|$1=$2|" "$root/etc/kdump-dma-capture.conf"
}
# fresh [ADDRESS]: all is well; then a test changes something, and calls run
fresh() {
	planned "${1:-192.0.2.1}"
	new_disk
	send='cat /memory'
	umount "$far" 2>/dev/null
	rm -rf "$far" "$root/run"
	mkdir -p "$far"
	[ -n "$sshd" ] || { host_keys && far_sshd; }
	cp "$program" "$root/init"
	cp "$checker" "$root/usr/bin/kdump-dma-check"
	cp "$(command -v ip)" "$(command -v ssh)" "$root/usr/bin"
	echo 'root:x:0:0:root:/:/bin/sh' >"$root/etc/passwd"
	head -c 20000000 /dev/urandom >"$root/memory"
	sed '/^module=/d' "$work/plan/capture.conf" >"$root/etc/kdump-dma-capture.conf"
	for pair in "device UUID=$uuid" "path /var/crash" "limit_device 20" "limit_save 20" \
		"limit_network 15" "limit_remote 40" "limit_total 80"; do
		set_conf "${pair% *}" "${pair#* }"
	done
	echo vmcore=/memory >>"$root/etc/kdump-dma-capture.conf"
	cp "$work/plan/network" "$root/etc/kdump-dma-network"
	cp "$work/plan/ssh" "$root/etc/kdump-dma-ssh.conf"
	cp "$work/id" "$root/etc/kdump-dma/ssh/id"
	echo "$address $(cat "$work/host_key.pub")" >"$root/etc/kdump-dma/ssh/known_hosts"
	"$tool" target --root "$tree" | sed "s|/srv/crash|$far|" >"$work/authorized_keys"
	# as a kernel that just started has it
	in_here ip address flush dev kdt$$ scope global
	in_here ip link set kdt$$ down
}

# run: to its end, then the port is as before. Then $ended, $took seconds, $sent (the
# folder at the far end), $folder (that of the fallback), $record.
run() {
	makedumpfile
	begin=$(date +%s)
	ended=$(in_here tests/tool/capture-rig "$work" 2>"$work/rig.err")
	took=$(($(date +%s) - begin))
	in_here ip link set kd0 down
	in_here ip address flush dev kd0 scope global
	in_here ip link set kd0 name kdt$$
	in_here ip link set kdt$$ up
	in_here ip address add 192.0.2.5/24 dev kdt$$
	in_here ip address add fd00::5/64 dev kdt$$ nodad
	mount "$loops" "$target" # as capture.sh does
	folder=$(find "$target" -type d -name 'web1-*' | head -n 1)
	sent=$(find "$far" -type d -name 'web1-*' | head -n 1)
	record=$folder/kdump-dma.json
}
end_run() { umount "$target"; }
say_all() {
	cat "$work/kmsg" "$work/rig.err" "$work/sshd.log"
	find "$far" "$target" -type f -ls
	return 1
}
recorded() { same "$2" "$(jq -c "$1" "$record" 2>&1)" || say_all; }
event() { jq -e --arg text "$1" '.events | any(contains($text))' "$record" >/dev/null || say_all; }
at_far_end() { cmp "$root/memory" "$sent/vmcore.flat" || say_all; }
on_fallback() { cmp "$root/memory" "$folder/vmcore" || say_all; }
restarted() { same restart "$ended" || say_all; }
names() { (cd "$1" && echo *); }

# ---- all is well -------------------------------------------------------------
fresh
run
ok "a dump to another machine: it restarts" restarted
ok "all of the memory is there" at_far_end
ok "with the log and the record, and nothing else" same "kdump-dma.json vmcore-dmesg.txt vmcore.flat" \
	"$(names "$sent")"
ok "the log at the far end is the crashed kernel's" same "[1.0] the log" "$(cat "$sent/vmcore-dmesg.txt")"
ok "which are for one user alone" same "600 600 600 700" "$(stat -c %a "$sent"/* "$sent" | xargs)"
ok "the record has no event" recorded .events '[]'
ok "it says where the dump is, its size, and how it is opened" recorded \
	'[.dump.status,.dump.path,.dump.bytes,.dump.reassemble]' \
	"[0,\"ssh://root@192.0.2.1:2222/srv/crash/${sent##*/}/vmcore.flat\",20000000,\"makedumpfile -R vmcore < vmcore.flat\"]"
ok "it is on this machine, too, and alone" same kdump-dma.json "$(names "$folder")"
ok "the record on this machine is the same as at the far end" cmp "$record" "$sent/kdump-dma.json"
end_run

# ---- what may be wrong ----------------------------------------------------------
# late COMMAND: when some of the vmcore is at the far end
late() {
	(
		for _ in $(seq 200); do
			[ -z "$(find "$far" -name vmcore.flat.incomplete -size +1k)" ] || break
			sleep 0.1
		done
		"$@"
	) &
}
kill_far_end() {
	# shellcheck disable=SC2046  # words
	kill -9 $(ip netns pids "$there") 2>/dev/null
}
stop_far_end() {
	# shellcheck disable=SC2046  # words
	kill -STOP $(ip netns pids "$there") 2>/dev/null
}
restart_far_end() {
	kill_far_end
	sleep 1
	far_sshd
	echo "$sshd" >"$work/sshd.pid"
}
saved_here() { # EVENT
	restarted && on_fallback && event "$1" &&
		recorded '[.dump.status,.dump.path]' "[0,\"/kdump-dma${folder#"$target"}/vmcore\"]"
}

fresh
send='head -c 5000000 /memory; sleep 2; tail -c +5000001 /memory'
late restart_far_end
run
sshd=$(cat "$work/sshd.pid")
ok "sshd is killed in the middle, and comes back: the dump is sent again" at_far_end
ok "a dump that was sent again is an event of the record" event "vmcore.flat: "
ok "and nothing of the first try is left" same "kdump-dma.json vmcore-dmesg.txt vmcore.flat" "$(names "$sent")"
end_run

fresh
send='head -c 5000000 /memory; sleep 2; tail -c +5000001 /memory'
set_conf limit_remote 15
late kill_far_end
run
ok "sshd is killed for good: the dump is on the fallback" saved_here "vmcore.flat: "
ok "what is at the far end does not pass for a dump" same "vmcore-dmesg.txt vmcore.flat.incomplete" "$(names "$sent")"
ok "within the time limit" test "$took" -lt 80
end_run
stop_sshd

far_sshd
fresh
send='head -c 5000000 /memory; sleep 2; tail -c +5000001 /memory'
set_conf limit_remote 15
late stop_far_end
run
ok "sshd stands still in the middle: the dump is on the fallback" saved_here "vmcore.flat: "
ok "within the time limit" test "$took" -lt 80
end_run
kill_far_end
sshd=''

host_keys
far_sshd
fresh
echo "192.0.2.1 $(cat "$work/id.pub")" >"$root/etc/kdump-dma/ssh/known_hosts"
set_conf limit_network 5
run
ok "another host key: the dump is on the fallback" saved_here "not reached: Host key verification failed."
ok "nothing is at the far end" same "" "$sent"
end_run

fresh
: >"$work/authorized_keys"
set_conf limit_network 5
run
ok "the far end refuses the key: the dump is on the fallback" saved_here "not reached: root@192.0.2.1: Permission denied"
end_run

fresh
in_there ip link set far down
set_conf limit_network 5
run
ok "no carrier: the dump is on the fallback" saved_here "the network port $mac has no carrier"
ok "within the time limit" test "$took" -lt 60
in_there ip link set far up
in_there ip address add fd00::1/64 dev far nodad
end_run

fresh
stop_sshd
mount -t tmpfs -o size=8M tmpfs "$far"
far_sshd
run
ok "the far end is full: the dump is on the fallback" saved_here "No space left on device"
ok "with the log at both" same "[1.0] the log [1.0] the log" \
	"$(cat "$sent/vmcore-dmesg.txt" "$folder/vmcore-dmesg.txt" | xargs)"
end_run
stop_sshd

fresh
rm -r "$far"
set_conf limit_network 5
run
mkdir "$far"
ok "the far end has no such folder: the dump is on the fallback" saved_here "not reached: "
end_run

fresh
send=:
run
ok "a collector that sends nothing: the dump is on the fallback" \
	saved_here "makedumpfile ended well, but the vmcore is empty"
ok "a collector that sends nothing runs once" same 1 "$(grep -c 'makedumpfile -F' "$work/kmsg")"
end_run

fresh
send='head -c 1000000 /memory; echo "it cannot be read" >&2; exit 3'
run
ok "the collector fails: what is at the far end does not pass for a dump" \
	same "vmcore-dmesg.txt vmcore.flat.incomplete" "$(names "$sent")"
ok "it is tried once more on the fallback" saved_here "makedumpfile failed with exit status 3"
end_run

fresh
send='head -c 1000000 /memory; kill -9 $$'
run
ok "the collector is killed: what is at the far end does not pass for a dump" \
	same "vmcore-dmesg.txt vmcore.flat.incomplete" "$(names "$sent")"
ok "and the fallback has all of it" saved_here "makedumpfile failed with exit status 137"
end_run

fresh
sed -i 's/^port=[^ ]*/port=02:00:00:00:00:99/' "$root/etc/kdump-dma-capture.conf"
set_conf limit_network 5
run
ok "no such port: the dump is on the fallback" saved_here "the step \"network\" was given up"
end_run

fresh
for name in id known_hosts; do
	rm "$root/etc/kdump-dma/ssh/$name"
done
set_conf limit_network 5
run
ok "no key in the image: the dump is on the fallback" saved_here "not reached: "
end_run

# ---- without a fallback, or without the fallback's disk ---------------------------
fresh
for key in device fstype; do
	set_conf $key ''
done
run
ok "no fallback: all of the memory is at the far end" at_far_end
ok "without a fallback the record is at the far end, too" same '[0,[]]' "$(jq -c '[.dump.status,.events]' "$sent/kdump-dma.json")"
ok "and nothing is on the disk" same "" "$folder"
end_run

fresh
set_conf device UUID=99999999-2222-3333-4444-555555555555
run
ok "the fallback's disk is gone: all of the memory is at the far end" at_far_end
ok "the record there says so" sh -c "jq -r '.events[]' '$sent/kdump-dma.json' | grep -q 'did not appear'"
ok "it restarts" restarted
end_run

fresh
set_conf device ''
set_conf limit_network 5
kill_far_end
sshd=''
run
ok "neither far end nor fallback: the log goes to the console" grep -qF "[1.0] the log" "$work/kmsg"
ok "without far end and fallback it restarts" restarted
end_run

# ---- IPv6 -------------------------------------------------------------------------
fresh '[fd00::1]'
run
ok "over IPv6: all of the memory is at the far end" at_far_end
ok "the record names the address in brackets" \
	sh -c "jq -r .dump.path '$record' | grep -q '^ssh://root@\[fd00::1\]:2222/srv/crash/web1-'"
ok "and has no event" recorded .events '[]'
end_run
tap_end
