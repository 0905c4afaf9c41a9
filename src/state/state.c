// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/text.h"
#include "lib/write_file.h"
#include "state/saved.h"

#define STATE_BYTES_MAX (64 * 1024)

static bool set_text(struct text line, const char *key, char *out, size_t size)
{
	if (!text_skip(&line, key) || !text_skip(&line, " ") ||
	    line.len >= size)
		return false;
	text_copy(line, out, size);
	return true;
}

static void set_number(struct text line, const char *key, uint64_t *out)
{
	uint64_t number;

	if (text_skip(&line, key) && text_skip(&line, " ") &&
	    !text_number(line, 10, &number))
		*out = number;
}

static void set_bool(struct text line, const char *key, bool *have, bool *out)
{
	uint64_t number = 2;

	set_number(line, key, &number);
	if (number > 1)
		return;
	*out = number == 1;
	if (have)
		*have = true;
}

void applied_line(void *arg, const struct line *line)
{
	struct applied *out = arg;

	if (set_text(line->text, "coherent_pool", out->coherent_pool,
		     sizeof(out->coherent_pool)))
		out->have_coherent_pool = true;
	set_text(line->text, "coherent_pool_was", out->coherent_pool_was,
		 sizeof(out->coherent_pool_was));
	if (set_text(line->text, "crashkernel", out->crashkernel,
		     sizeof(out->crashkernel)))
		out->have_crashkernel = true;
	set_text(line->text, "boot_id", out->boot_id, sizeof(out->boot_id));
	set_number(line->text, "pending", &out->pending);
	set_text(line->text, "when", out->when, sizeof(out->when));
	set_text(line->text, "why", out->why, sizeof(out->why));
}

static void add_former(struct boot *out, struct text line)
{
	for (size_t i = 0; i < 4; i++)
		if (!out->former_id[i][0]) {
			set_text(line, "former_id", out->former_id[i],
				 sizeof(out->former_id[i]));
			return;
		}
}

static void seen_line(struct boot *out, struct text line)
{
	uint64_t token;

	if (text_equal(line, "seen")) {
		out->have_seen = true;
	} else if (text_skip(&line, "seen ") &&
		   !text_number(line, 16, &token)) {
		out->have_seen = true;
		boot_add_seen(out, token);
	}
}

void boot_line(void *arg, const struct line *line)
{
	struct boot *out = arg;

	set_text(line->text, "boot_id", out->boot_id, sizeof(out->boot_id));
	set_text(line->text, "release", out->release, sizeof(out->release));
	set_text(line->text, "machine", out->machine, sizeof(out->machine));
	set_bool(line->text, "encrypted", &out->have_encryption,
		 &out->encrypted);
	set_bool(line->text, "armed", NULL, &out->armed);
	set_bool(line->text, "clean", NULL, &out->clean);
	set_bool(line->text, "told", NULL, &out->told);
	set_number(line->text, "reserved_bytes", &out->reserved_bytes);
	set_text(line->text, "machine_id", out->machine_id,
		 sizeof(out->machine_id));
	set_number(line->text, "initramfs_bytes", &out->initramfs_bytes);
	add_former(out, line->text);
	seen_line(out, line->text);
}

static void measured_line(void *arg, const struct line *line)
{
	struct measured *out = arg;

	set_text(line->text, "initramfs", out->initramfs,
		 sizeof(out->initramfs));
	set_number(line->text, "packed_bytes", &out->packed_bytes);
	set_number(line->text, "changed_seconds", &out->changed_seconds);
	set_number(line->text, "unpacked_bytes", &out->unpacked_bytes);
	set_number(line->text, "luks_bytes", &out->luks_bytes);
}

bool state_load(const struct root *root, const char *name, line_fn fn,
		void *out, size_t size)
{
	memset(out, 0, size);
	if (!root_lines(root, STATE_BYTES_MAX, fn, out, "%s/%s", HISTORY_DIR,
			name))
		return true;
	memset(out, 0, size);
	return false;
}

bool applied_load(const struct root *root, struct applied *out)
{
	return state_load(root, APPLIED_NAME, applied_line, out, sizeof(*out));
}

bool boot_load(const struct root *root, struct boot *out)
{
	return state_load(root, BOOT_NAME, boot_line, out, sizeof(*out));
}

bool measured_load(const struct root *root, struct measured *out)
{
	return state_load(root, IMAGES_NAME, measured_line, out, sizeof(*out));
}

bool measured_is_of(const struct measured *measured, const char *path,
		    const struct stat *st)
{
	return !strcmp(measured->initramfs, path) &&
	       measured->packed_bytes == (uint64_t)st->st_size &&
	       measured->changed_seconds == (uint64_t)st->st_mtime;
}

static void test_line(void *arg, const struct line *line)
{
	struct test *out = arg;

	set_text(line->text, "boot_id", out->boot_id, sizeof(out->boot_id));
	set_text(line->text, "when", out->when, sizeof(out->when));
}

bool test_load(const struct root *root, struct test *out)
{
	return state_load(root, TEST_NAME, test_line, out, sizeof(*out)) &&
	       out->boot_id[0];
}

void test_print(FILE *to, const void *arg)
{
	const struct test *test = arg;

	fprintf(to, "boot_id %s\nwhen %s\n", test->boot_id, test->when);
}

static void looked_line(void *arg, const struct line *line)
{
	struct looked *out = arg;

	set_text(line->text, "when", out->when, sizeof(out->when));
	set_text(line->text, "release", out->release, sizeof(out->release));
	set_number(line->text, "image_bytes", &out->image_bytes);
	set_number(line->text, "faults", &out->faults_count);
	set_text(line->text, "fault", out->fault, sizeof(out->fault));
}

