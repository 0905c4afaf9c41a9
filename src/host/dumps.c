// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each backend makes one folder per crash below one folder:
 *   native       HOST-2026-11-23T10:00:00Z/  vmcore kdump-dma.json
 *   kdumpctl     127.0.0.1-2026-11-23-10:00:00/  vmcore kexec-dmesg.log
 *   kdump-tools  202611231000/  dump.202611231000 dmesg.202611231000, or what
 *                was saved before the target was full: dump-incomplete[.gz]
 *   suse         2026-11-23-10-00/  vmcore dmesg README.txt
 * So one look finds them all. Nothing in them is trusted: no symlink is
 * followed, a record counts only if root wrote it and nobody else can, and
 * where others can make folders, only root's folders count.
 */
#include "host/dumps.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "state/capture_json.h"

#define LOG_MAX	     (8 * 1024 * 1024)
#define NAME_MAX_LEN (CAPTURE_ID_MAX - CAPTURE_FOLDER_MAX)

struct name {
	char text[NAME_MAX_LEN];
	time_t changed;
};

struct names {
	int base;
	bool shared; /* others can make folders there, too */
	size_t count;
	struct name list[DUMPS_MAX];
};

/* Room for one more: of too many, the one that was changed last long ago. */
static struct name *room(struct names *names, time_t changed)
{
	struct name *oldest = &names->list[0];

	if (names->count < DUMPS_MAX)
		return &names->list[names->count++];
	for (size_t i = 1; i < names->count; i++)
		if (names->list[i].changed < oldest->changed)
			oldest = &names->list[i];
	return oldest->changed < changed ? oldest : NULL;
}

static void add_name(void *arg, const char *name)
{
	struct names *names = arg;
	struct name *new;
	struct stat st;

	if (name[0] == '.' || strlen(name) >= NAME_MAX_LEN)
		return;
	if (!capture_id_is_plain(name) ||
	    fstatat(names->base, name, &st, AT_SYMLINK_NOFOLLOW) ||
	    !S_ISDIR(st.st_mode) ||
	    (names->shared && st.st_uid != 0 && st.st_uid != geteuid()))
		return;
	new = room(names, st.st_mtime);
	if (!new)
		return;
	strcpy(new->text, name);
	new->changed = st.st_mtime;
}

/* Names do not tell: a folder may be called by host, address or time. */
static int by_time(const void *a, const void *b)
{
	const struct dump *one = a, *other = b;

	if (one->taken != other->taken)
		return one->taken < other->taken ? -1 : 1;
	return strcmp(one->path, other->path);
}

/* A file that only its owner, root or we ourselves, can have written. */
static int open_trusted(int folder, const char *name, struct stat *st)
{
	int fd = openat(folder, name,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, st))
		err = -errno;
	else if (!S_ISREG(st->st_mode) || st->st_nlink != 1)
		err = -EINVAL;
	else if ((st->st_uid != 0 && st->st_uid != geteuid()) ||
		 (st->st_mode & 022))
		err = -EPERM;
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

/* malloc()ed; the last max bytes of a longer file */
static int read_trusted(int folder, const char *name, size_t max, bool tail,
			char **buf, size_t *len)
{
	struct stat st;
	int fd = open_trusted(folder, name, &st);
	off_t from = 0;
	ssize_t n;

	*buf = NULL;
	*len = 0;
	if (fd < 0)
		return fd;
	if (st.st_size > (off_t)max) {
		if (!tail) {
			close(fd);
			return -EFBIG;
		}
		from = st.st_size - (off_t)max;
	}
	*buf = malloc(max + 1);
	while (*buf && *len < max &&
	       (n = pread(fd, *buf + *len, max - *len, from + (off_t)*len)) > 0)
		*len += (size_t)n;
	close(fd);
	if (!*buf)
		return -ENOMEM;
	(*buf)[*len] = '\0';
	return 0;
}

