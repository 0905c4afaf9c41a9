# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the harness: a guest's disk = base root + what guests run + overlays.
# shellcheck shell=sh
# shellcheck disable=SC2154  # set by release() and base()

# disk FILE SIZE OVERLAY...: an ext4 file system without partitions; an OVERLAY
# is a folder (as "make install DESTDIR=" fills it) or a tar, laid over the base
# in this order, all owned by root.
disk() {
	file=$1 size=$2
	shift 2
	scratch
	root=$SCRATCH/root
	rm -rf "$root"
	mkdir -p "$root"
	tar -xf "$BASE/root.tar" -C "$root" --exclude=./dev/\*
	for overlay in "$E2E/inside" "$@"; do
		if [ -d "$overlay" ]; then
			tar -cf - --owner=0 --group=0 --mode=go-w -C "$overlay" .
		else
			cat "$overlay"
		fi | tar -xf - --keep-directory-symlink --no-overwrite-dir -C "$root" ||
			die "cannot lay $overlay over the base root"
	done
	systemctl --root="$root" --quiet enable e2e.service
	rm -f "$file.new"
	truncate -s "$size" "$file.new"
	mke2fs -q -F -t ext4 -L root -d "$root" -E root_owner=0:0 "$file.new" ||
		die "no disk made"
	mv "$file.new" "$file"
	rm -rf "$root"
}
