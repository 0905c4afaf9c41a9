#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What kdump-utils' image runs after its collector: the hook finds the folder and the
# vmcore in it, and tells of them. That it does so in a real crash is for
# tests/e2e/kdumpctl.t to show.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
mkdir "$work/mocks"
cat >"$work/mocks/kdump-dma-check" <<-'END'
	#!/bin/sh
	for word; do echo "$word"; done >"$TOLD"
END
chmod +x "$work/mocks/kdump-dma-check"
export TOLD="$work/told"
printf 'path /var/crash\ncore_collector makedumpfile -l -d 31\n' >"$work/kdump.conf"
echo "/dev/vda1 $work/sysroot ext4 rw 0 0" >"$work/mounts"
sed -e "s,/run/kdump-dma,$work/run,g" -e "s,/etc/kdump.conf,$work/kdump.conf," \
	-e "s,/proc/mounts,$work/mounts," -e "s,/sysroot,$work/sysroot,g" \
	dracut-module/50kdump-dma/kdump-post.sh >"$work/hook"
mkdir "$work/run"
: >"$work/run/watch.pid"
touch -d '1 minute ago' "$work/run/watch.pid"
crash=$work/sysroot//var/crash/127.0.0.1-2026-11-27
# post STATUS [FILE TEXT]...: the hook, after a collector that left those files
post() {
	status=$1
	shift
	rm -rf "$work/sysroot" "$work/told"
	mkdir -p "$crash"
	while [ $# -gt 0 ]; do
		printf %s "$2" >"$crash/$1"
		shift 2
	done
	PATH=$work/mocks:$PATH sh "$work/hook" "$status"
}
told() { # WORD VALUE: was it told?
	grep -A 1 -xe "--$1" "$work/told" | grep -qxF -- "$2" || {
		cat "$work/told"
		return 1
	}
}
no_event() { ! grep -A 1 -xe --event "$work/told"; }

ok "a vmcore: the hook ends well" post 0 vmcore x vmcore-dmesg.txt y
ok "the collector's status is told" told status 0
ok "and the folder" told dir "$crash"
ok "and the vmcore" told dump "$crash/vmcore"
ok "and the collector" told collector 'makedumpfile -l -d 31'
ok "and nothing is wrong" no_event

ok "an empty vmcore and status 0: the hook ends well" post 0 vmcore ''
ok "that is no dump" told status 1
ok "and it is told" told event "the collector's exit status was 0, and the vmcore is empty"

ok "no vmcore and status 0: the hook ends well" post 0 vmcore-dmesg.txt x
ok "that is no dump, either" told status 1
ok "and it is told, too" told event "the collector's exit status was 0, and there is no vmcore"

ok "a collector that failed: the hook ends well" post 2 vmcore-incomplete ''
ok "its status is told" told status 2
ok "which says it all" no_event

ok "a target elsewhere: the hook ends well" sh -c ": >'$work/mounts'; PATH='$work/mocks':\$PATH sh '$work/hook' 0"
ok "nobody can look at it: the collector's status is told" told status 0
ok "and no event" no_event
tap_end
