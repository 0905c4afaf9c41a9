// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/outlook.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/kdumpconf.h"
#include "host/dump_folder.h"
#include "host/whole_file.h"
#include "lib/macros.h"
#include "peers/peer_paths.h"
#include "plan/capture_promise.h"
#include "plan/gfp_dma.h"
#include "plan/seen.h"

#define RUN_DIR "run/kdump-dma"

__attribute__((format(printf, 2, 3))) static void doubt(struct outlook *out,
							const char *format, ...)
{
	va_list args;

	if (out->doubts_count == OUTLOOK_DOUBTS_MAX)
		return;
	va_start(args, format);
	vsnprintf(out->doubts[out->doubts_count++], OUTLOOK_TEXT_MAX, format,
		  args);
	va_end(args);
}

/* ---- makedumpfile and the kernel ----------------------------------------- */

static const struct effect {
	const char *name; /* as in makedumpfile_needs= */
	const char *text;
	unsigned int saves; /* enum outlook_saves */
	/* lines that the kernel's configuration must have; NULL: none */
	const char *config[2];
} effects[] = {
	{ "unfiltered",
	  "it recognises no free page, and a dump takes nearly all of the "
	  "memory",
	  SAVES_FREE,
	  { NULL } },
	{ "huge",
	  "it does not leave out huge pages of programs",
	  SAVES_HUGE,
	  { NULL } },
	{ "va52",
	  "it stops at this kernel's addresses of 52 bits, and only a plain "
	  "copy "
	  "of all memory is left",
	  SAVES_ALL,
	  { "CONFIG_ARM64_VA_BITS=52", "CONFIG_ARM64_4K_PAGES=y" } },
	{ "stops",
	  "it stops, and only a plain copy of all memory is left",
	  SAVES_ALL,
	  { NULL } },
	{ "incomplete",
	  "it leaves out pages that are needed, and says nothing",
	  0,
	  { NULL } },
};

static bool has_lines(const struct effect *effect, const char *config)
{
	for (size_t i = 0; i < 2 && effect->config[i]; i++)
		if (!text_has_line(text_of(config ? config : ""),
				   effect->config[i]))
			return false;
	return true;
}

/* "FROM,NEEDED,MACHINE,EFFECT": a kernel from FROM on, a makedumpfile from
 * NEEDED */
struct need {
	char from[24], needed[24];
};

static bool match(struct text word, const struct effect *effect,
		  const char *version, const char *release, const char *machine,
		  struct need *out)
{
	struct text from, needed, part;

	if (!text_split(&word, ',', &from) || from.len >= sizeof(out->from) ||
	    !text_split(&word, ',', &needed) ||
	    needed.len >= sizeof(out->needed) ||
	    !text_split(&word, ',', &part) ||
	    (!text_equal(part, "all") && !text_equal(part, machine)) ||
	    !text_equal(word, effect->name))
		return false;
	text_copy(from, out->from, sizeof(out->from));
	text_copy(needed, out->needed, sizeof(out->needed));
	return makedumpfile_compare(version, out->needed) < 0 &&
	       makedumpfile_compare(release, out->from) >= 0;
}

/* Of several that match, the one that needs the latest makedumpfile. */
static bool find_need(const char *needs, const struct effect *effect,
		      const char *version, const char *release,
		      const char *machine, struct need *out)
{
	struct text rest = text_of(needs), word;
	struct need need;

	out->needed[0] = '\0';
	while (text_word(&rest, &word))
		if (match(word, effect, version, release, machine, &need) &&
		    makedumpfile_compare(need.needed, out->needed) > 0)
			*out = need;
	return out->needed[0];
}

unsigned int outlook_fit(const char *needs, const char *version,
			 const char *release, const char *machine,
			 const char *config, char *why, size_t size)
{
	unsigned int saves = 0;
	struct need need;
	size_t len = 0;

	why[0] = '\0';
	for (size_t i = 0; version[0] && i < ARRAY_SIZE(effects); i++) {
		const struct effect *effect = &effects[i];

		if (!has_lines(effect, config) ||
		    !find_need(needs, effect, version, release, machine, &need))
			continue;
		saves |= effect->saves;
		if (len < size)
			len += (size_t)snprintf(
				why + len, size - len,
				"%smakedumpfile %s does not know kernel %s (%s "
				"and later do): %s",
				len ? "; " : "", version, need.from,
				need.needed, effect->text);
	}
	return saves;
}

