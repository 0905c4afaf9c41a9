#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The plan for each captured machine in tests/snapshots, with the policy as it
# is shipped, against tests/plan/NAME: its text and its exit status. UPDATE=1
# writes those files anew: look at the difference before you commit it.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

tool=build/san/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT

plan() { # ROOT
	mkdir -p "$work/copy"
	cp -a "$1/." "$work/copy"
	mkdir -p "$work/copy/usr/lib/kdump-dma"
	cp conf/policy.conf "$work/copy/usr/lib/kdump-dma"
	"$tool" plan --root "$work/copy" 2>&1
	echo "exit $?"
	rm -rf "$work/copy"
}
golden() { # NAME
	plan "tests/snapshots/$1/root" >"$work/got"
	[ -z "${UPDATE-}" ] || cp "$work/got" "tests/plan/$1"
	diff "tests/plan/$1" "$work/got"
}
twice() { # NAME: the same bytes, as an object too
	for i in 1 2; do
		"$tool" plan --json --root "tests/snapshots/$1/root" >"$work/json$i"
	done
	cmp "$work/json1" "$work/json2"
}
# seen ROOT: the plan and what the checker finds, but for what is not copied
seen() {
	"$tool" plan --json --root "$1"
	build/san/kdump-dma-check --json --root "$1" |
		jq '{verdict, reason, patched, dma_kmalloc_caches, atomic_pools, prediction}'
}
round_trip() { # NAME
	rm -rf "$work/tree" && mkdir "$work/tree" || return
	"$tool" snapshot --root "tests/snapshots/$1/root" -o - | tar -C "$work/tree" -xf - || return
	seen "tests/snapshots/$1/root" >"$work/before" 2>/dev/null
	seen "$work/tree" >"$work/after" 2>/dev/null
	grep -q '"verdict"' "$work/before" && diff "$work/before" "$work/after"
}

found=
for root in tests/snapshots/*/root; do
	[ -d "$root" ] || continue
	found=yes
	name=$(basename "$(dirname "$root")")
	if [ -e "tests/plan/$name" ] || [ -n "${UPDATE-}" ]; then
		ok "$name: as expected" golden "$name"
	else
		skip "$name: as expected" "nobody looked at its plan yet: UPDATE=1 $0"
	fi
	ok "$name: planned twice is the same" twice "$name"
	ok "$name: so it is from a snapshot of it" round_trip "$name"
done
[ "$found" ] || skip "the plan for each snapshot" "no snapshot in tests/snapshots"
for file in tests/plan/*; do
	name=${file##*/}
	case $name in *.t) continue ;; esac
	[ -d "tests/snapshots/$name/root" ] || ok "$file has a snapshot" false
done
tap_end
