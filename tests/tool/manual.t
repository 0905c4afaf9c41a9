#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What people are told is what there is: the manuals of kdump-dma against the
# program, the policy as shipped against what is built in, wrong usage.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh

tool=build/san/kdump-dma
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/empty" "$work/policy/usr/lib/kdump-dma"
cp conf/policy.conf "$work/policy/usr/lib/kdump-dma"

"$tool" config --root "$work/empty" >"$work/builtin"
sed 's/ = .*//' "$work/builtin" | sort >"$work/keys"
sed -n 's/^\.It Ic //p' src/config/kdump-dma.conf.5 | sort >"$work/manual"
ok "kdump-dma.conf(5) has every key, and no other" diff "$work/keys" "$work/manual"

"$tool" config --root "$work/policy" >"$work/shipped"
ok "the policy as shipped is valid" test -s "$work/shipped"
no_tables() { grep -v '^makedumpfile_needs\|^crashkernel_\|^distribution_crashkernel' "$1"; }
no_tables "$work/builtin" >"$work/a"
no_tables "$work/shipped" >"$work/b"
ok "and but for its tables it is what is built in" diff "$work/a" "$work/b"
ok "it names no key twice" same "" \
	"$(sed -n 's/^\([a-z_0-9]*\) =.*/\1/p' conf/policy.conf | sort | uniq -d)"

missing() { # FILE MANUAL: words of the one that are not in the other
	while read -r word; do
		grep -q -- "$word" "$2" || echo "$word"
	done <"$1"
}
sed -n 's/^#define MESSAGE_ID_.*"\(.*\)"/\1/p' src/verbs/journal.h >"$work/ids"
ok "kdump-dma(8) has every MESSAGE_ID" same "" "$(missing "$work/ids" src/verbs/kdump-dma.8)"
ok "so has the catalog" same "" "$(missing "$work/ids" conf/catalog/kdump-dma.catalog)"
if command -v journalctl >/dev/null; then
	mkdir -p "$work/catalog/usr/lib/systemd/catalog" "$work/catalog/var/lib/systemd/catalog"
	cp conf/catalog/kdump-dma.catalog "$work/catalog/usr/lib/systemd/catalog"
	ok "journalctl compiles the catalog" journalctl --root="$work/catalog" --update-catalog
else
	skip "journalctl compiles the catalog" "no journalctl"
fi
"$tool" --help >"$work/help"
sed -n 's/^  \([a-z]*\) .*/\1/p' "$work/help" >"$work/verbs"
sed -n 's/^\.It Cm \([a-z]*\)$/\1/p' src/verbs/kdump-dma.8 >"$work/in-manual"
ok "kdump-dma(8) has every verb" sh -c "sort '$work/verbs' >'$work/v1'; sort '$work/in-manual' | diff '$work/v1' -"
ok "so have the completions" same "" \
	"$(missing "$work/verbs" conf/completions/kdump-dma; missing "$work/verbs" conf/completions/_kdump-dma)"
