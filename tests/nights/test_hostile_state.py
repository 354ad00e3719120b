"""What strangers or accidents leave where our own small files stand, and who may read what we publish."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import stat
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from flows.alerts import news, outbox
from flows.operate import recovery
from flows.operate.as_of import as_of_of_demo
from flows.readers.sniff import read_content
from flows.records import ForeignFile
from flows.settings import AlertTarget, Settings, load_settings
from flows.state import database, publication
from flows.state.errors import explain, is_damage, is_of_data
from flows.state.lock import CannotLock, one_at_a_time
from tests.lib.squads import Night, night_over, runs_csv, write_files

DAY = date(2026, 9, 1)
AS_OF = "2026-09-05"


def settings_in(folder: Path) -> Settings:
    return Settings(raw=folder / "raw", warehouse=folder / "w.duckdb", site=folder / "site", workers=1)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """Two 70-hour runs of one athlete on one day, a nonsense demo.toml, beside an ordinary runner; modes wide open before."""
    folder = tmp_path_factory.mktemp("state")
    long = f"started_at,distance_km,moving_time\n{DAY}T00:10,90,70:00:00\n{DAY}T23:50,40,70:00:00\n"
    raw = write_files(
        folder / "raw",
        {"ada/runs.csv": runs_csv(DAY, [5]), "eve/runs.csv": long, "demo.toml": b'as_of = "\xff soon"'},
    )
    umask = os.umask(0)
    try:
        return night_over(raw, folder, AS_OF)
    finally:
        os.umask(umask)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# ---------------------------------------------------------------- nonsense in the input


def test_two_runs_of_70_hours_on_one_day_stop_nobody_else(night: Night) -> None:
    assert night.value("select count(*) from marts.runs where athlete_id = 'ada'") == 1
    assert night.outcome.exit_code == 3
    rows = night.rows("select athlete_id, load_date from ops.set_aside")
    assert rows == [{"athlete_id": "eve", "load_date": DAY}]


@pytest.mark.parametrize(
    "content", [b"as_of = ", b'as_of = "soon"', b'as_of = "\xff"', b"as_of = 5", b'as_of = "2026-13-01"', b"\x00"]
)
def test_a_demo_file_that_is_nonsense_is_said_in_one_line_and_today_holds(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    write_files(tmp_path, {"demo.toml": content})
    with caplog.at_level(logging.WARNING):
        assert as_of_of_demo(tmp_path / "demo.toml") is None
    (record,) = caplog.records
    assert "demo.toml cannot be understood" in record.getMessage()
    assert "\n" not in record.getMessage()


# ---------------------------------------------------------------- nonsense beside the warehouse


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'{"pid": 1, "host": ["x"], "since": 5}', b"[]", b"../../etc/passwd"])
def test_whatever_stands_in_a_lock_that_is_free_the_lock_is_taken(tmp_path: Path, content: bytes) -> None:
    lock = tmp_path / "w.lock"
    lock.write_bytes(content)
    with one_at_a_time(lock):
        assert json.loads(lock.read_text())["pid"] == os.getpid()
    assert lock.read_bytes() == b""


def test_a_lock_is_not_opened_through_a_link(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("keep me")
    lock = tmp_path / "w.lock"
    lock.symlink_to(precious)
    with pytest.raises(CannotLock, match="is a link"), one_at_a_time(lock):
        pass
    path = outbox.outbox_path(tmp_path / "w.duckdb")
    path.with_suffix(".lock").symlink_to(precious)
    with pytest.raises(CannotLock, match="is a link"), outbox.open_outbox(settings_in(tmp_path)):
        pass
    assert precious.read_text() == "keep me"
    with pytest.raises(CannotLock) as refused, one_at_a_time(lock):
        pass
    assert "\n" not in explain(refused.value, settings_in(tmp_path))


@pytest.mark.parametrize("content", [b"\xff\xfe", b"../../../home/ada", b"20260101T000000Z", b"", b"/etc/passwd\x00"])
def test_a_note_that_names_no_night_is_removed_and_nothing_else(tmp_path: Path, content: bytes) -> None:
    settings = settings_in(tmp_path)
    write_files(tmp_path, {"keep.duckdb": "x"})
    settings.warehouse.with_suffix(".publishing").write_bytes(content)
    publication.settle(settings)
    assert [path.name for path in tmp_path.iterdir()] == ["keep.duckdb"]


def test_a_database_of_another_make_in_place_of_the_memory_is_set_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = settings_in(tmp_path)
    memory = database.memory_path(settings.warehouse)
    for path in (memory, settings.warehouse):
        with sqlite3.connect(path) as other:
            other.execute("create table a (b)")
        other.close()
    with caplog.at_level(logging.WARNING):
        recovery.mend_memory(settings)
    assert not memory.exists()
    assert len(list(tmp_path.glob("w-memory-damaged-*.duckdb"))) == 1
    with pytest.raises(Exception) as refused, database.reader(settings.warehouse):
        pass
    assert is_damage(refused.value)


@pytest.mark.parametrize(
    "error",
    [
        duckdb.ConversionException("Conversion Error: Could not cast value 1e300 to DECIMAL(12,3)"),
        duckdb.OutOfRangeException("Out of Range Error: Overflow in subtraction of INT64"),
        duckdb.InternalException("INTERNAL Error: Information loss on integer cast: value 3000000000 outside of target range"),
        duckdb.InternalException("INTERNAL Error: invalid code point detected in Utf8Proc::CodepointLength"),
    ],
)
def test_data_is_never_called_a_damaged_database(tmp_path: Path, error: Exception) -> None:
    assert is_of_data(error)
    assert "damaged" not in explain(error, settings_in(tmp_path))


@pytest.mark.parametrize(
    "content",
    [
        "[]", "5", "null", '{"sent": [], "waiting": []}', '{"sent": {"env:X": 5}, "waiting": []}',
        '{"sent": {}, "waiting": {"a": 1}}', '{"sent": {}, "waiting": [5]}', '{"sent": {}, "waiting": [{"target": "env:X"}]}',
        '{"sent": {}, "waiting": [{"target": "env:X", "event": "red", "title": 5, "text": "", "html": "", "quiet": "",'
        ' "queued_at": "soon"}]}',
        '{"sent": {}, "waiting": [{"target": "env:X", "event": "red", "title": "", "text": "", "html": "", "quiet": "",'
        ' "queued_at": "soon"}]}',
        '{"sent": {}, "waiting": [{"target": "env:X", "event": "red", "title": "", "text": "", "html": "", "quiet": "",'
        ' "queued_at": "2026-01-01"}]}',
        "[" * 100_000,
    ],
)  # fmt: skip
def test_an_alerts_outbox_of_another_shape_is_begun_anew(tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture) -> None:
    settings = settings_in(tmp_path).model_copy(update={"alerts": (AlertTarget(target="env:X"),)})
    outbox.outbox_path(settings.warehouse).write_text(content)
    with caplog.at_level(logging.WARNING):
        counts = news.send_failure(settings, "no reason", datetime.now(UTC))
    assert counts["unreachable"] == 1
    assert [record for record in caplog.records if "is damaged" in record.getMessage()]
    assert len(outbox.waiting_messages(settings)) == 1


def test_an_outbox_of_ours_is_read_back(tmp_path: Path) -> None:
    settings = settings_in(tmp_path).model_copy(update={"alerts": (AlertTarget(target="env:X"),)})
    news.send_failure(settings, "one")
    news.send_failure(settings, "one")
    news.send_failure(settings, "two")
    assert len(outbox.waiting_messages(settings)) == 2


def test_an_outbox_of_an_older_version_is_taken_over(tmp_path: Path) -> None:
    settings = settings_in(tmp_path).model_copy(update={"alerts": (AlertTarget(target="env:X"),)})
    waiting = {"target": "env:X", "event": "failed", "title": "", "text": "", "html": "", "quiet": ""}
    older = {
        "told": {"env:X": {"failed:one": "2026-11-01T02:30:00+00:00"}},
        "waiting": [waiting | {"written_at": datetime.now(UTC).isoformat(), "problem": "no answer"}],
    }
    outbox.outbox_path(settings.warehouse).write_text(json.dumps(older))
    news.send_failure(settings, "one")
    assert len(outbox.waiting_messages(settings)) == 1


# ---------------------------------------------------------------- who may read it


def test_what_is_published_is_for_its_owner_and_group(night: Night) -> None:
    published = [
        night.warehouse.resolve(), night.site.resolve(), database.memory_path(night.warehouse),
        night.warehouse.with_suffix(".lock"), *night.site.resolve().rglob("*"),
    ]  # fmt: skip
    assert len(published) > 10
    assert [str(path) for path in published if mode_of(path) & 0o007] == []
    assert mode_of(night.warehouse.resolve()) == 0o440
    assert mode_of(night.site / "index.html") == 0o440
    assert mode_of(night.site.resolve()) == 0o750


def test_nights_and_state_that_others_could_read_are_closed(night: Night) -> None:
    paths = (night.warehouse.resolve(), night.site.resolve(), database.memory_path(night.warehouse))
    for path in paths:
        path.chmod(mode_of(path) | 0o005)
    with recovery.settled_state(night.settings):
        pass
    assert [mode_of(path) & 0o007 for path in paths] == [0, 0, 0]


def test_a_setting_opens_them_to_everybody(tmp_path: Path) -> None:
    write_files(tmp_path, {"tendonwatch.toml": "readable_by_all = true\n"})
    assert load_settings(tmp_path, {}).readable_by_all
    settings = settings_in(tmp_path).model_copy(update={"readable_by_all": True})
    work, pages = database.work_path(settings.warehouse), tmp_path / ".site-work"
    with database.writer(work) as connection:
        connection.execute("create schema ops")
    write_files(pages, {"assets/style.css": "x"})
    publication.publish(settings, work, pages, "20260901T000000Z")
    publication.close_to_others(settings)
    site = settings.site.resolve()
    modes = [mode_of(path) for path in (settings.warehouse.resolve(), site / "assets/style.css", site, site / "assets")]
    assert modes == [0o444, 0o444, 0o755, 0o755]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (bytes(257) + b"ustar\x0000" + bytes(300), "tar"),
        (b"ada/run.fit".ljust(257, b"\0") + b"ustar  \0" + bytes(300), "tar"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(100), "7z"),
        (b"Rar!\x1a\x07\x01\x00" + bytes(100), "rar"),
    ],
)
def test_an_archive_of_another_kind_is_called_what_it_is(data: bytes, name: str) -> None:
    with pytest.raises(ForeignFile, match=f"This is a {name} archive"):
        read_content(f"run.{name}", data)
