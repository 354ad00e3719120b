"""The night as a whole: the same in, the same out; which day is today; nobody left out; killed and doubled nights do no harm."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows import nightly
from flows.guard import validation
from flows.intake import ingest
from flows.operate.outcome import Outcome
from flows.settings import Settings
from flows.state import database
from flows.state.lock import NightIsRunning
from tests.lib.squads import Night, night_over, runs_csv, several_threads, strength_csv, write_files
from tests.nights.test_cli import COMMAND

FIRST = date(2026, 8, 1)


def utc_today() -> date:
    return datetime.now(UTC).date()


def squad(raw: Path) -> Path:
    """Runners in three time zones with a log each, one without any file, one in squad.csv only."""
    weeks: list[float | None] = [5.0, 0, 6, 0, 7, 0, 12] * 8
    calf = {FIRST + timedelta(days=3 * number): ["Single-leg calf raise", "Seated calf raise"] for number in range(18)}
    return write_files(
        raw,
        {
            "squad.csv": "athlete_id,name,timezone\nada,Ada,Europe/Stockholm\nkai,Kai,Pacific/Auckland\nlone,Lone,\n",
            "ada/runs.csv": runs_csv(FIRST, weeks),
            "ada/strength.csv": strength_csv(calf),
            "kai/runs.csv": runs_csv(FIRST, weeks[:30]) + "2026-09-20T23:30:00Z,8,40:00\n",
            "quiet/notes.txt": "nothing yet",
        },
    )


Listing = dict[Path, tuple[int, int, int]]


def listing(raw: Path) -> Listing:
    return {path: (path.stat().st_size, path.stat().st_mtime_ns, path.stat().st_mode) for path in raw.rglob("*")}


@pytest.fixture(scope="module")
def raw_and_listing(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Listing]:
    """An input folder, and what lay in it before any night."""
    raw = squad(tmp_path_factory.mktemp("twice") / "raw")
    return raw, listing(raw)


@pytest.fixture(scope="module")
def two_nights(raw_and_listing: tuple[Path, Listing]) -> tuple[Night, Night]:
    """One input folder, two warehouses, made at different instants."""
    raw, _ = raw_and_listing
    folder = raw.parent
    with several_threads():
        return night_over(raw, folder / "one", "2026-09-25"), night_over(raw, folder / "two", "2026-09-25")


def everything(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every table but the nights' own, whole and in the order in which it is stored."""
    with database.reader(path) as connection:
        names = connection.execute(
            """
            select schema_name || '.' || table_name from duckdb_tables()
            where table_name not in ('nightly_runs', 'published_status', 'changes', 'changed_since')
            """
        ).fetchall()
        return {
            name: connection.execute(f"from {name}").fetchall() for (name,) in names if name.split(".")[0] in ("marts", "ops")
        }


