"""What `tendonwatch export` hands out: everything, everything without who it is, or what is held of one person."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from flows.cli import main
from flows.models import contract
from flows.privacy import pseudonyms
from flows.state import database
from tests.lib.squads import Night

# What tells a body mass: itself, and loads that count it in.
TELLS_MASS = {"body_mass_kg", "is_body_mass_assumed", "total_load_kg", "e1rm_kg", "best_e1rm_kg", "peak_force_bw", "carried_kg"}


def export(warehouse: Path, folder: Path, *options: str) -> Result:
    arguments = ["--folder", str(folder.parent), "export", str(folder), "--warehouse", str(warehouse), *options]
    return CliRunner().invoke(main, arguments)


@pytest.fixture(scope="module")
def whole(demo_night: Night, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "whole"
    assert export(demo_night.warehouse, folder).exit_code == 0
    return folder


@pytest.fixture(scope="module")
def disguised(demo_night: Night, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "disguised"
    assert export(demo_night.warehouse, folder, "--pseudonymous").exit_code == 0
    return folder


def read(folder: Path, table: str, query: str = "*") -> list[tuple[Any, ...]]:
    return duckdb.sql(f"select {query} from '{folder / table}.parquet'").fetchall()


def package(folder: Path) -> dict[str, Any]:
    described: dict[str, Any] = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return described


def resource(folder: Path, table: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in package(folder)["resources"] if one["name"] == table)
    return found


# ---------------------------------------------------------------- everything


def test_pandas_reads_every_table_back_as_it_was(demo_night: Night, whole: Path) -> None:
    with database.reader(demo_night.warehouse) as connection:
        names = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where schema_name in ('marts', 'ops')"
        ).fetchall()
        assert {f"{name}.parquet" for (name,) in names} | {"datapackage.json"} == {path.name for path in whole.iterdir()}
        for (name,) in names:
            there = connection.execute(f"from read_parquet('{whole / name}.parquet')").df()
            pd.testing.assert_frame_equal(there, connection.execute(f"from {name}").df())


def test_the_package_says_type_unit_key_reference_and_values(whole: Path) -> None:
    runs = resource(whole, "marts.runs")
    fields = {field["name"]: field for field in runs["schema"]["fields"]}
    assert (fields["distance_m"]["type"], fields["distance_m"]["unit"]) == ("number", "m")
    assert (fields["started_at"]["type"], fields["run_date"]["type"], fields["notes"]["type"]) == ("datetime", "date", "array")
    assert fields["run_id"]["constraints"] == {"required": True}
    assert fields["sport"]["constraints"]["enum"] == ["run", "walk", "hike"]
    assert runs["schema"]["primaryKey"] == ["run_id"]
    assert {"fields": ["athlete_id"], "reference": {"resource": "marts.athletes", "fields": ["athlete_id"]}} in (
        runs["schema"]["foreignKeys"]
    )
    assert resource(whole, "ops.files")["schema"]["uniqueKeys"] == [["path", "file_id"]]  # a file_id may be null


@pytest.mark.parametrize("folder", ["whole", "disguised"])
def test_the_package_is_of_the_files_beside_it(folder: str, request: pytest.FixtureRequest) -> None:
    where: Path = request.getfixturevalue(folder)
    for one in package(where)["resources"]:
        columns = [name for name, *_ in duckdb.sql(f"describe from '{where / one['path']}'").fetchall()]
        assert [field["name"] for field in one["schema"]["fields"]] == columns
        assert all(field["description"] for field in one["schema"]["fields"])
        assert one["description"]
        for key in filter(None, [one["schema"].get("primaryKey"), *one["schema"].get("uniqueKeys", [])]):
            named = ", ".join(key)
            assert read(where, one["name"], f"count(*) = count(distinct ({named}))") == [(True,)]
        for reference in one["schema"].get("foreignKeys", []):
            (column,), (there,) = reference["fields"], reference["reference"]["fields"]
            target = where / f"{reference['reference']['resource']}.parquet"
            lost = f"count(*) filter ({column} is not null and {column} not in (select {there} from '{target}'))"
            assert read(where, one["name"], lost) == [(0,)]


# ---------------------------------------------------------------- without who it is


def test_nothing_that_names_anybody_leaves(demo_night: Night, disguised: Path) -> None:
    telling = set()
    for query in (
        "select unnest([athlete_id, name, squad, timezone]) from marts.athletes",
        "select unnest([run_id, title, note, gear, file_id]) from marts.runs",
        "select unnest([session_id, note, file_id, exercise_name]) from marts.strength_sets",
        "select unnest([headline, next_action, ruleset_version]) from marts.athlete_status",
        "select unnest([evidence, action, not_assessed_because]) from marts.flags",
        "select unnest([path, file_id]) from ops.files",
        "select note from marts.health_events",
    ):
        with database.reader(demo_night.warehouse) as connection:
            telling |= {text for (text,) in connection.execute(query).fetchall() if text}
    assert len(telling) > 500
    left = set()
    for path in disguised.glob("*.parquet"):
        for name, kind, *_ in duckdb.sql(f"describe from '{path}'").fetchall():
            assert not kind.startswith("TIMESTAMP"), (path.name, name)
            texts = f"unnest({name})" if kind == "VARCHAR[]" else f"cast({name} as text)"
            left |= {text for (text,) in duckdb.sql(f"select distinct {texts} from '{path}'").fetchall() if text}
    assert left & telling == set()
    columns = {field["name"] for one in package(disguised)["resources"] for field in one["schema"]["fields"]}
    assert columns & (TELLS_MASS | {"birth_year", "name", "path", "file_id", "month_start_date"}) == set()


def test_dates_move_by_whole_weeks_of_each_athlete_alone(demo_night: Night, disguised: Path) -> None:
    # Who is who is found by the metres, which an export keeps: that is why it is still personal data.
    with database.reader(demo_night.warehouse) as connection:
        true = connection.execute(
            "select athlete_id, list(run_date order by run_date), list(distance_m order by run_date, distance_m) "
            "from marts.runs group by athlete_id"
        ).fetchall()
    moved = {
        tuple(metres): (pseudonym, days)
        for pseudonym, days, metres in duckdb.sql(
            "select athlete_id, list(run_date order by run_date), list(distance_m order by run_date, distance_m) "
            f"from '{disguised / 'marts.runs.parquet'}' group by athlete_id"
        ).fetchall()
    }
    assert len(moved) == len(true) > 5
    weeks = {}
    for athlete_id, days, metres in true:
        pseudonym, days_there = moved[tuple(metres)]
        (by,) = {there - day for there, day in zip(days_there, days, strict=True)}
        assert by.days % 7 == 0
        assert by
        weeks[athlete_id] = (by, pseudonym)
    assert len({by for by, _ in weeks.values()}) > 1
    known = dict(read(disguised, "marts.athletes", "athlete_id, as_of_date"))
    as_of = demo_night.value("select max(as_of_date) from marts.athletes")
    assert {athlete: known[pseudonym] for athlete, (_, pseudonym) in weeks.items()} == {
        athlete: as_of + by for athlete, (by, _) in weeks.items()
    }


def test_tables_still_join_and_ages_are_bands_of_ten_years(demo_night: Night, disguised: Path) -> None:
    zones = f"'{disguised / 'marts.run_zones.parquet'}' semi join '{disguised / 'marts.runs.parquet'}' using (athlete_id, run_id)"
    assert duckdb.sql(f"select count(*) from {zones}").fetchone() == (demo_night.value("select count(*) from marts.run_zones"),)
    years = demo_night.rows("select birth_year, year(as_of_date) as year from marts.athletes where birth_year is not null")
    ages = sorted(row["year"] - row["birth_year"] for row in years)
    bands = sorted(band for (band,) in read(disguised, "marts.athletes", "age_band") if band)
    assert bands == [f"{age - age % 10}-{age - age % 10 + 9}" for age in ages]


def test_no_two_exports_share_an_id_and_none_tells_when_it_was_made(demo_night: Night, disguised: Path, tmp_path: Path) -> None:
    assert export(demo_night.warehouse, tmp_path / "again", "--pseudonymous").exit_code == 0
    first, second = ({one for (one,) in read(folder, "marts.runs", "run_id")} for folder in (disguised, tmp_path / "again"))
    assert len(first) == len(second) > 100
    assert first & second == set()
    assert {path.stat().st_mtime for path in disguised.iterdir()} == {0}


def test_the_date_of_a_watch_without_a_clock_does_not_tell_the_weeks() -> None:
    columns = {"athlete_id": "VARCHAR", "run_date": "DATE"}
    with duckdb.connect() as connection:
        connection.execute(
            "create schema seeds; create table seeds.rules as select 'earliest_date' as key, '2000-01-01' as value"
        )
        connection.execute(
            "create table runs as from (values ('ada', date '1989-12-31'), ('ada', date '2026-09-01'), (null, date '2026-09-01'))"
            " as t (athlete_id, run_date)"
        )
        pseudonyms.disguise(connection, ["runs"])
        found = connection.execute(pseudonyms.select("runs", columns, {"athlete_id": "id", "run_date": "shift"})).fetchall()
    dates = [day for _, day in found if day is not None]
    assert len(found) == 3
    assert len(dates) == 1  # unset clock, and nobody's run: no date
    assert dates[0].weekday() == date(2026, 9, 1).weekday()
    assert dates[0] != date(2026, 9, 1)
    assert abs(dates[0] - date(2026, 9, 1)) <= timedelta(weeks=pseudonyms.MOST_WEEKS)


def test_every_column_of_the_contract_is_classified_and_no_other_is() -> None:
    promised = {table.name: table.columns for schema in ("marts", "ops") for table in contract.tables(schema)}
    listed = contract.read_yaml(pseudonyms.CLASSES)
    assert set(listed) == set(promised)
    for table, columns in promised.items():
        if listed[table] != pseudonyms.LEFT_OUT:
            assert sorted(column for named in listed[table].values() for column in named) == sorted(columns), table


def test_a_column_that_nobody_has_classified_is_refused(demo_night: Night, tmp_path: Path) -> None:
    copied = tmp_path / "warehouse.duckdb"
    shutil.copyfile(demo_night.warehouse, copied)
    with database.writer(copied) as connection:
        connection.execute("alter table marts.runs add column mood text")
    refused = export(copied, tmp_path / "out", "--pseudonymous")
    assert refused.exit_code == 1
    assert "marts.runs.mood" in refused.output
    assert "pseudonymous.yml" in refused.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("table", "columns", "said"),
    [
        pytest.param("marts.moods", {"mood": "VARCHAR"}, "marts.moods.mood", id="a table of which nothing is said"),
        pytest.param("marts.data_age", {"last_run_date": "TIMESTAMP"}, "time of day", id="a moment is not shifted"),
    ],
)
def test_what_cannot_be_disguised_is_refused_by_name(table: str, columns: dict[str, str], said: str) -> None:
    with pytest.raises(pseudonyms.Unclassified, match=said):
        pseudonyms.ways(table, columns)


# ---------------------------------------------------------------- one person, and wrong usage


def test_a_person_is_handed_all_their_rows_and_nobody_elses(demo_night: Night, tmp_path: Path) -> None:
    done = export(demo_night.warehouse, tmp_path / "out", "--athlete", "tomas")
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(tmp_path / "out" / "athlete.zip") as archive:
        held = {
            name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8"))))
            for name in archive.namelist()
            if name.endswith(".csv")
        }
        described = json.loads(archive.read("datapackage.json"))
    assert {one["name"] for one in described["resources"]} == set(held)
    assert {row["athlete_id"] for rows in held.values() for row in rows if "athlete_id" in row} == {"tomas"}
    with database.reader(demo_night.warehouse) as connection:
        named = connection.execute(
            """
            select schema_name || '.' || table_name from duckdb_columns()
            where column_name = 'athlete_id' and schema_name in ('raw', 'marts', 'ops')
            """
        ).fetchall()
        for (table,) in named:
            rows = database.scalar(connection, f"select count(*) from {table} where athlete_id = 'tomas'")
            assert len(held[table]) == rows, table
        (longest,) = connection.execute("select max(distance_m) from marts.runs where athlete_id = 'tomas'").fetchone() or (None,)
    assert max(float(row["distance_m"]) for row in held["marts.runs"] if row["distance_m"]) == longest
    assert datetime.fromisoformat(held["marts.runs"][0]["started_at"])


def test_wrong_usage_says_what_would_be_right(demo_night: Night, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    for folder, options, said in (
        ("full", [], "name a new folder"),
        ("new", ["--athlete", "tomaz"], "did you mean tomas?"),
        ("new", ["--athlete", "tomas", "--pseudonymous"], "name one of the two"),
    ):
        refused = export(demo_night.warehouse, tmp_path / folder, *options)
        assert (refused.exit_code, len(refused.output.strip().splitlines())) == (2, 1)
        assert said in refused.output
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["full", "mine.txt"]
