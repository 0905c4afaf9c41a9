#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# For images without systemd: dracut sources this as a cmdline hook. The record goes to
# the kernel's log in pieces; with "on" the kernel does not limit their rate.
{ echo on > /proc/sys/kernel/printk_devkmsg; } 2> /dev/null
/usr/sbin/kdump-dma-check --watch > /dev/kmsg 2>&1 < /dev/null &
