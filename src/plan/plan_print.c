// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/plan_print.h"

#include <string.h>

/*
 * crashkernel's value is the whole word ("crashkernel=256M"), that of
 * coherent_pool only "0".
 */
static const char *shown(const char *value)
{
	return value[0] ? value : "(unset)";
}

static void print_setting(FILE *to, const struct setting *setting)
{
	if (setting->change)
		fprintf(to, "%s: %s -> %s\n", setting_name(setting->name),
			shown(setting->old), shown(setting->new));
	else
		fprintf(to, "%s: %s, no change\n", setting_name(setting->name),
			shown(setting->old));
	fprintf(to, "\t%s: %s\n", plan_reason_name(setting->reason),
		setting->sentence);
}

void plan_print_text(FILE *to, const struct plan *plan)
{
	for (unsigned int i = 0; i < SETTINGS; i++)
		print_setting(to, &plan->settings[i]);
}

static void print_value(struct json *json, const char *key, const char *value)
{
	json_str(json, key, value[0] ? value : NULL);
}

static void print_number(struct json *json, const char *key, uint64_t value)
{
	json_u64_if(json, key, value, value);
}

static void print_estimate(struct json *json, const struct estimate *e)
{
	if (!json_open_if(json, "estimate", '{', e->have))
		return;
	json_u64(json, "kernel_bytes", e->kernel_bytes);
	json_u64(json, "initramfs_bytes", e->initramfs_bytes);
	json_u64(json, "userspace_bytes", e->userspace_bytes);
	json_u64(json, "per_cpu_bytes", e->per_cpu_bytes);
	json_u64(json, "bitmap_bytes", e->bitmap_bytes);
	json_u64(json, "swiotlb_bytes", e->swiotlb_bytes);
	json_u64(json, "encryption_bytes", e->encryption_bytes);
	json_u64(json, "luks_bytes", e->luks_bytes);
	json_u64(json, "page_structs_bytes", e->page_structs_bytes);
	json_u64(json, "total_bytes", e->total_bytes);
	json_u64(json, "unpack_bytes", e->unpack_bytes);
	json_close(json, '}');
}

void plan_print_members(struct json *json, const struct plan *plan)
{
	const struct plan_numbers *numbers = &plan->numbers;

	json_open(json, "settings", '[');
	for (unsigned int i = 0; i < SETTINGS; i++) {
		const struct setting *setting = &plan->settings[i];

		json_open(json, NULL, '{');
		json_str(json, "name", setting_name(setting->name));
		print_value(json, "old", setting->old);
		print_value(json, "new", setting->new);
		json_bool(json, "change", setting->change);
		json_str(json, "reason", plan_reason_name(setting->reason));
		json_str(json, "sentence", setting->sentence);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_open(json, "numbers", '{');
	print_number(json, "ram_bytes", numbers->ram_bytes);
	print_number(json, "reserved_bytes", numbers->reserved_bytes);
	print_number(json, "configured_bytes", numbers->configured_bytes);
	print_number(json, "measured_bytes", numbers->measured_bytes);
	json_u64(json, "captures", numbers->captures_count);
	print_number(json, "base_bytes", numbers->base_bytes);
	print_number(json, "needed_bytes", numbers->needed_bytes);
	print_estimate(json, &numbers->estimate);
	json_close(json, '}');
}

void plan_print_json(FILE *to, const struct plan *plan, const struct host *host)
{
	struct json json;

	json_begin(&json, to, true);
	json_open(&json, NULL, '{');
	json_u64(&json, "schema", 1);
	json_str(&json, "backend", host->backend->name);
	plan_print_members(&json, plan);
	json_close(&json, '}');
	json_end(&json);
}
