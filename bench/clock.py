"""Time on the wall and time of this process on the processors: a busy machine spoils the first, not the second."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Taken:
    wall_s: float
    cpu_s: float

    def __str__(self) -> str:
        return f"{self.wall_s:6.2f} s ({self.cpu_s:5.2f} s of processor)"


def timed(work: Callable[[], object]) -> Taken:
    """How long a piece of work takes. Worker processes are in the wall time alone."""
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    work()
    return Taken(time.perf_counter() - wall_s, time.process_time() - cpu_s)
