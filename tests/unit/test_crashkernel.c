// SPDX-License-Identifier: GPL-2.0-or-later
/* crashkernel=: every syntax, hostile rows, and the kernel's evaluation. */
#include "config/crashkernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "facts/facts.h"
#include "tap.h"

#define M (UINT64_C(1) << 20)
#define G (UINT64_C(1) << 30)
#define V KERNEL_VERSION_OF

static const struct {
	const char *in, *out; /* out NULL: refused */
} syntax[] = {
	{ "256M", "256M" },
	{ "256m", "256M" },
	{ "262144K", "256M" },
	{ "1024M", "1G" },
	{ "0x10000000", "256M" },
	{ "0x100M", "256M" },
	{ "0400M", "256M" },
	{ "1", "1" },
	{ "0", "0" },
	{ "64M@16M", "64M@16M" },
	{ "256M,high", "256M,high" },
	{ "0,low", "0,low" },
	{ "72M,low", "72M,low" },
	{ "512M,cma", "512M,cma" },
	{ "2G-64G:256M,64G-:512M", "2G-64G:256M,64G-:512M" },
	{ "384M-:128M", "384M-:128M" },
	{ "1G-2G:64M,2G-:128M@16M", "1G-2G:64M,2G-:128M@16M" },
	{ "0-:1M", "0-:1M" },
	{ "2048M-:128M", "2G-:128M" },
	{ "64G-:512M,2G-64G:256M", "64G-:512M,2G-64G:256M" },
	{ "15E", "15E" },
	{ "", NULL },
	{ "M", NULL },
	{ "-1M", NULL },
	{ "+1M", NULL },
	{ "256MB", NULL },
	{ "256M ", NULL },
	{ " 256M", NULL },
	{ "256M,", NULL },
	{ "256M,HIGH", NULL },
	{ "256M,high,low", NULL },
	{ "256M,high@16M", NULL },
	{ "256M@", NULL },
	{ "256M@x", NULL },
	{ "256M@16M,high", NULL },
	{ "256M@16M@16M", NULL },
	{ "256M:1G", NULL },
	{ "1G-2G", NULL },
	{ "1G-2G:", NULL },
	{ "-2G:64M", NULL },
	{ "2G-1G:64M", NULL },
	{ "2G-2G:64M", NULL },
	{ "1G-2G:64M,", NULL },
	{ "1G-2G:64M;2G-:1M", NULL },
	{ "1G-2G:64M,2G-:x", NULL },
	{ "1G-2G:64M,high", NULL },
	{ "18446744073709551616", NULL },
	{ "16E", NULL },
	{ "0x", NULL },
	{ "08M", NULL },
	{ "$(reboot)", NULL },
	{ "256M\n", NULL },
	{ "\xff", NULL },
	{ "1-2:1,1-2:1,1-2:1,1-2:1,1-2:1,1-2:1,1-2:1,1-2:1,1-2:1,1-2:1,1-2:1,"
	  "1-2:1,1-2:1,1-2:1,1-2:1,1-2:1,1-2:1",
	  NULL },
};

