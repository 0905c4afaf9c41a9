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
 * where others can make folders, only root's folders count. A line of a log is
 * believed only where the kernel, or our own program, began it: what stands
 * behind may be a file's name or what a device says of itself.
 */
#include "host/dumps.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/macros.h"
#include "lib/when.h"
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

/* Room for one more: in a full list, that of the folder changed longest ago. */
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
	if (!capture_id_is_plain(name) || root_stat(names->base, name, &st) ||
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
		return root_failed(name, -1, -errno);
	if (fstat(fd, st))
		err = root_failed(name, -1, -errno);
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
	ssize_t n = 0;
	int err = 0;

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
	if (*buf && n < 0)
		err = root_failed(NULL, fd, -errno);
	close(fd);
	if (!*buf)
		return -ENOMEM;
	(*buf)[*len] = '\0';
	return err;
}

/* "[   12.345678] ", or with dmesg -T "[Thu Nov 26 10:00:00 2026] ". */
static bool skip_stamp(struct text *line)
{
	size_t i = 1;

	if (line->len < 3 || line->at[0] != '[' ||
	    !memchr(line->at, ']', line->len))
		return false;
	while (isalnum((unsigned char)line->at[i]) ||
	       strchr(" .:", line->at[i]))
		i++;
	if (line->at[i] != ']' || !isdigit((unsigned char)line->at[i - 1]))
		return false;
	*line = text_trim((struct text){ line->at + i + 1, line->len - i - 1 });
	return true;
}

/*
 * What is printed in front is cut off: "<4>", the time, and with
 * CONFIG_PRINTK_CALLER "[    T553] " or "[   C1] ".
 */
static struct text without_stamp(struct text line)
{
	if (line.len > 3 && line.at[0] == '<' &&
	    isdigit((unsigned char)line.at[1]) && line.at[2] == '>')
		line = (struct text){ line.at + 3, line.len - 3 };
	if (skip_stamp(&line))
		skip_stamp(&line);
	return line;
}

/* "Nov 26 10:00:00 host kdump-dma-check[312]: ", as journalctl prints it. */
static struct text without_syslog(struct text line)
{
	struct text rest = line, word;

	for (int i = 0; i < 4; i++)
		if (!text_word(&rest, &word))
			return line;
	if (!text_word(&rest, &word) || !text_starts(word, "kdump-dma") ||
	    word.at[word.len - 1] != ':' || text_equal(word, "kdump-dma:"))
		return line;
	return text_trim(rest);
}

bool dumps_record_in_log(const char *buf, size_t len, struct text *record)
{
	struct text rest = { buf, len }, line;
	bool found = false;

	while (text_split(&rest, '\n', &line)) {
		while (line.len > 0 && strchr("\r ", line.at[line.len - 1]))
			line.len--;
		line = without_stamp(line);
		if (!text_starts(line, "kdump-dma: "))
			line = without_syslog(line);
		if (!text_skip(&line, "kdump-dma: ") ||
		    !text_starts(line, "{") || line.at[line.len - 1] != '}')
			continue;
		*record = line;
		found = true;
	}
	return found;
}

