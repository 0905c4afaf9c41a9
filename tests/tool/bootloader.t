#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Which boot loader is changed: the one that booted the machine, not one that is
# left over. Whether the change arrived: what its program made is read back. In
# small roots; those that run something have mock-update-grub, mock-grubby and
# mock-kernel-install in them.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh

tool=$PWD/build/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
fails() { ! "$@"; }

# ---- which one ---------------------------------------------------------------
# debian CMDLINE: update-grub, grub.cfg, kernel-install and kernel/cmdline are there
debian() {
	rm -rf "$work/tree"
	machine "$work/tree" 4096 0 ""
	native "$work/tree"
	echo "$1 root=/dev/vda1 ro quiet" >"$work/tree/proc/cmdline"
	mkdir -p "$work/tree/etc/kernel" "$work/tree/usr/bin" "$work/tree/usr/sbin"
	: >"$work/tree/usr/bin/kernel-install"
	echo "root=/dev/vda1 ro" >"$work/tree/etc/kernel/cmdline"
}
# efi VARIABLE TEXT: as efivarfs shows it
efi() {
	mkdir -p "$work/tree/sys/firmware/efi/efivars"
	printf '%s' "$2" | sed 's/./&\n/g' | {
		printf '\006\000\000\000'
		while IFS= read -r letter; do printf '%s\000' "$letter"; done
		printf '\000\000'
	} >"$work/tree/sys/firmware/efi/efivars/$1-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"
}
loader() {
	same "$1" "$("$tool" status --json --root "$work/tree" | jq -r .boot_loader)"
}
# to_people TEXT: apply leaves it to people, exit status 4, with the words to type
to_people() {
	"$tool" apply --root "$work/tree" >"$work/out" 2>&1
	same 4 $? && grep -q "$1" "$work/out" && grep -q 'crashkernel=256M' "$work/out" &&
		! grep 'takes effect' "$work/out"
}
debian BOOT_IMAGE=/boot/vmlinuz-6.1
ok "BOOT_IMAGE= is GRUB's" loader update-grub
debian 'initrd=\EFI\debian\initrd.img'
ok "initrd= with an EFI path is systemd-boot's" loader kernel-install
mkdir -p "$work/tree/sys/firmware/efi/efivars"
printf '\006\000\000\000\001\000' >"$work/tree/sys/firmware/efi/efivars/BootCurrent-8be4df61-93ca-11d2-aa0d-00e098032b8c"
ok "but not where its variables can be seen, and it did not set one: the firmware's" loader firmware
ok "the words are for people, who know that boot entry" to_people 'crashkernel=256M into the arguments of its boot entry'
ok "and nothing was written for another one" fails grep -q crashkernel "$work/tree/etc/kernel/cmdline"
sed -i 's/^/BOOT_IMAGE=\/vmlinuz /' "$work/tree/proc/cmdline"
ok "GRUB's, which sets none either" loader update-grub
efi LoaderInfo 'systemd-boot 257.7-1'
ok "and systemd-boot's if it names itself" loader kernel-install
rm -r "$work/tree/sys/firmware"
debian ""
ok "nothing tells: what is installed" loader update-grub
mkdir -p "$work/tree/boot/extlinux" "$work/tree/boot/firmware"
: >"$work/tree/boot/extlinux/extlinux.conf"
ok "GRUB is left over, set no BOOT_IMAGE=, and U-Boot has its file" to_people 'u-boot-update'
rm -r "$work/tree/boot/extlinux"
: >"$work/tree/boot/firmware/cmdline.txt"
ok "GRUB is left over, set no BOOT_IMAGE=, and the firmware has its file" to_people 'add crashkernel=256M to'
sed -i 's/^/BOOT_IMAGE=\/boot\/vmlinuz-6.1 /' "$work/tree/proc/cmdline"
ok "GRUB, which the firmware or U-Boot started" loader update-grub
debian ""
efi LoaderInfo 'systemd-boot 257.7-1'
ok "LoaderInfo names systemd-boot" loader kernel-install
efi LoaderInfo 'GRUB 2.12'
ok "LoaderInfo names GRUB" loader update-grub
efi LoaderInfo 'rEFInd 0.14'
ok "LoaderInfo names another one, and GRUB did not come after it: neither is changed" loader unknown
ok "LoaderInfo names another one: the words are for people" to_people 'on the kernel.s command line yourself'
debian 'initrd=\boot\initrd.img'
efi LoaderInfo 'rEFInd 0.14'
ok "LoaderInfo names another one, whose initrd= has an EFI path: it is not systemd-boot" loader unknown
: >"$work/tree/boot/refind_linux.conf"
ok "rEFInd, which started the kernel itself: its file is named" to_people '/boot/refind_linux.conf'
debian ""
efi LoaderInfo 'Limine 9.3.0'
: >"$work/tree/boot/limine.conf"
ok "Limine: its file is named" to_people 'limine.conf'
debian BOOT_IMAGE=/boot/vmlinuz-6.1
: >"$work/tree/boot/limine.conf"
efi LoaderInfo 'rEFInd 0.14'
ok "LoaderInfo names another one, which started GRUB" loader update-grub
rm -r "$work/tree/sys/firmware"
efi StubInfo 'systemd-stub 257.7'
ok "StubInfo only: a unified kernel image, which kernel-install makes" loader kernel-install
rm "$work/tree/usr/bin/kernel-install"
ok "a unified kernel image, and nothing makes them here" loader uki
ok "a unified kernel image: the addon is named" to_people 'ukify build --cmdline'
ok "to the end of the sentence" to_people 'or in EFI/Linux/NAME.efi.extra.d there$'
for grubby in usr/sbin/grubby usr/bin/grubby; do
	mkdir -p "$work/tree/usr/bin"
	: >"$work/tree/$grubby"
	ok "a unified kernel image, and /$grubby is installed: it does not hold its words" loader uki
	for info in 'systemd-boot 257.7-1' 'GRUB 2.12' 'rEFInd 0.14'; do
		efi LoaderInfo "$info"
		ok "a unified kernel image that $info started, and /$grubby: it neither" loader uki
	done
	rm "$work/tree/$grubby" "$work/tree"/sys/firmware/efi/efivars/LoaderInfo-*
