#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What is not known, or was not measured, changes no boot line, and lowers or
# raises none again and again; a file that is not understood stays as it is.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh

tool=build/san/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
number=0

# a new machine of kdump-tools, in $tree: RAM_MIB RESERVED_MIB CMDLINE
debian() {
	number=$((number + 1))
	tree=$work/$number
	machine "$tree" "$1" "$2" "$3"
	kdump_tools "$tree"
}
# history JSON: the one capture there was
history() {
	mkdir -p "$tree/var/lib/kdump-dma"
	printf '{ "schema": 1, "captures": [ { "id": "/var/crash/a", "release": "6.1.0-40-amd64",
		"machine": "x86_64", "verdict": "unmanaged", "dma32": "managed", %s } ] }' \
		"$1" >"$tree/var/lib/kdump-dma/history.json"
}
images() { # KERNEL PACKED UNPACKED
	printf 'kernel_bytes %s\ninitramfs_bytes %s\ninitramfs_unpacked_bytes %s\n' "$@" \
		>"$tree/.images"
}
# plan of crashkernel=: its line and its reason
planned() { "$tool" plan --root "$tree" 2>/dev/null | sed -n '/^crashkernel/,+1p'; }
says() { # PATTERN
	planned >"$work/planned"
	grep -q "$1" "$work/planned" || { cat "$work/planned" && return 1; }
}
stays() { says '^crashkernel: .*no change'; }

debian 8192 512 crashkernel=1G-4G:192M,4G-64G:256M,64G-:512M
history '"outcome": "saved", "reserved_kib": 262144, "available_start_kib": 220000, "initrd_kib": 8000'
ok "a capture that nobody watched lowers nothing" stays

debian 8192 128 crashkernel=384M-:128M
history '"outcome": "failed", "oom_kills": 3'
apply_each_boot() {
	for _ in 1 2 3; do
		"$tool" apply --root "$tree" || return
	done
}
ok "a failure in a reservation of unknown size: apply" apply_each_boot
ok "it raises nothing at each boot" says '^crashkernel: crashkernel=384M-:128M, no change'

debian 4096 128 crashkernel=384M-:128M
history '"outcome": "failed", "oom_kills": 3, "reserved_kib": 131072'
ok "the table asks for more than a failure does: the failure is said, too" \
	says 'the table has 256 MiB.*; the last capture ran out of memory in 128 MiB'
debian 8192 512 crashkernel=1G-4G:192M,4G-64G:256M,64G-:512M
history '"outcome": "failed", "reserved_kib": 524288, "available_start_kib": 400000, "available_lowest_kib": 300000'
ok "a failure with memory left is said" says '512 MiB stay; the last capture failed, and no lack of memory'
ok "and changes nothing" stays

# why it was set is known of the newest value only
debian 4096 384 crashkernel=384M
mkdir -p "$tree/var/lib/kdump-dma"
printf 'crashkernel crashkernel=%s\n' 256M 384M >"$tree/var/lib/kdump-dma/ours"
printf '%s\n' 'crashkernel crashkernel=256M' 'boot_id 1' 'when 2026-11-27T02:37:19Z' 'why table: the table has 256 MiB' \
	>"$tree/var/lib/kdump-dma/applied"
explained() { "$tool" plan --root "$tree" 2>/dev/null | grep -q 'set 2026-11-27T02:37:19Z for: table'; }
says_no_other_reason() { ! explained; }
ok "an older value of ours is not told with the newest one's reason" says_no_other_reason
sed -i 's/=384M/=256M/' "$tree/proc/cmdline"
ok "the newest one is" explained

debian 8192 512 crashkernel=2G-4G:320M,4G-32G:512M,32G-64G:1024M,64G-128G:2048M,128G-:4096M
images 50000000 40000000 90000000
history '"outcome": "failed", "oom_kills": 3, "reserved_kib": 131072'
ok "a failure lowers nothing, whatever the image takes to unpack" stays

# a person's, and behind it the package's, which the kernel takes
debian 4096 128 crashkernel=384M-:128M
echo 'GRUB_CMDLINE_LINUX="crashkernel=512M"' >"$tree/etc/default/grub"
ok "of several words in the boot loader's files one counts, and that is said" \
	says 'crashkernel=512M crashkernel=384M-:128M was set by hand and is left alone; of several the kernel takes only the last$'
debian 8192 512 'crashkernel=440M,high crashkernel=72M,low'
ok "not of ,high and ,low" says ',low was set by hand and is left alone$'

