// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "config/config.h"
#include "fuzz.h"

/*
 * What is accepted can be read again, says the same, and holds nothing that a
 * shell would see between double quotes.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct config config, again;
	struct config_error error;
	char why[CONFIG_ERROR_MAX];

	config_init(&config);
	if (config_parse(&config, "f", (const char *)data, size, &error)) {
		PROMISE(!strncmp(error.text, "f:", 2));
		return 0;
	}
	config_init(&again);
	for (int key = 0; key < CONFIG_KEYS; key++) {
		const char *text = config_text(&config, key);

		PROMISE(!strpbrk(text, "\"'`$\\\n;&|<>(){}"));
		PROMISE(!config_set(&again, key, text, "f", why, sizeof(why)));
		PROMISE(!strcmp(text, config_text(&again, key)));
		PROMISE(config_number(&config, key) ==
			config_number(&again, key));
	}
	return 0;
}
