/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One KEY="value" of a configuration file that its package sources as shell:
 * /etc/default/kdump-tools, /etc/sysconfig/kdump. Nothing is guessed: syntax
 * that is not understood is refused. Pure.
 */
#ifndef SHELLCONF_H
#define SHELLCONF_H

#include <stdbool.h>
#include <stddef.h>

#define SHELLCONF_FILE_MAX (256 * 1024)

/*
 * The last assignment of key, without its quotes. 0; -ENOENT: never set;
 * -EINVAL: set in a way that is not understood ($, command substitution,
 * continued lines, +=, export, inside if), or another file is sourced, which
 * may set it; -ENOSPC: longer than size.
 */
int shellconf_get(const char *buf, size_t len, const char *key, char *value,
		  size_t size);

/*
 * A copy of buf with the last assignment of key replaced. If there is none, one
 * is added after a commented-out one or at the end. All other bytes stay. The
 * result is read back to check that it says value. *out is malloc()ed. -EINVAL
 * also for a value that double quotes do not hold.
 */
int shellconf_set(const char *buf, size_t len, const char *key,
		  const char *value, char **out, size_t *out_len);

/* A copy of buf without the last assignment of key. -ENOENT: there is none. */
int shellconf_unset(const char *buf, size_t len, const char *key, char **out,
		    size_t *out_len);

/* True if value needs no escapes between double quotes. */
bool shellconf_is_safe(const char *value);

#endif
