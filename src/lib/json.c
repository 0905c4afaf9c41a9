// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/json.h"

#include <inttypes.h>

void json_begin(struct json *json, FILE *to, bool pretty)
{
	*json = (struct json){ .to = to, .pretty = pretty };
}

void json_end(struct json *json)
{
	fputc('\n', json->to);
}

static void new_line(struct json *json)
{
	if (!json->pretty)
		return;
	fputc('\n', json->to);
	for (unsigned int i = 0; i < json->depth; i++)
		fputs("  ", json->to);
}

static void put_string(struct json *json, const char *value)
{
	fputc('"', json->to);
	for (; *value; value++) {
		unsigned char c = (unsigned char)*value;

		if (c == '"' || c == '\\')
			fprintf(json->to, "\\%c", c);
		else if (c < 0x20 || c > 0x7e)
			fprintf(json->to, "\\u%04x", c);
		else
			fputc(c, json->to);
	}
	fputc('"', json->to);
}

static void begin_item(struct json *json, const char *key)
{
	if (json->has_items)
		fputs(json->pretty ? "," : ", ", json->to);
	if (json->depth > 0)
		new_line(json);
	json->has_items = true;
	if (key) {
		put_string(json, key);
		fputs(": ", json->to);
	}
}

void json_open(struct json *json, const char *key, char bracket)
{
	begin_item(json, key);
	fputc(bracket, json->to);
	json->depth++;
	json->has_items = false;
}

bool json_open_if(struct json *json, const char *key, char bracket, bool have)
{
	if (have)
		json_open(json, key, bracket);
	else
		json_nil(json, key);
	return have;
}

void json_close(struct json *json, char bracket)
{
	json->depth--;
	if (json->has_items)
		new_line(json);
	fputc(bracket, json->to);
	json->has_items = true;
}

void json_str(struct json *json, const char *key, const char *value)
{
	begin_item(json, key);
	if (value)
		put_string(json, value);
	else
		fputs("null", json->to);
}

void json_u64(struct json *json, const char *key, uint64_t value)
{
	begin_item(json, key);
	fprintf(json->to, "%" PRIu64, value);
}

void json_i64(struct json *json, const char *key, int64_t value)
{
	begin_item(json, key);
	fprintf(json->to, "%" PRId64, value);
}

void json_bool(struct json *json, const char *key, bool value)
{
	begin_item(json, key);
	fputs(value ? "true" : "false", json->to);
}

void json_nil(struct json *json, const char *key)
{
	json_str(json, key, NULL);
}

void json_u64_if(struct json *json, const char *key, bool have, uint64_t value)
{
	if (have)
		json_u64(json, key, value);
	else
		json_nil(json, key);
}

void json_bool_if(struct json *json, const char *key, bool have, bool value)
{
	if (have)
		json_bool(json, key, value);
	else
		json_nil(json, key);
}

void json_strings_at(struct json *json, const char *key, const char *first,
		     size_t size, size_t count)
{
	json_open(json, key, '[');
	for (size_t i = 0; i < count; i++)
		json_str(json, NULL, first + i * size);
	json_close(json, ']');
}

void json_thousandths(struct json *json, const char *key, uint64_t value)
{
	begin_item(json, key);
	fprintf(json->to, "%" PRIu64 ".%03u", value / 1000,
		(unsigned int)(value % 1000));
}