done
sed -i 's/^/BOOT_IMAGE=\/vmlinuz /' "$work/tree/proc/cmdline"
ok "a unified kernel image with a BOOT_IMAGE= that was copied into it" loader uki
debian ""
: >"$work/tree/usr/sbin/grubby"
efi LoaderInfo 'rEFInd 0.14'
ok "another boot loader, which started the kernel itself: not grubby" loader unknown
efi LoaderInfo 'systemd-boot 257.7-1'
ok "systemd-boot, with grubby and kernel-install: kernel-install" loader kernel-install
rm "$work/tree/usr/bin/kernel-install"
ok "systemd-boot with only grubby (sdubby): grubby" loader grubby
debian ""
efi LoaderInfo 'systemd-boot 257.7-1'
rm "$work/tree/usr/bin/kernel-install"
ok "systemd-boot without kernel-install: not GRUB" loader systemd-boot
ok "systemd-boot without kernel-install: where the words go" to_people 'loader/entries'
ok "and into kernel/cmdline only if that is there: alone there, they would be all that a new kernel gets" \
	to_people 'and into /etc/kernel/cmdline, if that is there, for kernels to come)'
ok "systemd-boot without kernel-install: no file of GRUB's is written" \
	test ! -e "$work/tree/etc/default/grub.d/zz-kdump-dma.cfg"
: >"$work/tree/etc/kernel/proxmox-boot-uuids"
: >"$work/tree/usr/sbin/proxmox-boot-tool"
ok "Proxmox: its own tool" loader proxmox-boot-tool
debian BOOT_IMAGE=/boot/vmlinuz-6.1
rm "$work/tree/usr/sbin/update-grub" "$work/tree/usr/bin/kernel-install"
: >"$work/tree/etc/default/grub"
ok "GRUB without update-grub and grubby: people are told what to run" to_people 'grub-mkconfig'
debian BOOT_IMAGE=/boot/vmlinuz-6.1
rm "$work/tree/usr/bin/kernel-install"
: >"$work/tree/etc/default/grub"
for mkconfig in usr/sbin/grub-mkconfig usr/bin/grub-mkconfig; do
	# shellcheck disable=SC2016 # the script's own
	printf '%s\n' '. ${sysconfdir}/default/grub' 'for x in ${sysconfdir}/default/grub.d/*.cfg ; do' \
		>"$work/tree/$mkconfig"
	ok "update-grub with Debian's /$mkconfig" loader update-grub
	sed -i 2d "$work/tree/$mkconfig"
	ok "/$mkconfig does not read grub.d, as with Manjaro's update-grub" to_people 'grub-mkconfig'
	rm "$work/tree/$mkconfig"
done
debian BOOT_IMAGE=/vmlinuz
rm "$work/tree/usr/sbin/update-grub" "$work/tree/boot/grub/grub.cfg" "$work/tree/usr/bin/kernel-install"
mkdir -p "$work/tree/boot/extlinux"
: >"$work/tree/boot/extlinux/extlinux.conf"
ok "extlinux: people are told what to run" to_people 'u-boot-update'
rm -r "$work/tree/boot/extlinux"
: >"$work/tree/etc/zipl.conf"
ok "zipl: people are told what to run" to_people 'run zipl'
rm "$work/tree/etc/zipl.conf"
debian ""
rm "$work/tree/usr/sbin/update-grub" "$work/tree/boot/grub/grub.cfg" "$work/tree/usr/bin/kernel-install"
mkdir -p "$work/tree/boot/extlinux" "$work/tree/boot/firmware"
: >"$work/tree/boot/extlinux/extlinux.conf"
ok "nothing tells, and only extlinux is there, as with U-Boot" to_people 'u-boot-update'
rm -r "$work/tree/boot/extlinux"
: >"$work/tree/boot/firmware/cmdline.txt"
ok "nothing tells, and the firmware's cmdline.txt is there" to_people 'add crashkernel=256M to'
rm "$work/tree/boot/firmware/cmdline.txt"
ok "no boot loader that is known" to_people 'put crashkernel=256M on the kernel'
without_grub() { rm "$work/tree/usr/sbin/update-grub" "$work/tree/boot/grub/grub.cfg" "$work/tree/usr/bin/kernel-install"; }
for how in BOOT_IMAGE=vmlinuz-lts ''; do
	debian "$how"
	without_grub
	: >"$work/tree/boot/extlinux.conf"
	: >"$work/tree/etc/update-extlinux.conf"
	ok "Alpine's extlinux, ${how:-and nothing tells}: what its file is made from" \
		to_people 'default_kernel_opts of /etc/update-extlinux.conf'
