"""Every text of the pages is a message: a made-up language leaves no English behind, and the catalogue holds what code says."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from lxml import html
from playwright.sync_api import Page

from dashboards import site
from flows.places import CATALOGUES
from flows.settings import WrongSettings, load_settings
from flows.words import language, messages
from flows.words.amounts import long_date, number, plain, value_with_unit
from tests.lib.squads import Night
from tests.pages.conftest import AS_OF, PAGES, draw_all

# Greek writes days and months in letters of its own, so that no English word can be mistaken for one of its.
CODE = "el"
LETTERS = str.maketrans(string.ascii_letters, "àƀčđèƒğĥìĵķĺɱñòƥɋřšťùṽŵẋýžÀɃČĐÈƑĞĤÌĴĶĹṀÑÒƤɊŘŠŤÙṼŴẊÝŽ")
KEPT = re.compile(r"(\{[^}]*\}|%\(\w+\)s|<[^>]+>|&\w+;)")
WORD = re.compile(r"(?<![^\W_])[A-Za-z]{2,}(?![^\W_])")
CODE_NAME = re.compile(r"[\w-]+(?:[./_][\w-]+)+")
# Symbols of units and abbreviations that are the same in every language, the program's name, the code of a run level, and a
# column of squad.csv.
SYMBOLS = {"sex", "km", "mi", "kg", "lb", "min", "bpm", "AU", "EWMA", "UTC", "RW", "RPE", "Tendonwatch"}
# What is data: names and paths, what is cited or typed as it stands, and texts in another
# language, which say so.
DATA = (
    "self::bdi or self::pre or self::script or self::style or @lang or @translate = 'no'"
    " or contains(concat(' ', normalize-space(@class), ' '), ' path ')"
    " or contains(concat(' ', normalize-space(@class), ' '), ' squad-name ')"
)
ATTRIBUTES = ("aria-label", "title", "placeholder", "alt", "data-label", "data-day")
# What of a figure people see.
FIGURE_TEXTS = {"text", "name", "hovertemplate", "hoverformat", "ticktext", "summary", "unit", "customdata", "calendar"}


def accented(message: str) -> str:
    """The message in the made-up language: brackets around it and no plain letter, but for what is filled in."""
    parts = KEPT.split(message)
    return "⟦" + "".join(part if KEPT.fullmatch(part) else part.translate(LETTERS) for part in parts) + "⟧"


@pytest.fixture(scope="module")
def made_up_site(demo_night: Night, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The pages of the demo squad in the made-up language."""
    folder = tmp_path_factory.mktemp("made-up")
    catalogue = Catalog(locale=CODE)
    for message in messages.collected():
        if message.id:
            forms = [message.id] if isinstance(message.id, str) else list(message.id)
            catalogue.add(message.id, tuple(map(accented, forms)) if len(forms) > 1 else accented(forms[0]))
    with (folder / f"{CODE}.po").open("wb") as stream:
        write_po(stream, catalogue)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(language, "CATALOGUES", folder)
        language._messages.cache_clear()
        site.build_site(demo_night.warehouse, folder / "site", CODE)
        yield folder / "site"
    language._messages.cache_clear()


def english(text: str) -> list[str]:
    """The plain words of a text that no symbol accounts for; names of files, tables and rules are no words."""
    return [word for word in WORD.findall(CODE_NAME.sub(" ", text)) if word not in SYMBOLS]


def left_in(page: str, data: Iterable[str] = ()) -> list[str]:
    """What a reader of the page would still find in English, texts and labels; `data` are texts of the squad."""
    document = html.fromstring(page)
    found: list[str | None] = []
    for element in document.xpath(f"//*[not(ancestor-or-self::*[not(self::html) and ({DATA})])]"):
        if isinstance(element.tag, str):
            found += [element.text, *(child.tail for child in element), *(element.get(name) for name in ATTRIBUTES)]
    return [text.strip() for text in found if text and english(without(text, data))]


def without(text: str, data: Iterable[str]) -> str:
    for one in data:
        text = text.replace(one, " ")
    return text


def figure_texts(of: Any, key: str = "") -> Iterator[str]:
    """Every text of a figure that is seen, without what Plotly fills in."""
    if isinstance(of, dict):
        for name, value in of.items():
            yield from figure_texts(value, name)
    elif isinstance(of, list):
        for value in of:
            yield from figure_texts(value, key)
    elif isinstance(of, str) and key in FIGURE_TEXTS:
        yield re.sub(r"%\{[^}]*\}|%-?[A-Za-z]|</?extra>", " ", of)


