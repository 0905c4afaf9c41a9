#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/kernel/series.t: every patch of every line applies without fuzz or offset
# on the source that it is for, and is clean for that source's own
# checkpatch.pl --strict. kernel-patch/apply does what its comment says.
#
# checkpatch's MISSING_SIGN_OFF is left out: a Signed-off-by is a person's
# statement, and whoever submits the patches makes it. UNKNOWN_COMMIT_ID needs a
# git history.
set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
apply=$top/kernel-patch/apply
n=0
bad=0

tap()		# tap STATUS NAME
{
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		bad=$((bad + 1))
	fi
}
comment()
{
	sed 's/^/# /'
}
# The content of a tree in one line.
sum()
{
	(cd "$1" && find . -type f -exec sha256sum {} + | sort | sha256sum)
}

# series.t [LINE...]: all lines without arguments
# shellcheck disable=SC2013,SC2046 # one word a line
[ $# -gt 0 ] ||
	set -- $(sed -n 's/^\([0-9][^[:blank:]]*\).*/\1/p' "$here/lines")
any=$1
for line; do
	series=$top/kernel-patch/linux-$line
	if ! "$here/files" "$line" "$tmp/$line"; then
		tap 1 "$line: its source is there"
		continue
	fi
	cp -r "$tmp/$line" "$tmp/tree"
	fine=0
	while read -r patch; do
		patch -d "$tmp/tree" -p 1 -F 0 --no-backup-if-mismatch \
			-i "$series/$patch" >"$tmp/out" 2>&1 &&
		! grep -E 'fuzz|offset|FAILED' "$tmp/out" | comment | grep . ||
			fine=1
	done <"$series/series"
	tap $fine "$line: $(wc -l <"$series/series") patches apply, no fuzz, no offset"

	[ "$(cd "$series" && echo *.patch)" = "$(paste -s -d ' ' "$series/series")" ]
	tap $? "$line: series names every patch, in order"

	fine=0
	for patch in "$series"/*.patch; do
		perl "$tmp/$line/scripts/checkpatch.pl" --no-tree --strict \
			--ignore MISSING_SIGN_OFF,UNKNOWN_COMMIT_ID,GIT_COMMIT_ID \
			"$patch" >"$tmp/out" 2>&1 || {
			comment <"$tmp/out"
			fine=1
		}
		grep -q 'total: 0 errors, 0 warnings, 0 checks' "$tmp/out" || {
			comment <"$tmp/out"
			fine=1
		}
	done
	tap $fine "$line: checkpatch.pl --strict is clean"

	fine=0
	for patch in "$series"/*.patch; do
		sed '/^---$/q' "$patch" >"$tmp/message"
		if ! grep -qE '^(Tested|Checked|Built) ' "$tmp/message" ||
			grep -E 'TODO|FIXME|XXX|TBD' "$tmp/message" | comment | grep .; then
			echo "# ${patch##*/}"
			fine=1
		fi
	done
	tap $fine "$line: every message says how it was tested"

	# ---- apply ----
	cp -r "$tmp/$line" "$tmp/mine"
	before=$(sum "$tmp/mine")
	"$apply" -n "$tmp/mine" >"$tmp/out" 2>&1 &&
	grep -q "series linux-$line\$" "$tmp/out" &&
	[ "$(sum "$tmp/mine")" = "$before" ]
	tap $? "$line: apply -n finds the series and changes nothing"

	"$apply" "$tmp/mine" >"$tmp/out" 2>&1 && diff -r "$tmp/mine" "$tmp/tree"
	tap $? "$line: apply gives what the patches give"

	after=$(sum "$tmp/mine")
	"$apply" "$tmp/mine" >"$tmp/out" 2>&1 &&
	[ "$(sum "$tmp/mine")" = "$after" ] &&
	[ "$(grep -c '^  has ' "$tmp/out")" = "$(wc -l <"$series/series")" ]
	tap $? "$line: apply again: has all, changes nothing"

	# half of it there already
	rm -rf "$tmp/mine"
	cp -r "$tmp/$line" "$tmp/mine"
	head -n 4 "$series/series" | while read -r patch; do
		patch -s -d "$tmp/mine" -p 1 -i "$series/$patch"
	done
	"$apply" "$tmp/mine" >"$tmp/out" 2>&1 &&
	diff -r "$tmp/mine" "$tmp/tree" &&
	[ "$(grep -c '^  has ' "$tmp/out")" = 4 ]
	tap $? "$line: apply completes a tree that has four of them"

	# a tree that differs where one of the patches goes
	rm -rf "$tmp/mine"
	cp -r "$tmp/$line" "$tmp/mine"
	sed -i 's/define GFP_SLAB_BUG_MASK/define GFP_OTHER_MASK/' \
		"$tmp/mine/mm/internal.h"
	before=$(sum "$tmp/mine")
	"$apply" "$tmp/mine" >"$tmp/out" 2>&1
	[ $? = 1 ] && grep -q 'nothing was changed' "$tmp/out" &&
	[ "$(sum "$tmp/mine")" = "$before" ]
	tap $? "$line: apply refuses a tree that differs, and changes nothing"
	rm -rf "$tmp/mine" "$tmp/tree"
