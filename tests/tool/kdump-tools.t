#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What kdump-tools-dump.service runs in Debian's capture kernel: their save, and the
# record. That it does so in a real crash is for tests/e2e/loop.t to show.
# shellcheck disable=SC2016  # variables of mocks
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
mkdir "$work/mocks"
mock() { # NAME BODY
	printf '#!/bin/sh\n%s\n' "$2" >"$work/mocks/$1"
	chmod +x "$work/mocks/$1"
}
# said LINE: it is a line of what they wrote
said() {
	grep -qFx -- "$1" "$work/out" || {
		echo "not said: $1"
		cat "$work/out"
		return 1
	}
}
head -c 100000 /dev/urandom >"$work/memory"

# kdump_tools DUMP-COMMAND: their save, with a kdump-config that does this in
# the dump's folder; then what was told to --finish, one word a line
mock kdump-dma-check 'for word; do echo "$word"; done >"$TOLD"
[ ! -e "$TOLD.hang" ] || { echo $$ >"$TOLD.hang"; exec sleep 60; }'
mock reboot 'echo "reboot $*"'
mock date 'echo 0'
export TOLD="$work/told"
kdump_tools() {
	rm -rf "$work/crash" && mkdir -p "$work/crash/202611231000" || return
	printf '%s\n' USE_KDUMP=1 "KDUMP_COREDIR=$work/crash" \
		'KDUMP_FAIL_CMD="echo fail-command"' >"$work/default"
	mock kdump-config "cd $work/crash/202611231000 && $1"
	sed -e "s,^PATH=.*,PATH=$work/mocks:\$PATH," -e "s,/proc/vmcore,$work/memory,g" \
		-e "s,/etc/default/kdump-tools,$work/default,g" \
		-e 's/within 10 kdump-dma-check/within 1 kdump-dma-check/' src/check/kdump-tools-save \
		>"$work/kdump-tools-save"
	sh "$work/kdump-tools-save" >"$work/out" 2>&1
}
told() { # WORD VALUE: was it told?
	grep -A 1 -xe "--$1" "$work/told" | grep -qxF -- "$2" || {
		cat "$work/told" "$work/out"
		return 1
	}
}
# What makedumpfile -F writes: a header of 4096 bytes, pieces, an end of 16 bytes.
{
	printf 'makedumpfile\0\0\0\0'
	head -c 10000 /dev/zero
} >"$work/cut"
{ cat "$work/cut" && printf '\377%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; } >"$work/flat"
gzip -c "$work/cut" >"$work/compressed"

kdump_tools "cp $work/flat dump.1"
ok "kdump-tools: a whole dump is saved" told status 0
ok "after a whole dump kdump-tools reboots" said 'reboot -f'
kdump_tools "cp $work/cut dump.1"
ok "kdump-tools: half a dump is not saved, whatever their status" told status 1
ok "half a dump is an event of the record" told event 'the dump lacks its end: makedumpfile was killed, or could not write'
ok "KDUMP_FAIL_CMD is for what they call a failure" said 'reboot -f'
kdump_tools ': >dump.1'
ok "kdump-tools: an empty dump is not saved" told status 1
kdump_tools ': >dmesg.1'
ok "kdump-tools: a dump that is not there is not saved" told status 1
ok "and that is an event" told event 'the dump is missing, although their status is 0'
for other in compressed memory; do
	kdump_tools "cp $work/$other dump.1"
	ok "kdump-tools: of another format ($other) their status counts" told status 0
done
: >"$TOLD.hang"
begin=$(date +%s)
kdump_tools "cp $work/flat dump.1"
ok "kdump-tools: a record that hangs does not keep the machine" said 'reboot -f'
ok "kdump-tools: the reboot waits 15 s for that record, and not until it ends" test $(($(date +%s) - begin)) -lt 30
kill "$(cat "$TOLD.hang")"
rm "$TOLD.hang"
kdump_tools 'exit 3'
ok "kdump-tools: their failure is told" told status 3
ok "and KDUMP_FAIL_CMD is run" said fail-command

tap_end
