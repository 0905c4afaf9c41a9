// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-dma show: one capture for people: what happened, and how to open it. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/dump_folder.h"
#include "host/dumps.h"
#include "lib/macros.h"
#include "lib/when.h"
#include "verbs/gather.h"
#include "verbs/verbs.h"

struct wanted {
	/* a folder, its last part, or an id; NULL: the last */
	const char *name;
	const struct dump *dump; /* NULL: there is none */
	struct capture capture;
	bool have_capture;
	/* why no dump can be seen; "": those that are there are seen */
	const char *unseen;
};

static bool is_wanted(const struct wanted *wanted, const char *id)
{
	const char *last = strrchr(id, '/');

	return !wanted->name || streq(wanted->name, id) ||
	       (last && streq(wanted->name, last + 1));
}

static void find(const struct gathered *all, const struct dump *dumps,
		 size_t count, struct wanted *wanted)
{
	const struct history *history = &all->history;

	/* Oldest first: of several the last one stays. */
	for (size_t i = 0; i < count; i++)
		if (is_wanted(wanted, dumps[i].path))
			wanted->dump = &dumps[i];
	for (size_t i = history->count; i > 0 && !wanted->have_capture; i--) {
		const struct capture *capture = &history->captures[i - 1];
		const struct dump *its =
			dumps_of_capture(dumps, count, history, i - 1);

		if (!is_wanted(wanted, capture->id) &&
		    !(its && is_wanted(wanted, its->path)))
			continue;
		/* A dump that is newer than all that was learned is first. */
		if (!wanted->name && wanted->dump &&
		    !streq(wanted->dump->path, capture->id) &&
		    !history_knows(history, &wanted->dump->capture) &&
		    wanted->dump->taken > when_seconds(capture->when))
			break;
		wanted->capture = *capture;
		wanted->have_capture = true;
		wanted->dump = its;
	}
	if (wanted->dump && !wanted->have_capture) {
		wanted->capture = wanted->dump->capture;
		wanted->have_capture = true;
	}
}

/* Text of a record is input from outside. */
static void print_text(const char *head, const char *text)
{
	char plain[256];

	text_copy(text_of(text), plain, sizeof(plain));
	printf("%-12s %s\n", head, plain);
}

static void print_list(const char *head, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *text = json_string_value(json_array_get(list, i));

		if (text)
			print_text(i ? "" : head, text);
	}
}

#define BAR 40

static void print_memory(const struct capture *capture)
{
	uint64_t used = capture_used_mib(capture);
	uint64_t reserved = capture_reserved_mib(capture);
	int filled;

	if (!used || !reserved) {
		printf("memory       not measured\n");
		return;
	}
	filled = (int)(used * BAR / reserved);
	printf("memory       [");
	for (int i = 0; i < BAR; i++)
		putchar(i < filled ? '#' : '.');
	printf("] %" PRIu64 " of %" PRIu64 " MiB used\n", used, reserved);
}

static void print_capture(const struct capture *capture)
{
	printf("%-12s %s, %s, %s\n", capture->is_test ? "test" : "crash",
	       capture->when[0] ? capture->when : "?",
	       capture->release[0] ? capture->release : "kernel not known",
	       capture->machine[0] ? capture->machine : "?");
	printf("outcome      %s%s", capture_outcome_name(capture->outcome),
	       capture->outcome != CAPTURE_NO_DUMP
		       ? ""
		       : ": neither a dump nor a record was left");
	if (capture->have_dump_bytes)
		printf(", %" PRIu64 " MiB",
		       (capture->dump_bytes + MIB - 1) / MIB);
	if (capture->have_seconds)
		printf(" in %" PRIu64 " s", capture->seconds);
	putchar('\n');
	print_memory(capture);
	printf("DMA zone     %s\n", verdict_name(capture->dma));
	printf("failures     %" PRIu64 " OOM kills, %" PRIu64
	       " page allocation failures, %" PRIu64 " of them for GFP_DMA\n",
	       capture->oom_kills, capture->page_allocation_failures,
	       capture->gfp_dma_failures);
	if (capture->initramfs_failed)
		printf("             the initramfs could not be unpacked\n");
}