debian 8192 512 "crashkernel=$(for i in $(seq 60); do
	printf '%dG-%dG:%dM,' "$i" $((i + 1)) $((i * 10))
done)64G-:512M"
ok "a list that is too long for us is the administrator's" says 'administrator'

# Kernels of Oracle (UEK) and Alibaba know more words than mainline's
for word in auto 4G-:auto; do
	debian 16384 448 "crashkernel=$word"
	sed -i 's/6.1.0-40-amd64/5.4.17-2136.el8uek.x86_64/' "$tree/.machine"
	echo 'manage_crashkernel = always' >"$tree/etc/kdump-dma.conf"
	ok "crashkernel=$word, which only this kernel understands: what it reserved stays" says '448 MiB stay'
	ok "and is not lowered by the table" stays
	sed -i '/Crash kernel/d' "$tree/proc/iomem"
	echo 0 >"$tree/sys/kernel/kexec_crash_size"
	ok "crashkernel=$word, and it reserved nothing" says 'auto -> crashkernel=256M'
done

# The kernel knows no quotes in front of the name, and takes one behind the size for a part
# of it. GRUB puts them around what has a blank in it.
debian 4096 0 '"crashkernel=256M"'
sed -i '/Crash kernel/d' "$tree/proc/iomem"
ok "a quoted word, which reserved nothing: that is said" says 'crashkernel=256M" reserved nothing'
debian 4096 256 '"crashkernel=256M quiet"'
ok "one with a blank in it reserves: it is somebody's" says 'crashkernel=256M was set by hand'
debian 4096 256 'old.crashkernel=256M'
ok "the kernel takes the end of a longer name for its own" says 'crashkernel=256M was set by hand'

debian 8192 512 ''
: >"$tree/proc/cmdline"
ok "a reservation without a word: unknown" says 'need-unknown'

debian 1024 128 crashkernel=512M-:192M
: >"$tree/proc/iomem"
: >"$tree/proc/meminfo"
images 50000000 400000000 900000000
ok "memory of unknown size: unknown" says 'need-unknown'

debian 6144 72 "crashkernel=56M,high crashkernel=16M,low"
printf 'manage_crashkernel = always\nram_share_percent = 5\n' >"$tree/etc/kdump-dma.conf"
sed -i 's/.*Crash.*/  110000000-11c7fffff : Crash kernel/' "$tree/proc/iomem"
images 60000000 50000000 120000000
history '"outcome": "saved", "reserved_kib": 362144, "available_start_kib": 220000,
	"available_lowest_kib": 160000, "initrd_kib": 50000'
ok "high and low together stay below the share of memory" says 'ram-share'

# ---- files ------------------------------------------------------------------
# Where kernel-install is the boot loader's tool
cmdline_file() { # CONTENT
	number=$((number + 1))
	tree=$work/$number
	machine "$tree" 2048 256 crashkernel=384M-:128M
	mkdir -p "$tree/etc/kernel" "$tree/usr/bin"
	: >"$tree/usr/bin/kernel-install"
	capture "$tree" 150
	printf '%b' "$1" >"$tree/etc/kernel/cmdline"
	cp "$tree/etc/kernel/cmdline" "$work/cmdline"
	"$tool" apply --root "$tree" >"$work/out" 2>&1
}
cmdline_file 'quiet console=ttyS0\nroot=UUID=abcd ro\ncrashkernel=384M-:128M\n'
ok "kernel/cmdline of several lines keeps all words" grep -Eqx \
	'quiet console=ttyS0 root=UUID=abcd ro +crashkernel=[0-9]+M' "$tree/etc/kernel/cmdline"
cmdline_file 'root=UUID=abcd ro\n# not this\ncrashkernel=384M-:128M\n'
ok "with a comment it is left alone" cmp "$work/cmdline" "$tree/etc/kernel/cmdline"
ok "and that is said" grep -q 'has a comment' "$work/out"

kdump_conf() { # CONTENT
	number=$((number + 1))
	tree=$work/$number
	machine "$tree" 2048 256 crashkernel=2G-64G:256M,64G-:512M
	kdumpctl "$tree"
	capture "$tree" 150
	printf '%b' "$1" >"$tree/etc/kdump.conf"
	cp "$tree/etc/kdump.conf" "$work/kdump.conf"
	"$tool" apply --root "$tree" >"$work/out" 2>&1
}
kdump_conf 'path /var/crash\n  auto_reset_crashkernel yes\n'
printf 'path /var/crash\nauto_reset_crashkernel no\n' >"$work/expected"
ok "an indented option of kdump.conf is not written twice" \
	diff "$work/expected" "$tree/etc/kdump.conf"
