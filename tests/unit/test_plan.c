// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The policy, row by row: machine, memory, verdict, encryption, captures and
 * images in; both settings and their reasons out. With conf/policy.conf as it
 * is shipped: a change of policy is a change here.
 */
#include "plan/plan.h"

#include <stdlib.h>
#include <string.h>

#include "config/cmdline.h"
#include "config/crashkernel.h"
#include "tap.h"

#define M (UINT64_C(1) << 20)
#define G (UINT64_C(1) << 30)
#define V KERNEL_VERSION_OF

/* Where the running kernel's reservation lies; decides what is predicted. */
enum where { NOWHERE, BELOW_4G, IN_DMA, ABOVE_4G, HIDDEN };
enum encrypted { PLAIN, ENCRYPTED, NOT_KNOWN, BOOT_PLAIN, BOOT_ENCRYPTED };

#define PAST_MAX 7

struct past {
	enum capture_outcome outcome;
	uint64_t reserved_mib, lowest_mib, start_mib, initrd_mib;
	uint64_t oom_kills;
	enum verdict dma;
	enum patched patched;
	const char *release; /* NULL: the running one */
	const char *when;    /* NULL: not known */
};

struct row {
	const char *name;
	const char *machine; /* NULL: x86_64 */
	uint32_t version;    /* 0: 6.1 */
	uint64_t ram_mib;
	enum where where;
	enum encrypted encrypted;
	const char *cmdline; /* of the production kernel */
	enum owner owner;    /* of its crashkernel= */
	const char *append;
	enum owner pool_owner;
	struct past past[PAST_MAX];   /* oldest first; reserved_mib 0 ends it */
	uint64_t allocation_failures; /* in each of them */
	uint64_t kernel_mib, packed_mib, unpacked_mib;
	bool assumed, nodes, low_device, native;
	uint64_t rehearsed_mib; /* the smallest that saved; 0: no rehearsal */
	uint64_t stand_ins;
	const char *extra; /* configuration lines */
	const char *pool;  /* want; NULL: what append holds */
	enum plan_reason pool_reason;
	const char *crashkernel; /* want; NULL: what cmdline holds */
	enum plan_reason crashkernel_reason;
};

#define DEFAULT_256  .cmdline = "crashkernel=256M", .owner = OWNER_DISTRIBUTION
#define IMAGES_SMALL .kernel_mib = 40, .packed_mib = 11, .unpacked_mib = 30
#define SAVED_256(low, start, initrd)                                          \
	{                                                                      \
		CAPTURE_SAVED, 256, low, start, initrd, 0, VERDICT_UNMANAGED,  \
			PATCHED_NO, NULL                                       \
	}
#define SAVED(reserved, low, start, initrd)                                    \
	{                                                                      \
		CAPTURE_SAVED, reserved, low, start, initrd, 0,                \
			VERDICT_UNMANAGED, PATCHED_NO, NULL                    \
	}
#define NO_DUMP(reserved)                                                      \
	{                                                                      \
		CAPTURE_NO_DUMP, reserved, 0, 0, 0, 0, VERDICT_UNKNOWN,        \
			PATCHED_UNKNOWN, NULL                                  \
	}
#define NO_DUMP_AT(reserved, date)                                             \
	{                                                                      \
		CAPTURE_NO_DUMP, reserved, 0, 0, 0, 0, VERDICT_UNKNOWN,        \
			PATCHED_UNKNOWN, NULL, date "T10:00:00Z"               \
	}
#define X86_SMALL .ram_mib = 2048, .where = BELOW_4G
#define POOL_OFF  .pool = "0", .pool_reason = PLAN_POOL_NONE_MANAGED

