/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices that cannot reach the reservation. Pure. */
#ifndef REACH_H
#define REACH_H

#include "facts/facts.h"
#include "plan/setting.h"

/*
 * Add to the setting's sentence which devices with a DMA mask below 32 bits
 * reach no part of the running kernel's reservation; nothing if there is none,
 * or if that is not known. What does not fit is left out.
 */
void plan_say_unreached(const struct facts *facts, struct setting *setting);

#endif
