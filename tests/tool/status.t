#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# status, at every moment: while an image is built, with a wrong configuration, where
# dumps go elsewhere, after something was changed that no dump was saved with.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh
. tests/tool/scenes.sh

tool=$PWD/build/san/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
status() { "$tool" status --root "$tree" >"$work/out" 2>"$work/err"; }
line() { grep -qx -e "$1" "$work/out" || { cat "$work/out" "$work/err" && return 1; }; }
no_line() { ! grep -e "$1" "$work/out"; }

# ---- while the image is built --------------------------------------------------
scene unloaded
mkdir -p "$tree/var/lib/kdump-dma"
: >"$tree/var/lib/kdump-dma/build.lock"
touch -d '47 seconds ago' "$tree/var/lib/kdump-dma/build.lock"
status
ok "a lock that nobody holds is no build" line 'armed        no: memory is reserved, but no capture image is loaded'
flock "$tree/var/lib/kdump-dma/build.lock" "$tool" status --root "$tree" >"$work/out" 2>&1
ok "while it is held the image is built" line \
	'armed        no: kdump-dma.service is building the capture image (since [4-9][0-9] s)'

# ---- a wrong line ---------------------------------------------------------------
scene learned
printf 'margin_percent = x\nlow = y\n' >"$tree/etc/kdump-dma.conf"
status
ok "a wrong configuration: exit status 1 while it is armed" same 1 $?
ok "armed, all the same" line 'armed        yes: a capture image is loaded'
ok "a wrong configuration: status names the wrong line" line 'wrong        /etc/kdump-dma.conf:1: margin_percent: .*'
ok "each of them" line 'wrong        /etc/kdump-dma.conf:2: low: .*'
ok "nothing is advised from the defaults" no_line '^crashkernel'
echo 0 >"$tree/sys/kernel/kexec_crash_loaded"
status
ok "5 if it is not" same 5 $?

# ---- what was seen to save a dump ------------------------------------------------
scene new
status
ok "a machine without a dump was never tested" line 'tested       never: no dump was saved here yet'
scene learned
status
ok "a dump of a crash counts as a test" line 'tested       2026-11-27T02:49:27Z, by a crash'
echo 'append = irqpoll' >"$tree/etc/kdump-dma.conf"
status
ok "and a configuration that was changed since" line \
	'tested       2026-11-27T02:49:27Z, by a crash; not since the configuration was changed'
touch -d 2026-11-01 "$tree/etc/kdump-dma.conf"
echo image >"$tree/var/lib/kdump-dma/initrd-6.1.0-56-amd64.img"
status
ok "an image that was built since" line \
	'tested       2026-11-27T02:49:27Z, by a crash; not since the image was built anew'
touch -d 2026-11-01 "$tree/var/lib/kdump-dma/initrd-6.1.0-56-amd64.img"
sed -i 's/^release .*/release 6.1.0-57-amd64/' "$tree/.machine"
status
ok "a dump of another kernel does not count as a test" line 'tested       not since the kernel is another one'
scene tested
status
ok "a dump of a test is told as such" line 'tested       2026-11-27T02:49:27Z, by a test'

# ---- rehearsals -------------------------------------------------------------------
rehearsed_as() { # FILTER: what --json says of it
	"$tool" status --json --root "$tree" 2>/dev/null | jq -e "$1" >/dev/null
}
scene new
release=$(sed -n 's/^release //p' "$tree/.machine")
image=$tree/var/lib/kdump-dma/initrd-$release.img
mkdir -p "${image%/*}"
(cd "$tree" && echo . | cpio -o -H newc --quiet) | gzip >"$image"
touch -d 2026-11-25 "$image"
rehearsed() { # RELEASE BYTES SAVED PEAK_KIB
	printf '2026-11-26T10:00:00Z %s %s %s 131072 %s 0 26 1\n' "$@" >"$tree/var/lib/kdump-dma/rehearsed"
}
bytes=$(stat -c %s "$image")
status
ok "nothing was rehearsed: nothing is said" no_line ^rehearsed
ok "nothing, as JSON" rehearsed_as 'has("rehearsed") and .rehearsed == null'
rehearsed "$release" "$bytes" 1 80896
status
ok "a rehearsal that saved" line 'rehearsed    2026-11-26, saved in 128 MiB, peak 79 MiB'
ok "it counts as tested" line 'tested       2026-11-26T10:00:00Z, by a rehearsal'
ok "it is of the image in force" rehearsed_as \
	'.tested and (.rehearsed | .saved and .image_in_force and .peak_kib == 80896 and .reserved_kib == 131072)'
