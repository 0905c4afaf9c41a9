#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Save the crashed kernel's memory, say how that went, reboot. In this order,
# so that what is most valuable for its size is safe first: the kernel log, the
# vmcore, the record. Nothing here waits without a limit; above it all stand
# JobTimeoutSec and kdump-dma-deadline.service.
#
# Runs in the capture kernel, from /etc/kdump-dma-save.conf ("key=value" lines
# that /usr/lib/kdump-dma/native wrote; read, never sourced).
set -u
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
umask 077 # a dump holds everybody's secrets

conf=/etc/kdump-dma-save.conf
vmcore=${KDUMP_DMA_VMCORE:-/proc/vmcore}
mount_point=/kdump-dma
state=/run/kdump-dma-folder # for --give-up
# Seconds that nobody sets: a driver may come up that brings the clock's time.
now() {
	read -r uptime _ </proc/uptime
	echo "${uptime%.*}"
}
begin=$(now)
folder='' dump='' status=0 collected_with=''

# what is not in the conf
device='' fstype=auto mount_options='' path=/var/crash host=localhost
collector=makedumpfile collector_args='-l -d 31' final_action=reboot
device_wait=60

# To the kernel's log, and so to the console: a terminal that was told to stop (^S,
# XOFF, no CTS) is waited for without end, but not by the kernel. Level 3 passes
# where a console shows errors alone. Opened for each line: what one open file
# writes is limited.
say() {
	if [ -e /etc/initrd-release ]; then
		{ printf '<3>kdump-dma-save: %.800s\n' "$*" >/dev/kmsg; } 2>/dev/null
	else
		echo "kdump-dma-save: $*"
	fi
}

# Lines from standard input, without what they overwrote: makedumpfile's progress.
say_lines() {
	while IFS= read -r line || [ -n "$line" ]; do
		line=${line##*"$cr"}
		[ -z "$line" ] || say "$line"
	done
}
cr=$(printf '\r')

# An event: said, and kept for the record.
events=0
event() {
	say "$*"
	events=$((events + 1))
	eval "event_$events=\$*"
}

read_conf() {
	while IFS='=' read -r key value; do
		case $key in
		device) device=$value ;;
		fstype) fstype=$value ;;
		mount_options) mount_options=$value ;;
		path) path=$value ;;
		host) host=$value ;;
		collector) collector=$value ;;
		collector_args) collector_args=$value ;;
		final_action) final_action=$value ;;
		device_wait) device_wait=$value ;;
		esac
	done <"$conf"
}

# within SECONDS COMMAND...: in time, or left alone. On a dead disk a process
# cannot be killed, and timeout(1) would wait for it.
within() {
	tries=$(($1 * 5))
	shift
	"$@" &
	pid=$!
	while { read -r _ _ process _ <"/proc/$pid/stat"; } 2>/dev/null && [ "$process" != Z ]; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 124
		sleep 0.2
	done
	wait "$pid"
}

# UUID=x and its like name a link that udev makes.
device_node() {
	case $device in
	UUID=*) echo "/dev/disk/by-uuid/${device#*=}" ;;
	LABEL=*) echo "/dev/disk/by-label/${device#*=}" ;;
	PARTUUID=*) echo "/dev/disk/by-partuuid/${device#*=}" ;;
	PARTLABEL=*) echo "/dev/disk/by-partlabel/${device#*=}" ;;
	*) echo "$device" ;;
	esac
}

# Put together what the target lies on, as soon as its parts are there: udev's
# rules leave that to dracut's initqueue, which may have ended before they are. An
# array that lacks a part is started as it is when half of the time is over.
assemble() {
	! have mdadm || timeout 20 mdadm --assemble --scan "$1" >/dev/null 2>&1
	! have lvm || timeout 20 lvm vgchange -a y --sysinit >/dev/null 2>&1
}

wait_for_device() {
	node=$(device_node)
	start=$(now) tries=0 degraded=--no-degraded
	until [ -b "$node" ]; do
		waited=$(($(now) - start))
		[ "$waited" -lt "$device_wait" ] || {
			event "the target $device did not appear within $device_wait s"
			return 1
		}
		[ "$waited" -lt $((device_wait / 2)) ] || [ $degraded = --run ] ||
			degraded=--run tries=4
		tries=$((tries + 1))
		[ $((tries % 10)) != 5 ] || assemble $degraded
		sleep 0.2
	done
}

