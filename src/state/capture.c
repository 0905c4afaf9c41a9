// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/capture.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* No machine's reservation, dump or time comes near these. */
#define KIB_MAX	    (UINT64_C(1) << 40)
#define BYTES_MAX   (UINT64_C(1) << 60)
#define COUNT_MAX   UINT64_C(1000000000)
#define STATUS_MAX  65536
#define SECONDS_MAX (UINT64_C(365) * 24 * 3600)

/* Carries the first thing that was wrong; later calls then do nothing. */
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

/* An optional number: absent or null is normal, anything else is not. */
static bool get_number(struct reader *reader, const json_t *object,
		       const char *key, uint64_t max, uint64_t *out)
{
	const json_t *value = json_object_get(object, key);

	*out = 0;
	if (!value || json_is_null(value))
		return false;
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    (uint64_t)json_integer_value(value) > max) {
		refuse(reader, key, "not a number in range");
		return false;
	}
	*out = (uint64_t)json_integer_value(value);
	return true;
}

/* An exit status; negative ones are errors of whoever ran the collector. */
static bool get_status(struct reader *reader, const json_t *object,
		       int64_t *out)
{
	const json_t *value = json_object_get(object, "status");

	*out = 0;
	if (!value || json_is_null(value))
		return false;
	if (!json_is_integer(value) ||
	    json_integer_value(value) < -STATUS_MAX ||
	    json_integer_value(value) > STATUS_MAX) {
		refuse(reader, "status", "not a number in range");
		return false;
	}
	*out = json_integer_value(value);
	return true;
}

static bool get_bool(struct reader *reader, const json_t *object,
		     const char *key, bool *out)
{
	const json_t *value = json_object_get(object, key);

	*out = false;
	if (!value || json_is_null(value))
		return false;
	if (!json_is_boolean(value)) {
		refuse(reader, key, "not true or false");
		return false;
	}
	*out = json_is_true(value);
	return true;
}

static bool is_plain(const char *text, const char *others)
{
	for (; *text; text++)
		if ((unsigned char)*text > 126 ||
		    (!isalnum((unsigned char)*text) && !strchr(others, *text)))
			return false;
	return true;
}

#define ID_OTHERS "/._+@:,=%~-"

bool capture_id_is_plain(const char *id)
{
	return is_plain(id, ID_OTHERS);
}

/* Letters, digits and others; "" if absent. json_string has no NUL inside. */
static void get_text(struct reader *reader, const json_t *object,
		     const char *key, const char *others, char *out,
		     size_t size)
{
	const json_t *value = json_object_get(object, key);

	out[0] = '\0';
	if (!value || json_is_null(value))
		return;
	if (!json_is_string(value))
		refuse(reader, key, "not a string");
	else if (json_string_length(value) >= size)
		refuse(reader, key, "too long");
	else if (!is_plain(json_string_value(value), others))
		refuse(reader, key, "unexpected characters");
	else
		snprintf(out, size, "%s", json_string_value(value));
}

static unsigned int get_enum(struct reader *reader, const json_t *object,
			     const char *key, const char *(*name)(unsigned int),
			     unsigned int count, unsigned int absent)
{
	const json_t *value = json_object_get(object, key);

	if (!value || json_is_null(value))
		return absent;
	for (unsigned int i = 0; i < count; i++)
		if (json_is_string(value) &&
		    !strcmp(json_string_value(value), name(i)))
			return i;
	refuse(reader, key, "not a known word");
	return absent;
}

static const char *verdict_word(unsigned int value)
{
	return verdict_name(value);
}

static const char *patched_word(unsigned int value)
{
	return patched_name(value);
}

static const char *const outcomes[] = {
	[CAPTURE_SAVED] = "saved",
	[CAPTURE_FAILED] = "failed",
	[CAPTURE_NO_DUMP] = "no-dump",
};

static const char *outcome_word(unsigned int value)
{
	return outcomes[value];
}

const char *capture_outcome_name(enum capture_outcome outcome)
{
	return outcomes[outcome];
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

	if (!cmdline || json_is_null(cmdline))
		return;
	if (!json_is_string(cmdline) || json_string_length(cmdline) > 8192)
		refuse(reader, "cmdline", "not a string of a sane length");
	else
		out->coherent_pool_zero =
			asks_for_no_pool(json_string_value(cmdline));
}

