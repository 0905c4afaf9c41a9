#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# cut.t: a guest is powered off while kdump-dma apply runs, and shut down while it
# runs (TAP): what was written before and what was to be written are both known as
# ours in the boots after that. scenarios/cut says what happens in which boot; QEMU
# boots the kernel itself, with the crashkernel= that the guest's grub.cfg had when
# the boot before ended. Logs: build/e2e/cut/.
set -u
E2E=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$E2E/../.." && pwd)
cd "$top" || exit 1
. "$top/tests/tap.sh"
. "$E2E/lib/results.sh"
. "$E2E/lib/package.sh"

[ "$(id -u)" = 0 ] || {
	skip "a guest that is powered off" "not root"
	tap_end
	exit
}
work=$(mktemp -d "${TMPDIR:-/var/tmp}/kdump-dma-cut.XXXXXX") || exit
trap 'rm -rf "$work"' EXIT
logs=$top/build/e2e/cut

# boot N CRASHKERNEL: boot until the guest is off; $words is what it left in grub.cfg
boot() {
	ok "boot $1, given $2" "$E2E/guest" boot -q -k -d "$work/disk.img" -l "$logs/$1" \
		-t "$E2E/scenarios/cut" -T 900 -a "$2"
	results "$logs/$1"
	words=$(sed -n 's/^ *[0-9]* words //p' "$logs/$1/results.log" | tail -n 1)
}
ok "the package of this tree is built" built_package "$work/install/var/lib/e2e"
ok "a guest" "$E2E/guest" build -o "$work/disk.img" "$work/install"
words=
boot 1 quiet
boot 2 "$words"
boot 3 "$words"
boot 4 "$words"
tap_end
