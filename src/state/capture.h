/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One capture as it was learned: from its record, or from a missing record. */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/verdict.h"

#define CAPTURE_RECORD_MAX (256 * 1024)
#define CAPTURE_FOLDER_MAX 256 /* of the folder that dumps are saved to */
#define CAPTURE_ID_MAX	   (CAPTURE_FOLDER_MAX + 96)
#define CAPTURE_ERROR_MAX  160

enum capture_outcome {
	CAPTURE_SAVED,
	CAPTURE_FAILED,
	CAPTURE_NO_DUMP, /* armed and not shut down, but there is no record */
	CAPTURE_OUTCOMES,
};

#define CAPTURE_IDENTITY_MAX 17

struct capture {
	char id[CAPTURE_ID_MAX]; /* where it was found; unique in a history */
	char when[24];		 /* 2026-11-23T15:19:48Z, or "" */
	char boot_id[40];	 /* of the capture kernel, or "" */
	char release[65];
	char machine[65];
	char machine_id[17]; /* a hash of it, as machine_id_hash() makes it */
	enum capture_outcome outcome;
	bool is_test; /* "kdump-dma test" crashed on purpose */
	/* No dump, and other evidence says that the kernel crashed */
	bool crash_seen;
	/* Failed: it began to save, and the end was never recorded */
	bool unfinished;
	/*
	 * The record names no machine, and its reservation is not one that this
	 * machine had. Such a capture lowers no plan.
	 */
	bool unproven;
	enum verdict dma, dma32;
	enum patched patched;
	bool coherent_pool_zero; /* it ran with coherent_pool=0 */
	bool have_pools;
	uint64_t pools_bytes; /* all of them together */
	bool have_encryption; /* firm */
	bool encrypted;
	bool have_reserved;
	uint64_t reserved_kib; /* memory that the capture kernel was given */
	bool have_available_start;
	uint64_t available_start_kib;
	bool have_available_lowest;
	uint64_t available_lowest_kib;
	bool have_initrd;
	uint64_t initrd_kib;
	uint64_t oom_kills;
	uint64_t page_allocation_failures;
	uint64_t gfp_dma_failures;
	bool initramfs_failed;
	bool have_dump_bytes;
	uint64_t dump_bytes;
	bool have_seconds;
	uint64_t seconds;
	bool have_status;
	int64_t status;
};

const char *capture_outcome_name(enum capture_outcome outcome);

/*
 * The most memory that was in use at once: while the watcher ran, and while the
 * initramfs was unpacked. 0: not measured.
 */
uint64_t capture_peak_kib(const struct capture *capture);

/*
 * capture_peak_kib() in MiB, rounded up, but at most the reservation: the
 * kernel also counts the first 640 KiB of memory, which are not reserved.
 */
uint64_t capture_used_mib(const struct capture *capture);
uint64_t capture_reserved_mib(const struct capture *capture);

/* True if the capture ran out of memory. */
bool capture_ran_out(const struct capture *capture);
/*
 * True if the dump failed, an allocation failed, and less than kib was left. A
 * capture can lack memory without any process being killed.
 */
bool capture_starved(const struct capture *capture, uint64_t kib);

/*
 * Identifies a capture: equal for each copy of one record, wherever it lies.
 * Clocks and what was concluded from the record are no part of it.
 */
void capture_identity(const struct capture *capture,
		      char out[static CAPTURE_IDENTITY_MAX]);

/* True if both have the same major.minor version and the same flavour. */
bool capture_same_line(const char *release, const char *other);

#endif
