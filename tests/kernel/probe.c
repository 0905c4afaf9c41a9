// SPDX-License-Identifier: GPL-2.0-only
/*
 * Built into the kernels of tests/kernel/ (lib/kdump_dma_probe.c there). A word
 * written to /sys/kernel/debug/kdump_dma_probe runs one set of requests; each
 * prints "probe: WORD REQUEST RESULT", where RESULT is NULL or the name of the
 * zone that the memory came from.
 */
#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/dma-map-ops.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/kthread.h>
#include <linux/timex.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include <linux/workqueue.h>

#define DMA	    (GFP_KERNEL | GFP_DMA)
#define DMA_ATOMIC  (GFP_ATOMIC | GFP_DMA)
#define DMA_ACCOUNT (GFP_KERNEL_ACCOUNT | GFP_DMA)

static const char *word;
static struct platform_device *pdev;

static void result_page(const char *request, struct page *page)
{
	pr_info("probe: %s %s %s\n", word, request,
		page ? page_zone(page)->name : "NULL");
}

static void result(const char *request, void *p)
{
	if (p == ZERO_SIZE_PTR)
		pr_info("probe: %s %s ZERO\n", word, request);
	else
		result_page(request, p ? virt_to_page(p) : NULL);
	kfree(p);
}

/* A size that the compiler cannot know. */
static noinline size_t bytes(size_t n)
{
	OPTIMIZER_HIDE_VAR(n);
	return n;
}

static noinline gfp_t flags(gfp_t gfp)
{
	OPTIMIZER_HIDE_VAR(gfp);
	return gfp;
}

/* Every kmalloc cache by a constant size: each is an inlined kmalloc(). */
static void probe_constant_sizes(void)
{
	void *p[] = {
		kmalloc(8, DMA),    kmalloc(16, DMA),	kmalloc(32, DMA),
		kmalloc(64, DMA),   kmalloc(96, DMA),	kmalloc(128, DMA),
		kmalloc(192, DMA),  kmalloc(256, DMA),	kmalloc(512, DMA),
		kmalloc(1024, DMA), kmalloc(2048, DMA), kmalloc(4096, DMA),
		kmalloc(8192, DMA),
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(p); i++)
		result("constant-each-size", p[i]);
}

static void probe_krealloc(void)
{
	char *old = kmalloc(16, GFP_KERNEL);
	char *grown;

	if (!old)
		return;
	strcpy(old, "as it was");
	grown = krealloc(old, bytes(1000), DMA);
	result_page("krealloc", grown ? virt_to_page(grown) : NULL);
	if (!grown && strcmp(old, "as it was"))
		pr_info("probe: %s krealloc-old-lost DAMAGED\n", word);
	kfree(grown ? grown : old);
	result("krealloc-null", krealloc(NULL, bytes(100), DMA));
}

/* What is called "bulk": a cache with SLAB_CACHE_DMA, one object or several. */
static void probe_cache(void)
{
	struct kmem_cache *s;
	void *p[4] = {};
	int n;

	s = kmem_cache_create("probe-dma", 72, 0, SLAB_CACHE_DMA, NULL);
	if (!s)
		return;
	p[0] = kmem_cache_alloc(s, GFP_KERNEL);
	result_page("cache", p[0] ? virt_to_page(p[0]) : NULL);
	if (p[0])
		kmem_cache_free(s, p[0]);
	n = kmem_cache_alloc_bulk(s, GFP_KERNEL, ARRAY_SIZE(p), p);
	result_page("cache-bulk", n ? virt_to_page(p[0]) : NULL);
	if (n) /* all of them or none; 7.2 says no more than that */
		kmem_cache_free_bulk(s, ARRAY_SIZE(p), p);
	kmem_cache_destroy(s);
}

