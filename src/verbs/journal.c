// SPDX-License-Identifier: GPL-2.0-or-later
#include "verbs/journal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* https://systemd.io/JOURNAL_NATIVE_PROTOCOL: one datagram of FIELD=value\n */
#define SOCKET_PATH "/run/systemd/journal/socket"
#define ENTRY_MAX   8192

void journal_send(const char *const fields[])
{
	struct sockaddr_un address = { .sun_family = AF_UNIX,
				       .sun_path = SOCKET_PATH };
	char entry[ENTRY_MAX];
	size_t len = 0;
	int fd;

	for (size_t i = 0; fields[i]; i++) {
		int n;

		if (strchr(fields[i], '\n'))
			return;
		n = snprintf(entry + len, sizeof(entry) - len, "%s\n",
			     fields[i]);
		if (n < 0 || (size_t)n >= sizeof(entry) - len)
			return;
		len += (size_t)n;
	}
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	/* Nothing waits for a journal that is absent or full. */
	(void)!sendto(fd, entry, len, MSG_NOSIGNAL,
		      (const struct sockaddr *)&address, sizeof(address));
	close(fd);
}

#define FIELD_MAX 1100

__attribute__((format(printf, 2, 3))) static const char *
field(char out[static FIELD_MAX], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(out, FIELD_MAX, format, args);
	va_end(args);
	return out;
}

void journal_plan(const struct gathered *all, const bool *sets)
{
	const struct setting *pool = &all->plan.settings[SETTING_COHERENT_POOL];
	const struct setting *size = &all->plan.settings[SETTING_CRASHKERNEL];
	/* What was not set is in force as it was. */
	const char *pool_now = sets[pool->name] ? pool->new : pool->old;
	const char *size_now = sets[size->name] ? size->new : size->old;
	char text[5][FIELD_MAX];

	if (!all->root.is_live)
		return;
	journal_send((const char *const[]){
		"MESSAGE_ID=" MESSAGE_ID_PLAN, "PRIORITY=5",
		"SYSLOG_IDENTIFIER=kdump-dma",
		field(text[0], "MESSAGE=Applied: coherent_pool %s, %s",
		      pool_now[0] ? pool_now : "unset",
		      size_now[0] ? size_now : "no crashkernel="),
		field(text[1], "KDUMP_DMA_COHERENT_POOL=%s", pool_now),
		field(text[2], "KDUMP_DMA_CRASHKERNEL=%s", size_now),
		field(text[3], "KDUMP_DMA_COHERENT_POOL_REASON=%s",
		      plan_reason_name(pool->reason)),
		field(text[4], "KDUMP_DMA_CRASHKERNEL_REASON=%s",
		      plan_reason_name(size->reason)),
		NULL });
}

void journal_capture(const struct gathered *all, const struct capture *capture)
{
	bool saved = capture->outcome == CAPTURE_SAVED;
	char text[8][FIELD_MAX];

	if (!all->root.is_live)
		return;
	journal_send((const char *const[]){
		field(text[0], "MESSAGE_ID=%s",
		      capture->is_test ? MESSAGE_ID_TESTED
		      : saved	       ? MESSAGE_ID_CAPTURED
				       : MESSAGE_ID_FAILED),
		field(text[1], "PRIORITY=%d", saved ? 5 : 3),
		"SYSLOG_IDENTIFIER=kdump-dma",
		field(text[2], "MESSAGE=%s of %s: %s",
		      capture->is_test ? "Test" : "Crash", capture->release,
		      saved && capture->is_test ? "it was captured"
		      : saved			? "the dump was saved"
		      : capture->outcome == CAPTURE_NO_DUMP
			      ? "no dump and no record were left"
			      : "the dump failed"),
		field(text[3], "KDUMP_DMA_OUTCOME=%s",
		      capture_outcome_name(capture->outcome)),
		field(text[4], "KDUMP_DMA_CAPTURE=%s", capture->id),
		field(text[5], "KDUMP_DMA_VERDICT=%s",
		      verdict_name(capture->dma)),
		field(text[6], "KDUMP_DMA_PEAK_KIB=%" PRIu64,
		      capture_peak_kib(capture)),
		field(text[7], "KDUMP_DMA_DUMP_BYTES=%" PRIu64,
		      capture->dump_bytes),
		NULL });
}

void journal_armed(const struct gathered *all, bool armed, const char *why)
{
	char text[4][FIELD_MAX];

	if (!all->root.is_live)
		return;
	journal_send((const char *const[]){
		field(text[0], "MESSAGE_ID=%s",
		      armed ? MESSAGE_ID_ARMED : MESSAGE_ID_NOT_ARMED),
		field(text[1], "PRIORITY=%d", armed ? 6 : 4),
		"SYSLOG_IDENTIFIER=kdump-dma",
		field(text[2], "MESSAGE=%s: %s", armed ? "Armed" : "Not armed",
		      why),
		field(text[3], "KDUMP_DMA_RESERVED_BYTES=%" PRIu64,
		      all->plan.numbers.reserved_bytes),
		NULL });
}

void journal_test(const struct gathered *all)
{
	char text[FIELD_MAX];

	if (!all->root.is_live)
		return;
	journal_send((const char *const[]){
		"MESSAGE_ID=" MESSAGE_ID_TEST, "PRIORITY=5",
		"SYSLOG_IDENTIFIER=kdump-dma",
		"MESSAGE=Test: this kernel is crashed on purpose",
		field(text, "KDUMP_DMA_RESERVED_BYTES=%" PRIu64,
		      all->plan.numbers.reserved_bytes),
		NULL });
}
