"""Removes one person from all state but the input folder: import memory, published and kept nights, pages, outbox, Prefect, logs.

The memory comes last, because it knows what the person is called: whoever is killed before runs it again.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from dashboards import site
from dashboards.pages.evidence import worked_example
from flows.alerts.outbox import open_outbox, outbox_path
from flows.fetch.accounts import load_accounts
from flows.fetch.ledger import forget_athlete
from flows.intake import erased
from flows.intake.contents import LOG_TABLES
from flows.models.published import published_path
from flows.operate import status
from flows.privacy.rewrite import rewrite
from flows.privacy.traces import SQLITE_MARK, Words, files_below, in_sqlite, scrub_sqlite, traces
from flows.records import UnreadableFile
from flows.settings import Settings
from flows.squad.own_tables import decode
from flows.state import database, publication, tombstones
from flows.texts import athlete_of, printable

NIGHTS_ON_PAGE = 14
LOGS = {".log", ".jsonl"}


class NotYet(Exception):
    """The person cannot be erased yet; the message says what to do first."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of the kept nights, and where the person still stands."""

    rewritten: list[str]
    deleted: list[str]
    traces: list[str]


def known_athletes(settings: Settings) -> set[str]:
    """Everybody in the import memory or in the published warehouse."""
    found: set[str] = set()
    for path, tables in (
        (database.memory_path(settings.warehouse), ("raw.athletes", "raw.paths", "raw.contents")),
        (settings.warehouse, ("marts.athletes",)),
    ):
        if path.exists():
            with database.reader(path) as connection:
                for table in tables:
                    found |= {name for (name,) in connection.execute(f"select athlete_id from {table}").fetchall()}
    return found - {""}


def is_erased(settings: Settings, athlete_id: str) -> bool:
    return bool(tombstones.erased_by(tombstones.stones_in(database.memory_path(settings.warehouse)), [athlete_id]))


def still_in_raw(settings: Settings, athlete_id: str) -> list[str]:
    """The folders, and the rows of tables, of the person below the input folder. Raises NotYet if that is not there."""
    if not settings.raw.is_dir():
        raise NotYet(f"the input folder {settings.raw} is not there, so nobody can tell what of them lies in it; mount it")
    folders = [path for path in sorted(settings.raw.iterdir()) if path.is_dir() and athlete_of(path.name) == athlete_id]
    found = [f"{path.name}/, {sum(1 for file in path.rglob('*') if file.is_file())} files" for path in folders]
    seen = set()
    for path in sorted(settings.raw.rglob("*")):
        if path.suffix.lower() == ".csv" and path.is_file() and not any(path.is_relative_to(folder) for folder in folders):
            shown = printable(path.relative_to(settings.raw).as_posix())
            seen.add(shown)
            try:
                rows = _rows_of(path, athlete_id)
            except (UnreadableFile, csv.Error) as error:
                if path.parent == settings.raw:  # one in another's folder is theirs, whatever it holds
                    found.append(f"{shown}, which cannot be read ({error}): mend it, so that it can be looked through")
                continue
            found += [f"{shown}, {'row' if len(rows) == 1 else 'rows'} {', '.join(map(str, rows))}"] if rows else []
    return found + [path for path in _read_of(settings, athlete_id) if path not in seen and (settings.raw / path).exists()]


def _rows_of(path: Path, athlete_id: str) -> list[int]:
    """The lines of a table that name the person in a column athlete_id."""
    lines = decode(path.read_bytes()).splitlines()
    delimiter = max(",;\t", key=lines[0].count) if lines else ","
    reader = csv.reader(lines, delimiter=delimiter)
    header = [name.strip().lower() for name in next(reader, [])]
    if "athlete_id" not in header:
        return []
    column = header.index("athlete_id")
    return [
        reader.line_num for row in reader if len(row) > column and row[column].strip() and athlete_of(row[column]) == athlete_id
    ]


def _read_of(settings: Settings, athlete_id: str) -> list[str]:
    """The files of the whole squad that rows of the person were read from."""
    with database.reader(database.memory_path(settings.warehouse)) as connection:
        files = " union ".join(f"select file_id from raw.{table} where athlete_id = $id" for table in LOG_TABLES)
        query = f"select path from raw.paths where athlete_id = '' and is_current and file_id in ({files}) order by path"
        return [path for (path,) in connection.execute(query, {"id": athlete_id}).fetchall()]


