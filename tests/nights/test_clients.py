"""The published file is read by the oldest and the newest DuckDB promised, and by its command line; an export by others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.commands import questions
from tests.conftest import PROJECT
from tests.lib.squads import Night
from tests.nights.test_cli import tendonwatch

LOCKS = PROJECT / "tests" / "clients"
CLIENTS = PROJECT / "build" / "clients"  # one folder for each lock file, filled by `make clients`


def installed(name: str) -> Path:
    if not (CLIENTS / name / "installed").is_file():
        pytest.skip(f"{name} is not installed for the tests: `make clients` does it, where the package is to be had")
    return CLIENTS / name


def found_by(folder: Path | None, warehouse: Path) -> dict[str, Any]:
    """What read_all.py finds with the DuckDB of a folder, or with the project's own."""
    asked = [question.sql for question in questions.all_questions()]
    environment = {**os.environ, "PYTHONPATH": str(folder)} if folder else dict(os.environ)
    done = subprocess.run(
        [sys.executable, str(LOCKS / "read_all.py"), str(warehouse)],
        input=json.dumps(asked), capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def as_ours(demo_night: Night) -> dict[str, Any]:
    return found_by(None, demo_night.warehouse)


@pytest.mark.parametrize("name", sorted(path.stem for path in LOCKS.glob("duckdb-[0-9]*.lock")))
def test_a_client_reads_every_table_and_answers_every_question_as_ours_does(
    demo_night: Night, as_ours: dict[str, Any], name: str
) -> None:
    theirs = found_by(installed(name), demo_night.warehouse)
    assert theirs.pop("version") == name.removeprefix("duckdb-")
    assert theirs["without_comment"] == []
    assert "read-only" in theirs.pop("refused")
    assert theirs == {name: value for name, value in as_ours.items() if name not in ("version", "refused")}
    assert theirs["attached_runs"] > 400


def test_the_command_line_reads_it(demo_night: Night) -> None:
    (lock,) = LOCKS.glob("duckdb-cli-*.lock")
    program = installed(lock.stem) / "duckdb_cli" / "duckdb"
    done = subprocess.run(
        [str(program), "-readonly", "-json", str(demo_night.warehouse), "select count(*) as runs from marts.runs"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == [{"runs": demo_night.value("select count(*) from marts.runs")}]


def plain(value: Any) -> Any:
    """A value of DuckDB as read_parquet.py tells it."""
    match value:
        case list():
            return [plain(one) for one in value]
        case dict():
            return {name: plain(one) for name, one in value.items()}
        case datetime():
            return (value.astimezone(UTC) if value.tzinfo else value).replace(tzinfo=None).isoformat()
        case date():
            return value.isoformat()
    return value


def test_polars_and_pandas_read_an_export_back_as_it_was(demo_night: Night, tmp_path: Path) -> None:
    folder = installed("parquet-readers")
    assert tendonwatch(tmp_path, "export", tmp_path / "out", "--warehouse", demo_night.warehouse).exit_code == 0
    done = subprocess.run(
        [sys.executable, str(LOCKS / "read_parquet.py"), str(tmp_path / "out")],
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(folder)}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(told) > 40
    for one in told:
        rows = demo_night.rows(f"from {one['table']}")
        wanted = [[plain(value) for value in row.values()] for row in rows]
        assert one["polars"][1:] == wanted, one["table"]
        assert one["pandas"][1:] == wanted, one["table"]
        assert not rows or one["polars"][0] == one["pandas"][0] == list(rows[0])
