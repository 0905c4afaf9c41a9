// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/network_plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/macros.h"
#include "lib/text.h"

#define DEPTH_MAX 6

struct walk {
	const json_t *links;
	struct network_plan *out;
	unsigned int depth;
};

#define refuse(plan, ...)                                                      \
	text_print_first((plan)->why, sizeof((plan)->why), __VA_ARGS__)

__attribute__((format(printf, 2, 3))) static void
command(struct network_plan *out, const char *format, ...)
{
	va_list args;
	int n;

	if (out->commands_count == NETWORK_COMMANDS_MAX) {
		refuse(out, "it is made of too many parts");
		return;
	}
	va_start(args, format);
	n = vsnprintf(out->commands[out->commands_count++], NETWORK_COMMAND_MAX,
		      format, args);
	va_end(args);
	if (n < 0 || n >= NETWORK_COMMAND_MAX)
		refuse(out, "a part of it has too many options");
}

/* A text of an object that may stand in a line of ip's; "" if there is none. */
static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	if (!value || strlen(value) >= NETWORK_MAC_MAX)
		return "";
	for (const char *at = value; *at; at++)
		if (*at <= ' ' || *at > '~' || strchr("\\#'\"", *at))
			return "";
	return value;
}

static json_int_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static const json_t *find(const json_t *links, const char *name)
{
	const json_t *link;
	size_t i;

	json_array_foreach(links, i,
			   link) if (name[0] && streq(text(link, "ifname"),
						      name)) return link;
	return NULL;
}

static const char *kind_of(const json_t *link)
{
	return text(json_object_get(link, "linkinfo"), "info_kind");
}

static const json_t *data_of(const json_t *link)
{
	return json_object_get(json_object_get(link, "linkinfo"), "info_data");
}

static bool bring_up(const struct walk *walk, const json_t *link, char *name,
		     bool is_slave);

/* As it came from the factory: what it has now may be that of its bond. */
static const char *permanent_mac(const json_t *link)
{
	const json_t *slave = json_object_get(json_object_get(link, "linkinfo"),
					      "info_slave_data");
	const char *mac = text(link, "permaddr");

	if (!mac[0])
		mac = text(slave, "perm_hwaddr");
	return mac[0] ? mac : text(link, "address");
}

/* What lies on ports is made after they were found. */
static bool has_twin(const struct walk *walk, const json_t *link,
		     const char *mac)
{
	const json_t *other;
	size_t i;

	json_array_foreach(walk->links, i, other)
	{
		if (other != link && !kind_of(other)[0] &&
		    streq(permanent_mac(other), mac))
			return true;
	}
	return false;
}

static bool bring_port_up(const struct walk *walk, const json_t *link,
			  char *name, bool is_slave)
{
	struct network_plan *out = walk->out;
	struct network_port *port = &out->ports[out->ports_count];
	const char *mac = permanent_mac(link);

	if (out->ports_count == NETWORK_PORTS_MAX) {
		refuse(out, "it has more than %d ports", NETWORK_PORTS_MAX);
		return false;
	}
	if (!streq(text(link, "link_type"), "ether") || !mac[0]) {
		refuse(out, "%s is no Ethernet port", text(link, "ifname"));
		return false;
	}
	if (!mac[strspn(mac, "0:")]) {
		refuse(out, "%s has no MAC address by which it could be found",
		       text(link, "ifname"));
		return false;
	}
	if (has_twin(walk, link, mac)) {
		refuse(out,
		       "another port has the MAC address of %s, by which it "
		       "could be found",
		       text(link, "ifname"));
		return false;
	}
	snprintf(port->device, sizeof(port->device), "%.15s",
		 text(link, "ifname"));
	snprintf(port->mac, sizeof(port->mac), "%s", mac);
	snprintf(name, NETWORK_NAME_MAX, "kd%zu", out->ports_count++);
	strcpy(port->name, name);
	if (is_slave)
		return true;
	if (!streq(mac, text(link, "address")))
		command(out, "link set dev %s address %s", name,
			text(link, "address"));
	command(out, "link set dev %s mtu %" JSON_INTEGER_FORMAT " up", name,
		number(link, "mtu"));
	return true;
}

static bool bring_vlan_up(const struct walk *walk, const json_t *link,
			  char *name)
{
	const json_t *data = data_of(link);
	const json_t *below = find(walk->links, text(link, "link"));
	char parent[NETWORK_NAME_MAX];

	if (!below) {
		refuse(walk->out, "what the VLAN %s lies on is not here",
		       text(link, "ifname"));
		return false;
	}
	if (!bring_up(walk, below, parent, false))
		return false;
	snprintf(name, NETWORK_NAME_MAX, "kdv%u", walk->depth);
	walk->out->needs_vlan = true;
	command(walk->out,
		"link add link %s name %s type vlan protocol %s id "
		"%" JSON_INTEGER_FORMAT,
		parent, name,
		text(data, "protocol")[0] ? text(data, "protocol") : "802.1Q",
		number(data, "id"));
	if (!streq(text(link, "address"), text(below, "address")))
		command(walk->out, "link set dev %s address %s", name,
			text(link, "address"));
	command(walk->out, "link set dev %s mtu %" JSON_INTEGER_FORMAT " up",
		name, number(link, "mtu"));
	return true;
}