# What the other devices of a btrfs lie on, as wait_for_device does it.
assemble_rest() {
	degraded=--no-degraded
	[ "$waited" -lt $((device_wait / 2)) ] || degraded=--run
	assemble "$degraded"
}

# What mount said the first and the last time is enough.
say_mount_failed() {
	say "mount failed, try $try"
	tail -c 600 /run/mount.out | say_lines
}

# Its driver may come late; so may another device of a btrfs, which is waited for
# as the first one is. And after a crash mount recovers a journal, which takes
# minutes on a large one.
mount_target() {
	wait_for_device || return 1
	set -- -w -o "nodev,nosuid,noexec${mount_options:+,$mount_options}"
	[ "$fstype" = auto ] || set -- "$@" -t "$fstype"
	limit=$((device_wait > 120 ? device_wait : 120))
	patience=10
	[ "$fstype" != btrfs ] || patience=$device_wait
	start=$(now) try=1
	until within "$limit" mount "$@" "$node" "$mount_point" >/run/mount.out 2>&1; do
		code=$? waited=$(($(now) - start))
		# 124: it hangs
		if [ $code = 124 ] || [ "$waited" -ge "$patience" ]; then
			say_mount_failed
			event "the target $device cannot be mounted for writing"
			return 1
		fi
		[ "$try" != 1 ] || say_mount_failed
		[ "$fstype" != btrfs ] || within 45 assemble_rest
		try=$((try + 1))
		sleep 2
	done
}

# A new folder: two dumps in one second do not share it.
make_folder() {
	name=$host-$(date -u +%Y-%m-%dT%H:%M:%SZ)
	parent=$mount_point$path
	(umask 077 && mkdir -p "$parent") || {
		event "no folder $path can be made on the target $device"
		return 1
	}
	# Without a clock every crash is in the same second.
	number=0 suffix=''
	while [ "$number" -lt 1000 ]; do
		folder=$parent/$name$suffix
		mkdir -m 700 "$folder" 2>/dev/null && echo "$folder" >"$state" && return
		[ -e "$folder" ] || break
		number=$((number + 1))
		suffix=.$number
	done
	folder=''
	event "no folder can be made in $path on the target $device"
	return 1
}

# On a target that gets full there has to be room for the record.
reserve_room() {
	dd if=/dev/zero of="$folder/.room" bs=64k count=1 2>/dev/null &&
		sync "$folder/.room"
}

# Keep $1 as $2 if the command that wrote it ended well; synced before its name
# says that it is whole.
keep() {
	[ -s "$1" ] && sync "$1" && mv "$1" "$2" && sync "$folder"
}

# makedumpfile, where it is in the image
have() {
	command -v "$1" >/dev/null
}

# The crashed kernel's log, to standard output.
print_dmesg() {
	if have makedumpfile; then
		rm -f /run/dmesg
		timeout 60 makedumpfile --dump-dmesg "$vmcore" /run/dmesg >/dev/null 2>&1 &&
			[ -s /run/dmesg ] && {
			cat /run/dmesg
			cat_status=$?
			rm -f /run/dmesg
			return "$cat_status"
		}
	fi
	have vmcore-dmesg && timeout 60 vmcore-dmesg "$vmcore" 2>/dev/null
}

save_dmesg() {
	part=$folder/vmcore-dmesg.txt.incomplete
	if print_dmesg >"$part" && keep "$part" "$folder/vmcore-dmesg.txt"; then
		say "saved vmcore-dmesg.txt"
	else
		rm -f "$part"
		event "the crashed kernel's log could not be saved"
	fi
}

# What a program ended with $status left as $part. A status of 0 is not enough:
# it would be recorded, and learned from, as a dump that was saved.
keep_vmcore() { # PROGRAM
	if [ "$status" != 0 ]; then
		event "$1 failed with exit status $status"
	elif ! keep "$part" "$dump"; then
		status=1
		event "$1 ended well, but the vmcore is empty or could not be synced"
	fi
	[ "$status" = 0 ]
}