bool dumps_record_in_log(const char *buf, size_t len, struct text *record)
{
	static const char mark[] = "kdump-dma: {";
	const char *found = NULL, *end = buf + len, *newline;

	for (const char *at = buf;
	     (at = memmem(at, (size_t)(end - at), mark, strlen(mark))); at++)
		found = at;
	if (!found)
		return false;
	found += strlen(mark) - 1;
	newline = memchr(found, '\n', (size_t)(end - found));
	*record = (struct text){ found,
				 (size_t)((newline ? newline : end) - found) };
	while (record->len > 0 && (record->at[record->len - 1] == '\r' ||
				   record->at[record->len - 1] == ' '))
		record->len--;
	return true;
}

static void say(struct dump *dump, const char *what, int err)
{
	snprintf(dump->why, sizeof(dump->why), "%s: %s", what,
		 err == -EPERM	  ? "not written by root alone"
		 : err == -ELOOP  ? "a symlink"
		 : err == -EINVAL ? "not a plain file"
				  : strerror(-err));
}

static void read_record(int folder, struct dump *dump)
{
	char *buf;
	size_t len;
	int err = read_trusted(folder, "kdump-dma.json", CAPTURE_RECORD_MAX,
			       false, &buf, &len);
	struct text record = { buf, len };

	if (err == -ENOENT) {
		err = read_trusted(folder, "kexec-dmesg.log", LOG_MAX, true,
				   &buf, &len);
		if (!err && !dumps_record_in_log(buf, len, &record))
			err = -ENOENT;
	}
	if (!err)
		dump->have_record = !capture_of_record(
			record.at, record.len, &dump->capture, dump->why);
	else if (err != -ENOENT)
		say(dump, "record", err);
	free(buf);
	if (dump->have_record)
		snprintf(dump->capture.id, sizeof(dump->capture.id), "%s",
			 dump->path);
}

/*
 * What dmesg prints in front is cut off: "[   12.345678] ", and with
 * CONFIG_PRINTK_CALLER "[    T553] " or "[   C1] ".
 */
static struct text without_stamp(struct text line)
{
	const char *end;

	while (line.len > 0 && line.at[0] == '[' &&
	       (end = memchr(line.at, ']', line.len))) {
		line.len -= (size_t)(end + 1 - line.at);
		line.at = end + 1;
		line = text_trim(line);
	}
	return line;
}

void dumps_panic_line(const char *buf, size_t len, char *out, size_t size)
{
	static const char *const marks[] = {
		"Kernel panic - not syncing",
		"sysrq: Trigger a crash",
		"BUG: ",
		"Oops: ",
		"general protection fault",
	};
	size_t best = sizeof(marks) / sizeof(*marks);
	struct text rest = { buf, len }, line;

	out[0] = '\0';
	while (text_split(&rest, '\n', &line))
		for (size_t i = 0; i < best; i++)
			if (text_contains(line, marks[i])) {
				text_copy(without_stamp(line), out, size);
				best = i;
			}
}

json_t *dumps_record(const struct root *root, const char *path)
{
	int folder = root_openat(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
				 "%s", path + strspn(path, "/"));
	json_t *record = NULL;
	char *buf;
	size_t len;

	if (folder < 0)
		return NULL;
	if (!read_trusted(folder, "kdump-dma.json", CAPTURE_RECORD_MAX, false,
			  &buf, &len))
		record = json_loadb(buf, len, JSON_REJECT_DUPLICATES, NULL);
	free(buf);
	close(folder);
	return record;
}

struct looking {
	int folder;
	struct dump *dump;
	char log[NAME_MAX_LEN]; /* the saved kernel log */
};

