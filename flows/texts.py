"""Makes text from others safe to store in a database and to show on a terminal, in a log line or on a page."""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST_ID = 255  # characters, like the name of a folder
LONGEST_TEXT = 2000  # characters of one cell; a coach's longest note has a third of that

# Characters that move the cursor or change the writing direction, and lone surrogates: never part of a text.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d"})
_BLANKS = "\t\n\v\f\r\x85\u2028\u2029"


def storable(text: str) -> str:
    """A text as the raw tables hold it: one line without control characters, lone surrogates replaced, at most LONGEST_TEXT."""
    if len(text) > LONGEST_TEXT:
        text = text[: LONGEST_TEXT - 1] + "…"
    return text if text.isprintable() else _CONTROLS.sub(_in_place, text)


def _in_place(found: re.Match[str]) -> str:
    character = found.group()
    if character in _BLANKS:
        return " "
    return "\ufffd" if "\ud800" <= character <= "\udfff" else ""


def printable(text: object) -> str:
    """Anything as printable text: control characters, which could command a terminal, become escapes like \\x1b."""
    said = str(text)
    return said if said.isprintable() else _CONTROLS.sub(lambda found: found.group().encode("unicode_escape").decode(), said)


def plain_letters(text: str) -> str:
    """Small letters without accents, as macros.sql folds them (plain_words)."""
    letters = unicodedata.normalize("NFKD", text.lower()).translate(_LETTERS)
    return unicodedata.normalize("NFC", "".join(letter for letter in letters if not unicodedata.combining(letter)))


@contextmanager
def without_stderr() -> Iterator[None]:
    """Discard what libraries, including those not written in Python, write to stderr meanwhile.

    A decoder's error may repeat bytes of a hostile file; the refusal of the file says what is wrong with it.
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
    """The athlete_id of a folder name: NFC, without outer blanks, only printable text, at most LONGEST_ID characters."""
    return printable(unicodedata.normalize("NFC", folder).strip())[:LONGEST_ID] or "_"
