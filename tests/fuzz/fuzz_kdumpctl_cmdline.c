// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command line that kdumpctl makes: the input is /etc/sysconfig/kdump, and
 * after a zero byte the running kernel's words.
 */
#include "peers/kdumpctl_cmdline.h"

#include <errno.h>

#include "config/cmdline.h"
#include "lib/text.h"
#include "peers/append.h"
#include "peers/peer_paths.h"
#include "peers/shell_variable.h"
#include "tree.h"

#define LAST "rd.systemd.gpt_auto=no"

static void read_variable(const char *key, char *value)
{
	(void)shell_variable_read(&tree_root, PATH_SYSCONFIG, key, value,
				  APPEND_MAX);
}

/* Words that kdumpctl never takes over are only those that were added. */
static void check_words(const char *line, size_t end)
{
	struct text rest = { line, end }, word, name, value;
	bool is_whole;

	while (cmdline_word(&rest, &word, &is_whole)) {
		(void)cmdline_parts(word, &name, &value);
		PROMISE(!text_equal(name, "crashkernel") &&
			!text_equal(name, "root"));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char running[4096], line[4096], again[4096], added[APPEND_MAX];
	const uint8_t *zero = memchr(data, 0, size);
	size_t first = zero ? (size_t)(zero - data) : size;
	size_t rest = zero ? size - first - 1 : 0;
	size_t len, tail = strlen(LAST);
	int err;

	if (rest >= sizeof(running))
		rest = sizeof(running) - 1;
	if (rest)
		memcpy(running, zero + 1, rest);
	running[rest] = '\0';
	tree_make();
	tree_put(PATH_SYSCONFIG, data, first);
	err = kdumpctl_cmdline(&tree_root, running, line, sizeof(line));
	PROMISE(err <= 0 && memchr(line, 0, sizeof(line)));
	PROMISE(err ==
		kdumpctl_cmdline(&tree_root, running, again, sizeof(again)));
	PROMISE(!strcmp(line, again));
	/* What does not fit is an error, and never a shorter line. */
	if (!err && line[0])
		PROMISE(kdumpctl_cmdline(&tree_root, running, again,
					 strlen(line)) == -ENOSPC);
	if (err)
		return 0;
	len = strlen(line);
	PROMISE(len >= tail && !strcmp(line + len - tail, LAST));
	read_variable("KDUMP_COMMANDLINE_APPEND", added);
	PROMISE(len >= tail + strlen(added));
	check_words(line, len - tail - strlen(added));
	return 0;
}
