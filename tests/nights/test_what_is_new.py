"""A night judges anew whom something changed, in as many parts as it likes; its tables are those of a full one."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from multiprocessing import active_children
from pathlib import Path

import pytest

from flows import nightly
from flows.guard import validation
from flows.intake import ingest
from flows.models import contract, layers, parts, seeds
from flows.settings import Settings
from flows.state import database
from flows.words.warehouse import write_sentences
from tests.lib.squads import runs_csv, strength_csv, write_files
from tests.tendon import golden

FIRST, AS_OF = date(2026, 3, 2), date(2026, 5, 31)
RUNNERS = ("ada", "ben", "cy", "dee")
SEED = 20261128
CHANGES_A_NIGHT = 3
KILOMETRES = [5.0, 0, 6, 0, 7, 0, 12]


def logs_of(number: int) -> dict[str, str]:
    runner = RUNNERS[number]
    calf = {FIRST + timedelta(days=3 * day): ["Seated calf raise", "Standing calf raise"] for day in range(10 + 5 * number)}
    return {
        f"{runner}/runs.csv": runs_csv(FIRST, [kilometres + number for kilometres in KILOMETRES] * 12),
        f"{runner}/strength.csv": strength_csv(calf),
    }


def work_over(raw: Path, folder: Path, as_of: date = AS_OF) -> Path:
    """A work file in which everything is built but what judges athletes; the import memory of the folder is gone on with."""
    work, memory = folder / "warehouse-work.duckdb", folder / "warehouse-memory.duckdb"
    ingest.import_files(raw, memory, 1)
    layers.start_work(work, memory)
    seeds.load_seeds(work, "UTC")
    layers.set_as_of(work, as_of)
    for layer in ("staging", "activities"):
        layers.build_layer(work, layer)
    return work


def judge(work: Path, published: Path, is_full: bool = False, shards: int = 0, cores: int = 1) -> dict[str, int]:
    done = parts.build_judging_layers(work, published, is_full, shards, cores)
    write_sentences(work)
    return done


def marts_of(path: Path) -> dict[str, list[str]]:
    """Every row of every mart as text, in its order where the mart tells of athletes."""
    with database.reader(path) as connection:
        found = {}
        for table in contract.tables("marts"):
            rows = connection.execute(f"select cast(mart as text) from {table.name} as mart").fetchall()
            found[table.name] = [row for (row,) in rows]
        return found


# ---------------------------------------------------------------- parts


def test_parts_change_no_row(tmp_path: Path) -> None:
    raw = write_files(tmp_path / "raw", golden.files(golden.SCENARIOS[::25]))
    work, nothing = work_over(raw, tmp_path, golden.AS_OF), tmp_path / "none.duckdb"
    told = {}
    for shards, cores in ((1, 1), (2, 2), (7, 1)):
        judge(work, nothing, shards=shards, cores=cores)
        told[shards] = marts_of(work)
        assert not layers.part_paths(work)
    assert told[1]["marts.athlete_status"] and told[1]["marts.flags"] and told[1]["marts.squad_weeks"]
    for table, rows in told[1].items():
        assert told[2][table] == told[7][table] == rows, table


def test_a_large_squad_is_cut_by_itself_and_a_small_one_is_not() -> None:
    assert parts.parts_needed(athletes=250, cores=2) == 1
    assert parts.parts_needed(athletes=251, cores=2) == 2
    assert parts.parts_needed(athletes=251, cores=8) == 8
    assert parts.parts_needed(athletes=1_000, cores=2) == 4


# ---------------------------------------------------------------- what is new


class History:
    """An input folder that people change, and the nights over it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.raw, self.choose = folder, folder / "raw", random.Random(seed)
        self.published, self.as_of = folder / "published.duckdb", AS_OF
        for number in range(3):
            write_files(self.raw, logs_of(number))

    def changes(self) -> list[Callable[[], object]]:
        """Everything that people do to a folder, in any order."""
        every: list[Callable[[], object]] = [
            lambda: None,
            lambda: write_files(self.raw, {"ben/more.csv": runs_csv(AS_OF - timedelta(days=3), [self.kilometres()])}),
            lambda: write_files(self.raw, {"ada/runs.csv": runs_csv(FIRST, [self.kilometres(), *KILOMETRES] * 9)}),
            lambda: write_files(self.raw, {"cy/old.csv": runs_csv(FIRST - timedelta(days=9), [self.kilometres()])}),
            lambda: write_files(self.raw, {"ada/twin.csv": runs_csv(FIRST, [5.0]).replace("T12:00", "T12:02")}),
            lambda: write_files(self.raw, {"ben/marks.csv": "start_date,end_date,kind\n2026-04-06,2026-04-12,illness\n"}),
            lambda: write_files(self.raw, {"cy/symptoms.csv": "date,side,pain_0_10\n2026-05-28,left,4\n"}),
            lambda: write_files(self.raw, logs_of(3)),  # somebody joins
            lambda: write_files(self.raw, {"rules.csv": "rule,value\nlow_base_distance_m,7000\n"}),
            (self.raw / "cy/strength.csv").unlink,
            lambda: (self.raw / "ben/runs.csv").rename(self.raw / "ben/renamed.csv"),
            lambda: self.step(1),
            lambda: self.step(30),
            lambda: self.step(-30),
        ]
        self.choose.shuffle(every)
        return every

    def kilometres(self) -> float:
        return self.choose.randint(30, 150) / 10

    def step(self, days: int) -> None:
        self.as_of += timedelta(days=days)

    def night(self) -> dict[str, int]:
        """Judge whom something changed, then everybody: the marts are the same, row for row."""
        work = work_over(self.raw, self.folder, self.as_of)
        done = judge(work, self.published)
        found = marts_of(work)
        judge(work, self.folder / "none.duckdb", is_full=True)
        for table, rows in marts_of(work).items():
            assert found[table] == rows, table
        work.replace(self.published)
        return done


