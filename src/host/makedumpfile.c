// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/makedumpfile.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/resolve.h"
#include "lib/text.h"
#include "lib/when.h"
#include "peers/run.h"
#include "state/history.h"
#include "state/state.h"

#define KEPT_NAME     "makedumpfile"
#define SECONDS_LIMIT 10

static void kept_line(void *arg, const struct line *line)
{
	struct makedumpfile *out = arg;
	struct text text = line->text;

	if (text_skip(&text, "version "))
		text_copy(text, out->version, sizeof(out->version));
	else if (text_skip(&text, "asked "))
		text_copy(text, out->asked, sizeof(out->asked));
	else if (text_skip(&text, "bytes "))
		(void)text_number(text, 10, &out->bytes);
	else if (text_skip(&text, "changed_seconds "))
		(void)text_number(text, 10, &out->changed_seconds);
}

static void print_kept(FILE *to, const void *arg)
{
	const struct makedumpfile *kept = arg;

	fprintf(to,
		"version %s\nasked %s\nbytes %" PRIu64
		"\nchanged_seconds %" PRIu64 "\n",
		kept->version, kept->asked, kept->bytes, kept->changed_seconds);
}

static bool find_program(const struct root *root, struct stat *st)
{
	int fd = resolve_open_program(root, "makedumpfile");
	bool found = fd >= 0 && !fstat(fd, st);

	if (fd >= 0)
		close(fd);
	return found;
}

bool makedumpfile_known(const struct root *root, struct makedumpfile *out)
{
	struct stat st;

	if (!find_program(root, &st) ||
	    !state_load(root, KEPT_NAME, kept_line, out, sizeof(*out)) ||
	    out->bytes != (uint64_t)st.st_size ||
	    out->changed_seconds != (uint64_t)st.st_mtime) {
		*out = (struct makedumpfile){ 0 };
		return false;
	}
	return out->version[0];
}

bool makedumpfile_version(const char *text, char *out, size_t size)
{
	const char *at = strstr(text, "version ");
	size_t len;

	out[0] = '\0';
	if (!at)
		return false;
	at += strlen("version ");
	len = strspn(at, "0123456789.");
	if (!len || len >= size)
		return false;
	memcpy(out, at, len);
	out[len] = '\0';
	return true;
}

int makedumpfile_compare(const char *version, const char *other)
{
	while (*version || *other) {
		char *end, *other_end;
		unsigned long part = strtoul(version, &end, 10);
		unsigned long other_part = strtoul(other, &other_end, 10);

		if (part != other_part)
			return part < other_part ? -1 : 1;
		version = *end == '.' ? end + 1 : "";
		other = *other_end == '.' ? other_end + 1 : "";
	}
	return 0;
}

int makedumpfile_ask(const struct root *root)
{
	static const char *const argv[] = { "makedumpfile", "-v", NULL };
	struct makedumpfile kept;
	char said[512];
	struct stat st;

	if (!root->is_live || !find_program(root, &st) ||
	    makedumpfile_known(root, &kept) ||
	    run_read(argv, SECONDS_LIMIT, said, sizeof(said)) ||
	    !makedumpfile_version(said, kept.version, sizeof(kept.version)))
		return 0;
	kept.bytes = (uint64_t)st.st_size;
	kept.changed_seconds = (uint64_t)st.st_mtime;
	when_print_now(kept.asked, sizeof(kept.asked));
	return state_write(root, HISTORY_DIR, KEPT_NAME, print_kept, &kept);
}
