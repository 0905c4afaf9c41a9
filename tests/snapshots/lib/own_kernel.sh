# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by capture: a kernel that no distribution ships, built from Debian's
# source. Cached by all that goes into it.
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2153  # set by capture, lib/debian.sh and lib/guest.sh

# source_tarball LINE: sets TARBALL. The kernel tests keep the same file.
source_tarball() {
	TARBALL=$(find "${CACHE%/*}/kernel/source" "$CACHE" -maxdepth 1 \
		-name "linux-source-$1_*.tar.xz" 2>/dev/null | sort -V | tail -n 1)
	[ -z "$TARBALL" ] || return 0
	say "linux-source-$1: downloading"
	# shellcheck disable=SC2046  # two words
	apt_state $(suite_of "$1") amd64 || die "apt-get update failed"
	mkdir -p "$SCRATCH/source" "$CACHE"
	(cd "$SCRATCH/source" && apt_download "linux-source-$1") ||
		die "linux-source-$1: not got"
	version=$(dpkg-deb -f "$SCRATCH"/source/*.deb Version)
	TARBALL=$CACHE/linux-source-$1_$version.tar.xz
	dpkg-deb --fsys-tarfile "$SCRATCH"/source/*.deb |
		tar -xO --wildcards './usr/src/linux-source-*.tar.xz' >"$TARBALL.new"
	xz -t "$TARBALL.new" && mv "$TARBALL.new" "$TARBALL"
}

# every option of the file really is as it says
config_took() {
	while read -r line; do
		case $line in
		CONFIG_*=n) ! grep -q "^${line%=n}=" "$1/.config" ;;
		CONFIG_*) grep -qx "$line" "$1/.config" ;;
		esac || { say "not taken: $line"; return 1; }
	done <"$2"
}

# own_kernel: sets KERNEL to the folder of $OWN.config built for $LINE
own_kernel() {
	config=$here/lib/$OWN.config
	source_tarball "$LINE"
	key=$({ basename "$TARBALL" && gcc --version && cat "$config"; } |
		sha256sum | cut -c1-12)
	KERNEL=$CACHE/linux-$OWN-$LINE-$key
	[ ! -s "$KERNEL/vmlinuz" ] || return 0
	say "$OWN: building Linux $LINE (some minutes)"
	build=$SCRATCH/build
	mkdir -p "$build/linux"
	tar -xf "$TARBALL" -C "$build/linux" --strip-components=1
	(
		cd "$build/linux" &&
			make -s tinyconfig && cat "$config" >>.config &&
			make -s olddefconfig
	) >"$build/log" 2>&1 || { tail "$build/log" >&2; die "$OWN: no configuration"; }
	config_took "$build/linux" "$config" || die "$OWN: another configuration came"
	nice -n 10 make -s -C "$build/linux" -j "$(nproc)" bzImage >"$build/log" 2>&1 ||
		{ tail -n 30 "$build/log" >&2; die "$OWN: does not build"; }
	mkdir "$build/kept"
	cp "$build/linux/arch/x86/boot/bzImage" "$build/kept/vmlinuz"
	make -s -C "$build/linux" kernelrelease >"$build/kept/release"
	keep "$build/kept" "${KERNEL##*/}"
}

# take_patched NAME: both snapshots, by what tests the kernel patches
take_patched() {
	KERNEL=$SCRATCH/patched
	MEMORY=$MEM CPU=max "$here/../kernel/snapshot" "$LINE" "$KERNEL" ||
		die "$1: not taken"
	for kind in production capture; do
		mkdir -p "$here/$1-$kind"
		rm -rf "$here/$1-$kind/root"
		cp -a "$KERNEL/$kind" "$here/$1-$kind/root"
		case_text "$kind" >"$here/$1-$kind/case"
	done
}
