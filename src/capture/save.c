// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/capture.h"
#include "capture/folder.h"
#include "capture/program.h"
#include "capture/say.h"

/* Words of one byte, and what is added to them. */
#define ARGS_MAX      (VALUE_BYTES / 2 + 5)
#define ROOM_BYTES    65536
#define WARNINGS_MAX  4
#define TAIL_SAID     6
#define WARNING_BYTES 120

/* The part of a collector's output that is kept. */
struct heard {
	struct tail tail;
	char warnings[WARNINGS_MAX][WARNING_BYTES];
	size_t warnings_count;
};

static struct heard heard;

bool save_has_vmcore(void)
{
	struct stat st;

	if (stat(capture->conf.vmcore, &st) == 0)
		return true;
	say_note("there is no %s", capture->conf.vmcore);
	return false;
}

int save_reserve(void)
{
	static char zeros[4096]; /* not const: a file would hold them */
	int folder = folder_open(), fd;

	if (folder < 0)
		return folder;
	fd = openat(folder, ROOM_NAME,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	close(folder);
	if (fd < 0)
		return -errno;
	for (int i = 0; i < ROOM_BYTES / (int)sizeof(zeros); i++)
		if (write(fd, zeros, sizeof(zeros)) < 0)
			break; /* Then the target is full, and keeps no room. */
	fsync(fd);
	close(fd);
	return 0;
}

/*
 * True for a line that warns of a dump with faults. What makedumpfile says
 * beside its progress has one of these words.
 */
static bool is_warning(const char *line)
{
	static const char words[] =
		"not \0n't \0unsupported\0incomplete\0fail\0error\0warning\0"
		"invalid\0lost\0broken\0corrupt\0disabled\0missing\0existent\0"
		"mmap()\0is changed\0out of \0cannot\0";
	static const char saved[] = "The dumpfile is saved to";

	/* A status says the one; in the other a folder has any name. */
	if (!strcmp(line, "makedumpfile Failed.") ||
	    !strncmp(line, saved, strlen(saved)))
		return false;
	for (const char *word = words; *word; word += strlen(word) + 1)
		if (strcasestr(line, word))
			return true;
	return false;
}

static void note_warning(const char *line)
{
	if (heard.warnings_count == WARNINGS_MAX)
		return;
	for (size_t i = 0; i < heard.warnings_count; i++)
		if (!strncmp(heard.warnings[i], line, WARNING_BYTES - 1))
			return;
	text_copy(text_of(line), heard.warnings[heard.warnings_count++],
		  WARNING_BYTES);
}

/* Keep warnings and the last lines only: progress may be thousands of lines. */
static void hear(void *arg, const struct line *line)
{
	char text[TAIL_BYTES];

	(void)arg;
	say_tail_add(&heard.tail, line->text);
	text_copy(text_trim(line->text), text, sizeof(text));
	if (is_warning(text))
		note_warning(text);
}

/*
 * Set argv to the collector, its arguments, the vmcore and the file. Without a
 * file the collector is made to write to its standard output. buffer holds the
 * words.
 */
static void command_line(const char **argv, char *buffer, size_t size,
			 const char *part)
{
	struct text rest = text_of(capture->conf.collector_args), word;
	size_t count = 0, len = 0;

	argv[count++] = capture->conf.collector;
	if (!part)
		argv[count++] = "-F";
	while (text_word(&rest, &word) && len + word.len + 1 <= size) {
		argv[count++] = buffer + len;
		memcpy(buffer + len, word.at, word.len);
		len += word.len;
		buffer[len++] = '\0';
	}
	argv[count++] = capture->conf.vmcore;
	argv[count++] = part;
	argv[count] = NULL;
}

int save_keep(const char *who, int status, const char *part)
{
	int err;

	if (status) {
		capture->status = status;
		say_event("%s failed with exit status %d", who, status);
		return -EIO;
	}
	/* This may hang: a dump counts as saved only when it is synced. */
	err = folder_keep(part, VMCORE_NAME);
	if (err) {
		capture->status = 1;
		say_event("%s ended well, but the vmcore is %s%s", who,
			  err == -ENODATA ? "empty" : "not synced: ",
			  err == -ENODATA ? "" : strerror(-err));
		return err;
	}
	capture->status = 0;
	capture->dump_is_saved = true;
	return 0;
}

static void say_saved(void)
{
	char path[PATH_BYTES + 32];
	struct stat st;

	snprintf(path, sizeof(path), "%s/" VMCORE_NAME, capture->folder);
	if (stat(path, &st) == 0)
		say("saved %lld bytes as %s", (long long)st.st_size,
		    path + strlen(capture->place.point));
}

static void note_collector(const char *part)
{
	const struct conf *conf = &capture->conf;
	char text[sizeof(conf->collector) + sizeof(conf->collector_args) + 8];

	snprintf(text, sizeof(text), "%s%s %s", conf->collector,
		 part ? "" : " -F", conf->collector_args);
	text_copy(text_of(text), capture->collected_with,
		  sizeof(capture->collected_with));
}

int save_run(const char *part, int out_fd, uint64_t limit_s)
{
	const struct conf *conf = &capture->conf;
	char words[sizeof(conf->collector_args)];
	const char *argv[ARGS_MAX];
	struct program program = { argv, limit_s, hear, NULL, out_fd };
	int status;

	command_line(argv, words, sizeof(words), part);
	note_collector(part);
	say("%s", capture->collected_with);
	memset(&heard, 0, sizeof(heard));
	status = program_run(&program);
	if (status)
		say_tail(&heard.tail, TAIL_SAID);
	for (size_t i = 0; i < heard.warnings_count; i++)
		say_event("%s: %s", conf->collector, heard.warnings[i]);
	return status;
}

int save_by(uint64_t limit_s)
{
	const struct conf *conf = &capture->conf;
	char part[PATH_BYTES + 32];
	int err;

	snprintf(part, sizeof(part), "%s/" VMCORE_PART, capture->folder);
	if (!program_exists(conf->collector)) {
		note_collector(part);
		capture->status = PROGRAM_NOT_FOUND;
		say_event("%s is not in the image", conf->collector);
		return -ENOENT;
	}
	/* makedumpfile refuses a file that exists. */
	unlink(part);
	capture->status = PROGRAM_TIMED_OUT; /* if this step is given up */
	err = save_keep(conf->collector, save_run(part, 0, limit_s),
			VMCORE_PART);
	if (!err)
		say_saved();
	return err;
}

int save_collect(void)
{
	return save_by(capture->conf.limit_save);
}

/* Only one part stays: the collector's, or that of a plain copy. */
static void settle(const char *part)
{
	char copy[PATH_BYTES + 32];
	struct stat st;

	snprintf(copy, sizeof(copy), "%s/" COPY_PART, capture->folder);
	if (stat(part, &st) == 0 && st.st_size > 0)
		unlink(copy);
	else if (stat(copy, &st) == 0)
		rename(copy, part);
}

int save_tell_left(void)
{
	char path[PATH_BYTES + 32];
	struct stat st;

	snprintf(path, sizeof(path), "%s/" VMCORE_PART, capture->folder);
	settle(path);
	if (stat(path, &st))
		return 0;
	if (st.st_size > 0)
		say_event("%lld bytes of the vmcore are left as " VMCORE_PART,
			  (long long)st.st_size);
	else
		unlink(path);
	return 0;
}