done
debian ""
without_grub
mkdir -p "$work/tree/boot/firmware/current"
: >"$work/tree/boot/firmware/cmdline.txt"
: >"$work/tree/boot/firmware/current/cmdline.txt"
ok "the firmware's cmdline.txt, as newer ones of Ubuntu have it" to_people '/boot/firmware/current/cmdline.txt: add crashkernel=256M to'
for how in 'initrd=\EFI\NixOS\initrd.efi' BOOT_IMAGE=/nix/store/x/bzImage ''; do
	debian "$how"
	: >"$work/tree/etc/NIXOS"
	rm "$work/tree/usr/bin/kernel-install"
	ok "NixOS, ${how:-nothing on its command line}: its configuration" to_people 'into boot.kernelParams'
done
debian BOOT_IMAGE=/ostree/vmlinuz
mkdir "$work/tree/run"
: >"$work/tree/run/ostree-booted"
ok "ostree without rpm-ostree, as bootc has it" to_people 'ostree admin kargs edit-in-place .*, with an option for each word'
efi StubInfo 'systemd-stub 257.7'
ok "ostree, and a unified kernel image: no kargs reach that" loader uki
: >"$work/tree/usr/bin/rpm-ostree"
ok "so with rpm-ostree" loader uki
rm -r "$work/tree/sys/firmware"
ok "rpm-ostree without one" loader rpm-ostree
debian "BOOT_IMAGE=/boot/x composefs=0a1b2c"
: >"$work/tree/usr/sbin/grubby"
ok "an image that bootc keeps in composefs: what writes its entries is not changed behind it" \
	to_people '/usr/lib/bootc/kargs.d of the image'
rm "$work/tree/usr/sbin/grubby"
ok "so with kernel-install" loader composefs
efi StubInfo 'systemd-stub 257.7'
ok "such an image with a unified kernel image" loader uki
debian BOOT_IMAGE=0
rm "$work/tree/usr/sbin/update-grub" "$work/tree/boot/grub/grub.cfg"
: >"$work/tree/etc/zipl.conf"
ok "kernel-install on s390x, and nothing runs zipl after it: people are told" to_people 'options .*, and run zipl'
mkdir -p "$work/tree/usr/lib/kernel/install.d"
: >"$work/tree/usr/lib/kernel/install.d/91-zipl.install"
ok "its script of s390utils does" loader kernel-install
: >"$work/tree/usr/sbin/grubby"
ok "grubby on s390x" loader grubby
debian BOOT_IMAGE=/boot/vmlinuz-6.1
efi LoaderInfo 'systemd-boot 257.7-1'
same_from_snapshot() {
	"$tool" snapshot --root "$work/tree" -o "$work/tar" || return
	rm -rf "$work/copy" && mkdir "$work/copy" && tar -C "$work/copy" -xf "$work/tar" &&
		same kernel-install "$("$tool" status --json --root "$work/copy" | jq -r .boot_loader)"
}
ok "a snapshot tells it, too" same_from_snapshot

# ---- whose value it is: who wrote it, and a list of defaults only then ----------
# set_by OWNER PATTERN BACKEND WORDS: status says that owner, and why
set_by() {
	rm -rf "$work/tree"
	machine "$work/tree" 4096 256 "crashkernel=$4"
	"$3" "$work/tree"
	[ "$3" != kdump_tools ] || echo "GRUB_CMDLINE_LINUX_DEFAULT=\"\$GRUB_CMDLINE_LINUX_DEFAULT crashkernel=$4\"" \
		>"$work/tree/etc/default/grub.d/kdump-tools.cfg"
	"$tool" status --root "$work/tree" >"$work/out"
	grep -q "^crashkernel .*, set by $1 (.*$2" "$work/out" || {
		grep ^crashkernel "$work/out"
		return 1
	}
}
ok "RHEL 9's default" set_by distribution 'kdump-utils' kdumpctl 1G-2G:192M,2G-64G:256M,64G-:512M
ok "kdump-utils' default with what it adds" set_by distribution 'kdump-utils' kdumpctl 2G-64G:333M,64G-:589M
ok "Oracle Linux's default" set_by distribution 'kdump-utils' kdumpctl 1G-64G:448M,64G-:512M
ok "ranges that kdump-utils never wrote" set_by administrator 'neither' kdumpctl 1G-8G:300M,8G-:700M
ok "a size on Fedora" set_by administrator 'neither' kdumpctl 512M
ok "a size on SUSE is one that kdumptool writes" set_by distribution 'kdumptool' suse 222M
ok "ranges by hand on SUSE" set_by administrator 'neither' suse 1G-8G:300M,8G-:700M
ok "crashkernel=auto on SUSE" set_by distribution 'RHEL 7 and 8' suse auto
ok "ranges in the package's own file" set_by distribution 'kdump-tools.cfg' kdump_tools 1G-8G:300M,8G-:700M
ok "a size that somebody wrote into the package's own file" set_by administrator 'it stands\|somebody' kdump_tools 300M
ok "Azure Linux's default" set_by distribution 'distribution_crashkernel\|kdump-utils' native 512M-32G:256M,32G-:512M
ok "Azure Linux's default, with kdumpctl" set_by distribution 'kdump-utils' kdumpctl 512M-32G:256M,32G-:512M
ok "TencentOS's default" set_by distribution 'kdump-utils' kdumpctl 512M-12G:128M,12G-64G:256M,64G-128G:512M,128G-:768M
ok "SONiC's default" set_by distribution 'distribution_crashkernel' native 0M-2G:256M,2G-4G:320M,4G-8G:384M,8G-:448M
ok "an empty one, of an image build that went wrong" set_by distribution 'nobody chose' kdumpctl ''
ok "crashkernel=auto, left over from RHEL 8" set_by distribution 'RHEL 7 and 8' native auto

