#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# handed-over.t: a guest whose kernel hands the key of an encrypted disk to the capture
# kernel saves a dump there, without a key slot of ours and without cryptsetup in the image;
# with another key nothing is written there (TAP). Log: build/e2e/handed-over/
set -u
E2E=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$E2E/../.." && pwd)
. "$top/tests/tap.sh"
. "$E2E/lib/results.sh"
. "$E2E/lib/say.sh"

if [ "$(id -u)" != 0 ]; then
	skip "a key that is handed over" "not root"
	tap_end
	exit
fi
scratch
work=$SCRATCH log=$top/build/e2e/handed-over

install() { make -s -C "$top" all install DESTDIR="$work/install"; }
kernel() { "$E2E/handed-over/kernel" >"$work/kernel"; }
disk() {
	"$E2E/guest" build -r forky+luks -o "$work/disk.img" "$work/install" "$(cat "$work/kernel")"
}
# The base's initrd, whose modules are this kernel's own.
boot() {
	truncate -s 512M "$work/dumps"
	truncate -s 64M "$work/other"
	"$E2E/guest" boot -r forky+luks -q -d "$work/disk.img" -D "$work/dumps" -D "$work/other" \
		-K "$(cat "$work/kernel")"/boot/vmlinuz-* -t "$E2E/scenarios/handed-over" -T 1800 -l "$log" -a crashkernel=192M
}
console_says() { grep -q -e "$1" "$log/console.log"; }
ok "kdump-dma is installed in the guest" install
ok "a kernel that hands keys over" kernel
ok "a guest that opens disks by /etc/crypttab" disk
ok "the boots" boot
results "$log"
ok "with another key the capture kernel says so" \
	console_says 'did not appear within .*: the key that the kernel handed over may be another one'
tap_end
