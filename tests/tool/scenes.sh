# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# shellcheck disable=SC2154  # work is the suite's folder
# Machines to run the examples of README and manuals on, in $work: . this file
# after tree.sh, then `scene NAME` makes $tree (the machine, for --root) and
# $here (the folder that commands run in).
#
# production, capture: trees that were taken from real kernels
# others: made by tree.sh; the record that they learn from is a real one, of
# a Debian 12 guest of 1.5 GiB with crashkernel=512M-:192M.

crash_folder=kdump-dma-guest-2026-11-27T02:49:24Z
real_record=tests/tool/record-linux-6.1.json

scene() {
	here=$work/here tree=$work/tree
	rm -rf "$here" "$tree"
	mkdir "$here"
	"scene_$1"
}

scene_production() { tree=tests/snapshots/linux-6.1-production/root; }
scene_capture() {
	tree=tests/snapshots/linux-6.1-capture/root
	cp "$tree/proc/zoneinfo" "$here"
}

# a Debian 12 machine of 1.5 GiB with the native backend
debian() { # RESERVED_MIB CMDLINE
	machine "$tree" 1536 "$1" "$2"
	sed -i 's/^release .*/release 6.1.0-56-amd64/' "$tree/.machine"
	native "$tree"
	rm "$tree/etc/kdump-dma.conf"
}

# saved [JQ-FILTER]: it crashed before; its record is there, changed by the filter
saved() {
	folder=$tree/var/crash/$crash_folder
	mkdir -p "$folder"
	jq "${1-.}" "$real_record" >"$folder/kdump-dma.json"
	chmod 600 "$folder/kdump-dma.json"
	cp "$folder/kdump-dma.json" "$here"
	echo '[  128.670236] Kernel panic - not syncing: sysrq triggered crash' \
		>"$folder/vmcore-dmesg.txt"
}
learned() {
	build/san/kdump-dma learn --root "$tree" >/dev/null
}

# no crashkernel= on the kernel's command line
scene_new() {
	debian 16 ""
	sed -i '/Crash kernel/d' "$tree/proc/iomem"
	echo 0 >"$tree/sys/kernel/kexec_crash_size"
	echo 0 >"$tree/sys/kernel/kexec_crash_loaded"
}
# it was asked for, at an address that was taken
scene_unreserved() {
	scene_new
	echo 'root=/dev/vda1 ro quiet crashkernel=256M@16M' >"$tree/proc/cmdline"
	echo '6,9,0,-;crashkernel reservation failed - memory is in use.' >>"$tree/dev/kmsg"
}
# it is not, for nothing could be loaded
scene_disabled() {
	scene_new
	echo 1 >"$tree/proc/sys/kernel/kexec_load_disabled"
}
# memory is reserved, nothing is loaded
scene_unloaded() {
	debian 128 crashkernel=384M-:128M
	echo 0 >"$tree/sys/kernel/kexec_crash_loaded"
}
# one crash was saved and is learned
scene_learned() {
	debian 192 crashkernel=512M-:192M
	saved
	truncate -s 52411445 "$folder/vmcore"
	learned
}
# the same, and it was "kdump-dma test" that crashed it
scene_tested() {
	debian 192 crashkernel=512M-:192M
	: >"$tree/etc/debian_version"
	learned
	printf 'boot_id %s\nwhen 2026-11-27T02:48:00Z\n' \
		"$(cat "$tree/proc/sys/kernel/random/boot_id")" >"$tree/var/lib/kdump-dma/test"
	saved
	truncate -s 52411445 "$folder/vmcore"
	echo 99999999-2222-3333-4444-555555555555 >"$tree/proc/sys/kernel/random/boot_id"
	learned
}
# one crash was saved and is not learned yet
scene_saved() {
	debian 192 crashkernel=512M-:192M
	saved
	truncate -s 52411445 "$folder/vmcore"
}
# and what was learned is applied
scene_applied() {
	scene_learned
	build/san/kdump-dma apply --root "$tree" >/dev/null
}
# the collector was killed for its memory
scene_out_of_memory() {
	debian 192 crashkernel=512M-:192M
	saved '.dump.status = 137 | .dump.bytes = null | .kernel_log.oom_kills = 1 |
		.kernel_log.lines = ["Out of memory: Killed process 189 (makedumpfile)"] |
		.memory.available_lowest_kib = 0 |
		.events = ["makedumpfile failed with exit status 137",
			"a plain copy takes 1408 MiB, and 812 MiB are free"]'
	learned
}
# it was armed, it came back twice without an orderly shutdown, and nothing is there
scene_no_dump() {
	debian 192 crashkernel=512M-:192M
	learned
	for boot in 88888888 99999999; do
		echo $boot-2222-3333-4444-555555555555 \
			>"$tree/proc/sys/kernel/random/boot_id"
		learned
	done
}
# what systemd-journal-remote keeps of two machines, one of which lost a dump
scene_collector() {
	remote=/lib/systemd/systemd-journal-remote
	mkdir "$here/remote"
	for each in CAPTURED:'the dump was saved' FAILED:'no dump and no record were left'; do
		printf '%s\n' "__REALTIME_TIMESTAMP=1795000000000000" \
			"MESSAGE_ID=$(sed -n "s/^#define MESSAGE_ID_${each%%:*}[ 	]*\"\(.*\)\"/\1/p" src/verbs/journal.h)" \
			"MESSAGE=Crash of 6.1.0-56-amd64: ${each#*:}" ''
	done | "$remote" -o "$here/remote/fleet.journal" - 2>/dev/null
}
# a capture in which a driver asked for DMA memory
scene_dma_failure() {
	debian 256 crashkernel=256M
	saved '.kernel_log.page_allocation_failures = 1 | .kernel_log.gfp_dma_failures = 1 |
		.kernel_log.lines = ["swapper/0: page allocation failure: order:5, mode:0xcc1(GFP_KERNEL|GFP_DMA), nodemask=(null),cpuset=/,mems_allowed=0"]'
}
# the capture image lacks a library that makedumpfile needs
scene_incomplete() {
	debian 128 crashkernel=384M-:128M
	image=$work/image
	rm -rf "$image"
	mkdir -p "$image/dev" "$image/etc" "$tree/var/lib/kdump-dma"
	: >"$image/dev/null" # programs_into makes no node then
	printf "%s\n" version=1 device=UUID=1 fstype=ext4 path=/var/crash \
		>"$image/etc/kdump-dma-capture.conf"
	programs_into "$image" makedumpfile ls && cp "$image/usr/bin/ls" "$image/init" &&
		find "$image" -name 'liblzo2*' -delete &&
		(cd "$image" && find . | cpio -o -H newc --quiet) \
			>"$tree/var/lib/kdump-dma/initrd-6.1.0-56-amd64.img"
}
