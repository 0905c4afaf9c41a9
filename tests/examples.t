#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every example in README.md and the manuals is true. In front of each block of
# code (README.md) and each .Bd -literal or .Dl (manuals) a comment says how that
# is known; a block without one fails:
#
#   run: SCENE    its "$ " commands are run in that scene (tests/tool/scenes.sh)
#                 and print what follows; a line "..." stands for any lines
#   in: FILE      each of its lines is in FILE, which says or runs it
#   conf          a configuration that is accepted
#   not run: WHY  a named skip
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/tap.sh
. tests/tool/tree.sh
. tests/tool/scenes.sh

top=$PWD
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
export LC_ALL=C

# The programs, looking at the scene's machine.
mkdir "$work/bin"
for program in kdump-dma kdump-dma-check; do
	cat >"$work/bin/$program" <<-END
	#!/bin/sh
	case " \$* " in
	*" --zoneinfo "*) ;;
	*) set -- "\$@" --root "\$TREE" ;;
	esac
	exec "$top/build/san/$program" "\$@"
	END
	chmod 755 "$work/bin/$program"
done

# Both: "=LINE HOW" before each block, then its lines; HOW is "none" if missing.
blocks_of_markdown() {
	awk '
	/^<!-- .* -->$/ { how = substr($0, 6, length($0) - 9); in_block = blank = 0; next }
	/^    / && !in_block { print "=" FNR " " (how == "" ? "none" : how); in_block = 1 }
	/^    / { for (; blank; blank--) print ""; print substr($0, 5); next }
	/^$/ { blank += in_block; next }
	{ in_block = blank = 0; how = "" }' "$1"
}
blocks_of_manual() {
	awk '
	function start() { print "=" FNR " " (how == "" ? "none" : how); how = "" }
	/^\.\\" (run|in|not run): |^\.\\" conf$/ { how = substr($0, 5); next }
	/^\.Bd -literal/ { start(); in_block = 1; next }
	/^\.Ed/ { in_block = 0; next }
	/^\.Dl / { start(); print substr($0, 5) }
	in_block' "$1" | sed 's/\\&//g; s/\\e/\\/g'
}

# matches WANT GOT: line by line, "..." being any number of lines
matches() {
	awk '
	NR == FNR { want[++wanted] = $0; next }
	{ got[++count] = $0 }
	END {
		for (i = j = 1; i <= wanted; i++) {
			if (want[i] != "...") {
				if (got[j++] != want[i]) exit 1
				continue
			}
			while (j <= count && got[j] != want[i + 1]) j++
		}
		exit j != count + 1
	}' "$1" "$2" || diff "$1" "$2"
}

# What it prints, and on standard error too. TREE and PATH are the scene's.
run_command() {
	(cd "$here" && TREE=$tree PATH=$work/bin:$PATH sh -c "$1") >"$work/got" 2>&1 \
		</dev/null
	status=$?
	case $status in
	2 | 12[67])
		cat "$work/got"
		return 1
		;;
	esac
	if [ -s "$work/want" ]; then
		matches "$work/want" "$work/got"
	else
		# shown without its output: it does what it is there for
		[ "$status" = 0 ] || {
			echo "exit status $status"
			cat "$work/got"
			return 1
		}
	fi
}

