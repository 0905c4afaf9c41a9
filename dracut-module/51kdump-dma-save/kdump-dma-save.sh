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
begin=$(date +%s)
folder='' dump='' status=0 collected_with=''

# what is not in the conf
device='' fstype=auto mount_options='' path=/var/crash host=localhost
collector=makedumpfile collector_args='-l -d 31' final_action=reboot
device_wait=60

say() {
	echo "kdump-dma-save: $*"
}

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

wait_for_device() {
	node=$(device_node)
	tries=$((device_wait * 5))
	until [ -b "$node" ]; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || {
			event "the target $device did not appear within $device_wait s"
			return 1
		}
		sleep 0.2
	done
}

mount_target() {
	wait_for_device || return 1
	set -- -w -o "nodev,nosuid,noexec${mount_options:+,$mount_options}"
	[ "$fstype" = auto ] || set -- "$@" -t "$fstype"
	timeout 120 mount "$@" "$node" "$mount_point" || {
		event "the target $device cannot be mounted for writing"
		return 1
	}
}

# A new folder: two dumps in one second do not share it.
make_folder() {
	name=$host-$(date -u +%Y-%m-%dT%H:%M:%SZ)
	parent=$mount_point$path
	(umask 077 && mkdir -p "$parent") || {
		event "no folder $path can be made on the target $device"
		return 1
	}
	for suffix in '' .1 .2 .3 .4; do
		folder=$parent/$name$suffix
		mkdir -m 700 "$folder" && echo "$folder" >"$state" && return
	done
	folder=''
	event "no folder can be made in $path on the target $device"
	return 1
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

collect() {
	have "$collector" || {
		status=127
		event "$collector is not in the image"
		return 1
	}
	collected_with="$collector $collector_args"
	say "$collected_with"
	# shellcheck disable=SC2086  # words
	"$collector" $collector_args "$vmcore" "$part"
	status=$?
	[ "$status" = 0 ] && keep "$part" "$dump" && return
	event "$collector failed with exit status $status"
	rm -f "$part"
	return 1
}

# All of the memory, as it is: only where it fits with some room to spare.
copy() {
	bytes=$(stat -c %s "$vmcore")
	free=$(($(stat -f -c '%a * %S' "$folder")))
	[ "$free" -gt $((bytes + 67108864)) ] || {
		event "a plain copy takes $((bytes / 1048576)) MiB, and $((free / 1048576)) MiB are free"
		return 1
	}
	collected_with='dd conv=sparse'
	say "copying $((bytes / 1048576)) MiB"
	dd if="$vmcore" of="$part" bs=1M conv=sparse 2>/dev/null
	status=$?
	[ "$status" = 0 ] && keep "$part" "$dump" && {
		event "saved by a plain copy"
		return
	}
	event "a plain copy failed with exit status $status"
	rm -f "$part"
	return 1
}

save_vmcore() {
	part=$folder/vmcore.incomplete dump=$folder/vmcore
	if collect || copy; then
		say "saved $(stat -c %s "$dump") bytes as ${dump#"$mount_point"}"
	else
		dump=''
	fi
}

# Without a target the console is the only place left.
last_words() {
	say "the last lines of the crashed kernel's log:"
	print_dmesg | tail -n 60
}

finish() {
	have kdump-dma-check || return
	set -- --status "$status" --seconds $(($(date +%s) - begin))
	[ -z "$folder" ] || set -- "$@" --dir "$folder"
	[ -z "$dump" ] || set -- "$@" --dump "$dump"
	[ -z "$collected_with" ] || set -- "$@" --collector "$collected_with"
	number=0
	while [ "$number" -lt "$events" ]; do
		number=$((number + 1))
		eval "set -- \"\$@\" --event \"\$event_$number\""
	done
	timeout 10 kdump-dma-check --finish "$@" >/dev/null ||
		say "the record could not be written"
}

# sync and umount can hang on a dead disk, so they get a moment each.
end() {
	finish
	timeout 60 sync
	timeout 30 umount "$mount_point" 2>/dev/null
	say "$final_action, $(($(date +%s) - begin)) s after the start"
	case $final_action in
	poweroff) systemctl -ff poweroff ;;
	halt) systemctl -ff halt ;;
	esac
	# and for the rest, and should that have failed
	systemctl -ff reboot
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
		rm -f "$folder"/*.incomplete
		[ -s "$folder/vmcore-dmesg.txt" ] || save_dmesg
		[ ! -s "$folder/vmcore" ] || dump=$folder/vmcore
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
		save_vmcore
	else
		status=1
		last_words
	fi
	end
}

main "$@"
