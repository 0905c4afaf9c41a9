/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SEEN_H
#define SEEN_H

#include "plan/plan.h"

/* What the capture kernel will find, and whether that was seen or predicted. */
enum verdict plan_verdict(const struct plan_input *input, bool *observed,
			  enum patched *patched);

#endif
