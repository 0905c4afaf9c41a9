// SPDX-License-Identifier: GPL-2.0-or-later
/* Which files make up the configuration, and in which order. */
#include "config/config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/macros.h"
#include "lib/names.h"

#define DROP_INS_MAX	 64
#define DROP_IN_DIR	 "etc/kdump-dma.conf.d"
#define DROP_IN_NAME_MAX 80

static const char *const files[] = {
	"usr/lib/kdump-dma/policy.conf",
	"usr/lib/kdump-dma/kdump-dma.conf",
	"etc/kdump-dma.conf",
};

static int merge(struct config *config, const struct root *root,
		 const char *path, struct config_error *error)
{
	static char buf[CONFIG_FILE_MAX + 2];
	struct config_error one;
	char name[CONFIG_ORIGIN_MAX - 16];
	ssize_t len = root_read(root, buf, sizeof(buf), "%s", path);
	size_t at = strlen(error->text);
	int err;

	if (len == -ENOENT || len == -ENOTDIR)
		return 0;
	snprintf(name, sizeof(name), "/%s", path);
	if (len < 0) {
		snprintf(error->text + at, sizeof(error->text) - at, "%s%s: %s",
			 at ? "\n" : "", name, strerror((int)-len));
		return (int)len;
	}
	err = config_parse(config, name, buf, (size_t)len, &one);
	if (err)
		snprintf(error->text + at, sizeof(error->text) - at, "%s%s",
			 at ? "\n" : "", one.text);
	return err;
}

static int merge_drop_ins(struct config *config, const struct root *root,
			  struct config_error *error)
{
	struct names names = { 0 };
	size_t at = strlen(error->text);
	int one, err = names_add(&names, root, ".conf", DROP_IN_DIR);

	if (err == -ENOENT || err == -ENOTDIR)
		return 0;
	if (names.count > DROP_INS_MAX)
		err = -E2BIG;
	for (size_t i = 0; i < names.count; i++)
		if (strlen(names.at[i]) >= DROP_IN_NAME_MAX)
			err = -E2BIG;
	if (err)
		snprintf(error->text + at, sizeof(error->text) - at,
			 "%s/%s: %s", at ? "\n" : "", DROP_IN_DIR,
			 err == -E2BIG ? "too many files, or too long a name"
				       : strerror(-err));
	for (size_t i = 0; err != -E2BIG && i < names.count; i++) {
		char path[sizeof(DROP_IN_DIR) + DROP_IN_NAME_MAX];

		snprintf(path, sizeof(path), "%s/%s", DROP_IN_DIR, names.at[i]);
		one = merge(config, root, path, error);
		err = err ? err : one;
	}
	names_free(&names);
	return err;
}

int config_load(struct config *config, const struct root *root,
		struct config_error *error)
{
	int one, err = 0;

	error->text[0] = '\0';
	config_init(config);
	/* Go on after an error, so that all errors are reported at once. */
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		one = merge(config, root, files[i], error);
		err = err ? err : one;
	}
	one = merge_drop_ins(config, root, error);
	return err ? err : one;
}
