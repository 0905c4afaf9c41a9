# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2016,SC2034,SC2154  # mocks; what the suites use
# Sourced by the suites that run kdump-dma-capture by tests/tool/capture-rig: a target
# on a loop device, mocks of makedumpfile, and what is to be seen when it has ended.
program=${CAPTURE:-build/san/kdump-dma-capture}
checker=${CHECKER:-build/kdump-dma-check}
{ [ "$(id -u)" = 0 ] && losetup -f >/dev/null 2>&1; } || {
	skip "kdump-dma-capture" "it needs root and a loop device"
	tap_end
	exit
}
# A signal is what it is without sanitizers; what these find is in a file.
export ASAN_OPTIONS=handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0:log_path=/sanitizer
export UBSAN_OPTIONS=log_path=/sanitizer
work=$(mktemp -d) || exit
root=$work/root target=$work/target loops=''
clean() {
	umount "$target" 2>/dev/null
	for loop in $loops; do
		losetup -d "$loop" 2>/dev/null
	done
	rm -rf "$work"
}
trap clean EXIT
mkdir -p "$root/usr/bin" "$root/etc" "$target"
# Each disk has its own: the devices are the machine's, and a mount of the last disk
# may live on for a moment in a namespace that another program has just made.
disks=0

# new_disk [MKE2FS-OPTION...]: an empty target
new_disk() {
	for loop in $loops; do
		losetup -d "$loop" 2>/dev/null
	done
	rm -f "$work/disk"
	disks=$((disks + 1))
	uuid=11111111-2222-3333-4444-$(printf %06d%06d $(($$ % 1000000)) $disks) label=crash-$$-$disks
	truncate -s "${disk_size:-96M}" "$work/disk"
	mke2fs -q -F -t ext4 -O ^has_journal -U "$uuid" -L "$label" -m 0 "$@" "$work/disk"
	loops=$(losetup -f --show "$work/disk")
	loop=$loops
}
# twin [-r]: the same disk a second time, which is read-only if so; $first and $second of
# the two, as they are tried. The copy is a new file: the mount of the last one, where it
# lives on, writes to that when it ends.
twin() {
	rm -f "$work/twin"
	cp "$work/disk" "$work/twin"
	second=$(losetup -f "$@" --show "$work/twin")
	first=$loops loops="$loops $second"
	[ "${first#/dev/loop}" -lt "${second#/dev/loop}" ]
}
# two [-r [-r]]: fresh $disk_options, and its twin behind it; those with -r are read-only.
# A device that is let go stays while another program looks at it, and is free later than
# one with a higher number: then once more.
two() {
	for try in 1 2 3 4 5 6 7 8 9; do
		fresh ${disk_options-} # words
		[ $# = 0 ] || {
			losetup -d "$loop"
			loops=$(losetup -f -r --show "$work/disk")
		}
		twin ${2+-r} && return
	done
}
# open_disk, close_disk: look at it, and change it
open_disk() { mount "$loop" "$target"; }
close_disk() { umount "$target"; }

# collector BODY: what makedumpfile does with "$vmcore" and "$out"; log BODY: what it does
# when it is asked for the log.
makedumpfile() {
	{
		echo '#!/bin/sh'
		echo 'PATH=/tools'
		echo 'for out; do :; done'
		echo 'case "$*" in'
		echo '*--dump-dmesg*)'
		printf '%s\n' "$dmesg" 'exit ;;' 'esac' 'vmcore=/memory' "$collect"
	} >"$root/usr/bin/makedumpfile"
	chmod +x "$root/usr/bin/makedumpfile"
}

# A collector that leaves a process behind ends with this. The process says ": >/started"
# when it has a session of its own: until then it is ended with the collector's.
until_started='while [ ! -e /started ]; do :; done'

# fresh: all is well; then a test changes something, and calls run
fresh() {
	new_disk "$@"
	dmesg='echo "[1.0] the log" >"$out"' collect='cp "$vmcore" "$out"'
	cp "$program" "$root/init"
	cp "$checker" "$root/usr/bin/kdump-dma-check"
	rm -rf "$root/run" "$root/ram" "$root/memory" "$root/started"
	head -c 20000000 /dev/urandom >"$root/memory"
	conf >"$root/etc/kdump-dma-capture.conf"
}
conf() {
	cat <<-END
		version=1
		device=UUID=$uuid
		fstype=ext4
		mount_options=
		path=/var/crash
		host=h
		machine=0123456789abcdef
		vmcore=/memory
		collector=makedumpfile
		collector_args=-l -d 31
		final_action=reboot
		limit_device=20
		limit_save=20
		limit_total=60
	END
}
set_conf() { # KEY VALUE
	sed -i "s|^$1=.*|$1=$2|" "$root/etc/kdump-dma-capture.conf"
	grep -q "^$1=" "$root/etc/kdump-dma-capture.conf" ||
		echo "$1=$2" >>"$root/etc/kdump-dma-capture.conf"
}

# hook NAME BODY: a program of the administrator
hook() {
	printf '#!/bin/sh\nPATH=/tools\n%s\n' "$2" >"$root/usr/bin/$1"
	chmod +x "$root/usr/bin/$1"
	set_conf "$1" "/usr/bin/$1 one two"
}

# run: to its end, by the command $rig_in if there is one. Then $ended (restart, off,
# sysrq), $took seconds, $folder on the mounted target, $record in it.
run() {
	makedumpfile
	begin=$(date +%s)
	ended=$(${rig_in-} tests/tool/capture-rig "$work" 2>"$work/rig.err")
	took=$(($(date +%s) - begin))
	# Not read-only: a mount namespace that somebody else made meanwhile may keep the one
	# of the capture, and a device is mounted in one way at a time.
	mount "$loop" "$target"
	folder=$(find "$target" -type d -name 'h-*' | head -n 1)
	record=$folder/kdump-dma.json
}
end_run() { umount "$target"; }

said() {
	for line; do
		grep -qF -- "kdump-dma-capture: $line" "$work/kmsg" || {
			echo "not said: $line"
			cat "$work/kmsg" "$work/rig.err"
			return 1
		}
	done
}
not() { ! "$@"; }
recorded() { # JQ-FILTER WANT
	same "$2" "$(jq -c "$1" "$record" 2>&1)" || {
		cat "$work/kmsg" "$work/rig.err"
		false
	}
}
event() { # TEXT: stands in the record
	jq -e --arg text "$1" '.events | any(contains($text))' "$record" >/dev/null || {
		jq .events "$record"
		cat "$work/kmsg" "$work/rig.err"
		return 1
	}
}
saved() {
	cmp "$root/memory" "$folder/vmcore" || {
		jq .events "$record"
		cat "$work/kmsg" "$work/rig.err"
		return 1
	}
	recorded .dump.status 0
}
names() { (cd "$folder" && echo * .[a-z]*); }
sane() { ! cat "$root"/sanitizer* 2>/dev/null; }
restarted() { same restart "$ended" || { cat "$work/kmsg" "$work/rig.err"; false; }; }
# leave KIB: fill the target up to that
leave() {
	open_disk
	free_kib=$(df -k --output=avail "$target" | tail -n 1)
	fallocate -l "$((free_kib - $1))K" "$target/filler"
	close_disk
}
# inodes LEFT: so many are free
inodes() {
	open_disk
	mkdir "$target/i"
	free=$(df --output=iavail "$target" | tail -n 1)
	i=0
	while [ $i -lt $((free - $1)) ]; do
		: >"$target/i/$i"
		i=$((i + 1))
	done
	close_disk
}