unsigned int outlook_misfit(const struct root *root,
			    const struct config *config,
			    const struct facts *facts, char *why, size_t size)
{
	const char *needs = config_text(config, CONFIG_MAKEDUMPFILE_NEEDS);
	const char *release = facts->release;
	struct makedumpfile program;
	unsigned int saves;
	char *text = whole_file(root, "boot/config-%s", release);

	if (!text)
		text = whole_file(root, "lib/modules/%s/config", release);
	makedumpfile_known(root, &program);
	saves = outlook_fit(needs, program.version, release, facts->machine,
			    text, why, size);
	free(text);
	return saves;
}

/* ---- room ---------------------------------------------------------------- */

static uint64_t largest_dump(const struct history *history)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < history->count; i++)
		if (history->captures[i].have_dump_bytes &&
		    history->captures[i].dump_bytes > bytes)
			bytes = history->captures[i].dump_bytes;
	return bytes;
}

/* Two folders; vmcore, log and record, and what they are before; the room. */
#define DUMP_INODES 8

/* What a makedumpfile leaves out that does not know the kernel: less. */
static void expect(const struct root *root, const char *folder,
		   const char *args, unsigned int saves, struct room *out)
{
	unsigned int level = room_dump_level(args);
	char text[16];

	if (saves & SAVES_FREE)
		level &= 15;
	if (saves & SAVES_ALL)
		level = 0;
	snprintf(text, sizeof(text), "-d %u", level);
	room_collect(root, folder, text, out);
	if (saves & SAVES_HUGE)
		out->expected_bytes += out->huge_bytes;
}

/*
 * Expect twice the largest dump so far, or a quarter of the memory before there
 * is one. If makedumpfile does not know the kernel, expect all that it does not
 * leave out.
 */
static void look_at_room(const struct root *root, const struct plan_input *in,
			 const char *folder, unsigned int saves,
			 struct outlook *out)
{
	const char *why = "a quarter of the memory";

	expect(root, folder, config_text(in->config, CONFIG_COLLECTOR_ARGS),
	       saves, &out->room);
	out->dump_bytes = 2 * largest_dump(in->history);
	if (out->dump_bytes)
		why = "twice the largest so far";
	else if (in->host->have_ram_bytes)
		out->dump_bytes = in->host->ram_bytes / 4;
	if (saves && out->room.have_expected &&
	    out->room.expected_bytes > out->dump_bytes) {
		out->dump_bytes = out->room.expected_bytes;
		why = saves & SAVES_ALL	   ? "all of the memory"
		      : saves & SAVES_FREE ? "all that is in use"
					   : "with huge pages";
	}
	if (out->room.have_free && out->dump_bytes > out->room.free_bytes)
		doubt(out,
		      "the target has %" PRIu64 " MiB free, and a dump may "
		      "take %" PRIu64 " MiB (%s)",
		      out->room.free_bytes / MIB, out->dump_bytes / MIB, why);
	if (out->room.have_inodes && out->room.free_inodes < DUMP_INODES)
		doubt(out,
		      "the target has %" PRIu64 " free inodes, and a dump "
		      "takes %d",
		      out->room.free_inodes, DUMP_INODES);
}

/* ---- events -------------------------------------------------------------- */

/*
 * Only the most frequent crash, and what was asked for and the kernel does not
 * look for. A value that somebody set is no doubt.
 */
static void look_at_events(const struct root *root, const struct plan_input *in,
			   struct outlook *out)
{
	const struct panic_event *oops = &out->events.event[0];

	panic_events_find(root, in->config,
			  in->facts->have_cmdline ? in->facts->cmdline : "",
			  &out->events);
	if (oops->have_now && !oops->now && oops->wanted && !oops->set_by[0])
		doubt(out, "an oops does not end in a dump: "
			   "kernel.panic_on_oops is 0");
	for (size_t i = 0; i < PANIC_EVENTS_COUNT; i++) {
		const struct panic_event *event = &out->events.event[i];

		if (event->have_now && event->wanted && event->unseen)
			doubt(out,
			      "panic_on= has %s, and the kernel does not look "
			      "for it: %s",
			      event->name, event->unseen);
	}
}

