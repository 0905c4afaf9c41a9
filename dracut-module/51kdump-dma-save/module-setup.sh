#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The whole native image: its init, the checker, the collector, and the modules and tools
# that the target needs. dracut sources this file. The folder KDUMP_DMA_BUILD has what
# the host decided: /usr/lib/kdump-dma/native sets it. That script calls dracut with this
# module only, and with --no-kernel because no code here needs modules.dep.

check() {
    [[ -r $KDUMP_DMA_BUILD/capture.conf ]] || return 1
    require_binaries kdump-dma-check kdump-dma-capture || return 1
    return 0
}

depends() {
    return 0
}

# lines FILE: the lines of a file in KDUMP_DMA_BUILD, if it is there
lines() {
    [[ ! -r $KDUMP_DMA_BUILD/$1 ]] || cat "$KDUMP_DMA_BUILD/$1"
}

# Install the firmware that a module names, packed or not.
install_firmware() { # MODULE
    local name folder
    # shellcheck disable=SC2154  # kernel is set by dracut
    modinfo -F firmware "$1" 2> /dev/null | while read -r name; do
        for folder in updates "$kernel" .; do
            inst_multiple -o "/lib/firmware/$folder/$name" \
                "/lib/firmware/$folder/$name".{xz,zst}
        done
    done
}

# true if the kernel can unpack modules of this kind
can_unpack() { # KIND
    local word
    for word in DECOMPRESS "COMPRESS_$1"; do
        grep -qs "^CONFIG_MODULE_$word=y" "/boot/config-$kernel" \
            "/lib/modules/$kernel/config" || return 1
    done
}

# Unpack a module that the kernel could not: without CONFIG_MODULE_DECOMPRESS it loads no
# packed module, and with it only those packed as its own are. The file may be a symlink.
unpack_module() { # FILE
    local kind unpack
    case $1 in
        *.xz) kind=XZ unpack='xz -dc' ;;
        *.zst) kind=ZSTD unpack='zstd -qdc' ;;
        *.gz) kind=GZIP unpack='gzip -dc' ;;
        *) return 0 ;;
    esac
    can_unpack "$kind" || { $unpack "$1" > "${1%.*}" && rm -f "$1"; }
}

install_modules() {
    local path
    sed -n 's/^module=\([^ ]*\).*/\1/p' "$KDUMP_DMA_BUILD/capture.conf" | while read -r path; do
        # if one is missing, native says so when it looks at the image
        [[ -r $path ]] || continue
        inst_simple "$path"
        install_firmware "$path"
        # shellcheck disable=SC2154  # initdir is set by dracut
        unpack_module "$initdir$path" || exit 1
    done
}

# ssh looks up its user. glibc before 2.34 needs a library for that.
install_ssh() {
    inst_simple "$KDUMP_DMA_BUILD/ssh" /etc/kdump-dma-ssh.conf
    echo 'root:x:0:0:root:/:/bin/sh' > "$initdir/etc/passwd"
    inst_libdir_file 'libnss_files.so*' || :
}

install() {
    local program file

    # shellcheck disable=SC2154  # initdir is set by dracut
    mkdir -p "$initdir"/{proc,sys,dev,run,tmp,etc,kdump-dma}
    inst_binary kdump-dma-capture /init
    inst_binary kdump-dma-check
    inst_simple "$KDUMP_DMA_BUILD/capture.conf" /etc/kdump-dma-capture.conf
    for program in $(lines programs); do
        # without it a capture would fail: rather fail the build
        inst_binary "$program" || exit 1
    done
    for program in $(lines programs.optional); do
        inst_multiple -o "$program"
    done
    lines files | while read -r file; do
        # inst_binary also installs interpreter and libraries
        if [[ -f $file && -x $file ]]; then
            inst_binary "$file" || exit 1
        else
            inst_simple "$file" || : # native looks for each of them afterwards
        fi
    done || exit 1
    install_modules || exit 1
    [[ ! -s $KDUMP_DMA_BUILD/network ]] ||
        inst_simple "$KDUMP_DMA_BUILD/network" /etc/kdump-dma-network || exit 1
    [[ ! -s $KDUMP_DMA_BUILD/ssh ]] || install_ssh
}