if command -v systemd-analyze >/dev/null; then
	ok "the units are well formed" sh -c \
		"for unit in conf/units/kdump-dma-learn.service conf/units/kdump-dma-apply.service conf/units/kdump-dma-metrics.service conf/units/kdump-dma-metrics.timer; do
			sed 's,/usr/sbin/kdump-dma,/bin/true,' \$unit >'$work/'\${unit##*/}; done
		SYSTEMD_UNIT_PATH='$work:' systemd-analyze verify --man=no '$work'/*.service '$work'/*.timer"
	# Beside others' units, with their place in the boot: systemd breaks a
	# cycle by leaving somebody out, and that was kdump-tools.
	mkdir "$work/boot"
	for unit in conf/units/kdump-dma*.service conf/units/kdump-dma*.timer; do
		sed 's,=/usr/[a-z]*/[^ ]*,=/bin/true,' "$unit" >"$work/boot/${unit##*/}"
	done
	other() { # NAME LINES-OF-UNIT
		printf '[Unit]\n%b\n[Service]\nType=oneshot\nExecStart=/bin/true\n' \
			"$2" >"$work/boot/$1"
	}
	other kdump-tools.service 'DefaultDependencies=no\nAfter=local-fs.target\nAfter=networking.service\nBefore=basic.target'
	other kdump.service 'After=network.target network-online.target remote-fs.target basic.target'
	printf '[Unit]\nWants=%s\nAfter=%s\nRequires=basic.target\nAfter=basic.target\n' \
		"$(cd "$work/boot" && echo *.service *.timer)" \
		"$(cd "$work/boot" && echo *.service *.timer)" >"$work/boot/all.target"
	no_cycle() {
		SYSTEMD_UNIT_PATH="$work/boot:" systemd-analyze verify --man=no \
			"$work/boot/all.target" >"$work/cycle" 2>&1
		! grep -i cycle "$work/cycle"
	}
	ok "the units make no cycle with those of other packages" no_cycle
else
	skip "the units are well formed" "no systemd-analyze"
fi

# ---- wrong usage is 2, and says so on standard error alone -------------------
usage() { # ARGUMENT...
	"$tool" "$@" >"$work/out" 2>"$work/err"
	same 2 $? && test ! -s "$work/out" && test -s "$work/err"
}
ok "wrong usage: no verb" usage
ok "wrong usage: a verb that there is not" usage frobnicate
ok "a verb that there is not is named in the message" grep -q frobnicate "$work/err"
while read -r verb; do
	ok "$verb: no such option" usage "$verb" --frobnicate
	ok "$verb: an argument too many" usage "$verb" frobnicate again
	ok "$verb: --root without a value" usage "$verb" --root
done <"$work/verbs"
ok "config: no such key" usage config --get frobnicate
ok "a key that there is not is named in the message" grep -q frobnic "$work/err"
says() { # TEXT COMMAND...: it stands on standard output or error
	want=$1
	shift
	"$@" >"$work/out" 2>&1
	grep -qF -e "$want" "$work/out" || { cat "$work/out" && return 1; }
}
ok "a verb that is nearly one" says 'no such verb: statsu; did you mean status?' "$tool" statsu
ok "a key that is nearly one" says 'no such key: margn_percent; did you mean margin_percent?' \
	"$tool" config --get margn_percent
ok "one that is like none" says 'no such verb: xyzzy; see kdump-dma --help' "$tool" xyzzy
for asking in 'plan --help' '--help plan' 'help plan' 'plan -h' '--root /x plan --help'; do
	# shellcheck disable=SC2086  # words
	ok "$asking" says 'usage: kdump-dma plan [--root DIR] [--json]' "$tool" $asking
done
ok "help of a verb that is none" usage help frobnicate
before_the_verb() {
	"$tool" --json --root tests/snapshots/numa-2-production/root plan >"$work/out" 2>/dev/null
	"$tool" plan --root tests/snapshots/numa-2-production/root --json 2>/dev/null | cmp - "$work/out" &&
		[ -s "$work/out" ]
}
ok "options before the verb are the same as behind it" before_the_verb
mkdir -p "$work/many/etc/kdump-dma.conf.d" "$work/many/usr/bin"
printf 'path = no\nmargin = 3\nlow = 1M\nround = x\n' >"$work/many/etc/kdump-dma.conf"
echo 'cma_size = 1' >"$work/many/etc/kdump-dma.conf.d/z.conf"
ok "all that is wrong is said at once" same \
	'/etc/kdump-dma.conf:1 /etc/kdump-dma.conf:2 /etc/kdump-dma.conf:4 /etc/kdump-dma.conf.d/z.conf:1' \
	"$("$tool" config --root "$work/many" 2>&1 | sed -n 's/^kdump-dma: \([^ ]*\): .*/\1/p' | paste -sd ' ')"
rm -r "$work/many/etc/kdump-dma.conf.d"
echo 'collector = makedumpfle' >"$work/many/etc/kdump-dma.conf"
ok "a collector that is not there" says '/etc/kdump-dma.conf:1: collector: makedumpfle is not there' \
	"$tool" config --root "$work/many"
: >"$work/many/usr/bin/makedumpfle"
ok "a collector that is there is accepted" sh -c "'$tool' config --root '$work/many' >/dev/null"
for level in '-d 32' '-l -d31,99' '-d'; do
	echo "collector_args = $level" >"$work/many/etc/kdump-dma.conf"
	ok "collector_args = $level" says 'no such dump level: -d takes 0 to 31' "$tool" config --root "$work/many"
done
echo "collector_args = -l --dry-run -d 1,31" >"$work/many/etc/kdump-dma.conf"
ok "dump levels that there are are accepted" sh -c "'$tool' config --root '$work/many' >/dev/null"
ok "a snapshot onto a full disk" says 'snapshot: standard output: No space left on device' \
	sh -c "'$tool' snapshot --root tests/snapshots/numa-2-production/root >/dev/full"
if [ "$(id -u)" = 0 ]; then
	# shellcheck disable=SC2013  # one word a line
	for verb in $(grep -vx config "$work/verbs"); do
		ok "$verb, without rights" says 'only root can see what it needs: run it as root' \
			setpriv --reuid 65534 --regid 65534 --clear-groups "$PWD/build/kdump-dma" "$verb"
	done
	chmod 755 "$work"
	mkdir -p "$work/closed/etc"
	: >"$work/closed/etc/kdump-dma.conf"
	ok "config needs none: completions ask it" setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$PWD/build/kdump-dma" config --root "$work/closed" --get path
	chmod 600 "$work/closed/etc/kdump-dma.conf"
	ok "config, of a file that only root can read" says 'only root can see what it needs: run it as root' \
		setpriv --reuid 65534 --regid 65534 --clear-groups "$PWD/build/kdump-dma" config --root "$work/closed"
else
	skip "verbs without rights" "only root can give them up"
fi
ok "learn: --shutdown is not --apply" usage learn --shutdown --apply
ok "--version prints name and version" sh -c "'$tool' --version | grep -q '^kdump-dma [0-9]'"
ok "a full disk is an error" sh -c "! '$tool' config --root '$work/empty' >/dev/full 2>/dev/null"

# ---- what a wrong configuration does: nothing ---------------------------------
machine "$work/wrong" 2048 256 crashkernel=384M-:128M
kdump_tools "$work/wrong"
capture "$work/wrong" 150
printf '\nfinal_action = explode\n' >"$work/wrong/etc/kdump-dma.conf"
etc "$work/wrong" >"$work/before"
for verb in config plan apply learn list; do
	ok "$verb names file and line" sh -c \
		"'$tool' $verb --root '$work/wrong' >'$work/out' 2>'$work/err'; test \$? = 1 &&
		 test ! -s '$work/out' && grep -q '^kdump-dma: /etc/kdump-dma.conf:2: ' '$work/err'"
done
etc "$work/wrong" >"$work/after"
ok "and nothing was changed" cmp "$work/before" "$work/after"

# ---- what plan may cost --------------------------------------------------------
cost() {
	machine "$work/cost" 2048 256 crashkernel=384M-:128M
	kdump_tools "$work/cost"
	capture "$work/cost" 150
	/usr/bin/time -f '%U %S %M' build/kdump-dma plan --root "$work/cost" \
		2>"$work/time" >/dev/null
	tail -n 1 "$work/time" | awk '{ print; exit !(($1 + $2) < 0.02 && $3 < 8192) }'
}
if [ -x /usr/bin/time ] && [ -x build/kdump-dma ]; then
	ok "plan: less than 20 ms and 8 MiB" cost
else
	skip "plan: less than 20 ms and 8 MiB" "no /usr/bin/time"
fi
tap_end
