/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ENCRYPTED_H
#define ENCRYPTED_H

#include <stdbool.h>

#include "lib/root.h"

/*
 * Is all that is written to this folder encrypted with LUKS: every disk that
 * its file system lies on? False also where that cannot be told.
 */
bool encrypted_folder(const struct root *root, const char *folder);

#endif
