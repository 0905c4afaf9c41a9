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

#define BACKEND_FOLDER	     "/var/crash" /* where none is configured */
#define BACKEND_RELOAD_WORDS 5

struct backend {
	const char *name; /* as the configuration and --json say it */
	/* Programs that show that it is installed. NULL ends them. */
	const char *programs[3];
	const char *unit; /* enabled: it loads the image at each boot */
	/* True if its configuration makes its unit do nothing. NULL: never. */
	bool (*is_switched_off)(const struct root *root);
	/* The boot loader that it writes to itself. NULL: the machine's. */
	const struct bootloader *bootloader;

	/* Where the capture initramfs is; "%s" is the release. NULL ends. */
	const char *initramfs[3];
	/* A file that says that an old image was loaded. NULL: none. */
	const char *stale_note;
	/* CPUs of the capture kernel, whatever its words say; 0: as they say */
	uint32_t cpus_always;
	uint32_t cpus_default; /* if they say nothing; 0: all */
	/* Where words of its own stand in line, cpus_default does not count. */
	const char *cpus_key; /* in line.path: in place of cpus_default */

	/* Its files that apply may change; path NULL ends them. */
	struct peer_file files[3];
	/*
	 * Read what it adds to the capture kernel's command line, including the
	 * default that setting its variable would replace. 0, or -errno with
	 * append->problem set.
	 */
	int (*read_append)(const struct root *root, const struct config *config,
			   struct append *append);
	/* Set coherent_pool= among append's words; NULL removes it. */
	int (*edit_pool)(const struct root *root, const char *append,
			 const char *pool, struct edits *edits);
	/*
	 * The variable that replaces the running kernel's words in the capture
	 * kernel's command line. key NULL: there is none.
	 */
	struct {
		const char *path, *key;
	} line;
	/* The variable with names of words that are not inherited, or NULL. */
	const char *remove_key; /* in line.path */
	/* What it adds if the words have no panic= at all; NULL: nothing. */
	const char *own_panic;
	/* Its capture kernel inherits no word about panics. */
	bool drops_words;
	/* Its capture kernel boots this system, with its sysctl.d. */
	bool boots_system;
	const char *own_sysctls; /* a file that it puts beside these; or NULL */
	/* Words that apply never writes, only people do. NULL: any may be. */
	const char *(*words_of_people)(const struct config *config);

	/*
	 * Tell who wrote these crashkernel= words of the kernel's command line,
	 * which apply did not write. false: no evidence. NULL: there never is.
	 */
	bool (*whose)(const struct root *root, const struct asked *asked,
		      const struct ours *ours, const char *words,
		      struct whose *out);
	/*
	 * Ask its program for its default of crashkernel=: the words, or "".
	 * Only apply and learn do. NULL: it cannot be asked.
	 */
	void (*ask)(char words[static ASKED_WORDS_MAX]);
	/* Make it keep our words with that boot loader. NULL: it does so. */
	int (*edit_crashkernel)(const struct root *root,
				const struct bootloader *bootloader,
				struct edits *edits);

	/*
	 * The folder of dumps as configured, a path or a URL. false: that
	 * cannot be told.
	 */
	bool (*folder)(const struct root *root, const struct config *config,
		       char *value, size_t size);
	const char *folder_key; /* where that is configured, for people */
	/*
	 * The file system that folder is on: "auto" is the one of this machine
	 * that holds it; another one is named as by target= of our
	 * configuration, and the folder is a path in it. false: dumps go to
	 * another machine, or that is not known.
	 */
	bool (*target)(const struct root *root, const struct config *config,
		       char *value, size_t size);

	/* The command that loads the existing image again; NULL ends it. */
	const char *reload[BACKEND_RELOAD_WORDS];
	/* The file that its program locks while it runs. NULL: none. */
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
 * The folder that dumps are saved to, as an absolute path. false, with out set
 * to /var/crash: the backend's configuration does not tell the folder, or names
 * another machine.
 */
bool backend_folder(const struct backend *backend, const struct root *root,
		    const struct config *config,
		    char out[static CAPTURE_FOLDER_MAX])
	__attribute__((warn_unused_result));

#endif
