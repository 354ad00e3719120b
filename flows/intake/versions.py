"""Versions of a fetched file, beside one another: of run.fit and run~v2.fit the second counts, under the first one's path.

A fetch changes no file. What was edited where it came from arrives as a new version, and takes the place of the one before as a
file does that was written anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

VERSIONED = re.compile(r"(?P<stem>.+)~v(?P<number>[2-9]|[1-9]\d{1,5})(?P<suffixes>(?:\.[A-Za-z0-9]{1,8}){0,2})")
PLAIN = re.compile(r"(?P<stem>.+?)(?P<suffixes>(?:\.[A-Za-z0-9]{1,8}){0,2})")


def newest(names: Iterable[str]) -> dict[str, str]:
    """The first version's name of each file in a folder -> the name of its newest version.

    A name like a version whose first one is not there is a file of its own.
    """
    known = set(names)
    found: dict[str, tuple[int, str]] = {}
    for name in sorted(known):
        first, number = first_version(name)
        if first not in known:
            first, number = name, 1
        found[first] = max(found.get(first, (0, "")), (number, name))
    return {first: name for first, (_, name) in found.items()}


def first_version(name: str) -> tuple[str, int]:
    """run~v2.fit -> run.fit, 2; another name -> itself, 1."""
    parts = VERSIONED.fullmatch(name)
    return (parts["stem"] + parts["suffixes"], int(parts["number"])) if parts else (name, 1)


def next_version(name: str) -> str:
    """run.fit -> run~v2.fit -> run~v3.fit."""
    first, number = first_version(name)
    parts = PLAIN.fullmatch(first)
    if parts is None:
        raise ValueError(f"{name!r} is not the name of a file")
    return f"{parts['stem']}~v{number + 1}{parts['suffixes']}"