# ---- what we remember was lost: /var began anew, or its disk is another one -------
for backend in native kdump_tools; do
	rm -rf "$work/tree"
	machine "$work/tree" 2048 128 crashkernel=384M-:128M
	$backend "$work/tree"
	(cd "$work/tree" && find etc -type f | sort) >"$work/before"
	capture "$work/tree" 150
	"$tool" apply --root "$work/tree" >/dev/null
	lost=$(sed -n 's/^crashkernel //p' "$work/tree/var/lib/kdump-dma/applied")
	rm -r "$work/tree/var/lib/kdump-dma"
	sed -i "s/crashkernel=.*/$lost/" "$work/tree/proc/cmdline"
	"$tool" status --root "$work/tree" >"$work/out"
	ok "$backend, our state was lost: $lost in our own file is ours" \
		grep -q '^crashkernel .*, set by kdump-dma' "$work/out"
	[ $backend != native ] ||
		ok "native: so is the pool in it" grep -q '^coherent_pool 0, set by kdump-dma' "$work/out"
	"$tool" revert --root "$work/tree" >"$work/out"
	ok "$backend: revert runs what makes that count" grep -q 'not run: update-grub' "$work/out"
	(cd "$work/tree" && find etc -type f | sort) >"$work/after"
	ok "$backend: revert removes our files" diff "$work/before" "$work/after"
done
# grubby's words and SUSE's variable look as if a person had set them: people are told
hints() { "$tool" status --root "$work/tree" | grep -q '^crashkernel .*set by administrator (.*if it was kdump-dma, .*manage_crashkernel = always)'; }
for backend in kdumpctl suse; do
	rm -rf "$work/tree"
	machine "$work/tree" 2048 128 crashkernel=128M
	[ $backend = suse ] || sed -i 's/crashkernel=.*/crashkernel=2G-64G:256M,64G-:512M/' "$work/tree/proc/cmdline"
	$backend "$work/tree"
	ok "$backend, where we never were: no such hint" fails hints
	capture "$work/tree" 150
	"$tool" apply --root "$work/tree" >/dev/null
	lost=$(sed -n 's/^crashkernel //p' "$work/tree/var/lib/kdump-dma/applied")
	sed -i "s/crashkernel=.*/$lost/" "$work/tree/proc/cmdline"
	ok "$backend, our state is there: no such hint" fails hints
	rm -r "$work/tree/var/lib/kdump-dma"
	ok "$backend, our state was lost: $lost may be ours, and that is said" hints
	echo 'manage_crashkernel = always' >"$work/tree/etc/kdump-dma.conf"
	capture "$work/tree" 20
	ok "$backend, our state was lost: what is said does it" sh -c \
		"'$tool' plan --root '$work/tree' | grep -q '^crashkernel: $lost -> '"
done
rm -rf "$work/tree"
machine "$work/tree" 2048 128 crashkernel=128M
kdump_tools "$work/tree"
echo 'GRUB_CMDLINE_LINUX="crashkernel=300M"' >"$work/tree/etc/default/grub.d/zz-kdump-dma.cfg"
"$tool" revert --root "$work/tree" >"$work/out"
ok "one of that name that does not say that it is ours stays" \
	test -e "$work/tree/etc/default/grub.d/zz-kdump-dma.cfg"

rm -rf "$work/tree"
machine "$work/tree" 2048 256 crashkernel=384M-:128M
native "$work/tree"
rm "$work/tree/usr/sbin/update-grub"
mkdir -p "$work/tree/etc/kernel" "$work/tree/usr/bin"
: >"$work/tree/usr/bin/kernel-install"
echo 'root=/dev/vda1 ro' >"$work/tree/etc/kernel/cmdline"
capture "$work/tree" 150
"$tool" apply --root "$work/tree" >"$work/out"
ok "kernel-install: our word is in kernel/cmdline" grep -q 'crashkernel=160M' "$work/tree/etc/kernel/cmdline"
echo 'root=/dev/vda1 ro quiet' >"$work/tree/etc/kernel/cmdline"
"$tool" apply --root "$work/tree" >"$work/out" 2>&1
ok "kernel-install: somebody wrote the file anew without it: apply adds it" \
	same 'root=/dev/vda1 ro quiet crashkernel=160M' "$(cat "$work/tree/etc/kernel/cmdline")"

