// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Preloaded where a kernel has no NFS: mount(2) of the type nfs binds the
 * folder far in its place, if its version is the one that the file far-version
 * has, and fails with EPROTONOSUPPORT if it is another one. What is asked for
 * is added to far-asked. While far-down is there nobody answers, and while
 * far-down-ADDRESS is there nobody at that one. They are in the folder that the
 * variable MOCK_FAR names, or in /.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

typedef int mount_fn(const char *, const char *, const char *, unsigned long,
		     const void *);

static const char *in_far(const char *name)
{
	static char path[512];
	const char *folder = getenv("MOCK_FAR");

	snprintf(path, sizeof(path), "%s/%s", folder ? folder : "", name);
	return path;
}

static int is_served(const char *options)
{
	char version[32] = "";
	FILE *file = fopen(in_far("far-version"), "r");

	if (file) {
		(void)!fgets(version, sizeof(version), file);
		fclose(file);
	}
	version[strcspn(version, "\n")] = '\0';
	return !strncmp(options, version, strlen(version));
}

static int is_down(const char *options)
{
	const char *address = strstr(options, "addr=");
	char name[128] = "far-down";

	if (!access(in_far(name), F_OK))
		return 1;
	if (!address)
		return 0;
	address += strlen("addr=");
	snprintf(name, sizeof(name), "far-down-%.*s",
		 (int)strcspn(address, ","), address);
	return !access(in_far(name), F_OK);
}

/* A request of NFS that is waited for would end. */
int umount2(const char *target, int flags)
{
	FILE *forced =
		flags & MNT_FORCE ? fopen(in_far("far-forced"), "a") : NULL;

	if (forced)
		fclose(forced);
	return ((int (*)(const char *, int))dlsym(RTLD_NEXT, "umount2"))(target,
									 flags);
}

int mount(const char *source, const char *target, const char *type,
	  unsigned long flags, const void *data)
{
	mount_fn *real = (mount_fn *)dlsym(RTLD_NEXT, "mount");
	FILE *asked;

	if (!type || strcmp(type, "nfs"))
		return real(source, target, type, flags, data);
	asked = fopen(in_far("far-asked"), "a");
	if (asked) {
		fprintf(asked, "%s %s\n", source, (const char *)data);
		fclose(asked);
	}
	if (is_down(data))
		errno = ECONNREFUSED;
	else if (!is_served(data))
		errno = EPROTONOSUPPORT;
	else
		return real(in_far("far"), target, NULL, MS_BIND, NULL);
	return -1;
}
