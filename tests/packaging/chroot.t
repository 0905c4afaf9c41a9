#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The deb from a clean chroot, with no package but what Build-Depends names, is
# the deb from the tree, byte for byte. There, installation from the tree gives the
# same files. In Debian 13 it builds likewise; lintian has
# nothing to say there, and apt finds all that it depends on.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/e2e/lib/base.sh

tmp=$(mktemp -d) || exit
chmod 755 "$tmp"
trap 'rm -rf "$tmp"' EXIT
export LC_ALL=C
version=$(sed -n 's/^VERSION = //p' Makefile)

missing=
[ "$(id -u)" = 0 ] || missing=root
for tool in mmdebstrap dpkg-buildpackage; do
	command -v $tool >/dev/null || missing="$missing $tool"
done
[ ! -e /etc/debian_version ] && missing="$missing Debian"
[ -z "$missing" ] || {
	skip "the deb from a clean chroot" "without ${missing# }"
	tap_end
	exit
}

logged() { # COMMAND...
	nice "$@" >"$tmp/log" 2>&1 || {
		tail -n 20 "$tmp/log"
		return 1
	}
}
# make_chroot RELEASE [PACKAGE]: $tmp/RELEASE, with the source in /src
make_chroot() {
	RELEASE=$1
	RELEASE_SECURITY=yes
	mirrors >"$tmp/sources"
	host_proxy >"$tmp/apt.conf"
	# shellcheck disable=SC2016  # mmdebstrap's shell expands this
	logged mmdebstrap --mode=root --variant=buildd --aptopt="$tmp/apt.conf" \
		--skip=cleanup/apt/lists \
		${2:+--include="$2"} --customize-hook="cp -a $tmp/src "'"$1/src"' \
		--customize-hook='chroot "$1" apt-get --yes build-dep /src' \
		"$RELEASE" "$tmp/$RELEASE" - <"$tmp/sources"
}
unpack() {
	mkdir "$tmp/src" && tar -C "$tmp/src" -xzf "$tmp/here/kdump-dma-$version.tar.gz" || return
	cp -r "$tmp/src/kdump-dma-$version/packaging/deb/debian" "$tmp/src/"
	chown -R 65534:65534 "$tmp/src"
}
build_there() { # RELEASE
	logged chroot "$tmp/$1" setpriv --reuid 65534 --regid 65534 --clear-groups \
		env HOME=/src make -C "/src/kdump-dma-$version" deb
}
sums() { (cd "$1/deb" && sha256sum ./*.deb); }
same_debs() {
	sums "$tmp/here" >"$tmp/sums" && sums "$tmp/$own/src/kdump-dma-$version/build" >"$tmp/there" &&
		[ -s "$tmp/sums" ] && diff "$tmp/sums" "$tmp/there"
}
no_tag() { # RELEASE
	logged chroot "$tmp/$1" sh -c "cd /src/kdump-dma-$version/build/deb &&
		lintian --allow-root -EIL '>=pedantic' ./*.changes" || return
	! grep '^[EWIPX]: ' "$tmp/log"
}
resolves() { # RELEASE
	logged chroot "$tmp/$1" sh -c "apt-get -s --no-install-recommends install \
		/src/kdump-dma-$version/build/deb/kdump-dma_*.deb" &&
		grep -q '^Inst kdump-dma ' "$tmp/log" && grep '^Inst dracut' "$tmp/log"
}
# What README.md says, but for the reboot. Nothing tells there how much memory the
# machine has, nor how it boots: apply says so (4) and sets nothing.
install_there() { # RELEASE
	cat >"$tmp/$1/src/install" <<-'END'
	make
	make install
	systemctl enable kdump-dma.service
	kdump-dma apply
	END
	logged chroot "$tmp/$1" sh -c \
		"cd /src/kdump-dma-$version && { sh -ex ../install; [ \$? = 4 ]; }" &&
		grep -qx '+ kdump-dma apply' "$tmp/log"
}
installed_there() { # RELEASE: what the deb has, and as it has it
	mkdir "$tmp/deb" && dpkg-deb -x "$tmp"/here/deb/kdump-dma_*.deb "$tmp/deb" || return
	rm -r "$tmp/deb/usr/share/doc" "$tmp/deb/usr/share/lintian"
	(cd "$tmp/deb" && find . -type f -printf '%m %P\n' | sort) >"$tmp/files"
	sed 's,\.gz$,,; s, lib/systemd/, usr/lib/systemd/,; s,vendor-completions,site-functions,' \
		"$tmp/files" | while read -r mode file; do
		same "$mode" "$(stat -c %a "$tmp/$1/$file")" || echo "$file"
	done >"$tmp/log" 2>&1
	cat "$tmp/log"
	[ -s "$tmp/files" ] && [ ! -s "$tmp/log" ] &&
		[ -L "$tmp/$1/etc/systemd/system/multi-user.target.wants/kdump-dma.service" ]
}
own=$(. /etc/os-release && echo "$VERSION_CODENAME")
ok "the deb from the tree" logged make deb B="$tmp/here"
ok "the deb's source unpacks" unpack
ok "a clean chroot with the build's dependencies" make_chroot "$own"
ok "the deb from there, as nobody" build_there "$own"
ok "is the same" same_debs
ok "from the tree: built, installed, enabled, applied" install_there "$own"
ok "from the tree: all that the deb has is there, and enabled" installed_there "$own"
ok "trixie: a clean chroot" make_chroot trixie lintian
ok "trixie: the deb" build_there trixie
ok "trixie: lintian, pedantic and experimental" no_tag trixie
ok "trixie: apt has all that it depends on" resolves trixie
tap_end
