#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Two machines' entries at one collector, found by their MESSAGE_ID: two
# namespaces, each with a host name, a /run, a /var/lib and a journald of its
# own; systemd-journal-upload and -remote between them, plain HTTP on loopback.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

name="entries of two machines at one collector"
bin=/lib/systemd
for each in journald journal-remote journal-upload; do
	[ -x "$bin/systemd-$each" ] || {
		skip "$name" "no systemd-$each"
		tap_end
		exit
	}
done
unshare -mun true 2>/dev/null || {
	skip "$name" "no namespaces: not root"
	tap_end
	exit
}
work=$(mktemp -d) || exit
trap 'kill $collector 2>/dev/null; umount -q "$work/out" 2>/dev/null; rm -rf "$work"' EXIT
collector=
port=19$((500 + $$ % 400))
mkdir "$work/out"
id() { sed -n "s/^#define MESSAGE_ID_$1[ 	]*\"\(.*\)\"/\1/p" src/verbs/journal.h; }

"$bin/systemd-journal-remote" --listen-http="127.0.0.1:$port" \
	--split-mode=none --output="$work/out/all.journal" >"$work/remote.log" 2>&1 &
collector=$!

# Run in the namespaces of one machine. Nothing of this one is written to.
# shellcheck disable=SC2016
inside='
set -eu
hostname "$1"
mount -t tmpfs none /run
mount -t tmpfs none /var/lib
mount -t tmpfs none /var/log
mkdir -p /run/systemd/journal /run/log/journal
/lib/systemd/systemd-journald >/run/journald.log 2>&1 &
journald=$!
for _ in $(seq 100); do
	[ -S /run/systemd/journal/socket ] && break
	sleep 0.1
done
"$2" learn # before anything is loaded: that it is not armed then is no news
sleep 1
echo "learn told: $(journalctl -q -o cat --directory /run/log/journal SYSLOG_IDENTIFIER=kdump-dma | wc -l)"
"$2" metrics -o auto # the first note of a boot says whether it is armed
sleep 1
journalctl --directory /run/log/journal --sync >/dev/null 2>&1 || :
timeout 30 /lib/systemd/systemd-journal-upload --url "http://127.0.0.1:$3" \
	--follow=no --directory /run/log/journal --save-state=/run/upload >/run/upload.log 2>&1 || :
cat /run/journald.log /run/upload.log
kill $journald
'
machine() { # NAME
	unshare -mu sh -c "$inside" sh "$1" "$PWD/build/kdump-dma" "$port" \
		>"$work/$1.log" 2>&1 || {
		cat "$work/$1.log"
		return 1
	}
}
found() { # hosts whose entry the collector has
	for message in ARMED NOT_ARMED; do
		journalctl -q --file "$work/out/all.journal" -o json \
			"MESSAGE_ID=$(id $message)" 2>/dev/null
	done | sed -n 's/.*"_HOSTNAME":"\([^"]*\)".*/\1/p' | sort -u | tr '\n' ' '
}
ok "one machine notes whether it is armed" machine kdump-one
ok "another machine notes whether it is armed, too" machine kdump-two
ok "learn, at the start of the boot, told nobody" grep -qx 'learn told: 0' "$work/kdump-one.log"
both() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		[ "$(found)" = "kdump-one kdump-two " ] && return
		sleep 1
	done
	cat "$work"/*.log
	same "kdump-one kdump-two " "$(found)"
}
ok "$name" both
fields() {
	journalctl -q --file "$work/out/all.journal" -o json \
		SYSLOG_IDENTIFIER=kdump-dma >"$work/json"
	grep -q '"KDUMP_DMA_RESERVED_BYTES":"[0-9]*"' "$work/json" &&
		grep -q '"PRIORITY":"[46]"' "$work/json"
}
ok "the entries arrive on the other machine with their fields" fields
tap_end
