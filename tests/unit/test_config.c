// SPDX-License-Identifier: GPL-2.0-or-later
/* What the configuration's parser takes, and what it refuses, and where. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../scratch.h"
#include "config/config.h"
#include "tap.h"

/* 15, 255 characters */
#define LONG_15 "aaaaabbbbbccccc"
#define LONG_255                                                               \
	LONG_15 LONG_15 LONG_15 LONG_15 LONG_15 LONG_15 LONG_15 LONG_15        \
		LONG_15 LONG_15 LONG_15 LONG_15 LONG_15 LONG_15 LONG_15        \
			LONG_15 LONG_15

static struct config config;
static struct config_error error;

static const struct {
	const char *name, *input;
	enum config_key key;
	const char *want;
} good[] = {
	{ "empty file keeps the preset", "", CONFIG_PATH, "/var/crash" },
	{ "a value", "path = /srv/dumps\n", CONFIG_PATH, "/srv/dumps" },
	{ "no blanks, no newline", "path=/a", CONFIG_PATH, "/a" },
	{ "blanks everywhere", " \t path \t=  /a  \r\n", CONFIG_PATH, "/a" },
	{ "comments", "# x\n   # y\npath = /a # z\n", CONFIG_PATH, "/a" },
	{ "the last wins", "path = /a\npath = /b\n", CONFIG_PATH, "/b" },
	{ "empty goes back to the preset", "path = /a\npath =\n", CONFIG_PATH,
	  "/var/crash" },
	{ "a value may hold =", "target = UUID=12-ab\n", CONFIG_TARGET,
	  "UUID=12-ab" },
	{ "a device", "target = /dev/mapper/a-b", CONFIG_TARGET,
	  "/dev/mapper/a-b" },
	{ "words", "append = a=1 b.c=90% d\n", CONFIG_APPEND, "a=1 b.c=90% d" },
	{ "minutes are seconds", "time_limit = 5min", CONFIG_TIME_LIMIT,
	  "300" },
	{ "seconds", "time_limit = 90s", CONFIG_TIME_LIMIT, "90" },
	{ "hours", "time_limit = 2h", CONFIG_TIME_LIMIT, "7200" },
	{ "an enum's last word", "backend = suse", CONFIG_BACKEND, "suse" },
	{ "a mark in front of UTF-8", "\xef\xbb\xbfpath = /a\n", CONFIG_PATH,
	  "/a" },
	{ "a key of before does not refuse the others",
	  "cma = no\nshrink_now = yes\npath = /a\n", CONFIG_PATH, "/a" },
	{ "ranges", "crashkernel_x86_64 = 2G-64G:256M,64G-:512M\n",
	  CONFIG_CRASHKERNEL_X86_64, "2G-64G:256M,64G-:512M" },
};

static const struct {
	const char *name, *input, *want; /* start of the message */
} bad[] = {
	{ "unknown key", "path = /a\npaht = /b\n", "f:2: no such key: paht" },
	{ "unknown key, hostile", "$(x)\x1b = 1\n", "f:1: no such key: $(x)?" },
	{ "round that no word can say", "round = 1500K\n",
	  "f:1: round: not in whole MiB" },
	{ "a size in lower case", "round = 16m\n",
	  "f:1: round: not a size like 64M (K, M or G, in upper case" },
	{ "a size with a blank", "margin_min = 16 M\n",
	  "f:1: margin_min: not a size like 64M (K, M or G, in upper case" },
	{ "case matters", "Path = /b\n", "f:1: no such key: Path" },
	{ "no =", "\n\npath\n", "f:3: no \"=\"" },
	{ "empty key", " = 1\n", "f:1: no such key" },
	{ "relative path", "path = crash", "f:1: path: not an absolute" },
	{ "path of 256 bytes", "path = /" LONG_255 "\n",
	  "f:1: path: longer than 255 bytes" },
	{ "path climbs", "path = /a/../etc", "f:1: path: \"..\"" },
	{ "path climbs at the end", "path = /a/..", "f:1: path: \"..\"" },
	{ "path with a blank", "path = /a b", "f:1: path: only" },
	{ "path with $()", "path = /a$(reboot)", "f:1: path: only" },
	{ "quotes", "append = a\"b", "f:1: append: only" },
	{ "single quotes", "append = a'b", "f:1: append: only" },
	{ "backquote", "append = `id`", "f:1: append: only" },
	{ "semicolon", "append = a;b", "f:1: append: only" },
	{ "backslash", "append = a\\b", "f:1: append: only" },
	{ "beyond ASCII", "append = \xc3\xa4", "f:1: append: only" },
	{ "target junk", "target = nfs:x", "f:1: target: not auto" },
	{ "target UUID= alone", "target = UUID=", "f:1: target: not auto" },
	{ "target climbs", "target = /dev/../etc/x", "f:1: target: \"..\"" },
	{ "enum", "final_action = shell", "f:1: final_action: not one of reb" },
	{ "enum prefix", "final_action = reb", "f:1: final_action: not one" },
	{ "enum two words", "final_action = reboot|halt",
	  "f:1: final_action: not one" },
	{ "time junk", "time_limit = 5m", "f:1: time_limit: not a time" },
	{ "time negative", "time_limit = -5", "f:1: time_limit: not a time" },
	{ "time too short", "time_limit = 9", "f:1: time_limit: must be" },
	{ "time zero", "time_limit = 0", "f:1: time_limit: must be" },
	{ "time overflows", "time_limit = 99999999999999999999",
	  "f:1: time_limit: not a time" },
	{ "time overflows by its suffix", "time_limit = 9999999999999999999h",
	  "f:1: time_limit: not a time" },
	{ "size overflows", "swiotlb = 18014398509481985K",
	  "f:1: swiotlb: not a size" },
	{ "size lower case", "swiotlb = 64m", "f:1: swiotlb: not a size" },
	{ "percent", "margin_percent = 25%%", "f:1: margin_percent: not" },
	{ "ranges fall", "crashkernel_s390x = 4G-:1G,2G-4G:1G",
	  "f:1: crashkernel_s390x: not rising" },
	{ "range is empty", "crashkernel_s390x = 4G-4G:1G",
	  "f:1: crashkernel_s390x: not rising" },
	{ "ranges end in a comma", "crashkernel_s390x = 4G-:1G,",
	  "f:1: crashkernel_s390x: not rising" },
	{ "a size alone", "crashkernel_s390x = 256M",
	  "f:1: crashkernel_s390x: not rising" },
	{ "ranges: no size",
	  "crashkernel_s390x = 1G-2G:", "f:1: crashkernel_s390x: not rising" },
	{ "ranges: offset", "crashkernel_s390x = 1G-2G:64M@16M",
	  "f:1: crashkernel_s390x: not rising" },
	{ "ranges overflow", "crashkernel_s390x = 99999999999999T-:1G",
	  "f:1: crashkernel_s390x: not rising" },
};

