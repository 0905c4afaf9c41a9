// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /etc/default/grub and the files of its folder: the input is one, or two with
 * a zero byte between them.
 */
#include "peers/grub_words.h"

#include <errno.h>

#include "config/cmdline.h"
#include "peers/peer_paths.h"
#include "tree.h"

/* Nothing but crashkernel= words, with one blank between them. */
static void check_words(const struct boot_words *words)
{
	struct text rest = text_of(words->text), word;
	size_t len = 0;

	PROMISE(strlen(words->text) == words->len &&
		words->len < sizeof(words->text));
	PROMISE(memchr(words->replaced, 0, sizeof(words->replaced)));
	while (text_word(&rest, &word)) {
		PROMISE(text_starts(word, "crashkernel="));
		len += word.len + !!len;
	}
	PROMISE(len == words->len);
}

static void remove_file(const char *path)
{
	(void)unlinkat(tree_root.fd, path, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char last[] = "GRUB_CMDLINE_LINUX=crashkernel=77M\n"
				   "GRUB_CMDLINE_LINUX_DEFAULT=quiet\n";
	static struct boot_words words, with_ours, anew;
	const uint8_t *end = memchr(data, 0, size);
	size_t first = end ? (size_t)(end - data) : size;

	tree_make();
	memset(&words, 0, sizeof(words));
	with_ours = anew = words;
	tree_put(PATH_GRUB, data, first);
	if (end)
		tree_put(PATH_GRUB_D "/10-b.cfg", end + 1, size - first - 1);
	grub_words_read(&tree_root, &words);
	check_words(&words);
	/* Our own file is left out. */
	tree_put(PATH_GRUB_CFG, last, sizeof(last) - 1);
	grub_words_read(&tree_root, &with_ours);
	PROMISE(!memcmp(&words, &with_ours, sizeof(words)));
	/* A file that sets both anew counts, and stands first. */
	tree_put(PATH_GRUB_D "/20-c.cfg", last, sizeof(last) - 1);
	grub_words_read(&tree_root, &anew);
	check_words(&anew);
	PROMISE(anew.err == -ENOSPC ||
		!strncmp(anew.text, "crashkernel=77M", 15));
	PROMISE(words.err == anew.err || anew.err == 0 || words.err == 0);
	remove_file(PATH_GRUB);
	remove_file(PATH_GRUB_CFG);
	remove_file(PATH_GRUB_D "/10-b.cfg");
	remove_file(PATH_GRUB_D "/20-c.cfg");
	return 0;
}
