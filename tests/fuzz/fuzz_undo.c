// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How each file of a peer is taken back. The first byte of the input says
 * which; the rest is three texts with a line "===" between them: before our
 * first apply, what apply wrote, and what somebody made of that.
 */
#include <stdbool.h>
#include <string.h>

#include "fuzz.h"
#include "lib/macros.h"
#include "peers/backend.h"
#include "peers/bootloader.h"

#define MARK "\n===\n"

/* What stands in front of the next mark, as file_read() gives it. */
static char *part(const char **at, const char *end, size_t *len)
{
	const char *mark = memmem(*at, (size_t)(end - *at), MARK, strlen(MARK));
	char *text;

	*len = (size_t)((mark ? mark + 1 : end) - *at);
	text = malloc(*len + 1);
	PROMISE(text);
	memcpy(text, *at, *len);
	text[*len] = '\0';
	*at = mark ? mark + strlen(MARK) : end;
	return text;
}

/*
 * What is left ends where it says, and is what was there with a value of
 * before in it; a file that has nothing of what was written stays as it is.
 */
static void check(int (*undo)(struct undo *undo), const char *at,
		  const char *end)
{
	struct undo all = { 0 };
	bool has_none;
	size_t len;

	all.before = part(&at, end, &all.before_len);
	all.after = part(&at, end, &all.after_len);
	all.now = part(&at, end, &all.now_len);
	len = all.now_len;
	has_none = !memmem(all.now, len, "KDUMP_", strlen("KDUMP_")) &&
		   !memmem(all.now, len, "auto_reset", strlen("auto_reset")) &&
		   !memmem(all.now, len, "crashkernel", strlen("crashkernel"));
	if (!undo(&all)) {
		PROMISE(all.now[all.now_len] == '\0');
		PROMISE(all.now_len <= len + all.before_len + 16);
		PROMISE(!has_none || all.now_len == len);
	}
	free(all.before);
	free(all.after);
	free(all.now);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct peer_file *const files[] = {
		&backend_kdump_tools.files[0],
		&backend_kdumpctl.files[0],
		&backend_kdumpctl.files[1],
		&backend_suse.files[0],
		&bootloader_kdumptool.files[0],
		&bootloader_kernel_install.files[0],
	};

	if (size)
		check(files[data[0] % ARRAY_SIZE(files)]->undo,
		      (const char *)data + 1, (const char *)data + size);
	return 0;
}
