#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The closed loop with Debian's own kdump-tools in a bookworm guest: it is armed
# and saves; our record is written beside its dump; the next boot learns it and
# applies a smaller crashkernel= through the real update-grub; with that the
# second crash is captured too. QEMU boots the kernel itself, so what stands in
# for grub's last step is that the host hands over the words that update-grub
# wrote into grub.cfg. Needs root; some minutes.
set -u
cd "$(dirname "$0")/../.." || exit 1
E2E=$PWD/tests/e2e
. tests/tap.sh
for each in say releases base disk accel boot; do
	# shellcheck source=/dev/null
	. "$E2E/lib/$each.sh"
done

[ "$(id -u)" = 0 ] || {
	skip "the loop with kdump-tools" "not root"
	tap_end
	exit
}
# As base.sh makes it, but with initramfs-tools: it and dracut exclude each
# other, and kdump-tools builds its image with the former alone.
BASE_PACKAGES="$(echo "$BASE_PACKAGES" | tr -s ' \t\n' '\n' | grep -vx dracut)
	initramfs-tools kdump-tools grub2-common grub-pc-bin file"
release bookworm
base
accel
scratch # ends with all that is in it, however this ends
work=$SCRATCH/kdump-tools
mkdir -p "$work"
logs=${KDUMP_DMA_LOGS:-$work/logs}
make_disk() {
	make -s install DESTDIR="$work/installed" &&
		disk "$work/disk" 3G "$work/installed"
}

cat >"$work/script" <<'END'
measured() {
	kdump-dma status --json | sed -n 's/.*"measured_bytes": \([0-9]*\).*/\1/p'
}
reserved() { echo $(($(cat /sys/kernel/kexec_crash_size) / 1048576)); }
captures() { kdump-dma list --json | grep -c '"outcome": "saved"'; }
# Boot is not over when this runs: wait for what the test is about.
wait_for() {
	for _ in $(seq 150); do
		"$@" && return
		sleep 2
	done
}
is_armed() { [ "$(cat /sys/kernel/kexec_crash_loaded)" = 1 ]; }
case $1 in
1)
	wait_for is_armed
	mkdir -p /boot/grub
	update-grub >&2
	cp -a /etc/default /root/default
	check "kdump-tools has armed" is_armed
	show kdump-dma apply
	check "the capture kernel is told coherent_pool=0" \
		grep -q 'coherent_pool=0"' /var/crash/kexec_cmd
	check "it is loaded again" is_armed
	kdump-dma revert >&2
	check "revert: to the byte" diff -r /root/default /etc/default
	check "revert: the capture kernel is told as before" \
		sh -c '! grep -q coherent_pool=0 /var/crash/kexec_cmd'
	kdump-dma apply >&2
	systemctl enable -q kdump-dma-learn.service kdump-dma-apply.service \
		kdump-dma-metrics.timer >&2
	kdump-dma metrics -o auto
	ok "reserved before: $(reserved) MiB"
	crash
	;;
2)
	wait_for is_armed
	systemctl start kdump-dma-apply.service >&2 # or wait for it
	show kdump-dma list
	show kdump-dma status
	check "the record was learned" test "$(captures)" = 1
	check "crashkernel= is smaller in grub.cfg" sh -c \
		'grep -q "crashkernel=[0-9]*M" /boot/grub/grub.cfg &&
		 ! grep -q crashkernel=512M- /boot/grub/grub.cfg'
	check "a second apply changes nothing" sh -c \
		'stat -c %Y.%i /etc/default/* /etc/default/grub.d/* >/tmp/a
		 kdump-dma apply && stat -c %Y.%i /etc/default/* /etc/default/grub.d/* | cmp - /tmp/a'
	echo "grub $(grep -h -o 'crashkernel=[^ ]*' /boot/grub/grub.cfg | head -n 1)"
	;;
3)
	wait_for is_armed
	check "armed in the smaller reservation" is_armed
	ok "reserved after: $(reserved) MiB"
	kdump-dma metrics -o auto
	crash
	;;
4)
	wait_for is_armed
	show kdump-dma list
	show kdump-dma status
	check "both crashes were captured" test "$(captures)" = 2
	ok "measured need: $(($(measured) / 1048576)) MiB in $(reserved) MiB"
	;;
esac
END

run() { # LOG APPEND
	# shellcheck disable=SC2034  # boot() reads them
	DISK=$work/disk SCRIPT=$work/script LOG=$logs/$1 APPEND=$2 KEEP=yes \
		QUIET='' MEM=1536 CPUS=2 LIMIT=${KDUMP_DMA_LIMIT:-900} DISKS='' QEMU_ARGS='' \
		KERNEL=$BASE/vmlinuz INITRD=$BASE/initrd
	rm -f "$SCRATCH/console" "$SCRATCH/results" # its pipes
	boot >"$work/$1" 2>&1
	status=$?
	cat "$work/$1" >&2
	return $status
}
# The guest's own results, as results of this test.
results() { # LOG
	sed -n 's/^ *[0-9]* \(ok\|not ok\) \(- \)*\(.*\)/\1 \3/p' "$work/$1" >"$work/said"
	while read -r word rest; do
		case $word in
		ok) ok "guest: $rest" true ;;
		not) ok "guest: ${rest#ok }" false ;;
		esac
	done <"$work/said"
}

ok "a guest with kdump-tools" make_disk
ok "crash, capture, learn, apply" run first crashkernel=512M-:192M
results first
words=$(sed -n 's/^ *[0-9]* grub \(crashkernel=[0-9]*M\)$/\1/p' "$work/first")
ok "words for the next boot: $words" test -n "$words"
if [ -n "$words" ]; then
	ok "crash and capture with them" run second "$words"
	results second
fi
tap_end
