#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The manuals say what the programs do: every key of a record is in
# kdump-dma-record(5) and the other way round, and its examples run.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/tap.sh

check=build/san/kdump-dma-check
manual=src/kdump-dma-record.5
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# ---- the record, as this machine's kernel and the real program make it
mkdir "$tmp/dump"
echo dump >"$tmp/dump/vmcore"
a_record() {
	$check --watch --run "$tmp/run" >"$tmp/journal" &
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		[ -s "$tmp/run/watch.pid" ] && break
		sleep 0.2
	done
	$check --finish --run "$tmp/run" --dir "$tmp/dump" \
		--dump "$tmp/dump/vmcore" --collector 'makedumpfile -l -d 31' \
		--status 0 --seconds 1 --event 'tried again' && wait
}
ok "a watched record" a_record

# zones[].node, memory.page_bytes, ...: the keys, sorted
jq -r '[paths | map(if type == "number" then "[]" else "." + . end) |
	join("") | ltrimstr(".")] | unique[]' "$tmp/dump/kdump-dma.json" |
	grep -v '\[\]$' | LC_ALL=C sort -u >"$tmp/in-record"
sed -n 's/^\.It Va //p' $manual | LC_ALL=C sort >"$tmp/in-manual"
# the last part of each key that the source prints
sed -n 's/.*json_[a-z0-9]*(\(&\|\)json, "\([a-z0-9_]*\)".*/\2/p
	s/.*encryption_names(json, "\([a-z_]*\)".*/\1/p' \
	src/record.c src/facts_json.c | LC_ALL=C sort -u >"$tmp/in-source"

named_once() {
	same "" "$(uniq -d "$tmp/in-manual")"
}
all_in_manual() {
	same "" "$(LC_ALL=C comm -23 "$tmp/in-record" "$tmp/in-manual")" &&
		[ "$(wc -l <"$tmp/in-record")" -gt 40 ]
}
# what this machine lacks (a pool, a bounce buffer) is still printed somewhere
all_in_source() {
	sed 's/.*\.//' "$tmp/in-manual" | LC_ALL=C sort -u |
		diff "$tmp/in-source" -
}
# those that the manual says may be missing, and none else
may_be_missing() {
	LC_ALL=C comm -13 "$tmp/in-record" "$tmp/in-manual" |
		grep -v -e '^zones_left_out$' -e '^atomic_pools\.' \
			-e '^swiotlb\.' -e '^encryption\.' \
			-e '^kernel_log\.' -e '^zones\[\]\.' >"$tmp/missing"
	same "" "$(cat "$tmp/missing")"
}
ok "kdump-dma-record(5) names a key once" named_once
ok "every key of a real record is in kdump-dma-record(5)" all_in_manual
ok "it names exactly the keys that the source prints" all_in_source
ok "no key of it is missing without saying so" may_be_missing

reasons_named() {
	sed -n '/^} reasons/,/^};/s/.*{ "\([a-z0-9-]*\)".*/\1/p' src/verdict.c |
		LC_ALL=C sort >"$tmp/reasons"
	[ -s "$tmp/reasons" ] || return 1
	sed -n '/^\.It Va reason/,/^\.It Va dma32/s/^\.Cm \([a-z-]*\).*/\1/p' \
		$manual | LC_ALL=C sort | diff "$tmp/reasons" -
}
ok "every reason is named, and no other" reasons_named

examples_run() {
	sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/s/^\$ //p' $manual >"$tmp/examples"
	[ "$(wc -l <"$tmp/examples")" = 3 ] || return 1
	while read -r line; do
		out=$(cd "$tmp/dump" && sh -c "$line")
		case $out in
		'' | null)
			echo "$line: '$out'"
			return 1
			;;
		esac
	done <"$tmp/examples"
}
ok "the examples of kdump-dma-record(5) run" examples_run

tap_end
