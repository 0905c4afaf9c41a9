// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/read_back.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config/cmdline.h"
#include "lib/macros.h"
#include "peers/boot_tries.h"
#include "peers/boot_words.h"
#include "peers/pe.h"

#define GRUB_CFG_MAX (4 * 1024 * 1024)
#define ENTRY_MAX    (64 * 1024)
#define RELEASE_MAX  128

/* Does it have the words? */
static bool look_at(struct read_back *seen, const char *cmdline,
		    const char *where)
{
	char words[BOOT_WORDS_MAX];
	int err = cmdline_crashkernel(cmdline, words, sizeof(words));

	seen->lines++;
	if (!err && !strcmp(words, seen->words)) {
		seen->having++;
		return true;
	}
	if (!seen->other[0])
		snprintf(seen->other, sizeof(seen->other), "%s", where);
	return false;
}

struct reading {
	struct read_back *seen;
	const struct root *root;
	const char *partition, *folder;
	char path[256];
	/* of the entry or image that is read */
	char release[RELEASE_MAX];
	char cmdline[LINE_BYTES_MAX], more[LINE_BYTES_MAX];
	bool has_line, is_cut;
};

static bool counts(const struct reading *reading)
{
	const char *release = reading->seen->release;

	return !release || streq(reading->release, release);
}

/* "linux KERNEL WORDS...", with the suffixes that GRUB's commands had. */
static void grub_line(void *arg, const struct line *line)
{
	static const char *const commands[] = { "linux", "linux16",
						"linuxefi" };
	struct reading *reading = arg;
	struct text rest = text_trim(line->text), command;
	char cmdline[LINE_BYTES_MAX];

	if (!text_word(&rest, &command) || line->cut ||
	    !cmdline_copy(rest, cmdline, sizeof(cmdline)))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (text_equal(command, commands[i])) {
			(void)!look_at(reading->seen, cmdline, reading->path);
			return;
		}
}

int read_back_grub_cfg(const struct root *root, const char *path,
		       struct read_back *seen)
{
	struct reading reading = { .seen = seen, .root = root };

	snprintf(reading.path, sizeof(reading.path), "/%s", path);
	return root_lines(root, GRUB_CFG_MAX, grub_line, &reading, "%s", path);
}

/* A blank and text behind what is there. */
static void append(struct reading *reading, char to[static LINE_BYTES_MAX],
		   struct text text)
{
	size_t len = strlen(to);

	if (len + text.len + 2 > LINE_BYTES_MAX) {
		reading->is_cut = true;
		return;
	}
	if (len)
		to[len++] = ' ';
	(void)!cmdline_copy(text, to + len, LINE_BYTES_MAX - len);
}

/* "options" may come several times: together they are the command line. */
static void entry_line(void *arg, const struct line *line)
{
	struct reading *reading = arg;
	struct text rest = text_trim(line->text), key;

	if (!text_word(&rest, &key))
		return;
	rest = text_trim(rest);
	if (text_equal(key, "version"))
		text_copy(rest, reading->release, RELEASE_MAX);
	if (!text_equal(key, "options"))
		return;
	reading->has_line = true;
	reading->is_cut |= line->cut;
	append(reading, reading->cmdline, rest);
}

static void begin(struct reading *reading, const char *name)
{
	snprintf(reading->path, sizeof(reading->path), "/%s/%s",
		 reading->folder, name);
	reading->release[0] = reading->cmdline[0] = reading->more[0] = '\0';
	reading->has_line = reading->is_cut = false;
}

struct twins {
	struct boot_tries of;
	bool found, goes_first;
};

static void look_for_twin(void *arg, const char *name)
{
	struct twins *twins = arg;
	struct boot_tries tries = boot_tries_of(name);

	if (!boot_tries_is_twin(&tries, &twins->of))
		return;
	twins->found = true;
	twins->goes_first |= boot_tries_goes_first(&tries, &twins->of);
}

/* The file that was read is an entry, or an image with its addons. */
static void look_at_entry(struct reading *reading, const char *name)
{
	struct read_back *seen = reading->seen;
	struct twins twins = { .of = boot_tries_of(name) };

	if (look_at(seen, reading->cmdline, reading->path) || seen->beside[0])
		return;
	(void)!root_list(reading->root, look_for_twin, &twins, "%s",
			 reading->folder);
	if (twins.found && !twins.goes_first)
		snprintf(seen->beside, sizeof(seen->beside), "%s",
			 reading->path);
}

bool read_back_say_beside(const struct read_back *seen, const char *program)
{
	if (seen->beside[0])
		fprintf(stderr,
			"kdump-dma: %s ended well, but %s, which does not have "
			"%s, may boot in place of the entry of the same name: "
			"only the count of boots in their names (+N) differs; "
			"remove it\n",
			program, seen->beside, seen->words);
	return seen->beside[0];
}

