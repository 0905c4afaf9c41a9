// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "capture/conf.h"
#include "capture/say.h"
#include "fuzz.h"

/* In place of the one that writes to the kernel's log. */
void say_event(const char *format, ...)
{
	(void)format;
}

static void is_plain(const char *text, size_t size)
{
	PROMISE(memchr(text, '\0', size));
	for (; *text; text++)
		PROMISE(*text >= 0x20 && *text <= 0x7e);
}

static void each_value(const struct conf *conf, const char *key)
{
	struct text value;
	size_t at = 0, before = 0;

	while (conf_next(conf, key, &at, &value)) {
		PROMISE(at > before && at <= conf->text_len);
		PROMISE(value.at >= conf->text + before &&
			value.at + value.len <= conf->text + at);
		PROMISE(!value.len || !memchr(value.at, '\n', value.len));
		before = at;
	}
}

/*
 * Every limit is one; every text can be printed; what is said last counts, and
 * changes no other key.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char more[] = "\nlimit_save=77\npath=/a b\nmodule=x y\n";
	static struct conf conf, longer;

	conf_default(&conf);
	if (size + sizeof(more) > sizeof(conf.text))
		return 0;
	if (size)
		memcpy(conf.text, data, size);
	conf.text_len = size;
	conf_take(&conf);
	is_plain(conf.device, sizeof(conf.device));
	is_plain(conf.path, sizeof(conf.path));
	is_plain(conf.collector_args, sizeof(conf.collector_args));
	is_plain(conf.final_action, sizeof(conf.final_action));
	for (const uint64_t *limit = &conf.limit_modules;
	     limit <= &conf.limit_total; limit++)
		PROMISE(*limit > 0 && *limit <= 8 * 24 * 3600);
	each_value(&conf, "module");
	each_value(&conf, "stack");

	conf_default(&longer);
	memcpy(longer.text, conf.text, size);
	memcpy(longer.text + size, more, sizeof(more) - 1);
	longer.text_len = size + sizeof(more) - 1;
	conf_take(&longer);
	PROMISE(longer.limit_save == 77 && !strcmp(longer.path, "/a b"));
	longer.limit_save = conf.limit_save;
	strncpy(longer.path, conf.path, sizeof(longer.path));
	PROMISE(!strcmp(longer.path, conf.path) &&
		!strcmp(longer.device, conf.device) &&
		!strcmp(longer.collector, conf.collector) &&
		!memcmp(&longer.limit_modules, &conf.limit_modules,
			sizeof(conf) - offsetof(struct conf, limit_modules)));
	return 0;
}
