// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/network.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/whole_file.h"
#include "lib/macros.h"
#include "lib/text.h"
#include "peers/run.h"
#include "state/history.h"
#include "state/state.h"

#define NAMES_LIMIT_S 20
#define IP_LIMIT_S    5
#define ADDRESSES_MAX 8
#define ADDRESS_MAX   64
#define LINKS_BYTES   (4 * 1024 * 1024)

struct addresses {
	char item[ADDRESSES_MAX][ADDRESS_MAX];
	size_t count;
};

/*
 * getent prints an address once for each kind of socket. That of the choice
 * comes first, wherever it stands, or is left out.
 */
static void take_addresses(struct text rest,
			   const struct network_choice *choice,
			   struct addresses *out)
{
	struct text line, word;

	out->count = 0;
	while (text_split(&rest, '\n', &line)) {
		bool is_known = false;

		if (!text_word(&line, &word) || word.len >= ADDRESS_MAX)
			continue;
		for (size_t i = 0; i < out->count; i++)
			is_known |= text_equal(word, out->item[i]);
		if (is_known)
			continue;
		if (text_equal(word, choice->address)) {
			if (choice->is_left_out)
				continue;
			memmove(out->item[1], out->item[0],
				(ADDRESSES_MAX - 1) * ADDRESS_MAX);
			text_copy(word, out->item[0], ADDRESS_MAX);
			out->count += out->count < ADDRESSES_MAX;
		} else if (out->count < ADDRESSES_MAX) {
			text_copy(word, out->item[out->count++], ADDRESS_MAX);
		}
	}
}

static int resolve_host(const char *host, const struct network_choice *choice,
			struct addresses *out)
{
	const char *const argv[] = { "getent", "ahosts", host, NULL };
	char said[8192];
	int status = run_read(argv, NAMES_LIMIT_S, said, sizeof(said));

	if (status)
		return -ENOENT;
	take_addresses(text_of(said), choice, out);
	return out->count ? 0 : -ENOENT;
}

static json_t *ask_ip(const char *const argv[], size_t size)
{
	char *said = malloc(size);
	json_t *answer = NULL;

	if (said && !run_read(argv, IP_LIMIT_S, said, size))
		answer = json_loads(said, 0, NULL);
	free(said);
	return answer;
}

/* The first address that there is a route to. */
static json_t *ask_route(const struct addresses *addresses,
			 const char **address)
{
	for (size_t i = 0; i < addresses->count; i++) {
		const char *const argv[] = {
			"ip", "-j", "route", "get", addresses->item[i], NULL
		};
		json_t *route = ask_ip(argv, 65536);

		*address = addresses->item[i];
		if (json_is_array(route) && json_array_size(route) == 1)
			return route;
		json_decref(route);
	}
	return NULL;
}

static void print_json(FILE *to, const void *arg)
{
	json_dumpf(arg, to, JSON_INDENT(1) | JSON_ENSURE_ASCII);
	fputc('\n', to);
}

static bool is_of(const json_t *known, const char *host)
{
	const char *of = json_string_value(json_object_get(known, "host"));

	return of && streq(of, host);
}

static json_t *known_in(const struct root *root, const char *name,
			const char *host)
{
	char *text = whole_file(root, "%s", name);
	json_t *known = text ? json_loads(text, 0, NULL) : NULL;

	free(text);
	if (is_of(known, host))
		return known;
	json_decref(known);
	return NULL;
}

int network_keep(const struct root *root, const json_t *known,
		 const char *configured)
{
	json_t *other = NULL;
	const char *name = NETWORK_NAME;

	if (!is_of(known, configured))
		other = known_in(root, HISTORY_DIR "/" NETWORK_NAME,
				 configured);
	if (other)
		name = NETWORK_OTHER_NAME;
	json_decref(other);
	return state_write(root, HISTORY_DIR, name, print_json, known);
}

/* Takes route and links over. */
static json_t *pack(const char *host, const char *address, json_t *route,
		    json_t *links)
{
	return json_pack("{s:i,s:s,s:s,s:o,s:o}", "schema", 1, "host", host,
			 "address", address, "route", route, "links", links);
}

json_t *network_ask(const char *host, const struct network_choice *choice,
		    char *why, size_t size)
{
	static const char *const argv[] = { "ip",      "-j",   "-d",
					    "address", "show", NULL };
	struct addresses addresses;
	json_t *route, *links, *all;
	const char *address;

	if (!run_is_there("ip")) {
		snprintf(why, size, "the program ip (iproute2) is not here");
		return NULL;
	}
	if (resolve_host(host, choice, &addresses)) {
		snprintf(why, size, "no address is known for %s", host);
		return NULL;
	}
	route = ask_route(&addresses, &address);
	if (!route) {
		snprintf(why, size, "no route leads to %s (%s)", host,
			 addresses.item[0]);
		return NULL;
	}
	links = ask_ip(argv, LINKS_BYTES);
	if (!links) {
		snprintf(why, size, "\"ip -j -d address show\" failed");
		json_decref(route);
		return NULL;
	}
	all = pack(host, address, route, links);
	if (!all)
		snprintf(why, size, "%s", strerror(ENOMEM));
	return all;
}

json_t *network_known(const struct root *root, const char *host)
{
	json_t *known = known_in(root, HISTORY_DIR "/" NETWORK_NAME, host);

	return known ? known
		     : known_in(root, HISTORY_DIR "/" NETWORK_OTHER_NAME, host);
}
