# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the harness: what differs from one guest release to the next.
# shellcheck shell=sh
# shellcheck disable=SC2034  # its variables are read by the files that source it

# release NAME[+PEER]: sets RELEASE, and what its mirror, its packages and QEMU
# need. PEER kdump-tools builds its image with initramfs-tools alone: that and
# dracut exclude each other. kdump-utils is no package of Debian's: what it needs
# is there, itself comes as an overlay. +storage: LVM, md, multipath,
# LUKS. +luks: LUKS by /etc/crypttab. +network: ip and ssh. +systemd-boot: that, and no GRUB. +arm64: that architecture,
# and what its programs of ours are linked with.
release() {
	RELEASE=${1%%+*}
	RELEASE_WITH=${1#"$RELEASE"}
	RELEASE_SECURITY=yes
	RELEASE_APTOPT=
	RELEASE_ARCH=amd64
	case $RELEASE_WITH in
	'') RELEASE_PACKAGES=dracut ;;
	+kdump-tools) RELEASE_PACKAGES='initramfs-tools kdump-tools file' ;;
	+kdump-utils) RELEASE_PACKAGES='dracut dracut-network dracut-squash
		squashfs-tools sudo gawk ethtool iproute2 keyutils' ;;
	+storage) RELEASE_PACKAGES='dracut lvm2 mdadm multipath-tools cryptsetup-bin' ;;
	+luks) RELEASE_PACKAGES='dracut cryptsetup-bin systemd-cryptsetup' ;;
	+network) RELEASE_PACKAGES='dracut iproute2 openssh-client' ;;
	+systemd-boot) RELEASE_PACKAGES='dracut systemd-boot dosfstools fdisk' ;;
	+arm64)
		RELEASE_PACKAGES='dracut libc6-dev libjansson-dev libmount-dev libblkid-dev'
		RELEASE_ARCH=arm64
		;;
	*) die "unknown peer '$RELEASE_WITH' (+kdump-tools, +kdump-utils, +storage, +luks, +network, +systemd-boot, +arm64)" ;;
	esac
	# What TCG is slow at: a fifth level of page tables, and "rep movsb/stosb"
	# (byte by byte), with which ERMS and FSRM have all memory cleared and
	# copied. Without SVM no kvm_amd is loaded.
	RELEASE_MACHINE='-M pc -cpu max,-la57,-erms,-fsrm,-svm'
	case $RELEASE in
	bookworm) # Linux 6.1, dracut 059, systemd 252
		;;
	trixie) # Linux 6.12, dracut 106, systemd 257
		;;
	forky) # Linux 7.2, dracut 112, systemd 262
		# Not released: no security archive of its own, and its Release
		# file may be past its date. Signatures are checked all the same.
		RELEASE_SECURITY=no
		# switch_root is there; dracut only recommends it
		RELEASE_PACKAGES="$RELEASE_PACKAGES util-linux-extra"
		RELEASE_APTOPT='Acquire::Check-Valid-Until "false";'
		# With -cpu max, this kernel crawls under TCG.
		RELEASE_MACHINE='-M q35 -cpu Westmere'
		;;
	*)
		die "unknown release '$RELEASE' (bookworm, trixie, forky)"
		;;
	esac
	RELEASE_QEMU=qemu-system-x86_64 RELEASE_CONSOLE=ttyS0
	[ $RELEASE_ARCH = amd64 ] || {
		# it has one serial port of its own; results go to a second on PCI
		RELEASE_QEMU=qemu-system-aarch64 RELEASE_CONSOLE=ttyAMA0
		RELEASE_MACHINE='-M virt -cpu cortex-a72'
	}
}
