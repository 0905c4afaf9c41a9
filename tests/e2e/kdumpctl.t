#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# kdumpctl.t: the real kdumpctl builds its image with our module in it, arms,
# and saves; the record is beside its vmcore (TAP). KDUMP_UTILS is a folder as
# kdump-utils' own `make install DESTDIR=` fills it. Logs: build/e2e/kdumpctl/.
set -u
E2E=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$E2E/../.." && pwd)
cd "$top" || exit 1
. "$top/tests/tap.sh"
. "$E2E/lib/results.sh"
. "$E2E/lib/package.sh"

if [ "$(id -u)" != 0 ] || [ ! -x "${KDUMP_UTILS:-}/usr/bin/kdumpctl" ]; then
	skip "kdumpctl" "needs root, and kdump-utils installed in \$KDUMP_UTILS"
	tap_end
	exit
fi
release=trixie+kdump-utils
work=$(mktemp -d "${TMPDIR:-/var/tmp}/kdump-dma-kdumpctl.XXXXXX") || exit
trap 'rm -rf "$work"' EXIT

guest_disk() {
	built_package "$work/install/var/lib/e2e" &&
		"$E2E/guest" build -r $release -o "$work/disk.img" "$KDUMP_UTILS" "$work/install"
}
run() {
	"$E2E/guest" boot -q -r $release -d "$work/disk.img" -l "$top/build/e2e/kdumpctl" \
		-t "$E2E/scenarios/kdumpctl" -T 1500 -a crashkernel=256M
}
ok "a guest with kdump-utils" guest_disk
ok "the guest boots twice, with a crash between" run
results "$top/build/e2e/kdumpctl"
tap_end
