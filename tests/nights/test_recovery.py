"""Damage to any file of ours, full disks and closed folders: said with the remedy, healed or refused, and nothing is lost."""

from __future__ import annotations

import logging
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from flows import nightly
from flows.guard import validation
from flows.intake import ingest, store, verbs
from flows.operate import recovery
from flows.settings import Settings
from flows.state import database
from flows.state.errors import explain
from tests.conftest import PROJECT
from tests.lib.kill_nights import check_site, tables
from tests.lib.squads import Night, night_over, runs_csv, write_files

AS_OF = "2026-09-25"


@pytest.fixture(scope="module")
def unguarded_module() -> Iterator[None]:
    """Nights without Great Expectations: the guards have tests of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validation, "run_suites", lambda *_: [])
        yield


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, unguarded_module: None) -> Night:
    """A night over three files, one of which is gone since but counted."""
    folder = tmp_path_factory.mktemp("sound")
    raw = write_files(
        folder / "raw",
        {
            "ada/runs.csv": runs_csv(date(2026, 8, 1), [5.0] * 40),
            "ben/runs.csv": runs_csv(date(2026, 8, 1), [6.0] * 40),
            "ben/gone.csv": runs_csv(date(2026, 7, 1), [7.0] * 20),
        },
    )
    night_over(raw, folder, AS_OF)
    (raw / "ben/gone.csv").unlink()
    return night_over(raw, folder, AS_OF)


@pytest.fixture
def copy(published: Night, tmp_path: Path, unguarded_module: None) -> Night:
    """The same, to be harmed."""
    shutil.copytree(published.settings.raw.parent, tmp_path / "copy", symlinks=True)
    folder = tmp_path / "copy"
    settings = Settings(raw=folder / "raw", warehouse=folder / "warehouse.duckdb", site=folder / "site", workers=1)
    return Night(settings, published.outcome)


FIRST_BLOCK, BLOCK_BYTES = 3 * 4096, 1 << 18  # DuckDB's storage: three headers, then blocks that each begin with a checksum
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "no database": lambda _: b"a photo, saved over it" * 500,
    "cut off": lambda data: data[: len(data) // 2],
    "all blocks": lambda data: data[:FIRST_BLOCK] + b"\xa5" * (len(data) - FIRST_BLOCK),
}


@pytest.mark.parametrize("how", list(DAMAGES))
def test_a_damaged_memory_is_set_aside_and_made_again_also_what_vanished_files_had_said(
    published: Night, copy: Night, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    memory = database.memory_path(copy.warehouse)
    harmed = DAMAGES[how](memory.read_bytes())
    memory.write_bytes(harmed)
    with caplog.at_level(logging.WARNING, "tendonwatch"), recovery.sound_state(copy.settings):
        pass
    (aside,) = memory.parent.glob("warehouse-memory-damaged-*.duckdb")
    assert aside.read_bytes() == harmed
    assert str(aside) in caplog.text
    assert "made again from" in caplog.text
    with database.reader(memory) as connection:
        paths = connection.execute("select path, is_present from raw.paths order by all").fetchall()
        assert paths == [("ada/runs.csv", True), ("ben/gone.csv", False), ("ben/runs.csv", True)]
        assert database.scalar(connection, "select count(*) from raw.runs where athlete_id = 'ben'") == 60


def test_whichever_block_of_the_memory_is_damaged_the_night_meets_it_as_it_begins_or_never(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(raw=tmp_path / "raw", warehouse=tmp_path / "warehouse.duckdb", site=tmp_path / "site")
    settings.raw.mkdir()
    memory = database.memory_path(settings.warehouse)
    with database.writer(memory) as connection:
        store.create_memory(connection)
        connection.execute(
            """
            insert into raw.paths (path, file_id, athlete_id, size_bytes, is_current, is_present)
            select 'ada/' || number || '.fit', sha256(number::text), 'ada', 100, true, true
            from range(10000) as files (number);
            insert into raw.contents (athlete_id, file_id, format, parser, outcome, is_partial)
            select 'ada', file_id, 'fit', '', 'loaded', false from raw.paths
            """
        )
    sound = memory.read_bytes()
    blocks = range(FIRST_BLOCK, len(sound), BLOCK_BYTES)
    assert len(blocks) > 5
    met = []
    for block in blocks:
        memory.write_bytes(sound[: block + 200] + b"\xa5" * 300 + sound[block + 500 :])
        with caplog.at_level(logging.WARNING, "tendonwatch"):
            recovery.mend_memory(settings)
        if not memory.exists():  # set aside, and nothing is kept here that it could be made from
            (aside,) = tmp_path.glob("warehouse-memory-damaged-*.duckdb")
            assert "was damaged (IO Error: Corrupt database file: computed checksum" in caplog.text
            aside.unlink()
            caplog.clear()
            met.append(block)
            continue
        ingest.import_files(settings.raw, memory, 1, full=True)
        for number in range(0, 10000, 1000):
            assert verbs.forget(memory, f"ada/{number}.fit")
        with database.writer(memory) as connection:
            assert database.scalar(connection, "select count(*) from raw.contents") == 10000 - 10
            connection.execute("delete from raw.paths")
            connection.execute("delete from raw.contents")
            connection.execute("checkpoint")
    assert len(met) >= len(blocks) - 2, "the blocks of the tables are all but the spare ones"


def test_the_night_after_a_lost_memory_ends_as_if_nothing_had_been(published: Night, copy: Night) -> None:
    database.memory_path(copy.warehouse).unlink()
    outcome = nightly.run_night(copy.settings, AS_OF)
    assert outcome.files_parsed == 2, "every file that is there is read anew"
    assert tables(copy.warehouse) == tables(published.warehouse)
    states = [row["state"] for row in copy.rows("select state from ops.nightly_runs order by night")]
    assert states == ["published"] * 3


def test_a_memory_is_made_from_an_older_night_where_the_newest_is_damaged_too(copy: Night) -> None:
    database.memory_path(copy.warehouse).write_bytes(b"")
    newest = copy.warehouse.resolve()
    newest.chmod(0o644)
    newest.write_bytes(newest.read_bytes()[:9000])
    recovery.mend_memory(copy.settings)
    with database.reader(database.memory_path(copy.warehouse)) as connection:
        assert database.scalar(connection, "select count(*) from raw.runs") == 100


def test_where_nothing_can_be_read_the_loss_is_said(copy: Night, caplog: pytest.LogCaptureFixture) -> None:
    for path in copy.warehouse.parent.glob("warehouse-*.duckdb"):
        path.chmod(0o644)
        path.write_bytes(b"")
    with caplog.at_level(logging.WARNING, "tendonwatch"):
        recovery.mend_memory(copy.settings)
    assert "is lost" in caplog.text


def test_a_locked_memory_is_not_taken_for_a_damaged_one(copy: Night) -> None:
    memory = database.memory_path(copy.warehouse)
    script = f"import duckdb, sys; c = duckdb.connect({str(memory)!r}); print('held', flush=True); sys.stdin.readline()"
    holder = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    before = memory.read_bytes()
    with pytest.raises(duckdb.IOException, match="lock"):
        recovery.mend_memory(copy.settings)
    holder.communicate("\n", timeout=30)
    assert memory.read_bytes() == before
    assert not list(memory.parent.glob("*damaged*"))


def test_a_damaged_published_warehouse_and_a_nonsense_work_file_are_replaced_by_the_next_night(
    published: Night, copy: Night
) -> None:
    sealed = copy.warehouse.resolve()
    sealed.chmod(0o644)
    sealed.write_bytes(DAMAGES["all blocks"](sealed.read_bytes()))
    work = database.work_path(copy.warehouse)
    work.write_bytes(b"nonsense")
    Path(f"{work}.wal").write_bytes(b"nonsense")
    nightly.run_night(copy.settings, AS_OF)
    assert tables(copy.warehouse) == tables(published.warehouse)


def test_a_memory_or_a_warehouse_of_a_newer_program_is_refused_and_left_alone(copy: Night) -> None:
    memory = database.memory_path(copy.warehouse)
    with database.writer(memory) as connection:
        connection.execute("update raw.memory set value = '99' where key = 'layout'")
    before = memory.read_bytes()
    with pytest.raises(database.MadeByNewer, match=r"newer Tendonwatch \(layout 99, this one knows \d+\)"):
        nightly.run_night(copy.settings, AS_OF)
    assert memory.read_bytes() == before
    memory.unlink()
    sealed = copy.warehouse.resolve()
    sealed.chmod(0o644)
    with database.writer(sealed) as connection:
        connection.execute("update raw.memory set value = '99' where key = 'layout'")
    with pytest.raises(database.MadeByNewer, match="newer"), database.reader(copy.warehouse):
        pass
    with pytest.raises(database.MadeByNewer, match="newer"):
        nightly.run_night(copy.settings, AS_OF)
    assert copy.warehouse.resolve() == sealed


def test_a_memory_of_an_older_program_is_brought_up_to_date_without_losing_what_vanished_files_said(copy: Night) -> None:
    memory = database.memory_path(copy.warehouse)
    with database.writer(memory) as connection:
        connection.execute("delete from raw.memory where key = 'layout'")
        connection.execute("alter table raw.runs drop column note")
        connection.execute("drop table raw.marks")
        connection.execute("alter table raw.paths add primary key (path, file_id)")
    nightly.run_night(copy.settings, AS_OF)
    assert copy.value("select count(*) from raw.runs where athlete_id = 'ben'") == 60
    assert copy.value("select value from raw.memory where key = 'layout'") == str(database.LAYOUT)
    assert copy.value("select count(*) from raw.marks") == 0
    with database.reader(memory) as connection:
        keys = "select count(*) from duckdb_constraints() where constraint_type = 'PRIMARY KEY'"
        assert database.scalar(connection, keys) == 0, "an index that older versions kept is dropped"


# ---------------------------------------------------------------- files that change under the reader


def test_files_that_vanish_grow_or_shrink_while_the_night_reads_are_refused_tonight_and_read_tomorrow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = write_files(
        tmp_path / "raw",
        {f"ada/{name}.csv": runs_csv(date(2026, 8, day), [5.0] * (9 - day)) for day, name in enumerate("abcd", start=1)},
    )
    monkeypatch.setattr(ingest, "FILES_PER_TRANSACTION", 1)
    grown = runs_csv(date(2026, 9, 1), [5.0] * 12)

    def meddle(done: int, total: int) -> None:
        if done == 1:  # the largest is read first
            (raw / "ada/b.csv").unlink()
            (raw / "ada/c.csv").write_text(grown)
            (raw / "ada/d.csv").write_text("started_at,dis")

    memory = tmp_path / "memory.duckdb"
    ingest.import_files(raw, memory, 1, progress=meddle)
    with database.reader(memory) as connection:
        said = dict(
            connection.execute(
                "select path, reason from raw.contents join raw.paths using (file_id) where outcome = 'unreadable'"
            ).fetchall()
        )
    assert said.keys() == {"ada/b.csv", "ada/c.csv", "ada/d.csv"}
    assert "No such file" in said["ada/b.csv"]
    assert "changed while it was being read" in said["ada/c.csv"]
    (raw / "ada/d.csv").unlink()
    ingest.import_files(raw, memory, 1)
    with database.reader(memory) as connection:
        assert database.scalar(connection, "select count(*) from raw.runs") == 8 + 12
        assert database.scalar(connection, "select count(*) from raw.contents where outcome = 'unreadable'") == 0


# ---------------------------------------------------------------- full disks, closed folders

CHILD = """
import os, resource, sys
from pathlib import Path
from flows import nightly
from flows.guard import validation
from flows.settings import Settings
from flows.state.errors import explain
folder, largest_bytes, user = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
validation.run_suites = lambda *_: []
settings = Settings(raw=folder / "raw", warehouse=folder / "out/warehouse.duckdb", site=folder / "out/site", workers=1)
if largest_bytes:
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest_bytes, largest_bytes))
if user:
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
try:
    nightly.run_night(settings, "2026-09-25")
