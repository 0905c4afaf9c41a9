// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/network.h"

#include <errno.h>
#include <string.h>

#include "capture/capture.h"
#include "capture/program.h"
#include "capture/say.h"
#include "lib/clock.h"
#include "lib/root.h"

#define COMMANDS   "/etc/kdump-dma-network"
#define NET	   "sys/class/net"
#define NAME_BYTES 16 /* IFNAMSIZ */
#define MAC_BYTES  64
#define IP_LIMIT_S 20
/* To wait for all ports of a bond, of which one may be enough. */
#define PORTS_WAIT_S 60
#define PAUSE_MS     200

struct port {
	struct root root;
	char mac[MAC_BYTES];
	char found[NAME_BYTES]; /* its name; "" until it is there */
};

static void look(void *arg, const char *name)
{
	struct port *port = arg;
	char mac[MAC_BYTES];

	if (strlen(name) >= NAME_BYTES ||
	    root_read(&port->root, mac, sizeof(mac), NET "/%s/address", name) <
		    0)
		return;
	mac[strcspn(mac, "\n")] = '\0';
	if (!strcmp(mac, port->mac))
		strcpy(port->found, name);
}

static bool split(struct text line, struct port *port, char *name)
{
	struct text mac, word;

	if (!text_word(&line, &mac) || !text_word(&line, &word))
		return false;
	text_copy(mac, port->mac, sizeof(port->mac));
	text_copy(word, name, NAME_BYTES);
	port->found[0] = '\0';
	return true;
}

/* Find a port and give it its name; an event if it does not come. */
static bool take_port(struct port *port, const char *name, uint64_t end_ms)
{
	const char *const argv[] = { "ip",	  "link", "set", "dev",
				     port->found, "name", name,	 NULL };

	for (;;) {
		(void)!root_list(&port->root, look, port, NET);
		if (port->found[0])
			return !strcmp(port->found, name) ||
			       !program_run_quietly(argv, IP_LIMIT_S, 0, 4);
		if (clock_ms() >= end_ms)
			break;
		clock_sleep_ms(PAUSE_MS);
	}
	say_event("the network port %s did not appear", port->mac);
	return false;
}

int network_up(void)
{
	const char *const argv[] = { "ip", "-force", "-batch", COMMANDS, NULL };
	uint64_t end_ms = clock_ms() + PORTS_WAIT_S * 1000;
	static struct port port;
	char name[NAME_BYTES];
	struct text line;
	size_t at = 0;
	int ports = 0, err = root_open(&port.root, "/");

	if (err)
		return err;
	while (conf_next(&capture->conf, "port", &at, &line))
		ports += split(line, &port, name) &&
			 take_port(&port, name, end_ms);
	if (!ports)
		return -ENODEV;
	/* Go on: what ip could not set may not be needed. */
	if (program_run_quietly(argv, IP_LIMIT_S, 0, 4))
		say_event("not all of the network could be set");
	return 0;
}

void network_say_carrier(void)
{
	static struct port port;
	char name[NAME_BYTES];
	struct text line;
	uint64_t carrier;
	size_t at = 0;

	if (root_open(&port.root, "/"))
		return;
	while (conf_next(&capture->conf, "port", &at, &line))
		if (split(line, &port, name) &&
		    (root_read_u64(&port.root, &carrier, NET "/%s/carrier",
				   name) ||
		     !carrier))
			say_event("the network port %s has no carrier",
				  port.mac);
}
