// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/facts_sys.h"

#include <errno.h>
#include <string.h>

#include "facts/facts_note.h"
#include "lib/macros.h"

/* The argument of this file's root_list() callbacks. */
struct listing {
	const struct root *root;
	struct facts *facts;
};

static bool is_number_with_suffix(struct text text)
{
	uint64_t number;

	if (text.len > 1 && text.at[text.len - 1] == 'k')
		text.len--;
	return text_number(text, 10, &number) == 0;
}

static void slab_name(void *arg, const char *name)
{
	struct listing *listing = arg;
	struct text text = text_of(name);

	/* dma-kmalloc-8 to -8k; a directory, or a symlink to a merged cache */
	if (text_skip(&text, "dma-kmalloc-") && is_number_with_suffix(text))
		listing->facts->slab.dma_kmalloc_caches++;
}

static void collect_slab(const struct root *root, struct facts *facts)
{
	struct listing listing = { root, facts };
	int err = root_list(root, slab_name, &listing, "sys/kernel/slab");

	facts->slab.have = err == 0;
	facts_note_unread(facts, "sys/kernel/slab", err);
}

static void collect_pools(const struct root *root, struct facts *facts)
{
	struct pool_facts *out = &facts->pools;
	static const char dir[] = "sys/kernel/debug/dma_pools";
	int err = root_read_u64(root, &out->kernel_bytes, "%s/pool_size_kernel",
				dir);

	if (err == 0)
		err = root_read_u64(root, &out->dma_bytes, "%s/pool_size_dma",
				    dir);
	if (err == 0)
		err = root_read_u64(root, &out->dma32_bytes,
				    "%s/pool_size_dma32", dir);
	out->have = err == 0;
	facts_note_unread(facts, dir, err);
}

static void collect_swiotlb(const struct root *root, struct facts *facts)
{
	struct swiotlb_facts *out = &facts->swiotlb;
	static const char dir[] = "sys/kernel/debug/swiotlb";
	int err = root_read_u64(root, &out->slabs, "%s/io_tlb_nslabs", dir);

	if (err == 0)
		err = root_read_u64(root, &out->used_slabs, "%s/io_tlb_used",
				    dir);
	out->have = err == 0;
	facts_note_unread(facts, dir, err);
	out->have_used_highest =
		root_read_u64(root, &out->used_highest_slabs,
			      "%s/io_tlb_used_hiwater", dir) == 0;
}

/* Linux 7.x keeps the files in /sys/kernel/kexec, often with links to them */
static int read_kexec(const struct root *root, const char *name, uint64_t *out)
{
	int err = root_read_u64(root, out, "sys/kernel/kexec/%s", name);

	if (err == -ENOENT || err == -ENOTDIR)
		err = root_read_u64(root, out, "sys/kernel/kexec_%s", name);
	return err;
}

static void collect_kexec(const struct root *root, struct facts *facts)
{
	struct kexec_facts *out = &facts->kexec;
	uint64_t loaded;
	int err = read_kexec(root, "crash_loaded", &loaded);

	out->have_crash_loaded = err == 0 && loaded <= 1;
	out->crash_loaded = loaded == 1;
	facts_note_unread(facts, "sys/kernel/kexec_crash_loaded", err);

	err = read_kexec(root, "crash_size", &out->crash_bytes);
	out->have_crash_bytes = err == 0;
	facts_note_unread(facts, "sys/kernel/kexec_crash_size", err);
}

static void crash_cma_line(void *arg, const struct line *line)
{
	struct facts *facts = arg;
	struct range range;

	if (facts->crash_cma_count < RANGES_MAX &&
	    iomem_range_parse(text_trim(line->text), &range) == 0)
		facts->crash_cma[facts->crash_cma_count++] = range;
}

static void collect_crash_cma(const struct root *root, struct facts *facts)
{
	int err = root_lines(root, 4096, crash_cma_line, facts,
			     "sys/kernel/kexec/crash_cma_ranges");

	if (err == -ENOENT || err == -ENOTDIR)
		err = root_lines(root, 4096, crash_cma_line, facts,
				 "sys/kernel/kexec_crash_cma_ranges");
	facts->have_crash_cma = err == 0;
	facts_note_unread(facts, "sys/kernel/kexec_crash_cma_ranges", err);
}

/* How many bytes do [start, end] and [from, to) share? */
static uint64_t shared_bytes(uint64_t start, uint64_t end, uint64_t from,
			     uint64_t to)
{
	uint64_t low = start > from ? start : from;
	uint64_t high = end < to - 1 ? end : to - 1;

	return high >= low ? high - low + 1 : 0;
}

