# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Sourced, in the top folder: the deb that a guest installs.

# built_package FOLDER: this tree's package into FOLDER. Suites that run at the same
# time build it one after the other; what the build said is shown if it failed.
built_package() {
	mkdir -p build "$1"
	# shellcheck disable=SC2016  # for the inner shell
	package_log=$(flock build/.deb.lock sh -c \
		'make -s deb && cp build/deb/kdump-dma_[0-9]*.deb "$1"' sh "$1" 2>&1) || {
		echo "$package_log"
		return 1
	}
}
