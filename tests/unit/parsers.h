/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parsers of lines, on a whole buffer: for unit tests and fuzzers. */
#ifndef PARSERS_H
#define PARSERS_H

#include "facts/iomem.h"
#include "facts/meminfo.h"
#include "facts/zoneinfo.h"

__attribute__((unused)) static int zoneinfo_parse(const char *buf, size_t len,
						  struct zoneinfo *out,
						  struct zoneinfo_error *error)
{
	struct zoneinfo_parser parser;
	int err;

	zoneinfo_begin(&parser, out);
	lines_of(buf, len, zoneinfo_line, &parser);
	err = zoneinfo_end(&parser);
	*error = parser.error;
	return err;
}

__attribute__((unused)) static int meminfo_parse(const char *buf, size_t len,
						 struct meminfo *out)
{
	meminfo_begin(out);
	lines_of(buf, len, meminfo_line, out);
	return meminfo_end(out);
}

__attribute__((unused)) static int iomem_parse(const char *buf, size_t len,
					       struct iomem *out)
{
	iomem_begin(out);
	lines_of(buf, len, iomem_line, out);
	return iomem_end(out);
}

#endif
