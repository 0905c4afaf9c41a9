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

#include "lib/root.h"
#include "state/history.h"

#define APPLIED_NAME "applied"
#define BOOT_NAME    "boot"
#define IMAGES_NAME  "images"
/* revert makes this file. No unit applies until somebody runs apply. */
#define REVERTED_NAME "reverted"

struct applied {
	bool have_coherent_pool;
	char coherent_pool[64];
	/* the value before it, which is ours, too, while an edit runs */
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
	bool clean;	       /* it shut down properly */
	bool told;	       /* the journal has a note whether it is armed */
	char machine_id[17];   /* a hash, by machine_id_hash() */
	char former_id[4][17]; /* before it changed, newest first */
	uint64_t initramfs_bytes; /* of the packed image; 0: not known */
	/* What learn found in the places where crashes leave traces. */
	bool have_seen;
	uint64_t seen[BOOT_SEEN_MAX];
	size_t seen_count;
};

bool boot_has_seen(const struct boot *boot, uint64_t token);
/* Add token to what learn found; beyond BOOT_SEEN_MAX it is dropped. */
void boot_add_seen(struct boot *boot, uint64_t token);

/* The images' sizes when they were last measured. */
struct measured {
	/* the initramfs that was unpacked; "" if none could be */
	char initramfs[160];
	uint64_t packed_bytes;
	uint64_t changed_seconds; /* since 1970, of the file */
	uint64_t unpacked_bytes;
	uint64_t luks_bytes; /* memory to open encrypted disks; 0: none */
};

/* "kdump-dma test" makes this file: the crash of this boot is a test. */
#define TEST_NAME "test"

struct test {
	char boot_id[40];
	char when[24];
};

/* False if there is none. */
bool test_load(const struct root *root, struct test *out);
void test_print(FILE *to, const void *arg);

/*
 * "kdump-dma rehearse" makes this file if it only checked the capture image: no
 * crash could be played, or the image has a fault.
 */
#define LOOKED_NAME "looked"

struct looked {
	char when[24];
	char release[65];
	uint64_t image_bytes; /* size of the file that was looked at */
	uint64_t faults_count;
	char fault[400]; /* the first one */
};

/* False if there is none. */
bool looked_load(const struct root *root, struct looked *out);
void looked_print(FILE *to, const void *arg);

/* Remove a file below HISTORY_DIR, if it is there. */
void state_forget(const struct root *root, const char *name);

/* False if the file is absent or malformed; *out is then zeroed. */
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

/* True if the file that was measured is this one, unchanged. */
struct stat;
bool measured_is_of(const struct measured *measured, const char *path,
		    const struct stat *st);

bool state_is_reverted(const struct root *root);

/*
 * Give a file below HISTORY_DIR that is damaged another name, so that it is
 * made anew: name.damaged, or name.damaged.2 and so on. 0 or -errno; to is that
 * name.
 */
int state_set_aside(const struct root *root, const char *name, char *to,
		    size_t size);

/*
 * Hand each line of a file below HISTORY_DIR to fn, whose arg is out. False if
 * the file is absent, cannot be read or is longer than 64 KiB; out is then
 * zeroed.
 */
bool state_load(const struct root *root, const char *name, line_fn fn,
		void *out, size_t size);

/* write_file() into HISTORY_DIR or SAVED_DIR. */
int state_write(const struct root *root, const char *folder, const char *name,
		void (*print)(FILE *to, const void *arg), const void *arg);

/* Remove what killed writers left in our folders. The caller holds the lock. */
void state_clear(const struct root *root);

#endif
