"""Stops a night within seconds when it is asked to stop or a step takes too long, but never half-way through publishing.

Python handles a signal only between two of its own instructions, and one query can take a minute. So the signal itself wakes a
thread, which interrupts the open queries and ends the readers; the main thread then finds out why they failed.
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
    """A step took longer than its limit."""


@dataclass
class _Arrivals:
    """The signals that have arrived: a request to stop, the alarm of a step. One per process, like signals themselves."""

    anything: threading.Event = field(default_factory=threading.Event)
    wish_to_stop: bool = False
    alarm: bool = False
    is_publishing: bool = False


_arrivals = _Arrivals()


@contextmanager
def handled() -> Iterator[None]:
    """Handle SIGINT and SIGTERM within seconds while the block runs.

    An existing handler is kept: Prefect's turns SIGTERM into its cancel. Python allows no handlers outside the main thread, so
    there a night cannot be stopped.
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
    """Let the block take at most `seconds`; an error in it that a signal caused is raised as what the signal meant.

    Raises StepTooSlow or Stopped.
    """
    if not _in_main_thread() or _arrivals.is_publishing:
        yield
        return
    too_slow = StepTooSlow(f"{step} took longer than {seconds:g} s")

    def ring(number: int, frame: FrameType | None) -> None:  # may arrive while the query's own error is handled below
        _arrivals.alarm = True
        raise too_slow

    _arrivals.alarm = False
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        if _arrivals.wish_to_stop:
            raise Stopped
        yield
        if _arrivals.alarm:  # a library on the way caught what the handler raised
            raise too_slow
    except Exception as error:
        if isinstance(error, RuntimeError) and "Query interrupted" in str(error):
            # DuckDB noticed the signal first, and hid the exception that a handler other than ours raised.
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
    """Ignore requests to stop while a night is published: it is too late for them."""
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
    """Do nothing: the night is as good as published."""
