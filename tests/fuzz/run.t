#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Each libFuzzer target over its kept seeds and 20,000 inputs made of them: the same
# ones each time, so that a change is red only for what it did. With FUZZ_SECONDS (make
# fuzz) they are new ones, for that long. An input that broke something is left in
# build/fuzz/ and belongs into tests/fuzz/seeds/.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
length="20000 inputs" how="-seed=1 -runs=20000" kept=$work
if [ -n "${FUZZ_SECONDS:-}" ]; then
	length="$FUZZ_SECONDS s" how=-max_total_time=$FUZZ_SECONDS kept=build/fuzz/corpus
fi
fuzz() { # TARGET
	mkdir -p "$kept/$1"
	# shellcheck disable=SC2086  # words
	"build/fuzz/fuzz_$1" $how -max_len=65536 -rss_limit_mb=512 -timeout=10 \
		-verbosity=0 -artifact_prefix="build/fuzz/$1-" "$kept/$1" "tests/fuzz/seeds/$1"
}
for source in tests/fuzz/fuzz_*.c; do
	target=${source#tests/fuzz/fuzz_}
	target=${target%.c}
	ok "fuzz $target for $length" fuzz "$target"
done
tap_end
