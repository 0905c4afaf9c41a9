#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's /etc/kernel/postinst.d: a new kernel gets its capture image. Called
# with the kernel's release. Installing a kernel never fails because of us: the
# image is built at boot too if it is missing.
[ -n "${1:-}" ] && [ -x /usr/lib/kdump-dma/native ] || exit 0
# not when dpkg undoes something
# shellcheck disable=SC2046  # words
set -- "$1" $(echo "${DEB_MAINT_PARAMS:-configure}" | tr -d "'")
[ "${2:-}" = configure ] || exit 0
# a chroot or an image that is being built is not the machine it will run on
[ -d /run/systemd/system ] || exit 0
/usr/lib/kdump-dma/native build "$1" ||
	echo "kdump-dma: no capture image for $1 yet; kdump-dma.service will try again" >&2
exit 0
