"""On which local day a run lies: time zones, nights in which the clocks change, times with and without an offset."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.lib.squads import Night, tables_over, write_files

SQUAD = """\
athlete_id,timezone
los_angeles,America/Los_Angeles
sydney,Australia/Sydney
stockholm,Europe/Stockholm
kathmandu,Asia/Kathmandu
house,
"""
HEADER = "started_at,distance_km,moving_time,note\n"
RUNS = {
    # 23:30 in Los Angeles is half past six in the morning of the next day in UTC, and 17:30 in Sydney.
    "los_angeles": """\
2026-06-10T23:30,5,25:00,late local
2026-06-12T06:30:00Z,5,25:00,late UTC
2026-06-14T08:30:00+02:00,5,25:00,late elsewhere
""",
    # 06:00 in Sydney is 20:00 of the day before in UTC.
    "sydney": """\
2026-06-11T06:00,5,25:00,early local
2026-06-12T20:00:00Z,5,25:00,early UTC
""",
    # On 2026-03-29 the clock goes from 02:00 to 03:00, on 2026-10-25 from 03:00 back to 02:00.
    "stockholm": """\
2026-03-29T00:30,5,25:00,spring before
2026-03-29T02:30,5,25:00,spring in the missing hour
2026-03-29T23:30,5,25:00,spring late
2026-10-25T00:30,5,25:00,autumn before
2026-10-25T02:30,5,25:00,autumn in the doubled hour
2026-10-25T23:30,5,25:00,autumn late
2026-10-24T22:30:00Z,5,25:00,autumn before as UTC
2026-11-03T00:15:00+01:00,5,25:00,aware
2026-11-05T00:15,5,25:00,naive
""",
    "kathmandu": "2026-06-11T00:10,5,25:00,five hours and three quarters ahead\n",
    "house": "2026-06-11T23:59,5,25:00,house time\n",
}


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("local_dates")
    files = {"squad.csv": SQUAD} | {f"{name}/runs.csv": HEADER + rows for name, rows in RUNS.items()}
    return tables_over(write_files(folder / "raw", files), folder, as_of="2026-11-08")


def placed(night: Night, athlete_id: str) -> dict[str, tuple[date, datetime]]:
    rows = night.rows("select note, run_date, started_at from marts.runs where athlete_id = ?", athlete_id)
    return {row["note"]: (row["run_date"], row["started_at"].astimezone(UTC)) for row in rows}


def test_a_late_run_in_los_angeles_belongs_to_the_day_its_runner_ended(night: Night) -> None:
    assert placed(night, "los_angeles") == {
        "late local": (date(2026, 6, 10), datetime(2026, 6, 11, 6, 30, tzinfo=UTC)),
        "late UTC": (date(2026, 6, 11), datetime(2026, 6, 12, 6, 30, tzinfo=UTC)),
        "late elsewhere": (date(2026, 6, 13), datetime(2026, 6, 14, 6, 30, tzinfo=UTC)),
    }


def test_an_early_run_in_sydney_belongs_to_the_day_its_runner_began(night: Night) -> None:
    assert placed(night, "sydney") == {
        "early local": (date(2026, 6, 11), datetime(2026, 6, 10, 20, 0, tzinfo=UTC)),
        "early UTC": (date(2026, 6, 13), datetime(2026, 6, 12, 20, 0, tzinfo=UTC)),
    }


def test_a_zone_off_the_full_hour(night: Night) -> None:
    assert placed(night, "kathmandu") == {
        "five hours and three quarters ahead": (date(2026, 6, 11), datetime(2026, 6, 10, 18, 25, tzinfo=UTC))
    }


def test_without_a_time_zone_the_house_one_holds(night: Night) -> None:
    assert placed(night, "house") == {"house time": (date(2026, 6, 11), datetime(2026, 6, 11, 23, 59, tzinfo=UTC))}


@pytest.mark.parametrize(
    ("note", "started_at"),
    [
        ("spring before", datetime(2026, 3, 28, 23, 30, tzinfo=UTC)),
        ("spring late", datetime(2026, 3, 29, 21, 30, tzinfo=UTC)),
        ("autumn before", datetime(2026, 10, 24, 22, 30, tzinfo=UTC)),
        ("autumn late", datetime(2026, 10, 25, 22, 30, tzinfo=UTC)),
    ],
)
def test_a_night_in_which_the_clock_changes_moves_no_run_off_its_day(night: Night, note: str, started_at: datetime) -> None:
    run_date, got = placed(night, "stockholm")[note]
    assert run_date == (date(2026, 3, 29) if note.startswith("spring") else date(2026, 10, 25))
    assert got == started_at


def test_a_time_that_the_clock_skips_or_shows_twice_stays_on_its_day(night: Night) -> None:
    of_stockholm = placed(night, "stockholm")
    # 02:30 did not exist in spring: an hour on either side of it is as good. In autumn it was 00:30 or 01:30 UTC.
    spring_date, spring = of_stockholm["spring in the missing hour"]
    autumn_date, autumn = of_stockholm["autumn in the doubled hour"]
    assert (spring_date, autumn_date) == (date(2026, 3, 29), date(2026, 10, 25))
    assert spring in {datetime(2026, 3, 29, hour, 30, tzinfo=UTC) for hour in (0, 1)}
    assert autumn in {datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)}


def test_a_time_without_an_offset_means_the_same_as_one_with_the_local_offset(night: Night) -> None:
    of_stockholm = placed(night, "stockholm")
    assert of_stockholm["aware"] == (date(2026, 11, 3), datetime(2026, 11, 2, 23, 15, tzinfo=UTC))
    assert of_stockholm["naive"] == (date(2026, 11, 5), datetime(2026, 11, 4, 23, 15, tzinfo=UTC))


def test_the_same_start_said_both_ways_is_one_run(night: Night) -> None:
    of_stockholm = placed(night, "stockholm")
    assert ("autumn before" in of_stockholm) != ("autumn before as UTC" in of_stockholm)


def test_no_day_is_lost_or_doubled_where_the_clock_changes(night: Night) -> None:
    days = night.rows(
        "select load_date, runs from marts.daily_load where athlete_id = 'stockholm' and load_date < '2026-10-27' order by 1"
    )
    assert len(days) == (date(2026, 10, 26) - date(2026, 3, 29)).days + 1
    assert {day["load_date"]: day["runs"] for day in days if day["runs"]} == {date(2026, 3, 29): 3, date(2026, 10, 25): 3}
