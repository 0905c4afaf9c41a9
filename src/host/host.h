/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What only the host's tool has to know of a machine, beside its facts: which
 * package saves dumps, what is configured, and how large the images are.
 */
#ifndef HOST_H
#define HOST_H

#include "config/config.h"
#include "facts/facts.h"
#include "host/image.h"
#include "host/loadable.h"
#include "host/panic_words.h"
#include "host/unreserved.h"
#include "peers/backend.h"
#include "peers/bootloader.h"
#include "peers/owner.h"
#include "state/history.h"
#include "state/rehearsed.h"

#define HOST_APPEND_MAX	 APPEND_MAX
#define HOST_WORDS_MAX	 BOOT_WORDS_MAX
#define HOST_PROBLEM_MAX APPEND_PROBLEM_MAX
#define HOST_DOUBT_MAX	 (HOST_WORDS_MAX + 480)

struct host {
	/* of this kernel with this image: the newest rehearsal */
	bool have_rehearsed;
	struct rehearsed rehearsed;
	const struct backend *backend;
	bool backend_forced; /* by the configuration */
	const struct bootloader *bootloader;
	/* configuration of the backend that we do not understand: "" if none */
	char problem[HOST_PROBLEM_MAX];
	/* what the backend adds to the capture kernel's command line */
	bool have_append;
	char append[HOST_APPEND_MAX];
	enum panic_words panic_words;
	char panic_add[64]; /* what apply adds for PANIC_WORDS_MISSING */
	/* a file that undoes panic= in the capture kernel; "": none */
	char panic_undone_by[128];
	struct whose pool_whose;
	/* crashkernel= words for the next boot; "" if none */
	char next_crashkernel[HOST_WORDS_MAX];
	struct whose crashkernel_whose;
	/* -errno of the boot loader's files: what they say is not known */
	int boot_files_err;
	bool awaits_reboot; /* the running kernel was started with others */
	bool is_lost;	    /* of ours, but gone from the boot loader's files */
	bool is_older; /* it was started with words of ours, not the last */
	/* the running kernel was given crashkernel= and reserved nothing */
	struct unreserved unreserved;
	char unreserved_why[HOST_DOUBT_MAX]; /* a sentence; "" if it did */
	struct load_facts load;
	enum cannot_load cannot_load;
	/*
	 * what we applied and did not come to anything, or an image that may be
	 * out of date: "" if all is well
	 */
	char doubt[HOST_DOUBT_MAX];
	/* encryption as the log said it early in this very boot */
	bool have_boot_encryption;
	bool boot_encrypted;
	/* never booted: for which architecture it is; "" otherwise */
	char new_image[16];
	bool image_stale; /* one of before is loaded: see its note in doubt */
	bool have_ram_bytes;
	uint64_t ram_bytes;
	bool several_nodes; /* NUMA: SRAT may show memory above 4 GiB */
	struct images images;
	uint32_t cpus_count; /* that the capture kernel brings up */
	char kernel_path[160], initramfs_path[160];
};

/*
 * Never fails: a fact that is not known has its have_ flag off, or is named in
 * problem or doubt.
 */
void host_collect(const struct root *root, const struct facts *facts,
		  const struct config *config, struct host *host);

/* Read the sizes of the images again, after measure(). */
void host_read_images(const struct root *root, const struct facts *facts,
		      const struct config *config, struct host *host);

#endif
