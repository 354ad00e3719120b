"""A night that is told to stop, by real signals to real processes: within 5 s, nothing published, nobody left behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows import nightly
from flows.operate import steps
from flows.operate.stop import StepTooSlow
from flows.settings import Settings
from flows.state import database
from flows.state.lock import one_at_a_time
from tests.conftest import PROJECT
from tests.lib.squads import runs_csv, write_files
from tests.nights.test_cli import COMMAND, DAY


def allowed_s() -> float:
    """Five seconds, on a machine that has nothing else to do."""
    return 5.0 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def descendants(pid: int) -> set[int]:
    """Every process below this one, by /proc."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rsplit(")", 1)[1].split()[1])
    found, front = set(), {pid}
    while front:
        front = {child for child, parent in parents.items() if parent in front} - found
        found |= front
    return found


def is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False


def wait_for_line(child: subprocess.Popen[str], words: str) -> None:
    assert child.stderr
    for line in child.stderr:
        if words in line:
            return
    raise AssertionError(f"the night ended without {words!r}")


@pytest.mark.parametrize(
    ("number", "line", "further_s"),
    [
        (signal.SIGINT, "read 2 of", 1.0),  # files are being read on both cores
        (signal.SIGTERM, "read 2 of", 1.0),
        (signal.SIGTERM, "guard staging", 0.2),  # tables are being built, of a smaller squad
    ],
)
def test_a_night_told_to_stop_leaves_nothing_behind_but_the_memory_of_it(
    tmp_path: Path, number: int, line: str, further_s: float
) -> None:
    raw = PROJECT / "data/raw"
    if line == "guard staging":
        raw = write_files(tmp_path / "raw", {"ada/runs.csv": runs_csv(DAY, [5.0] * 60)})
    settings = Settings(raw=raw, warehouse=tmp_path / "warehouse.duckdb", site=tmp_path / "site")
    places = ["--raw", settings.raw, "--warehouse", settings.warehouse, "--site", settings.site]
    # A shell has what it starts in the background ignore Ctrl-C, and so would the night if the suite was started so.
    heeding = ["env", "--default-signal=INT", COMMAND]
    child = subprocess.Popen(
        [*heeding, "--folder", tmp_path, "nightly", *places], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    wait_for_line(child, line)
    time.sleep(further_s)
    family = descendants(child.pid)
    assert child.poll() is None
    child.send_signal(number)
    told_at = time.monotonic()
    _, said = child.communicate(timeout=60)
    assert time.monotonic() - told_at < allowed_s()
    assert child.returncode == 1
    assert "stopped as asked" in said
    assert "Traceback" not in said
    end = told_at + allowed_s()
    while any(map(is_alive, family)) and time.monotonic() < end:
        time.sleep(0.05)
    assert [pid for pid in family if is_alive(pid)] == []
    assert not settings.warehouse.exists()
    assert not settings.site.exists()
    with (
        one_at_a_time(settings.warehouse.with_suffix(".lock")),
        database.reader(database.memory_path(settings.warehouse)) as memory,
    ):
        (night,) = database.rows(memory, "select state, exit_code, message from raw.nights")
    assert night == {"state": "cancelled", "exit_code": 1, "message": "it was asked to stop"}


LONG_QUERY = """
import sys
from pathlib import Path
from flows.operate import stop
from flows.state import database
join = "select a.range, count(*) from range(6000000) a join range(600000000) b on a.range = b.range % 6000000 group by 1"
with stop.handled(), database.writer(Path(sys.argv[1])) as connection:
    connection.execute("create table few as " + join.replace("00000", ""))
    print("asking", flush=True)
    try:
        with stop.within(float(sys.argv[2]), "the long question"):
            connection.execute("create table many as " + join)
    except (stop.Stopped, stop.StepTooSlow) as error:
        print(type(error).__name__, error, flush=True)
with database.writer(Path(sys.argv[1])) as connection:  # whatever broke off lets go of its file
    connection.execute("create table after_that as select 1")
"""


def long_query(path: Path, seconds: float) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", LONG_QUERY, path, str(seconds)], stdout=subprocess.PIPE, text=True, cwd=PROJECT
    )
    assert child.stdout
    assert child.stdout.readline() == "asking\n"
    return child


def test_a_query_of_minutes_is_broken_off_when_told_to_stop(tmp_path: Path) -> None:
    child = long_query(tmp_path / "one.duckdb", 600)
    time.sleep(1)
    child.send_signal(signal.SIGTERM)
    told_at = time.monotonic()
    said, _ = child.communicate(timeout=60)
    assert time.monotonic() - told_at < allowed_s()
    assert said.startswith("Stopped")


def test_a_step_that_takes_too_long_is_broken_off_by_its_name(tmp_path: Path) -> None:
    child = long_query(tmp_path / "one.duckdb", 1)
    began = time.monotonic()
    said, _ = child.communicate(timeout=60)
    assert time.monotonic() - began < 1 + allowed_s()
    assert said == "StepTooSlow the long question took longer than 1 s\n"


def test_a_night_with_a_step_that_takes_too_long_fails_and_says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = write_files(tmp_path / "raw", {"ada/runs.csv": runs_csv(DAY, [5])})
    settings = Settings(raw=raw, warehouse=tmp_path / "warehouse.duckdb", site=tmp_path / "site", workers=1)
    monkeypatch.setitem(steps.LONGEST_STEP_S, "guard_raw", 0.05)
    with pytest.raises(StepTooSlow, match=re.escape("guard raw took longer than 0.05 s")):
        nightly.run_night(settings, "2026-09-10")
    with database.reader(database.memory_path(settings.warehouse)) as memory:
        assert database.scalar(memory, "select state from raw.nights") == "failed"


def test_readers_do_not_outlive_a_night_that_is_killed(tmp_path: Path) -> None:
    places = ["--raw", PROJECT / "data/raw", "--warehouse", tmp_path / "warehouse.duckdb", "--site", tmp_path / "site"]
    child = subprocess.Popen(
        [COMMAND, "--folder", tmp_path, "nightly", *places],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TENDONWATCH_WORKERS": "2"},
    )
    wait_for_line(child, "read 2 of")
    time.sleep(1)
    family = descendants(child.pid)
    assert len(family) >= 2
    child.kill()
    child.wait()
    end = time.monotonic() + 30
    while any(map(is_alive, family)) and time.monotonic() < end:
        time.sleep(0.1)
    assert [pid for pid in family if is_alive(pid)] == []