# ---- what the files of update-grub come to: they are sourced one after the other ---
# files NAME TEXT...: in place of /etc/default/grub and of files in its folder
files() {
	debian BOOT_IMAGE=/boot/vmlinuz-6.1
	while [ $# != 0 ]; do
		printf '%b\n' "$2" >"$work/tree/etc/default/$1"
		shift 2
	done
	"$tool" status --root "$work/tree" >"$work/out"
}
is_ours_to_set() { grep -q '^crashkernel *(unset); advised: crashkernel=256M' "$work/out" || { cat "$work/out" && return 1; }; }
is_by_hand() { grep -q "^crashkernel *$1, set by administrator" "$work/out" || { cat "$work/out" && return 1; }; }
does_not_count() { # FILE VARIABLE
	is_ours_to_set && grep -q "^doubt .*crashkernel=300M does not count: /etc/default/$1 sets $2 anew" "$work/out"
}
v=GRUB_CMDLINE_LINUX
by_hand="$v=\"crashkernel=300M\""
files grub "$by_hand\n$v=quiet"
ok "a later line of the file replaces the variable: nobody's value" does_not_count grub $v
files grub "$by_hand" grub.d/50-cloudimg-settings.cfg "$v=\"console=ttyS0\""
ok "a file of the folder replaces it" does_not_count grub.d/50-cloudimg-settings.cfg $v
files grub "${v}_DEFAULT='quiet crashkernel=300M'" grub.d/50-cloudimg-settings.cfg "${v}_DEFAULT=\"console=ttyS0\""
ok "so for the other variable" does_not_count grub.d/50-cloudimg-settings.cfg ${v}_DEFAULT
"$tool" apply --root "$work/tree" >"$work/out" 2>&1
ok "apply sets a value there" grep -q 'crashkernel=256M"$' "$work/tree/etc/default/grub.d/zz-kdump-dma.cfg"
"$tool" status --root "$work/tree" >"$work/out"
ok "once it has, nothing is left to say" fails grep -q 'does not count' "$work/out"
files grub.d/10.cfg "$by_hand" grub.d/9.cfg "$v=quiet"
ok "the files come in the order of a shell: 10 before 9" does_not_count grub.d/9.cfg $v
files grub.d/10.cfg "$v=quiet" grub.d/9.cfg "$by_hand"
ok "and so the last one counts" is_by_hand crashkernel=300M
files grub "$by_hand" grub.d/50.cfg "$v=\"crashkernel=400M\""
ok "one value replaces another" is_by_hand crashkernel=400M
# shellcheck disable=SC2016 # what a shell would expand
for line in "${v}_DEFAULT=quiet" "$v=\"\$$v quiet\"" "$v=\"\${$v} quiet\"" "$v+=\" quiet\"" "export $v=quiet" \
	"if true; then\n$v=quiet\nfi" "[ -e /x ] && $v=quiet" ". /etc/x\n$v=quiet" "f() {\n$v=quiet\n}" \
	'X=$(' "#$v=quiet" "X=\"\n$v=quiet\n\""; do
	files grub "$by_hand" grub.d/50.cfg "$line"
	ok "what may keep it throws nothing away: $(printf %s "$line" | sed 's/\\n/; /g')" is_by_hand crashkernel=300M
done
files grub "${v}_RECOVERY=\"crashkernel=300M\""
ok "what only the recovery entries get is not for the others" is_ours_to_set
files grub "export $by_hand"
ok "an exported variable is a variable" is_by_hand crashkernel=300M
files grub "$v=quiet\n$v+=\" crashkernel=300M\""
ok "so is one that is added to" is_by_hand crashkernel=300M
files grub "SIZE=crashkernel=300M\n$v=\"\$SIZE quiet\""
ok "so is one in another" is_by_hand crashkernel=300M
files grub "GRUB_DISTRIBUTOR=\`( . /etc/os-release; echo \${NAME:-Debian} ) 2>/dev/null || echo Debian\`\n$by_hand\n$v=quiet"
ok "Debian 13's own file is understood" does_not_count grub $v

# ---- what came of it -----------------------------------------------------------
[ "$(id -u)" = 0 ] || {
	skip "what programs made is read back" "without root"
	tap_end
	exit
}
dma() { chroot "$root" /usr/sbin/kdump-dma "$@"; }
# make_root NAME: an armed machine of kdump-tools that update-grub changes
make_root() {
	root=$work/$1
	machine "$root" 4096 256 crashkernel=384M-:128M
	kdump_tools "$root"
	for program in sh sleep cat mv sed; do programs_into "$root" "$program"; done
	programs_into "$root" "$tool"
	install -D "$tool" "$root/usr/sbin/kdump-dma"
	install tests/tool/mock-update-grub "$root/usr/sbin/update-grub"
	mkdir -p "$root/mock" "$root/run" "$root/var/crash"
	echo 0 >"$root/sys/kernel/kexec_crash_loaded" # nothing to reload
	capture "$root" 150
	sed -i "s/6.1.0-40-amd64/$(uname -r)/; s/x86_64/$(uname -m)/" \
		"$root/var/lib/kdump-dma/history.json"
}
refuses_saying() { # TEXT: a failure that says so, and never that it will come
	dma apply >"$work/out" 2>&1
	[ $? = 1 ] && grep -q "$1" "$work/out" && ! grep 'takes effect' "$work/out"
}
unfinished() { dma status >"$work/out"; grep -q '^unfinished' "$work/out" && ! grep '^waiting' "$work/out"; }
waits() { dma status >"$work/out"; grep -q '^waiting' "$work/out" && ! grep '^unfinished' "$work/out"; }

make_root arrives
ok "update-grub: apply succeeds" dma apply
ok "update-grub: grub.cfg has the words" grep -q 'linux.* crashkernel=160M$' "$root/boot/grub/grub.cfg"
ok "update-grub: status says that they wait" waits

make_root tabs
printf 'GRUB_CMDLINE_LINUX="a\tcrashkernel=384M-:128M\tb"\n' >"$root/etc/default/grub.d/10-tabs.cfg"
ok "update-grub: tabs are between the words: apply succeeds" dma apply
ok "update-grub: no other crashkernel= is left beside ours" \
	same 2 "$(grep -c '^[^=]*=[^=]*ro a.b.* crashkernel=160M$\|ro single a.b$' "$root/boot/grub/grub.cfg")"

make_root wiped
echo 'GRUB_CMDLINE_LINUX_DEFAULT="quiet splash"' >"$root/etc/default/grub.d/zzz-local.cfg"
ok "a later file in grub.d wipes our word: it is named" \
	refuses_saying 'none of the 2 entries of /boot/grub/grub.cfg has crashkernel=160M; sourced after .*: zzz-local.cfg'
ok "a later file in grub.d wipes our word: status does not say that it waits" unfinished
rm "$root/etc/default/grub.d/zzz-local.cfg"
ok "a later file in grub.d: gone, and the next apply is done" dma apply
ok "a later file in grub.d: gone, and status says that it waits" waits

# what purges a folder of files that it does not know, until the next kernel comes
for how in gone empty; do
	make_root $how
	dma apply >"$work/out"
	case $how in
	gone) rm "$root/etc/default/grub.d/zz-kdump-dma.cfg" ;;
	empty) : >"$root/etc/default/grub.d/zz-kdump-dma.cfg" ;;
	esac
	dma status >"$work/out"
	ok "our file in grub.d is $how: status says what comes of it" grep -q \
		'^doubt .*crashkernel=160M is not in /etc/default/grub.d/zz-kdump-dma.cfg any more' "$work/out"
	ok "our file in grub.d is $how: apply writes it again" dma apply
	ok "our file in grub.d is $how: it has the words" \
		grep -q 'crashkernel=160M"$' "$root/etc/default/grub.d/zz-kdump-dma.cfg"
	dma status >"$work/out"
	ok "our file in grub.d was $how: nothing is left to say" fails grep -q '^doubt .*is not in' "$work/out"
	dma revert >"$work/out"
	ok "our file in grub.d was $how: revert removes it" test ! -e "$root/etc/default/grub.d/zz-kdump-dma.cfg"
