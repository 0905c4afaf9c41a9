#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Our dracut modules in images that the real dracut builds here, without a
# kernel: who gets them, what is wired to what, what they weigh. That such an
# image saves a dump is for tests/e2e to show.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/tap.sh

# dracut looks for programs and modules where they are installed: so they are,
# on an overlay that only this process sees. The machine stays as it is.
if [ -z "${KDUMP_DMA_OVERLAY:-}" ]; then
	if ! command -v dracut >/dev/null || [ ! -x /lib/systemd/systemd ]; then
		skip "dracut images" "no dracut or no systemd on this machine"
		tap_end
		exit
	fi
	why=$(unshare --mount true 2>&1) || {
		skip "dracut images" "no mounts of its own here: $why"
		tap_end
		exit
	}
	KDUMP_DMA_OVERLAY=$(mktemp -d /var/tmp/kdump-dma-dracut.XXXXXX)
	export KDUMP_DMA_OVERLAY
	trap 'rm -rf "$KDUMP_DMA_OVERLAY"' EXIT
	unshare --mount "$0"
	exit
fi
tmp=$KDUMP_DMA_OVERLAY

overlay() { # FOLDER
	mkdir -p "$tmp/upper$1" "$tmp/work$1" &&
		mount -t overlay overlay \
			-o "lowerdir=$1,upperdir=$tmp/upper$1,workdir=$tmp/work$1" "$1"
}
if ! { overlay /usr && overlay /etc; } 2>"$tmp/error"; then
	skip "dracut images" "no overlay mounts here: $(cat "$tmp/error")"
	tap_end
	exit
fi
install_here() {
	make -s install && strip /usr/sbin/kdump-dma-check
}
ok "make install, on an overlay" install_here

cat >"$tmp/save.conf" <<'END'
device=LABEL=root
fstype=ext4
path=/var/crash
host=guest
collector=makedumpfile
collector_args=-l -d 31
final_action=reboot
time_limit=1234
END

# image NAME MODULES [VARIABLE=VALUE...]: unpacked into $tmp/NAME
image() {
	name=$1 modules=$2
	shift 2
	env "$@" dracut --force --quiet --no-kernel --no-hostonly --no-compress \
		--nofscks --no-early-microcode --tmpdir "$tmp" \
		--modules "$modules" "$tmp/$name.img" &&
		mkdir "$tmp/$name" && (cd "$tmp/$name" && cpio -id --quiet <"$tmp/$name.img")
}
has() { # NAME PATH...
	name=$1
	shift
	for path; do
		[ -e "$tmp/$name/$path" ] || [ -L "$tmp/$name/$path" ] || {
			echo "$path is not in the image"
			return 1
		}
	done
}
has_not() {
	! has "$@" >/dev/null
}

base='base udev-rules systemd systemd-initrd'
with="$base kdump-dma kdump-dma-save"
units=usr/lib/systemd/system
[ -d /usr/lib/systemd/system ] && [ ! -L /lib ] && units=lib/systemd/system

ok "an image of kdump-utils' kind" image peer "$base kdump-dma" IN_KDUMP=1
ok "it has checker and watcher" has peer usr/sbin/kdump-dma-check \
	$units/kdump-dma-watch.service \
	etc/systemd/system/sysinit.target.wants/kdump-dma-watch.service
ok "it has no saver of ours" has_not peer usr/sbin/kdump-dma-save
ok "and keeps its emergency shell's unit" has_not peer \
	etc/systemd/system/emergency.service

