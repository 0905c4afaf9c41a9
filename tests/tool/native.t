#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The native backend: what it builds, publishes and loads when something is refused,
# fails or changes meanwhile. dracut (which packs empty files), kexec and systemctl are mocks, in
# front of the machine's own programs in mounts that only this process sees; the
# machine that is decided about is a tree of files. That a real image is built and
# loaded is for tests/e2e to show.
# shellcheck disable=SC2016  # mocks' variables
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh
. tests/tool/storage.sh

if [ -z "${KDUMP_DMA_MOUNTS:-}" ]; then
	if ! why=$(unshare --mount true 2>&1); then
		skip "the native backend" "no mounts of its own here: $why"
		tap_end
		exit
	fi
	KDUMP_DMA_MOUNTS=$(mktemp -d /var/tmp/kdump-dma-native.XXXXXX) || exit
	export KDUMP_DMA_MOUNTS
	trap 'rm -rf "$KDUMP_DMA_MOUNTS"' EXIT
	unshare --mount "$0"
	exit
fi
work=$KDUMP_DMA_MOUNTS
top=$PWD
export CALLS="$work/calls"
mkdir -p "$CALLS" "$work/mocks"
run=/run/kdump-dma state=/var/lib/kdump-dma
image=$state/initrd-$release.img

mock() { # NAME BODY
	printf '#!/bin/sh\n%s\n' "$2" >"$work/mocks/$1"
	chmod +x "$work/mocks/$1"
}
stored machine
mock uname "echo $release"
mock kdump-dma "echo \"\$*\" >>\"\$CALLS/kdump-dma\"; [ \$1 != unlock ] || exec '$work/mocks/unlock' \$*; shift; exec '$top/build/san/kdump-dma' image --root '$tree' \"\$@\""
# An image of empty files that has all that was asked for, but for those named in "without".
mock pack 'rm -rf "$CALLS/image" && mkdir -p "$CALLS/image" && cd "$CALLS/image" || exit
{ echo init; sed s,^,usr/bin/, "$KDUMP_DMA_BUILD/programs"; sed s,^/,, "$KDUMP_DMA_BUILD/files"
sed -n "s,^module=/\([^ ]*\).*,\1,p" "$KDUMP_DMA_BUILD/capture.conf"; } |
	grep -vxF -f "$CALLS/without" | while read -r path; do mkdir -p "$(dirname "$path")" && : >"$path"; done
mkdir -p etc && cp "$KDUMP_DMA_BUILD/capture.conf" etc/kdump-dma-capture.conf
find . | cpio -o -H newc --quiet'
: >"$CALLS/without"
good_dracut='echo "$*" >"$CALLS/dracut"; for out; do :; done; pack >"$out"
ls "$KDUMP_DMA_BUILD" >"$CALLS/given"; cp "$KDUMP_DMA_BUILD/capture.conf" "$CALLS"
for word; do [ "$last" != --confdir ] || ls "$word" >"$CALLS/confdir"; last=$word; done
[ ! -e "$CALLS/meanwhile" ] || echo new >"'$tree/boot/vmlinuz-$release'"'
mock dracut "last=''; $good_dracut"
mock unlock '[ ! -e "$CALLS/locked" ] || { echo "/dev/sda5 cannot be opened"; exit 5; }'
mock kexec 'echo "$*" >>"$CALLS/kexec"; echo "kexec $1 says"; [ ! -e "$CALLS/refuse$1" ]'
mock udevadm 'echo "$*" >"$CALLS/udevadm"'
mock systemctl 'echo "$*" >"$CALLS/systemctl"; [ ! -e "$CALLS/broken" ] &&
	echo "31 1 8:3 / /srv/dumps rw - ext4 /dev/sda3 rw" >>"'"$tree/proc/self/mountinfo"'"'
# panic_on_oops and others, on this tree instead of this machine; and no /tmp that
# can be written to
mkdir -p "$tree/proc/sys/vm"
for key in kernel/panic_on_oops kernel/softlockup_panic vm/panic_on_oom; do
	echo 0 >"$tree/proc/sys/$key"
