// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/modules.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/whole_file.h"
#include "lib/macros.h"
#include "lib/names.h"

void modules_name(struct text path, char *out, size_t size)
{
	size_t len = 0;

	for (size_t i = 0; i < path.len; i++)
		len = path.at[i] == '/' ? i + 1 : len;
	path.at += len;
	path.len -= len;
	for (len = 0; len < path.len && path.at[len] != '.'; len++)
		;
	path.len = len;
	text_copy(path, out, size);
	for (char *at = out; *at; at++)
		if (*at == '-')
			*at = '_';
}

static bool is_named(struct text path, const char *name)
{
	char found[MODULE_NAME_MAX];

	modules_name(path, found, sizeof(found));
	return found[0] && streq(found, name);
}

/* The next line that is no comment. */
static bool next_line(struct text *rest, struct text *line)
{
	while (text_split(rest, '\n', line)) {
		*line = text_trim(*line);
		if (line->len && line->at[0] != '#')
			return true;
	}
	return false;
}

static struct text all_of(const char *text)
{
	return text_of(text ? text : "");
}

/* modules.dep: "kernel/a/x.ko: kernel/b/y.ko kernel/c/z.ko" */
static bool find_dep(const struct modules *modules, const char *name,
		     struct text *path, struct text *needs)
{
	struct text rest = all_of(modules->dep), line;

	while (next_line(&rest, &line)) {
		*needs = line;
		if (text_split(needs, ':', path) && path->len < line.len &&
		    is_named(*path, name))
			return true;
	}
	return false;
}

static bool is_listed(const char *list, const char *name)
{
	struct text rest = all_of(list), line, word;

	while (next_line(&rest, &line))
		if (text_word(&line, &word) && is_named(word, name))
			return true;
	return false;
}

static bool has(const struct modules *modules, const char *name)
{
	for (size_t i = 0; i < modules->count; i++)
		if (streq(modules->item[i].name, name))
			return true;
	return false;
}

static void add_option(struct module *module, struct text text)
{
	size_t len = strlen(module->options);

	text = text_trim(text);
	if (!text.len || len + 1 + text.len >= sizeof(module->options))
		return;
	if (len)
		module->options[len++] = ' ';
	text_copy(text, module->options + len, sizeof(module->options) - len);
}

/* modprobe.d: "options NAME OPTION..." */
static void add_options(const struct modules *modules, struct module *module)
{
	struct text rest = all_of(modules->conf), line, word;

	while (next_line(&rest, &line))
		if (text_word(&line, &word) && text_equal(word, "options") &&
		    text_word(&line, &word) && is_named(word, module->name))
			add_option(module, line);
}

/* A module whose dependencies are being added, and the one that needs it. */
struct pending {
	const char *name;
	const struct pending *needed_by; /* NULL: it was asked for */
	unsigned int depth;
};

static bool is_pending(const struct pending *at, const char *name)
{
	for (; at; at = at->needed_by)
		if (streq(at->name, name))
			return true;
	return false;
}

static void note_missing(struct modules *modules, struct text name)
{
	if (!modules->missing[0])
		text_copy(name, modules->missing, sizeof(modules->missing));
}

static int add_found(struct modules *modules, const struct pending *module,
		     struct text path, struct text needs);

/*
 * Add a module by its own name: an alias is not looked for. Modules that need
 * each other are added once, as modprobe(8) does. -ENOENT: modules.dep and
 * modules.builtin do not have it.
 */
static int add(struct modules *modules, const char *name, bool is_soft,
	       const struct pending *needed_by)
{
	const struct pending module = { name, needed_by,
					needed_by ? needed_by->depth + 1 : 1 };
	struct text path, needs;

	if (has(modules, name) || is_pending(needed_by, name))
		return 0;
	if (!find_dep(modules, name, &path, &needs))
		return is_listed(modules->builtin, name) ? 0 : -ENOENT;
	if (is_soft && modules->loaded && !is_listed(modules->loaded, name))
		return 0;
	return module.depth > MODULES_MAX
		       ? -E2BIG
		       : add_found(modules, &module, path, needs);
}

/*
 * modules.alias: "alias PATTERN NAME"; several may match. NAME is a module, and
 * never another alias.
 */
