#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The native saver: in our own images alone. dracut sources this file; what it
# is to save to comes from /usr/lib/kdump-dma/native as KDUMP_DMA_SAVE_CONF.

check() {
    [[ $KDUMP_DMA_IMAGE && -r $KDUMP_DMA_SAVE_CONF ]] || return 1
    require_binaries mount umount sync || return 1
    return 0
}

depends() {
    echo kdump-dma systemd systemd-initrd
    return 0
}

# The drivers of the target, as native found them on this machine.
installkernel() {
    local driver
    for driver in $KDUMP_DMA_DRIVERS; do
        # a driver may be built in, or a file system's module be named otherwise
        hostonly='' instmods "$driver"
    done
}

# time_limit of save.conf becomes part of the units: the saver gets most of it,
# so that it can still say how far it came; then systemd, then the kernel.
set_limits() {
    local limit
    limit=$(sed -n 's/^time_limit=//p' "$KDUMP_DMA_SAVE_CONF")
    # shellcheck disable=SC2154  # set by dracut
    sed -i -e "s/@SAVE_LIMIT@/$((limit * 85 / 100))/" \
        -e "s/@JOB_LIMIT@/$((limit * 95 / 100))/" -e "s/@TIME_LIMIT@/$limit/" \
        "$initdir$systemdsystemunitdir/kdump-dma-save.service" \
        "$initdir$systemdsystemunitdir/kdump-dma-deadline.service"
}

install() {
    local unit collector

    inst_multiple sh mount umount sync mkdir mv rm stat sleep cat date modprobe \
        timeout tail dd
    # without makedumpfile the saver copies; without vmcore-dmesg it still
    # has makedumpfile --dump-dmesg
    inst_multiple -o makedumpfile vmcore-dmesg
    # another collector that is not there would be missed after the crash only
    collector=$(sed -n 's/^collector=//p' "$KDUMP_DMA_SAVE_CONF")
    [[ ${collector:-makedumpfile} == makedumpfile ]] || inst_multiple "$collector" || exit 1
    inst_simple "$KDUMP_DMA_SAVE_CONF" /etc/kdump-dma-save.conf
    # shellcheck disable=SC2154  # set by dracut
    inst_script "$moddir/kdump-dma-save.sh" /usr/sbin/kdump-dma-save
    for unit in kdump-dma-save.service kdump-dma-deadline.service; do
        # shellcheck disable=SC2154  # set by dracut
        inst_simple "$moddir/$unit" "$systemdsystemunitdir/$unit"
    done
    set_limits
    # In /etc, so that they win over the shells of systemd and of dracut.
    for unit in emergency.service rescue.service; do
        inst_simple "$moddir/kdump-dma-reboot.service" "/etc/systemd/system/$unit"
    done
    # the last of them, whatever this machine has there
    inst_simple "$moddir/system.conf" /etc/systemd/system.conf.d/zz-kdump-dma.conf
    # LVM, RAID and multipath: their udev rules leave work to the initqueue
    if dracut_module_included "dracut-systemd"; then
        inst_simple "$moddir/initqueue.conf" \
            "$systemdsystemunitdir/kdump-dma-save.service.d/initqueue.conf"
    fi
    # multipathd does not start without its plugins, which Debian 12 has where
    # dracut's multipath does not look: that takes folders of libraries alone.
    if dracut_module_included "multipath"; then
        inst_multiple -o /lib/multipath/*.so
    fi
    # there is no journal in our image
    inst_simple "$moddir/output.conf" \
        "$systemdsystemunitdir/kdump-dma-watch.service.d/output.conf"
    mkdir -p "$initdir/run" "$initdir/kdump-dma"
}
