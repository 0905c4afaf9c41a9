#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The rpm's scriptlets, run by rpm in small roots: installed, again, upgraded,
# erased; beside no peer, beside kdump-utils, beside one whose every command
# fails, and where nothing runs (an image that is being built). The machine of a
# root is tests/tool/tree.sh's; its peers are mock-peer.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh

tmp=$(mktemp -d) || exit
trap 'rm -rf "$tmp"' EXIT
export LC_ALL=C HOME="$tmp" # rpm leaves things there
node_exporter=var/lib/prometheus/node-exporter
version=$(sed -n 's/^VERSION = //p' Makefile)
arch=$(uname -m)

missing=
[ "$(id -u)" = 0 ] || missing=root
for tool in rpmbuild rpm2cpio cpio; do
	command -v $tool >/dev/null || missing="$missing $tool"
done
[ -z "$missing" ] || {
	skip "the rpm's scriptlets" "without ${missing# }"
	tap_end
	exit
}

# The rpm as the tree is now, and with the next release's number: what an update
# brings. What it installs is what the roots have to have libraries for. Elsewhere than
# in build/, where another suite may build it at the same time.
build_both() {
	make -s rpm B="$tmp/build" || return
	rpm2cpio "$tmp/build/rpm/RPMS/$arch/kdump-dma-$version-1.$arch.rpm" |
		cpio -idm --quiet -D "$tmp" ./usr/sbin/kdump-dma || return
	mkdir -p "$tmp/next/SOURCES"
	cp "$tmp/build/kdump-dma-$version.tar.gz" "$tmp/next/SOURCES"
	sed 's/^\(Release: *\)1/\12/' packaging/rpm/kdump-dma.spec >"$tmp/next/kdump-dma.spec"
	nice rpmbuild -bb --nodeps --define "_topdir $tmp/next" "$tmp/next/kdump-dma.spec"
} >"$tmp/log" 2>&1

# A machine of 4 GiB with crashkernel=256M, and what the scriptlets call.
make_root() {
	machine "$1" 4096 256 crashkernel=256M
	rm -r "$1/usr/lib/kdump-dma" # the package brings it
	mkdir -p "$1/run/systemd/system" "$1/$node_exporter"
	programs_into "$1" sh cat touch rm rmdir sed awk "$tmp/usr/sbin/kdump-dma"
	rm "$1/usr/bin/kdump-dma" # its libraries stay
	for mock in systemctl systemd-run kdumpctl grubby; do
		install -D tests/packaging/mock-peer "$1/mocks/$mock"
	done
	ln -s ../../mocks/systemctl ../../mocks/systemd-run "$1/usr/bin"
	others_folders "$1"
}
# What other packages own on any system: rpm makes them here, and lets them be.
others_folders() {
	(cd "$1" && mkdir -p etc/kernel usr/libexec \
		usr/lib/dracut/modules.d usr/lib/kernel/install.d usr/lib/systemd/catalog \
		usr/lib/systemd/system usr/lib/systemd/system-preset \
		usr/lib/udev/rules.d usr/share/bash-completion/completions usr/share/doc \
		usr/share/licenses usr/share/man/man5 usr/share/man/man8 usr/share/zsh/site-functions var/tmp)
}
with_kdump_utils() {
	kdumpctl "$1"
	ln -sf ../../mocks/kdumpctl "$1/usr/bin/kdumpctl"
	ln -sf ../../mocks/grubby "$1/usr/sbin/grubby"
}