static void add_number(char *options, size_t size, const json_t *data,
		       const char *key)
{
	size_t len = strlen(options);

	if (number(data, key))
		snprintf(options + len, size - len, " %s %" JSON_INTEGER_FORMAT,
			 key, number(data, key));
}

static void add_word(char *options, size_t size, const json_t *data,
		     const char *key, const char *option)
{
	size_t len = strlen(options);

	if (text(data, key)[0])
		snprintf(options + len, size - len, " %s %s", option,
			 text(data, key));
}

/* What decides whether the switch talks to it, and how it sees a dead port. */
static void bond_options(const json_t *data, char *options, size_t size)
{
	const json_t *targets = json_object_get(data, "arp_ip_target"), *item;
	const char *separator = " arp_ip_target ";
	size_t i, len;

	add_word(options, size, data, "mode", "mode");
	if (!number(data, "miimon") && !number(data, "arp_interval"))
		snprintf(options + strlen(options), size - strlen(options),
			 " miimon 100");
	add_number(options, size, data, "miimon");
	add_number(options, size, data, "updelay");
	add_number(options, size, data, "downdelay");
	add_number(options, size, data, "arp_interval");
	json_array_foreach(targets, i, item)
	{
		len = strlen(options);
		if (json_string_value(item))
			snprintf(options + len, size - len, "%s%.40s",
				 separator, json_string_value(item));
		separator = ",";
	}
	add_number(options, size, data, "min_links");
	add_word(options, size, data, "fail_over_mac", "fail_over_mac");
	if (streq(text(data, "mode"), "802.3ad") ||
	    streq(text(data, "mode"), "balance-xor") ||
	    streq(text(data, "mode"), "balance-tlb"))
		add_word(options, size, data, "xmit_hash_policy",
			 "xmit_hash_policy");
	if (streq(text(data, "mode"), "802.3ad")) {
		add_word(options, size, data, "ad_lacp_rate", "lacp_rate");
		add_word(options, size, data, "ad_select", "ad_select");
	}
}

static bool bring_bond_up(const struct walk *walk, const json_t *link,
			  char *name)
{
	const char *bond = text(link, "ifname");
	char slave[NETWORK_NAME_MAX], options[300] = "";
	const json_t *member;
	size_t i, ports = walk->out->ports_count;

	snprintf(name, NETWORK_NAME_MAX, "kdb%u", walk->depth);
	walk->out->needs_bond = true;
	bond_options(data_of(link), options, sizeof(options));
	command(walk->out, "link add name %s type bond%s", name, options);
	json_array_foreach(walk->links, i, member)
	{
		if (!streq(text(member, "master"), bond))
			continue;
		if (!bring_up(walk, member, slave, true))
			return false;
		command(walk->out, "link set dev %s master %s", slave, name);
	}
	if (walk->out->ports_count == ports) {
		refuse(walk->out, "the bond %s has no port", bond);
		return false;
	}
	command(walk->out,
		"link set dev %s address %s mtu %" JSON_INTEGER_FORMAT " up",
		name, text(link, "address"), number(link, "mtu"));
	return true;
}

/* Ports of guests and containers are not the way out. */
static bool may_lead_out(const json_t *member)
{
	const char *kind = kind_of(member);

	return !kind[0] || streq(kind, "bond") || streq(kind, "vlan");
}

/* A crashed machine has no guests: its address goes to the port itself. */
static bool bring_bridge_up(const struct walk *walk, const json_t *link,
			    char *name)
{
	const json_t *member, *way = NULL;
	size_t i;

	json_array_foreach(walk->links, i, member)
	{
		if (!streq(text(member, "master"), text(link, "ifname")) ||
		    !may_lead_out(member))
			continue;
		if (way) {
			refuse(walk->out,
			       "the bridge %s has several ports (%s, "
			       "%s), and which one leads there is not "
			       "known",
			       text(link, "ifname"), text(way, "ifname"),
			       text(member, "ifname"));
			return false;
		}
		way = member;
	}
	if (!way) {
		refuse(walk->out, "the bridge %s has no port that leads out",
		       text(link, "ifname"));
		return false;
	}
	return bring_up(walk, way, name, false);
}

