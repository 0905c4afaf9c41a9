#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# lifecycle.t: the deb is installed, upgraded, removed, installed again and purged
# by apt in a guest, and lists of files and settings are compared (TAP). The
# version before is this one's files under a lower number, or what BEFORE=FILE names,
# the deb of an earlier build. Log: build/e2e/lifecycle/.
set -u
E2E=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$E2E/../.." && pwd)
cd "$top" || exit 1
. "$top/tests/tap.sh"
. "$E2E/lib/results.sh"
. "$E2E/lib/package.sh"

if [ "$(id -u)" != 0 ]; then
	skip "install, upgrade, remove, purge" "not root"
	tap_end
	exit
fi
work=$(mktemp -d "${TMPDIR:-/var/tmp}/kdump-dma-lifecycle.XXXXXX") || exit
trap 'rm -rf "$work"' EXIT

packages() {
	folder=$work/install/var/lib/e2e
	built_package "$folder" || return
	mkdir -p "$folder/before"
	dpkg-deb -R "${BEFORE:-$(echo "$folder"/*.deb)}" "$work/before" &&
		sed -i 's/^Version: .*/Version: 0.0.9/' "$work/before/DEBIAN/control" &&
		dpkg-deb --root-owner-group -b "$work/before" \
			"$folder/before/kdump-dma_0.0.9.deb" >"$work/log"
}
ok "this version's package, and one before it" packages
ok "a guest's disk is made" "$E2E/guest" build -o "$work/disk.img" "$work/install"
echo "# one boot: every file is summed up twice, which takes minutes without KVM"
ok "the guest boots, and its tasks end" "$E2E/guest" boot -q -d "$work/disk.img" -l "$top/build/e2e/lifecycle" \
	-t "$E2E/scenarios/lifecycle" -T 900
results "$top/build/e2e/lifecycle"
tap_end
