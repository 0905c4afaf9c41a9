#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# kdump-utils' post hook (kdump.sh runs /etc/kdump/post.d/* with the dump's
# status, before it saves its log and reboots): the record goes beside the dump,
# and as a line into the log, which is all there is with an ssh or raw target.
# It is put into the image alone; nothing is added to the system's /etc/kdump.
# kdump.sh tells nobody where it saved to: the folder is one under `path` that is
# younger than the watcher. Without a watcher any folder looks young, an old
# dump's too, and on a target that machines share two may be dumping: then there
# is only the line.

# within SECONDS COMMAND...: in time, or left alone. On a dead disk a process cannot
# be killed.
within() {
    tries=$(($1 * 5))
    shift
    "$@" &
    pid=$!
    while { read -r _ _ process _ < "/proc/$pid/stat"; } 2> /dev/null && [ "$process" != Z ]; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 124
        sleep 0.2
    done
    wait "$pid"
}

started=/run/kdump-dma/watch.pid
path=/var/crash
collector='makedumpfile'
while read -r key value || [ -n "$key" ]; do
    case $key in
        path) path=$value ;;
        core_collector) collector=$value ;;
    esac
done < /etc/kdump.conf

# Two lines, the folder and the dump, below where kdump-utils mounts its target.
find_folder() {
    folder='' dump='' young=0
    while read -r _ mount_point _; do
        case $mount_point in
            /sysroot | /sysroot/* | /kdumproot | /kdumproot/*) ;;
            *) continue ;;
        esac
        for each in "$mount_point/$path"/*/; do
            # shellcheck disable=SC3013  # in POSIX since 2024; dash and bash have it
            [ -e "$started" ] && [ -d "$each" ] && [ "$each" -nt "$started" ] &&
                [ ! -e "$each/kdump-dma.json" ] && folder=${each%/} young=$((young + 1))
        done
    done < /proc/mounts
    [ "$young" = 1 ] || return
    for each in "$folder/vmcore-incomplete" "$folder/vmcore"; do
        [ -e "$each" ] && dump=$each
    done
    printf '%s\n' "$folder" "$dump" > "$found"
}

found=/run/kdump-dma-folder folder='' dump=''
rm -f "$found"
within 10 find_folder
[ ! -s "$found" ] || { read -r folder && read -r dump; } < "$found"
status=$1
set -- --status "$status" --collector "$collector"
[ -z "$folder" ] || set -- "$@" --dir "$folder"
[ -z "$dump" ] || set -- "$@" --dump "$dump"
within 10 kdump-dma-check --finish "$@"
# whatever came of it, the dump is what counts
exit 0
