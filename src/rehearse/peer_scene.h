/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a capture image of another package expects to find, where that is
 * played: kdump-utils' image saves by itself to a disk that it finds.
 */
#ifndef PEER_SCENE_H
#define PEER_SCENE_H

#include <stdbool.h>
#include <stddef.h>

#include "rehearse/archive.h"
#include "rehearse/scene.h"

/*
 * Read the kdump.conf that mkdumprd put into the image: it names the target as
 * it is found after a crash. out has been zeroed. False, with why filled: the
 * image has none, or it saves in a way that is not played.
 */
bool peer_scene_read(const struct archive *archive, struct scene *out,
		     char *why, size_t size);

#endif
