#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Verbs that read write nothing, start no program, wait for nothing and take no
# lock: seen by strace on this machine itself, where a mount namespace has an
# image that only unpacking it can measure. learn and apply measure it.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

tool=$PWD/build/kdump-dma
for needed in strace zstd cpio; do
	command -v $needed >/dev/null || {
		skip "verbs that read only read" "no $needed"
		tap_end
		exit
	}
done
unshare --mount true 2>/dev/null || {
	skip "verbs that read only read" "unshare --mount does not work here"
	tap_end
	exit
}

work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
state=/var/lib/kdump-dma
unpacked_kib=300
dd if=/dev/zero of="$work/zeros" bs=1024 count=$unpacked_kib status=none
mkdir "$work/state"
(cd "$work" && echo zeros | cpio -o -H newc --quiet) | zstd -q >"$work/initrd"
strace -o "$work/trace" true 2>"$work/why" || {
	skip "verbs that read only read" "strace does not work here: $(tail -n 1 "$work/why")"
	tap_end
	exit
}

# below DO...: in a namespace whose /etc and /var/lib are in memory; what DO left
# in $state is there the next time
# shellcheck disable=SC2016  # of the inner shell
below() {
	unshare --mount --propagation private sh -c '
		work=$1 state=$2
		shift 2
		mount -t tmpfs none /etc && mount -t tmpfs none /var/lib &&
			echo "backend = native" >/etc/kdump-dma.conf &&
			cp -a "$work/state" "$state" &&
			cp -p "$work/initrd" "$state/initrd-$(uname -r).img" || exit 99
		"$@"
		status=$?
		rm -rf "$work/state" "$state"/initrd-*
		cp -a "$state" "$work/state" && exit $status' sh "$work" $state "$@"
}
traced() { # OPTIONS...: what it asked the kernel for, in $work/trace
	below strace -f -qq -o "$work/trace" "$tool" "$@" >"$work/out" 2>&1
	[ -s "$work/trace" ]
}
# Calls that no reader needs. Its own exec is the first line of a trace; it writes
# to standard output and standard error.
asked_for() {
	sed 1d "$work/trace" | sed 's/^[0-9]* *//' | grep -E \
		-e '^(fork|vfork|clone|clone3|execve|execveat|wait4|waitid)\(' \
		-e '^(nanosleep|clock_nanosleep|poll|ppoll|select|pselect6|pause|rt_sigtimedwait)\(' \
		-e '^flock\(|^fcntl\(.*F_(OFD_)?SETLK' \
		-e '^(mkdir|mkdirat|rename|renameat|renameat2|unlink|unlinkat|rmdir|link|linkat|symlink|symlinkat|mknod|mknodat|creat|truncate|ftruncate|fallocate)\(' \
		-e '^(chmod|fchmod|fchmodat|chown|fchown|fchownat|utimensat|setxattr|fsetxattr|mount|umount2|fsync|sync)\(' \
		-e '^(open|openat|openat2)\(.*O_(WRONLY|RDWR|CREAT|TRUNC)' \
		-e '^(write|writev|pwrite64)\(([03-9]|[1-9][0-9])'
}
only_reads() { # VERB...
	rm -f "$work/state/images"
	traced "$@" || return 1
	same "" "$(asked_for)"
}
for verb in plan "plan --json" status "status --json" list "list --json" image "image --json" \
	show check metrics config "config --get path" "apply --dry-run"; do
	# shellcheck disable=SC2086  # words
	ok "$verb writes nothing, starts nothing, waits for nothing, takes no lock" \
		only_reads $verb
done
echo "pending 1" >"$work/state/applied"
ok "status of an apply that did not finish asks for the lock, and takes none" only_reads status
rm "$work/state/applied"
unpacked_size() { # as plan takes it
	below "$tool" snapshot | tar -xO .images | sed -n 's/^initramfs_unpacked_bytes //p'
}
ok "the unpacked size of an image that nobody measured is not known" \
	same "" "$(unpacked_size)"

learns() {
	traced learn || return 1
	grep -q 'execve(.*zstd' "$work/trace" &&
		[ "$(unpacked_size)" -ge $((unpacked_kib * 1024)) ]
}
ok "learn unpacks it, and plan reads the size that it found" learns
learns_once() {
	traced learn && ! grep -q 'execve(.*zstd' "$work/trace"
}
ok "learn does not unpack the same image again" learns_once
applies() {
	rm -f "$work/state/images"
	traced apply || return 1
	grep -q '^unpacked_bytes ' "$work/state/images"
}
ok "apply measures it, too" applies
builds() {
	rm -f "$work/state/images"
	traced image --measure || return 1
	same "" "$(cat "$work/out")" && grep -q '^unpacked_bytes ' "$work/state/images"
}
ok "so does the build, by image --measure" builds
# held DO...: while another kdump-dma holds the lock; 37 is F_OFD_SETLK
held() {
	rm -f "$work/state/images"
	below python3 -c '
import fcntl, os, struct, subprocess, sys
fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
fcntl.fcntl(fd, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
sys.exit(subprocess.run(sys.argv[2:], timeout=10).returncode)' $state/lock "$@"
}
is_busy() { held "$tool" image --measure 2>"$work/said"; [ $? = 1 ] && grep -q 'is at work' "$work/said"; }
if command -v python3 >/dev/null; then
	ok "where another one holds the lock it does not wait" is_busy
else
	skip "where another one holds the lock it does not wait" "no python3"
fi
ends() {
	rm -f "$work/state/images"
	traced learn --shutdown || return 1
	! [ -e "$work/state/images" ]
}
ok "a shutdown waits for no measurement" ends

tap_end