static int add_alias(struct modules *modules, const char *alias, bool is_soft,
		     const struct pending *needed_by, bool *found)
{
	struct text rest = all_of(modules->alias), line, pattern, name;
	char text[256], module[MODULE_NAME_MAX];
	int err = 0;

	while (!err && next_line(&rest, &line)) {
		if (!text_skip(&line, "alias ") ||
		    !text_word(&line, &pattern) || !text_word(&line, &name) ||
		    pattern.len >= sizeof(text))
			continue;
		text_copy(pattern, text, sizeof(text));
		for (char *at = text; *at; at++)
			if (*at == '-')
				*at = '_';
		if (fnmatch(text, alias, 0))
			continue;
		*found = true;
		modules_name(name, module, sizeof(module));
		err = add(modules, module, is_soft, needed_by);
		if (err != -ENOENT)
			continue;
		err = 0;
		if (!is_soft)
			note_missing(modules, name);
	}
	return err;
}

/* Add a module by its name or by an alias of it. */
static int add_named(struct modules *modules, const char *name, bool is_soft,
		     const struct pending *needed_by)
{
	int err = add(modules, name, is_soft, needed_by);
	bool found = false;

	if (err != -ENOENT)
		return err;
	err = add_alias(modules, name, is_soft, needed_by, &found);
	if (!found && !is_soft)
		note_missing(modules, text_of(name));
	return err;
}

/* "softdep NAME pre: A B post: C", of depmod and of modprobe.d */
static int add_soft(struct modules *modules, const char *list,
		    const struct pending *module, const char *which)
{
	struct text rest = all_of(list), line, word;
	char soft[MODULE_NAME_MAX];
	bool here = false;
	int err = 0;

	while (!err && next_line(&rest, &line)) {
		if (!text_word(&line, &word) || !text_equal(word, "softdep") ||
		    !text_word(&line, &word) || !is_named(word, module->name))
			continue;
		while (!err && text_word(&line, &word)) {
			if (word.at[word.len - 1] == ':') {
				here = text_equal(word, which);
				continue;
			}
			modules_name(word, soft, sizeof(soft));
			if (here)
				err = add_named(modules, soft, true, module);
		}
	}
	return err;
}

/* Take the last word off the end of *rest; false if there is none. */
static bool last_word(struct text *rest, struct text *word)
{
	size_t begin;

	*rest = text_trim(*rest);
	for (begin = rest->len; begin && !strchr(" \t", rest->at[begin - 1]);)
		begin--;
	*word = (struct text){ rest->at + begin, rest->len - begin };
	rest->len = begin;
	return word->len > 0;
}

/* modules.dep has them in the order in which they are unloaded. */
static int add_needs(struct modules *modules, struct text needs,
		     const struct pending *module)
{
	char name[MODULE_NAME_MAX];
	struct text word;
	int err = 0;

	while (!err && last_word(&needs, &word)) {
		modules_name(word, name, sizeof(name));
		err = add(modules, name, false, module);
		if (err == -ENOENT) {
			err = 0;
			note_missing(modules, name[0] ? text_of(name) : word);
		}
	}
	return err;
}

static int append(struct modules *modules, const char *name, struct text path)
{
	struct module *module;

	if (modules->count == MODULES_MAX || path.len >= MODULE_PATH_MAX)
		return -E2BIG;
	module = &modules->item[modules->count++];
	*module = (struct module){ 0 };
	snprintf(module->name, sizeof(module->name), "%s", name);
	text_copy(path, module->path, sizeof(module->path));
	add_options(modules, module);
	return 0;
}

static int add_found(struct modules *modules, const struct pending *module,
		     struct text path, struct text needs)
{
	int err = add_soft(modules, modules->softdep, module, "pre:");

	if (!err)
		err = add_soft(modules, modules->conf, module, "pre:");
	if (!err)
		err = add_needs(modules, needs, module);
	if (!err)
		err = append(modules, module->name, path);
	if (!err)
		err = add_soft(modules, modules->softdep, module, "post:");
	return err ? err : add_soft(modules, modules->conf, module, "post:");
}

int modules_add(struct modules *modules, const char *name)
{
	char plain[MODULE_NAME_MAX];

	modules_name(text_of(name), plain, sizeof(plain));
	if (plain[0])
		return add_named(modules, plain, false, NULL);
	note_missing(modules, text_of(name));
	return 0;
}

int modules_add_fstype(struct modules *modules, const char *fstype)
{
	char alias[MODULE_NAME_MAX];
	bool found = false;
	int err;

	snprintf(alias, sizeof(alias), "fs_%.48s", fstype);
	err = add_alias(modules, alias, false, NULL, &found);
	return err || found ? err : modules_add(modules, fstype);
}

