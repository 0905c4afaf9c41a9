// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/capture_json.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "lib/macros.h"

/* No real reservation, dump or time reaches these limits. */
#define KIB_MAX	    (UINT64_C(1) << 40)
#define BYTES_MAX   (UINT64_C(1) << 60)
#define COUNT_MAX   UINT64_C(1000000000)
#define STATUS_MAX  65536
#define SECONDS_MAX (UINT64_C(365) * 24 * 3600)

#define ID_OTHERS "/._+@:,=%~-"

static const char *verdict_word(unsigned int value)
{
	return verdict_name(value);
}

static const char *patched_word(unsigned int value)
{
	return patched_name(value);
}

static const char *outcome_word(unsigned int value)
{
	return capture_outcome_name(value);
}

enum kind {
	TEXT,	/* letters, digits and others; "" if absent */
	NUMBER, /* 0 to max */
	STATUS, /* an exit status; negative: the collector could not be run */
	FLAG,
	WORD,
};

/*
 * The fields of a capture that are kept: one line for each key of history.json,
 * in print order.
 */
static const struct field {
	const char *key;
	enum kind kind;
	size_t at;	/* in struct capture */
	size_t have_at; /* its have_ flag; 0: it has none */
	/* its key in a record; NULL: it is concluded, no record has it */
	const char *record_key;
	const char *record_object; /* NULL: the record itself */
	union {
		struct {
			size_t size;
			const char *others;
		} text;
		uint64_t max;
		struct {
			const char *(*name)(unsigned int value);
			unsigned int count, absent;
		} word;
	};
} fields[] = {
#define AT(member)   .at = offsetof(struct capture, member)
#define HAVE(member) .have_at = offsetof(struct capture, member)
#define TEXT_AT(member, more)                                                  \
	.kind = TEXT, AT(member),                                              \
	.text = { sizeof(((struct capture *)0)->member), more }
	{ "id", TEXT_AT(id, ID_OTHERS) },
	{ "when", TEXT_AT(when, "-:.+"), .record_key = "written" },
	{ "boot_id", TEXT_AT(boot_id, "-"), .record_key = "boot_id" },
	{ "release", TEXT_AT(release, "._+~-"), .record_key = "release" },
	{ "machine", TEXT_AT(machine, "_"), .record_key = "machine" },
	{ "machine_id", TEXT_AT(machine_id, ""), .record_key = "machine_id" },
	{ "outcome", WORD, AT(outcome),
	  .word = { outcome_word, 3, CAPTURE_FAILED } },
	{ "is_test", FLAG, AT(is_test) },
	{ "crash_seen", FLAG, AT(crash_seen) },
	{ "unfinished", FLAG, AT(unfinished) },
	{ "unproven", FLAG, AT(unproven) },
	{ "verdict", WORD, AT(dma), .record_key = "verdict",
	  .word = { verdict_word, 4, VERDICT_UNKNOWN } },
	{ "dma32", WORD, AT(dma32), .record_key = "dma32",
	  .word = { verdict_word, 4, VERDICT_UNKNOWN } },
	{ "patched", WORD, AT(patched), .record_key = "patched",
	  .word = { patched_word, 3, PATCHED_UNKNOWN } },
	{ "coherent_pool_zero", FLAG, AT(coherent_pool_zero) },
	{ "pools_bytes", NUMBER, AT(pools_bytes), HAVE(have_pools),
	  .max = BYTES_MAX },
	{ "encrypted", FLAG, AT(encrypted), HAVE(have_encryption) },
	{ "reserved_kib", NUMBER, AT(reserved_kib), HAVE(have_reserved),
	  "boot_total_kib", "kernel_log", .max = KIB_MAX },
	{ "available_start_kib", NUMBER, AT(available_start_kib),
	  HAVE(have_available_start), "available_start_kib", "memory",
	  .max = KIB_MAX },
	{ "available_lowest_kib", NUMBER, AT(available_lowest_kib),
	  HAVE(have_available_lowest), "available_lowest_kib", "memory",
	  .max = KIB_MAX },
	{ "initrd_kib", NUMBER, AT(initrd_kib), HAVE(have_initrd), "initrd_kib",
	  "kernel_log", .max = KIB_MAX },
	{ "oom_kills", NUMBER, AT(oom_kills), 0, "oom_kills", "kernel_log",
	  .max = COUNT_MAX },
	{ "page_allocation_failures", NUMBER, AT(page_allocation_failures), 0,
	  "page_allocation_failures", "kernel_log", .max = COUNT_MAX },
	{ "gfp_dma_failures", NUMBER, AT(gfp_dma_failures), 0,
	  "gfp_dma_failures", "kernel_log", .max = COUNT_MAX },
	{ "initramfs_failed", FLAG, AT(initramfs_failed), 0, "initramfs_failed",
	  "kernel_log" },
	{ "dump_bytes", NUMBER, AT(dump_bytes), HAVE(have_dump_bytes), "bytes",
	  "dump", .max = BYTES_MAX },
	{ "seconds", NUMBER, AT(seconds), HAVE(have_seconds), "seconds", "dump",
	  .max = SECONDS_MAX },
	{ "status", STATUS, AT(status), HAVE(have_status), "status", "dump",
	  .max = STATUS_MAX },
};

