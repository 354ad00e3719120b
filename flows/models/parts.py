"""Builds the layers that judge each athlete alone, part by part: only for whom something changed, several parts side by side.

Everything that intermediate and marts read of an athlete is hashed. Whoever has the same hash in the published night keeps the
rows of that night; the others are built anew, whole. Marts of the whole squad are built from the others' rows.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing import active_children, get_context
from pathlib import Path

import duckdb

from flows import machine
from flows.intake.bins import MACROS
from flows.intake.jobs import live_and_die_with_the_night
from flows.models import layers
from flows.places import SQL_DIR
from flows.state import database
from flows.state.errors import is_disk_full

LOG = logging.getLogger("tendonwatch")
JUDGING = ("intermediate", "marts")
MOST_IN_A_PART = 250  # athletes; about 500 MB of three years of logs each
# The same for all athletes: what the tables without an athlete say, and the models themselves.
HASHED_WHOLE = "select coalesce(sum(cast(hash(told) as hugeint)), 0)::text || '-' || count(*) from {table} as told"
HASHED = "select athlete_id, cast(hash('{table}', told) as hugeint) as row_hash from {table} as told"
NOTE_INPUTS = """
    insert into raw.judged_from
    select athletes.athlete_id, md5(concat_ws(' ', ?, coalesce(sum(hashed.row_hash), 0), count(hashed.row_hash)))
    from staging.athletes as athletes
    left join ({hashed}) as hashed using (athlete_id)
    group by athletes.athlete_id
