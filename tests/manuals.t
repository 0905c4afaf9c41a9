#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The manuals say what the programs do: every key of a record is in
# kdump-dma-record(5) and the other way round; every reason has a sentence; every
# option is told everywhere or nowhere. Examples: examples.t.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/tap.sh

check=build/san/kdump-dma-check
manual=src/check/kdump-dma-record.5
tmp=$(mktemp -d) || exit
trap 'rm -rf "$tmp"' EXIT

# ---- the record, as this machine's kernel and the real program make it
mkdir "$tmp/dump"
echo dump >"$tmp/dump/vmcore"
a_record() {
	$check --watch --run "$tmp/run" >"$tmp/journal" &
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		[ -s "$tmp/run/watch.pid" ] && break
		sleep 0.2
	done
	$check --finish --run "$tmp/run" --dir "$tmp/dump" \
		--dump "$tmp/dump/vmcore" --collector 'makedumpfile -l -d 31' \
		--status 0 --seconds 1 --event 'tried again' && wait
}
ok "a watched record" a_record

# zones[].node, memory.page_bytes, ...: the keys, sorted
jq -r '[paths | map(if type == "number" then "[]" else "." + . end) |
	join("") | ltrimstr(".")] | unique[]' "$tmp/dump/kdump-dma.json" |
	grep -v '\[\]$' | LC_ALL=C sort -u >"$tmp/in-record"
sed -n 's/^\.It Va //p' $manual | LC_ALL=C sort >"$tmp/in-manual"
# the last part of each key that the source prints
sed -n 's/.*json_[a-z0-9_]*(\(&\|\)json, "\([a-z0-9_]*\)".*/\2/p
	s/.*encryption_names(json, "\([a-z_]*\)".*/\1/p' \
	src/check/record.c src/facts/facts_json.c | LC_ALL=C sort -u >"$tmp/in-source"

named_once() {
	same "" "$(uniq -d "$tmp/in-manual")"
}
all_in_manual() {
	same "" "$(LC_ALL=C comm -23 "$tmp/in-record" "$tmp/in-manual")" &&
		[ "$(wc -l <"$tmp/in-record")" -gt 40 ]
}
# what this machine lacks (a pool, a bounce buffer) is still printed somewhere
all_in_source() {
	sed 's/.*\.//' "$tmp/in-manual" | LC_ALL=C sort -u |
		diff "$tmp/in-source" -
}
# those that the manual says may be missing, and none else
may_be_missing() {
	LC_ALL=C comm -13 "$tmp/in-record" "$tmp/in-manual" |
		grep -v -e '^zones_left_out$' -e '^atomic_pools\.' \
			-e '^swiotlb\.' -e '^encryption\.' \
			-e '^state$' -e '^machine_id$' -e '^dump\.reassemble$' -e '^kernel_log\.' -e '^zones\[\]\.' >"$tmp/missing"
	same "" "$(cat "$tmp/missing")"
}
ok "kdump-dma-record(5) names a key once" named_once
ok "every key of a real record is in kdump-dma-record(5)" all_in_manual
ok "it names exactly the keys that the source prints" all_in_source
ok "no key of it is missing without saying so" may_be_missing

reasons_named() {
	sed -n '/^} reasons/,/^};/s/.*{ "\([a-z0-9-]*\)".*/\1/p' src/facts/verdict.c |
		LC_ALL=C sort >"$tmp/reasons"
	[ -s "$tmp/reasons" ] || return 1
	sed -n '/^\.It Va reason/,/^\.It Va dma32/s/^\.Cm \([a-z-]*\).*/\1/p' \
		$manual | LC_ALL=C sort | diff "$tmp/reasons" -
}
ok "every reason is named, and no other" reasons_named

# ---- reason codes: each that the source can print, with a sentence ----------
# in_source FILE: the names of its table of reasons
in_source() {
	sed -n '/^} reasons/,/^};/p' "$1" | tr '\n\t' '  ' |
		grep -o '\] = { *"[a-z0-9-]*"' | cut -d'"' -f2
}
# in_reasons MANUAL: those of its section that are followed by a sentence
in_reasons() {
	sed -n '/^\.Ss Reasons/,/^\.S[sh] [^R]/p' "$1" | awk '
		/^\.It Li / { name = $3; next }
		name != "" && /\.$/ && !/^\.[A-Z]/ { print name; name = "" }
		name != "" && / \.$/ { print name; name = "" }'
}
reasons_explained() { # MANUAL SOURCE...
	in_reasons "$1" | LC_ALL=C sort >"$tmp/explained"
	shift
	for source; do
		in_source "$source"
	done | LC_ALL=C sort >"$tmp/printed"
	[ "$(wc -l <"$tmp/printed")" -gt 15 ] && diff "$tmp/printed" "$tmp/explained"
}
no_other_reasons() {
	same "plan_reason_name prediction_reason_name verdict_reason_name" \
		"$(grep -ho '[a-z_]*reason_name(' src/*/*.c | tr -d '(' |
			LC_ALL=C sort -u | paste -sd' ')"
}
ok "kdump-dma(8) has a sentence for every reason of plan, and for no other" \
	reasons_explained src/verbs/kdump-dma.8 src/plan/setting.c
