"""Nothing is forgotten: an input folder that became empty, files of the squad that cannot be read or are gone, bad values."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.intake import store, verbs
from flows.intake.contents import ParsedFile
from flows.intake.ingest import InputEmpty, import_files
from flows.squad import own_rules
from flows.squad.own_tables import read_own_table, read_small_table
from flows.squad.people import PEOPLE
from flows.state import database
from tests.lib.squads import runs_csv, write_files
from tests.nights.test_cli import tendonwatch

DAY = date(2026, 9, 1)
SQUAD = (
    "athlete_id,name,squad,timezone,achilles_history_until\n"
    "ada,Ada,women,Europe/Oslo,2026-05-01\nben,Ben,men,,\ncleo,Cleo,women,,\n"
)
RULES = "key,value,athlete_id,squad\ncalf_amber_days,7,,\ncalf_red_days,12,ada,\ncalf_red_days_build,10,,women\n"
ALIASES = "alias,exercise_id\nNordic thing,other\nMy raise,heel_drop_straight\n"
FOLDER = {"squad.csv": SQUAD, "ada/runs.csv": runs_csv(DAY, [5])}


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "memory.duckdb"


def asked(memory: Path, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with database.writer(memory) as connection:
        return connection.execute(query, values).fetchall()


def names(memory: Path) -> dict[str, Any]:
    return dict(asked(memory, "select athlete_id, name from raw.athletes where is_in_squad_file"))


# ---------------------------------------------------------------- a folder that became empty


@pytest.mark.parametrize("what_is_left", ["nothing at all", "an empty folder", "its squad.csv alone", "a hidden file"])
def test_nothing_is_published_from_nothing(tmp_path: Path, memory: Path, what_is_left: str) -> None:
    import_files(write_files(tmp_path / "raw", FOLDER), memory, 1)
    away = tmp_path / "away"
    if what_is_left == "its squad.csv alone":
        write_files(away, {"squad.csv": SQUAD})
    elif what_is_left == "a hidden file":
        write_files(away, {".volume": "x"})
    elif what_is_left == "an empty folder":
        away.mkdir()
    with pytest.raises(InputEmpty, match="--allow-empty"):
        import_files(away, memory, 1)
    assert names(memory) == {"ada": "Ada", "ben": "Ben", "cleo": "Cleo"}
    assert asked(memory, "select count(*) from raw.paths where is_present") == [(2,)]
    with pytest.raises(InputEmpty):
        import_files(away, memory, 1)  # the next night as well
    import_files(away, memory, 1, allow_empty=True)
    assert asked(memory, "select count(*) from raw.runs") == [(1,)], "what was read stays counted"
    assert names(memory)["ada"] == "Ada"
    import_files(tmp_path / "raw", memory, 1)
    assert asked(memory, "select count(*) from raw.paths where is_present") == [(2,)]


def test_a_new_club_without_a_log_yet_is_no_drive_that_is_gone(tmp_path: Path, memory: Path) -> None:
    raw = write_files(tmp_path / "raw", {"squad.csv": SQUAD})
    import_files(raw, memory, 1)
    import_files(raw, memory, 1)
    assert set(names(memory)) == {"ada", "ben", "cleo"}


def test_the_command_exits_1_and_the_last_good_night_stands(tmp_path: Path) -> None:
    raw = write_files(tmp_path / "data/raw", {"ada/runs.csv": runs_csv(DAY, [5])})
    paths = (
        "--raw",
        str(raw),
        "--warehouse",
        str(tmp_path / "w.duckdb"),
        "--site",
        str(tmp_path / "site"),
        "--as-of",
        "2026-09-05",
    )
    assert tendonwatch(tmp_path, "nightly", *paths).exit_code == 0
    published = (tmp_path / "w.duckdb").resolve()
    raw.rename(tmp_path / "unmounted")
    for _ in range(2):
        failed = tendonwatch(tmp_path, "nightly", *paths)
        assert failed.exit_code == 1
        assert "the last good night still stands" in failed.output
        assert "--allow-empty" in failed.output
        raw.mkdir(exist_ok=True)
    assert (tmp_path / "w.duckdb").resolve() == published
    assert tendonwatch(tmp_path, "nightly", *paths, "--allow-empty").exit_code == 0
    assert (tmp_path / "w.duckdb").resolve() != published


# ---------------------------------------------------------------- files of the squad


@pytest.mark.parametrize(
    "bad", [b"\x00\x01\x02", b"\x89PNG\x8f\x90", b"\xff\xfe\x00", b"", b"name;squad\nAda;women\n", b'athlete_id,"name\nada,Ada\n']
)
def test_a_squad_file_that_became_unreadable_is_refused_and_holds_as_it_was_read_last(
    tmp_path: Path, memory: Path, bad: bytes
) -> None:
    raw = write_files(tmp_path / "raw", FOLDER | {"rules.csv": RULES, "exercise_aliases.csv": ALIASES})
    import_files(raw, memory, 1)
    tables = ("athletes", "rule_overrides", "exercise_aliases")
    before = {table: asked(memory, f"from raw.{table} order by all") for table in tables}
    assert len(before["athletes"]) == 3
    write_files(raw, {"squad.csv": bad, "rules.csv": bad, "exercise_aliases.csv": bad})
    for _ in range(2):
        import_files(raw, memory, 1)
        assert {table: asked(memory, f"from raw.{table} order by all") for table in tables} == before
    refused = asked(
        memory,
        "select outcome, remedy from raw.contents join raw.paths using (file_id) where path like '%s%.csv' and not is_held "
        "and contents.athlete_id = ''",
    )
    assert {outcome for outcome, _ in refused} == {"quarantined"}
    assert all("What it said last holds" in remedy for _, remedy in refused)
    reasons = asked(memory, "select reason from raw.contents where outcome = 'quarantined'")
    assert not [reason for (reason,) in reasons if "codec" in reason], "in plain words"


def test_a_folder_in_place_of_a_file_of_the_squad_is_listed_and_no_athlete(tmp_path: Path, memory: Path) -> None:
    tables = ("squad.csv", "rules.csv", "exercise_aliases.csv")
    raw = write_files(tmp_path / "raw", FOLDER | {"rules.csv": RULES, "exercise_aliases.csv": ALIASES})
    import_files(raw, memory, 1)
    kept = ("athletes", "rule_overrides", "exercise_aliases", "runs")
    before = {table: asked(memory, f"from raw.{table} order by all") for table in kept}
    for table in tables:
        (raw / table).unlink()
        write_files(raw, {f"{table}/runs.csv": FOLDER["ada/runs.csv"]})
    for _ in range(2):
        import_files(raw, memory, 1)
        assert {table: asked(memory, f"from raw.{table} order by all") for table in kept} == before
    listed = asked(memory, "select path, reason from raw.paths join raw.contents using (file_id) where outcome = 'unreadable'")
    assert {path for path, _ in listed} == set(tables)
    assert {reason for _, reason in listed} == {"it is a folder, and what is called so here is a table of the squad"}


def test_a_squad_file_that_is_gone_holds_until_it_is_forgotten(tmp_path: Path, memory: Path) -> None:
    raw = write_files(tmp_path / "raw", FOLDER | {"rules.csv": RULES})
    import_files(raw, memory, 1)
    (raw / "squad.csv").rename(raw / "squad.csv.bak")
    (raw / "rules.csv").unlink()
    import_files(raw, memory, 1)
    assert names(memory) == {"ada": "Ada", "ben": "Ben", "cleo": "Cleo"}
    assert asked(memory, "select timezone, achilles_history_until from raw.athletes where athlete_id = 'ada'") == [
        ("Europe/Oslo", date(2026, 5, 1))
    ]
    assert asked(memory, "select count(*) from raw.rule_overrides") == [(3,)]
    assert asked(memory, "select is_present from raw.paths where path = 'squad.csv'") == [(False,)]
    assert verbs.forget(memory, "squad.csv")
    assert verbs.forget(memory, "rules.csv")
    import_files(raw, memory, 1)
    assert names(memory) == {}
    assert asked(memory, "select count(*) from raw.rule_overrides") == [(0,)]


@pytest.mark.parametrize("line", ['ada,"Ada,women,Europe/Oslo,2026-05-01', '"ada,Ada,women,Europe/Oslo,2026-05-01'])
def test_an_unclosed_quote_costs_its_own_line_and_what_it_said_before_holds(tmp_path: Path, memory: Path, line: str) -> None:
    raw = write_files(tmp_path / "raw", FOLDER)
    import_files(raw, memory, 1)
    changed = SQUAD.replace("ada,Ada,women,Europe/Oslo,2026-05-01", line).replace("cleo,Cleo", 'cleo,"Cleo, the tall"')
    write_files(raw, {"squad.csv": changed})
    import_files(raw, memory, 1)
    assert names(memory) == {"ada": "Ada", "ben": "Ben", "cleo": "Cleo, the tall"}
    assert asked(memory, "select place, reason from raw.refused_rows") == [("row 2", "a quotation mark is not closed")]


def test_an_unclosed_quote_in_the_rules_and_in_the_names(tmp_path: Path, memory: Path) -> None:
    raw = write_files(tmp_path / "raw", FOLDER | {"rules.csv": RULES, "exercise_aliases.csv": ALIASES})
    import_files(raw, memory, 1)
    write_files(raw, {
        "rules.csv": 'key,value,athlete_id,squad\ncalf_amber_days,"9,,\ncalf_red_days,13,ada,\n',
        "exercise_aliases.csv": 'alias,exercise_id\n"Nordic thing,other\nMy raise,other\nBox jump 20",other\n',
    })  # fmt: skip
    import_files(raw, memory, 1)
    assert asked(memory, "select key, value from raw.rule_overrides order by all") == [
        ("calf_amber_days", "7"),
        ("calf_red_days", "13"),
    ]
    assert asked(memory, "select alias, exercise_id from raw.exercise_aliases order by all") == [
        ('Box jump 20"', "other"), ("My raise", "other"), ("Nordic thing", "other"),
    ]  # fmt: skip
    assert asked(memory, "select distinct place from raw.refused_rows") == [("row 2",)]


def test_a_cell_may_hold_a_line_break(tmp_path: Path) -> None:
    table = read_small_table(b'a;b\n1;"two\nlines"\n3;4\n\n5;"6\n7;8\n', ("a",))
    assert [(row.line, row.cells, row.is_broken) for row in table.rows] == [
        (2, {"a": "1", "b": "two\nlines"}, False),
        (4, {"a": "3", "b": "4"}, False),
        (6, {"a": "5", "b": "6"}, True),
        (7, {"a": "7", "b": "8"}, False),
    ]


# ---------------------------------------------------------------- what one parser takes, the next must too


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("earliest_date", "20050101", "2005-01-01"),
        ("earliest_date", "2005-W01-1", "2005-01-03"),
        ("calf_amber_days", "１２", "12"),
        ("calf_amber_days", "1_2", "12"),
        ("acwr_high", "2.50", "2.50"),
    ],
)
def test_a_rule_is_passed_on_as_the_database_reads_it(tmp_path: Path, key: str, typed: str, value: str) -> None:
    write_files(tmp_path, {"rules.csv": f"key,value\n{key},{typed}\n"})
    (rule,) = read_own_table(own_rules.RULES, tmp_path / "rules.csv").records
    assert rule["value"] == value
    with database.writer(tmp_path / "w.duckdb") as connection:
        kind = "date" if key == "earliest_date" else "double"
        assert database.scalar(connection, f"select try_cast(? as {kind})", [rule["value"]]) is not None


def test_a_time_zone_that_only_python_knows_is_none(tmp_path: Path) -> None:
    write_files(tmp_path, {"squad.csv": "athlete_id,timezone\nada,localtime\n"})
    squad = read_own_table(PEOPLE, tmp_path / "squad.csv")
    assert squad.records == ({"athlete_id": "ada"},)
    assert "'localtime' is not an IANA time zone" in squad.refused_rows[0].reason


# ---------------------------------------------------------------- what no table takes


def stored(memory: Path, *files: ParsedFile) -> dict[str, tuple[str, str | None]]:
    with database.writer(memory) as connection:
        store.create_memory(connection)
        store.store(connection, list(files))
        found = connection.execute("select file_id, outcome, reason from raw.contents").fetchall()
        assert connection.execute("select 1").fetchall() == [(1,)], "the session must outlive it"
    return {file_id: (outcome, reason) for file_id, outcome, reason in found}


def parsed(file_id: str, **cells: Any) -> ParsedFile:
    run = {"athlete_id": "ada", "file_id": file_id, "activity_number": 1, "source_format": "csv", "parser": "csv"}
    return ParsedFile("ada", file_id, "loaded", "runs_csv", "csv", rows={"runs": [run | cells]})


@pytest.mark.parametrize(
    "cells", [{"row_number": 3_000_000_000}, {"cadence_factor": 10**30}, {"cadence_factor": 1e300}, {"started_at": "no time"}]
)
def test_a_value_that_no_table_takes_refuses_its_own_file(memory: Path, cells: dict[str, Any]) -> None:
    outcomes = stored(memory, parsed("one", rpe=4.0), parsed("bad", **cells), parsed("two", rpe=5.0))
    assert {file_id: outcome for file_id, (outcome, _) in outcomes.items()} == {
        "one": "loaded", "bad": "quarantined", "two": "loaded"
    }  # fmt: skip
    assert "a value that no table takes" in str(outcomes["bad"][1])
    assert "damaged" not in str(outcomes["bad"][1])
    assert asked(memory, "select file_id from raw.runs order by all") == [("one",), ("two",)]


def test_half_of_a_surrogate_pair_is_no_text_but_its_run_is_a_run(memory: Path) -> None:
    assert stored(memory, parsed("one", title="run \ud83c"))["one"][0] == "loaded"
    assert asked(memory, "select title from raw.runs") == [("run \ufffd",)]
