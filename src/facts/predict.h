/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PREDICT_H
#define PREDICT_H

#include "facts/verdict.h"

enum prediction_reason {
	PREDICT_IS_CAPTURE,	  /* nothing left to predict */
	PREDICT_NO_RESERVATION,	  /* no "Crash kernel" in /proc/iomem */
	PREDICT_NOT_READABLE,	  /* addresses hidden, or no /proc/iomem */
	PREDICT_NO_ZONE_DMA,	  /* this kernel is built without it */
	PREDICT_IN_DMA_ZONE,	  /* part of the reservation lies in it */
	PREDICT_OUTSIDE_DMA_ZONE, /* none does; low 1 MiB is reserved */
	PREDICT_LOW_1M_GIVEN,	  /* x86 before 5.13 */
	PREDICT_ALL_HIGH,	  /* arm64 above 4 GiB: depends on firmware */
	PREDICT_NOT_KNOWN_HERE,	  /* no rule for this architecture */
};

/*
 * What a capture kernel of the same release will find, derived from the running
 * kernel's crash reservation. The record of a real capture outweighs it.
 */
struct prediction {
	bool have; /* false: it cannot be predicted, or need not be */
	enum verdict dma;
	enum verdict dma32;
	enum prediction_reason reason;
};

struct prediction predict_capture(const struct facts *facts);

const char *prediction_reason_name(enum prediction_reason reason);
const char *prediction_reason_text(enum prediction_reason reason);

#endif
