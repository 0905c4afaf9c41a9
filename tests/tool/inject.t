#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# apply, revert and learn, of which one call of the kernel fails: a full disk, a
# dying one, one that is read only, no memory. Whatever fails, each file is whole,
# exit status 0 means that it was done, a failure is said, a rerun finishes,
# revert gives back the original to the byte, and nothing is left over. inject.py
# makes the calls fail and looks; here are the machines.
#
# INJECT=all takes each call with each error, which is tens of thousands; otherwise
# some of them, others with INJECT_SEED=N. INJECT_ONLY=PATTERN takes only machines
# and verbs like it, as in INJECT_ONLY='grubby*' or '*: learn'; INJECT_PART=1/4 takes
# the first of four parts of all calls, which can run side by side. In a TMPDIR that is
# a tmpfs (and not nodev, noexec) fsync costs nothing.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh

if ! command -v strace >/dev/null || ! strace -qq true 2>/dev/null; then
	skip "calls that fail" "strace is missing, or may not trace"
	tap_end
	exit
fi
if ! command -v python3 >/dev/null; then
	skip "calls that fail" "no python3"
	tap_end
	exit
fi
tool=$PWD/build/kdump-dma # a leak checker takes long
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
export LC_ALL=C INJECT_SOME="${INJECT_SOME:-8}" # of each verb
${CC:-cc} -O1 -o "$work/fail-call" tests/tool/fail-call.c || exit
"$work/fail-call" 9 / 0 0 0 "$(command -v env)" >/dev/null 9>&1 || {
	skip "calls that fail" "seccomp cannot be used here"
	tap_end
	exit
}

# each NAME VERB: from $work/original, or what apply makes of it
each() {
	# shellcheck disable=SC2254 # a pattern is what is asked for
	case "$1: $2" in ${INJECT_ONLY:-*}) ;; *) return ;; esac
	python3 tests/tool/inject.py "$work" "$tool" "$2" >"$work/bad" || echo "exit status $?" >>"$work/bad"
	count=$(cat "$work/count")
	rm -f "$work/count"
	ok "$1: $2, $count calls that fail" same "" "$(cat "$work/bad")"
	ok "$1: $2 was made to fail" test "${count:-0}" -gt $((INJECT_SOME / 2))
}
# a machine with a dump that was not learned yet
original() { # BACKEND
	rm -rf "$work/original"
	machine "$work/original" 2048 256 crashkernel=384M-:128M
	"$1" "$work/original"
	capture "$work/original" 150
	mkdir -p "$work/original/var/crash/h1"
	cat >"$work/original/var/crash/h1/kdump-dma.json" <<-END
	{"schema":1,"written":"2026-11-24T10:00:00Z","boot_id":"22222222-2222",
	"release":"6.1.0-40-amd64","machine":"x86_64","capture_kernel":true,
	"verdict":"unmanaged","dma32":"managed","patched":"no",
	"kernel_log":{"page_allocation_failures":0,"gfp_dma_failures":0,"oom_kills":0,
	"boot_total_kib":262144,"initrd_kib":8192},"memory":{"available_start_kib":95000,
	"available_lowest_kib":90000},"dump":{"status":0,"bytes":1000,"seconds":5}}
	END
	: >"$work/original/var/crash/h1/vmcore"
	chmod 600 "$work/original/var/crash/h1/kdump-dma.json"
}
for backend in kdump_tools kdumpctl suse native; do
	original $backend
	for what in apply revert learn; do
		each "$backend" $what
	done
done
original native
rm "$work/original/usr/sbin/update-grub"
mkdir -p "$work/original/usr/bin" "$work/original/etc/kernel"
: >"$work/original/usr/bin/kernel-install"
echo "root=/dev/vda1 ro" >"$work/original/etc/kernel/cmdline"
each kernel-install apply
each kernel-install revert

