// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/backend.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/kdumpconf.h"
#include "host/mounts.h"
#include "state/saved.h"
#include "config/shellconf.h"
#include "state/capture_json.h"

static const char *const names[] = {
	[CONFIG_BACKEND_AUTO] = "auto",
	[CONFIG_BACKEND_NATIVE] = "native",
	[CONFIG_BACKEND_KDUMPCTL] = "kdumpctl",
	[CONFIG_BACKEND_KDUMP_TOOLS] = "kdump-tools",
	[CONFIG_BACKEND_SUSE] = "suse",
};

const char *backend_name(enum config_backend backend)
{
	return names[backend];
}

static void problem(struct host *host, const char *path, const char *what)
{
	snprintf(host->problem, sizeof(host->problem), "/%s: %s", path, what);
}

/* One variable of a shell file; an absent file sets nothing. */
static int read_variable(const struct root *root, struct host *host,
			 const char *path, const char *key, char *value,
			 size_t size)
{
	static char buf[SHELLCONF_FILE_MAX + 1];
	ssize_t len = root_read(root, buf, sizeof(buf), "%s", path);
	char what[96];
	int err;

	value[0] = '\0';
	if (len == -ENOENT || len == -ENOTDIR)
		return -ENOENT;
	if (len < 0) {
		problem(host, path, strerror((int)-len));
		return (int)len;
	}
	err = shellconf_get(buf, (size_t)len, key, value, size);
	if (err && err != -ENOENT) {
		snprintf(what, sizeof(what),
			 "%s is set in a way that is not understood", key);
		problem(host, path, what);
	}
	return err;
}

/* kdump-tools.service does nothing then. */
static bool is_switched_off(const struct root *root,
			    enum config_backend backend)
{
	struct host scratch = { 0 };
	char value[HOST_WORDS_MAX];

	return backend == CONFIG_BACKEND_KDUMP_TOOLS &&
	       !read_variable(root, &scratch, PATH_KDUMP_TOOLS, "USE_KDUMP",
			      value, sizeof(value)) &&
	       !strcmp(value, "0");
}

static bool is_enabled(const struct root *root, const char *unit)
{
	static const char *const targets[] = { "multi-user", "basic", "sysinit",
					       "default" };

	for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++)
		if (root_exists(root, "etc/systemd/system/%s.target.wants/%s",
				targets[i], unit))
			return true;
	return false;
}

static const struct mark {
	const char *path;
	const char *unit;
	enum config_backend backend;
} marks[] = {
	{ "usr/bin/kdumpctl", "kdump.service", CONFIG_BACKEND_KDUMPCTL },
	{ "usr/sbin/kdump-config", "kdump-tools.service",
	  CONFIG_BACKEND_KDUMP_TOOLS },
	{ "usr/sbin/kdumptool", "kdump.service", CONFIG_BACKEND_SUSE },
	{ "usr/bin/kdumptool", "kdump.service", CONFIG_BACKEND_SUSE },
};

/*
 * Another package that is set up comes first, as dracut-module/native sees it
 * too; then our own unit; then a package that is there, enabled or not.
 */
enum config_backend backend_detect(const struct root *root)
{
	enum config_backend there = CONFIG_BACKEND_NATIVE;

	for (size_t i = sizeof(marks) / sizeof(*marks); i > 0; i--) {
		const struct mark *mark = &marks[i - 1];

		if (root_exists(root, "%s", mark->path))
			there = mark->backend;
	}
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (root_exists(root, "%s", marks[i].path) &&
		    is_enabled(root, marks[i].unit) &&
		    !is_switched_off(root, marks[i].backend))
			return marks[i].backend;
	return is_enabled(root, "kdump-dma.service") ? CONFIG_BACKEND_NATIVE
						     : there;
}

/*
 * kdump-config's own default, from its own line:
 * KDUMP_CMDLINE_APPEND=${KDUMP_CMDLINE_APPEND:="reset_devices ..."}
 */
