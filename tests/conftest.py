"""What every test may ask for."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import hypothesis
import pytest

from flows.settings import Settings, calm_libraries

PROJECT = Path(__file__).resolve().parents[1]


def bind_to_a_core(worker: str) -> None:
    """Bind a worker (gw0, gw1 ...) with all that it starts to one core: two nights side by side gain nothing from two threads."""
    if worker and hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[int(worker.removeprefix("gw")) % len(cores)]})


bind_to_a_core(os.environ.get("PYTEST_XDIST_WORKER", ""))

# Before anything imports prefect: its state goes to a folder of this run, never to the project's or the user's.
calm_libraries(Settings(prefect_home=Path(tempfile.mkdtemp(prefix="tendonwatch-prefect-"))))
os.environ["TZ"] = "UTC"

# A machine that is busy with something else is slow, not wrong.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")

from tests.lib.lanes import lanes_of  # noqa: E402 - imports prefect
from tests.lib.squads import Night, night_over  # noqa: E402


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test with the lanes that it needs."""
    for item in items:
        if isinstance(item, pytest.Function):
            for lane in sorted(lanes_of(item)):
                item.add_marker(lane)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real files that lies beside the project on some machines; never part of it."""
    folder = PROJECT.parent / "shared" / "data"
    if not (folder / "manifest.csv").is_file():
        pytest.skip("no folder of real files (../shared/data) beside the project")
    return folder


@pytest.fixture(scope="session")
def demo_night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """The demo squad of data/raw after one whole night, without Prefect. Read it, don't change it."""
    return night_over(PROJECT / "data" / "raw", tmp_path_factory.mktemp("demo"), as_of="latest")