done
mount --make-rprivate / && mount -t tmpfs run /run && mount -t tmpfs lib /var/lib &&
	mount -t tmpfs -o ro tmp /tmp && mount --bind "$work/mocks" /usr/sbin &&
	mount --bind "$tree/proc/sys" /proc/sys &&
	mkdir -p $run "$tree$run" "$tree$state" &&
	mount --bind "$tree$run" $run && ln -s "$tree$state" $state || exit 1

native() { # VERB [KVER]
	rm -f "$CALLS/dracut" "$CALLS/kexec" "$CALLS/systemctl"
	"$top/dracut-module/native" "$@" >"$work/out" 2>&1
}
said_after_load() { native load; said "$1"; }
said() { grep -q -e "$1" "$work/out" || { cat "$work/out" && return 1; }; }
silent() { same "" "$(cat "$work/out")"; }
not() { ! "$@"; }
dracut_ran() { [ -e "$CALLS/dracut" ]; }
loaded() { grep -q -e "$1" "$CALLS/kexec" || { cat "$CALLS/kexec" && return 1; }; }
noted() { grep -q -e "$2" "$run/$1" || { ls "$run" && cat "$run/$1" && return 1; }; }
configuration() { printf '%s\n' "$@" >"$tree/etc/kdump-dma.conf"; }
now() { cat "$tree/proc/sys/$1"; }
set_to() { echo "$2" >"$tree/proc/sys/$1"; }

# ---- building and loading -------------------------------------------------------
configuration 'append = e2e.word'
ok "load builds the image" native load
ok "load builds the image with dracut" dracut_ran
ok "a build ends with a measurement of the image" grep -qx 'image --measure' "$CALLS/kdump-dma"
ok "load asks whether devices that the kernel has announced are found" \
	grep -qx 'settle --timeout=0' "$CALLS/udevadm"
mock udevadm 'echo "$*" >>"$CALLS/udevadm"; [ "$2" != --timeout=0 ]'
native load
ok "load waits for those that are not" grep -qx 'settle --timeout=30' "$CALLS/udevadm"
mock udevadm 'echo "$*" >>"$CALLS/udevadm"'
ok "the build is given its lists" same \
	"cannot-load capture.conf cmdline compressor files from image kallsyms kernel keys loads modules network not-ours programs programs.optional reuse ssh sysctl sysctl.back sysctl.before unmounted why" \
	"$(paste -s -d ' ' "$CALLS/given")"
ok "only root can read the image" same 600 "$(stat -c %a "$image")"
ok "it is loaded, with the words of append= at the end" loaded \
	"^-s -p --initrd=$image --command-line=.*reset_devices irqpoll .* e2e.word /boot/vmlinuz-$release\$"
ok "load says that it is armed" said 'armed: capture image'
ok "what kexec said is kept for status" noted kexec 'kexec -s says'
ok "again: it is fresh" native load
ok "dracut is not run" not dracut_ran
ok "nothing is left of the lists" same "" "$(find /run/kdump-dma -name 'plan*')"
ok "rebuild builds in any case" native rebuild
ok "rebuild runs dracut" dracut_ran

