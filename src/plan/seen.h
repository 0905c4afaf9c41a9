/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SEEN_H
#define SEEN_H

#include "plan/plan.h"

/*
 * What the capture kernel will find in its DMA zone: as the newest capture of
 * this kernel line recorded it (*observed), or as predicted. *patched is
 * unknown if it is predicted.
 */
enum verdict plan_verdict(const struct plan_input *input, bool *observed,
			  enum patched *patched);

#endif
