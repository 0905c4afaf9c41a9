/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mount NFS by the kernel only: without mount.nfs(8), so without a name server
 * and a lock manager. The capture kernel does it, and on the host what tries
 * whether it will.
 */
#ifndef NFS_MOUNT_H
#define NFS_MOUNT_H

/* Bytes of options, at most. */
#define NFS_OPTIONS_MAX 192

/*
 * source: HOST:/EXPORT, an address of IPv6 in brackets. options: of nfs(5), at
 * least addr=ADDRESS; the version is found here, the newest first. 0 or -errno,
 * after minutes where the server is silent: to be called in a process that can
 * be killed.
 */
int nfs_mount(const char *source, const char *at, const char *options);

#endif
