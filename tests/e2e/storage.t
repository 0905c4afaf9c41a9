#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# storage.t: native saves to a logical volume on a RAID 1, whole and with one disk
# less, and to a disk behind two paths (TAP). Logs: build/e2e/storage*/, multipath/.
set -u
E2E=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$E2E/../.." && pwd)
. "$top/tests/tap.sh"
. "$E2E/lib/results.sh"

if [ "$(id -u)" != 0 ]; then
	skip "a volume on a RAID 1" "not root"
	tap_end
	exit
fi
work=$(mktemp -d "${TMPDIR:-/var/tmp}/kdump-dma-storage.XXXXXX") || exit
trap 'rm -rf "$work"' EXIT

install() { make -s -C "$top" all install DESTDIR="$work/install"; }
boot() { # NAME WORDS
	truncate -s 0 "$work/1" "$work/2"
	truncate -s 256M "$work/1" "$work/2"
	"$E2E/guest" boot -r bookworm+storage -q -d "$work/disk.img" \
		-t "$E2E/scenarios/storage" -T 900 -l "$top/build/e2e/$1" \
		-a "crashkernel=192M $2" -D "$work/1" -D "$work/2"
}
# One disk at two controllers, as a SAN has it.
path() { # NUMBER
	echo "-device virtio-scsi-pci,id=path$1 -drive if=none,id=disk$1,format=raw,file.locking=off,file=$work/1 \
		-device scsi-hd,bus=path$1.0,drive=disk$1,serial=kdump-dma-paths,share-rw=on"
}
multipath() {
	truncate -s 0 "$work/1"
	truncate -s 256M "$work/1"
	# shellcheck disable=SC2046  # words
	"$E2E/guest" boot -r bookworm+storage -q -d "$work/disk.img" \
		-t "$E2E/scenarios/multipath" -T 900 -l "$top/build/e2e/multipath" \
		-a crashkernel=192M -- $(path 1) $(path 2)
}
ok "kdump-dma is installed in the guest" install
ok "a guest with LVM, md and multipath" "$E2E/guest" build -r bookworm+storage -o "$work/disk.img" \
	"$work/install"
ok "whole: the boots" boot storage ""
results "$top/build/e2e/storage"
ok "degraded: the boots" boot storage-degraded degraded
results "$top/build/e2e/storage-degraded"
ok "two paths: the boots" multipath
results "$top/build/e2e/multipath"
tap_end
