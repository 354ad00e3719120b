"""A person who is erased is gone from all that is kept, and comes back only where somebody says so."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.privacy.traces import Words, traces
from flows.settings import Settings
from flows.state import database, publication
from tests.lib.squads import Night, night_over, runs_csv, strength_csv, write_files
from tests.nights.test_cli import tendonwatch

DAY = date(2026, 9, 1)
ID, NAME = "adelheid", "Zoë Ångström"
FILES = {
    f"{ID}/runs.csv": runs_csv(DAY, [5, 6]),
    f"{ID}/strength.csv": strength_csv({DAY: ["Single-leg calf raise", "Jump of my own"]}),
    "bea/runs.csv": runs_csv(DAY, [7, 8]),
    "squad.csv": f"athlete_id,name,squad\n{ID},{NAME},youth\nbea,Bea,youth\n",
    "symptoms.csv": f"athlete_id,date,pain_0_10\n{ID},2026-09-02,2\nbea,2026-09-02,1\n",
}
WITHOUT = {
    "squad.csv": "athlete_id,name,squad\nbea,Bea,youth\n",
    "symptoms.csv": "athlete_id,date,pain_0_10\nbea,2026-09-02,1\n",
}


def night(home: Path) -> Night:
    return night_over(home / "data/raw", home / "var", "2026-09-10", is_guarded=False)


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nights of two runners, and her name in everything else that is kept."""
    home = tmp_path_factory.mktemp("club")
    write_files(home / "data/raw", FILES)
    night(home)
    night(home)
    message = {
        "target": "env:MAIL",
        "event": "red",
        "title": "A call",
        "text": NAME,
        "html": "",
        "quiet": "",
        "queued_at": "2026-09-10T06:00:00+00:00",
    }
    outbox = {
        "sent": {"env:MAIL": {f"red:{ID}": "2026-09-10", "red:bea": "2026-09-10"}},
        "waiting": [message, message | {"text": "Bea"}],
    }
    (home / "var/warehouse-alerts.json").write_text(json.dumps(outbox))
    (home / "var/night.log").write_text(f"set aside tonight: {ID}\nimport files: 5 files\n")
    (home / "var/prefect").mkdir()
    with closing(sqlite3.connect(home / "var/prefect/prefect.db")) as connection, connection:
        connection.execute("create table log (message text)")
        connection.execute("insert into log values (?), (?)", (f"set aside tonight: {ID}", "import files: 5 files"))
    shutil.copyfile(home / "var/warehouse-memory.duckdb", home / "var/warehouse-memory-damaged-20260901T000000Z.duckdb")
    return home


@pytest.fixture
def home(club: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(club, tmp_path / "club", symlinks=True))


def take_out(home: Path) -> None:
    shutil.rmtree(home / "data/raw" / ID)
    write_files(home / "data/raw", WITHOUT)


def settings_of(home: Path) -> Settings:
    return Settings(raw=home / "data/raw", warehouse=home / "var/warehouse.duckdb", site=home / "var/site")


def rows_of_bea(warehouse: Path) -> dict[str, list[Any]]:
    with database.reader(warehouse) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_columns() where column_name = 'athlete_id' and not internal order by all"
        ).fetchall()
        return {
            f"{schema}.{table}": connection.execute(f"from {schema}.{table} where athlete_id = 'bea' order by all").fetchall()
            for schema, table in tables
        }


def held(home: Path) -> list[str]:
    """Where the id or the name stands, by reading every byte and every value: a second search, that shares nothing with ours."""
    found = []
    needles = [ID, NAME, json.dumps(NAME)[1:-1]]
    for path in (home / "var").rglob("*"):
        if ID in path.name:
            found.append(path.name)
        if not path.is_file() or path.is_symlink():
            continue
        data = path.read_bytes()
        found += [f"{path.name}: bytes" for needle in needles if needle.encode() in data]
        if path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as connection:
                for schema, table in connection.execute("select schema_name, table_name from duckdb_tables()").fetchall():
                    everything = str(connection.execute(f"from {schema}.{table}").fetchall())
                    found += [f"{path.name}: {schema}.{table}" for needle in needles if needle in everything]
    return found


