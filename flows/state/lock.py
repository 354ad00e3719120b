"""One night at a time: an operating-system lock that the kernel frees however its holder dies.

The lock file names its holder. A holder that ends in order empties it, so a name in a free lock is that of a holder that died.
"""

from __future__ import annotations

import errno
import fcntl
import json
import logging
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

LOG = logging.getLogger("tendonwatch")
CANNOT_LOCK = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL}
# On these a lock may work only within one machine, even if the call succeeds.
NETWORK_DRIVES = {
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "afs",
    "ceph",
    "glusterfs",
    "lustre",
    "fuse.sshfs",
    "fuse.glusterfs",
}
OWNER_AND_GROUP = 0o640
BRIEF_WAITS_S = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
TRUSTED_FOR = timedelta(hours=12)  # how long a holder on another machine is assumed to be running


class NightIsRunning(Exception):
    """Another night holds the lock; the message says who and since when."""


class CannotLock(OSError):
    """The drive does not support locks, or the lock file is a link; the message says what to do."""


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Hold the lock beside the warehouse for the length of the block.

    Raises NightIsRunning at once if another process holds it, CannotLock if the drive does not support locks.
    """
    with open_own(path) as file:
        _take(file, path)
        file.seek(0)
        if died := file.read():
            _take_over(died, path)
        holder = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        _write(file, json.dumps(holder))
        try:
            yield
        finally:
            _write(file, "")


@contextmanager
def held_briefly(path: Path) -> Iterator[None]:
    """Hold a lock of its own for a moment's work, after others who have it for no longer.

    Raises NightIsRunning if it is not free in time, CannotLock if the drive does not support locks.
    """
    with open_own(path) as file:
        for wait_s in (*BRIEF_WAITS_S, None):
            try:
                _take(file, path)
            except NightIsRunning:
                if wait_s is None:
                    raise
                time.sleep(wait_s)
            else:
                break
        yield


def open_own(path: Path) -> IO[str]:
    """Open a small file of ours for reading and writing, creating it if needed; never through a link, which may lead anywhere.

    Bytes that are not UTF-8 are replaced. Raises CannotLock if the path is a link.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, OWNER_AND_GROUP)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise CannotLock(f"{path} is a link, and a lock is never opened through one; delete it") from error
    return os.fdopen(descriptor, "a+", encoding="utf-8", errors="replace")


def _take(file: IO[str], path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        raise NightIsRunning(f"another night is running ({_describe(file.read())}); its lock is {path}") from error
    except OSError as error:
        if error.errno not in CANNOT_LOCK:
            raise
        raise CannotLock(
            f"the drive of {path} knows no locks ({error.strerror}), so two nights could meet there; "
            "name a warehouse on a local drive, or mount this one with locks"
        ) from error


def _take_over(died: str, path: Path) -> None:
    """Take over the free lock of a holder that died. On a network drive its death is certain only if it ran on this machine.

    Raises NightIsRunning if, on a network drive, it ran on another machine and began less than TRUSTED_FOR ago.
    """
    try:
        holder = json.loads(died)
        host, age = str(holder["host"]), datetime.now(UTC) - datetime.fromisoformat(holder["since"])
    except (ValueError, KeyError, TypeError):
        host, age = "", TRUSTED_FOR
    if host not in ("", socket.gethostname()) and age < TRUSTED_FOR and _drive_of(path) in NETWORK_DRIVES:
        raise NightIsRunning(
            f"another night may be running ({_describe(died)}), and this network drive may not carry its lock to this machine; "
            f"if it is not, delete {path}; after {TRUSTED_FOR.total_seconds() / 3600:.0f} h it is taken over by itself"
        )
    LOG.warning("the last night (%s) died before its end; its lock is taken over", _describe(died))


def _write(file: IO[str], text: str) -> None:
    file.seek(0)
    file.truncate()
    file.write(text)
    file.flush()


def _describe(text: str) -> str:
    try:
        holder = json.loads(text)
        words = (str(holder[name])[:100] for name in ("pid", "host", "since"))
        return "process {} on {} since {}".format(*(word if word.isprintable() else "?" for word in words))
    except (ValueError, KeyError, TypeError):
        return "its holder did not write its name"


def _drive_of(path: Path) -> str:
    """The file system type of a path, as the kernel names it; "" if unknown."""
    device = path.stat().st_dev
    wanted = f"{os.major(device)}:{os.minor(device)}"
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
    return next((line.partition(" - ")[2].split()[0] for line in mounts.splitlines() if line.split()[2] == wanted), "")