#define FIELDS ARRAY_SIZE(fields)

/* Holds the first error; later calls then do nothing. */
struct reader {
	char *why;
	bool failed;
};

static void refuse(struct reader *reader, const char *key, const char *what)
{
	if (!reader->failed)
		snprintf(reader->why, CAPTURE_ERROR_MAX, "%s: %s", key, what);
	reader->failed = true;
}

/* False for absent and for null, which are both valid. */
static bool is_given(const json_t *value)
{
	return value && !json_is_null(value);
}

static bool is_in(const json_t *value, int64_t min, uint64_t max)
{
	return json_is_integer(value) && json_integer_value(value) >= min &&
	       (json_integer_value(value) < 0 ||
		(uint64_t)json_integer_value(value) <= max);
}

bool capture_id_is_plain(const char *id)
{
	return text_only(text_of(id), ID_OTHERS);
}

/* json_string has no NUL inside. */
static void get_text(struct reader *reader, const json_t *value,
		     const char *key, const struct field *field, char *out)
{
	if (!json_is_string(value))
		refuse(reader, key, "not a string");
	else if (json_string_length(value) >= field->text.size)
		refuse(reader, key, "too long");
	else if (!text_only(text_of(json_string_value(value)),
			    field->text.others))
		refuse(reader, key, "unexpected characters");
	else
		strcpy(out, json_string_value(value));
}

static void get_word(struct reader *reader, const json_t *value,
		     const char *key, const struct field *field,
		     unsigned int *out)
{
	for (unsigned int i = 0; i < field->word.count; i++)
		if (json_is_string(value) &&
		    !strcmp(json_string_value(value), field->word.name(i))) {
			*out = i;
			return;
		}
	refuse(reader, key, "not a known word");
}

static void get_number(struct reader *reader, const json_t *value,
		       const char *key, uint64_t max, uint64_t *out)
{
	if (is_in(value, 0, max))
		*out = (uint64_t)json_integer_value(value);
	else
		refuse(reader, key, "not a number in range");
}

static void get_flag(struct reader *reader, const json_t *value,
		     const char *key, bool *out)
{
	if (json_is_boolean(value))
		*out = json_is_true(value);
	else
		refuse(reader, key, "not true or false");
}

/* Fill one field of *out from the value that object has for key. */
static void get_field(struct reader *reader, const json_t *object,
		      const char *key, const struct field *field,
		      struct capture *out)
{
	const json_t *value = json_object_get(object, key);
	void *at = (char *)out + field->at;

	if (field->kind == WORD)
		*(unsigned int *)at = field->word.absent;
	if (!is_given(value))
		return;
	if (field->have_at)
		*(bool *)((char *)out + field->have_at) = true;
	switch (field->kind) {
	case TEXT:
		get_text(reader, value, key, field, at);
		break;
	case NUMBER:
		get_number(reader, value, key, field->max, at);
		break;
	case STATUS:
		if (is_in(value, -(int64_t)field->max, field->max))
			*(int64_t *)at = json_integer_value(value);
		else
			refuse(reader, key, "not a number in range");
		break;
	case FLAG:
		get_flag(reader, value, key, at);
		break;
	case WORD:
		get_word(reader, value, key, field, at);
		break;
	}
}