/* Without panic= the capture kernel stops after a panic of its own. */
static void look_at_panic_words(const struct host *host, struct outlook *out)
{
	if (host->panic_words == PANIC_WORDS_MISSING)
		doubt(out,
		      "the capture kernel is not given panic=: after a panic "
		      "of its own the machine never comes back; \"kdump-dma "
		      "apply\" adds %s",
		      host->panic_add);
	else if (host->panic_words == PANIC_WORDS_CHOSEN)
		doubt(out, "the capture kernel is given panic=0: after a panic "
			   "of its own the machine never comes back");
	if (host->panic_undone_by[0])
		doubt(out,
		      "%s sets kernel.panic to 0, and %s boots this system in "
		      "the capture kernel, too: after a panic of its own the "
		      "machine never comes back; set it to 10 there",
		      host->panic_undone_by, host->backend->name);
}

/* ---- what native left in /run -------------------------------------------- */

/* The first line of a note says what failed, the last one why. */
static void look_at_note(const struct root *root, const char *name,
			 struct outlook *out)
{
	char *note = whole_file(root, RUN_DIR "/%s", name);
	struct text rest = text_of(note ? note : ""), line, first = { 0 };
	struct text last = { 0 };
	char what[300], why[300];

	while (text_split(&rest, '\n', &line)) {
		if (!first.len)
			first = line;
		else if (text_trim(line).len)
			last = line;
	}
	text_copy(first, what, sizeof(what));
	text_copy(last, why, sizeof(why));
	if (first.len)
		doubt(out, "%s%s%s", what, last.len ? ": " : "", why);
	free(note);
}

uint64_t outlook_largest_segment(const char *said)
{
	static const char mark[] = "p_memsz = 0x";
	uint64_t largest = 0;

	for (const char *at = said; (at = strstr(at, mark));) {
		uint64_t bytes = strtoull(at += strlen(mark), NULL, 16);

		if (bytes > largest)
			largest = bytes;
	}
	return largest;
}

/*
 * Debian 12's arm64 kernel does not show _text in /proc/kallsyms. kexec-tools
 * then writes a segment of 2^64 bytes into the ELF header, and reports no
 * error.
 */
static void look_at_header(const struct root *root, const struct plan_input *in,
			   struct outlook *out)
{
	char *said = whole_file(root, RUN_DIR "/kexec");
	uint64_t bytes = said ? outlook_largest_segment(said) : 0;

	free(said);
	if (in->host->have_ram_bytes && bytes > 2 * in->host->ram_bytes)
		doubt(out,
		      "the ELF header that kexec made has a segment of "
		      "0x%" PRIx64
		      " bytes, more than there is memory: no vmcore can be "
		      "saved, only the log and the record",
		      bytes);
}

/* The line is empty if it did not fit; the image has a doubt for that. */
static void look_at_promise(const struct capture_image *image,
			    struct outlook *out)
{
	char why[OUTLOOK_TEXT_MAX];

	if (image->cmdline[0] &&
	    capture_promise_broken(image->cmdline, why, sizeof(why)))
		doubt(out, "%s", why);
}

static void look_at_image(const struct root *root, const struct plan_input *in,
			  const struct capture_image *image,
			  struct outlook *out)
{
	char note[80];
	bool is_known = target_can_be_seen(root);

	if (is_known && image->why[0])
		doubt(out, "no capture image can be built: %s", image->why);
	for (size_t i = 0; is_known && i < image->doubts_count; i++)
		doubt(out, "%s", image->doubts[i]);
	snprintf(note, sizeof(note), "failed-%s", in->facts->release);
	if (!image->why[0])
		look_at_note(root, note, out);
	look_at_note(root, "failed-load", out);
	look_at_note(root, "failed-unlock", out);
	look_at_note(root, "failed-target", out);
	look_at_header(root, in, out);
}

/* The folder for dumps as a path of this system; "": none is known. */
static void find_folder(const struct root *root, const struct plan_input *in,
			const struct target *target, char *out, size_t size)
{
	struct dump_folder folder;

	out[0] = '\0';
	if (target && target->mounted_at[0]) {
		snprintf(out, size, "%s", target->mounted_at);
		return;
	}
	dump_folder_find(root, in->config, in->host->backend, &folder);
	if (folder.is_seen)
		snprintf(out, size, "%s", folder.path);
}

