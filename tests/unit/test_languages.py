"""The catalogues that are carried: a complete one lacks nothing, a draft leaves health in English until it was read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from flows.words import language, messages
from flows.words.amounts import plural

CARRIED = [code for code in language.languages() if code != language.ENGLISH]
COMPLETE = [code for code in CARRIED if not language.is_draft(code)]
PLACE = re.compile(r"%\(\w+\)s|%%|\{[^{}]*\}|</?\w+[^>]*>")
WAY = re.compile(r":\w+(?=\})|only\[|(?<=\w)\](?=\})")


@pytest.fixture(scope="module")
def found() -> Catalog:
    return messages.collected()


def forms_of(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def strings_of(catalogue: Catalog, message: Message) -> list[str]:
    held = catalogue.get(message.id if isinstance(message.id, str) else message.id[0])
    string = held.string if held else ""
    return [string] if isinstance(string, str) else list(string)


def places(text: str) -> set[str]:
    """The placeholders and tags of a text; a language may write an amount in another way, but has to write it."""
    return {WAY.sub("", place) for place in PLACE.findall(text)}


def test_german_is_complete() -> None:
    assert "de" in COMPLETE


@pytest.mark.parametrize("code", COMPLETE)
def test_every_message_of_a_complete_language_is_filled(code: str, found: Catalog) -> None:
    catalogue = language.catalogue_of(code)
    assert catalogue is not None
    assert [message.id for message in found if message.id and not all(strings_of(catalogue, message))] == []
    assert language.said_in_english(catalogue) == []


@pytest.mark.parametrize("code", CARRIED)
def test_a_translation_fills_in_what_its_text_does(code: str, found: Catalog) -> None:
    catalogue = language.catalogue_of(code)
    assert catalogue is not None
    wrong = [
        (message.id, string)
        for message in found
        if message.id
        for string in strings_of(catalogue, message)
        if string and places(string) != places(" ".join(forms_of(message)))
    ]
    assert wrong == []


@pytest.fixture
def draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A draft with one message on health and one that is none."""
    catalogue = Catalog(locale="fr", header_comment="# status: draft\n# health messages read by: ")
    catalogue.add("stop running: pain", "arrêter de courir")
    catalogue.add("easy day", "jour facile")
    catalogue.add(("{} injury", "{} injuries"), ("{} blessure", "{} blessures"))
    catalogue.add("not filled", "")
    path = tmp_path / "fr.po"
    path.write_bytes(messages.as_po(catalogue))
    monkeypatch.setattr(language, "CATALOGUES", tmp_path)
    language._messages.cache_clear()
    yield path
    language._messages.cache_clear()


def test_messages_on_health_are_said_in_english_until_a_reader_is_named(draft: Path) -> None:
    with language.speaking("fr"):
        assert language.is_draft("fr")
        assert language.gettext("stop running: pain") == "stop running: pain"
        assert language.gettext("easy day") == "jour facile"
        assert plural("{} injury", "{} injuries", 2) == "2 injuries"
    catalogue = language.catalogue_of("fr")
    assert catalogue is not None
    assert language.said_in_english(catalogue) == ["not filled", "stop running: pain", "{} injury"]

    signed = draft.read_text(encoding="utf-8").replace("read by:", "read by: Dr. Ada Example, 2026-11-28")
    draft.write_text(signed, encoding="utf-8")
    language._messages.cache_clear()
    with language.speaking("fr"):
        assert language.is_draft("fr")
        assert language.gettext("stop running: pain") == "arrêter de courir"
        assert plural("{} injury", "{} injuries", 2) == "2 blessures"


@pytest.mark.parametrize(
    ("text", "is_health"),
    [
        ("no running; urgent care today", True),
        ("sudden pop {rupture_date:on_day}, not examined", True),
        ("Children, and everybody up to", True),
        ("A swollen, warm calf", True),
        ("{site:site} injury open since {onset_date:short_day}", True),
        ("two-leg raises at body weight", True),
        ("straight-knee raises 2× this week", False),
        ("Data quality", False),
        ("populated", False),
        ("restart: max {ceiling} a run", False),
    ],
)
def test_a_message_on_health_is_known_by_its_words(text: str, is_health: bool) -> None:
    assert bool(language.HEALTH.search(text)) is is_health


def test_a_translation_of_a_text_that_is_used_again_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    once = Catalog()
    once.add("Show the numbers")
    once.add(("{} number", "{} numbers"))
    monkeypatch.setattr(messages, "CATALOGUES", tmp_path)
    german = Catalog(locale="de")
    german.add("Show the numbers", "Die Zahlen zeigen")
    german.add(("{} number", "{} numbers"), ("{} Zahl", "{} Zahlen"))
    (tmp_path / "de.po").write_bytes(messages.as_po(german))
    for known in (Catalog(), once):
        monkeypatch.setattr(messages, "collected", lambda known=known: known)
        messages.main()
    kept = (tmp_path / "de.po").read_text(encoding="utf-8")
    assert '\nmsgid "Show the numbers"\nmsgstr "Die Zahlen zeigen"' in kept
    assert '\nmsgstr[1] "{} Zahlen"' in kept
