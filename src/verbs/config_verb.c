// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-dma config: the merged, validated configuration. */
#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "verbs/verbs.h"

static void print_all(const struct config *config)
{
	for (int key = 0; key < CONFIG_KEYS; key++)
		printf("%s = %s\n", config_name(key), config_text(config, key));
}

/*
 * What the capture kernel is given in the end: the administrator's words, then
 * those that apply added. Kept apart in the files, so that neither overwrites
 * the other.
 */
static void print_append(const struct config *config)
{
	const char *own = config_text(config, CONFIG_APPEND);
	const char *plan = config_text(config, CONFIG_APPEND_PLAN);

	printf("%s%s%s\n", own, *own && *plan ? " " : "", plan);
}

int verb_config(const struct options *options)
{
	static struct config config;
	struct config_error error;
	enum config_key key =
		options->get ? config_find(options->get) : CONFIG_KEYS;
	struct root root;
	int err;

	if (options->get && key == CONFIG_KEYS) {
		fprintf(stderr, "kdump-dma: config: no such key: %s\n",
			options->get);
		return STATUS_USAGE;
	}
	err = root_open(&root, options->dir);
	if (err) {
		fprintf(stderr, "%s: %s\n", options->dir, strerror(-err));
		return STATUS_ERROR;
	}
	err = config_load(&config, &root, &error);
	root_close(&root);
	if (err) {
		fprintf(stderr, "%s\n", error.text);
		return STATUS_ERROR;
	}
	if (key == CONFIG_APPEND)
		print_append(&config);
	else if (key < CONFIG_KEYS)
		printf("%s\n", config_text(&config, key));
	else
		print_all(&config);
	return STATUS_OK;
}
