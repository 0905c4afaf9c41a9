# SPDX-License-Identifier: GPL-2.0-or-later
"""What QEMU's blklogwrites wrote down (the format of Linux's dm-log-writes): a disk as it
was after any number of its writes, which is what a power cut leaves."""
import struct

MAGIC = 0x6a736677736872


def read(path):
    """(offset, bytes) of each write, in order"""
    with open(path, 'rb') as log:
        magic, _, count, sector_bytes = struct.unpack('<QQQI', log.read(28))
        if magic != MAGIC:
            raise OSError(f'{path}: no log of writes')
        at = sector_bytes
        for _ in range(count):
            log.seek(at)
            sector, sectors, flags, _ = struct.unpack('<QQQQ', log.read(32))
            at += sector_bytes
            is_data = not flags & 4 and sectors  # 4: discarded, nothing follows
            if is_data:
                log.seek(at)
                yield sector * sector_bytes, log.read(sectors * sector_bytes)
                at += sectors * sector_bytes
