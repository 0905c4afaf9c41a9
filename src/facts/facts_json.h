/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_JSON_H
#define FACTS_JSON_H

#include "facts/facts.h"
#include "lib/json.h"

/*
 * The parts of facts that `check --json` and the record share. Each function
 * writes one key, with null if the fact is absent.
 */

/* free_lowest_pages: each zone's lowest free pages, printed with it; or NULL */
void facts_json_zones(struct json *json, const struct facts *facts,
		      const uint64_t *free_lowest_pages);
void facts_json_pools(struct json *json, const struct facts *facts);
void facts_json_slab(struct json *json, const struct facts *facts);
void facts_json_swiotlb(struct json *json, const struct facts *facts);
void facts_json_encryption(struct json *json, const struct facts *facts);
void facts_json_allocstall(struct json *json, const struct facts *facts);
/* with_lines: print the first lines of failures, too; they name processes */
void facts_json_kernel_log(struct json *json, const struct kernel_log *log,
			   bool with_lines);

#endif
