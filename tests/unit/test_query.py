"""`tendonwatch query`: it answers whole, and a question touches nothing but the published file."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from flows.cli import main
from flows.state import database

ROWS = 12_345  # more than one batch
WIDE = ", ".join(f"{number} as column_{number}" for number in range(60))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published file with one table, and beside it what no question may reach."""
    folder = tmp_path_factory.mktemp("analyst")
    for name in ("warehouse", "other"):
        with duckdb.connect(str(folder / f"{name}.duckdb")) as connection:
            connection.execute(
                """
                create schema marts;
                create table marts.runs (run_date date, distance_m double, title text, notes text[]);
                insert into marts.runs values
                    ('2026-09-01', 5000.5, 'easy, flat', ['a', 'b']), ('2026-09-02', null, 'say "hi"', null), (null, 0, '', []);
                comment on table marts.runs is 'What each run asked for. One row per run.';
                """
            )
            connection.execute("copy marts.runs to ? (format parquet)", [str(folder / "runs.parquet")])
    (folder / "secret.csv").write_text("a\n1\n")
    (folder / "secret.json").write_text('{"a": 1}')
    return folder


def query(folder: Path, *arguments: object, typed: str | None = None, here: Path | None = None) -> Result:
    at = ["--folder", str(here)] if here else []
    command = [*at, "query", "--warehouse", str(folder / "warehouse.duckdb"), *map(str, arguments)]
    return CliRunner().invoke(main, command, input=typed)