# The block's commands, one after the other, in one scene.
run_block() { # SCENE BLOCK
	scene "$1" || return 1
	case $tree in /*) ;; *) tree=$top/$tree ;; esac
	grep -q '^\$ ' "$2" || sed -i 's/^/$ /' "$2"
	command=
	: >"$work/want"
	echo '$ ' >>"$2" # ends the last one
	while IFS= read -r line; do
		case $line in
		'$ '*)
			[ -z "$command" ] || run_command "$command" || {
				echo "$command"
				return 1
			}
			command=${line#"$ "}
			: >"$work/want"
			;;
		*) printf '%s\n' "$line" >>"$work/want" ;;
		esac
	done <"$2"
}

is_target() {
	grep -qE "^([a-z0-9-]+ )*$1( [a-z0-9-]+)*:" Makefile
}
in_file() { # FILE BLOCK
	while IFS= read -r line; do
		case $1:$line in
		Makefile:'make '*) is_target "${line#make }" ;;
		*) grep -qF -- "$line" "$1" ;;
		esac || {
			echo "$1: not there: $line"
			return 1
		}
	done <"$2"
}

accepted() { # BLOCK
	rm -rf "$work/conf"
	mkdir -p "$work/conf/etc/kdump-dma.conf.d"
	cp "$1" "$work/conf/etc/kdump-dma.conf.d/50-example.conf"
	build/san/kdump-dma config --root "$work/conf" >"$work/got" &&
		while IFS= read -r line; do
			case $line in '#'*) continue ;; esac
			grep -qxF -- "$line" "$work/got" || {
				echo "not in force: $line"
				return 1
			}
		done <"$1"
}

example() { # NAME HOW BLOCK
	case $2 in
	'run: collector')
		if [ -x /lib/systemd/systemd-journal-remote ]; then
			ok "$1: $2" run_block collector "$3"
		else
			skip "$1: $2" "no systemd-journal-remote"
		fi
		;;
	'run: '*) ok "$1: $2" run_block "${2#run: }" "$3" ;;
	'in: '*) ok "$1: $2" in_file "${2#in: }" "$3" ;;
	conf) ok "$1: accepted" accepted "$3" ;;
	'not run: '*) skip "$1" "${2#not run: }" ;;
	*) ok "$1: says how it is known to be true" false ;;
	esac
}

# each FILE: its blocks, each in a file of its own, then as tests
each() {
	rm -f "$work"/block.*
	awk -v to="$work/block." '
		/^=[0-9]/ { file = to sprintf("%03d", ++n); print substr($0, 2) >(file ".how"); next }
		{ print >file }'
	for how in "$work"/block.*.how; do
		[ -e "$how" ] || continue
		read -r line how_known <"$how"
		example "$1:$line" "$how_known" "${how%.how}"
	done
}
blocks_of_markdown README.md >"$work/blocks"
each README.md <"$work/blocks"
for manual in src/*/*.[58]; do
	blocks_of_manual "$manual" >"$work/blocks"
	each "$manual" <"$work/blocks"
done

# What the texts for people name is there: files of the tree, targets of make,
# manuals. (A name in capitals stands for any.)
# shellcheck disable=SC2016  # backquotes of Markdown
paths_exist() { # FILE
	grep -o '`[^` ]*`' "$1" | tr -d '`' |
		grep -E '^(src|tests|conf|docs|dracut-module|kernel-patch|packaging)/' |
		sed 's,/*[A-Z][A-Z_]*\(/.*\)*$,,; s/linux-$/linux-6.1/' | sort -u >"$work/named"
	[ -s "$work/named" ] || return 1
	while read -r path; do
		[ -e "$path" ] || echo "$path"
	done <"$work/named" >"$work/missing"
	same "" "$(cat "$work/missing")"
}
# shellcheck disable=SC2016
targets_exist() { # FILE
	grep -oE '(^ {4}|`)make [a-z][a-z0-9-]*( |`|$)' "$1" | tr -d '`' |
		awk '{ print $2 }' | sort -u |
		while read -r target; do
			is_target "$target" || echo "$target"
		done >"$work/missing"
	same "" "$(cat "$work/missing")"
}
manuals_exist() { # FILE
	grep -oE 'kdump-dma[a-z.-]*\([58]\)' "$1" | sort -u | tr '()' '. ' |
		while read -r manual; do
			ls src/*/"$manual" >/dev/null 2>&1 || echo "$manual"
		done >"$work/missing"
	same "" "$(cat "$work/missing")"
}
for file in README.md CONTRIBUTING.md; do
	ok "$file: the files that it names are there" paths_exist "$file"
	ok "$file: make's targets" targets_exist "$file"
	ok "$file: manuals" manuals_exist "$file"
done
tap_end