/* True if numbers contradict each other, so they cannot be measurements. */
static bool contradicts(const struct capture *capture)
{
	return capture->have_reserved &&
	       (capture->available_lowest_kib > capture->reserved_kib ||
		capture->available_start_kib > capture->reserved_kib);
}

/* The last coherent_pool= counts, as with every early_param. */
static bool asks_for_no_pool(const char *cmdline)
{
	struct text rest = text_of(cmdline), word;
	bool zero = false;

	while (text_word(&rest, &word))
		if (text_skip(&word, "coherent_pool="))
			zero = text_equal(word, "0");
	return zero;
}

static void read_cmdline(struct reader *reader, const json_t *record,
			 struct capture *out)
{
	const json_t *cmdline = json_object_get(record, "cmdline");

	if (!is_given(cmdline))
		return;
	if (!json_is_string(cmdline) || json_string_length(cmdline) > 8192)
		refuse(reader, "cmdline", "not a string of a sane length");
	else
		out->coherent_pool_zero =
			asks_for_no_pool(json_string_value(cmdline));
}

/* The object of that key; NULL if absent or null. Other types are refused. */
static const json_t *get_object(struct reader *reader, const json_t *record,
				const char *key)
{
	const json_t *value = json_object_get(record, key);

	if (!is_given(value))
		return NULL;
	if (!json_is_object(value)) {
		refuse(reader, key, "not an object");
		return NULL;
	}
	return value;
}

/* Add up all pools; have_pools is set only if the record has all three. */
static void read_pools(struct reader *reader, const json_t *record,
		       struct capture *out)
{
	static const char *const keys[] = { "kernel_bytes", "dma_bytes",
					    "dma32_bytes" };
	const json_t *pools = get_object(reader, record, "atomic_pools");
	uint64_t sum = 0, one;

	for (size_t i = 0; i < 3; i++) {
		const json_t *value = json_object_get(pools, keys[i]);

		if (!is_given(value))
			return;
		one = 0;
		get_number(reader, value, keys[i], BYTES_MAX, &one);
		sum += one;
	}
	out->have_pools = true;
	out->pools_bytes = sum;
}

static void read_encryption(struct reader *reader, const json_t *record,
			    struct capture *out)
{
	const json_t *encryption = get_object(reader, record, "encryption");
	const json_t *firm = json_object_get(encryption, "firm"), *active;

	if (!encryption)
		return;
	if (is_given(firm))
		get_flag(reader, firm, "firm", &out->have_encryption);
	active = json_object_get(encryption, "active");
	if (!json_is_array(active))
		refuse(reader, "active", "not an array");
	out->encrypted = out->have_encryption && json_array_size(active) > 0;
}

static void read_record(struct reader *reader, const json_t *record,
			struct capture *out)
{
	const json_t *schema = json_object_get(record, "schema"), *state;

	if (!json_is_object(record)) {
		refuse(reader, "record", "not an object");
		return;
	}
	if (!json_is_integer(schema) || json_integer_value(schema) != 1)
		refuse(reader, "schema", "not 1");
	if (!json_is_true(json_object_get(record, "capture_kernel")))
		refuse(reader, "capture_kernel", "not of a capture kernel");
	for (size_t i = 0; i < FIELDS; i++) {
		const struct field *field = &fields[i];
		const json_t *object = record;

		if (field->record_object)
			object = get_object(reader, record,
					    field->record_object);
		if (field->record_key)
			get_field(reader, object, field->record_key, field,
				  out);
	}
	if (!out->release[0] || !out->machine[0])
		refuse(reader, "release", "missing");
	read_cmdline(reader, record, out);
	read_pools(reader, record, out);
	read_encryption(reader, record, out);
	state = json_object_get(record, "state");
	out->unfinished = json_is_string(state) &&
			  !strcmp(json_string_value(state), "saving");
	/* Without a status of 0 the dump failed. */
	out->outcome = out->have_status && out->status == 0 && !out->unfinished
			       ? CAPTURE_SAVED
			       : CAPTURE_FAILED;
	if (contradicts(out) ||
	    (out->have_reserved && out->initrd_kib > out->reserved_kib))
		refuse(reader, "memory", "more available than there is");
}

