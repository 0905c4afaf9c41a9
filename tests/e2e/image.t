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
logs=$top/build/e2e/image
policy=$(sed -n 's/^crashkernel_x86_64 = /crashkernel=/p' conf/policy.conf)

# As image builders do it, with /proc, /sys and /dev of the running kernel in a mount
# namespace that takes them along. The programs of this machine decide; of the image
# only dpkg and update-grub run.
install_and_apply() {
	mkdir -p "$work/image/var/lib/e2e"
	tar -xf "$("$E2E/guest" base)/root.tar" -C "$work/image" --exclude='./dev/*' || return
	cp "$work"/deb/*.deb "$work/image/var/lib/e2e/"
	# shellcheck disable=SC2016  # the inner shell's
	unshare --mount sh -ec '
		for each in proc sys dev; do mount --rbind "/$each" "$1/$each"; done
		mkdir -p "$1/boot/grub"
		: >"$1/etc/default/grub" # as grub-pc and grub-efi leave it
		chroot "$1" sh -c "dpkg -i /var/lib/e2e/kdump-dma_*.deb"
		build/kdump-dma apply --root "$1"
		chroot "$1" update-grub
		' - "$work/image" >"$work/said" 2>&1 || {
		cat "$work/said"
		return 1
	}
}
programs() { make -s all && built_package "$work/deb"; }
make_disk() {
	tar -cf "$work/image.tar" --exclude='./dev/*' -C "$work/image" . && rm -r "$work/image" &&
		"$E2E/guest" build -o "$work/disk.img" "$work/image.tar"
}
words() {
	awk '$1 == "linux" {
		for (i = 2; i <= NF; i++) if ($i ~ /^crashkernel=/) { print $i; exit }
	}' "$work/image/boot/grub/grub.cfg"
}
said() { grep -qF -e "$1" "$work/said" || { cat "$work/said" && return 1; }; }

ok "the programs and the package of this tree" programs
ok "the deb, apply --root and update-grub, without a boot" install_and_apply
ok "the package says that the first boot decides" said 'the first boot decides'
ok "apply says that the image was never booted" said 'this image was never booted: the table'
words=$(words)
ok "the image's boot loader has the table's ranges" same "$policy" "$words"
ok "its disk" make_disk
ok "its first boot, and the one after a crash" "$E2E/guest" boot -q -d "$work/disk.img" \
	-l "$logs" -t "$E2E/scenarios/image" -T 1200 -a "$words"
results "$logs"
tap_end
