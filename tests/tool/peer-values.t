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

tap_end
