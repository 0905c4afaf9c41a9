#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's /etc/kernel/postrm.d: a removed kernel's capture image goes with it.
[ -n "${1:-}" ] && [ -x /usr/lib/kdump-dma/native ] || exit 0
# Also called when it is upgraded in place, by the same name: it stays, then.
# shellcheck disable=SC2046  # words
set -- "$1" $(echo "${DEB_MAINT_PARAMS:-remove}" | tr -d "'")
case ${2:-} in
remove | purge) ;;
*) exit 0 ;;
esac
/usr/lib/kdump-dma/native remove "$1"
exit 0
