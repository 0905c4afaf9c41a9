#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# arm64.t [RELEASE...]: a guest of arm64 crashes (TAP). Debian 12's kernel shows kexec
# no _text, and its makedumpfile reads the kernel: the vmcore is filtered. Debian 13's
# makedumpfile cannot read that release's kernel, which has addresses of 52 bits: the
# vmcore is a plain copy. Both are said before the crash. Our programs are built by a
# cross compiler. Logs: build/e2e/arm64-RELEASE/.
set -u
E2E=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$E2E/../.." && pwd)
. "$top/tests/tap.sh"
. "$E2E/lib/results.sh"

binfmt=/proc/sys/fs/binfmt_misc
needs() {
	[ "$(id -u)" = 0 ] || why="not root"
	for program in qemu-system-aarch64 qemu-aarch64-static aarch64-linux-gnu-gcc mmdebstrap; do
		command -v "$program" >/dev/null || why="no $program"
	done
	[ -e /usr/lib/binfmt.d/qemu-aarch64.conf ] || why="no entry for binfmt_misc"
}
why=''
needs
[ -z "$why" ] || {
	skip "a guest of arm64" "$why"
	tap_end
	exit
}
work=$(mktemp -d "${TMPDIR:-/var/tmp}/kdump-dma-arm64.XXXXXX") || exit
registered=''
clean() {
	[ -z "$registered" ] || echo -1 >"$binfmt/qemu-aarch64"
	rm -rf "$work"
}
trap clean EXIT

# Programs of arm64 run in the base root that is made: on a machine without systemd
# nobody has told the kernel how.
emulation() {
	[ -e "$binfmt/register" ] || mount -t binfmt_misc none "$binfmt" || return
	[ ! -e "$binfmt/qemu-aarch64" ] || return 0
	cat /usr/lib/binfmt.d/qemu-aarch64.conf >"$binfmt/register" && registered=yes
}
# With Debian 12's libraries, as those of later releases take its programs.
build() {
	base=$("$E2E/guest" base -r bookworm+arm64) && mkdir "$work/root" &&
		tar -C "$work/root" -xf "$base/root.tar" --exclude='./dev/*' &&
		make -s -C "$top" B="$work/build" CC="aarch64-linux-gnu-gcc --sysroot=$work/root" \
			all install DESTDIR="$work/install"
}
disk() { # RELEASE
	"$E2E/guest" build -r "$1+arm64" -o "$work/disk.img" "$work/install"
}
boot() { # RELEASE
	"$E2E/guest" boot -q -r "$1+arm64" -d "$work/disk.img" -t "$E2E/scenarios/arm64" \
		-T 2400 -l "$top/build/e2e/arm64-$1" \
		-a "$(sed -n 's/^#append //p' "$E2E/scenarios/arm64") e2e.release=$1" 2>&1
}

ok "programs of arm64 run here" emulation
ok "programs of ours for arm64" build
[ $# != 0 ] || set -- bookworm trixie
for release; do
	ok "$release: a guest of arm64" disk "$release"
	ok "$release: two boots, a crash between them" boot "$release"
	results "$top/build/e2e/arm64-$release" "$release: "
done
tap_end
