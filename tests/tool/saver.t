#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The native saver's steps, one by one, in a folder here instead of a mounted
# target. That the whole of it saves a dump is for tests/e2e to show.
# shellcheck disable=SC1091,SC2016,SC2034,SC2154  # variables of saver and mocks
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
		folder=$work/folder mount_point=$work
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

tap_end
