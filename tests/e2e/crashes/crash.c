// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Built into the small kernel that run crashes: a crash at the Nth call of a
 * kernel function, in the context of that call, with the locks that its caller
 * holds. The command line says which:
 *	crash.at=FUNCTION crash.calls=N crash.kind=KIND
 * KIND is bug, read, write, stack, panic or spin. Calls are counted once "1" is
 * written to /sys/module/crash/parameters/armed.
 */
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/module.h>

static char at[64] = "";
module_param_string(at, at, sizeof(at), 0400);
static char kind[16] = "";
module_param_string(kind, kind, sizeof(kind), 0400);
static int calls = 1;
module_param(calls, int, 0400);
static int armed;
module_param(armed, int, 0600);

static atomic_t seen = ATOMIC_INIT(0);

/* Goes on until the stack's guard page: a double fault. */
static noinline unsigned long use_stack(unsigned long depth)
{
	volatile unsigned long frame[32] = { depth };

	return depth ? use_stack(depth + frame[0]) + frame[depth % 32] : 0;
}

static void spin(void)
{
	preempt_disable();
	local_irq_enable();
	for (;;)
		cpu_relax();
}

static void crash(void)
{
	volatile int *null = NULL;

	pr_emerg("crash: %s in %s\n", kind, at);
	if (!strcmp(kind, "read"))
		(void)*null;
	else if (!strcmp(kind, "write"))
		*null = 1;
	else if (!strcmp(kind, "stack"))
		use_stack(1);
	else if (!strcmp(kind, "panic"))
		panic("crash: panic");
	else if (!strcmp(kind, "spin"))
		spin();
	BUG();
}

/* The call becomes one of crash() when the breakpoint's context is left. */
static int count(struct kprobe *probe, struct pt_regs *regs)
{
	if (!READ_ONCE(armed) || atomic_inc_return(&seen) != calls)
		return 0;
	regs->ip = (unsigned long)crash;
	return 1;
}

/* With one of these the probe stays a breakpoint, which may change regs->ip. */
static void after(struct kprobe *probe, struct pt_regs *regs,
		  unsigned long flags)
{
}

static struct kprobe probe = {
	.symbol_name = at,
	.pre_handler = count,
	.post_handler = after,
};

static int __init begin(void)
{
	int err;

	if (!at[0])
		return 0;
	err = register_kprobe(&probe);
	if (err)
		pr_emerg("crash: no probe at %s: %d\n", at, err);
	return 0;
}
late_initcall(begin);