def state_of(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


# ---------------------------------------------------------------- what it must not do

FORBIDDEN = [
    "attach '{}/other.duckdb' as other",
    "attach '{}/warehouse.duckdb' as again (read_only)",
    "attach ':memory:' as scratch",
    "detach warehouse",
    "copy marts.runs to '{}/out.csv'",
    "copy (select 1) to '{}/out.parquet' (format parquet)",
    "copy marts.runs from '{}/secret.csv'",
    "export database '{}/out'",
    "import database '{}'",
    "install httpfs",
    "load httpfs",
    "load json",
    "update extensions",
    "select * from read_csv('{}/secret.csv')",
    "select * from read_text('{}/secret.csv')",
    "select * from read_blob('{}/secret.csv')",
    "select * from read_json('{}/secret.json')",
    "select * from read_parquet('{}/runs.parquet')",
    "select * from parquet_schema('{}/runs.parquet')",
    "select * from sniff_csv('{}/secret.csv')",
    "select * from '{}/secret.csv'",
    "select * from '{}/runs.parquet'",
    "select * from query_table('{}/secret.csv')",
    "select * from query('select * from read_text(''{}/secret.csv'')')",
    "select * from glob('{}/*')",
    "explain analyze copy marts.runs to '{}/out.csv'",
    "select * from read_text('http://127.0.0.1:9/x')",
    "set threads = 64",
    "set memory_limit = '64GB'",
    "set enable_external_access = true",
    "set lock_configuration = false",
    "set variable day = 1",
    "reset memory_limit",
    "pragma threads = 64",
    "pragma profiling_output = '{}/out.json'",
    "use marts",
    "create table marts.mine as select 1",
    "create temp table mine as select 1",
    "create view marts.mine as select 1",
    "create macro mine(x) as x",
    "create secret mine (type http)",
    "insert into marts.runs (title) values ('x')",
    "update marts.runs set title = 'x'",
    "delete from marts.runs",
    "truncate marts.runs",
    "merge into marts.runs using (select 1 as one) as new on true when matched then delete",
    "drop table marts.runs",
    "alter table marts.runs add column mine integer",
    "comment on table marts.runs is 'mine'",
    "checkpoint",
    "vacuum",
    "begin",
    "prepare mine as select 1",
    "call enable_logging(storage = 'file', storage_path = '{}/log')",
    "call enable_logging()",
    "from connection",  # a variable of the program itself
    "from sql",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_it_neither_writes_nor_leaves_the_published_file(folder: Path, statement: str) -> None:
    before = state_of(folder)
    said = query(folder, statement.format(folder))
    assert said.exit_code in (1, 2)
    assert said.output.startswith("tendonwatch: ")
    assert said.output.count("\n") == 1
    assert state_of(folder) == before


def test_without_the_lock_these_questions_would_be_answered(folder: Path) -> None:
    """Else the test before would pass for another reason, like a wrong path."""
    with database.reader(folder / "warehouse.duckdb") as connection:
        reading = [one for one in FORBIDDEN if "secret.csv" in one and one.startswith(("select", "copy ("))]
        answers = [connection.execute(statement.format(folder)).fetchall() for statement in reading]
    assert len(answers) >= 2
    assert all(answers)


@pytest.mark.parametrize(
    ("text", "number"), [("select 1; select 2", 2), ("", 0), ("-- only a comment", 0), ("pivot marts.runs on title; select 1", 2)]
)
def test_it_takes_one_question(folder: Path, text: str, number: int) -> None:
    said = query(folder, text)
    assert said.exit_code == 2
    assert said.output == f"tendonwatch: ask one question at a time; this holds {number} statement{'' if number == 1 else 's'}\n"


def test_memory_and_threads_are_capped(folder: Path) -> None:
    """In a process of its own, where no night set another limit: 700 MB are 667.5 MiB."""
    asked = "select current_setting('memory_limit') as memory, current_setting('threads') as threads"
    command = [sys.executable, "-m", "flows.cli", "query", "--warehouse", str(folder / "warehouse.duckdb"), "--json", asked]
    (caps,) = json.loads(subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=True).stdout)
    assert caps["memory"] == "667.5 MiB"
    assert caps["threads"] <= 8


# ---------------------------------------------------------------- what it answers


@pytest.mark.parametrize(
    "question",
    [
        "with x as (select 1 as a) from x",
        "values (1)",
        "describe marts.runs",
        "summarize marts.runs",
        "show all tables",
        "explain select 1",
        "pivot marts.runs on title using count(*)",
        "-- Who?\nfrom marts.runs;",
    ],
)
def test_each_form_of_a_question_is_one(folder: Path, question: str) -> None:
    assert query(folder, question).exit_code == 0


def test_csv_holds_each_value_and_tells_null_from_an_empty_text(folder: Path) -> None:
    said = query(folder, "from marts.runs", "--csv").output
    assert said == (
        "run_date,distance_m,title,notes\n"
        '2026-09-01,5000.5,"easy, flat","[""a"", ""b""]"\n'
        '2026-09-02,,"say ""hi""",\n'
        ',0.0,"",[]\n'
    )


def test_json_has_an_object_for_each_row_and_loses_no_column(folder: Path) -> None:
    said = query(
        folder, "select *, title as title, 1.5::decimal(9, 2) as d, 'nan'::double as n from marts.runs limit 1", "--json"
    )
    assert json.loads(said.output) == [
        {
            "run_date": "2026-09-01",
            "distance_m": 5000.5,
            "title": "easy, flat",
            "notes": ["a", "b"],
            "title_2": "easy, flat",
            "d": 1.5,
            "n": None,
        }
    ]
    assert json.loads(query(folder, "from marts.runs where false", "--json").output) == []


def test_every_row_and_every_column_arrives_in_every_form(folder: Path) -> None:
    question = f"select {WIDE}, range as number from range({ROWS})"
    table = query(folder, question).output.splitlines()
    assert table[-1] == f"({ROWS} rows)"
    assert len(table) == ROWS + 3
    assert table[0].split() == [f"column_{number}" for number in range(60)] + ["number"]
    assert table[-2].split()[-1] == str(ROWS - 1)
    csv = query(folder, question, "--csv").output.splitlines()
    assert (len(csv), csv[-1].split(",")[-1], len(csv[-1].split(","))) == (ROWS + 1, str(ROWS - 1), 61)
    told = json.loads(query(folder, question, "--json").output)
    assert (len(told), len(told[0]), sum(row["number"] for row in told)) == (ROWS, 61, ROWS * (ROWS - 1) // 2)


def test_json_leaves_as_text_which_every_reader_of_parquet_has(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "json.parquet"
    assert query(folder, """select '{"a": 1}'::json as "it""s", 1 as one""", "--parquet", path).exit_code == 0
    with duckdb.connect() as connection:
        read = connection.execute("from read_parquet(?)", [str(path)])
        assert [(name, str(kind)) for name, kind, *_ in read.description] == [('it"s', "VARCHAR"), ("one", "INTEGER")]
        assert read.fetchall() == [('{"a": 1}', 1)]


def test_parquet_goes_into_a_new_file_for_owner_and_group(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "it's.parquet"
    assert query(folder, "from marts.runs where title = $title", "--param", "title=easy, flat", "--parquet", path).exit_code == 0
    with duckdb.connect() as connection:
        rows = connection.execute("from read_parquet(?)", [str(path)]).fetchall()
    assert [(str(row[0]), *row[1:]) for row in rows] == [("2026-09-01", 5000.5, "easy, flat", ["a", "b"])]
    assert path.stat().st_mode & 0o777 == 0o640
    content = path.read_bytes()
    again = query(folder, "select 1", "--parquet", path)
    assert (again.exit_code, "exists already" in again.output, path.read_bytes() == content) == (2, True, True)


def test_a_query_that_fails_leaves_no_half_of_a_file(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "half.parquet"
    question = f"select if(range = {ROWS - 1}, error('broken off'), 1) from range({ROWS})"
    said = query(folder, question, "--parquet", path)
    assert (said.exit_code, "broken off" in said.output, path.exists()) == (1, True, False)


def test_parameters_are_values_and_never_sql(folder: Path) -> None:
    question = "select count(*) as n from marts.runs where run_date >= $since and distance_m > $least and title <> $no"
    values = ("--param", "since=2026-09-01", "--param", "least=5000", "--param", "no=' or 1=1 --")
    assert json.loads(query(folder, question, "--json", *values).output) == [{"n": 1}]
    for wrong, told in (
        (("--param", "since"), "is not name=value"),
        (("--param", "since=1", "--param", "since=2"), "given twice"),
    ):
        said = query(folder, question, *wrong)
        assert (said.exit_code, told in said.output) == (2, True)
    missing = query(folder, question, *values[:4])
    assert (missing.exit_code, missing.output.count("\n"), missing.output.rstrip().endswith("parameters: no")) == (1, 1, True)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("selec 1", "line 1, column 1"),
        ("select 'ü',\n  nope\nfrom marts.runs", "line 2, column 3"),
        ("from marts.rnus", "line 1, column 6"),
    ],
)
def test_an_error_is_one_line_with_its_place(folder: Path, text: str, place: str) -> None:
    said = query(folder, text)
    assert said.exit_code == 1
    assert said.output.startswith("tendonwatch: ")
    assert said.output.endswith(f"({place})\n")
    assert said.output.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("select distance from marts.runs", "no column distance (did you mean distance_m?)"),
        ("select one.runs_date from marts.runs as one", "no column runs_date (did you mean run_date?)"),
        ("from marts.runs as a join marts.runs as b using (run_dat)", "no column run_dat"),
        ("from marts.rnus", "no table rnus (did you mean runs?); `tendonwatch query --tables` lists them"),
        ("from mart.runs", "no table mart.runs (did you mean marts.runs?)"),
        ("from staging.runs", "no table staging.runs (did you mean runs?)"),
        ("from zzzz", "no table zzzz; `tendonwatch query --tables` lists them"),
    ],
)
def test_a_name_that_is_wrong_brings_the_nearest(folder: Path, text: str, said: str) -> None:
    answer = query(folder, text)
    assert answer.exit_code == 1
    assert answer.output.startswith(f"tendonwatch: {said}")
    assert answer.output.count("\n") == 1


def test_tables_are_listed_with_what_they_tell(folder: Path) -> None:
    assert query(folder, "--tables").output == "marts.runs: What each run asked for. One row per run.\n"
    assert query(folder, "show tables", "--csv").output == "name\nruns\n"
    assert query(folder, "describe runs", "--csv").output.splitlines()[1].startswith("run_date,DATE,")
    assert query(folder, "select count(*) as n from runs", "--csv").output == "n\n3\n"


def test_a_question_is_a_name_or_a_text_or_a_file_or_what_is_typed(folder: Path, tmp_path: Path) -> None:
    text = "select count(*) as n from marts.runs"
    (tmp_path / "mine.sql").write_text(text)
    (tmp_path / "mine.txt").write_text(text)
    answers = [query(folder, asked, "--csv", here=tmp_path, typed=text) for asked in (text, "mine.sql", "mine.txt", "-")]
    assert [(one.exit_code, one.output) for one in answers] == [(0, "n\n3\n")] * 4
    for wrong, told in (
        ("who_needs_a_cal", "no question is called who_needs_a_cal (did you mean who_needs_a_call?)"),
        ("runs", 'no question is called runs; a table is read by "from runs"'),
        ("yours.sql", "yours.sql cannot be read"),
        (None, "ask a question"),
    ):
        said = query(folder, *([wrong] if wrong else []), here=tmp_path)
        assert (said.exit_code, told in said.output, said.output.count("\n")) == (2, True, 1)


ENDLESS = "select sum(a.range * b.range) from range(100000000000) as a, range(1000000000) as b"


@pytest.mark.parametrize("form", ["--csv", "--parquet"])
def test_a_question_without_end_is_ended(folder: Path, tmp_path: Path, form: str) -> None:
    path = tmp_path / "never.parquet"
    said = query(folder, ENDLESS, "--timeout", "0.2", form, *([path] if form == "--parquet" else []))
    assert (said.exit_code, path.exists()) == (1, False)
    assert said.output.startswith("tendonwatch: no answer within 0.2 seconds; ")
    assert said.output.count("\n") == 1


def test_the_time_ends_an_answer_that_is_worked_out_as_it_is_read(folder: Path) -> None:
    """Its first rows are there at once, and only the database's own time counts."""
    question = "select range from range(100000000000) where range < 20000 or range % 7 = 8"
    said = query(folder, question, "--csv", "--timeout", "0.2")
    assert said.exit_code == 1
    assert "tendonwatch: no answer within 0.2 seconds; " in said.output


def test_it_pages_at_a_terminal_and_not_in_a_pipe(folder: Path, tmp_path: Path) -> None:
    pager = tmp_path / "pager"
    pager.write_text(f"#!/bin/sh\ncat > '{tmp_path}/paged'\n")
    pager.chmod(0o700)
    command = [sys.executable, "-m", "flows.cli", "query", "--warehouse", str(folder / "warehouse.duckdb"), "from range(3)"]
    environment = os.environ | {"PAGER": str(pager), "TERM": "xterm"}
    piped = subprocess.run(command, capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL, check=True)
    assert (piped.stdout.splitlines()[-1], (tmp_path / "paged").exists()) == ("(3 rows)", False)
    ours, theirs = pty.openpty()
    subprocess.run(command, stdin=theirs, stdout=theirs, env=environment, check=True)
    os.close(theirs)
    os.close(ours)
    assert (tmp_path / "paged").read_text() == piped.stdout