ok "kdump-dma-check(8) likewise for verdict and prediction" \
	reasons_explained src/check/kdump-dma-check.8 src/facts/verdict.c src/facts/predict.c
ok "there are no reasons but these" no_other_reasons
outcomes_named() {
	sed -n '/outcomes\[\] = {/,/};/p' src/state/capture.c | grep -o '"[a-z-]*"' |
		tr -d '"' >"$tmp/outcomes"
	[ -s "$tmp/outcomes" ] || return 1
	while read -r word; do
		grep -q "^\.Li $word\b" src/verbs/kdump-dma.8 || echo "$word"
	done <"$tmp/outcomes" >"$tmp/missing"
	same "" "$(cat "$tmp/missing")"
}
ok "kdump-dma(8) names every outcome of a capture" outcomes_named

# ---- options: the same in --help, usage, manual and completions -------------
tool=build/san/kdump-dma
words() { # one option a line, sorted, of any text that has them
	grep -o -- '\(^\|[^a-z-]\)--*[a-z][a-z-]*' | sed 's/^[^-]//' | LC_ALL=C sort -u
}
fits() { # PROGRAM
	"$1" --help >"$tmp/help" 2>"$tmp/err" && [ ! -s "$tmp/err" ] &&
		[ "$(wc -l <"$tmp/help")" -le 24 ] && ! grep '.\{81\}' "$tmp/help"
}
ok "kdump-dma --help fits a screen of 24 lines" fits $tool
sed -n 's/^  \([a-z]*\) .*/\1/p' "$tmp/help" >"$tmp/verbs"
cp "$tmp/help" "$tmp/tool-help"
ok "kdump-dma-check --help too" fits $check

manual_options() { # VERB: of its synopsis
	sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESC/p' src/verbs/kdump-dma.8 | awk -v verb="$1" '
		$1 == ".Cm" { here = $2 == verb }
		here && $1 == ".Op" && $2 == "Fl" { print "-" $3 }'
}
bash_options() { # VERB
	bash -c '. conf/completions/kdump-dma && COMP_WORDS=(kdump-dma "$1" "") COMP_CWORD=2
		_kdump_dma kdump-dma "" "$1" && printf "%s\n" "${COMPREPLY[@]}"' - "$1"
}
zsh_options() { # VERB
	sed -n 's/^\([a-z|]*\)) _arguments .:verb:. /\1 /p' conf/completions/_kdump-dma |
		awk -v verb="$1" 'index("|" $1 "|", "|" verb "|") { $1 = ""; print }' |
		grep -o "'-[-a-z]*" | tr -d "'"
}
same_options() { # VERB
	if grep -q "^  $1 .*\[OPTION\]\.\.\." "$tmp/tool-help"; then # too many for a line
		$tool "$1" --frobnicate 2>&1 | grep ^usage:
	else
		grep "^  $1 " "$tmp/tool-help" | cut -c1-45 | { cat && echo ' --root'; }
	fi | words >"$tmp/in-help"
	for where in manual_options bash_options zsh_options; do
		$where "$1" | words | diff "$tmp/in-help" - || {
			echo "$where"
			return 1
		}
	done
	$tool "$1" --frobnicate 2>&1 | grep ^usage: | words | diff "$tmp/in-help" -
}
while read -r verb; do
	ok "$verb: its options in --help, usage, manual, bash and zsh" same_options "$verb"
