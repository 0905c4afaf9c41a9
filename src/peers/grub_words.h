/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What /etc/default/grub and the files of its folder come to. */
#ifndef GRUB_WORDS_H
#define GRUB_WORDS_H

#include "peers/boot_words.h"

/*
 * The crashkernel= words that grub-mkconfig finds when it sources the files one
 * after the other, our own file left out. Words that a later assignment throws
 * away are told in words->replaced. What is not understood (as where a variable
 * is put into another, or an assignment is inside "if") throws nothing away.
 */
void grub_words_read(const struct root *root, struct boot_words *words);

#endif
