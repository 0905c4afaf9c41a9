// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The native capture kernel's command line, of what the running kernel was
 * given and what the configuration adds, parted by a newline.
 */
#include <string.h>

#include "config/panic_timeout.h"
#include "fuzz.h"
#include "lib/text.h"
#include "plan/capture_cmdline.h"
#include "plan/capture_promise.h"

#define LINE_MAX (CAPTURE_CMDLINE_MAX + 1)

static bool has_word(const char *line, const char *wanted)
{
	struct text rest = text_of(line), word;

	while (text_word(&rest, &word))
		if (text_equal(word, wanted))
			return true;
	return false;
}

/*
 * It fits or is empty. Whatever the running kernel was given, and as long as
 * nothing is added or taken out, a panic and a CPU that spins end in a reboot.
 * What is added stands last.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size), line[LINE_MAX];
	char why[512], *append = text + strcspn(text, "\n");
	struct capture_cmdline_input in = {
		.running = text,
		.remove = "",
		.append = "",
		.machine = "x86_64",
		.sys_vendor = "",
	};

	PROMISE(text);
	if (*append)
		*append++ = '\0';
	if (!capture_cmdline_make(&in, line, sizeof(line))) {
		PROMISE(!capture_promise_broken(line, why, sizeof(why)));
		PROMISE(has_word(line, "panic=10"));
		PROMISE(has_word(line, "reset_devices"));
	} else {
		PROMISE(!line[0]);
	}
	in.append = append;
	if (!capture_cmdline_make(&in, line, sizeof(line))) {
		struct text rest = text_trim(text_of(append));
		struct panic_timeout timeout;

		PROMISE(strlen(line) >= rest.len &&
			!memcmp(line + strlen(line) - rest.len, rest.at,
				rest.len));
		why[0] = '\0';
		PROMISE(capture_promise_broken(line, why, sizeof(why)) ==
			(why[0] != '\0'));
		panic_timeout_read(line, &timeout);
		PROMISE(timeout.given);
	}
	free(text);
	return 0;
}