/* The link, and all that it lies on; name gets what it is called there. */
static bool bring_up(const struct walk *walk, const json_t *link, char *name,
		     bool is_slave)
{
	struct walk next = { walk->links, walk->out, walk->depth + 1 };
	const char *kind = kind_of(link);

	if (next.depth > DEPTH_MAX) {
		refuse(walk->out, "it has too many layers");
		return false;
	}
	if (!kind[0])
		return bring_port_up(&next, link, name, is_slave);
	if (streq(kind, "vlan") && !is_slave)
		return bring_vlan_up(&next, link, name);
	if (streq(kind, "bond") && !is_slave)
		return bring_bond_up(&next, link, name);
	if (streq(kind, "bridge") && !is_slave)
		return bring_bridge_up(&next, link, name);
	refuse(walk->out,
	       "%s is of the kind %s, which nothing sets up after a "
	       "crash",
	       text(link, "ifname"), kind);
	return false;
}

/* One that changes by itself (privacy extensions) is not to be relied on. */
static bool is_lasting(const json_t *address)
{
	return !json_is_true(json_object_get(address, "temporary")) &&
	       !json_is_true(json_object_get(address, "deprecated")) &&
	       !json_is_true(json_object_get(address, "tentative"));
}

/* Our address: the one that is used now, or a lasting one in its place. */
static const json_t *find_own(const json_t *link, const char *used, bool is_v6)
{
	const json_t *address, *other = NULL;
	size_t i;

	json_array_foreach(json_object_get(link, "addr_info"), i, address)
	{
		if (!streq(text(address, "family"), is_v6 ? "inet6" : "inet") ||
		    !text(address, "local")[0])
			continue;
		if (is_lasting(address) && streq(text(address, "local"), used))
			return address;
		if (is_lasting(address) && !other &&
		    streq(text(address, "scope"), "global"))
			other = address;
	}
	return other;
}

static void add_route(const json_t *route, const char *name,
		      struct network_plan *out)
{
	const char *gateway = text(route, "gateway");
	const json_t *via = json_object_get(route, "via");
	const json_t *set =
		json_array_get(json_object_get(route, "metrics"), 0);
	char way[120] = "", metrics[64] = "";

	if (gateway[0])
		snprintf(way, sizeof(way), " via %s", gateway);
	else if (via)
		snprintf(way, sizeof(way), " via %s %s", text(via, "family"),
			 text(via, "host"));
	/* set by hand where a part of the way takes less and does not say so */
	add_number(metrics, sizeof(metrics), set, "mtu");
	add_number(metrics, sizeof(metrics), set, "advmss");
	command(out, "route replace %s/%d%s dev %s%s src %s%s", out->far,
		out->is_v6 ? 128 : 32, way, name, way[0] ? " onlink" : "",
		out->own, metrics);
}

/* Where the routes of a machine are made by BGP, its address is on lo. */
static const json_t *find_elsewhere(const struct walk *walk, const char *used,
				    const char **local)
{
	const json_t *link, *address;
	size_t i, j;

	json_array_foreach(walk->links, i, link)
	{
		json_array_foreach(json_object_get(link, "addr_info"), j,
				   address)
		{
			*local = text(address, "local");
			if (used[0] && streq(*local, used) &&
			    is_lasting(address))
				return address;
		}
	}
	return NULL;
}

static bool add_address(const struct walk *walk, const json_t *route,
			const json_t *link, const char *name)
{
	struct network_plan *out = walk->out;
	const char *used = text(route, "prefsrc"), *local;
	const json_t *own = find_own(link, used, out->is_v6);

	if ((!own || !streq(text(own, "local"), used)) &&
	    find_elsewhere(walk, used, &local)) {
		snprintf(out->own, sizeof(out->own), "%s", local);
		command(out, "address add %s/%d dev %s%s", out->own,
			out->is_v6 ? 128 : 32, name,
			out->is_v6 ? " nodad" : "");
		return true;
	}
	if (!own) {
		refuse(out, "%s has no address of its own that stays",
		       text(link, "ifname"));
		return false;
	}
	snprintf(out->own, sizeof(out->own), "%s", text(own, "local"));
	command(out, "address add %s/%" JSON_INTEGER_FORMAT " dev %s%s",
		out->own, number(own, "prefixlen"), name,
		out->is_v6 ? " nodad" : "");
	return true;
}

void network_plan_make(const json_t *known, struct network_plan *out)
{
	const json_t *route =
		json_array_get(json_object_get(known, "route"), 0);
	const struct walk walk = { json_object_get(known, "links"), out, 0 };
	const json_t *link = find(walk.links, text(route, "dev"));
	char name[NETWORK_NAME_MAX];

	memset(out, 0, sizeof(*out));
	snprintf(out->far, sizeof(out->far), "%s", text(known, "address"));
	out->is_v6 = strchr(out->far, ':') != NULL;
	if (streq(text(route, "type"), "local") ||
	    streq(text(route, "dev"), "lo"))
		refuse(out, "%s is this machine itself", out->far);
	else if (!out->far[0] || !link)
		refuse(out, "the way to it is not known");
	else if (text(route, "type")[0] &&
		 !streq(text(route, "type"), "unicast"))
		refuse(out, "the route to %s is of the type %s", out->far,
		       text(route, "type"));
	else if (bring_up(&walk, link, name, false) &&
		 add_address(&walk, route, link, name))
		add_route(route, name, out);
}
