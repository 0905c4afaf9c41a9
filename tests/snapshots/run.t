#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The checker on trees taken from real kernels (and a few made ones, which say
# so in their name): its JSON, its text, what it says on stderr and its exit
# status, against NAME/expected.*. UPDATE=1 rewrites those: read the difference.
#
# A golden file tells change, not truth. So the verdict is also worked out
# here, by other means, and each prediction is held to what its capture kernel
# then found.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

check=build/san/kdump-dma-check
tmp=$(mktemp -d) || exit
trap 'rm -rf "$tmp"' EXIT

# run FOLDER [OPTION]: leaves $tmp/out and $tmp/err, and the status in $status
run() {
	status=0
	$check --root "$@" >"$tmp/out" 2>"$tmp/err" </dev/null || status=$?
}

# matches GOT FILE: or, with UPDATE=1, FILE becomes GOT
matches() {
	if [ -n "${UPDATE:-}" ]; then
		cp "$1" "$2"
	else
		diff -u "$2" "$1"
	fi
}

as_expected() { # NAME json|text
	option=
	[ "$2" = text ] || option=--json
	run "tests/snapshots/$1/root" $option
	echo "$status" >"$tmp/exit"
	matches "$tmp/out" "tests/snapshots/$1/expected.$2" &&
		matches "$tmp/err" "tests/snapshots/$1/expected.stderr" &&
		matches "$tmp/exit" "tests/snapshots/$1/expected.exit"
}

# The exit status by other means: has any node's zone DMA managed pages?
awk_status() {
	awk '
	/^Node/ { dma = $4 == "DMA"; if (dma) zone = 1; next }
	dma && $1 == "managed" { pages += $2 }
	END { print (!zone ? 3 : (pages > 0 ? 0 : 1)) }' "$1/proc/zoneinfo"
}

same_by_awk() {
	run "tests/snapshots/$1/root"
	same "$(awk_status "tests/snapshots/$1/root")" "$status"
}

# What production foresaw (with a prediction), its capture kernel found.
foreseen() { # NAME
	run "tests/snapshots/$1-production/root" --json
	jq -r '.prediction | .verdict, .dma32' "$tmp/out" >"$tmp/foreseen"
	run "tests/snapshots/$1-capture/root" --json
	jq -r '.verdict, .dma32' "$tmp/out" >"$tmp/found"
	if grep -q unknown "$tmp/foreseen"; then
		echo "no prediction: it cannot be wrong" >&2
		return 1
	fi
	diff "$tmp/foreseen" "$tmp/found"
}

# What every tree has, and what none may have: whose machine it was.
whole_tree() {
	root=tests/snapshots/$1/root
	hex='[0-9a-fA-F]'
	[ -s "$root/.machine" ] && [ -s "$root/proc/zoneinfo" ] &&
		[ -s "tests/snapshots/$1/case" ] || return
	grep -rhowE "($hex{2}:){5}$hex{2}|$hex{8}(-$hex{4}){3}-$hex{12}" "$root" |
		grep -v '^[0:-]*$' >"$tmp/named" || return 0
	cat "$tmp/named"
	return 1
}

for folder in tests/snapshots/*/; do
	name=$(basename "$folder")
	[ -d "$folder/root" ] || continue
	ok "$name: tree" whole_tree "$name"
	ok "$name: JSON" as_expected "$name" json
	ok "$name: text" as_expected "$name" text
	case $name in
	made-*) ;;
	*) ok "$name: the verdict by awk" same_by_awk "$name" ;;
	esac
done
for folder in tests/snapshots/*-capture/; do
	name=$(basename "$folder" -capture)
	[ -d "tests/snapshots/$name-production" ] || continue
	ok "$name: production foresaw what the capture kernel found" foreseen "$name"
done

# A machine of many processors: megabytes of counters, and the same verdict.
# Made here from a real file, by saying its last processor's lines again.
many_cpus() { # SNAPSHOT COUNT LEAST_BYTES
	from=tests/snapshots/$1/root
	awk -v count="$2" '
	function again(   i) {
		for (i = cpu + 1; held != "" && i < count; i++)
			printf "    cpu: %d\n%s", i, held
		held = ""
	}
	/^    cpu:/ { cpu = $2; held = ""; in_cpu = 1; print; next }
	in_cpu && /^ +(count|high|batch|high_min|high_max|vm stats threshold):/ {
		held = held $0 "\n"
		print
		next
	}
	in_cpu { again(); in_cpu = 0 }
	{ print }
	END { if (in_cpu) again() }' "$from/proc/zoneinfo" >"$tmp/many"
	same "$2" "$(grep '^    cpu:' "$tmp/many" | sort -u | wc -l)" || return
	[ "$(wc -c <"$tmp/many")" -ge "$3" ] || {
		echo "only $(wc -c <"$tmp/many") bytes"
		return 1
	}
	few=0 many=0
	$check --json --zoneinfo "$from/proc/zoneinfo" >"$tmp/few.json" || few=$?
	$check --json --zoneinfo "$tmp/many" >"$tmp/many.json" || many=$?
	same "$few" "$many" && diff "$tmp/few.json" "$tmp/many.json"
}
ok "made of numa-2-production: 256 processors" \
	many_cpus numa-2-production 256 65536
ok "made of numa-8-production: 1000 processors" \
	many_cpus numa-8-production 1000 1000000

tap_end
