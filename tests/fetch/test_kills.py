"""A fetch killed at any of its steps leaves no half file, and the next one brings each file once; ten years fit in memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.fetch.ledger import open_ledger
from flows.fetch.run import fetch_all
from tests.conftest import PROJECT
from tests.fetch.conftest import Project
from tests.fetch.standin import Asked, Reply, serving

FIRST, SECOND = b"started_at,distance_km,moving_time\n" + b"1" * 5000, b"started_at,distance_km,moving_time\n" + b"2" * 5000
STEPS = {"open", "os.link", "os.remove", "os.mkdir", "os.chmod", "sqlite3.connect"}
MOST_MB = 300
TEN_YEARS = 5000  # activities
# Runs the command line and prints the most memory that it had. The kernel's own figure for a child begins with its parent's.
MEASURED = """
import atexit, re, sys
from pathlib import Path
atexit.register(lambda: print("peak kB", re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]))
from flows.cli import main
main()
"""


def in_a_child(work: Callable[[], object]) -> int:
    """Run the work in a process of its own. Returns the signal that ended it, or 0."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def killed_at(step: int, project: Project) -> bool:
    """Fetch in a child that kills itself before its `step`-th step on the disk. Returns whether it came so far."""

    def work() -> None:
        done = 0

        def count(event: str = "fsync", arguments: tuple[object, ...] = ()) -> None:
            nonlocal done
            if event == "fsync" or (event in STEPS and str(project.folder) in str(arguments[:1])):
                done += 1
                if done == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sync = os.fsync

        def counted(opened: int) -> None:
            count()
            sync(opened)

        os.fsync = counted  # type: ignore[assignment]
        sys.addaudithook(count)
        fetch_all(project.settings)

    return in_a_child(work) == signal.SIGKILL


def visible(project: Project) -> dict[str, bytes]:
    """What a night would see: no folder whose name begins with a dot."""
    return {path: data for path, data in project.files().items() if "/." not in path}


def test_a_fetch_killed_at_any_step_leaves_whole_files_alone(project: Project, tmp_path: Path) -> None:
    drive = tmp_path / "nas" / "kim"
    drive.mkdir(parents=True)
    project.accounts('[[accounts]]\nsource = "folder"\nname = "nas"\nurl = "../nas"\n')
    number = 0
    for step in range(1, 200):
        # Each time a new file, and an edit of another.
        (drive / f"{step}.csv").write_bytes(FIRST)
        edited = drive / "edited.csv"
        edited.write_bytes(b"%d" % step + SECOND)
        os.utime(edited, (1_800_000_000 + step, 1_800_000_000 + step))
        reached = killed_at(step, project)
        assert {data for data in visible(project).values() if not data.endswith(SECOND)} <= {FIRST}
        if not reached:
            break
        number = step
        project.fetch()
        assert visible(project)[f"kim/nas/{step}.csv"] == FIRST
        assert project.files() == visible(project)
    assert number > 10
    versions = [data for path, data in visible(project).items() if "edited" in path]
    assert sorted(int(data[: -len(SECOND)]) for data in versions) == list(range(1, number + 2))


def test_a_list_of_ten_years_fits_in_memory_and_comes_in_parts(project: Project) -> None:
    start = datetime.now(UTC)
    activities = []
    for number in range(TEN_YEARS):
        at = start - timedelta(hours=17 * number)
        activities.append(
            {"id": f"i{number}", "start_date": f"{at:%Y-%m-%dT%H:%M:%SZ}", "start_date_local": f"{at:%Y-%m-%dT%H:%M:%S}"}
            | {"type": "Run", "file_type": "fit", "source": "GARMIN_CONNECT", "name": "A run", "distance": 8000 + number}
            | {f"icu_field_{field}": number * field for field in range(80)}
        )

    def answer(asked: Asked) -> Reply:
        if "/activity/" in asked.path:
            return Reply(asked.path.encode() + bytes(60_000))
        if not asked.path.endswith("/activities"):
            return Reply([])
        span = asked.query["oldest"], asked.query["newest"]
        return Reply([one for one in activities if span[0] <= str(one["start_date_local"])[:10] <= span[1]])

    with serving(answer) as running:
        account = f'[[accounts]]\nsource = "intervals"\nathlete = "kim"\nurl = "{running.url}"\nsecret = "file:secrets/icu"\n'
        project.accounts(f"[limits]\nfiles = 100\nrequests = 200\n{account}", icu="k")
        told = []
        for _ in range(2):
            command = [sys.executable, "-c", MEASURED, "--folder", str(project.folder), "fetch"]
            fetched = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
            assert fetched.returncode == 0, fetched.stderr
            assert int(fetched.stdout.rpartition("peak kB")[2]) / 1024 < MOST_MB
            with open_ledger(project.settings) as ledger:
                standing = ledger.standing("intervals", "intervals")
            told.append((standing.new_files, standing.waiting))
    assert told == [(100, TEN_YEARS - 100), (100, TEN_YEARS - 200)]
