// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/panic_events.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "config/cmdline.h"
#include "host/sysctl_files.h"
#include "host/whole_file.h"
#include "lib/macros.h"
#include "lib/text.h"

/* what panic_events_print_before() printed */
#define PATH_BEFORE "run/kdump-dma/sysctl"

static const struct known {
	const char *name;
	uint64_t bit;	  /* of panic_on= */
	const char *key;  /* below /proc/sys */
	const char *word; /* of the command line; NULL: none */
	/* what sets it to 1; NULL: the word has its number */
	const char *value;
} known[PANIC_EVENTS_COUNT] = {
	{ "oops", CONFIG_PANIC_ON_OOPS, "kernel/panic_on_oops", "oops",
	  "panic" },
	{ "softlockup", CONFIG_PANIC_ON_SOFTLOCKUP, "kernel/softlockup_panic",
	  "softlockup_panic", NULL },
	{ "hardlockup", CONFIG_PANIC_ON_HARDLOCKUP, "kernel/hardlockup_panic",
	  "nmi_watchdog", "panic" },
	{ "hung_task", CONFIG_PANIC_ON_HUNG_TASK, "kernel/hung_task_panic",
	  "hung_task_panic", NULL },
	{ "nmi", CONFIG_PANIC_ON_NMI, "kernel/unknown_nmi_panic",
	  "unknown_nmi_panic", "" },
	{ "rcu_stall", CONFIG_PANIC_ON_RCU_STALL, "kernel/panic_on_rcu_stall",
	  NULL, NULL },
	{ "oom", CONFIG_PANIC_ON_OOM, "vm/panic_on_oom", NULL, NULL },
	{ "warn", CONFIG_PANIC_ON_WARN, "kernel/panic_on_warn", "panic_on_warn",
	  NULL },
};

/*
 * What the kernel looks for an event with. With that value it does not, and
 * there is no panic: as for hardlockup on most virtual machines.
 */
static const struct detector {
	const char *name, *path;
	uint64_t off;
	const char *text;
} detectors[] = {
	{ "softlockup", "proc/sys/kernel/soft_watchdog", 0,
	  "kernel.soft_watchdog is 0" },
	{ "softlockup", "proc/sys/kernel/watchdog_thresh", 0,
	  "kernel.watchdog_thresh is 0" },
	{ "hardlockup", "proc/sys/kernel/nmi_watchdog", 0,
	  "kernel.nmi_watchdog is 0" },
	{ "hardlockup", "proc/sys/kernel/watchdog_thresh", 0,
	  "kernel.watchdog_thresh is 0" },
	{ "hung_task", "proc/sys/kernel/hung_task_timeout_secs", 0,
	  "kernel.hung_task_timeout_secs is 0" },
	{ "rcu_stall", "sys/module/rcupdate/parameters/rcu_cpu_stall_suppress",
	  1, "rcupdate.rcu_cpu_stall_suppress is 1" },
};

static void find_detector(const struct root *root, struct panic_event *event)
{
	uint64_t value;

	for (size_t i = 0; i < ARRAY_SIZE(detectors); i++)
		if (!event->unseen && streq(detectors[i].name, event->name) &&
		    !root_read_u64(root, &value, "%s", detectors[i].path) &&
		    value == detectors[i].off)
			event->unseen = detectors[i].text;
}

static void set(struct panic_event *event, struct text value, const char *by)
{
	event->set_to = value.len && !text_equal(value, "0");
	snprintf(event->set_by, sizeof(event->set_by), "%s", by);
}

static void take_pair(void *arg, struct text key, struct text value,
		      const char *by)
{
	struct panic_events *events = arg;

	for (size_t i = 0; i < PANIC_EVENTS_COUNT; i++)
		if (sysctl_is_key(key, known[i].key))
			set(&events->event[i], value, by);
}

