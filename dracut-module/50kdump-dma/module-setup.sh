#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Puts kdump-dma-check, which checks, watches and writes the record, into every kdump
# image, whichever package builds it, and into no other image. dracut sources this file.

# kdump-utils sets IN_KDUMP; SUSE's mkdumprd and s390-tools name the kdump module;
# our native backend sets KDUMP_DMA_IMAGE.
is_kdump_image() {
    [[ $IN_KDUMP || $KDUMP_DMA_IMAGE ]] && return 0
    # shellcheck disable=SC2154  # set by dracut
    [[ " $dracutmodules $add_dracutmodules $force_add_dracutmodules " == *" kdump "* ]]
}

check() {
    is_kdump_image || return 255
    # without the checker the kdump image is still good: leave this module out
    type -P kdump-dma-check > /dev/null || return 1
    return 0
}

depends() {
    return 0
}

install() {
    inst_binary kdump-dma-check /usr/sbin/kdump-dma-check
    # kdump-utils' saver runs the hooks of this folder when it is done
    # shellcheck disable=SC2154  # moddir is set by dracut
    [[ -z $IN_KDUMP ]] ||
        inst_simple "$moddir/kdump-post.sh" /etc/kdump/post.d/zz-kdump-dma
    if dracut_module_included "systemd"; then
        # shellcheck disable=SC2154  # set by dracut
        inst_simple "$moddir/kdump-dma-watch.service" \
            "$systemdsystemunitdir/kdump-dma-watch.service"
        # shellcheck disable=SC2154
        $SYSTEMCTL -q --root "$initdir" add-wants sysinit.target \
            kdump-dma-watch.service
    else
        inst_hook cmdline 00 "$moddir/kdump-dma-watch.sh"
    fi
}
