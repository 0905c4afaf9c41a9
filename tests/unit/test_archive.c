// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Archives that are written are read back; the paths in one are followed as the
 * kernel would follow them; and what is damaged is refused.
 */
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "rehearse/archive.h"
#include "rehearse/cpio.h"
#include "rehearse/image_check.h"
#include "rehearse/left.h"
#include "rehearse/scene.h"
#include "tap.h"

static char *text;
static size_t text_len;

static const char *data_at(const char *path)
{
	static struct archive archive;
	const struct member *member;
	static char out[256];

	archive_close(&archive);
	if (archive_parse(text, text_len, &archive))
		return "not an archive";
	member = archive_find(&archive, path);
	if (!member)
		return "not there";
	snprintf(out, sizeof(out), "%.*s", (int)member->size, member->data);
	archive_close(&archive);
	return out;
}

/* A member of any kind: cpio.c writes files and folders only. */
static void link_member(FILE *to, const char *path, const char *target)
{
	fprintf(to,
		"070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x",
		0, S_IFLNK | 0777, 0, 0, 1, 0, strlen(target), 0, 0, 0, 0,
		strlen(path) + 1, 0);
	fwrite(path, 1, strlen(path) + 1, to);
	while (ftell(to) % 4)
		putc(0, to);
	fputs(target, to);
	while (ftell(to) % 4)
		putc(0, to);
}

static void make(void)
{
	FILE *to = open_memstream(&text, &text_len);

	cpio_folders(to, "usr/lib/a");
	cpio_file(to, "usr/lib/a", 0644, "one", 3);
	cpio_file(to, "usr/bin/b", 0755, "two", 3);
	link_member(to, "lib", "usr/lib");
	link_member(to, "usr/lib/c", "../bin/b");
	link_member(to, "d", "/lib/c");
	link_member(to, "loop", "loop");
	link_member(to, "out", "../../../usr/lib/a");
	cpio_end(to);
	/* a second archive behind the first; the last file of a path counts */
	cpio_file(to, "usr/lib/a", 0644, "later", 5);
	cpio_end(to);
	fclose(to);
}

/*
 * As many members as there may be, with paths that begin alike, and 39 links
 * that lead from one to the next: 30 lookups took 20 s when each one compared
 * every path.
 */
static void check_large(void)
{
	static char folder[901], path[1000], target[1000];
	struct archive archive;
	const struct member *found = NULL;
	clock_t begin;
	FILE *to;

	free(text);
	for (size_t i = 0; i < 900; i++)
		folder[i] = i % 2 ? '/' : 'a';
	to = open_memstream(&text, &text_len);
	for (unsigned int i = 0; i < 39; i++) {
		snprintf(path, sizeof(path), "%slink%u", folder, i);
		snprintf(target, sizeof(target), i < 38 ? "link%u" : "file1",
			 i + 1);
		link_member(to, path, target);
	}
	for (unsigned int i = 0; i < 60000; i++) {
		snprintf(path, sizeof(path), "%sfile%u", folder, i);
		cpio_file(to, path, 0644, "", 0);
	}
	cpio_end(to);
	fclose(to);
	snprintf(path, sizeof(path), "%slink0", folder);
	begin = clock();
	if (!archive_parse(text, text_len, &archive))
		for (int i = 0; i < 30; i++)
			found = archive_find(&archive, path);
	ok(found && !strcmp(found->path + 900, "file1"),
	   "39 links in a row are followed");
	ok(clock() - begin < 5 * CLOCKS_PER_SEC,
	   "also among 60,000 members, within seconds");
	archive_close(&archive);
}