# ---- early --------------------------------------------------------------------------
mount -t tmpfs kernel /sys/kernel
loaded=/sys/kernel/kexec_crash_loaded
echo 1 >$loaded
ok "early loads the image that is there" native early
ok "with the words of append=" loaded "^-s -p --initrd=$image --command-line=.* e2e.word /boot"
ok "load finds it loaded" native load
ok "and does not load it again" not test -e "$CALLS/kexec"
ok "a second load does" sh -c "'$top/dracut-module/native' load 2>/dev/null && test -e '$CALLS/kexec'"
native early
configuration 'append = e2e.other'
ok "what is loaded early may be out of date" native load
ok "load loads it with what is right now" loaded 'e2e.other'
native early
echo 0 >$loaded
native load
ok "if somebody unloaded it since, it is loaded again" loaded '^-s -p '
echo 1 >$loaded
native early
native rebuild
ok "an image that was built since is loaded" eval "native load && loaded '^-s -p '"
configuration 'append = e2e.word'
mv "$image" "$work/aside"
ok "without an image early does nothing" native early
ok "and builds none" not dracut_ran
ok "without an image early loads nothing" not test -e "$CALLS/kexec"
mv "$work/aside" "$image"
: >"$CALLS/refuse-s" && : >"$CALLS/refuse-d"
ok "where kexec refuses early is no failure" native early
ok "where kexec refuses load, it fails" not native load
ok "and says that the image before it is still loaded" said 'the one before it is still loaded'
echo 0 >$loaded
ok "if there is none: not armed" not native load
ok "which is said, too" said 'this machine is NOT armed'
echo 1 >$loaded
rm "$CALLS"/refuse-?
native load
ok "and load loads it" loaded '^-s -p '
umount /sys/kernel
native rebuild

# ---- dracut's configuration of the host ---------------------------------------------
ok "dracut is given no configuration of the host's" grep -q -e '--conf /dev/null --confdir ' "$CALLS/dracut"
vendors=$(cd /usr/lib/dracut/dracut.conf.d 2>/dev/null && ls -- *.conf)
ok "and empty files in place of those of its package" same "${vendors:-*.conf}" "$(cat "$CALLS/confdir")"
ok "dracut is given one module of its own only" grep -q -e '--modules kdump-dma-save --no-kernel ' "$CALLS/dracut"

# ---- what changes while dracut runs ---------------------------------------------------
: >"$CALLS/meanwhile"
touch -d yesterday "$tree/boot/vmlinuz-$release"
ok "the kernel is replaced while dracut runs" native load
rm "$CALLS/meanwhile"
ok "the load after a kernel was replaced succeeds" native load
ok "the load after a kernel was replaced builds again" dracut_ran
ok "and then it is fresh" native load
ok "the load after that does not run dracut" not dracut_ran

# ---- what fails -----------------------------------------------------------------------
ok "what is loaded is what there is now: no note" not test -e "$run/stale"
cp "$image" "$work/before"
stale() { touch -d "$1" "$tree/boot/vmlinuz-$release"; }
mock dracut 'echo "dracut: no room"; exit 1'
stale '2 days ago'
ok "dracut fails: the old image is loaded" native load
ok "which is noted for status" noted stale '^the capture image of 20..-..-.. is loaded.*journalctl'
ok "and how dracut ended" noted failed-$release 'dracut: no room'
ok "build alone fails" not native build
mock dracut "last=''; $good_dracut"
printf '%s\n' init usr/bin/makedumpfile >"$CALLS/without"
stale '3 days ago'
ok "the look at the image finds a fault: it is not published" not native build
ok "and the old one stays" cmp "$work/before" "$image"
ok "the first fault is the last line of the note" same "kdump-dma: /init is not in the image" \
	"$(tail -n 1 $run/failed-$release)"
mv "$image" "$work/aside"
ok "with a fault, where there is no image yet: it is loaded" native load
ok "which is said" said 'is loaded as it is: there is no other'
ok "no old image is spoken of" not test -e "$run/stale"
ok "its fault is noted for status" noted failed-$release 'makedumpfile is not in the image'
ok "the next load builds it again" native load
ok "the next load runs dracut for it" dracut_ran
rm -f "$image"
: >"$CALLS/without"
mock gzip 'head -c 3; exit 124'
ok "half of an image, for its packing took too long: it is not loaded" not native load
ok "and it is none" not test -e "$image"
ok "without an image kexec is not run" not test -e "$CALLS/kexec"
mock gzip 'case $* in *d*) exit 127 ;; esac; exec /usr/bin/gzip "$@"'
ok "an image that cannot be looked at has no fault" native build
ok "that it cannot be looked at is said" said 'cannot be looked at: the program that unpacks it is not installed'
rm "$work/mocks/gzip" "$image"
mock dracut "last=''; $good_dracut; : >\"\$out\""
ok "an image of nothing is none" not native build
ok "an image of nothing is not published" not test -e "$image"
mv "$work/aside" "$image"
stale '4 days ago'
mock dracut "last=''; $good_dracut"
ok "dracut works again" native load
ok "the note is gone" not test -e "$run/stale"
ok "and so is the other" not test -e "$run/failed-$release"
mount -t tmpfs -o size=4k full "$tree$state"
ok "no room for the image: the build fails" not native rebuild
ok "and leaves nothing" same build.lock "$(cd "$state" && echo ./* | tr -d ./ | sed s/buildlock/build.lock/)"
umount "$tree$state"

