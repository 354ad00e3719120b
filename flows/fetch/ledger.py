"""What was fetched so far: per account the last success and what is wrong, per item the version that was kept.

One SQLite file in var/accounts, which only its owner can read. Losing it costs a second look at everything, and no file.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path

from flows.fetch.sources import DELETED, Item
from flows.settings import Settings

FOLDER, FILE, LOCK = "accounts", "fetched.sqlite", "fetch.lock"
SCHEMA = """
create table if not exists accounts (
    name text primary key, source text not null, last_try text, last_success text, problem text not null default '',
    kind text not null default '', remedy text not null default '', new_files integer not null default 0,
    waiting integer not null default 0, withheld integer not null default 0, deleted integer not null default 0,
    resume text not null default '', since text
);
create table if not exists items (
    account text not null, id text not null, version text not null, athlete_id text not null, path text not null, at text,
    withheld text not null default '', primary key (account, id)
) without rowid;
create table if not exists switched_off (name text primary key);
"""


@dataclass(slots=True)
class Standing:
    """How one account stands. Times are UTC, as text."""

    name: str
    source: str
    last_try: str | None = None
    last_success: str | None = None
    problem: str = ""  # why not all that is new could be had; "" if it could, or waits for another night
    kind: str = ""  # key, outage, answer, settings
    remedy: str = ""
    new_files: int = 0  # of the last fetch
    waiting: int = 0  # items that are listed and not fetched yet
    withheld: int = 0  # items that the service does not hand out
    deleted: int = 0  # items that were fetched and are deleted there
    resume: str = ""
    since: str | None = None  # when the fetch began that is still being filled in parts


def folder_of(settings: Settings) -> Path:
    """var/accounts, made for its owner only."""
    folder = settings.warehouse.parent / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


class Ledger:
    """The open file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def standing(self, name: str, source: str) -> Standing:
        columns = ", ".join(field.name for field in fields(Standing))
        row = self.connection.execute(f"select {columns} from accounts where name = ?", [name]).fetchone()
        return Standing(*row) if row and row[1] == source else Standing(name, source)

    def write(self, standing: Standing) -> None:
        values = asdict(standing)
        places = ", ".join(f":{name}" for name in values)
        self.connection.execute(f"insert or replace into accounts ({', '.join(values)}) values ({places})", values)

    def switch(self, name: str, is_off: bool) -> None:
        """Leave an account out of every fetch, or take it in again."""
        query = "insert or ignore into switched_off values (?)" if is_off else "delete from switched_off where name = ?"
        self.connection.execute(query, [name])

    def is_off(self, name: str) -> bool:
        return self.connection.execute("select 1 from switched_off where name = ?", [name]).fetchone() is not None

    def is_known(self, account: str, item: Item) -> bool:
        """Whether this version of an item was kept, or noted as withheld, before."""
        query = "select 1 from items where account = ? and id = ? and version = ? and withheld = ?"
        return self.connection.execute(query, [account, item.id, item.version, item.withheld]).fetchone() is not None

    def has(self, account: str, item_id: str, kept: bool = False) -> bool:
        """Whether any version of an item is noted; with `kept`, as one that was not withheld."""
        query = "select 1 from items where account = ? and id = ? and (not ? or withheld = '')"
        return self.connection.execute(query, [account, item_id, kept]).fetchone() is not None

    def note(self, account: str, item: Item, path: str) -> None:
        at = item.at.isoformat() if item.at else None
        values = [account, item.id, item.version, item.athlete_id, path, at, item.withheld]
        self.connection.execute("insert or replace into items values (?, ?, ?, ?, ?, ?, ?)", values)

    def delete(self, account: str, item_id: str) -> None:
        """Note that an item is deleted where it came from; its file stays."""
        self.connection.execute("update items set version = ? where account = ? and id = ?", [DELETED, account, item_id])

    def has_kept(self, account: str) -> bool:
        """Whether any file of an account was kept that is not deleted there."""
        query = "select 1 from items where account = ? and path <> '' and version <> ?"
        return self.connection.execute(query, [account, DELETED]).fetchone() is not None

    def missing(self, account: str, since: datetime, listed: set[str]) -> list[tuple[str, str]]:
        """Items of the span from `since` on, with their athletes, that a complete list does not have any more."""
        query = "select id, athlete_id from items where account = ? and version <> ? and (at is null or at >= ?)"
        found = self.connection.execute(query, [account, DELETED, since.isoformat()]).fetchall()
        return [(item_id, athlete_id) for item_id, athlete_id in found if item_id not in listed]

    def deleted(self, account: str) -> list[tuple[str, str]]:
        """Athletes and paths of files whose activity was deleted where it came from."""
        query = "select athlete_id, path from items where account = ? and version = ? and path <> '' order by athlete_id, path"
        return self.connection.execute(query, [account, DELETED]).fetchall()

    def reasons(self, account: str) -> list[tuple[str, int]]:
        """Why items are withheld, and how many for that reason."""
        query = "select withheld, count(*) from items where account = ? and withheld <> '' group by 1 order by 2 desc, 1"
        return self.connection.execute(query, [account]).fetchall()

    def count(self, account: str) -> tuple[int, int]:
        """How many items are withheld, and how many deleted."""
        query = "select count(*) filter (where withheld <> ''), count(*) filter (where version = ?) from items where account = ?"
        withheld, deleted = self.connection.execute(query, [DELETED, account]).fetchone()
        return withheld, deleted


@contextmanager
def open_ledger(settings: Settings) -> Iterator[Ledger]:
    """The ledger; each change is on the disk when its call returns."""
    path = folder_of(settings) / FILE
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600))
    path.chmod(0o600)
    connection = sqlite3.connect(path, isolation_level=None, timeout=60)
    try:
        connection.executescript(SCHEMA)
        yield Ledger(connection)
    finally:
        connection.close()


def forget_athlete(settings: Settings, athlete_id: str) -> None:
    """Remove what was noted of somebody's items, to the last byte; what an account said of them as well."""
    if not (settings.warehouse.parent / FOLDER / FILE).exists():
        return
    with open_ledger(settings) as ledger:
        ledger.connection.execute("pragma secure_delete = on")
        ledger.connection.execute("delete from items where athlete_id = ?", [athlete_id])
        query = "update accounts set problem = '', remedy = '', kind = '' where instr(problem, ?) > 0"
        ledger.connection.execute(query, [athlete_id])
        ledger.connection.execute("vacuum")