static int kdump_tools_default(const struct root *root, char *value,
			       size_t size)
{
	static const char mark[] =
		"\n" KEY_KDUMP_TOOLS "=${" KEY_KDUMP_TOOLS ":=\"";
	static char buf[SHELLCONF_FILE_MAX + 1];
	ssize_t len =
		root_read(root, buf, sizeof(buf), "usr/sbin/kdump-config");
	const char *start, *end;

	if (len < 0)
		return (int)len;
	start = strstr(buf, mark);
	if (!start)
		return -ENODATA;
	start += strlen(mark);
	end = strpbrk(start, "\"\n");
	if (!end || strncmp(end, "\"}\n", 3) || (size_t)(end - start) >= size)
		return -ENODATA;
	memcpy(value, start, (size_t)(end - start));
	value[end - start] = '\0';
	return shellconf_is_safe(value) ? 0 : -ENODATA;
}

static void read_kdump_tools(const struct root *root, struct host *host)
{
	int err = read_variable(root, host, PATH_KDUMP_TOOLS, KEY_KDUMP_TOOLS,
				host->append, sizeof(host->append));

	if (err && err != -ENOENT)
		return;
	/* ":=" also replaces a value that is set and empty */
	if ((err || !host->append[0]) &&
	    kdump_tools_default(root, host->append, sizeof(host->append))) {
		problem(host, "usr/sbin/kdump-config",
			"its default of " KEY_KDUMP_TOOLS " was not found");
		return;
	}
	host->have_append = true;
}

static void read_native(const struct config *config, struct host *host)
{
	const char *own = config_text(config, CONFIG_APPEND);
	const char *plan = config_text(config, CONFIG_APPEND_PLAN);

	snprintf(host->append, sizeof(host->append), "%s%s%s", own,
		 *own && *plan ? " " : "", plan);
	host->have_append = true;
}

void backend_read_append(const struct root *root, const struct config *config,
			 struct host *host)
{
	int err;

	switch (host->backend) {
	case CONFIG_BACKEND_KDUMP_TOOLS:
		read_kdump_tools(root, host);
		break;
	case CONFIG_BACKEND_KDUMPCTL:
	case CONFIG_BACKEND_SUSE:
		err = read_variable(root, host, PATH_SYSCONFIG, KEY_SYSCONFIG,
				    host->append, sizeof(host->append));
		host->have_append = !err || err == -ENOENT;
		break;
	default:
		read_native(config, host);
	}
	/* What is there already must survive being written again. */
	if (host->have_append && !shellconf_is_safe(host->append)) {
		host->have_append = false;
		problem(host,
			host->backend == CONFIG_BACKEND_KDUMP_TOOLS
				? PATH_KDUMP_TOOLS
				: PATH_SYSCONFIG,
			"characters that need a shell to read");
	}
}

static bool try_path(const struct root *root, const char *format,
		     const char *release, char *out, size_t size)
{
	int n = snprintf(out, size, format, release);

	if (n > 0 && (size_t)n < size && root_exists(root, "%s", out))
		return true;
	out[0] = '\0';
	return false;
}

bool backend_find_kernel(const struct root *root, const char *release,
			 char *out, size_t size)
{
	static const char *const kernels[] = {
		"boot/vmlinuz-%s", "usr/lib/modules/%s/vmlinuz",
		"boot/Image-%s",   "boot/vmlinux-%s",
		"boot/image-%s",   NULL,
	};

	for (size_t i = 0; kernels[i]; i++)
		if (try_path(root, kernels[i], release, out, size))
			return true;
	return false;
}

void backend_find_images(const struct root *root, const struct facts *facts,
			 struct host *host)
{
	static const char *const initramfs[][5] = {
		[CONFIG_BACKEND_NATIVE] = { "var/lib/kdump-dma/initrd-%s.img",
					    NULL },
		[CONFIG_BACKEND_KDUMPCTL] = { "boot/initramfs-%skdump.img",
					      "var/lib/kdump/"
					      "initramfs-%skdump.img",
					      NULL },
		[CONFIG_BACKEND_KDUMP_TOOLS] = { "var/lib/kdump/initrd.img-%s",
						 "boot/initrd.img-%s", NULL },
		[CONFIG_BACKEND_SUSE] = { "var/lib/kdump/initrd",
					  "boot/initrd-%s-kdump", NULL },
	};