def erase(settings: Settings, athlete_id: str) -> Erased:
    """Remove the person, and look for them everywhere afterwards. The caller holds the lock.

    Raises NotYet while something of them lies in the input folder, or where the published night is of another version.
    """
    if asked := [one.name for one in load_accounts(settings).accounts if athlete_id in one.folders.values()]:
        raise NotYet(f"{settings.accounts} still asks {', '.join(asked)} for {athlete_id}; take that out first")
    if listed := still_in_raw(settings, athlete_id):
        raise NotYet(f"{athlete_id} is still in the input folder; take out first: {'; '.join(listed)}")
    memory = database.memory_path(settings.warehouse)
    nights = publication.nights_beside(settings.warehouse)
    published = publication.current_night(settings.warehouse)
    words = Words((athlete_id, *_names(settings, athlete_id, nights)))
    ours: list[str] = []
    others: list[str] = []
    for night in nights:
        (ours if _program_of(settings, night) == version("tendonwatch") else others).append(night)
    if published in others:
        raise NotYet("another version of the program made the published night; run `tendonwatch nightly` once, then this again")
    _discard_leftovers(settings)
    others += [night for night in publication.nights_beside(settings.site) if night not in nights]
    for night in others:
        for link in (settings.warehouse, settings.site):
            database.discard(publication.night_path(link, night))
    for night in ours:
        rewrite(publication.night_path(settings.warehouse, night), athlete_id, words)
        if publication.night_path(settings.site, night).exists():
            _build_pages_anew(settings, night)
    _clear_outbox(settings, athlete_id, words)
    forget_athlete(settings, athlete_id)
    roots = [settings.warehouse.parent, settings.site.parent, settings.prefect_home]
    _clear_prefect_and_logs(settings, words)
    with database.writer(memory) as connection:
        tombstones.put(connection, athlete_id)
        erased.refuse_rows(connection)  # a log of the squad whose content is known is not read again: it would keep silent
    rewrite(memory, athlete_id, words)
    example = {"evidence.html": str(worked_example())}
    return Erased(sorted(ours), sorted(others), traces(roots, settings.raw, words, example))


def _names(settings: Settings, athlete_id: str, nights: Iterable[str]) -> set[str]:
    """What the person was ever called, as far as a kept night knows."""
    memory = database.memory_path(settings.warehouse)
    found: set[str | None] = set()
    tables = [(publication.night_path(settings.warehouse, night), "marts.athletes") for night in nights] + [
        (memory, "raw.athletes")
    ]
    for path, table in tables:
        with database.reader(path) as connection:
            found |= {
                name for (name,) in connection.execute(f"select name from {table} where athlete_id = ?", [athlete_id]).fetchall()
            }
    return {name for name in found if name and name != athlete_id}


def _program_of(settings: Settings, night: str) -> str:
    with database.reader(publication.night_path(settings.warehouse, night)) as connection:
        known = database.scalar(
            connection, "select count(*) from duckdb_tables() where schema_name = 'ops' and table_name = 'contract'"
        )
        return str(database.scalar(connection, "select program_version from ops.contract")) if known else ""


def _discard_leftovers(settings: Settings) -> None:
    """Delete what nights that died and damaged memories left behind."""
    memory, work = database.memory_path(settings.warehouse), database.work_path(settings.warehouse)
    published = published_path(work)
    left = [work, published, memory.with_name(f".{memory.name}.new"), settings.site.with_name(f".{settings.site.name}-work")]
    left += [database.spill_path(path) for path in (work, published, memory)]
    left += memory.parent.glob(f"{memory.stem}-damaged-*")
    for path in left:
        database.discard(path)


def _build_pages_anew(settings: Settings, night: str) -> None:
    """Build the pages of a kept night from its warehouse, and swap them in file by file: a reader finds each page at any time."""
    warehouse, pages = (publication.night_path(link, night) for link in (settings.warehouse, settings.site))
    new = settings.site.with_name(f".{pages.name}-erasing")
    site.build_site(warehouse, new, settings.language)
    before = settings.model_copy(update={"site": pages})
    published_at = status.published_at(before) or datetime.strptime(night, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    with database.reader(warehouse) as connection:
        facts = status.published_facts(connection, settings)
        shown = database.rows(connection, "select * from ops.nightly_runs order by number desc limit ?", [NIGHTS_ON_PAGE])
    site.stamp(new, night, published_at, shown, warehouse)
    status.write_json(new, facts | {"published_at": published_at.isoformat(timespec="seconds")})
    file_mode, _ = publication.PUBLIC if settings.readable_by_all else publication.OWNER_AND_GROUP
    built = {path.relative_to(new) for path in new.rglob("*") if path.is_file()}
    for below in built:
        (new / below).chmod(file_mode)
        (new / below).replace(pages / below)
    for path in [path for path in pages.rglob("*") if path.is_file()]:
        if path.relative_to(pages) not in built:
            path.unlink()
    shutil.rmtree(new)


def _clear_outbox(settings: Settings, athlete_id: str, words: Words) -> None:
    """Forget what was told of the person, and drop waiting messages that name them."""
    if not outbox_path(settings.warehouse).exists():
        return
    with open_outbox(settings) as outbox:
        for target, sent in outbox.sent.items():
            outbox.sent[target] = {
                key: at for key, at in sent.items() if key.partition(":")[2] != athlete_id and not words.in_text.search(key)
            }
        outbox.waiting = [
            message for message in outbox.waiting if not words.in_text.search(f"{message.title}\n{message.text}\n{message.html}")
        ]


def _clear_prefect_and_logs(settings: Settings, words: Words) -> None:
    """Scrub Prefect's database, and take lines with the words out of its log files and those beside the warehouse."""
    beside = [path for path in settings.warehouse.parent.iterdir() if path.is_file() and path.suffix in LOGS]
    for path in [*beside, *files_below([settings.prefect_home], settings.raw)]:
        if path.suffix in LOGS:
            kept = [line for line in path.read_bytes().splitlines(keepends=True) if not words.in_bytes.search(line)]
            path.write_bytes(b"".join(kept))
        elif path.suffix == ".db" and path.open("rb").read(len(SQLITE_MARK)) == SQLITE_MARK and in_sqlite(path, words):
            scrub_sqlite(path, words)