@pytest.fixture(scope="module")
def squad_texts(demo_night: Night) -> list[str]:
    """What the squad and the warehouse say themselves where no element marks it: in titles and in the digest."""
    told = demo_night.rows("select name, squad from marts.athletes")
    texts = [text for row in told for text in row.values() if text]
    # The digest writes them on one line, and longer ones cut.
    texts += [row["reason"] for row in demo_night.rows("select reason from ops.checks")]
    texts += [row["path"] for row in demo_night.rows("select distinct path from ops.refusals")]
    return sorted((" ".join(text.split()) for text in texts), key=len, reverse=True)


def test_no_page_leaves_an_english_text(made_up_site: Path, squad_texts: list[str]) -> None:
    pages = {path.name: path.read_text(encoding="utf-8") for path in sorted(made_up_site.rglob("*.html"))}
    assert len(pages) >= 13
    assert {name: left for name, page in pages.items() if (left := left_in(page, squad_texts))} == {}


def test_no_figure_leaves_an_english_text(made_up_site: Path) -> None:
    left = set()
    seen = 0
    for path in (made_up_site / "athletes").glob("*.html"):
        for script in html.fromstring(path.read_text(encoding="utf-8")).xpath("//script[@id='figures']"):
            figures = json.loads(script.text)
            assert figures.pop("locale")["format"]["months"][0] == "Ιανουαρίου"
            texts = list(figure_texts(figures))
            seen += len(texts)
            left |= {text for text in texts if english(text)}
    assert seen > 100
    assert left == set()


def test_the_digest_as_text_leaves_no_english(made_up_site: Path, squad_texts: list[str]) -> None:
    told = (made_up_site / "digest.txt").read_text(encoding="utf-8")
    assert english(without(told, squad_texts)) == []


def test_every_page_names_its_language_and_the_texts_of_scripts_are_in_it(made_up_site: Path) -> None:
    for path in made_up_site.rglob("*.html"):
        document = html.fromstring(path.read_text(encoding="utf-8"))
        assert document.get("lang") == CODE, path.name
        for script in document.xpath("//script[@id='texts']"):
            texts = json.loads(script.text)
            assert texts.pop("locale") == CODE
            assert [value for value in map(str, texts.values()) if english(re.sub(r"'\w+':|\{\w+\}", "", value))] == []


@pytest.mark.browser
@pytest.mark.parametrize("name", ["squad", "lagging", "data-dictionary"])
def test_scripts_add_no_english(made_up_site: Path, squad_texts: list[str], open_page: Callable[..., Page], name: str) -> None:
    page = open_page(made_up_site / PAGES[name])
    draw_all(page)
    for details in page.query_selector_all("details"):
        details.evaluate("element => { element.open = true; }")
    for search in page.query_selector_all("input[type=search]"):
        search.fill("a")
    page.wait_for_timeout(400)
    assert left_in(page.content(), squad_texts) == []


def test_the_catalogue_holds_what_the_project_says() -> None:
    template = CATALOGUES / messages.TEMPLATE
    assert template.read_bytes() == messages.as_po(messages.collected()), "make messages brings it up to date"


def test_plural_forms_reach_the_scripts_by_their_category(demo_night: Night) -> None:
    texts = html.fromstring((demo_night.site / "index.html").read_text(encoding="utf-8")).xpath("//script[@id='texts']")
    forms = json.loads(texts[0].text)["columnsFound"]
    assert forms == {"one": "{} column found", "other": "{} columns found"}


def test_a_language_of_which_there_is_no_catalogue_is_refused_with_those_there_are(tmp_path: Path) -> None:
    (tmp_path / "tendonwatch.toml").write_text('language = "tlh"\n', encoding="utf-8")
    with pytest.raises(WrongSettings, match="language: no catalogue of messages is called 'tlh'; there is en"):
        load_settings(tmp_path, {})


def test_numbers_and_days_are_written_as_the_language_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "CATALOGUES", tmp_path)
    (tmp_path / "de.po").touch()
    assert (number(1234.5, 1), plain(0.25), long_date(AS_OF)) == ("1,234.5", "0.25", "Sunday 15 November 2026")
    with language.speaking("de"):
        assert (number(1234.5, 1), plain(0.25), long_date(AS_OF)) == ("1.234,5", "0,25", "Sonntag, 15. November 2026")
        assert value_with_unit(2.834, "ratio") == "2,83 ×"
    assert number(1234.5, 1) == "1,234.5"


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (1, "days", "1 day"),
        (0, "sets", "0 sets"),
        (1.5, "sets", "1.5 sets"),
        (13_910, "m", "13.9 km"),
        (61_691, "m a week", "61.7 km a week"),
        (13_620, "s a week", "3 h 47 min a week"),
        (5.04, "sets a week", "5 a week"),
        (0.2, "share", "20 %"),
        (3, "0-10", "3 of 10"),
        (None, "days", "–"),
    ],
)
def test_an_amount_is_told_with_its_unit(value: float | None, unit: str, said: str) -> None:
    assert value_with_unit(value, unit) == said
