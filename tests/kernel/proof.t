#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The one line that `make check` proves by real crashes; the others are run by
# `make check-kernel`.
exec "$(dirname "$0")/proof" 6.1