bool looked_load(const struct root *root, struct looked *out)
{
	return state_load(root, LOOKED_NAME, looked_line, out, sizeof(*out)) &&
	       out->when[0] && out->release[0];
}

void looked_print(FILE *to, const void *arg)
{
	const struct looked *looked = arg;

	fprintf(to,
		"when %s\nrelease %s\nimage_bytes %" PRIu64 "\nfaults %" PRIu64
		"\n",
		looked->when, looked->release, looked->image_bytes,
		looked->faults_count);
	if (looked->fault[0])
		fprintf(to, "fault %s\n", looked->fault);
}

void state_forget(const struct root *root, const char *name)
{
	int fd = root_openat(root, O_RDONLY | O_DIRECTORY, HISTORY_DIR);

	if (fd < 0)
		return;
	unlinkat(fd, name, 0);
	close(fd);
}

bool boot_has_seen(const struct boot *boot, uint64_t token)
{
	for (size_t i = 0; i < boot->seen_count; i++)
		if (boot->seen[i] == token)
			return true;
	return false;
}

void boot_add_seen(struct boot *boot, uint64_t token)
{
	boot->have_seen = true;
	if (boot_has_seen(boot, token))
		return;
	if (boot->seen_count < BOOT_SEEN_MAX)
		boot->seen[boot->seen_count++] = token;
}

bool state_is_reverted(const struct root *root)
{
	return root_exists(root, HISTORY_DIR "/" REVERTED_NAME);
}

void applied_print(FILE *to, const void *arg)
{
	const struct applied *applied = arg;

	if (applied->have_coherent_pool)
		fprintf(to, "coherent_pool %s\n", applied->coherent_pool);
	if (applied->coherent_pool_was[0])
		fprintf(to, "coherent_pool_was %s\n",
			applied->coherent_pool_was);
	if (applied->have_crashkernel)
		fprintf(to, "crashkernel %s\nboot_id %s\n",
			applied->crashkernel, applied->boot_id);
	fprintf(to, "pending %" PRIu64 "\n", applied->pending);
	if (applied->have_crashkernel && applied->why[0])
		fprintf(to, "when %s\nwhy %s\n", applied->when, applied->why);
}

void boot_print(FILE *to, const void *arg)
{
	const struct boot *boot = arg;

	fprintf(to, "boot_id %s\nrelease %s\nmachine %s\n", boot->boot_id,
		boot->release, boot->machine);
	if (boot->have_encryption)
		fprintf(to, "encrypted %d\n", boot->encrypted);
	fprintf(to, "armed %d\nreserved_bytes %" PRIu64 "\nclean %d\ntold %d\n",
		boot->armed, boot->reserved_bytes, boot->clean, boot->told);
	if (boot->machine_id[0])
		fprintf(to, "machine_id %s\n", boot->machine_id);
	for (size_t i = 0; i < 4 && boot->former_id[i][0]; i++)
		fprintf(to, "former_id %s\n", boot->former_id[i]);
	if (boot->initramfs_bytes)
		fprintf(to, "initramfs_bytes %" PRIu64 "\n",
			boot->initramfs_bytes);
	if (boot->have_seen)
		fputs("seen\n", to);
	for (size_t i = 0; i < boot->seen_count; i++)
		fprintf(to, "seen %016" PRIx64 "\n", boot->seen[i]);
}

void measured_print(FILE *to, const void *arg)
{
	const struct measured *measured = arg;

	if (measured->initramfs[0])
		fprintf(to,
			"initramfs %s\npacked_bytes %" PRIu64
			"\nchanged_seconds %" PRIu64 "\nunpacked_bytes %" PRIu64
			"\n",
			measured->initramfs, measured->packed_bytes,
			measured->changed_seconds, measured->unpacked_bytes);
	fprintf(to, "luks_bytes %" PRIu64 "\n", measured->luks_bytes);
}

static int set_aside(int fd, const char *name, char *to, size_t size)
{
	snprintf(to, size, "%s.damaged", name);
	for (int i = 2;
	     i < 100 && !faccessat(fd, to, F_OK, AT_SYMLINK_NOFOLLOW); i++)
		snprintf(to, size, "%s.damaged.%d", name, i);
	return renameat(fd, name, fd, to) || fsync(fd) ? -errno : 0;
}

int state_set_aside(const struct root *root, const char *name, char *to,
		    size_t size)
{
	int err, fd = root_openat(root, O_RDONLY | O_DIRECTORY, "%s",
				  HISTORY_DIR);

	if (fd < 0)
		return fd;
	err = set_aside(fd, name, to, size);
	close(fd);
	return err;
}

int state_write(const struct root *root, const char *folder, const char *name,
		void (*print)(FILE *to, const void *arg), const void *arg)
{
	int err, fd = root_openat(root, O_RDONLY | O_DIRECTORY, "%s", folder);
	char aside[64];

	if (fd < 0)
		return fd;
	err = write_file_at(fd, name, print, arg);
	if (err == -EISDIR && !set_aside(fd, name, aside, sizeof(aside)))
		err = write_file_at(fd, name, print, arg);
	close(fd);
	return err;
}

static void clear_name(void *arg, const char *name)
{
	if (name[0] == '.' && text_ends(name, WRITE_FILE_SUFFIX))
		unlinkat(*(int *)arg, name, 0);
}

void state_clear(const struct root *root)
{
	static const char *const folders[] = { HISTORY_DIR, SAVED_DIR };

	for (size_t i = 0; i < 2; i++) {
		int fd = root_openat(root, O_RDONLY | O_DIRECTORY, "%s",
				     folders[i]);

		if (fd < 0)
			continue;
		/* If the folder cannot be listed, the next call clears it. */
		(void)!root_list(root, clear_name, &fd, "%s", folders[i]);
		close(fd);
	}
}
