// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * After kernel/crash_core.c (6.1) and kernel/crash_reserve.c (6.12, 7.2), and
 * Documentation/admin-guide/kernel-parameters.txt, "crashkernel=".
 */
#include "config/crashkernel.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "facts/facts.h"
#include "lib/macros.h"

#define NAME	"crashkernel="
#define SZ_128M (128 * MIB)

static unsigned int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? (unsigned int)(c - 'a') + 10 : 99;
}

/*
 * The kernel's memparse(): base 0 as C writes it (0x10, 010), then at most
 * one of KMGTPE. -EINVAL if there is no digit; -ERANGE where the kernel would
 * silently wrap around.
 */
static int take_size(struct text *text, uint64_t *out)
{
	static const char suffixes[] = "KMGTPE";
	unsigned int base = 10, shift = 0;
	size_t digits = 0;
	const char *suffix;

	*out = 0;
	if (text->len > 2 && text->at[0] == '0' &&
	    tolower((unsigned char)text->at[1]) == 'x' &&
	    digit_of(text->at[2]) < 16) {
		base = 16;
		text->at += 2;
		text->len -= 2;
	} else if (text->len > 0 && text->at[0] == '0') {
		base = 8;
	}
	for (; text->len > 0 && digit_of(*text->at) < base; digits++) {
		if (__builtin_mul_overflow(*out, base, out) ||
		    __builtin_add_overflow(*out, digit_of(*text->at), out))
			return -ERANGE;
		text->at++;
		text->len--;
	}
	if (digits == 0)
		return -EINVAL;
	if (text->len == 0 || *text->at == '\0')
		return 0;
	suffix = strchr(suffixes, toupper((unsigned char)*text->at));
	if (!suffix)
		return 0;
	shift = 10 * (unsigned int)(suffix - suffixes + 1);
	if (*out > UINT64_MAX >> shift)
		return -ERANGE;
	*out <<= shift;
	text->at++;
	text->len--;
	return 0;
}

static bool take(struct text *text, char c)
{
	if (text->len == 0 || *text->at != c)
		return false;
	text->at++;
	text->len--;
	return true;
}

static int parse_offset(struct text *text, struct crashkernel *out)
{
	if (!take(text, '@'))
		return 0;
	out->have_offset = true;
	return take_size(text, &out->offset_bytes);
}

static int parse_range(struct text *text, struct crashkernel_range *range)
{
	int err = take_size(text, &range->start_bytes);

	if (err)
		return err;
	if (!take(text, '-'))
		return -EINVAL;
	range->end_bytes = UINT64_MAX;
	if (text->len > 0 && *text->at != ':') {
		err = take_size(text, &range->end_bytes);
		if (err)
			return err;
	}
	if (range->end_bytes <= range->start_bytes || !take(text, ':'))
		return -EINVAL;
	return take_size(text, &range->size_bytes);
}

static int parse_ranges(struct text *text, struct crashkernel *out)
{
	out->kind = CRASHKERNEL_RANGES;
	do {
		int err;

		if (out->ranges_count == CRASHKERNEL_RANGES_MAX)
			return -E2BIG;
		err = parse_range(text, &out->ranges[out->ranges_count]);
		if (err)
			return err;
		out->ranges_count++;
	} while (take(text, ','));
	return parse_offset(text, out);
}

static int parse_single(struct text *text, struct crashkernel *out)
{
	int err = take_size(text, &out->size_bytes);

	if (err)
		return err;
	if (text_skip(text, ",high"))
		out->kind = CRASHKERNEL_HIGH;
	else if (text_skip(text, ",low"))
		out->kind = CRASHKERNEL_LOW;
	else if (text_skip(text, ",cma"))
		out->kind = CRASHKERNEL_CMA;
	else
		return parse_offset(text, out);
	return 0;
}

int crashkernel_parse(struct text text, struct crashkernel *out)
{
	int err;

	memset(out, 0, sizeof(*out));
	out->kind = CRASHKERNEL_SIMPLE;
	err = memchr(text.at, ':', text.len) ? parse_ranges(&text, out)
					     : parse_single(&text, out);
	if (!err && text.len != 0)
		err = -EINVAL;
	return err;
}

void crashkernel_print_size(uint64_t bytes, char *buf, size_t size)
{
	static const char suffixes[] = "KMGTPE";
	unsigned int shifts = 0;

	while (bytes != 0 && bytes % 1024 == 0 && shifts < 6) {
		bytes /= 1024;
		shifts++;
	}
	if (shifts)
		snprintf(buf, size, "%" PRIu64 "%c", bytes,
			 suffixes[shifts - 1]);
	else
		snprintf(buf, size, "%" PRIu64, bytes);
}

static bool is_x86(const char *machine)
{
	return streq(machine, "x86_64");
}

/*
 * arm64 got ,high and ,low in 5.19 (944a45abfabc); riscv and loongarch with
 * the generic reservation of 6.7 (0ab97169aa05) at the latest.
 */
bool crashkernel_knows_high(uint32_t version, const char *machine)
{
	if (is_x86(machine))
		return true;
	if (streq(machine, "aarch64"))
		return version >= KERNEL_VERSION_OF(5, 19);
	return (streq(machine, "riscv64") || streq(machine, "loongarch64")) &&
	       version >= KERNEL_VERSION_OF(6, 7);
}

static bool knows_cma(uint32_t version, const char *machine)
{
	return is_x86(machine) && version >= KERNEL_VERSION_OF(6, 17);
}

