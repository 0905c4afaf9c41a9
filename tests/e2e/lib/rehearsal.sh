# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by crash.t: what a rehearsal on this machine says of a guest's image,
# which real crashes save dumps with beside it.
# shellcheck shell=sh

# machine_of DISK DIR: what a rehearsal reads of the guest, below DIR. The disk is
# not mounted.
machine_of() {
	mkdir -p "$2/usr/lib/kdump-dma" "$2/var/lib" "$2/etc" "$2/proc" || return
	ln -s usr/lib "$2/lib"
	for path in /boot: /usr/lib/modules:/usr/lib /var/lib/kdump-dma:/var/lib \
		/etc/kdump-dma.conf.d:/etc; do
		debugfs -R "rdump ${path%:*} $2${path#*:}" "$1" >/dev/null 2>&1
	done
	cp conf/*.conf "$2/usr/lib/kdump-dma"
	release=$(ls "$2/usr/lib/modules") && [ -e "$2/boot/vmlinuz-$release" ] &&
		printf '%s\n' "release $release" 'machine x86_64' 'page_size 4096' >"$2/.machine"
}

# judge NAME CONDITION: of the last rehearsal's JSON
judge() {
	if jq -e "$2" "$rehearsal_log/rehearsal.json" >/dev/null; then
		echo "ok - $1"
	else
		echo "not ok - $1"
		cat "$rehearsal_log/rehearsal.json"
	fi
}

# A rehearsal that is killed leaves no process, no file and no mount.
killed_one() { # DIR
	find "$1/tmp" | wc -l >"$1/before"
	TMPDIR=$1/tmp build/kdump-dma rehearse --root "$1" --reserved 128 >/dev/null 2>&1 &
	tries=120
	until pgrep -P $! qemu >"$1/qemu" || [ $((tries -= 1)) = 0 ]; do sleep 0.5; done
	kill -KILL $!
	wait $! 2>/dev/null
	sleep 2
	if [ -s "$1/qemu" ] && ! kill -0 "$(cat "$1/qemu")" 2>/dev/null &&
		[ "$(find "$1/tmp" | wc -l)" = "$(cat "$1/before")" ]; then
		echo "ok - killed in the middle it leaves no process and no file"
	else
		echo "not ok - killed in the middle it leaves no process and no file"
	fi
}

# rehearsal DISK DIR LOG
rehearsal() {
	rehearsal_log=$3
	mkdir -p "$3" "$2/tmp"
	machine_of "$1" "$2" || {
		echo "not ok - the guest's files are read from its disk"
		return
	}
	TMPDIR=$2/tmp build/kdump-dma rehearse --root "$2" --reserved 128 --json \
		-o "$3/console.log" >"$3/rehearsal.json" 2>"$3/progress.log"
	judge "the image that the guest built saves in 128 MiB" '.rehearsed and .saved'
	judge "it needs no stand-in: the disk is found by its label on virtio" '.stand_ins == []'
	judge "no fault is found in it by looking" '.image_faults == []'
	judge "the record has the verdict of a real crash" '.capture.verdict == "unmanaged"'
	judge "and a peak between 64 and 112 MiB" '.peak_kib / 1024 | . > 64 and . < 112'
	killed_one "$2"
}
