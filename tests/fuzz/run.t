#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Each libFuzzer target over its kept seeds for FUZZ_SECONDS (5). An input that
# broke something is left in build/fuzz/ and belongs into tests/fuzz/seeds/.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

seconds=${FUZZ_SECONDS:-5}
fuzz() { # TARGET
	corpus=build/fuzz/corpus/$1
	mkdir -p "$corpus"
	"build/fuzz/fuzz_$1" -max_total_time="$seconds" -max_len=65536 \
		-rss_limit_mb=512 -timeout=10 -verbosity=0 \
		-artifact_prefix="build/fuzz/$1-" \
		"$corpus" "tests/fuzz/seeds/$1"
}
for source in tests/fuzz/fuzz_*.c; do
	target=${source#tests/fuzz/fuzz_}
	target=${target%.c}
	ok "fuzz $target for $seconds s" fuzz "$target"
done
tap_end