collect() {
	have "$collector" || {
		status=127
		event "$collector is not in the image"
		return 1
	}
	collected_with="$collector $collector_args"
	say "$collected_with"
	# on the target, for an hour of progress takes memory; it is removed at the end
	words=$folder/.collector
	(: >"$words") 2>/dev/null || words=/dev/null
	# shellcheck disable=SC2086  # words
	"$collector" $collector_args "$vmcore" "$part" >"$words" 2>&1
	status=$?
	[ "$status" = 0 ] || tail -c 600 "$words" | say_lines
	keep_vmcore "$collector"
}

# All of the memory, as it is: only where it fits with some room to spare, then
# in place of what the collector left.
copy() {
	[ -e "$part" ] || : >"$part"
	bytes=$(stat -c %s "$vmcore")
	free=$(($(stat -f -c '%a * %S' "$folder") + $(stat -c '%b * %B' "$part")))
	[ "$free" -gt $((bytes + 67108864)) ] || {
		event "a plain copy takes $((bytes / 1048576)) MiB, and $((free / 1048576)) MiB are free"
		return 1
	}
	collected_with='dd conv=sparse'
	say "copying $((bytes / 1048576)) MiB"
	dd if="$vmcore" of="$part" bs=1M conv=sparse 2>/dev/null
	status=$?
	keep_vmcore "a plain copy" && event "saved by a plain copy"
}

# What there is of a vmcore may show what happened, and is all there is.
say_what_is_left() {
	part=$folder/vmcore-incomplete
	if [ -s "$part" ]; then
		event "$(stat -c %s "$part") bytes of the vmcore are left as vmcore-incomplete"
	else
		rm -f "$part"
	fi
}

save_vmcore() {
	part=$folder/vmcore-incomplete dump=$folder/vmcore
	if collect || copy; then
		say "saved $(stat -c %s "$dump") bytes as ${dump#"$mount_point"}"
	else
		dump=''
		say_what_is_left
	fi
}

# Without a target the console is the only place left.
last_words() {
	say "the last lines of the crashed kernel's log:"
	print_dmesg | tail -n 60 | say_lines
}

finish() {
	have kdump-dma-check || return
	[ -z "$folder" ] || within 5 rm -f "$folder/.room" "$folder/.collector"
	set -- --status "$status" --seconds $(($(now) - begin))
	[ -z "$folder" ] || set -- "$@" --dir "$folder"
	[ -z "$dump" ] || set -- "$@" --dump "$dump"
	[ -z "$collected_with" ] || set -- "$@" --collector "$collected_with"
	number=0
	while [ "$number" -lt "$events" ]; do
		number=$((number + 1))
		eval "set -- \"\$@\" --event \"\$event_$number\""
	done
	within 10 kdump-dma-check --finish "$@" >/dev/null ||
		say "the record could not be written"
}

# All of this can hang on a dead disk, so each gets a moment.
end() {
	finish
	within 60 sync
	within 30 umount "$mount_point" 2>/dev/null
	say "$final_action, $(($(now) - begin)) s after the start"
	case $final_action in
	poweroff) within 30 systemctl -ff poweroff ;;
	halt) within 30 systemctl -ff halt ;;
	esac
	# and for the rest, and should that have failed
	within 30 systemctl -ff reboot
	echo b >/proc/sysrq-trigger
	sleep 30
	exit 1
}

# The saver was killed, or never started: no second try at the vmcore, but the
# log, if there is a folder for it, and the record.
give_up() {
	event "saving the dump was given up"
	status=1
	if [ -s "$state" ]; then
		read -r folder <"$state"
		[ -s "$folder/vmcore-dmesg.txt" ] || save_dmesg
		[ ! -s "$folder/vmcore" ] || dump=$folder/vmcore
		tail -c 600 "$folder/.collector" 2>/dev/null | say_lines
		say_what_is_left
	else
		last_words
	fi
}

main() {
	read_conf
	if [ "${1:-}" = --give-up ]; then
		give_up
	elif [ ! -s "$vmcore" ] && [ ! -r "$vmcore" ]; then
		event "there is no $vmcore"
		status=1
	elif mount_target && make_folder; then
		save_dmesg
		reserve_room
		save_vmcore
	else
		status=1
		last_words
	fi
	end
}

main "$@"
