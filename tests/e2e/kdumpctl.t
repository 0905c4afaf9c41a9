#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# kdumpctl.t: the real kdumpctl builds its image with our module in it, arms,
# and saves; the record is beside its vmcore; a rehearsal of that image says so, too (TAP). KDUMP_UTILS is a folder as
# kdump-utils' own `make install DESTDIR=` fills it. Logs: build/e2e/kdumpctl/.
set -u
E2E=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$E2E/../.." && pwd)
cd "$top" || exit 1
. "$top/tests/tap.sh"
. "$E2E/lib/results.sh"
. "$E2E/lib/package.sh"
. "$E2E/lib/rehearsal.sh"

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
	"$E2E/guest" boot -q -k -r $release -d "$work/disk.img" -l "$top/build/e2e/kdumpctl" \
		-t "$E2E/scenarios/kdumpctl" -T 1500 -a crashkernel=256M
}
# rehearsed: that image, on this machine, from the guest's files
rehearsed() {
	tree=$work/machine
	machine_of "$work/disk.img" "$tree" || return
	for path in /etc/sysconfig /var/lib/kdump; do
		debugfs -R "rdump $path $tree${path%/*}" "$work/disk.img" >/dev/null 2>&1
	done
	echo 'backend = kdumpctl' >"$tree/etc/kdump-dma.conf"
	TMPDIR=$work build/kdump-dma rehearse --root "$tree" --reserved 256 --json \
		-o "$top/build/e2e/kdumpctl/rehearsal.log" >"$work/rehearsal.json"
	cat "$work/rehearsal.json"
	jq -e '.saved and .capture.verdict == "unmanaged" and .image_faults == []' "$work/rehearsal.json"
}
# alike: its peak and that of the crash, in KiB, to 5 %
alike() {
	crashed=$(sed -n 's/.* peak_kib \([0-9]*\)$/\1/p' "$top/build/e2e/kdumpctl/results.log")
	jq -e --argjson crashed "$crashed" '(.peak_kib / $crashed - 1) * 100 | round | . >= -5 and . <= 5' \
		"$work/rehearsal.json"
}
ok "a guest with kdump-utils" guest_disk
ok "the guest boots twice, with a crash between" run
results "$top/build/e2e/kdumpctl"
ok "a rehearsal of the image saves a dump" rehearsed
ok "and takes as much memory as the crash" alike
tap_end