kdump_conf 'path /var/crash\n#x\0000y\nssh root@host\n'
ok "a kdump.conf that is no text is left alone" cmp "$work/kdump.conf" "$tree/etc/kdump.conf"
ok "and that is said" grep -q 'not a text file' "$work/out"

kdump_conf '#auto_reset_crashkernel yes\npath /var/crash\n'
echo 'extra_modules x' >>"$tree/etc/kdump.conf"
"$tool" revert --root "$tree" >"$work/out" 2>&1
echo 'extra_modules x' >>"$work/kdump.conf"
ok "a line that came since stays, our option goes" \
	diff "$work/kdump.conf" "$tree/etc/kdump.conf"

# ---- revert ------------------------------------------------------------------
cmdline_file 'root=UUID=old ro crashkernel=384M-:128M\n'
sed -i s/UUID=old/UUID=new/ "$tree/etc/kernel/cmdline"
capture "$tree" 60
"$tool" apply --root "$tree" >/dev/null
ok "revert keeps what somebody else wrote between two applies" "$tool" revert --root "$tree"
ok "his words, and crashkernel= as it was" grep -Eqx \
	'root=UUID=new ro +crashkernel=384M-:128M' "$tree/etc/kernel/cmdline"
number=$((number + 1)) tree=$work/$number
machine "$tree" 2048 256 crashkernel=256M
suse "$tree"
cp "$tree/etc/sysconfig/kdump" "$work/sysconfig"
capture "$tree" 150
"$tool" apply --root "$tree" >/dev/null
for file in "$tree/etc/sysconfig/kdump" "$work/sysconfig"; do
	echo 'KDUMP_SAVEDIR="ssh://backup/dumps"' >>"$file"
done
capture "$tree" 60
"$tool" apply --root "$tree" >/dev/null
ok "in a file of variables too" "$tool" revert --root "$tree"
ok "his line, and ours as they were" diff "$work/sysconfig" "$tree/etc/sysconfig/kdump"

debian 8192 128 crashkernel=384M-:128M
etc "$tree" >"$work/etc"
history '"outcome": "saved", "reserved_kib": 131072, "available_start_kib": 30000,
	"available_lowest_kib": 20000, "initrd_kib": 8000'
"$tool" apply --root "$tree" >/dev/null
echo 'not = understood' >"$tree/etc/kdump-dma.conf"
echo 'not JSON' >"$tree/var/lib/kdump-dma/history.json"
ok "revert with a broken configuration and history" "$tool" revert --root "$tree"
rm "$tree/etc/kdump-dma.conf"
etc "$tree" >"$work/now"
ok "all is as it was" diff "$work/etc" "$work/now"

refuses_relative() { ! "$tool" metrics --root "$tree" -o out.prom 2>"$work/out"; }
ok "metrics -o of a relative path is refused" refuses_relative
ok "and nothing is written" test ! -e "$tree/out.prom"

debian 8192 128 crashkernel=384M-:128M
capture "$tree" 20
mv "$tree/etc/default/kdump-tools" "$tree/etc/default/theirs"
ln -s theirs "$tree/etc/default/kdump-tools"
symlink() {
	"$tool" apply --root "$tree" >"$work/out" 2>&1
	same 4 $? && grep -q 'kdump-tools: is a symlink: left alone' "$work/out" &&
		same theirs "$(readlink "$tree/etc/default/kdump-tools")" &&
		! grep -q coherent_pool "$tree/etc/default/theirs"
}
ok "a symlink where a file of settings is to be stays, and apply says so" symlink

# Each backend's image, where that backend puts it.
image_of() { # BACKEND FILE
	tree=$work/$1
	machine "$tree" 8192 256 crashkernel=256M
	"$1" "$tree"
	mkdir -p "$tree/${2%/*}"
	(cd "$tree/etc" && find . | cpio -o -H newc 2>/dev/null) >"$tree/$2"
	"$tool" snapshot --root "$tree" -o "$tree.tar" >/dev/null || return
	tar -xOf "$tree.tar" --wildcards '*.images' >"$work/images" || return
	grep -qx "initramfs_bytes $(stat -c %s "$tree/$2")" "$work/images"
}
ok "native's image is found" image_of native var/lib/kdump-dma/initrd-6.1.0-40-amd64.img
ok "kdumpctl's image is found" image_of kdumpctl boot/initramfs-6.1.0-40-amd64kdump.img
ok "kdump-tools' image is found" image_of kdump_tools var/lib/kdump/initrd.img-6.1.0-40-amd64
ok "SUSE's image is found" image_of suse var/lib/kdump/initrd

