#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The native saver's steps, one by one, in a folder here instead of a mounted
# target. That the whole of it saves a dump is for tests/e2e to show.
# shellcheck disable=SC1091,SC2016,SC2030,SC2031,SC2034,SC2154  # variables of saver and mocks
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
saver=dracut-module/51kdump-dma-save/kdump-dma-save.sh
sed '$d' "$saver" >"$work/saver" # without the call of main
mkdir "$work/mocks"
mock() { # NAME BODY
	printf '#!/bin/sh\n%s\n' "$2" >"$work/mocks/$1"
	chmod +x "$work/mocks/$1"
}

# step COMMAND...: what the steps said, then status, events and dump
step() {
	(
		. "$work/saver"
		PATH=$work/mocks:$PATH vmcore=$work/memory
		collector=mock-collector collector_args=''
		rm -rf "$work/folder" && mkdir "$work/folder" || exit
		folder=$work/folder mount_point=$work part=$work/folder/part
		dump=$work/folder/vmcore
		"$@"
		echo "status=$status events=$events dump=${dump##*/}"
	) >"$work/out" 2>&1
}
# said LINE...: each is a line of what step wrote
said() {
	for line; do
		grep -qFx -- "$line" "$work/out" || {
			echo "not said: $line"
			cat "$work/out"
			return 1
		}
	done
}

head -c 100000 /dev/urandom >"$work/memory"
mock mock-collector 'cp "$1" "$2"'
step save_vmcore
ok "a dump that is whole is saved" said "status=0 events=0 dump=vmcore"
ok "under its name" cmp "$work/memory" "$work/folder/vmcore"

mock mock-collector 'head -c 1000 "$1" >"$2"; exit 3'
step save_vmcore
ok "a collector that fails is told" \
	said "kdump-dma-save: mock-collector failed with exit status 3"
ok "and a plain copy takes its place" said "status=0 events=2 dump=vmcore"

mock mock-collector 'printf "Copying: 1%%\rCopying: 2%%\n\rno room\n"; cp "$1" "$2"'
step collect
not() { ! "$@"; }
ok "what a collector that ends well says goes nowhere" not grep -q -e Copying -e room "$work/out"
mock mock-collector 'printf "Copying: 1%%\rCopying: 2%%\n\rno room\n"; exit 1'
step collect
ok "of one that fails the last lines are said" \
	said "kdump-dma-save: Copying: 2%" "kdump-dma-save: no room"
ok "without what they overwrote" not grep -q 'Copying: 1' "$work/out"
# no file can be made on the target, beside the one that is there
mock mock-collector 'echo progress; cat "$1" >"$2"'
no_more_files() {
	mkdir "$folder/.collector" && collect
}
step no_more_files
ok "a collector is run where its words find no room" said "status=0 events=0 dump=vmcore"

# In the image no terminal is written to: it may wait for ever.
sed -i -e "s,/dev/kmsg,$work/kmsg," -e "s,/etc/initrd-release,$work/mocks," "$work/saver"
step say "to the kernel's log"
ok "in the image all is said to the kernel's log" same "<3>kdump-dma-save: to the kernel's log" \
	"$(cat "$work/kmsg")"
sed -i "s,$work/mocks ],/nowhere ]," "$work/saver"

mock mock-collector ': >"$2"'
step save_vmcore
ok "a collector that writes nothing has not saved" said "status=0 events=2 dump=vmcore" \
	"kdump-dma-save: mock-collector ended well, but the vmcore is empty or could not be synced"
ok "what a plain copy saved is there" cmp "$work/memory" "$work/folder/vmcore"

mock mock-collector 'cp "$1" "$2"'
mock sync 'exit 1'
step save_vmcore
ok "what cannot be synced is not saved" said "status=1 events=3 dump="
ok "by a plain copy neither" said \
	"kdump-dma-save: a plain copy ended well, but the vmcore is empty or could not be synced"
ok "it stays as incomplete" cmp "$work/memory" "$work/folder/vmcore-incomplete"
rm "$work/mocks/sync"

