"""Squads and data that nobody planned for: each gets pages that read well."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from dashboards import site
from tests.lib.squads import Night
from tests.pages.conftest import AS_OF, SmallWarehouse
from tests.pages.test_site import page

# What identifies a row; all else is set to null below.
KEYS = {
    *{"athlete_id", "load_date", "measure", "link", "code", "state", "side", "week_start_date", "run_id", "session_id"},
    *{"sessions_back", "sets", "source_number", "sources", "role", "exercise"},
}
MARTS = """
    athletes athlete_status runs run_ceilings strength_sets session_exercises load_ratio load_weeks ratio_year chain_links
    chain_weeks data_age flags flag_sources weekly_summary weekly_ledger next_week_room squad_board squad_weeks
    exercise_weeks exercises_today
"""
OPS = "files quarantined_rows duplicates checks nightly_runs flag_days"
TABLES = [*(f"marts.{name}" for name in MARTS.split()), *(f"ops.{name}" for name in OPS.split())]


@pytest.mark.parametrize("runners", [0, 1])
def test_a_squad_of_none_or_one_has_every_page(runners: int, small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    for _ in range(runners):
        small_warehouse.add_athlete("ada", flag="green", priority=0, headline="All well.", next_action="Go on.")
    folder = built()
    for path in ("index.html", "data-quality.html", "data-dictionary.html", "evidence.html", "digest.html"):
        assert len(page(folder, path).text) > 100
    assert len(list((folder / "athletes").iterdir())) == runners
    index = page(folder, "index.html")
    assert ("1 runner" in index.text) == (runners == 1)
    # Nothing to choose between: no choice is offered.
    assert not [one for tag, one in index.elements if one.get("id") in ("squad", "reason")]


def test_four_hundred_spellings_of_an_exercise_are_listed(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    small_warehouse.add_athlete("ada", flag="grey", priority=0)
    for number in range(400):
        name = f"Calf thing no. {number}"
        small_warehouse.add("ops.unmapped_exercises", athlete_id="ada", exercise_name=name, sets=1, last_date=AS_OF)
    folder = built()
    told = page(folder, "data-quality.html").text
    assert all(f"Calf thing no. {number} " in told for number in range(400))
    assert (folder / "data-quality.html").stat().st_size < 400_000


@pytest.mark.parametrize("table", TABLES)
def test_a_table_with_nothing_but_its_keys_still_gives_pages(table: str, demo_night: Night, tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(demo_night.warehouse.read_bytes())
    schema, name = table.split(".")
    with duckdb.connect(str(path)) as connection:
        columns = connection.execute(
            "select column_name from duckdb_columns() where schema_name = ? and table_name = ?", [schema, name]
        ).fetchall()
        emptied = [f'"{column}" = null' for (column,) in columns if column not in KEYS]
        connection.execute(f"update {table} set {', '.join(emptied)}")
        # Two runners are enough to meet every column.
        connection.execute("delete from marts.athletes where athlete_id not in ('tomas', 'jia-wei')")
    folder = tmp_path / "site"
    site.build_site(path, folder)
    paths = [f"athletes/{file.name}" for file in folder.glob("athletes/*.html")]
    for path_ in [*paths, "index.html", "data-quality.html", "digest.html"]:
        text = page(folder, path_).text
        # "None." and "None: …" are words of ours.
        assert not re.search(r"\b(None(?![.:])|nan|NaN|NaT|null|Undefined)\b", text), path_
