#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What kdump-dma status says before there is a crash: a target that cannot be saved to
# or is too small, a build or a load that failed, a makedumpfile that does not know the
# kernel, events that do not end in a dump.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh
. tests/tool/storage.sh

tool=build/san/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
not() { ! "$@"; }
status() { "$tool" status --root "$tree" >"$work/out" 2>&1; }
says() { # PATTERN
	status
	grep -q -e "$1" "$work/out" || { cat "$work/out" && return 1; }
}
doubts() { # PATTERN: which also counts in the exit status
	says "^doubt  *.*$1" && status
	same 3 "$?"
}
# $tree: an armed machine that has all it needs, and nothing to change
good() { # NAME
	stored "$1"
	sed -i 's/crashkernel=[^ ]*/crashkernel=128M/' "$tree/proc/cmdline"
	printf 'manage_crashkernel = never\nmanage_coherent_pool = never\n' >"$tree/etc/kdump-dma.conf"
}
good plain
status
ok "nothing to look at: no doubt" not says '^doubt'

# ---- the target ----------------------------------------------------------------
good tmpfs
mounted 0:40 /var/crash tmpfs tmpfs
ok "a target that cannot be saved to" doubts 'no capture image can be built: /var/crash is on tmpfs'
rm -r "$tree/sys/dev/block"
ok "a snapshot without devices says nothing of it" not says '^doubt'
good room
echo 400000000 >"$tree/.room"
ok "less room than a quarter of the memory" doubts 'has 381 MiB free, and a dump may take 511 MiB (a quarter'
echo 600000000 >"$tree/.room"
ok "more room than a quarter of the memory is no doubt" not says '^doubt'
echo 7 >"$tree/.inodes"
ok "too few inodes for a dump" doubts 'the target has 7 free inodes, and a dump takes 8'
echo 8 >"$tree/.inodes"
ok "enough of them are no doubt" not says '^doubt'
capture "$tree" 100
sed -i 's/"initrd_kib"/"dump_bytes": 301000000, "initrd_kib"/' "$tree/var/lib/kdump-dma/history.json"
ok "less than twice the largest dump" doubts 'a dump may take 574 MiB (twice the largest so far)'

# ---- a disk that needs the DMA zone -----------------------------------------------
kernel() { # RELEASE [MACHINE]
	ln -sfn $release "$tree/lib/modules/$1"
	: >"$tree/boot/vmlinuz-$1"
	printf 'release %s\nmachine %s\npage_size 4096\n' "$1" "${2:-x86_64}" >"$tree/.machine"
}
# on DRIVER: the disk of the root file system is found by that driver
on() {
	device pci0000:00/0000:00:1f.2 "$1" "$1"
	module "drivers/scsi/$1.ko" drivers/scsi/scsi_mod.ko
}
good snic
on snic
kernel 5.15.0-100-generic
ok "5.15 finds no disk of snic without a DMA zone" \
	doubts 'a disk of snic, which asks for memory of the DMA zone .* will have none'
kernel 6.1.0-40-amd64
ok "6.1 does" not says '^doubt'
kernel 5.10.0-30-amd64
ok "5.10 has its low MiB there" not says '^doubt'
capture "$tree" 100
sed -i 's/6\.1\.0-40-amd64/5.10.0-30-amd64/' "$tree/var/lib/kdump-dma/history.json"
ok "5.10 that had none" doubts 'a disk of snic, .* the capture kernel had none'
sed -i 's/"patched": "no"/"patched": "yes"/' "$tree/var/lib/kdump-dma/history.json"
ok "5.10 with the patches does not need it" not says '^doubt'
good ahci
kernel 5.15.0-100-generic
ok "nor do other disks" not says '^doubt'
on myrb
printf 'backend = kdump-tools\n' >>"$tree/etc/kdump-dma.conf"
mkdir -p "$tree/etc/default" "$tree/var/crash"
echo 'USE_KDUMP=1' >"$tree/etc/default/kdump-tools"
ok "with another backend, the disk of its folder" doubts 'a disk of myrb'
mounted 8:16 /var/crash ext4 /dev/sdb
ok "and not of another one" not says '^doubt'

# ---- what native left -----------------------------------------------------------
good failed
mkdir -p "$tree/run/kdump-dma"
printf 'the capture image for %s was not built\ndracut: a\ndracut: no room\n' $release \
	>"$tree/run/kdump-dma/failed-$release"
