# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# PE files, as unified kernel images and their addons are: . tests/tool/pe.sh

# le BYTES NUMBER: as printf's octal, lowest byte first
le() {
	le_left=$1 le_value=$2
	while [ "$le_left" -gt 0 ]; do
		# shellcheck disable=SC2059  # the format is made here
		printf "\\$(printf %03o $((le_value & 255)))"
		le_value=$((le_value >> 8)) le_left=$((le_left - 1))
	done
}
# zeros COUNT
zeros() { head -c "$1" /dev/zero; }
# section NAME SIZE OFFSET: an entry of a PE file's table
section() {
	printf %s "$1" && zeros $((8 - ${#1}))
	le 4 "$2" && le 4 0 && le 4 "$2" && le 4 "$3" && zeros 16
}
# pe_file FILE NAME VALUE [NAME VALUE]...: a PE file of these sections
pe_file() {
	pe=$1 at=$((88 + 40 * (($# - 1) / 2))) count=$((($# - 1) / 2))
	shift
	mkdir -p "${pe%/*}" && : >"$pe.table" && : >"$pe.data"
	while [ $# -gt 0 ]; do
		section "$1" ${#2} "$at" >>"$pe.table"
		printf %s "$2" >>"$pe.data"
		at=$((at + ${#2}))
		shift 2
	done
	{
		printf MZ && zeros 58 && le 4 64
		printf 'PE\0\0' && le 2 34404 && le 2 $count && zeros 12 && le 2 0 && le 2 0
		cat "$pe.table" "$pe.data"
	} >"$pe"
	rm "$pe.table" "$pe.data"
}
