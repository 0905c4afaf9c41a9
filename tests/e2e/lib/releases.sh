# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the harness: what differs from one guest release to the next.
# shellcheck shell=sh
# shellcheck disable=SC2034  # its variables are read by the files that source it

# release NAME[+kdump-tools]: sets RELEASE, and what its mirror, its packages and
# QEMU need. With the release's kdump-tools, which builds its image with
# initramfs-tools alone: that and dracut exclude each other.
release() {
	RELEASE=${1%+kdump-tools}
	RELEASE_WITH=${1#"$RELEASE"}
	RELEASE_SECURITY=yes
	RELEASE_APTOPT=
	RELEASE_PACKAGES=dracut
	[ -z "$RELEASE_WITH" ] || RELEASE_PACKAGES='initramfs-tools kdump-tools file'
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
		RELEASE_APTOPT='Acquire::Check-Valid-Until "false";'
		# With -cpu max, this kernel crawls under TCG.
		RELEASE_MACHINE='-M q35 -cpu Westmere'
		;;
	*)
		die "unknown release '$RELEASE' (bookworm, trixie, forky)"
		;;
	esac
}