static const struct {
	const char *cmdline;
	uint64_t ram;
	uint32_t version;
	const char *machine;
	bool valid;
	uint64_t size, low, cma;
	bool high;
} rows[] = {
	/* ranges pick by RAM, rounded up to 128M */
	{ "crashkernel=2G-64G:256M,64G-:512M", 8 * G, V(6, 1), "x86_64", true,
	  256 * M, 0, 0, false },
	{ "crashkernel=2G-64G:256M,64G-:512M", 2 * G - 1, V(6, 1), "x86_64",
	  true, 256 * M, 0, 0, false },
	{ "crashkernel=2G-64G:256M,64G-:512M", 2 * G - 128 * M, V(6, 1),
	  "x86_64", false, 0, 0, 0, false },
	{ "crashkernel=2G-64G:256M,64G-:512M", 64 * G - 1, V(6, 1), "x86_64",
	  true, 512 * M, 0, 0, false },
	{ "crashkernel=384M-:128M", 1536 * M, V(6, 1), "x86_64", true, 128 * M,
	  0, 0, false },
	/* the first range that matches, and only what stands before it counts
	 */
	{ "crashkernel=1G-:64M,2G-:128M", 8 * G, V(6, 1), "x86_64", true,
	  64 * M, 0, 0, false },
	{ "crashkernel=1G-:64M,junk", 8 * G, V(6, 1), "x86_64", true, 64 * M, 0,
	  0, false },
	{ "crashkernel=junk,1G-:64M", 8 * G, V(6, 1), "x86_64", false, 0, 0, 0,
	  false },
	{ "crashkernel=16G-:32G,1G-:64M", 8 * G, V(6, 1), "x86_64", false, 0, 0,
	  0, false },
	/* the last one wins */
	{ "crashkernel=64M crashkernel=128M", 8 * G, V(6, 1), "x86_64", true,
	  128 * M, 0, 0, false },
	{ "crashkernel=64M crashkernel=junk", 8 * G, V(6, 1), "x86_64", false,
	  0, 0, 0, false },
	{ "quiet crashkernel=128M panic=10", 8 * G, V(6, 1), "x86_64", true,
	  128 * M, 0, 0, false },
	/* a plain one beats ,high and ,low */
	{ "crashkernel=256M,high crashkernel=128M", 8 * G, V(6, 12), "x86_64",
	  true, 128 * M, 0, 0, false },
	{ "crashkernel=128M crashkernel=256M,high", 8 * G, V(6, 12), "x86_64",
	  true, 128 * M, 0, 0, false },
	{ "crashkernel=256M,high crashkernel=72M,low", 8 * G, V(6, 12),
	  "x86_64", true, 256 * M, 72 * M, 0, true },
	{ "crashkernel=256M,high crashkernel=0,low", 8 * G, V(6, 12), "x86_64",
	  true, 256 * M, 0, 0, true },
	{ "crashkernel=256M,high", 8 * G, V(6, 12), "x86_64", true, 256 * M, 0,
	  0, true },
	{ "crashkernel=256M,high crashkernel=x,low", 8 * G, V(6, 12), "x86_64",
	  false, 0, 0, 0, false },
	{ "crashkernel=72M,low", 8 * G, V(6, 12), "x86_64", false, 0, 0, 0,
	  false },
	/* a wrong plain one hides ,high since 6.7 */
	{ "crashkernel=junk crashkernel=256M,high", 8 * G, V(6, 1), "x86_64",
	  true, 256 * M, 0, 0, true },
	{ "crashkernel=junk crashkernel=256M,high", 8 * G, V(6, 12), "x86_64",
	  false, 0, 0, 0, false },
	/* who knows ,high */
	{ "crashkernel=256M,high", 8 * G, V(5, 18), "aarch64", false, 0, 0, 0,
	  false },
	{ "crashkernel=256M,high", 8 * G, V(5, 19), "aarch64", true, 256 * M, 0,
	  0, true },
	{ "crashkernel=256M,high", 8 * G, V(6, 12), "ppc64le", false, 0, 0, 0,
	  false },
	{ "crashkernel=256M,high", 8 * G, V(6, 12), "s390x", false, 0, 0, 0,
	  false },
	{ "crashkernel=256M,high", 8 * G, V(6, 12), "riscv64", true, 256 * M, 0,
	  0, true },
	/* ,cma: extra since 6.17, poison before */
	{ "crashkernel=128M crashkernel=256M,cma", 8 * G, V(6, 17), "x86_64",
	  true, 128 * M, 0, 256 * M, false },
	{ "crashkernel=128M crashkernel=256M,cma", 8 * G, V(6, 12), "x86_64",
	  false, 0, 0, 0, false },
	{ "crashkernel=256M,cma", 8 * G, V(6, 17), "x86_64", false, 0, 0, 0,
	  false },
	/* offsets */
	{ "crashkernel=64M@16M", 8 * G, V(6, 1), "x86_64", true, 64 * M, 0, 0,
	  false },
	{ "crashkernel=64M@16Mjunk", 8 * G, V(6, 1), "x86_64", true, 64 * M, 0,
	  0, false },
	{ "crashkernel=64M@", 8 * G, V(6, 1), "x86_64", false, 0, 0, 0, false },
	/* none, zero, too large, overflow */
	{ "quiet", 8 * G, V(6, 1), "x86_64", false, 0, 0, 0, false },
	{ "crashkernel=", 8 * G, V(6, 1), "x86_64", false, 0, 0, 0, false },
	{ "crashkernel=0", 8 * G, V(6, 1), "x86_64", false, 0, 0, 0, false },
	{ "crashkernel=8G", 8 * G, V(6, 1), "x86_64", false, 0, 0, 0, false },
	{ "crashkernel=auto", 8 * G, V(6, 1), "x86_64", false, 0, 0, 0, false },
	{ "crashkernel=99999999999999999999M", 8 * G, V(6, 1), "x86_64", false,
	  0, 0, 0, false },
	{ "crashkernel=64M", UINT64_MAX, V(6, 1), "x86_64", true, 64 * M, 0, 0,
	  false },
	/* as strstr() finds it */
	{ "foo.crashkernel=64M", 8 * G, V(6, 1), "x86_64", true, 64 * M, 0, 0,
	  false },
	{ "crashkernel =64M", 8 * G, V(6, 1), "x86_64", false, 0, 0, 0, false },
};

