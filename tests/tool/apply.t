#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# apply and revert on copies of configuration files in each backend's syntax.
# Proves what is written, to the byte, and that it can be undone; not what
# grub, grubby or kdumpctl make of it, which run in guests only.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh

tool=build/san/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT

apply() { "$tool" apply --root "$1" >"$work/out" 2>&1; }
fails() { ! "$@"; }
revert() { "$tool" revert --root "$1" >"$work/out" 2>&1; }

contains() { # FILE LINE
	grep -qxF -- "$2" "$1" || {
		echo "no such line: $2"
		cat "$1"
		return 1
	}
}

# The line a shell would see.
says() { # FILE VARIABLE VALUE
	# shellcheck disable=SC1090
	same "$3" "$(. "$1" && eval "printf %s \"\$$2\"")"
}

round_trip() { # BACKEND
	tree=$work/$1
	machine "$tree" 2048 256 "$2"
	"$1" "$tree"
	capture "$tree" 150
	etc "$tree" >"$work/$1.original"
	ok "$1: apply" apply "$tree"
	etc "$tree" >"$work/$1.applied"
	ok "$1: plan is settled" "$tool" plan --root "$tree"
	stamps "$tree" >"$work/before"
	ok "$1: apply again" apply "$tree"
	stamps "$tree" >"$work/after"
	ok "$1: and nothing is touched" diff "$work/before" "$work/after"
	ok "$1: nothing is left over" test -z "$(find "$tree" -name '*.new' -o -name '*-new' -o -name '*.next')"
}

back() { # BACKEND
	ok "$1: revert" revert "$work/$1"
	etc "$work/$1" >"$work/reverted"
	ok "$1: to the byte" diff "$work/$1.original" "$work/reverted"
	ok "$1: revert again" revert "$work/$1"
	ok "$1: a new apply is the same" apply "$work/$1"
	etc "$work/$1" >"$work/again"
	ok "$1: byte by byte" diff "$work/$1.applied" "$work/again"
}

round_trip kdump_tools crashkernel=384M-:128M
conf=$work/kdump_tools/etc/default/kdump-tools
ok "kdump-tools keeps its defaults, and has our word" \
	says "$conf" KDUMP_CMDLINE_APPEND \
	"reset_devices systemd.unit=kdump-tools-dump.service nr_cpus=1 panic=10 coherent_pool=0"
