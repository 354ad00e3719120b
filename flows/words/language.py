"""The current language and its messages.

A message is its English text; every other language is one file, locale/<code>.po, which `make messages` updates.
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

from flows.places import CATALOGUES

ENGLISH = "en"
_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Make this the current language for the block; English if the language is unknown."""
    before = _spoken.set(code if code in languages() else ENGLISH)
    try:
        yield
    finally:
        _spoken.reset(before)


def languages() -> list[str]:
    """The codes of all languages: English, and those with a catalogue."""
    return [ENGLISH, *sorted(path.stem for path in CATALOGUES.glob("*.po"))]


def spoken() -> str:
    """The code of the current language."""
    return _spoken.get()


def locale() -> Locale:
    """The locale of the current language, for numbers and dates."""
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
    """A message in the current language; English if it has no translation."""
    return _messages(spoken()).gettext(message) if message else ""


def ngettext(one: str, many: str, number: float) -> str:
    """A message about a number of things, in the plural form of this number."""
    return _messages(spoken()).ngettext(one, many, int(number) if number == int(number) else 2)


def N_(message: str) -> str:  # noqa: N802  the name that catalogue extraction looks for
    """Marks a message that gettext translates later."""
    return message


def plural_of(one: str, many: str) -> tuple[str, str]:
    """Marks the two forms of a message that ngettext translates later."""
    return one, many


_ = gettext