# ---- with the programs that make a change count ---------------------------------
[ "$(id -u)" = 0 ] || {
	skip "programs that make a change count" "without root"
	tap_end
	exit
}
# with_programs BACKEND MOCK...: what is called by their names is mock-NAME
with_programs() {
	original "$1"
	rm -rf "$work/original/var/crash/h1"
	shift
	for program in sh sleep cat mv sed; do programs_into "$work/original" "$program"; done
	programs_into "$work/original" "$tool"
	install -D "$tool" "$work/original/usr/sbin/kdump-dma"
	for program; do
		rm -f "$work/original/usr/sbin/$program" "$work/original/usr/bin/$program"
		install "tests/tool/mock-$program" "$work/original/usr/sbin/$program"
	done
	mkdir -p "$work/original/mock/entries" "$work/original/run" \
		"$work/original/boot/loader/entries" "$work/original/usr/lib/modules/6.1.0-40-amd64"
	: >"$work/original/boot/vmlinuz-6.1.0-40-amd64"
	echo 'root=/dev/vda1 ro quiet crashkernel=384M-:128M' |
		tee "$work/original/mock/entries/vmlinuz-6.1.0-39-amd64" \
			"$work/original/mock/entries/vmlinuz-6.1.0-40-amd64" >"$work/original/mock/kargs"
	echo 0 >"$work/original/sys/kernel/kexec_crash_loaded" # nothing to reload
	sed -i "s/6.1.0-40-amd64/$(uname -r)/; s/x86_64/$(uname -m)/" \
		"$work/original/var/lib/kdump-dma/history.json"
}
both() { # NAME
	each "$1" apply
	each "$1" revert
}
with_programs kdump_tools update-grub
chroot "$work/original" /usr/sbin/update-grub
both "update-grub, run"
# and the image is loaded anew
echo 1 >"$work/original/sys/kernel/kexec_crash_loaded"
chmod +x "$work/original/usr/sbin/kdump-config"
both "kdump-config, run"
with_programs kdumpctl grubby
both "grubby, run"
# What shows that this is no chroot cannot be opened: the rest is not taken for an image's.
in_doubt() {
	chroot "$work/original" /usr/sbin/kdump-dma apply
	strace -qq -o "$work/trace" -P proc/cmdline -e trace=openat -e inject=openat:error=ENOMEM:when=1 \
		chroot "$work/original" /usr/sbin/kdump-dma revert >"$work/out"
	grep -q INJECTED "$work/trace" || return
	! grep 'not run: grubby' "$work/out"
}
[ -n "${INJECT_ONLY:-}" ] || ok "/proc/cmdline cannot be opened: revert gives the words back all the same" in_doubt
with_programs kdumpctl rpm-ostree
: >"$work/original/run/ostree-booted"
rm "$work/original/usr/sbin/grubby"
mv "$work/original/usr/sbin/rpm-ostree" "$work/original/usr/bin"
both "rpm-ostree, run"
with_programs kdumpctl grubby zipl
: >"$work/original/etc/zipl.conf"
both "grubby and zipl, run"
with_programs suse kdumptool
mkdir "$work/original/boot/grub2"
chroot "$work/original" /usr/sbin/kdumptool commandline -U
both "kdumptool, run"
for program in kernel-install proxmox-boot-tool; do
	with_programs native $program
	rm "$work/original/usr/sbin/update-grub"
	mkdir "$work/original/etc/kernel"
	echo "root=/dev/vda1 ro crashkernel=384M-:128M" >"$work/original/etc/kernel/cmdline"
	case $program in
	kernel-install)
		mv "$work/original/usr/sbin/kernel-install" "$work/original/usr/bin"
		chroot "$work/original" /usr/bin/kernel-install add 6.1.0-40-amd64 /boot/vmlinuz-6.1.0-40-amd64
		;;
	*)
		: >"$work/original/etc/kernel/proxmox-boot-uuids"
		efi=$work/original/sys/firmware/efi/efivars
		mkdir -p "$efi"
		printf '\006\0\0\0s\0y\0s\0t\0e\0m\0d\0-\0b\0o\0o\0t\0\0\0' \
			>"$efi/LoaderInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"
		sed -i 's/BOOT_IMAGE=[^ ]* //' "$work/original/proc/cmdline"
		chroot "$work/original" /usr/sbin/proxmox-boot-tool refresh
		;;
	esac
	both "$program, run"
done
tap_end
