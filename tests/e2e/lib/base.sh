# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the harness: the base root of a release, without any file of ours.
#
# $CACHE/base-RELEASE-HASH/ holds root.tar, vmlinuz, initrd (plain: it boots a
# virtio disk) and kernel (its release). HASH is of what it is made from.
# shellcheck shell=sh
# shellcheck disable=SC2154  # set by release()

CACHE=${KDUMP_DMA_CACHE:-/var/cache/kdump-dma}/e2e

# base_packages: of each guest. A guest of arm64 is never booted by GRUB.
base_packages() {
	case $RELEASE_ARCH$RELEASE_WITH in
	amd64+systemd-boot) grub= ;;
	amd64*) grub='grub2-common grub-pc-bin' ;;
	*) grub=grub2-common ;;
	esac
	echo "systemd systemd-sysv udev dbus kmod procps e2fsprogs util-linux
	linux-image-$RELEASE_ARCH dracut-core kexec-tools makedumpfile libjansson4
	$grub zstd jq"
}

# mirrors: "deb ..." lines, from the mirrors that this machine itself uses for
# Debian, where it is one.
mirrors() {
	main=${KDUMP_DMA_MIRROR:-$(host_mirror no)}
	security=${KDUMP_DMA_MIRROR_SECURITY:-$(host_mirror yes)}
	main=${main:-http://deb.debian.org/debian}
	security=${security:-http://deb.debian.org/debian-security}
	echo "deb $main $RELEASE main"
	[ "$RELEASE_SECURITY" = yes ] || return 0
	echo "deb $main $RELEASE-updates main"
	echo "deb $security $RELEASE-security main"
}

# shellcheck disable=SC2016  # apt expands this, not the shell
host_mirror_format='$(ORIGIN) $(REPO_URI)'

# host_mirror yes|no: the first Debian archive in the machine's sources that is
# the security archive, or is not.
host_mirror() {
	apt-get indextargets --format "$host_mirror_format" 'Created-By: Packages' 2>/dev/null |
		awk -v want="$1" '
			$1 == "Debian" && (index($2, "-security") ? "yes" : "no") == want {
				sub(/\/$/, "", $2); print $2; exit
			}'
}

# The proxy that this machine's apt uses (http_proxy is inherited anyway).
host_proxy() {
	apt-config shell PROXY Acquire::http::Proxy 2>/dev/null |
		sed -n "s/^PROXY='\(.*\)'\$/Acquire::http::Proxy \"\1\";/p"
}

# base: build the base root of RELEASE unless it is there; sets BASE.
base() {
	recipe=$(echo "$RELEASE $(base_packages) $RELEASE_PACKAGES" &&
		cat "$E2E/lib/make-base.sh" "$E2E/lib/initrd.sh")
	[ "$RELEASE_WITH" != +kdump-tools ] ||
		recipe=$recipe$(cat "$E2E"/lib/peer_image.*)
	BASE=$CACHE/base-$RELEASE$RELEASE_WITH-$(echo "$recipe" | sha256sum | cut -c1-12)
	[ ! -e "$BASE/root.tar" ] || return 0
	mkdir -p "$CACHE"
	exec 9>"$CACHE/.lock-$RELEASE$RELEASE_WITH"
	flock -n 9 || {
		say "another build of $RELEASE$RELEASE_WITH is under way: waiting for it"
		flock 9
	}
	[ -e "$BASE/root.tar" ] || build_base
	exec 9>&-
}

build_base() {
	scratch
	begin=$(date +%s)
	say "$RELEASE $RELEASE_ARCH: no base root yet, making one (1 to 2 minutes; by emulation 10)"
	out=$SCRATCH/base
	mkdir -p "$out"
	mirrors >"$SCRATCH/sources"
	{ host_proxy && echo "$RELEASE_APTOPT"; } >"$SCRATCH/apt.conf"
	# shellcheck disable=SC2086  # lists of packages
	sh "$E2E/lib/make-base.sh" "$RELEASE" "$RELEASE_ARCH" "$out" "$SCRATCH/sources" \
		"$SCRATCH/apt.conf" $(base_packages) $RELEASE_PACKAGES \
		>"$SCRATCH/mmdebstrap.log" 2>&1 9>&- || {
		tail -n 30 "$SCRATCH/mmdebstrap.log" >&2
		die "$RELEASE: mmdebstrap failed"
	}
	[ "$RELEASE_WITH" != +kdump-tools ] || peer_image "$out" 9>&-
	# Into the cache under another name, then renamed: never half there.
	rm -rf "$BASE.new"
	cp -r "$out" "$BASE.new"
	mv "$BASE.new" "$BASE"
	rm -rf "$out"
	say "$RELEASE: base root with Linux $(cat "$BASE/kernel") made in $(($(date +%s) - begin)) s"
}
