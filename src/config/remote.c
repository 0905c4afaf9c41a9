// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/remote.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "lib/text.h"

#define SSH_PORT 22
#define PORT_MAX 65535

bool remote_is(const char *target)
{
	return strstr(target, "://") != NULL;
}

static bool take(struct text text, const char *others, char *to, size_t size)
{
	if (!text.len || text.len >= size || text.at[0] == '-' ||
	    !text_only(text, others))
		return false;
	text_copy(text, to, size);
	return true;
}

/* What stands in brackets at the front of text; "" without the second one. */
static bool bracketed(struct text text, struct text *out)
{
	const char *end;

	if (!text_skip(&text, "["))
		return false;
	end = text.len ? memchr(text.at, ']', text.len) : NULL;
	*out = (struct text){ text.at, end ? (size_t)(end - text.at) : 0 };
	return true;
}

static bool is_v6(struct text text, struct in6_addr *out)
{
	char address[INET6_ADDRSTRLEN];

	if (text.len >= sizeof(address))
		return false;
	text_copy(text, address, sizeof(address));
	return inet_pton(AF_INET6, address, out) == 1;
}

/* HOST, or [ADDRESS] of IPv6, off the front. */
static bool take_host(struct text *rest, const char *until, struct remote *out)
{
	struct text host = *rest;
	struct in6_addr address;

	if (bracketed(*rest, &host)) {
		if (!is_v6(host, &address) || IN6_IS_ADDR_LINKLOCAL(&address))
			return false;
		*rest = (struct text){ host.at + host.len + 1,
				       rest->len - host.len - 2 };
		return take(host, ":.", out->host, sizeof(out->host));
	}
	host.len = 0;
	while (host.len < rest->len && !strchr(until, rest->at[host.len]))
		host.len++;
	*rest = (struct text){ rest->at + host.len, rest->len - host.len };
	return take(host, "._-", out->host, sizeof(out->host));
}

/* Without a port: the default that is in out. */
static bool take_port(struct text text, struct remote *out)
{
	return !text.len ||
	       (text_skip(&text, ":") && !text_number(text, 10, &out->port) &&
		out->port && out->port <= PORT_MAX);
}

static const char *wrong_host(struct text rest, const char *otherwise)
{
	struct in6_addr address;
	struct text inside;
	size_t colons = 0;

	if (text_contains(rest, "%"))
		return "an address with a scope (%) is not the same after a "
		       "crash: give the far end another one";
	if (bracketed(rest, &inside) && is_v6(inside, &address) &&
	    IN6_IS_ADDR_LINKLOCAL(&address))
		return "an address of one link only (fe80::) does not say "
		       "which "
		       "link: give the far end another one";
	if (bracketed(rest, &inside) && !is_v6(inside, &address))
		return "what stands in brackets is no address of IPv6";
	for (size_t i = 0; i < rest.len; i++)
		colons += rest.at[i] == ':';
	return colons > 1 && !text_contains(rest, "[")
		       ? "an address of IPv6 stands in brackets"
		       : otherwise;
}

static const char *parse_ssh(struct text rest, struct remote *out)
{
	struct text user, host;

	out->kind = REMOTE_SSH;
	out->port = SSH_PORT;
	if (!text_contains(rest, "@") || !text_split(&rest, '@', &user) ||
	    !take(user, "._-", out->user, sizeof(out->user)))
		return "not ssh://USER@HOST[:PORT]: no user";
	host = rest;
	if (!take_host(&rest, ":/", out))
		return wrong_host(host, "not ssh://USER@HOST[:PORT]: no host");
	if (rest.len && rest.at[0] == '/')
		return "not ssh://USER@HOST[:PORT]: the folder is path =";
	if (!take_port(rest, out))
		return wrong_host(host,
				  "not ssh://USER@HOST[:PORT]: no such port, "
				  "and no path here: that is path =");
	return NULL;
}

/* "/export/" is "/export": not each server takes the first for the second. */
static void drop_slashes(char *export)
{
	size_t len = strlen(export);

	while (len > 1 && export[len - 1] == '/')
		export[--len] = '\0';
}

static const char *parse_nfs(struct text rest, struct remote *out)
{
	struct text port = { NULL, 0 }, host = rest;

	out->kind = REMOTE_NFS;
	out->port = REMOTE_NFS_PORT;
	if (!take_host(&rest, ":/", out))
		return wrong_host(host,
				  "not nfs://HOST[:PORT]/EXPORT: no host");
	port.at = rest.at;
	while (rest.len && rest.at[0] != '/') {
		rest.at++;
		rest.len--;
		port.len++;
	}
	if (!take_port(port, out)) {
		host.len = port.at + port.len > host.at
				   ? (size_t)(port.at + port.len - host.at)
				   : 0;
		return wrong_host(host,
				  "not nfs://HOST[:PORT]/EXPORT: no such port");
	}
	if (!take(rest, "/._-+~@=,:", out->export, sizeof(out->export)))
		return "not nfs://HOST[:PORT]/EXPORT: no such export: \"/\", "
		       "letters, digits and ._-+~@=,: make one";
	if (strstr(out->export, "/.."))
		return "not nfs://HOST[:PORT]/EXPORT: no export has \"/..\"";
	drop_slashes(out->export);
	return NULL;
}

int remote_parse(const char *target, struct remote *out, const char **why)
{
	struct text rest = text_of(target);

	memset(out, 0, sizeof(*out));
	*why = NULL;
	if (text_skip(&rest, "ssh://"))
		*why = parse_ssh(rest, out);
	else if (text_skip(&rest, "nfs://"))
		*why = parse_nfs(rest, out);
	else if (remote_is(target))
		*why = "of other machines only those with ssh or NFS can be "
		       "saved to: ssh://USER@HOST[:PORT], "
		       "nfs://HOST[:PORT]/EXPORT";
	return *why ? -EINVAL : 0;
}
