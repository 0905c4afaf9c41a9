# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by capture: an initramfs, a boot, and what the guest said.
# shellcheck shell=sh
# shellcheck disable=SC2154  # set by capture and lib/debian.sh

# take_case NAME: see lib/cases for what the variables mean
take_case() {
	LINE=6.1 ARCH=amd64 MEM=1G CPUS=2 LIMIT=480
	OWN='' PATCHED='' CRASH='' CRASH_APPEND='' UNPRIVILEGED='' MODULES='' APPEND='' QEMU='' WHY=''
	CPU='-M q35 -cpu max,-la57'
	"case_$(echo "$1" | tr .- __)"
	if [ -n "$PATCHED" ]; then
		take_patched "$1"
		return
	fi
	if [ -n "$OWN" ]; then own_kernel; else kernel "$LINE" "$ARCH"; fi
	tools "$ARCH"
	make_initramfs
	run_guest "$1"
	store "$1" production
	[ -z "$CRASH" ] || store "$1" capture
}

# base FOLDER: busybox, take and init
base() {
	mkdir -p "$1/bin" "$1/dev" "$1/etc"
	cp "$TOOLS/bin/busybox" "$1/bin/"
	cp "$here/take" "$1/take"
	cp "$here/lib/init" "$1/init"
	chmod 755 "$1/init"
	ln -sf busybox "$1/bin/sh"
	echo 'root:x:0:0:root:/:/bin/sh' >"$1/etc/passwd"
	echo 'nobody:x:65534:65534:nobody:/:/bin/sh' >>"$1/etc/passwd"
}

pack() {
	(cd "$1" && find . | cpio -o -H newc --quiet | gzip -9)
}

# The modules of the case with what they need, in the order of insmod, unpacked:
# 00-name.ko
add_modules() {
	all=$SCRATCH/modules release=$(cat "$KERNEL/release")
	rm -rf "$all"
	mkdir "$all"
	dpkg-deb --fsys-tarfile "$KERNEL/package.deb" |
		tar -x -C "$all" --wildcards '*lib/modules/*'
	[ ! -d "$all/usr/lib" ] || mv "$all/usr/lib" "$all/lib"
	depmod -b "$all" "$release"
	mkdir -p "$1/modules"
	# shellcheck disable=SC2086  # a list of names
	modprobe -a -d "$all" -S "$release" --show-depends $MODULES |
		awk '$1 == "insmod" && !seen[$2]++ { print $2 }' >"$SCRATCH/insmod"
	n=10
	while read -r file; do
		to=$1/modules/$n-$(basename "$file" | sed 's/\.ko.*/.ko/')
		case $file in
		*.xz) xz -dc "$file" >"$to" ;;
		*.zst) zstd -qdc "$file" >"$to" ;;
		*) cp "$file" "$to" ;;
		esac
		n=$((n + 1))
	done <"$SCRATCH/insmod"
}

make_initramfs() {
	rm -rf "$SCRATCH/root" "$SCRATCH/capture-root"
	base "$SCRATCH/root"
	if [ -n "$CRASH" ]; then
		base "$SCRATCH/capture-root"
		mkdir "$SCRATCH/root/boot"
		pack "$SCRATCH/capture-root" >"$SCRATCH/root/boot/capture.gz"
		cp "$KERNEL/vmlinuz" "$SCRATCH/root/boot/"
		echo "$CRASH_APPEND" >"$SCRATCH/root/crash"
		cp -a "$TOOLS/lib" "$TOOLS/sbin" "$SCRATCH/root/"
		[ ! -d "$TOOLS/lib64" ] || cp -a "$TOOLS/lib64" "$SCRATCH/root/"
	fi
	[ -z "$UNPRIVILEGED" ] || : >"$SCRATCH/root/unprivileged"
	[ -z "$MODULES" ] || add_modules "$SCRATCH/root"
	pack "$SCRATCH/root" >"$SCRATCH/initramfs"
}

run_guest() {
	console=ttyS0 qemu=qemu-system-x86_64
	[ "$ARCH" != arm64 ] || console=ttyAMA0 qemu=qemu-system-aarch64
	begin=$(date +%s)
	# shellcheck disable=SC2086  # lists of options
	timeout -k 5 "$LIMIT" "$qemu" -accel tcg $CPU -m "$MEM" -smp "$CPUS" \
		-nodefaults -display none -no-reboot -serial "file:$SCRATCH/console" \
		$QEMU -kernel "$KERNEL/vmlinuz" -initrd "$SCRATCH/initramfs" \
		-append "console=$console panic=10 $APPEND" </dev/null \
		>"$SCRATCH/qemu.log" 2>&1 || :
	say "$1: $(cat "$KERNEL/release"), $(($(date +%s) - begin)) s"
	[ -z "${KEEP_CONSOLE:-}" ] || cp "$SCRATCH/console" "$KEEP_CONSOLE/$1.console"
}

# store CASE KIND: what the guest said between two marks, into its folder
store() {
	name=$1-$2
	tr -d '\r' <"$SCRATCH/console" | awk -v kind="$2" -v sum="$SCRATCH/sum" '
		$1 == "snapshot-end" && $2 == kind { print $3 >sum; exit }
		on { print }
		$1 == "snapshot-begin" && $2 == kind { on = 1 }' |
		base64 -d >"$SCRATCH/tree.tgz" 2>/dev/null || :
	got=$(sha256sum <"$SCRATCH/tree.tgz" | cut -c1-64)
	grep -qsx "$got" "$SCRATCH/sum" || {
		tail -n 15 "$SCRATCH/console" "$SCRATCH/qemu.log" >&2
		say "$name: nothing came, or not whole"
		return 1
	}
	rm -f "$SCRATCH/sum"
	rm -rf "$SCRATCH/tree"
	mkdir -p "$SCRATCH/tree" "$here/$name"
	tar -xzf "$SCRATCH/tree.tgz" -C "$SCRATCH/tree" --no-same-owner
	# Git keeps no mode but this one, and tests do not run as the one who took it.
	find "$SCRATCH/tree" -type f -exec chmod 644 {} +
	rm -rf "$here/$name/root"
	cp -a "$SCRATCH/tree" "$here/$name/root"
	case_text "$2" >"$here/$name/case"
}

# case_text KIND: how and why it was taken
case_text() {
	echo "# $WHY"
	echo "#"
	echo "# The $1 kernel $(cat "$KERNEL/release"), in QEMU without KVM:"
	echo "# $CPU -m $MEM -smp $CPUS${QEMU:+ $QEMU}"
	echo "# ${APPEND:+command line: $APPEND}"
	[ -z "$UNPRIVILEGED" ] || echo "# taken by a user without rights"
	[ -z "$MODULES" ] || echo "# modules loaded in production: $MODULES"
}
