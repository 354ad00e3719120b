"""Break files at random; only records or a typed refusal may come of it: `make fuzz`, or python -m tests.lib.fuzz COUNT SEED.

Every input is read as a night reads it and laid into the raw tables; after each batch the models are built on what survived, and
what the marts say is held against what a runner can do. The same seed gives the same inputs.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from flows.guard import validation
from flows.intake import ingest
from flows.intake.ingest import FoundFile, Job, ParsedFile
from flows.models import layers
from flows.models.seeds import load_seeds
from flows.state import database
from flows.words.warehouse import write_sentences
from tests.lib.fuzz_inputs import BOMBS, Seed, bomb, mutated, seeds

LONGEST_S, MOST_BYTES = 5.0, 500 * 1024**2
BATCH = 2000
ATHLETES = 40  # of a batch: an athlete's calendar runs from the first to the last day that a broken file names
AS_OF = date(2026, 6, 30)
OUR_FAULT = ("the reader failed on it", "reading it killed the reader")
OUTCOMES = {"loaded", "ignored", "quarantined"}

# (what no runner does, the rows of a mart that say it)
IMPLAUSIBLE = (
    ("more than 9 m/s over a whole run", "select run_id, distance_m, moving_s from marts.runs where distance_m > 9.1 * moving_s"),
    ("more than 500 km", "select run_id, distance_m from marts.runs where distance_m > 500000"),
    ("a cadence that no feet have", "select run_id, avg_cadence_spm from marts.runs where avg_cadence_spm not between 0 and 300"),
    ("more steps than feet can do", "select run_id, steps, moving_s from marts.runs where steps > 5.1 * moving_s"),
    ("a climb steeper than a wall", "select run_id, ascent_m, distance_m from marts.runs where ascent_m > distance_m + 100"),
    ("a heart rate of no heart", "select avg_heart_rate_bpm from marts.runs where avg_heart_rate_bpm not between 25 and 250"),
    ("an effort beyond the scale", "select run_id, rpe from activities.runs where rpe not between 0 and 10"),
    ("a run that lasted longer than three days", "select run_id, moving_s from marts.runs where moving_s > 259200"),
    ("a run before the watches", "select run_date from marts.runs where run_date not between '1990-01-01' and '2026-06-30'"),
    ("a set before apps", "select set_date from marts.strength_sets where set_date not between '1990-01-01' and '2026-06-30'"),
    ("more weight than was ever lifted", "select load_kg from marts.strength_sets where load_kg not between 0 and 700"),
    ("more repetitions than an hour holds", "select reps from marts.strength_sets where reps not between 0 and 3600"),
)  # fmt: skip


@dataclass
class Findings:
    """What should not have happened, each with the input that made it happen."""

    folder: Path  # where such inputs are kept
    said: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def add(self, what: str, name: str, data: bytes) -> None:
        if not self.said[what]:
            kept = self.folder / f"{len(self.said)}-{name}"
            kept.write_bytes(data)
            self.examples[what] = str(kept)
        self.said[what] += 1


def jobs_of(path: Path, athlete_id: str, shown: str) -> Iterator[Job]:
    """The contents that a night finds in a file: itself, and what lies in it where it is an archive."""
    is_archive, digest = ingest._identify(path)
    yield Job(athlete_id, digest, path, shown)
    if is_archive:
        found = FoundFile(shown, athlete_id, path.stat().st_size, digest, path, is_archive=True)
        for names, label, _, inner, problem, _ in ingest._listed(found):
            if not problem:
                yield Job(athlete_id, inner, path, f"{shown}!{label}", tuple(ingest.json.loads(names)), is_in_export=True)


def parsed_of(path: Path, athlete_id: str, findings: Findings) -> list[ParsedFile]:
    """What a night makes of one file, held against its bounds."""
    data = path.read_bytes()
    before_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    started_s = time.process_time()  # other programs may slow the clock on the wall
    try:
        results = [ingest.parse_file(job) for job in jobs_of(path, athlete_id, f"{athlete_id}/{path.name}")]
    except Exception as error:
        findings.add(f"raised {type(error).__name__}: {str(error)[:80]}", path.name, data)
        return []
    seconds = time.process_time() - started_s
    grown_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before_bytes
    if seconds > LONGEST_S:
        findings.add(f"took more than {LONGEST_S:g} s ({path.name})", path.name, data)
    if grown_bytes > MOST_BYTES:
        findings.add(f"took more than {MOST_BYTES >> 20} MB ({path.name})", path.name, data)
    for parsed in results:
        if parsed.outcome not in OUTCOMES:
            findings.add(f"outcome {parsed.outcome}: {parsed.reason}"[:120], path.name, data)
        elif parsed.outcome == "quarantined" and (parsed.reason or "").startswith(OUR_FAULT):
            findings.add((parsed.reason or "")[:120], path.name, data)
    return results


def stored(connection: database.Connection, results: list[ParsedFile]) -> str | None:
    """Lay what one file gave into the raw tables; what the database says against it."""
    try:
        ingest._store(connection, results)
    except (duckdb.Error, UnicodeError, ValueError, OverflowError) as error:
        connection.execute("rollback")
        return f"cannot be stored, {type(error).__name__}: {str(error)[:60]}"
    return None


def check_marts(folder: Path, memory: Path, findings: Findings) -> None:
    """Build every model on what survived; nothing may raise, and nothing in the marts may be impossible."""
    work = folder / "work.duckdb"
    layers.start_work(work, memory)
    load_seeds(work, "UTC")
    validation.guard_raw(work)
    layers.set_as_of(work, AS_OF)
    try:
        for layer in ("staging", "activities", "intermediate", "marts"):
            layers.build_layer(work, layer)
        write_sentences(work)
    except duckdb.Error as error:
        findings.add(f"a model raises: {str(error)[:160]}", "memory.duckdb", memory.read_bytes())
        return
    with database.reader(work) as connection:
        for what, query in (*IMPLAUSIBLE, *no_numbers(connection), *raw_characters(connection)):
            rows = connection.execute(query).fetchall()
            if rows:
                findings.add(f"{what}: {rows[0]}", "memory.duckdb", memory.read_bytes())


def columns(connection: database.Connection, kind: str) -> list[tuple[str, str]]:
    return connection.execute(
        """
        select schema_name || '.' || table_name, column_name from duckdb_columns()
        where schema_name in ('raw', 'marts') and data_type = ?
        """,
        [kind],
    ).fetchall()


def no_numbers(connection: database.Connection) -> Iterator[tuple[str, str]]:
    for table, column in columns(connection, "DOUBLE"):
        yield f"{table}.{column} is no number", f"select {column} from {table} where isnan({column}) or isinf({column})"


def raw_characters(connection: database.Connection) -> Iterator[tuple[str, str]]:
    for table, column in columns(connection, "VARCHAR"):
        controls = r"[\x00-\x1f\x7f-\x9f]"
        yield (
            f"{table}.{column} holds a control character",
            f"select {column} from {table} where regexp_matches({column}, '{controls}')",
        )


def fuzz(count: int, seed: int, kept: Path, has_bombs: bool = True, tell: bool = False) -> Findings:
    """Read `count` broken inputs; the first that do what none may do are kept in a folder."""
    dice, known, findings = random.Random(seed), seeds(), Findings(kept)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, bomb_name in enumerate(BOMBS if has_bombs else ()):
            path = folder / f"{bomb_name}.gz"
            path.write_bytes(bomb(bomb_name))
            parsed_of(path, f"bomb{number}", findings)
            path.unlink()
        for start in range(0, count, BATCH):
            memory = folder / f"memory{start}.duckdb"
            with database.writer(memory) as connection:
                ingest.create_memory(connection)
                started_s = time.monotonic()
                _read_batch(connection, dice, known, folder, min(BATCH, count - start), findings)
                ingest._add_athletes_named_in_logs(connection)
            read_s = time.monotonic() - started_s
            check_marts(folder, memory, findings)
            memory.unlink()
            if tell:
                total_s = time.monotonic() - started_s
                print(
                    f"{min(start + BATCH, count):>7} read ({read_s:.0f} + {total_s - read_s:.0f} s)",
                    dict(findings.said),
                    flush=True,
                )
    return findings


def _read_batch(
    connection: database.Connection, dice: random.Random, known: list[Seed], folder: Path, count: int, findings: Findings
) -> None:
    """Read and store a batch; where it cannot be stored at once, file by file, so that each culprit is known."""
    inputs, waiting = [], []
    for number in range(count):
        called, data = mutated(dice, known)
        path = folder / called
        path.write_bytes(data)
        results = parsed_of(path, f"a{number % ATHLETES}", findings)
        path.unlink()
        inputs.append((called, data, results))
        waiting += results
        if len(waiting) > 100 or number == count - 1:
            if stored(connection, _unique(waiting)):
                for called_, data_, results_ in inputs:
                    if problem := stored(connection, _unique(results_)):
                        findings.add(problem, called_, data_)
            inputs, waiting = [], []


def _unique(results: list[ParsedFile]) -> list[ParsedFile]:
    return list({(parsed.athlete_id, parsed.file_id): parsed for parsed in results}.values())


def main(count: int, seed: int) -> int:
    kept = Path(tempfile.mkdtemp(prefix="tendonwatch-fuzz-"))
    findings = fuzz(count, seed, kept, tell=True)
    for what, times in findings.said.most_common():
        print(f"{times:>6} x {what}\n         {findings.examples[what]}")
    print(f"{count:,} inputs, seed {seed}: {sum(findings.said.values()):,} findings")
    return bool(findings.said)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
