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
	KDUMP_DMA_OVERLAY=$(mktemp -d /var/tmp/kdump-dma-dracut.XXXXXX) || exit
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
	make -s install && strip /usr/sbin/kdump-dma-check /usr/sbin/kdump-dma-capture
}
ok "make install, on an overlay" install_here

# image NAME MODULES [VARIABLE=VALUE...]: unpacked into $tmp/NAME
image() {
	name=$1 modules=$2
	shift 2
	env "$@" dracut --force --quiet --kver "$release" --no-kernel --no-hostonly \
		--no-compress --nofscks --no-early-microcode --tmpdir "$tmp" \
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

release=9.9-made
base='base udev-rules systemd systemd-initrd'
units=usr/lib/systemd/system
[ -d /usr/lib/systemd/system ] && [ ! -L /lib ] && units=lib/systemd/system

ok "an image of kdump-utils' kind" image peer "$base kdump-dma" IN_KDUMP=1
ok "it has checker and watcher" has peer usr/sbin/kdump-dma-check \
	$units/kdump-dma-watch.service \
	etc/systemd/system/sysinit.target.wants/kdump-dma-watch.service
ok "it has no init of ours" has_not peer usr/sbin/kdump-dma-capture
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
ok "kdump-utils' post hook writes the record after a dump" after_a_dump
ok "the record is beside this dump, and beside no other" record_of_peer
ok "without a watcher no folder is guessed" without_watcher
ok "with no folder (ssh, raw) it is a line of the log" line_of_peer

# ---- the native image: our module alone ---------------------------------------
# A collector that is a script's stand-in for makedumpfile needs an interpreter; this
# one is the real thing, and the modules and firmware are made up.
modules=/usr/lib/modules/$release
build=$tmp/build
make_build() {
	mkdir -p "$build" "$modules/kernel" /usr/lib/firmware/made &&
		printf 'made' >/usr/lib/firmware/made/one.bin &&
		printf 'license=GPL\0firmware=made/one.bin\0' >"$tmp/modinfo" &&
		printf '' | "${CC:-gcc}" -c -x c -o "$tmp/one.o" - &&
		objcopy --add-section .modinfo="$tmp/modinfo" "$tmp/one.o" "$modules/kernel/one.ko" &&
		xz -k -c "$modules/kernel/one.ko" >"$modules/kernel/two.ko.xz" &&
		printf '%s\n' version=1 device=LABEL=root fstype=ext4 \
			"module=$modules/kernel/one.ko a=1 b=2" "module=$modules/kernel/two.ko.xz" \
			"module=$modules/kernel/absent.ko" >"$build/capture.conf" &&
		echo makedumpfile >"$build/programs" &&
		echo none-such-optional >"$build/programs.optional" &&
		echo /etc/hostname >"$build/files"
}
ok "what the host decided for it" make_build
native() { # NAME [VARIABLE=VALUE...]
	name=$1
	shift
	image "$name" kdump-dma-save KDUMP_DMA_IMAGE=1 "$@"
}
ok "an image of our own" native ours KDUMP_DMA_BUILD="$build"
ok "its init is ours" cmp /usr/sbin/kdump-dma-capture "$tmp/ours/init"
ok "the checker, the collector, their folders" has ours usr/sbin/kdump-dma-check \
	usr/bin/makedumpfile tmp run proc sys dev kdump-dma
ok "the configuration is the host's" cmp "$build/capture.conf" "$tmp/ours/etc/kdump-dma-capture.conf"
ok "its files are in it" has ours etc/hostname
# With programs of image_add= and of hooks, which are no part of ours.
hooked() {
	printf '#!/usr/bin/perl\nexit 3;\n' >/usr/bin/a-hook && chmod 755 /usr/bin/a-hook &&
		cp "$build/files" "$tmp/files" &&
		printf '%s\n' /usr/bin/a-hook /usr/bin/jq >>"$build/files" &&
		native hooked KDUMP_DMA_BUILD="$build" && cp "$tmp/files" "$build/files"
}
ok "an image with programs of the administrator" hooked
ok "a program of image_add= or a hook comes with its libraries" \
	chroot "$tmp/hooked" /usr/bin/jq --version
hook_runs() { chroot "$tmp/hooked" /usr/bin/a-hook; [ $? = 3 ]; }
ok "a script with its interpreter" hook_runs
ok "and its modules" has ours "$modules/kernel/one.ko"
ok "one that the kernel could not unpack is unpacked" has ours "$modules/kernel/two.ko"
ok "and not there twice" has_not ours "$modules/kernel/two.ko.xz"
ok "and the firmware that they name" has ours usr/lib/firmware/made/one.bin
# A kernel that unpacks zstd does not unpack xz; and what cannot be unpacked is no module.
unpacks() { # KIND
	printf 'CONFIG_MODULE_%s=y\n' DECOMPRESS "COMPRESS_$1" >"$modules/config"
	native "unpacks-$1" KDUMP_DMA_BUILD="$build"
}
ok "an image for a kernel that unpacks xz" unpacks XZ
ok "has such a module as it is" has unpacks-XZ "$modules/kernel/two.ko.xz"
ok "an image for a kernel that unpacks zstd only" unpacks ZSTD
ok "has the module of the other kind unpacked" has unpacks-ZSTD "$modules/kernel/two.ko"
rm "$modules/config"
broken_module() {
	cp "$modules/kernel/two.ko.xz" "$tmp/two.ko.xz" &&
		echo junk >"$modules/kernel/two.ko.xz" || return
	! native broken KDUMP_DMA_BUILD="$build" 2>/dev/null
}
ok "with a module that cannot be unpacked no image is made" broken_module
cp "$tmp/two.ko.xz" "$modules/kernel/two.ko.xz"
runs() {
	chroot "$tmp/ours" /usr/sbin/kdump-dma-check --version &&
		chroot "$tmp/ours" /usr/bin/makedumpfile -v
}
ok "checker and collector run in it" runs
init_runs() {
	chroot "$tmp/ours" /init 2>"$tmp/err"
	same 2 $? && grep -q 'PID 1' "$tmp/err"
}
ok "so does the init, which does nothing here" init_runs
nothing_else() {
	find "$tmp/ours" -type f \( -name '*systemd*' -o -name '*udev*' -o -name sh -o -name bash \
		-o -name dash -o -name 'modules.*' ! -name modules.txt \) | grep . && return 1
	bytes=$(find "$tmp/ours" -type f -exec stat -c %s {} + | awk '{ s += $1 } END { print s }')
	echo "$bytes bytes"
	[ "$bytes" -le 5000000 ]
}
ok "no systemd, no udev, no shell" nothing_else
both_bytes() {
	bytes=$(stat -c %s "$tmp/ours/init" "$tmp/ours/usr/sbin/kdump-dma-check" |
		awk '{ s += $1 } END { print s }')
	echo "$bytes bytes"
	[ "$bytes" -le 112640 ]
}
ok "init and checker have 110 KiB at most" both_bytes
# Dumps to another machine: ip, ssh, the key, and who ssh is.
far_image() {
	mkdir -p "$tmp/far-build" /etc/kdump-dma/ssh && cp "$build"/* "$tmp/far-build" &&
		printf '%s\n' makedumpfile ip ssh >"$tmp/far-build/programs" &&
		printf '%s\n' /etc/kdump-dma/ssh/id /etc/kdump-dma/ssh/known_hosts >"$tmp/far-build/files" &&
		echo 'link set dev kd0 up' >"$tmp/far-build/network" &&
		printf '%s\n' 'Host far' 'HostName 127.0.0.1' 'Port 9' 'BatchMode yes' >"$tmp/far-build/ssh" &&
		(umask 077 && echo key >/etc/kdump-dma/ssh/id && : >/etc/kdump-dma/ssh/known_hosts) &&
		native far KDUMP_DMA_BUILD="$tmp/far-build"
}
ssh_runs() {
	mkdir -p "$tmp/far/dev" && : >"$tmp/far/dev/null"
	chroot "$tmp/far" /usr/bin/ssh -F /etc/kdump-dma-ssh.conf far try 2>"$tmp/err"
	same 255 $? || return
	grep 'connect to host 127.0.0.1 port 9' "$tmp/err" || ! cat "$tmp/err"
}
far_bytes() {
	far=$(du -sb --exclude=proc "$tmp/far" | cut -f 1) ours=$(du -sb --exclude=proc "$tmp/ours" | cut -f 1)
	echo "$((far - ours)) bytes more"
	[ $((far - ours)) -lt 16000000 ]
}
if command -v ssh >/dev/null && command -v ip >/dev/null; then
	ok "an image for dumps to another machine" far_image
	ok "it has the network" cmp "$tmp/far-build/network" "$tmp/far/etc/kdump-dma-network"
	ok "the key is for root only in it" same 600 "$(stat -c %a "$tmp/far/etc/kdump-dma/ssh/id")"
	ok "its init runs" sh -c "chroot '$tmp/far' /init 2>&1 | grep 'PID 1'"
	ok "ip runs in it" chroot "$tmp/far" "$(command -v ip)" -V
	ok "ssh runs in it, and knows who it is" ssh_runs
	ok "it takes less than 16 MB more" far_bytes
else
	skip "an image for dumps to another machine" "no ssh or no ip here"
fi
missing_program() {
	echo none-such >>"$build/programs"
	! native refused KDUMP_DMA_BUILD="$build" 2>/dev/null
}
ok "without a program that it needs no image is made" missing_program

ok "an image that is not for kdump can be built" image normal "$base"
nothing_of_ours() {
	! find "$tmp/normal" -name '*kdump-dma*' | grep .
}
ok "has nothing of ours" nothing_of_ours
asked_in_vain() {
	image vain "$base kdump-dma-save" >/dev/null 2>&1
	has_not vain etc/kdump-dma-capture.conf
}
ok "outside the native image our init does not go in, even if it is named" asked_in_vain

tap_end
