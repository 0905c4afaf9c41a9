// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/edits.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/backend.h"
#include "apply/commands.h"
#include "config/kdumpconf.h"
#include "state/replace.h"
#include "config/shellconf.h"
#include "config/cmdline.h"

__attribute__((format(printf, 3, 4))) static int
refuse(struct edits *edits, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(edits->error, sizeof(edits->error), format, args);
	va_end(args);
	return err;
}

/* The edit of that file, begun if it is the first. */
static int begin(const struct root *root, struct edits *edits, const char *path,
		 struct edit **out)
{
	struct edit *edit;
	int err;

	for (size_t i = 0; i < edits->count; i++)
		if (!strcmp(edits->list[i].path, path)) {
			*out = &edits->list[i];
			return 0;
		}
	edit = &edits->list[edits->count];
	*edit = (struct edit){ .path = path };
	err = file_read(root, path, SHELLCONF_FILE_MAX, &edit->old,
			&edit->old_len);
	if (err == -ELOOP)
		return refuse(edits, err,
			      "/%s: is a symlink: left alone; a file has to "
			      "stand there",
			      path);
	if (err && err != -ENOENT)
		return refuse(edits, err, "/%s: %s", path, strerror(-err));
	/* What follows one would be lost: here text ends in one. */
	if (edit->old && memchr(edit->old, '\0', edit->old_len)) {
		free(edit->old);
		return refuse(edits, -EINVAL, "/%s: not a text file", path);
	}
	edits->count++;
	*out = edit;
	return 0;
}

static void set_new(struct edit *edit, char *new, size_t len)
{
	free(edit->new);
	edit->new = new;
	edit->new_len = len;
}

static int set_variable(const struct root *root, struct edits *edits,
			const char *path, const char *key, const char *value)
{
	struct edit *edit;
	char *new;
	size_t len;
	int err = begin(root, edits, path, &edit);

	if (err)
		return err;
	if (!edit->old)
		return refuse(edits, -ENOENT, "/%s: not there", path);
	err = edit->new ? shellconf_set(edit->new, edit->new_len, key, value,
					&new, &len)
			: shellconf_set(edit->old, edit->old_len, key, value,
					&new, &len);
	if (err)
		return refuse(edits, err,
			      "/%s: %s is set in a way that is not "
			      "understood: left alone",
			      path, key);
	set_new(edit, new, len);
	return 0;
}

/* A file that is all ours; content NULL removes it. */
static int set_file(const struct root *root, struct edits *edits,
		    const char *path, const char *content)
{
	struct edit *edit;
	int err = begin(root, edits, path, &edit);

	if (err)
		return err;
	set_new(edit, NULL, 0);
	if (!content)
		return 0;
	edit->new = strdup(content);
	edit->new_len = strlen(content);
	return edit->new ? 0 : -ENOMEM;
}

static int pool_in_variable(const struct root *root, const struct host *host,
			    const char *path, const char *key, const char *pool,
			    struct edits *edits)
{
	char value[HOST_APPEND_MAX];

	if (!host->have_append)
		return refuse(edits, -EINVAL, "%s", host->problem);
	if (cmdline_set(host->append, "coherent_pool", pool, value,
			sizeof(value)))
		return refuse(edits, -ENOSPC, "/%s: %s is too long", path, key);
	return set_variable(root, edits, path, key, value);
}

static int pool_in_native(const struct root *root, const char *pool,
			  struct edits *edits)
{
	char content[512];

	snprintf(content, sizeof(content),
		 "# Written by kdump-dma apply, removed by kdump-dma revert.\n"
		 "append_plan = coherent_pool=%s\n",
		 pool ? pool : "");
	return set_file(root, edits, PATH_NATIVE, pool ? content : NULL);
}

static int set_pool(const struct root *root, const struct host *host,
		    const char *pool, struct edits *edits)
{
	if (pool && !pool[0])
		pool = NULL;
	edits->commands |= COMMAND_RELOAD;
	switch (host->backend) {
	case CONFIG_BACKEND_KDUMP_TOOLS:
		return pool_in_variable(root, host, PATH_KDUMP_TOOLS,
					KEY_KDUMP_TOOLS, pool, edits);
	case CONFIG_BACKEND_KDUMPCTL:
	case CONFIG_BACKEND_SUSE:
		return pool_in_variable(root, host, PATH_SYSCONFIG,
					KEY_SYSCONFIG, pool, edits);
	default:
		return pool_in_native(root, pool, edits);
	}
}

/*
 * grub-mkconfig sources it after the package's own file. An argument that is
 * added is not enough: a plain crashkernel= beats one with ,high wherever it
 * stands. So those of others are taken out first.
 */
static int crashkernel_in_grub_d(const struct root *root, const char *words,
				 struct edits *edits)
{
	static const char format[] =
		"# Written by kdump-dma apply, removed by kdump-dma revert.\n"
		"# What files before this one say about crashkernel= is taken\n"
		"# out, so that this one counts.\n"
		"GRUB_CMDLINE_LINUX=$(printf '%%s' \"$GRUB_CMDLINE_LINUX\" |\n"
		"\tsed -E 's/(^| )crashkernel=[^ ]*//g')\n"
		"GRUB_CMDLINE_LINUX_DEFAULT=$(printf '%%s' "
		"\"$GRUB_CMDLINE_LINUX_DEFAULT\" |\n"
		"\tsed -E 's/(^| )crashkernel=[^ ]*//g')\n"
		"GRUB_CMDLINE_LINUX_DEFAULT="
		"\"$GRUB_CMDLINE_LINUX_DEFAULT %s\"\n";
	char content[sizeof(format) + HOST_WORDS_MAX];

