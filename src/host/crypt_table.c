// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/crypt_table.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_BYTES_MAX 256
#define TABLE_BYTES   4096

/* ":64:logon:cryptsetup:...", or the key itself in hexadecimal digits. */
static int take_key(struct text key, struct crypt_table *out)
{
	struct text part;
	uint64_t bytes = key.len / 2;

	if (text_skip(&key, ":") &&
	    (!text_split(&key, ':', &part) || text_number(part, 10, &bytes)))
		return -ENOTSUP;
	if (!bytes || bytes > KEY_BYTES_MAX)
		return -ENOTSUP;
	out->key_bytes = (unsigned int)bytes;
	return 0;
}

/* What has tags of integrity is more than this one map. */
static int take_options(struct text rest, struct crypt_table *out)
{
	struct text options = text_trim(rest), word;
	uint64_t wanted, count = 0;

	if (!options.len)
		return 0;
	if (options.len >= sizeof(out->options) ||
	    !text_only(options, " :._-") || text_contains(options, "integrity"))
		return -ENOTSUP;
	text_copy(options, out->options, sizeof(out->options));
	if (!text_word(&options, &word) || text_number(word, 10, &wanted))
		return -ENOTSUP;
	while (text_word(&options, &word))
		count++;
	return count == wanted ? 0 : -ENOTSUP;
}

int crypt_table_parse(struct text rest, struct crypt_table *out)
{
	struct text cipher, key, iv_offset, device, start;

	memset(out, 0, sizeof(*out));
	if (!text_word(&rest, &cipher) || !text_word(&rest, &key) ||
	    !text_word(&rest, &iv_offset) || !text_word(&rest, &device) ||
	    !text_word(&rest, &start) || cipher.len >= sizeof(out->cipher) ||
	    !text_only(cipher, "-:_,()") ||
	    text_number(iv_offset, 10, &out->iv_offset) ||
	    text_number(start, 10, &out->start))
		return -ENOTSUP;
	text_copy(cipher, out->cipher, sizeof(out->cipher));
	return take_key(key, out) ? -ENOTSUP : take_options(rest, out);
}

/* The device mapper's own device: root_openat() opens no device to be read. */
static int open_control(const struct root *root)
{
	struct stat st;
	char link[48];
	int fd = root_openat(root, O_PATH, "dev/mapper/control");
	int opened = -ENODEV;

	if (fd < 0)
		return fd;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (!fstat(fd, &st) && S_ISCHR(st.st_mode)) {
		opened = open(link, O_RDONLY | O_CLOEXEC);
		if (opened < 0)
			opened = root_failed(NULL, fd, -errno);
	}
	close(fd);
	return opened;
}

/* The kernel wipes its copy, we wipe ours: there may be a key in it. */
static int ask_kernel(const struct root *root, const char *name,
		      struct crypt_table *out)
{
	static union {
		struct dm_ioctl dm;
		char bytes[TABLE_BYTES];
	} answer;
	const struct dm_target_spec *spec;
	int err, fd = open_control(root);

	if (fd < 0)
		return fd;
	memset(&answer, 0, sizeof(answer));
	answer.dm.version[0] = 4;
	answer.dm.data_size = sizeof(answer);
	answer.dm.data_start = sizeof(answer.dm);
	answer.dm.flags = DM_STATUS_TABLE_FLAG | DM_SECURE_DATA_FLAG;
	snprintf(answer.dm.name, sizeof(answer.dm.name), "%s", name);
	err = ioctl(fd, DM_TABLE_STATUS, &answer)
		      ? root_failed(NULL, fd, -errno)
		      : 0;
	close(fd);
	spec = (const void *)(answer.bytes + answer.dm.data_start);
	if (!err && (answer.dm.flags & DM_BUFFER_FULL_FLAG ||
		     answer.dm.data_start > sizeof(answer) - sizeof(*spec) - 1))
		err = -E2BIG;
	answer.bytes[sizeof(answer) - 1] = '\0';
	if (!err && (answer.dm.target_count != 1 || spec->sector_start ||
		     strncmp(spec->target_type, "crypt", 6)))
		err = -ENOTSUP;
	if (!err)
		err = crypt_table_parse(text_of((const char *)(spec + 1)), out);
	if (!err)
		out->sectors = spec->length;
	explicit_bzero(&answer, sizeof(answer));
	return err;
}

struct search {
	const char *name;
	struct crypt_table *out;
	int err;
};

/* "NAME: 0 SECTORS crypt PARAMETERS" */
static void look_at(void *arg, const struct line *line)
{
	struct search *search = arg;
	struct text rest = line->text, begin, sectors, type;
	uint64_t count;

	if (!text_skip(&rest, search->name) || !text_skip(&rest, ": ") ||
	    search->err != -ENXIO)
		return;
	search->err = -ENOTSUP;
	if (!text_word(&rest, &begin) || !text_equal(begin, "0") ||
	    !text_word(&rest, &sectors) || text_number(sectors, 10, &count) ||
	    !text_word(&rest, &type) || !text_equal(type, "crypt"))
		return;
	search->err = crypt_table_parse(rest, search->out);
	search->out->sectors = count;
}

int crypt_table_read(const struct root *root, const char *name,
		     struct crypt_table *out)
{
	struct search search = { name, out, -ENXIO };
	int err;

	memset(out, 0, sizeof(*out));
	if (root->is_live)
		return ask_kernel(root, name, out);
	err = root_lines(root, TABLE_BYTES, look_at, &search, ".dm-tables");
	return err ? err : search.err;
}