# ---- the target's device -----------------------------------------------------
mock mdadm 'echo "$3" >>"$ASKED"; sleep 3'
export ASKED="$work/asked"
no_device() { device=/dev/nowhere device_wait=6 && wait_for_device; }
begin=$(date +%s)
step no_device
ok "a device that does not come is given up" said "kdump-dma-save: the target /dev/nowhere did not appear within 6 s"
ok "in time, however long mdadm takes" test $(($(date +%s) - begin)) -le 10
ok "not before an array was started without what it lacks" same "--no-degraded --run" \
	"$(xargs <"$ASKED")"

# ---- mounting it -------------------------------------------------------------
mv "$work/mocks/mdadm" "$work/mdadm"
sed -i "s,/run/mount.out,$work/mount.out," "$work/saver"
mount_it() { # DEVICE_WAIT
	wait_for_device() { node=$work/node; }
	device=UUID=1 device_wait=$1 fstype=${2:-btrfs}
	mount_target
}
limit_is() { # DEVICE_WAIT
	within() { echo "$1 s for $2"; }
	mount_it "$1"
	cat "$work/mount.out"
}
step limit_is 600
ok "mount may recover a journal for as long as the device is waited for" said "600 s for mount"
step limit_is 60
ok "and for two minutes at least" said "120 s for mount"

export TRIES="$work/tries" GOOD=9
mock mount 'echo >>"$TRIES"; tries=$(wc -l <"$TRIES"); echo "try $tries"; [ "$tries" = "$GOOD" ]'
mock sleep "exec $(command -v sleep) 0.05"
step mount_it 60
ok "a part of it that comes late is waited for" same 9 "$(wc -l <"$TRIES")"
ok "and what mount said first is said" said "kdump-dma-save: try 1" "status=0 events=0 dump=vmcore"
ok "but not again and again" not grep -q 'try 2' "$work/out"
rm "$TRIES"
cp "$work/mdadm" "$work/mocks/mdadm"
sed -i 's/; sleep 3//' "$work/mocks/mdadm"
: >"$ASKED"
GOOD=never
step mount_it 3
last=$(wc -l <"$TRIES")
ok "one that cannot be mounted is given up" said "status=0 events=1 dump=vmcore" \
	"kdump-dma-save: the target UUID=1 cannot be mounted for writing"
ok "after the first and the last words of mount" said "kdump-dma-save: try 1" "kdump-dma-save: try $last"
ok "what it may lie on was put together, at last without what is missing" same \
	"--no-degraded --run" "$(uniq "$ASKED" | xargs)"
: >"$ASKED"
begin=$(date +%s)
step mount_it 3600 ext4
ok "one that has all its devices is given up after some tries" \
	[ $(($(date +%s) - begin)) -lt 60 ]
ok "and no array is started for that" same "" "$(cat "$ASKED")"
rm "$work/mocks/sleep" "$work/mocks/mount" "$work/mocks/mdadm"

# ---- Debian's kdump-tools ---------------------------------------------------
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
ok "then the reboot" said 'reboot -f'
kdump_tools "cp $work/cut dump.1"
ok "kdump-tools: half a dump is not saved, whatever their status" told status 1
ok "which is told" told event 'the dump lacks its end: makedumpfile was killed, or could not write'
ok "KDUMP_FAIL_CMD is for what they call a failure" said 'reboot -f'
kdump_tools ': >dump.1'
ok "kdump-tools: an empty dump is not saved" told status 1
for other in compressed memory; do
	kdump_tools "cp $work/$other dump.1"
	ok "kdump-tools: of another format ($other) their status counts" told status 0
done
: >"$TOLD.hang"
begin=$(date +%s)
kdump_tools "cp $work/flat dump.1"
ok "kdump-tools: a record that hangs does not keep the machine" said 'reboot -f'
ok "for long" test $(($(date +%s) - begin)) -le 16
kill "$(cat "$TOLD.hang")"
rm "$TOLD.hang"
kdump_tools 'exit 3'
ok "kdump-tools: their failure is told" told status 3
ok "and KDUMP_FAIL_CMD is run" said fail-command

tap_end
