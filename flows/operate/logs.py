"""The log of a running night: one readable line per step, or JSON lines for programs. It holds ids and counts, never names.

Everything goes to the logger `tendonwatch`, which Prefect also shows with its runs.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from flows.texts import printable

LOG = logging.getLogger("tendonwatch")
LOG.setLevel(logging.INFO)


def start(log_format: str) -> None:
    """Write the log to stderr from now on, as `text` or `json` lines; a second call changes the format."""
    for handler in [handler for handler in LOG.handlers if isinstance(handler, _ToStderr)]:
        LOG.removeHandler(handler)
    handler = _ToStderr()
    handler.setFormatter(_JsonLines() if log_format == "json" else _TextLines())
    LOG.addHandler(handler)
    LOG.propagate = False


def step_done(night: str, step: str, seconds: float, counts: dict[str, Any]) -> None:
    """Log one line: the step's counts and its duration."""
    shown = ", ".join(f"{value:,} {name}" if isinstance(value, int) else f"{name} {value}" for name, value in counts.items())
    shown = shown.replace("_", " ") or "done"
    extra = {"facts": {"night": night, "step": step, "seconds": round(seconds, 3), **counts}}
    LOG.info("%s: %s (%.1f s)", step, shown, seconds, extra=extra)


class _ToStderr(logging.Handler):
    """Writes to the current sys.stderr: a progress bar replaces it, to print lines above itself."""

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), file=sys.stderr, flush=True)


class _TextLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        mark = "" if record.levelno <= logging.INFO else f"{record.levelname} "
        return f"{at} {mark}{printable(record.getMessage())}"


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname, "message": record.getMessage()}
        return json.dumps(line | getattr(record, "facts", {}), default=str)
