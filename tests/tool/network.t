#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# kdump-dma image with a target on another machine: what ip(8) is told in the capture
# kernel, from what it says here; what is refused, and that dumps stay here then. Machines
# are trees of files; what ip says is cut from real answers of iproute2 6.1.
# shellcheck disable=SC2016  # a value that no shell is to expand
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh
. tests/tool/storage.sh

tool=build/san/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
mkdir "$work/plan"
not() { ! "$@"; }

# route JSON, link NAME JSON...: what ip says; a link is an Ethernet port if not told more
route() { answer=$1; }
links=''
link() {
	links=$links$(jq -n --arg name "$1" --argjson more "${2:-{\}}" --argjson count "$(echo "$links" | wc -l)" \
		'{ifname: $name, mtu: 1500, link_type: "ether",
		address: "52:54:00:00:00:0\($count)", addr_info: []} + $more')'
'
}
own() { # ADDRESS PREFIX [MORE]: for addr_info
	family=inet
	case $1 in *:*) family=inet6 ;; esac
	jq -n --arg family $family --arg local "$1" --argjson length "$2" --argjson more "${3:-{\}}" \
		'{family: $family, local: $local, prefixlen: $length, scope: "global"} + $more'
}
port() { # NAME: a PCI one
	device "pci0000:00/0000:01:00.0" igb igb
	mkdir -p "$tree/sys/class/net/$1"
	ln -sfn /sys/devices/pci0000:00/0000:01:00.0 "$tree/sys/class/net/$1/device"
}
# machine_with TARGET: nothing of its network yet
machine_with() {
	rm -rf "$work/net"
	stored net
	links='' answer=''
	rm -rf "$work/plan" && mkdir "$work/plan"
	mkdir -p "$tree/var/lib/kdump-dma" "$tree/etc/kdump-dma/ssh" "$tree/usr/sbin"
	: >"$tree/usr/bin/ssh"
	: >"$tree/usr/sbin/ip"
	: >"$tree/etc/kdump-dma/ssh/id"
	: >"$tree/etc/kdump-dma/ssh/known_hosts"
	printf '%s\n' "target = $1" >"$tree/etc/kdump-dma.conf"
	module drivers/net/igb.ko drivers/i2c/i2c-algo-bit.ko
	module drivers/i2c/i2c-algo-bit.ko
	module drivers/net/bonding/bonding.ko net/tls/tls.ko
	module net/tls/tls.ko
	module net/8021q/8021q.ko
	module net/ipv6/ipv6.ko
	module net/sunrpc/sunrpc.ko
	module fs/nfs/nfs.ko net/sunrpc/sunrpc.ko
	module fs/nfs/nfsv3.ko fs/nfs/nfs.ko net/sunrpc/sunrpc.ko
	module fs/nfs/nfsv4.ko fs/nfs/nfs.ko net/sunrpc/sunrpc.ko
}
# known HOST ADDRESS: as "kdump-dma target" keeps it
known() {
	jq -n --arg host "$1" --arg address "$2" --argjson route "[$answer]" \
		--argjson links "$(printf %s "$links" | jq -s .)" \
		'{schema: 1, host: $host, address: $address, route: $route, links: $links}' \
		>"$tree/var/lib/kdump-dma/network.json"
}
image() { "$tool" image --root "$tree" "$@" >"$work/out" 2>&1; }
planned() { # LINE...: what ip is told, all of it
	image -o "$work/plan" || { cat "$work/out" && return 1; }
	printf '%s\n' "$@" | diff - "$work/plan/network"
}
said() { grep -q -e "$1" "$work/out" || { cat "$work/out" && return 1; }; }
planned_with_far_end() { image -o "$work/plan" && has_conf 'remote=.*'; }
has_conf() { grep -qx -e "$1" "$work/plan/capture.conf" || { cat "$work/plan/capture.conf" && return 1; }; }
target_says() { "$tool" target --root "$tree" >"$work/out" 2>&1 && said "$1"; }
# stays_here REASON: the image is built, without the far end
stays_here() {
	image -o "$work/plan" && said "so they stay on this machine: .*$1" &&
		same "0 0" "$(cat "$work/plan/network" "$work/plan/ssh" | wc -c) $(grep -c ^remote= "$work/plan/capture.conf")"
}

