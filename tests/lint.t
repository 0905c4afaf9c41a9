#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Form: C as .clang-format has it, shell as shellcheck wants it, manuals that
# mandoc reads without a warning, an SPDX line in every source file, pictures
# that are what their text says, and folders of src/ that are the flow.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/tap.sh

# tracked PATTERN...: the files git knows (or, in a tarball, that are there)
tracked() {
	if git rev-parse --git-dir >/dev/null 2>&1; then
		git ls-files -- "$@" | while read -r file; do
			[ ! -f "$file" ] || echo "$file"
		done
	else
		for pattern in "$@"; do
			find . -path ./build -prune -o -path "./$pattern" -print
		done
	fi
}

# Shell without an extension is known by its first line. Bash is allowed where
# dracut sources the file (module-setup.sh).
shell_files() {
	tracked '*' | grep -v -e '^tests/snapshots/.*/root/' -e '\.patch$' |
		while read -r file; do
			head -n 1 "$file" | grep -qaE '^#!/bin/(ba|da)?sh|shellcheck shell' &&
				echo "$file"
		done
}

c_files=$(tracked 'src/*.[ch]' 'tests/unit/*.[ch]' 'tests/fuzz/*.[ch]')
# shellcheck disable=SC2086  # lists of files
ok "every C file is as clang-format has it" clang-format --dry-run -Werror $c_files
# shellcheck disable=SC2046
ok "every shell script passes shellcheck" shellcheck -x $(shell_files)
for manual in $(tracked 'src/*.[58]'); do
	ok "mandoc -T lint $manual" mandoc -T lint -W warning "$manual"
done

spdx() {
	bad=0
	for file in $c_files $(shell_files); do
		head -n 3 "$file" | grep -q 'SPDX-License-Identifier: GPL-2.0' || {
			echo "$file"
			bad=1
		}
	done
	return $bad
}
ok "every source file says its licence" spdx

# Somebody edits the text and forgets the picture, or the other way round.
drawn() { # PICTURE.txt
	packaging/docs/draw "$1" | cmp - "${1%.txt}.svg" && grep -q "${1%.txt}.svg" README.md
}
for picture in $(tracked 'packaging/docs/*.txt'); do
	ok "${picture%.txt}.svg is what packaging/docs/draw makes, and README shows it" drawn "$picture"
done

bounded_functions() {
	# a function fits on a screen: 60 lines from brace to brace
	bad=0
	for file in $c_files; do
		awk -v file="$file" '
			/^{/ { start = FNR }
			/^}$/ && start {
				if (FNR - start > 60) {
					print file ":" start ": " FNR - start " lines"
					bad = 1
				}
				start = 0
			}
			END { exit bad }' "$file" || bad=1
	done
	return $bad
}
ok "functions fit on a screen" bounded_functions

# The folders in the order that the Makefile states, lowest first.
folders() { # VARIABLES
	# shellcheck disable=SC2016  # make's own
	make -s --eval="folders: ; @echo $1" folders
}
# shellcheck disable=SC2016
order=$(folders '$(IN_INITRAMFS) $(ON_HOST)')
# shellcheck disable=SC2016
in_initramfs=$(folders '$(IN_INITRAMFS)')

includes() { # FILE FOLDER FILE, for each of ours that is included
	for folder in $(cd src && echo */); do
		grep -H '^#include "' "src/$folder"*.[ch] | sed 's,:#include ", ,; s,"$,,; s,^src/,,'
	done
}

nothing_goes_up() { # COMMAND that prints pairs
	"$1" | awk -v order="$order" '
		BEGIN { n = split(order, list, " "); for (i = 1; i <= n; i++) rank[list[i]] = i }
		{
			split($1, from, "/"); split($2, to, "/")
			if (!(from[1] in rank) || !(to[1] in rank)) {
				print $1 " needs " $2 ": the folders are: " order; bad = 1
			} else if (rank[to[1]] > rank[from[1]]) {
				print $1 " needs " $2 ", which lies above it"; bad = 1
			}
		}
		END { exit bad || !NR }'
}
ok "no include goes up in $order" nothing_goes_up includes

# Which file needs which: by the functions and tables that it uses. Types from a
# header need nothing but that header.
uses() {
	for source in src/*/*.c; do
		source=${source#src/}
		nm -P "build/${source%.c}.o" | awk -v file="$source" '
			$2 ~ /^[TDBRCV]$/ { print "defines", $1, file }
			$2 == "U" { print "uses", $1, file }'
	done | awk '
		$1 == "defines" { where[$2] = $3 }
		$1 == "uses" { name[++n] = $2; file[n] = $3 }
		END { for (i = 1; i <= n; i++) if (name[i] in where && where[name[i]] != file[i]) print file[i], where[name[i]] }'
}
no_circle() { # COMMAND that prints pairs
	"$1" >"$pairs" && [ -s "$pairs" ] && tsort "$pairs" 2>&1 >"$pairs.sorted" |
		awk '{ print } END { exit NR > 0 }'
}
not_built() {
	for source in src/*/*.c; do
		object=build/${source#src/}
		[ -f "${object%.c}.o" ] || echo "${object%.c}.o"
	done | head -n 1
}
pairs=$(mktemp) || exit
trap 'rm -f "$pairs" "$pairs.sorted"' EXIT
ok "no circle of headers" no_circle includes
if [ -n "$(not_built)" ]; then
	skip "no file uses what lies above it, or is used by what it uses" \
		"$(not_built) is not built"
else
	ok "no file uses what lies above it" nothing_goes_up uses
	ok "no circle of files: none is used by what it uses" no_circle uses
fi

libc_only() {
	for folder in $in_initramfs; do
		grep -Hn '^#include <' "src/$folder"/*.[ch]
	done | grep -v -E '<((sys|linux|asm)/[a-z0-9_-]+|assert|ctype|dirent|elf|endian|errno|fcntl|getopt|inttypes|limits|mntent|poll|sched|signal|std(arg|bool|def|int|io|lib)|strings?|termios|time|unistd)\.h>' |
		awk '{ print } END { exit NR > 0 }'
}
ok "$in_initramfs are for an initramfs: headers of libc and the kernel only" libc_only

# A suite that the Makefile does not name, nor all of its folder, never runs.
no_suite_forgotten() {
	bad=0
	for suite in $(tracked 'tests/*.t'); do
		grep -qF -e "$suite" -e "wildcard ${suite%/*}/*.t" Makefile || {
			echo "$suite"
			bad=1
		}
	done
	return $bad
}
ok "the Makefile runs every suite" no_suite_forgotten

tap_end