static void probe_kmalloc(void)
{
	static const char text[] = "forty-one characters of text, or about so";
	struct page *page;
	size_t size;

	result("constant", kmalloc(64, DMA));
	result("constant-zero", kzalloc(64, DMA));
	result("constant-atomic", kmalloc(64, DMA_ATOMIC));
	result("constant-account", kmalloc(64, DMA_ACCOUNT));
	result("constant-flags", kmalloc(64, flags(DMA)));
	result("constant-large", kmalloc(8 * PAGE_SIZE, DMA));
	probe_constant_sizes();
	result("variable", kmalloc(bytes(200), DMA));
	result("variable-atomic", kmalloc(bytes(200), DMA_ATOMIC));
	result("variable-account", kmalloc(bytes(200), DMA_ACCOUNT));
	result("variable-large", kmalloc(bytes(5 * PAGE_SIZE), DMA));
	for (size = 8; size <= KMALLOC_MAX_CACHE_SIZE; size *= 2)
		result("variable-each-size", kmalloc(bytes(size), DMA));
	result("size-0", kmalloc(bytes(0), DMA));
	result("array", kmalloc_array(bytes(5), 24, DMA));
	result("calloc", kcalloc(bytes(5), 24, DMA));
	result("node-constant", kmalloc_node(64, DMA, 0));
	result("node-variable", kmalloc_node(bytes(200), DMA, 0));
	result("node-account", kmalloc_node(64, DMA_ACCOUNT, 0));
	probe_krealloc();
	result("track-caller-memdup", kmemdup(text, bytes(sizeof(text)), DMA));
	result("track-caller-strdup", kstrdup(text, DMA));
	result("kvmalloc", kvmalloc(bytes(200), DMA));
	probe_cache();
	page = alloc_page(DMA);
	result_page("page", page);
	if (page)
		__free_page(page);
	page = alloc_pages_node(0, DMA | __GFP_THISNODE, 0);
	result_page("page-thisnode", page);
	if (page)
		__free_page(page);
	page = alloc_pages(DMA, 5);
	result_page("pages", page);
	if (page)
		__free_pages(page, 5);
}

/*
 * A GFP_DMA failure that is not reported, then at once one that must be: all
 * blocks of the largest order are taken, and one more is asked for.
 */
static void probe_genuine(void)
{
	static struct page *page[1024];
	const gfp_t plain = 0;
	const int order = 10;
	struct page *more;
	size_t n = 0;

	page[0] = alloc_page(DMA);
	result_page("page", page[0]);
	if (page[0])
		__free_page(page[0]);
	while (n < ARRAY_SIZE(page) &&
	       (page[n] = alloc_pages(plain | __GFP_NOWARN, order)))
		n++;
	more = alloc_pages(plain, order);
	result_page("genuine", more);
	if (more)
		__free_pages(more, order);
	while (n--)
		__free_pages(page[n], order);
}

/* What 7.3 added tells a pool of decrypted memory from another. */
static struct page *from_pool(void **cpu, gfp_t gfp)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 3, 0)
	return dma_alloc_from_pool(&pdev->dev, PAGE_SIZE, cpu, gfp, 0, NULL);
#else
	return dma_alloc_from_pool(&pdev->dev, PAGE_SIZE, cpu, gfp, NULL);
#endif
}

static void pool_get_put(const char *request, gfp_t gfp)
{
	void *cpu = NULL;
	struct page *page;

	page = from_pool(&cpu, gfp);
	result_page(request, page);
	if (page && !dma_free_from_pool(&pdev->dev, cpu, PAGE_SIZE))
		pr_info("probe: %s %s NOT-FREED\n", word, request);
}

/* Atomic allocations that stay for as long as others follow: the pools grow. */
static void pool_use(size_t n)
{
	static void *cpu[96];
	size_t i;

	for (i = 0; i < min(n, ARRAY_SIZE(cpu)); i++) {
		if (!from_pool(&cpu[i], GFP_ATOMIC))
			break;
		msleep(20); /* a pool grows in a work item */
	}
	while (i--)
		dma_free_from_pool(&pdev->dev, cpu[i], PAGE_SIZE);
}

static void probe_pools(void)
{
	pool_get_put("pool", GFP_ATOMIC);
	pool_get_put("pool-dma", GFP_ATOMIC | GFP_DMA);
	pool_get_put("pool-dma32", GFP_ATOMIC | GFP_DMA32);
	pool_use(24);
}

static void result_number(const char *request, unsigned long number)
{
	pr_info("probe: %s %s %lu\n", word, request, number);
}

