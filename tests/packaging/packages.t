#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The packages: built here as root and, from the tarball, elsewhere as an
# ordinary user, they are the same byte for byte; deb and rpm hold the same
# files; lintian and rpmlint have nothing to say.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

here=$PWD/build
tmp=$(mktemp -d "${TMPDIR:-/var/tmp}/kdump-dma-packages.XXXXXX") || exit
chmod 755 "$tmp"
trap 'rm -rf "$tmp"' EXIT
export LC_ALL=C HOME="$tmp" # rpm and rpmlint leave things there

version=$(sed -n 's/^VERSION = //p' Makefile)
debian=$version-1
one_version() {
	same "kdump-dma ($debian)" \
		"$(sed -n '1s/) .*/)/p' packaging/deb/debian/changelog)" &&
		same "$version" \
			"$(sed -n 's/^Version: *//p' packaging/rpm/kdump-dma.spec)" &&
		same "$version-1" "$(sed -n '/^%changelog/,$s/^\*.* - //p' \
			packaging/rpm/kdump-dma.spec | head -n 1)"
}
ok "one version in Makefile, changelog and spec" one_version

build_here() {
	nice make deb rpm >"$tmp/log" 2>&1 || {
		tail -n 20 "$tmp/log"
		return 1
	}
}
# another path, another user, another umask and time zone; no git. Its /tmp is one that
# it can write to, whatever this machine's is: without one, make -O crashes, and debhelper
# makes other packages.
build_elsewhere() {
	mkdir -p "$tmp/elsewhere/tmp" || return 1
	tar -C "$tmp/elsewhere" -xzf "$here/kdump-dma-$version.tar.gz" || return 1
	chown -R 65534:65534 "$tmp/elsewhere"
	# shellcheck disable=SC2016  # the inner shell's
	unshare --mount sh -c 'mount --bind "$1/tmp" /tmp && cd "$1/kdump-dma-$2" &&
		exec setpriv --reuid 65534 --regid 65534 --clear-groups \
			env -u TMPDIR HOME="$1" TZ=Asia/Tokyo sh -c "umask 077 && make deb rpm"' \
		sh "$tmp/elsewhere" "$version" >"$tmp/log" 2>&1 || {
		tail -n 20 "$tmp/log"
		return 1
	}
}
# The source rpm is not compared: it holds the paths and the user of its build.
built() { # DIR: the finished packages, sums and names
	cd "$1" && find . \( -name '*.deb' -o -name '*.rpm' ! -name '*.src.rpm' -o -name '*.dsc' -o \
		-path ./deb/\*.tar.xz -o -path ./kdump-dma-\*.tar.gz \) \
		-exec sha256sum {} + | sort -k2
}
same_bytes() {
	built "$here" >"$tmp/a" && built "$tmp/elsewhere/kdump-dma-$version/build" >"$tmp/b" &&
		diff "$tmp/a" "$tmp/b" && same 8 "$(wc -l <"$tmp/a")"
}
ok "make deb rpm" build_here
ok "make deb rpm, from the tarball, as nobody, elsewhere" build_elsewhere
ok "both times the same bytes" same_bytes

# a tree that is not whole, or that git does not read, gives no tarball
dist_fails() { # WHAT-TO-DO-TO-THE-TREE
	rm -rf "$tmp/clone"
	git clone -q . "$tmp/clone" && (cd "$tmp/clone" && eval "$1" &&
		! make dist >"$tmp/log" 2>&1 && [ ! -e "build/kdump-dma-$version.tar.gz" ])
}
if [ -e .git ]; then
	ok "no tarball without a file that git knows" dist_fails "rm LICENSE"
	ok "no tarball where git does not know what belongs in it" dist_fails "rm .git/HEAD"
else
	skip "make dist of a broken checkout" "this is no checkout"
fi

