"""The bytes of FIT files: chained files, complete messages, lengths and checksums."""

from __future__ import annotations

import struct

from flows.readers.fit.checksum import checksum
from flows.records import UnreadableFile

SHORT_HEADER_BYTES = 12
CHECKSUM_BYTES = 2
LONGEST_DEFINITION_BYTES = 6 + 3 * 255 + 1 + 3 * 255
FOREIGN_REMEDY = "Check that this is the file the watch made, and export the activity again as original (FIT)"
EXPORT_AGAIN = "Copy it from the watch again, or export the activity once more from its app"


def split_chain(data: bytes) -> tuple[list[tuple[int, int]], str | None]:
    """(start, end) in bytes of each FIT file chained in `data`, and why the rest was left out, if there is a rest."""
    if not data:
        raise UnreadableFile("byte 0", "the file is empty", EXPORT_AGAIN)
    spans: list[tuple[int, int]] = []
    start = 0
    while start < len(data):
        # 0e 10 d9 07 34 4b 00 00 2e 46 49 54 ..: header size, protocol, profile, data size, ".FIT"
        header = data[start : start + SHORT_HEADER_BYTES]
        if len(header) < SHORT_HEADER_BYTES or header[0] < SHORT_HEADER_BYTES or header[8:] != b".FIT":
            break
        body_bytes = int.from_bytes(header[4:8], "little")
        # A watch that lost power leaves the size 0: then all that follows is the body.
        end = start + header[0] + body_bytes + CHECKSUM_BYTES if body_bytes else len(data)
        spans.append((start, min(end, len(data))))
        start = end
    if not spans:
        raise UnreadableFile("byte 0", "this is not a FIT file: its first bytes are not a FIT header", FOREIGN_REMEDY)
    rest = data[start:]
    if rest.strip(b"\0"):
        return spans, f"from byte {start} on there is no FIT header: the last {len(rest)} bytes were left out"
    return spans, None


def whole_part(chunk: bytes, offset: int) -> tuple[bytes, str | None]:
    """The complete messages of one FIT file as a file that fitfast accepts, and what was wrong, if anything.

    fitfast needs every checksum to be right. A header checksum of 0 is valid; a recording that was cut off,
    never closed or damaged is cut after its last complete message.
    """
    body_bytes = int.from_bytes(chunk[4:8], "little")
    body_end = chunk[0] + body_bytes if body_bytes else len(chunk)
    end, is_damaged = last_whole_message(chunk, min(body_end, len(chunk)))
    stored = chunk[body_end : body_end + CHECKSUM_BYTES]
    because = None
    if not body_bytes:
        because = f"the recording was never closed: its header at byte {offset} gives no length"
    elif is_damaged:
        because = f"the file is damaged from byte {offset + end} on"
    elif end < body_end or len(stored) < CHECKSUM_BYTES:
        because = f"the file is cut off at byte {offset + len(chunk)}"
    elif checksum(chunk[:body_end]) != int.from_bytes(stored, "little"):
        because = f"the checksum at byte {offset + body_end} is wrong: something in the file is damaged"
    body = chunk[chunk[0] : end]
    closed = struct.pack("<B3sI4s", SHORT_HEADER_BYTES, chunk[1:4], len(body), b".FIT") + body
    heart_rate = chunk[body_end + CHECKSUM_BYTES :]  # complete, and joined to this file
    return closed + struct.pack("<H", checksum(closed)) + heart_rate, because


def last_whole_message(chunk: bytes, body_end: int) -> tuple[int, bool]:
    """Where the last complete message ends, judged by lengths only, and whether the bytes after it are invalid.

    The message before invalid bytes is left out too: bytes were lost in or before it.
    """
    sizes: dict[int, int] = {}  # local message number -> bytes of its data
    place = before = chunk[0]
    while place < body_end:
        head = chunk[place]
        if head & 0x80:  # compressed timestamp: 1nnttttt
            size = sizes.get(head >> 5 & 0b11)
        elif head & 0x40:  # definition: 01d0nnnn, reserved, endian, number (2), fields, 3 bytes for each
            size, sizes[head & 0xF] = definition_sizes(chunk[place : min(place + LONGEST_DEFINITION_BYTES, body_end)])
        else:
            size = sizes.get(head & 0xF)
        if size is None:
            return before, True
        if place + 1 + size > body_end:
            return place, False
        before, place = place, place + 1 + size
    return place, False


def definition_sizes(chunk: bytes) -> tuple[int, int]:
    """Bytes of a definition message after its head, and of each data message that it defines."""
    fields = chunk[5] if len(chunk) > 5 else 0  # noqa: PLR2004
    end = 6 + 3 * fields
    data = sum(chunk[7:end:3])
    if chunk[0] & 0x20:  # developer fields follow: their count, 3 bytes for each
        start = end + 1
        end = start + 3 * (chunk[end] if len(chunk) > end else 0)
        data += sum(chunk[start + 1 : end : 3])
    return end - 1, data