: >"$CALLS/refuse-s"
ok "kexec_file_load is refused: kexec_load" native load
ok "of which the ELF header is shown" loaded '^-d -p '
ok "what kexec_load said is kept" noted kexec 'kexec -d says'
: >"$CALLS/refuse-d"
ok "both are refused" not native load
ok "load says that this machine is not armed" said 'this machine is NOT armed'
ok "and noted, with kexec's words" noted failed-load 'kexec -d says'
rm "$CALLS"/refuse-?
native load
ok "the note goes when it is loaded" not test -e "$run/failed-load"
: >"$CALLS/locked"
ok "an encrypted target whose key slot is gone: it is loaded" native load
ok "and that is noted" noted failed-unlock '/dev/sda5 cannot be opened'
rm "$CALLS/locked"
mock unlock 'exit 1'
native load
ok "a key that could not be tried is noted, too" noted failed-unlock 'was not tried'
mock unlock '[ ! -e "$CALLS/locked" ] || { echo "/dev/sda5 cannot be opened"; exit 5; }'
native load
ok "until the slot is there again" not test -e "$run/failed-unlock"

# ---- arm64 ------------------------------------------------------------------------
cp "$tree/.machine" "$work/x86"
sed -i s/x86_64/aarch64/ "$tree/.machine"
cp "$tree/proc/iomem" "$work/iomem"
echo '40210000-4185ffff : Kernel code' >>"$tree/proc/iomem"
printf '%s\n' 'ffffbd2072a10000 T _stext' 'ffffbd2074060000 T __init_begin' >"$tree/proc/kallsyms"
cp "$work/mocks/kexec" "$work/kexec"
mock kexec 'grep -c -e " _text$" -e . /proc/kallsyms | head -n 1 >"$CALLS/lines"
grep " T _text$" /proc/kallsyms | head -n 1 >"$CALLS/text"; echo "$*" >>"$CALLS/kexec"'
ok "a kernel of arm64 that does not show _text is loaded" native load
ok "kexec is shown it" same "ffffbd2072a00000 T _text" "$(cat "$CALLS/text")"
ok "with all that the kernel shows" test "$(cat "$CALLS/lines")" -gt "$(($(wc -l </proc/kallsyms) / 2))"
ok "other programs are not shown the addresses of kernel text" not grep -q '^ffffbd2072a00000 T _text$' /proc/kallsyms
cp "$work/kexec" "$work/mocks/kexec"
cp "$work/x86" "$tree/.machine"
cp "$work/iomem" "$tree/proc/iomem"
rm "$tree/proc/kallsyms"
native load

ok "all of this without a /tmp that can be written to" not touch /tmp/x

