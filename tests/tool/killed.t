#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# apply and revert, killed by strace on entering each call that changes
# something. After every kill each file must be whole, old or new; a rerun of
# apply must end as one that was never killed, and revert must give back the
# original, to the byte, with nothing left over.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh

if ! command -v strace >/dev/null || ! strace -qq true 2>/dev/null; then
	skip "killed at every write" "strace is missing, or may not trace"
	tap_end
	exit
fi
tool=build/kdump-dma # a leak checker cannot work while it is traced
calls="write fsync renameat unlinkat"
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT

# Only what the backend and its loader read: our own state may differ.
files() { etc "$1"; }
leftovers() {
	find "$1" -name '.*-new' -o -name '.*.new' -o -name '*.next'
}

# killed VERB CALL N TREE: true if it was killed at the Nth such call
killed() {
	strace -qq -o /dev/null -e trace="$2" \
		-e inject="$2:signal=KILL:when=$3" \
		"$tool" "$1" --root "$4" >/dev/null 2>&1
	[ $? -ge 128 ]
}

# Each file is one that was seen before or after, never a part of one.
whole() { # TREE ORIGINAL APPLIED
	(cd "$1" && find etc -type f ! -name '.*-new') | while read -r file; do
		cmp -s "$1/$file" "$2/$file" || cmp -s "$1/$file" "$3/$file" || {
			echo "$file is neither old nor new"
			exit 1
		}
	done
}

check_kill() { # VERB CALL N
	cp -a "$work/tree" "$work/other"
	whole "$work/tree" "$work/original" "$work/applied" &&
		finish "$work/tree" && undo "$work/other"
}
finish() {
	"$tool" apply --root "$1" >"$work/out" 2>&1 || return 1
	files "$1" >"$work/got"
	diff "$work/applied.text" "$work/got" && test -z "$(leftovers "$1")"
}
undo() {
	"$tool" revert --root "$1" >"$work/out" 2>&1 || return 1
	files "$1" >"$work/got"
	diff "$work/original.text" "$work/got" && test -z "$(leftovers "$1")"
}

every_kill() { # VERB START
	total=0
	for call in $calls; do
		n=1
		while :; do
			rm -rf "$work/tree" "$work/other"
			cp -a "$2" "$work/tree"
			killed "$1" "$call" $n "$work/tree" || break
			ok "$1 killed at $call $n: all whole, finished, undone" \
				check_kill "$1" "$call" $n
			n=$((n + 1))
			total=$((total + 1))
		done
	done
	ok "$1 was killed at $total calls" test $total -ge 40
}
machine "$work/original" 2048 256 "crashkernel=384M-:128M"
kdump_tools "$work/original"
capture "$work/original" 150
cp -a "$work/original" "$work/applied"
"$tool" apply --root "$work/applied" >/dev/null
files "$work/original" >"$work/original.text"
files "$work/applied" >"$work/applied.text"
ok "apply changes something" sh -c "! cmp -s '$work/original.text' '$work/applied.text'"
every_kill apply "$work/original"
every_kill revert "$work/applied"