int capture_of_record(const char *buf, size_t len, struct capture *out,
		      char why[static CAPTURE_ERROR_MAX])
{
	struct reader reader = { .why = why };
	json_t *record;

	memset(out, 0, sizeof(*out));
	if (len > CAPTURE_RECORD_MAX) {
		refuse(&reader, "record", "too large");
		return -EINVAL;
	}
	record = json_loadb(buf, len, JSON_REJECT_DUPLICATES, NULL);
	if (!record) {
		refuse(&reader, "record", "not JSON");
		return -EINVAL;
	}
	read_record(&reader, record, out);
	json_decref(record);
	return reader.failed ? -EINVAL : capture_check(out, why);
}

/* The field's value in capture; NULL if its have_ flag is off. */
static const void *value_of(const struct capture *capture,
			    const struct field *field)
{
	const char *base = (const char *)capture;

	if (field->have_at && !*(const bool *)(base + field->have_at))
		return NULL;
	return base + field->at;
}

static void print_value(struct json *json, const struct field *field,
			const void *value)
{
	switch (field->kind) {
	case TEXT:
		json_str(json, field->key, value);
		break;
	case NUMBER:
		json_u64(json, field->key, *(const uint64_t *)value);
		break;
	case STATUS:
		json_i64(json, field->key, *(const int64_t *)value);
		break;
	case FLAG:
		json_bool(json, field->key, *(const bool *)value);
		break;
	case WORD:
		json_str(json, field->key,
			 field->word.name(*(const unsigned int *)value));
		break;
	}
}

void capture_print(struct json *json, const char *key,
		   const struct capture *capture)
{
	json_open(json, key, '{');
	for (size_t i = 0; i < FIELDS; i++) {
		const void *value = value_of(capture, &fields[i]);

		if (value)
			print_value(json, &fields[i], value);
	}
	json_close(json, '}');
}

int capture_of_json(const json_t *object, struct capture *out,
		    char why[static CAPTURE_ERROR_MAX])
{
	struct reader reader = { .why = why };

	memset(out, 0, sizeof(*out));
	if (!json_is_object(object)) {
		refuse(&reader, "capture", "not an object");
		return -EINVAL;
	}
	for (size_t i = 0; i < FIELDS; i++)
		get_field(&reader, object, fields[i].key, &fields[i], out);
	/* Every version has written these. */
	if (!out->id[0] || !json_object_get(object, "outcome"))
		refuse(&reader, "capture", "has no id or no outcome");
	if (contradicts(out))
		refuse(&reader, "memory", "more available than there is");
	return reader.failed ? -EINVAL : 0;
}

static bool is_in_range(const struct field *field, const void *value)
{
	switch (field->kind) {
	case TEXT:
		return text_only(text_of(value), field->text.others);
	case NUMBER:
		return *(const uint64_t *)value <= field->max;
	case STATUS:
		return *(const int64_t *)value >= -STATUS_MAX &&
		       *(const int64_t *)value <= STATUS_MAX;
	case FLAG:
		return true;
	case WORD:
		return *(const unsigned int *)value < field->word.count;
	}
	return false;
}

int capture_check(const struct capture *capture,
		  char why[static CAPTURE_ERROR_MAX])
{
	struct reader reader = { .why = why };

	for (size_t i = 0; i < FIELDS; i++) {
		const void *value = value_of(capture, &fields[i]);

		if (value && !is_in_range(&fields[i], value))
			refuse(&reader, fields[i].key,
			       fields[i].kind == TEXT
				       ? "unexpected characters"
				       : "not a number in range");
	}
	if (contradicts(capture))
		refuse(&reader, "memory", "more available than there is");
	return reader.failed ? -EINVAL : 0;
}
