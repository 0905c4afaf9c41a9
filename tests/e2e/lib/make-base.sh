#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# make-base.sh RELEASE ARCH OUT SOURCES APT_CONF PACKAGE...: run mmdebstrap; its root
# as OUT/root.tar, and beside it what QEMU boots (initrd.sh).
set -eu
here=$(dirname "$0") release=$1 arch=$2 out=$3 sources=$4 apt_conf=$5
shift 5

# dracut's own hook would build an image for every machine there is: half a
# minute for nothing, so it is a stub. Documentation is as idle here.
# shellcheck disable=SC2016  # mmdebstrap's shell expands this
stub_hook='mkdir -p "$1/etc/kernel/postinst.d" && cd "$1/etc/kernel/postinst.d" &&
	printf "#!/bin/sh\n" >dracut && chmod 755 dracut'

mmdebstrap --mode=root --variant=minbase --architectures="$arch" --aptopt="$apt_conf" \
	--include="$(echo "$@" | tr -s ' \t' ',')" \
	--dpkgopt='path-exclude=/usr/share/man/*' \
	--dpkgopt='path-exclude=/usr/share/doc/*' \
	--dpkgopt='path-exclude=/usr/share/locale/*' \
	--dpkgopt='path-exclude=/etc/kernel/postinst.d/dracut' \
	--essential-hook="$stub_hook" \
	--customize-hook="sh $here/initrd.sh \"\$1\" $out" \
	"$release" "$out/root.tar" - <"$sources"
