"""Lists of activities and single logs in JSON: Garmin Connect, its account export and Health API, Strava, Suunto."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.guard import validation
from flows.intake import ingest
from flows.readers.sniff import read_content
from flows.records import Activity, FileContent, UnreadableFile
from flows.state import database
from tests.lib.squads import tables_over, write_files

RUN = {
    "activityId": 1,
    "activityName": "Tallinn Running",
    "activityType": {"typeKey": "running"},
    "startTimeLocal": "2025-06-08 11:58:49",
    "startTimeGMT": "2025-06-08 08:58:49",
    "distance": 16019.95,
    "duration": 5374.556,
    "elapsedDuration": 5418.504,
    "elevationGain": 59.0,
    "averageHR": 149.0,
    "averageRunningCadenceInStepsPerMinute": 159.6,
    "steps": 14330,
}
GYM = RUN | {
    "activityType": {"typeKey": "strength_training"},
    "summarizedExerciseSets": [
        {"category": "CALF_RAISE", "subCategory": "SEATED_CALF_RAISE", "reps": 38, "volume": 1140000, "duration": 120000,
         "sets": 4, "maxWeight": 40000},
        {"category": "CALF_RAISE", "reps": 10, "volume": 0, "duration": 30000, "sets": 1, "maxWeight": -1},
        {"category": "PLANK", "subCategory": "PLANK", "reps": 0, "volume": 0, "duration": 60000, "sets": 1, "maxWeight": 0},
    ],
}  # fmt: skip
STRAVA = {
    "name": "Morning Run ",
    "type": "Run",
    "start_date": "2019-09-07T07:29:50Z",
    "start_date_local": "2019-09-07T08:29:50Z",
    "distance": 12061.7,
    "moving_time": 3865,
    "elapsed_time": 4458,
    "total_elevation_gain": 131.7,
    "average_cadence": 80.8,
    "average_heartrate": 176.3,
    "gear_id": "g249977",
}


def read(document: Any) -> FileContent:
    return read_content("activities.json", json.dumps(document).encode())


def only(content: FileContent) -> Activity:
    (activity,) = content.activities
    return activity


def real(shared_data: Path, name: str) -> FileContent:
    return read_content(name, (shared_data / "json" / f"{name}.json").read_bytes())


# ---------------------------------------------------------------- Garmin Connect's list


def test_a_run_of_the_list_is_in_metres_and_seconds() -> None:
    run = only(read([RUN]))
    assert (run.sport, run.title, run.started_at) == ("running", "Tallinn Running", datetime(2025, 6, 8, 8, 58, 49, tzinfo=UTC))
    assert (run.distance_m, run.moving_s, run.elapsed_s, run.ascent_m) == (16019.95, 5374.556, 5418.504, 59)
    assert (run.avg_heart_rate_bpm, run.avg_cadence_spm, run.steps) == (149, 159.6, 14330)


def test_an_elapsed_time_in_milliseconds_becomes_seconds() -> None:
    assert only(read({"activityList": [RUN | {"elapsedDuration": 5418504.0}]})).elapsed_s == pytest.approx(5418.504)
    # An hour of pause in a run of ten minutes is still in seconds.
    assert only(read([RUN | {"duration": 600, "elapsedDuration": 4200}])).elapsed_s == 4200


def test_a_summary_of_sets_becomes_its_sets_in_kilograms_and_seconds() -> None:
    gym = only(read([GYM]))
    seated = gym.sets[:4]
    assert [one.reps for one in seated] == [10, 10, 9, 9]
    # 1,140,000 g x repetitions over 38 repetitions
    assert {(one.exercise_name, one.weight_kg, one.duration_s, one.fit_category, one.fit_subtype) for one in seated} == {
        ("seated calf raise", 30, 30, 1, 6)
    }
    assert {one.performed_at for one in gym.sets} == {gym.started_at}
    assert [one.set_number for one in gym.sets] == [1, 2, 3, 4, 5, 6]


def test_a_category_alone_has_no_code_and_no_weight_is_none() -> None:
    bare, plank = only(read([GYM])).sets[4:]
    assert (bare.exercise_name, bare.fit_category, bare.fit_subtype, bare.weight_kg) == ("calf raise", 1, None, None)
    assert (plank.reps, plank.hold_s, plank.duration_s, plank.weight_kg) == (None, None, 60, None)


def test_sets_of_yoga_are_no_strength_work() -> None:
    assert only(read([GYM | {"activityType": {"typeKey": "yoga"}}])).sets == ()


@settings(deadline=None)
@given(reps=st.integers(0, 500), sets=st.integers(1, 30))
def test_the_repetitions_of_a_summary_add_up_to_its_total(reps: int, sets: int) -> None:
    entry = {"category": "SQUAT", "subCategory": "SQUAT", "reps": reps, "volume": 0, "duration": 0, "sets": sets}
    given_out = [one.reps or 0 for one in only(read([GYM | {"summarizedExerciseSets": [entry]}])).sets]
    assert (len(given_out), sum(given_out)) == (sets, reps)
    assert max(given_out) - min(given_out) <= 1


def test_the_account_export_is_in_centimetres_and_milliseconds() -> None:
    # Units as two public readers of such exports state them: distance and elevation cm, durations ms, times ms since 1970.
    item = {
        "activityId": 2, "name": "Evening", "activityType": "trail_running", "startTimeGmt": 1700000000000.0,
        "startTimeLocal": 1700003600000.0, "distance": 1002550.0, "duration": 3600500.0, "elapsedDuration": 3700500.0,
        "elevationGain": 12300.0, "avgHr": 151.0, "avgSpeed": 0.2784,
    }  # fmt: skip
    run = only(read([{"summarizedActivitiesExport": [item]}]))
    assert run.started_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert (run.sport, run.title, run.distance_m, run.moving_s, run.elapsed_s, run.ascent_m, run.avg_heart_rate_bpm) == (
        "trail_running", "Evening", 10025.5, 3600.5, 3700.5, 123, 151,
    )  # fmt: skip
    # The file's own speed, in 10 m/s, is the second opinion.
    assert run.distance_m / run.moving_s == pytest.approx(2.784, abs=0.001)


# ---------------------------------------------------------------- Strava


def test_a_run_of_strava_counts_the_steps_of_one_foot() -> None:
    run = only(read([STRAVA]))
    assert (run.sport, run.title, run.gear) == ("run", "Morning Run", "g249977")
    assert run.started_at == datetime(2019, 9, 7, 7, 29, 50, tzinfo=UTC)
    assert (run.distance_m, run.moving_s, run.elapsed_s, run.ascent_m) == (12061.7, 3865, 4458, 131.7)
    assert (run.avg_heart_rate_bpm, run.avg_cadence_spm) == (176.3, 161.6)


def test_a_moving_time_of_nothing_was_not_measured() -> None:
    assert only(read([STRAVA | {"moving_time": 0}])).moving_s == 4458


@pytest.mark.parametrize(
    ("said", "sport"), [({"sport_type": "TrailRun"}, "trail_run"), ({"type": "WeightTraining"}, "weight_training")]
)
def test_sports_in_one_spelling(said: dict[str, str], sport: str) -> None:
    assert only(read([STRAVA | said])).sport == sport


# ---------------------------------------------------------------- what cannot be read


@pytest.mark.parametrize("cut", [1, 40, 200])
def test_a_list_that_breaks_off_is_refused_with_its_place(cut: int) -> None:
    text = json.dumps([RUN, RUN], indent=1)[:-cut]
    with pytest.raises(UnreadableFile) as refusal:
        read_content("activities.json", text.encode())
    assert refusal.value.place.startswith(f"line {1 + text.count(chr(10))}, column ")
    assert "broken off" in refusal.value.reason


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b'{"a": "\xff"}',
        b'[{"activityId": 7, "steps": NaN}]',
        b'[{"moving_time": 3}]',
    ],
)
def test_what_is_no_list_is_refused_with_a_remedy(data: bytes) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read_content("activities.json", data)
    assert refusal.value.remedy


@pytest.mark.parametrize("document", [[], {}, {"sleep": [1, 2]}, [1, "two", None]])
def test_json_of_something_else_is_left_aside_with_a_reason(document: Any) -> None:
    content = read(document)
    assert content.activities == () and content.nothing_because == "a JSON file without activities that we know"


@pytest.mark.parametrize("data", [b"[" * 200_000 + b"]" * 200_000, b'{"a":' * 50_000 + b"1" + b"}" * 50_000])
def test_json_too_deep_to_be_read_is_refused_in_plain_words(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="lie too deep in one another") as refused:
        read_content("activities.json", data)
    assert "recursion" not in str(refused.value)


def test_streams_without_a_start_are_refused(shared_data: Path) -> None:
    with pytest.raises(UnreadableFile, match="neither its start nor its sport"):
        real(shared_data, "sportslib_3182900697")


def test_an_item_without_a_start_is_refused_and_the_others_are_taken() -> None:
    timeless = {key: value for key, value in RUN.items() if not key.startswith("startTime")}
    content = read([RUN, timeless, "lost", RUN | {"distance": "far", "duration": True, "averageHR": None}])
    assert [row.place for row in content.refused_rows] == ["activity 2", "activity 3"]
    odd = content.activities[1]
    assert (odd.distance_m, odd.moving_s, odd.avg_heart_rate_bpm) == (None, None, None)


# ---------------------------------------------------------------- real files


def test_real_lists_hold_what_the_manifest_counts(shared_data: Path) -> None:
    # "560 activities; 262 runs (218 running+43 trail+1 treadmill), 2,390 km; 134 strength; 19 CALF_RAISE exercise summaries"
    content = real(shared_data, "mcswaggalot_activities-1-560")
    sports = Counter(activity.sport for activity in content.activities)
    runs = [activity for activity in content.activities if activity.sport in ("running", "trail_running", "treadmill_running")]
    assert (len(content.activities), sports["running"], sports["trail_running"], sports["strength_training"]) == (
        560,
        218,
        43,
        134,
    )
    assert sum(run.distance_m or 0 for run in runs) / 1000 == pytest.approx(2390, abs=1)
    assert all((run.elapsed_s or 0) < 100_000 for run in runs)
    calf = [one for activity in content.activities for one in activity.sets if one.fit_category == 1]
    assert {one.fit_subtype for one in calf} == {6, 18, None}
    assert max(one.weight_kg or 0 for one in calf) < 100


def test_lists_of_one_runner_by_garmin_and_by_strava_agree(shared_data: Path) -> None:
    # "56 of 60 match by start minute; distances differ by up to 7 m"; elapsedDuration is in ms in Garmin's
    garmin = {
        a.started_at: a for name in ("0", "20") for a in real(shared_data, f"connectstats_last_modern_search_{name}").activities
    }
    health = {a.started_at: a for a in real(shared_data, "connectstats_last_connectstats_search_0").activities}
    strava = real(shared_data, "connectstats_last_strava_search_0").activities
    pairs = [(garmin[one.started_at], one) for one in strava if one.started_at in garmin]
    assert len(pairs) > 20
    for ours, theirs in pairs:
        assert ours.distance_m == pytest.approx(theirs.distance_m, abs=7.5)
        if theirs.sport == "run":  # of other sports Strava finds the moving time itself
            assert (ours.moving_s, ours.elapsed_s) == (
                pytest.approx(theirs.moving_s, abs=1),
                pytest.approx(theirs.elapsed_s, abs=1),
            )
    both = [(garmin[start], one) for start, one in health.items() if start in garmin]
    assert len(both) == 20
    for listed, summary in both:
        assert (listed.distance_m, listed.steps) == (pytest.approx(summary.distance_m, abs=1), summary.steps)


def test_a_real_log_of_suunto(shared_data: Path) -> None:
    # "Mountain, 2018-03-13T17:57:02+01:00; 10136 m; 3393.18 s; HR in Hz in 2 samples, the rest is R-R"
    run = only(real(shared_data, "sportslib_suunto"))
    assert (run.sport, run.title, run.distance_m, run.elapsed_s) == ("trail_running", "Mountain", 10136, 3393.18)
    assert run.started_at == datetime(2018, 3, 13, 16, 57, 2, 449000, tzinfo=UTC)
    # The header's pauses are those of the events: 156.928 s in all.
    assert sum(end - start for start, end in run.pauses) == pytest.approx(156.928, abs=0.1)
    assert run.moving_s == pytest.approx(3393.18 - 156.928)
    assert run.track is not None and run.track["time_s"].is_monotonic_increasing
    assert run.track["distance_m"].max() == 10136
    assert run.track["altitude_m"].between(537, 726).sum() == run.track["altitude_m"].notna().sum() > 3000
    assert run.track["latitude_deg"].dropna().between(42.9, 43.0).all()
    # Its windows state 2.181 to 3.083 Hz (131 to 185 bpm) and 1.5 Hz of one foot; the two samples of 91 bpm are the start.
    assert 140 < (run.avg_heart_rate_bpm or 0) < 185
    assert run.track["heart_rate_bpm"].isna().all()
    assert 85 < run.track["cadence_per_min"].mean() < 92


def test_a_list_and_a_later_longer_one_count_each_activity_once(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validation, "run_suites", lambda work, suites: [])
    lists = {f"ada/{name}.json": (shared_data / "json" / f"mcswaggalot_{name}.json").read_bytes()
             for name in ("activities-1-560", "activities-1-600")}  # fmt: skip
    first, second = lists.items()
    write_files(tmp_path / "raw", dict([first]))
    ingest.import_files(tmp_path / "raw", database.memory_path(tmp_path / "warehouse.duckdb"), workers=1)
    night = tables_over(write_files(tmp_path / "raw", dict([second])), tmp_path, as_of="2025-06-10")
    assert (night.outcome.files_seen, night.outcome.files_parsed) == (2, 1)
    items = json.loads(second[1])
    assert len(items) == len({item["activityId"] for item in items}) == 600

    def counted(*kinds: str, among: Any = items) -> int:
        return sum(any(kind in item["activityType"]["typeKey"] for kind in kinds) for item in among)

    sports = {row["sport"]: row["n"] for row in night.rows("select sport, count(*) as n from marts.runs group by sport")}
    assert sports == {"run": counted("running", "obstacle_run"), "walk": counted("walking"), "hike": counted("hiking")}
    gyms = [item for item in items if item["activityType"]["typeKey"] == "strength_training"]
    assert night.value("select count(distinct started_at) from raw.strength_sessions") == len(gyms) == 139
    sets = sum(entry["sets"] for item in gyms for entry in item["summarizedExerciseSets"])
    assert night.value("select count(*) from marts.strength_sets") == sets
    # What is counted and what is left out with a reason is the whole list.
    reason = night.value("select reason from ops.files where path = ?", second[0])
    left_out = sum(int(part.split(" times ")[0]) if " times " in part else 1 for part in reason.split("; "))
    # The four multisport activities may hold runs: their days are unknown, and one part of the reason speaks of them all.
    unknown = night.value("select count(*) from ops.unknown_sports where sport_word = 'multi_sport' and path = ?", second[0])
    assert (unknown, sum(sports.values()) + len(gyms) + left_out - 1 + unknown) == (4, 600)
    twice = counted("running", "obstacle_run", "walking", "hiking", among=json.loads(first[1]))
    assert night.value("select count(*) from ops.duplicates where run_id is not null") == twice
