// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/whose.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/cmdline.h"
#include "lib/macros.h"
#include "state/asked.h"
#include "state/ours.h"
#include "state/state.h"

/* What is known of the words on this kernel's command line. */
struct question {
	const struct root *root;
	const struct facts *facts;
	const struct config *config;
	struct host *host;
	struct applied applied;
	struct ours ours;
	struct asked asked;
	char running[HOST_WORDS_MAX];
	bool too_long; /* no value of ours is that long */
	/* words in the boot loader's files that do not count, and why */
	char replaced[BOOT_WORDS_REPLACED_MAX];
};

/* A default of RHEL 7 and 8: no kernel but theirs understands it. */
#define AUTO "crashkernel=auto"
/* Of an image build that went wrong: RHEL 9.4 for Azure. No kernel takes it. */
#define EMPTY "crashkernel="

static bool is_known_default(const struct config *config, struct text value)
{
	return text_equal(value, AUTO) || text_equal(value, EMPTY) ||
	       config_lists_default(config, value);
}

static void whose_of_others(struct question *question)
{
	const struct host *host = question->host;
	struct whose *whose = &question->host->crashkernel_whose;
	const char *words = question->running;

	if (question->too_long) {
		owner_because(whose, OWNER_ADMINISTRATOR,
			      "no package writes a value that long");
		return;
	}
	if (!words[0]) {
		owner_because(whose, OWNER_NOBODY, "%s", "");
		return;
	}
	if (host->backend->whose &&
	    host->backend->whose(question->root, &question->asked,
				 &question->ours, words, whose))
		return;
	if (host->bootloader->whose &&
	    host->bootloader->whose(question->root, words, whose))
		return;
	if (streq(words, AUTO))
		owner_because(whose, OWNER_DISTRIBUTION,
			      "it was the default of RHEL 7 and 8");
	else if (streq(words, EMPTY))
		owner_because(whose, OWNER_DISTRIBUTION,
			      "it is empty, which nobody chose");
	else if (is_known_default(question->config, text_of(words)))
		owner_because(whose, OWNER_DISTRIBUTION,
			      "distribution_crashkernel lists it");
	else
		owner_because(whose, OWNER_ADMINISTRATOR,
			      "neither kdump-dma nor a package is known to "
			      "have written it");
}

/*
 * Nothing that we remember says that we ever set anything, and yet the capture
 * kernel is given coherent_pool=, which no package does: what we remembered may
 * have been lost. It is no proof, so the value stays; people are told.
 */
static void hint_at_lost_state(const struct question *question)
{
	const struct host *host = question->host;
	struct whose *whose = &question->host->crashkernel_whose;
	size_t len = strlen(whose->why);
	char pool[64];

	if (whose->owner != OWNER_ADMINISTRATOR ||
	    question->applied.have_crashkernel ||
	    question->ours.crashkernel.count || question->ours.pool.count ||
	    (host->backend->words_of_people &&
	     cmdline_last(host->backend->words_of_people(question->config),
			  "coherent_pool", pool, sizeof(pool))) ||
	    !cmdline_last(host->append, "coherent_pool", pool, sizeof(pool)))
		return;
	snprintf(whose->why + len, sizeof(whose->why) - len,
		 "; if it was kdump-dma, and what it remembered was lost: "
		 "manage_crashkernel = always");
}

/*
 * True if a person wrote crashkernel= into the boot loader's files: it is not
 * ours to change, even before it was booted. A value that a distribution's
 * package wrote there does not count.
 */
static bool is_written_by_hand(struct question *question,
			       struct boot_words *words)
{
	const struct bootloader *bootloader = question->host->bootloader;
	struct text rest, word;
	struct whose whose;

	memset(words, 0, sizeof(*words));
	if (bootloader->read)
		bootloader->read(question->root, words);
	strcpy(question->replaced, words->replaced);
	rest = text_of(words->text);
	if (!words->err && ours_has(&question->ours.crashkernel, words->text))
		return false;
	if (!words->err && bootloader->whose && words->text[0] &&
	    bootloader->whose(question->root, words->text, &whose) &&
	    whose.owner != OWNER_ADMINISTRATOR)
		return false;
	while (!words->err && text_word(&rest, &word))
		if (!is_known_default(question->config, word))
			return true;
	/* what is too long or no list of words is not of ours */
	if (words->err != -ENOSPC && words->err != -EINVAL)
		question->host->boot_files_err = words->err;
	return words->err;
}

/*
 * A doubt: this boot was given words that reserved nothing, an earlier value of
 * ours, or not the words that were applied.
 */
