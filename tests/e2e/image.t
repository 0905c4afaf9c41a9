#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# image.t: README's recipe for a disk image (TAP). mmdebstrap made the root; the deb is
# installed in it where nothing runs, apply --root and update-grub are run from outside,
# and its first boot, in QEMU, crashes. QEMU boots the kernel itself, with the
# crashkernel= that is in the image's grub.cfg. Logs: build/e2e/image/.
set -u
E2E=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$E2E/../.." && pwd)
cd "$top" || exit 1
. "$top/tests/tap.sh"
. "$E2E/lib/results.sh"
. "$E2E/lib/package.sh"

[ "$(id -u)" = 0 ] || {
	skip "the first boot of an image" "not root"
	tap_end
	exit
}
work=$(mktemp -d "${TMPDIR:-/var/tmp}/kdump-dma-image.XXXXXX") || exit
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
logs=$top/build/e2e/image
policy=$(sed -n 's/^crashkernel_x86_64 = /crashkernel=/p' conf/policy.conf)

# Mounted as image builders do it, in a mount namespace that takes the mounts along.
# The programs of this machine decide; of the image only dpkg and update-grub run.
install_and_apply() {
	mkdir -p "$work/image"
	# shellcheck disable=SC2016  # the inner shell's
	unshare --mount sh -ec '
		mount -o loop "$1/disk.img" "$1/image"
		for each in proc sys dev; do mount --rbind "/$each" "$1/image/$each"; done
		mkdir -p "$1/image/boot/grub"
		chroot "$1/image" sh -c "dpkg -i /var/lib/e2e/kdump-dma_*.deb"
		build/kdump-dma apply --root "$1/image"
		chroot "$1/image" update-grub
		cp "$1/image/boot/grub/grub.cfg" "$1/"
		' - "$work" >"$work/said" 2>&1
}
words() {
	awk '$1 == "linux" {
		for (i = 2; i <= NF; i++) if ($i ~ /^crashkernel=/) { print $i; exit }
	}' "$work/grub.cfg"
}
said() { grep -qF -e "$1" "$work/said" || { cat "$work/said" && return 1; }; }

ok "the package of this tree, and the program" built_package "$work/install/var/lib/e2e"
ok "an image" "$E2E/guest" build -o "$work/disk.img" "$work/install"
ok "the deb, apply --root and update-grub, without a boot" install_and_apply
ok "the package says that the first boot decides" said 'the first boot decides'
ok "apply says that the image was never booted" said 'this image was never booted: the table'
ok "the image's boot loader has the table's ranges" same "$policy" "$(words)"
ok "its first boot, and the one after a crash" "$E2E/guest" boot -q -d "$work/disk.img" \
	-l "$logs" -t "$E2E/scenarios/image" -T 1200 -a "$(words)"
results "$logs"
tap_end
