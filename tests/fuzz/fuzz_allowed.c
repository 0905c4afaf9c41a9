// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "fuzz.h"
#include "lib/plain_words.h"
#include "verbs/allowed.h"

static allowed_fn *const all[] = {
	allowed_cmdline,      allowed_zoneinfo,	      allowed_meminfo,
	allowed_iomem,	      allowed_vmstat,	      allowed_cpuinfo,
	allowed_boot_id,      allowed_numbers,	      allowed_memmap_type,
	allowed_grub,	      allowed_kernel_cmdline, allowed_kdump_tools,
	allowed_kdump_config, allowed_sysconfig,      allowed_kdump_conf,
	allowed_config,	      allowed_stale,
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

		all[i](&aliases, to, in, size);
		PROMISE(!fclose(to));
		promise(out, len);
		free(out);
		aliases_free(&aliases);
	}
	plain_words((struct text){ in, size }, once, size + 2);
	plain_words(text_of(once), twice, size + 2);
	PROMISE(!strcmp(once, twice));
	free(once);
	free(twice);
	return 0;
}
