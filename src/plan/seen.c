// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/seen.h"

#include <string.h>

#include "lib/macros.h"

enum verdict plan_verdict(const struct plan_input *input, bool *observed,
			  enum patched *patched)
{
	const struct history *history = input->history;
	struct prediction prediction = predict_capture(input->facts);

	*observed = true;
	*patched = PATCHED_UNKNOWN;
	for (size_t i = history->count; i > 0; i--) {
		const struct capture *capture = &history->captures[i - 1];

		if (capture->dma == VERDICT_UNKNOWN ||
		    !streq(capture->machine, input->facts->machine) ||
		    !capture_same_line(capture->release, input->facts->release))
			continue;
		*patched = capture->patched;
		return capture->dma;
	}
	*observed = false;
	return prediction.have ? prediction.dma : VERDICT_UNKNOWN;
}