/* A program whose dynamic section is all of its file. */
static void check_endless_needs(void)
{
	enum { ENTRIES = 20000, HEAD = 64 + 2 * 56, STRINGS = 16 };
	static char program[HEAD + STRINGS + ENTRIES * 16];
	static struct image_faults faults;
	struct archive archive;
	Elf64_Ehdr ehdr = { .e_ident = ELFMAG "\2",
			    .e_phoff = 64,
			    .e_phentsize = 56,
			    .e_phnum = 2 };
	Elf64_Phdr load = { .p_type = PT_LOAD, .p_filesz = sizeof(program) };
	Elf64_Phdr dynamic = { .p_type = PT_DYNAMIC,
			       .p_offset = HEAD + STRINGS,
			       .p_filesz = ENTRIES * 16 };
	clock_t begin;
	FILE *to;

	memcpy(program, &ehdr, 64);
	memcpy(program + 64, &load, 56);
	memcpy(program + 120, &dynamic, 56);
	strcpy(program + HEAD, "/x:/y:/z");
	for (size_t i = 0; i < ENTRIES; i++) {
		Elf64_Dyn entry = { .d_tag = i % 2 ? DT_NEEDED : DT_RUNPATH };

		if (i < 2) {
			entry.d_tag = i ? DT_STRSZ : DT_STRTAB;
			entry.d_un.d_val = i ? STRINGS : HEAD;
		}
		memcpy(program + HEAD + STRINGS + i * 16, &entry, 16);
	}
	free(text);
	to = open_memstream(&text, &text_len);
	cpio_file(to, "usr/bin/x", 0755, program, sizeof(program));
	cpio_end(to);
	fclose(to);
	begin = clock();
	if (!archive_parse(text, text_len, &archive))
		image_check_programs(&archive, &faults);
	ok(faults.count == 1 &&
		   !strcmp(faults.text[0], "/usr/bin/x is damaged"),
	   "a program with 10,000 libraries is damaged");
	ok(clock() - begin < 5 * CLOCKS_PER_SEC,
	   "which is found within seconds");
	archive_close(&archive);
}

static void check_damaged(void)
{
	struct archive archive;
	bool all = true;

	for (size_t i = 0; i < 120; i++) {
		char old = text[i];

		text[i] = 'Z';
		(void)!archive_parse(text, text_len, &archive);
		archive_close(&archive);
		text[i] = old;
	}
	for (size_t len = 1; len < 400; len++) {
		int err = archive_parse(text, len, &archive);

		archive_close(&archive);
		if (len % 4 && err != -EINVAL)
			all = false;
	}
	ok(all, "an archive that was cut is refused");
}

static void check_scene(void)
{
	static struct archive archive;
	static struct scene scene;
	const char *modules[] = { "/m.ko", NULL };
	static const char conf[] = "version=1\ndevice=UUID=1\nfstype=ext4\n"
				   "path=/var/crash\nstack=lvm vg\n"
				   "module=/lib/modules/6.1/x.ko a=1\nhost=h";
	char *out = NULL;
	size_t out_len = 0;
	FILE *to;

	free(text);
	to = open_memstream(&text, &text_len);
	cpio_file(to, SCENE_CONF, 0600, conf, sizeof(conf) - 1);
	cpio_file(to, "lib/modules/6.1/x.ko", 0644, "", 0);
	cpio_end(to);
	fclose(to);
	ok(!archive_parse(text, text_len, &archive) &&
		   scene_read(&archive, &scene) &&
		   !strcmp(scene.device, "UUID=1") &&
		   !strcmp(scene.release, "6.1") && scene.stack_count == 1 &&
		   !strcmp(scene.module[0], "/lib/modules/6.1/x.ko"),
	   "the image's own configuration says what it looks for");
	to = open_memstream(&out, &out_len);
	scene_print(to, &scene, "UUID=2", modules);
	fclose(to);
	ok(!strcmp(out, "version=1\ndevice=UUID=2\nfstype=ext4\n"
			"path=/var/crash\nhost=h\nmodule=/m.ko\n"
			"module=/lib/modules/6.1/x.ko a=1\n"),
	   "for a scratch disk: its device, no stack, its drivers first");
	free(out);
	archive_close(&archive);
}

