// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/grub_words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/shellconf.h"
#include "lib/macros.h"
#include "peers/peer_paths.h"

#define VALUE_MAX 4096
#define NAMES_MAX 256

/* In the order in which they stand on the kernel's command line. */
static const char *const keys[] = { "GRUB_CMDLINE_LINUX",
				    "GRUB_CMDLINE_LINUX_DEFAULT" };

struct reading {
	const struct root *root;
	struct boot_words *words;		/* what is replaced, errors */
	struct boot_words of[ARRAY_SIZE(keys)]; /* as set until now */
	struct boot_words others;		/* in what is not understood */
};

static void note_replaced(struct reading *reading, const char *old,
			  const char *new, const char *path, const char *key)
{
	if (old[0] && !streq(old, new))
		snprintf(reading->words->replaced,
			 sizeof(reading->words->replaced),
			 "%.120s does not count: /%.100s sets %s anew", old,
			 path, key);
}

/*
 * Take the key's assignments out of the file, the last one first, which is the
 * one that counts. *buf is replaced.
 */
static int take_key(struct reading *reading, size_t i, const char *path,
		    char **buf, size_t *len)
{
	struct boot_words *last = NULL, now;
	char value[VALUE_MAX], *rest;
	int err;

	while (!(err = shellconf_get(*buf, *len, keys[i], value,
				     sizeof(value)))) {
		memset(&now, 0, sizeof(now));
		boot_words_add_text(value, strlen(value), &now);
		note_replaced(reading, last ? now.text : reading->of[i].text,
			      last ? last->text : now.text, path, keys[i]);
		if (!last)
			reading->of[i] = now;
		last = &reading->of[i];
		err = shellconf_unset(*buf, *len, keys[i], &rest, len);
		if (err)
			break;
		free(*buf);
		*buf = rest;
	}
	return err == -ENOENT ? 0 : err;
}

/* Are both keys set in a way that is understood, if they are set? */
static bool is_understood(const char *buf, size_t len)
{
	char value[VALUE_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		int err =
			shellconf_get(buf, len, keys[i], value, sizeof(value));

		if (err && err != -ENOENT)
			return false;
	}
	return true;
}

static void take_file(struct reading *reading, const char *path)
{
	static char buf[SHELLCONF_FILE_MAX + 1];
	ssize_t len = root_read(reading->root, buf, sizeof(buf), "%s", path);
	size_t rest_len = len < 0 ? 0 : (size_t)len;
	char *rest;
	int err = len < 0 ? (int)len : 0;

	boot_words_note(reading->words, err);
	if (err)
		return;
	/* Not as a string: there may be a zero byte in the file. */
	rest = malloc(rest_len + 1);
	if (rest)
		memcpy(rest, buf, rest_len);
	else
		err = -ENOMEM;
	for (size_t i = 0;
	     !err && is_understood(buf, (size_t)len) && i < ARRAY_SIZE(keys);
	     i++)
		err = take_key(reading, i, path, &rest, &rest_len);
	if (!err)
		boot_words_add_text(rest, rest_len, &reading->others);
	boot_words_note(reading->words, err);
	free(rest);
}

struct names {
	size_t count;
	char *list[NAMES_MAX];
	int err;
};

static void add_name(void *arg, const char *name)
{
	struct names *names = arg;

	if (!text_ends(name, ".cfg") ||
	    streq(name, strrchr(PATH_GRUB_CFG, '/') + 1))
		return;
	if (names->count == NAMES_MAX)
		names->err = -EFBIG;
	else if (!(names->list[names->count] = strdup(name)))
		names->err = -ENOMEM;
	else
		names->count++;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void take_folder(struct reading *reading)
{
	struct names names = { 0 };
	char path[300];
	int err = root_list(reading->root, add_name, &names, PATH_GRUB_D);

	boot_words_note(reading->words, err ? err : names.err);
	qsort(names.list, names.count, sizeof(names.list[0]), by_name);
	for (size_t i = 0; i < names.count; i++) {
		snprintf(path, sizeof(path), PATH_GRUB_D "/%s", names.list[i]);
		take_file(reading, path);
		free(names.list[i]);
	}
}

void grub_words_read(const struct root *root, struct boot_words *words)
{
	static struct reading reading;

	memset(&reading, 0, sizeof(reading));
	reading.root = root;
	reading.words = words;
	take_file(&reading, PATH_GRUB);
	take_folder(&reading);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		boot_words_join(words, &reading.of[i]);
	boot_words_join(words, &reading.others);
}