static void take_word(struct panic_events *events, struct text word)
{
	static const char by[] = "the kernel command line";
	struct text key, value;

	(void)cmdline_parts(word, &key, &value);
	for (size_t i = 0; i < PANIC_EVENTS_COUNT; i++) {
		if (!known[i].word || !cmdline_is_named(key, known[i].word))
			continue;
		if (!known[i].value)
			set(&events->event[i], value, by);
		else if (text_equal(value, known[i].value))
			set(&events->event[i], text_of("1"), by);
	}
	if (text_skip(&key, "sysctl.") || text_skip(&key, "sysctl/"))
		take_pair(events, key, value, by);
}

/* Lines that native kept: "kernel/panic_on_oops 0" */
static void take_before(struct panic_events *events, const char *content)
{
	struct text rest = text_of(content), line, key;

	while (text_split(&rest, '\n', &line))
		for (size_t i = 0; i < PANIC_EVENTS_COUNT; i++) {
			struct panic_event *event = &events->event[i];
			struct text value = line;

			if (text_word(&value, &key) &&
			    text_equal(key, event->key) &&
			    !text_number(text_trim(value), 10, &event->before))
				event->have_before = true;
		}
}

void panic_events_find(const struct root *root, const struct config *config,
		       const char *cmdline, struct panic_events *out)
{
	struct text rest = text_of(cmdline), word;
	bool is_whole;
	char *content;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < PANIC_EVENTS_COUNT; i++) {
		struct panic_event *event = &out->event[i];

		event->name = known[i].name;
		event->key = known[i].key;
		event->wanted =
			config_number(config, CONFIG_PANIC_ON) & known[i].bit;
		event->have_now = !root_read_u64(root, &event->now,
						 "proc/sys/%s", event->key);
		find_detector(root, event);
	}
	content = whole_file(root, PATH_BEFORE);
	if (content)
		take_before(out, content);
	free(content);
	while (cmdline_word(&rest, &word, &is_whole))
		take_word(out, word);
	sysctl_files_each(root, take_pair, out);
}

/* True if native sets this event to 1 when it loads an image. */
static bool is_ours_to_set(const struct panic_event *event)
{
	return event->have_now && event->wanted && !event->set_by[0];
}

/* True if native set this event, and nobody changed it since. */
static bool is_as_we_set_it(const struct panic_event *event)
{
	return event->have_now && event->have_before && event->now == 1 &&
	       !event->set_by[0];
}

void panic_events_print(FILE *to, const struct panic_events *events)
{
	for (size_t i = 0; i < PANIC_EVENTS_COUNT; i++) {
		const struct panic_event *event = &events->event[i];

		if (is_ours_to_set(event) && !event->now)
			fprintf(to, "%s 1\n", event->key);
		else if (!is_ours_to_set(event) && is_as_we_set_it(event))
			fprintf(to, "%s %" PRIu64 "\n", event->key,
				event->before);
	}
}

void panic_events_print_before(FILE *to, const struct panic_events *events)
{
	for (size_t i = 0; i < PANIC_EVENTS_COUNT; i++) {
		const struct panic_event *event = &events->event[i];

		if (is_ours_to_set(event) &&
		    (!event->now || is_as_we_set_it(event)))
			fprintf(to, "%s %" PRIu64 "\n", event->key,
				event->now ? event->before : 0);
	}
}

void panic_events_print_back(FILE *to, const struct panic_events *events)
{
	for (size_t i = 0; i < PANIC_EVENTS_COUNT; i++) {
		const struct panic_event *event = &events->event[i];

		if (is_as_we_set_it(event))
			fprintf(to, "%s %" PRIu64 "\n", event->key,
				event->before);
	}
}

bool panic_event_is_on(const struct panic_event *event)
{
	return event->have_now && event->now && !event->unseen;
}

void panic_events_names(const struct panic_events *events, bool now, char *out,
			size_t size)
{
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < PANIC_EVENTS_COUNT; i++) {
		const struct panic_event *event = &events->event[i];

		if (event->have_now && panic_event_is_on(event) == now &&
		    len + strlen(event->name) + 2 < size)
			len += (size_t)sprintf(out + len, "%s%s",
					       len ? " " : "", event->name);
	}
}