# ---- events that end in a dump -----------------------------------------------------------
ok "an oops panics as panic_on= asks" same 1 "$(now kernel/panic_on_oops)"
ok "a soft lockup does not: nobody asked" same 0 "$(now kernel/softlockup_panic)"
configuration 'panic_on = oom softlockup'
native load
ok "others by panic_on=" same "1 1" "$(now kernel/softlockup_panic) $(now vm/panic_on_oom)"
ok "what is not asked for any more is put back" same 0 "$(now kernel/panic_on_oops)"
set_to vm/panic_on_oom 2
native load
native unload
ok "unload puts back what was there" same 0 "$(now kernel/softlockup_panic)"
ok "but not what somebody changed since" same 2 "$(now vm/panic_on_oom)"
ok "unload calls kexec to unload" loaded '^-s -p -u'
ok "nothing is noted any more" same "" "$(cd $run && ls)"
native unload
ok "a second unload does nothing" not test -e "$CALLS/kexec"
mkdir -p "$tree/etc/sysctl.d"
echo 'kernel.panic_on_oops = 0' >"$tree/etc/sysctl.d/99-mine.conf"
configuration ''
native load
ok "an administrator's sysctl.d is respected" same 0 "$(now kernel/panic_on_oops)"
rm "$tree/etc/sysctl.d/99-mine.conf"
configuration 'panic_on = none'
native load
ok "panic_on = none sets nothing" same 0 "$(now kernel/panic_on_oops)"

# ---- a configuration that is refused ------------------------------------------------------
configuration 'append = e2e.word' 'margin_percent = many'
ok "with a typo in the policy nothing is built" not native build
ok "by rebuild neither" not native rebuild
ok "dracut is not run" not dracut_ran
ok "the image that is there is loaded" native load
ok "without append=, on a whole command line" loaded "printk.devkmsg=on /boot"
ok "file, line and what is wrong are said" said 'kdump-dma.conf:2: margin_percent'
ok "and how old the image is" said 'image of 20..-..-.. is loaded: it may be out of date'
ok "a wrong configuration is noted for status" test -s "$run/stale"
ok "it is unloaded again" native unload
ok "unload works with a wrong configuration" loaded '^-s -p -u'
mv "$image" "$work/image"
ok "without an image it fails" not native load
ok "and kexec is not called" not test -e "$CALLS/kexec"
mv "$work/image" "$image"
configuration ''

# ---- what cannot be loaded -----------------------------------------------------------------
mv "$tree/sys/kernel/kexec_crash_size" "$work/size"
echo 0 >"$tree/sys/kernel/kexec_crash_size"
echo 0 >"$tree/sys/kernel/kexec_crash_loaded"
ok "nothing is reserved: load fails" not native load
ok "and says what to do" said 'no memory is reserved for a capture kernel: put crashkernel='
ok "kexec is not called" not test -e "$CALLS/kexec"
mv "$work/size" "$tree/sys/kernel/kexec_crash_size"
set_to kernel/kexec_load_disabled 1
ok "what refuses it is said, before an image is built" not native load
ok "what refuses the load is said in words" said 'kernel.kexec_load_disabled is 1: nothing can be loaded'
rm "$tree/proc/sys/kernel/kexec_load_disabled"
echo 1 >"$tree/sys/kernel/kexec_crash_loaded"

# ---- the way to the target -------------------------------------------------------------------
block $sata/block/sda/sda3 8:3 ID_FS_TYPE=ext4 ID_FS_UUID=3333
mkdir -p "$tree/proc/fs/jbd2/sda3-8"
echo '/dev/sda3 /srv/dumps ext4 nofail 0 2' >"$tree/etc/fstab"
configuration 'path = /srv/dumps'
ok "what fstab has with nofail and is not mounted" native build
ok "what fstab has with nofail is asked of systemd" same "start /srv/dumps" "$(cat "$CALLS/systemctl")"
ok "and dumps go there" grep -qx device=UUID=3333 "$CALLS/capture.conf"
sed -i '/8:3/d' "$tree/proc/self/mountinfo"
: >"$CALLS/broken"
ok "one that does not come: the build fails" not native build
ok "and names it" noted failed-$release '/srv/dumps, which /etc/fstab mounts, is not mounted'
rm "$CALLS/broken"
configuration ''

# ---- beside a peer ----------------------------------------------------------------------------
rm "$tree/usr/sbin/kdump-config"
kdump_tools "$tree"
ok "beside kdump-tools, load does nothing" native load
ok "and says why" said 'kdump-tools saves'
ok "nor does a kernel's hook" native build
ok "a kernel's hook prints nothing where another package saves" silent
for line in USE_KDUMP=0 'USE_KDUMP="0" # no' "USE_KDUMP='0'"; do
	echo "$line" >"$tree/etc/default/kdump-tools"
	ok "not where it is switched off: $line" not said_after_load 'kdump-tools saves'
