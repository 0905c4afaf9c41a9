// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/keyring.h"

#include <linux/keyctl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BYTES_LIMIT (1 << 20)
#define KEY_MAX	    256 /* bytes of a key that the kernel hands over */

/*
 * "1c4c5d3e I--Q---     1 perm 3f010000     0     0 logon     KEY: 64":
 * serial number, flags, usage, timeout, rights, owner, group, type, and what
 * the type says of it. Instantiated is the only flag that it may have beside
 * the quota's.
 */
unsigned int keyring_line_bytes(struct text line, const char *description)
{
	struct text serial, flags, usage, timeout, rights, owner, group, type;
	uint64_t bytes;

	if (!text_word(&line, &serial) || !text_word(&line, &flags) ||
	    !text_word(&line, &usage) || !text_word(&line, &timeout) ||
	    !text_word(&line, &rights) || !text_word(&line, &owner) ||
	    !text_word(&line, &group) || !text_word(&line, &type))
		return 0;
	if ((!text_equal(flags, "I--Q---") && !text_equal(flags, "I------")) ||
	    text_equal(timeout, "expd") || !text_equal(owner, "0") ||
	    !text_equal(type, "logon"))
		return 0;
	line = text_trim(line);
	if (!text_skip(&line, description) || !text_skip(&line, ": ") ||
	    text_number(line, 10, &bytes) || bytes > KEY_MAX)
		return 0;
	return (unsigned int)bytes;
}

struct search {
	const char *description;
	unsigned int bytes;
};

static void look_at(void *arg, const struct line *line)
{
	struct search *search = arg;
	unsigned int bytes =
		keyring_line_bytes(line->text, search->description);

	if (bytes)
		search->bytes = bytes;
}

unsigned int keyring_key_bytes(const struct root *root, const char *description)
{
	struct search search = { description, 0 };

	if (root_lines(root, BYTES_LIMIT, look_at, &search, "proc/keys"))
		return 0;
	return search.bytes;
}

void keyring_join(void)
{
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) >= 0)
		syscall(SYS_keyctl, KEYCTL_LINK, KEY_SPEC_USER_KEYRING,
			KEY_SPEC_SESSION_KEYRING);
}
