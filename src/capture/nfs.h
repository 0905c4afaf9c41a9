/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dumps to another machine by NFS: its file system is a place as the target is,
 * at a mount point of its own, so that one that hangs is in nobody's way.
 */
#ifndef CAPTURE_NFS_H
#define CAPTURE_NFS_H

/* What the next steps save to: the far end's file system, or after it failed
 * the target, where all is to be done again. */
void nfs_is_place(void);
void nfs_is_no_place(void);

/* A step: mount it; tried until limit_network is over. 0 or -errno, after an
 * event. */
int nfs_reach(void);

/* A step: the vmcore by the configured collector, for as long as
 * remote_left_s() lasts. 0 or -errno. */
int nfs_save(void);

/* A step: save_copy(), where there is no fallback. 0 or -errno. */
int nfs_copy(void);

/* Note that capture->folder, which is there, is the dump's. */
void nfs_note_folder(void);

/* A step: the record of capture->folder. 0 or -errno. */
int nfs_record(void);

/* A step: what is written there yet is given up, so that a server that hangs
 * holds neither memory nor the end. 0 or -errno. */
int nfs_leave(void);

#endif
