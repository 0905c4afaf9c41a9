// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/shrink.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/run.h"

#define GIB	      (UINT64_C(1) << 30)
#define SECONDS_LIMIT 60

static uint64_t low_bytes(const struct iomem *iomem)
{
	uint64_t low = 0;

	for (size_t i = 0; i < iomem->crash_count; i++)
		if (iomem->crash[i].start < 4 * GIB)
			low += iomem->crash[i].end - iomem->crash[i].start + 1;
	return low;
}

uint64_t shrink_target(const struct gathered *all)
{
	const struct setting *size = &all->plan.settings[SETTING_CRASHKERNEL];
	const struct plan_numbers *numbers = &all->plan.numbers;
	uint64_t tolerance = config_number(&all->config, CONFIG_TOLERANCE);
	uint64_t low = low_bytes(&all->facts.iomem);
	uint64_t target = numbers->needed_bytes;

	if (!config_number(&all->config, CONFIG_SHRINK_NOW) ||
	    !all->facts.have_iomem || !numbers->measured_bytes ||
	    (size->reason != PLAN_CRASHKERNEL_MEASURED &&
	     size->reason != PLAN_CRASHKERNEL_TOLERANCE))
		return 0;
	/*
	 * Two parts: kernels differ in whether the low one counts, and take
	 * from the other first, where the image has to fit. So all that is
	 * needed is left to that one.
	 */
	if (all->facts.iomem.crash_count > 1)
		target += low;
	return numbers->reserved_bytes > target + tolerance ? target : 0;
}

int shrink_to(const struct root *root, uint64_t bytes)
{
	static const char *const unload[] = { "kexec", "-p", "-u", NULL };
	char text[32];
	int len = snprintf(text, sizeof(text), "%" PRIu64 "\n", bytes);
	int fd, err = run(unload, SECONDS_LIMIT);

	if (err)
		return run_failed("kexec -p -u", err);
	fd = root_openat(root, O_WRONLY, "sys/kernel/kexec_crash_size");
	if (fd < 0)
		return fd;
	if (write(fd, text, (size_t)len) != len) {
		err = -errno;
		fprintf(stderr, "kdump-dma: kexec_crash_size: %s\n",
			strerror(errno));
	}
	close(fd);
	return err;
}
