"""How fast FIT files become raw tables, against a bare fitdecode loop over the same files."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from functools import partial
from pathlib import Path

import fitdecode

from bench.clock import timed
from flows.intake import ingest
from flows.state import database

PROJECT = Path(__file__).resolve().parents[1]
REAL_FILES = PROJECT.parent / "shared" / "data"
DEMO_FILES = PROJECT / "data" / "raw"
# So many, by copies of each: enough work that starting the worker processes does not decide the outcome.
FILES_TO_IMPORT = 500


def run(folder: Path | None = None) -> None:
    """Print how long the bare loop and the import take, with one worker and with all cores."""
    if folder is None:
        folder = REAL_FILES
        if not folder.is_dir():
            print(f"No real files at {REAL_FILES}; the demo squad's FIT files stand in for them.")
            folder = DEMO_FILES
    files = readable(sorted(folder.rglob("*.fit")))
    if not files:
        print(f"No FIT file below {folder} that fitdecode can read.")
        return
    copies = max(1, FILES_TO_IMPORT // len(files))
    megabytes = sum(file.stat().st_size for file in files) / 1e6
    print(f"Import of {len(files)} FIT files below {folder} ({megabytes:.1f} MB)")

    bare = timed(lambda: [records_by_fitdecode(file) for file in files])
    bare_rate = len(files) / bare.wall_s
    print(f"  bare fitdecode loop, each once              {bare} {bare_rate:8.1f} files/s")
    for workers in sorted({1, os.cpu_count() or 1}):
        with tempfile.TemporaryDirectory() as temporary:
            raw = squad_of(files, copies, Path(temporary) / "raw")
            memory = Path(temporary) / "memory.duckdb"
            taken = timed(partial(ingest.import_files, raw, memory, workers))
            loaded = contents_loaded(memory)
        rate = copies * len(files) / taken.wall_s
        name = f"import to raw tables, {copies} times, {workers} worker{'s' if workers > 1 else ''}"
        print(
            f"  {name:<43} {taken} {rate:8.1f} files/s: {rate / bare_rate:.1f} x as fast, "
            f"{rate / bare_rate / workers:.1f} x per core ({loaded} of {copies * len(files)} held runs or strength work)"
        )


def readable(files: list[Path]) -> list[Path]:
    """The files that fitdecode reads to their end without an error."""
    whole = []
    warnings.simplefilter("ignore")  # a wrong checksum at the end is read all the same
    for file in files:
        try:
            records_by_fitdecode(file)
        except fitdecode.FitError:
            continue
        whole.append(file)
    return whole


def records_by_fitdecode(file: Path) -> list[dict[str, object]]:
    """Every record message's fields, every frame read."""
    with fitdecode.FitReader(file) as frames:
        return [
            {field.name: field.value for field in frame.fields}
            for frame in frames
            if frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.name == "record"
        ]


def squad_of(files: list[Path], copies: int, raw: Path) -> Path:
    """An input folder in which each of some athletes recorded every file: a content counts once per athlete."""
    for copy in range(copies):
        athlete = raw / f"athlete_{copy}"
        athlete.mkdir(parents=True)
        for number, file in enumerate(files):
            shutil.copyfile(file, athlete / f"{number:04d}-{file.name}")
    return raw


def contents_loaded(memory: Path) -> int:
    with database.reader(memory) as connection:
        return int(database.scalar(connection, "select count(*) from raw.contents where outcome = 'loaded'"))


if __name__ == "__main__":
    run()
