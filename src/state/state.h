/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What apply and learn remember, as "key value" lines: what apply last put in
 * force, and what this boot looked like when it began.
 */
#ifndef STATE_H
#define STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "state/history.h"
#include "lib/root.h"

#define APPLIED_NAME "applied"
#define BOOT_NAME    "boot"
#define IMAGES_NAME  "images"
/* revert leaves it: nothing is applied any more, until somebody runs apply */
#define REVERTED_NAME "reverted"

struct applied {
	bool have_coherent_pool;
	char coherent_pool[64];
	/* the one before it: ours too, while an edit is under way */
	char coherent_pool_was[64];
	bool have_crashkernel;
	char crashkernel[512]; /* the words */
	char boot_id[40];      /* of the boot in which crashkernel was set */
	uint64_t pending; /* what a killed apply left to do: bits as below */
	/* When crashkernel was set, and why: "table: ..."; "" is not known. */
	char when[24];
	char why[640];
};

/* Kept in the file "applied": values never change. */
enum {
	PENDING_EDITS = 1 << 0, /* files were being changed */
	/* Give the boot loader crashkernel=. Earlier versions set one of these
	 * bits, for the boot loader that it was. */
	PENDING_BOOTLOADER = 0x3e,
	PENDING_RELOAD = 1 << 6, /* the capture image, by its backend */
};

#define BOOT_SEEN_MAX 1400

struct boot {
	char boot_id[40];
	bool have_encryption;
	bool encrypted;
	bool armed; /* when last seen */
	uint64_t reserved_bytes;
	char release[65];
	char machine[65];
	bool clean;		  /* it said that it was shutting down */
	bool told;		  /* the journal was told whether it is armed */
	char machine_id[17];	  /* a hash, by machine_id_hash() */
	char former_id[4][17];	  /* before it changed, newest first */
	uint64_t initramfs_bytes; /* of the capture image, packed; 0: not known
				   */
	/* What lay where crashes leave something, when learn looked. */
	bool have_seen;
	uint64_t seen[BOOT_SEEN_MAX];
	size_t seen_count;
};

bool boot_has_seen(const struct boot *boot, uint64_t token);
/* Beyond BOOT_SEEN_MAX it is left out. */
void boot_add_seen(struct boot *boot, uint64_t token);

/* What programs told of the images when they were last measured. */
struct measured {
	/* the initramfs that was unpacked; "" if none could be */
	char initramfs[160];
	uint64_t packed_bytes;
	uint64_t changed_seconds; /* since 1970, of the file */
	uint64_t unpacked_bytes;
	uint64_t luks_bytes; /* that opening the disks takes; 0: none */
};

/* Left by "kdump-dma test": the crash of this boot is wanted. */
#define TEST_NAME "test"

struct test {
	char boot_id[40];
	char when[24];
};

bool test_load(const struct root *root, struct test *out);
void test_print(FILE *to, const void *arg);
/* It was looked at, or came to nothing. */
void test_clear(const struct root *root);

/* Absent or malformed: zeroed, and false. */
bool applied_load(const struct root *root, struct applied *out);
bool boot_load(const struct root *root, struct boot *out);
bool measured_load(const struct root *root, struct measured *out);

/* A line of these files; arg is the struct. What is not understood is passed
 * over.
 */
void applied_line(void *arg, const struct line *line);
void boot_line(void *arg, const struct line *line);

/* For write_file(); arg is the struct. */
void applied_print(FILE *to, const void *arg);
void boot_print(FILE *to, const void *arg);
void measured_print(FILE *to, const void *arg);

/* Was it this file, as it is now? */
struct stat;
bool measured_is_of(const struct measured *measured, const char *path,
		    const struct stat *st);

bool is_reverted(const struct root *root);

/*
 * Give a file below HISTORY_DIR that is damaged another name, so that it is
 * made anew: name.damaged, or name.damaged.2 and so on. 0 or -errno; to is that
 * name.
 */
int state_set_aside(const struct root *root, const char *name, char *to,
		    size_t size);

/* write_file() into HISTORY_DIR or SAVED_DIR. */
int state_write(const struct root *root, const char *folder, const char *name,
		void (*print)(FILE *to, const void *arg), const void *arg);

/* Take away what writers that were killed left in our folders. Under the lock.
 */
void state_clear(const struct root *root);

#endif
