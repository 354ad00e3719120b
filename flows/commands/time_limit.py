"""Ends a question that the database works on for too long; time that a reader spends at the pager does not count."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from flows.state import database


class TooLong(Exception):
    """The database worked on a question for longer than it may."""


class TimeLimit:
    """A connection whose work is interrupted once it has taken `seconds` in all."""

    def __init__(self, connection: database.Connection, seconds: float) -> None:
        self._connection = connection
        self._left_s = seconds

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the time of the block as work of the database; raises TooLong when it runs out in it."""
        ran_out = threading.Event()

        def end() -> None:
            ran_out.set()
            self._connection.interrupt()

        clock = threading.Timer(max(self._left_s, 0), end)
        clock.daemon = True
        began = time.monotonic()
        clock.start()
        try:
            yield
        except duckdb.InterruptException as error:
            if ran_out.is_set():
                raise TooLong from error
            raise
        finally:
            clock.cancel()
            self._left_s -= time.monotonic() - began

    def execute(self, sql: str, values: dict[str, str]) -> TimeLimit:
        """Ask; the answer is read from this object."""
        with self.running():
            self._connection.execute(sql, values) if values else self._connection.execute(sql)
        return self

    @property
    def description(self) -> list[Any]:
        """The columns of the answer."""
        return list(self._connection.description or [])

    def fetchmany(self, size: int) -> list[tuple[Any, ...]]:
        """The next rows; DuckDB works some of them out only now."""
        with self.running():
            return self._connection.fetchmany(size)