/* Where a distribution has the kernel's symbols, and the package's name. */
static void print_symbols(const struct root *root, const char *release,
			  const char *vmcore, const char *head)
{
	bool debian = root_exists(root, "etc/debian_version");
	bool suse = root_exists(root, "usr/bin/zypper");
	const char *format = debian ? "/usr/lib/debug/boot/vmlinux-%s"
			     : suse ? "/usr/lib/debug/boot/vmlinux-%s.debug"
				    : "/usr/lib/debug/lib/modules/%s/vmlinux";
	char vmlinux[160];

	if (!release[0])
		return;
	/* NOLINTNEXTLINE: one of three above */
	snprintf(vmlinux, sizeof(vmlinux), format, release);
	printf("%-12s crash %s %s\n", head, vmlinux, vmcore);
	printf("             drgn -c %s -s %s\n", vmcore, vmlinux);
	if (debian)
		printf("symbols      linux-image-%s-dbg%s\n", release,
		       root_exists(root, "usr/share/doc/ubuntu-keyring") ? "sym"
									 : "");
	else if (suse)
		printf("symbols      kernel-default-debuginfo\n");
	else
		printf("symbols      kernel-debuginfo-%s\n", release);
}

static void print_dump(const struct root *root, const struct wanted *wanted)
{
	const struct dump *dump = wanted->dump;
	char vmcore[CAPTURE_ID_MAX + 100];

	if (!dump && wanted->capture.outcome == CAPTURE_NO_DUMP)
		puts("dump         none");
	else if (!dump && wanted->unseen[0])
		printf("dump         not seen: %s\n", wanted->unseen);
	else if (!dump)
		puts("dump         its folder is gone");
	if (!dump)
		return;
	snprintf(vmcore, sizeof(vmcore), "%s/%s", dump->path, dump->vmcore);
	printf("dump         %s%s\n", dump->have_vmcore ? vmcore : dump->path,
	       dump->incomplete	   ? " (not whole)"
	       : dump->have_vmcore ? ""
				   : " (no vmcore in it)");
	if (dump->have_vmcore)
		print_symbols(root, wanted->capture.release, vmcore, "open");
}

/* A dump that went to another machine: its record is here, the vmcore there. */
static bool print_far_dump(const struct root *root, const json_t *record,
			   const char *release)
{
	const json_t *dump = json_object_get(record, "dump");
	const char *path = json_string_value(json_object_get(dump, "path"));
	const char *how =
		json_string_value(json_object_get(dump, "reassemble"));
	char text[CAPTURE_ID_MAX + 100];

	if (!path || !strstr(path, "://"))
		return false;
	text_copy(text_of(path), text, sizeof(text));
	printf("dump         %s\n", text);
	if (how) {
		text_copy(text_of(how), text, sizeof(text));
		printf("open         %s\n", text);
	}
	print_symbols(root, release, "vmcore", how ? "" : "open");
	return true;
}

static void print(const struct gathered *all, const struct wanted *wanted)
{
	const struct dump *dump = wanted->dump;
	json_t *record = dump ? dumps_record(&all->root, dump->path) : NULL;

	print_capture(&wanted->capture);
	if (dump && dump->panic[0])
		print_text("why", dump->panic);
	print_list("kernel log",
		   json_object_get(json_object_get(record, "kernel_log"),
				   "lines"));
	print_list("events", json_object_get(record, "events"));
	if (dump && dump->why[0])
		print_text("record", dump->why);
	if (!print_far_dump(&all->root, record, wanted->capture.release))
		print_dump(&all->root, wanted);
	json_decref(record);
}

static int show(struct gathered *all, const struct options *options)
{
	struct wanted wanted = { .name = options->capture };
	struct dump_folder folder;
	struct dump *dumps;
	size_t count;
	int err;

	dump_folder_find(&all->root, &all->config, all->host.backend, &folder);
	wanted.unseen = folder.unseen;
	err = dumps_find(&all->root, folder.path, true, &dumps, &count);
	if (err) {
		fprintf(stderr, "kdump-dma: show: %s: %s\n", folder.path,
			strerror(-err));
		return STATUS_ERROR;
	}
	find(all, dumps, count, &wanted);
	if (wanted.have_capture)
		print(all, &wanted);
	else
		fprintf(stderr, "kdump-dma: show: %s%s\n",
			wanted.name ? wanted.name : "no capture is known",
			wanted.name ? ": no such capture; see kdump-dma list"
				    : "");
	free(dumps);
	return wanted.have_capture ? STATUS_OK : STATUS_ERROR;
}

int verb_show(const struct options *options)
{
	return gather_and(options, GATHER_TO_READ_ANYWAY, show);
}
