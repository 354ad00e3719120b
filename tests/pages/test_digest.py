"""The morning message: what it says, what a mail can carry, and that no name in it does harm."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from dashboards.digest import digest, one_line
from flows.words.amounts import short_date
from tests.lib.squads import Night
from tests.pages.conftest import AS_OF, SmallWarehouse
from tests.pages.test_site import HOSTILE_NAMES, NEVER_SAID, Elements, page

KILOBYTES_100 = 100_000


def test_it_tells_of_every_red_and_amber_runner_what_the_tables_tell(demo_night: Night) -> None:
    text = (demo_night.site / "digest.txt").read_text(encoding="utf-8")
    html = page(demo_night.site, "digest.html").text
    for row in demo_night.rows(
        "select name, flag, headline, next_action, short_action, change, flag_since, flag_day "
        "from marts.athletes join marts.athlete_status using (athlete_id) where load_date = (select as_of_date from seeds.night)"
    ):
        called = row["flag"] in ("red", "amber")
        for form in (" ".join(text.split()), html):
            assert (row["name"] in form) == (row["flag"] != "green")
            assert (" ".join(row["headline"].split()) in form) == called
            # What changed asks for something; who is flagged as before is told since when.
            since = f"since {short_date(row['flag_since'])}, day {row['flag_day']}"
            if called:
                assert (" ".join(row["next_action"].split()) if row["change"] else since) in form
        # What to do stands before why.
        for form in (" ".join(text.split()), html):
            action = row["next_action"] if row["change"] else row["short_action"]
            assert not called or form.index(" ".join(action.split())) < form.index(" ".join(row["headline"].split()))
    assert text.splitlines()[0] == "Tendonwatch Sun 15 Nov: 2 act today, 2 watch"
    assert re.findall(r"^ +(\d+)  (.+)$", text, re.MULTILINE)[:4] == [
        ("2", "act today"),
        ("2", "watch"),
        ("2", "not assessed"),
        ("2", "on track"),
    ]
    assert "worse: Tomás Ibarra" in text
    assert "3 files refused: oluwaseun/runs/2026-10-15-sync-failed.fit, " in text
    assert "1 row refused in oluwaseun/runs.csv." in text


def test_its_links_lead_to_pages_or_to_where_the_site_is(demo_night: Night) -> None:
    links = [one["href"] for tag, one in page(demo_night.site, "digest.html").elements if tag == "a"]
    assert len(links) > 5
    for link in links:
        assert (demo_night.site / str(link).split("#")[0]).is_file()
    for line in (demo_night.site / "digest.txt").read_text(encoding="utf-8").splitlines():
        for link in re.findall(r"\S+\.html", line):
            assert (demo_night.site / link).is_file()
    with duckdb.connect(str(demo_night.warehouse), read_only=True) as connection:
        message = digest(connection, "https://club.example/pages")
    for form in (message.text, message.html):
        assert "https://club.example/pages/athletes/tomas.html" in form
        assert not re.search(r"(?<!/)athletes/", form)


def test_a_mail_can_carry_it(demo_night: Night) -> None:
    for tag, attributes in page(demo_night.site, "digest.html").elements:
        assert tag not in ("script", "link", "img", "svg", "style", "form", "button")
        assert "class" not in attributes
        assert "src" not in attributes


def test_a_morning_on_which_nothing_changed_says_so(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    small_warehouse.add_athlete("ada", flag="green", priority=0)
    small_warehouse.add("marts.athlete_status", athlete_id="ada", load_date=AS_OF - timedelta(days=1), flag="green", priority=0)
    folder = built()
    text = (folder / "digest.txt").read_text(encoding="utf-8")
    assert text.splitlines()[0] == "Tendonwatch Sun 15 Nov: nobody to call, nothing new"
    for said in ("Nothing new.", "Nobody to call today.", "No trouble."):
        assert said in text
        assert said.lower() in page(folder, "digest.html").text.lower()


def test_each_kind_of_change_is_told_with_names(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    for name, flag, change in [("Ada", "red", "new"), ("Ben", "green", "cleared"), ("Cleo", "amber", "better")]:
        small_warehouse.add_athlete(name.lower(), name, flag=flag, change=change)
    folder = built()
    assert "new: Ada; better: Cleo; cleared: Ben." in page(folder, "digest.html").text
    assert "  new: Ada\n  better: Cleo\n  cleared: Ben\n" in (folder / "digest.txt").read_text(encoding="utf-8")


def test_trouble_with_the_data_is_told(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    small_warehouse.add_athlete("ada", "Ada", flag="grey", priority=0)
    small_warehouse.add_reason("ada", "DATA_STALE_SOURCE", "data", value=9.0, level="info")
    small_warehouse.add("ops.files", path="a.fit", state="quarantined", is_acknowledged=False)
    small_warehouse.add("ops.files", path="b.fit", state="quarantined", is_acknowledged=True)
    small_warehouse.add("ops.checks", border="marts", is_passed=False, severity="warning", reason="Too few.", rows_failed=3)
    text = (built() / "digest.txt").read_text(encoding="utf-8")
    for said in ("1 file refused: a.fit.", "No new data from Ada.", "Too few. (3 rows)", "Not assessed: Ada"):
        assert said in text


def test_a_file_that_does_not_say_its_sport_is_named(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    small_warehouse.add_athlete("ada", "Ada", flag="green", priority=0)
    small_warehouse.add("ops.athlete_paths", athlete_id="ada", file_id="k", path="ada/morning.csv")
    small_warehouse.add("marts.runs", athlete_id="ada", run_id="1", file_id="k", run_date=AS_OF, sport_source="assumed")
    failed = {"border": "staging", "is_passed": False, "severity": "warning", "rows_failed": 1}
    small_warehouse.add("ops.checks", **failed, table_name="activities.runs", column_name="sport_source", reason="No sport.")
    small_warehouse.add("ops.checks", **failed, table_name="activities.runs", reason="Another one.")
    text = (built() / "digest.txt").read_text(encoding="utf-8")
    assert "1 file does not say its sport, which was assumed: ada/morning.csv." in text
    assert "No sport." not in text and "Another one. (1 row)" in text


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_is_text_in_both_forms(name: str, small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    small_warehouse.add_athlete("mallory", name, flag="red", priority=4, headline=name, next_action=name)
    folder = built()
    shown = name if len(name) <= 60 else name[:59] + "…"
    html = page(folder, "digest.html")
    assert shown in html.text
    assert not {tag for tag, _ in html.elements} & {"img", "script"}
    text = (folder / "digest.txt").read_text(encoding="utf-8")
    assert shown in text
    assert not [line for line in text.splitlines() if line.startswith(("=", "+", "@"))]


def test_a_name_is_one_line_and_turns_no_other_words() -> None:
    assert one_line("a\nSubject: b\r\n\tc\u2028d\x00e", 60) == "a Subject: b c d e"
    turned = one_line("\u202egnp.exe", 60)
    assert turned == "\u2068\u202egnp.exe\u2069"  # what it turns ends with it (UAX 9: an isolate closes its overrides)


def test_a_thousand_red_runners_fit_a_mail(small_warehouse: SmallWarehouse, tmp_path: Path) -> None:
    for number in range(1000):
        small_warehouse.add_athlete(
            f"runner-{number}", "🏃" * 300, flag="red", priority=4, headline="Why. " * 300, next_action="What. " * 300
        )
    small_warehouse.fill()
    with duckdb.connect(str(small_warehouse.path), read_only=True) as connection:
        message = digest(connection)
    assert "And 960 more" in message.text
    assert len(message.text.encode()) < KILOBYTES_100
    assert len(message.html.encode()) < KILOBYTES_100


def test_it_claims_no_more_than_the_pages(demo_night: Night) -> None:
    for name in ("digest.html", "digest.txt"):
        told = (demo_night.site / name).read_text(encoding="utf-8").lower()
        assert [words for words in NEVER_SAID if words in told] == []


def test_it_is_there_for_a_squad_of_nobody(built: Callable[[], Path]) -> None:
    folder = built()
    assert "Nobody to call today." in (folder / "digest.txt").read_text(encoding="utf-8")
    assert "Nobody to call today." in Elements((folder / "digest.html").read_text(encoding="utf-8")).text
