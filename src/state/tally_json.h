/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tally in history.json, and back. */
#ifndef TALLY_JSON_H
#define TALLY_JSON_H

#include <jansson.h>

#include "lib/json.h"
#include "state/tally.h"

void tally_print(struct json *json, const struct tally *tally);
/* 0, or -EINVAL with why filled. */
int tally_of_json(const json_t *object, struct tally *out,
		  char why[static CAPTURE_ERROR_MAX]);

#endif
