#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's /etc/kernel/postrm.d: a removed kernel's capture image goes with it.
[ -n "${1:-}" ] && [ -x /usr/lib/kdump-dma/native ] || exit 0
/usr/lib/kdump-dma/native remove "$1"
exit 0
