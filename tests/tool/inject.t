#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# apply, revert and learn, of which one call of the kernel fails, by strace: a full
# disk, a dying one, one that is read only. Whatever fails, each file is whole,
# exit status 0 means that it was done, a failure is said, a rerun finishes,
# revert gives back the original to the byte, and nothing is left over.
#
# INJECT=all takes each call with each error, which is thousands and an hour;
# otherwise some of them, others with INJECT_SEED=N. INJECT_ONLY=PATTERN takes only
# machines and verbs like it, as in INJECT_ONLY='grubby*' or '*: learn'.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh

if ! command -v strace >/dev/null || ! strace -qq true 2>/dev/null; then
	skip "calls that fail" "strace is missing, or may not trace"
	tap_end
	exit
fi
tool=$PWD/build/kdump-dma # a leak checker cannot work while it is traced
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
export LC_ALL=C
some=${INJECT_SOME:-8} # of each verb
calls=write,fsync,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,open,openat
calls=$calls,fchmod,fchown,fstat,newfstatat,statx,close,flock,lseek,read,getdents64
# those that start programs, where there are any
forks=pipe2,clone,clone3,vfork,poll,ppoll,dup2,wait4,waitid

errors_of() { # CALL
	case $1 in
	open* | mkdir* | write) echo ENOSPC EIO EROFS EDQUOT ;;
	read | getdents64) echo EIO EINTR ;;
	close | flock | *stat* | lseek | poll | ppoll) echo EIO ;;
	pipe2) echo EMFILE ;;
	clone* | vfork) echo EAGAIN ENOMEM ;;
	dup2 | wait*) echo EINTR ;;
	*) echo ENOSPC EIO EROFS ;;
	esac
}
# run VERB TREE [STRACE-OPTION...]: on a tree, or in one that has its programs
run() {
	verb=$1 tree=$2
	shift 2
	[ $# = 0 ] || set -- strace -qq -o "$work/trace" "$@"
	if [ -e "$tree/usr/sbin/kdump-dma" ]; then
		"$@" chroot "$tree" /usr/sbin/kdump-dma "$verb"
	else
		"$@" "$tool" "$verb" --root "$tree"
	fi >"$work/out" 2>"$work/err" </dev/null
}
# all that a boot would see, with modes
text() {
	(cd "$1" || exit
	find etc mock -type f ! -name calls ! -name running 2>/dev/null | sort >"$work/list"
	xargs stat -c '%n %a %u %g' <"$work/list"
	xargs tail -v -n +1 <"$work/list"
	[ "$verb" != learn ] || cat var/lib/kdump-dma/history.json)
}
leftovers() {
	find "$1" -name '.*-new' -o -name '.*.new' -o -name '*.next'
}
whole() { # TREE: each file as it was before or as it will be, or gone
	(cd "$1" && find etc -type f ! -name '.*new') | while read -r file; do
		cmp -s "$1/$file" "$work/before/$file" || cmp -s "$1/$file" "$work/after/$file" ||
			echo "$file is neither old nor new"
	done
}
points() { # of a run that was traced: CALL N ERROR, all or some of them
	awk -F '(' '/^[a-z0-9_]+\(/ { print $1, ++n[$1] }' "$work/trace" >"$work/seen"
	while read -r call n; do
		errors_of "$call" | tr ' ' '\n' | sed "s/^/$call $n /"
	done <"$work/seen" >"$work/points"
	if [ "${INJECT:-}" = all ]; then
		cat "$work/points"
	else
		awk -v some="$some" -v seed="${INJECT_SEED:-0}" '{ line[NR] = $0 } END {
			for (i = 0; i < some && i < NR; i++)
				print line[int((i + (seed * 0.381966) % 1) * NR / some) + 1]
		}' "$work/points"
	fi
}
bad() { echo "$call#$n $error: $*: $(grep -m 1 INJECTED "$work/trace" | cut -c1-110)"; }
one() { # VERB CALL N ERROR: what is wrong with that; nothing if all is well
	rm -rf "$work/tree" "$work/other"
	cp -a "$work/before" "$work/tree"
	status=0
	run "$1" "$work/tree" -e trace="$2" -e inject="$2:error=$4:when=$3" || status=$?
	grep -q INJECTED "$work/trace" || return 0
	echo >>"$work/injected"
	[ $status -lt 128 ] || bad "died: $status"
	torn=$(whole "$work/tree")
	[ -z "$torn" ] || bad "$torn"
	text "$work/tree" >"$work/now"
	if [ $status = 0 ]; then
		cmp -s "$work/now" "$work/after.text" || bad "exit status 0, and it was not done"
	else
		[ -s "$work/err" ] || grep -q -e "-unknown: " "$work/out" || bad "exit status $status without a word"
	fi
	cp -a "$work/tree" "$work/other"
	run "$1" "$work/tree" || bad "the rerun: exit status $?: $(tail -n 1 "$work/err")"
	text "$work/tree" >"$work/now"
	cmp -s "$work/now" "$work/after.text" || bad "the rerun ends otherwise"
	left=$(leftovers "$work/tree")
	[ -z "$left" ] || bad "left over: $left"
	[ "$1" != learn ] || return 0
	run revert "$work/other" || bad "revert: exit status $?: $(tail -n 1 "$work/err")"
	text "$work/other" >"$work/now"
	diff "$work/original.text" "$work/now" >"$work/diff" ||
		bad "revert does not give back what was there: $(sed -n 2p "$work/diff")"
}
# each NAME VERB: from $work/original, or what apply makes of it
each() {
	# shellcheck disable=SC2254 # a pattern is what is asked for
	case "$1: $2" in ${INJECT_ONLY:-*}) ;; *) return ;; esac
	verb=$2
	rm -rf "$work/before" "$work/after"
	cp -a "$work/original" "$work/before"
	text "$work/before" >"$work/original.text"
	[ "$verb" != revert ] || run apply "$work/before"
	verb=$2
	cp -a "$work/before" "$work/after"
	traced=$calls
	[ ! -e "$work/after/usr/sbin/kdump-dma" ] || traced=$calls,$forks
	run "$verb" "$work/after" -e trace="$traced" || {
		ok "$1: $verb without a fault" cat "$work/err" /dev/null/no
		return
	}
	text "$work/after" >"$work/after.text"
	points >"$work/chosen"
	: >"$work/injected"
	while read -r call n error; do
		one "$2" "$call" "$n" "$error"
	done <"$work/chosen" >"$work/bad"
	count=$(wc -l <"$work/injected")
	ok "$1: $2, $count calls that fail" same "" "$(cat "$work/bad")"
	ok "$1: $2 was made to fail" test "$count" -gt $((some / 2))
}
# a machine with a dump that was not learned yet
original() { # BACKEND
	rm -rf "$work/original"
	machine "$work/original" 2048 256 crashkernel=384M-:128M
	"$1" "$work/original"
	capture "$work/original" 150
	mkdir -p "$work/original/var/crash/h1"
	cat >"$work/original/var/crash/h1/kdump-dma.json" <<-END
	{"schema":1,"written":"2026-11-24T10:00:00Z","boot_id":"22222222-2222",
	"release":"6.1.0-40-amd64","machine":"x86_64","capture_kernel":true,
	"verdict":"unmanaged","dma32":"managed","patched":"no",
	"kernel_log":{"page_allocation_failures":0,"gfp_dma_failures":0,"oom_kills":0,
	"boot_total_kib":262144,"initrd_kib":8192},"memory":{"available_start_kib":95000,
	"available_lowest_kib":90000},"dump":{"status":0,"bytes":1000,"seconds":5}}
	END
	: >"$work/original/var/crash/h1/vmcore"
	chmod 600 "$work/original/var/crash/h1/kdump-dma.json"
}
for backend in kdump_tools kdumpctl suse native; do
	original $backend
	for what in apply revert learn; do
		each "$backend" $what
	done
