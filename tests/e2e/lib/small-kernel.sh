# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # tests/kernel/arch and who sources this set and use them
# Sourced in tests/kernel, by a script that prints the path of a small kernel: Debian's,
# configured from nothing. It says how that is built in built(), which leaves it at
# $work/kept; the cache keeps it.
here=$(pwd)
# shellcheck disable=SC1091 # ours
. ./arch

# find_or_unpack NAME LINE FILE...: print what the cache has that was made of the same
# files, and end; or unpack the source of that line into $work/linux, which it enters
find_or_unpack() {
	name=$1 tarball=$(./source "$2") kept=$1-$2
	shift 2
	key=$({
		basename "$tarball"
		gcc --version | head -n 1
		cat "$@"
	} | sha256sum | cut -c 1-16)
	kept=$cache/image/$kept-$key
	[ ! -e "$kept" ] || { echo "$kept" && exit; }
	mkdir -p "$cache/image"
	work=$(mktemp -d -p /var/tmp kdump-dma-kernel.XXXXXX) || exit
	trap 'rm -rf "$work"' EXIT
	trap 'exit 130' INT TERM
	mkdir "$work/linux" "$work/out"
	echo "# the kernel for $name: unpacking" >&2
	tar -xf "$tarball" -C "$work/linux" --strip-components=1
	cd "$work/linux" || exit
}

kernel_make() {
	nice -n 10 make -s O="$work/out" ARCH=x86 CC="${ccache}gcc" LOCALVERSION="${localversion:-}" \
		KBUILD_BUILD_TIMESTAMP=2026-01-01 KBUILD_BUILD_USER=kdump-dma KBUILD_BUILD_HOST=tests "$@"
}

configure() { # CONFIG...
	kernel_make tinyconfig &&
		scripts/kconfig/merge_config.sh -m -O "$work/out" "$work/out/.config" "$@" &&
		kernel_make olddefconfig
}

build_and_keep() {
	echo "# the kernel for $name: building, some minutes" >&2
	built >"$work/log" 2>&1 || {
		tail -n 20 "$work/log" >&2
		exit 1
	}
	rm -rf "$kept.new"
	cp -r "$work/kept" "$kept.new"
	mv "$kept.new" "$kept"
	echo "$kept"
}
