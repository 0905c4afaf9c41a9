// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/hook.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "capture/capture.h"
#include "capture/program.h"
#include "capture/remote.h"
#include "capture/say.h"

#define ARGS_MAX  (VALUE_BYTES / 2 + 1) /* words of one byte */
#define TAIL_SAID 6

static void tell_all(const char *which)
{
	static char hook[40], folder[PATH_BYTES + 40], host[100];
	static char vmcore[2 * PATH_BYTES], status[40];
	bool is_saved = capture->dump_is_saved;

	snprintf(hook, sizeof(hook), "KDUMP_DMA_HOOK=%s", which);
	snprintf(folder, sizeof(folder), "KDUMP_DMA_FOLDER=%s",
		 capture->folder);
	snprintf(host, sizeof(host), "KDUMP_DMA_HOST=%s", capture->conf.host);
	program_tell(hook);
	program_tell(folder);
	program_tell(host);
	if (strcmp(which, "post"))
		return;
	snprintf(vmcore, sizeof(vmcore), "KDUMP_DMA_VMCORE=%s%s",
		 is_saved ? capture->folder : "",
		 is_saved ? "/" VMCORE_NAME : "");
	if (capture->far_bytes)
		snprintf(vmcore, sizeof(vmcore), "KDUMP_DMA_VMCORE=%s/%s/%s",
			 capture->conf.remote, capture->far_folder,
			 remote_vmcore());
	snprintf(status, sizeof(status), "KDUMP_DMA_STATUS=%d",
		 capture->status);
	program_tell(vmcore);
	program_tell(status);
}

static int run(const char *which, const char *command)
{
	static struct tail tail;
	static char words[VALUE_BYTES];
	const char *argv[ARGS_MAX + 1];
	const struct program program = { argv, capture->conf.limit_hook,
					 say_tail_line, &tail, 0 };
	struct text rest = text_of(command), word;
	size_t count = 0, len = 0;
	int status;

	while (text_word(&rest, &word) && len + word.len < sizeof(words)) {
		argv[count++] = words + len;
		text_copy(word, words + len, sizeof(words) - len);
		len += word.len + 1;
	}
	argv[count] = NULL;
	if (!count)
		return 0;
	tell_all(which);
	say("%s: %s", which, command);
	status = program_run(&program);
	say_tail(&tail, TAIL_SAID);
	if (!status)
		return 0;
	if (status == PROGRAM_TIMED_OUT)
		say_event("%s: %s was ended after %u s", which, argv[0],
			  (unsigned int)capture->conf.limit_hook);
	else
		say_event("%s: %s ended with exit status %d", which, argv[0],
			  status);
	return -EIO;
}

int hook_pre(void)
{
	return run("pre", capture->conf.pre);
}

int hook_post(void)
{
	return run("post", capture->conf.post);
}
