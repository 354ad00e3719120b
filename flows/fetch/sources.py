"""What a kind of source has to offer: a list of what is new, and the bytes of one item."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from flows.fetch.accounts import Account, Limits
from flows.fetch.web import Web

DELETED = "deleted"  # in place of a version: the item is gone where it came from


@dataclass(frozen=True, slots=True)
class Item:
    """One file to be had. The same id with another version is an edit of it."""

    id: str
    version: str
    athlete_id: str
    name: str  # below the folder of the account, with / between folders; "" for a mark that there is nothing more to it
    at: datetime | None = None  # when it was done, in UTC; an item in the span that was listed, and not in the list, was deleted
    size_bytes: int | None = None
    only_if_known: bool = False  # an empty list: it is kept only in place of one that was not
    withheld: str = ""  # why the service does not hand it out


class Source(Protocol):
    """One account of a kind of source, for one fetch."""

    lists_all: bool  # whether list_new lists every item of its span, so that one that is missing there was deleted

    def list_new(self, since: datetime) -> Iterable[Item]:
        """Everything done or changed since then; items that were listed before may come again. Raises FetchProblem."""

    def download(self, item: Item) -> Iterator[bytes]:
        """The bytes of an item. Raises FetchProblem; NotThere if only this item cannot be had."""

    def reached(self) -> str:
        """Where the next fetch may go on if this one stops here; "" if it has to begin again."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What a source is made from: the account, the way to the web within the night's limits, and where the last fetch stopped."""

    account: Account
    limits: Limits
    web: Web
    resume: str
    now: datetime
    raw: Path  # the input folder
    kept: Path  # var/accounts
    known: Callable[[str], bool]  # whether an item of this id was kept
    has_kept: bool  # whether any item was
    belongs: Callable[[str], bool]  # whether an athlete_id is of the squad
    notes: list[str]  # lines for whoever runs it: what was left out, and what to do
