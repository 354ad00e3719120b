"""Retries if waiting helps: a locked file, a network drive that fails for a moment."""

from __future__ import annotations

import errno
import logging
import time
from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

import duckdb

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

LOG = logging.getLogger("tendonwatch")
DELAYS_S = (2.0, 10.0, 30.0)
PASSING_ERRORS = {errno.EIO, errno.ESTALE, errno.EBUSY, errno.EAGAIN, errno.ETIMEDOUT, errno.ETXTBSY, errno.EHOSTDOWN,
                  errno.EHOSTUNREACH, errno.ENETDOWN, errno.ENETUNREACH, errno.ENOLCK}  # fmt: skip


def may_pass(error: BaseException) -> bool:
    """Whether a retry may succeed: the drive is busy, stale or unreachable, or another program locks the database."""
    if isinstance(error, duckdb.IOException):
        return "lock" in str(error).lower()
    return isinstance(error, OSError) and error.errno in PASSING_ERRORS


def with_retries(function: Callable[Arguments, Result], delays_s: Sequence[float] | None = None) -> Callable[Arguments, Result]:
    """The function with retries: called again after each delay, as long as `may_pass` is true of its error."""

    def call(*arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
        for delay_s in DELAYS_S if delays_s is None else delays_s:
            try:
                return function(*arguments, **named)
            except Exception as error:
                if not may_pass(error):
                    raise
                LOG.warning("%s: %s; trying again in %g s", function.__name__.replace("_", " "), error, delay_s)
                time.sleep(delay_s)
        return function(*arguments, **named)

    return call
