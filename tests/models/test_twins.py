"""Which recordings are one run: every rule just inside and just outside its limit, and the whole against loops in Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.models.twins import Recording, TwinModels, clusters, told, twin_models

ATHLETES = 24
FIT = Recording("07:00:00")
ROW = Recording("07:00:00", kind="strava_csv", name="activities.csv")


Case = tuple[Recording, Recording, bool]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwinModels]:
    with twin_models(tmp_path_factory.mktemp("twins"), ATHLETES) as models:
        yield models


def are_one(models: TwinModels, *recordings: Recording) -> bool:
    """Whether the recordings make one run; what they make must be what the loops make of them."""
    models.build(recordings)
    assert models.runs() == clusters(recordings)
    return len(models.runs()) == 1


def check(models: TwinModels, cases: list[Case]) -> None:
    """Every pair at once, each of another athlete: those that should be one run are, the others are two."""
    pairs = [
        [replace(one, athlete_id=str(number)), replace(other, athlete_id=str(number))]
        for number, (one, other, _) in enumerate(cases)
    ]
    models.build([one for pair in pairs for one in pair])
    runs = models.runs()
    wrong = [case for pair, case in zip(pairs, cases, strict=True) if (frozenset(map(told, pair)) in runs) is not case[2]]
    assert wrong == []
    assert runs == clusters([one for pair in pairs for one in pair])


def test_recordings_are_one_by_their_time(models: TwinModels) -> None:
    cases = [
        # Within 2 minutes and 5 %: 30:00 against 28:30 is 5 %; they share 26:30 of the 30:00, so overlap alone says so as well.
        (FIT, Recording("07:02:00", 28.5, kind="gpx"), True),
        # Of 8 minutes, 120 s later leaves 75 % shared: only start and duration make them one.
        (Recording("07:00:00", 8, 2), Recording("07:02:00", 8, 2, kind="gpx"), True),
        (Recording("07:00:00", 8, 2), Recording("07:02:01", 8, 2, kind="gpx"), False),
        (Recording("07:00:00", 8, 2), Recording("07:02:00", 7.6, 2, kind="gpx"), True),
        (Recording("07:00:00", 8, 2), Recording("07:02:00", 7.59, 2, kind="gpx"), False),
        # Moving times 20 % apart, as apps judge standing differently, but out for as long.
        (Recording("07:00:00", 8, 2), Recording("07:02:00", 6.6, 2, kind="gpx", elapsed_minutes=8), True),
        # More than 80 % of 60:00 is the same time: 48:01, 48:00.
        (Recording("07:00:00", 60, 10), Recording("07:11:59", 60, 10, kind="gpx"), True),
        (Recording("07:00:00", 60, 10), Recording("07:12:00", 60, 10, kind="gpx"), False),
        # The same second, whatever they last and whichever kind they are.
        (FIT, Recording("07:00:00", 20, 5.2, kind="gpx"), True),
        (Recording("07:00:00", 5, 1, name="a"), Recording("07:00:01", 3.9, 1.1, name="b"), False),
        # One lies within the other: a watch that died at 20:00 of 60:00, but for 4:00, but for 4:01 of it.
        (Recording("07:30:00", 20, 3), Recording("07:00:00", 60, 10, kind="gpx"), True),
        (Recording("07:43:59", 20, 3), Recording("07:00:00", 60, 10, kind="gpx"), True),
        (Recording("07:44:00", 20, 3), Recording("07:00:00", 60, 10, kind="gpx"), False),
        # A part cannot be further than the whole, nor be of another sport.
        (Recording("07:30:00", 20, 10.2), Recording("07:00:00", 60, 10, kind="gpx"), True),
        (Recording("07:30:00", 20, 10.3), Recording("07:00:00", 60, 10, kind="gpx"), False),
        (Recording("07:30:00", 20, 3, sport="walking"), Recording("07:00:00", 60, 10, kind="gpx"), False),
        # A watch left on for ten days holds the run that it moved for, not those of ten days.
        (Recording("07:00:00", 60, 10, elapsed_minutes=14400), Recording("07:05:00", 60, 10, kind="gpx"), False),
        (Recording("07:00:00", 60, 10, elapsed_minutes=14400), Recording("07:02:00", 60, 10, kind="gpx"), True),
        (Recording("07:00:00", 60, 10, elapsed_minutes=14400), Recording("09:00:00", 30, 5, kind="gpx"), False),
    ]
    check(models, cases)


def test_one_source_may_have_its_zone_wrong_by_whole_hours(models: TwinModels) -> None:
    watch = replace(FIT, heart_rate=150.0)
    cases = [
        (replace(ROW, at="09:00:00"), True),
        (replace(ROW, at="06:00:00"), True),
        (replace(ROW, at="09:01:00"), True),
        (replace(ROW, at="09:01:01"), False),
        (replace(ROW, at="08:30:00"), False),
        (replace(ROW, at="21:00:00"), True),  # 14 h
        (replace(ROW, at="22:00:00"), False),
        (replace(ROW, at="09:00:00", km=4.9), True),
        (replace(ROW, at="09:00:00", km=4.89), False),
        (replace(ROW, at="09:00:00", minutes=28.5), True),
        (replace(ROW, at="09:00:00", minutes=28.4), False),
        (replace(ROW, at="09:00:00", km=None), False),
        (replace(ROW, at="09:00:00", heart_rate=153.0), True),
        (replace(ROW, at="09:00:00", heart_rate=153.5), False),
        (replace(ROW, at="09:00:00", sport="walking"), False),
        (replace(FIT, at="09:00:00"), False),  # one kind of source does not contradict its own clock
    ]
    check(models, [(watch, other, is_one) for other, is_one in cases])


def test_two_athletes_running_together_are_two_runs(models: TwinModels) -> None:
    together = [FIT, replace(FIT, athlete_id="1"), replace(ROW, at="09:00:00", athlete_id="2")]
    models.build(together)
    assert len(models.runs()) == 3


@pytest.mark.parametrize(
    "recordings",
    [
        [FIT, replace(FIT, at="18:00:00")],
        [Recording("09:00:00", 15, 3), Recording("09:25:00", 40, 10)],  # warm-up, ten minutes, race
        [Recording("09:00:00", 15, 3), Recording("09:25:00", 40, 10, kind="gpx")],
        # Ten times 60 s fast and 60 s easy, saved one by one: each as long as the next, two minutes apart.
        [Recording(f"07:{2 * number:02}:00", 1, 0.3, name=f"rep{number}") for number in range(10)],
        [Recording(f"07:{number:02}:00", 1, 0.3, name=f"rep{number}") for number in range(20)],
        [Recording(f"07:{number:02}:00", 1, 0.3, "csv", name="runs.csv") for number in range(20)],
        # The same loop twice a day, day after day, in one source.
        [replace(FIT, at=at, day=date(2026, 6, day)) for day in range(1, 8) for at in ("07:00:00", "18:00:00")],
    ],
    ids=["two runs of a day", "warm-up and race", "by two watches", "intervals", "back to back", "rows", "commuter"],
)
def test_near_neighbours_stay_apart(models: TwinModels, recordings: list[Recording]) -> None:
    models.build(recordings)
    assert models.runs() == clusters(recordings) == sorted((frozenset([told(one)]) for one in recordings), key=sorted)


def test_a_triple_is_one_run_and_names_the_best_file_for_both_others(models: TwinModels) -> None:
    assert are_one(models, FIT, Recording("07:00:40", kind="gpx"), replace(ROW, at="07:01:30", minutes=29))
    twins = models.rows("select kept_file_id, file_id, why from activities.twins order by file_id")
    assert [(twin["kept_file_id"], twin["file_id"]) for twin in twins] == [
        (FIT.file, "2026-06-10 07:00:40.gpx"),
        (FIT.file, "activities.csv"),
    ]
    assert {twin["why"] for twin in twins} == {"both start within 120 s and last as long"}


def test_a_row_of_neighbours_never_makes_one_long_run(models: TwinModels) -> None:
    # Each shares 90 % of its hour with the next, the first and the last share nothing.
    chain = [Recording(f"{7 + number // 10:02}:{number % 10 * 6:02}:00", 60, 10, "gpx", f"{number:02}") for number in range(12)]
    models.build(chain)
    assert models.runs() == clusters(chain)
    starts = [sorted(int(one.split()[-1]) for one in run) for run in models.runs()]
    assert max(run[-1] - run[0] for run in starts) <= 12 * 60


def test_intervals_saved_one_by_one_and_the_phone_that_ran_all_along_count_once(models: TwinModels) -> None:
    parts = [Recording(f"07:{5 * number:02}:00", 4, 1, name=f"part{number}") for number in range(6)]
    phone = Recording("07:00:00", 29, 6.2, "gpx", name="phone")
    assert are_one(models, *parts, phone)
    (run,) = models.rows("select file_id, distance_m from activities.runs")
    assert (run["file_id"], float(run["distance_m"])) == ("phone", 6200)


def test_a_commuter_with_two_sources_of_which_one_has_the_zone_wrong_runs_twice_a_day(models: TwinModels) -> None:
    days = [date(2026, 6, 1) + timedelta(days=number) for number in range(5)]
    watch = [replace(FIT, at=at, day=day) for day in days for at in ("07:00:00", "17:00:00")]
    export = [replace(ROW, at=at, day=day) for day in days for at in ("09:00:00", "19:00:00")]
    models.build([*watch, *export])
    assert models.runs() == clusters([*watch, *export])
    assert models.runs() == sorted(
        (frozenset([told(one), told(other)]) for one, other in zip(watch, export, strict=True)), key=sorted
    )


def test_a_file_that_the_export_names_is_the_same_whatever_the_clocks_say(models: TwinModels) -> None:
    track = Recording("07:00:00", 31, 5.1, "gpx", name="strava/activities/123.gpx.gz", title=None)
    other = Recording("18:00:00", 20, 4, "gpx", name="strava/activities/9123.gpx.gz")
    row = replace(ROW, at="18:00:00", minutes=20, km=4, linked_file="activities/123.gpx.gz", title="Morning", gear="Shoes")
    models.build([track, other, row])
    assert models.runs() == sorted([frozenset([told(track), told(row)]), frozenset([told(other)])], key=sorted)
    (run,) = models.rows("select * from activities.runs where file_id like '%/123.gpx.gz'")
    assert (run["title"], run["gear"], float(run["distance_m"])) == ("Morning", "Shoes", 5100)
    assert run["started_at"].timestamp() == track.start_s
    (twin,) = models.rows("select why from activities.twins")
    assert twin["why"] == "the table of the export names the other as its file"


def test_a_file_inside_the_zip_is_named_too_and_one_of_another_athlete_is_not(models: TwinModels) -> None:
    row = replace(ROW, at="12:00:00", linked_file="activities/5.fit.gz")
    mine = replace(FIT, name="export.zip!activities/5.fit.gz")
    models.build([row, mine])
    assert len(models.runs()) == 1
    models.build([row, replace(mine, athlete_id="1")])
    assert len(models.runs()) == 2


def test_each_field_comes_from_the_best_recording_that_has_it(models: TwinModels) -> None:
    watch = replace(FIT, km=5.02, steps=5000.0, ascent_m=None)
    phone = Recording("07:00:20", 30, 5.1, "gpx", heart_rate=150.0, ascent_m=44.0)
    row = replace(ROW, km=5.0, heart_rate=140.0, rpe=6.0, title="Easy", gear="Shoes", carried_kg=2.0, note="warm", ascent_m=50.0)
    assert are_one(models, row, phone, watch)
    (run,) = models.rows("select * from activities.runs")
    assert (run["file_id"], run["source_format"]) == (watch.file, "fit")
    assert (float(run["distance_m"]), float(run["moving_s"]), float(run["steps"])) == (5020, 1800, 5000)
    assert (float(run["ascent_m"]), run["avg_heart_rate_bpm"]) == (44, 150)
    assert (run["rpe"], run["title"], run["gear"], run["carried_kg"], run["note"]) == (6, "Easy", "Shoes", 2, "warm")
    given = models.rows("select file_id, gives_bins, gives_heart_rate_bins from activities.run_recordings order by preference")
    assert [(one["file_id"], one["gives_bins"], one["gives_heart_rate_bins"]) for one in given] == [
        (watch.file, True, False),
        (phone.file, False, True),
        (row.file, False, False),
    ]


def test_no_distance_is_taken_that_nobody_runs_in_the_time_of_the_other(models: TwinModels) -> None:
    stopped = replace(FIT, km=None, minutes=2, elapsed_minutes=60)
    row = Recording("07:00:00", 2, 10.0, "garmin_csv", elapsed_minutes=60)
    assert are_one(models, stopped, row)
    (run,) = models.rows("select distance_m, moving_s from activities.runs")
    assert (run["distance_m"], float(run["moving_s"])) == (None, 120)


@pytest.mark.parametrize(
    ("kinds", "metres"), [(["garmin_csv"], 5000), (["garmin_csv", "csv"], 5000), (["garmin_csv", "gpx"], 5100)]
)
def test_bins_come_once_from_one_recording(models: TwinModels, kinds: list[str], metres: float) -> None:
    told_by = {"garmin_csv": ROW.km, "csv": 4.9, "gpx": 5.1}
    assert are_one(models, *(Recording("07:00:00", 30, told_by[kind], kind, heart_rate=150.0) for kind in kinds))
    (speeds,) = models.rows("select count(*) as bins, sum(seconds) as seconds, sum(metres) as metres from activities.run_bins")
    assert (speeds["bins"], float(speeds["seconds"]), float(speeds["metres"])) == (1, 1800, metres)
    (beats,) = models.rows("select count(*) as bins, sum(seconds) as seconds, sum(beats) as beats from activities.run_hr_bins")
    assert (beats["bins"], float(beats["seconds"]), float(beats["beats"])) == (1, 1800, 4500)


def test_the_clock_that_knows_its_offset_wins(models: TwinModels) -> None:
    row = Recording("09:00:10", kind="garmin_csv", name="Activities.csv", is_local=True)
    stated = Recording("07:00:00", kind="strava_csv", name="activities.csv")
    # The row of Garmin's table tells more metres and stands second in line, the other has the better clock.
    assert are_one(models, row, stated)
    (run,) = models.rows("select started_at from activities.runs")
    assert run["started_at"].timestamp() == stated.start_s


def test_the_whole_recording_is_kept_before_the_cut_one(models: TwinModels) -> None:
    cut = replace(FIT, minutes=29.0, km=4.7, is_partial=True)
    assert are_one(models, cut, Recording("07:00:03", kind="tcx"))
    (run,) = models.rows("select file_id, distance_m from activities.runs")
    assert (run["file_id"], float(run["distance_m"])) == ("2026-06-10 07:00:03.tcx", 5000)


recordings = st.builds(
    Recording,
    at=st.one_of(
        st.builds(lambda hour, second: f"{hour:02}:00:{second:02}", st.integers(6, 20), st.sampled_from([0, 7, 30])),
        st.builds(lambda minute, second: f"07:{minute:02}:{second:02}", st.integers(0, 59), st.sampled_from([0, 1, 59])),
    ),
    minutes=st.sampled_from([1, 8, 20, 28.5, 30, 45, 60, 90]),
    km=st.sampled_from([None, 0.3, 2.0, 4.9, 5.0, 5.1, 10.0]),
    kind=st.sampled_from(["fit", "tcx", "gpx", "garmin_json", "strava_csv", "csv"]),
    elapsed_minutes=st.sampled_from([None, None, 95, 2000]),
    heart_rate=st.sampled_from([None, 140.0, 143.0, 150.0]),
    is_partial=st.booleans(),
    is_local=st.booleans(),
    day=st.sampled_from([date(2026, 6, 10), date(2026, 6, 11)]),
)


@st.composite
def logs(draw: st.DrawFn) -> list[Recording]:
    """Recordings of two days, each in a file of its own; some are told twice or at another hour."""
    found = draw(st.lists(recordings, min_size=1, max_size=7))
    again = draw(st.lists(st.sampled_from(found), max_size=4))
    kinds = draw(st.lists(st.sampled_from(["fit", "gpx", "strava_csv"]), min_size=len(again), max_size=len(again)))
    hours = draw(st.lists(st.integers(0, 3), min_size=len(again), max_size=len(again)))
    found += [
        replace(one, kind=kind, at=f"{min(23, int(one.at[:2]) + hour):02}{one.at[2:]}")
        for one, kind, hour in zip(again, kinds, hours, strict=True)
    ]
    return [replace(one, name=f"{number:02}.{one.kind}") for number, one in enumerate(found)]


def test_a_recording_joins_only_a_better_one(models: TwinModels) -> None:
    day = date(2026, 6, 11)
    recordings = [
        Recording("07:00:07", 60, 4.9, name="watch.fit", day=day),
        Recording("07:00:07", 60, 4.9, "strava_csv", name="a.csv", day=day),
        Recording("08:00:07", 60, 4.9, "gpx", name="phone.gpx", day=day),
        # A part of the next one, and so never its main one, although it starts nearer to it than the phone.
        Recording("07:49:00", 45, 4.9, "gpx", name="part.gpx", day=day, heart_rate=150),
        Recording("07:51:00", 60, 4.9, "strava_csv", name="b.csv", day=day, heart_rate=143, is_partial=True),
    ]
    models.build(recordings)
    assert models.runs() == clusters(recordings)
    assert any({told(recordings[2]), told(recordings[4])} <= run for run in models.runs())


# The same logs each time, many to a build: a build takes its time, however little it is about.
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(squad=st.lists(logs(), min_size=1, max_size=ATHLETES), data=st.data())
def test_sql_agrees_with_loops_and_no_metre_is_counted_twice(
    models: TwinModels, squad: list[list[Recording]], data: st.DataObject
) -> None:
    log = [replace(one, athlete_id=str(number)) for number, log in enumerate(squad) for one in log]
    models.build(log)
    found = models.runs()
    assert found == clusters(log)
    runs = models.rows("from activities.runs order by athlete_id, run_id")
    assert len({run["run_id"] for run in runs}) == len(runs) == len(found)
    metres = {told(one): one.metres for one in log}
    counted = sum(float(run["distance_m"] or 0) for run in runs)
    assert counted <= sum(metres.values()) + 1e-6
    assert counted <= sum(max(metres[one] for one in run) for run in found) + 1e-6

    models.build(data.draw(st.permutations(log)))
    assert models.rows("from activities.runs order by athlete_id, run_id") == runs
