"""The language in which something is said just now, and its messages.

A message is its English text; another language is one file, locale/<code>.po, which `make messages` brings up to date.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from flows.settings import CATALOGUES

ENGLISH = "en"
_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Whatever is said meanwhile is said in this language, English where it is unknown."""
    before = _spoken.set(code if code in languages() else ENGLISH)
    try:
        yield
    finally:
        _spoken.reset(before)


def languages() -> list[str]:
    """The codes of the languages that have a catalogue; English needs none."""
    return [ENGLISH, *sorted(path.stem for path in CATALOGUES.glob("*.po"))]


def spoken() -> str:
    """The code of the language of just now."""
    return _spoken.get()


def locale() -> Locale:
    """Its way with numbers and dates."""
    return Locale.parse(spoken(), sep="_")


@cache
def _messages(code: str) -> NullTranslations:
    path = CATALOGUES / f"{code}.po"
    if not path.is_file():
        return NullTranslations()
    with path.open(encoding="utf-8") as stream:
        catalogue = read_po(stream, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def gettext(message: str) -> str:
    """A message in the language of just now; its own English where that has none."""
    return _messages(spoken()).gettext(message) if message else ""


def ngettext(one: str, many: str, number: float) -> str:
    """A message about a number of things, in the form that this number takes."""
    return _messages(spoken()).ngettext(one, many, int(number) if number == int(number) else 2)


def N_(message: str) -> str:  # noqa: N802  the name by which catalogues are extracted
    """Marks a message that is said later, through gettext."""
    return message


def plural_of(one: str, many: str) -> tuple[str, str]:
    """Marks the two forms of a message that is said later, through ngettext."""
    return one, many


_ = gettext
