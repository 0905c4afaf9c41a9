#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""vlan-switch.py TAP VLAN PORT...: a switch between a guest's network ports and a tap.

Each PORT is LOCAL:PEER, two UDP ports of 127.0.0.1: QEMU's "-netdev socket,udp=" sends
frames from PEER to LOCAL. Frames of the guest with the tag VLAN go to the tap without
it; those of the tap go, tagged, to the port that spoke last, as to the active port of a
bond. What has no tag, or another one, is dropped. With VLAN 0 no tags are used.
"""
import fcntl
import os
import select
import socket
import struct
import sys

TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
TAG = b"\x81\x00"


def open_tap(name):
    tap = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tap, TUNSETIFF,
                struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    return tap


def without_tag(frame, vlan):
    """The frame as the tap gets it, or None."""
    if not vlan:
        return frame
    if frame[12:14] != TAG or struct.unpack("!H", frame[14:16])[0] & 0xFFF != vlan:
        return None
    return frame[:12] + frame[16:]


def with_tag(frame, vlan):
    if not vlan:
        return frame
    return frame[:12] + TAG + struct.pack("!H", vlan) + frame[12:]


def main():
    tap, vlan = open_tap(sys.argv[1]), int(sys.argv[2])
    ports = []
    for pair in sys.argv[3:]:
        local, peer = map(int, pair.split(":"))
        port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        port.bind(("127.0.0.1", local))
        port.connect(("127.0.0.1", peer))
        ports.append(port)
    active = ports[0]
    print("ready", flush=True)
    while True:
        for ready in select.select([tap] + ports, [], [])[0]:
            try:
                if ready == tap:
                    active.send(with_tag(os.read(tap, 65536), vlan))
                    continue
                frame = without_tag(ready.recv(65536), vlan)
                if frame:
                    active = ready
                    os.write(tap, frame)
            except OSError:
                pass  # nobody at the other end for now


main()
