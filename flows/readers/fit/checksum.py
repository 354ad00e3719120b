"""The checksum of FIT files (CRC-16, polynomial 0xA001 reflected, from 0), worked out for many stretches of bytes at once."""

from __future__ import annotations

import numpy as np

STRETCHES = 256  # a power of two


def _table() -> np.ndarray:
    values = np.arange(256, dtype=np.uint16)
    for _ in range(8):
        values = np.where(values & 1, (values >> 1) ^ np.uint16(0xA001), values >> 1).astype(np.uint16)
    return values


TABLE = _table()
BITS = np.uint16(1) << np.arange(16, dtype=np.uint16)


def checksum(data: bytes) -> int:
    """The checksum of all these bytes."""
    length = -(-len(data) // STRETCHES)
    # Zeros before the first byte do not change a checksum that begins at 0. The last 16 rows stay zero.
    padded = np.zeros((STRETCHES + len(BITS), length), dtype=np.uint8)
    padded[:STRETCHES].reshape(-1)[STRETCHES * length - len(data) :] = np.frombuffer(data, dtype=np.uint8)
    sums = np.concatenate([np.zeros(STRETCHES, dtype=np.uint16), BITS])
    for column in np.ascontiguousarray(padded.T):
        sums = (sums >> 8) ^ TABLE[(sums ^ column) & 0xFF]
    # The checksum is linear: what a stretch adds to the whole is its own sum, moved on by the bytes after it.
    sums, moved = sums[:STRETCHES], sums[STRETCHES:]
    while len(sums) > 1:
        sums = _move(sums[::2], moved) ^ sums[1::2]
        moved = _move(moved, moved)
    return int(sums[0])


def _move(sums: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """Each sum after so many more zero bytes, of which `moved` says what becomes of each bit."""
    is_set = (sums[:, None] & BITS) > 0
    return np.asarray(np.bitwise_xor.reduce(np.where(is_set, moved, np.uint16(0)), axis=1), dtype=np.uint16)