# run_rpm ROOT ARGUMENT...: says so if a scriptlet failed, whatever rpm's status is
run_rpm() {
	root=$1
	shift
	set -- rpm --root "$root" --dbpath /var/lib/rpm "$@"
	# Debian's rpm asks for it
	[ ! -e /etc/debian_version ] || set -- "$@" --force-debian
	"$@" >"$tmp/out" 2>&1 && ! grep -q 'scriptlet failed' "$tmp/out" && return
	cat "$tmp/out"
	return 1
}
install_it() { # ROOT RELEASE
	case $2 in
	1) from=$tmp/build/rpm ;;
	2) from=$tmp/next ;;
	esac
	run_rpm "$1" -U --nodeps --replacepkgs "$from/RPMS/$arch/kdump-dma-$version-$2.$arch.rpm"
}
# files ROOT: all files, their bytes, links and folders, but rpm's database, the
# mock's notes, and the state, which stays() tells of
files() {
	(cd "$1" && find . -path ./var/lib/rpm -prune -o -path ./var/lib/kdump-dma -prune -o \
		-name mock-calls -o -printf '%p %y %m %U %G %l\n' \
		\( ! -type f -o -exec sha256sum {} \; \) | sort)
}
# What runs meanwhile leaves: what a capture taught, the native backend's image,
# metrics for node_exporter.
in_use() { # ROOT
	capture "$1" 100
	: >"$1/var/lib/kdump-dma/initrd-6.1.0-40-amd64.img"
	: >"$1/var/lib/kdump-dma/initrd-6.1.0-40-amd64.from"
	for each in build.lock makedumpfile asked looked test network.json network-other.json; do
		: >"$1/var/lib/kdump-dma/$each"
	done
	chroot "$1" /usr/sbin/kdump-dma metrics -o auto || return
	# an image of a machine that was at work, now without it
	[ "$name" != offline ] || chroot "$1" /usr/sbin/kdump-dma apply >/dev/null
}
# stays ROOT FILE...: nothing but these is left of the state
stays() {
	root=$1
	shift
	same "$*" "$(find "$root/var/lib/kdump-dma" -mindepth 1 -printf '%P\n' | sort | xargs)"
}
token() { grep -qx 'KDUMP_COMMANDLINE_APPEND=".*panic=10 coherent_pool=0"' "$1/etc/sysconfig/kdump"; }
own_token() { grep -q '^append.*coherent_pool=0' "$1/etc/kdump-dma.conf.d/90-kdump-dma-plan.conf"; }
no_token() { ! grep -q coherent_pool "$1/etc/sysconfig/kdump"; }
younger() { [ -n "$(find "$1" -newer "$tmp/moment")" ]; }
moment() {
	touch "$tmp/moment"
	sleep 0.02
}
# what the administrator switched off, and what was reverted, stays so
disabled() { # ROOT
	chroot "$1" /usr/sbin/kdump-dma revert >/dev/null &&
		rm -f "$1/var/lib/kdump-dma/reverted" &&
		: >"$1/mock-units-disabled" && : >"$1/mock-calls" && etc "$1" >"$tmp/without"
}
reverted() { # ROOT
	rm "$1/mock-units-disabled" &&
		chroot "$1" /usr/sbin/kdump-dma revert >/dev/null && : >"$1/mock-calls"
}
left_alone() { # ROOT
	install_it "$1" 2 && etc "$1" >"$tmp/now" && diff "$tmp/without" "$tmp/now"
}
nothing_started() { ! grep -q 'restart kdump-dma.service' "$root/mock-calls"; }
unchanged() { # ROOT
	etc "$1" >"$tmp/now"
	diff "$tmp/installed" "$tmp/now"
}

life_without_us() { # ROOT
	ok "alone: its units disabled" disabled "$1"
	ok "alone: an upgrade sets nothing" left_alone "$1"
	ok "alone: and starts nothing" nothing_started
	ok "alone: revert succeeds" reverted "$1"
	ok "alone: an upgrade sets nothing" left_alone "$1"
	ok "alone: the native backend is started" called "systemctl.* kdump-dma.service"
}

# life NAME: each scriptlet there is, in the root $tmp/NAME
life() {
	name=$1 root=$tmp/$1
	files "$root" >"$tmp/files"
	etc "$root" >"$tmp/before"
	moment
	ok "$name: installed" install_it "$root" 1
	[ ! -e "$root/etc/kdump.conf" ] ||
		ok "$name: kdumpctl will build its image anew" younger "$root/etc/kdump.conf"
	"then_$name" "$root"
	ok "$name: in use" in_use "$root"
	etc "$root" >"$tmp/installed"
	ok "$name: installed again" install_it "$root" 1
	ok "$name: nothing changes" unchanged "$root"
	moment
	ok "$name: upgraded" install_it "$root" 2
	ok "$name: nothing changes" unchanged "$root"
	[ ! -e "$root/etc/kdump.conf" ] ||
		ok "$name: kdumpctl will build its image anew" younger "$root/etc/kdump.conf"
	[ "$name" != alone ] || life_without_us "$root"
	moment
	ok "$name: erased" run_rpm "$root" -e kdump-dma
	# Fedora's own scriptlet does it by a program of systemd's
	[ ! -e /etc/debian_version ] ||
		ok "$name: the timers that somebody enabled are not any more" \
			called 'systemctl .*disable.* kdump-dma-rehearse.timer kdump-dma-target.timer'
	etc "$root" >"$tmp/now"
	ok "$name: etc is as it was" diff "$tmp/before" "$tmp/now"
	[ ! -e "$root/etc/kdump.conf" ] ||
		ok "$name: kdumpctl will build its image anew" younger "$root/etc/kdump.conf"
	files "$root" >"$tmp/now"
	ok "$name: no file or folder is left, none is changed" diff "$tmp/files" "$tmp/now"
	case $name in
	# what could not be put in force has to be tried again by a later revert
	failing) ok "$name: what was learned stays" stays "$root" applied history.json ours ;;
	*) ok "$name: what was learned stays" stays "$root" history.json ours ;;
	esac
}
called() { grep -q "^$1" "$root/mock-calls"; }
not_called() { ! called "$1"; }
applied_by_unit() { # ROOT
	chroot "$1" /usr/sbin/kdump-dma revert >/dev/null && : >"$1/mock-calls" &&
		setpriv --bounding-set -sys_boot chroot "$1" /usr/sbin/kdump-dma apply >/dev/null
}
then_alone() {
	ok "alone: the capture kernel is given its token" own_token "$1"
	ok "alone: the native backend is started" called "systemctl.* kdump-dma.service"
}
then_kdumpctl() {
	ok "kdumpctl: the capture kernel is given its token" token "$1"
	ok "kdumpctl: kdumpctl reload" called "kdumpctl reload"
	ok "kdumpctl: applied again, as by the unit, which may not load an image" \
		applied_by_unit "$1"
	ok "kdumpctl: by systemd, outside of the unit" called "systemd-run .* kdumpctl reload$"
	ok "kdumpctl: with root's keyring" called "systemd-run .*=KeyringMode=shared "
	ok "kdumpctl: and not in it" not_called "kdumpctl reload"
}
then_failing() { ok "failing: kdumpctl was asked" called kdumpctl; }
then_offline() {
	ok "offline: nothing is decided for another machine" no_token "$1"
	ok "offline: and nobody is called" sh -c "! grep -q kdumpctl '$1/mock-calls'"
}

