# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Small machines to run kdump-dma on: . tests/tool/tree.sh
#
# machine DIR RAM_MIB RESERVED_MIB CMDLINE: an x86_64 production kernel 6.1
# with that much memory, part of it reserved below 4 GiB; no encryption.
machine() {
	dir=$1 ram=$2 reserved=$3
	mkdir -p "$dir/proc/sys/kernel/random" "$dir/sys/kernel/kexec" \
		"$dir/dev" "$dir/etc" "$dir/usr/lib/kdump-dma" "$dir/var/lib" \
		"$dir/usr/sbin" "$dir/boot" "$dir/sys/bus/pci/devices"
	cp conf/policy.conf "$dir/usr/lib/kdump-dma/policy.conf"
	printf '%s\n' 'release 6.1.0-40-amd64' 'machine x86_64' \
		'page_size 4096' >"$dir/.machine"
	echo "BOOT_IMAGE=/boot/vmlinuz root=/dev/vda1 ro quiet $4" \
		>"$dir/proc/cmdline"
	echo 11111111-2222-3333-4444-555555555555 \
		>"$dir/proc/sys/kernel/random/boot_id"
	printf 'MemTotal: %d kB\nMemFree: %d kB\nMemAvailable: %d kB\n' \
		$(((ram - reserved) * 1024)) $((ram * 512)) $((ram * 512)) \
		>"$dir/proc/meminfo"
	{
		echo "00001000-0009fbff : System RAM"
		printf '00100000-%08x : System RAM\n' $((ram * 1048576 - 1))
		printf '  %08x-%08x : Crash kernel\n' $((512 * 1048576)) \
			$(((512 + reserved) * 1048576 - 1))
	} >"$dir/proc/iomem"
	cat >"$dir/proc/zoneinfo" <<-END
	Node 0, zone      DMA
	  pages free     2816
	        min      68
	        low      85
	        high     102
	        spanned  4095
	        present  3997
	        managed  3840
	        cma      0
	  start_pfn:           1
	Node 0, zone    DMA32
	  pages free     300000
	        min      1000
	        low      1200
	        high     1400
	        spanned  520160
	        present  520160
	        managed  450000
	        cma      0
	  start_pfn:           4096
	END
	printf '6,0,0,-;Linux version 6.1.0-40-amd64\n' >"$dir/dev/kmsg"
	echo 1 >"$dir/sys/kernel/kexec_crash_loaded"
	echo $((reserved * 1048576)) >"$dir/sys/kernel/kexec_crash_size"
}

# capture DIR LOWEST_MIB: a learned capture in 256 MiB
capture() {
	mkdir -p "$1/var/lib/kdump-dma"
	cat >"$1/var/lib/kdump-dma/history.json" <<-END
	{ "schema": 1, "captures": [ { "id": "/var/crash/a",
	  "when": "2026-11-23T10:00:00Z", "release": "6.1.0-40-amd64",
	  "machine": "x86_64", "outcome": "saved", "verdict": "unmanaged",
	  "dma32": "managed", "patched": "no", "reserved_kib": 262144,
	  "available_start_kib": $(($2 * 1024 + 8192)),
	  "available_lowest_kib": $(($2 * 1024)), "initrd_kib": 8192 } ] }
	END
}

# programs_into DIR PROGRAM...: each with its libraries, so that chroot can run it
programs_into() {
	into=$1
	shift
	mkdir -p "$into/usr/bin" "$into/usr/lib" "$into/usr/lib64"
	ln -sfn usr/bin "$into/bin"
	ln -sfn usr/lib "$into/lib"
	ln -sfn usr/lib64 "$into/lib64"
	for program; do
		path=$(command -v "$program")
		install "$path" "$into/usr/bin" || return
		ldd "$path" | grep -o '/[^ ]*' | while read -r library; do
			[ -e "$into$library" ] || install -D "$library" "$into$library"
		done
	done
	[ -e "$into/dev/null" ] || mknod -m 666 "$into/dev/null" c 1 3
}

