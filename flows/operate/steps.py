"""Runs the steps of a night: each with a time limit and one log line; its duration in seconds is kept for `status`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import wraps
from typing import Any

from flows.intake.ingest import ImportReport
from flows.models import layers
from flows.operate import logs, stop
from flows.operate.outcome import LEFT_OUT, Outcome
from flows.state.retry import with_retries

Function = Callable[..., Any]

# They may find a drive or a database busy, and can safely run twice.
SAFE_TO_REPEAT = {"import_files", "start_work"}
LONGEST_STEP_S = {"import_files": 12 * 3600.0}  # years of one-second tracks on a slow drive
LONGEST_OTHER_STEP_S = 3600.0


def plainly(function: Function) -> Function:
    """Runs a step, with retries if it is safe to repeat."""
    return with_retries(function) if function.__name__ in SAFE_TO_REPEAT else function


@dataclass
class Steps:
    """The steps of one night; `runner` runs them plainly or as Prefect tasks."""

    runner: Callable[[Function], Function]
    night: str = ""
    done: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, function: Function) -> Function:
        name = function.__name__.replace("_", " ")

        @wraps(function)
        def in_time(*arguments: Any) -> Any:
            with stop.within(LONGEST_STEP_S.get(function.__name__, LONGEST_OTHER_STEP_S), name):
                return function(*arguments)

        def timed(*arguments: Any) -> Any:
            started = time.monotonic()
            result = self.runner(in_time)(*arguments)
            seconds = time.monotonic() - started
            step = f"{name} {arguments[-1]}" if function is layers.build_layer else name
            self.done.append({"step": step, "seconds": round(seconds, 3)})
            logs.step_done(self.night, step, seconds, _counts(result))
            return result

        return timed


def _counts(result: Any) -> dict[str, Any]:
    """The counts of a step's result, for its log line."""
    if isinstance(result, ImportReport):
        return {"files": result.files_seen, "new": result.files_parsed}
    if isinstance(result, Outcome):
        changes = {f"flags_{how}": len(ids) for how, ids in result.changes.items()}
        left_out = {name: count for name in LEFT_OUT if (count := getattr(result, name)) or name.startswith("refused")}
        return left_out | changes
    if isinstance(result, date):
        return {"as_of": result.isoformat()}
    return result if isinstance(result, dict) else {}
