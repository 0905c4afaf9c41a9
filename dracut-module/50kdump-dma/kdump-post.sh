#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# kdump-utils' post hook: kdump.sh runs /etc/kdump/post.d/* with the dump's status,
# before it saves its log and reboots. This hook writes the record beside the dump,
# and as a line into the log; with an ssh or raw target only the line is written.
# The hook is only in the image, not in the system's /etc/kdump. kdump.sh does not
# tell where it saved to: this hook takes the folder under `path` that is younger
# than the watcher. It writes only the line if there is no watcher, because then any
# old folder looks young, or if two folders match, because machines that share a
# target may dump at once.

# within SECONDS COMMAND...: run it, and go on after SECONDS, also if it still runs: a
# process that waits for a dead disk cannot be killed.
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

# Write three lines into "$found", the folder, the dump and what is wrong with that,
# if one is found below the places where kdump-utils mounts its target.
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
    wrong=''
    [ -n "$dump" ] || wrong="there is no vmcore"
    [ -z "$dump" ] || [ -s "$dump" ] || wrong="the vmcore is empty"
    printf '%s\n' "$folder" "$dump" "$wrong" > "$found"
}

found=/run/kdump-dma-folder folder='' dump='' wrong=''
rm -f "$found"
within 10 find_folder
[ ! -s "$found" ] || { read -r folder && read -r dump && read -r wrong; } < "$found"
told=$1
# A collector that saved nothing may end with 0.
[ "$told" = 0 ] && [ -n "$wrong" ] && told=1 || wrong=''
set -- --status "$told" --collector "$collector"
[ -z "$wrong" ] || set -- "$@" --event "the collector's exit status was 0, and $wrong"
[ -z "$folder" ] || set -- "$@" --dir "$folder"
[ -z "$dump" ] || set -- "$@" --dump "$dump"
within 10 kdump-dma-check --finish "$@"
# a record that could not be written must not make the dump fail
exit 0
