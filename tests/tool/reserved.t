#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Where nothing can be loaded nothing is reserved, and what was asked for and not
# reserved is said, whoever asked for it.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh

tool=build/san/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
number=0

# a machine without a reservation, in $tree: BACKEND RAM_MIB CMDLINE
bare() {
	number=$((number + 1))
	tree=$work/$number
	machine "$tree" "$2" 0 "$3"
	"$1" "$tree"
	sed -i '/Crash/d' "$tree/proc/iomem"
	echo 0 >"$tree/sys/kernel/kexec_crash_loaded"
}
put() { # FILE TEXT
	mkdir -p "$tree/${1%/*}"
	printf '%s\n' "$2" >"$tree/$1"
}
of() { # release MACHINE
	sed -i "s/^release .*/release $1/; s/^machine .*/machine $2/" "$tree/.machine"
}
status() { # WANTED_STATUS FILTER WANTED
	got=0
	"$tool" status --root "$tree" --json >"$work/status" 2>&1 || got=$?
	same "$1 $3" "$got $(jq -r "$2" "$work/status" 2>&1)" ||
		{ cat "$work/status" && return 1; }
}
crashkernel='.settings[] | select(.name == "crashkernel")'

# ---- nothing can be loaded
# refused NAME: not armed for that reason, and neither setting changes
refused() {
	status 5 '.cannot_load' "$1" &&
		status 5 '[.settings[] | .reason] | unique | join(" ")' cannot-load &&
		status 5 '[.settings[] | .change] | any' false &&
		status 5 '.armed_why == (.settings[1].sentence)' true || return
	got=0
	"$tool" plan --root "$tree" >"$work/plan" 2>&1 || got=$?
	same 0 "$got" && "$tool" apply --dry-run --root "$tree" >"$work/apply" 2>&1 &&
		! grep -q '^would' "$work/apply"
}
allowed() {
	status 5 '.cannot_load' null && status 5 "$crashkernel | .change" true
}

bare native 4096 ''
ok "nothing is against it" allowed
put proc/sys/kernel/kexec_load_disabled 0
put proc/sys/kernel/kexec_load_limit_panic -1
put sys/kernel/security/lockdown '[none] integrity confidentiality'
ok "sysctls and lockdown as they are by default" allowed
put proc/sys/kernel/kexec_load_limit_panic 0
ok "a kexec_load_limit_panic of 0 is said" refused kexec-load-limit
put proc/sys/kernel/kexec_load_disabled 1
ok "kexec_load_disabled is said" refused kexec-load-disabled
for backend in kdump_tools kdumpctl suse; do
	bare $backend 4096 ''
	put proc/sys/kernel/kexec_load_disabled 1
	ok "kexec_load_disabled, $backend" refused kexec-load-disabled
done
bare native 4096 crashkernel=256M
machine "$tree" 4096 256 crashkernel=256M
put proc/sys/kernel/kexec_load_disabled 1
ok "an image that is loaded all the same counts" status 3 '[.armed, .cannot_load] | @csv' 'true,'
echo 0 >"$tree/sys/kernel/kexec_crash_loaded"
ok "without it what is reserved stays" refused kexec-load-disabled

bare native 4096 ''
put proc/sys/kernel/kexec_load_disabled 1
rm -r "$tree"/sys/kernel/kexec* "$tree/proc/sys/kernel/kexec_load_disabled"
ok "a kernel without kexec" refused no-kexec
put sys/kernel/kexec_loaded 0
ok "with kexec, and none for a crash" refused no-crash-dump
rm -r "$tree/sys/kernel"
ok "no sysfs there: nothing is known" allowed
put boot/config-6.1.0-40-amd64 '# CONFIG_KEXEC is not set'
ok "one way to load is enough" allowed
put boot/config-6.1.0-40-amd64 "$(printf '# CONFIG_KEXEC is not set\n# CONFIG_KEXEC_FILE is not set')"
ok "a configuration without kexec" refused no-kexec
bare native 4096 ''
put boot/config-6.1.0-40-amd64 "$(seq -f 'CONFIG_OPTION_%.0f=y' 2000)"
ok "a whole configuration that does not have them" refused no-crash-dump