# The hook in its image, with a tmpfs where kdump-utils has its target mounted.
after_a_dump() {
	root=$tmp/peer
	printf 'path /dumps\ncore_collector makedumpfile -l -d 31' >"$root/etc/kdump.conf"
	mkdir -p "$root/proc" "$root/sysroot" "$root/run/kdump-dma" &&
		mount -t proc proc "$root/proc" &&
		mount -t tmpfs target "$root/sysroot" || return
	mkdir -p "$root/sysroot/dumps/of-yesterday"
	touch -d yesterday "$root/sysroot/dumps/of-yesterday"
	touch -d '1 minute ago' "$root/run/kdump-dma/watch.pid"
	mkdir "$root/sysroot/dumps/127.0.0.1-now"
	echo core >"$root/sysroot/dumps/127.0.0.1-now/vmcore"
	chroot "$root" /etc/kdump/post.d/zz-kdump-dma 0
}
record_of_peer() {
	jq -e '.dump.collector == "makedumpfile -l -d 31" and .dump.bytes == 5 and .dump.status == 0' \
		"$tmp/peer/sysroot/dumps/127.0.0.1-now/kdump-dma.json" &&
		[ ! -e "$tmp/peer/sysroot/dumps/of-yesterday/kdump-dma.json" ]
}
# Without the watcher nobody can say which folder is young.
without_watcher() {
	rm -f "$tmp/peer/run/kdump-dma/watch.pid" "$tmp"/peer/sysroot/dumps/*/kdump-dma.json
	chroot "$tmp/peer" /etc/kdump/post.d/zz-kdump-dma 0 >"$tmp/line" &&
		[ -s "$tmp/line" ] &&
		[ -z "$(find "$tmp/peer/sysroot/dumps" -name kdump-dma.json)" ]
}
line_of_peer() {
	umount "$tmp/peer/sysroot"
	chroot "$tmp/peer" /etc/kdump/post.d/zz-kdump-dma 1 >"$tmp/line" &&
		grep -q '^kdump-dma: {.*"status": 1' "$tmp/line"
}
ok "kdump-utils' post hook is in it" has peer etc/kdump/post.d/zz-kdump-dma
ok "it runs" after_a_dump
ok "the record is beside this dump, and beside no other" record_of_peer
ok "without a watcher no folder is guessed" without_watcher
ok "with no folder (ssh, raw) it is a line of the log" line_of_peer

ok "an image of our own" image ours "$with" KDUMP_DMA_IMAGE=1 \
	"KDUMP_DMA_SAVE_CONF=$tmp/save.conf"
ok "it has saver, deadline and configuration" has ours \
	usr/sbin/kdump-dma-save etc/kdump-dma-save.conf \
	$units/kdump-dma-save.service $units/kdump-dma-deadline.service \
	etc/systemd/system.conf.d/zz-kdump-dma.conf
ok "no shell waits for anybody" grep -q SuccessAction=reboot-force \
	"$tmp/ours/etc/systemd/system/emergency.service" \
	"$tmp/ours/etc/systemd/system/rescue.service"
ok "the time limit is in the units" grep -q 'JobTimeoutSec=1172' \
	"$tmp/ours/$units/kdump-dma-save.service"
ok "the deadline has all of it" grep -q 'sleep 1234 ' \
	"$tmp/ours/$units/kdump-dma-deadline.service"
no_placeholder() {
	! grep -r '@[A-Z_]*@' "$tmp/ours/$units"/kdump-dma*
}
ok "nothing is left to fill in" no_placeholder
runs() {
	chroot "$tmp/ours" /usr/sbin/kdump-dma-check --version
}
ok "the checker runs in it" runs
tools_of_saver() {
	for tool in sh mount umount sync mkdir mv rm stat sleep cat date timeout \
		tail dd systemctl; do
		chroot "$tmp/ours" /bin/sh -c "command -v $tool" >/dev/null || {
			echo "$tool is missing"
			return 1
		}
	done
}
ok "every tool of the saver is in it" tools_of_saver
verified() {
	systemd-analyze verify --man=no --recursive-errors=no --root="$tmp/ours" \
		kdump-dma-save.service kdump-dma-deadline.service \
		kdump-dma-watch.service emergency.service >"$tmp/verify" 2>&1
	! grep -i 'kdump-dma' "$tmp/verify"
}
ok "systemd finds nothing wrong with the units" verified

ok "a normal image" image normal "$base"
nothing_of_ours() {
	! find "$tmp/normal" -name '*kdump-dma*' | grep .
}
ok "has nothing of ours" nothing_of_ours
asked_in_vain() {
	image refused "$with" >/dev/null 2>&1
	has_not refused usr/sbin/kdump-dma-save
}
ok "outside a kdump image the saver does not go in, even if it is named" asked_in_vain

# What an image that has makedumpfile and systemd grows by.
growth() {
	image plain "$base" || return 1
	mkdir "$tmp/only"
	(cd "$tmp/ours" && find . -type f) | sort >"$tmp/a"
	(cd "$tmp/plain" && find . -type f) | sort >"$tmp/b"
	comm -23 "$tmp/a" "$tmp/b" | grep -e kdump-dma -e emergency.service \
		-e rescue.service >"$tmp/new"
	bytes=$(cd "$tmp/ours" && xargs stat -c %s <"$tmp/new" | awk '{ s += $1 } END { print s }')
	echo "$bytes bytes in $(wc -l <"$tmp/new") files"
	[ "$bytes" -le 204800 ]
}
ok "both modules add at most 200 KiB" growth

tap_end
