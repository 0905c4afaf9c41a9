/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
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
/* The same if have is true, and null otherwise. Returns have. */
bool json_open_if(struct json *json, const char *key, char bracket, bool have);
void json_close(struct json *json, char bracket);

/* null if value is NULL */
void json_str(struct json *json, const char *key, const char *value);
void json_u64(struct json *json, const char *key, uint64_t value);
void json_i64(struct json *json, const char *key, int64_t value);
void json_bool(struct json *json, const char *key, bool value);
void json_nil(struct json *json, const char *key);

/* null if have is false */
void json_u64_if(struct json *json, const char *key, bool have, uint64_t value);
void json_bool_if(struct json *json, const char *key, bool have, bool value);

/* An array of count strings, which are the elements of a char[][]. */
#define json_strings(json, key, strings, count)                                \
	json_strings_at(json, key, (strings)[0], sizeof((strings)[0]), count)
void json_strings_at(struct json *json, const char *key, const char *first,
		     size_t size, size_t count);

/* Thousandths, printed with three decimals: 1500 is 1.500 */
void json_thousandths(struct json *json, const char *key, uint64_t value);

#endif
