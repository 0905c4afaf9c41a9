#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A panic of the capture kernel itself has to end in a reboot: where nobody set
# panic=, apply adds it to what the backend gives that kernel, and revert takes it out.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh

tool=build/san/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
not() { ! "$@"; }
number=0

# armed CMDLINE BACKEND: an armed machine of this backend, in $tree
armed() {
	number=$((number + 1))
	tree=$work/$number
	machine "$tree" 2048 128 "crashkernel=384M-:128M $1"
	"$2" "$tree"
}
# debian CMDLINE [APPEND]: kdump-tools, with Debian's default words or with these
debian() {
	armed "$1" kdump_tools
	sed -i 's/ panic=10//' "$tree/usr/sbin/kdump-config"
	[ $# -eq 1 ] || echo "KDUMP_CMDLINE_APPEND=\"$2\"" >>"$tree/etc/default/kdump-tools"
}
status() { "$tool" status --root "$tree" >"$work/out"; }
doubts() { # PATTERN
	status
	same 3 $? && grep -q "^doubt  *.*$1" "$work/out" && return
	cat "$work/out"
	return 1
}
sure() {
	status
	grep -q ^crashkernel "$work/out" && ! grep '^doubt' "$work/out"
}
applied() { # WORDS: what stands in KDUMP_CMDLINE_APPEND after apply
	"$tool" apply --root "$tree" >"$work/out" 2>&1 &&
		same "$1" "$(sed -n 's/^KDUMP_CMDLINE_APPEND="\(.*\)"$/\1/p' "$tree/etc/default/kdump-tools" | tail -n 1)"
}
default='reset_devices systemd.unit=kdump-tools-dump.service nr_cpus=1'

debian ''
etc "$tree" >"$work/before"
ok "nobody set panic=: a doubt" doubts 'not given panic=: .* adds panic=10'
ok "a dry run shows the file" sh -c "'$tool' apply --dry-run --root '$tree' | grep -q 'would write /etc/default/kdump-tools'"
ok "apply adds it, beside the pool's word" applied "$default panic=10 coherent_pool=0"
ok "no doubt is left" sure
stamps "$tree" >"$work/stamps"
ok "a second apply" "$tool" apply --root "$tree"
stamps "$tree" >"$work/stamps-after"
ok "a second apply changes nothing" diff "$work/stamps" "$work/stamps-after"
ok "revert succeeds" "$tool" revert --root "$tree"
etc "$tree" >"$work/after"
ok "revert takes panic= out again" diff "$work/before" "$work/after"

debian '' 'nr_cpus=1 coherent_pool=0'
ok "where the pool is as it should be it is added, too" applied 'nr_cpus=1 panic=10 coherent_pool=0'
debian '' 'nr_cpus=1 -- x'
ok "words of init stay the last ones" applied 'nr_cpus=1 panic=10 coherent_pool=0 -- x'
debian panic=30
ok "the capture kernel inherits production's" sure
ok "apply adds no panic= where production has one" applied "$default coherent_pool=0"
debian panic=-1
ok "below 0: at once" sure
debian panic=0
ok "production's 0 is not meant for the capture kernel" applied "$default panic=10 coherent_pool=0"
debian '' 'nr_cpus=1 panic=0'
ok "its own panic=0 is somebody's choice" doubts 'is given panic=0'
ok "apply leaves somebody's panic=0" applied 'nr_cpus=1 panic=0 coherent_pool=0'
for zero in 00 0x0 +0; do
	debian "panic=$zero"
	ok "production's $zero is 0 as well" applied "$default panic=10 coherent_pool=0"
	debian '' "nr_cpus=1 panic=$zero"
	ok "so is its own $zero" doubts 'is given panic=0'
done
debian '' 'nr_cpus=1 panic=10 panic=abc'
ok "the last word that the kernel understands counts" sure
debian '' 'nr_cpus=1 panic=0 panic=5'
ok "a later one outdoes panic=0" sure
debian 'panic=10 "console=x panic=0 y"'
ok "what is inside of quotes is none" sure
debian 'panic=10 "panic=0"'
ok "a word in quotes is one" applied "$default panic=10 coherent_pool=0"
debian 'panic=10 sysctl/kernel/panic=0'
ok "sysctl words may have slashes" \
	applied "$default sysctl.kernel.panic=10 coherent_pool=0"
sysctl_says() { # FOLDER LINE
	mkdir -p "$tree/$1"
	echo "$2" >>"$tree/$1/50-panic.conf"
}
for line in 'kernel.panic = 0' 'kernel/panic=0' '-kernel.panic=0x0' '  kernel.panic=00'; do
	debian panic=10
	sysctl_says etc/sysctl.d "$line"
	ok "kdump-tools, and sysctl.d has \"$line\": a doubt" \
		doubts '/etc/sysctl.d/50-panic.conf sets kernel.panic to 0, and kdump-tools boots'
done
sysctl_says usr/lib/sysctl.d kernel.panic=5
ok "a namesake elsewhere does not count" doubts '/etc/sysctl.d/50-panic.conf sets kernel.panic'
echo kernel.panic=5 >"$tree/etc/sysctl.d/60-later.conf"
ok "a later file does" sure
echo kernel.panic=0 >"$tree/etc/sysctl.conf"
ok "and sysctl.conf after all of them" doubts '/etc/sysctl.conf sets kernel.panic'
for line in 'kernel.panic = -1' 'kernel.panic = 10' '#kernel.panic = 0' 'kernel.panic_on_oops = 0' 'kernel.panic ='; do
	debian panic=10
	sysctl_says etc/sysctl.d "$line"
	ok "kdump-tools, and sysctl.d has \"$line\": none" sure
done
debian panic=10
sysctl_says usr/lib/sysctl.d 'kernel.panic = 0'
mkdir -p "$tree/etc/sysctl.d"
ln -s /dev/null "$tree/etc/sysctl.d/50-panic.conf"
ok "a file that a link to /dev/null takes away sets nothing" sure
# /etc/kdump/sysctl.conf is put beside them, for the capture kernel only
debian panic=10
sysctl_says etc/kdump x=1
echo 'kernel.panic = 0' >"$tree/etc/kdump/sysctl.conf"
ok "kdump-tools' own file of sysctls: a doubt" doubts '/etc/kdump/sysctl.conf sets kernel.panic to 0'
echo 'kernel.panic = 10' >"$tree/etc/kdump/sysctl.conf"
ok "one that sets 10: none" sure
sysctl_says etc/sysctl.d 'kernel.panic = 0'
ok "it may come before the others, so these count" doubts '/etc/sysctl.d/50-panic.conf sets kernel.panic'
for backend in native kdumpctl suse; do
	armed panic=10 $backend
	sysctl_says etc/sysctl.d 'kernel.panic = 0'
	ok "$backend has an image of its own, without sysctl.d" sure
done
debian panic=10s
ok "what the kernel does not understand is nothing" applied "$default panic=10 coherent_pool=0"
debian 'panic=10 sysctl.kernel.panic=0'
ok "the kernel sets sysctl. words later: they are outdone" \
	applied "$default sysctl.kernel.panic=10 coherent_pool=0"
debian 'panic=30'
echo 'KDUMP_CMDLINE="root=/dev/vda1 ro"' >>"$tree/etc/default/kdump-tools"
ok "words in place of production's: those count" applied "$default panic=10 coherent_pool=0"
debian ''
printf 'manage_%s = never\n' coherent_pool crashkernel >"$tree/etc/kdump-dma.conf"
etc "$tree" >"$work/before"
ok "who wants none of our words there: apply" "$tool" apply --root "$tree"
etc "$tree" >"$work/after"
ok "apply writes no word of ours where somebody wants none" diff "$work/before" "$work/after"
ok "and it stays a doubt" doubts 'not given panic='
debian ''
# shellcheck disable=SC2016  # for a shell to read
echo 'KDUMP_CMDLINE_APPEND="$X"' >>"$tree/etc/default/kdump-tools"
ok "what is not understood is not written" sh -c "'$tool' apply --root '$tree' >/dev/null 2>&1; ! grep -q panic '$tree/etc/default/kdump-tools'"

armed '' kdumpctl
ok "kdump-utils' own words have it" sure
sed -i 's/ panic=10//' "$tree/etc/sysconfig/kdump"
ok "where they were replaced: a doubt" doubts 'not given panic='
ok "apply succeeds where kdump-utils' words were replaced" "$tool" apply --root "$tree"
ok "apply adds panic=10 to kdump-utils' words" grep -q '^KDUMP_COMMANDLINE_APPEND=".* panic=10 coherent_pool=0"$' "$tree/etc/sysconfig/kdump"
armed panic=30 kdumpctl
sed -i 's/ panic=10//' "$tree/etc/sysconfig/kdump"
ok "kdump-utils inherits production's, too" sure
sed -i 's/^\(KDUMP_COMMANDLINE_REMOVE=\).*/\1"quiet panic"/' "$tree/etc/sysconfig/kdump"
ok "unless it is told to take that out" doubts 'not given panic='
armed '' suse
ok "SUSE's kdump gives it always" sure
sed -i 's/^\(KDUMP_COMMANDLINE_APPEND=\).*/\1"panic=0"/' "$tree/etc/sysconfig/kdump"
ok "SUSE's kdump with panic=0 among somebody's words" doubts 'is given panic=0'
armed sysctl.kernel.panic=0 suse
ok "SUSE's kdump inherits sysctl words, which come later" doubts 'adds sysctl.kernel.panic=10'
armed '' native
ok "the native image always has panic= of its own" sure
armed '"panic=0" sysctl.kernel.panic=0 sysctl/kernel/panic=0 "nowatchdog" kgdbwait' native
ok "and inherits nothing that breaks it" sure

# what native's own configuration may do to that
native_with() { # KEY = WORDS
	armed '' native
	echo "$1" >"$tree/etc/kdump-dma.conf"
}
for word in panic=0 panic=0x0 sysctl.kernel.panic=0 sysctl/kernel/panic=0; do
	native_with "append = $word"
	ok "native, append = $word" doubts 'panic=0: after a panic of its own'
done
for word in panic=-1 panic=30 panic=abc panic= panic panic=10s 'panic=0 panic=5'; do
	native_with "append = $word"
	ok "native, append = $word: it still reboots" sure
done
native_with 'remove = panic'
ok "native, remove = panic takes out ours" doubts 'not given panic='
native_with 'remove = softlockup_panic'
ok "native, remove = softlockup_panic" doubts 'not given softlockup_panic=1'
for word in softlockup_panic=0 sysctl.kernel.softlockup_panic=0; do
	native_with "append = $word"
	ok "native, append = $word" doubts 'not given softlockup_panic=1: .* spins'
done
for word in nowatchdog nosoftlockup watchdog-thresh=0 sysctl.kernel.watchdog=0; do
	native_with "append = $word"
	ok "native, append = $word" doubts "given $word: .* spins"
done
native_with 'append = rdinit=/bin/sh'
ok "native, append = rdinit=" doubts 'given rdinit=/bin/sh: that runs in place'
native_with 'append = kgdboc=ttyS0 kgdbwait'
ok "native, append = kgdbwait" doubts 'given kgdbwait: it waits'

tap_end