enabled() { # DIR UNIT
	mkdir -p "$1/etc/systemd/system/multi-user.target.wants"
	: >"$1/etc/systemd/system/multi-user.target.wants/$2"
}

# In the syntax of Debian's kdump-tools, with a line of each kind it has; with panic=,
# which Debian's default does not have.
kdump_tools() {
	enabled "$1" kdump-tools.service
	mkdir -p "$1/etc/default/grub.d" "$1/boot/grub"
	: >"$1/boot/grub/grub.cfg"
	: >"$1/usr/sbin/update-grub"
	cat >"$1/usr/sbin/kdump-config" <<-'END'
	#!/bin/sh
	KDUMP_CMDLINE_APPEND=${KDUMP_CMDLINE_APPEND:="reset_devices systemd.unit=kdump-tools-dump.service nr_cpus=1 panic=10"}
	END
	cat >"$1/etc/default/kdump-tools" <<-'END'
	# kdump on this machine
	USE_KDUMP=1
	KDUMP_KERNEL=/var/lib/kdump/vmlinuz
	KDUMP_COREDIR="/var/crash"
	#KDUMP_FAIL_CMD="reboot -f"
	#KDUMP_CMDLINE=""
	#KDUMP_CMDLINE_APPEND="reset_devices nr_cpus=1"

	#MAKEDUMP_ARGS="-c -d 31"
	#SSH="<user at server>"
	END
	# shellcheck disable=SC2016  # the file's own variable
	echo 'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT crashkernel=384M-:128M"' \
		>"$1/etc/default/grub.d/kdump-tools.cfg"
	chmod 640 "$1/etc/default/kdump-tools"
}

# In the syntax of kdump-utils.
kdumpctl() {
	enabled "$1" kdump.service
	mkdir -p "$1/etc/sysconfig" "$1/usr/bin"
	: >"$1/usr/bin/kdumpctl"
	: >"$1/usr/sbin/grubby"
	cat >"$1/etc/sysconfig/kdump" <<-'END'
	# what the capture kernel is told
	KDUMP_KERNELVER=""
	KDUMP_COMMANDLINE=""
	KDUMP_COMMANDLINE_REMOVE="hugepages hugepagesz slub_debug quiet swiotlb cma"
	# appended
	KDUMP_COMMANDLINE_APPEND="irqpoll nr_cpus=1 reset_devices initramfs_options=size=90% panic=10"
	KEXEC_ARGS="-s"
	END
	printf '%s\n' '#raw /dev/sda5' 'path /var/crash' \
		'core_collector makedumpfile -l --message-level 7 -d 31' \
		'#auto_reset_crashkernel yes' >"$1/etc/kdump.conf"
}

# In the syntax of SUSE's kdump.
suse() {
	enabled "$1" kdump.service
	mkdir -p "$1/etc/sysconfig"
	: >"$1/usr/sbin/kdumptool"
	printf '%s\n' '## Type: string' '## Default: "auto"' '#' \
		'KDUMP_CRASHKERNEL="auto"' '' \
		'KDUMP_UPDATE_BOOTLOADER="true"' 'KDUMP_CPUS=32' \
		'KDUMP_COMMANDLINE_APPEND=""' >"$1/etc/sysconfig/kdump"
}

# Ours, where grub is Debian's.
native() {
	enabled "$1" kdump-dma.service
	: >"$1/usr/sbin/kdump-config" # installed, not enabled
	mkdir -p "$1/etc/default/grub.d" "$1/etc/kdump-dma.conf.d" \
		"$1/boot/grub"
	: >"$1/boot/grub/grub.cfg"
	: >"$1/usr/sbin/update-grub"
	printf 'append = irqpoll\n' >"$1/etc/kdump-dma.conf"
}

# etc DIR: every file below etc, its mode and its bytes, as one text
etc() {
	(cd "$1" && find etc -type f | sort | while read -r file; do
		stat -c '%n %a %u %g' "$file"
		cat "$file"
	done)
}

# stamps DIR: when each file was changed last, and which file it is
stamps() {
	(cd "$1" && find etc var -type f | sort | xargs stat -c '%n %i %Y %Z %y')
}
