#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What other packages' files say, in each form that these packages themselves accept:
# kdump.conf of kdump-utils, /etc/sysconfig/kdump of SUSE, /etc/default/kdump-tools.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh

tool=build/san/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
number=0

# armed BACKEND CMDLINE: an armed machine of 4 GiB with 256 MiB reserved, in $tree
armed() {
	number=$((number + 1))
	tree=$work/$number
	machine "$tree" 4096 256 "$2"
	"$1" "$tree"
}
says() { # PATTERN: a line of status
	"$tool" status --root "$tree" >"$work/out"
	grep -q -- "$1" "$work/out" || { cat "$work/out" && return 1; }
}
says_not() {
	"$tool" status --root "$tree" >"$work/out"
	grep -q ^crashkernel "$work/out" && ! grep -- "$1" "$work/out"
}

# ---- kdump.conf: a comment needs no blank before it, quotes are taken off ----

default=crashkernel=2G-64G:256M,64G-:512M
kdump_conf() { # LINE, for printf(1)
	armed kdumpctl "$default"
	# shellcheck disable=SC2059  # its escapes are meant
	printf "path /var/crash\n$1\n" >"$tree/etc/kdump.conf"
}
for value in 'no' '"no"' 'no#mine' 'no # mine' '"no" # mine' 'no\r' '\tno\t'; do
	kdump_conf "auto_reset_crashkernel $value"
	ok "auto_reset_crashkernel $value: the size is somebody's" \
		says '^crashkernel .* set by administrator (/etc/kdump.conf says auto_reset_crashkernel no)'
done
for value in 'yes' '"yes"' '"no' '#no'; do
	kdump_conf "auto_reset_crashkernel $value"
	ok "auto_reset_crashkernel $value: kdump-utils may set it" says '^crashkernel .* set by distribution'
done
dump_in() { # FOLDER: list finds a dump there
	mkdir -p "$tree/srv/dumps/one"
	echo x >"$tree/srv/dumps/one/vmcore"
	"$tool" list --root "$tree" >"$work/out" 2>&1
	grep -q "/srv/dumps/*one$" "$work/out" || { cat "$work/out" && return 1; }
}
for value in '/srv/dumps' '"/srv/dumps"' '/srv/dumps#here' '"/srv/dumps/"  # here' '//srv//dumps' '/srv/dumps\r'; do
	kdump_conf "path $value"
	ok "path $value: the dump there is found" dump_in
done
for value in '--mount "/dev/sdb1 /mnt ext4 defaults"' '--mount=/dev/sdb1' '"--add x --mount /y"'; do
	kdump_conf "dracut_args $value"
	ok "dracut_args $value: another file system" says '^unseen'
done
for value in '--omit-drivers "cfg80211 snd"' '--add-drivers nvme' '--no-hostonly # no --mount'; do
	kdump_conf "dracut_args $value"
	ok "dracut_args $value: no other file system" says_not '^unseen'
done
for value in 1 '"1"' '1#so'; do
	kdump_conf "force_no_rebuild $value"
	ok "force_no_rebuild $value: a doubt" says '^doubt .*force_no_rebuild'
done
kdump_conf 'auto_reset_crashkernel yes # it may'
capture "$tree" 150
etc "$tree" >"$work/before"
"$tool" apply --root "$tree" >"$work/out" 2>&1
ok "apply writes the option" grep -qx 'auto_reset_crashkernel no' "$tree/etc/kdump.conf"
ok "what apply wrote is not somebody's" says_not 'says auto_reset_crashkernel no'
"$tool" revert --root "$tree" >"$work/out" 2>&1
etc "$tree" >"$work/after"
ok "revert gives the line back, with its comment" diff "$work/before" "$work/after"

# ---- SUSE: /etc/sysconfig/kdump is sourced, empty is the default --------------

suse_with() { # CMDLINE NAME=VALUE...
	armed suse "$1"
	shift
	for line; do
		sed -i "/^${line%%=*}=/d" "$tree/etc/sysconfig/kdump"
		echo "$line" >>"$tree/etc/sysconfig/kdump"
	done
}
# load.sh adds panic=1 only where there is no word of that name
for word in panic=0 '"panic=0"' 'panic=30 panic=0'; do
	suse_with "crashkernel=256M,high $word"
	ok "SUSE: the capture kernel inherits $word" says '^doubt .*adds panic=10'
done
ok "SUSE: apply adds a word of its own" sh -c \
	"'$tool' apply --root '$tree' >/dev/null 2>&1; grep -q '^KDUMP_COMMANDLINE_APPEND=\".*panic=10' '$tree/etc/sysconfig/kdump'"
ok "SUSE: with that no doubt is left" says_not '^doubt .*panic='
suse_with 'crashkernel=256M,high panic=0' 'KDUMP_COMMANDLINE="root=/dev/vda1"'
ok "SUSE: words in place of production's" says_not '^doubt .*panic='
suse_with 'crashkernel=256M,high' 'KDUMP_COMMANDLINE="root=/dev/vda1 panic=0"'
ok "SUSE: words in place of production's have panic=0" says '^doubt .*panic=10'

