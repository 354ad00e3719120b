"""How much memory and how many cores a night may use."""

from __future__ import annotations

import os
from pathlib import Path

LEAST_MB = 700
MEGABYTE = 1_000_000
MEMORY_FILE = Path("/proc/meminfo")
# Memory limit and current use of a container; newer kernels first.
CONTAINER_FILES = (
    (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")),
    (Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"), Path("/sys/fs/cgroup/memory/memory.usage_in_bytes")),
)


def cores() -> int:
    """The cores that this process may run on: fewer than the machine has where it is bound to some."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def default_memory_mb() -> int:
    """Half of the free memory in megabytes, at least LEAST_MB: a club's small server has other work too."""
    return max(free_memory_mb() // 2, LEAST_MB)


def free_memory_mb() -> int:
    """The free memory of the machine or of our container, in megabytes; half of all memory if free memory is unknown."""
    free = [_of_machine(), *(_of_container(most, now) for most, now in CONTAINER_FILES)]
    return min(bytes_ for bytes_ in free if bytes_ is not None) // MEGABYTE


def _of_machine() -> int:
    if MEMORY_FILE.is_file():
        for line in MEMORY_FILE.read_text(encoding="utf-8").splitlines():
            if line.startswith("MemAvailable:"):
                return 1024 * int(line.split()[1])
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def _of_container(most: Path, now: Path) -> int | None:
    try:
        return max(int(most.read_text(encoding="utf-8")) - int(now.read_text(encoding="utf-8")), 0)
    except (OSError, ValueError):  # no container, or one without a limit ("max")
        return None
