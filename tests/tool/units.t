#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The units, as systemd reads them, and how much they may do: its own measure of
# exposure, 0 to 10, of which 9.6 is a service that says nothing.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT

exposed_less() { # TENTHS UNIT
	systemd-analyze security --no-pager --offline=true --threshold="$1" "conf/units/$2" >"$work/out" 2>&1 ||
		{ grep -e '✗' -e Overall "$work/out" && return 1; }
}
read_by_systemd() { # UNIT: no line of it that systemd does not know
	mkdir -p "$work/etc/systemd/system" && cp -r conf/units/. "$work/etc/systemd/system" || return
	systemd-analyze verify --man=no --root="$work" "$work/etc/systemd/system/$1" >"$work/out" 2>&1
	! grep "/$1:[0-9]*:" "$work/out"
}
# Without it /proc/kallsyms has no addresses for kexec(8), which then makes an ELF
# header of nonsense (arm64) and says that all is well.
may_read_addresses() {
	! grep -q 'CapabilityBoundingSet=.*CAP_SYSLOG' conf/units/kdump-dma.service &&
		grep -q '^CapabilityBoundingSet=CAP_.* CAP_SYSLOG' conf/units/kdump-dma-early.service
}
ok "what runs kexec may see the kernel's addresses" may_read_addresses
# A partition that is mounted when it is used is unmounted when it was not used for a
# while. A unit that requires it would be stopped then, in the middle of its work.
boot_partitions_come_first() {
	for mount in boot.mount efi.mount boot-efi.mount; do
		grep -q "^After=.*\b$mount" conf/units/kdump-dma-apply.service || return
	done
	! grep -e '^RequiresMountsFor=.*/\(boot\|efi\)' -e '^\(Requires\|BindsTo\)=.*mount' \
		conf/units/kdump-dma-apply.service
}
ok "apply outlives an idle boot partition, and a shutdown unmounts that after apply" boot_partitions_come_first

if ! systemd-analyze security --help 2>&1 | grep -q -e --offline; then
	skip "how much the units may do" "no systemd-analyze, or one without --offline"
tap_end
	exit
fi
for unit in kdump-dma kdump-dma-early kdump-dma-apply kdump-dma-learn kdump-dma-metrics kdump-dma-rehearse kdump-dma-target; do
	ok "$unit.service: systemd has no word against it" read_by_systemd $unit.service
done
ok "learn is exposed to less than 2" exposed_less 19 kdump-dma-learn.service
ok "the metrics service is as closed as the learn service" exposed_less 19 kdump-dma-metrics.service
ok "rehearsals, which run QEMU, likewise" exposed_less 19 kdump-dma-rehearse.service
ok "who tries another machine to less than 4" exposed_less 39 kdump-dma-target.service
ok "apply to less than 5" exposed_less 49 kdump-dma-apply.service
ok "what loads early to less than 4" exposed_less 39 kdump-dma-early.service
ok "the native backend likewise" exposed_less 49 kdump-dma.service
tap_end
