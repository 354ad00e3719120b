"""Text that others wrote: made fit to be kept in a database, and fit to be shown on a terminal, in a log line or on a page."""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST_ID = 255  # characters, as of a folder's name
LONGEST_TEXT = 2000  # characters of one cell; a coach's longest note has a third of it

# What moves a cursor, turns the direction of writing or is half a character: no text, whoever shows it.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_BLANKS = "\t\n\v\f\r\x85\u2028\u2029"


def storable(text: str) -> str:
    """A text as the raw tables hold it: one line without control characters, half characters replaced, not too long."""
    if len(text) > LONGEST_TEXT:
        text = text[: LONGEST_TEXT - 1] + "…"
    return text if text.isprintable() else _CONTROLS.sub(_in_place, text)


def _in_place(found: re.Match[str]) -> str:
    character = found.group()
    if character in _BLANKS:
        return " "
    return "\ufffd" if "\ud800" <= character <= "\udfff" else ""


def printable(text: object) -> str:
    """Anything as text that only prints: what would command a terminal stands there as its code, ESC as \\x1b."""
    said = str(text)
    return said if said.isprintable() else _CONTROLS.sub(lambda found: found.group().encode("unicode_escape").decode(), said)


@contextmanager
def without_stderr() -> Iterator[None]:
    """Whatever libraries, also those that are not written in Python, write to stderr meanwhile goes nowhere.

    A decoder that fails on a hostile file may say so with the file's own bytes; what is wrong with a file is told by its refusal.
    """
    heard, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        sys.stderr.flush()
        os.dup2(nowhere, 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(heard, 2)
        os.close(heard)
        os.close(nowhere)


def athlete_of(folder: str) -> str:
    """The athlete whose folder is called so: accents in one spelling, no blanks around, and nothing in it that is no text."""
    return printable(unicodedata.normalize("NFC", folder).strip())[:LONGEST_ID] or "_"