uint64_t crashkernel_default_low_bytes(const char *machine,
				       uint64_t swiotlb_bytes)
{
	if (!is_x86(machine))
		return 128 * MIB;
	return swiotlb_bytes + 8 * MIB > 256 * MIB ? swiotlb_bytes + 8 * MIB
						   : 256 * MIB;
}

/* Suffixes that this kernel knows; it takes any other as part of the value. */
struct suffixes {
	const char *name[4];
};

static bool ends(struct text value, const char *suffix)
{
	size_t len = strlen(suffix);

	return value.len >= len &&
	       !memcmp(value.at + value.len - len, suffix, len);
}

/*
 * The last argument with that suffix, or, with NULL, the last one without any
 * known suffix. As in the kernel, the name may stand inside another word.
 */
static bool last_argument(const char *cmdline, const struct suffixes *known,
			  const char *suffix, struct text *value)
{
	bool found = false;

	for (const char *at = strstr(cmdline, NAME); at;
	     at = strstr(at + 1, NAME)) {
		const char *start = at + strlen(NAME);
		struct text this = { start, strcspn(start, " ") };
		bool match = suffix ? ends(this, suffix) : true;

		for (size_t i = 0; !suffix && known->name[i]; i++)
			match = match && !ends(this, known->name[i]);
		if (!match)
			continue;
		*value = this;
		found = true;
	}
	return found;
}

/* As parse_crashkernel_mem(), which stops reading at the range that matches. */
static int evaluate_ranges(struct text value, uint64_t ram_bytes,
			   struct crashkernel_result *out)
{
	struct crashkernel scratch = { 0 };

	do {
		struct crashkernel_range range;
		int err = parse_range(&value, &range);

		if (err || range.size_bytes >= ram_bytes)
			return -EINVAL;
		if (ram_bytes < range.start_bytes ||
		    ram_bytes >= range.end_bytes)
			continue;
		out->size_bytes = range.size_bytes;
		break;
	} while (take(&value, ','));
	if (out->size_bytes == 0)
		return -EINVAL;
	while (value.len > 0 && *value.at != '@') {
		value.at++;
		value.len--;
	}
	if (parse_offset(&value, &scratch))
		return -EINVAL;
	out->have_offset = scratch.have_offset;
	out->offset_bytes = scratch.offset_bytes;
	return 0;
}

/* As parse_crashkernel_simple(), which ignores what follows an offset. */
static int evaluate_simple(struct text value, struct crashkernel_result *out)
{
	struct crashkernel scratch = { 0 };
	uint64_t size;

	if (take_size(&value, &size) || size == 0)
		return -EINVAL;
	if (value.len > 0 && *value.at != '@')
		return -EINVAL;
	if (parse_offset(&value, &scratch))
		return -EINVAL;
	out->size_bytes = size;
	out->have_offset = scratch.have_offset;
	out->offset_bytes = scratch.offset_bytes;
	return 0;
}

/* 0, -ENOENT, or -EINVAL */
static int evaluate_suffix(const char *cmdline, const struct suffixes *known,
			   const char *suffix, uint64_t *bytes)
{
	struct text value;

	*bytes = 0;
	if (!last_argument(cmdline, known, suffix, &value))
		return -ENOENT;
	if (take_size(&value, bytes) || !text_equal(value, suffix)) {
		*bytes = 0;
		return -EINVAL;
	}
	return 0;
}

static void evaluate_high(const char *cmdline, const struct suffixes *known,
			  struct crashkernel_result *out)
{
	int err = evaluate_suffix(cmdline, known, ",high", &out->size_bytes);

	out->given = out->given || err != -ENOENT;
	if (err || out->size_bytes == 0)
		return;
	err = evaluate_suffix(cmdline, known, ",low", &out->low_bytes);
	/* a wrong ,low makes the kernel refuse the ,high beside it */
	out->valid = err == 0 || err == -ENOENT;
	out->have_low = err == 0;
	out->high = true;
	if (!out->valid)
		out->size_bytes = 0;
}

struct crashkernel_result crashkernel_evaluate(const char *cmdline,
					       uint64_t ram_bytes,
					       uint32_t version,
					       const char *machine)
{
	bool cma = knows_cma(version, machine);
	/*
	 * A kernel that does not know ",cma" takes such an argument as a
	 * malformed plain one, and reserves nothing.
	 */
	const struct suffixes known = { { ",high", ",low", cma ? ",cma" : NULL,
					  NULL } };
	struct crashkernel_result out = { 0 };
	struct text value;
	uint64_t ram = ram_bytes;

	if (ram <= UINT64_MAX - SZ_128M)
		ram = (ram + SZ_128M - 1) / SZ_128M * SZ_128M;
	if (last_argument(cmdline, &known, NULL, &value)) {
		out.given = true;
		out.valid = !(memchr(value.at, ':', value.len)
				      ? evaluate_ranges(value, ram, &out)
				      : evaluate_simple(value, &out));
	}
	/* 6.1 tries ,high after a wrong plain one too; 6.7 no longer does */
	if (!out.valid && crashkernel_knows_high(version, machine) &&
	    (!out.given || version < KERNEL_VERSION_OF(6, 7)))
		evaluate_high(cmdline, &known, &out);
	if (out.valid && out.size_bytes >= ram)
		out.valid = false;
	if (!out.valid)
		out.size_bytes = 0;
	if (cma && out.valid)
		evaluate_suffix(cmdline, &known, ",cma", &out.cma_bytes);
	return out;
}