done

make_root full
: >"$root/mock/full"
ok "update-grub ends well and writes nothing" refuses_saying 'update-grub ended well, but none'
make_root failing
: >"$root/mock/fail"
ok "update-grub fails, and apply says so" refuses_saying 'update-grub: exit status 1'
ok "update-grub fails: status does not say that it waits" unfinished
echo 33333333-2222-3333-4444-555555555555 >"$root/proc/sys/kernel/random/boot_id"
rm "$root/mock/fail"
ok "update-grub failed: the next boot's apply is done" dma apply
ok "update-grub failed: grub.cfg has the words" grep -q 'crashkernel=160M$' "$root/boot/grub/grub.cfg"

# ---- the package's own file, which a person changed -----------------------------
edited() { # NAME WORDS ANSWER-OF-DPKG
	make_root "$1"
	sed -i "s/crashkernel=[^ \"]*/crashkernel=$2/" "$root/proc/cmdline" "$root/etc/default/grub.d/kdump-tools.cfg"
	printf '#!/bin/sh\n[ "$*" = "--verify kdump-tools" ] && printf "%%s\\n" "%s"\n' "$3" >"$root/usr/bin/dpkg"
	chmod 755 "$root/usr/bin/dpkg"
	dma learn >"$work/out" 2>&1
	dma status >"$work/out"
}
is_whose() { grep "^crashkernel.* set by $1" "$work/out" || { cat "$work/out" && return 1; }; }
changed='??5?????? c /etc/default/grub.d/kdump-tools.cfg'
edited edited 384M-:300M "$changed"
ok "kdump-tools.cfg: ranges that a person wrote there are a person's" is_whose 'administrator (somebody changed'
ok "kdump-tools.cfg: apply leaves them" dma apply
ok "kdump-tools.cfg: nothing was written" test ! -e "$root/etc/default/grub.d/zz-kdump-dma.cfg"
sed -i 's/300M/400M/' "$root/etc/default/grub.d/kdump-tools.cfg"
dma learn >"$work/out"
dma apply >"$work/out"
ok "kdump-tools.cfg: changed, and not booted yet: apply leaves them, too" \
	test ! -e "$root/etc/default/grub.d/zz-kdump-dma.cfg"
edited shipped 384M-:300M ''
ok "kdump-tools.cfg: ranges as they were shipped are the package's" is_whose distribution
edited other 384M-:300M '??5?????? c /etc/default/kdump-tools'
ok "kdump-tools.cfg: another file that was changed says nothing of it" is_whose distribution
edited listed 2G-64G:256M,64G-:512M "$changed"
ok "kdump-tools.cfg: a default that the package wrote there itself" is_whose distribution
edited same 384M-:128M "$changed"
ok "kdump-tools.cfg: Debian's default is nobody's choice" is_whose distribution

# A shutdown, while update-grub is at work.
make_root stopped
echo 3 >"$root/mock/slow"
chroot "$root" /usr/sbin/kdump-dma apply >"$work/apply.out" 2>&1 &
pid=$!
for _ in $(seq 100); do
	[ ! -e "$root/mock/running" ] || break
	sleep 0.1
done
at_work() {
	! dma status >"$work/out" && grep -q '^applying' "$work/out" && ! grep -e '^waiting' -e '^unfinished' "$work/out"
}
ok "while apply runs, status says so, and not that it is done" at_work
kill -TERM $pid
wait $pid
status=$?
done_all_the_same() { same 0 "$status" && grep -q 'takes effect' "$work/apply.out"; }
ok "SIGTERM while update-grub runs: apply ends it and is done" done_all_the_same
ok "SIGTERM while update-grub runs: grub.cfg has the words" \
	grep -q 'crashkernel=160M$' "$root/boot/grub/grub.cfg"
ok "SIGTERM while update-grub runs: status says that they wait" waits

