/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who builds and loads the capture image: a struct of operations for each
 * backend, in a file of its own. backend.c has the table of them.
 */
#ifndef BACKEND_H
#define BACKEND_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "lib/root.h"
#include "peers/append.h"
#include "peers/bootloader.h"
#include "peers/edits.h"
#include "peers/owner.h"
#include "peers/peer_file.h"
#include "state/asked.h"
#include "state/capture.h"
#include "state/ours.h"

#define BACKEND_FOLDER "/var/crash" /* where none is configured */

struct backend {
	const char *name; /* as the configuration and --json say it */
	/* Below the root; where one is, its package is. NULL ends them. */
	const char *programs[3];
	const char *unit; /* enabled: it loads the image at each boot */
	/* Does its unit do nothing by its own configuration? NULL: no. */
	bool (*is_switched_off)(const struct root *root);
	/* The boot loader that it writes to itself. NULL: the machine's. */
	const struct bootloader *bootloader;

	/* Where the capture initramfs is; "%s" is the release. NULL ends. */
	const char *initramfs[3];
	/* A note that an image of before was loaded. NULL: it leaves none. */
	const char *stale_note;
	/* CPUs of the capture kernel: whatever its words say; 0: they say it */
	uint32_t cpus_always;
	uint32_t cpus_default; /* if they say nothing; 0: all */

	/* Its files that apply may change; path NULL ends them. */
	struct peer_file files[3];
	/*
	 * What it adds when its variable is not set counts too: setting it
	 * replaces that. 0, or -errno with append->problem set.
	 */
	int (*read_append)(const struct root *root, const struct config *config,
			   struct append *append);
	/*
	 * Put the pool's word, or none if pool is NULL, among append's words.
	 */
	int (*edit_pool)(const struct root *root, const char *append,
			 const char *pool, struct edits *edits);
	/*
	 * The variable that takes the place of the running kernel's words. key
	 * NULL: there is none.
	 */
	struct {
		const char *path, *key;
	} line;
	/* Its capture kernel has panic= among words that nobody sets. */
	bool always_reboots;
	/* Words that apply never writes, only people do. NULL: any may be. */
	const char *(*words_of_people)(const struct config *config);

	/*
	 * What evidence there is of who wrote these crashkernel= words of the
	 * kernel's command line, which apply did not. false: none. NULL: there
	 * never is.
	 */
	bool (*whose)(const struct root *root, const struct asked *asked,
		      const struct ours *ours, const char *words,
		      struct whose *out);
	/*
	 * Ask its program for its default of crashkernel=: the words, or "".
	 * Only apply and learn do. NULL: it cannot be asked.
	 */
	void (*ask)(char words[static ASKED_WORDS_MAX]);
	/* So that it leaves ours alone with that boot loader. NULL: it does. */
	int (*edit_crashkernel)(const struct root *root,
				const struct bootloader *bootloader,
				struct edits *edits);

	/*
	 * The folder of dumps as configured, a path or a URL. false: that
	 * cannot be told.
	 */
	bool (*folder)(const struct root *root, const struct config *config,
		       char *value, size_t size);
	/* Is that folder on a file system which is part of this machine? */
	bool (*saves_here)(const struct root *root,
			   const struct config *config);

	/* Load the image anew, as it is. */
	const char *reload[5];
	/* A lock that its program holds while it runs. NULL: none. */
	const char *lock;
};

extern const struct backend backend_native, backend_kdumpctl,
	backend_kdump_tools, backend_suse;

/* Every one, in the order in which they are looked for; NULL ends. */
extern const struct backend *const backends[];

/* The configured one; from what is installed if that is "auto". */
const struct backend *backend_choose(const struct root *root,
				     const struct config *config);
bool backend_is_forced(const struct config *config);

/*
 * The folder that dumps are saved to, as a whole path. false: the backend's
 * configuration does not tell, or names another machine; out is /var/crash
 * then.
 */
bool backend_folder(const struct backend *backend, const struct root *root,
		    const struct config *config,
		    char out[static CAPTURE_FOLDER_MAX])
	__attribute__((warn_unused_result));

#endif