# ---- a port ---------------------------------------------------------------------
machine_with ssh://kdump@dumps.example.org
port eth0
link eth0 "{\"addr_info\": [$(own 10.1.0.9 24), $(own 10.1.0.8 24)]}"
route '{"dst": "10.9.0.1", "gateway": "10.1.0.1", "dev": "eth0", "prefsrc": "10.1.0.8"}'
known dumps.example.org 10.9.0.1
ok "a port and a gateway: the address that is used, and one route" planned \
	"link set dev kd0 mtu 1500 up" "address add 10.1.0.8/24 dev kd0" \
	"route replace 10.9.0.1/32 via 10.1.0.1 dev kd0 onlink src 10.1.0.8"
ok "the port is known by its MAC" has_conf 'port=52:54:00:00:00:01 kd0'
ok "the far end is named" has_conf 'remote=ssh://kdump@dumps.example.org:22/var/crash'
ok "the fallback is there" has_conf 'device=UUID=1111-aaaa'
ok "half of the time is for the far end" has_conf 'limit_remote=1800'
ok "its driver comes with what it depends on" grep -qx "igb" "$work/plan/modules"
ok "before the disk's" same "i2c_algo_bit igb scsi_mod" "$(head -n 3 "$work/plan/modules" | xargs)"
ok "ip and ssh are in the image" same "ip ssh" "$(grep -x -e ip -e ssh "$work/plan/programs" | xargs)"
ok "with the key and the host keys" same "/etc/kdump-dma/ssh/id /etc/kdump-dma/ssh/known_hosts" \
	"$(xargs <"$work/plan/files")"
for line in "HostName 10.9.0.1" "HostKeyAlias dumps.example.org" "Port 22" "User kdump" \
	"StrictHostKeyChecking yes" "BatchMode yes" "IdentitiesOnly yes"; do
	ok "ssh is told: $line" grep -qx "$line" "$work/plan/ssh"
done
cp "$work/plan/from" "$work/before"
known dumps.example.org 10.9.0.1
image -o "$work/plan"
ok "the same network: the image stays fresh" cmp "$work/before" "$work/plan/from"
links=$(printf %s "$links" | jq '.addr_info[1].valid_life_time = 86399')
known dumps.example.org 10.9.0.1
image -o "$work/plan"
ok "with another lease, too" cmp "$work/before" "$work/plan/from"
known dumps.example.org 10.9.0.2
image -o "$work/plan"
ok "another address makes it stale" not cmp -s "$work/before" "$work/plan/from"

machine_with ssh://root@10.1.0.77:2222
port eth0
link eth0 "{\"permaddr\": \"52:54:00:00:00:99\", \"mtu\": 9000, \"addr_info\": [$(own 10.1.0.8 24)]}"
route '{"dst": "10.1.0.77", "dev": "eth0", "prefsrc": "10.1.0.8"}'
known 10.1.0.77 10.1.0.77
ok "another MAC than its own, large frames, no gateway" planned \
	"link set dev kd0 address 52:54:00:00:00:01" "link set dev kd0 mtu 9000 up" \
	"address add 10.1.0.8/24 dev kd0" "route replace 10.1.0.77/32 dev kd0 src 10.1.0.8"
ok "it is known by its own" has_conf 'port=52:54:00:00:00:99 kd0'

machine_with 'ssh://kdump@[fd00::1]'
port eth0
link eth0 "{\"addr_info\": [$(own fd00::abcd 64 '{"temporary": true}'), $(own fd00::5 64)]}"
route '{"dst": "fd00::1", "gateway": "fe80::1", "dev": "eth0", "prefsrc": "fd00::abcd"}'
known fd00::1 fd00::1
ok "IPv6: an address that lasts, and without a test for twins" planned \
	"link set dev kd0 mtu 1500 up" "address add fd00::5/64 dev kd0 nodad" \
	"route replace fd00::1/128 via fe80::1 dev kd0 onlink src fd00::5"