bare native 4096 crashkernel=256M
of 6.1.0-40-s390x s390x
put boot/config-6.1.0-40-s390x "$(printf 'CONFIG_KEXEC=y\n# CONFIG_CRASH_DUMP is not set')"
ok "Debian's s390x kernel, without CONFIG_CRASH_DUMP, is said" refused no-crash-dump

# what a container is shown is its host's
for note in run/systemd/container run/.containerenv; do
	bare native 4096 ''
	put "$note" podman
	ok "a container, by /$note, is said" refused container
done
put sys/kernel/kexec_crash_loaded 1
ok "also where its host has an image loaded" status 0 '.cannot_load' container

# Debian's arm64 and ppc64el kernels with Secure Boot
bare kdump_tools 4096 ''
of 6.12.1-arm64 aarch64
put sys/kernel/security/lockdown 'none [integrity] confidentiality'
ok "locked down, and nobody knows whether kexec_file_load is there" allowed
put usr/lib/modules/6.12.1-arm64/config "$(printf 'CONFIG_KEXEC=y\nCONFIG_KEXEC_FILE=y\nCONFIG_CRASH_DUMP=y')"
ok "locked down with kexec_file_load" allowed
put boot/config-6.12.1-arm64 "$(printf 'CONFIG_KEXEC=y\n# CONFIG_KEXEC_FILE is not set\nCONFIG_CRASH_DUMP=y')"
ok "locked down without it" refused lockdown
put sys/kernel/security/lockdown 'none integrity [confidentiality]'
ok "lockdown=confidentiality without kexec_file_load is said" refused lockdown
put sys/kernel/security/lockdown '[none] integrity confidentiality'
ok "without lockdown kexec_load will do" allowed

bare native 4096 ''
put sys/hypervisor/type xen
put sys/hypervisor/guest_type HVM
put proc/xen/capabilities ''
ok "a guest of Xen with virtual hardware" allowed
put sys/hypervisor/guest_type PV
ok "a paravirtual guest of Xen is said" refused xen-pv
put proc/xen/capabilities control_d
ok "Xen's control domain is said" refused xen-dom0

# powerpc's firmware makes the dump: crashkernel= is the size of its reservation
for words in fadump=on 'fadump=nocma crashkernel=2G'; do
	bare kdumpctl 65536 "$words"
	of 5.14.0-503.el9.ppc64le ppc64le
	ok "$words: crashkernel= is not ours" refused fadump
done
put sys/kernel/fadump/enabled 1
put sys/kernel/fadump/registered 1
ok "firmware that makes the dump is armed" status 0 '[.armed, .armed_why] | @csv' \
	'true,"firmware makes the dump (fadump)"'
put sys/kernel/fadump/enabled 0
put sys/kernel/fadump/registered 0
ok "firmware that cannot is none" status 5 .cannot_load null
bare kdumpctl 65536 fadump=off
of 5.14.0-503.el9.ppc64le ppc64le
ok "fadump=off: crashkernel= is a capture kernel's" allowed

# ---- asked for, and not reserved
# FILTER WANTED... of a machine whose kernel reserved nothing
says() { # PATTERN
	got=0
	"$tool" status --root "$tree" >"$work/status" 2>&1 || got=$?
	same 5 "$got" || return
	for line in 'armed  *no:' doubt; do
		grep -q "^$line  *this kernel was given crashkernel=.* and reserved nothing: .*$1" \
			"$work/status" || { cat "$work/status" && return 1; }
	done
}
plans() { # WORDS REASON
	status 5 "$crashkernel | \"\\(.new) \\(.reason)\"" "$*" &&
		status 5 "$crashkernel | .sentence | test(\"reserved nothing; \")" true
}
log() {
	printf '6,0,0,-;Linux version 6.1.0-40-amd64\n6,9,0,-;%s\n' "$1" >"$tree/dev/kmsg"
}