done

# a version that no series is for, with the content of one that has a series
cp -r "$tmp/$any" "$tmp/mine"
sed -i 's/^PATCHLEVEL = .*/PATCHLEVEL = 99/' "$tmp/mine/Makefile"
before=$(sum "$tmp/mine")
"$apply" "$tmp/mine" >"$tmp/out" 2>&1
[ $? = 1 ] && grep -q 'no series for Linux [0-9]*\.99' "$tmp/out" &&
[ "$(sum "$tmp/mine")" = "$before" ]
tap $? "apply refuses an unknown version"

# a file system that lets us write, and then does not let us rename
rm -rf "$tmp/mine"
cp -r "$tmp/$any" "$tmp/mine"
before=$(sum "$tmp/mine")
mkdir "$tmp/bin"
cat >"$tmp/bin/mv" <<'END'
#!/bin/sh
# mock-mv: fails from the third call on
echo call >>"$0.calls"
[ "$(wc -l <"$0.calls")" -lt 3 ] && exec /bin/mv "$@"
END
chmod +x "$tmp/bin/mv"
PATH="$tmp/bin:$PATH" "$apply" "$tmp/mine" >"$tmp/out" 2>&1
[ $? = 1 ] && [ "$(wc -l <"$tmp/bin/mv.calls")" = 3 ] &&
[ "$(sum "$tmp/mine")" = "$before" ]
tap $? "apply puts back what it renamed when a rename fails"

file=mm/internal.h
mv "$tmp/mine/$file" "$tmp/elsewhere" && ln -s "$tmp/elsewhere" "$tmp/mine/$file"
"$apply" "$tmp/mine" >"$tmp/out" 2>&1
[ $? = 1 ] && grep -q "$file is a symlink" "$tmp/out" && [ -L "$tmp/mine/$file" ]
tap $? "apply refuses a tree of symlinks"

rm -rf "$tmp/mine" "$tmp/elsewhere"
cp -r "$tmp/$any" "$tmp/mine"
mv "$tmp/mine/mm" "$tmp/elsewhere" && ln -s "$tmp/elsewhere" "$tmp/mine/mm"
before=$(sum "$tmp/elsewhere")
"$apply" "$tmp/mine" >"$tmp/out" 2>&1
[ $? = 1 ] && grep -q "mm is behind a symlink" "$tmp/out" &&
	[ "$(sum "$tmp/elsewhere")" = "$before" ]
tap $? "apply refuses folders that are symlinks"

mkdir "$tmp/few"
for program in sh dirname sed head; do
	ln -s "$(command -v $program)" "$tmp/few/$program"
done
PATH=$tmp/few "$apply" "$tmp/$any" >"$tmp/out" 2>&1
[ $? = 1 ] && grep -qx 'apply: patch(1) is not installed; nothing was changed' "$tmp/out"
tap $? "apply without patch(1) says so"

cp -r "$tmp/$any" "$tmp/-a tree"
(cd "$tmp" && CDPATH=/:. "$apply" -- "-a tree") >"$tmp/out" 2>&1
tap $? "apply takes a relative path, whatever its name, with CDPATH set"
rm -rf "$tmp/mine" "$tmp/-a tree"

# a name says nothing
mkdir "$tmp/linux-6.1"
"$apply" "$tmp/linux-6.1" >"$tmp/out" 2>&1
[ $? = 1 ]
tap $? "apply refuses a folder without a kernel"
"$apply" >"$tmp/out" 2>&1
[ $? = 2 ]
tap $? "apply without a tree: wrong usage"

echo "1..$n"
[ $bad -eq 0 ]
