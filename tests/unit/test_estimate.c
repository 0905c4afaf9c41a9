// SPDX-License-Identifier: GPL-2.0-or-later
/* The estimate's parts, and what is said of devices out of reach. */
#include "plan/estimate.h"

#include <inttypes.h>
#include <string.h>

#include "plan/reach.h"
#include "tap.h"

#define K (UINT64_C(1) << 10)
#define M (UINT64_C(1) << 20)
#define G (UINT64_C(1) << 30)

static struct config config;

static struct estimate of(uint64_t ram_bytes, uint64_t page_bytes)
{
	struct estimate_input input = {
		.images = { .have_kernel = true,
			    .kernel_bytes = 40 * M,
			    .have_initramfs = true,
			    .packed_bytes = 10 * M,
			    .unpacked_bytes = 30 * M },
		.ram_bytes = ram_bytes,
		.page_bytes = page_bytes,
		.cpus_count = 1,
	};
	struct estimate out;

	estimate(&input, &config, &out);
	return out;
}

static void bitmaps(void)
{
	static const struct {
		uint64_t ram, page, want;
	} rows[] = {
		{ 1536 * M, 4 * K, 192 * K }, { 32 * G, 4 * K, 4 * M },
		{ 64 * G, 4 * K, 8 * M },     { 512 * G, 4 * K, 8 * M },
		{ 4096 * G, 4 * K, 8 * M },   { 64 * G, 64 * K, 512 * K },
		{ 1024 * G, 64 * K, 8 * M },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		uint64_t got = of(rows[i].ram, rows[i].page).bitmap_bytes;

		if (!ok(got == rows[i].want,
			"makedumpfile's bitmaps for %" PRIu64
			" MiB in pages of %" PRIu64 " KiB",
			rows[i].ram / M, rows[i].page / K))
			printf("# %" PRIu64 " KiB\n", got / K);
	}
}

static void pages(void)
{
	struct estimate small = of(64 * G, 4 * K), middle = of(64 * G, 16 * K),
			large = of(64 * G, 64 * K);

	ok(small.userspace_bytes == 48 * M, "pages of 4 KiB: policy's amount");
	ok(middle.userspace_bytes == 48 * M + 20 * M, "16 KiB: a fifth more");
	ok(large.userspace_bytes == 48 * M + 100 * M, "64 KiB: all of it more");
	ok(large.page_structs_bytes < small.page_structs_bytes / 8,
	   "and fewer page structures");
	ok(large.total_bytes > small.total_bytes + 80 * M,
	   "in sum 64 KiB count: %" PRIu64 " and %" PRIu64 " MiB",
	   small.total_bytes / M, large.total_bytes / M);
	ok(!of(64 * G, 0).have && !of(64 * G, 1).have && !of(64 * G, G).have,
	   "without a size of pages there is no estimate");
}

/*
 * Debian 12 in a guest of 1.5 GiB: the least in which it was saved was 84 MiB
 * without tracefs and 92 MiB with it, in steps of 4.
 */
static void native(void)
{
	struct estimate_input input = {
		.images = { .have_kernel = true,
			    .kernel_bytes = 66682880,
			    .have_initramfs = true,
			    .packed_bytes = 2070000,
			    .unpacked_bytes = 6750000 },
		.ram_bytes = 1536 * M,
		.page_bytes = 4 * K,
		.cpus_count = 1,
		.is_native = true,
	};
	struct estimate without, with;

	estimate(&input, &config, &without);
	input.tracefs = true;
	estimate(&input, &config, &with);
	ok(without.total_bytes >= 84 * M &&
		   without.total_bytes <= 84 * M / 100 * 115 &&
		   without.unpack_bytes >= 84 * M,
	   "the native image without tracefs: %" PRIu64 " MiB",
	   without.total_bytes / M);
	ok(with.total_bytes >= 92 * M &&
		   with.total_bytes <= 92 * M / 100 * 115 &&
		   with.unpack_bytes >= 92 * M,
	   "and with it: %" PRIu64 " MiB", with.total_bytes / M);
	input.images.luks_bytes = 1024 * M;
	estimate(&input, &config, &without);
	ok(without.luks_bytes == 0,
	   "native opens no disk by a passphrase: Argon2 costs nothing");
	input.images.unlocks = true;
	estimate(&input, &config, &without);
	ok(without.luks_bytes == 8 * M, "its own key slot: policy's amount");
	input.is_native = false;
	estimate(&input, &config, &without);
	ok(without.luks_bytes == 1024 * M, "others open it by a passphrase");
}

/* A reservation at start, and one device of that mask; is it named? */
static bool named(uint64_t start, uint32_t bits, uint32_t coherent_bits)
{
	static struct facts facts;
	static struct setting setting;

	memset(&facts, 0, sizeof(facts));
	strcpy(setting.sentence, "why");
	facts.have_iomem = facts.pci.have = true;
	facts.iomem.crash_count = 1;
	facts.iomem.crash[0] = (struct range){ start, start + 256 * M - 1 };
	facts.pci.low_count = 2;
	for (size_t i = 0; i < 2; i++) {
		strcpy(facts.pci.low[i].address, "0000:03:00.0");
		strcpy(facts.pci.low[i].driver, "aacraid");
		facts.pci.low[i].dma_mask_bits = bits;
		facts.pci.low[i].coherent_mask_bits = coherent_bits;
	}
	plan_say_unreached(&facts, &setting);
	if (!strcmp(setting.sentence, "why"))
		return false;
	ok(!strcmp(setting.sentence,
		   "why; device 0000:03:00.0 (aacraid) and 1 more can reach "
		   "2048 MiB only, and the reservation lies above that"),
	   "%s", setting.sentence);
	return true;
}

static void reach(void)
{
	ok(named(3 * G, 31, 31), "31 bits and a reservation above 2 GiB");
	ok(named(3 * G, 64, 31), "of two masks the smaller");
	ok(!named(1 * G, 31, 31), "31 bits and one that it reaches");
	ok(!named(2 * G - M, 31, 31), "or a part of it");
	ok(!named(3 * G, 32, 32), "32 bits have memory of their own");
}

int main(void)
{
	config_init(&config);
	bitmaps();
	pages();
	native();
	reach();
	return tap_end();
}