static void say(struct dump *dump, const char *what, int err)
{
	snprintf(dump->why, sizeof(dump->why), "%s: %s", what,
		 err == -EPERM	  ? "others than root can write it"
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
	/* What was read of it before it was refused is not to be shown. */
	if (!dump->have_record)
		memset(&dump->capture, 0, sizeof(dump->capture));
	if (dump->have_record)
		snprintf(dump->capture.id, sizeof(dump->capture.id), "%s",
			 dump->path);
}

/*
 * "BUG: x[312]: segfault at 0": a process may have any name of up to 15
 * characters, and the kernel begins a line with it.
 */
static bool is_of_process(struct text line)
{
	for (size_t i = 0; i < line.len && i <= 15; i++) {
		size_t digits = 0;

		if (line.at[i] != '[')
			continue;
		while (i + 1 + digits < line.len &&
		       isdigit((unsigned char)line.at[i + 1 + digits]))
			digits++;
		return digits > 0;
	}
	return false;
}

void dumps_panic_line(const char *buf, size_t len, char *out, size_t size)
{
	/* the first is the last that a kernel says; of the others the first */
	static const char *const marks[] = {
		"Kernel panic - not syncing",
		"sysrq: Trigger a crash",
		"BUG: ",
		"kernel BUG at ",
		"Internal error: ",
		"Oops: ",
		"general protection fault",
	};
	size_t best = ARRAY_SIZE(marks);
	struct text rest = { buf, len }, line;

	out[0] = '\0';
	while (text_split(&rest, '\n', &line)) {
		line = without_stamp(line);
		for (size_t i = 0; i < best || i == 0; i++)
			if (text_starts(line, marks[i]) &&
			    !is_of_process(line)) {
				text_copy(line, out, size);
				best = i;
				break;
			}
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

	if (strlen(name) >= NAME_MAX_LEN || !capture_id_is_plain(name))
		return;
	if (!strcmp(name, "vmcore-dmesg.txt") || !strcmp(name, "dmesg") ||
	    !strncmp(name, "dmesg.", 6)) {
		strcpy(looking->log, name);
		dump->have_log = true;
		return;
	}
	/* kdump-utils renames it when it is whole. */
	if (!strcmp(name, "vmcore-dmesg-incomplete.txt")) {
		dump->have_log = true;
		return;
	}
	if (strncmp(name, "vmcore", 6) && strncmp(name, "dump.", 5) &&
	    strncmp(name, "dump-incomplete", 15))
		return;
	if (strstr(name, "dmesg") || root_stat(looking->folder, name, &st) ||
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
	struct capture *capture = &dump->capture;

	dump->taken = dump->have_record ? when_seconds(capture->when) : 0;
	if (dump->taken)
		return;
	dump->taken = dump->changed;
	when_print(dump->changed, capture->when, sizeof(capture->when));
}

/*
 * Its name, number and time of birth. A file system that tells no birth gives a
 * new folder the number of one that was deleted; the name then tells.
 */
static uint64_t token_of(int folder, const char *name)
{
	struct statx st = { 0 };
	char text[NAME_MAX_LEN + 80];

	if (statx(folder, "", AT_EMPTY_PATH, STATX_INO | STATX_BTIME, &st)) {
		root_failed(name, -1, -errno);
		memset(&st, 0, sizeof(st));
	}
	snprintf(text, sizeof(text), "%s %llu %lld.%u", name, st.stx_ino,
		 st.stx_mask & STATX_BTIME ? st.stx_btime.tv_sec : 0,
		 st.stx_mask & STATX_BTIME ? st.stx_btime.tv_nsec : 0);
	return text_hash(text_of(text));
}

/* Is there a dump, a record or a log in it? */
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
	dump->token = token_of(looking.folder, name);
	(void)!root_list(root, look_at, &looking, "%s/%s", base, name);
	read_record(looking.folder, dump);
	if (want_panic && looking.log[0])
		read_panic(looking.folder, looking.log, dump);
	close(looking.folder);
	set_time(dump);
	/* Whatever status its record has. */
	if (dump->incomplete && dump->capture.outcome == CAPTURE_SAVED)
		dump->capture.outcome = CAPTURE_FAILED;
	return dump->have_vmcore || dump->have_record || dump->have_log ||
	       dump->why[0];
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
	names->shared = fstat(names->base, &st) || (st.st_mode & 022) ||
			(st.st_uid != 0 && st.st_uid != geteuid());
	err = root_list(root, add_name, names, "%s", base);
	close(names->base);
	return err;
}

int dumps_find(const struct root *root, const char *folder, bool want_panic,
	       struct dump **list, size_t *count)
{
	static struct names names;
	const char *base = folder + (folder[0] == '/'); /* as root.h wants it */
	int err = base[0] ? list_names(root, base, &names) : -ENOENT;

	*list = NULL;
	*count = 0;
	if (err)
		return err == -ENOENT || err == -ENOTDIR || err == -ELOOP ? 0
									  : err;
	*list = calloc(names.count + 1, sizeof(**list));
	if (!*list)
		return -ENOMEM;
	for (size_t i = 0; i < names.count; i++)
		*count += look_into(root, base, names.list[i].text, want_panic,
				    *list + *count);
	qsort(*list, *count, sizeof(**list), by_time);
	return 0;
}

/* The folder of one that was deleted may be another one's now. */
static bool is_last_of_its_name(const struct history *history, size_t i)
{
	for (size_t j = i + 1; j < history->count; j++)
		if (streq(history->captures[j].id, history->captures[i].id))
			return false;
	return true;
}

const struct dump *dumps_of_capture(const struct dump *list, size_t count,
				    const struct history *history, size_t place)
{
	const struct capture *capture = &history->captures[place];
	char wanted[CAPTURE_IDENTITY_MAX], its[CAPTURE_IDENTITY_MAX];
	bool by_name = is_last_of_its_name(history, place);

	for (size_t i = 0; i < count && by_name; i++)
		if (streq(list[i].path, capture->id))
			return &list[i];
	capture_identity(capture, wanted);
	for (size_t i = 0; i < count; i++) {
		if (!list[i].have_record)
			continue;
		capture_identity(&list[i].capture, its);
		if (streq(its, wanted) && !history_has(history, list[i].path))
			return &list[i];
	}
	return NULL;
}
