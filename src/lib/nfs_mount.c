// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/nfs_mount.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mount.h>

#include "lib/macros.h"

/* May another version be what this server has? As mount.nfs(8) takes it: an
 * export of version 3 need not be there in version 4. */
static bool is_of_version(int err)
{
	return err == -EPROTONOSUPPORT || err == -EINVAL || err == -ENOENT;
}

int nfs_mount(const char *source, const char *at, const char *options)
{
	/* nobody else locks these files, and there is no lock manager */
	static const char *const versions[] = { "4.2", "4.1", "4.0",
						"3,nolock" };
	char all[NFS_OPTIONS_MAX + 32];
	int err = 0, first = -EPROTONOSUPPORT;

	for (size_t i = 0; i < ARRAY_SIZE(versions); i++) {
		snprintf(all, sizeof(all), "vers=%s,%s", versions[i], options);
		if (!mount(source, at, "nfs", MS_NODEV | MS_NOSUID | MS_NOEXEC,
			   all))
			return 0;
		err = -errno;
		/* what the newest of its versions says is the reason */
		if (first == -EPROTONOSUPPORT)
			first = err;
		if (!is_of_version(err))
			break;
	}
	return first;
}