ok "a build that failed, with what was said last" doubts "$release was not built: dracut: no room"
mv "$tree/run/kdump-dma/failed-$release" "$tree/run/kdump-dma/failed-5.10.0"
ok "that of another kernel is not this one's" not says '^doubt'
printf 'kexec refused the capture kernel\nCannot open x\n' >"$tree/run/kdump-dma/failed-load"
ok "a load that failed" doubts 'kexec refused the capture kernel: Cannot open x'
good header
mkdir -p "$tree/run/kdump-dma"
header() { # MEMSZ
	printf 'kexec words\nKernel text Elf header: p_type = 1, p_offset = 0x20df9ee00000 p_paddr = 0x0 p_vaddr = 0x0 p_memsz = 0x%s\n' \
		"$1" >"$tree/run/kdump-dma/kexec"
}
header ffffdf20a3410000
ok "a segment that is larger than memory: no vmcore will come" \
	doubts '0xffffdf20a3410000 bytes, more than there is memory: no vmcore'
header 2010000
ok "one that is not is right" not says '^doubt'

# ---- makedumpfile and the kernel ---------------------------------------------------
good fit
program() { # VERSION
	{
		printf 'version %s\nasked 2026-11-26T10:00:00Z\n' "$1"
		stat --printf 'bytes %s\nchanged_seconds %Y\n' "$tree/usr/bin/makedumpfile"
	} >"$tree/var/lib/kdump-dma/makedumpfile"
}
mkdir -p "$tree/var/lib/kdump-dma"
program 1.7.6
ok "6.1 and 1.7.6 fit" not says '^doubt'
kernel 6.12.118-amd64
ok "6.12 and 1.7.6 do not" doubts 'makedumpfile 1.7.6 does not know kernel 6.12 (1.7.7 and later do): it recognises no free page'
"$tool" plan --root "$tree" >/dev/null 2>"$work/out"
ok "plan says it, too" grep -q 'makedumpfile 1.7.6 does not know' "$work/out"
printf 'AnonPages: 0 kB\nCached: 0 kB\nBuffers: 0 kB\n' >>"$tree/proc/meminfo"
echo 1000000000 >"$tree/.room"
ok "then a dump takes all that is in use" doubts 'a dump may take 1920 MiB (all that is in use)'
rm "$tree/.room"
program 1.7.10
ok "a later one knows it: parts are numbers" not says '^doubt'
program 1.7.8
kernel 6.12.118-arm64 aarch64
ok "arm64 without addresses of 52 bits" not says '^doubt'
printf 'CONFIG_ARM64_4K_PAGES=y\nCONFIG_ARM64_VA_BITS=52\n' >"$tree/boot/config-6.12.118-arm64"
ok "arm64 with addresses of 52 bits needs a later makedumpfile" doubts 'stops at this kernel.s addresses of 52 bits'
kernel 7.2.12-amd64
ok "7.2 and 1.7.8: pages are missing" doubts 'kernel 7.1 (1.7.10 and later do): it leaves out pages'
program 1.7.2
kernel 6.5.13-amd64
ok "6.5 and 1.7.2: slab is missing" doubts 'kernel 6.2 (1.7.3 and later do): it leaves out pages'
ok "and huge pages are saved" doubts 'kernel 6.3 (1.7.3 and later do): it does not leave out huge pages'
kernel 6.11.2-amd64
ok "of several rows the one that needs the latest" doubts 'kernel 6.10 (1.7.6 and later do): it leaves out pages'
ok "each is said once" not says '6\.2 .*it leaves out\|6\.[36] .*huge'
program 1.7.4
kernel 6.8.12-amd64
ok "6.8 and 1.7.4 fit" not says '^doubt'
kernel 6.9.1-powerpc64le ppc64le
ok "6.9 of ppc64le and 1.7.4: it stops" doubts 'kernel 6.9 (1.7.5 and later do): it stops'
echo 1000000000 >"$tree/.room"
ok "then all of the memory is copied" doubts 'a dump may take 1920 MiB (all of the memory)'
program 1.7.5
kernel 6.9.1-amd64
ok "a dump without huge pages has room" not doubts 'a dump may take'
sed -i 's/^MemFree:.*/MemFree: 450000 kB/' "$tree/proc/meminfo"
printf 'AnonHugePages: 0 kB\nHugetlb: 1048576 kB\n' >>"$tree/proc/meminfo"
ok "one that has them needs more" doubts 'a dump may take 1480 MiB (with huge pages)'
rm "$tree/.room"
echo 'makedumpfile_needs = 9.0,2.0,all,incomplete' >>"$tree/etc/kdump-dma.conf"
ok "makedumpfile_needs= overrides what is known of makedumpfile" not says '^doubt'
: >"$tree/etc/kdump-dma.conf"
echo another >"$tree/usr/bin/makedumpfile"
ok "a program that is not the one that was asked is not known" not says 'does not know kernel'

