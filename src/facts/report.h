/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_H
#define REPORT_H

#include <stdio.h>

#include "facts/facts.h"

/* Print what `check` found: a few lines of text, or one JSON object. */
void report_text(FILE *to, const struct facts *facts);
void report_json(FILE *to, const struct facts *facts);

#endif