static const struct row rows[] = {
	/* ---- coherent_pool ---- */
	{ "x86 6.1, below 4G: none managed", X86_SMALL, DEFAULT_256, POOL_OFF,
	  .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "x86 5.10: the low 1M is given", X86_SMALL, .version = V(5, 10),
	  DEFAULT_256, .pool_reason = PLAN_POOL_MANAGED,
	  .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "x86, reservation in the DMA zone", .ram_mib = 2048, .where = IN_DMA,
	  DEFAULT_256, .pool_reason = PLAN_POOL_MANAGED,
	  .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "x86, nothing reserved: cannot tell", .ram_mib = 2048,
	  .pool_reason = PLAN_POOL_VERDICT_UNKNOWN,
	  .crashkernel = "crashkernel=192M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_TABLE },
	{ "x86, iomem hidden: cannot tell", .ram_mib = 2048, .where = HIDDEN,
	  DEFAULT_256, .pool_reason = PLAN_POOL_VERDICT_UNKNOWN,
	  .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "x86, iomem hidden, but a capture saw it", .ram_mib = 2048,
	  .where = HIDDEN, DEFAULT_256, .past = { SAVED_256(100, 120, 11) },
	  POOL_OFF, .crashkernel_reason = PLAN_CRASHKERNEL_TOLERANCE },
	{ "x86, a capture saw managed pages, against the prediction", X86_SMALL,
	  DEFAULT_256,
	  .past = { { CAPTURE_SAVED, 256, 100, 120, 11, 0, VERDICT_MANAGED,
		      PATCHED_UNKNOWN, NULL } },
	  .pool_reason = PLAN_POOL_MANAGED,
	  .crashkernel_reason = PLAN_CRASHKERNEL_TOLERANCE },
	{ "x86, a capture of another kernel line does not count", X86_SMALL,
	  DEFAULT_256,
	  .past = { { CAPTURE_SAVED, 256, 100, 120, 11, 0, VERDICT_MANAGED,
		      PATCHED_UNKNOWN, "5.10.0-1-amd64" } },
	  POOL_OFF, .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "a rehearsal lowers a default before there is a capture", X86_SMALL,
	  DEFAULT_256, POOL_OFF, .rehearsed_mib = 84,
	  .crashkernel = "crashkernel=128M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_REHEARSED },
	{ "drivers that QEMU did not have are allowed for", X86_SMALL,
	  DEFAULT_256, POOL_OFF, .rehearsed_mib = 84, .stand_ins = 1,
	  .crashkernel = "crashkernel=176M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_REHEARSED },
	{ "a capture of this kernel line outranks a rehearsal", X86_SMALL,
	  DEFAULT_256, POOL_OFF, .past = { SAVED_256(100, 120, 11) },
	  .rehearsed_mib = 84,
	  .crashkernel_reason = PLAN_CRASHKERNEL_TOLERANCE },
	{ "x86, encrypted: the pool stays", X86_SMALL, .encrypted = ENCRYPTED,
	  DEFAULT_256, .pool_reason = PLAN_POOL_ENCRYPTED,
	  .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "x86, encrypted, 4M inherited: bounded", X86_SMALL,
	  .encrypted = ENCRYPTED,
	  .cmdline = "crashkernel=256M coherent_pool=4M",
	  .owner = OWNER_DISTRIBUTION, .pool = "1M",
	  .pool_reason = PLAN_POOL_BOUNDED,
	  .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "x86, encryption not known: nothing", X86_SMALL,
	  .encrypted = NOT_KNOWN, DEFAULT_256,
	  .pool_reason = PLAN_POOL_ENCRYPTION_UNKNOWN,
	  .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "x86, the log has gone, but this boot was plain", X86_SMALL,
	  .encrypted = BOOT_PLAIN, DEFAULT_256, POOL_OFF,
	  .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "x86, the log has gone, but this boot was encrypted", X86_SMALL,
	  .encrypted = BOOT_ENCRYPTED, DEFAULT_256,
	  .pool_reason = PLAN_POOL_ENCRYPTED,
	  .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "x86, encrypted since, our 0 goes", X86_SMALL, .encrypted = ENCRYPTED,
	  DEFAULT_256, .append = "a coherent_pool=0", .pool_owner = OWNER_OURS,
	  .pool = "", .pool_reason = PLAN_POOL_ENCRYPTED,
	  .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "x86, our 0 is in force", X86_SMALL, DEFAULT_256,
	  .append = "a coherent_pool=0", .pool_owner = OWNER_OURS, POOL_OFF,
	  .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "x86, 4M inherited, none managed", X86_SMALL,
	  .cmdline = "crashkernel=256M coherent_pool=4M",
	  .owner = OWNER_DISTRIBUTION, POOL_OFF,
	  .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "x86, 4M inherited, managed: bounded", .ram_mib = 2048,
	  .where = IN_DMA, .cmdline = "crashkernel=256M coherent_pool=4M",
	  .owner = OWNER_DISTRIBUTION, .pool = "1M",
	  .pool_reason = PLAN_POOL_BOUNDED,
	  .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "x86, 512K inherited, managed: small enough", .ram_mib = 2048,
	  .where = IN_DMA, .cmdline = "crashkernel=256M coherent_pool=512K",
	  .owner = OWNER_DISTRIBUTION, .pool_reason = PLAN_POOL_MANAGED,
	  .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "x86, garbage inherited, managed", .ram_mib = 2048, .where = IN_DMA,
	  .cmdline = "crashkernel=256M coherent_pool=lots",
	  .owner = OWNER_DISTRIBUTION, .pool_reason = PLAN_POOL_MANAGED,
	  .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "x86, an administrator's pool", X86_SMALL, DEFAULT_256,
	  .append = "coherent_pool=2M", .pool_owner = OWNER_ADMINISTRATOR,
	  .pool_reason = PLAN_ADMINISTRATOR,
	  .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "x86, an administrator's pool, told to manage it", X86_SMALL,
	  DEFAULT_256, .append = "coherent_pool=2M",
	  .pool_owner = OWNER_ADMINISTRATOR,
	  .extra = "manage_coherent_pool = always\n", POOL_OFF,
	  .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "x86, told not to manage the pool", X86_SMALL, DEFAULT_256,
	  .extra = "manage_coherent_pool = never\n",
	  .pool_reason = PLAN_NOT_MANAGED,
	  .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "x86, all above 4G", .ram_mib = 16384, .where = ABOVE_4G,
	  .cmdline = "crashkernel=256M,high", .owner = OWNER_ADMINISTRATOR,
	  POOL_OFF, .crashkernel_reason = PLAN_ADMINISTRATOR },
	{ "x86, patched kernel seen", X86_SMALL, DEFAULT_256,
	  .past = { { CAPTURE_SAVED, 256, 100, 120, 11, 0, VERDICT_UNMANAGED,
		      PATCHED_YES, NULL } },
	  POOL_OFF, .crashkernel_reason = PLAN_CRASHKERNEL_TOLERANCE },
	{ "arm64: the pool stays", .machine = "aarch64", .version = V(6, 12),
	  .ram_mib = 8192, .where = BELOW_4G, DEFAULT_256,
	  .pool_reason = PLAN_POOL_REMAP, .crashkernel = "crashkernel=320M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_TABLE },
	{ "arm64, 16M inherited: bounded", .machine = "aarch64",
	  .version = V(6, 12), .ram_mib = 8192, .where = BELOW_4G,
	  .cmdline = "crashkernel=256M coherent_pool=16M",
	  .owner = OWNER_DISTRIBUTION, .pool = "1M",
	  .pool_reason = PLAN_POOL_BOUNDED, .crashkernel = "crashkernel=320M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_TABLE },
	{ "arm64, limit raised by policy", .machine = "aarch64",
	  .version = V(6, 12), .ram_mib = 8192, .where = BELOW_4G,
	  .cmdline = "crashkernel=256M coherent_pool=16M",
	  .owner = OWNER_DISTRIBUTION, .extra = "coherent_pool_limit = 16M\n",
	  .pool_reason = PLAN_POOL_REMAP, .crashkernel = "crashkernel=320M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_TABLE },
	{ "riscv: the pool stays", .machine = "riscv64", .version = V(6, 12),
	  .ram_mib = 8192, .where = BELOW_4G, DEFAULT_256,
	  .pool_reason = PLAN_POOL_REMAP, .crashkernel = "crashkernel=320M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_TABLE },
	{ "s390x has no pool", .machine = "s390x", .version = V(7, 2),
	  .ram_mib = 8192, .where = BELOW_4G, DEFAULT_256,
	  .pool_reason = PLAN_POOL_NOT_HERE,
	  .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "s390x from 7.3 on may need it", .machine = "s390x",
	  .version = V(7, 3), .ram_mib = 8192, .where = BELOW_4G, DEFAULT_256,
	  .pool_reason = PLAN_POOL_ENCRYPTED,
	  .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "ppc64le has no pool", .machine = "ppc64le", .ram_mib = 8192,
	  .where = BELOW_4G, DEFAULT_256, .pool_reason = PLAN_POOL_NOT_HERE,
	  .crashkernel = "crashkernel=512M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_TABLE },

	/* ---- crashkernel: nothing set, nothing known but memory ---- */
	{ "table: 1 GiB", .ram_mib = 1024,
	  .pool_reason = PLAN_POOL_VERDICT_UNKNOWN,
	  .crashkernel = "crashkernel=192M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_TABLE },
	{ "table: 4 GiB", .ram_mib = 4096,
	  .pool_reason = PLAN_POOL_VERDICT_UNKNOWN,
	  .crashkernel = "crashkernel=256M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_TABLE },
	{ "table: 4 GiB less what firmware keeps", .ram_mib = 4000,
	  .pool_reason = PLAN_POOL_VERDICT_UNKNOWN,
	  .crashkernel = "crashkernel=256M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_TABLE },
	{ "table: 512 GiB", .ram_mib = 524288,
	  .pool_reason = PLAN_POOL_VERDICT_UNKNOWN,
	  .crashkernel = "crashkernel=512M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_TABLE },
	{ "table: a VM of 512 MiB", .ram_mib = 512,
	  .pool_reason = PLAN_POOL_VERDICT_UNKNOWN,
	  .crashkernel = "crashkernel=128M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_TABLE },
	{ "table: a VM of 512 MiB, of which firmware keeps some",
	  .ram_mib = 490, .pool_reason = PLAN_POOL_VERDICT_UNKNOWN,
	  .crashkernel = "crashkernel=128M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_TABLE },
	{ "table: too little memory", .ram_mib = 384,
	  .pool_reason = PLAN_POOL_VERDICT_UNKNOWN,
	  .crashkernel_reason = PLAN_CRASHKERNEL_TOO_SMALL },
	{ "table: arm64, too little memory", .machine = "aarch64",
	  .ram_mib = 1024, .pool_reason = PLAN_POOL_REMAP,
	  .crashkernel_reason = PLAN_CRASHKERNEL_TOO_SMALL },
	{ "table: arm64", .machine = "aarch64", .ram_mib = 16384,
	  .pool_reason = PLAN_POOL_REMAP, .crashkernel = "crashkernel=320M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_TABLE },
	{ "table: ppc64le", .machine = "ppc64le", .ram_mib = 32768,
	  .pool_reason = PLAN_POOL_NOT_HERE, .crashkernel = "crashkernel=1024M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_TABLE },
	{ "table: s390x", .machine = "s390x", .ram_mib = 4096,
	  .pool_reason = PLAN_POOL_NOT_HERE, .crashkernel = "crashkernel=256M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_TABLE },
	{ "table: an unknown machine", .machine = "m68k", .ram_mib = 4096,
	  .pool_reason = PLAN_POOL_NOT_HERE,
	  .crashkernel_reason = PLAN_CRASHKERNEL_UNKNOWN },
	{ "table: ours", .ram_mib = 4096,
	  .extra = "crashkernel_x86_64 = 1G-:320M\n",
	  .pool_reason = PLAN_POOL_VERDICT_UNKNOWN,
	  .crashkernel = "crashkernel=320M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_TABLE },

	/* ---- crashkernel: an estimate ---- */
	{ "estimate: raises what is too small", X86_SMALL,
	  .cmdline = "crashkernel=384M-:128M", .owner = OWNER_DISTRIBUTION,
	  IMAGES_SMALL, POOL_OFF, .crashkernel = "crashkernel=192M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_TABLE },
	{ "estimate: never lowers", X86_SMALL, DEFAULT_256, IMAGES_SMALL,
	  POOL_OFF, .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "estimate: the native image has no systemd", .ram_mib = 512,
	  .native = true, .kernel_mib = 64, .packed_mib = 2, .unpacked_mib = 7,
	  .pool_reason = PLAN_POOL_VERDICT_UNKNOWN,
	  .crashkernel = "crashkernel=144M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_ESTIMATED },
	{ "estimate: where nothing is set", .ram_mib = 2048, IMAGES_SMALL,
	  .pool_reason = PLAN_POOL_VERDICT_UNKNOWN,
	  .crashkernel = "crashkernel=192M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_TABLE },
	{ "estimate: a large image", X86_SMALL, DEFAULT_256, .kernel_mib = 60,
	  .packed_mib = 60, .unpacked_mib = 150, POOL_OFF,
	  .crashkernel = "crashkernel=464M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_ESTIMATED },
	{ "estimate: unpacked size assumed", X86_SMALL, DEFAULT_256,
	  .kernel_mib = 40, .packed_mib = 50, .unpacked_mib = 200,
	  .assumed = true, POOL_OFF, .crashkernel = "crashkernel=352M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_ESTIMATED },
	{ "estimate: memory encryption takes swiotlb and more", X86_SMALL,
	  .encrypted = ENCRYPTED, .cmdline = "crashkernel=192M",
	  .owner = OWNER_DISTRIBUTION, IMAGES_SMALL,
	  .pool_reason = PLAN_POOL_ENCRYPTED, .crashkernel = "crashkernel=368M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_ESTIMATED },
	{ "estimate: several nodes and memory above 4G take swiotlb",
	  .ram_mib = 16384, .where = BELOW_4G, .nodes = true,
	  .cmdline = "crashkernel=160M", .owner = OWNER_DISTRIBUTION,
	  IMAGES_SMALL, POOL_OFF, .crashkernel = "crashkernel=288M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_ESTIMATED },
	{ "estimate: one node does not", .ram_mib = 16384, .where = BELOW_4G,
	  .cmdline = "crashkernel=160M", .owner = OWNER_DISTRIBUTION,
	  IMAGES_SMALL, POOL_OFF, .crashkernel = "crashkernel=256M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_TABLE },
	{ "estimate: a small machine keeps its memory", .ram_mib = 512,
	  .where = BELOW_4G, .cmdline = "crashkernel=128M",
	  .owner = OWNER_DISTRIBUTION, .kernel_mib = 60, .packed_mib = 40,
	  .unpacked_mib = 100, POOL_OFF,
	  .crashkernel_reason = PLAN_CRASHKERNEL_RAM_SHARE },

	/* ---- crashkernel: measured ---- */
	{ "measured: lowers", X86_SMALL, DEFAULT_256, IMAGES_SMALL,
	  .past = { SAVED_256(150, 160, 11) }, POOL_OFF,
	  .crashkernel = "crashkernel=224M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_MEASURED },
	{ "measured: unpacking was the peak", X86_SMALL, DEFAULT_256,
	  .past = { SAVED_256(150, 150, 40) }, POOL_OFF,
	  .crashkernel_reason = PLAN_CRASHKERNEL_TOLERANCE },
	{ "measured: the worst of three counts", X86_SMALL, DEFAULT_256,
	  .past = { SAVED_256(150, 160, 11), SAVED_256(100, 160, 11),
		    SAVED_256(150, 160, 11) },
	  POOL_OFF, .crashkernel = "crashkernel=224M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_MEASURED },
	{ "measured: the image has grown", X86_SMALL, DEFAULT_256,
	  .kernel_mib = 40, .packed_mib = 21, .unpacked_mib = 50,
	  .past = { SAVED_256(150, 160, 11) }, POOL_OFF,
	  .crashkernel_reason = PLAN_CRASHKERNEL_TOLERANCE },
	{ "measured: not below what unpacking takes", X86_SMALL, DEFAULT_256,
	  .kernel_mib = 60, .packed_mib = 30, .unpacked_mib = 70,
	  .past = { SAVED_256(190, 200, 30) }, POOL_OFF,
	  .crashkernel = "crashkernel=208M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_UNPACK },
	{ "measured: it was unpacked in less than is computed", X86_SMALL,
	  .cmdline = "crashkernel=160M", .owner = OWNER_OURS, .kernel_mib = 60,
	  .packed_mib = 30, .unpacked_mib = 70,
	  .past = { SAVED(160, 60, 90, 30), SAVED(160, 50, 90, 30),
		    SAVED(160, 55, 90, 30) },
	  POOL_OFF, .crashkernel_reason = PLAN_CRASHKERNEL_TOLERANCE },
	{ "measured: it was, but was smaller then", X86_SMALL,
	  .cmdline = "crashkernel=160M", .owner = OWNER_OURS, .kernel_mib = 60,
	  .packed_mib = 30, .unpacked_mib = 70,
	  .past = { SAVED(160, 60, 90, 29) }, POOL_OFF,
	  .crashkernel = "crashkernel=208M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_UNPACK },
	{ "measured: not below the minimum", X86_SMALL, DEFAULT_256,
	  .past = { SAVED_256(220, 225, 5) }, POOL_OFF,
	  .crashkernel = "crashkernel=96M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_MEASURED },
	{ "measured: close enough above", X86_SMALL,
	  .cmdline = "crashkernel=224M", .owner = OWNER_OURS,
	  .past = { SAVED_256(100, 120, 11) }, POOL_OFF,
	  .crashkernel_reason = PLAN_CRASHKERNEL_TOLERANCE },
	{ "measured: exactly that", X86_SMALL, .cmdline = "crashkernel=208M",
	  .owner = OWNER_OURS, .past = { SAVED_256(100, 120, 11) }, POOL_OFF,
	  .crashkernel_reason = PLAN_CRASHKERNEL_TOLERANCE },
	{ "measured: a little below, margin left", X86_SMALL,
	  .cmdline = "crashkernel=192M", .owner = OWNER_OURS,
	  .past = { SAVED_256(100, 120, 11) }, POOL_OFF,
	  .crashkernel = "crashkernel=224M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_MEASURED },
	{ "measured: a little below, no margin left", X86_SMALL,
	  .cmdline = "crashkernel=176M", .owner = OWNER_OURS,
	  .past = { SAVED_256(100, 120, 11) }, POOL_OFF,
	  .crashkernel = "crashkernel=224M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_MEASURED },
	{ "measured: a failed dump measures nothing", X86_SMALL, DEFAULT_256,
	  .past = { { CAPTURE_FAILED, 256, 150, 160, 11, 0, VERDICT_UNMANAGED,
		      PATCHED_NO, NULL } },
	  POOL_OFF, .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "measured: margin by policy", X86_SMALL, DEFAULT_256,
	  .past = { SAVED_256(150, 160, 11) }, .extra = "margin_percent = 50\n",
	  POOL_OFF, .crashkernel = "crashkernel=224M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_MEASURED },
	{ "measured: an administrator's value stays", X86_SMALL,
	  .cmdline = "crashkernel=300M", .owner = OWNER_ADMINISTRATOR,
	  .past = { SAVED_256(150, 160, 11) }, POOL_OFF,
	  .crashkernel_reason = PLAN_ADMINISTRATOR },
	{ "measured: told to manage an administrator's value", X86_SMALL,
	  .cmdline = "crashkernel=300M", .owner = OWNER_ADMINISTRATOR,
	  .past = { SAVED_256(150, 160, 11) },
	  .extra = "manage_crashkernel = always\n", POOL_OFF,
	  .crashkernel = "crashkernel=224M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_MEASURED },
	{ "measured: told not to", X86_SMALL, DEFAULT_256,
	  .past = { SAVED_256(150, 160, 11) },
	  .extra = "manage_crashkernel = never\n", POOL_OFF,
	  .crashkernel_reason = PLAN_NOT_MANAGED },
	{ "measured: ours, set by hand since", X86_SMALL,
	  .cmdline = "crashkernel=144M crashkernel=300M",
	  .owner = OWNER_ADMINISTRATOR, .past = { SAVED_256(150, 160, 11) },
	  POOL_OFF, .crashkernel_reason = PLAN_ADMINISTRATOR },

	/* ---- crashkernel: it failed ---- */
	{ "ran out: half as much again", X86_SMALL, DEFAULT_256,
	  .past = { { CAPTURE_FAILED, 256, 5, 120, 11, 2, VERDICT_UNMANAGED,
		      PATCHED_NO, NULL } },
	  POOL_OFF, .crashkernel = "crashkernel=384M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_RAN_OUT },
	{ "ran out, and was saved all the same", X86_SMALL, DEFAULT_256,
	  .past = { { CAPTURE_SAVED, 256, 5, 120, 11, 1, VERDICT_UNMANAGED,
		      PATCHED_NO, NULL } },
	  POOL_OFF, .crashkernel = "crashkernel=384M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_RAN_OUT },
	{ "ran out, raised already", X86_SMALL, .cmdline = "crashkernel=384M",
	  .owner = OWNER_OURS,
	  .past = { { CAPTURE_FAILED, 256, 5, 120, 11, 2, VERDICT_UNMANAGED,
		      PATCHED_NO, NULL } },
	  POOL_OFF, .crashkernel_reason = PLAN_CRASHKERNEL_TOLERANCE },
	{ "ran out once, saved since: not smaller than that again", X86_SMALL,
	  .cmdline = "crashkernel=384M", .owner = OWNER_OURS,
	  .past = { { CAPTURE_FAILED, 256, 5, 120, 11, 2, VERDICT_UNMANAGED,
		      PATCHED_NO, NULL },
		    { CAPTURE_SAVED, 384, 284, 290, 11, 0, VERDICT_UNMANAGED,
		      PATCHED_NO, NULL } },
	  POOL_OFF, .crashkernel_reason = PLAN_CRASHKERNEL_TOLERANCE },
	{ "starved: half as much again", X86_SMALL, DEFAULT_256,
	  .past = { { CAPTURE_FAILED, 256, 23, 120, 11, 0, VERDICT_UNMANAGED,
		      PATCHED_NO, NULL } },
	  .allocation_failures = 1, POOL_OFF, .crashkernel = "crashkernel=384M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_RAN_OUT },
	{ "starved once, saved since: not smaller than that again", X86_SMALL,
	  .cmdline = "crashkernel=384M", .owner = OWNER_OURS,
	  .past = { { CAPTURE_FAILED, 256, 23, 120, 11, 0, VERDICT_UNMANAGED,
		      PATCHED_NO, NULL },
		    { CAPTURE_SAVED, 384, 284, 290, 11, 0, VERDICT_UNMANAGED,
		      PATCHED_NO, NULL } },
	  .allocation_failures = 1, POOL_OFF,
	  .crashkernel_reason = PLAN_CRASHKERNEL_TOLERANCE },
	{ "failed with memory left: it was not that", X86_SMALL, DEFAULT_256,
	  .past = { { CAPTURE_FAILED, 256, 24, 120, 11, 0, VERDICT_UNMANAGED,
		      PATCHED_NO, NULL } },
	  .allocation_failures = 1, POOL_OFF,
	  .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "failed with little left, but no allocation did", X86_SMALL,
	  DEFAULT_256,
	  .past = { { CAPTURE_FAILED, 256, 5, 120, 11, 0, VERDICT_UNMANAGED,
		      PATCHED_NO, NULL } },
	  POOL_OFF, .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "no dump: half as much again", X86_SMALL, DEFAULT_256,
	  .past = { { CAPTURE_NO_DUMP, 256, 0, 0, 0, 0, VERDICT_UNKNOWN,
		      PATCHED_UNKNOWN, NULL } },
	  POOL_OFF, .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "no dump, raised already", X86_SMALL, .cmdline = "crashkernel=400M",
	  .owner = OWNER_OURS,
	  .past = { { CAPTURE_NO_DUMP, 256, 0, 0, 0, 0, VERDICT_UNKNOWN,
		      PATCHED_UNKNOWN, NULL } },
	  POOL_OFF, .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "no dump, twice: raised once", X86_SMALL,
	  .cmdline = "crashkernel=384M", .owner = OWNER_OURS,
	  .past = { SAVED_256(100, 120, 11),
		    { CAPTURE_NO_DUMP, 256, 0, 0, 0, 0, VERDICT_UNKNOWN,
		      PATCHED_UNKNOWN, NULL },
		    { CAPTURE_NO_DUMP, 384, 0, 0, 0, 0, VERDICT_UNKNOWN,
		      PATCHED_UNKNOWN, NULL } },
	  POOL_OFF, .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "no dump, seven times: raised once", X86_SMALL,
	  .cmdline = "crashkernel=384M", .owner = OWNER_OURS,
	  .past = { NO_DUMP(256), NO_DUMP(384), NO_DUMP(384), NO_DUMP(384),
		    NO_DUMP(384), NO_DUMP(384), NO_DUMP(384) },
	  POOL_OFF, .crashkernel_reason = PLAN_CRASHKERNEL_LIMIT },
	{ "no dump, but more than a third of memory", .ram_mib = 1024,
	  .where = BELOW_4G, DEFAULT_256,
	  .past = { { CAPTURE_NO_DUMP, 256, 0, 0, 0, 0, VERDICT_UNKNOWN,
		      PATCHED_UNKNOWN, NULL } },
	  POOL_OFF, .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "no dump with another kernel line", X86_SMALL, DEFAULT_256,
	  .past = { { CAPTURE_NO_DUMP, 256, 0, 0, 0, 0, VERDICT_UNKNOWN,
		      PATCHED_UNKNOWN, "6.12.1-amd64" } },
	  POOL_OFF, .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },

	{ "bound: what ran out once is not planned again by later peaks",
	  X86_SMALL, .cmdline = "crashkernel=384M", .owner = OWNER_OURS,
	  .past = { { CAPTURE_FAILED, 256, 5, 120, 11, 2, VERDICT_UNMANAGED,
		      PATCHED_NO, NULL },
		    SAVED(384, 284, 290, 11),
		    SAVED(384, 284, 290, 11),
		    SAVED(384, 284, 290, 11),
		    SAVED(384, 284, 290, 11),
		    SAVED(384, 284, 290, 11) },
	  POOL_OFF, .crashkernel_reason = PLAN_CRASHKERNEL_TOLERANCE },
	{ "bound: half of the raise where a dump was saved in that size",
	  .ram_mib = 8192, .where = BELOW_4G, DEFAULT_256,
	  .past = { SAVED_256(100, 120, 11),
		    { CAPTURE_FAILED, 256, 5, 120, 11, 2, VERDICT_UNMANAGED,
		      PATCHED_NO, NULL } },
	  POOL_OFF, .crashkernel = "crashkernel=320M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_RAN_OUT },
	{ "bound: a second crash that left nothing asks for more",
	  .ram_mib = 8192, .where = BELOW_4G, DEFAULT_256,
	  .past = { NO_DUMP(256), NO_DUMP(256) }, POOL_OFF,
	  .crashkernel = "crashkernel=384M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_NO_DUMP },
	{ "bound: two that left nothing, years apart, are power cuts",
	  .ram_mib = 8192, .where = BELOW_4G, DEFAULT_256,
	  .past = { NO_DUMP_AT(256, "2023-11-01"),
		    NO_DUMP_AT(256, "2026-11-01") },
	  POOL_OFF, .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "bound: two in a year are none, however long ago", .ram_mib = 8192,
	  .where = BELOW_4G, DEFAULT_256,
	  .past = { NO_DUMP_AT(256, "2021-11-01"),
		    NO_DUMP_AT(256, "2022-03-01"),
		    NO_DUMP_AT(256, "2026-11-01") },
	  POOL_OFF, .crashkernel = "crashkernel=384M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_NO_DUMP },
	{ "bound: and at the raised size two more ask for more again",
	  .ram_mib = 8192, .where = BELOW_4G, .cmdline = "crashkernel=320M",
	  .owner = OWNER_OURS,
	  .past = { NO_DUMP(208), NO_DUMP(208), NO_DUMP(320), NO_DUMP(320) },
	  POOL_OFF, .crashkernel = "crashkernel=480M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_NO_DUMP },
	{ "bound: of another kernel line is none", X86_SMALL,
	  .cmdline = "crashkernel=192M", .owner = OWNER_OURS,
	  .past = { { CAPTURE_FAILED, 256, 5, 120, 11, 2, VERDICT_UNMANAGED,
		      PATCHED_NO, "6.12.1-amd64" } },
	  POOL_OFF, .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "bound: of a much larger image is none", X86_SMALL,
	  .cmdline = "crashkernel=192M", .owner = OWNER_OURS, IMAGES_SMALL,
	  .past = { { CAPTURE_FAILED, 256, 5, 60, 60, 2, VERDICT_UNMANAGED,
		      PATCHED_NO, NULL } },
	  POOL_OFF, .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "limit: growth ends, and more is no cure", X86_SMALL,
	  .cmdline = "crashkernel=384M", .owner = OWNER_OURS,
	  .past = { { CAPTURE_FAILED, 256, 5, 120, 11, 2, VERDICT_UNMANAGED,
		      PATCHED_NO, NULL },
		    { CAPTURE_FAILED, 384, 5, 120, 11, 2, VERDICT_UNMANAGED,
		      PATCHED_NO, NULL } },
	  POOL_OFF, .crashkernel_reason = PLAN_CRASHKERNEL_LIMIT },
	{ "share: a raise is cut to it", .ram_mib = 1024, .where = BELOW_4G,
	  DEFAULT_256, .past = { NO_DUMP(256), NO_DUMP(256) }, POOL_OFF,
	  .crashkernel = "crashkernel=336M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_RAM_SHARE },
	{ "settled: nothing is lowered for a few MiB", X86_SMALL,
	  .cmdline = "crashkernel=256M", .owner = OWNER_OURS,
	  .extra = "settled = 3\n",
	  .past = { SAVED_256(150, 160, 11), SAVED_256(150, 160, 11),
		    SAVED_256(150, 160, 11) },
	  POOL_OFF, .crashkernel_reason = PLAN_CRASHKERNEL_SETTLED },
	{ "settled: an image that shrank lowers nothing", X86_SMALL,
	  .cmdline = "crashkernel=256M", .owner = OWNER_OURS, IMAGES_SMALL,
	  .extra = "settled = 3\n",
	  .past = { SAVED_256(90, 100, 60), SAVED_256(90, 100, 60),
		    SAVED_256(150, 160, 11) },
	  POOL_OFF, .crashkernel_reason = PLAN_CRASHKERNEL_SETTLED },
	{ "settled: never where crashes left nothing", .ram_mib = 8192,
	  .where = BELOW_4G, .cmdline = "crashkernel=384M", .owner = OWNER_OURS,
	  .extra = "settled = 4\n",
	  .past = { NO_DUMP(384), NO_DUMP(384), SAVED(384, 100, 110, 11),
		    SAVED(384, 100, 110, 11) },
	  POOL_OFF, .crashkernel = "crashkernel=480M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_NO_DUMP },
	{ "settled: but a loss raises", .ram_mib = 8192, .where = BELOW_4G,
	  .cmdline = "crashkernel=256M", .owner = OWNER_OURS,
	  .extra = "settled = 3\n",
	  .past = { SAVED_256(150, 160, 11),
		    SAVED_256(150, 160, 11),
		    SAVED_256(150, 160, 11),
		    { CAPTURE_FAILED, 256, 5, 120, 11, 2, VERDICT_UNMANAGED,
		      PATCHED_NO, NULL } },
	  POOL_OFF, .crashkernel = "crashkernel=320M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_RAN_OUT },
	{ "others: a new kernel line keeps what the last one had", X86_SMALL,
	  .cmdline = "crashkernel=160M", .owner = OWNER_OURS,
	  .past = { { CAPTURE_SAVED, 256, 150, 160, 11, 0, VERDICT_UNMANAGED,
		      PATCHED_NO, "6.12.1-amd64" } },
	  POOL_OFF, .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },

	/* ---- crashkernel: its forms ---- */
	{ "high stays high, low by what needs it", .ram_mib = 65536,
	  .where = ABOVE_4G, .low_device = true, .version = V(6, 12),
	  .cmdline = "crashkernel=512M,high", .owner = OWNER_DISTRIBUTION,
	  .past = { { CAPTURE_SAVED, 768, 600, 610, 11, 0, VERDICT_UNMANAGED,
		      PATCHED_NO, NULL } },
	  POOL_OFF, .crashkernel = "crashkernel=272M,high crashkernel=80M,low",
	  .crashkernel_reason = PLAN_CRASHKERNEL_MEASURED },
	{ "high without an estimate: its part holds policy's minimum",
	  .ram_mib = 8192, .where = ABOVE_4G, .low_device = true,
	  .cmdline = "crashkernel=256M", .owner = OWNER_ADMINISTRATOR,
	  .extra = "manage_crashkernel = always\n",
	  .past = { SAVED_256(162, 175, 11) }, POOL_OFF,
	  .crashkernel = "crashkernel=112M,high crashkernel=80M,low",
	  .crashkernel_reason = PLAN_CRASHKERNEL_MEASURED },
	{ "high with too small a part is no close enough", .ram_mib = 8192,
	  .where = ABOVE_4G, .low_device = true, .owner = OWNER_OURS,
	  .cmdline = "crashkernel=48M,high crashkernel=80M,low",
	  .past = { SAVED_256(162, 175, 11) }, POOL_OFF,
	  .crashkernel = "crashkernel=96M,high crashkernel=80M,low",
	  .crashkernel_reason = PLAN_CRASHKERNEL_MEASURED },
	{ "arm64 high, nothing needs low", .machine = "aarch64",
	  .ram_mib = 65536, .where = ABOVE_4G, .version = V(6, 12),
	  .cmdline = "crashkernel=512M,high", .owner = OWNER_DISTRIBUTION,
	  .past = { { CAPTURE_SAVED, 768, 600, 610, 11, 0, VERDICT_MANAGED,
		      PATCHED_UNKNOWN, NULL } },
	  .pool_reason = PLAN_POOL_REMAP,
	  .crashkernel = "crashkernel=352M,high crashkernel=0M,low",
	  .crashkernel_reason = PLAN_CRASHKERNEL_MEASURED },
	{ "the kernel fell back to high: both parts are written",
	  .ram_mib = 65536, .where = ABOVE_4G, .low_device = true,
	  .cmdline = "crashkernel=512M", .owner = OWNER_DISTRIBUTION,
	  .past = { { CAPTURE_SAVED, 768, 600, 610, 11, 0, VERDICT_UNMANAGED,
		      PATCHED_NO, NULL } },
	  POOL_OFF, .crashkernel = "crashkernel=272M,high crashkernel=80M,low",
	  .crashkernel_reason = PLAN_CRASHKERNEL_MEASURED },
	{ "a part from CMA is not planned again", .ram_mib = 65536,
	  .where = BELOW_4G, .version = V(7, 2), .owner = OWNER_OURS,
	  .cmdline = "crashkernel=112M crashkernel=192M,cma", IMAGES_SMALL,
	  .past = { SAVED_256(20, 60, 11) }, POOL_OFF,
	  .crashkernel = "crashkernel=336M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_MEASURED },
	{ "a value that the kernel refuses counts as none", .ram_mib = 2048,
	  .cmdline = "crashkernel=auto", .owner = OWNER_DISTRIBUTION,
	  .pool_reason = PLAN_POOL_VERDICT_UNKNOWN,
	  .crashkernel = "crashkernel=192M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_TABLE },
	{ "auto of RHEL 8, which reserved", X86_SMALL, .version = V(4, 18),
	  .cmdline = "crashkernel=auto", .owner = OWNER_DISTRIBUTION,
	  .pool_reason = PLAN_POOL_MANAGED, .crashkernel = "crashkernel=auto",
	  .crashkernel_reason = PLAN_CRASHKERNEL_ENOUGH },
	{ "auto of RHEL 8, after a capture", X86_SMALL, .version = V(4, 18),
	  .cmdline = "crashkernel=auto", .owner = OWNER_DISTRIBUTION,
	  .past = { SAVED_256(150, 160, 11) }, POOL_OFF,
	  .crashkernel = "crashkernel=224M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_MEASURED },
	{ "ranges of the distribution are replaced by a size", X86_SMALL,
	  .cmdline = "crashkernel=2G-64G:256M,64G-:512M",
	  .owner = OWNER_DISTRIBUTION, .past = { SAVED_256(150, 160, 11) },
	  POOL_OFF, .crashkernel = "crashkernel=224M",
	  .crashkernel_reason = PLAN_CRASHKERNEL_MEASURED },
};

static struct facts facts;
static struct host host;
static struct config config;

static void set_policy(const char *extra)
{
	static char policy[CONFIG_FILE_MAX];
	struct config_error error;
	FILE *file = fopen("conf/policy.conf", "r");
	size_t len;

	if (!file) {
		printf("Bail out! conf/policy.conf: run from the top\n");
		exit(1);
	}
	len = fread(policy, 1, sizeof(policy), file);
	fclose(file);
	config_init(&config);
	if (config_parse(&config, "policy.conf", policy, len, &error) ||
	    (extra &&
	     config_parse(&config, "extra", extra, strlen(extra), &error))) {
		printf("Bail out! %s\n", error.text);
		exit(1);
	}
}

/* What a kernel makes of the row's words: it has no other reservation. */
static uint64_t reserved_by(const struct row *row)
{
	struct crashkernel_result result = crashkernel_evaluate(
		row->cmdline ? row->cmdline : "", row->ram_mib * M,
		row->version ? row->version : V(6, 1), "x86_64");
	uint64_t bytes = result.size_bytes + result.low_bytes;

	return bytes ? bytes : 256 * M;
}

static void set_facts(const struct row *row)
{
	static const uint64_t starts[] = { 0, 3 * G - 512 * M, 8 * M, 8 * G,
					   0 };
	const char *machine = row->machine ? row->machine : "x86_64";

	memset(&facts, 0, sizeof(facts));
	strcpy(facts.machine, machine);
	facts.version = row->version ? row->version : V(6, 1);
	snprintf(facts.release, sizeof(facts.release), "%u.%u.0-40-amd64",
		 facts.version >> 16, facts.version & 0xffff);
	facts.page_bytes = 4096;
	facts.have_cmdline = true;
	snprintf(facts.cmdline, sizeof(facts.cmdline), "quiet %s",
		 row->cmdline ? row->cmdline : "");
	facts.have_iomem = row->where != HIDDEN;
	facts.iomem.system_ram_bytes = row->ram_mib * M;
	facts.iomem.ram_end = row->ram_mib * M;
	if (row->where != NOWHERE && row->where != HIDDEN) {
		facts.iomem.crash_count = 1;
		facts.iomem.crash[0].start = starts[row->where];
		facts.iomem.crash[0].end =
			starts[row->where] + reserved_by(row) - 1;
	}
	facts.encryption.have = true;
	facts.encryption.firm = row->encrypted <= ENCRYPTED;
	if (row->encrypted == ENCRYPTED)
		facts.encryption.active = ENCRYPTION_SEV;
	facts.pci.have = true;
	facts.pci.low_count = row->low_device;
}

static void set_host(const struct row *row)
{
	memset(&host, 0, sizeof(host));
	host.backend = row->native ? &backend_native : &backend_kdumpctl;
	host.have_append = true;
	strcpy(host.append, row->append ? row->append : "");
	host.pool_whose.owner = row->pool_owner;
	host.crashkernel_whose.owner = row->owner;
	cmdline_crashkernel(facts.cmdline, host.next_crashkernel,
			    sizeof(host.next_crashkernel));
	host.have_boot_encryption = row->encrypted >= BOOT_PLAIN;
	host.boot_encrypted = row->encrypted == BOOT_ENCRYPTED;
	host.have_ram_bytes = true;
	host.ram_bytes = row->ram_mib * M;
	host.several_nodes = row->nodes;
	host.have_rehearsed = row->rehearsed_mib != 0;
	host.rehearsed = (struct rehearsed){
		.saved = true,
		.smallest_kib = row->rehearsed_mib * 1024,
		.stand_ins_count = row->stand_ins,
	};
	host.images = (struct images){
		.have_kernel = row->kernel_mib > 0,
		.kernel_bytes = row->kernel_mib * M,
		.have_initramfs = row->packed_mib > 0,
		.packed_bytes = row->packed_mib * M,
		.unpacked_bytes = row->unpacked_mib * M,
		.unpacked_is_assumed = row->assumed,
	};
	host.cpus_count = 1;
}

static size_t set_history(const struct row *row, struct capture *captures)
{
	size_t n = 0;

	for (; n < PAST_MAX && row->past[n].reserved_mib; n++) {
		const struct past *past = &row->past[n];
		struct capture *capture = &captures[n];

		memset(capture, 0, sizeof(*capture));
		strcpy(capture->machine, facts.machine);
		strcpy(capture->release,
		       past->release ? past->release : facts.release);
		if (past->when)
			strcpy(capture->when, past->when);
		capture->outcome = past->outcome;
		capture->dma = past->dma;
		capture->patched = past->patched;
		capture->oom_kills = past->oom_kills;
		capture->page_allocation_failures = row->allocation_failures;
		capture->have_reserved = true;
		capture->reserved_kib = past->reserved_mib * 1024;
		capture->have_available_lowest = past->lowest_mib > 0;
		capture->available_lowest_kib = past->lowest_mib * 1024;
		capture->have_available_start = past->start_mib > 0;
		capture->available_start_kib = past->start_mib * 1024;
		capture->have_initrd = past->initrd_mib > 0;
		capture->initrd_kib = past->initrd_mib * 1024;
	}
	return n;
}

static void check(const struct row *row, const struct plan *plan)
{
	const struct setting *pool = &plan->settings[SETTING_COHERENT_POOL];
	const struct setting *size = &plan->settings[SETTING_CRASHKERNEL];
	const char *want_pool = row->pool ? row->pool : pool->old;
	const char *want_size = row->crashkernel ? row->crashkernel : size->old;

	if (!ok(!strcmp(pool->new, want_pool) &&
			pool->reason == row->pool_reason &&
			!strcmp(size->new, want_size) &&
			size->reason == row->crashkernel_reason,
		"%s", row->name))
		printf("# pool \"%s\" %s: %s\n# crashkernel \"%s\" %s: %s\n",
		       pool->new, plan_reason_name(pool->reason),
		       pool->sentence, size->new,
		       plan_reason_name(size->reason), size->sentence);
}

/* One that failed measured nothing, and is not counted. */
static void check_count(void)
{
	static const struct row row = {
		X86_SMALL, DEFAULT_256,
		.past = { SAVED_256(150, 160, 11),
			  { CAPTURE_FAILED, 256, 100, 120, 11, 0,
			    VERDICT_UNMANAGED, PATCHED_NO, NULL } }
	};
	static struct plan plan;
	struct capture captures[PAST_MAX];
	struct history history = { captures, 0 };
	struct plan_input input = { &facts, &host, &history, &config };

	set_policy(NULL);
	set_facts(&row);
	set_host(&row);
	history.count = set_history(&row, captures);
	plan_make(&input, &plan);
	ok(plan.numbers.captures_count == 1 &&
		   strstr(plan.settings[SETTING_CRASHKERNEL].sentence,
			  "1 capture of this kernel line used at most 107"),
	   "a capture that failed is not one that measured");
}

/* A plan that was put in force changes nothing any more. */
static void check_settled(const struct row *row, struct plan_input *input,
			  const struct plan *plan)
{
	static struct plan again;

	if (plan->settings[SETTING_CRASHKERNEL].change)
		host.crashkernel_whose.owner = OWNER_OURS;
	strcpy(host.next_crashkernel, plan->settings[SETTING_CRASHKERNEL].new);
	if (plan->settings[SETTING_COHERENT_POOL].change) {
		snprintf(host.append, sizeof(host.append), "%s%s",
			 plan->settings[SETTING_COHERENT_POOL].new[0]
				 ? "coherent_pool="
				 : "",
			 plan->settings[SETTING_COHERENT_POOL].new);
		host.pool_whose.owner =
			host.append[0] ? OWNER_OURS : OWNER_NOBODY;
	}
	plan_make(input, &again);
	if (!ok(!again.settings[0].change && !again.settings[1].change,
		"and it settles: %s", row->name))
		printf("# \"%s\" -> \"%s\": %s\n# \"%s\" -> \"%s\": %s\n",
		       again.settings[0].old, again.settings[0].new,
		       again.settings[0].sentence, again.settings[1].old,
		       again.settings[1].new, again.settings[1].sentence);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		static struct plan plan, twice;
		static struct capture captures[PAST_MAX];
		struct history history = { captures, 0 };
		struct plan_input input = { &facts, &host, &history, &config };

		set_policy(rows[i].extra);
		set_facts(&rows[i]);
		set_host(&rows[i]);
		history.count = set_history(&rows[i], captures);
		plan_make(&input, &plan);
		plan_make(&input, &twice);
		check(&rows[i], &plan);
		if (memcmp(&plan, &twice, sizeof(plan)))
			ok(false, "planned twice is the same: %s",
			   rows[i].name);
		check_settled(&rows[i], &input, &plan);
	}
	check_count();
	return tap_end();
}
