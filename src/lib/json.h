/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Writes one JSON value to a stream: on one line, or indented for people.
 * A key is NULL inside an array and at the top. Strings are escaped; bytes
 * outside printable ASCII become \u00XX. Errors are the stream's: ferror().
 */
struct json {
	FILE *to;
	bool pretty;
	unsigned int depth;
	bool has_items; /* of the innermost open object or array */
};

void json_begin(struct json *json, FILE *to, bool pretty);
void json_end(struct json *json); /* the newline */

void json_open(struct json *json, const char *key, char bracket);
void json_close(struct json *json, char bracket);

void json_str(struct json *json, const char *key, const char *value);
void json_u64(struct json *json, const char *key, uint64_t value);
void json_i64(struct json *json, const char *key, int64_t value);
void json_bool(struct json *json, const char *key, bool value);
void json_nil(struct json *json, const char *key);
/* Thousandths, printed with three decimals: 1500 is 1.500 */
void json_thousandths(struct json *json, const char *key, uint64_t value);

#endif