static void memmap_entry(void *arg, const char *name)
{
	struct listing *listing = arg;
	struct memmap_facts *out = &listing->facts->memmap;
	static const char dir[] = "sys/firmware/memmap";
	char type[32];
	uint64_t start, end;
	ssize_t len = root_read(listing->root, type, sizeof(type), "%s/%s/type",
				dir, name);

	if (len < 0 ||
	    root_read_hex(listing->root, &start, "%s/%s/start", dir, name) ||
	    root_read_hex(listing->root, &end, "%s/%s/end", dir, name)) {
		out->have = false;
		return;
	}
	if (!streq(type, "System RAM\n"))
		return;
	out->ram_1m_to_16m_bytes += shared_bytes(start, end, MIB, 16 * MIB);
	out->ram_below_4g_bytes += shared_bytes(start, end, 0, 4 * GIB);
	out->ram_above_4g_bytes +=
		shared_bytes(start, end, 4 * GIB, UINT64_MAX);
}

static void collect_memmap(const struct root *root, struct facts *facts)
{
	struct listing listing = { root, facts };
	int err;

	facts->memmap.have = true;
	err = root_list(root, memmap_entry, &listing, "sys/firmware/memmap");
	if (err)
		facts->memmap.have = false;
	facts_note_unread(facts, "sys/firmware/memmap", err);
}

static void pci_device(void *arg, const char *name)
{
	struct listing *listing = arg;
	struct pci_facts *out = &listing->facts->pci;
	static const char dir[] = "sys/bus/pci/devices";
	struct pci_low low;
	uint64_t bits, coherent_bits;

	/*
	 * Without a driver the masks are the bus's default of 32 bits, which
	 * says nothing about the device.
	 */
	if (root_link_name(listing->root, low.driver, sizeof(low.driver),
			   "%s/%s/driver", dir, name) ||
	    root_read_u64(listing->root, &bits, "%s/%s/dma_mask_bits", dir,
			  name) ||
	    root_read_u64(listing->root, &coherent_bits,
			  "%s/%s/consistent_dma_mask_bits", dir, name))
		return;
	out->bound_count++;
	if ((bits >= 64 && coherent_bits >= 64) || bits > 64 ||
	    coherent_bits > 64)
		return;
	if (out->low_count == PCI_LOW_MAX) {
		out->low_left_out++;
		return;
	}
	text_copy(text_of(name), low.address, sizeof(low.address));
	low.dma_mask_bits = (uint32_t)bits;
	low.coherent_mask_bits = (uint32_t)coherent_bits;
	out->low[out->low_count++] = low;
}

/* Sort by address, so that the output does not depend on directory order. */
static void sort_pci(struct pci_facts *out)
{
	for (size_t i = 1; i < out->low_count; i++) {
		struct pci_low low = out->low[i];
		size_t at = i;

		while (at > 0 &&
		       strcmp(out->low[at - 1].address, low.address) > 0) {
			out->low[at] = out->low[at - 1];
			at--;
		}
		out->low[at] = low;
	}
}

static void collect_pci(const struct root *root, struct facts *facts)
{
	struct listing listing = { root, facts };
	int err = root_list(root, pci_device, &listing, "sys/bus/pci/devices");

	facts->pci.have = err == 0;
	facts_note_unread(facts, "sys/bus/pci/devices", err);
	sort_pci(&facts->pci);
}

/* Count the CPUs of a list such as "0-3,8". */
static int count_list(struct text list, uint32_t *count)
{
	struct text part;

	*count = 0;
	while (text_split(&list, ',', &part)) {
		struct text from;
		uint64_t first, last;

		if (!text_split(&part, '-', &from) ||
		    text_number(from, 10, &first))
			return -EINVAL;
		last = first;
		if (part.len > 0 && text_number(part, 10, &last))
			return -EINVAL;
		if (last < first || last > 65535)
			return -EINVAL;
		*count += (uint32_t)(last - first + 1);
	}
	return *count > 0 ? 0 : -EINVAL;
}

static void collect_cpus(const struct root *root, struct facts *facts)
{
	char buf[1024];
	ssize_t len = root_read(root, buf, sizeof(buf),
				"sys/devices/system/cpu/possible");

	if (len > 0 && buf[len - 1] == '\n')
		len--;
	facts->have_cpus =
		len > 0 && count_list((struct text){ buf, (size_t)len },
				      &facts->cpus_count) == 0;
}

void facts_sys_refresh(const struct root *root, struct facts *facts)
{
	collect_pools(root, facts);
	collect_swiotlb(root, facts);
}

void facts_sys_collect(const struct root *root, struct facts *facts)
{
	collect_slab(root, facts);
	facts_sys_refresh(root, facts);
	collect_kexec(root, facts);
	collect_crash_cma(root, facts);
	collect_memmap(root, facts);
	collect_pci(root, facts);
	collect_cpus(root, facts);
}
