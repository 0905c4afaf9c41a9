# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the harness: KVM, if this machine really has it.
# shellcheck shell=sh
# shellcheck disable=SC2154  # set by release() and base()

# accel: sets ACCEL to kvm or tcg. /dev/kvm may be there, open, create a VM and
# still never run one, so only a guest that booted and said so counts. Asked
# once in each boot of this machine. KDUMP_DMA_ACCEL=tcg or =kvm decides by hand.
accel() {
	ACCEL=${KDUMP_DMA_ACCEL:-}
	[ -z "$ACCEL" ] || return 0
	ACCEL=tcg
	[ "$RELEASE_ARCH" = "$(dpkg --print-architecture)" ] && [ -w /dev/kvm ] || return 0
	known=$CACHE/accel-$(cat /proc/sys/kernel/random/boot_id)
	[ -e "$known" ] || ask_once
	ACCEL=$(cat "$known")
}

# Guests start two at a time: the second one waits for the first one's answer.
ask_once() {
	flock 8
	[ ! -e "$known" ] || return 0
	say "does KVM run a guest here? (10 s at most)"
	rm -f "$CACHE"/accel-*
	if kvm_boots; then echo kvm; else echo tcg; fi >"$known.new"
	mv "$known.new" "$known"
	say "guests run with $(cat "$known")"
} 8>>"$CACHE/accel.lock"

kvm_boots() {
	scratch
	timeout -k 2 10 qemu-system-x86_64 -accel kvm -m 512 -nodefaults -nographic \
		-no-reboot -serial "file:$SCRATCH/probe" -kernel "$BASE/vmlinuz" \
		-initrd "$BASE/initrd" -append 'console=ttyS0 panic=-1 rdinit=/bin/sh -- -c "echo probe guest booted"' \
		>/dev/null 2>&1
	grep -q '^probe guest booted' "$SCRATCH/probe"
}
