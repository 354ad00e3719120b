"""What an earlier version kept is taken over whole: its import memory, its published night, its rules and its settings.

tests/fixtures/upgrade-1/home.zip is the folder of a club of three after two nights of version 0.1.0 as it first was, without its
logs: what they said stands in the import memory alone. (Of its site plotly.min.js is left out, for size.)
"""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.operate import status
from flows.settings import load_settings
from flows.state import database, publication
from tests.lib.squads import write_files
from tests.nights.test_cli import tendonwatch

HOME = Path(__file__).parents[1] / "fixtures" / "upgrade-1" / "home.zip"
NEW_RUN = "started_at,distance_km,moving_time\n2026-10-04T07:00,11,1:00:30\n"
RUNS = "select athlete_id, started_at, distance_m, moving_s, srpe_au from marts.runs"
SETS = "select athlete_id, performed_at, exercise_name, set_number, reps, load_kg, side from marts.strength_sets"


def unpack(folder: Path) -> None:
    with zipfile.ZipFile(HOME) as packed:
        for member in packed.infolist():
            path = folder / member.filename
            path.parent.mkdir(parents=True, exist_ok=True)
            if stat.S_ISLNK(member.external_attr >> 16):
                path.symlink_to(packed.read(member).decode())
            else:
                path.write_bytes(packed.read(member))


def asked(warehouse: Path, question: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        return connection.execute(question).fetchall()


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("before")
    unpack(folder)
    return folder


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The same folder after a night of this version with one new log, and what that night said."""
    folder = tmp_path_factory.mktemp("upgraded")
    unpack(folder)
    write_files(folder, {"data/raw/ben/october.csv": NEW_RUN})
    said = tendonwatch(folder, "nightly", "--as-of", "2026-10-05")
    assert said.exit_code == 0, said.output
    return folder, said.output


@pytest.mark.parametrize("question", [RUNS, SETS])
def test_every_run_and_set_still_counts(before: Path, upgraded: tuple[Path, str], question: str) -> None:
    then, now = (sorted(asked(folder / "var/warehouse.duckdb", question)) for folder in (before, upgraded[0]))
    assert len(then) > 70
    new = [row for row in now if row not in then]
    assert [row for row in then if row not in now] == []
    assert [row[0] for row in new] == (["ben"] if question == RUNS else [])


def test_its_nights_are_kept_and_can_be_gone_back_to(before: Path, upgraded: tuple[Path, str]) -> None:
    folder, _ = upgraded
    settings = load_settings(folder, {})
    nights = "select night, state from raw.nights order by night"
    then, now = (asked(database.memory_path(home / "var/warehouse.duckdb"), nights) for home in (before, folder))
    assert len(then) == 2
    assert now[:2] == then
    assert [state for _, state in now[2:]] == ["published"]
    assert publication.kept_nights(settings) == [then[-1][0], now[-1][0]]
    published = settings.warehouse.readlink()
    assert tendonwatch(folder, "rollback", then[-1][0]).exit_code == 0
    assert status.published_at(settings)
    assert tendonwatch(folder, "rollback", now[-1][0]).exit_code == 0
    assert settings.warehouse.readlink() == published


def test_its_own_rules_and_settings_hold(upgraded: tuple[Path, str]) -> None:
    folder, _ = upgraded
    rules = "select athlete_id, acwr_high, pain_amber, calf_amber_days from seeds.athlete_rules order by athlete_id"
    assert asked(folder / "var/warehouse.duckdb", rules) == [("ada", 1.4, 3, 9), ("ben", 1.4, 2, 11), ("cleo", 1.4, 2, 11)]
    settings = load_settings(folder, {})
    assert (settings.timezone, settings.keep_nights) == ("Europe/Stockholm", 5)


def test_a_rule_that_is_none_any_more_is_a_warning_and_refuses_nothing(upgraded: tuple[Path, str]) -> None:
    folder, said = upgraded
    (retired,) = asked(folder / "var/warehouse.duckdb", "select row_number, rule_key, value, instead from ops.retired_rules")
    assert retired[:3] == (5, "acute_days", "7")
    assert asked(folder / "var/warehouse.duckdb", "select * from ops.quarantined_rows") == []
    assert f"rules.csv, row 5: acute_days is no rule any more. {retired[3]}" in said
    page = (folder / "var/site/data-quality.html").read_text(encoding="utf-8")
    assert retired[3] in page


def test_a_retired_rule_of_a_file_that_is_gone_is_a_warning_too(tmp_path: Path) -> None:
    unpack(tmp_path)
    write_files(tmp_path, {"data/raw/ben/october.csv": NEW_RUN})
    (tmp_path / "data/raw/rules.csv").unlink()
    said = tendonwatch(tmp_path, "nightly", "--as-of", "2026-10-05")
    assert said.exit_code == 0, said.output
    assert "acute_days is no rule any more" in said.output
    rules = "select distinct acwr_high from seeds.athlete_rules"
    assert asked(tmp_path / "var/warehouse.duckdb", rules) == [(1.4,)]


def test_what_its_kept_night_said_is_taken_over_once_and_what_it_did_not_say_is_null(
    before: Path, upgraded: tuple[Path, str]
) -> None:
    columns = "athlete_id, load_date, flag, priority, reasons, headline, next_action, confidence, ruleset_version"
    said = f"select {columns} from marts.athlete_status where load_date = date '2026-10-02' order by athlete_id"
    then = asked(before / "var/warehouse.duckdb", said)
    assert [(row[0], row[2]) for row in then] == [("ada", "amber"), ("ben", "grey"), ("cleo", "grey")]
    warehouse = upgraded[0] / "var/warehouse.duckdb"
    of_the_night = f"select {columns} from ops.published_status where night = '20261128T014312Z' order by athlete_id"
    assert asked(warehouse, of_the_night) == then
    counts = "count(*), count(headline_codes), count(program_version)"
    kept, new = asked(warehouse, f"select night, {counts} from ops.published_status group by night order by night")
    assert kept == ("20261128T014312Z", 3, 0, 0)
    assert new[1:] == (3, 3, 3)


def test_before_its_first_night_why_says_what_to_run(before: Path) -> None:
    said = tendonwatch(before, "why", "ada")
    assert (said.exit_code, "`tendonwatch nightly` publishes anew" in said.output) == (1, True)
