"""Variable-length integers of Protocol Buffers and PMTiles, whole arrays at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]

_SEVEN_BITS = 0x7F
_MORE = 0x80


def sizes(values: Words) -> Ints:
    """Count the bytes of each value as a varint, 1 to 10."""
    count = np.ones(len(values), np.int64)
    highest = int(values.max(initial=0))
    for bits in range(7, 64, 7):
        if highest >> bits == 0:
            break
        count += values >= np.uint64(1 << bits)
    return count


def encode(values: Words) -> bytes:
    """Encode the values one after the other, little end first, seven bits to a byte."""
    size = sizes(values)
    position = np.cumsum(size) - size
    out = np.zeros(int(size.sum()), np.uint8)
    rest, where, left = values, position, size
    while len(rest):
        more = left > 1
        out[where] = (rest & np.uint64(_SEVEN_BITS)).astype(np.uint8) | np.uint8(_MORE) * more
        rest, where, left = rest[more] >> np.uint64(7), where[more] + 1, left[more] - 1
    return out.tobytes()


def word(value: int) -> bytes:
    """Encode one value."""
    out = bytearray()
    while value > _SEVEN_BITS:
        out.append(value & _SEVEN_BITS | _MORE)
        value >>= 7
    out.append(value)
    return bytes(out)


def message(tag: int, body: bytes) -> bytes:
    """Encode a field that has a length: its tag, the length, the bytes."""
    return bytes((tag,)) + word(len(body)) + body


def zigzag(values: Ints) -> Words:
    """Map 0, -1, 1, -2 … to 0, 1, 2, 3 … so that small negatives stay short."""
    return ((values << 1) ^ (values >> 63)).view(np.uint64)
