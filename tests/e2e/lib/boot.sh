# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the harness: boot a guest, and what it said.
# shellcheck shell=sh
# shellcheck disable=SC2154  # set by release(), base(), accel() and guest's options

# boot: run QEMU on $DISK with $SCRIPT until the guest powers off or $LIMIT is
# over. The guest's resets are its own affair: a crash, its capture and the next
# boot happen in one run. The disk itself is not written (snapshot=on) unless
# $KEEP. In $LOG: console.log and results.log, each line with the second it
# came in; what the guest says of itself is shown as it comes.
# no_timer_check, which the capture kernel inherits: a busy machine lets a guest wait
# too long for its timer. With "-K firmware" the disk's own boot loader gives the words.
# Returns 0 if the last boot said that its script ended with 0.
boot() {
	scratch
	mkdir -p "$LOG"
	rm -f "$LOG/console.log" "$LOG/results.log"
	channels
	snapshot=on
	[ -z "$KEEP" ] || snapshot=off
	set -- -drive "file=$DISK,format=raw,if=virtio,snapshot=$snapshot"
	for extra in $DISKS; do
		set -- "$@" -drive "format=raw,if=virtio,file=$extra"
	done
	[ "$KERNEL" = firmware ] || set -- "$@" -kernel "$KERNEL" -initrd "$INITRD" \
		-append "root=LABEL=root console=$RELEASE_CONSOLE e2e no_timer_check $APPEND"
	second_port
	# shellcheck disable=SC2086  # lists of options
	(exec 7>&- 8>&- && exec timeout -k 5 "$LIMIT" "$RELEASE_QEMU" $RELEASE_MACHINE -accel "$ACCEL" \
		-m "$MEM" -smp "$CPUS" -nodefaults -display none -monitor none \
		-serial "file:$SCRATCH/console" $results_port \
		-fw_cfg "name=opt/e2e/script,file=$SCRIPT" \
		-object rng-random,filename=/dev/urandom,id=rng -device virtio-rng-pci,rng=rng \
		"$@" $QEMU_ARGS </dev/null) &
	QEMU_PID=$!
	status=0
	wait "$QEMU_PID" || status=$?
	QEMU_PID=
	exec 7>&- 8>&-
	wait "$console_pid" "$results_pid" || :
	case $status in
	0) ;;
	124 | 137) say "the guest was not done after $LIMIT s: killed" ;;
	*) say "QEMU ended with status $status" ;;
	esac
	[ "$status" = 0 ] && grep -q '^ *[0-9]* end 0$' "$LOG/results.log" && return
	say "last lines of the console ($LOG/console.log):"
	tail -n 15 "$LOG/console.log" >&2
	return 1
}

# second_port: QEMU's options for the results; the folder's name has no blank.
second_port() {
	results_port="-serial file:$SCRATCH/results"
	[ "$RELEASE_ARCH" = amd64 ] ||
		results_port="-chardev file,id=results,path=$SCRATCH/results -device pci-serial,chardev=results"
}

# channels: what QEMU writes to, and who reads it. This shell holds the writing
# ends (7, 8) too, so that nobody waits for a QEMU that never came, and the
# readers end with this shell at the latest.
channels() {
	rm -f "$SCRATCH/console" "$SCRATCH/results"
	mkfifo "$SCRATCH/console" "$SCRATCH/results"
	exec 7<>"$SCRATCH/console" 8<>"$SCRATCH/results"
	# exec, for a redirection of a function leaves a copy open in dash
	(exec 7>&- 8>&- && stamp <"$SCRATCH/console" >"$LOG/console.log") &
	console_pid=$!
	(exec 7>&- 8>&- && hear <"$SCRATCH/results") &
	results_pid=$!
}

hear() {
	if [ "$QUIET" ]; then
		stamp >"$LOG/results.log"
	else
		stamp | tee "$LOG/results.log"
	fi
}

# Each line with the seconds since the start in front, as it comes.
stamp() {
	awk -W interactive 'BEGIN { "date +%s" | getline begin }
		{ gsub(/\r/, ""); printf "%4d %s\n", systime() - begin, $0; fflush() }'
}