done <"$tmp/verbs"
summaries() { # zsh says of each verb what --help says
	awk '/^  [a-z]/ { print $1 ":" substr($0, 47) }' "$tmp/tool-help" >"$tmp/in-help"
	sed -n "s/^	'\([a-z]*:.*\)'\$/\1/p" conf/completions/_kdump-dma | diff "$tmp/in-help" -
}
ok "zsh's words for the verbs are those of --help" summaries
no_verb() { # of the program itself: in the program, manual, bash and zsh
	$tool -h | diff "$tmp/tool-help" - && same "$($tool --version)" "$($tool -V)" &&
		grep -qxF '.Fl h | Fl -help | Fl V | Fl -version' src/verbs/kdump-dma.8 &&
		bash -c '. conf/completions/kdump-dma && COMP_WORDS=(kdump-dma "") COMP_CWORD=1
			_kdump_dma kdump-dma - "" && printf "%s\n" "${COMPREPLY[@]}"' |
		grep -e ^- | paste -sd' ' >"$tmp/bash" &&
		same "-h --help -V --version" "$(cat "$tmp/bash")" &&
		grep -q '{-h,--help}.*{-V,--version}' conf/completions/_kdump-dma
}
ok "kdump-dma -h, --help, -V, --version, everywhere" no_verb
files_listed() {
	sed -n '/^\.Sh FILES/,/^\.Sh EXIT/p' src/verbs/kdump-dma.8 >"$tmp/files"
	for file in conf/units/*.service conf/units/*.timer conf/*.conf; do
		grep -q "\(^\.It Pa\|,\) .*${file##*/}" "$tmp/files" || echo "$file"
	done >"$tmp/missing"
	same "" "$(cat "$tmp/missing")"
}
ok "kdump-dma(8) lists every unit and vendor's file" files_listed
check_options() {
	$check --help | sed -n 's/^ \{2,6\}\(-[hV], \)*\(--[a-z]*\).*/\2/p' |
		LC_ALL=C sort >"$tmp/in-help"
	[ -s "$tmp/in-help" ] || return 1
	sed -n 's/^\.It \(Fl . , \)*Fl \(-[a-z]*\).*/-\2/p' src/check/kdump-dma-check.8 |
		LC_ALL=C sort | diff "$tmp/in-help" - &&
		sed -n '/^static const struct option/,/^};/s/.*{ "\([a-z]*\)",.*/--\1/p' \
			src/check/check.c | LC_ALL=C sort | diff "$tmp/in-help" - &&
		bash -c '. conf/completions/kdump-dma-check && _kdump_dma_check kdump-dma-check "" "" &&
			printf "%s\n" "${COMPREPLY[@]}"' | LC_ALL=C sort | diff "$tmp/in-help" - &&
		sed -n '/^if .*kdump-dma-check/,/^fi/p' conf/completions/_kdump-dma |
		grep -o "'\*\{0,1\}--[a-z]*" | tr -d "'*" | LC_ALL=C sort | diff "$tmp/in-help" -
}
ok "kdump-dma-check: its options in --help, manual, source, bash and zsh" check_options
bash_folder() { # a name with a blank is one, and the slash is bash's to add
	mkdir -p "$tmp/one folder" || return 1
	for each in kdump-dma kdump-dma-check; do
		same "-o filenames $tmp/one folder" "$(bash -c '. "conf/completions/$1"
			compopt() { options=$*; }
			COMP_WORDS=("$1" plan --root) COMP_CWORD=2
			"_${1//-/_}" "$1" "$2" --root && echo "$options ${COMPREPLY[*]}"' \
			- $each "$tmp/one")" || return 1
	done
}
ok "bash completes the name of a folder" bash_folder
bash_kernels() { # of both folders, once each; no file, nothing where there is none
	mkdir -p "$tmp/usr/modules/6.1.0-40" "$tmp/modules/6.1.0-40" "$tmp/modules/6.12.1" "$tmp/no-kernel" &&
		: >"$tmp/modules/file" || return 1
	same "6.1.0-40 6.12.1 " "$(bash -c '. conf/completions/kdump-dma
		_kdump_dma_kernels "$@"' - "$tmp/usr/modules" "$tmp/modules" \
		"$tmp/no-kernel" "$tmp/nowhere" | tr '\n' ' ')" || return 1
	for verb in apply image rehearse; do
		same "6.1.0" "$(bash -c '. conf/completions/kdump-dma
			_kdump_dma_kernels() { [ "$*" = "/usr/lib/modules /lib/modules" ] && echo "6.1.0 5.9"; }
			COMP_WORDS=(kdump-dma "$1" --kernel 6) COMP_CWORD=3
			_kdump_dma kdump-dma 6 --kernel; echo "${COMPREPLY[*]}"' \
			- $verb)" || return 1
	done
}
ok "bash completes the name of a kernel" bash_kernels
zsh_kernels() {
	same 3 "$(grep -c -e "'--kernel:[a-z ]*:{*_kdump_dma_kernels" conf/completions/_kdump-dma)" &&
		grep -qF '(/usr/lib/modules/*(N/:t) /lib/modules/*(N/:t))' conf/completions/_kdump-dma
}
ok "zsh completes the name of a kernel" zsh_kernels
# Both shells ask the program for names of captures and keys: one stands in for it.
mock_answers() {
	mkdir -p "$tmp/mock" || return 1
	cat >"$tmp/mock/kdump-dma" <<-'END'
		#!/bin/sh
		case $1 in
		config) printf 'path = /var/crash\ntime_limit = 3600\ncollector = \n' ;;
		list)
			echo 'when                 outcome  DMA zone       MiB  used MiB  kernel                   where'
			echo '2026-11-23T17:39:11Z saved    unmanaged       41   115/128  6.1.0-56-amd64           /var/crash/guest-2026-11-23T17:39:07Z'
			echo '                     BUG: at /mm/slub.c'
			echo '-                    no-dump  unmanaged        -         -  6.1.0-56-amd64           811603ea'
			;;
		esac
	END
	chmod 755 "$tmp/mock/kdump-dma"
}
bash_shows() { # TYPED: what is put behind "show", of a word that ends in TYPED
	PATH="$tmp/mock:$PATH" bash -c '. conf/completions/kdump-dma
		COMP_LINE="kdump-dma show $1" COMP_POINT=${#COMP_LINE}
		COMP_WORDS=(kdump-dma show "$1") COMP_CWORD=2
		_kdump_dma kdump-dma "${1##*:}" show; echo "${COMPREPLY[*]}"' - "$1"
}
bash_captures() { # readline takes a colon for the end of a word
	mock_answers && same guest-2026-11-23T17:39:07Z "$(bash_shows gu)" &&
		same 39:07Z "$(bash_shows guest-2026-11-23T17:3)"
}
ok "bash completes the name of a capture" bash_captures
zsh_completes() { # one line for each of the program's kinds of words
	mock_answers || return 1
	cat >"$tmp/expected" <<-END
		kdump-dma status ;
		kdump-dma apply --dry-run ;
		kdump-dma image --measure ;
		kdump-dma test --yes ;
		kdump-dma show guest-2026-11-23T17:39:07Z ;
		kdump-dma config --get time_limit ;
		kdump-dma target --root $tmp/mock/;
		kdump-dma snapshot -o $tmp/mock/kdump-dma ;
		kdump-dma-check --zoneinfo ;
	END
	PATH="$tmp/mock:$PATH" tests/zsh-complete 'kdump-dma stat' 'kdump-dma apply --dr' \
		'kdump-dma image --mea' 'kdump-dma test --y' 'kdump-dma show gu' \
		'kdump-dma config --get ti' "kdump-dma target --root $tmp/moc" \
		"kdump-dma snapshot -o $tmp/mock/k" 'kdump-dma-check --zo' |
		sed 's/$/;/' | diff "$tmp/expected" -
}
if command -v zsh >/dev/null; then
	ok "zsh completes verbs, options, captures, keys, folders, files" zsh_completes
else
	skip "zsh completes verbs, options, captures, keys, folders, files" "no zsh"
fi

# kdump-dma.conf(5) has a default in parentheses for each key but those that
# have none; given as a configuration, they change nothing.
defaults_true() {
	rm -rf "$tmp/root" && mkdir -p "$tmp/root/etc" || return 1
	$tool config --root "$tmp/root" >"$tmp/builtin"
	awk '/^\.It Ic / { key = $3 } /^\.Pq Li / { sub(/^\.Pq Li /, ""); print key " = " $0 }' \
		src/config/kdump-dma.conf.5 >"$tmp/root/etc/kdump-dma.conf"
	$tool config --root "$tmp/root" | diff "$tmp/builtin" - || return 1
	sed 's/ = .*//' "$tmp/root/etc/kdump-dma.conf" | LC_ALL=C sort >"$tmp/told"
	sed -n 's/ = ..*//p' "$tmp/builtin" | LC_ALL=C sort | diff - "$tmp/told"
}
ok "kdump-dma.conf(5) has the built-in value of every key" defaults_true

# ---- what else the manuals list ---------------------------------------------
paths_read() {
	strace -qq -e trace=openat2 -o "$tmp/trace" build/kdump-dma-check \
		--root tests/snapshots/numa-2-production/root >"$tmp/out"
	sed -n 's/^openat2([0-9]*, "\([a-z][^"]*\)".*/\/\1/p' "$tmp/trace" >"$tmp/opened"
	sed -n '/^\.Sh FILES/,/^\.Sh EXIT/s/^\.Pa \(\/[^ ]*\).*/\1/p
		/^\.Sh FILES/,/^\.Sh EXIT/s/^\.It Pa \(\/proc[^ ]*\)/\1/p' \
		src/check/kdump-dma-check.8 >"$tmp/listed"
	[ -s "$tmp/opened" ] || return 1
	awk 'NR == FNR { listed[$0] = 1; next }
		{
			for (path = $0; path != "" && !(path in listed);)
				sub(/\/[^\/]*$/, "", path)
			if (path == "") print "not listed: " $0
			seen[path] = 1
		}
		END { for (path in listed) if (!(path in seen)) print "not read: " path }' \
		"$tmp/listed" "$tmp/opened" >"$tmp/differ"
	same "" "$(cat "$tmp/differ")"
}
if command -v strace >/dev/null && [ -x build/kdump-dma-check ]; then
	ok "kdump-dma-check(8) lists what the program opens, and no more" paths_read
else
	skip "kdump-dma-check(8) lists what the program opens, and no more" "no strace"
fi
fields_listed() {
	grep -o 'KDUMP_DMA_[A-Z_]*=' src/verbs/journal.c | tr -d = | sed 's/_REASON$//' |
		LC_ALL=C sort -u >"$tmp/sent"
	[ -s "$tmp/sent" ] || return 1
	sed -n '/^\.Sh JOURNAL/,/^\.Sh METRICS/p' src/verbs/kdump-dma.8 |
		grep -o 'KDUMP_DMA_[A-Z_]*' | LC_ALL=C sort -u | diff "$tmp/sent" -
}
ok "kdump-dma(8) has the fields of the journal, and no others" fields_listed
metrics_listed() {
	{
		sed -n 's/.*\(gauge\|states\)(to, "\([a-z_]*\)".*/kdump_dma_\2/p' src/verbs/metrics.c
		grep -o 'kdump_dma_[a-z_]*[a-z]' src/verbs/metrics.c
	} | LC_ALL=C sort -u >"$tmp/written"
	[ -s "$tmp/written" ] || return 1
	sed -n '/^\.Sh METRICS/,/^\.El/s/^\.It Li //p' src/verbs/kdump-dma.8 |
		grep -o 'kdump_dma_[a-z_]*' | LC_ALL=C sort -u | diff "$tmp/written" -
}
ok "kdump-dma(8) has every metric, and no other" metrics_listed

# ---- --json: the keys, by their last part -----------------------------------
json_source() { # FILE...
	sed -n 's/.*(&\{0,1\}json, "\([a-z0-9_]*\)".*/\1/p' "$@" | LC_ALL=C sort -u
}
json_manual() { # MANUAL: after .Va, up to the next macro
	sed -n '/^\.S[hs] JSON/,/^\.S[hs] [^J]/p' "$1" |
		sed -n 's/^\(\.It \)\{0,1\}\.\{0,1\}Va //p' | tr -s ' ,' '\n' |
		sed 's/.*\.//' | grep . | LC_ALL=C sort -u
}
json_told() {
	{
		json_source src/plan/plan_print.c src/verbs/status.c src/verbs/list.c \
			src/verbs/image.c src/verbs/rehearse.c
		sed -n '/^} fields\[\]/,/^};/s/^\t{ "\([a-z0-9_]*\)".*/\1/p' src/state/capture_json.c
	} | LC_ALL=C sort -u |
		grep -vx -e captures -e capture -e settings -e numbers -e estimate -e modules >"$tmp/printed"
	[ "$(wc -l <"$tmp/printed")" -gt 60 ] || return 1
	json_manual src/verbs/kdump-dma.8 | grep -vx -e captures -e capture | diff "$tmp/printed" -
}
json_told_by_check() {
	sed -n 's/^\.It Va //p' $manual | sed 's/.*\.//' | LC_ALL=C sort -u >"$tmp/of-record"
	json_source src/facts/report.c | sed 's/_mask$/_mask[]/' |
		grep -vx -e pci -e prediction -e firmware_memmap -e unread -e 'low_mask\[\]' \
			-e crash_kernel >"$tmp/printed"
	json_manual src/check/kdump-dma-check.8 >"$tmp/told"
	LC_ALL=C comm -23 "$tmp/printed" "$tmp/of-record" |
		LC_ALL=C comm -23 - "$tmp/told" >"$tmp/differ"
	LC_ALL=C comm -13 "$tmp/printed" "$tmp/told" >>"$tmp/differ"
	same "" "$(cat "$tmp/differ")"
}
ok "kdump-dma(8) has the keys that --json prints, and no others" json_told
ok "kdump-dma-check(8) too, but for those of a record" json_told_by_check

tap_end
