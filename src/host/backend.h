/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who builds and loads the capture image here, and what it is told. */
#ifndef BACKEND_H
#define BACKEND_H

#include "state/capture.h"
#include "host/host.h"

/* Files that apply may edit, below the root. */
#define PATH_KDUMP_TOOLS    "etc/default/kdump-tools"
#define PATH_SYSCONFIG	    "etc/sysconfig/kdump"
#define PATH_KDUMP_CONF	    "etc/kdump.conf"
#define PATH_GRUB	    "etc/default/grub"
#define PATH_GRUB_D	    "etc/default/grub.d"
#define PATH_GRUB_CFG	    "etc/default/grub.d/zz-kdump-dma.cfg"
#define PATH_KERNEL_CMDLINE "etc/kernel/cmdline"
#define PATH_NATIVE	    "etc/kdump-dma.conf.d/90-kdump-dma-plan.conf"

/* Variables of theirs that hold what is added to the command line. */
#define KEY_KDUMP_TOOLS "KDUMP_CMDLINE_APPEND"
#define KEY_SYSCONFIG	"KDUMP_COMMANDLINE_APPEND"
#define KEY_SUSE_SIZE	"KDUMP_CRASHKERNEL"
/* kdump.conf: does kdump-utils put its own crashkernel= back? */
#define KEY_AUTO_RESET "auto_reset_crashkernel"

/* From what is installed; never CONFIG_BACKEND_AUTO. */
enum config_backend backend_detect(const struct root *root);

/*
 * Fill host's append and have_append, or problem. What a backend adds when
 * its variable is not set counts too: setting it replaces that.
 */
void backend_read_append(const struct root *root, const struct config *config,
			 struct host *host);

/* Where a release's kernel is, below the root; false, and "": nowhere. */
bool backend_find_kernel(const struct root *root, const char *release,
			 char *out, size_t size);

/* Where the capture kernel and its initramfs are, most specific first. */
void backend_find_images(const struct root *root, const struct facts *facts,
			 struct host *host);

/* Does the backend's own configuration say that its default is in force? */
enum owner backend_crashkernel_owner(const struct root *root,
				     const struct host *host, bool *told);

/*
 * The folder that dumps are saved to, as a whole path. false: the backend's
 * configuration does not tell, or names another machine; out is /var/crash
 * then.
 */
bool backend_folder(const struct root *root, const struct config *config,
		    const struct host *host,
		    char out[static CAPTURE_FOLDER_MAX])
	__attribute__((warn_unused_result));

/*
 * Would a dump of the last crash be seen on this machine now? Only if it is
 * saved to a file system of this machine that is certainly there.
 */
bool backend_saves_here(const struct root *root, const struct config *config,
			const struct host *host);

#endif
