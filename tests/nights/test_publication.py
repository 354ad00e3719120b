"""Publishing may die between any two of its steps; a rollback goes back whole; what careless clients leave reaches nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flows.operate import recovery
from flows.settings import Settings
from flows.state import database, kept, publication
from flows.state.publication import NoSuchNight

OLD, NEW = "20260101T020000Z", "20260102T020000Z"


def settings_in(folder: Path) -> Settings:
    return Settings(warehouse=folder / "warehouse.duckdb", site=folder / "site")


def prepare(settings: Settings, night: str) -> tuple[Path, Path]:
    """A work file and pages that both say the night's name."""
    work, pages = database.work_path(settings.warehouse), settings.site.with_name("pages")
    database.discard(work)
    database.discard(pages)
    with database.writer(work) as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.athlete_status as select '{night}' as night")
    (pages / "assets").mkdir(parents=True)
    (pages / "index.html").write_text(night)
    (pages / "same.html").write_text("the same every night")
    (pages / "assets" / "published.js").write_text(night)
    return work, pages


def publish(settings: Settings, night: str) -> None:
    share_and_publish(settings, *prepare(settings, night), night)


def share_and_publish(settings: Settings, work: Path, pages: Path, night: str) -> None:
    kept.share_unchanged(pages, settings.site)
    publication.publish(settings, work, pages, night)