ok "its mode is kept" same 640 "$(stat -c %a "$conf")"
grub=$work/kdump_tools/etc/default/grub.d/zz-kdump-dma.cfg
grub_says() { # INPUT WANT: as grub-mkconfig sources the folder
	same "$2" "$(
		set -e
		GRUB_CMDLINE_LINUX="a crashkernel=1G,high b"
		# shellcheck disable=SC2034  # sourced files use it
		GRUB_CMDLINE_LINUX_DEFAULT=$1
		for file in "$work"/kdump_tools/etc/default/grub.d/*.cfg; do
			# shellcheck disable=SC1090
			. "$file"
		done
		echo "$GRUB_CMDLINE_LINUX|$GRUB_CMDLINE_LINUX_DEFAULT"
	)"
}
ok "grub.d: only our crashkernel= is left" \
	grub_says "quiet" "a b|quiet crashkernel=160M"
ok "grub.d: an empty line too" grub_says "" "a b| crashkernel=160M"
ok "grub.d: the file sorts last" same "$grub" \
	"$(find "$work"/kdump_tools/etc/default/grub.d -name '*.cfg' | sort | tail -n 1)"
back kdump_tools

round_trip kdumpctl crashkernel=2G-64G:256M,64G-:512M
ok "kdumpctl: one word more, all else as it was" \
	says "$work/kdumpctl/etc/sysconfig/kdump" KDUMP_COMMANDLINE_APPEND \
	"irqpoll nr_cpus=1 reset_devices initramfs_options=size=90% panic=10 coherent_pool=0"
ok "kdumpctl: one line of the file differs" same 1 \
	"$(diff "$work/kdumpctl.original" "$work/kdumpctl.applied" | grep -c '^> KDUMP')"
ok "kdumpctl: its own reset is off" \
	contains "$work/kdumpctl/etc/kdump.conf" "auto_reset_crashkernel no"
back kdumpctl

round_trip suse crashkernel=256M
ok "suse: apply writes the pool into the variable of its command line" says "$work/suse/etc/sysconfig/kdump" \
	KDUMP_COMMANDLINE_APPEND coherent_pool=0
ok "suse: apply writes the size into KDUMP_CRASHKERNEL" says "$work/suse/etc/sysconfig/kdump" \
	KDUMP_CRASHKERNEL crashkernel=224M
booted_without() { # a new boot, with the words of before
	echo 22222222-2222-3333-4444-555555555555 >"$tree/proc/sys/kernel/random/boot_id"
	"$tool" status --root "$tree" >"$work/out"
	grep "^crashkernel .*by $1" "$work/out"
}
seen_in_snapshot() {
	"$tool" snapshot --root "$tree" -o "$work/suse.tar" || return
	mkdir "$work/copy" && tar -C "$work/copy" -xf "$work/suse.tar" &&
		"$tool" plan --root "$tree" >"$work/here"
	"$tool" plan --root "$work/copy" | diff "$work/here" -
}
ok "suse: our size does not make it an administrator's" booted_without distribution
ok "suse: a snapshot tells it too" seen_in_snapshot
sed -i 's/^KDUMP_CRASHKERNEL=.*/KDUMP_CRASHKERNEL="crashkernel=512M"/' "$tree/etc/sysconfig/kdump"
ok "suse: a size that an administrator wrote is an administrator's" booted_without administrator
sed -i 's/^KDUMP_CRASHKERNEL=.*/KDUMP_CRASHKERNEL="crashkernel=224M"/' "$tree/etc/sysconfig/kdump"
back suse

# 256M is not in the table of distributions' values: an administrator's.
round_trip native crashkernel=1G-4G:192M,4G-64G:256M,64G-:512M
ok "native: what the saver is given" same "irqpoll coherent_pool=0" \
	"$("$tool" config --root "$work/native" --get append)"
back native

# ---- the first file in its folder, and no boot loader ------------------------
tree=$work/bare
machine "$tree" 2048 256 crashkernel=384M-:128M
enabled "$tree" kdump-dma.service
capture "$tree" 150
no_loader() {
	"$tool" apply --root "$tree" >"$work/out" 2>&1
	same 4 $? && grep -q 'no boot loader that is known' "$work/out"
}
ok "no boot loader that is known: it is said, and the pool is set" no_loader
ok "in a folder that was not there" same coherent_pool=0 \
	"$("$tool" config --root "$tree" --get append)"
ok "a second apply with no boot loader says so again" no_loader
no_reboot_is_waited_for() {
	"$tool" status --root "$tree" >"$work/out"
	[ $? -le 5 ] && grep -q '^backend' "$work/out" && ! grep '^waiting' "$work/out"
}
ok "nothing waits for a reboot" no_reboot_is_waited_for
ok "it can be undone" revert "$tree"
ok "revert leaves no word of ours in the configuration" same "" "$("$tool" config --root "$tree" --get append)"

# ---- what is left alone -----------------------------------------------------
fresh() { # NAME CMDLINE: a kdump-tools machine with a capture
	tree=$work/$1
	machine "$tree" 2048 256 "$2"
	kdump_tools "$tree"
	capture "$tree" 150
}
unbooted() { # NAME: nothing is reserved yet
	tree=$work/$1
	machine "$tree" 2048 0 ""
	kdump_tools "$tree"
}
unbooted pending
# shellcheck disable=SC2016  # the file's own variables
printf '%s\n' '#GRUB_CMDLINE_LINUX="crashkernel=1G"' 'GRUB_CMDLINE_LINUX="a b"' \
	'x=$(sed "s/crashkernel=[^ ]*//")' >"$tree/etc/default/grub"
partly() { # TREE: one is set, the other could not be told
	apply "$1"
	same 4 $?
}
ok "a comment, or what is no size, in /etc/default/grub: apply" partly "$tree"
ok "apply sets the size beside a comment in /etc/default/grub" test -e "$tree/etc/default/grub.d/zz-kdump-dma.cfg"
# shellcheck disable=SC2016
for line in 'GRUB_CMDLINE_LINUX="a crashkernel=300M b"' \
	"GRUB_CMDLINE_LINUX_DEFAULT=crashkernel=300M" \
	'GRUB_CMDLINE_LINUX="crashkernel=$size"'; do
	unbooted pending-line
	echo "$line" >"$tree/etc/default/grub"
	"$tool" apply --root "$tree" >"$work/out" 2>&1
	ok "$line, not booted yet: apply leaves it alone" \
		test ! -e "$tree/etc/default/grub.d/zz-kdump-dma.cfg"
	ok "apply says that the value was set by hand" grep "administrator: .* was set by hand" "$work/out"
	rm -r "$tree"
done
unbooted pending-file
# shellcheck disable=SC2016
echo 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX crashkernel=320M"' \
	>"$tree/etc/default/grub.d/mine.cfg"
"$tool" status --root "$tree" >"$work/out"
ok "in a file of grub.d: it is an administrator's" \
	grep "^crashkernel .*crashkernel=320M.*, set by administrator" "$work/out"
fresh admin crashkernel=300M
ok "an administrator's crashkernel= is left alone" apply "$tree"
ok "and no file of ours says otherwise" test ! -e "$tree/etc/default/grub.d/zz-kdump-dma.cfg"
fresh pool crashkernel=384M-:128M
echo 'KDUMP_CMDLINE_APPEND="nr_cpus=1 panic=10 coherent_pool=2M"' >>"$tree/etc/default/kdump-tools"
ok "an administrator's coherent_pool=: apply" apply "$tree"
ok "an administrator's coherent_pool= stays" says "$tree/etc/default/kdump-tools" \
	KDUMP_CMDLINE_APPEND "nr_cpus=1 panic=10 coherent_pool=2M"
fresh unknown crashkernel=384M-:128M
rm "$tree/dev/kmsg"
ok "where encryption is unknown, the size is still set, and the status tells" partly "$tree"
ok "and the pool is left alone" sh -c "! grep -q coherent_pool '$tree/etc/default/kdump-tools'"

hostile() { # NAME LINE
	fresh hostile crashkernel=384M-:128M
	printf '%s\n' "$2" >>"$tree/etc/default/kdump-tools"
	ok "refused, not repaired: $1" sh -c \
		"cp '$tree/etc/default/kdump-tools' '$work/conf'
		'$tool' apply --root '$tree' >'$work/out' 2>&1
		cmp '$tree/etc/default/kdump-tools' '$work/conf'"
	rm -rf "$tree"
}
# shellcheck disable=SC2016  # these are the file's own words
{
	hostile "a command substitution" 'KDUMP_CMDLINE_APPEND="$(id)"'
	hostile "a variable" 'KDUMP_CMDLINE_APPEND="$KDUMP_CMDLINE_APPEND x"'
	hostile "an unclosed quote" 'KDUMP_CMDLINE_APPEND="nr_cpus=1'
	hostile "a condition" 'if :; then KDUMP_CMDLINE_APPEND=x; fi'
	hostile "a here-document" 'cat <<E'
}
fresh link crashkernel=384M-:128M
mv "$tree/etc/default/kdump-tools" "$work/elsewhere"
ln -s "$work/elsewhere" "$tree/etc/default/kdump-tools"
a_link() {
	apply "$tree"
	same 4 $? && grep -q 'kdump-tools: is a symlink' "$work/out" &&
		same "$work/elsewhere" "$(readlink "$tree/etc/default/kdump-tools")" &&
		! grep -q coherent_pool "$work/elsewhere"
}
ok "refused: a symlink in place of the file" a_link
fresh huge crashkernel=384M-:128M
truncate -s 1G "$tree/etc/default/kdump-tools"
ok "refused: a file of 1 GiB" sh -c "'$tool' apply --root '$tree' >'$work/out' 2>&1; grep -q 'File too large' '$work/out'"

# ---- one setting that cannot be made does not hold up the other --------------
left_to_people() { # MESSAGE
	apply "$tree"
	same 4 $? && grep -q "$1" "$work/out"
}
fresh no-file crashkernel=384M-:128M
rm "$tree/etc/default/kdump-tools"
ok "no file for the pool: it is said" left_to_people "etc/default/kdump-tools: not there"
ok "the size is set where there is no file for the pool" grep -q 160M "$tree/etc/default/grub.d/zz-kdump-dma.cfg"
ok "what was not set does not count as ours" fails grep -q coherent_pool \
	"$tree/var/lib/kdump-dma/applied"
ok "a second apply says again that there is no file for the pool" left_to_people "etc/default/kdump-tools: not there"
fresh comment crashkernel=384M-:128M
rm "$tree/usr/sbin/update-grub"
mkdir "$tree/etc/kernel" "$tree/usr/bin"
: >"$tree/usr/bin/kernel-install"
printf '# mine\nroot=/dev/vda1 crashkernel=384M-:128M\n' >"$tree/etc/kernel/cmdline"
ok "a comment in kernel/cmdline: it is said" left_to_people "has a comment"
ok "the pool is set where kernel/cmdline has a comment" says "$tree/etc/default/kdump-tools" KDUMP_CMDLINE_APPEND \
	"reset_devices systemd.unit=kdump-tools-dump.service nr_cpus=1 panic=10 coherent_pool=0"
ok "a second apply says again that kernel/cmdline has a comment" left_to_people "has a comment"
printf 'root=/dev/vda1 crashkernel=384M-:128M x="a\n' >"$tree/etc/kernel/cmdline"
ok "an open quote there: nothing is put behind it" left_to_people "open quote"
printf 'root=/dev/vda1 crashkernel=384M-:128M -- x="a\n' >"$tree/etc/kernel/cmdline"
ok "also one that is for init" left_to_people "open quote"
ok "nothing waits for a reboot" no_reboot_is_waited_for

# ---- changed by somebody else since -----------------------------------------
fresh since crashkernel=384M-:128M
apply "$tree"
sed -i 's/^USE_KDUMP=1/USE_KDUMP=0/' "$tree/etc/default/kdump-tools"
ok "revert works on a file that somebody edited since" revert "$tree"
ok "revert keeps an edit that somebody made since" says "$tree/etc/default/kdump-tools" USE_KDUMP 0
ok "revert takes our word out of a file that was edited since" sh -c "! grep -q ^KDUMP_CMDLINE_APPEND= '$tree/etc/default/kdump-tools'"
fresh since2 crashkernel=384M-:128M
apply "$tree"
sed -i 's/coherent_pool=0/coherent_pool=0 mine=1/' "$tree/etc/default/kdump-tools"
ok "our line edited since: revert" revert "$tree"
ok "it stays as they left it" grep -q mine=1 "$tree/etc/default/kdump-tools"

fresh link-since crashkernel=384M-:128M
apply "$tree"
mv "$tree/etc/default/kdump-tools" "$tree/etc/default/theirs"
ln -s theirs "$tree/etc/default/kdump-tools"
half_undone() {
	! revert "$tree" && grep -q '/etc/default/kdump-tools: is a symlink: replace it' "$work/out" &&
		grep -q '^not run: update-grub' "$work/out" &&
		test ! -e "$tree/etc/default/grub.d/zz-kdump-dma.cfg"
}
ok "a symlink now: it is said, and the rest is undone" half_undone
mv "$tree/etc/default/theirs" "$tree/etc/default/kdump-tools"
ok "a file again: revert" revert "$tree"
ok "takes our word out" sh -c "! grep -q coherent_pool '$tree/etc/default/kdump-tools'"

# ---- what an apply left to do, and what people chose since -------------------
fresh rest crashkernel=384M-:128M
mkdir -p "$tree/var/lib/kdump-dma"
printf '%s\n' 'coherent_pool 0' 'crashkernel crashkernel=160M' \
	"boot_id $(cat "$tree/proc/sys/kernel/random/boot_id")" 'pending 3' \
	>"$tree/var/lib/kdump-dma/applied"
echo 'KDUMP_CMDLINE_APPEND="nr_cpus=1 panic=10 coherent_pool=2M"' >>"$tree/etc/default/kdump-tools"
printf 'manage_%s = never\n' crashkernel coherent_pool >"$tree/etc/kdump-dma.conf"
etc "$tree" >"$work/before"
gives_up() { apply "$tree" && grep -q '^crashkernel: .*160M.* is given up' "$work/out"; }
ok "a rest that is not ours to finish is given up" gives_up
etc "$tree" >"$work/after"
ok "and no file is changed" diff "$work/before" "$work/after"
ok "nothing is left to do" contains "$tree/var/lib/kdump-dma/applied" "pending 0"

# ---- applied, and it came to nothing -----------------------------------------
doubts() { # PATTERN: status does, and so does plan
	"$tool" status --root "$tree" 2>&1 | grep "^doubt  .*$1" &&
		"$tool" status --json --root "$tree" | jq -e '.doubt | length > 0' &&
		"$tool" plan --root "$tree" 2>&1 >/dev/null | grep "$1"
}
boot_with() {
	sed -i "s/ crashkernel=.*/ $1/" "$tree/proc/cmdline"
	echo 22222222-2222-3333-4444-555555555555 >"$tree/proc/sys/kernel/random/boot_id"
}
fresh nothing crashkernel=384M-:128M
apply "$tree"
ok "it waits for a reboot: no doubt" fails doubts .
boot_with crashkernel=384M-:128M
ok "the next boot did not get it" doubts "160M was applied .* boot loader"
apply "$tree"
ok "applied again: no doubt" fails doubts .
boot_with crashkernel=300M
ok "set by hand since: no doubt" fails doubts .
boot_with crashkernel=160M
ok "the next boot has it: no doubt" fails doubts .
echo 0 >"$tree/sys/kernel/kexec_crash_size"
sed -i '/Crash kernel/d' "$tree/proc/iomem"
ok "it has it, and reserved nothing" doubts "given crashkernel=160M and reserved nothing"

# ---- revert lasts -----------------------------------------------------------
fresh lasting crashkernel=384M-:128M
mark=$tree/var/lib/kdump-dma/reverted
there() { test -e "$mark"; }
gone() { ! test -e "$mark"; }
says_reverted() {
	"$tool" status --root "$tree" >"$work/out"
	grep -q '^reverted .*kdump-dma apply' "$work/out" &&
		"$tool" status --json --root "$tree" | jq -e .reverted >/dev/null
}
etc "$tree" >"$work/original"
original() { etc "$tree" | diff "$work/original" -; }
apply "$tree"
ok "apply leaves no mark of a revert" gone
ok "revert succeeds after an apply" revert "$tree"
ok "revert leaves a mark" there
ok "status says that a revert holds" says_reverted
ok "the unit looks for that file" grep -qxF \
	"ConditionPathExists=!${mark#"$tree"}" conf/units/kdump-dma-apply.service
ok "apply --dry-run succeeds after a revert" "$tool" apply --dry-run --root "$tree"
ok "apply --dry-run leaves the mark of the revert" there
ok "apply with wrong usage leaves the mark of the revert" sh -c "! '$tool' apply --root '$tree' more 2>/dev/null && test -e '$mark'"
ok "learn --apply succeeds after a revert" "$tool" learn --apply --root "$tree"
ok "learn --apply applies nothing after a revert" original
ok "apply succeeds after a revert" apply "$tree"
ok "apply takes the mark of the revert away" gone
ok "status says nothing of a revert after that" fails says_reverted
revert "$tree"
ok "revert again, with nothing to undo" revert "$tree"
ok "revert with nothing to undo says that it lasts" grep -q 'nothing of ours.*until "kdump-dma apply"' "$work/out"
ok "revert with nothing to undo leaves its mark" there
fresh untouched crashkernel=384M-:128M
mark=$tree/var/lib/kdump-dma/reverted
ok "revert where nothing was ever applied" revert "$tree"
ok "revert where nothing was ever applied leaves its mark, too" there

# as kdump-dma(8) says for one's own crashkernel= in /etc/default/grub
fresh own-size crashkernel=384M-:128M
apply "$tree"
echo 'manage_crashkernel = never' >"$tree/etc/kdump-dma.conf"
revert "$tree"
ok "apply succeeds after a revert with manage_crashkernel = never" apply "$tree"
ok "apply with manage_crashkernel = never sets the pool" grep -q coherent_pool=0 "$tree/etc/default/kdump-tools"
ok "apply with manage_crashkernel = never sets nothing else" test ! -e "$tree/etc/default/grub.d/zz-kdump-dma.cfg"

# ---- two at once ------------------------------------------------------------
fresh twice crashkernel=384M-:128M
mkdir -p "$tree/var/lib/kdump-dma"
both() {
	"$tool" apply --root "$tree" >"$work/first" 2>&1 &
	one=$!
	"$tool" apply --root "$tree" >"$work/second" 2>&1 || return 1
	wait $one || return 1
	etc "$tree" | diff "$work/kdump_tools.applied" -
}
ok "two at once: both succeed, one result" both
tap_end
