#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# network.t [WAY:ADDRESS...]: a guest crashes, and its dump goes by ssh to this machine, by
# a way that ends in a VLAN on a bond of two ports, or in a bridge with one port (TAP).
# All of it is in a network namespace of the test's own. Logs: build/e2e/network-*/.
set -u
E2E=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$E2E/../.." && pwd)
. "$top/tests/tap.sh"
. "$E2E/lib/results.sh"
. "$E2E/lib/network.sh"
. "$top/tests/sshd.sh"

needs "a dump to another machine" /usr/sbin/sshd ssh-keygen
name=kdump-dma-e2e-$$
work=$(mktemp -d "${TMPDIR:-/var/tmp}/kdump-dma-network.XXXXXX") || exit
clean() {
	no_network
	rm -rf "$work"
}
trap clean EXIT

install() { make -s -C "$top" all install DESTDIR="$work/install"; }
keys() {
	mkdir -p "$work/install/etc/kdump-dma/ssh" "$work/far" /run/sshd &&
		chmod 700 "$work/install/etc/kdump-dma/ssh" &&
		ssh-keygen -q -t ed25519 -N '' -f "$work/install/etc/kdump-dma/ssh/id" &&
		ssh-keygen -q -t ed25519 -N '' -f "$work/host_key"
}
# far_end ADDRESS: what the guest is told, and the line that its tool prints
far_end() {
	echo "target = ssh://root@$1:2222" >"$work/install/etc/kdump-dma.conf"
	"$top/build/kdump-dma" target --root "$work/install" |
		sed "s|/var/crash|$work/far|" >"$work/authorized_keys"
}
boot() { # WAY LOGDIR
	inside "$E2E/guest" boot -r bookworm+network -q -d "$work/disk.img" \
		-t "$E2E/scenarios/network" -T 900 -l "$2" -a "$(sed -n 's/^#append //p' "$E2E/scenarios/network") e2e.way=$1" -- \
		-netdev socket,id=a,udp=127.0.0.1:7001,localaddr=127.0.0.1:7101 \
		-netdev socket,id=b,udp=127.0.0.1:7002,localaddr=127.0.0.1:7102 \
		-device virtio-net-pci,netdev=a,mac=52:54:00:00:00:01 \
		-device virtio-net-pci,netdev=b,mac=52:54:00:00:00:02
}
names() { (cd "$sent" && echo *); }
reassembled() {
	rm -f "$work/vmcore" "$work/dmesg" # of the row before
	makedumpfile -R "$work/vmcore" <"$sent/vmcore.flat" >/dev/null &&
		makedumpfile -f --dump-dmesg "$work/vmcore" "$work/dmesg" >/dev/null &&
		grep -q 'Kernel panic - not syncing: sysrq triggered crash' "$work/dmesg"
}
ok "what is installed" install
ok "keys" keys
[ $# != 0 ] || set -- bond:192.0.2.1 'bond:[fd00::1]' bridge:192.0.2.1
for row; do
	way=${row%%:*} address=${row#*:}
	log=$top/build/e2e/network-$(echo "$row" | tr : - | tr -d '[]')
	case $way in
	bond) vlan=5 ;;
	*) vlan=0 ;;
	esac
	mkdir -p "$work/far"
	ok "$row: a network namespace with a switch" network $vlan 7001:7101 7002:7102
	start_sshd forced-commands-only ip netns exec "$name"
	ok "$row: the far end" far_end "$address"
	ok "$row: a guest with ip and ssh" "$E2E/guest" build -r bookworm+network -o "$work/disk.img" "$work/install"
	ok "$row: the boots" boot "$way" "$log"
	results "$log" "$row: "
	sent=$(find "$work/far" -mindepth 1 -type d)
	ok "$row: log, record and vmcore are at the far end" same \
		"kdump-dma.json vmcore-dmesg.txt vmcore.flat" "$(names)"
	ok "$row: makedumpfile -R makes a vmcore of it, with the panic in it" reassembled
	ok "$row: the log is the crashed kernel's" grep -q 'Kernel panic - not syncing: sysrq triggered crash' \
		"$sent/vmcore-dmesg.txt"
	ok "$row: and nothing else" sh -c "[ -s '$sent/vmcore-dmesg.txt' ] && ! grep -i -e makedumpfile -e 'dmesg log' '$sent/vmcore-dmesg.txt'"
	rm -rf "$work/far"
	no_network
done
tap_end
