"""The night as Prefect runs it: the same steps as tasks, on a schedule, with a progress bar and a summary.

Only this module and prefect_server import prefect: a plain night does not need it.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

from prefect import flow, get_client, runtime, task
from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.exceptions import TerminationSignal
from prefect.schedules import Cron
from prefect.states import Cancelled, State

from flows import nightly
from flows.alerts import news
from flows.alerts.messages import page_link
from flows.fetch.run import has_accounts
from flows.operate import stop
from flows.operate.outcome import Outcome
from flows.operate.steps import SAFE_TO_REPEAT
from flows.settings import Settings, load_settings
from flows.state.lock import NightIsRunning
from flows.state.retry import DELAYS_S, may_pass

LOG = logging.getLogger("tendonwatch")
DEPLOYMENT = "every night"
SERVED_FOLDER = "SERVED_BY_TENDONWATCH"  # environment variable that passes the folder to the nights' processes
TAGS = ["tendonwatch", "nightly"]
STEPS_OF_A_NIGHT = 19  # plus one if there are alert targets, and one if there are accounts
BETWEEN_PULSES_S = 1.0  # how often `serve` checks that Prefect's server and runner are alive
LONGEST_GOODBYE_S = 5.0  # how long a night that is asked to stop may take
BETWEEN_LOOKS_S = 300.0  # how often `serve` sends waiting alerts


class Observed:
    """Runs each step as a Prefect task, and updates the night's progress after it."""

    def __init__(self, steps: int) -> None:
        self.steps, self.done = steps, 0
        self.bar = create_progress_artifact(progress=0.0, key="night-progress", description="Steps of the night")

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        run = as_task(function)

        @wraps(function)
        def observed(*arguments: Any) -> Any:
            result = run(*arguments)
            self.done += 1
            update_progress_artifact(self.bar, progress=min(100.0, 100 * self.done / self.steps))  # type: ignore[arg-type]
            return result

        return observed


def as_task(function: Callable[..., Any]) -> Callable[..., Any]:
    """A step as a Prefect task: never cached, because files may have changed, and with the retries of a plain night."""
    name = function.__name__.replace("_", " ")
    options: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False, "task_run_name": name}
    if function.__name__ in SAFE_TO_REPEAT:
        options |= {"retries": len(DELAYS_S), "retry_delay_seconds": list(DELAYS_S), "retry_condition_fn": _may_pass}
    if function.__name__ == "build_layer":
        options |= {"task_run_name": "build layer {layer}"}
    return task(name=name, **options)(function)


def _may_pass(_task: Any, _run: Any, state: Any) -> bool:
    return may_pass(state.result(raise_on_failure=False))


def _name_of_run() -> str:
    return f"night of {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"


@flow(name="nightly", flow_run_name=_name_of_run, persist_result=False, validate_parameters=False)
def night(
    folder: str,
    raw: str | None = None,
    warehouse: str | None = None,
    site: str | None = None,
    as_of: str | None = None,
    full: bool = False,
) -> Outcome | State[Any]:
    """One night; `folder` holds tendonwatch.toml, the other paths override it. Cancelled where another night is running.

    Where `serve` runs it, whoever reaches Prefect's API may start a night, but no night over other paths: ValueError.
    """
    if (served := os.environ.get(SERVED_FOLDER)) and (folder, raw, warehouse, site) != (served, None, None, None):
        raise ValueError(f"served is {served} with the paths of its settings, and nothing else")
    settings = settings_of(folder, raw, warehouse, site)
    try:
        outcome = nightly.run_night(
            settings, as_of, full, Observed(STEPS_OF_A_NIGHT + bool(settings.alerts) + has_accounts(settings))
        )
    except NightIsRunning as error:
        return Cancelled(message=str(error))
    except (stop.Stopped, TerminationSignal) as error:
        # Prefect records a cancel as a crash if its signal interrupts a query, or comes before Prefect announces the cancel.
        if not _is_cancelled():
            raise
        return Cancelled(message=f"it was asked to stop ({type(error).__name__})")
    create_markdown_artifact(summary(settings, outcome), key="night-summary", description=f"The night as of {outcome.as_of}")
    return outcome


def _is_cancelled() -> bool:
    """Whether this night's run was cancelled, in Prefect's pages or by its API."""
    with get_client(sync_client=True) as client:
        state = client.read_flow_run(runtime.flow_run.id).state
    return state is not None and (state.is_cancelling() or state.is_cancelled())


