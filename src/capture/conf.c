// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/conf.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "capture/say.h"
#include "lib/macros.h"

#define LIMIT_MAX_S (8 * 24 * 3600) /* time_limit is a week at most */

/*
 * A key that may stand once. Its value is a text of at most size bytes, or a
 * number of seconds (size 0).
 */
struct key {
	const char *name;
	size_t at;
	size_t size;
};

#define TEXT(key)                                                              \
	{                                                                      \
#key, offsetof(struct conf, key),                              \
			sizeof(((struct conf *)0)->key)                        \
	}
#define SECONDS(key)                                                           \
	{                                                                      \
#key, offsetof(struct conf, key), 0                            \
	}

static const struct key keys[] = {
	TEXT(device),
	TEXT(disk),
	TEXT(fstype),
	TEXT(mount_options),
	TEXT(path),
	TEXT(host),
	TEXT(machine),
	TEXT(vmcore),
	TEXT(collector),
	TEXT(collector_args),
	TEXT(final_action),
	TEXT(watchdog),
	TEXT(pre),
	TEXT(post),
	TEXT(remote),
	TEXT(nfs),
	TEXT(nfs_options),
	TEXT(nfs_path),
	SECONDS(limit_modules),
	SECONDS(limit_device),
	SECONDS(limit_degraded),
	SECONDS(limit_mount),
	SECONDS(limit_log),
	SECONDS(limit_save),
	SECONDS(limit_hook),
	SECONDS(limit_record),
	SECONDS(limit_sync),
	SECONDS(limit_umount),
	SECONDS(limit_network),
	SECONDS(limit_remote),
	SECONDS(limit_total),
};

/* Keys that conf_next() reads, or that are not read here. */
static const char *const others[] = { "version", "module", "stack", "member",
				      "port" };

void conf_default(struct conf *conf)
{
	memset(conf, 0, sizeof(*conf));
	strcpy(conf->path, "/var/crash");
	strcpy(conf->host, "localhost");
	strcpy(conf->vmcore, "/proc/vmcore");
	strcpy(conf->collector, "makedumpfile");
	strcpy(conf->collector_args, "-l -d 31");
	strcpy(conf->final_action, "reboot");
	conf->limit_modules = 300;
	conf->limit_device = 600;
	conf->limit_degraded = 300;
	conf->limit_mount = 600;
	conf->limit_log = 60;
	conf->limit_save = 3060;
	conf->limit_hook = 60;
	conf->limit_record = 20;
	conf->limit_sync = 60;
	conf->limit_umount = 30;
	conf->limit_network = 120;
	conf->limit_remote = 1530;
	conf->limit_total = 3600;
}

static void take_text(char *to, size_t size, struct text value,
		      const char *name)
{
	if (value.len >= size)
		say_event("the configuration's %s is too long", name);
	else
		text_copy(value, to, size);
}

static void take_seconds(uint64_t *to, struct text value, const char *name)
{
	uint64_t seconds;

	if (text_number(value, 10, &seconds) || seconds == 0 ||
	    seconds > LIMIT_MAX_S)
		say_event("the configuration's %s is not a time in seconds",
			  name);
	else
		*to = seconds;
}

static bool is_other(struct text key)
{
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (text_equal(key, others[i]))
			return true;
	return false;
}

static void take(struct conf *conf, struct text name, struct text value)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const struct key *key = &keys[i];
		char *to = (char *)conf + key->at;

		if (!text_equal(name, key->name))
			continue;
		if (key->size)
			take_text(to, key->size, value, key->name);
		else
			take_seconds((uint64_t *)(void *)to, value, key->name);
		return;
	}
	if (!is_other(name))
		say_event("the configuration has an unknown key: %.*s",
			  name.len > 40 ? 40 : (int)name.len, name.at);
}

/* Split "key=value". false: the line is empty or a comment. */
static bool split(struct text line, struct text *key, struct text *value)
{
	line = text_trim(line);
	if (line.len == 0 || line.at[0] == '#' || !text_split(&line, '=', key))
		return false;
	*value = line;
	return true;
}

void conf_take(struct conf *conf)
{
	struct text rest = { conf->text, conf->text_len }, line, key, value;

	while (text_split(&rest, '\n', &line))
		if (split(line, &key, &value))
			take(conf, key, value);
}

void conf_read(struct conf *conf)
{
	int fd = open(CONF_PATH, O_RDONLY | O_CLOEXEC);
	ssize_t len = -1;

	if (fd >= 0) {
		len = read(fd, conf->text, sizeof(conf->text));
		close(fd);
	}
	if (len <= 0) {
		say_event("there is no configuration in the image (%s)",
			  CONF_PATH);
		return;
	}
	conf->text_len = (size_t)len;
	conf_take(conf);
}

bool conf_next(const struct conf *conf, const char *name, size_t *at,
	       struct text *value)
{
	struct text rest = { conf->text + *at, conf->text_len - *at };
	struct text line, key;

	while (text_split(&rest, '\n', &line)) {
		*at = conf->text_len - rest.len;
		if (split(line, &key, value) && text_equal(key, name))
			return true;
	}
	return false;
}