# ---- an image that is not built anew ---------------------------------------------
tree=$work/kdumpctl
machine "$tree" 2048 128 crashkernel=384M-:128M
kdumpctl "$tree"
ok "kdump-utils builds its image anew when something changes" not says '^doubt'
echo 'force_no_rebuild 0' >>"$tree/etc/kdump.conf"
ok "also where that is said" not says '^doubt'
sed -i 's/_rebuild 0/_rebuild 1/' "$tree/etc/kdump.conf"
ok "force_no_rebuild is a doubt" doubts 'kdump.conf says force_no_rebuild'

# ---- events -------------------------------------------------------------------------
good events
ok "a kernel of which nothing is known: a panic" says '^dumped  *panic$'
for key in panic_on_oops softlockup_panic unknown_nmi_panic; do
	echo 0 >"$tree/proc/sys/kernel/$key"
done
ok "an oops does not end in a dump" doubts 'an oops does not end in a dump: kernel.panic_on_oops is 0'
echo 1 >"$tree/proc/sys/kernel/panic_on_oops"
ok "an oops that ends in a dump is no doubt" not says '^doubt'
ok "which events do, and which do not" says '^dumped  *panic oops; not: softlockup nmi$'
echo 0 >"$tree/proc/sys/kernel/panic_on_oops"
mkdir -p "$tree/etc/sysctl.d"
echo 'kernel.panic_on_oops = 0' >"$tree/etc/sysctl.d/mine.conf"
ok "an administrator's choice is no doubt" not says '^doubt'
rm "$tree/etc/sysctl.d/mine.conf"
echo 'panic_on = softlockup' >>"$tree/etc/kdump-dma.conf"
ok "panic_on= in our configuration is no doubt" not says '^doubt'
echo 'panic_on = oops softlockup hardlockup hung_task rcu_stall' >>"$tree/etc/kdump-dma.conf"
parameters=$tree/sys/module/rcupdate/parameters
mkdir -p "$parameters"
for key in panic_on_oops softlockup_panic hardlockup_panic hung_task_panic panic_on_rcu_stall \
	soft_watchdog nmi_watchdog watchdog_thresh hung_task_timeout_secs; do
	echo 1 >"$tree/proc/sys/kernel/$key"
done
echo 0 >"$parameters/rcu_cpu_stall_suppress"
ok "what the kernel looks for ends in a dump" says '^dumped  *panic oops softlockup hardlockup hung_task rcu_stall; not: nmi$'
unseen() { # EVENT KEY FILE VALUE: with that value there is no panic
	kept=$(cat "$3")
	echo "$4" >"$3"
	doubts "panic_on= has $1, and the kernel does not look for it: $2 is $4"
	code=$?
	says "^dumped  *panic.*; not:.* $1" || code=1
	echo "$kept" >"$3"
	return $code
}
sysctls=$tree/proc/sys/kernel
ok "soft lockups are not looked for" unseen softlockup kernel.soft_watchdog "$sysctls/soft_watchdog" 0
ok "hard lockups are not, as on most virtual machines" unseen hardlockup kernel.nmi_watchdog "$sysctls/nmi_watchdog" 0
ok "neither are" unseen softlockup kernel.watchdog_thresh "$sysctls/watchdog_thresh" 0
ok "hung tasks are not" unseen hung_task kernel.hung_task_timeout_secs "$sysctls/hung_task_timeout_secs" 0
ok "stalls of RCU are not" unseen rcu_stall rcupdate.rcu_cpu_stall_suppress "$parameters/rcu_cpu_stall_suppress" 1
echo 'panic_on = oops' >>"$tree/etc/kdump-dma.conf"
echo 0 >"$sysctls/soft_watchdog"
ok "what was not asked for is no doubt" not says '^doubt'
for key in panic_on_oops softlockup_panic; do
	echo 0 >"$sysctls/$key"
done
echo 'panic_on = softlockup' >>"$tree/etc/kdump-dma.conf"
echo 1 >"$sysctls/soft_watchdog"
"$tool" status --json --root "$tree" >"$work/json"
ok "status --json has the events that end in a dump" jq -e '.panic_on.oops == false and .panic_on.nmi == false and .doubts == []' "$work/json"

tap_end
