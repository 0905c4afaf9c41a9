/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of somebody else's buffer: not owned, not NUL-terminated. */
struct text {
	const char *at;
	size_t len;
};

/* The text of a NUL-terminated string, which has to outlive it. */
struct text text_of(const char *string);

bool text_equal(struct text text, const char *string);
bool text_same(struct text one, struct text other);
bool text_starts(struct text text, const char *prefix);
/* True if the string has something in front of suffix, which is its end. */
bool text_ends(const char *string, const char *suffix);
/* True if one of the text's words starts with prefix. */
bool text_has_word(struct text text, const char *prefix);
/* True if one of the text's lines is this one. */
bool text_has_line(struct text text, const char *wanted);
/* True if it is made of ASCII letters and digits, and of others. */
bool text_only(struct text text, const char *others);
/* True if text contains needle. */
bool text_contains(struct text text, const char *needle);

/* text without blanks (space and tab) at both ends. */
struct text text_trim(struct text text);

/* Take the next blank-separated word off the front; false at the end. */
bool text_word(struct text *rest, struct text *word);
/* The same, copied by text_copy(); false, too, if it does not fit whole. */
bool text_take_word(struct text *rest, char *to, size_t size);

/*
 * Take everything up to the next separator off the front and drop the
 * separator. Without one, all of rest is the part. False if rest is empty.
 */
bool text_split(struct text *rest, char separator, struct text *part);

/* If text starts with prefix, drop it and return true. */
bool text_skip(struct text *text, const char *prefix);

/* number_parse() of the whole text. */
int text_number(struct text text, unsigned int base, uint64_t *out);

/* FNV-1a, of 64 bits. */
uint64_t text_hash(struct text text);

/* printf into a buffer of size bytes, unless it holds a text already. */
void text_print_first(char *to, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Copy into a NUL-terminated buffer of size bytes, cut to fit; a byte that is
 * not printable ASCII becomes '?', so that the copy is safe to print.
 */
void text_copy(struct text text, char *to, size_t size);

#endif
