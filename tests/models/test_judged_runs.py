"""Runs held against the days before them, from raw rows: floors, unknown days, totals without a track, races, breaks, silence."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from flows.state import database
from tests.lib import any_squads
from tests.lib.any_squads import AS_OF, Tables

EVERY_OTHER_DAY = dict.fromkeys(range(91, 0, -2), 8.0)
TWICE_A_WEEK = tuple(range(85, 0, -3))


# Peak force by the specification, §6: raises 3.0 x share, jumps by the catalogue; the model knows of nothing else.
FORCES = {
    "Single-leg calf raise": 3.0,
    "Standing calf raise": 1.5,
    "Pogo": 4.0,
    "Single-leg march": None,
    "Step Up": None,
    "Hip Thrust": None,
    "Short foot": None,
    "Banded calf raise": None,
    "Bench press": None,
}


def day(days_ago: int) -> date:
    return AS_OF - timedelta(days=days_ago)


class Squad:
    """Raw rows by athlete; runs are known by their totals, at 5 min a kilometre unless said otherwise."""

    def __init__(self) -> None:
        self.tables = Tables()
        self.files = 0

    def runner(
        self,
        athlete_id: str,
        kilometres: Mapping[int, float],
        changes: Mapping[int, Mapping[str, object]] | None = None,
        **about: object,
    ) -> None:
        """Runs by days ago; `changes` of raw.runs by days ago."""
        self.tables.add("athletes", athlete_id=athlete_id, is_in_squad_file=True, timezone="UTC", **about)
        key = {"athlete_id": athlete_id, "file_id": f"{athlete_id}-runs", "source_format": "csv", "parser": "csv"}
        for number, (days_ago, distance_km) in enumerate(sorted(kilometres.items(), reverse=True)):
            row: dict[str, object] = {"summary_distance_m": 1000 * distance_km, "summary_moving_s": 300 * distance_km}
            row |= {"sport_stated": "run", "sport_kind": "run", "started_at": f"{day(days_ago)} 08:00:00+00"}
            row |= (changes or {}).get(days_ago, {})
            self.tables.add("runs", activity_number=number, **key, **row)

    def sets(self, athlete_id: str, days_ago: tuple[int, ...], exercise: str = "Single-leg calf raise") -> None:
        for number, ago in enumerate(days_ago):
            self.tables.add(
                "strength_sets", athlete_id=athlete_id, file_id=f"{athlete_id}-sets", set_row=number, source_format="csv",
                reps=10, rpe=8, is_warmup=False, performed_local=f"{day(ago)} 18:00:00", exercise_name=exercise,
            )  # fmt: skip

    def mark(self, athlete_id: str, kind: str, first: int, last: int) -> None:
        self.tables.add(
            "marks", athlete_id=athlete_id, file_id=f"{athlete_id}-marks", row_number=self.files, kind=kind, from_date=day(first),
            to_date=day(last),
        )  # fmt: skip
        self.files += 1

    def refused(
        self, athlete_id: str, content_format: str, may_be_run: bool, may_be_strength: bool = False, **when: object
    ) -> None:
        """A refused row in a file that arrived ten days ago."""
        self.files += 1
        key = {"athlete_id": athlete_id, "file_id": f"refused-{self.files}"}
        self.tables.add(
            "paths", path=f"{athlete_id}/{self.files}.csv", is_current=True, is_present=True, is_acknowledged=False,
            is_held=False, first_seen=day(10), **key,
        )  # fmt: skip
        self.tables.add(
            "contents",
            format=content_format,
            parser="csv",
            outcome="loaded",
            is_partial=False,
            may_be_run=False,
            may_be_strength=False,
            **key,
        )
        self.tables.add(
            "refused_rows",
            place="row 2",
            reason="no number",
            remedy="Mend it.",
            row_text="x",
            may_be_run=may_be_run,
            may_be_strength=may_be_strength,
            **key,
            **when,
        )

    def refused_file(self, athlete_id: str, may_be_run: bool) -> None:
        """A file of six days ago that could not be read and may be strength work."""
        self.files += 1
        key = {"athlete_id": athlete_id, "file_id": f"refused-{self.files}"}
        self.tables.add(
            "paths", path=f"{athlete_id}/{self.files}.fit", is_current=True, is_present=True, is_acknowledged=False,
            is_held=False, first_seen=day(5), **key,
        )  # fmt: skip
        self.tables.add(
            "contents", outcome="quarantined", is_partial=False, may_be_run=may_be_run, may_be_strength=True,
            activity_date=day(6), **key,
        )  # fmt: skip


def with_last(last_km: float, base: Mapping[int, float], days_ago: int = 0) -> dict[int, float]:
    return {**base, days_ago: last_km}


def short_runs(kilometres: float) -> dict[int, float]:
    return dict.fromkeys(EVERY_OTHER_DAY, kilometres)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[database.Connection]:
    squad = Squad()
    # Distance: 2.4 km runners.
    squad.runner("by_300_m", with_last(2.7, short_runs(2.4)))
    squad.runner("just_5_km", with_last(5.0, short_runs(4.5)))
    squad.runner("just_short_of_5_km", with_last(4.999, short_runs(4.5)))
    squad.runner("by_2_km", with_last(4.4, short_runs(2.4)))
    squad.runner("by_more_than_2_km", with_last(4.401, short_runs(2.4)))
    # Minutes: 20 minutes before.
    squad.runner("half_an_hour", with_last(4, short_runs(4)), {0: {"summary_moving_s": 1800}})
    squad.runner("short_of_half_an_hour", with_last(4, short_runs(4)), {0: {"summary_moving_s": 1799}})

    # A distance of 1.35 with a first hill, by the house rule of moderate jumps and by one of 1.40; minutes stay below their line.
    hilly = {0: {"summary_ascent_m": 200, "summary_moving_s": 2400}}
    for name in ("far_and_high", "far_and_high_by_own_rule"):
        squad.runner(name, with_last(10.8, EVERY_OTHER_DAY), hilly)
    squad.tables.add(
        "rule_overrides", key="spike_moderate_percent", value="140", athlete_id="far_and_high_by_own_rule", row_number=1
    )

    # Three distance spikes within 21 days, and with one of them a day too far back.
    thrice = EVERY_OTHER_DAY | {21: 9.0, 11: 10.0, 1: 11.2}
    squad.runner("third_in_21_days", thrice)
    squad.runner("third_in_22_days", {**EVERY_OTHER_DAY, 22: 9.0, 11: 10.0, 1: 11.2})

    # A pause of more than 30 days whose days are all known, or one of them lost.
    before = {ago: 8.0 for ago in EVERY_OTHER_DAY if ago > 33}
    squad.runner("paused", before | {0: 12.0})
    squad.runner("paused_or_lost", before | {0: 12.0})
    squad.mark("paused_or_lost", "missing", 20, 20)

    # Days marked as missing: the run wins; a refused run makes the day unknown whatever was read.
    squad.runner("ran_on_missing", EVERY_OTHER_DAY)
    squad.mark("ran_on_missing", "missing", 12, 11)
    squad.runner("refused_beside", EVERY_OTHER_DAY)
    squad.refused("refused_beside", "csv", True, activity_date=day(11))
    squad.runner("refused_same_time", EVERY_OTHER_DAY)
    squad.refused("refused_same_time", "csv", True, started_at=f"{day(11)} 08:01:00+00")
    squad.runner("refused_long_ago", EVERY_OTHER_DAY)
    squad.refused("refused_long_ago", "csv", True, activity_date=day(28))

    # Refused strength rows: two in four weeks, one of unknown day and one too old.
    squad.runner("refused_sets", EVERY_OTHER_DAY)
    squad.sets("refused_sets", TWICE_A_WEEK)
    for when in ({"activity_date": day(27)}, {"activity_date": day(28)}, {}, {"started_at": f"{day(1)} 20:00:00+00"}):
        squad.refused("refused_sets", "hevy_csv", False, may_be_strength=True, **when)

    # No calf work for five weeks in a log that goes on, and strength work in four weeks that could not be read.
    for name in ("refused_watch_strength", "refused_watch_file", "refused_strength_file", "refused_run_file"):
        squad.runner(name, EVERY_OTHER_DAY)
        squad.sets(name, tuple(ago for ago in TWICE_A_WEEK if ago >= 35))
        squad.sets(name, tuple(ago for ago in TWICE_A_WEEK if ago < 35), "Squat")
    squad.tables.add(
        "strength_sessions", athlete_id="refused_watch_file", file_id="old-session", activity_number=1, duration_s=1800,
        started_at=f"{day(60)} 18:00:00+00", sets=0,
    )  # fmt: skip
    squad.refused("refused_watch_strength", "fit", False, may_be_strength=True, started_at=f"{day(6)} 18:00:00+00")
    squad.refused_file("refused_watch_file", may_be_run=True)
    squad.refused_file("refused_strength_file", may_be_run=False)
    squad.refused_file("refused_run_file", may_be_run=True)

    # Refused reports: one in four weeks, one too old, one of a day to come and one of no day.
    squad.runner("refused_reports", EVERY_OTHER_DAY)
    for when in ({"activity_date": day(27)}, {"activity_date": day(28)}, {"activity_date": day(-300)}, {}):
        squad.refused("refused_reports", "symptoms_csv", False, **when)

    # Held, and helped: assistance of more than the body mass, with and without an effort; a hold of no hard effort.
    squad.runner("helped", EVERY_OTHER_DAY, body_mass_kg=70.0)
    for number, row in enumerate(
        (
            {"reps": 10, "weight_kg": -80.0},
            {"reps": 10, "weight_kg": -80.0, "rpe": 8},
            {"reps": 10, "weight_kg": -60.0},
            {"hold_s": 30.0, "rpe": 6},
            {"hold_s": 30.0, "rpe": 5},
        )
    ):
        squad.tables.add(
            "strength_sets", athlete_id="helped", file_id="helped-sets", set_row=number, source_format="csv", is_warmup=False,
            performed_local=f"{day(3)} 18:00:00", exercise_name="Single-leg calf raise", **row,
        )  # fmt: skip

    squad.runner("hip_and_calf", EVERY_OTHER_DAY, body_mass_kg=70.0)
    for number, exercise in enumerate(FORCES):
        squad.tables.add(
            "strength_sets", athlete_id="hip_and_calf", file_id="hip-and-calf-sets", set_row=number, source_format="csv", reps=10,
            rpe=8, is_warmup=False, performed_local=f"{day(3)} 18:00:00", exercise_name=exercise, weight_kg=0,
        )  # fmt: skip

    for name, race in (("raced", 5), ("raced_long_ago", 15), ("races_tomorrow", -1)):
        squad.runner(name, with_last(12, EVERY_OTHER_DAY, 4), race_date=day(race))
    squad.runner("ill_and_raced", EVERY_OTHER_DAY, race_date=day(10))
    squad.mark("ill_and_raced", "illness", 50, 31)
    squad.mark("ill_and_raced", "holiday", 27, 20)

    # Coming back after 21 days, 20 days, and 21 of which one is lost.
    for name, pause in (("back_after_21", 21), ("back_after_20", 20), ("back_after_lost", 21)):
        old = {ago: 8.0 for ago in EVERY_OTHER_DAY if ago > 3 + pause}
        last = min(old)
        squad.runner(name, old | {last - pause - 1: 3.0})
    squad.mark("back_after_lost", "missing", 10, 10)
    squad.runner("new_and_back", dict.fromkeys(range(58, 40, -2), 5.0) | {3: 3.0})

    # Load: exactly 1.20 x the four weeks before, just above, and from nothing.
    for name, now in (("risen_by_20", 12.0), ("risen_by_21", 12.1)):
        squad.runner(
            name, {ago: 10.0 if ago >= 28 else now for ago in range(83, -1, -7)} | dict.fromkeys(range(84, 120, 7), 10.0)
        )
    squad.runner("risen_from_nothing", dict.fromkeys(range(100, 57, -3), 5.0) | {5: 4.0, 2: 4.0})

    # Silence.
    squad.runner("runs_stopped", {ago: 8.0 for ago in EVERY_OTHER_DAY if ago >= 15})
    squad.runner("runs_just_stopped", {ago: 8.0 for ago in EVERY_OTHER_DAY if ago >= 13})
    squad.runner("all_stopped", {ago: 8.0 for ago in EVERY_OTHER_DAY if ago >= 15})
    squad.runner("runs_stopped_on_holiday", {ago: 8.0 for ago in EVERY_OTHER_DAY if ago >= 15})
    squad.mark("runs_stopped_on_holiday", "holiday", 3, 2)
    squad.runner("seldom_ran_stopped", dict.fromkeys(range(91, 14, -7), 8.0))
    squad.runner("no_run_for_28", dict.fromkeys(range(91, 27, -7), 8.0))
    for name in ("runs_stopped", "runs_just_stopped", "runs_stopped_on_holiday", "seldom_ran_stopped"):
        squad.sets(name, TWICE_A_WEEK)
    for name, exercise in (("squats_stopped", "Squat"), ("sets_go_on", "Squat")):
        squad.runner(name, EVERY_OTHER_DAY)
        squad.sets(name, tuple(ago for ago in TWICE_A_WEEK if ago >= 14 or name == "sets_go_on"), exercise)

    # What room a week of 24 km leaves: three runs of 8 km; and one of them of 20 km, a spike that counts 8.8 km.
    usual = {ago + 7 * week: 8.0 for ago in (1, 3, 5) for week in range(13)}
    squad.runner("usual_weeks", usual)
    squad.runner("one_long_run", usual | {3: 20.0})
    work = any_squads.build(tmp_path_factory.mktemp("judged"), [squad.tables])
    with database.reader(work) as connection:
        yield connection


def last_spike(work: database.Connection, athlete_id: str, measure: str = "distance_m") -> dict[str, Any]:
    query = "from intermediate.session_spikes where athlete_id = ? and measure = ? order by outing_date desc limit 1"
    [row] = database.rows(work, query, [athlete_id, measure])
    return row


def reason(work: database.Connection, athlete_id: str, code: str, measure: str | None = None) -> dict[str, Any]:
    query = "from marts.flags where athlete_id = ? and code = ? and load_date = ? and coalesce(measure = ?, true)"
    [found] = database.rows(work, query, [athlete_id, code, AS_OF, measure])
    return found


def of_day(work: database.Connection, table: str, athlete_id: str, days_ago: int = 0) -> dict[str, Any]:
    [row] = database.rows(work, f"from {table} where athlete_id = ? and load_date = ?", [athlete_id, day(days_ago)])
    return row


# ---------------------------------------------------------------- floors


@pytest.mark.parametrize(
    ("athlete_id", "state"),
    [
        ("by_300_m", "below_floor"),
        ("just_5_km", "small"),
        ("just_short_of_5_km", "below_floor"),
        ("by_2_km", "below_floor"),
        ("by_more_than_2_km", "moderate"),
    ],
)
def test_distance_counts_from_5_km_or_2_km_more(work: database.Connection, athlete_id: str, state: str) -> None:
    spike = last_spike(work, athlete_id)
    assert (spike["spike_state"], spike["is_spike"]) == (state, state != "below_floor")
    assert spike["spike_ratio"] > 1.1
    assert (
        database.scalar(
            work, "select spike_state from marts.runs where athlete_id = ? order by run_date desc limit 1", [athlete_id]
        )
        == state
    )


def test_a_run_below_the_floor_is_told_with_its_ratio_and_raises_nothing(work: database.Connection) -> None:
    small = reason(work, "by_300_m", "RUN_SESSION_SPIKE_SMALL")
    assert (small["state"], small["value"], small["threshold"]) == ("clear", 2700, 5000)
    assert "+12 % on the longest of the 30 days before, but a rise is judged from 5.0 km" in small["evidence"]


@pytest.mark.parametrize(("athlete_id", "is_spike"), [("half_an_hour", True), ("short_of_half_an_hour", False)])
def test_minutes_count_from_half_an_hour(work: database.Connection, athlete_id: str, is_spike: bool) -> None:
    assert last_spike(work, athlete_id, "moving_s")["is_spike"] is is_spike


@pytest.mark.parametrize(("athlete_id", "is_repeated"), [("third_in_21_days", True), ("third_in_22_days", False)])
def test_the_third_distance_spike_of_21_days_is_told(work: database.Connection, athlete_id: str, is_repeated: bool) -> None:
    spike = last_spike(work, athlete_id)
    assert (spike["spike_state"], spike["is_repeated"]) == ("small", is_repeated)


# ---------------------------------------------------------------- unknown days


def test_a_double_spike_of_distance_begins_with_the_moderate_one(work: database.Connection) -> None:
    parts = {name: last_spike(work, name)["is_above_moderate"] for name in ("far_and_high", "far_and_high_by_own_rule")}
    assert parts == {"far_and_high": True, "far_and_high_by_own_rule": False}
    assert last_spike(work, "far_and_high_by_own_rule")["spike_state"] == "small"


def test_no_baseline_needs_30_known_days(work: database.Connection) -> None:
    assert reason(work, "paused", "RUN_NO_BASELINE_30D")["state"] == "raised"
    lost = reason(work, "paused_or_lost", "RUN_NO_BASELINE_30D")
    assert (lost["state"], lost["value"]) == ("not_assessed", None)
    assert "not every one of those days is known" in lost["not_assessed_because"]


def test_a_run_on_a_day_marked_missing_makes_it_known(work: database.Connection) -> None:
    known = [of_day(work, "marts.daily_load", "ran_on_missing", ago)["is_known"] for ago in (13, 12, 11, 10)]
    assert known == [True, False, True, True]


def test_a_run_on_a_day_marked_missing_is_told(work: database.Connection) -> None:
    told = reason(work, "ran_on_missing", "DATA_MISSING_DAYS")
    assert told["message"] == "data.known_days+data.ran_on_missing"
    assert (json.loads(told["facts"])["ran"], json.loads(told["facts"])["ran_date"]) == (1, str(day(11)))
    assert reason(work, "paused_or_lost", "DATA_MISSING_DAYS")["message"] == "data.known_days"


def test_a_refused_run_makes_its_day_unknown_unless_a_run_of_its_time_was_read(work: database.Connection) -> None:
    assert of_day(work, "marts.daily_load", "refused_beside", 11)["distance_m"] is None
    assert of_day(work, "marts.daily_load", "refused_same_time", 11)["distance_m"] == 8000


def test_refused_runs_are_told_for_28_days(work: database.Connection) -> None:
    refused = reason(work, "refused_beside", "DATA_ROWS_REFUSED", "run_days")
    assert (refused["state"], refused["value"]) == ("raised", 1)
    assert reason(work, "refused_long_ago", "DATA_ROWS_REFUSED", "run_days")["state"] == "clear"


def test_refused_strength_rows_count_for_28_days_and_undated_ones_from_their_arrival(work: database.Connection) -> None:
    refused = reason(work, "refused_sets", "DATA_ROWS_REFUSED", "strength_rows")
    assert (refused["state"], refused["value"]) == ("raised", 3)
    assert "3 entries of strength work" in refused["evidence"]
    query = "select list(value order by load_date) from marts.flags where measure = 'strength_rows' and load_date between ? and ?"
    # Two of their days, then the file of the undated one arrives.
    assert database.scalar(work, query, [day(11), day(10)]) == [2, 3]


def test_refused_reports_are_told_and_lower_confidence(work: database.Connection) -> None:
    refused = reason(work, "refused_reports", "DATA_ROWS_REFUSED", "symptom_rows")
    assert (refused["state"], refused["value"]) == ("raised", 3)
    confidence = of_day(work, "intermediate.confidence_days", "refused_reports")
    assert confidence["confidence"] == "low"
    assert "DATA_ROWS_REFUSED" in confidence["confidence_because"]
    assert reason(work, "refused_sets", "DATA_ROWS_REFUSED", "symptom_rows")["state"] == "clear"


def test_a_hold_counts_whatever_its_effort_and_a_set_of_impossible_assistance_as_any_other(work: database.Connection) -> None:
    rows = database.rows(work, "from intermediate.set_efforts where athlete_id = 'helped' order by set_row")
    assert [row["is_hard_set"] for row in rows] == [True, True, True, True, False]
    assert [row["is_effort_assumed"] for row in rows] == [True, False, True, False, False]


# ---------------------------------------------------------------- races, breaks, rising load


def test_nothing_is_built_from_the_race_day_to_14_days_after_it(work: database.Connection) -> None:
    modes = {name: of_day(work, "intermediate.demand_modes", name)["mode"] for name in ("raced", "raced_long_ago")}
    assert modes == {"raced": "taper", "raced_long_ago": "build"}
    # Between the end of the taper and the 14th day the spike of the run after the race builds nothing.
    assert of_day(work, "intermediate.calendar", "raced_long_ago", 1)["is_after_race"]
    assert of_day(work, "intermediate.demand_modes", "raced_long_ago", 1)["mode"] == "maintain"
    query = "select bool_or(is_spike) from intermediate.session_spikes where athlete_id = 'raced_long_ago' and outing_date = ?"
    assert database.scalar(work, query, [day(4)])


def test_a_race_ahead_is_no_race_yet(work: database.Connection) -> None:
    ahead = of_day(work, "intermediate.calendar", "races_tomorrow")
    assert (ahead["is_race_day"], ahead["is_after_race"], ahead["is_taper"]) == (False, False, True)


def test_the_clock_stands_still_after_a_race_beside_14_days_away_in_60(work: database.Connection) -> None:
    days = {ago: of_day(work, "intermediate.calendar", "ill_and_raced", ago) for ago in range(51, -1, -1)}
    # Twenty days ill, of which the first 14 count; none of the holiday; the race day does not, the ten days after it do.
    assert [ago for ago, row in days.items() if row["is_frozen"]] == [*range(50, 36, -1), *range(9, -1, -1)]
    assert days[0]["frozen_28"] == 10


@pytest.mark.parametrize(
    ("athlete_id", "mode"),
    [("back_after_21", "build"), ("back_after_20", "maintain"), ("back_after_lost", "maintain"), ("new_and_back", "maintain")],
)
def test_coming_back_after_21_known_days_brings_the_limits_of_build_and_not_its_target(
    work: database.Connection, athlete_id: str, mode: str
) -> None:
    today = of_day(work, "intermediate.demand_modes", athlete_id)
    assert (today["mode"], today["is_load_risen"], today["target_sets_week"]) == (mode, False, 2)


@pytest.mark.parametrize(
    ("athlete_id", "is_risen"), [("risen_by_20", False), ("risen_by_21", True), ("risen_from_nothing", True)]
)
def test_load_rises_by_more_than_20_percent_or_from_nothing(work: database.Connection, athlete_id: str, is_risen: bool) -> None:
    assert of_day(work, "intermediate.demand_modes", athlete_id)["is_load_risen"] is is_risen


# ---------------------------------------------------------------- silence


@pytest.mark.parametrize(
    ("athlete_id", "state", "value", "threshold"),
    [
        ("runs_stopped", "raised", 15, 14),
        ("runs_just_stopped", "clear", 13, 14),
        ("all_stopped", "clear", 15, 28),
        ("runs_stopped_on_holiday", "clear", 13, 14),
        ("seldom_ran_stopped", "clear", 21, 28),
        ("no_run_for_28", "raised", 28, 28),
    ],
)
def test_runs_that_stopped_while_strength_goes_on_are_asked_about(
    work: database.Connection, athlete_id: str, state: str, value: float, threshold: float
) -> None:
    silent = reason(work, athlete_id, "DATA_STALE_RUNS")
    assert (silent["state"], silent["value"], silent["threshold"]) == (state, value, threshold)


@pytest.mark.parametrize(
    ("athlete_id", "state"), [("squats_stopped", "raised"), ("sets_go_on", "clear"), ("all_stopped", "not_assessed")]
)
def test_a_strength_log_that_stopped_with_all_in_it_is_asked_about(
    work: database.Connection, athlete_id: str, state: str
) -> None:
    assert reason(work, athlete_id, "DATA_STALE_STRENGTH")["state"] == state


def test_runs_known_by_totals_are_counted(work: database.Connection) -> None:
    totals = reason(work, "usual_weeks", "DATA_RUN_TOTALS")
    assert (totals["state"], totals["value"]) == ("raised", 12)


# ---------------------------------------------------------------- room


def test_the_usual_week_counts_a_spike_up_to_its_own_ceiling(work: database.Connection) -> None:
    usual = of_day(work, "marts.next_week_room", "usual_weeks")
    assert (usual["week_distance_usual_m"], usual["week_distance_ceiling_m"]) == (24_000, 36_000)
    assert (usual["week_moving_usual_s"], usual["week_moving_ceiling_s"]) == (7_200, 10_800)
    # 8 runs of 8 km and one that counts 8.8 km of its 20; its minutes up to 1.30 x 40.
    long = of_day(work, "marts.next_week_room", "one_long_run")
    assert long["week_distance_usual_m"] == pytest.approx((8 * 8000 + 8800) / 3)
    assert long["week_moving_usual_s"] == pytest.approx((8 * 2400 + 1.3 * 2400) / 3)
    assert long["longest_run_ceiling_m"] == 8800


def test_after_three_weeks_without_a_run_the_restart_alone_is_told(work: database.Connection) -> None:
    room = of_day(work, "marts.next_week_room", "no_run_for_28")
    assert (room["week_distance_usual_m"], room["week_distance_ceiling_m"], room["week_moving_ceiling_s"]) == (None, None, None)
    assert (room["longest_run_ceiling_m"], room["binding_rule"]) == (5000, "restart")


def test_only_raises_and_jumps_have_a_peak_force(work: database.Connection) -> None:
    rows = database.rows(work, "select exercise_name, peak_force_bw from marts.strength_sets where athlete_id = 'hip_and_calf'")
    assert {row["exercise_name"]: row["peak_force_bw"] for row in rows} == FORCES


# ---------------------------------------------------------------- refused strength work of any format


@pytest.mark.parametrize(
    ("athlete_id", "entries"),
    [
        ("refused_watch_strength", 1),  # its sport was stated
        ("refused_watch_file", 1),  # a watch's file of unknown sport, where strength work comes from a watch
        ("refused_strength_file", 1),  # strength.csv as a whole
        ("refused_run_file", 0),  # a watch's file of unknown sport, where no strength work does
    ],
)
def test_refused_strength_work_of_any_format_makes_a_lag_one_step_milder(
    work: database.Connection, athlete_id: str, entries: int
) -> None:
    found = reason(work, athlete_id, "DATA_ROWS_REFUSED", "strength_rows")
    assert (found["state"], found["value"]) == ("raised" if entries else "clear", entries)
    level = of_day(work, "marts.athlete_status", athlete_id)["capacity_level"]
    assert level == ("C1" if entries else "C2")
    # A file that may be a run leaves its day unknown in any case.
    assert "DATA_ROWS_REFUSED" in of_day(work, "marts.athlete_status", athlete_id)["confidence_because"]
