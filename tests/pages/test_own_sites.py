"""Each squad's own site: whole, and silent about everybody else; and what changed since earlier nights, in the file of clocks."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from dashboards import one_squad, site
from dashboards.templating import squad_folders
from flows.privacy.traces import HOUSE_FILES, Words
from tests.lib.squads import Night
from tests.pages.conftest import AS_OF, SmallWarehouse
from tests.pages.test_site import Elements, every_file, page

STAMPED_AT = datetime(2026, 11, 16, 2, 30, tzinfo=UTC)


def told(assets: Path) -> dict[str, Any]:
    """What a site's published.js says."""
    written = (assets / "published.js").read_text(encoding="utf-8")
    return dict(json.loads(written.removeprefix("window.tendonwatchPublished = ").rstrip().removesuffix(";")))


def said_of_others(folder: Path, others: Words) -> dict[str, set[str]]:
    """Every file below the folder that names one of them, with the words."""
    files = {path: content.decode() for path, content in every_file(folder).items() if Path(path).name not in HOUSE_FILES}
    return {path: set(found) for path, text in files.items() if (found := others.in_text.findall(text))}


def test_a_squads_site_names_nobody_of_another_squad(demo_night: Night) -> None:
    people = demo_night.rows("select athlete_id, coalesce(name, athlete_id) as name, squad from marts.athletes")
    paths = demo_night.rows("select distinct athlete_id, path from ops.files where athlete_id is not null")
    for squad in ("road", "track"):
        folder = demo_night.site / "squads" / squad
        others = {one["athlete_id"] for one in people if one["squad"] != squad}
        words = [word for one in people if one["athlete_id"] in others for word in (one["athlete_id"], one["name"])]
        words += [one["path"] for one in paths if one["athlete_id"] in others]
        assert len(words) > 50
        assert said_of_others(folder, Words(tuple(words))) == {}
        own = {one["name"] for one in people if one["squad"] == squad}
        text = page(folder, "index.html").text
        assert own and all(name in text for name in own)


def test_a_squads_site_is_whole(demo_night: Night) -> None:
    for squad in ("road", "track"):
        folder = demo_night.site / "squads" / squad
        assert {path.name for path in folder.iterdir()} == {path.name for path in demo_night.site.iterdir()} - {
            "squads",
            "status.json",
        }
        for path in folder.rglob("*.html"):
            for _, attributes in Elements(path.read_text(encoding="utf-8")).elements:
                for reference in (attributes.get("href"), attributes.get("src")):
                    if reference and not reference.startswith(("#", "data:")):
                        target = (path.parent / reference.split("#")[0]).resolve()
                        assert target.is_relative_to(folder.resolve()), reference
                        assert target.is_file(), reference


def test_the_largest_file_stands_once_on_the_drive_and_whole_in_each_site(demo_night: Night) -> None:
    plotlys = [demo_night.site / below / "assets/plotly.min.js" for below in ("", "squads/road", "squads/track")]
    assert len({path.stat().st_ino for path in plotlys}) == 1
    assert plotlys[0].stat().st_size > 1_000_000


def test_what_a_squad_sees_is_what_a_filter_by_hand_leaves(demo_night: Night) -> None:
    for squad in ("road", "track"):
        own = {row["athlete_id"] for row in demo_night.rows("select athlete_id from marts.athletes where squad = ?", squad)}
        refused = demo_night.rows("select athlete_id, kind, times from ops.refusals where not is_acknowledged")
        files = sum(row["times"] for row in refused if row["kind"] == "file" and row["athlete_id"] in own)
        twins = [row for row in demo_night.rows("from ops.duplicates") if row["athlete_id"] in own]
        with one_squad.seen_by(demo_night.warehouse, squad) as connection:
            assert connection.execute("select refused_files from ops.refused_totals").fetchall() == [(files,)]
            in_all = connection.execute("select sum(distance_m) from ops.duplicate_totals where athlete_id is null").fetchone()
            expected = sum(row["distance_m"] or 0 for row in twins)
            assert in_all == ((None,) if not twins else (pytest.approx(expected),))
            tables = connection.execute(
                "select schema_name || '.' || table_name from duckdb_columns() "
                "where column_name = 'athlete_id' and database_name = current_database() and schema_name <> 'main'"
            ).fetchall()
            assert len(tables) > 30
            for (name,) in tables:
                found = {athlete for (athlete,) in connection.execute(f"select distinct athlete_id from {name}").fetchall()}
                assert found <= own | {None}, name


def test_everybody_in_one_squad_counts_as_the_whole_does(small_warehouse: SmallWarehouse) -> None:
    small_warehouse.add_athlete("ada", flag="green", priority=0)
    for path, state in [("ada/a.fit", "quarantined"), ("ada/b.fit", "quarantined"), ("ada/c.fit", "loaded")]:
        small_warehouse.add(
            "ops.files", athlete_id="ada", path=path, state=state, is_acknowledged=False, is_partial=state == "loaded"
        )
    small_warehouse.add("ops.quarantined_rows", athlete_id="ada", path="ada/r.csv", is_first_reason=True, is_acknowledged=False)
    small_warehouse.add("ops.duplicates", athlete_id="ada", run_id="r", distance_m=5000.0, moving_s=1500.0)
    small_warehouse.fill()
    with one_squad.seen_by(small_warehouse.path, "all") as connection:
        for table in ("ops.refused_totals", "ops.duplicate_totals"):
            whole, own = (connection.execute(f"from {prefix}{table} order by all").fetchall() for prefix in ("whole.", ""))
            assert own == whole
            assert whole


