// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/try_ssh.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/macros.h"
#include "lib/text.h"
#include "lib/write_file.h"
#include "peers/run.h"

#define RUN_DIR	    "/run/kdump-dma"
#define SSH_NAME    "ssh"
#define LIMIT_S	    60
#define KEY_LIMIT_S 20
#define KEY	    "/" REMOTE_KEY
#define KEY_BYTES   16384

static void print_ssh(FILE *to, const void *arg)
{
	capture_remote_print_ssh(to, arg);
}

/* The last line, which is the far end's: safe to be printed. */
static void take_last_line(char *said, char *last, size_t size)
{
	size_t len = strlen(said);
	char *slash_n;

	while (len && strchr("\r\n", said[len - 1]))
		said[--len] = '\0';
	slash_n = strrchr(said, '\n');
	text_copy(text_of(slash_n ? slash_n + 1 : said), last, size);
}

/* "TYPE KEY COMMENT": are type and key the same? */
static bool is_same_key(struct text one, struct text other)
{
	struct text word, other_word;

	for (int i = 0; i < 2; i++)
		if (!text_word(&one, &word) ||
		    !text_word(&other, &other_word) ||
		    !text_same(word, other_word))
			return false;
	return true;
}

static bool read_other_half(char *out, size_t size)
{
	int fd = open(KEY ".pub", O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, out, size - 1);

	if (fd >= 0)
		close(fd);
	out[len > 0 ? len : 0] = '\0';
	return len > 0;
}

/* What may be wrong on this side where the far end refuses the key; "": nothing
 * that is known. */
static const char *wrong_with_key(void)
{
	static const char *const argv[] = { "ssh-keygen", "-y", "-P", "",
					    "-f",	  KEY,	NULL };
	static char half[KEY_BYTES], other[KEY_BYTES];
	struct stat st;
	int status;

	if (!stat(KEY, &st) && st.st_mode & 077)
		return ": ssh uses no key that others may read: chmod 600 " KEY;
	status = run_try(argv, KEY_LIMIT_S, half, sizeof(half));
	if (status > 0 && status != RUN_NOT_FOUND)
		return ": the key " KEY " has a passphrase, which nobody types "
		       "after a crash, or is damaged: remove it, and run "
		       "\"kdump-dma target\" with the target for another one";
	if (!status && read_other_half(other, sizeof(other)) &&
	    !is_same_key(text_of(half), text_of(other)))
		return ": " KEY ".pub, which the line for the far end is made "
		       "from, is not the other half of " KEY;
	return "";
}

static const char *hint_of(const char *last)
{
	if (strstr(last, "Permission denied"))
		return wrong_with_key();
	if (strstr(last, "Host key verification failed"))
		return ": it has another host key than the one that was pinned "
		       "for its name: if that is right, take the lines of that "
		       "name out of /" REMOTE_KNOWN_HOSTS " and run "
		       "\"kdump-dma target\" with the target";
	return "";
}

int try_ssh(const struct capture_remote *remote, char *why, size_t size)
{
	/* an agent would have keys that the capture kernel has not */
	static const char *const argv[] = { "sh", "-c",
					    "unset SSH_AUTH_SOCK; exec ssh "
					    "-F " RUN_DIR "/" SSH_NAME
					    " far try 2>&1",
					    NULL };
	static char said[16384];
	char last[200];
	int status;

	mkdir(RUN_DIR, 0755);
	status = write_file(RUN_DIR, SSH_NAME, print_ssh, remote);
	if (!status)
		status = run_read(argv, LIMIT_S, said, sizeof(said));
	take_last_line(said, last, sizeof(last));
	if (!status && streq(last, "ready"))
		return 0;
	if (status < 0 && status != -ENOSPC)
		snprintf(last, sizeof(last), "%s", strerror(-status));
	else if (!status || status == RUN_NOT_FOUND || status == -ENOSPC)
		snprintf(last, sizeof(last),
			 "it answers, but not as the line says that "
			 "\"kdump-dma target\" prints for its "
			 "authorized_keys");
	snprintf(why, size, "%s%s", last, hint_of(last));
	return -EIO;
}
