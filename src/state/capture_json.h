/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A capture as JSON: read from a record, kept in history.json, printed. A
 * record is input from outside: sizes, types, ranges and characters are checked
 * here, and nothing else of it is kept.
 */
#ifndef CAPTURE_JSON_H
#define CAPTURE_JSON_H

#include <jansson.h>

#include "lib/json.h"
#include "state/capture.h"

/*
 * Parse a record's bytes. 0, or -EINVAL with why set to a short text that
 * quotes nothing of the record.
 */
int capture_of_record(const char *buf, size_t len, struct capture *out,
		      char why[static CAPTURE_ERROR_MAX]);

/* True if id has only letters, digits and /._+@:,=%~- */
bool capture_id_is_plain(const char *id);

/* One object, for history.json and list --json; and back again. */
void capture_print(struct json *json, const char *key,
		   const struct capture *capture);
int capture_of_json(const json_t *object, struct capture *out,
		    char why[static CAPTURE_ERROR_MAX]);

/*
 * Check that a history.json with this capture can be read back; called before
 * a capture is added. 0, or -EINVAL with why filled.
 */
int capture_check(const struct capture *capture,
		  char why[static CAPTURE_ERROR_MAX]);

#endif