def test_two_squads_never_share_a_folder_and_a_hostile_name_is_one() -> None:
    squads = ["Track", "track", "TRACK!", "../../etc", "con", "李雷", "", "x" * 90]
    folders = squad_folders(squads)
    assert len({folder.lower() for folder in folders.values()}) == len(squads)
    assert not [folder for folder in folders.values() if not folder or set(folder) & set("./\\ ")]
    assert folders["track"] == "track"


def test_squads_of_hostile_names_have_sites_and_a_single_squad_needs_none(
    small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    small_warehouse.add_athlete("ada", "Ada Ox", flag="green", priority=0)
    assert not (built() / "squads").exists()
    small_warehouse.add_athlete("ben", "Ben Yak", flag="green", priority=0)
    small_warehouse.execute("update marts.athletes set squad = ? where athlete_id = 'ada'", "'; drop table x; --")
    small_warehouse.execute("update marts.athletes set squad = 'b' where athlete_id = 'ben'")
    folder = built() / "squads"
    sites = {path.name: page(path, "index.html").text for path in folder.iterdir()}
    assert len(sites) == 2
    assert "Ben Yak" in sites.pop("b")
    assert "Ada Ox" in next(iter(sites.values()))


@pytest.fixture
def looked_at(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> Path:
    """A site on a Sunday after nights as of the Wednesday, the Friday (twice) and the Saturday before."""
    # flag and priority as each night published them
    statuses = {
        "ada": {11: ("green", 0), 13: ("amber", 2), 14: ("red", 4), 15: ("red", 4)},
        "ben": {11: ("red", 4), 13: ("red", 4), 14: ("amber", 2), 15: ("amber", 2)},
        "cleo": {11: ("green", 0), 13: ("green", 0), 14: ("green", 0), 15: ("green", 0)},
        "dora": {14: ("grey", 0), 15: ("green", 0)},  # new in the squad
    }
    for name, said in statuses.items():
        flag, priority = said[15]
        small_warehouse.add_athlete(name, name.capitalize(), flag=flag, priority=priority)
        small_warehouse.execute("update marts.athletes set squad = ? where athlete_id = ?", "a" if name == "ada" else "b", name)
        for day, (was, level) in said.items():
            row = {"athlete_id": name, "load_date": date(2026, 11, day), "flag": was, "priority": level}
            small_warehouse.add("ops.published_status", night=f"202611{day}T230000Z", **row)
            if day == 13:  # an earlier night of the same date: the later one counts
                small_warehouse.add("ops.published_status", night="20261113T020000Z", **(row | {"flag": "red", "priority": 4}))
    folder = built()
    nights = [{"night": "n", "started_at": "2026-11-15T02:30:00Z", "state": "failed", "message": "Ben's file"}]
    site.stamp(folder, "n", STAMPED_AT, nights, small_warehouse.path)
    return folder


def test_what_changed_since_each_kept_night_stands_in_the_file_of_clocks(looked_at: Path) -> None:
    assert told(looked_at / "assets")["kept"] == [
        {"asOf": "2026-11-14", "changed": {}},
        {"asOf": "2026-11-13", "changed": {"ada.html": "worse", "ben.html": "better"}},
        {"asOf": "2026-11-11", "changed": {"ada.html": "new", "ben.html": "better"}},
    ]
    own = told(looked_at / "squads" / "a" / "assets")
    assert own["kept"][2] == {"asOf": "2026-11-11", "changed": {"ada.html": "new"}}
    assert own["nights"][0]["message"] is None
    assert said_of_others(looked_at / "squads" / "a", Words(("ben", "cleo", "dora"))) == {}


def test_a_coach_is_told_what_changed_since_the_last_working_day_and_the_last_look(
    looked_at: Path, open_page: Callable[..., Page]
) -> None:
    page = open_page(looked_at / "index.html")
    since = page.locator("#since")
    options = since.locator("option")
    # Sunday: Saturday is yesterday, Friday the last working day; nobody has looked before.
    assert options.all_text_contents() == ["since yesterday", "since Friday 13 Nov"]
    assert page.locator("#unchanged").is_visible()
    since.select_option("working")
    shown = page.locator("[data-change-filter]:visible")
    assert [" ".join(text.split()) for text in shown.all_text_contents()] == ["1 worse", "1 better"]
    page.locator("[data-change-filter=better]").click()
    assert page.locator(".row:visible h2").all_text_contents() == ["Ben"]
    page.evaluate("localStorage.setItem('tendonwatch-look-', JSON.stringify(['2026-11-11']))")
    page.goto((looked_at / "index.html").as_uri())
    assert options.all_text_contents()[2:] == ["since Wednesday 11 Nov, your last look"]
    assert since.input_value() == "look"
    assert [" ".join(text.split()) for text in shown.all_text_contents()] == ["1 new", "1 better"]
    assert page.evaluate("JSON.parse(localStorage.getItem('tendonwatch-look-'))") == ["2026-11-11", "2026-11-15"]
    # A second look at the same pages still compares with the day before this one.
    page.reload()
    assert since.input_value() == "look"
    # A night that is not kept is not offered.
    page.evaluate("localStorage.setItem('tendonwatch-look-', JSON.stringify(['2026-10-02']))")
    page.reload()
    assert options.count() == 2


def test_the_day_of_the_pages_is_that_of_the_night(looked_at: Path) -> None:
    assert f'data-as-of="{AS_OF}"' in (looked_at / "index.html").read_text()