done
original native
rm "$work/original/usr/sbin/update-grub"
mkdir -p "$work/original/usr/bin" "$work/original/etc/kernel"
: >"$work/original/usr/bin/kernel-install"
echo "root=/dev/vda1 ro" >"$work/original/etc/kernel/cmdline"
each kernel-install apply
each kernel-install revert

# ---- with the programs that make a change count ---------------------------------
[ "$(id -u)" = 0 ] || {
	skip "programs that make a change count" "without root"
	tap_end
	exit
}
# with_programs BACKEND MOCK...: what is called by their names is mock-NAME
with_programs() {
	original "$1"
	rm -rf "$work/original/var/crash/h1"
	shift
	for program in sh sleep cat mv sed; do programs_into "$work/original" "$program"; done
	programs_into "$work/original" "$tool"
	install -D "$tool" "$work/original/usr/sbin/kdump-dma"
	for program; do
		rm -f "$work/original/usr/sbin/$program" "$work/original/usr/bin/$program"
		install "tests/tool/mock-$program" "$work/original/usr/sbin/$program"
	done
	mkdir -p "$work/original/mock/entries" "$work/original/run" \
		"$work/original/boot/loader/entries" "$work/original/usr/lib/modules/6.1.0-40-amd64"
	: >"$work/original/boot/vmlinuz-6.1.0-40-amd64"
	echo 'root=/dev/vda1 ro quiet crashkernel=384M-:128M' |
		tee "$work/original/mock/entries/vmlinuz-6.1.0-39-amd64" \
			"$work/original/mock/entries/vmlinuz-6.1.0-40-amd64" >"$work/original/mock/kargs"
	echo 0 >"$work/original/sys/kernel/kexec_crash_loaded" # nothing to reload
	sed -i "s/6.1.0-40-amd64/$(uname -r)/; s/x86_64/$(uname -m)/" \
		"$work/original/var/lib/kdump-dma/history.json"
}
some=${INJECT_SOME:-6}
with_programs kdump_tools update-grub
each "update-grub, run" apply
each "update-grub, run" revert
with_programs kdumpctl grubby
each "grubby, run" apply
each "grubby, run" revert
# What shows that this is no chroot cannot be opened: the rest is not taken for an image's.
in_doubt() {
	run apply "$work/original"
	run revert "$work/original" -P proc/cmdline -e trace=openat -e inject=openat:error=ENOMEM:when=1
	grep -q INJECTED "$work/trace" || return
	! grep 'not run: grubby' "$work/out"
}
[ -n "${INJECT_ONLY:-}" ] || ok "/proc/cmdline cannot be opened: revert gives the words back all the same" in_doubt
with_programs kdumpctl rpm-ostree
: >"$work/original/run/ostree-booted"
rm "$work/original/usr/sbin/grubby"
mv "$work/original/usr/sbin/rpm-ostree" "$work/original/usr/bin"
each "rpm-ostree, run" apply
each "rpm-ostree, run" revert
tap_end