bare native 4096 crashkernel=384M-:128M
ok "a default for which there was no room" says 'in one piece'
ok "less is planned where there was no room for the default" plans crashkernel=96M nothing-reserved
log 'crashkernel reservation failed - No suitable area found.'
ok "with the kernel's own line" says 'its log says "crashkernel reservation failed - No suitable'
for words in auto 8G-:256M 512M-1G:128M 256MB 200G; do
	for backend in native kdump_tools kdumpctl suse; do
		bare $backend 4096 crashkernel=$words
		ok "$words, $backend: is said" says ''
	done
done
# the kernel takes bytes at their word, and may find them
for words in 256 256,high 1G-:256 256@16M; do
	bare native 4096 crashkernel=$words
	ok "$words: that are bytes" says 'are 256 bytes, for its size has no unit; did somebody mean 256M?'
	printf '  20000000-200000ff : Crash kernel\n' >>"$tree/proc/iomem"
	echo 256 >"$tree/sys/kernel/kexec_crash_size"
	ok "$words, and they are reserved" says 'are 256 bytes'
done
bare native 4096 crashkernel=512K
ok "512K: no kernel starts in it" says 'too little for any kernel (512 KiB); give it a size in M'
bare native 4096 crashkernel=0
ok "0 is a choice" status 5 '[.doubt, .nothing_reserved] | @csv' '"",'
bare native 4096 crashkernel=256
printf 'distribution_crashkernel = 256\n' >>"$tree/etc/kdump-dma.conf"
ok "bytes that are a distribution's: a size is planned" plans crashkernel=256M table

bare kdumpctl 8192 crashkernel=auto
of 5.14.0-503.el9.x86_64 x86_64
ok "auto where the kernel does not know it: a size is planned" plans crashkernel=256M table
bare kdumpctl 1536 crashkernel=auto
of 4.18.0-553.el8_10.x86_64 x86_64
ok "auto of RHEL 8 on a machine that may be too small for it" says 'too little memory for \"auto\"'
bare kdumpctl 8192 crashkernel=auto
machine "$tree" 8192 448 crashkernel=auto
of 4.18.0-553.el8_10.aarch64 aarch64
ok "auto of RHEL 8, which reserved: what is reserved stays until something was measured" \
	status 0 "$crashkernel | [.change, .reason] | @csv" 'false,"enough"'
bare native 4096 'crashkernel=8G-:256M'
ok "an administrator's value is left alone, with what came of it" \
	plans 'crashkernel=8G-:256M' administrator
printf 'distribution_crashkernel = 8G-:256M 1G@16M\n' >>"$tree/etc/kdump-dma.conf"
ok "a default without a range for this machine" plans crashkernel=256M table
sed -i 's/crashkernel=[^ ]*/crashkernel=1G@16M/' "$tree/proc/cmdline"
log 'crashkernel reservation failed - memory is in use.'
ok "a default with an offset that is in use: without it" plans crashkernel=256M table

bare native 8192 'crashkernel=512M'
mkdir -p "$tree/var/lib/kdump-dma"
printf 'crashkernel crashkernel=512M\nboot_id other\n' >"$tree/var/lib/kdump-dma/applied"
sed -i '2s/.*/00100000-1ffffffff : System RAM/' "$tree/proc/iomem"
ok "status says why a value of ours was not reserved" says 'in one piece'
ok "ours, for which there was no room: the table has less" plans crashkernel=256M table
printf 'kernel_bytes 60000000\ninitramfs_bytes 200000000\ninitramfs_unpacked_bytes 500000000\n' \
	>"$tree/.images"
ok "ours, and an image that needs as much: left, with the reason" \
	plans crashkernel=512M nothing-reserved
rm "$tree/.images"
log 'cannot allocate crashkernel low memory (size:0x10000000).'
ok "no room below 4 GiB: less of it" plans 'crashkernel=176M,high crashkernel=80M,low' table

bare native 8192 'crashkernel=256M'
of 6.1.0-40-arm64 aarch64
printf 'distribution_crashkernel = 256M\n' >>"$tree/etc/kdump-dma.conf"
ok "arm64 before 6.2 looks above 4 GiB only where it is told to" \
	plans 'crashkernel=320M,high crashkernel=0M,low' table