for value in '' '""' "''" '" auto"' "'auto '"; do
	suse_with crashkernel=256M,high "KDUMP_CRASHKERNEL=$value"
	ok "SUSE: KDUMP_CRASHKERNEL=$value is auto" says '^crashkernel .* set by distribution'
done
suse_with crashkernel=256M,high 'KDUMP_CRASHKERNEL="crashkernel=256M,high"'
ok "SUSE: a size in KDUMP_CRASHKERNEL is somebody's" says '^crashkernel .* set by administrator'
suse_with 'crashkernel=256M,high' 'KDUMP_CRASHKERNEL=""'
capture "$tree" 150
"$tool" apply --root "$tree" >"$work/out" 2>&1
ok "SUSE: apply fills in an empty size" grep -q '^KDUMP_CRASHKERNEL="crashkernel=.*M' "$tree/etc/sysconfig/kdump"
ok "SUSE: and the empty one is still nobody's" says_not 'set by administrator'
"$tool" revert --root "$tree" >"$work/out" 2>&1
ok "SUSE: revert empties it again" grep -q '^KDUMP_CRASHKERNEL=""$' "$tree/etc/sysconfig/kdump"

# kdumptool runs what the variable says: only true lets it write the boot line
refuses() {
	sum=$(cksum "$tree/etc/sysconfig/kdump")
	"$tool" apply --root "$tree" >"$work/out" 2>&1
	same 4 $? && same "$sum" "$(cksum "$tree/etc/sysconfig/kdump")" &&
		grep -q 'KDUMP_UPDATE_BOOTLOADER' "$work/out" && return
	cat "$work/out"
	return 1
}
# shellcheck disable=SC2016  # for a shell to read
for value in false '"no"' 0 False off '"$X"'; do
	suse_with crashkernel=256M,high "KDUMP_UPDATE_BOOTLOADER=$value"
	ok "SUSE: KDUMP_UPDATE_BOOTLOADER=$value: the size is somebody's" says '^crashkernel .* set by administrator'
	suse_with '' "KDUMP_UPDATE_BOOTLOADER=$value" 'KDUMP_COMMANDLINE_APPEND="coherent_pool=0"'
	echo 0 >"$tree/sys/kernel/kexec_crash_size"
	sed -i /Crash/d "$tree/proc/iomem"
	ok "SUSE: KDUMP_UPDATE_BOOTLOADER=$value: apply refuses, and says why" refuses
done
for value in true '""' "'true'"; do
	suse_with crashkernel=256M,high "KDUMP_UPDATE_BOOTLOADER=$value"
	ok "SUSE: KDUMP_UPDATE_BOOTLOADER=$value: kdumptool writes it" says '^crashkernel .* set by distribution'
done

# an image for the estimate; nr_cpus= is KDUMP_CPUS, all CPUs if that is 0
estimate() {
	printf '%s\n' 'kernel_bytes 40000000' 'initramfs_bytes 20000000' \
		'initramfs_unpacked_bytes 60000000' >"$tree/.images"
	mkdir -p "$tree/sys/devices/system/cpu"
	echo 0-255 >"$tree/sys/devices/system/cpu/possible"
	"$tool" plan --json --root "$tree" | jq .numbers.estimate.per_cpu_bytes
}
mib() { echo $(($1 * 384 * 1024)); }
while read -r cpus line; do
	suse_with crashkernel=256M,high "$line"
	ok "SUSE: $line: $cpus CPUs" same "$(mib "$cpus")" "$(estimate)"
done <<-'END'
	32 KDUMP_CPUS=32
	32 KDUMP_CPUS=""
	32 KDUMP_CPUS=many
	4 KDUMP_CPUS="4"
	256 KDUMP_CPUS=0
	8 KDUMP_COMMANDLINE_APPEND="nr_cpus=8"
	256 KDUMP_COMMANDLINE="root=/dev/vda1"
	2 KDUMP_COMMANDLINE="root=/dev/vda1 nr_cpus=2"
END

# ---- kdump-tools: the unit does nothing unless USE_KDUMP is a number but 0 ----

kdump_tools_with() { # LINE
	armed kdump_tools crashkernel=384M-:128M
	enabled "$tree" kdump-dma.service
	sed -i '/^USE_KDUMP/d' "$tree/etc/default/kdump-tools"
	echo "$1" >>"$tree/etc/default/kdump-tools"
}
for line in '#USE_KDUMP=1' USE_KDUMP=0 USE_KDUMP= 'USE_KDUMP=""' USE_KDUMP=00 USE_KDUMP=no "USE_KDUMP='0'"; do
	kdump_tools_with "$line"
	ok "kdump-tools, $line: it is switched off" says '^backend  *native'
done
for line in USE_KDUMP=1 'USE_KDUMP="1"' USE_KDUMP=2; do
	kdump_tools_with "$line"
	ok "kdump-tools, $line: it is at work" says '^backend  *kdump-tools'
done

# ---- a folder in memory --------------------------------------------------------