/* An object, or NULL if it is absent or null; another type is refused. */
static const json_t *get_object(struct reader *reader, const json_t *record,
				const char *key)
{
	const json_t *value = json_object_get(record, key);

	if (!value || json_is_null(value))
		return NULL;
	if (!json_is_object(value)) {
		refuse(reader, key, "not an object");
		return NULL;
	}
	return value;
}

static void read_pools(struct reader *reader, const json_t *record,
		       struct capture *out)
{
	const json_t *pools = get_object(reader, record, "atomic_pools");
	uint64_t kernel, dma, dma32;

	if (!pools)
		return;
	out->have_pools =
		get_number(reader, pools, "kernel_bytes", BYTES_MAX, &kernel) &&
		get_number(reader, pools, "dma_bytes", BYTES_MAX, &dma) &&
		get_number(reader, pools, "dma32_bytes", BYTES_MAX, &dma32);
	if (out->have_pools)
		out->pools_bytes = kernel + dma + dma32;
}

static void read_encryption(struct reader *reader, const json_t *record,
			    struct capture *out)
{
	const json_t *encryption = get_object(reader, record, "encryption");
	const json_t *active;

	if (!encryption)
		return;
	get_bool(reader, encryption, "firm", &out->have_encryption);
	active = json_object_get(encryption, "active");
	if (!json_is_array(active))
		refuse(reader, "active", "not an array");
	out->encrypted = out->have_encryption && json_array_size(active) > 0;
}

static void read_kernel_log(struct reader *reader, const json_t *record,
			    struct capture *out)
{
	const json_t *log = get_object(reader, record, "kernel_log");

	if (!log)
		return;
	get_number(reader, log, "oom_kills", COUNT_MAX, &out->oom_kills);
	get_number(reader, log, "page_allocation_failures", COUNT_MAX,
		   &out->page_allocation_failures);
	get_number(reader, log, "gfp_dma_failures", COUNT_MAX,
		   &out->gfp_dma_failures);
	get_bool(reader, log, "initramfs_failed", &out->initramfs_failed);
	out->have_reserved = get_number(reader, log, "boot_total_kib", KIB_MAX,
					&out->reserved_kib);
	out->have_initrd = get_number(reader, log, "initrd_kib", KIB_MAX,
				      &out->initrd_kib);
}

static void read_memory(struct reader *reader, const json_t *record,
			struct capture *out)
{
	const json_t *memory = get_object(reader, record, "memory");

	if (!memory)
		return;
	out->have_available_start =
		get_number(reader, memory, "available_start_kib", KIB_MAX,
			   &out->available_start_kib);
	out->have_available_lowest =
		get_number(reader, memory, "available_lowest_kib", KIB_MAX,
			   &out->available_lowest_kib);
}

/* A dump that nobody told of, or that ended in an error, has failed. */
static void read_dump(struct reader *reader, const json_t *record,
		      struct capture *out)
{
	const json_t *dump = get_object(reader, record, "dump");

	out->outcome = CAPTURE_FAILED;
	if (!dump)
		return;
	out->have_dump_bytes =
		get_number(reader, dump, "bytes", BYTES_MAX, &out->dump_bytes);
	out->have_seconds =
		get_number(reader, dump, "seconds", SECONDS_MAX, &out->seconds);
	out->have_status = get_status(reader, dump, &out->status);
	if (out->have_status && out->status == 0)
		out->outcome = CAPTURE_SAVED;
}

static void read_names(struct reader *reader, const json_t *object,
		       const char *when, struct capture *out)
{
	get_text(reader, object, when, "-:.+", out->when, sizeof(out->when));
	get_text(reader, object, "boot_id", "-", out->boot_id,
		 sizeof(out->boot_id));
	get_text(reader, object, "release", "._+~-", out->release,
		 sizeof(out->release));
	get_text(reader, object, "machine", "_", out->machine,
		 sizeof(out->machine));
	out->dma = get_enum(reader, object, "verdict", verdict_word, 4,
			    VERDICT_UNKNOWN);
	out->dma32 = get_enum(reader, object, "dma32", verdict_word, 4,
			      VERDICT_UNKNOWN);
	out->patched = get_enum(reader, object, "patched", patched_word, 3,
				PATCHED_UNKNOWN);
}

static void read_record(struct reader *reader, const json_t *record,
			struct capture *out)
{
	uint64_t schema;
	bool is_capture;

