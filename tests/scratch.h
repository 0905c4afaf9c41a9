/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A folder of the test's own, below TMPDIR, or /tmp where that is not set. */
#ifndef SCRATCH_H
#define SCRATCH_H

#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char scratch[256]; /* its path */

__attribute__((unused)) static bool scratch_make(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(scratch, sizeof(scratch), "%s/kdump-dma-test-XXXXXX",
		 tmp && *tmp ? tmp : "/tmp");
	return mkdtemp(scratch) != NULL;
}

static int scratch_remove_one(const char *path, const struct stat *st, int type,
			      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

__attribute__((unused)) static void scratch_remove(void)
{
	if (!chdir("/"))
		nftw(scratch, scratch_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#endif
