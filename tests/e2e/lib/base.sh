# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the harness: the base root of a release, without any file of ours.
#
# $CACHE/base-RELEASE-HASH/ holds root.tar, vmlinuz, initrd (plain: it boots a
# virtio disk) and kernel (its release). HASH is of what it was made from.
# shellcheck shell=sh
# shellcheck disable=SC2154  # set by release()

CACHE=${KDUMP_DMA_CACHE:-/var/cache/kdump-dma}/e2e

BASE_PACKAGES='systemd systemd-sysv udev dbus kmod iproute2 procps e2fsprogs
	util-linux linux-image-amd64 dracut dracut-core kexec-tools makedumpfile
	libjansson4 zstd'

# mirrors: "deb ..." lines, from the mirrors that this machine itself uses for
# Debian, where it is one.
mirrors() {
	main=${KDUMP_DMA_MIRROR:-$(host_mirror '/debian-security' no)}
	security=${KDUMP_DMA_MIRROR_SECURITY:-$(host_mirror '/debian-security' yes)}
	main=${main:-http://deb.debian.org/debian}
	security=${security:-http://deb.debian.org/debian-security}
	echo "deb $main $RELEASE main"
	[ "$RELEASE_SECURITY" = yes ] || return 0
	echo "deb $main $RELEASE-updates main"
	echo "deb $security $RELEASE-security main"
}

# shellcheck disable=SC2016  # apt expands this, not the shell
host_mirror_format='$(ORIGIN) $(REPO_URI)'
# shellcheck disable=SC2016  # mmdebstrap's shell expands this
stub_hook='mkdir -p "$1/etc/kernel/postinst.d" && cd "$1/etc/kernel/postinst.d" &&
	printf "#!/bin/sh\n" >dracut && chmod 755 dracut'

# host_mirror TEXT yes|no: the first Debian archive in the machine's sources
# whose address has TEXT in it, or has not.
host_mirror() {
	apt-get indextargets --format "$host_mirror_format" 'Created-By: Packages' 2>/dev/null |
		awk -v text="$1" -v want="$2" '
			$1 == "Debian" && (index($2, text) ? "yes" : "no") == want {
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
	recipe=$(echo "$RELEASE $BASE_PACKAGES $RELEASE_PACKAGES" &&
		cat "$E2E/lib/base.sh" "$E2E/lib/initrd.sh")
	BASE=$CACHE/base-$RELEASE-$(echo "$recipe" | sha256sum | cut -c1-12)
	[ -e "$BASE/root.tar" ] && return
	mkdir -p "$CACHE"
	exec 9>"$CACHE/.lock-$RELEASE"
	flock -n 9 || {
		say "another build of $RELEASE is under way: waiting for it"
		flock 9
	}
	if [ ! -e "$BASE/root.tar" ]; then build_base; fi
	exec 9>&-
}

build_base() {
	scratch
	begin=$(date +%s)
	say "$RELEASE: no base root yet, debootstrapping one (a minute or two)"
	mkdir -p "$SCRATCH/base"
	packages=$(echo "$BASE_PACKAGES $RELEASE_PACKAGES" | tr -s ' \t\n' ',')
	mirrors >"$SCRATCH/mirrors"
	{ host_proxy && echo "$RELEASE_APTOPT"; } >"$SCRATCH/apt.conf"
	# dracut's own hook would build an image for every machine there is: half
	# a minute for nothing, so it is a stub. Documentation is as idle here.
	mmdebstrap --mode=root --variant=minbase --include="$packages" \
		--aptopt="$SCRATCH/apt.conf" \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--dpkgopt='path-exclude=/etc/kernel/postinst.d/dracut' \
		--essential-hook="$stub_hook" \
		--customize-hook="sh $E2E/lib/initrd.sh \"\$1\" $SCRATCH/base" \
		"$RELEASE" "$SCRATCH/base/root.tar" - \
		<"$SCRATCH/mirrors" >"$SCRATCH/mmdebstrap.log" 2>&1 || {
		tail -n 30 "$SCRATCH/mmdebstrap.log" >&2
		die "$RELEASE: mmdebstrap failed"
	}
	# Into the cache under another name, then renamed: never half there.
	rm -rf "$BASE.new"
	cp -r "$SCRATCH/base" "$BASE.new"
	mv "$BASE.new" "$BASE"
	rm -rf "$SCRATCH/base"
	say "$RELEASE: base root with Linux $(cat "$BASE/kernel") built in $(($(date +%s) - begin)) s"
}
