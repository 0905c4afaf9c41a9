#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# matrix.t: loop.t in each release that `make check` has not had.
exec "$(dirname "$0")/loop.t" bookworm+kdump-tools trixie trixie+kdump-tools forky \
	forky+kdump-tools