	snprintf(content, sizeof(content), format, words);
	edits->commands |= COMMAND_UPDATE_GRUB;
	return set_file(root, edits, PATH_GRUB_CFG, content);
}

/* kernel-install joins the lines; of comments its versions differ. */
static int crashkernel_in_cmdline(const struct root *root, const char *words,
				  struct edits *edits)
{
	char joined[4096], line[sizeof(joined) + HOST_WORDS_MAX];
	struct edit *edit;
	int err = begin(root, edits, PATH_KERNEL_CMDLINE, &edit);

	if (err)
		return err;
	if (!edit->old || edit->old_len >= sizeof(joined))
		return refuse(edits, -EINVAL, "/%s: not there, or too long",
			      PATH_KERNEL_CMDLINE);
	snprintf(joined, sizeof(joined), "%s", edit->old);
	for (char *at = joined; *at; at++)
		if (*at == '\n')
			*at = ' ';
	if (strchr(joined, '#') ||
	    cmdline_set(joined, "crashkernel", NULL, line,
			sizeof(line) - HOST_WORDS_MAX - 2))
		return refuse(edits, -EINVAL,
			      "/%s: has a comment, or is too long: left alone",
			      PATH_KERNEL_CMDLINE);
	snprintf(line + strlen(line), HOST_WORDS_MAX + 2, " %s\n", words);
	edits->commands |= COMMAND_KERNEL_INSTALL;
	return set_file(root, edits, PATH_KERNEL_CMDLINE, line);
}

/*
 * kdump-utils puts its own value back at the next update unless kdump.conf
 * says auto_reset_crashkernel no. An option that stands there twice is an
 * error to kdumpctl, so a line of that name is replaced.
 */
static int keep_crashkernel(const struct root *root, struct edits *edits)
{
	struct edit *edit;
	char *new;
	int err = begin(root, edits, PATH_KDUMP_CONF, &edit);

	if (err)
		return err;
	if (!edit->old)
		return refuse(edits, -ENOENT, "/%s: not there",
			      PATH_KDUMP_CONF);
	new = kdumpconf_with(edit->old, edit->old_len, KEY_AUTO_RESET,
			     text_of(KEY_AUTO_RESET " no"));
	if (!new)
		return -ENOMEM;
	set_new(edit, new, strlen(new));
	return 0;
}

static int set_crashkernel(const struct root *root, const struct host *host,
			   const char *words, struct edits *edits)
{
	enum bootloader bootloader = bootloader_detect(root, host->backend);

	if (!shellconf_is_safe(words) || strlen(words) >= HOST_WORDS_MAX)
		return refuse(edits, -EINVAL, "crashkernel: not a safe value");
	switch (bootloader) {
	case BOOTLOADER_KDUMPTOOL:
		edits->commands |= COMMAND_KDUMPTOOL;
		return set_variable(root, edits, PATH_SYSCONFIG, KEY_SUSE_SIZE,
				    words);
	case BOOTLOADER_GRUB_D:
		return crashkernel_in_grub_d(root, words, edits);
	case BOOTLOADER_KERNEL_CMDLINE:
		return crashkernel_in_cmdline(root, words, edits);
	case BOOTLOADER_OSTREE:
	case BOOTLOADER_GRUBBY:
		edits->commands |= bootloader == BOOTLOADER_OSTREE
					   ? COMMAND_OSTREE
					   : COMMAND_GRUBBY;
		return host->backend == CONFIG_BACKEND_KDUMPCTL
			       ? keep_crashkernel(root, edits)
			       : 0;
	default:
		return refuse(edits, -ENOTSUP,
			      "no boot loader that is known here: put %s on "
			      "the kernel's command line yourself",
			      words);
	}
}

static bool is_same(const struct edit *edit)
{
	if (!edit->old || !edit->new)
		return !edit->old && !edit->new;
	return edit->old_len == edit->new_len &&
	       !memcmp(edit->old, edit->new, edit->old_len);
}

static void drop_unchanged(struct edits *edits)
{
	size_t kept = 0;

	for (size_t i = 0; i < edits->count; i++) {
		if (is_same(&edits->list[i])) {
			free(edits->list[i].old);
			free(edits->list[i].new);
			continue;
		}
		edits->list[kept++] = edits->list[i];
	}
	edits->count = kept;
}

int edits_make(const struct root *root, const struct host *host,
	       const struct target *target, struct edits *edits)
{
	int err = 0;

	memset(edits, 0, sizeof(*edits));
	if (target->set_pool)
		err = set_pool(root, host, target->pool, edits);
	if (!err && target->set_crashkernel)
		err = set_crashkernel(root, host, target->crashkernel, edits);
	if (err) {
		edits_free(edits);
		return err;
	}
	drop_unchanged(edits);
	return 0;
}

void edits_free(struct edits *edits)
{
	for (size_t i = 0; i < edits->count; i++) {
		free(edits->list[i].old);
		free(edits->list[i].new);
	}
	edits->count = 0;
}
