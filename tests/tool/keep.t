#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# keep and keep_free: which dumps go, and which never do.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh
. tests/tool/scenes.sh

tool=$PWD/build/san/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT

# dump NAME DAY [JQ-FILTER]: one of that day, with a record unless the filter is "none"
dump() {
	folder=$tree/var/crash/$1
	mkdir -p "$folder"
	[ "${3-}" = none ] || jq "(.written = \"2026-11-${2}T10:00:00Z\") | (${3:-.})" "$real_record" \
		>"$folder/kdump-dma.json"
	chmod -f 600 "$folder/kdump-dma.json"
	echo log >"$folder/vmcore-dmesg.txt"
	truncate -s 1M "$folder/vmcore"
	touch -d "2026-11-${2}T10:00:00Z" "$folder"
}
fresh() { # LINE of the configuration
	here=$work/here tree=$work/tree
	rm -rf "$tree"
	debian 128 crashkernel=384M-:128M
	echo "$1" >"$tree/etc/kdump-dma.conf"
	dump a 01
	dump b 02
	dump c 03
	dump d 04
}
learn() { "$tool" learn --root "$tree" >"$work/out" 2>&1; }
left() { # those whose vmcore is there
	(cd "$tree/var/crash" && echo */vmcore) | sed 's,/vmcore,,g'
}

fresh ''
ok "learn runs with nothing configured" learn
ok "no vmcore goes with nothing configured" same "a b c d" "$(left)"
fresh 'keep = 2'
ok "learn runs with keep = 2" learn
ok "the two newest stay" same "c d" "$(left)"
ok "learn says which vmcore it removed, and why" grep -q '^/var/crash/a: vmcore removed (keep, keep_free)' "$work/out"
ok "record and log of the others stay" test -e "$tree/var/crash/a/kdump-dma.json" -a -e "$tree/var/crash/a/vmcore-dmesg.txt"
"$tool" list --root "$tree" >"$work/out"
ok "they are still listed" same 4 "$(grep -c /var/crash/ "$work/out")"
learn
ok "again: nothing more goes" same "c d" "$(left)"
fresh 'keep = 1'
"$tool" status --root "$tree" >"$work/out"
ok "before they are learned status names none" sh -c "! grep -q '^old dumps' '$work/out'"
echo >"$tree/etc/kdump-dma.conf"
learn
echo 'keep = 1' >"$tree/etc/kdump-dma.conf"
"$tool" status --root "$tree" >"$work/out"
ok "then it says what goes at the next boot" grep -qx 'old dumps    3 will be removed at the next boot (keep, keep_free): 3 MiB' "$work/out"
ok "status takes no vmcore away" same "a b c d" "$(left)"

fresh 'keep = 1'
learn
rm -r "$tree/var/crash/a" "$tree/var/crash/b" "$tree/var/crash/c"
echo 22222222-2222-3333-4444-555555555555 >"$tree/proc/sys/kernel/random/boot_id"
dump 1970 01 '.boot_id = "x" | .written = "1970-01-01T00:00:20Z"'
touch -d 1970-01-01T00:00:20Z "$tree/var/crash/1970"
learn
ok "the clock went backwards: the dump that was learned last stays" same 1970 "$(left)"
"$tool" show --root "$tree" >"$work/out"
ok "and is the one that is shown" grep -q '^dump .*/var/crash/1970/vmcore' "$work/out"
fresh 'keep = 1'
dump theirs 01 none
learn
ok "a dump without a record stays" same "d theirs" "$(left)"
fresh 'keep = 1'
chmod 666 "$tree/var/crash/a/kdump-dma.json"
learn
ok "so does one whose record others can write" same "a d" "$(left)"
fresh 'keep = 1'
mv "$tree/var/crash/a/vmcore" "$work/elsewhere"
ln -s "$work/elsewhere" "$tree/var/crash/a/vmcore"
mv "$tree/var/crash/b" "$work/b"
ln -s "$work/b" "$tree/var/crash/b"
learn
ok "no link is followed" test -e "$work/elsewhere" -a -e "$work/b/vmcore" -a -L "$tree/var/crash/a/vmcore"
rm -rf "$work/b"
fresh 'keep = 1'
dump e 05 '.dump.status = 1'
learn
ok "while the newest failed, nothing goes" same "a b c d e" "$(left)"
fresh 'keep = 1'
mkdir "$tree/var/crash/e" && truncate -s 1M "$tree/var/crash/e/vmcore-incomplete"
learn
ok "nor while it is not whole" same "a b c d" "$(left)"
fresh 'keep = 1'
dump e 05 none
learn
ok "nor while nobody knows what the newest is" same "a b c d e" "$(left)"
fresh "$(printf 'keep = 2\nhistory = 1')"
learn
ok "what went out of a full history goes, too" same "c d" "$(left)"

# Below another root nothing is known of the file system's room; on this machine it is.
fresh 'keep_free = 1000G'
learn
ok "keep_free: nothing goes where room is not known" same "a b c d" "$(left)"
echo 0 >"$tree/.room"
learn
ok "where there is too little, all but the newest go" same "d" "$(left)"
fresh 'keep_free = 2M'
echo $((1 << 20)) >"$tree/.room"
learn
ok "the oldest go until it is free" same "b c d" "$(left)"

# Another package's folder: the same, for dumps with a record.
rm -rf "$tree"
machine "$tree" 2048 256 crashkernel=384M-:128M
kdump_tools "$tree"
echo 'keep = 1' >"$tree/etc/kdump-dma.conf"
for each in 1 2; do
	dump 20261101000$each 0$each
	mv "$folder/vmcore" "$folder/dump.20261101000$each"
	mv "$folder/vmcore-dmesg.txt" "$folder/dmesg.20261101000$each"
done
learn
ok "kdump-tools' dumps, too; its logs stay" same "dmesg.202611010001 dmesg.202611010002 dump.202611010002" \
	"$(cd "$tree/var/crash" && find . -name 'd*.*' -printf '%f\n' | sort | paste -sd ' ')"
sed -i 's/^#SSH=.*/SSH="a@b"/' "$tree/etc/default/kdump-tools"
dump 202611010003 03
learn
ok "where dumps go to another machine, nothing goes" test -e "$tree/var/crash/202611010002/dump.202611010002"
tap_end