def test_while_anything_of_theirs_lies_in_the_input_folder_it_is_listed_and_nothing_changes(home: Path) -> None:
    before = {path: path.read_bytes() for path in (home / "var").rglob("*") if path.is_file() and path.suffix != ".lock"}
    refused = tendonwatch(home, "erase", ID, "--yes")
    assert refused.exit_code == 2
    for what in (f"{ID}/, 2 files", "squad.csv, row 2", "symptoms.csv, row 2"):
        assert what in refused.output
    assert {path: path.read_bytes() for path in before} == before


def test_who_is_not_known_is_not_erased_and_a_no_changes_nothing(home: Path) -> None:
    take_out(home)
    unknown = tendonwatch(home, "erase", "adelhied", "--yes")
    assert (unknown.exit_code, f"did you mean {ID}?" in unknown.output) == (2, True)
    assert tendonwatch(home, "erase", ID).exit_code == 1  # nobody answers the question
    assert held(home)


def test_who_is_erased_is_gone_from_every_byte_and_the_others_stay_as_they_were(home: Path) -> None:
    take_out(home)
    settings = settings_of(home)
    nights = publication.kept_nights(settings)
    before = [rows_of_bea(publication.night_path(settings.warehouse, one)) for one in nights]
    page = (settings.site / "athletes/bea.html").read_bytes()
    assert len(held(home)) > 10
    done = tendonwatch(home, "erase", ID, "--yes")
    assert done.exit_code == 0, done.output
    assert held(home) == []
    assert "Rewritten: 2 kept nights" in done.output

    assert publication.kept_nights(settings) == nights
    assert [rows_of_bea(publication.night_path(settings.warehouse, one)) for one in nights] == before
    assert (settings.site / "athletes/bea.html").read_bytes() == page
    assert "Bea" in (settings.site / "index.html").read_text(encoding="utf-8")
    outbox = json.loads((home / "var/warehouse-alerts.json").read_text())
    assert outbox["sent"] == {"env:MAIL": {"red:bea": "2026-09-10"}}
    assert [message["text"] for message in outbox["waiting"]] == ["Bea"]
    assert (home / "var/night.log").read_text() == "import files: 5 files\n"
    with closing(sqlite3.connect(home / "var/prefect/prefect.db")) as connection:
        assert connection.execute("select message from log").fetchall() == [
            ("set aside tonight: [erased]",),
            ("import files: 5 files",),
        ]
    with database.reader(settings.warehouse) as connection:
        assert database.scalar(connection, "select count(*) from ops.exercise_names where exercise_name = 'Jump of my own'") == 0
        meaning = "select comment from duckdb_columns() where table_name = 'runs' and column_name = 'run_date'"
        assert database.scalar(connection, meaning)
    assert tendonwatch(home, "rollback").exit_code == 0
    assert tendonwatch(home, "erase", ID, "--yes").exit_code == 0  # again, as after a kill


def test_files_that_come_back_are_refused_until_somebody_allows_it(home: Path) -> None:
    take_out(home)
    assert tendonwatch(home, "erase", ID, "--yes").exit_code == 0
    write_files(home / "data/raw", FILES)
    back = night(home)
    assert back.rows("select athlete_id from marts.athletes") == [{"athlete_id": "bea"}]
    assert back.value("select count(*) from raw.runs where athlete_id = ?", ID) == 0
    assert back.value("select pain_0_10 from marts.symptoms where athlete_id = 'bea'") == 1
    refused = {row["path"]: row for row in back.rows("select path, reason, remedy from ops.refusals")}
    assert set(refused) == {f"{ID}/runs.csv", f"{ID}/strength.csv", "squad.csv", "symptoms.csv"}
    for row in refused.values():
        assert "was erased" in row["reason"]
        assert "erase --allow-again" in row["remedy"]
    assert back.value("select unknown_days from marts.coverage where athlete_id = 'bea' and measure = 'distance_m'") == 0

    assert tendonwatch(home, "erase", "nobody", "--allow-again").exit_code == 2
    assert tendonwatch(home, "erase", ID, "--allow-again").exit_code == 0
    again = night(home)
    assert again.value("select name from marts.athletes where athlete_id = ?", ID) == NAME
    assert again.value("select sum(distance_m) from marts.runs where athlete_id = ?", ID) == 11000
    assert again.value("select pain_0_10 from marts.symptoms where athlete_id = ?", ID) == 2
    assert again.rows("from ops.refusals") == []


