// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "fuzz.h"
#include "plan/network_plan.h"

/* Whatever was kept, ip(8) is given whole lines of printable words. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct network_plan plan;
	json_t *known = json_loadb((const char *)data, size, 0, NULL);

	network_plan_make(known, &plan);
	json_decref(known);
	PROMISE(plan.commands_count <= NETWORK_COMMANDS_MAX);
	PROMISE(plan.ports_count <= NETWORK_PORTS_MAX);
	for (size_t i = 0; i < plan.commands_count; i++)
		PROMISE(!strpbrk(plan.commands[i], "\n\"'\\#"));
	if (plan.why[0])
		return 0;
	PROMISE(plan.ports_count > 0 && plan.far[0] && plan.own[0]);
	for (size_t i = 0; i < plan.ports_count; i++)
		PROMISE(plan.ports[i].mac[0] &&
			!strpbrk(plan.ports[i].mac, " \n"));
	return 0;
}
