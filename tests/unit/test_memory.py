"""How much memory a night may take, and what it does with what does not fit."""

from __future__ import annotations

import errno
from pathlib import Path

import duckdb
import pytest

from flows import machine
from flows.settings import Settings, WrongSettings, load_settings
from flows.state import database
from flows.state.errors import explain
from tests.lib.squads import tables_over, write_files


def test_half_of_what_is_free_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "meminfo"
    told.write_text("MemTotal:       16000000 kB\nMemAvailable:    8000000 kB\n", encoding="ascii")
    monkeypatch.setattr(machine, "MEMORY_FILE", told)
    monkeypatch.setattr(machine, "CONTAINER_FILES", ())
    assert machine.default_memory_mb() == 4096


def test_a_container_has_what_it_may_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    most, now = tmp_path / "memory.max", tmp_path / "memory.current"
    most.write_text("5000000000\n", encoding="ascii")
    now.write_text("1000000000\n", encoding="ascii")
    monkeypatch.setattr(machine, "CONTAINER_FILES", ((most, now), (tmp_path / "none", tmp_path / "none")))
    assert machine.free_memory_mb() <= 4000
    most.write_text("max\n", encoding="ascii")
    monkeypatch.setattr(machine, "MEMORY_FILE", tmp_path / "none")
    assert machine.free_memory_mb() > 0


def test_a_small_machine_is_asked_for_the_least(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "meminfo"
    told.write_text("MemAvailable:    500000 kB\n", encoding="ascii")
    monkeypatch.setattr(machine, "MEMORY_FILE", told)
    assert machine.default_memory_mb() == 700


def test_the_setting_wins_and_too_little_is_refused(tmp_path: Path) -> None:
    assert load_settings(tmp_path, {"TENDONWATCH_MEMORY_LIMIT_MB": "2000"}).memory_limit_mb == 2000
    with pytest.raises(WrongSettings, match=r"memory_limit_mb.*at least 700"):
        load_settings(tmp_path, {"TENDONWATCH_MEMORY_LIMIT_MB": "100"})


def test_a_night_builds_within_the_limit_of_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    monkeypatch.setattr(database, "limit_memory", given.append)
    raw = write_files(tmp_path / "raw", {"ada/runs.csv": "started_at,distance_km,moving_time\n2026-06-20T08:00,8,0:44:00\n"})
    tables_over(raw, tmp_path, as_of="2026-06-28")
    assert given == [machine.default_memory_mb()] or given[0] >= machine.LEAST_MB


def test_what_does_not_fit_is_put_aside_beside_the_file_and_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(database.CONFIG, "memory_limit", "60MB")
    path = tmp_path / "state" / "any-work.duckdb"
    with database.writer(path) as connection:
        spilled = tmp_path / "state" / "any-work-spill"
        connection.execute(
            "create temp table large as select range as number, md5(cast(range as text)) as text from range(2000000)"
        )
        assert list(spilled.iterdir())
        assert connection.execute("select count(*) from (select * from large order by text)").fetchone() == (2_000_000,)
    assert not spilled.exists()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (duckdb.OutOfMemoryException("failed to allocate data of size 16.0 MiB"), "raise memory_limit_mb"),
        (duckdb.OutOfMemoryException("failed to offload data block ... max_temp_directory_size"), "The disk is nearly full"),
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full"),
    ],
)
def test_too_little_memory_and_a_full_disk_are_told_apart(error: Exception, words: str, tmp_path: Path) -> None:
    assert words in explain(error, Settings(warehouse=tmp_path / "warehouse.duckdb"))
