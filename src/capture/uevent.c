// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/uevent.h"

#include <errno.h>
#include <linux/netlink.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"

int uevent_open(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK,
				       .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			NETLINK_KOBJECT_UEVENT);

	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address))) {
		close(fd);
		return -EADDRNOTAVAIL;
	}
	return fd;
}

bool uevent_wait(int fd, uint64_t ms)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char event[4096];
	bool was_any = false;

	if (fd < 0) {
		clock_sleep_ms(ms);
		return true;
	}
	if (poll(&wait, 1, (int)ms) <= 0)
		return false;
	/* ENOBUFS: some were lost because there were too many */
	while (recv(fd, event, sizeof(event), 0) > 0 || errno == ENOBUFS) {
		was_any = true;
		errno = 0;
	}
	return was_any;
}
