/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_PRINT_H
#define PLAN_PRINT_H

#include <stdio.h>

#include "lib/json.h"
#include "plan/plan.h"

void plan_print_text(FILE *to, const struct plan *plan);
void plan_print_json(FILE *to, const struct plan *plan,
		     const struct host *host);

/* Print the members "settings" and "numbers" into an open object. */
void plan_print_members(struct json *json, const struct plan *plan);

#endif
