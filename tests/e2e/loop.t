#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# loop.t [RELEASE[+kdump-tools]...]: the closed loop, as an administrator has it
# (TAP). The built deb is installed by apt in a guest; nothing is configured by
# hand. scenarios/loop says what happens in which boot; here is what stands in
# for the boot loader: QEMU boots the kernel itself, with the crashkernel= that
# update-grub wrote into the guest's grub.cfg. Logs: build/e2e/loop-RELEASE/.
set -u
E2E=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$E2E/../.." && pwd)
cd "$top" || exit 1
. "$top/tests/tap.sh"
. "$E2E/lib/results.sh"
. "$E2E/lib/package.sh"

work=$(mktemp -d "${TMPDIR:-/var/tmp}/kdump-dma-loop.XXXXXX") || exit
trap 'rm -rf "$work"' EXIT

# run NAME CRASHKERNEL: boot until the guest powers off
run() {
	"$E2E/guest" boot -q -k -r "$release" -d "$work/disk.img" -l "$logs/$1" \
		-t "$E2E/scenarios/loop" -T 1800 -a "$2" 2>&1
}

# words NAME: what the next boot is given, as the guest's grub.cfg had it
words() {
	sed -n 's/^ *[0-9]* words //p' "$logs/$1/results.log" | tail -n 1
}

# the reservation that the release's package brings; none of its own for native
own_default() {
	case $release in
	*+kdump-tools) echo crashkernel=512M-:192M ;;
	esac
}

# One capture lowers only what is more than twice of what it used.
as_learned() { [ -n "$second" ]; }

loop() {
	logs=$top/build/e2e/loop-$release
	ok "$release: a guest" "$E2E/guest" build -r "$release" -o "$work/disk.img" \
		"$work/install"
	ok "$release: boot 1, installed by apt" run 1 "$(own_default)"
	results "$logs/1" "$release: "
	first=$(words 1)
	ok "$release: the next boot has $first" test -n "$first"
	[ -n "$first" ] || return
	ok "$release: boots 2 and 3, a crash and what is learned" run 2 "$first"
	results "$logs/2" "$release: "
	second=$(words 2)
	ok "$release: the next boot has $second" as_learned
	[ -n "$second" ] || return
	ok "$release: boots 4 and 5, a crash with that, and removal" run 3 "$second"
	results "$logs/3" "$release: "
}

[ "$(id -u)" = 0 ] || {
	skip "the closed loop" "not root"
	tap_end
	exit
}
ok "the package of this tree is built" built_package "$work/install/var/lib/e2e"
[ $# != 0 ] || set -- bookworm
for release; do
	loop
done
tap_end