# ---- what it says, and a peer that the lives above do not have
told() { # WORDS COUNT: of the scriptlet, and so many lines
	cat "$tmp/out"
	grep -q "$1" "$tmp/out" && [ "$(grep -c '^kdump-dma: ' "$tmp/out")" = "$2" ]
}
unreserved() { # NAME: no memory is reserved, update-grub sets it
	make_root "$tmp/$1"
	machine "$tmp/$1" 4096 0 ""
	rm -r "$tmp/$1/usr/lib/kdump-dma"
	mkdir -p "$tmp/$1/boot/grub" "$tmp/$1/etc/default/grub.d"
	: >"$tmp/$1/boot/grub/grub.cfg"
	install -D tests/packaging/mock-update-grub "$tmp/$1/usr/sbin/update-grub"
}
messages() {
	unreserved messages
	ok "messages: installed, nothing reserved" install_it "$tmp/messages" 1
	ok "messages: it says that a reboot arms it" told "is set for the next boot" 2
	ok "messages: installed again before that" install_it "$tmp/messages" 1
	ok "messages: it says the same" told "is set for the next boot" 2
	unreserved never
	echo 'manage_crashkernel = never' >"$tmp/never/etc/kdump-dma.conf"
	ok "messages: where crashkernel= is not for us to set" install_it "$tmp/never" 1
	ok "messages: no reboot is promised" told "see kdump-dma plan" 1
}
suse_image() {
	machine "$tmp/suse" 4096 256 crashkernel=256M && suse "$tmp/suse" && chmod +x "$tmp"/suse/usr/*bin/kdumptool && moment &&
		DPKG_ROOT=$tmp/suse sh packaging/maintainer configured >"$tmp/out" &&
		younger "$tmp/suse/etc/sysconfig/kdump"
}
chrootless() { # from outside: files alone, with that root's own program
	unreserved outside && install_it "$tmp/outside" 1 &&
		[ -e "$tmp/outside/etc/default/grub.d/zz-kdump-dma.cfg" ] &&
		DPKG_ROOT=$tmp/outside PATH=/usr/bin:/bin \
			sh packaging/maintainer removing >"$tmp/out" 2>&1 &&
		[ ! -e "$tmp/outside/etc/default/grub.d/zz-kdump-dma.cfg" ]
}

echo "# building two releases of the rpm"
build_both || {
	tail -n 20 "$tmp/log"
	ok "two releases of the rpm" false
	tap_end
	exit
}
for each in alone kdumpctl failing offline; do
	make_root "$tmp/$each"
	[ $each = alone ] || with_kdump_utils "$tmp/$each"
done
: >"$tmp/failing/mock-peers-fail"
rmdir "$tmp/offline/run/systemd/system"
echo 0 >"$tmp/alone/sys/kernel/kexec_crash_loaded" # nobody is there who could
for each in alone kdumpctl failing offline; do
	life $each
done
messages
ok "suse: its kdump will build its image anew" suse_image
ok "chrootless: what was set is taken back" chrootless
tap_end