/* What the growth of the pools leaves of ZONE_DMA. */
static void probe_dmazone(void)
{
	struct zone *zone = &NODE_DATA(0)->node_zones[ZONE_DMA];
	struct page *page;

	result_number("managed", zone_managed_pages(zone));
	result_number("free-before", zone_page_state(zone, NR_FREE_PAGES));
	pool_use(96);
	result_number("free-after", zone_page_state(zone, NR_FREE_PAGES));
	page = alloc_page(DMA);
	result_page("page", page);
	if (page)
		__free_page(page);
}

/* Nothing below 4G: what reclaims for it, and whether it is reported. */
static void probe_dma32(void)
{
	struct page *page = alloc_page(GFP_KERNEL | GFP_DMA32);

	result_page("page-dma32", page);
	if (page)
		__free_page(page);
}

static struct completion nofail_done;

static int nofail_thread(void *unused)
{
	struct page *page = alloc_page(DMA | __GFP_NOFAIL);

	result_page("page-nofail", page);
	complete(&nofail_done);
	return 0;
}

/* A request that may not fail does not: it is still tried after a while. */
static void probe_nofail(void)
{
	init_completion(&nofail_done);
	if (IS_ERR(kthread_run(nofail_thread, NULL, "nofail")))
		return;
	if (!wait_for_completion_timeout(&nofail_done, HZ))
		pr_info("probe: %s page-nofail WAITS\n", word);
}

/*
 * What kmalloc() of a constant size and kfree() cost, the best of some runs. In
 * a guest with -icount shift=0, a cycle is an instruction.
 */
static void probe_cost(void)
{
	unsigned long best = ULONG_MAX;
	int run, i;

	for (run = 0; run < 20; run++) {
		unsigned long irq;
		cycles_t begin, end;

		local_irq_save(irq);
		begin = get_cycles();
		for (i = 0; i < 1000; i++)
			kfree(kmalloc(64, GFP_ATOMIC));
		end = get_cycles();
		local_irq_restore(irq);
		best = min_t(unsigned long, best, end - begin);
	}
	result_number("kmalloc-kfree-1000", best);
}

/* mock: lib/kdump_dma_mock.h lets kernel/dma/pool.c see encrypted memory. */
bool kdump_dma_mock_encryption;

static int __init early_mock_encryption(char *p)
{
	kdump_dma_mock_encryption = true;
	return 0;
}
early_param("kdump_dma_mock_encryption", early_mock_encryption);

static bool late_wanted __initdata;

static int __init early_late(char *p)
{
	late_wanted = true;
	return 0;
}
early_param("kdump_dma_late", early_late);

/*
 * Pages that come to ZONE_DMA after the slab allocator has started, before the
 * KUnit tests run: sixteen of the low 1M, which a capture kernel reserves.
 */
static void __init late_pages(void)
{
	unsigned long pfn;

	word = "late";
	for (pfn = 16; pfn < 32; pfn++)
		if (PageReserved(pfn_to_page(pfn)))
			free_reserved_page(pfn_to_page(pfn));
	result("constant", kmalloc(64, DMA | __GFP_NOWARN));
	result("variable", kmalloc(bytes(200), DMA | __GFP_NOWARN));
	result_page("page", alloc_page(DMA));
}

static ssize_t probe_write(struct file *file, const char __user *user,
			   size_t count, loff_t *pos)
{
	static char buf[32];
	long len =
		strncpy_from_user(buf, user, min(count + 1, sizeof(buf) - 1));

	if (len < 0)
		return len;
	buf[min_t(size_t, len, count)] = '\0';
	word = strim(buf);
	if (!strcmp(word, "genuine"))
		probe_genuine();
	else if (!strcmp(word, "pools"))
		probe_pools();
	else if (!strcmp(word, "dmazone"))
		probe_dmazone();
	else if (!strcmp(word, "dma32"))
		probe_dma32();
	else if (!strcmp(word, "nofail"))
		probe_nofail();
	else if (!strcmp(word, "cost"))
		probe_cost();
	else
		probe_kmalloc();
	pr_info("probe: %s end\n", word);
	return count;
}

static const struct file_operations probe_fops = {
	.write = probe_write,
};

static int __init probe_init(void)
{
	pdev = platform_device_register_simple("kdump-dma-probe", -1, NULL, 0);
	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	if (late_wanted)
		late_pages();
	debugfs_create_file("kdump_dma_probe", 0200, NULL, NULL, &probe_fops);
	return 0;
}
late_initcall(probe_init);