# ---- a second apply that is cut off, and the boot after it --------------------
# What was applied first and what was to be applied are both ours, whichever of
# them the next boot is given. Calls that follow each other change nothing in
# between: each rename and each removal is enough.
boots() { # TREE NUMBER WORDS
	printf '%08d-2222-3333-4444-555555555555\n' "$2" >"$1/proc/sys/kernel/random/boot_id"
	sed -i "s/crashkernel=.*/$3/" "$1/proc/cmdline"
}
ran_out() { # TREE NAME DAY RESERVED_KIB: a capture that lacked memory
	mkdir -p "$1/var/crash/$2"
	cat >"$1/var/crash/$2/kdump-dma.json" <<-END
	{"schema":1,"written":"2026-11-$3T10:00:00Z","boot_id":"$2-2222",
	"release":"6.1.0-40-amd64","machine":"x86_64","capture_kernel":true,
	"verdict":"unmanaged","dma32":"managed","patched":"no",
	"kernel_log":{"page_allocation_failures":0,"gfp_dma_failures":0,"oom_kills":1,
	"boot_total_kib":$4,"initrd_kib":8192},"memory":{"available_start_kib":2000,
	"available_lowest_kib":2000},"dump":{"status":137,"bytes":1000,"seconds":5}}
	END
	: >"$1/var/crash/$2/vmcore"
	chmod 600 "$1/var/crash/$2/kdump-dma.json"
}
applied_words() { sed -n 's/^crashkernel //p' "$1/var/lib/kdump-dma/applied"; }
# second BACKEND: $work/second, before its second apply; $first and $other in force
second() {
	rm -rf "$work/second" "$work/uncut"
	machine "$work/second" 4096 128 crashkernel=384M-:128M
	"$1" "$work/second"
	boots "$work/second" 1 crashkernel=384M-:128M
	"$tool" learn --root "$work/second" >/dev/null
	ran_out "$work/second" 11111111 24 131072
	boots "$work/second" 2 crashkernel=384M-:128M
	"$tool" learn --root "$work/second" >/dev/null
	"$tool" apply --root "$work/second" >/dev/null
	first=$(applied_words "$work/second")
	boots "$work/second" 3 "$first"
	ran_out "$work/second" 22222222 25 196608
	cp -a "$work/second" "$work/unlearned"
	"$tool" learn --root "$work/second" >/dev/null
	cp -a "$work/second" "$work/uncut"
	"$tool" apply --root "$work/uncut" >/dev/null
	other=$(applied_words "$work/uncut")
	files "$work/uncut" >"$work/uncut.text"
}
# Whichever the boot is given, it is ours, and one apply ends where the uncut one did.
is_mended() { # WORDS
	rm -rf "$work/tree"
	cp -a "$work/cut" "$work/tree"
	boots "$work/tree" 4 "$1"
	"$tool" status --root "$work/tree" >"$work/out" 2>&1
	grep '^crashkernel .*set by kdump-dma' "$work/out" || {
		cat "$work/out"
		return 1
	}
	"$tool" apply --root "$work/tree" >"$work/out" 2>&1 || return 1
	files "$work/tree" >"$work/got"
	diff "$work/uncut.text" "$work/got" && same "$other" "$(applied_words "$work/tree")" &&
		test -z "$(leftovers "$work/tree")"
}
for backend in kdump_tools native kdumpctl suse; do
	second $backend
	ok "$backend: a second apply sets another size" test "$first" != "$other"
	total=0
	for call in renameat unlinkat; do
		n=1
		while :; do
			rm -rf "$work/cut"
			cp -a "$work/second" "$work/cut"
			killed apply $call $n "$work/cut" || break
			ok "$backend: second apply killed at $call $n, a boot with the first size" is_mended "$first"
			# written nowhere before it is remembered
			! grep -q "^crashkernel $other\$" "$work/cut/var/lib/kdump-dma/ours" ||
				ok "$backend: second apply killed at $call $n, a boot with the second size" is_mended "$other"
			n=$((n + 1))
			total=$((total + 1))
		done
	done
	ok "$backend: the second apply was killed at $total calls" test $total -ge 4
done

# ---- learn --------------------------------------------------------------------
is_learned() {
	"$tool" learn --root "$work/cut" >"$work/out" 2>&1 || return 1
	diff "$work/second/var/lib/kdump-dma/history.json" "$work/cut/var/lib/kdump-dma/history.json" &&
		test -z "$(leftovers "$work/cut")"
}
total=0
for call in $calls; do
	n=1
	while :; do
		rm -rf "$work/cut"
		cp -a "$work/unlearned" "$work/cut"
		killed learn "$call" $n "$work/cut" || break
		ok "learn killed at $call $n: a rerun learns the same" is_learned
		n=$((n + 1))
		total=$((total + 1))
	done
done
ok "learn was killed at $total calls" test $total -ge 6
tap_end