# kdump-tools does nothing where its file says so: our own unit, if it is enabled.
backend_is() { # BACKEND USE_KDUMP-LINE
	sed -i "s/^USE_KDUMP.*/$2/" "$tree/etc/default/kdump-tools"
	same "$1" "$("$tool" status --json --root "$tree" | jq -r .backend)"
}
tree=$work/both
machine "$tree" 8192 256 crashkernel=256M
native "$tree"
kdump_tools "$tree"
ok "the backend is kdump-tools where it and our unit are enabled" backend_is kdump-tools USE_KDUMP=1
ok "the backend is native where kdump-tools is switched off in its file" backend_is native USE_KDUMP=0
ok "quotes around the 0 switch kdump-tools off, too" backend_is native 'USE_KDUMP="0" # no'
# shellcheck disable=SC2016  # the file's own
ok "what is not understood switches nothing off" backend_is kdump-tools 'USE_KDUMP=$X'
systemd=$tree/etc/systemd/system
ln -s /dev/null "$systemd/kdump-tools.service"
ok "the backend is native where kdump-tools is masked" backend_is native USE_KDUMP=1
rm "$systemd/kdump-tools.service"
mkdir -p "$tree/run/systemd/system"
ln -s /dev/null "$tree/run/systemd/system/kdump-tools.service"
ok "or masked until the next boot" backend_is native USE_KDUMP=1
echo '[Service]' >"$systemd/kdump-tools.service"
ok "not where an administrator's unit comes before that mask" backend_is kdump-tools USE_KDUMP=1
: >"$systemd/kdump-tools.service"
ok "an empty unit is masked" backend_is native USE_KDUMP=1
rm "$systemd/kdump-tools.service" "$tree/run/systemd/system/kdump-tools.service"
mv "$systemd/multi-user.target.wants/kdump-tools.service" "$work/unit"
ok "the backend is native where nothing wants kdump-tools" backend_is native USE_KDUMP=1
for kind in graphical.target.wants local.target.requires; do
	mkdir "$systemd/$kind" && cp "$work/unit" "$systemd/$kind/kdump-tools.service"
	ok "it is kdump-tools where $kind has it" backend_is kdump-tools USE_KDUMP=1
	rm -r "${systemd:?}/$kind"
done
for folder in run usr/local/lib usr/lib lib; do
	at=$tree/$folder/systemd/system
	mkdir -p "$at/multi-user.target.wants" && cp "$work/unit" "$at/multi-user.target.wants/kdump-tools.service"
	ok "it is kdump-tools where a target below /$folder wants it" backend_is kdump-tools USE_KDUMP=1
	ln -s /dev/null "$systemd/multi-user.target.wants/kdump-tools.service"
	ok "unless a link to /dev/null is in its place below /etc: /$folder" backend_is native USE_KDUMP=1
	rm "$systemd/multi-user.target.wants/kdump-tools.service"
	ln -s /dev/null "$systemd/kdump-tools.service"
	ok "or it is masked: /$folder" backend_is native USE_KDUMP=1
	rm -r "$systemd/kdump-tools.service" "$at"
done
mkdir -p "$tree/usr/lib/systemd/system-preset"
echo 'enable kdump-tools.service' >"$tree/usr/lib/systemd/system-preset/90-x.preset"
ok "a preset starts nothing" backend_is native USE_KDUMP=1
mkdir "$systemd/a.target.wants.old" && cp "$work/unit" "$systemd/a.target.wants.old/kdump-tools.service"
ok "a folder that is no target's counts for nothing" backend_is native USE_KDUMP=1
mv "$work/unit" "$systemd/multi-user.target.wants/kdump-tools.service"
rm "$tree/etc/systemd/system/multi-user.target.wants/kdump-dma.service"
ok "where nobody is set up, it is who is there" backend_is kdump-tools USE_KDUMP=0

