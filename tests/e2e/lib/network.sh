# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154  # E2E, top, work and name are the suite's
# Sourced by suites whose guests send dumps to this machine, after tests/tap.sh: a network
# namespace called $name, with the port "far" behind vlan-switch.py in it.

# needs WHAT PROGRAM...: or the suite ends here
needs() {
	what=$1 why=''
	shift
	[ "$(id -u)" = 0 ] || why="not root"
	for program in ip python3 makedumpfile "$@"; do
		command -v "$program" >/dev/null || why="no $program"
	done
	[ -c /dev/net/tun ] || why="no /dev/net/tun"
	[ -z "$why" ] || {
		skip "$what" "$why"
		tap_end
		exit
	}
}

inside() { ip netns exec "$name" "$@"; }

# network VLAN PORT...: as vlan-switch.py has them
network() {
	ip netns add "$name" && inside ip link set lo up || return
	ip netns exec "$name" python3 "$E2E/vlan-switch.py" far "$@" \
		</dev/null >"$work/switch" 2>&1 &
	echo $! >"$work/switch.pid"
	for _ in $(seq 50); do
		[ ! -s "$work/switch" ] || break
		sleep 0.1
	done
	inside ip link set far up && inside ip address add 192.0.2.1/24 dev far &&
		inside ip address add fd00::1/64 dev far nodad
}
no_network() {
	[ -e "/run/netns/$name" ] || return 0
	ip netns pids "$name" | xargs -r kill -KILL # also what is stopped
	ip netns del "$name"
	rm -f "$work/switch"
}
