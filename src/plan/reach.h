/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices that cannot reach the reservation. Pure. */
#ifndef REACH_H
#define REACH_H

#include "facts/facts.h"
#include "plan/setting.h"

/*
 * Add to the setting's sentence the first device with a DMA mask below 32 bits
 * that reaches no part of the running kernel's reservation, and how many more
 * there are. Adds nothing if there is none, or if that is not known.
 */
void plan_say_unreached(const struct facts *facts, struct setting *setting);

#endif