def pages(site: Path) -> dict[str, bytes]:
    return {str(path.relative_to(site)): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def test_the_same_files_give_the_same_tables(two_nights: tuple[Night, Night]) -> None:
    one, two = (everything(night.warehouse) for night in two_nights)
    assert len(one["marts.runs"]) > 40
    assert one == two


def test_the_same_files_give_byte_equal_pages_but_for_the_two_that_hold_the_clock(two_nights: tuple[Night, Night]) -> None:
    one, two = (pages(night.site.resolve()) for night in two_nights)
    assert one.keys() == two.keys()
    assert {Path(path).name for path in one if one[path] != two[path]} <= {"published.js", "status.json"}
    assert any(path.startswith("athletes/") for path in one)


def test_every_athlete_has_a_status_on_the_as_of_date_also_without_any_file(two_nights: tuple[Night, Night]) -> None:
    rows = two_nights[0].rows(
        "select athlete_id, flag from marts.athlete_status where load_date = date '2026-09-25' order by all"
    )
    assert [row["athlete_id"] for row in rows] == ["ada", "kai", "lone", "quiet"]
    assert [row["flag"] for row in rows if row["athlete_id"] in ("lone", "quiet")] == ["grey", "grey"]


def test_daily_tables_run_from_the_first_activity_to_the_as_of_date_without_a_gap(two_nights: tuple[Night, Night]) -> None:
    rows = two_nights[0].rows(
        "select athlete_id, min(load_date) as first, max(load_date) as last, count(*) as days "
        "from marts.daily_load group by all order by 1"
    )
    # 1 August to 25 September: 31 + 25 days
    span = {"first": FIRST, "last": date(2026, 9, 25), "days": 56}
    assert rows == [{"athlete_id": "ada"} | span, {"athlete_id": "kai"} | span]


def test_a_run_is_dated_by_the_athletes_own_clock(two_nights: tuple[Night, Night]) -> None:
    # 20 September 23:30 UTC is 21 September 11:30 in Auckland (UTC+12 until the 27th).
    assert two_nights[0].value("select run_date from marts.runs where athlete_id = 'kai' and distance_m = 8000") == date(
        2026, 9, 21
    )
    # Noon in Stockholm in August is 10:00 UTC.
    assert (
        two_nights[0].value("select min(started_at)::varchar from marts.runs where athlete_id = 'ada'")
        == "2026-08-01 10:00:00+00"
    )


def test_every_run_and_set_can_be_traced_to_its_file(two_nights: tuple[Night, Night]) -> None:
    for table in ("marts.runs", "marts.strength_sets"):
        lost = f"select count(*) from {table} anti join ops.files using (file_id)"
        assert two_nights[0].value(f"select count(*) from {table}") > 0
        assert two_nights[0].value(lost) == 0, table


def test_nothing_below_the_input_folder_is_changed(
    raw_and_listing: tuple[Path, Listing], two_nights: tuple[Night, Night]
) -> None:
    raw, before = raw_and_listing
    assert len(before) > 5
    assert listing(raw) == before


# ---------------------------------------------------------------- which day is today


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nights without Great Expectations, three times as fast: the guards have tests of their own."""
    monkeypatch.setattr(validation, "run_suites", lambda *_: [])


def test_what_is_dated_after_the_as_of_date_is_loaded_but_takes_no_part(tmp_path: Path, unguarded: None) -> None:
    raw = write_files(
        tmp_path / "raw",
        {
            "ada/runs.csv": runs_csv(FIRST, [5, 6, 7]),
            "ada/strength.csv": strength_csv({FIRST + timedelta(days=2): ["Calf raise"]}),
        },
    )
    night = night_over(raw, tmp_path, "2026-08-02")
    assert night.value("select count(*) from raw.runs") == 3
    assert [row["distance_m"] for row in night.rows("select distance_m from marts.runs order by 1")] == [5000, 6000]
    assert night.value("select count(*) from marts.strength_sets") == 0
    for table in ("daily_load", "load_ratio", "athlete_status", "flags"):
        assert night.value(f"select max(load_date) from marts.{table}") == date(2026, 8, 2), table


def test_latest_is_the_newest_activity_that_is_not_in_the_future(tmp_path: Path, unguarded: None) -> None:
    raw = write_files(
        tmp_path / "raw",
        {
            "ada/runs.csv": runs_csv(FIRST, [5, 6]) + "2099-01-01T12:00,7,35:00\n",
            "ben/strength.csv": strength_csv({FIRST: ["Squat"]}),
        },
    )
    assert night_over(raw, tmp_path, "latest").outcome.as_of == date(2026, 8, 2)


def test_latest_without_any_activity_is_today(tmp_path: Path, unguarded: None) -> None:
    raw = write_files(tmp_path / "raw", {"squad.csv": "athlete_id\nada\n"})
    night = night_over(raw, tmp_path, "latest")
    assert abs((night.outcome.as_of - utc_today()).days) <= 1
    assert night.value("select count(*) from marts.athlete_status") == 1


@pytest.fixture(scope="module")
def three_nights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, list[Outcome]]:
    """Of which two are kept: with a demo.toml, with a day given beside it, and with neither."""
    folder = tmp_path_factory.mktemp("three")
    raw = write_files(folder / "raw", {"ada/runs.csv": runs_csv(FIRST, [5]), "demo.toml": 'as_of = "latest"\n'})
    settings = Settings(raw=raw, warehouse=folder / "warehouse.duckdb", site=folder / "site", workers=1, keep_nights=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validation, "run_suites", lambda *_: [])
        outcomes = [nightly.run_night(settings), nightly.run_night(settings, "2026-08-05")]
        (raw / "demo.toml").unlink()
        outcomes.append(nightly.run_night(settings))
    return settings, outcomes


def test_demo_toml_says_which_day_it_is_while_it_is_there_and_the_command_line_wins(
    three_nights: tuple[Settings, list[Outcome]],
) -> None:
    by_demo, by_hand, by_clock = (outcome.as_of for outcome in three_nights[1])
    assert by_demo == FIRST
    assert by_hand == date(2026, 8, 5)
    assert abs((by_clock - utc_today()).days) <= 1


def test_an_empty_input_folder_is_published_too(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    night = night_over(tmp_path / "raw", tmp_path, "2026-08-05")
    assert (night.outcome.exit_code, night.value("select count(*) from marts.athletes")) == (0, 0)
    assert (night.site / "index.html").is_file()


# ---------------------------------------------------------------- nights that meet, nights that die


def test_a_second_night_is_told_who_runs_the_first(tmp_path: Path) -> None:
    raw = write_files(tmp_path / "raw", {"ada/runs.csv": runs_csv(FIRST, [5])})
    settings = Settings(raw=raw, warehouse=tmp_path / "warehouse.duckdb", site=tmp_path / "site", workers=1)
    with (tmp_path / "warehouse.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write(json.dumps({"pid": 4711, "host": "clubhouse", "since": "2026-08-01T02:30:00+00:00"}))
        lock.flush()
        with pytest.raises(NightIsRunning, match="process 4711 on clubhouse"):
            nightly.run_night(settings)
    assert not (tmp_path / "warehouse.duckdb").exists()


@pytest.fixture
def standing(tmp_path: Path) -> Iterator[Night]:
    """A published night of 40 runs, that a killed one must not harm."""
    raw = write_files(tmp_path / "raw", {"ada/runs.csv": runs_csv(FIRST, [5.0] * 40)})
    yield night_over(raw, tmp_path, "2026-09-25")


def test_a_killed_night_leaves_the_published_state_whole_and_the_next_one_finishes(standing: Night) -> None:
    settings = standing.settings
    sealed, tables, site = standing.warehouse.resolve(), everything(standing.warehouse), pages(standing.site)
    write_files(settings.raw, {f"ben/{number}.csv": runs_csv(FIRST, [number / 10]) for number in range(1, 151)})
    arguments = [
        "nightly",
        "--raw",
        settings.raw,
        "--warehouse",
        settings.warehouse,
        "--site",
        settings.site,
        "--as-of",
        "2026-09-25",
    ]
    work = database.work_path(settings.warehouse)
    child = subprocess.Popen(
        [COMMAND, "--folder", settings.raw.parent, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    end = time.monotonic() + 90
    while not work.exists():  # the files are in the memory and tonight's warehouse is being built
        assert child.poll() is None, "the night ended before it could be killed"
        assert time.monotonic() < end
        time.sleep(0.02)
    os.killpg(child.pid, signal.SIGKILL)  # Prefect's own little server with it
    child.wait()

    assert standing.warehouse.resolve() == sealed
    assert everything(standing.warehouse) == tables
    assert pages(standing.site) == site
    after = Night(settings, nightly.run_night(settings, "2026-09-25"))
    assert after.outcome.exit_code == 0
    assert after.value("select count(*) from marts.runs where athlete_id = 'ben'") > 0
    assert after.value("select count(*) from raw.runs where athlete_id = 'ben'") == 150
    states = after.rows("select state, message from ops.nightly_runs order by night")
    assert [row["state"] for row in states] == ["published", "failed", "published"]
    assert states[1]["message"] == "it was interrupted"
    assert not work.exists()


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("first")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validation, "run_suites", lambda *_: [])
        return night_over(write_files(folder / "raw", {"ada/runs.csv": runs_csv(FIRST, [8])}), folder, "2026-09-25")


@pytest.fixture
def night(first_night: Night, tmp_path: Path, unguarded: None) -> Night:
    """A published night, one's own to go on from."""
    home = shutil.copytree(first_night.settings.raw.parent, tmp_path / "home", symlinks=True)
    settings = Settings(raw=home / "raw", warehouse=home / "warehouse.duckdb", site=home / "site", workers=1)
    return Night(settings, first_night.outcome)


def test_a_night_takes_no_name_that_is_remembered_already(night: Night) -> None:
    now = datetime.now(UTC)
    killed = [(now + timedelta(seconds=second)).strftime("%Y%m%dT%H%M%SZ") for second in range(8)]
    with database.writer(database.memory_path(night.settings.warehouse)) as memory:
        for name in killed:
            memory.execute("insert into raw.nights (night, started_at, state) values (?, ?, 'running')", [name, now])
    after = nightly.run_night(night.settings, "2026-09-25")
    assert after.exit_code == 0
    assert after.night > max(killed)


def test_a_night_that_fails_before_the_first_file_is_remembered_too(night: Night, tmp_path: Path) -> None:
    folder = night.settings.raw.rename(tmp_path / "elsewhere")
    with pytest.raises(ingest.InputEmpty, match="is not there any more"):
        nightly.run_night(night.settings, "2026-09-25")
    folder.rename(night.settings.raw)
    nightly.run_night(night.settings, "2026-09-25")
    states = night.rows("select state, message from ops.nightly_runs order by night")
    assert [row["state"] for row in states] == ["published", "failed", "published"]
    assert "is not there any more" in states[1]["message"]


def test_kept_nights_are_as_many_as_the_settings_say(three_nights: tuple[Settings, list[Outcome]]) -> None:
    settings, outcomes = three_nights
    folder = settings.warehouse.parent
    assert len(list(folder.glob("warehouse-2*.duckdb"))) == 2
    assert len(list(folder.glob("site-2*"))) == 2
    assert settings.warehouse.resolve() == outcomes[-1].warehouse.resolve()


def test_two_warehouses_in_one_folder_do_not_meet(tmp_path: Path, unguarded: None) -> None:
    for name, kilometres in (("club", 5.0), ("school", 6.0)):
        raw = write_files(tmp_path / f"{name}-raw", {"ada/runs.csv": runs_csv(FIRST, [kilometres])})
        settings = Settings(raw=raw, warehouse=tmp_path / f"{name}.duckdb", site=tmp_path / f"{name}-site", workers=1)
        nightly.run_night(settings, "2026-08-05")
    for name, metres in (("club", 5000), ("school", 6000)):
        with database.reader(tmp_path / f"{name}.duckdb") as connection:
            assert connection.execute("select distance_m from marts.runs").fetchall() == [(metres,)]