	if (!host->kernel_path[0])
		backend_find_kernel(root, facts->release, host->kernel_path,
				    sizeof(host->kernel_path));
	for (size_t i = 0;
	     initramfs[host->backend][i] && !host->initramfs_path[0]; i++)
		try_path(root, initramfs[host->backend][i], facts->release,
			 host->initramfs_path, sizeof(host->initramfs_path));
}

/* kdump.conf: one option a line; the default is yes. */
static void auto_reset_line(void *arg, const struct line *line)
{
	struct text rest = line->text, key, value;

	if (text_word(&rest, &key) && text_equal(key, KEY_AUTO_RESET) &&
	    text_word(&rest, &value))
		*(bool *)arg = !text_equal(value, "no");
}

/* apply writes that option, so it tells of people only if it was there before.
 */
static bool auto_reset_is_ours(const struct root *root)
{
	char *before;
	size_t len;
	struct text line, key, value;
	bool was_no;

	if (saved_before(root, PATH_KDUMP_CONF, &before, &len))
		return false;
	line = kdumpconf_line(before, len, KEY_AUTO_RESET);
	was_no = text_word(&line, &key) && text_word(&line, &value) &&
		 text_equal(value, "no");
	free(before);
	return !was_no;
}

/* The variable's value before us, if what stands there now is what we wrote. */
static void value_before(const struct root *root, char *value, size_t size)
{
	char *before = NULL, *after = NULL;
	size_t before_len = 0, after_len = 0;
	char ours[HOST_WORDS_MAX];

	if (!saved_before(root, PATH_SYSCONFIG, &before, &before_len) &&
	    !saved_after(root, PATH_SYSCONFIG, &after, &after_len) &&
	    !shellconf_get(after, after_len, KEY_SUSE_SIZE, ours,
			   sizeof(ours)) &&
	    !strcmp(ours, value) &&
	    shellconf_get(before, before_len, KEY_SUSE_SIZE, value, size))
		value[0] = '\0';
	free(before);
	free(after);
}

enum owner backend_crashkernel_owner(const struct root *root,
				     const struct host *host, bool *told)
{
	struct host scratch = *host;
	char value[HOST_WORDS_MAX];
	bool auto_reset = true;

	*told = false;
	if (host->backend == CONFIG_BACKEND_KDUMPCTL) {
		if (root_lines(root, SHELLCONF_FILE_MAX, auto_reset_line,
			       &auto_reset, PATH_KDUMP_CONF))
			return OWNER_NOBODY;
		*told = !auto_reset && !auto_reset_is_ours(root);
		return OWNER_ADMINISTRATOR;
	}
	if (host->backend != CONFIG_BACKEND_SUSE ||
	    read_variable(root, &scratch, PATH_SYSCONFIG, KEY_SUSE_SIZE, value,
			  sizeof(value)))
		return OWNER_NOBODY;
	*told = true;
	value_before(root, value, sizeof(value));
	return !strcmp(value, "auto") ? OWNER_DISTRIBUTION
				      : OWNER_ADMINISTRATOR;
}

/* Options of kdump.conf that name a place other than the root file system. */
static void target_line(void *arg, const struct line *line)
{
	static const char *const elsewhere[] = {
		"raw", "nfs",	"ssh",	 "ext2",     "ext3",	    "ext4",
		"xfs", "btrfs", "minix", "virtiofs", "dracut_args",
	};
	struct text rest = line->text, key;

	if (!text_word(&rest, &key))
		return;
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(*elsewhere); i++)
		if (text_equal(key, elsewhere[i]))
			*(bool *)arg = false;
}

/* Not set, or set to nothing? What is not understood is neither. */
static bool is_unset(const struct root *root, struct host *scratch,
		     const char *path, const char *key)
{
	char value[HOST_WORDS_MAX];
	int err = read_variable(root, scratch, path, key, value, sizeof(value));

	return err == -ENOENT || (!err && !value[0]);
}