static void entry(void *arg, const char *name)
{
	struct reading *reading = arg;

	if (!text_ends(name, ".conf"))
		return;
	begin(reading, name);
	(void)!root_lines(reading->root, ENTRY_MAX, entry_line, reading,
			  "%s/%s", reading->folder, name);
	if (reading->has_line && !reading->is_cut && counts(reading))
		look_at_entry(reading, name);
}

int read_back_uki_cmdline(int fd, char *cmdline, size_t size)
{
	int err = pe_text(fd, ".cmdline", cmdline, size);

	for (char *c = cmdline; *c; c++)
		if (*c == '\n')
			*c = ' ';
	return err;
}

static int open_image(const struct reading *reading, const char *folder,
		      const char *name)
{
	return root_openat(reading->root, O_RDONLY | O_NONBLOCK, "%s/%s",
			   folder, name);
}

static void take_release(int fd, char release[static RELEASE_MAX])
{
	if (pe_text(fd, ".uname", release, RELEASE_MAX))
		release[0] = '\0';
	release[strcspn(release, "\n")] = '\0';
}

struct adding {
	struct reading *reading;
	char folder[320];
};

/* One that names a kernel is only for that. */
static void addon(void *arg, const char *name)
{
	struct adding *adding = arg;
	struct reading *reading = adding->reading;
	char release[RELEASE_MAX], cmdline[LINE_BYTES_MAX];
	int fd;

	if (!text_ends(name, ".addon.efi"))
		return;
	fd = open_image(reading, adding->folder, name);
	if (fd < 0)
		return;
	take_release(fd, release);
	if (!read_back_uki_cmdline(fd, cmdline, sizeof(cmdline)) &&
	    (!release[0] || streq(release, reading->release)))
		append(reading, reading->more, text_of(cmdline));
	close(fd);
}

/* Those of all images come first. The count of boots is not in the folder's
 * name.
 */
static void add_addons(struct reading *reading, const char *file)
{
	struct adding adding = { .reading = reading };
	struct boot_tries tries = boot_tries_of(file);

	snprintf(adding.folder, sizeof(adding.folder), "%s/loader/addons",
		 reading->partition);
	(void)!root_list(reading->root, addon, &adding, "%s", adding.folder);
	snprintf(adding.folder, sizeof(adding.folder), "%s/%.*s%.4s.extra.d",
		 reading->folder, (int)tries.name.len, tries.name.at,
		 tries.suffix.at);
	(void)!root_list(reading->root, addon, &adding, "%s", adding.folder);
}

/* The kernel takes the last crashkernel=, if that is whole: not for one part of
 * memory. */
static bool is_whole(const char *cmdline)
{
	char words[BOOT_WORDS_MAX];

	return !cmdline_crashkernel(cmdline, words, sizeof(words)) &&
	       !strstr(words, ",high") && !strstr(words, ",low");
}

static void image(void *arg, const char *name)
{
	struct reading *reading = arg;
	uint32_t at, len;
	bool is_image;
	int fd;

	if (!text_ends(name, ".efi"))
		return;
	begin(reading, name);
	fd = open_image(reading, reading->folder, name);
	if (fd < 0)
		return;
	/* without a kernel it is an addon in the wrong place */
	is_image = !pe_section(fd, ".linux", &at, &len) &&
		   !read_back_uki_cmdline(fd, reading->cmdline,
					  sizeof(reading->cmdline));
	take_release(fd, reading->release);
	close(fd);
	if (!is_image || !counts(reading))
		return;
	add_addons(reading, name);
	if (is_whole(reading->more))
		reading->cmdline[0] = '\0';
	append(reading, reading->cmdline, text_of(reading->more));
	if (!reading->is_cut)
		look_at_entry(reading, name);
}

void read_back_entries(const struct root *root, struct read_back *seen)
{
	static const char *const partitions[] = { "boot", "efi", "boot/efi" };

	for (size_t i = 0; i < ARRAY_SIZE(partitions); i++) {
		char folder[64];
		struct reading reading = { .seen = seen,
					   .root = root,
					   .partition = partitions[i],
					   .folder = folder };

		snprintf(folder, sizeof(folder), "%s/loader/entries",
			 partitions[i]);
		if (!seen->only_images)
			(void)!root_list(root, entry, &reading, "%s", folder);
		snprintf(folder, sizeof(folder), "%s/EFI/Linux", partitions[i]);
		(void)!root_list(root, image, &reading, "%s", folder);
	}
}