# ---- small machines, and kernels that are packed
bare native 512 ''
ok "a VM of 512 MiB gets a quarter of it" status 5 "$crashkernel | .new" crashkernel=128M
bare native 256 ''
ok "one of 256 MiB is told from which size on" \
	status 5 "$crashkernel | \"\\(.reason) \\(.sentence | test(\"from 512 MiB on\"))\"" 'too-small true'

# too small for any: nothing else is advised in another place
for words in 384M-:128M 512M-:192M 256MB 1G auto; do
	bare kdump_tools 380 crashkernel=$words
	printf 'distribution_crashkernel = 256MB 1G\n' >"$tree/etc/kdump-dma.conf"
	sed -i "s/crashkernel=[^ \"]*/crashkernel=$words/" "$tree/etc/default/grub.d/kdump-tools.cfg"
	ok "$words on 380 MiB: no other size is advised" \
		says 'too little memory for any: from 512 MiB on some is reserved'
	case $words in
	*:*) ok "$words on 380 MiB: the plan says the same" plans "crashkernel=$words" too-small ;;
	esac
done
bare kdump_tools 400 crashkernel=384M-:128M
ok "400 MiB are enough for less" says 'ask for less'
ok "and less is planned" plans crashkernel=96M nothing-reserved

# a distribution's default that takes too much of a small machine
small() { # BACKEND RAM_MIB RESERVED_MIB WORDS
	bare "$1" "$2" "crashkernel=$4"
	machine "$tree" "$2" "$3" "crashkernel=$4"
	: >"$tree/boot/grub/grub.cfg" 2>/dev/null
}
planned() { # STATUS WORDS REASON TEXT
	status "$1" "$crashkernel | \"\(.new) \(.reason) \(.sentence | test(\"$4\"))\"" "$2 $3 true"
}
small native 512 192 512M-:192M
ok "a third of memory is exceeded: down to what the table asks for" \
	planned 3 crashkernel=128M ram-share '192 MiB are set, more than 33 % of 512 MiB'
small native 640 256 512M-32G:256M,32G-:512M
ok "so it is with Azure Linux's default" planned 3 crashkernel=128M ram-share 'table ask for 128 MiB'
small native 700 256 512M-32G:256M,32G-:512M
printf 'kernel_bytes 60000000\ninitramfs_bytes 20000000\ninitramfs_unpacked_bytes 50000000\n' \
	>"$tree/.images"
ok "where the estimate asks for more, down to that" planned 3 crashkernel=224M ram-share 'table ask for'
small native 600 256 512M-32G:256M,32G-:512M
printf 'kernel_bytes 60000000\ninitramfs_bytes 20000000\ninitramfs_unpacked_bytes 50000000\n' \
	>"$tree/.images"
ok "where it asks for more than the share: it stays, and is said" \
	planned 3 crashkernel=512M-32G:256M,32G-:512M enough 'and they stay'
small native 512 192 192M
ok "an administrator's stays" planned 3 crashkernel=192M administrator 'by hand'
small native 1024 192 512M-:192M
ok "within the share nothing is lowered before it was measured" \
	planned 3 crashkernel=512M-:192M enough '192 MiB stay'

bare native 4096 ''
sed -i '/^release/d; /^machine/d' "$tree/.machine"
ok "an architecture that is not known is told as that" status 5 \
	'[.settings[] | .reason] | join(" ")' 'verdict-unknown need-unknown'

