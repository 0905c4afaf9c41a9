# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced, in the top folder, after say.sh: a guest that has built its capture image.
# shellcheck shell=sh
# shellcheck disable=SC2154  # the sourcing script sets E2E

# fresh_target FILE [SIZE]: an empty disk for the dump
fresh_target() {
	rm -f "$1"
	truncate -s "${2:-256M}" "$1"
	mke2fs -q -F -t ext4 -L crash "$1"
}

# installed FOLDER: this tree, installed and stripped as both packages have it
installed() {
	make -s -C "$E2E/../.." install DESTDIR="$1" && strip "$1/usr/sbin"/kdump-dma*
}

# prepared RELEASE DISK LOG WORK: this tree, and the native image that the guest built
# for the second disk, into DISK.
prepared() {
	installed "$4/install" || return
	"$E2E/guest" build -r "$1" -o "$2" "$4/install" || return
	fresh_target "$4/target"
	say "$1: a guest builds the capture image (1 to 3 minutes)"
	"$E2E/guest" boot -r "$1" -q -k -d "$2" -t "$E2E/scenarios/prepare" -D "$4/target" \
		-T 600 -l "$3" -a crashkernel=256M && ! grep -q ' not ok ' "$3/results.log"
}