/* What a folder lies on. The native image has this already. */
static const struct storage *storage_of(const struct root *root,
					const char *folder)
{
	static struct storage storage;
	static struct target target;

	storage_init(&storage);
	memset(&target, 0, sizeof(target));
	if (folder[0])
		target_of_folder(root, folder, &target);
	if (target.block.name[0])
		storage_add(root, &target.block, &storage);
	return &storage;
}

/* A kernel with our patches is left out: they change these drivers, too. */
static void look_at_disk(const struct root *root, const struct plan_input *in,
			 const struct capture_image *image, struct outlook *out)
{
	char folder[TARGET_PATH_MAX];
	const struct storage *storage = image ? &image->storage : NULL;
	const char *driver;
	enum patched patched;
	bool observed;

	if (plan_verdict(in, &observed, &patched) != VERDICT_UNMANAGED ||
	    patched == PATCHED_YES)
		return;
	if (!storage) {
		find_folder(root, in, NULL, folder, sizeof(folder));
		storage = storage_of(root, folder);
	}
	driver = gfp_dma_driver(storage, in->facts->version);
	if (driver)
		doubt(out,
		      "the target lies on a disk of %s, which asks for memory "
		      "of the DMA zone up to Linux 5.15, and the capture "
		      "kernel %s none: it may find no disk; take Linux 6.1 or "
		      "later, or a kernel with the patches of kdump-dma",
		      driver, observed ? "had" : "will have");
}

/* With force_no_rebuild kdump-utils keeps an outdated image. */
static void look_at_rebuild(const struct root *root, struct outlook *out)
{
	char *conf = whole_file(root, PATH_KDUMP_CONF);
	struct text line = { "", 0 }, option, value;

	if (conf)
		line = kdumpconf_line(conf, strlen(conf), "force_no_rebuild");
	if (kdumpconf_pair(line, &option, &value) &&
	    (text_equal(value, "1") || text_equal(value, "yes")))
		doubt(out, "/" PATH_KDUMP_CONF
			   " says force_no_rebuild: the image is not built "
			   "anew when something in it changes, until somebody "
			   "runs \"kdumpctl rebuild\"");
	free(conf);
}

static void look_at_dump(const struct root *root, const struct plan_input *in,
			 const struct target *target, struct outlook *out)
{
	char folder[TARGET_PATH_MAX], why[OUTLOOK_TEXT_MAX];
	unsigned int saves;

	makedumpfile_known(root, &out->makedumpfile);
	saves = outlook_misfit(root, in->config, in->facts, why, sizeof(why));
	if (why[0])
		doubt(out, "%s", why);
	find_folder(root, in, target, folder, sizeof(folder));
	look_at_room(root, in, folder[0] ? folder : NULL, saves, out);
}

/* What the native image refuses of it, it says by itself. */
static void look_at_folder(const struct root *root, const struct plan_input *in,
			   struct outlook *out)
{
	struct dump_folder folder;

	dump_folder_find(root, in->config, in->host->backend, &folder);
	if (folder.fault[0])
		doubt(out, "%s", folder.fault);
}

void outlook_of_dump(const struct root *root, const struct plan_input *in,
		     const struct target *target, struct outlook *out)
{
	memset(out, 0, sizeof(*out));
	look_at_dump(root, in, target, out);
}

void outlook_make(const struct root *root, const struct plan_input *in,
		  struct outlook *out)
{
	static struct capture_image image;
	const struct capture_image_input wanted = { root, in->config, in->facts,
						    NULL };
	bool is_native = in->host->backend == &backend_native;

	memset(out, 0, sizeof(*out));
	memset(&image, 0, sizeof(image));
	if (is_native) {
		capture_image_make(&wanted, &image);
		look_at_image(root, in, &image, out);
		look_at_promise(&image, out);
		out->keys = image.keys;
	}
	if (in->host->backend == &backend_kdumpctl)
		look_at_rebuild(root, out);
	if (!image.why[0])
		look_at_folder(root, in, out);
	look_at_disk(root, in, is_native ? &image : NULL, out);
	look_at_events(root, in, out);
	look_at_panic_words(in->host, out);
	look_at_dump(root, in, is_native ? &image.target : NULL, out);
	capture_image_free(&image);
}