def settings_of(folder: str, raw: str | None, warehouse: str | None, site: str | None) -> Settings:
    """The settings of a folder, with the paths that a schedule names instead."""
    named = {"raw": raw, "warehouse": warehouse, "site": site}
    return load_settings(Path(folder).absolute()).model_copy(
        update={key: Path(path).absolute() for key, path in named.items() if path is not None}
    )


def summary(settings: Settings, outcome: Outcome) -> str:
    """A night in Markdown: counts of files and of changed flags, and links to the pages. No names."""
    lines = [
        f"# The night as of {outcome.as_of}",
        "",
        f"- Files: {outcome.files_seen} seen, {outcome.files_parsed} new, {outcome.refused_files} refused, "
        f"{outcome.partly_read_files} partly read",
        f"- Rows refused: {outcome.refused_rows}",
        *([f"- Runners who could not be judged: {outcome.athletes_set_aside}"] if outcome.athletes_set_aside else []),
        *([f"- Accounts that could not be fetched: {outcome.accounts_failing}"] if outcome.accounts_failing else []),
        *(f"- Flags {how}: {len(ids)}" for how, ids in outcome.changes.items()),
        "",
        "| page | where |",
        "| --- | --- |",
        f"| squad | {page_link(settings, 'index.html')} |",
        f"| data quality | {page_link(settings, 'data-quality.html')} |",
    ]
    return "\n".join(lines) + "\n"


def serve(folder: Path, settings: Settings, address: str) -> None:
    """Run the night every night by Prefect's own schedule until interrupted.

    Starts Prefect's server, with its user interface, at `address` (http://127.0.0.1:port), which settings.calm_libraries named
    before prefect was imported. When we are asked to stop, a running night is stopped first.
    Raises ConnectionError if the server does not start or dies later: Prefect's runner alone would run no more nights.
    """
    os.environ[SERVED_FOLDER] = str(folder)
    host, port = address.removeprefix("http://").split(":")
    asked_to_stop, over = threading.Event(), threading.Event()
    for number in stop.ASKS_TO_STOP:
        signal.signal(number, lambda *_: asked_to_stop.set())
    server = subprocess.Popen(
        [sys.executable, "-m", "flows.operate.prefect_server", host, port],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C must reach only us: a night that is stopping still needs the server
    )
    try:
        if not _answers(f"{address}/api/health", server, asked_to_stop):
            return
        print(f"Every night at {settings.nightly_at} ({settings.timezone}). Prefect shows the runs at {address}", flush=True)
        threading.Thread(target=_look_for_alerts, args=(settings, over), daemon=True, name="alerts").start()
        # In a thread Prefect installs no signal handlers: a runner that its own handlers stop would wait forever.
        runner = threading.Thread(target=_run_nights, args=(folder, settings), daemon=True, name="runner")
        runner.start()
        while not asked_to_stop.wait(BETWEEN_PULSES_S):
            if server.poll() is not None or not runner.is_alive():
                raise ConnectionError("Prefect's server or its runner died; start `tendonwatch serve` again")
    finally:
        over.set()
        _stop_running_nights()
        server.terminate()
        with suppress(subprocess.TimeoutExpired):
            server.wait(timeout=10)


def _run_nights(folder: Path, settings: Settings) -> None:
    night.serve(
        name=DEPLOYMENT,
        schedule=schedule(settings),
        parameters={"folder": str(folder)},
        tags=TAGS,
        limit=1,  # in this process: a limit kept by the server survives a power cut, and then no night could run
        print_starting_message=False,
    )


def _stop_running_nights() -> None:
    nights = multiprocessing.active_children()
    for process in nights:
        process.terminate()
    for process in nights:
        process.join(LONGEST_GOODBYE_S)
        process.kill()


def schedule(settings: Settings) -> Any:
    """The hour of the settings as a Prefect schedule: once per date, also when clocks change."""
    hour, minute = settings.nightly_at.split(":")
    return Cron(f"{int(minute)} {int(hour)} * * *", timezone=settings.timezone)


def _look_for_alerts(settings: Settings, over: threading.Event) -> None:
    while not over.wait(BETWEEN_LOOKS_S):
        news.look(settings)


def _answers(address: str, server: subprocess.Popen[bytes], asked_to_stop: threading.Event, seconds: float = 120) -> bool:
    """Wait until the server answers; False if we are asked to stop before. Raises ConnectionError."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if server.poll() is not None:
            raise ConnectionError(f"the Prefect server did not start; is its port taken? ({address})")
        with suppress(OSError), urllib.request.urlopen(address, timeout=2):  # noqa: S310 - loopback
            return True
        if asked_to_stop.wait(0.5):
            return False
    raise ConnectionError(f"the Prefect server did not answer at {address} within {seconds:.0f} s")