"""
KEPT = "select athlete_id from last_published.raw.judged_from semi join raw.judged_from using (athlete_id, inputs) order by all"


@dataclass(frozen=True)
class Part:
    """A file with what is to be judged of some athletes, and what it takes to build it."""

    path: Path
    memory: str
    threads: int


def build_judging_layers(work: Path, published: Path, is_full: bool, shards: int, cores: int) -> dict[str, int]:
    """Build intermediate and marts: of everybody, or of whom something changed since the published night; in `shards` parts.

    0 shards are as many as the squad needs. With one part for everybody the work file itself is built; else the layer
    intermediate lies in the files of the parts, and goes with them. Returns how many athletes were built and kept.
    Raises ChildProcessError if the process of a part was killed.
    """
    with database.kept_open(work), database.writer(work) as connection:
        _note_inputs(connection)
        everybody = [one for (one,) in connection.execute("select athlete_id from raw.judged_from order by all").fetchall()]
        with _last_published(connection, published, is_full) as kept:
            changed = sorted(set(everybody) - kept)
            cut = _cut(changed, shards or parts_needed(len(changed), cores))
            if _has_strangers(connection) or (not kept and len(cut) <= 1):
                for layer in JUDGING:
                    layers.build_layer(work, layer)
                return {"built": len(everybody), "kept": 0}
            memory, threads = _shares(connection, min(len(cut), cores))
            parts = [Part(path, memory, threads) for path in part_paths(work, len(cut))]
            try:
                for part, athletes in zip(parts, cut, strict=True):
                    _write_part(connection, part.path, athletes)
                _build_all(parts, cores)
                _assemble(connection, [part.path for part in parts], bool(kept))
            finally:
                for part in parts:
                    database.discard(part.path)
    return {"built": len(changed), "kept": len(kept)}


def part_paths(work: Path, number: int) -> list[Path]:
    """The files in which parts are built."""
    return [work.with_name(f"{work.stem}-part-{one}{work.suffix}") for one in range(number)]


def parts_needed(athletes: int, cores: int) -> int:
    """How many parts a squad is cut into that the settings do not cut."""
    return max(cores, -(-athletes // MOST_IN_A_PART)) if athletes > MOST_IN_A_PART else 1


def _cut(athletes: Sequence[str], parts: int) -> list[Sequence[str]]:
    """Cut into parts of like size, none of them empty."""
    size = max(-(-len(athletes) // parts), 1)
    return [athletes[begin : begin + size] for begin in range(0, len(athletes), size)]


def _shares(connection: database.Connection, side_by_side: int) -> tuple[str, int]:
    """The memory and the threads of each of several builds."""
    whole = database.CONFIG["memory_limit"]
    if side_by_side <= 1:
        return whole, int(database.CONFIG["threads"])
    megabytes = int(str(whole).removesuffix("MB"))
    return f"{max(megabytes // (side_by_side + 1), machine.LEAST_MB // 2)}MB", 1


def _note_inputs(connection: database.Connection) -> None:
    """Fill raw.judged_from: one row per athlete, a hash of all that the judging layers read of them."""
    of_athletes, of_all = _inputs(connection)
    models = [layers.model_sql(layer, name) for layer in JUDGING for name in layers.model_paths(layer)]
    said = sha256("\n".join([duckdb.__version__, MACROS, (SQL_DIR / "macros.sql").read_text("utf-8"), *models]).encode())
    for table in of_all:
        said.update(f"{table} {database.scalar(connection, HASHED_WHOLE.format(table=table))}".encode())
    connection.execute("delete from raw.judged_from")
    hashed = " union all ".join(HASHED.format(table=table) for table in of_athletes)
    connection.execute(NOTE_INPUTS.format(hashed=hashed), [said.hexdigest()])


def _has_strangers(connection: database.Connection) -> bool:
    """Whether there are rows of somebody who is not among the athletes: no part would have them."""
    return any(
        connection.execute(f"select 1 from {table} anti join staging.athletes using (athlete_id) limit 1").fetchall()
        for table in _inputs(connection)[0]
    )


def _inputs(connection: database.Connection) -> tuple[list[str], list[str]]:
    """The tables of other layers that the judging ones read: those with a row for an athlete, and the others."""
    read = {
        table
        for layer in JUDGING
        for name in layers.model_paths(layer)
        for table in layers.tables_read(connection, layers.model_sql(layer, name))
        if table[0] not in JUDGING
    }
    names = [f"{schema}.{table}" for schema, table in sorted(read)]
    of_athletes = [name for name in names if "athlete_id" in _columns(connection, name)]
    return of_athletes, [name for name in names if name not in of_athletes]


def _columns(connection: database.Connection, table: str) -> list[str]:
    return [name for name, *_ in connection.execute(f"describe {table}").fetchall()]


@contextmanager
def _last_published(connection: database.Connection, published: Path, is_full: bool) -> Iterator[set[str]]:
    """Attach the published night for the block. Gives the athletes whose rows can be kept: nobody if it cannot be read."""
    if is_full or not published.exists():
        yield set()
        return
    try:
        connection.execute(f"attach {database.quoted(published.resolve())} as last_published (read_only)")
    except duckdb.Error as error:
        if is_disk_full(error):
            raise
        LOG.warning("everybody is judged anew, because the published night %s cannot be read: %s", published, error)
        yield set()
        return
    try:
        has_hashes = "from duckdb_tables() where database_name = 'last_published' and table_name = 'judged_from'"
        told = connection.execute(KEPT).fetchall() if connection.execute(has_hashes).fetchall() else []
        yield {athlete_id for (athlete_id,) in told}
    finally:
        connection.execute("detach last_published")


def _write_part(connection: database.Connection, path: Path, athletes: Sequence[str]) -> None:
    """Write all that the judging layers read of these athletes into a file of its own."""
    of_athletes, of_all = _inputs(connection)
    database.discard(path)
    connection.execute(f"attach {database.quoted(path)} as part (type duckdb, storage_version '{database.STORAGE_VERSION}')")
    try:
        for schema in sorted({table.split(".")[0] for table in (*of_athletes, *of_all)}):
            connection.execute(f"create schema part.{schema}")
        for table in of_all:
            connection.execute(f"create table part.{table} as from {table}")
        for table in of_athletes:
            connection.execute(
                f"create table part.{table} as select told.* from {table} as told "
                "semi join (select unnest(?) as athlete_id) as athletes using (athlete_id)",
                [athletes],
            )
    finally:
        connection.execute("detach part")


def _build_all(parts: Sequence[Part], cores: int) -> None:
    if len(parts) < 2 or cores < 2:  # noqa: PLR2004
        for part in parts:
            build_part(part)
        return
    before = set(active_children())
    try:
        with ProcessPoolExecutor(
            min(cores, len(parts)), mp_context=get_context("forkserver"), initializer=live_and_die_with_the_night
        ) as pool:
            try:
                list(pool.map(build_part, parts))
            except BaseException:
                for process in set(active_children()) - before:
                    process.terminate()
                raise
    except BrokenProcessPool as error:
        raise ChildProcessError(
            "a process that judged a part of the squad was killed, most likely for want of memory: nothing new is published; "
            "lower memory_limit_mb, or raise shards in tendonwatch.toml, and run again"
        ) from error


def build_part(part: Part) -> None:
    """Build the judging layers in the file of a part."""
    database.CONFIG.update({"memory_limit": part.memory, "threads": str(part.threads)})
    with database.kept_open(part.path):
        with database.writer(part.path) as connection:
            connection.execute((SQL_DIR / "macros.sql").read_text(encoding="utf-8") + MACROS)
        for layer in JUDGING:
            layers.build_layer(part.path, layer)


def _assemble(connection: database.Connection, parts: Sequence[Path], has_kept: bool) -> None:
    """Make the marts of the work file out of those of the parts and the rows that are kept."""
    connection.execute("create schema if not exists marts")
    for number, path in enumerate(parts):
        connection.execute(f"attach {database.quoted(path)} as part_{number} (read_only)")
    sources = [f"part_{number}" for number in range(len(parts))]
    try:
        for name in layers.model_order(connection, "marts"):
            _assemble_mart(connection, name, sources, has_kept)
    finally:
        for source in sources:
            connection.execute(f"detach {source}")


def _assemble_mart(connection: database.Connection, name: str, sources: Sequence[str], has_kept: bool) -> None:
    select = layers.model_sql("marts", name)
    first = sources[0] if sources else "last_published"
    if "athlete_id" in _columns(connection, f"{first}.marts.{name}"):
        told = [f"select {number} as source, rowid as place, * from {one}.marts.{name}" for number, one in enumerate(sources)]
        if has_kept:
            kept = "(select athlete_id from raw.judged_from semi join last_published.raw.judged_from using (athlete_id, inputs))"
            told.append(
                f"select -1 as source, rowid as place, * from last_published.marts.{name} semi join {kept} using (athlete_id)"
            )
        # The order of the model: each athlete's rows stand together, and come from one source.
        order = "athlete_id, source, place" if has_kept else "source, place"
        connection.execute(
            f"create or replace table marts.{name} as "
            f"select * exclude (source, place) from ({' union all by name '.join(told)}) order by {order}"
        )
    elif any(schema == "marts" for schema, _ in layers.tables_read(connection, select)):
        connection.execute(f"create or replace table marts.{name} as {select}")
    else:  # it tells of no athlete
        connection.execute(f"create or replace table marts.{name} as from {first}.marts.{name}")