def test_any_history_of_edits_leaves_the_tables_of_a_full_night(tmp_path: Path) -> None:
    history = History(tmp_path, SEED)
    assert history.night() == {"built": 3, "kept": 0}
    changes = history.changes()
    while changes:
        for change in changes[:CHANGES_A_NIGHT]:
            change()
        history.night()
        del changes[:CHANGES_A_NIGHT]


def test_one_new_run_judges_one_athlete_and_full_judges_everybody(tmp_path: Path) -> None:
    history = History(tmp_path, SEED)
    history.night()
    work = work_over(history.raw, tmp_path)
    assert judge(work, history.published) == {"built": 0, "kept": 3}
    write_files(history.raw, {"ben/more.csv": runs_csv(AS_OF - timedelta(days=3), [4.2])})
    work = work_over(history.raw, tmp_path)
    assert judge(work, history.published) == {"built": 1, "kept": 2}
    assert judge(work, history.published, is_full=True) == {"built": 3, "kept": 0}


def test_what_is_no_warehouse_is_not_built_upon(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    history = History(tmp_path, 1)
    history.published.write_text("not a warehouse", encoding="utf-8")
    work = work_over(history.raw, tmp_path)
    assert judge(work, history.published) == {"built": 3, "kept": 0}
    assert "cannot be read" in caplog.text


# ---------------------------------------------------------------- a killed part


@contextmanager
def first_child_killed() -> Iterator[list[int]]:
    """Kill the first process that this one starts in the block."""
    killed: list[int] = []
    is_over = threading.Event()

    def kill() -> None:
        while not is_over.is_set() and not killed:
            for child in active_children():
                if child.pid:
                    os.kill(child.pid, signal.SIGKILL)
                    killed.append(child.pid)
                    return
            time.sleep(0.01)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        is_over.set()
        thread.join()


def test_a_night_whose_part_is_killed_publishes_nothing_and_the_next_one_finishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validation, "run_suites", lambda *_: [])
    for number in range(2):
        write_files(tmp_path / "raw", logs_of(number))
    alone = Settings(raw=tmp_path / "raw", warehouse=tmp_path / "warehouse.duckdb", site=tmp_path / "site", workers=1)
    nightly.run_night(alone, as_of=str(AS_OF))
    before = alone.warehouse.resolve()
    in_parts = alone.model_copy(update={"shards": 2, "workers": 2})
    with first_child_killed() as killed, pytest.raises(ChildProcessError, match="want of memory"):
        nightly.run_night(in_parts, as_of=str(AS_OF + timedelta(days=1)))
    assert killed
    assert alone.warehouse.resolve() == before
    nightly.run_night(in_parts, as_of=str(AS_OF + timedelta(days=1)))
    assert alone.warehouse.resolve() != before
    assert not layers.part_paths(database.work_path(alone.warehouse))