in_memory() { # BACKEND
	armed "$1" crashkernel=256M
	mkdir -p "$tree/proc/self"
	echo '21 1 254:1 / / rw shared:1 - ext4 /dev/vda1 rw' >"$tree/proc/self/mountinfo"
	echo '22 21 0:40 / /var/crash rw shared:2 - tmpfs tmpfs rw' >>"$tree/proc/self/mountinfo"
}
for backend in kdump_tools kdumpctl suse; do
	in_memory "$backend"
	ok "$backend: a dump on tmpfs is lost" says '^doubt .*/var/crash is on tmpfs'
	sed -i 2d "$tree/proc/self/mountinfo"
	ok "$backend: one on a disk is not" says_not tmpfs
done

# ---- /etc/default/grub is shell: a size that somebody wrote is theirs ----------

grub() { # LINE, for printf(1): a machine that reserves nothing yet
	armed native ''
	echo 0 >"$tree/sys/kernel/kexec_crash_size"
	echo 0 >"$tree/sys/kernel/kexec_crash_loaded"
	sed -i /Crash/d "$tree/proc/iomem"
	# shellcheck disable=SC2059  # its escapes are meant
	printf "$1\n" >"$tree/etc/default/grub"
}
while IFS= read -r line; do
	grub "$line"
	ok "grub: $line: left alone" says '^crashkernel .* set by administrator'
done <<-'END'
	GRUB_CMDLINE_LINUX="crashkernel=512M"
	GRUB_CMDLINE_LINUX+=' crashkernel=512M,high' # mine
	GRUB_CMDLINE_LINUX="quiet \\\n crashkernel=512M"
	GRUB_CMDLINE_LINUX="quiet\n# no comment\ncrashkernel=512M"
	GRUB_CMDLINE_LINUX=$(echo crashkernel=512M)
	GRUB_CMDLINE_LINUX=`echo crashkernel=512M`
	: ${GRUB_CMDLINE_LINUX:=crashkernel=512M}
	GRUB_CMDLINE_LINUX=crashkernel=512M; export GRUB_CMDLINE_LINUX
	GRUB_CMDLINE_LINUX="quiet crashkernel="512M
	GRUB_CMDLINE_LINUX="quiet crashkernel="$SIZE
	GRUB_CMDLINE_LINUX="crashkernel=${SIZE:-512M}"
	GRUB_CMDLINE_LINUX="crashkernel=512MB"
	GRUB_CMDLINE_LINUX="crashkernel=512M"\r
	GRUB_CMDLINE_LINUX=$(echo "$GRUB_CMDLINE_LINUX" | sed s/crashkernel=auto/crashkernel=512M/)
	GRUB_CMDLINE_XEN="crashkernel=1G"\nGRUB_CMDLINE_LINUX="crashkernel=512M"
	GRUB_CMDLINE_LINUX="it'\''s crashkernel=512M"
END
while IFS= read -r line; do
	grub "$line"
	ok "grub: $line: nobody's" says '^crashkernel  *(unset); advised: crashkernel='
done <<-'END'
	GRUB_CMDLINE_LINUX="quiet" # crashkernel=512M was too much
	GRUB_CMDLINE_LINUX=quiet;# crashkernel=512M
	  # GRUB_CMDLINE_LINUX="crashkernel=512M"
	GRUB_CMDLINE_XEN_DEFAULT="dom0_mem=2G crashkernel=512M"
	  export GRUB_CMDLINE_XEN='crashkernel=512M'
	GRUB_CMDLINE_XEN="dom0_mem=2G \\\n crashkernel=512M"
	GRUB_CMDLINE_LINUX_XEN_REPLACE_DEFAULT="crashkernel=512M"
	GRUB_CMDLINE_LINUX="crashkernel=auto"
	GRUB_CMDLINE_LINUX="crashkernel="
	GRUB_CMDLINE_LINUX=$(echo "$GRUB_CMDLINE_LINUX" | sed 's/crashkernel=[^ ]*//')
	GRUB_CMDLINE_LINUX=$(echo "$GRUB_CMDLINE_LINUX" | sed 's#crashkernel=.*##')
	GRUB_CMDLINE_LINUX=$(echo "$GRUB_CMDLINE_LINUX" | sed "s/crashkernel=\\\\S*//")
END

# kernel/cmdline is no shell: kernel-install hands on a "#" that is not a line's first
while IFS= read -r line; do
	grub ''
	sed -i 's/BOOT_IMAGE=[^ ]*/initrd=\\x/' "$tree/proc/cmdline"
	mkdir -p "$tree/etc/kernel" "$tree/usr/bin"
	: >"$tree/usr/bin/kernel-install"
	# shellcheck disable=SC2059  # its escapes are meant
	printf "$line\n" >"$tree/etc/kernel/cmdline"
	ok "kernel/cmdline: $line: left alone" says '^crashkernel .* set by administrator'
done <<-'END'
	root=x crashkernel=512M
	root=x # crashkernel=512M
	# a comment\nroot=x\ncrashkernel=512M
	root=x m.y='z crashkernel=512M
END
echo '  # crashkernel=512M' >"$tree/etc/kernel/cmdline"
ok "kernel/cmdline: a line that is a comment" says '^crashkernel  *(unset); advised: crashkernel='

tap_end