make_root_of_kdumpctl() { # NAME
	make_root "$1"
	rm -r "$root/etc/default" "$root/boot/grub" "$root/usr/sbin/update-grub" "$root/usr/sbin/kdump-config"
	kdumpctl "$root"
	rm "$root/usr/sbin/grubby"
	sed -i 's/crashkernel=.*/crashkernel=2G-64G:256M,64G-:512M/' "$root/proc/cmdline"
}
make_root_of_kdumpctl nothing-listed
printf '#!/bin/sh\nexit 0\n' >"$root/usr/sbin/grubby"
chmod 755 "$root/usr/sbin/grubby"
left_to_people() {
	dma apply >"$work/out" 2>&1
	same 4 $? && grep -q "$1" "$work/out" && ! grep 'takes effect' "$work/out"
}
ok "grubby lists no entry: people are told" \
	left_to_people 'grubby --info=ALL lists no entry: put crashkernel=[0-9]*M on'
ok "grubby lists no entry: nothing waits" fails grep -q '^crashkernel' "$root/var/lib/kdump-dma/applied"
ok "grubby lists no entry: kdump.conf is as it was" fails grep -q '^auto_reset' "$root/etc/kdump.conf"

make_root_of_kdumpctl asked
# shellcheck disable=SC2016  # the mock's own
printf '#!/bin/sh\n[ "$1" = get-default-crashkernel ] && printf %%s 3G-:333M\n' >"$root/usr/bin/kdumpctl"
chmod 755 "$root/usr/bin/kdumpctl"
sed -i 's/crashkernel=.*/crashkernel=3G-:333M/' "$root/proc/cmdline"
by() { dma status >"$work/out"; grep -q "^crashkernel .*set by $1" "$work/out" || { cat "$work/out"; return 1; }; }
ok "kdumpctl: a value that nobody knows" by administrator
ok "kdumpctl: learn asks for its default" dma learn
ok "kdumpctl: its default of today is the distribution's" by 'distribution (kdumpctl said at'
ok "kdumpctl: a value that is not its default" sed -i 's/333M/334M/' "$root/proc/cmdline"
ok "kdumpctl: stays somebody's" by administrator

make_root_of_kdumpctl kernel-install
rm -r "$root/usr/bin/kdumpctl" "$root/etc/systemd" "$root/etc/kdump.conf" "$root/etc/sysconfig"
install tests/tool/mock-kernel-install "$root/usr/bin/kernel-install"
mkdir -p "$root/etc/kernel" "$root/usr/lib/modules/6.1.0-40-amd64" "$root/mock/entries" "$root/boot/loader/entries"
: >"$root/boot/vmlinuz-6.1.0-40-amd64"
echo "root=/dev/vda1 ro" >"$root/etc/kernel/cmdline"
sed -i 's/crashkernel=.*/crashkernel=384M-:128M/' "$root/proc/cmdline"
: >"$root/mock/full"
ok "kernel-install makes no entry: it is said" refuses_saying 'no boot entry was found'
printf 'options root=x\n' >"$root/boot/loader/entries/old.conf"
ok "kernel-install leaves an entry as it was: it is named" \
	refuses_saying 'none of 1 boot entries has crashkernel=160M, see /boot/loader/entries/old.conf'
rm "$root/mock/full"
ok "kernel-install makes an entry: apply is done" dma apply
ok "kernel-install: status says that it waits" waits
dma revert >/dev/null
mkdir -p "$work/tree" && rm -rf "$work/tree/sys"
efi StubInfo 'systemd-stub 257.7'
mkdir -p "$root/sys/firmware" && cp -a "$work/tree/sys/firmware/efi" "$root/sys/firmware"
ok "kernel-install makes an entry, and a unified kernel image was booted: the addon is named" \
	refuses_saying 'ukify build --cmdline'

# ---- unified kernel images and their addons ----------------------------------------------
. tests/tool/pe.sh
# after what was applied was taken back
refuses_anew() { dma revert >"$work/out" 2>&1; refuses_saying "$1"; }
applies_anew() { dma revert >"$work/out" 2>&1; dma apply; }
images=$root/efi/EFI/Linux words=crashkernel=160M
mkdir -p "$images"
uki() { pe_file "$images/$1" .linux kernel .uname 6.1.0-40-amd64 .cmdline "root=/dev/vda1 $2"; }
addon() { pe_file "$root/efi/$1" .cmdline "$2"; }
uki a.efi quiet
ok "a unified kernel image without the words: it is named" refuses_anew 'see /efi/EFI/Linux/a.efi'
uki a.efi $words
ok "one that has them: apply is done" applies_anew
uki a.efi quiet
addon EFI/Linux/kdump-dma.addon.efi $words
ok "an addon among the images is none, and nothing reads it" refuses_anew 'none of 1 boot entries'
rm "$images/kdump-dma.addon.efi"
addon EFI/Linux/a.efi.extra.d/kdump-dma.addon.efi $words
ok "an addon of this image gives it the words" applies_anew
rm -r "$images/a.efi.extra.d"
mv "$images/a.efi" "$images/a+2-1.efi"
addon EFI/Linux/a.efi.extra.d/kdump-dma.addon.efi $words
ok "so for an image whose boots are counted: its folder has no count" applies_anew
rm -r "$images/a.efi.extra.d"
addon EFI/Linux/a+2-1.efi.extra.d/kdump-dma.addon.efi $words
ok "nothing reads a folder with one" refuses_anew 'see /efi/EFI/Linux/a+2-1.efi'
rm -r "$images/a+2-1.efi.extra.d" "$images/a+2-1.efi"
uki a+3.efi $words
uki a.efi quiet
ok "an image beside the same one that is counted" refuses_anew '/efi/EFI/Linux/a.efi, which does not have'
rm "$images/a+3.efi"
addon EFI/Linux/a.extra.d/kdump-dma.addon.efi $words
ok "one in a folder of another name does not" refuses_anew 'see /efi/EFI/Linux/a.efi'
addon loader/addons/kdump-dma.efi $words
ok "nor one of another ending" refuses_anew 'see /efi/EFI/Linux/a.efi'
addon loader/addons/kdump-dma.addon.efi $words
ok "one of all images does" applies_anew
uki a.efi crashkernel=128M
ok "its words come after those of the image, and count" applies_anew
pe_file "$root/efi/loader/addons/kdump-dma.addon.efi" .uname 6.9.9 .cmdline $words
ok "an addon for another kernel does not" refuses_anew 'see /efi/EFI/Linux/a.efi'
addon loader/addons/kdump-dma.addon.efi crashkernel=300M
uki a.efi $words
ok "an addon that says otherwise undoes them" refuses_anew 'see /efi/EFI/Linux/a.efi'
rm -r "$root/efi/loader"
pe_file "$images/b.efi" .linux kernel .uname 6.1.0-39-amd64 .cmdline $words
uki a.efi quiet
ok "only the image of a kernel that is gone has them: the other is named" \
	refuses_anew 'the kernel 6.1.0-40-amd64 .* /efi/EFI/Linux/a.efi'
