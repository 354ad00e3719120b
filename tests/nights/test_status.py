"""What a night says of itself: status, status.json, log lines; and that a plain night does without Prefect."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows import nightly
from flows.guard import validation
from flows.intake import ingest
from flows.operate import logs
from flows.settings import Settings
from flows.state import database
from tests.conftest import PROJECT
from tests.lib.squads import runs_csv, write_files
from tests.nights.test_cli import DAY, tendonwatch

STEPS = ["import files", "start work", "load seeds", "guard raw", "choose as of", "close night", "build layer staging",
         "build layer activities", "guard staging", "build layer intermediate", "build layer marts", "write sentences",
         "guard marts", "list unmapped", "compare nights", "build layer ops", "guard ops", "build pages",
         "remember ids"]  # fmt: skip
NAME = "Ottilie Rennweg"


@pytest.fixture(autouse=True)
def unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "run_suites", lambda *_: [])


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the default settings and one published night: a good file, an empty one."""
    folder = tmp_path_factory.mktemp("status") / "home"
    write_files(
        folder / "data/raw",
        {"squad.csv": f"athlete_id,name\nada,{NAME}\n", "ada/runs.csv": runs_csv(DAY, [5, 6]), "ada/run.fit": b""},
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validation, "run_suites", lambda *_: [])
        result = tendonwatch(folder, "nightly", "--as-of", "2026-09-10")
    assert result.exit_code == 3, result.output
    return folder


@pytest.fixture
def home(first_night: Path, tmp_path: Path) -> Path:
    """That folder, one's own to change."""
    return Path(shutil.copytree(first_night, tmp_path / "home", symlinks=True))


def facts_of(home: Path, exit_code: int = 0) -> dict[str, Any]:
    result = tendonwatch(home, "status", "--json")
    assert result.exit_code == exit_code, result.output
    return dict(json.loads(result.stdout))


def test_status_says_how_things_stand_and_what_waits(home: Path) -> None:
    facts = facts_of(home)
    assert facts["is_late"] is False
    assert facts["age_h"] < 1
    assert facts["flags"] == {"red": 0, "amber": 0, "green": 0, "grey": 1}
    assert (facts["refused_files"], facts["refused_rows"]) == (1, 0)
    assert list(facts["step_seconds"]) == STEPS
    assert sum(facts["step_seconds"].values()) > 0
    assert facts["last_try"] == {"night": facts["night"], "state": "published", "message": None}
    assert facts["files_waiting"] == 0
    assert (facts["kept_nights"], facts["kept_bytes"]) == (1, facts["newest_night_bytes"])
    assert 0 < facts["kept_bytes"] < facts["free_bytes"]
    due = datetime.fromisoformat(facts["next_night_at"])
    assert (due.hour, due.minute, due.utcoffset()) == (2, 30, timedelta(0))
    assert timedelta(0) < due - datetime.now(UTC) <= timedelta(days=1)

    write_files(home / "data/raw", {"ada/more.csv": "x", "ben/runs.csv": runs_csv(DAY, [5])})
    with (home / "data/raw/ada/runs.csv").open("a") as log:
        log.write("2026-09-05T12:00,7,35:00\n")
    assert facts_of(home)["files_waiting"] == 3

    shown = tendonwatch(home, "status").output
    for words in (
        "as of 2026-09-10",
        "Waiting for the next night: 3 files",
        "Refused files: 1",
        "Kept:   1 night, ",
        "like the last would fit",
        "build layer marts",
        "Next night: ",
    ):
        assert words in shown


def test_status_json_beside_the_pages_says_the_same_and_no_name(home: Path) -> None:
    text = (home / "var/site/status.json").read_text()
    written = json.loads(text)
    shown = facts_of(home)
    same = ("night", "as_of_date", "exit_code", "flags", "files", "refused_files", "refused_rows", "step_seconds")
    assert {key: written[key] for key in same} == {key: shown[key] for key in same}
    assert NAME.split(maxsplit=1)[0] not in text
    assert datetime.fromisoformat(written["next_night_at"]) > datetime.fromisoformat(written["published_at"])


def test_a_night_that_is_more_than_26_hours_old_exits_4(home: Path) -> None:
    link = home / "var/warehouse.duckdb"
    for hours, exit_code in ((25.9, 0), (26.1, 4)):
        old = link.resolve().with_name(f"old-{exit_code}.duckdb")
        old.write_bytes(link.read_bytes())
        with database.writer(old) as connection:
            then = datetime.now(UTC) - timedelta(hours=hours)
            connection.execute("update ops.nightly_runs set finished_at = ?", [then])
        link.unlink()
        link.symlink_to(old.name)
        assert facts_of(home, exit_code)["is_late"] is (exit_code == 4)
    assert "LATE, more than 26 h" in tendonwatch(home, "status").output


