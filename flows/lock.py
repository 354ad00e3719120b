"""One night at a time: an operating-system lock that the kernel frees however its holder dies."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path


class NightIsRunning(Exception):
    """Another night holds the lock; the message says who and since when."""


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Hold the lock beside the warehouse for the length of the block.

    Raises NightIsRunning at once where another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise NightIsRunning(f"another night is running ({_describe(file.read())}); its lock is {path}") from error
        file.seek(0)
        file.truncate()
        holder = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        file.write(json.dumps(holder))
        file.flush()
        yield


def _describe(text: str) -> str:
    try:
        holder = json.loads(text)
        return f"process {holder['pid']} on {holder['host']} since {holder['since']}"
    except (ValueError, KeyError, TypeError):
        return "its holder did not write its name"
