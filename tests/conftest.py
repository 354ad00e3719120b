"""What every test may ask for."""

from __future__ import annotations

import fcntl
import os
import pickle
import tempfile
from collections.abc import Callable
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

# The files that take longest, longest first, so that the workers of a run end together. The killed nights come first: they have
# more to import than the readers, and whichever child is first decides what all others find imported.
LONGEST = (
    *("nights/test_kills", "nights/test_prefect", "nights/test_ingest", "tendon/test_properties", "pages/test_browser"),
    *("pages/test_site", "tendon/test_golden", "pages/test_accessible", "tendon/test_rule_effects", "models/test_contract"),
    *("tendon/test_oracle", "nights/test_night", "pages/test_squad_page"),
    *("nights/test_recovery", "nights/test_cli", "nights/test_person", "pages/test_athlete_page", "models/test_worked_cases"),
    *("nights/test_wheel", "nights/test_what_is_new", "nights/test_set_aside", "nights/test_erase", "nights/test_traceable"),
    *("nights/test_stop", "nights/test_status", "nights/test_statuses", "nights/test_real_files", "nights/test_alerts"),
    *("models/test_changed_rules", "pages/test_changed_rules", "pages/test_odd_squads", "pages/test_digest"),
    *("unit/test_rules", "nights/test_validation", "nights/test_fuzz", "models/test_any_squad", "pages/test_evidence"),
    *("models/test_achilles", "models/test_flags", "models/test_load_ratio", "models/test_run_load"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test with the lanes that it needs, and put the files that take longest first."""
    place = {PROJECT / "tests" / f"{name}.py": number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))
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
    """The demo squad of data/raw after one whole night, without Prefect. Read it, don't change it: all workers share it."""

    def make(folder: Path) -> Night:
        return night_over(PROJECT / "data" / "raw", folder, as_of="latest")

    return made_once(tmp_path_factory, "demo", make)


def made_once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Night]) -> Night:
    """A night that the first worker to ask for it makes, for all workers of this run."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    made = shared / f"{name}.night"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            made.write_bytes(pickle.dumps(make(shared / name)))
    night: Night = pickle.loads(made.read_bytes())
    return night
