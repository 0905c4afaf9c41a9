// SPDX-License-Identifier: GPL-2.0-or-later
#include "rehearse/image_check.h"

#include <elf.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/macros.h"
#include "lib/text.h"

#define LIBRARIES_MAX 512
/* A program of a distribution has less than 100. */
#define DYNAMIC_MAX 4096

static const char *const program_folders[] = { "usr/bin", "usr/sbin", "bin",
					       "sbin" };

#define PROGRAM_FOLDERS ARRAY_SIZE(program_folders)

/* The libraries of one program: each is looked at once. */
struct needs {
	const struct archive *archive;
	struct image_faults *faults;
	const char *program;
	const char *seen[LIBRARIES_MAX]; /* into the archive */
	size_t seen_count;
};

/* The parts of a 64-bit ELF file of this machine's byte order that count. */
struct elf {
	const struct member *member;
	const char *interpreter; /* NULL: none */
	const char *strings;	 /* of the dynamic section; NULL: static */
	size_t strings_len;
	const char *dynamic;
	size_t dynamic_count;
};

size_t image_faults_kept(const struct image_faults *faults)
{
	return faults->count < IMAGE_FAULTS_MAX ? faults->count
						: IMAGE_FAULTS_MAX;
}

void image_check_fault(struct image_faults *faults, const char *format, ...)
{
	char raw[IMAGE_FAULT_MAX], text[IMAGE_FAULT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(raw, sizeof(raw), format, args);
	va_end(args);
	/* names in an image may be of any bytes */
	text_copy(text_of(raw), text, sizeof(text));
	for (size_t i = 0; i < image_faults_kept(faults); i++)
		if (!strcmp(faults->text[i], text))
			return;
	if (faults->count < IMAGE_FAULTS_MAX)
		strcpy(faults->text[faults->count], text);
	faults->count++;
}

static bool is_within(const struct member *member, uint64_t offset,
		      uint64_t len)
{
	return offset <= member->size && len <= member->size - offset;
}

static Elf64_Ehdr elf_header(const struct member *member)
{
	Elf64_Ehdr header;

	memcpy(&header, member->data, sizeof(header));
	return header;
}

static bool is_elf(const struct member *member)
{
	return member->size >= sizeof(Elf64_Ehdr) &&
	       !memcmp(member->data, ELFMAG, SELFMAG) &&
	       member->data[EI_CLASS] == ELFCLASS64;
}

static bool program_header(const struct member *member, unsigned int index,
			   Elf64_Phdr *out)
{
	Elf64_Ehdr header = elf_header(member);
	uint64_t offset;

	if (index >= header.e_phnum || header.e_phentsize != sizeof(*out) ||
	    header.e_phoff > member->size)
		return false;
	offset = header.e_phoff + (uint64_t)index * sizeof(*out);
	if (!is_within(member, offset, sizeof(*out)))
		return false;
	memcpy(out, member->data + offset, sizeof(*out));
	return true;
}

/* Where an address of the program lies in its file. */
static bool file_offset(const struct member *member, uint64_t address,
			uint64_t *out)
{
	Elf64_Phdr header;

	for (unsigned int i = 0; program_header(member, i, &header); i++) {
		if (header.p_type != PT_LOAD || address < header.p_vaddr ||
		    address - header.p_vaddr >= header.p_filesz)
			continue;
		*out = header.p_offset + (address - header.p_vaddr);
		return *out < member->size;
	}
	return false;
}

static Elf64_Dyn dynamic_entry(const struct elf *elf, size_t index)
{
	Elf64_Dyn entry;

	memcpy(&entry, elf->dynamic + index * sizeof(entry), sizeof(entry));
	return entry;
}

static bool read_dynamic(struct elf *elf, const Elf64_Phdr *header)
{
	uint64_t strings = 0;

	if (!is_within(elf->member, header->p_offset, header->p_filesz))
		return false;
	elf->dynamic = elf->member->data + header->p_offset;
	elf->dynamic_count = header->p_filesz / sizeof(Elf64_Dyn);
	if (elf->dynamic_count > DYNAMIC_MAX)
		return false;
	for (size_t i = 0; i < elf->dynamic_count; i++) {
		Elf64_Dyn entry = dynamic_entry(elf, i);

		if (entry.d_tag == DT_STRTAB)
			strings = entry.d_un.d_ptr;
		else if (entry.d_tag == DT_STRSZ)
			elf->strings_len = entry.d_un.d_val;
	}
	if (!file_offset(elf->member, strings, &strings) || !elf->strings_len ||
	    !is_within(elf->member, strings, elf->strings_len))
		return false;
	elf->strings = elf->member->data + strings;
	return !elf->strings[elf->strings_len - 1];
}

/* false: it is damaged. */
static bool read_elf(const struct member *member, struct elf *elf)
{
	Elf64_Phdr header;

	*elf = (struct elf){ .member = member };
	for (unsigned int i = 0; program_header(member, i, &header); i++) {
		if (header.p_type == PT_DYNAMIC) {
			if (!read_dynamic(elf, &header))
				return false;
		} else if (header.p_type == PT_INTERP) {
			if (!header.p_filesz ||
			    !is_within(member, header.p_offset,
				       header.p_filesz))
				return false;
			elf->interpreter = member->data + header.p_offset;
			if (elf->interpreter[header.p_filesz - 1])
				return false;
		}
	}
	return true;
}

/* The text of an entry of the dynamic section; NULL: out of bounds. */
static const char *dynamic_text(const struct elf *elf, const Elf64_Dyn *entry)
{
	return entry->d_un.d_val < elf->strings_len
		       ? elf->strings + entry->d_un.d_val
		       : NULL;
}

static const struct member *regular(const struct archive *archive,
				    const char *folder, size_t len,
				    const char *name)
{
	char path[ARCHIVE_PATH_MAX];
	const struct member *member;

	if ((size_t)snprintf(path, sizeof(path), "%.*s/%s", (int)len, folder,
			     name) >= sizeof(path))
		return NULL;
	member = archive_find(archive, path);
	return member && S_ISREG(member->mode) ? member : NULL;
}

/* DT_RUNPATH and DT_RPATH: folders with ":" between; $ORIGIN is the file's. */
static const struct member *in_runpath(const struct archive *archive,
				       const struct elf *elf, const char *name)
{
	for (size_t i = 0; i < elf->dynamic_count; i++) {
		Elf64_Dyn entry = dynamic_entry(elf, i);
		const char *at, *slash = strrchr(elf->member->path, '/');
		char folder[ARCHIVE_PATH_MAX];

		if (entry.d_tag != DT_RUNPATH && entry.d_tag != DT_RPATH)
			continue;
		for (at = dynamic_text(elf, &entry); at && *at;
		     at += strspn(at, ":")) {
			size_t len = strcspn(at, ":");
			bool own = len >= 7 && !strncmp(at, "$ORIGIN", 7);
			const struct member *found;

			snprintf(folder, sizeof(folder), "%.*s%.*s",
				 own && slash ? (int)(slash - elf->member->path)
					      : 0,
				 elf->member->path, (int)(len - (own ? 7 : 0)),
				 at + (own ? 7 : 0));
			found = regular(archive, folder, strlen(folder), name);
			if (found)
				return found;
			at += len;
		}
	}
	return NULL;
}

/*
 * A folder that ld.so looks into by itself, or by its cache: that is what is
 * below a folder of libraries, for distributions configure no others there.
 */
static bool is_library_folder(const char *path, size_t len)
{
	static const char *const tops[] = { "usr/lib64/", "usr/lib/", "lib64/",
					    "lib/", "usr/libexec/" };

	for (size_t i = 0; i < ARRAY_SIZE(tops); i++) {
		size_t top = strlen(tops[i]);

		if (len + 1 >= top && !strncmp(path, tops[i], top))
			return true;
	}
	return false;
}

static const struct member *anywhere(const struct archive *archive,
				     const char *name)
{
	for (size_t i = 0; i < archive->count; i++) {
		const char *path = archive->item[i].path;
		const char *slash = strrchr(path, '/');
		const struct member *found;

		if (!slash || strcmp(slash + 1, name) ||
		    !is_library_folder(path, (size_t)(slash - path)))
			continue;
		found = archive_find(archive, path);
		if (found && S_ISREG(found->mode))
			return found;
	}
	return NULL;
}

static bool was_seen(struct needs *needs, const char *path)
{
	for (size_t i = 0; i < needs->seen_count; i++)
		if (!strcmp(needs->seen[i], path))
			return true;
	if (needs->seen_count == LIBRARIES_MAX)
		return true;
	needs->seen[needs->seen_count++] = path;
	return false;
}

/* What one file needs goes to the end of seen, so all is looked at in turn. */
static void look_at(struct needs *needs, const struct member *member)
{
	struct elf elf;

	if (!is_elf(member) || !read_elf(member, &elf)) {
		image_check_fault(needs->faults,
				  "/%s, which /%s needs, is damaged",
				  member->path, needs->program);
		return;
	}
	for (size_t i = 0; i < elf.dynamic_count; i++) {
		Elf64_Dyn entry = dynamic_entry(&elf, i);
		const char *name;
		const struct member *library;

		if (entry.d_tag != DT_NEEDED)
			continue;
		name = dynamic_text(&elf, &entry);
		if (!name || strchr(name, '/'))
			continue;
		library = in_runpath(needs->archive, &elf, name);
		if (!library)
			library = anywhere(needs->archive, name);
		if (library)
			(void)was_seen(needs, library->path);
		else
			image_check_fault(
				needs->faults,
				"/%s needs %s, which is not in the image",
				needs->program, name);
	}
}

static void check_interpreter(const struct archive *archive,
			      const struct member *program, const char *name,
			      struct image_faults *faults)
{
	const struct member *found = archive_find(archive, name);

	if (!found || !S_ISREG(found->mode))
		image_check_fault(faults,
				  "/%s is run by %s, which is not in the image",
				  program->path, name);
}

/* "#!/bin/sh -e": the kernel runs the first word. */
static void check_script(const struct archive *archive,
			 const struct member *program,
			 struct image_faults *faults)
{
	char name[256];
	size_t len = 0, at = 2;

	while (at < program->size && program->data[at] == ' ')
		at++;
	while (at < program->size && len + 1 < sizeof(name) &&
	       !strchr(" \t\n", program->data[at]))
		name[len++] = program->data[at++];
	name[len] = '\0';
	if (len)
		check_interpreter(archive, program, name, faults);
}

static void check_member(const struct archive *archive,
			 const struct member *program,
			 struct image_faults *faults)
{
	static struct needs needs;
	struct elf elf;

	if (program->size > 2 && !memcmp(program->data, "#!", 2)) {
		check_script(archive, program, faults);
		return;
	}
	if (!is_elf(program))
		return;
	if (!read_elf(program, &elf)) {
		image_check_fault(faults, "/%s is damaged", program->path);
		return;
	}
	if (elf.interpreter)
		check_interpreter(archive, program, elf.interpreter, faults);
	needs = (struct needs){ .archive = archive,
				.faults = faults,
				.program = program->path,
				.seen = { program->path },
				.seen_count = 1 };
	for (size_t i = 0; i < needs.seen_count; i++) {
		const struct member *member =
			archive_find(archive, needs.seen[i]);

		if (member)
			look_at(&needs, member);
	}
}

static bool is_program(const struct member *member)
{
	const char *slash = strrchr(member->path, '/');
	size_t len = slash ? (size_t)(slash - member->path) : 0;

	if (!S_ISREG(member->mode) || !(member->mode & 0100))
		return false;
	if (!strcmp(member->path, "init"))
		return true;
	for (size_t i = 0; i < PROGRAM_FOLDERS; i++)
		if (len == strlen(program_folders[i]) &&
		    !strncmp(member->path, program_folders[i], len))
			return true;
	return false;
}

void image_check_programs(const struct archive *archive,
			  struct image_faults *faults)
{
	for (size_t i = 0; i < archive->count; i++)
		if (is_program(&archive->item[i]))
			check_member(archive, &archive->item[i], faults);
}

void image_check_program(const struct archive *archive, const char *name,
			 struct image_faults *faults)
{
	const struct member *member = NULL;

	if (name[0] == '/')
		member = archive_find(archive, name);
	for (size_t i = 0; !member && name[0] != '/' && i < PROGRAM_FOLDERS;
	     i++)
		member = regular(archive, program_folders[i],
				 strlen(program_folders[i]), name);
	if (!member || !S_ISREG(member->mode))
		image_check_fault(faults, "%s is not in the image", name);
	else
		check_member(archive, member, faults);
}

void image_check_module(const struct archive *archive, const char *path,
			struct image_faults *faults)
{
	static const char *const packings[] = { "", ".xz", ".zst", ".gz" };
	char name[ARCHIVE_PATH_MAX], whole[ARCHIVE_PATH_MAX + 8], *packing;

	snprintf(name, sizeof(name), "%s", path + (path[0] == '/'));
	packing = strstr(name, ".ko.");
	if (packing)
		packing[3] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(packings); i++) {
		snprintf(whole, sizeof(whole), "%s%s", name, packings[i]);
		if (archive_find(archive, whole))
			return;
	}
	image_check_fault(faults, "the driver /%s is not in the image", name);
}

void image_check_release(const struct archive *archive, const char *release,
			 struct image_faults *faults)
{
	static const char *const tops[] = { "lib/modules/",
					    "usr/lib/modules/" };
	size_t release_len = strlen(release);

	for (size_t i = 0; i < archive->count; i++) {
		for (size_t j = 0; j < 2; j++) {
			const char *path = archive->item[i].path;
			size_t len = strlen(tops[j]);

			if (strncmp(path, tops[j], len) || !path[len] ||
			    (!strncmp(path + len, release, release_len) &&
			     strchr("/", path[len + release_len])))
				continue;
			image_check_fault(faults,
					  "/%s is of another kernel than %s",
					  path, release);
			return;
		}
	}
}