def test_a_night_of_another_version_is_deleted_but_the_published_one_must_be_made_anew_first(home: Path) -> None:
    take_out(home)
    settings = settings_of(home)
    first, published = publication.kept_nights(settings)
    for night_then, said in ((first, "Deleted"), (published, "run `tendonwatch nightly` once")):
        kept = publication.night_path(settings.warehouse, night_then)
        kept.chmod(0o640)
        with database.writer(kept) as connection:
            connection.execute("update ops.contract set program_version = '0.0.1'")
        done = tendonwatch(home, "erase", ID, "--yes")
        assert said in done.output
    assert done.exit_code == 2
    assert publication.kept_nights(settings) == [published]
    assert held(home) == []


def test_a_table_of_the_squad_that_cannot_be_read_may_hold_them(home: Path) -> None:
    take_out(home)
    (home / "data/raw/symptoms.csv").write_bytes(b"\x81\x8d\x00athlete_id")
    refused = tendonwatch(home, "erase", ID, "--yes")
    assert (refused.exit_code, "symptoms.csv, which cannot be read" in refused.output) == (2, True)


def test_a_night_put_back_from_a_backup_is_not_published_again(home: Path) -> None:
    settings = settings_of(home)
    first = publication.kept_nights(settings)[0]
    kept = publication.night_path(settings.warehouse, first)
    shutil.copyfile(kept, home / "backup.duckdb")
    take_out(home)
    assert tendonwatch(home, "erase", ID, "--yes").exit_code == 0
    kept.unlink()
    shutil.copyfile(home / "backup.duckdb", kept)
    refused = tendonwatch(home, "rollback", first)
    assert (refused.exit_code, "was erased since" in refused.output) == (2, True)
    assert publication.current_night(settings.warehouse) != first


def test_a_memory_that_cannot_be_read_lets_nobody_back(home: Path) -> None:
    (home / "var/warehouse-memory.duckdb").write_bytes(b"no database")
    refused = tendonwatch(home, "rollback")
    assert (refused.exit_code, "`tendonwatch nightly` mends it" in refused.output) == (2, True)


# ---------------------------------------------------------------- the search


WORDS = Words((ID, NAME))


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("today Adelheid ran", True),
        ('{"red:adelheid": 1}', True),
        (json.dumps({"name": NAME}), True),
        ("athletes/adelheid.html", True),
        ("Zoe\u0308 A\u030angstro\u0308m", True),  # the same name, its accents apart
        ("?name=Zo%C3%AB%20%C3%85ngstr%C3%B6m", True),
        ("adelheidis", False),
        ("Zoë Ångströms", False),
        ("bea", False),
    ],
)
def test_a_name_is_found_however_it_is_written(tmp_path: Path, text: str, is_found: bool) -> None:
    (tmp_path / "note").write_text(text, encoding="utf-8")
    assert bool(traces([tmp_path], tmp_path / "raw", WORDS)) is is_found


@pytest.mark.parametrize(("page", "is_found"), [("so ran Adelheid.", False), ("so ran Adelheid. adelheid is late", True)])
def test_what_a_text_of_the_program_says_of_its_own_is_no_trace(tmp_path: Path, page: str, is_found: bool) -> None:
    (tmp_path / "evidence.html").write_text(f"<p>{page}</p>", encoding="utf-8")
    assert bool(traces([tmp_path], tmp_path / "raw", WORDS, {"evidence.html": "so ran Adelheid."})) is is_found


def test_a_database_file_is_searched_by_value_and_by_byte(tmp_path: Path) -> None:
    def warehouse(name: str, *statements: str) -> None:
        with database.writer(tmp_path / name) as connection:
            for statement in ("create schema seeds", "create schema raw", *statements):
                connection.execute(statement)

    warehouse("by-value.duckdb", "create table raw.nights as select 'failed for Adelheid' as message")
    warehouse("in-a-list.duckdb", "create table raw.nights as select ['adelheid'] as names")
    warehouse("in-a-comment.duckdb", "create table raw.nights (night text)", "comment on table raw.nights is 'adelheid'")
    warehouse("longer-word.duckdb", "create table raw.nights as select 'adelheidis' as message")
    warehouse("of-the-house.duckdb", "create table seeds.words as select 'adelheid' as word")
    found = sorted(trace.removeprefix(f"{tmp_path}/") for trace in traces([tmp_path], tmp_path / "raw", WORDS))
    assert found == [
        "by-value.duckdb: raw.nights.message",
        "in-a-comment.duckdb: bytes outside its rows",
        "in-a-list.duckdb: raw.nights.names",
    ]
