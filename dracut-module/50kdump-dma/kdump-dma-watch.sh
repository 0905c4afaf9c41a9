#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# For images without systemd: dracut sources this as a cmdline hook. The record
# goes there in pieces, which the kernel would take for too many at once.
{ echo on > /proc/sys/kernel/printk_devkmsg; } 2> /dev/null
/usr/sbin/kdump-dma-check --watch > /dev/kmsg 2>&1 < /dev/null &