rm -r "$root/efi" "$root/sys/firmware"

# ---- entries -------------------------------------------------------------------------------
entries=$root/boot/loader/entries
entry() { # FILE VERSION OPTIONS...
	printf 'title x\nversion %s\nlinux /x\n' "$2" >"$entries/$1"
	shift 2
	printf 'options %s\n' "$@" >>"${entries}/$entry_file"
}
: >"$root/mock/full"
rm -f "$entries"/*
entry_file=a.conf
entry a.conf 6.1.0-40-amd64 root=/dev/vda1 $words quiet
ok "options in several lines are one command line" applies_anew
entry a.conf 6.1.0-40-amd64 "root=/dev/vda1$(printf '\t')$words$(printf '\t')quiet"
ok "tabs may be between the options" applies_anew
entry a.conf 6.1.0-40-amd64 $words crashkernel=64M
ok "the last of them counts" refuses_anew 'none of 1 boot entries has'
rm "$entries/a.conf"
entry_file=a-6.1.0-40-amd64+3-0.conf
entry $entry_file 6.1.0-40-amd64 $words
ok "an entry that is counted" applies_anew
entry_file=b-6.1.0-40-amd64.conf
entry $entry_file 6.1.0-40-amd64 quiet
ok "one of several of a kernel has them: apply is done" applies_anew
rm "$entries/b-6.1.0-40-amd64.conf"
beside() { # FILE: beside the one that has the words
	rm -f "$entries"/a-6.1.0-40-amd64*
	entry_file=a-6.1.0-40-amd64${2:-+3}.conf
	entry "$entry_file" 6.1.0-40-amd64 $words
	entry_file=$1
	entry "$entry_file" 6.1.0-40-amd64 quiet
}
beside a-6.1.0-40-amd64.conf
ok "the same entry, not counted and without them, may boot in its place: it is named" \
	refuses_anew '/a-6.1.0-40-amd64.conf, which does not have crashkernel=160M, may boot in place .*; remove it$'
beside a-6.1.0-40-amd64+5-0.conf
ok "so with more boots left" refuses_anew '/a-6.1.0-40-amd64+5-0.conf, which does not have'
beside a-6.1.0-40-amd64+3-0.conf +3-1
ok "or fewer that are done" refuses_anew '/a-6.1.0-40-amd64+3-0.conf, which does not have'
beside a-6.1.0-40-amd64.conf +0-3
ok "or where that with the words has failed" refuses_anew '/a-6.1.0-40-amd64.conf, which does not have'
beside a-6.1.0-40-amd64+2-1.conf
ok "one with fewer boots left boots later: apply is done" applies_anew
beside a-6.1.0-40-amd64+0-3.conf ''
ok "so does one that has failed" applies_anew
beside a-6.1.0-40-amd64+deb13.conf
ok "what is behind the sign is no count: another entry" applies_anew
rm "$entries"/*
entry_file=old.conf
entry old.conf 6.1.0-39-amd64 $words
entry_file=new.conf
entry new.conf 6.1.0-40-amd64 quiet
ok "only an entry of a kernel that is gone has them: the other is named" \
	refuses_anew 'the kernel 6.1.0-40-amd64 .* /boot/loader/entries/new.conf'
rm "$root/mock/full"
ok "when they are there: apply is done" applies_anew
mkdir -p "$root/proc/self"
mounted() { # POINT...: what is mounted there, and nothing else
	printf '1 1 8:1 / %s rw - ext4 /dev/vda rw\n' "$@" >"$root/proc/self/mountinfo"
}
for partition in /efi /boot/efi; do
	mounted / "$partition"
	dma revert >"$work/out" 2>&1
	echo "UUID=1 $partition vfat nofail 0 2" >"$root/etc/fstab"
	mounted /
	ok "$partition is in fstab, and not mounted: nothing is run" refuses_saying "$partition is in /etc/fstab, and is not mounted"
	mounted / "$partition"
	ok "$partition: it is done when it is there" dma apply
	rm "$root/etc/fstab"
done
tap_end