done
echo 'USE_KDUMP=$X' >"$tree/etc/default/kdump-tools"
ok "what is not understood switches nothing off" said_after_load 'kdump-tools saves'
rm "$tree/etc/systemd/system/multi-user.target.wants/kdump-tools.service"
ok "a package that is not enabled is not in the way" not said_after_load 'saves'
: >"$tree/usr/bin/kdumptool"
enabled "$tree" kdump.service
ok "SUSE's kdumptool in /usr/bin comes first" said_after_load 'suse saves'
rm "$tree/usr/bin/kdumptool"

# ---- a kernel is removed --------------------------------------------------------------------------
ok "removing a kernel succeeds" native remove $release
ok "removing a kernel removes all files of its image" same "" "$(find $state/ -name 'initrd-*')"
ok "it needs a release" not native frobnicate
ok "and says how it is used" said 'native remove KVER'

# ---- hooks of kernel packages -----------------------------------------------
# hook NAME DEB_MAINT_PARAMS: what it asks the backend for
mock native 'echo "$@" >>"$CALLS/asked"'
hook() {
	sed -e "s,/usr/lib/kdump-dma/native,$work/mocks/native," \
		-e "s,/run/systemd/system,$work," "conf/kernel/$1" >"$work/hook"
	rm -f "$CALLS/asked"
	DEB_MAINT_PARAMS=$2 sh "$work/hook" 6.1.0 /boot/vmlinuz-6.1.0
	cat "$CALLS/asked" 2>/dev/null
}
for params in '' 'configure 6.1.0-1' "'configure' ''"; do
	ok "postinst.d builds for \"$params\"" same "build 6.1.0" "$(hook postinst.d "$params")"
done
for params in 'abort-upgrade 6.1.0-2' 'triggered x' 'abort-remove'; do
	ok "postinst.d does nothing for $params" same "" "$(hook postinst.d "$params")"
done
for params in '' remove purge "'remove'"; do
	ok "postrm.d removes for \"$params\"" same "remove 6.1.0" "$(hook postrm.d "$params")"
done
for params in 'upgrade 6.1.0-2' "'upgrade' '6.1.0-2'" 'failed-upgrade 6.1.0-1' \
	'abort-install' 'abort-upgrade 6.1.0-1' disappear; do
	ok "postrm.d does nothing for $params" same "" "$(hook postrm.d "$params")"
done

# ---- memory and CPUs that come and go ----------------------------------------
rm "$work/mocks/udevadm"
cpus=/sys/devices/system/cpu
reloads() { # ACTION
	unshare --mount sh -c 'mount -t tmpfs run /run &&
		install -D -t /run/udev/rules.d conf/udev/98-kdump-dma.rules &&
		udevadm test --action="$1" "$2"' - "$1" $cpus/cpu0 2>&1 |
		grep -q 'try-reload-or-restart kdump-dma.service'
}
if command -v udevadm >/dev/null && [ -e $cpus/cpu0 ] && unshare --mount true 2>/dev/null &&
	[ "$(cat $cpus/crash_hotplug 2>/dev/null)" != 1 ]; then
	for action in add remove online offline; do
		ok "udev: $action of a CPU reloads" reloads $action
	done
	ok "udev: a change of one does not" not reloads change
else
	skip "udev reloads for CPUs" "no udevadm, no mounts here, or a kernel that needs no reload"
fi

