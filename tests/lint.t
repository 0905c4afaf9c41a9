#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Form: C as .clang-format has it, shell as shellcheck wants it, manuals that
# mandoc reads without a warning, an SPDX line in every source file, pictures
# that are what their text says.
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
ok "clang-format" clang-format --dry-run -Werror $c_files
# shellcheck disable=SC2046
ok "shellcheck" shellcheck -x $(shell_files)
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

tap_end