/* The end of an archive has no content; one that says so is not read beyond. */
static void check_end(void)
{
	static const char head[] = "0707010000000000000000000000000000000000000"
				   "001000000000000000100000000000000000000"
				   "0000000000000000000b00000000TRAILER!!!";
	static struct archive archive;
	size_t len = sizeof(head) + (4 - sizeof(head) % 4) % 4 + 1;
	char *end = calloc(1, len);

	memcpy(end, head, sizeof(head));
	ok(archive_parse(end, len, &archive) == -EINVAL,
	   "an end that is longer than the archive is refused");
	archive_close(&archive);
	free(end);
}

/* An image with that configuration, and nothing else. */
static bool read_scene(const char *conf, struct archive *archive,
		       struct scene *scene)
{
	FILE *to;

	free(text);
	to = open_memstream(&text, &text_len);
	cpio_file(to, SCENE_CONF, 0600, conf, strlen(conf));
	cpio_end(to);
	fclose(to);
	return !archive_parse(text, text_len, archive) &&
	       scene_read(archive, scene);
}

static size_t read_long_remote(struct archive *archive, struct scene *scene)
{
	char conf[600] = "remote=ssh://a@b/";
	size_t len = strlen(conf);

	memset(conf + len, 'x', 567 - len);
	return read_scene(conf, archive, scene) ? strlen(scene->remote) : 0;
}

static void check_scene_of_far_end(void)
{
	static struct archive archive;
	static struct scene scene;
	const char *modules[] = { NULL };
	char *out = NULL;
	size_t out_len = 0;
	FILE *to;

	ok(read_scene("device=\nfstype=\npath=\nremote=ssh://a@b:22/c\n",
		      &archive, &scene) &&
		   !strcmp(scene.remote, "ssh://a@b:22/c") && !scene.device[0],
	   "a target on another machine only is a target");
	archive_close(&archive);
	ok(read_long_remote(&archive, &scene) == 560,
	   "the longest that a configuration can name is not cut");
	archive_close(&archive);
	ok(!read_scene("device=\nfstype=\npath=\n", &archive, &scene),
	   "no target at all is none");
	archive_close(&archive);
	ok(read_scene("device=UUID=1\nfstype=ext4\npath=/v\ndisk=wwid.1\n"
		      "remote=ssh://a@b:22/c\nport=52:54:00:00:00:01 kd0\n",
		      &archive, &scene) &&
		   scene.has_disk,
	   "a target on another machine, with a fallback");
	to = open_memstream(&out, &out_len);
	scene_print(to, &scene, "UUID=2", modules);
	fclose(to);
	ok(!strcmp(out, "device=UUID=2\nfstype=ext4\npath=/v\n"),
	   "for a scratch disk: no other machine, and no other disk");
	free(out);
	archive_close(&archive);
}

static void check_left(void)
{
	char whole[] = "folder /var/crash/h\nfile vmcore 12\n"
		       "file vmcore-dmesg.txt 3\nrecord\n{\n}\n.\nend\n";
	char cut[] = "folder /var/crash/h\nfile vmcore 12\nrecord\n{";
	struct left left;

	left_parse(whole, &left);
	ok(left.whole && left.have_vmcore && left.have_log &&
		   left.vmcore_bytes == 12 && left.record &&
		   !strncmp(left.record, "{\n}", left.record_len),
	   "what was told of the scratch disk is taken in whole");
	left_parse(cut, &left);
	ok(!left.whole && !left.record, "what was cut is not whole");
}

int main(void)
{
	make();
	ok(!strcmp(data_at("usr/bin/b"), "two"), "a file by its path");
	ok(!strcmp(data_at("/usr/lib/a"), "later"),
	   "of two files with one path the last one counts");
	ok(!strcmp(data_at("lib/a"), "later"), "through a link to a folder");
	ok(!strcmp(data_at("d"), "two"), "through three links");
	ok(!strcmp(data_at("out"), "later"), "a link does not lead out");
	ok(!strcmp(data_at("loop"), "not there"), "a loop of links ends");
	ok(!strcmp(data_at("usr/lib/x"), "not there"), "what is not there");
	check_damaged();
	check_large();
	check_endless_needs();
	check_end();
	check_scene();
	check_scene_of_far_end();
	check_left();
	free(text);
	return tap_end();
}
