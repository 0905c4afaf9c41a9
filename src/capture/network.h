/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_NETWORK_H
#define CAPTURE_NETWORK_H

/*
 * A step: set the network as the image has it: ports are found by their MAC
 * ("port=MAC NAME" of the configuration) and get these names, then ip(8) is
 * given /etc/kdump-dma-network. 0 or -errno, after an event.
 */
int network_up(void);

/* Why it may be that nobody answers: an event for each port without carrier. */
void network_say_carrier(void);

#endif
