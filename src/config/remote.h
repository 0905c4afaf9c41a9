/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A target on another machine: ssh://USER@HOST[:PORT], or
 * nfs://HOST[:PORT]/EXPORT. */
#ifndef REMOTE_H
#define REMOTE_H

#include <stdbool.h>
#include <stdint.h>

#define REMOTE_NFS_PORT	  2049
#define REMOTE_USER_MAX	  33
#define REMOTE_HOST_MAX	  254
#define REMOTE_EXPORT_MAX 256

enum remote_kind { REMOTE_NONE, REMOTE_SSH, REMOTE_NFS };

struct remote {
	enum remote_kind kind;
	char user[REMOTE_USER_MAX]; /* of ssh */
	char host[REMOTE_HOST_MAX]; /* a name, or an address without brackets */
	uint64_t port;
	char export[REMOTE_EXPORT_MAX]; /* of NFS: "/..." */
};

/* Does the text name another machine, be it right or wrong? */
bool remote_is(const char *target);

/*
 * 0, or -EINVAL with what is wrong in *why. The host may be an address of IPv6
 * in brackets. What is no target on another machine is REMOTE_NONE.
 */
int remote_parse(const char *target, struct remote *out, const char **why);

#endif
