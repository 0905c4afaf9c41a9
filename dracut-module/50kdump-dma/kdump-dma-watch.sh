#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# For images without systemd: dracut sources this as a cmdline hook.
/usr/sbin/kdump-dma-check --watch > /dev/kmsg 2>&1 < /dev/null &
