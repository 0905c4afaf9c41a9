/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_NOTE_H
#define FACTS_NOTE_H

#include "facts/facts.h"

/*
 * List path (no leading slash) in facts->unread if err says that it exists but
 * could not be read. 0 and -ENOENT list nothing.
 */
void facts_note_unread(struct facts *facts, const char *path, int err);

#endif