names() { (cd "$1" && find . -type f | sort); }
blank_in_destdir() {
	nice make -s install DESTDIR="$tmp/a b" && nice make -s install DESTDIR="$tmp/ab" &&
		names "$tmp/ab" >"$tmp/ab.names" && [ -s "$tmp/ab.names" ] &&
		names "$tmp/a b" | diff "$tmp/ab.names" -
}
ok "make install into a folder with a blank in its name" blank_in_destdir
stripped() {
	rpm2cpio "$here"/rpm/RPMS/*/kdump-dma-[0-9]*.rpm | (mkdir -p "$tmp/rpm.d" && cd "$tmp/rpm.d" && cpio -idm --quiet) &&
		! readelf -S "$tmp/rpm.d/usr/sbin/kdump-dma" | grep -F -e .debug_info -e .symtab
}
ok "the rpm's programs are stripped" stripped
# Without the header, one sentence with what to do.
says_what_is_missing() {
	! make -s B="$tmp/bare" CC=false "$tmp/bare/kdump-dma" >"$tmp/log" 2>&1 &&
		grep -q "libjansson's headers are missing. As root: apt-get build-dep ./packaging/deb" "$tmp/log"
}
ok "a missing build dependency is named, with the command" says_what_is_missing

# ---- what is in them: "mode path", the doc folders left out
deb_files() {
	dpkg-deb --fsys-tarfile "$here/deb/$1_${debian}_$2.deb" |
		tar -tv | awk '$1 !~ /^d/ { sub(/^\./, "", $6); print $1, $6 }' |
		grep -v ' /usr/share/\(doc\|lintian\)/' | sort -k2
}
rpm_files() {
	rpm -qp --qf '[%{FILEMODES:perms} %{FILENAMES}\n]' \
		"$here/rpm/RPMS/$2/$1-$version-1.$2.rpm" 2>/dev/null |
		grep -v -e '^d' -e '/usr/share/\(doc\|licenses\)/' | sort -k2
}
# where Debian's release wants units and completions
as_rpm() {
	sed -e 's, /lib/, /usr/lib/,' -e 's,zsh/vendor-completions,zsh/site-functions,' |
		sort -k2
}
same_files() { # PACKAGE DEB_ARCH RPM_ARCH
	deb_files "$1" "$2" | as_rpm >"$tmp/deb" && rpm_files "$1" "$3" >"$tmp/rpm" &&
		[ -s "$tmp/rpm" ] && diff "$tmp/deb" "$tmp/rpm"
}
ok "kdump-dma: deb and rpm hold the same files" same_files kdump-dma \
	"$(dpkg --print-architecture)" "$(rpm -E '%{_arch}')"
ok "kdump-dma-kernel-patches: likewise" same_files kdump-dma-kernel-patches all noarch
expected() {
	deb_files kdump-dma "$(dpkg --print-architecture)" | as_rpm |
		diff tests/packaging/kdump-dma.files -
}
ok "kdump-dma: exactly tests/packaging/kdump-dma.files" expected
no_build_path() {
	# a path of the build in a program differs from one machine to the next
	mkdir "$tmp/x" && dpkg-deb -x "$here"/deb/kdump-dma_*.deb "$tmp/x" &&
		! grep -rl "$PWD" "$tmp/x"
}
ok "no path of the build is in them" no_build_path

# ---- the distributions' own checkers
no_word() { # COMMAND...: it exits 0 and says nothing but its own frame
	"$@" >"$tmp/out" 2>&1 || {
		cat "$tmp/out"
		return 1
	}
	grep '^[EWIPX]: \|: [EW]: ' "$tmp/out" && return 1
	return 0
}
# Debian 12's lintian knows no later Policy than 4.6.2, and asks for an init
# script, which the Policy no longer does (4.7.0). chroot.t has a newer one.
outdated=newer-standards-version,package-supports-alternative-init-but-no-init.d-script
if command -v lintian >/dev/null; then
	ok "lintian, pedantic and experimental" no_word lintian --allow-root -EIL '>=pedantic' \
		--suppress-tags "$outdated" \
		"$here/deb/kdump-dma_${debian}_$(dpkg --print-architecture).changes"
else
	skip "lintian" "not installed"
fi
if command -v rpmlint >/dev/null; then
	ok "rpmlint finds nothing wrong with the packages" no_word sh -c "rpmlint -c packaging/rpm/rpmlint.toml \
		$here/rpm/RPMS/*/*.rpm $here/rpm/SRPMS/*.rpm"
else
	skip "rpmlint" "not installed"
fi

tap_end
