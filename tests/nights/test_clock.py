"""One night with a clock that is far ahead, then right again: the newest night is the last one published, whatever its name."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows import nightly
from flows.alerts import news, outbox
from flows.operate import nights, recovery, status
from flows.settings import AlertTarget, Settings
from flows.state import database, publication
from tests.lib.squads import Night, runs_csv, tables_over, write_files
from tests.nights.test_cli import tendonwatch

DAY = date(2026, 9, 1)
AS_OF = "2026-09-05"
AHEAD = timedelta(days=400)


class Ahead(datetime):
    """A clock that is 400 days ahead."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return datetime.now(tz) + AHEAD


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Three nights: a right one, one whose clock is ahead, and one for which it is right again; the last is red."""
    folder = tmp_path_factory.mktemp("clock")
    raw = write_files(folder / "data/raw", {"ada/runs.csv": runs_csv(DAY, [5])})
    with pytest.MonkeyPatch.context() as patch:
        tables_over(raw, folder, AS_OF)
        with patch.context() as inner:
            inner.setattr(nightly, "datetime", Ahead)
            inner.setattr(nights, "datetime", Ahead)
            tables_over(raw, folder, AS_OF)
        write_files(raw, {"ada/symptoms.csv": f"date,side,event\n{AS_OF},left,pop\n"})
        tables_over(raw, folder, AS_OF)
        yield folder


@pytest.fixture
def night(folder: Path, tmp_path: Path) -> Night:
    shutil.copytree(folder, tmp_path / "home", symlinks=True)
    home = tmp_path / "home"
    settings = Settings(raw=home / "data/raw", warehouse=home / "warehouse.duckdb", site=home / "site", workers=1)
    return Night(settings, None)  # type: ignore[arg-type]


def test_the_newest_night_is_the_last_one_published(night: Night) -> None:
    nights = night.rows("from ops.nightly_runs order by number")
    assert [row["number"] for row in nights] == [1, 2, 3]
    first, ahead, last = (row["night"] for row in nights)
    assert first < last < ahead
    facts = status.look(night.settings, datetime.now(UTC))
    assert (facts["night"], facts["last_try"]["night"], facts["is_late"]) == (last, last, False)
    assert facts["flags"]["red"] == 1
    assert publication.kept_nights(night.settings) == [first, ahead, last]
    assert publication.remarks(night.settings) == []
    assert (night.settings.site / "assets/published.js").read_text().index(last) < (
        night.settings.site / "assets/published.js"
    ).read_text().index(ahead)


def test_a_clock_that_went_back_is_said(night: Night) -> None:
    (row,) = night.rows("from ops.nightly_runs where number = 3")
    (ahead,) = night.rows("from ops.nightly_runs where number = 2")
    assert row["message"] == f"the clock went back: the night before this one is {ahead['night']}"
    assert ahead["message"] is None


def test_alerts_go_on(night: Night) -> None:
    settings = night.settings.model_copy(update={"alerts": (AlertTarget(target="env:NOWHERE", events=("red",)),)})
    news.send_alerts(settings)
    assert [message.event for message in outbox.waiting_messages(settings)] == ["red"]


def test_the_oldest_night_is_pruned_and_not_the_newest(night: Night) -> None:
    first, ahead, last = publication.kept_nights(night.settings)
    for link in (night.settings.warehouse, night.settings.site):
        publication.prune(link, 2, night.settings.warehouse)
        assert set(publication.nights_beside(link)) == {ahead, last}
        publication.prune(link, 1, night.settings.warehouse)
        assert publication.nights_beside(link) == [last]
    assert first


def test_a_rollback_goes_to_the_night_before_and_back(night: Night) -> None:
    _, ahead, last = publication.kept_nights(night.settings)
    assert publication.roll_back(night.settings) == ahead
    assert publication.kept_nights(night.settings)[-1] == last
    assert publication.remarks(night.settings)[0].startswith(
        f"A rollback stands: the published night is {ahead}, the newest kept"
    )


def test_a_memory_is_made_again_from_the_newest_night(night: Night) -> None:
    memory = database.memory_path(night.settings.warehouse)
    memory.unlink()
    recovery.mend_memory(night.settings)
    with database.reader(memory) as connection:
        assert database.scalar(connection, "select count(*) from raw.symptoms") == 1


def test_a_publication_that_is_yet_to_come_is_late(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    home = night.settings.warehouse.parent
    long_ago = datetime.now(UTC) - AHEAD
    assert status.look(night.settings, long_ago)["is_late"]
    settings = night.settings.model_copy(update={"alerts": (AlertTarget(target="env:NOWHERE", events=("late",)),)})
    news.look(settings, long_ago)
    (message,) = outbox.waiting_messages(settings)
    assert "yet to come" in message.text

    class Behind(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return long_ago

    monkeypatch.setattr("flows.commands.watch.datetime", Behind)
    paths = ("--raw", str(home / "data/raw"), "--warehouse", str(night.settings.warehouse), "--site", str(night.settings.site))
    said = tendonwatch(home, "status", *paths)
    assert said.exit_code == 4
    assert "a clock is wrong" in said.output


def test_nights_of_an_older_version_are_numbered_by_their_names(night: Night, caplog: pytest.LogCaptureFixture) -> None:
    memory = database.memory_path(night.settings.warehouse)
    with database.writer(memory) as connection:
        connection.execute("alter table raw.nights drop column number")
        connection.execute("delete from raw.nights where night > '2027'")
    with caplog.at_level(logging.WARNING):
        nights.begin(memory, night.settings.warehouse)
    with database.reader(memory) as connection:
        numbers = connection.execute("select number from raw.nights order by night").fetchall()
    assert numbers == [(1,), (2,), (3,)]
    assert "went back" not in caplog.text