def test_a_night_that_failed_since_is_told(home: Path) -> None:
    (home / "data/raw").rename(home / "elsewhere")
    with pytest.raises(ingest.InputEmpty):
        nightly.run_night(Settings(raw=home / "data/raw", warehouse=home / "var/warehouse.duckdb", site=home / "var/site"))
    (home / "elsewhere").rename(home / "data/raw")
    facts = facts_of(home)
    assert facts["last_try"]["state"] == "failed"
    assert "is not there any more" in facts["last_try"]["message"]
    assert "is failed: the input folder" in tendonwatch(home, "status").output


HOLDER = "import duckdb, sys, time; c = duckdb.connect(sys.argv[1]); print('held', flush=True); time.sleep(float(sys.argv[2]))"


@pytest.fixture
def memory_held(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Another program has the import memory open for writing, for three seconds."""
    path = database.memory_path(home / "var/warehouse.duckdb")
    child = subprocess.Popen([sys.executable, "-c", HOLDER, path, "3"], stdout=subprocess.PIPE, text=True)
    assert child.stdout
    assert child.stdout.readline() == "held\n"
    yield child
    child.kill()
    child.wait()


def test_status_answers_while_the_memory_is_held_and_the_next_night_waits_for_it(
    home: Path, memory_held: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = facts_of(home)
    assert (facts["files_waiting"], facts["last_try"]) == (None, None)
    assert memory_held.poll() is None
    monkeypatch.setattr("flows.state.retry.DELAYS_S", [0.5] * 60)
    result = tendonwatch(home, "nightly", "--as-of", "2026-09-10")
    assert result.exit_code == 3, result.output
    assert memory_held.poll() is not None
    assert "trying again in 0.5 s" in result.stderr


# ---------------------------------------------------------------- log lines


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_every_step_is_one_line_with_counts_and_seconds_and_no_name(
    home: Path, capfd: pytest.CaptureFixture[str], log_format: str
) -> None:
    capfd.readouterr()
    write_files(home / "data/raw", {"ada/strength.csv": "performed_at,exercise,set,reps\n2026-09-01T18:00,Calf raise,1,12\n"})
    result = tendonwatch(home, "nightly", "--as-of", "2026-09-10", "--log-format", log_format)
    lines = [line for line in result.stderr.splitlines() if not line.startswith("read ")]
    assert len(lines) == len(STEPS) + 1  # and publish
    assert NAME.split(maxsplit=1)[0] not in result.stderr
    if log_format == "text":
        assert all(re.search(r" \(\d+\.\d s\)$", line) for line in lines)
        assert "import files: 4 files, 1 new" in lines[0]
    else:
        told = [json.loads(line) for line in lines]
        assert [line["step"] for line in told] == [*STEPS, "publish"]
        assert (told[0]["files"], told[0]["new"]) == (4, 1)
        assert all(line["seconds"] >= 0 and line["night"] == told[0]["night"] for line in told)
    logs.start("text")


def test_the_settings_name_the_log_format(home: Path) -> None:
    (home / "tendonwatch.toml").write_text('log_format = "json"\n')
    result = tendonwatch(home, "nightly", "--as-of", "2026-09-10")
    assert all(json.loads(line)["level"] == "INFO" for line in result.stderr.splitlines() if not line.startswith("read "))
    (home / "tendonwatch.toml").write_text('log_format = "xml"\n')
    wrong = tendonwatch(home, "check-settings")
    assert (wrong.exit_code, "log_format" in wrong.output, "json" in wrong.output) == (2, True, True)


def test_the_command_line_imports_no_more_than_it_needs() -> None:
    code = "import flows.cli, sys; print(*{'pandas', 'plotly', 'great_expectations', 'prefect', 'apprise'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=True, capture_output=True, text=True)
    assert said.stdout == "\n"


def test_a_plain_night_imports_no_prefect() -> None:
    code = "import flows.cli, flows.nightly, sys; sys.exit(any(name.split('.')[0] == 'prefect' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False).returncode == 0


# ---------------------------------------------------------------- faults that pass


def test_a_file_that_a_drive_hands_over_at_the_second_try_is_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(home / "data/raw", {"ben/runs.csv": runs_csv(DAY, [7])})
    tries = 0
    opened = Path.open

    def hiccup(path: Path, mode: str = "r", **options: Any) -> Any:
        nonlocal tries
        if path.parent.name == "ben" and mode == "rb":
            tries += 1
            if tries in (1, 3):  # when it is looked at, and when it is read
                raise OSError(5, "Input/output error", str(path))
        return opened(path, mode, **options)

    monkeypatch.setattr(Path, "open", hiccup)
    result = tendonwatch(home, "nightly", "--as-of", "2026-09-10")
    assert tries == 4
    assert result.exit_code == 3, "the empty file, and no other"
    with duckdb.connect(str(home / "var/warehouse.duckdb"), read_only=True) as connection:
        states = dict(connection.execute("select path, state from ops.files").fetchall())
    assert states["ben/runs.csv"] == "loaded"
