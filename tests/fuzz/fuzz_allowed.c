// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "fuzz.h"
#include "lib/plain_words.h"
#include "verbs/allowed.h"

static const struct allowed all[] = {
	{ allowed_cmdline },
	{ .each = allowed_zoneinfo_line },
	{ .each = allowed_meminfo_line },
	{ .each = allowed_iomem_line },
	{ .each = allowed_vmstat_line },
	{ allowed_cpuinfo },
	{ allowed_boot_id },
	{ allowed_numbers },
	{ allowed_memmap_type },
	{ .each = allowed_grub_line },
	{ .each = allowed_kernel_cmdline_line },
	{ allowed_kdump_tools },
	{ allowed_kdump_config },
	{ allowed_sysconfig },
	{ .each = allowed_kdump_conf_line },
	{ allowed_config },
	{ allowed_stale },
};

/* Whatever goes in, text comes out. */
static void promise(const char *out, size_t len)
{
	for (size_t i = 0; i < len; i++)
		PROMISE(out[i] == '\n' || out[i] == '\t' ||
			(out[i] >= ' ' && out[i] <= '~'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *in = (const char *)data;
	char *once = malloc(size + 2), *twice = malloc(size + 2);

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct aliases aliases = { 0 };
		char *out = NULL;
		size_t len = 0;
		FILE *to = open_memstream(&out, &len);

		if (all[i].all)
			all[i].all(&aliases, to, in, size);
		else
			lines_of(in, size, all[i].each, to);
		PROMISE(!fclose(to));
		promise(out, len);
		free(out);
		allowed_free(&aliases);
	}
	plain_words((struct text){ in, size }, once, size + 2);
	plain_words(text_of(once), twice, size + 2);
	PROMISE(!strcmp(once, twice));
	free(once);
	free(twice);
	return 0;
}