static void look_at(void *arg, const char *name)
{
	struct looking *looking = arg;
	struct dump *dump = looking->dump;
	struct stat st;

	if (strlen(name) >= NAME_MAX_LEN)
		return;
	if (!strcmp(name, "vmcore-dmesg.txt") || !strcmp(name, "dmesg") ||
	    !strncmp(name, "dmesg.", 6)) {
		strcpy(looking->log, name);
		return;
	}
	if (strncmp(name, "vmcore", 6) && strncmp(name, "dump.", 5) &&
	    strncmp(name, "dump-incomplete", 15))
		return;
	if (strstr(name, "dmesg") ||
	    fstatat(looking->folder, name, &st, AT_SYMLINK_NOFOLLOW) ||
	    !S_ISREG(st.st_mode))
		return;
	if (strlen(name) < sizeof(dump->vmcore) &&
	    (!dump->vmcore[0] || strstr(dump->vmcore, "incomplete")))
		strcpy(dump->vmcore, name);
	/* One that is whole counts, beside what was begun before it. */
	dump->incomplete = (dump->incomplete || !dump->have_vmcore) &&
			   strstr(name, "incomplete");
	dump->have_vmcore = true;
	dump->vmcore_bytes += (uint64_t)st.st_size;
}

static void read_panic(int folder, const char *name, struct dump *dump)
{
	char *buf;
	size_t len;

	if (!read_trusted(folder, name, LOG_MAX, true, &buf, &len))
		dumps_panic_line(buf, len, dump->panic, sizeof(dump->panic));
	free(buf);
}

static void set_time(struct dump *dump)
{
	time_t changed = (time_t)dump->changed;
	struct capture *capture = &dump->capture;
	struct tm utc;

	dump->taken = dump->have_record ? capture_seconds(capture) : 0;
	if (dump->taken)
		return;
	dump->taken = dump->changed;
	/* a folder's time may be beyond any year */
	if (!gmtime_r(&changed, &utc) ||
	    !strftime(capture->when, sizeof(capture->when),
		      "%Y-%m-%dT%H:%M:%SZ", &utc))
		capture->when[0] = '\0';
}

/* Is there a dump or a record in it? */
static bool look_into(const struct root *root, const char *base,
		      const char *name, bool want_panic, struct dump *dump)
{
	struct looking looking = { .dump = dump };
	struct stat st;

	memset(dump, 0, sizeof(*dump));
	snprintf(dump->path, sizeof(dump->path), "/%s/%s", base, name);
	looking.folder = root_openat(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
				     "%s/%s", base, name);
	if (looking.folder < 0)
		return false;
	if (!fstat(looking.folder, &st))
		dump->changed = (uint64_t)st.st_mtime;
	(void)!root_list(root, look_at, &looking, "%s/%s", base, name);
	read_record(looking.folder, dump);
	if (want_panic && looking.log[0])
		read_panic(looking.folder, looking.log, dump);
	close(looking.folder);
	set_time(dump);
	/* Whatever status its record has. */
	if (dump->incomplete && dump->capture.outcome == CAPTURE_SAVED)
		dump->capture.outcome = CAPTURE_FAILED;
	return dump->have_vmcore || dump->have_record || dump->why[0];
}

static int list_names(const struct root *root, const char *base,
		      struct names *names)
{
	struct stat st;
	int err;

	names->count = 0;
	names->base = root_openat(root, O_RDONLY | O_DIRECTORY, "%s", base);
	if (names->base < 0)
		return names->base;
	/* /var/crash of Ubuntu is everybody's. */
	names->shared = fstat(names->base, &st) || (st.st_mode & 022);
	err = root_list(root, add_name, names, "%s", base);
	close(names->base);
	return err;
}

int dumps_each(const struct root *root, const char *folder, bool want_panic,
	       void (*fn)(void *arg, const struct dump *dump), void *arg)
{
	static struct names names;
	const char *base = folder + 1; /* as root.h wants it */
	struct dump *dumps;
	size_t count = 0;
	int err;

	err = list_names(root, base, &names);
	if (err)
		return err == -ENOENT || err == -ENOTDIR ? 0 : err;
	dumps = calloc(names.count + 1, sizeof(*dumps));
	if (!dumps)
		return -ENOMEM;
	for (size_t i = 0; i < names.count; i++)
		if (look_into(root, base, names.list[i].text, want_panic,
			      &dumps[count]))
			count++;
	qsort(dumps, count, sizeof(*dumps), by_time);
	for (size_t i = 0; i < count; i++)
		fn(arg, &dumps[i]);
	free(dumps);
	return 0;
}