rehearsed "$release" "$bytes" 0 0
status
ok "one that did not save" line 'rehearsed    2026-11-26, NOT saved in 128 MiB'
ok "it does not count as tested" line 'tested       never: no dump was saved here yet'
rehearsed "$release" $((bytes + 1)) 1 80896
status
ok "one of another image" line \
	'rehearsed    2026-11-26, saved in 128 MiB, peak 79 MiB; the image in force is another one'
rehearsed "$release" "$bytes" 1 80896
touch -d 2026-11-27 "$image"
status
ok "an image of the same size that was built since is another one" line \
	'rehearsed    2026-11-26, saved in 128 MiB, peak 79 MiB; the image in force is another one'
ok "not the one in force, as JSON" rehearsed_as '.tested == false and .rehearsed.image_in_force == false'
rehearsed 6.1.0-1-amd64 "$bytes" 1 80896
status
ok "one of another kernel says nothing of this one" no_line ^rehearsed

# ---- dumps that go elsewhere ------------------------------------------------------
tree=$work/tree
rm -rf "$tree"
machine "$tree" 2048 256 crashkernel=384M-:128M
kdump_tools "$tree"
status
ok "dumps of this machine are seen" no_line ^unseen
echo 'SSH="joe@there"' >>"$tree/etc/default/kdump-tools"
status
ok "by ssh they are not, and kdump-tools does not know a cut one" line \
	'unseen       captures cannot be seen from here: .*; if ssh breaks off, kdump-tools takes an incomplete dump for a complete one'
rm -rf "$tree"
machine "$tree" 2048 256 crashkernel=256M
kdumpctl "$tree"
echo 'nfs there:/dumps' >>"$tree/etc/kdump.conf"
status
ok "captures cannot be seen where kdumpctl saves by NFS" line 'unseen       captures cannot be seen from here: dumps go to another machine or file system'

# ---- why, after it was applied -----------------------------------------------------
scene new
"$tool" apply --root "$tree" >/dev/null 2>&1
status
ok "what was decided stays readable" line \
	"             set $(date -u +%Y-%m-%dT%H):[0-9:]*Z for: table: nothing was measured or could be estimated; the table has 192 MiB .*"
"$tool" apply --root "$tree" >/dev/null 2>&1
status
ok "also after an apply that changes nothing" line '             set .* for: table: .*'
"$tool" plan --root "$tree" >"$work/out" 2>&1
ok "plan has it, too" line '	set .* for: table: .*'

# ---- a terminal -------------------------------------------------------------------
wide() { # COLUMNS: the longest line there
	COLUMNS=$1 script -qec "stty cols $1; '$tool' status --root '$tree'" /dev/null |
		tr -d '\r' | awk '{ if (length > n) n = length } END { print n }'
}
fits() { # COLUMNS
	got=$(wide "$1")
	echo "$got columns"
	[ "$got" -gt 20 ] && [ "$got" -le "$1" ]
}
if command -v script >/dev/null; then
	ok "on a terminal of 80 columns no line is longer" fits 80
	ok "nor on one of 60" fits 60
	ok "its words are all there" same \
		"$("$tool" status --root "$tree" 2>/dev/null | tr -s ' \n' ' ' | md5sum)" \
		"$(script -qec "stty cols 60; '$tool' status --root '$tree'" /dev/null | tr -d '\r' | tr -s ' \n' ' ' | md5sum)"
else
	skip "how it wraps" "no script(1)"
fi
tap_end
