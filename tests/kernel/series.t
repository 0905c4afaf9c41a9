#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/kernel/series.t: every patch of every line applies without fuzz or offset
# on the source that it is for, and is clean for that source's own
# checkpatch.pl --strict. kernel-patch/apply does what its comment says.
#
# checkpatch's MISSING_SIGN_OFF is left out: a Signed-off-by is a person's
# statement, and whoever submits the patches makes it. UNKNOWN_COMMIT_ID needs a
# git history. How a backport is laid out is mainline's.
set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
tmp=$(mktemp -d) || exit
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
any=
for line; do
	[ -d "$top/kernel-patch/linux-$line" ] || continue
	any=${any:-$line}
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
		ignore=MISSING_SIGN_OFF,UNKNOWN_COMMIT_ID,GIT_COMMIT_ID
		! grep -q '^Commit [0-9a-f]* upstream' "$patch" ||
			ignore=$ignore,PARENTHESIS_ALIGNMENT
		perl "$tmp/$line/scripts/checkpatch.pl" --no-tree --strict \
			--ignore "$ignore" \
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

	# ---- git ----
	cp -r "$tmp/$line" "$tmp/git"
	(
		cd "$tmp/git" && git init -q . && git add -Af . &&
		git config user.name tests && git config user.email tests@localhost &&
		git commit -q -m base &&
		sed "s,^,$series/," "$series/series" | xargs git am -q
	) >"$tmp/out" 2>&1 &&
	rm -rf "$tmp/git/.git" && diff -r "$tmp/git" "$tmp/tree"
	tap $? "$line: git am gives what the patches give"
	rm -rf "$tmp/git"

	fine=0
	for words in 'what it is' base tested objections; do
		grep -qi "^$words" "$series/cover-letter" || { echo "# no $words"; fine=1; }
	done
	while read -r patch; do
		title=$(sed -n '/^Subject: /,/^$/p' "$series/$patch" | paste -s -d '' |
			sed 's/^Subject: \[PATCH\] //')
		grep -qF "$title" "$series/cover-letter" || {
			echo "# not in the cover letter: $title"
			fine=1
		}
	done <"$series/series"
	tap $fine "$line: the cover letter says what it is, base, tests, objections, titles"

	# ---- apply ----
	cp -r "$tmp/$line" "$tmp/mine"
	before=$(sum "$tmp/mine")
	"$apply" -n "$tmp/mine" >"$tmp/out" 2>&1 &&
	grep -q "series linux-$line\$" "$tmp/out" &&
	! grep -q '^  applied' "$tmp/out" &&
	[ "$(sum "$tmp/mine")" = "$before" ]
	tap $? "$line: apply -n finds the series and changes nothing"

	"$apply" "$tmp/mine" >"$tmp/out" 2>&1 &&
		diff -r -x .kdump-dma-series "$tmp/mine" "$tmp/tree"
	tap $? "$line: apply gives what the patches give"

	after=$(sum "$tmp/mine")
	"$apply" "$tmp/mine" >"$tmp/out" 2>&1 &&
	[ "$(sum "$tmp/mine")" = "$after" ] &&
	[ "$(grep -c '^  has ' "$tmp/out")" = "$(wc -l <"$series/series")" ]
	tap $? "$line: apply again: has all, changes nothing"

	"$apply" -n -R "$tmp/mine" >"$tmp/out" 2>&1 &&
	[ "$(sum "$tmp/mine")" = "$after" ] &&
	"$apply" -R "$tmp/mine" >"$tmp/out" 2>&1 && diff -r "$tmp/mine" "$tmp/$line" &&
	! "$apply" -R "$tmp/mine" >"$tmp/out" 2>&1 &&
	grep -q 'this script did not apply here; nothing was changed' "$tmp/out"
	tap $? "$line: apply -R takes all out again, once"

	# mainline's part of it there already, or else the first four
	rm -rf "$tmp/mine"
	cp -r "$tmp/$line" "$tmp/mine"
	grep -lE '^Commit [0-9a-f]+ upstream' "$series"/*.patch >"$tmp/there" ||
		sed -n "1,4s,^,$series/,p" "$series/series" >"$tmp/there"
	while read -r patch; do
		patch -s -d "$tmp/mine" -p 1 -F 0 -i "$patch"
	done <"$tmp/there"
	cp -r "$tmp/mine" "$tmp/before"
	"$apply" "$tmp/mine" >"$tmp/out" 2>&1 &&
	diff -r -x .kdump-dma-series "$tmp/mine" "$tmp/tree" &&
	[ "$(grep -c '^  has ' "$tmp/out")" = "$(wc -l <"$tmp/there")" ]
	tap $? "$line: apply completes a tree that has $(wc -l <"$tmp/there") of them"

	"$apply" -R "$tmp/mine" >"$tmp/out" 2>&1 && diff -r "$tmp/mine" "$tmp/before"
	tap $? "$line: apply -R leaves those"
	rm -rf "$tmp/before"

	# a tree that differs where one of the patches goes
	rm -rf "$tmp/mine"
	cp -r "$tmp/$line" "$tmp/mine"
	sed -i 's/__ratelimit(&nopage_rs)/__ratelimit(\&other_rs)/' \
		"$tmp/mine/mm/page_alloc.c"
	before=$(sum "$tmp/mine")
	"$apply" "$tmp/mine" >"$tmp/out" 2>&1
	[ $? = 1 ] && grep -q 'nothing was changed' "$tmp/out" &&
	grep -q "it is known to fit $line\." "$tmp/out" &&
	[ "$(grep -c applied "$tmp/out")" = 0 ] &&
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

# the next version, before its release
sed -i -e 's/^EXTRAVERSION = *$/EXTRAVERSION = -rc3/' "$tmp/mine/Makefile"
"$apply" "$tmp/mine" >"$tmp/out" 2>&1
[ $? = 1 ] && grep -q 'no series for Linux [0-9]*\.99\.[0-9]*-rc3 ' "$tmp/out"
tap $? "apply names a release candidate as such"
rm -rf "$tmp/mine"
cp -r "$tmp/$any" "$tmp/mine"
sed -i -e 's/^SUBLEVEL = .*/SUBLEVEL = 0/' -e 's/^EXTRAVERSION = *$/EXTRAVERSION = -rc3/' \
	"$tmp/mine/Makefile"
"$apply" "$tmp/mine" >"$tmp/out" 2>&1 &&
grep -qx "Linux $any.0-rc3: series linux-$any" "$tmp/out"
tap $? "apply takes a release candidate of a version that has a series"

# what cannot be written, seen before anything is: also by root
rm -rf "$tmp/mine"
cp -r "$tmp/$any" "$tmp/mine"
if mount -t tmpfs none "$tmp/mine" 2>/dev/null; then
	cp -r "$tmp/$any/." "$tmp/mine" && mount -o remount,ro "$tmp/mine"
	"$apply" -n "$tmp/mine" >"$tmp/out" 2>&1
	[ $? = 1 ] && grep -q 'cannot write in .*; nothing was changed' "$tmp/out" &&
		[ "$(wc -l <"$tmp/out")" = 1 ]
	tap $? "apply -n says that it could not write"
	umount "$tmp/mine"
else
	n=$((n + 1))
	echo "ok $n - apply -n says that it could not write # SKIP no mount"
fi

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

file=mm/vmstat.c
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
