// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "state/history.h"
#include "peers/run.h"
#include "lib/write_file.h"

#define CACHE_NAME    "images"
#define CACHE_MAX     4096
#define UNPACKED_MAX  (UINT64_C(8) << 30)
#define SECONDS_LIMIT 60

/* One line: "PATH SIZE SECONDS UNPACKED" */
struct entry {
	const char *path;
	uint64_t packed_bytes;
	uint64_t changed;
	bool found;
	uint64_t unpacked_bytes;
};

static void cache_line(void *arg, const struct line *line)
{
	struct entry *entry = arg;
	struct text rest = line->text, path, word[3];
	uint64_t number[3];

	if (!text_word(&rest, &path) || !text_equal(path, entry->path))
		return;
	for (int i = 0; i < 3; i++)
		if (!text_word(&rest, &word[i]) ||
		    text_number(word[i], 10, &number[i]))
			return;
	if (number[0] != entry->packed_bytes || number[1] != entry->changed)
		return;
	entry->found = true;
	entry->unpacked_bytes = number[2];
}

static void print_entry(FILE *to, const void *arg)
{
	const struct entry *entry = arg;

	fprintf(to, "%s %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", entry->path,
		entry->packed_bytes, entry->changed, entry->unpacked_bytes);
}

static pid_t start(const char *program, int in, int *out)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		if (dup2(in, 0) < 0 || dup2(ends[1], 1) < 0 ||
		    dup2(null, 2) < 0 || setenv("PATH", RUN_PATH, 1))
			_exit(127);
		execlp(program, program, "-dc", NULL);
		_exit(127);
	}
	close(ends[1]);
	*out = ends[0];
	if (pid < 0)
		close(ends[0]);
	return pid;
}

/* Count what comes out, for at most SECONDS_LIMIT. */
static int count(int from, uint64_t *bytes)
{
	time_t end = time(NULL) + SECONDS_LIMIT;
	static char chunk[65536];

	for (*bytes = 0; *bytes < UNPACKED_MAX;) {
		struct pollfd poll_from = { .fd = from, .events = POLLIN };
		ssize_t n;

		if (time(NULL) > end || poll(&poll_from, 1, 1000) < 0)
			return -ETIMEDOUT;
		if (!poll_from.revents)
			continue;
		n = read(from, chunk, sizeof(chunk));
		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		*bytes += (uint64_t)n;
	}
	return -EFBIG;
}

static int unpack(int fd, const struct initramfs *initramfs, uint64_t *bytes)
{
	const char *program = initramfs_unpacker(initramfs->kind);
	int out = -1, err, status;
	pid_t pid;

	*bytes = 0;
	if (!program)
		return -ENOENT;
	if (lseek(fd, (off_t)initramfs->plain_bytes, SEEK_SET) < 0)
		return -errno;
	pid = start(program, fd, &out);
	if (pid < 0)
		return -errno;
	err = count(out, bytes);
	close(out);
	if (err)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!err && (!WIFEXITED(status) || WEXITSTATUS(status)))
		err = -EINVAL;
	return err;
}

void unpack_measure(const struct root *root, const char *path, int fd,
		    struct initramfs *initramfs)
{
	struct entry entry = { .path = path,
			       .packed_bytes = initramfs->packed_bytes };
	struct stat st;
	uint64_t bytes;

	if (fstat(fd, &st))
		return;
	entry.changed = (uint64_t)st.st_mtime;
	if (root_lines(root, CACHE_MAX, cache_line, &entry, "%s/%s",
		       HISTORY_DIR, CACHE_NAME))
		entry.found = false;
	if (!entry.found && root->is_live && !unpack(fd, initramfs, &bytes)) {
		entry.found = true;
		entry.unpacked_bytes = initramfs->plain_bytes + bytes;
		/* Without it the next call unpacks again: no harm. */
		(void)!write_file("/" HISTORY_DIR, CACHE_NAME, print_entry,
				  &entry);
	}
	initramfs->have_unpacked = entry.found;
	initramfs->unpacked_bytes = entry.unpacked_bytes;
}