# ---- keys of encrypted disks that the kernel hands over ------------------------------------
uuid=0fcdb4e0-1111-4222-8333-444455556666
mkdir -p "$tree/sys/kernel/config/crash_dm_crypt_keys/kdumpctl" "$tree/proc/fs/jbd2/dm-0-8"
echo 0 >"$tree/sys/kernel/config/crash_dm_crypt_keys/count"
echo 0 >"$tree/sys/kernel/config/crash_dm_crypt_keys/reuse"
mount --bind "$tree/sys/kernel" /sys/kernel
configfs=/sys/kernel/config/crash_dm_crypt_keys
block $sata/block/sda/sda5 8:5 ID_FS_TYPE=crypto_LUKS ID_FS_UUID=$uuid
block virtual/block/dm-0 254:0 ID_FS_TYPE=ext4 ID_FS_UUID=1111-cccc
mapped virtual/block/dm-0 data "CRYPT-LUKS2-$(echo $uuid | tr -d -)-data"
lies_on virtual/block/dm-0 $sata/block/sda/sda5
: >"$tree/proc/self/mountinfo"
mounted 254:0 / ext4 /dev/mapper/data
module drivers/md/dm-crypt.ko
echo "data: 0 204800 crypt aes-xts-plain64 :64:logon:a:b 0 8:5 32768" >"$tree/.dm-tables"
echo "data UUID=$uuid none link-volume-key=@u::%logon:a:b" >"$tree/etc/crypttab"
key_is_there() { echo '1c4c5d3e I--Q---     1 perm 3f010000     0     0 logon     a:b: 64' >"$tree/proc/keys"; }
key_is_there
# configfs removes a folder with what is in it; kexec sees what is listed
mock rmdir 'exec rm -r "$@"'
mock kexec 'echo "$*" >>"$CALLS/kexec"; echo "kexec $1 says"
echo "$(cat /sys/kernel/config/crash_dm_crypt_keys/reuse) $(cd /sys/kernel/config/crash_dm_crypt_keys && grep -r . kdump-dma-*)" >"$CALLS/listed"
case $* in *" -u"*) exit ;; esac
[ ! -e "$CALLS/refuse" ] || ! grep -q kdump-dma- "$CALLS/listed"'
listed="kdump-dma-$uuid/description:a:b"
left() { (cd $configfs && echo *); }
ok "the kernel hands a key over: load" native load
ok "it is listed while kexec loads" same "0 $listed" "$(cat "$CALLS/listed")"
ok "by kexec_file_load" loaded '^-s -p '
ok "after that nothing of ours is, and what others listed stays" same "count kdumpctl reuse" "$(left)"
ok "what the loaded image was given is noted" same "kdump-dma-$uuid a:b" "$(cat $run/handed)"
echo >"$tree/proc/keys"
ok "the key left the keyring: load takes it from the image that is loaded" native load
ok "which the kernel is told" same "1 $listed" "$(cat "$CALLS/listed")"
ok "and then not to do so again" same 0 "$(cat $configfs/reuse)"
ok "no other image is built for that" not dracut_ran
key_is_there
native load
ok "it is back: from the keyring again" same "0 $listed" "$(cat "$CALLS/listed")"
echo 1 >$configfs/reuse
native load
ok "reuse that an earlier load left does not count" same "0 $listed" "$(cat "$CALLS/listed")"
echo yes >"$CALLS/refuse"
ok "the kernel refuses it: the image that is there is loaded without it" native load
ok "by kexec" same "-s -s" "$(cut -d ' ' -f 1 "$CALLS/kexec" | paste -s -d ' ')"
ok "nothing of ours is listed" same "count kdumpctl reuse" "$(left)"
ok "why is noted" noted refused-keys 'kexec -s says'
ok "status is told that no image can be built" noted failed-$release 'did not take its key at the last load (kexec -s says)'
ok "no key is noted for the loaded image" not test -e $run/handed
rm "$CALLS/refuse"
native load
ok "it is not tried again" same "0 " "$(cat "$CALLS/listed")"
native unload
ok "but after unload" not test -e $run/refused-keys
mock kexec 'echo "$*" >>"$CALLS/kexec"; echo "kexec $1 says"
cd /sys/kernel/config/crash_dm_crypt_keys && { [ -d reuse ] || { rm reuse && mkdir reuse; }; }'
native load
ok "an architecture that loads an image without keys is found out" test -s $run/refused-keys
ok "by nothing but that: all is loaded" loaded '^-s -p '
tap_end