/* "crypto-xts" and so on are aliases; what is built in has none. */
int modules_add_cipher(struct modules *modules, const char *cipher)
{
	char alias[MODULE_NAME_MAX];
	int err = modules_add(modules, "dm_crypt");
	bool found;

	while (!err && *cipher) {
		size_t len = strcspn(cipher, "-:,()");

		snprintf(alias, sizeof(alias), "crypto_%.*s",
			 (int)(len < 40 ? len : 40), cipher);
		if (len)
			err = add_alias(modules, alias, true, NULL, &found);
		cipher += len + (cipher[len] != '\0');
	}
	return err;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* /proc/modules has no stable order, and images are compared: sort by name. */
int modules_add_md(struct modules *modules)
{
	static char names[MODULES_MAX][MODULE_NAME_MAX];
	struct text rest = all_of(modules->loaded), line, word, path, needs;
	size_t count = 0;
	int err = 0;

	while (count < MODULES_MAX && next_line(&rest, &line)) {
		char name[MODULE_NAME_MAX];

		if (!text_word(&line, &word))
			continue;
		modules_name(word, name, sizeof(name));
		if (find_dep(modules, name, &path, &needs) &&
		    text_contains(path, "/drivers/md/"))
			strcpy(names[count++], name);
	}
	qsort(names, count, sizeof(names[0]), by_name);
	for (size_t i = 0; !err && i < count; i++)
		err = add(modules, names[i], false, NULL);
	return err;
}

static char *append_text(char *all, char *more)
{
	size_t len = all ? strlen(all) : 0;
	char *longer = more ? realloc(all, len + strlen(more) + 2) : NULL;

	if (longer)
		sprintf(longer + len, "%s\n", more);
	free(more);
	return longer ? longer : all;
}

/* A backslash at the end of a line joins it with the next one. */
static void join_lines(char *text)
{
	for (char *at = text; at && (at = strstr(at, "\\\n"));)
		at[0] = at[1] = ' ';
}

/* By name; a file of an earlier folder is in place of one of the same name. */
static char *read_modprobe_d(const struct root *root)
{
	static const char *const folders[] = {
		"etc/modprobe.d", "run/modprobe.d", "usr/local/lib/modprobe.d",
		"usr/lib/modprobe.d", "lib/modprobe.d"
	};
	struct names names = { 0 };
	char *all = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		(void)!names_add(&names, root, ".conf", folders[i]);
	for (size_t i = 0; i < names.count; i++) {
		char *text = NULL;

		for (size_t j = 0; !text && j < ARRAY_SIZE(folders); j++)
			text = whole_file(root, "%s/%s", folders[j],
					  names.at[i]);
		join_lines(text);
		all = append_text(all, text);
	}
	names_free(&names);
	return all;
}

/* MODULE.OPTION=VALUE of a command line, as lines of modprobe.d */
static char *options_of(const char *cmdline)
{
	struct text rest = text_of(cmdline), word;
	size_t len = 0, size = 8 * strlen(cmdline) + 64;
	char *all = calloc(1, size);

	while (all && text_word(&rest, &word)) {
		const char *dot = memchr(word.at, '.', word.len);
		const char *sign = memchr(word.at, '=', word.len);
		int name, option;

		if (!dot || (sign && sign < dot) ||
		    size - len < word.len + sizeof("options  \n"))
			continue;
		name = (int)(dot - word.at);
		option = (int)(word.len - (size_t)name - 1);
		len += (size_t)sprintf(all + len, "options %.*s %.*s\n", name,
				       word.at, option, dot + 1);
	}
	return all;
}

int modules_open(const struct root *root, const char *release,
		 const char *cmdline, bool is_running, struct modules *out)
{
	char folder[160];

	memset(out, 0, sizeof(*out));
	snprintf(folder, sizeof(folder), "lib/modules/%s", release);
	if (!root_exists(root, "%s", folder))
		snprintf(folder, sizeof(folder), "usr/lib/modules/%s", release);
	out->dep = whole_file(root, "%s/modules.dep", folder);
	out->softdep = whole_file(root, "%s/modules.softdep", folder);
	out->alias = whole_file(root, "%s/modules.alias", folder);
	out->builtin = whole_file(root, "%s/modules.builtin", folder);
	if (is_running)
		out->loaded = whole_file(root, "proc/modules");
	out->conf = append_text(read_modprobe_d(root), options_of(cmdline));
	return out->conf ? 0 : -ENOMEM;
}

void modules_free(struct modules *modules)
{
	free(modules->dep);
	free(modules->softdep);
	free(modules->alias);
	free(modules->builtin);
	free(modules->conf);
	free(modules->loaded);
	memset(modules, 0, sizeof(*modules));
}