ok "the far end's address is in brackets" has_conf 'remote=ssh://kdump@\[fd00::1\]:22/var/crash'
ok "for ssh the address has no brackets" grep -qx "HostName fd00::1" "$work/plan/ssh"

machine_with ssh://kdump@dumps
port eth0
link eth0 "{\"address\": \"00:00:00:00:00:00\", \"addr_info\": [$(own 10.1.0.8 24)]}"
route '{"dst": "10.1.0.77", "dev": "eth0", "prefsrc": "10.1.0.8"}'
known dumps 10.1.0.77
ok "a port without a MAC is not looked for by it" stays_here "eth0 has no MAC address"

# ---- layers ---------------------------------------------------------------------
bonded() {
	machine_with ssh://kdump@dumps
	port eth0
	port eth1
	link eth0 '{"master": "bond0", "permaddr": "52:54:00:00:00:11"}'
	link eth1 '{"master": "bond0", "address": "52:54:00:00:00:01",
		"linkinfo": {"info_slave_kind": "bond", "info_slave_data": {"perm_hwaddr": "52:54:00:00:00:12"}}}'
	link bond0 '{"address": "52:54:00:00:00:01", "linkinfo": {"info_kind": "bond", "info_data":
		{"mode": "802.3ad", "miimon": 100, "updelay": 200, "downdelay": 0, "min_links": 0,
		"fail_over_mac": "none", "xmit_hash_policy": "layer3+4", "ad_lacp_rate": "fast",
		"ad_select": "stable"}}}'
	link bond0.5 "{\"link\": \"bond0\", \"mtu\": 1400, \"address\": \"52:54:00:00:00:01\", \"linkinfo\": {\"info_kind\": \"vlan\",
		\"info_data\": {\"protocol\": \"802.1Q\", \"id\": 5}}, \"addr_info\": [$(own 10.1.0.8 24)]}"
	route '{"dst": "10.1.0.77", "dev": "bond0.5", "prefsrc": "10.1.0.8"}'
	known dumps 10.1.0.77
}
bonded
ok "a VLAN on a bond" planned \
	"link add name kdb2 type bond mode 802.3ad miimon 100 updelay 200 fail_over_mac none xmit_hash_policy layer3+4 lacp_rate fast ad_select stable" \
	"link set dev kd0 master kdb2" "link set dev kd1 master kdb2" \
	"link set dev kdb2 address 52:54:00:00:00:01 mtu 1500 up" \
	"link add link kdb2 name kdv1 type vlan protocol 802.1Q id 5" "link set dev kdv1 mtu 1400 up" \
	"address add 10.1.0.8/24 dev kdv1" "route replace 10.1.0.77/32 dev kdv1 src 10.1.0.8"
ok "its ports are known by their own MACs" has_conf 'port=52:54:00:00:00:11 kd0'
ok "both of them" has_conf 'port=52:54:00:00:00:12 kd1'
ok "with the modules of both" same "bonding 8021q" "$(grep -x -e bonding -e 8021q "$work/plan/modules" | xargs)"
sed -i /8021q/d "$tree/lib/modules/$release/modules.dep"
image -o "$work/plan"
ok "without one of them dumps stay here" said "so they stay on this machine: the module 8021q"
ok "and the image has no far end" not has_conf 'remote=.*'
ok "nor its programs" not grep -qx -e ip -e ssh "$work/plan/programs"
ok "nor its key" same "" "$(cat "$work/plan/files")"
ok "nor a driver of the network" not grep -qx -e igb -e bonding "$work/plan/modules"
bonded
rm "$tree/usr/bin/ssh"
mkdir -p "$tree/usr/sbin"
: >"$tree/usr/sbin/ssh"
ok "ssh is found in any folder of programs" planned_with_far_end

