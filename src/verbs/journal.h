/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries in the journal that programs can find: each has a MESSAGE_ID of its
 * own, see conf/catalog/kdump-dma.catalog and kdump-dma(8).
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <stdbool.h>

#include "state/capture.h"
#include "verbs/gather.h"

#define MESSAGE_ID_ARMED     "7f5bcd390b004e14943ab25ead329e51"
#define MESSAGE_ID_NOT_ARMED "d593e4fdcfa042cd98fde64cdd7f6a1e"
#define MESSAGE_ID_CAPTURED  "8bff8b109baa4e0fa128d50740c6082e"
#define MESSAGE_ID_FAILED    "3c59849bd0934d7cb1db85b96191c872"
#define MESSAGE_ID_PLAN	     "35acf5c006054c39a772240df2fd2301"
#define MESSAGE_ID_TEST	     "2348b8d428304c59b97f13e17544ea44"
#define MESSAGE_ID_TESTED    "ee943031a3924d4885e000503ba3088f"

/*
 * Send FIELD=value lines; a value must hold no newline. Without a journal
 * nothing happens: the message is also on standard output or error already.
 */
void journal_send(const char *const fields[]);

/* Nothing is sent for a root that is not "/". */
/* sets: for each setting, whether it was put in force. */
void journal_plan(const struct gathered *all, const bool *sets);
void journal_capture(const struct gathered *all, const struct capture *capture);
/* The machine is about to be crashed on purpose. */
void journal_test(const struct gathered *all);
void journal_armed(const struct gathered *all, bool armed, const char *why);

#endif
