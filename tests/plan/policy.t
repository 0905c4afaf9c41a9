#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What the plan promises, on machines that crash again and again: tests/bench/policy
# on fewer machines than make bench-policy has, and one machine by learn and apply.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh

tool=build/san/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
umask 022

# Of seeds 1 to 100 those of which one machine was at its limit (5), or had two power
# cuts in a row (51), showed faults that the others did not.
for seed in 1 2 3 5 51; do
	ok "1000 machines of each model, seed $seed" build/bench/policy --seed $seed
done
# What it is worth: another policy does not keep the promises.
other() { # LINE PROMISE: with that line in the policy this is not met
	echo "$1" >"$work/policy"
	! build/bench/policy --machines 300 --policy "$work/policy" >"$work/out" &&
		grep -q "^not met: .*: $2" "$work/out"
}
ok "a policy without any margin is found to lose more" other 'margin_percent = 0
margin_first_percent = 0
margin_min = 0
spread_percent = 0' "no less is lost"
ok "one with too large a margin is found to take too much" other 'margin_percent = 150
margin_first_percent = 200' "more than 80 %"
ok "one that never settles is found to change the boot line" other 'settled = 1000' "the boot line changes without a reason"

# ---- one machine -------------------------------------------------------------
# A capture kernel that needs NEED MiB; of that the watcher sees 118. With MODE
# early it leaves nothing behind where it has less; else each 7th crash needs that
# much, and it is seen as an OOM kill.
crash() { # BOOT RESERVED_MIB NEED MODE
	peak=118
	[ "$4" = early ] || [ $(($1 % 7)) != 3 ] || peak=$3
	least=$3
	[ "$4" = early ] || least=$((peak + 6))
	saved=1 low=$((($2 - peak) * 1024)) kills=0 status=0
	if [ "$2" -lt "$least" ]; then
		saved=0 low=2000 kills=1 status=137
		[ "$4" != early ] || return 0
	fi
	folder=$(printf '%s/var/crash/h-%02d' "$tree" "$1")
	mkdir "$folder"
	: >"$folder/vmcore"
	cat >"$folder/kdump-dma.json" <<-END
	{ "schema": 1, "written": "$(printf '2026-01-%02dT00:00:00Z' "$1")",
	  "release": "6.1.0-40-amd64", "machine": "x86_64", "capture_kernel": true,
	  "verdict": "unmanaged", "dma32": "managed", "patched": "no",
	  "kernel_log": { "oom_kills": $kills, "boot_total_kib": $(($2 * 1024)),
	  "initrd_kib": 8192 }, "memory": { "available_start_kib": $((low + 5000)),
	  "available_lowest_kib": $low }, "dump": { "status": $status } }
	END
	chmod 600 "$folder/kdump-dma.json"
}
begin() { # BOOT MIB: it has that much
	printf '%08d-2222-3333-4444-555555555555\n' "$1" >"$tree/proc/sys/kernel/random/boot_id"
	sed -i "s/crashkernel=.*/$words/" "$tree/proc/cmdline"
	sed -i '/Crash kernel/d' "$tree/proc/iomem"
	printf '  20000000-%08x : Crash kernel\n' $(((512 + $2) * 1048576 - 1)) >>"$tree/proc/iomem"
}
# lives NEED MODE LOST: 24 boots that each end in a crash; so many are lost at most
lives() {
	tree=$work/$1-$2
	machine "$tree" 4096 128 crashkernel=384M-:128M
	native "$tree"
	mkdir -p "$tree/var/crash"
	words=crashkernel=384M-:128M
	lost=0 failed=0
	for number in $(seq 24); do
		mib=$(echo "$words" | sed 's/.*[:=]\([0-9]*\)M.*/\1/')
		begin "$number" "$mib"
		"$tool" learn --root "$tree" >/dev/null && "$tool" apply --root "$tree" >/dev/null
		crash "$number" "$mib" "$1" "$2"
		if [ $saved = 0 ]; then
			lost=$((lost + 1))
			[ "$failed" -ge "$mib" ] || failed=$mib
		fi
		next=$(sed -n 's/^crashkernel //p' "$tree/var/lib/kdump-dma/applied" 2>/dev/null)
		words=${next:-$words}
	done
	echo "# lost $lost, the last time in $failed MiB; now $words"
	mib=$(echo "$words" | sed 's/.*[:=]\([0-9]*\)M.*/\1/')
	[ $lost -le "$3" ] && [ "$mib" -gt "$failed" ]
}
ok "170 MiB before anything of ours runs" lives 170 early 1
ok "a need of 200 MiB: one dump is lost at most" lives 200 early 1
ok "240 MiB: twice until it is known, once until it is in force" lives 240 early 4
ok "a need of 300 MiB: four dumps are lost at most" lives 300 early 4
ok "170 MiB in each 7th crash" lives 170 oom 1
ok "a need of 300 MiB in each 7th crash: two dumps are lost at most" lives 300 oom 2
tap_end
