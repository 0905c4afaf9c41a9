/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dumps to another machine: what the capture image needs for that, and what is
 * said on both ends. From facts below the root, as all that is planned.
 */
#ifndef CAPTURE_REMOTE_PLAN_H
#define CAPTURE_REMOTE_PLAN_H

#include <stdio.h>

#include "config/config.h"
#include "config/remote.h"
#include "host/storage.h"
#include "lib/nfs_mount.h"
#include "plan/network_plan.h"

#define REMOTE_FOLDER	   "etc/kdump-dma/ssh"
#define REMOTE_KEY	   REMOTE_FOLDER "/id"
#define REMOTE_KNOWN_HOSTS REMOTE_FOLDER "/known_hosts"
#define REMOTE_WHY_MAX	   512

struct capture_remote {
	struct remote remote; /* kind REMOTE_NONE: dumps stay here */
	/* ssh://USER@HOST:PORT/PATH, or nfs://HOST/EXPORT/PATH */
	char url[REMOTE_HOST_MAX + REMOTE_EXPORT_MAX + 320];
	const char *folder; /* of NFS: path = of the configuration */
	char nfs_url[REMOTE_HOST_MAX + REMOTE_EXPORT_MAX + 40]; /* without it */
	char nfs_source[REMOTE_HOST_MAX + REMOTE_EXPORT_MAX + 8];
	char nfs_options[NFS_OPTIONS_MAX];
	char why[REMOTE_WHY_MAX]; /* why dumps do not go there; "" if they do */
	struct network_plan network;
	struct storage drivers; /* of the network ports */
};

/* Never fails; a far end that cannot be used says so in why. */
void capture_remote_make(const struct root *root, const struct config *config,
			 struct capture_remote *out);

/* Do dumps go there? */
bool capture_remote_is_used(const struct capture_remote *remote);

/* What the image's configuration calls it: before the dump's folder. "" if no
 * dumps go there. */
const char *capture_remote_place(const struct capture_remote *remote);

/* Lines for ip -batch. */
void capture_remote_print_network(FILE *to,
				  const struct capture_remote *remote);

/* What ssh is told, here and in the capture kernel: one host, "far". */
void capture_remote_print_ssh(FILE *to, const struct capture_remote *remote);

/*
 * The line for the far end's authorized_keys: key is a line of ssh-keygen's,
 * path the folder for dumps. With it the key can add dumps, and nothing else.
 */
void capture_remote_print_allowed(FILE *to, const char *path, const char *key);

#endif
