// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-dma config: the merged, validated configuration. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "host/resolve.h"
#include "verbs/gather.h"
#include "verbs/verbs.h"

static void print_all(const struct config *config)
{
	for (int key = 0; key < CONFIG_KEYS; key++)
		printf("%s = %s\n", config_name(key), config_text(config, key));
}

static void print_append(const struct config *config)
{
	char append[CONFIG_APPEND_MAX];

	config_append(config, append);
	puts(append);
}

/*
 * The collector that an administrator chose has to be there; the one that is
 * built in is a package that may come later.
 */
static int find_collector(const struct config *config, const struct root *root,
			  struct config_error *error)
{
	const struct config_value *value = &config->value[CONFIG_COLLECTOR];
	const char *name = value->text;

	if (strncmp(value->origin, "/etc/", 5) ||
	    !strcmp(name, "makedumpfile") ||
	    ((name[0] == '/' || !strchr(name, '/')) &&
	     resolve_has_program(root, name)))
		return 0;
	snprintf(error->text, sizeof(error->text),
		 "%s: collector: %s is not there", value->origin, name);
	return -ENOENT;
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
		const char *near = config_nearest(options->get);

		fprintf(stderr, "kdump-dma: no such key: %s%s%s%s\n",
			options->get, near ? "; did you mean " : "",
			near ? near : "", near ? "?" : "");
		return STATUS_USAGE;
	}
	/* No rights of root are needed: completions of other users call it. */
	err = root_open(&root, options->dir);
	if (err) {
		fprintf(stderr, "kdump-dma: %s: %s\n", options->dir,
			strerror(-err));
		return STATUS_ERROR;
	}
	err = config_load(&config, &root, &error);
	if (!err && !options->get)
		err = find_collector(&config, &root, &error);
	root_close(&root);
	if (err) {
		config_error_print(&error);
		if (err == -EACCES)
			gather_no_rights();
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