/* In a buffer that ends where the text ends, so that ASan sees overruns. */
static int parse_exact(const char *in, struct crashkernel *out)
{
	size_t len = strlen(in);
	char *copy = malloc(len ? len : 1);
	int err;

	memcpy(copy, in, len);
	err = crashkernel_parse((struct text){ copy, len }, out);
	free(copy);
	return err;
}

/* The shortest form that parses to the same. */
#define SIZE_TEXT_MAX 24

static int add(char *buf, size_t size, const char *text)
{
	size_t len = strlen(buf), more = strlen(text);

	if (len + more >= size)
		return -ENOSPC;
	memcpy(buf + len, text, more + 1);
	return 0;
}

static int add_size(char *buf, size_t size, uint64_t bytes)
{
	char text[SIZE_TEXT_MAX];

	crashkernel_print_size(bytes, text, sizeof(text));
	return add(buf, size, text);
}

static int print_range(const struct crashkernel_range *range, bool first,
		       char *buf, size_t size)
{
	int err = first ? 0 : add(buf, size, ",");

	if (!err)
		err = add_size(buf, size, range->start_bytes);
	if (!err)
		err = add(buf, size, "-");
	if (!err && range->end_bytes != UINT64_MAX)
		err = add_size(buf, size, range->end_bytes);
	if (!err)
		err = add(buf, size, ":");
	return err ? err : add_size(buf, size, range->size_bytes);
}

static int print(const struct crashkernel *in, char *buf, size_t size)
{
	static const char *const suffixes[] = {
		[CRASHKERNEL_SIMPLE] = "",    [CRASHKERNEL_RANGES] = "",
		[CRASHKERNEL_HIGH] = ",high", [CRASHKERNEL_LOW] = ",low",
		[CRASHKERNEL_CMA] = ",cma",
	};
	int err = 0;

	buf[0] = '\0';
	for (size_t i = 0; !err && i < in->ranges_count; i++)
		err = print_range(&in->ranges[i], i == 0, buf, size);
	if (!err && in->kind != CRASHKERNEL_RANGES)
		err = add_size(buf, size, in->size_bytes);
	if (!err)
		err = add(buf, size, suffixes[in->kind]);
	if (!err && in->have_offset)
		err = add(buf, size, "@");
	if (!err && in->have_offset)
		err = add_size(buf, size, in->offset_bytes);
	return err;
}

static void test_syntax(void)
{
	for (size_t i = 0; i < sizeof(syntax) / sizeof(*syntax); i++) {
		struct crashkernel value, again;
		char text[512] = "";
		int err = parse_exact(syntax[i].in, &value);

		if (!syntax[i].out) {
			ok(err < 0, "refused: row %zu", i);
			continue;
		}
		if (!err)
			err = print(&value, text, sizeof(text));
		if (!ok(!err && !strcmp(text, syntax[i].out), "%s",
			syntax[i].in))
			printf("# %d \"%s\"\n", err, text);
		ok(!parse_exact(text, &again) &&
			   !memcmp(&value, &again, sizeof(value)),
		   "printed, %s parses to the same", text);
	}
}

static void test_evaluate(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct crashkernel_result got =
			crashkernel_evaluate(rows[i].cmdline, rows[i].ram,
					     rows[i].version, rows[i].machine);

		if (!ok(got.valid == rows[i].valid &&
				got.size_bytes == rows[i].size &&
				(!got.valid || (got.low_bytes == rows[i].low &&
						got.high == rows[i].high)) &&
				got.cma_bytes == rows[i].cma,
			"%s on %s %u.%u", rows[i].cmdline, rows[i].machine,
			rows[i].version >> 16, rows[i].version & 0xffff))
			printf("# valid %d size %llu low %llu cma %llu high "
			       "%d\n",
			       got.valid, (unsigned long long)got.size_bytes,
			       (unsigned long long)got.low_bytes,
			       (unsigned long long)got.cma_bytes, got.high);
	}
}

int main(void)
{
	test_syntax();
	test_evaluate();
	return tap_end();
}
