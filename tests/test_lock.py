"""One night at a time, however the last one ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from flows.lock import NightIsRunning, one_at_a_time
from tests.conftest import PROJECT

HOLDER = """
import sys, time
from pathlib import Path
from flows.lock import one_at_a_time
with one_at_a_time(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(120)
"""


@contextmanager
def held_by_another_process(lock: Path) -> Iterator[subprocess.Popen[str]]:
    """A real process that holds the lock until the block ends or it is killed."""
    child = subprocess.Popen([sys.executable, "-c", HOLDER, str(lock)], stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    try:
        assert child.stdout
        assert child.stdout.readline() == "held\n"
        yield child
    finally:
        child.kill()
        child.wait()


def test_a_second_night_is_told_who_runs_the_first_and_since_when(tmp_path: Path) -> None:
    lock = tmp_path / "warehouse.lock"
    with (
        held_by_another_process(lock) as child,
        pytest.raises(NightIsRunning, match=rf"process {child.pid} on .* since 2\d\d\d-.*{lock.name}"),
        one_at_a_time(lock),
    ):
        pass


def test_a_killed_night_leaves_no_lock(tmp_path: Path) -> None:
    lock = tmp_path / "warehouse.lock"
    with held_by_another_process(lock) as child:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        with one_at_a_time(lock):
            assert str(os.getpid()) in lock.read_text()


def test_a_night_that_ended_or_failed_leaves_no_lock(tmp_path: Path) -> None:
    lock = tmp_path / "new folder" / "warehouse.lock"
    with pytest.raises(ZeroDivisionError), one_at_a_time(lock):
        _ = 1 / 0
    with one_at_a_time(lock):
        pass


def test_locks_of_two_warehouses_do_not_meet(tmp_path: Path) -> None:
    with one_at_a_time(tmp_path / "a.lock"), one_at_a_time(tmp_path / "b.lock"):
        assert {path.name for path in tmp_path.iterdir()} == {"a.lock", "b.lock"}


def test_a_holder_who_wrote_no_name_is_still_refused_politely(tmp_path: Path) -> None:
    lock = tmp_path / "warehouse.lock"
    with held_by_another_process(lock):
        lock.write_text("")
        with pytest.raises(NightIsRunning, match="another night is running"), one_at_a_time(lock):
            pass
