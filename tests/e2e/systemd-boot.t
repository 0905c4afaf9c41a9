#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# systemd-boot.t [ESP...]: a guest without GRUB, booted by OVMF and systemd-boot, is given
# the deb by apt, armed, crashed and saved; what is written to its entry is read back,
# used by the next boot, changed and undone (TAP). ESP is where the partition of the
# entries is mounted: /boot/efi by fstab, /efi by systemd alone. Logs: build/e2e/systemd-boot*/.
set -u
E2E=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$E2E/../.." && pwd)
cd "$top" || exit 1
. "$top/tests/tap.sh"
. "$E2E/lib/results.sh"
. "$E2E/lib/package.sh"

code=/usr/share/OVMF/OVMF_CODE_4M.fd vars=/usr/share/OVMF/OVMF_VARS_4M.fd
why=''
[ -e $code ] && [ -e $vars ] || why="no $code (Debian's package ovmf)"
[ "$(id -u)" = 0 ] || why="not root"
[ -z "$why" ] || {
	skip "a machine that systemd-boot boots" "$why"
	tap_end
	exit
}
release=bookworm+systemd-boot
work=$(mktemp -d "${TMPDIR:-/var/tmp}/kdump-dma-systemd-boot.XXXXXX") || exit
trap 'rm -rf "$work"' EXIT

# The base's initrd, whose init mounts this disk's second partition.
initrd() {
	base=$("$E2E/guest" base -r $release) && mkdir -p "$work/init" "$work/install/boot" || return
	zstd -dc "$base/initrd" | cpio --quiet -i --to-stdout init | sed 's,/dev/vda,&2,' >"$work/init/init"
	grep -q 'mount .*/dev/vda2 /newroot' "$work/init/init" || return
	chmod 755 "$work/init/init"
	{
		cat "$base/initrd"
		(cd "$work/init" && echo init | cpio --quiet -o -H newc) | zstd -q # plain, it would have to be aligned
	} >"$work/install/boot/initrd.img-$(cat "$base/kernel")"
}
disk() {
	truncate -s 4G "$work/system.img" && "$E2E/guest" boot -r $release -q -d "$work/disk.img" \
		-D "$work/system.img" -t "$E2E/scenarios/systemd-boot-disk" -l "$log-disk" -T 600 -a "e2e.esp=$esp"
}
boot() {
	cp $vars "$work/vars.fd" && "$E2E/guest" boot -r $release -q -k -d "$work/system.img" -K firmware \
		-t "$E2E/scenarios/systemd-boot" -T 1500 -l "$log" -- \
		-drive "if=pflash,format=raw,readonly=on,file=$code" \
		-drive "if=pflash,format=raw,file=$work/vars.fd"
}

ok "the package of this tree is built" built_package "$work/install/var/lib/e2e"
ok "an initrd, as a distribution makes one" initrd
ok "a guest with systemd-boot" "$E2E/guest" build -r $release -o "$work/disk.img" "$work/install"
[ $# != 0 ] || set -- /boot/efi /efi
for esp; do
	log=$top/build/e2e/systemd-boot$(echo "$esp" | tr / -)
	ok "$esp: a disk that systemd-boot boots" disk
	results "$log-disk" "$esp: "
	ok "$esp: the boots" boot
	results "$log" "$esp: "
	rm "$work/system.img"
done
tap_end