# zboot TYPE BYTES_BEHIND: 17 MB that are unpacked to 50
zboot() {
	printf 'MZ\0\0zimg\0\020\0\0\100\146\003\001\0\0\0\0\0\0\0\0%s\0' "$1" >"$work/zboot"
	truncate -s $((4096 + 17000000 - 4 + $2)) "$work/zboot"
	printf '\200\360\372\002' >>"$work/zboot"
}
bare kdumpctl 32768 ''
of 6.12.0-1.el10.aarch64 aarch64
truncate -s 32M "$tree/boot/initramfs-6.12.0-1.el10.aarch64kdump.img"
kernel_bytes() { status 5 '.numbers.estimate.kernel_bytes' "$1"; }
for type in gzip:0 zstd22:4 xzkern:4; do
	zboot ${type%:*} ${type#*:}
	cp "$work/zboot" "$tree/boot/vmlinuz-6.12.0-1.el10.aarch64"
	ok "arm64, zboot of ${type%:*}" kernel_bytes 50000000
done
gzip -c "$work/zboot" >"$tree/boot/vmlinuz-6.12.0-1.el10.aarch64"
ok "arm64's Image.gz counts with its unpacked size" kernel_bytes "$(stat -c %s "$work/zboot")"
head -c 4096 "$work/zboot" >"$tree/boot/vmlinuz-6.12.0-1.el10.aarch64"
ok "arm64, zboot that is cut: what it says that there is, and a factor" kernel_bytes 68000000

# ---- and so it is from a snapshot
copied() {
	rm -rf "$work/copy" && mkdir "$work/copy" &&
		"$tool" snapshot --root "$tree" -o - | tar -C "$work/copy" -xf - || return
	for what in plan status; do
		for at in "$tree" "$work/copy"; do
			"$tool" $what --root "$at" 2>&1 | grep -v '^backend'
		done >"$work/both"
		same 0 "$(($(wc -l <"$work/both") % 2))" || return
		half=$(($(wc -l <"$work/both") / 2))
		head -n "$half" "$work/both" >"$work/before"
		tail -n "$half" "$work/both" >"$work/after"
		diff "$work/before" "$work/after" || return
	done
}
for number in $(seq "$number"); do
	tree=$work/$number
	ok "machine $number: the same from its snapshot" copied
done

# ---- memory that was added since the boot ---------------------------------------
bare native 65536 crashkernel=8G-:512M
"$tool" status --root "$tree" >"$work/out"
ok "ranges that fit the memory of now: it may have been less at boot" grep -q \
	'no free memory of that size in one piece, or less memory at its boot than the ranges ask for' "$work/out"
bare native 65536 crashkernel=512M
"$tool" status --root "$tree" >"$work/out"
ok "a size does not ask for memory" grep -q 'no free memory of that size in one piece: its log' "$work/out"
# added RESERVED_MIB USED_MIB: 64 GiB now, and that was reserved for "2G-64G:256M,64G-:512M"
added() {
	number=$((number + 1))
	tree=$work/$number
	machine "$tree" 65536 "$1" crashkernel=2G-64G:256M,64G-:512M
	native "$tree"
	capture "$tree" $((256 - $2))
	"$tool" plan --root "$tree" >"$work/out" 2>&1
}
added 256 252
ok "256 MiB are reserved, whatever the ranges give now: more is asked for" grep -q \
	'crashkernel=2G-64G:256M,64G-:512M -> crashkernel=[34]' "$work/out"
added 512 252
ok "where they gave 512 MiB at boot, these are enough" grep -q \
	'^crashkernel: crashkernel=2G-64G:256M,64G-:512M, no change' "$work/out"
# CXL memory that the kernel brought online itself is not there early in the boot
bare native 4096 ''
cat >>"$tree/proc/iomem" <<END
1050000000-304fffffff : CXL Window 0
  1050000000-304fffffff : region0
    1050000000-304fffffff : dax0.0
      1050000000-304fffffff : System RAM (kmem)
END
sed -i 's/^MemTotal:.*/MemTotal: 138412032 kB/' "$tree/proc/meminfo"
"$tool" plan --root "$tree" >"$work/out" 2>&1
ok "CXL memory is no memory that is there at boot" grep -q 'has 256 MiB for 4096 MiB of memory' "$work/out"
bare native 4096 ''
printf '140000000-23fffffff : System RAM\n1000000000-10ffffffff : System RAM\n' >>"$tree/proc/iomem"
"$tool" plan --root "$tree" >"$work/out" 2>&1
ok "memory of nodes with holes between them is added up" grep -q 'for 12288 MiB of memory' "$work/out"
tap_end