	if (!json_is_object(record)) {
		refuse(reader, "record", "not an object");
		return;
	}
	if (!get_number(reader, record, "schema", COUNT_MAX, &schema) ||
	    schema != 1)
		refuse(reader, "schema", "not 1");
	if (!get_bool(reader, record, "capture_kernel", &is_capture) ||
	    !is_capture)
		refuse(reader, "capture_kernel", "not of a capture kernel");
	read_names(reader, record, "written", out);
	if (!out->release[0] || !out->machine[0])
		refuse(reader, "release", "missing");
	read_cmdline(reader, record, out);
	read_pools(reader, record, out);
	read_encryption(reader, record, out);
	read_kernel_log(reader, record, out);
	read_memory(reader, record, out);
	read_dump(reader, record, out);
	/* Numbers that contradict each other were not measured. */
	if (out->have_reserved &&
	    (out->available_lowest_kib > out->reserved_kib ||
	     out->available_start_kib > out->reserved_kib ||
	     out->initrd_kib > out->reserved_kib))
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

uint64_t capture_seconds(const struct capture *capture)
{
	struct tm tm = { 0 };
	const char *end = strptime(capture->when, "%Y-%m-%dT%H:%M:%SZ", &tm);
	time_t seconds = end && !*end ? timegm(&tm) : 0;

	return seconds > 0 ? (uint64_t)seconds : 0;
}

uint64_t capture_peak_kib(const struct capture *capture)
{
	uint64_t peak = 0, unpacking = 0;

	/*
	 * Without the lowest nobody watched: what was available then was looked
	 * at when the dump was over.
	 */
	if (!capture->have_reserved || !capture->have_available_lowest)
		return 0;
	peak = capture->reserved_kib - capture->available_lowest_kib;
	/*
	 * Nothing of ours runs while the image is unpacked; but what is in
	 * use right after it, and the packed image that was just freed, were
	 * in use together.
	 */
	if (capture->have_available_start)
		unpacking = capture->reserved_kib -
			    capture->available_start_kib + capture->initrd_kib;
	return peak > unpacking ? peak : unpacking;
}

bool capture_ran_out(const struct capture *capture)
{
	return capture->oom_kills > 0 || capture->initramfs_failed;
}

static size_t line_of(const char *release)
{
	size_t dots = 0, i = 0;

	for (; release[i]; i++) {
		if (release[i] == '.')
			dots++;
		if (dots == 2 ||
		    (release[i] != '.' && !isdigit((unsigned char)release[i])))
			break;
	}
	return i;
}

/* The part of a version or of its packaging, not of a flavour's name? */
static bool is_number(const char *part)
{
	if (part[0] == 'r' && part[1] == 'c')
		part += 2;
	return isdigit((unsigned char)*part);
}

/*
 * "cloud-amd64" of 6.1.0-40-cloud-amd64: all parts behind the last that is a
 * number. Fedora's name stands behind a dot: 300.fc43.x86_64.
 */
static const char *flavour_of(const char *release)
{
	const char *end = release + strlen(release), *at = end, *part;

	for (part = end; part > release; part--) {
		if (part[-1] != '-')
			continue;
		if (is_number(part))
			break;
		at = part;
	}
	if (at != end)
		return at;
	while (at > release && at[-1] != '-' && at[-1] != '.')
		at--;
	return isdigit((unsigned char)*at) ? "" : at;
}

bool capture_same_line(const char *release, const char *other)
{
	size_t len = line_of(release);

	return len > 0 && len == line_of(other) &&
	       !strncmp(release, other, len) &&
	       !strcmp(flavour_of(release), flavour_of(other));
}

static void print_optional(struct json *json, const char *key, bool have,
			   uint64_t value)
{
	if (have)
		json_u64(json, key, value);
}

void capture_print(struct json *json, const struct capture *capture)
{
	json_open(json, NULL, '{');
	json_str(json, "id", capture->id);
	json_str(json, "when", capture->when);
	json_str(json, "boot_id", capture->boot_id);
	json_str(json, "release", capture->release);
	json_str(json, "machine", capture->machine);
	json_str(json, "outcome", outcomes[capture->outcome]);
	json_str(json, "verdict", verdict_name(capture->dma));
	json_str(json, "dma32", verdict_name(capture->dma32));
	json_str(json, "patched", patched_name(capture->patched));
	json_bool(json, "coherent_pool_zero", capture->coherent_pool_zero);
	print_optional(json, "pools_bytes", capture->have_pools,
		       capture->pools_bytes);
	if (capture->have_encryption)
		json_bool(json, "encrypted", capture->encrypted);
	print_optional(json, "reserved_kib", capture->have_reserved,
		       capture->reserved_kib);
	print_optional(json, "available_start_kib",
		       capture->have_available_start,
		       capture->available_start_kib);
	print_optional(json, "available_lowest_kib",
		       capture->have_available_lowest,
		       capture->available_lowest_kib);
	print_optional(json, "initrd_kib", capture->have_initrd,
		       capture->initrd_kib);
	json_u64(json, "oom_kills", capture->oom_kills);
	json_u64(json, "page_allocation_failures",
		 capture->page_allocation_failures);
	json_u64(json, "gfp_dma_failures", capture->gfp_dma_failures);
	json_bool(json, "initramfs_failed", capture->initramfs_failed);
	print_optional(json, "dump_bytes", capture->have_dump_bytes,
		       capture->dump_bytes);
	print_optional(json, "seconds", capture->have_seconds,
		       capture->seconds);
	if (capture->have_status)
		json_i64(json, "status", capture->status);
	json_close(json, '}');
}

int capture_of_json(const void *object, struct capture *out,
		    char why[static CAPTURE_ERROR_MAX])
{
	struct reader reader = { .why = why };

	memset(out, 0, sizeof(*out));
	if (!json_is_object((const json_t *)object)) {
		refuse(&reader, "capture", "not an object");
		return -EINVAL;
	}
	get_text(&reader, object, "id", ID_OTHERS, out->id, sizeof(out->id));
	read_names(&reader, object, "when", out);
	out->outcome = get_enum(&reader, object, "outcome", outcome_word, 3,
				CAPTURE_FAILED);
	get_bool(&reader, object, "coherent_pool_zero",
		 &out->coherent_pool_zero);
	out->have_pools = get_number(&reader, object, "pools_bytes", BYTES_MAX,
				     &out->pools_bytes);
	out->have_encryption =
		get_bool(&reader, object, "encrypted", &out->encrypted);
	out->have_reserved = get_number(&reader, object, "reserved_kib",
					KIB_MAX, &out->reserved_kib);
	out->have_available_start =
		get_number(&reader, object, "available_start_kib", KIB_MAX,
			   &out->available_start_kib);
	out->have_available_lowest =
		get_number(&reader, object, "available_lowest_kib", KIB_MAX,
			   &out->available_lowest_kib);
	out->have_initrd = get_number(&reader, object, "initrd_kib", KIB_MAX,
				      &out->initrd_kib);
	get_number(&reader, object, "oom_kills", COUNT_MAX, &out->oom_kills);
	get_number(&reader, object, "page_allocation_failures", COUNT_MAX,
		   &out->page_allocation_failures);
	get_number(&reader, object, "gfp_dma_failures", COUNT_MAX,
		   &out->gfp_dma_failures);
	get_bool(&reader, object, "initramfs_failed", &out->initramfs_failed);
	out->have_dump_bytes = get_number(&reader, object, "dump_bytes",
					  BYTES_MAX, &out->dump_bytes);
	out->have_seconds = get_number(&reader, object, "seconds", SECONDS_MAX,
				       &out->seconds);
	out->have_status = get_status(&reader, object, &out->status);
	if (out->have_reserved &&
	    (out->available_lowest_kib > out->reserved_kib ||
	     out->available_start_kib > out->reserved_kib))
		refuse(&reader, "memory", "more available than there is");
	return reader.failed ? -EINVAL : 0;
}

int capture_check(const struct capture *capture,
		  char why[static CAPTURE_ERROR_MAX])
{
	struct capture copy;
	struct json json;
	char *buf = NULL;
	size_t len = 0;
	json_t *object;
	FILE *to = open_memstream(&buf, &len);
	int err;

	if (!to)
		return -ENOMEM;
	json_begin(&json, to, false);
	capture_print(&json, capture);
	json_end(&json);
	object = fclose(to) ? NULL : json_loadb(buf, len, 0, NULL);
	free(buf);
	if (!object)
		return -ENOMEM;
	err = capture_of_json(object, &copy, why);
	json_decref(object);
	return err;
}