# ---- an image that could not be built anew --------------------------------------
tree=$work/stale
machine "$tree" 8192 256 crashkernel=256M
native "$tree"
capture "$tree" 150
"$tool" apply --root "$tree" >/dev/null
mkdir -p "$tree/run/kdump-dma"
stale() { # STATUS-OF-STATUS [DOUBT]
	"$tool" status --root "$tree" >"$work/out"
	same "$1" $? && same "${2:-}" "$(sed -n 's/^doubt  *//p' "$work/out")"
}
ok "the image is what there is now" stale 0
printf 'the image is old\e[m\nmore\n' >"$tree/run/kdump-dma/stale"
ok "a note of the native backend is a doubt" stale 3 'the image is old?[m'
ok "status --json has the note of the native backend as a doubt" same 'the image is old?[m' "$("$tool" status --json --root "$tree" | jq -r .doubt)"
in_metrics() { "$tool" metrics --root "$tree" | grep -qx 'kdump_dma_doubt 1'; }
ok "the metrics say that there is a doubt" in_metrics
kdump_tools "$tree"
ok "beside another backend it says nothing" stale 3

# ---- not root ---------------------------------------------------------------
if [ "$(id -u)" = 0 ]; then
	debian 2048 256 crashkernel=384M-:128M
	capture "$tree" 150
	"$tool" apply --root "$tree" >/dev/null
	chmod 755 "$work" && chmod -R go+rX "$tree"
	chmod 700 "$tree/var/lib/kdump-dma"
	install -m 755 build/kdump-dma "$work/kdump-dma"
	as_nobody() { # VERB...: an error that says what cannot be read, and no answer
		setpriv --reuid 65534 --regid 65534 --clear-groups "$work/kdump-dma" \
			"$@" --root "$tree" >"$work/out" 2>"$work/err"
		same 1 $? && same "" "$(cat "$work/out")" &&
			grep -q '/var/lib/kdump-dma.*: Permission denied' "$work/err" &&
			grep -q 'run it as root' "$work/err"
	}
	for verb in status plan list metrics apply revert 'apply --dry-run'; do
		# shellcheck disable=SC2086  # a verb and its option
		ok "not root: $verb" as_nobody $verb
	done
else
	skip "plan and status as another user than root" "without root"
fi
# ---- a value that no file has: a root that was rolled back without /boot, the boot menu
debian 4096 128 crashkernel=384M-:128M
history '"outcome": "failed", "oom_kills": 3, "reserved_kib": 131072'
"$tool" apply --root "$tree" >"$work/out"
sed -i 's/crashkernel=.*/crashkernel=192M/' "$tree/proc/cmdline"
echo 22222222-2222-3333-4444-555555555555 >"$tree/proc/sys/kernel/random/boot_id"
is() { # PATTERN of status
	"$tool" status --root "$tree" >"$work/status" 2>&1
	grep -q "$1" "$work/status" || { cat "$work/status" && return 1; }
}
ok "a value that update-grub drops is nobody's choice" is '^crashkernel .*=192M, set by kdump-dma'
ok "which is a doubt" is '^doubt .*=192M, which no file of the boot loader has: an older boot entry'
"$tool" apply --root "$tree" >"$work/out" 2>&1
ok "the next apply mends it" grep -q 'crashkernel=256M"$' "$tree/etc/default/grub.d/zz-kdump-dma.cfg"
ok "and says when it counts" grep -q 'takes effect at the next boot' "$work/out"
echo 33333333-2222-3333-4444-555555555555 >"$tree/proc/sys/kernel/random/boot_id"
echo 'GRUB_CMDLINE_LINUX="crashkernel=192M"' >"$tree/etc/default/grub"
ok "one that a person wrote into a file is a person's" is '^crashkernel .*=192M, set by administrator'
rm "$tree/etc/default/grub"
mkdir -p "$tree/etc/grub.d" "$tree/boot/grub"
for entry in etc/grub.d/40_custom boot/grub/custom.cfg; do
	printf 'menuentry "mine" {\n\tlinux /vmlinuz root=/dev/vda1 crashkernel=192M quiet\n}\n' >"$tree/$entry"
	ok "so is one of a menu entry in $entry" is '^crashkernel .*=192M, set by administrator'
	sed -i 's/192M/160M/' "$tree/$entry"
	ok "but not if $entry has another one" is '^crashkernel .*=192M, set by kdump-dma'
	sed -i 's/160M/192M/; s/^/#/' "$tree/$entry"
	ok "or has it as a comment" is '^crashkernel .*=192M, set by kdump-dma'
done
rm -r "$tree/etc/grub.d" "$tree/boot/grub/custom.cfg"
"$tool" revert --root "$tree" >"$work/out"
ok "so is one that is there after a revert" is '^crashkernel .*=192M, set by administrator'
tap_end
