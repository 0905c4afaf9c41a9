// SPDX-License-Identifier: GPL-2.0-or-later
#include "verbs/scrub.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* 8-4-4-4-12 */
static size_t uuid_at(const char *at, size_t len)
{
	if (len < 36 || (len > 36 && isxdigit((unsigned char)at[36])))
		return 0;
	for (size_t i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? at[i] != '-' : !isxdigit((unsigned char)at[i]))
			return 0;
	}
	return 36;
}

/* six pairs of hexadecimal digits; BOOTIF= has dashes between them */
static size_t mac_at(const char *at, size_t len)
{
	char between = len > 2 && at[2] == '-' ? '-' : ':';

	if (len < 17 || (len > 17 && (isxdigit((unsigned char)at[17]) ||
				      at[17] == between)))
		return 0;
	for (size_t i = 0; i < 17; i++)
		if (i % 3 == 2 ? at[i] != between
			       : !isxdigit((unsigned char)at[i]))
			return 0;
	return 17;
}

/* four numbers and three dots, and no fifth: not a version */
static size_t ipv4_at(const char *at, size_t len)
{
	size_t i = 0;

	for (int part = 0; part < 4; part++) {
		size_t digits = 0;
		unsigned int value = 0;

		while (i < len && isdigit((unsigned char)at[i]) && digits < 4) {
			value = value * 10 + (unsigned int)(at[i++] - '0');
			digits++;
		}
		if (!digits || value > 255)
			return 0;
		if (part < 3 && (i == len || at[i++] != '.'))
			return 0;
	}
	return i < len && (is_word(at[i]) || at[i] == '.' || at[i] == '-') ? 0
									   : i;
}

/* at least three groups, of which two are empty or four are there */
static size_t ipv6_at(const char *at, size_t len)
{
	size_t i = 0, colons = 0, run = 0;
	bool twice = false;

	while (i < len && (isxdigit((unsigned char)at[i]) || at[i] == ':')) {
		if (at[i] == ':') {
			colons++;
			twice = twice || (i > 0 && at[i - 1] == ':');
			run = 0;
		} else if (++run > 4) {
			return 0;
		}
		i++;
	}
	if (i < len && (is_word(at[i]) || at[i] == '-' || at[i] == '.'))
		return 0;
	return colons == 7 || (twice && colons >= 2 && i > 4) ? i : 0;
}

static unsigned int number_of(struct scrub *scrub, const char *uuid)
{
	for (size_t i = 0; i < scrub->uuids_count; i++)
		if (!strncasecmp(scrub->uuids[i], uuid, 36))
			return (unsigned int)i + 1;
	if (scrub->uuids_count < SCRUB_UUIDS_MAX)
		memcpy(scrub->uuids[scrub->uuids_count++], uuid, 36);
	return (unsigned int)scrub->uuids_count;
}

static size_t host_at(const struct scrub *scrub, const char *at, size_t len)
{
	size_t n = strlen(scrub->host);

	if (n < 3 || n > len || memcmp(at, scrub->host, n) ||
	    (n < len && is_word(at[n])))
		return 0;
	return n;
}

/* What stands at at, and what it is replaced by. 0: nothing of that kind. */
static size_t found(struct scrub *scrub, const char *at, size_t len,
		    char *replacement, size_t size)
{
	size_t n;

	if ((n = uuid_at(at, len)))
		snprintf(replacement, size, "00000000-0000-4000-8000-%012u",
			 number_of(scrub, at));
	else if ((n = mac_at(at, len)))
		snprintf(replacement, size, "02:00:00:00:00:00");
	else if ((n = ipv4_at(at, len)))
		snprintf(replacement, size, "192.0.2.1");
	else if ((n = ipv6_at(at, len)))
		snprintf(replacement, size, "2001:db8::1");
	else if ((n = host_at(scrub, at, len)))
		snprintf(replacement, size, "host");
	return n;
}

/* NAME=value where the name says that the value is nobody's business */
static size_t secret_at(const char *line, size_t len)
{
	static const char *const names[] = {
		"PASS", "SECRET", "TOKEN", "KEY",  "SSH",      "FTP",
		"NFS",	"USER",	  "MAIL",  "HOST", "TRANSFER", "NOTIFICATION"
	};
	const char *equals = memchr(line, '=', len);
	const char *newline = memchr(line, '\n', len);

	if (!equals || (newline && newline < equals) ||
	    !isupper((unsigned char)line[line[0] == '#']))
		return 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (memmem(line, (size_t)(equals - line), names[i],
			   strlen(names[i])))
			return (size_t)(equals - line) + 1;
	return 0;
}

/* root=nfs:SERVER:/PATH and the like, not /dev/vda1, UUID=... or LABEL=... */
static bool is_remote(const char *at, size_t len)
{
	for (size_t i = 0; i < len && !isspace((unsigned char)at[i]); i++)
		if (at[i] == ':')
			return true;
	return false;
}

/* A word name=value of a kernel's command line, of the same kind */
static size_t secret_word_at(const char *at, size_t len)
{
	static const char *const names[] = { "pass",  "secret",	 "token",
					     "key",   "user",	 "credential",
					     "host",  "netroot", "nfsroot",
					     "iscsi", "inst." };
	size_t n = 0;

	while (n < len && !isspace((unsigned char)at[n]) && at[n] != '=')
		n++;
	if (n == len || at[n] != '=')
		return 0;
	if (n == 2 && !memcmp(at, "ip", 2))
		return 3;
	if (n == 4 && !memcmp(at, "root", 4) && is_remote(at + 5, len - 5))
		return 5;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (memmem(at, n, names[i], strlen(names[i])))
			return n + 1;
	return 0;
}

/* kdump.conf: which way a dump goes may be told, not to whom */
static size_t target_at(const char *line, size_t len)
{
	static const char *const options[] = { "ssh ", "sshkey ", "nfs " };

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		size_t n = strlen(options[i]);

		if (n < len && !memcmp(line, options[i], n))
			return n;
	}
	return 0;
}

static bool ends_word(char c)
{
	return isspace((unsigned char)c) || c == '"' || c == '\'';
}

char *scrub(struct scrub *scrub, const char *buf, size_t len, size_t *out_len)
{
	/* "::" grows most: to less than four times its length. */
	char *out = malloc(len * 4 + 64);
	size_t at = 0, to = 0;

	if (!out)
		return NULL;
	while (at < len) {
		char replacement[64];
		bool first = at == 0 || buf[at - 1] == '\n';
		size_t n = first ? secret_at(buf + at, len - at) : 0;
		bool line = n || (first && (n = target_at(buf + at, len - at)));

		if (!n && (first || ends_word(buf[at - 1])))
			n = secret_word_at(buf + at, len - at);
		if (n) {
			memcpy(out + to, buf + at, n);
			to += n;
			at += n;
			while (at < len && buf[at] != '\n' &&
			       (line || !ends_word(buf[at])))
				at++;
			continue;
		}
		n = at > 0 && is_word(buf[at - 1])
			    ? 0
			    : found(scrub, buf + at, len - at, replacement,
				    sizeof(replacement));
		if (n) {
			to += (size_t)sprintf(out + to, "%s", replacement);
			at += n;
		} else {
			out[to++] = buf[at++];
		}
	}
	out[to] = '\0';
	*out_len = to;
	return out;
}
