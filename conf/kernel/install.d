#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel-install(8) plugin: the same for systems that install kernels with it.
# Called with "add" or "remove" and the kernel's release.
#
# Where grubby holds the boot line, the new kernel's entry is given crashkernel= as
# the others were; it comes with what /etc/kernel/cmdline says, often none. It may
# be the next to boot. The plugins that make the entry (20-grub, 90-loaderentry)
# and kdump-utils' 92-crashkernel are before this one.
[ -n "${2:-}" ] && [ -x /usr/lib/kdump-dma/native ] || exit 0
case $1 in
add)
	[ -d /run/systemd/system ] || exit 0
	/usr/lib/kdump-dma/native build "$2" ||
		echo "kdump-dma: no capture image for $2 yet; kdump-dma.service will try again" >&2
	[ ! -e /var/lib/kdump-dma/saved/grubby.before ] ||
		! systemctl --quiet is-enabled kdump-dma-apply.service ||
		kdump-dma apply --kernel "$2"
	;;
remove)
	/usr/lib/kdump-dma/native remove "$2"
	;;
esac
exit 0
