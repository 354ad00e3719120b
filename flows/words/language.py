"""The current language and its messages.

A message is its English text; every other language is one file, locale/<code>.po, which `make messages` updates. Its first
comment may say that it is a draft, and who has read its messages on health: until then those of a draft are said in English.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from flows.places import CATALOGUES

ENGLISH = "en"
STATUS = "x-status"
# Of the first comment of a catalogue.
DRAFT, SIGNED = re.compile(r"^status: draft\b", re.MULTILINE), re.compile(r"^health messages read by: *\S+", re.MULTILINE)
# Messages on ruptures, pain, injuries, children and clots, by their English text.
HEALTH = re.compile(
    r"ruptur|torn|\bpop\b|\bpain|hurt|injur|clinician|urgent|doctor|physio|examin|child|under 16|\byoung|clot|swollen|pregnan"
    r"|symptom|stiff|visa|worse|heel that|rise on one leg|tendon meets the heel|body weight|antibiotic|\bill\b|illness",
    re.IGNORECASE,
)
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


def known(code: str | None, otherwise: str) -> str:
    """The code if there is such a language, else the other one."""
    return code if code in languages() else otherwise


def spoken() -> str:
    """The code of the current language."""
    return _spoken.get()


def locale() -> Locale:
    """The locale of the current language, for numbers and dates."""
    return locale_of(spoken())


@cache
def locale_of(code: str) -> Locale:
    return Locale.parse(code, sep="_")


def catalogue_of(code: str) -> Catalog | None:
    """The catalogue of a language as its file has it; None if there is none."""
    path = CATALOGUES / f"{code}.po"
    if not path.is_file():
        return None
    with path.open(encoding="utf-8") as stream:
        return read_po(stream, locale=code)


def is_draft(code: str) -> bool:
    """Whether pages in this language say that they are a draft."""
    return _messages(code, CATALOGUES).info().get(STATUS) == "draft"


def comment_of(catalogue: Catalog) -> str:
    """The first comment of a catalogue, without its number signs."""
    return re.sub(r"^# ?", "", catalogue.header_comment, flags=re.MULTILINE)


def said_in_english(catalogue: Catalog) -> list[str]:
    """The messages that a language leaves in English: of an unsigned draft those on health, and what is empty."""
    comment = comment_of(catalogue)
    is_unsigned = DRAFT.search(comment) is not None and not SIGNED.search(comment)
    texts = [message.id if isinstance(message.id, str) else message.id[0] for message in catalogue if message.id]
    return sorted(text for text in texts if (is_unsigned and HEALTH.search(text)) or not _is_filled(catalogue[text].string))


def _is_filled(string: object) -> bool:
    return bool(string) and (isinstance(string, str) or all(string))  # type: ignore[arg-type]


@cache
def _messages(code: str, _: Path) -> NullTranslations:
    catalogue = catalogue_of(code)
    if catalogue is None:
        return NullTranslations()
    for text in said_in_english(catalogue):
        catalogue.delete(text)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    translations = Translations(compiled)
    translations.info()[STATUS] = "draft" if DRAFT.search(comment_of(catalogue)) else "complete"
    return translations


def gettext(message: str) -> str:
    """A message in the current language; English if it has no translation."""
    return _messages(spoken(), CATALOGUES).gettext(message) if message else ""


def ngettext(one: str, many: str, number: float) -> str:
    """A message about a number of things, in the plural form of this number."""
    return _messages(spoken(), CATALOGUES).ngettext(one, many, int(number) if number == int(number) else 2)


def N_(message: str) -> str:  # noqa: N802  the name that catalogue extraction looks for
    """Marks a message that gettext translates later."""
    return message


def plural_of(one: str, many: str) -> tuple[str, str]:
    """Marks the two forms of a message that ngettext translates later."""
    return one, many


_ = gettext
