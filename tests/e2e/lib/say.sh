# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the harness: talking, failing, cleaning up.
# shellcheck shell=sh

# A line about what is going on. On stderr: stdout belongs to results.
say() {
	printf 'e2e: %s\n' "$*" >&2
}

die() {
	say "$*"
	exit 1
}

# What a run leaves behind is deleted however it ends, ctrl-C included.
SCRATCH=
scratch() {
	[ -n "$SCRATCH" ] || {
		SCRATCH=$(mktemp -d "${TMPDIR:-/var/tmp}/kdump-dma-e2e.XXXXXX") || exit
		trap 'end_scratch' EXIT
		trap 'exit 130' INT
		trap 'exit 143' TERM
		trap 'exit 129' HUP
	}
}

end_scratch() {
	status=$?
	trap - EXIT
	[ -z "${QEMU_PID:-}" ] || {
		kill "$QEMU_PID" 2>/dev/null && wait "$QEMU_PID"
	}
	rm -rf "$SCRATCH"
	exit "$status"
}
