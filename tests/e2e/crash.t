#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# crash.t [SCENARIO...]: real crashes in a bookworm guest (TAP).
#
# Proves: a fresh install saves a complete dump; and whatever is in its way, the
# machine is back by itself within the configured time, with what could be saved.
# The scenarios run two at a time. Logs stay in build/e2e/SCENARIO/.
set -u
E2E=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$E2E/../.." && pwd)
. "$E2E/lib/say.sh"
. "$E2E/lib/prepared.sh"
. "$E2E/lib/times.sh"
. "$E2E/lib/rehearsal.sh"

# of scenarios/prepare, and what a machine with TCG needs beside it
time_limit=180 grace=60

scenarios=${*:-peer-image full-target read-only-target no-target no-makedumpfile small-reservation rehearsal complete}
logs=$top/build/e2e
work=$(mktemp -d "${TMPDIR:-/var/tmp}/kdump-dma-crash.XXXXXX") || exit
workers=''
# shellcheck disable=SC2329  # called by the trap
end() {
	trap - EXIT
	# shellcheck disable=SC2086  # a list; one of them may be done
	[ -z "$workers" ] || kill $workers 2>/dev/null || :
	wait
	rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# guest ...: run the harness so that a signal to this worker ends it too.
guest() {
	"$E2E/guest" "$@" 9>&- &
	guest_pid=$!
	trap 'kill "$guest_pid"; wait; exit 143' TERM
	wait "$guest_pid"
}

# option SCENARIO NAME DEFAULT: what the scenario's head says.
option() {
	value=$(sed -n "s/^#$2 //p" "$E2E/scenarios/$1")
	echo "${value:-$3}"
}

# tap NAME: number the "ok - ..." and "not ok - ..." lines of stdin, comment the
# others out, all in one piece.
tap() {
	flock 9
	awk -v name="$1" -v n="$(cat "$work/count")" -v file="$work/count" '
		/^(not )?ok - / {
			word = $1 == "ok" ? "ok" : "not ok"
			sub(/^(not )?ok - /, "")
			print word, ++n, "-", name ": " $0
			if (word != "ok") system(": >>" file ".failed")
			next
		}
		{ print "#   " $0 }
		END { print n >file }'
	flock -u 9
} 9>>"$work/lock"

# disks: fresh is an installed guest, prepared has an image for LABEL=crash.
make_fresh() {
	installed "$work/install" >"$work/install.log" 2>&1 || {
		cat "$work/install.log"
		return 1
	}
	guest build -o "$work/fresh.img" "$work/install"
}

make_prepared() {
	cp --sparse=always "$work/fresh.img" "$work/prepared.new"
	fresh_target "$work/prepare.target"
	say "prepare: a guest builds the capture image (1 to 3 minutes)"
	guest boot -q -k -d "$work/prepared.new" -t "$E2E/scenarios/prepare" -T 600 \
		-l "$logs/prepare" -a "$(option prepare append '')" -D "$work/prepare.target" &&
		! grep -q ' not ok ' "$logs/prepare/results.log" &&
		mv "$work/prepared.new" "$work/prepared.img"
	: >"$work/prepared.done"
}

# make_chroot SCENARIO: it does something in the guest's files first, in a chroot
make_chroot() {
	cp --sparse=always "$work/fresh.img" "$work/chroot.img"
	mkdir "$work/chroot"
	cat "$E2E/inside/usr/lib/e2e/words" "$E2E/scenarios/$1" >"$work/chroot.sh"
	# shellcheck disable=SC2016  # the inner shell's
	unshare --mount sh -ec 'mount -o loop "$1/chroot.img" "$1/chroot"
		for each in proc sys dev; do mount --rbind "/$each" "$1/chroot/$each"; done
		chroot "$1/chroot" sh -s chroot' - "$work" <"$work/chroot.sh" 2>"$work/chroot.err" && return
	echo "not ok - its files are prepared in a chroot"
	cat "$work/chroot.err"
}

need_prepared() {
	for scenario; do
		case $scenario:$(option "$scenario" disk fresh) in
		rehearsal:* | *:prepared) return 0 ;;
		esac
	done
	return 1
}

wait_for_prepared() {
	until [ -e "$work/prepared.done" ]; do sleep 1; done
	[ -e "$work/prepared.img" ]
}

run() {
	log=$logs/$1
	case $1 in
	rehearsal) disk=$work/prepared.img ;;
	*) disk=$work/$(option "$1" disk fresh).img ;;
	esac
	[ "$disk" != "$work/chroot.img" ] || make_chroot "$1" | tap "$1"
	[ "$disk" != "$work/prepared.img" ] || wait_for_prepared || {
		{
			echo "not ok - there is no prepared disk"
			cat "$logs/prepare/results.log"
		} 2>&1 | tap "$1"
		return
	}
	if [ "$1" = rehearsal ]; then # on this machine, no guest
		say "rehearsal: the guest's image crashes here"
		(cd "$top" && rehearsal "$disk" "$work/rehearsal" "$log") 2>&1 | tap "$1"
		return
	fi
	fresh_target "$work/$1.target" "$(option "$1" target-size 256M)"
	say "$1: a guest is going to crash"
	guest boot -q -d "$disk" -t "$E2E/scenarios/$1" -l "$log" -D "$work/$1.target" \
		-c "$(option "$1" cpus 1)" \
		-T "$(option "$1" limit 480)" -a "$(option "$1" append '')" 2>"$work/$1.err"
	ended=$?
	after=$(option "$1" after '')
	{
		[ "$ended" = 0 ] || cat "$work/$1.err"
		sed 's/^ *[0-9]* //' "$log/results.log"
		back "$log"
		[ -z "$after" ] || "$E2E/$after" "$work/$1.target" \
			"$(sed -n '1s/.*boot 1 //p' "$log/results.log")"
	} 2>&1 | tap "$1"
	rm -f "$work/$1.target"
}

# back LOG: the result that counts most.
back() {
	seconds=$(capture_seconds "$1")
	[ "$(said "$1" 'boot 2')" ] && [ "$(said "$1" 'end 0')" ] ||
		echo "not ok - it came to its end by itself"
	if [ -z "$seconds" ]; then
		echo "not ok - the machine reboots after the capture"
	elif [ "$seconds" -gt $((time_limit + grace)) ]; then
		echo "not ok - the machine reboots in time: it took $seconds s, the limit is $time_limit s"
	else
		echo "ok - the machine reboots by itself, $seconds s after the capture kernel's start"
	fi
}

# Two workers; each scenario is taken by the first that gets there.
worker() {
	for scenario in "$@"; do
		mkdir "$work/taken-$scenario" 2>/dev/null || continue
		run "$scenario"
	done
}

echo 0 >"$work/count"
mkdir -p "$logs"
"$E2E/guest" base >/dev/null || exit 1
make_fresh || exit 1

# shellcheck disable=SC2086  # a list
set -- $scenarios
for last; do :; done
worker "$last" "$@" &
workers=$!
{
	! need_prepared "$@" || make_prepared
	worker "$@"
} &
workers="$workers $!"
# shellcheck disable=SC2086  # a list
wait $workers
workers=''
echo "1..$(cat "$work/count")"
[ ! -e "$work/count.failed" ]