#define DEFAULT_FOLDER "/var/crash"

/* kdump.conf: "path DIR"; the last one counts. */
static void path_line(void *arg, const struct line *line)
{
	struct text rest = line->text, key, value;
	char *path = arg;

	if (!text_word(&rest, &key) || !text_equal(key, "path") ||
	    !text_word(&rest, &value))
		return;
	path[0] = '\0';
	if (value.len < CAPTURE_FOLDER_MAX)
		text_copy(value, path, CAPTURE_FOLDER_MAX);
}

/* The value of a shell file; what is not set, or empty, is the default. */
static bool variable_folder(const struct root *root, const struct host *host,
			    const char *path, const char *key, char *value,
			    size_t size)
{
	struct host scratch = *host;
	int err = read_variable(root, &scratch, path, key, value, size);

	if (err == -ENOENT || (!err && !value[0])) {
		snprintf(value, size, "%s", DEFAULT_FOLDER);
		err = 0;
	}
	return !err;
}

static bool find_folder(const struct root *root, const struct config *config,
			const struct host *host, char *value, size_t size)
{
	int err;

	switch (host->backend) {
	case CONFIG_BACKEND_KDUMPCTL:
		snprintf(value, size, "%s", DEFAULT_FOLDER);
		err = root_lines(root, SHELLCONF_FILE_MAX, path_line, value,
				 PATH_KDUMP_CONF);
		return !err || err == -ENOENT;
	case CONFIG_BACKEND_KDUMP_TOOLS:
		return variable_folder(root, host, PATH_KDUMP_TOOLS,
				       "KDUMP_COREDIR", value, size);
	case CONFIG_BACKEND_SUSE:
		return variable_folder(root, host, PATH_SYSCONFIG,
				       "KDUMP_SAVEDIR", value, size);
	default:
		snprintf(value, size, "%s", config_text(config, CONFIG_PATH));
		return true;
	}
}

bool backend_folder(const struct root *root, const struct config *config,
		    const struct host *host,
		    char out[static CAPTURE_FOLDER_MAX])
{
	char value[CONFIG_VALUE_MAX];
	bool told = find_folder(root, config, host, value, sizeof(value));
	struct text path = text_of(value);

	/* SUSE's may be a URL: file:///DIR, file:/DIR, or another machine's. */
	if (text_skip(&path, "file:") && text_starts(path, "//"))
		(void)text_skip(&path, "//");
	while (path.len > 1 && path.at[path.len - 1] == '/')
		path.len--;
	text_copy(path, out, CAPTURE_FOLDER_MAX);
	if (told && path.len > 1 && path.len < CAPTURE_FOLDER_MAX &&
	    path.at[0] == '/' && capture_id_is_plain(out))
		return true;
	strcpy(out, DEFAULT_FOLDER);
	return false;
}

bool backend_saves_here(const struct root *root, const struct config *config,
			const struct host *host)
{
	char folder[CAPTURE_FOLDER_MAX];
	struct host scratch = *host;
	bool here = true;

	if (!backend_folder(root, config, host, folder) ||
	    !mounts_are_there(root, folder))
		return false;
	switch (host->backend) {
	case CONFIG_BACKEND_KDUMPCTL:
		return !root_lines(root, SHELLCONF_FILE_MAX, target_line, &here,
				   PATH_KDUMP_CONF) &&
		       here;
	case CONFIG_BACKEND_KDUMP_TOOLS:
		return is_unset(root, &scratch, PATH_KDUMP_TOOLS, "NFS") &&
		       is_unset(root, &scratch, PATH_KDUMP_TOOLS, "SSH") &&
		       is_unset(root, &scratch, PATH_KDUMP_TOOLS, "FTP");
	case CONFIG_BACKEND_SUSE:
		return true; /* its folder is no other machine's */
	default:
		return !strcmp(config_text(config, CONFIG_TARGET), "auto");
	}
}
