#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Whatever stands below --root in a file's place, a FIFO that nobody writes to or a
# file of 1 TiB, no verb waits for it, reads on for ever or writes it out.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh

tool=build/san/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
base=$work/base tree=$work/tree

# Files that are looked for and that tree.sh does not make
others="boot/config-6.1.0-40-amd64 boot/vmlinuz-6.1.0-40-amd64 etc/fstab etc/hostname
	etc/kdump-dma.conf etc/kdump-dma.conf.d/a.conf etc/kernel/cmdline etc/machine-id
	etc/default/grub etc/default/grub.d/x.cfg proc/cpuinfo proc/self/mountinfo proc/vmstat
	proc/sys/kernel/kexec_load_disabled proc/xen/capabilities run/kdump-dma/stale
	sys/devices/system/cpu/possible sys/firmware/memmap/0/start sys/hypervisor/type
	sys/kernel/kexec/crash_size sys/kernel/security/lockdown var/crash/a/dmesg
	var/crash/a/kdump-dma.json var/crash/a/vmcore var/lib/kdump-dma/applied
	var/lib/kdump-dma/boot var/lib/kdump-dma/images var/lib/kdump-dma/ours
	var/lib/kdump-dma/initrd-6.1.0-40-amd64.img var/lib/kdump-dma/reverted"

made_with() { # BACKEND
	rm -rf "$base"
	machine "$base" 4096 256 crashkernel=256M
	"$1" "$base"
	capture "$base" 100
	for file in $others; do
		[ -e "$base/$file" ] || { mkdir -p "$base/${file%/*}" && echo 1 >"$base/$file"; }
	done
}
# within SECONDS VERB...: it ends, by itself and not by a signal
ends() {
	got=0
	timeout 20 "$tool" "$@" --root "$tree" >"$work/out" 2>&1 </dev/null || got=$?
	[ "$got" -lt 124 ] && [ "$(stat -c %s "$work/out")" -lt 1000000 ] ||
		echo "$* with $kind as $file: exit status $got"
}
each_verb() { # KIND VERB...: with each file in turn
	kind=$1
	shift
	(cd "$base" && find . -type f ! -name .machine) | sort >"$work/files"
	while read -r file; do
		rm -rf "$tree"
		cp -a "$base" "$tree"
		rm "$tree/$file"
		case $kind in
		fifo) mkfifo "$tree/$file" ;;
		endless) truncate -s 1T "$tree/$file" ;;
		esac
		for verb; do
			# shellcheck disable=SC2086  # a verb and its options
			ends $verb
		done
	done <"$work/files" >"$work/bad"
	same "" "$(cat "$work/bad")"
}

for backend in kdump_tools kdumpctl suse; do
	made_with "$backend"
	ok "$backend, a FIFO: plan and learn end" each_verb fifo plan learn
done
made_with native
for kind in fifo endless; do
	ok "native, $kind: each verb that reads ends" \
		each_verb "$kind" status list check 'snapshot -o -' learn 'apply --dry-run'
done

# ---- a file that is there, on a disk that fails -------------------------------------
made_with kdump_tools
rm -r "$base/etc/kdump-dma.conf" "$base/etc/kdump-dma.conf.d" "$base/var/lib/kdump-dma"
mkdir -p "$base/etc/sysctl.d"
echo 'kernel.panic = 0' >"$base/etc/sysctl.d/panic.conf"
kept() { (cd "$base" && find etc -type f -exec sha256sum {} + | sort); }
refuses() {
	ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o "$work/trace" -P "$base/etc/sysctl.d/panic.conf" \
		-e inject=read:error=EIO "$tool" apply --root "$base" >"$work/out" 2>&1
	same 4 $? && grep -q "panic.conf: Input/output error: what it says is not known" "$work/out" &&
		grep -q "nothing is changed" "$work/out"
}
if strace -o "$work/trace" true 2>/dev/null; then
	before=$(kept)
	ok "apply decides nothing without a file that cannot be read" refuses
	ok "and writes nothing" same "$before" "$(kept)"
else
	skip "a file that cannot be read" "strace does not work here"
fi
tap_end
