"""The runner's own sheet: one file of their own, in their language, that names nobody else and no code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import html

from dashboards import site
from dashboards.templating import page_names
from tests.lib.said import words_of
from tests.lib.squads import Night
from tests.pages.conftest import SmallWarehouse

LARGEST_BYTES = 150_000
STOP = "A pop, or you cannot rise on one leg: stop, urgent care today."
CODE = re.compile(r"\b[A-Z]+_[A-Z_0-9]+\b|\b[RC][0-2] ×|marts\.|\.csv|\bNone\b|[{}]")


def sheets(folder: Path) -> dict[str, Path]:
    return {path.stem: path for path in (folder / "runners").glob("*.html")}


def test_everybody_has_a_sheet_that_stands_alone(demo_night: Night) -> None:
    found = sheets(demo_night.site)
    people = {row["athlete_id"]: row["name"] for row in demo_night.rows("select athlete_id, name from marts.athletes")}
    names = page_names(people)
    assert found.keys() == {name.removesuffix(".html") for name in names.values()}
    for athlete_id, page_name in names.items():
        path = demo_night.site / "runners" / page_name
        page = path.read_text(encoding="utf-8")
        document = html.fromstring(page)
        assert len(page.encode()) < LARGEST_BYTES
        assert document.xpath("//@href | //@src | //script | //form") == ["data:,"]
        said = words_of(path)
        assert STOP in said
        assert "Pain over 5 of 10 on a run: end that run." in said
        assert "worse the next morning twice in a row: run less, no heavy calf work, and see a clinician." in said
        assert not CODE.search(said), CODE.search(said)
        others = [name for other, name in people.items() if other != athlete_id] + [one for one in people if one != athlete_id]
        assert [other for other in others if re.search(rf"\b{re.escape(other)}\b", said)] == []


def test_it_says_why_what_to_do_and_how_in_the_second_person(demo_night: Night) -> None:
    document = html.parse(str(demo_night.site / "runners" / "tomas.html")).getroot()
    (why,) = document.xpath("//p[@class='said']/text()")
    assert why == "Your long run jumped, and the bent-knee raises were left out."
    assert [" ".join(one.split()) for one in document.xpath("//ul[@class='do']/li/text()")] == [
        "No run over 19.5 km in the next 2 weeks; only easy running for two days",
        "Bent-knee raises on two days this week",
    ]
    assert document.xpath("//h2/text()") == [
        "Bent-knee raise",
        "Straight-knee raise on a step",
        "Single-leg march out of a hip hinge",
    ]
    assert len(document.xpath("//*[local-name()='svg']")) == 3
    assert all("3 ×" in " ".join(dose.split()) for dose in document.xpath("//p[@class='dose']/text()"))


@pytest.mark.parametrize(
    ("own", "of_the_site", "said"), [("de", "en", "de"), (None, "de", "de"), (None, "en", "en"), ("tlh", "de", "de")]
)
def test_it_is_in_the_runners_language_else_in_that_of_the_site(
    small_warehouse: SmallWarehouse, tmp_path: Path, own: str | None, of_the_site: str, said: str
) -> None:
    small_warehouse.add_athlete("ada", "Ada", flag="green", priority=0, forbids=["exercise"])
    small_warehouse.execute("update marts.athletes set language = ?", own)
    small_warehouse.fill()

    site.build_site(small_warehouse.path, tmp_path / "site", of_the_site)

    page = html.parse(str(tmp_path / "site" / "runners" / "ada.html")).getroot()
    assert page.get("lang") == said
    assert page.findtext(".//h1/bdi") == {"de": "Ada, deine Woche", "en": "Ada, your week"}[said]
    assert page.xpath("//*[local-name()='svg']") == []