static void test_good(void)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		const char *got;
		int err;

		config_init(&config);
		err = config_parse(&config, "f", good[i].input,
				   strlen(good[i].input), &error);
		got = config_text(&config, good[i].key);
		if (!ok(!err && !strcmp(got, good[i].want), "%s", good[i].name))
			printf("# %d \"%s\" %s\n", err, got, error.text);
	}
}

static void test_bad(void)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		int err;

		config_init(&config);
		err = config_parse(&config, "f", bad[i].input,
				   strlen(bad[i].input), &error);
		if (!ok(err == -EINVAL && !strncmp(error.text, bad[i].want,
						   strlen(bad[i].want)),
			"refused: %s", bad[i].name))
			printf("# %d \"%s\"\n", err, error.text);
	}
}

/* The buffer ends exactly where the input ends, so that ASan sees overruns. */
static int parse_exact(const char *input, size_t len)
{
	char *buf = malloc(len ? len : 1);
	int err;

	memcpy(buf, input, len);
	config_init(&config);
	err = config_parse(&config, "f", buf, len, &error);
	free(buf);
	return err;
}

static void test_limits(void)
{
	static char big[CONFIG_FILE_MAX + 2];

	ok(parse_exact("path = /a\0b\n", 12) == -EINVAL &&
		   strstr(error.text, "NUL"),
	   "refused: a NUL byte");
	memset(big, '#', sizeof(big));
	ok(parse_exact(big, CONFIG_LINE_MAX) == 0, "the longest line");
	ok(parse_exact(big, CONFIG_LINE_MAX + 1) == -EINVAL,
	   "refused: a longer line");
	memset(big, '\n', sizeof(big));
	ok(parse_exact(big, CONFIG_FILE_MAX) == 0, "the largest file");
	ok(parse_exact(big, CONFIG_FILE_MAX + 1) == -EINVAL,
	   "refused: a larger file");
	memset(big, 'a', 1500);
	memcpy(big, "path = /", 8);
	ok(parse_exact(big, 1500) == -EINVAL &&
		   strstr(error.text, "longer than"),
	   "refused: a longer value");
}

static void put(const char *dir, const char *name, const char *text)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	fputs(text, f);
	fclose(f);
}

static void make_dirs(const char *dir)
{
	static const char *const names[] = { "usr", "usr/lib",
					     "usr/lib/kdump-dma", "etc",
					     "etc/kdump-dma.conf.d" };
	char path[4096];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		mkdir(path, 0755);
	}
}

static int load(const char *dir)
{
	struct root root;
	int err = root_open(&root, dir);

	if (!err)
		err = config_load(&config, &root, &error);
	root_close(&root);
	return err;
}

static void test_order(void)
{
	const char *dir = scratch;

	if (!scratch_make()) {
		ok(false, "a folder below TMPDIR");
		return;
	}
	ok(!load(dir) &&
		   !strcmp(config_text(&config, CONFIG_PATH), "/var/crash"),
	   "no files: the presets");
	make_dirs(dir);
	put(dir, "usr/lib/kdump-dma/kdump-dma.conf",
	    "path = /vendor\nappend = vendor\ncollector = vendor\n");
	put(dir, "etc/kdump-dma.conf", "path = /etc\nappend = etc\n");
	put(dir, "etc/kdump-dma.conf.d/20-b.conf", "path = /b\n");
	put(dir, "etc/kdump-dma.conf.d/10-a.conf", "path = /a\n");
	put(dir, "etc/kdump-dma.conf.d/30-c.conf~", "path = wrong\n");
	put(dir, "etc/kdump-dma.conf.d/.40-d.conf", "path = wrong\n");
	ok(!load(dir) && !strcmp(config_text(&config, CONFIG_PATH), "/b") &&
		   !strcmp(config_text(&config, CONFIG_APPEND), "etc") &&
		   !strcmp(config_text(&config, CONFIG_COLLECTOR), "vendor"),
	   "vendor, then administrator, then drop-ins by name");
	ok(!strcmp(config.value[CONFIG_PATH].origin,
		   "/etc/kdump-dma.conf.d/20-b.conf:1"),
	   "a value knows its file and line");
	put(dir, "etc/kdump-dma.conf.d/30-c.conf", "\npath = wrong\n");
	ok(load(dir) == -EINVAL &&
		   !strncmp(error.text,
			    "/etc/kdump-dma.conf.d/30-c.conf:2: ", 35),
	   "refused: wrong drop-in, with its file and line");
	scratch_remove();
}

int main(void)
{
	test_good();
	test_bad();
	test_limits();
	test_order();
	return tap_end();
}
