#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# rehearse.t [COUNT]: what COUNT rehearsals (30) of a bookworm guest's image leave (TAP).
#
# Proves: a rehearsal leaves no file, no mount, no loop device and no process, whether it
# saves, or fails for want of memory, or is killed: every third is, at a random moment, it
# or its QEMU. And one whose QEMU is ended from outside says nothing of the image.
# /tmp, /var/tmp, /run and /dev/shm are empty ones of a mount namespace of the suite's own:
# what others do on this machine is not seen. SEED=N has the same moments again.
set -u
E2E=$(cd "$(dirname "$0")" && pwd)
cd "$E2E/../.." || exit 1
. tests/tap.sh
. "$E2E/lib/say.sh"
. "$E2E/lib/prepared.sh"
. "$E2E/lib/rehearsal.sh"
count=${1:-30}
logs=$PWD/build/e2e/rehearse

# begin: the tool, in the background; what it and its children are known by is set
begin() { # MIB
	# a shell's background job ignores SIGINT
	env --default-signal=INT REHEARSAL_OF="$work" build/kdump-dma rehearse --root "$work/machine" \
		--reserved "$1" >"$logs/$n.log" 2>&1 &
	tool=$!
}
# children: the processes of the rehearsals that are there now
children() {
	grep -lzs "^REHEARSAL_OF=$work\$" /proc/[0-9]*/environ | sed 's,/environ,,'
}
# now: all that could be left, in words
now() {
	for folder in "$work/machine" /tmp /var/tmp /run /dev/shm; do
		find "$folder" -printf 'file %p\n'
	done
	sed 's/^/mount /' /proc/self/mountinfo
	losetup -l -n -O NAME,BACK-MAJ:MIN,BACK-FILE |
		grep -F -e " $(mountpoint -d /var/tmp) " -e " $(mountpoint -d /tmp) " -e "$work" |
		sed 's/^/loop device /'
	for each in $(children); do
		echo "process $(tr '\0' ' ' <"$each/cmdline" | cut -c1-120)"
	done
}
# nothing_left: also not after five seconds, which a killed process has to die in
nothing_left() {
	for _ in $(seq 50); do
		[ "$(children)" ] || break
		sleep 0.1
	done
	now | sort >"$work/after"
	[ ! "$(comm -13 "$work/before" "$work/after" | tee "$work/more")" ] || {
		cat "$work/more"
		return 1
	}
}

# random LIMIT: sets chance, below it
random() {
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	chance=$((seed / 65536 % $1))
}
# its_qemu: sets pid, as soon as there is one, as long as the rehearsal runs
its_qemu() {
	while kill -0 "$tool" 2>/dev/null; do
		pid=$(pgrep -P "$tool" qemu-system) && return
		sleep 0.1
	done
	return 1
}
# killed_at TENTHS SIGNAL WHOM: false if the rehearsal was quicker
killed_at() {
	sleep "$(($1 / 10)).$(($1 % 10))"
	pid=$tool
	[ "$3" = tool ] || its_qemu || return
	kill -"$2" "$pid" 2>/dev/null || return
	wait "$tool"
	status=$?
}

# whole MIB WORD: a rehearsal that is left alone
whole() {
	begin "$1"
	wait "$tool"
	grep "^rehearsed  *$2 in $1 MiB" "$logs/$n.log" || {
		cat "$logs/$n.log"
		return 1
	}
}
# ended STATUS: it was the signal
ended() { same "$1" "$status"; }
# unknown: QEMU was ended by somebody else, which is no answer
unknown() {
	cat "$logs/$n.log"
	same 1 "$status" && ! grep -q "^rehearsed" "$logs/$n.log"
}
killed() {
	set -- 'KILL tool 137' 'INT qemu' 'INT tool 130' 'KILL qemu' 'TERM tool 143' 'TERM qemu'
	shift $((n / 3 % $#))
	for _ in $(seq 10); do
		random $((seconds * 9))
		begin 128
		# shellcheck disable=SC2086  # signal and whom
		killed_at $chance $1 && break
		wait "$tool"
	done
	# shellcheck disable=SC2086
	set -- $1
	ok "$n: SIG$1 for $2 after $((chance / 10)).$((chance % 10)) s: nothing is left" nothing_left
	case $2 in
	tool) ok "$n: and that was its end" ended "$3" ;;
	qemu) ok "$n: and it says nothing of the image" unknown ;;
	esac
}

inside() {
	for folder in /tmp /var/tmp /run /dev/shm; do
		mount -t tmpfs -o size=1g rehearse "$folder" || exit
	done
	seed=${SEED:-$(date +%s)}
	echo "# SEED=$seed"
	n=0 begun=$(date +%s)
	ok "the image saves in 128 MiB" whole 128 saved
	seconds=$(($(date +%s) - begun))
	echo "# a rehearsal takes $seconds s"
	now | sort >"$work/before" # what is remembered of the first is there now
	while [ $((n += 1)) -le "$count" ]; do
		case $((n % 3)) in
		0) killed ;;
		1) ok "$n: it saves in 128 MiB" whole 128 saved ;;
		2) ok "$n: it does not in 72 MiB" whole 72 'NOT saved' ;;
		esac
		[ $((n % 3)) = 0 ] || ok "$n: nothing is left" nothing_left
	done
	tap_end
}

if [ "${INSIDE:-}" ]; then
	work=$INSIDE tool=''
	trap '[ -z "$tool" ] || kill "$tool" 2>/dev/null' EXIT
	inside
	exit
fi
if [ "$(id -u)" != 0 ] || ! unshare --mount true 2>/dev/null; then
	skip "what rehearsals leave" "not root, or unshare --mount does not work here"
	tap_end
	exit
fi
work=$(mktemp -d "${TMPDIR:-/var/tmp}/kdump-dma-rehearse.XXXXXX") || exit
# not below /var/tmp, which is another one inside
mkdir -p "$logs"
place=$(mktemp -d "$logs/work.XXXXXX") || exit
inner=''
# shellcheck disable=SC2329  # called by the trap
end() {
	[ -z "$inner" ] || ! kill "$inner" 2>/dev/null || wait "$inner"
	rm -rf "$work" "$place"
}
trap end EXIT
if ! { prepared bookworm "$work/disk.img" "$logs/prepare" "$work" &&
	machine_of "$work/disk.img" "$place/machine"; }; then
	ok "a guest's files are there" false
	tap_end
	exit 1
fi
rm -rf "$work"
INSIDE=$place unshare --mount --propagation private "$0" "$count" &
inner=$!
wait "$inner"
