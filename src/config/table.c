// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/table.h"

#include <stdio.h>

#include "config/crashkernel.h"
#include "facts/facts.h"
#include "lib/macros.h"

static const struct {
	const char *machine;
	enum config_key key;
} tables[] = {
	{ "x86_64", CONFIG_CRASHKERNEL_X86_64 },
	{ "aarch64", CONFIG_CRASHKERNEL_AARCH64 },
	{ "ppc64le", CONFIG_CRASHKERNEL_PPC64LE },
	{ "s390x", CONFIG_CRASHKERNEL_S390X },
	{ "riscv64", CONFIG_CRASHKERNEL_RISCV64 },
	{ "loongarch64", CONFIG_CRASHKERNEL_LOONGARCH64 },
};

const char *table_ranges(const struct config *config, const char *machine,
			 uint64_t page_bytes)
{
	if (streq(machine, "aarch64") && page_bytes == 65536)
		return config_text(config, CONFIG_CRASHKERNEL_AARCH64_64K);
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		if (streq(machine, tables[i].machine))
			return config_text(config, tables[i].key);
	return "";
}

uint64_t table_bytes(const struct config *config, const char *machine,
		     uint64_t page_bytes, uint64_t ram_bytes)
{
	const char *ranges = table_ranges(config, machine, page_bytes);
	char cmdline[CONFIG_VALUE_MAX + sizeof("crashkernel=")];

	if (!ranges[0] || !ram_bytes)
		return 0;
	snprintf(cmdline, sizeof(cmdline), "crashkernel=%s", ranges);
	return crashkernel_evaluate(cmdline, ram_bytes, KERNEL_VERSION_OF(6, 1),
				    "x86_64")
		.size_bytes;
}

uint64_t table_too_small_below(const struct config *config, const char *machine,
			       uint64_t page_bytes, uint64_t ram_bytes)
{
	struct crashkernel table;
	uint64_t from;

	if (!ram_bytes ||
	    crashkernel_parse(
		    text_of(table_ranges(config, machine, page_bytes)),
		    &table) ||
	    !table.ranges_count)
		return 0;
	from = table.ranges[0].start_bytes;
	if (ram_bytes >= from ||
	    table_bytes(config, machine, page_bytes, ram_bytes))
		return 0;
	return from;
}
