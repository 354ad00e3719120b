"""One night at a time, however the last one ended."""

from __future__ import annotations

import errno
import fcntl
import json
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.state.lock import CannotLock, NightIsRunning, one_at_a_time
from tests.conftest import PROJECT

HOLDER = """
import sys, time
from pathlib import Path
from flows.state.lock import one_at_a_time
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


def test_who_died_with_the_lock_is_named_in_the_log_and_who_let_go_is_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lock = tmp_path / "warehouse.lock"
    with held_by_another_process(lock) as child:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    with caplog.at_level(logging.WARNING, "tendonwatch"):
        with one_at_a_time(lock):
            pass
        assert f"process {child.pid} on {socket.gethostname()} since 2" in caplog.text
        assert "died before its end" in caplog.text
        caplog.clear()
        with one_at_a_time(lock):
            pass
        assert caplog.text == ""


def holder_on(host: str, hours_ago: float) -> str:
    since = datetime.now(UTC) - timedelta(hours=hours_ago)
    return json.dumps({"pid": 4711, "host": host, "since": since.isoformat(timespec="seconds")})


def test_a_live_holder_on_another_machine_is_named_with_it(tmp_path: Path) -> None:
    lock = tmp_path / "warehouse.lock"
    with held_by_another_process(lock):
        lock.write_text(holder_on("clubhouse", 1))
        with pytest.raises(NightIsRunning, match="process 4711 on clubhouse since"), one_at_a_time(lock):
            pass


def test_on_a_network_drive_a_lock_that_another_machine_never_let_go_is_believed_for_half_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "warehouse.lock"
    lock.write_text(holder_on("clubhouse", 1))
    with monkeypatch.context() as network:
        network.setattr("flows.state.lock._drive_of", lambda _: "nfs4")  # no such drive can be had here
        with pytest.raises(NightIsRunning, match=rf"clubhouse.*delete {lock}"), one_at_a_time(lock):
            pass
        lock.write_text(holder_on("clubhouse", 13))
        with one_at_a_time(lock):
            assert "4711" not in lock.read_text()
    lock.write_text(holder_on("clubhouse", 1))
    with one_at_a_time(lock):  # on a local drive the kernel's word is enough
        assert "4711" not in lock.read_text()


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS])
def test_a_drive_without_locks_is_refused_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def refuse(*_: object) -> None:  # what the kernel says on a drive that is mounted without locks
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(CannotLock, match=r"knows no locks.*local drive"), one_at_a_time(tmp_path / "warehouse.lock"):
        pass