def seen(settings: Settings) -> tuple[str, str]:
    """The night that a reader of the warehouse sees, and one of the pages; the pages are of one night."""
    with database.reader(settings.warehouse) as connection:
        night = database.scalar(connection, "select night from marts.athlete_status")
    texts = {path.read_text() for path in (settings.site / "index.html", settings.site / "assets" / "published.js")}
    assert len(texts) == 1
    assert (settings.site / "same.html").read_text() == "the same every night"
    return str(night), texts.pop()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def killed_at(step: int, action: object) -> bool:
    """Do it in a process that is killed right before its nth change of the file system. Returns whether it came that far."""
    assert callable(action)
    pid = os.fork()
    if pid == 0:
        left = step

        def count(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal left
            writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            if writes or event in ("os.rename", "os.link", "os.symlink", "os.remove", "os.mkdir", "os.rmdir", "os.chmod"):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        action()
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    assert os.WIFEXITED(status) or os.WTERMSIG(status) == signal.SIGKILL, "it broke by itself"
    return os.WIFSIGNALED(status)


def test_publishing_may_be_killed_before_any_change_of_the_file_system(tmp_path: Path) -> None:
    outcomes = set()
    step = 0
    while True:
        step += 1
        folder = tmp_path / str(step)
        folder.mkdir()
        settings = settings_in(folder)
        publish(settings, OLD)
        work, pages = prepare(settings, NEW)
        was_killed = killed_at(step, lambda s=settings, w=work, p=pages: share_and_publish(s, w, p, NEW))
        left = seen(settings)
        assert set(left) <= {OLD, NEW}
        publication.settle(settings)
        settled = seen(settings)
        assert settled in ((OLD, OLD), (NEW, NEW)), step
        assert left[0] == OLD or settled[0] == NEW, "what readers have seen is not taken back"
        assert publication.remarks(settings) == []
        assert set(publication.kept_nights(settings)) == {OLD, settled[0]}
        publish(settings, "20260103T020000Z")
        assert seen(settings) == ("20260103T020000Z",) * 2
        assert not [name for name in names(folder) if "new" in name or "publishing" in name]
        outcomes.add((left, settled))
        if not was_killed:
            break
    assert outcomes == {((OLD, OLD), (OLD, OLD)), ((OLD, OLD), (NEW, NEW)), ((NEW, OLD), (NEW, NEW)), ((NEW, NEW), (NEW, NEW))}


def test_a_rollback_may_be_killed_before_any_change_of_the_file_system(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    publish(settings, OLD)
    publish(settings, NEW)
    step = 0
    was_killed = True
    while was_killed:
        step += 1
        was_killed = killed_at(step, lambda: publication.roll_back(settings))
        publication.settle(settings)
        night = seen(settings)[0]
        assert seen(settings) == (night, night)
        publication.roll_back(settings, NEW)
    assert step > 5


def test_halves_that_do_not_belong_together_are_told(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    publish(settings, OLD)
    publish(settings, NEW)
    publication.point(settings.site, publication.night_path(settings.site, OLD))
    (remark,) = publication.remarks(settings)
    assert OLD in remark
    assert NEW in remark


def test_a_rollback_takes_warehouse_and_pages_and_stands_until_the_next_night(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    for night in ("20260101T020000Z", "20260102T020000Z", "20260103T020000Z"):
        publish(settings, night)
    assert publication.roll_back(settings) == "20260102T020000Z"
    assert seen(settings) == ("20260102T020000Z",) * 2
    (remark,) = publication.remarks(settings)
    assert "rollback stands" in remark
    assert publication.roll_back(settings) == "20260101T020000Z"
    assert publication.roll_back(settings, "20260103T020000Z") == "20260103T020000Z"
    assert publication.remarks(settings) == []
    publication.roll_back(settings, "20260101T020000Z")
    publish(settings, "20260104T020000Z")
    assert seen(settings) == ("20260104T020000Z",) * 2
    assert publication.remarks(settings) == []


def test_the_night_that_a_rollback_chose_outlives_pruning(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    for night in ("20260101T020000Z", "20260102T020000Z", "20260103T020000Z"):
        publish(settings, night)
    publication.roll_back(settings, "20260101T020000Z")
    for link in (settings.warehouse, settings.site):
        publication.prune(link, keep=1)
    assert publication.kept_nights(settings) == ["20260101T020000Z", "20260103T020000Z"]
    assert seen(settings) == ("20260101T020000Z",) * 2


@pytest.mark.parametrize("unknown", ["20250101T020000Z", "yesterday", "../site", ""])
def test_an_unknown_night_is_refused_with_the_kept_ones(tmp_path: Path, unknown: str) -> None:
    settings = settings_in(tmp_path)
    publish(settings, OLD)
    publish(settings, NEW)
    with pytest.raises(NoSuchNight, match=rf"{OLD}, {NEW}"):
        publication.roll_back(settings, unknown)
    assert seen(settings) == (NEW, NEW)


def test_a_night_whose_warehouse_is_damaged_is_refused(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    publish(settings, OLD)
    publish(settings, NEW)
    damaged = publication.night_path(settings.warehouse, OLD)
    damaged.chmod(0o644)
    damaged.write_bytes(damaged.read_bytes()[:5000])
    with pytest.raises(NoSuchNight, match="cannot be read"):
        publication.roll_back(settings)
    assert seen(settings) == (NEW, NEW)


def test_without_an_earlier_night_there_is_nothing_to_go_back_to(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with pytest.raises(NoSuchNight, match="none is kept"):
        publication.roll_back(settings)
    publish(settings, NEW)
    with pytest.raises(NoSuchNight, match="no night before"):
        publication.roll_back(settings)


CARELESS = """
import os, sys
import duckdb
connection = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.readline()
connection.execute("insert into marts.athlete_status values ('nonsense')")
print("written", flush=True)
os._exit(1)
"""


def test_a_careless_client_who_writes_after_the_swap_reaches_no_reader_nor_a_later_rollback(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    publish(settings, OLD)
    settings.warehouse.resolve().chmod(0o644)  # root may write all the same; this is the analyst who made it writable
    client = subprocess.Popen(
        [sys.executable, "-c", CARELESS, str(settings.warehouse)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert client.stdin
    assert client.stdout
    assert client.stdout.readline() == "open\n"
    publish(settings, NEW)
    assert client.communicate("write\n", timeout=60)[0] == "written\n"
    stray = [name for name in names(tmp_path) if name.endswith(".wal")]
    assert stray == [f"warehouse-{OLD}.duckdb.wal"], "the write-ahead log that this test is about"
    assert seen(settings) == (NEW, NEW)
    with recovery.settled_state(settings):
        publication.roll_back(settings)
    assert seen(settings) == (OLD, OLD)
    with database.reader(settings.warehouse) as connection:
        assert connection.execute("from marts.athlete_status").fetchall() == [(OLD,)]
