// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-dma config: the merged, validated configuration. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "verbs/verbs.h"

static int usage(void)
{
	fputs("usage: kdump-dma config [--root DIR] [--get KEY]\n", stderr);
	return STATUS_USAGE;
}

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

int verb_config(int argc, char **argv)
{
	static const struct option options[] = {
		{ "root", required_argument, NULL, 'r' },
		{ "get", required_argument, NULL, 'g' },
		{ 0 },
	};
	static struct config config;
	struct config_error error;
	const char *dir = "/", *get = NULL;
	struct root root;
	int c, err;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'r')
			dir = optarg;
		else if (c == 'g')
			get = optarg;
		else
			return usage();
	}
	if (optind != argc)
		return usage();
	if (get && config_find(get) == CONFIG_KEYS) {
		fprintf(stderr, "kdump-dma: config: no such key: %s\n", get);
		return STATUS_USAGE;
	}
	err = root_open(&root, dir);
	if (err) {
		fprintf(stderr, "%s: %s\n", dir, strerror(-err));
		return STATUS_ERROR;
	}
	err = config_load(&config, &root, &error);
	root_close(&root);
	if (err) {
		fprintf(stderr, "%s\n", error.text);
		return STATUS_ERROR;
	}
	if (get && config_find(get) == CONFIG_APPEND)
		print_append(&config);
	else if (get)
		printf("%s\n", config_text(&config, config_find(get)));
	else
		print_all(&config);
	return STATUS_OK;
}
