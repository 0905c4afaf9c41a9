// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/capture.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/macros.h"

static const char *const outcomes[] = {
	[CAPTURE_SAVED] = "saved",
	[CAPTURE_FAILED] = "failed",
	[CAPTURE_NO_DUMP] = "no-dump",
};

const char *capture_outcome_name(enum capture_outcome outcome)
{
	return outcomes[outcome];
}

uint64_t capture_peak_kib(const struct capture *capture)
{
	uint64_t peak = 0, unpacking = 0;

	/*
	 * No lowest value means that no watcher ran. available_start_kib was
	 * then sampled only after the dump, and says nothing about a peak.
	 */
	if (!capture->have_reserved || !capture->have_available_lowest)
		return 0;
	peak = capture->reserved_kib - capture->available_lowest_kib;
	/*
	 * No watcher runs while the kernel unpacks the image. But memory in use
	 * right after that was in use together with the packed image, which the
	 * kernel frees at the end.
	 */
	if (capture->have_available_start)
		unpacking = capture->reserved_kib -
			    capture->available_start_kib + capture->initrd_kib;
	return larger(peak, unpacking);
}

uint64_t capture_reserved_mib(const struct capture *capture)
{
	return capture->reserved_kib / 1024;
}

uint64_t capture_used_mib(const struct capture *capture)
{
	uint64_t used = (capture_peak_kib(capture) + 1023) / 1024;
	uint64_t reserved = capture_reserved_mib(capture);

	return used < reserved ? used : reserved;
}

bool capture_ran_out(const struct capture *capture)
{
	return capture->oom_kills > 0 || capture->initramfs_failed;
}

bool capture_starved(const struct capture *capture, uint64_t kib)
{
	return capture->outcome == CAPTURE_FAILED &&
	       capture->page_allocation_failures > 0 &&
	       capture->have_available_lowest &&
	       capture->available_lowest_kib < kib;
}

void capture_identity(const struct capture *capture,
		      char out[static CAPTURE_IDENTITY_MAX])
{
	char all[512];

	snprintf(all, sizeof(all),
		 "%s %s %s %s %s %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64
		 " %" PRIu64 " %" PRId64 " %" PRIu64 " %" PRIu64,
		 capture->boot_id, capture->when, capture->release,
		 capture->machine, capture->machine_id,
		 capture->available_start_kib, capture->available_lowest_kib,
		 capture->initrd_kib, capture->oom_kills,
		 capture->page_allocation_failures, capture->status,
		 capture->dump_bytes, capture->seconds);
	snprintf(out, CAPTURE_IDENTITY_MAX, "%016" PRIx64,
		 text_hash(text_of(all)));
}

static size_t line_of(const char *release)
{
	size_t dots = 0, i = 0;

	for (; release[i]; i++) {
		if (release[i] == '.')
			dots++;
		if (dots == 2 ||
		    (release[i] != '.' && !isdigit((unsigned char)release[i])))
			break;
	}
	return i;
}

/* True if part is a number of the version or package, not of the flavour. */
static bool is_number(const char *part)
{
	if (part[0] == 'r' && part[1] == 'c')
		part += 2;
	return isdigit((unsigned char)*part);
}

/*
 * "cloud-amd64" of 6.1.0-40-cloud-amd64: all parts behind the last number.
 * Fedora separates it by a dot: 300.fc43.x86_64.
 */
static const char *flavour_of(const char *release)
{
	const char *end = release + strlen(release), *at = end, *part;

	for (part = end; part > release; part--) {
		if (part[-1] != '-')
			continue;
		if (is_number(part))
			break;
		at = part;
	}
	if (at != end)
		return at;
	while (at > release && at[-1] != '-' && at[-1] != '.')
		at--;
	return isdigit((unsigned char)*at) ? "" : at;
}

bool capture_same_line(const char *release, const char *other)
{
	size_t len = line_of(release);

	return len > 0 && len == line_of(other) &&
	       !strncmp(release, other, len) &&
	       !strcmp(flavour_of(release), flavour_of(other));
}