static void find_doubt(const struct question *question)
{
	const struct facts *facts = question->facts;
	const struct applied *applied = &question->applied;
	struct host *host = question->host;
	enum owner owner = host->crashkernel_whose.owner;

	if (facts->have_capture_kernel && facts->is_capture_kernel)
		return;
	if (host->unreserved_why[0] && !host->awaits_reboot)
		snprintf(host->doubt, sizeof(host->doubt), "%s",
			 host->unreserved_why);
	else if (host->is_older && applied->have_crashkernel)
		snprintf(host->doubt, sizeof(host->doubt),
			 "this boot was given %s, which %s: an older boot "
			 "entry, a snapshot that was rolled back, or an apply "
			 "that did not finish; the next \"kdump-dma apply\" "
			 "mends it",
			 question->running,
			 host->crashkernel_whose.is_stray
				 ? "no file of the boot loader has"
				 : "kdump-dma applied earlier");
	else if (host->is_lost)
		snprintf(host->doubt, sizeof(host->doubt),
			 "%s is not in /%s any more, so the next %s drops it; "
			 "the next \"kdump-dma apply\" mends it",
			 applied->crashkernel, host->bootloader->files[0].path,
			 host->bootloader->command);
	else if (applied->have_crashkernel && applied->boot_id[0] &&
		 facts->have_boot_id && facts->have_cmdline &&
		 (owner == OWNER_DISTRIBUTION || owner == OWNER_NOBODY))
		snprintf(host->doubt, sizeof(host->doubt),
			 "%s was applied before this boot, which did not get "
			 "it: see what the boot loader's entry of this kernel "
			 "says",
			 applied->crashkernel);
	else if (question->replaced[0])
		snprintf(host->doubt, sizeof(host->doubt), "%s",
			 question->replaced);
}

/*
 * The crashkernel= words that the next boot will be given. apply remembers what
 * it wrote, and in which boot. During that boot the words still wait. In a
 * later boot the kernel's command line shows whether they arrived. Any other
 * value of ours on it was applied earlier.
 */
static const char *find_next(struct question *question,
			     struct boot_words *written)
{
	const struct facts *facts = question->facts;
	const struct applied *applied = &question->applied;
	struct host *host = question->host;
	struct whose *whose = &host->crashkernel_whose;
	bool same = streq(question->running, applied->crashkernel);

	if (applied->have_crashkernel && same) {
		owner_because(whose, OWNER_OURS, "kdump-dma applied it");
		return applied->crashkernel;
	}
	if (applied->have_crashkernel && facts->have_boot_id &&
	    streq(facts->boot_id, applied->boot_id)) {
		owner_because(whose, OWNER_OURS,
			      "kdump-dma applied it in this boot");
		host->awaits_reboot = true;
		return applied->crashkernel;
	}
	if (question->host->new_image[0] && applied->have_crashkernel) {
		owner_because(whose, OWNER_OURS,
			      "kdump-dma applied it to this image");
		return applied->crashkernel;
	}
	if (ours_has(&question->ours.crashkernel, question->running)) {
		owner_because(whose, OWNER_OURS,
			      "kdump-dma applied it earlier");
		host->is_older = true;
		return question->running;
	}
	if (!applied->have_crashkernel &&
	    is_written_by_hand(question, written)) {
		if (!host->bootloader->whose ||
		    !host->bootloader->whose(question->root, written->text,
					     whose))
			owner_because(whose, OWNER_ADMINISTRATOR,
				      "it stands in the boot loader's files, "
				      "and no package is known to have written "
				      "it");
		return written->text;
	}
	whose_of_others(question);
	host->is_older = whose->is_stray && applied->have_crashkernel;
	return question->running;
}

void whose_crashkernel(const struct root *root, const struct facts *facts,
		       const struct config *config, struct host *host)
{
	static struct question question;
	struct boot_words written;
	const char *next;

	question = (struct question){
		.root = root, .facts = facts, .config = config, .host = host
	};
	question.too_long =
		cmdline_crashkernel(facts->have_cmdline ? facts->cmdline : "",
				    question.running,
				    sizeof(question.running)) == -ENOSPC;
	applied_load(root, &question.applied);
	ours_load(root, &question.ours);
	asked_load(root, &question.asked);
	next = find_next(&question, &written);
	snprintf(host->next_crashkernel, sizeof(host->next_crashkernel), "%s",
		 next);
	host->is_lost = host->crashkernel_whose.owner == OWNER_OURS &&
			!host->is_older && question.applied.have_crashkernel &&
			!question.applied.pending &&
			host->bootloader->has_lost &&
			host->bootloader->has_lost(root);
	hint_at_lost_state(&question);
	find_doubt(&question);
}

void whose_pool(const struct root *root, const struct config *config,
		struct host *host)
{
	struct whose *whose = &host->pool_whose;
	struct applied applied;
	static struct ours ours;
	char value[64];

	if (!cmdline_last(host->append, "coherent_pool", value, sizeof(value)))
		return;
	applied_load(root, &applied);
	ours_load(root, &ours);
	if (host->backend->words_of_people &&
	    cmdline_last(host->backend->words_of_people(config),
			 "coherent_pool", value, sizeof(value)))
		owner_because(whose, OWNER_ADMINISTRATOR,
			      "it stands in append of the configuration");
	else if ((applied.have_coherent_pool &&
		  streq(value, applied.coherent_pool)) ||
		 streq(value, applied.coherent_pool_was) ||
		 ours_has(&ours.pool, value))
		owner_because(whose, OWNER_OURS, "kdump-dma applied it");
	else
		owner_because(whose, OWNER_ADMINISTRATOR,
			      "kdump-dma did not write it");
}
