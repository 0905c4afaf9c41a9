# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by capture: kernels and the guest's few programs, from Debian's archive.
#
# $CACHE/linux-LINE-ARCH_VERSION/ holds vmlinuz, release and package.deb (for its
# modules); $CACHE/tools-ARCH_VERSION/ a root with busybox and kexec. The
# machine's own apt sources are never touched: each suite has a private state.
# Signatures are checked as always. What is cached is used without the network.
# shellcheck shell=sh

CACHE=${KDUMP_DMA_CACHE:-/var/cache/kdump-dma}/snapshots
MIRROR=${KDUMP_DMA_MIRROR:-http://deb.debian.org/debian}
MIRROR_SECURITY=${KDUMP_DMA_MIRROR_SECURITY:-http://deb.debian.org/debian-security}
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# suite_of LINE: where Debian publishes that kernel
suite_of() {
	case $1 in
	5.10) echo "$MIRROR_SECURITY bullseye-security" ;;
	6.1) echo "$MIRROR_SECURITY bookworm-security" ;;
	6.12) echo "$MIRROR_SECURITY trixie-security" ;;
	7.2) echo "$MIRROR forky" ;;
	tools) echo "$MIRROR bookworm" ;;
	*) die "no suite has a kernel '$1'" ;;
	esac
}

# apt_state ADDRESS SUITE ARCH: a private apt in $SCRATCH/apt, updated
apt_state() {
	apt=$SCRATCH/apt
	rm -rf "$apt"
	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/parts"
	: >"$apt/status"
	echo "deb [signed-by=$KEYRING] $1 $2 main" >"$apt/sources.list"
	cat >"$apt/apt.conf" <<END
Dir::State "$apt";
Dir::State::Lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "$apt/parts";
Dir::Etc::preferencesparts "$apt/parts";
APT::Architecture "$3";
APT::Architectures "$3";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "3";
END
	# A testing suite may rest for longer than its Release file is valid.
	[ "$2" != forky ] ||
		echo 'Acquire::Check-Valid-Until "false";' >>"$apt/apt.conf"
	APT_CONFIG=$apt/apt.conf apt-get -qq update >&2
}

# apt_download PACKAGE: its .deb, in the current folder
apt_download() {
	APT_CONFIG=$SCRATCH/apt/apt.conf apt-get -qq download "$1" >&2
}

# depends PACKAGE REGEX: the name of its first dependency like that
depends() {
	APT_CONFIG=$SCRATCH/apt/apt.conf apt-cache depends "$1" |
		sed -n "s/^ *Depends: \($2\)\$/\1/p" | head -n 1
}

newest() {
	find "$CACHE" -maxdepth 1 -name "$1_*" ! -name '*.new' 2>/dev/null |
		sort -V | tail -n 1
}

# kernel LINE ARCH: sets KERNEL to its folder
kernel() {
	KERNEL=$(newest "linux-$1-$2")
	[ -z "$KERNEL" ] || return 0
	say "linux $1 $2: downloading"
	# shellcheck disable=SC2046  # two words
	apt_state $(suite_of "$1") "$2" || die "apt-get update failed"
	image=$(depends "linux-image-$2" 'linux-image-[0-9].*')
	[ -n "$image" ] || die "linux-image-$2 names no image"
	# Since 7.x the image itself is in a package of its own.
	binary=$(depends "$image" 'linux-binary-[0-9].*')
	(
		rm -rf "$SCRATCH/kernel"
		mkdir "$SCRATCH/kernel"
		cd "$SCRATCH/kernel" && apt_download "${binary:-$image}" &&
			mv ./*.deb package.deb &&
			dpkg-deb --fsys-tarfile package.deb |
			# boot/vmlinuz-RELEASE, since 7.x .../RELEASE/vmlinuz
			tar -xO --wildcards '*/vmlinuz*' >vmlinuz &&
			echo "${image#linux-image-}" >release && [ -s vmlinuz ]
	) || die "$image: not got"
	version=$(dpkg-deb -f "$SCRATCH/kernel/package.deb" Version)
	keep "$SCRATCH/kernel" "linux-$1-${2}_$version"
	KERNEL=$CACHE/linux-$1-${2}_$version
}

# tools ARCH: sets TOOLS to a root with a static busybox, and kexec with its libraries
tools() {
	TOOLS=$(newest "tools-$1")
	[ -z "$TOOLS" ] || return 0
	say "busybox and kexec for $1: downloading"
	# shellcheck disable=SC2046  # two words
	apt_state $(suite_of tools) "$1" || die "apt-get update failed"
	rm -rf "$SCRATCH/tools" "$SCRATCH/debs"
	mkdir "$SCRATCH/tools" "$SCRATCH/debs"
	# kexec is linked with Xen's libraries, each in a package of its own
	for package in busybox-static kexec-tools libc6 liblzma5 zlib1g \
		libzstd1 libxenmisc4.17 libxencall1 libxendevicemodel1 \
		libxenevtchn1 libxenforeignmemory1 libxengnttab1 \
		libxentoolcore1 libxentoollog1; do
		(cd "$SCRATCH/debs" && apt_download "$package") ||
			die "$package: not got"
	done
	for deb in "$SCRATCH"/debs/*.deb; do
		dpkg-deb -x "$deb" "$SCRATCH/debs/root"
	done
	cp -a "$SCRATCH/debs/root/lib" "$SCRATCH/tools/"
	[ ! -d "$SCRATCH/debs/root/lib64" ] ||
		cp -a "$SCRATCH/debs/root/lib64" "$SCRATCH/tools/"
	cp -a "$SCRATCH"/debs/root/usr/lib/*-linux-gnu/*.so* \
		"$SCRATCH"/tools/lib/*-linux-gnu/
	mkdir "$SCRATCH/tools/bin" "$SCRATCH/tools/sbin"
	cp "$SCRATCH/debs/root/bin/busybox" "$SCRATCH/tools/bin/"
	cp "$SCRATCH/debs/root/sbin/kexec" "$SCRATCH/tools/sbin/"
	version=$(cat "$SCRATCH"/debs/*.deb | sha256sum | cut -c1-12)
	keep "$SCRATCH/tools" "tools-${1}_$version"
	TOOLS=$CACHE/tools-${1}_$version
}

# keep FOLDER NAME: into the cache, under another name first: never half there
keep() {
	mkdir -p "$CACHE"
	rm -rf "$CACHE/$2.new"
	cp -a "$1" "$CACHE/$2.new" && mv -T "$CACHE/$2.new" "$CACHE/$2"
}
