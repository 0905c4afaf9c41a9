# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the tests: how long the parts of a crash took, from its logs.
# shellcheck shell=sh

# kernel_start LOGDIR N: the second in which the Nth kernel said its first line:
# 1 is the production kernel, 2 the capture kernel, 3 production again.
kernel_start() {
	awk -v n="$2" '/\] Linux version / && ++seen == n { print $1; exit }' "$1/console.log"
}

# capture_seconds LOGDIR: from the capture kernel's first line to the machine's
# next kernel; nothing if there was no such.
capture_seconds() {
	capture=$(kernel_start "$1" 2)
	again=$(kernel_start "$1" 3)
	[ -z "$again" ] || echo $((again - capture))
}

# restart_seconds LOGDIR [CRASH]: what the clock of the capture kernel of that crash, or of
# the first, said, which begins near its first line, when the machine was restarted; "?" if
# it was not by that kernel.
restart_seconds() {
	awk -v capture="$((2 * ${2:-1}))" '/\] Linux version / { kernel++ }
		kernel == capture && /\] reboot: machine restart/ {
			match($0, /\[ *[0-9.]+\]/)
			at = substr($0, RSTART + 1, RLENGTH - 2)
		}
		END { sub(/^ */, "", at); print at == "" ? "?" : at }' "$1/console.log"
}

# said LOGDIR TEXT: the second in which the guest said a line beginning so.
said() {
	awk -v text="$2" 'index(substr($0, 6), text) == 1 { print $1; exit }' "$1/results.log"
}
