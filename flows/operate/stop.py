"""A night that is asked to stop, or a step that takes too long, stops within seconds, and never half-way through publishing.

Python handles a signal only between two of its own instructions, and one query can be a minute long. So the signal itself wakes a
thread, which interrupts the open queries and ends the readers; the main thread then finds out why they broke.
"""

from __future__ import annotations

import multiprocessing
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType

from flows.state import database

ASKS_TO_STOP = (signal.SIGINT, signal.SIGTERM)


class Stopped(KeyboardInterrupt):
    """Somebody asked the night to stop: Ctrl-C, SIGTERM, or Prefect's cancel."""


class StepTooSlow(Exception):
    """A step took longer than it may."""


@dataclass
class _Arrivals:
    """What has arrived: a wish to stop, the alarm of a step. One for the process, as signals are."""

    anything: threading.Event = field(default_factory=threading.Event)
    wish_to_stop: bool = False
    alarm: bool = False
    is_publishing: bool = False


_arrivals = _Arrivals()


@contextmanager
def handled() -> Iterator[None]:
    """Handle SIGINT and SIGTERM within seconds while the block runs.

    A handler that is there already is kept: Prefect's own turns SIGTERM into its cancel. Outside the main thread Python allows
    no handlers: there a night runs to its end.
    """
    if not _in_main_thread():
        yield
        return
    _arrivals.wish_to_stop = _arrivals.alarm = _arrivals.is_publishing = False
    _arrivals.anything.clear()
    woken, waker = socket.socketpair()
    waker.setblocking(False)
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
    ours = {number: handler for number, handler in usual.items() if signal.getsignal(number) is handler}
    for number in ours:
        signal.signal(number, _stop)
    listener = threading.Thread(target=_listen, args=(woken,), daemon=True, name="signals")
    listener.start()
    fd_before = signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(fd_before)
        for number, handler in ours.items():
            signal.signal(number, handler)
        waker.close()  # ends the listener
        listener.join()
        woken.close()


@contextmanager
def within(seconds: float, step: str) -> Iterator[None]:
    """Let the block take so long and no longer; whatever a signal broke in it is raised as what the signal meant.

    Raises StepTooSlow or Stopped.
    """
    if not _in_main_thread() or _arrivals.is_publishing:
        yield
        return
    too_slow = StepTooSlow(f"{step} took longer than {seconds:g} s")

    def ring(number: int, frame: FrameType | None) -> None:  # may come while the query's own error is looked at below
        _arrivals.alarm = True
        raise too_slow

    _arrivals.alarm = False
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        if _arrivals.wish_to_stop:
            raise Stopped
        yield
    except Exception as error:
        if isinstance(error, RuntimeError) and "Query interrupted" in str(error):
            # DuckDB saw the signal first, and kept to itself what a handler other than ours made of it.
            _arrivals.anything.wait(timeout=1)
        if _arrivals.wish_to_stop:
            raise Stopped from error
        if _arrivals.alarm:
            raise too_slow from (None if error is too_slow else error)
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def ignored() -> Iterator[None]:
    """While a night is published a wish to stop comes too late: it ends as it would have."""
    if not _in_main_thread():
        yield
        return
    numbers = (*ASKS_TO_STOP, signal.SIGALRM)
    before = {number: signal.signal(number, _let_it_pass) for number in numbers}
    _arrivals.is_publishing = True
    try:
        yield
    finally:
        _arrivals.is_publishing = False
        for number, handler in before.items():
            signal.signal(number, handler)


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _listen(woken: socket.socket) -> None:
    with suppress(OSError):
        while numbers := woken.recv(16):
            for number in numbers:
                _arrived(number)


def _arrived(number: int) -> None:
    if _arrivals.is_publishing or number not in (*ASKS_TO_STOP, signal.SIGALRM):
        return
    if number == signal.SIGALRM:
        _arrivals.alarm = True
    else:
        _arrivals.wish_to_stop = True
    _arrivals.anything.set()
    database.interrupt_queries()
    for reader in multiprocessing.active_children():
        reader.kill()


def _stop(number: int, frame: FrameType | None) -> None:
    _arrivals.wish_to_stop = True
    raise Stopped


def _let_it_pass(number: int, frame: FrameType | None) -> None:
    """Nothing to do: the night is as good as published."""
