// SPDX-License-Identifier: GPL-2.0-or-later
/* A target on another machine. */
#include "config/remote.h"

#include <stdio.h>
#include <string.h>

#include "fuzz.h"

static bool is_plain(const char *text)
{
	for (; *text; text++)
		if (*text <= ' ' || *text > '~' ||
		    strchr("'\"\\$`;&|<>", *text))
			return false;
	return true;
}

/*
 * What is understood has all its parts, none of which could be an option of
 * ssh, or means something to a shell; written again it is the same.
 */
static void check(const struct remote *one)
{
	char again[1024];
	const char *left = strchr(one->host, ':') ? "[" : "";
	const char *right = left[0] ? "]" : "", *why;
	struct remote other;

	PROMISE(one->host[0] && one->host[0] != '-' && is_plain(one->host));
	PROMISE(one->port > 0 && one->port < 65536);
	if (one->kind == REMOTE_SSH) {
		PROMISE(one->user[0] && one->user[0] != '-' &&
			is_plain(one->user));
		snprintf(again, sizeof(again), "ssh://%s@%s%s%s:%u", one->user,
			 left, one->host, right, (unsigned int)one->port);
	} else {
		PROMISE(one->export[0] == '/');
		snprintf(again, sizeof(again), "nfs://%s%s%s:%u%s", left,
			 one->host, right, (unsigned int)one->port,
			 one->export);
	}
	PROMISE(!remote_parse(again, &other, &why));
	PROMISE(one->kind == other.kind && one->port == other.port &&
		!strcmp(one->host, other.host) &&
		!strcmp(one->user, other.user) &&
		!strcmp(one->export, other.export));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *target = strndup((const char *)data, size);
	const char *why = NULL;
	struct remote remote;
	int err;

	PROMISE(target);
	err = remote_parse(target, &remote, &why);
	PROMISE(!err == !why || !err);
	PROMISE(!err || (why && why[0]));
	if (!err) {
		PROMISE((remote.kind != REMOTE_NONE) == remote_is(target));
		if (remote.kind != REMOTE_NONE)
			check(&remote);
	}
	free(target);
	return 0;
}