bridged() { # MORE-LINKS
	machine_with ssh://kdump@dumps
	port eth0
	link eth0 '{"master": "br0"}'
	link vnet0 '{"master": "br0", "linkinfo": {"info_kind": "tun"}}'
	link veth1 '{"master": "br0", "linkinfo": {"info_kind": "veth"}}'
	"$@"
	link br0 "{\"linkinfo\": {\"info_kind\": \"bridge\"}, \"addr_info\": [$(own 10.1.0.8 24)]}"
	route '{"dst": "10.1.0.77", "dev": "br0", "prefsrc": "10.1.0.8"}'
	known dumps 10.1.0.77
}
bridged :
ok "a bridge with guests and one port: the port gets the address" planned \
	"link set dev kd0 mtu 1500 up" "address add 10.1.0.8/24 dev kd0" \
	"route replace 10.1.0.77/32 dev kd0 src 10.1.0.8"
bridged link eth1 '{"master": "br0"}'
ok "one with two ports: refused" stays_here "the bridge br0 has several ports (eth0, eth1)"

# ---- addresses and routes that are special --------------------------------------
one_port() { # ADDR_INFO ROUTE-MORE [LINK...]
	machine_with ssh://kdump@dumps
	port eth0
	link eth0 "{\"addr_info\": [$1]}"
	route "{\"dst\": \"10.9.0.1\", \"dev\": \"eth0\", $2}"
	[ $# -lt 3 ] || { shift 2 && link "$@"; }
	known dumps 10.9.0.1
}
one_port "$(own 169.254.1.2 30)" '"gateway": "169.254.1.1", "prefsrc": "10.0.0.1"' \
	lo "{\"link_type\": \"loopback\", \"addr_info\": [$(own 10.0.0.1 32)]}"
ok "an address on lo, as with BGP: the port gets it" planned "link set dev kd0 mtu 1500 up" \
	"address add 10.0.0.1/32 dev kd0" "route replace 10.9.0.1/32 via 169.254.1.1 dev kd0 onlink src 10.0.0.1"
one_port "$(own 10.1.0.8 24)" '"gateway": "10.1.0.1", "prefsrc": "10.1.0.8", "metrics": [{"mtu": 1400, "advmss": 1360}]'
ok "what a route lets through is set again" planned "link set dev kd0 mtu 1500 up" "address add 10.1.0.8/24 dev kd0" \
	"route replace 10.9.0.1/32 via 10.1.0.1 dev kd0 onlink src 10.1.0.8 mtu 1400 advmss 1360"
one_port "$(own 10.1.0.8 24)" '"prefsrc": "10.1.0.8"' eth1 '{"address": "52:54:00:00:00:01"}'
ok "two ports of one MAC: refused" stays_here "another port has the MAC address of eth0"
one_port "$(own 10.1.0.8 24)" '"prefsrc": "10.1.0.8", "type": "multicast"'
ok "no route to one machine: refused" stays_here "the route to 10.9.0.1 is of the type multicast"
one_port "$(own 10.1.0.8 24)" '"prefsrc": "10.1.0.8"'
: >"$tree/sys/devices/pci0000:00/0000:01:00.0/physfn"
ok "a virtual function of this machine: refused" stays_here "eth0 is a virtual function"
machine_with ssh://kdump@dumps
port eth0
link eth0
link v5 "{\"link\": \"eth0\", \"address\": \"02:00:00:00:00:55\", \"addr_info\": [$(own 10.1.0.8 24)],
	\"linkinfo\": {\"info_kind\": \"vlan\", \"info_data\": {\"protocol\": \"802.1Q\", \"id\": 5}}}"
route '{"dst": "10.1.0.77", "dev": "v5", "prefsrc": "10.1.0.8"}'
known dumps 10.1.0.77
ok "a VLAN with a MAC of its own keeps it" planned "link set dev kd0 mtu 1500 up" \
	"link add link kd0 name kdv1 type vlan protocol 802.1Q id 5" "link set dev kdv1 address 02:00:00:00:00:55" \
	"link set dev kdv1 mtu 1500 up" "address add 10.1.0.8/24 dev kdv1" \
	"route replace 10.1.0.77/32 dev kdv1 src 10.1.0.8"

# ---- what cannot be set again -----------------------------------------------------
kind() { # KIND
	machine_with ssh://kdump@dumps
	link x0 "{\"linkinfo\": {\"info_kind\": \"$1\"}, \"addr_info\": [$(own 10.1.0.8 24)]}"
	route '{"dst": "10.1.0.77", "dev": "x0", "prefsrc": "10.1.0.8"}'
	known dumps 10.1.0.77
}
for what in team openvswitch wireguard vxlan macvlan ipvlan tun; do
	kind $what
	ok "$what: refused, and the image is built without it" stays_here "x0 is of the kind $what"
done
bonded
jq '.links |= map(if .ifname == "eth1" then .linkinfo = {info_kind: "vlan"} else . end)' \
	"$tree/var/lib/kdump-dma/network.json" >"$work/new" && cp "$work/new" "$tree/var/lib/kdump-dma/network.json"
ok "a bond of VLANs: refused" stays_here "eth1 is of the kind vlan"
machine_with ssh://kdump@dumps
port wlan0
mkdir -p "$tree/sys/class/net/wlan0/phy80211"
link wlan0 "{\"addr_info\": [$(own 10.1.0.8 24)]}"
route '{"dst": "10.1.0.77", "dev": "wlan0", "prefsrc": "10.1.0.8"}'
known dumps 10.1.0.77
ok "a network that is wireless is refused" stays_here "wlan0 is wireless"
machine_with ssh://kdump@dumps
link lo "{\"link_type\": \"loopback\", \"addr_info\": [$(own 127.0.0.1 8)]}"
route '{"type": "local", "dst": "127.0.0.1", "dev": "lo", "prefsrc": "127.0.0.1"}'
known dumps 127.0.0.1
ok "this machine itself: refused" stays_here "127.0.0.1 is this machine itself"
machine_with ssh://kdump@dumps
ok "a network that was never looked at: refused" stays_here 'run "kdump-dma target"'
for wrong in '' '{' '[]' '{"host": "dumps"}' '{"host": "dumps", "address": "1.2.3.4", "route": 5, "links": {}}' \
	'{"host": "dumps", "address": "1.2.3.4", "route": [{"dev": "eth0"}], "links": [{"ifname": "eth0\nup"}, 7, null]}'; do
	echo "$wrong" >"$tree/var/lib/kdump-dma/network.json"
	ok "what was kept is '$wrong': refused" stays_here "the way to it is not known"
done
bonded
rm "$tree/etc/kdump-dma/ssh/id"
ok "without a key a far end is refused" stays_here "there is no key for it yet"
bonded
rm "$tree/usr/bin/ssh"
ok "without ssh a far end is refused" stays_here "ssh is not installed"
bonded
echo 'collector = cat' >>"$tree/etc/kdump-dma.conf"
: >"$tree/usr/bin/cat"
ok "a collector that writes no stream: refused" stays_here "only makedumpfile can save to it"

# ---- NFS ---------------------------------------------------------------------------
nfs_machine() { # TARGET
	machine_with "$1"
	rm "$tree/usr/bin/ssh" "$tree"/etc/kdump-dma/ssh/*
	port eth0
}
# by_nfs TARGET HOST ADDRESS OWN
by_nfs() {
	nfs_machine "$1"
	link eth0 "{\"addr_info\": [$(own "$4" 24)]}"
	route "{\"dst\": \"$3\", \"dev\": \"eth0\", \"prefsrc\": \"$4\"}"
	known "$2" "$3"
}
soft=soft,timeo=150,retrans=3
by_nfs nfs://dumps.example.org/srv/dumps dumps.example.org 10.1.0.77 10.1.0.8
ok "NFS: the network is set as for ssh" planned "link set dev kd0 mtu 1500 up" \
	"address add 10.1.0.8/24 dev kd0" "route replace 10.1.0.77/32 dev kd0 src 10.1.0.8"
ok "it is named" has_conf 'remote=nfs://dumps.example.org/srv/dumps'
ok "the kernel is told what to mount" has_conf 'nfs=dumps.example.org:/srv/dumps'
ok "by its address, and that nothing waits for ever" has_conf "nfs_options=addr=10.1.0.77,$soft"
ok "the folder is the configured one" has_conf 'nfs_path=/var/crash'
ok "the fallback's folder, too" has_conf 'path=/var/crash'
ok "its modules are in the image" same "sunrpc nfs nfsv4 nfsv3" \
	"$(grep -x -e sunrpc -e 'nfs.*' "$work/plan/modules" | xargs)"
ok "with ip, and neither ssh nor a file" same "ip 0 0" \
	"$(grep -x -e ip -e ssh "$work/plan/programs") $(cat "$work/plan/files" "$work/plan/ssh" | wc -c) $(wc -l <"$work/plan/files")"
image
ok "it is shown with its folder" said \
	"^far end      nfs://dumps.example.org/srv/dumps/var/crash (10.1.0.77, from 10.1.0.8)"
cp "$work/plan/from" "$work/before"
known dumps.example.org 10.1.0.78
image -o "$work/plan"
ok "another address of the server makes the image stale" not cmp -s "$work/before" "$work/plan/from"
for module in nfsv3 nfsv4; do
	by_nfs nfs://dumps/srv dumps 10.1.0.77 10.1.0.8
	sed -i "/$module.ko/d" "$tree/lib/modules/$release/modules.dep"
	case $module in
	nfsv3) ok "a kernel without NFSv3: the image does without" planned_with_far_end ;;
	*) ok "a kernel without NFSv4: refused" stays_here "the module nfsv4, which the network needs" ;;
	esac
done
by_nfs nfs://dumps/srv dumps 10.1.0.77 10.1.0.8
echo 'collector = cat' >>"$tree/etc/kdump-dma.conf"
: >"$tree/usr/bin/cat"
ok "a collector that writes no stream may save to NFS" planned_with_far_end
by_nfs 'nfs://[fd00::1]:2050/a/b' fd00::1 fd00::1 fd00::5
image -o "$work/plan"
ok "IPv6 and a port: the source has brackets" has_conf 'nfs=\[fd00::1\]:/a/b'
ok "the address has none" has_conf "nfs_options=addr=fd00::1,port=2050,$soft"
ok "they are in its name" has_conf 'remote=nfs://\[fd00::1\]:2050/a/b'
ok "target says what there is to do: nothing with keys" target_says "it has to let root of this machine write in nfs://"
stored auto
echo 'path = /mnt/dumps' >"$tree/etc/kdump-dma.conf"
mkdir -p "$tree/mnt/dumps"
mounted 0:50 /mnt/dumps nfs4 nas:/srv/dumps
ok "a folder of NFS here is no target; which one is, is said" not image
ok "with the words that make it one" said "set target = nfs://nas/srv/dumps and path = / in /etc/kdump-dma.conf"

# ---- status --------------------------------------------------------------------------
status() { "$tool" status --root "$tree" >"$work/out" 2>&1; }
bonded
mkdir -p "$tree/run/kdump-dma"
echo "the far end ssh://kdump@dumps:22/var/crash takes no dumps: Permission denied" \
	>"$tree/run/kdump-dma/failed-target"
status
ok "status says that the far end refuses" said "^doubt .*takes no dumps: Permission denied"
rm "$tree/run/kdump-dma/failed-target" "$tree/etc/kdump-dma/ssh/id"
status
ok "and that dumps stay here" said "dumps cannot go to ssh://kdump@dumps:22/var/crash, so they stay"

# ---- target_fallback ----------------------------------------------------------------
bonded
echo 'target_fallback = none' >>"$tree/etc/kdump-dma.conf"
ok "no fallback: the image is built" image -o "$work/plan"
ok "it names no device" has_conf 'device='
ok "the far end has all the time" has_conf 'limit_remote=3060'
ok "and no driver of a disk is in it" not grep -q ahci "$work/plan/modules"
sed -i /8021q/d "$tree/lib/modules/$release/modules.dep"
"$tool" image --root "$tree" --json >"$work/json" 2>/dev/null
ok "no fallback, and no module: refused, and that is all that is said" same \
	"dumps cannot go to ssh://kdump@dumps:22/var/crash: the module 8021q, which the network needs, is not there for $release []" \
	"$(jq -r '"\(.refused) \(.doubts)"' "$work/json")"
rm "$tree/etc/kdump-dma/ssh/id"
ok "without the far end no image is built" not image -o "$work/plan"
ok "which is said" said "dumps cannot go to ssh://kdump@dumps:22/var/crash: there is no key"
bonded
block $sata/block/sda/sda5 8:5 ID_FS_TYPE=ext4 ID_FS_UUID=5555
mkdir -p "$tree/proc/fs/jbd2/sda5-8"
echo 'target_fallback = UUID=5555' >>"$tree/etc/kdump-dma.conf"
image -o "$work/plan"
ok "a fallback of its own" has_conf 'device=UUID=5555'

# ---- what the key may do at the far end ------------------------------------------------
machine_with ssh://kdump@dumps
mkdir "$work/far" "$work/far/old" "$work/other"
echo "path = $work/far" >>"$tree/etc/kdump-dma.conf"
echo "ssh-ed25519 AAAA kdump-dma" >"$tree/etc/kdump-dma/ssh/id.pub"
ok "target prints the line for the far end" sh -c "'$tool' target --root '$tree' >'$work/line'"
ok "which allows one command, and ends with the key" \
	grep -q '^restrict,command="exec sh -c .*" ssh-ed25519 AAAA kdump-dma$' "$work/line"
# as sshd takes it out of the line
sed 's/^restrict,command="\(.*\)" ssh-.*/\1/; s/\\"/"/g' "$work/line" >"$work/command"
far() { (cd / && SSH_ORIGINAL_COMMAND=$1 sh -c "$(cat "$work/command")" 2>"$work/err"); }
files() { (cd "$work/far" && find . -type f | sort | xargs); }
echo old >"$work/far/old/vmcore.flat"
ok "try: ready" same ready "$(far try | tail -n 1)"
ok "it leaves nothing" same ./old/vmcore.flat "$(files)"
ok "new: a folder" same "folder h-1" "$(far 'new h-1')"
ok "another one of the same second" same "folder h-1.1" "$(far 'new h-1')"
ok "put: the size" same 5 "$(echo four | far 'put h-1 vmcore.flat')"
ok "under another name" same "./h-1/vmcore.flat.incomplete ./old/vmcore.flat" "$(files)"
ok "keep, with another size: no" not far 'keep h-1 vmcore.flat 4'
ok "put again: from the start" same 4 "$(echo two | far 'put h-1 vmcore.flat')"
ok "keep: kept" same kept "$(far 'keep h-1 vmcore.flat 4')"
ok "with its name" same "./h-1/vmcore.flat ./old/vmcore.flat" "$(files)"
ok "for one user" same 600 "$(stat -c %a "$work/far/h-1/vmcore.flat")"
ok "put: not over it" sh -c "! echo x | SSH_ORIGINAL_COMMAND='put h-1 vmcore.flat' sh '$work/command'"
before=$(files)
for wrong in '' 'cat old/vmcore.flat' 'put old vmcore.flat' 'put ../other x' 'put .. x' 'put /tmp x' 'put . x' \
	'put h-1 ../x' 'put h-1 .x' 'put -p x' 'new -p' 'new a/b' 'new ../x' 'keep old vmcore.flat 4' \
	'put h-1 $(id)' 'put h-1 `id`' 'put h-1 x;id' 'put h-1 x|id' 'put h-1 x&id' 'put h-1 *' "put h-1 x'" \
	'put h-1 "x' 'put none x' 'rm old' 'sh' 'put' 'new' 'keep h-1'; do
	far "$wrong" </dev/null >"$work/out"
	ok "\"$wrong\": refused" same "1 $before" "$(($? != 0)) $(files)"
done
ok "nothing is elsewhere" same "" "$(ls -A "$work/other")"

# ---- the configuration ----------------------------------------------------------------
config() {
	printf '%s\n' "$1" >"$tree/etc/kdump-dma.conf"
	"$tool" config --root "$tree" --get "${1%% *}" >"$work/out" 2>&1
}
for right in ssh://a@b ssh://kdump-1@dumps.example.org:2222 'ssh://a@[2001:db8::1]:22' ssh://a@192.0.2.1; do
	ok "target = $right" config "target = $right"
done
for wrong in ssh://host ssh:// ssh://@host ssh://a@ ssh://a@b:0 ssh://a@b:65536 ssh://a@b:x ssh://a@b/dir \
	ssh://a@-b ssh://-a@b 'ssh://a@[fd00::1' 'ssh://a@b c' ssh://a@b:22/dir sftp://a@b ftp://b \
	'ssh://a@[fd00::1]x' 'ssh://a@[fd00::1]]' 'ssh://a@[' 'ssh://a@[]' cifs://b/x iscsi://b 'ssh://a@b$(x)'; do
	ok "target = $wrong: refused" not config "target = $wrong"
done
for right in nfs://b/x nfs://nas.example.org/ nfs://192.0.2.1:2049/srv/dumps 'nfs://[fd00::1]/a_b-c.d'; do
	ok "target = $right" config "target = $right"
done
for wrong in nfs:// nfs://b nfs:///x nfs://b:0/x nfs://b:65536/x nfs://b:x/y nfs://a@b/x nfs://b/../x nfs://b/x/.. \
	'nfs://[fd00::1/x' 'nfs://b/x y' 'nfs://b/$(x)' nfs://-b/x nfs://b:/x nfs://b/%20 "nfs://b/x'"; do
	ok "target = $wrong: refused" not config "target = $wrong"
done
ok "with what is right" said "target: not nfs://HOST\[:PORT\]/EXPORT"
for address in ssh://a@fd00::1 nfs://fd00::1/x; do
	config "target = $address"
	ok "target = $address: brackets are missing" said "target: an address of IPv6 stands in brackets"
done
for address in 'ssh://a@[fe80::1%eth0]' 'nfs://[fe80::1%2]/x'; do
	config "target = $address"
	ok "target = $address: a scope is said" said "target: an address with a scope (%)"
done
for address in 'ssh://a@[fe80::1]' 'ssh://a@[FEBF:0::2]:22' 'nfs://[fe80:0:0::1]/x'; do
	config "target = $address"
	ok "target = $address: no link is named" said "target: an address of one link only (fe80::)"
done
for address in 'ssh://a@[192.0.2.1]' 'ssh://a@[fd00::1::2]' 'ssh://a@[:]:22' 'nfs://[nas]/x' 'nfs://[]/x'; do
	config "target = $address"
	ok "target = $address: no address in the brackets" said "target: what stands in brackets is no address of IPv6"
done
by_nfs nfs://dumps/srv/dumps// dumps 10.1.0.77 10.1.0.8
image -o "$work/plan"
ok "slashes behind the export: the server is asked without them" has_conf 'nfs=dumps:/srv/dumps'
ok "and they are not in its name" has_conf 'remote=nfs://dumps/srv/dumps'
ok "a name of /etc/hosts may have an underscore" config "target = ssh://a@dump_host"
config "target = ssh://host"
ok "a wrong target is named by file, line and key" said "/etc/kdump-dma.conf:1: target: not ssh://USER@HOST"
ok "no fallback on another machine" not config "target_fallback = ssh://a@b"
ok "target_fallback = none is accepted" config "target_fallback = none"
tap_end