except Exception as error:
    print(explain(error, settings))
    sys.exit(1)
"""


def child_night(folder: Path, largest_bytes: int = 0, user: int = 0) -> subprocess.CompletedProcess[str]:
    """A night in a process of its own with a limit on the size of files, or as a user who is not root."""
    arguments = [str(folder), str(largest_bytes), str(user)]
    return subprocess.run(
        [sys.executable, "-c", CHILD, *arguments], capture_output=True, text=True, check=False, cwd=PROJECT, timeout=300
    )


def small_squad(folder: Path) -> Settings:
    write_files(folder / "raw", {"ada/runs.csv": runs_csv(date(2026, 8, 1), [5.0] * 40)})
    return Settings(raw=folder / "raw", warehouse=folder / "out/warehouse.duckdb", site=folder / "out/site", workers=1)


@pytest.fixture(scope="module")
def small_night(tmp_path_factory: pytest.TempPathFactory, unguarded_module: None) -> Settings:
    """A published night over it, to be copied."""
    settings = small_squad(tmp_path_factory.mktemp("small"))
    nightly.run_night(settings, AS_OF)
    return settings


def copied(night: Settings, folder: Path) -> Settings:
    settings = small_squad(folder)
    shutil.copytree(night.warehouse.parent, settings.warehouse.parent, symlinks=True, dirs_exist_ok=True)
    return settings


def more_files(settings: Settings) -> None:
    """A thousand runs: more than the limits below have room for."""
    write_files(settings.raw, {f"eve/{year}.csv": runs_csv(date(year, 1, 1), [5.0] * 300) for year in range(2010, 2026)})


def test_a_full_disk_is_named_and_the_published_night_stands_and_the_next_one_ends(tmp_path: Path, small_night: Settings) -> None:
    settings = copied(small_night, tmp_path)
    before, link = tables(settings.warehouse), settings.warehouse.readlink()
    more_files(settings)
    child = child_night(tmp_path, largest_bytes=3_000_000)
    assert child.returncode == 1, child.stderr[-2000:]
    assert "disk is full" in child.stdout
    assert "make room" in child.stdout
    assert settings.warehouse.readlink() == link
    assert tables(settings.warehouse) == before
    check_site(settings.site)
    nightly.run_night(settings, AS_OF)
    with database.reader(settings.warehouse) as connection:
        assert database.scalar(connection, "select count(*) from raw.runs") == 40 + 16 * 300
    check_site(settings.site)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small drive")
def test_a_full_small_drive_is_named_and_once_there_is_room_the_night_ends(tmp_path: Path, small_night: Settings) -> None:
    settings = small_squad(tmp_path)
    drive = settings.warehouse.parent
    drive.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", drive], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a small drive")
    try:
        copied(small_night, tmp_path)
        before = tables(settings.warehouse)
        ballast = drive / "ballast"
        with ballast.open("wb", buffering=0) as stream, pytest.raises(OSError, match="No space"):
            while True:
                stream.write(bytes(1 << 16))
        child = child_night(tmp_path)
        assert child.returncode == 1
        assert "disk is full" in child.stdout
        assert tables(settings.warehouse) == before
        ballast.unlink(missing_ok=True)
        nightly.run_night(settings, AS_OF)
        assert tables(settings.warehouse) == before
        check_site(settings.site)
    finally:
        subprocess.run(["umount", "-l", drive], check=True)


NOBODY = 65534


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")
def test_a_folder_that_may_not_be_written_is_named_with_the_remedy(tmp_path: Path, small_night: Settings) -> None:
    settings = copied(small_night, tmp_path)
    for folder in (tmp_path, *tmp_path.parents):  # pytest's own folders are closed to others
        if folder.owner() == "root" and str(folder).startswith("/tmp/pytest") and not folder.stat().st_mode & stat.S_IXOTH:
            folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
    child = child_night(tmp_path, user=NOBODY)
    assert child.returncode == 1, child.stderr[-2000:]
    assert "right to read the input folder and to write" in child.stdout
    assert str(settings.warehouse.parent) in child.stdout


def test_other_trouble_keeps_its_own_words(tmp_path: Path) -> None:
    settings = small_squad(tmp_path)
    assert explain(ConnectionError("no answer"), settings) == "ConnectionError: no answer"
    assert "disk is full" in explain(OSError(28, "No space left on device", "x.html"), settings)
    assert "right to read" in explain(OSError(30, "Read-only file system", "warehouse.lock"), settings)
