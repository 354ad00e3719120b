"""FIT: what the watch wrote, whole or broken, and a plain word where something is missing."""

from __future__ import annotations

import csv
import re
import struct
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

import fitdecode
import numpy as np
import pytest
from fitdecode.utils import compute_crc
from hypothesis import example, given
from hypothesis import strategies as st

from flows.readers.fit import read_fit
from flows.readers.fit.checksum import checksum
from flows.records import TRACK_COLUMNS, Activity, FileContent, UnreadableFile
from tests.unit.readers.fit_builder import (
    FIT_EPOCH,
    START,
    at,
    compressed_timestamps,
    even_run,
    file_id,
    fit_file,
    message,
    record,
    session,
    steady_records,
    timer,
    with_header_checksum,
)

RUN = fit_file(file_id(), *even_run())


def only(content: FileContent) -> Activity:
    (activity,) = content.activities
    return activity


def epoch(second: float) -> float:
    return at(second).timestamp()


# --- what a whole file says --------------------------------------------------------------------------


def test_the_summary_is_the_sessions_own():
    run = session(
        0,
        100,
        sub_sport="trail",
        total_timer_time=90.5,
        total_distance=301.25,
        total_ascent=12,
        total_descent=7,
        avg_heart_rate=151,
        workout_rpe=40,
    )
    activity = only(read_fit(fit_file(file_id(), *steady_records(0, 100), run)))
    assert (activity.sport, activity.sub_sport, activity.started_at) == ("running", "trail", START)
    assert (activity.distance_m, activity.moving_s, activity.elapsed_s) == (301.25, 90.5, 100)
    assert (activity.ascent_m, activity.descent_m, activity.avg_heart_rate_bpm) == (12, 7, 151)
    assert activity.rpe == 4  # 40 on the watch is 4 of 10


def test_the_track_is_what_each_record_says():
    point = {"position_lat": 2**29, "position_long": -(2**30), "altitude": 411.2, "distance": 7.25}
    activity = only(
        read_fit(
            fit_file(
                file_id(),
                record(0, heart_rate=120),
                record(5, heart_rate=133, cadence=81, fractional_cadence=0.5, speed=2.5, **point),
                session(0, 5),
            )
        )
    )
    track = activity.track
    assert tuple(track.columns) == TRACK_COLUMNS
    assert set(track.dtypes.astype(str)) == {"float64"}
    assert track["time_s"].tolist() == [epoch(0), epoch(5)]
    assert track.loc[1].drop("time_s").tolist() == pytest.approx([45, -90, 411.2, 7.25, 2.5, 133, 81.5])
    assert track.loc[0].drop(["time_s", "heart_rate_bpm"]).isna().all()


@pytest.mark.parametrize(
    ("sport", "written", "steps", "cadence_spm"),
    [
        ("running", 82, 164, 164),  # strides of one foot, one minute
        ("running", 170, None, None),  # steps already: 340 a minute is no runner
        ("walking", 55, 110, 110),
        ("walking", 110, None, None),
        ("cycling", 85, None, None),  # turns of a pedal
    ],
)
def test_strides_become_steps_where_they_are_strides(sport, written, steps, cadence_spm):
    minute = session(0, 60, sport, total_cycles=written, avg_cadence=written)
    activity = only(read_fit(fit_file(file_id(), record(0), record(60), minute)))
    assert (activity.steps, activity.avg_cadence_spm) == (steps, cadence_spm)


def test_a_session_without_distance_has_none():
    assert only(read_fit(fit_file(file_id(), record(0), record(9), session(0, 9)))).distance_m is None


def test_an_unknown_sport_number_is_told_as_it_is():
    assert only(read_fit(fit_file(file_id(), record(0), session(0, 9, sport=199)))).sport == "sport 199"


def test_pauses_are_where_the_timer_stood_still():
    data = fit_file(
        file_id(),
        timer(0, "start"),
        *steady_records(0, 20),
        timer(20, "stop_all"),
        timer(50, "start"),
        *steady_records(50, 12),
        timer(60, "stop_all"),
        session(0, 62),
    )
    before_start, between, after_stop = only(read_fit(data)).pauses
    assert before_start == (epoch(0), epoch(0))
    assert between == (epoch(20), epoch(50))
    assert after_stop == (epoch(60), epoch(62))


def test_without_timer_events_there_are_no_pauses():
    assert only(read_fit(fit_file(file_id(), *steady_records(0, 20), session(0, 20)))).pauses == ()


# --- developer fields --------------------------------------------------------------------------------

STRYD = {0: ("Speed", "M/S"), 1: ("Distance", "Meters"), 2: ("Cadence", "RPM")}


def pod_run(fields: dict[int, tuple[str, str]], **native: float) -> bytes:
    return fit_file(
        file_id(),
        *(record(i, heart_rate=140, developer_fields={0: 2.5, 1: 2.5 * i, 2: 80}, **native) for i in range(5)),
        session(0, 4),
        developer_fields=fields,
    )


def test_a_pods_fields_fill_what_the_watch_lacks():
    track = only(read_fit(pod_run(STRYD))).track
    assert track["speed_mps"].tolist() == [2.5] * 5
    assert track["distance_m"].tolist() == [0, 2.5, 5, 7.5, 10]
    assert track["cadence_per_min"].tolist() == [80] * 5


def test_native_fields_win_over_a_pods():
    track = only(read_fit(pod_run(STRYD, speed=3.5, distance=100.0, cadence=90))).track
    assert track["speed_mps"].tolist() == [3.5] * 5
    assert track["distance_m"].tolist() == [100] * 5
    assert track["cadence_per_min"].tolist() == [90] * 5


def test_a_pods_distance_in_another_unit_is_not_taken_for_metres():
    assert only(read_fit(pod_run({**STRYD, 1: ("Distance", "km")}))).track["distance_m"].isna().all()


def test_a_pods_field_named_exactly_like_a_native_one_does_not_replace_it():
    content = read_fit(pod_run({0: ("speed", "m/s"), 1: ("distance", "m"), 2: ("cadence", "rpm")}, speed=3.5))
    assert only(content).track["speed_mps"].tolist() == [3.5] * 5
    assert only(content).track["distance_m"].tolist() == [0, 2.5, 5, 7.5, 10]
    assert content.parser == "fitdecode"


# --- several activities in one file ------------------------------------------------------------------


def test_each_leg_of_a_multisport_file_gets_its_own_part_of_the_track():
    data = fit_file(
        file_id(),
        timer(0, "start"),
        *steady_records(0, 9, 8.0),
        *steady_records(10, 4, 1.0),
        *steady_records(15, 20, 3.0),
        timer(35, "stop_all"),
        session(0, 10, "cycling", total_distance=80.0),
        session(10, 5, "transition"),
        session(15, 20, "running", total_distance=60.0),
    )
    legs = read_fit(data).activities
    assert [leg.sport for leg in legs] == ["cycling", "transition", "running"]
    assert [leg.started_at for leg in legs] == [at(0), at(10), at(15)]
    assert [len(leg.track) for leg in legs] == [10, 5, 21]
    assert legs[2].track["time_s"].agg(["min", "max"]).tolist() == [epoch(15), epoch(35)]
    assert legs[1].pauses == ((epoch(10), epoch(10)),)  # the timer ran through all of it


def test_a_chained_file_gives_the_activities_of_all_its_parts():
    walk = fit_file(file_id(), *steady_records(500, 30, 1.4), session(500, 30, "walking"))
    first, second = read_fit(RUN + walk).activities
    assert (first.sport, len(first.track)) == ("running", 61)
    assert (second.sport, len(second.track)) == ("walking", 31)


def test_the_same_run_twice_in_a_chain_is_told_twice_each_with_its_own_track():
    first, second = read_fit(RUN + RUN).activities
    assert first.started_at == second.started_at
    assert len(first.track) == len(second.track) == 61


# --- heart rate stored by a strap --------------------------------------------------------------------


def strap(start: int, beats_per_minute: list[int]) -> list[dict]:
    anchor = message(
        "hr",
        timestamp=at(start),
        fractional_timestamp=0.0,
        event_timestamp=[100.0],
        filtered_bpm=beats_per_minute[:1],
    )
    later = [message("hr", event_timestamp=[101.0 + i], filtered_bpm=[bpm]) for i, bpm in enumerate(beats_per_minute)]
    return [anchor, *later]


def test_heart_rate_that_a_strap_stored_is_merged_into_the_track():
    records = [record(i, distance=3.0 * i) for i in range(12)]
    content = read_fit(fit_file(file_id(), *records, session(0, 11), *strap(0, [140] * 14)))
    assert content.parser == "garmin-fit-sdk"
    assert only(content).track["heart_rate_bpm"].dropna().unique().tolist() == [140]
    assert only(content).distance_m is None
    assert only(content).track["distance_m"].iloc[-1] == 33


@pytest.mark.parametrize("header_checksum", [None, 0], ids=["plain", "header checksum 0"])
def test_strap_heart_rate_chained_behind_the_activity_is_merged_too(header_checksum):
    run = fit_file(file_id(), *(record(i, distance=3.0 * i) for i in range(12)), session(0, 11))
    if header_checksum is not None:
        run = with_header_checksum(run, header_checksum)
    chain = run + fit_file(file_id(), *strap(0, [140] * 14))
    assert only(read_fit(chain)).track["heart_rate_bpm"].dropna().unique().tolist() == [140]


# --- strength sets -----------------------------------------------------------------------------------


def lifted(second: float | None, duration: float, set_type: str = "active", **fields: object) -> dict:
    start = {} if second is None else {"start_time": at(second)}
    return message("set", timestamp=at(0), duration=duration, set_type=set_type, **start, **fields)


def strength(*sets: dict) -> tuple:
    leg = session(0, 600, "training", sub_sport="strength_training")
    return only(read_fit(fit_file(file_id(), record(0, heart_rate=90), *sets, leg))).sets


def test_active_sets_are_told_and_rests_left_out():
    seated, standing = strength(
        lifted(10, 30.5, repetitions=12, weight=40.0, category=[1, 65534, 65534], category_subtype=[6, 0, 0]),
        lifted(41, 60, "rest"),
        lifted(101, 25, repetitions=8, weight=0.0, category=[1], category_subtype=[18]),
    )
    assert seated.exercise_name == "seated calf raise"
    assert (seated.fit_category, seated.fit_subtype) == (1, 6)
    assert (seated.set_number, seated.reps, seated.weight_kg, seated.duration_s) == (1, 12, 40, 30.5)
    assert seated.performed_at == at(10)
    assert standing.exercise_name == "standing calf raise"
    assert (standing.set_number, standing.reps, standing.weight_kg) == (2, 8, 0)


def test_a_set_without_start_follows_the_sets_and_rests_before_it():
    first, second = strength(lifted(None, 30), lifted(None, 60, "rest"), lifted(None, 25))
    assert (first.performed_at, second.performed_at) == (at(0), at(90))


@pytest.mark.parametrize(
    ("guess", "name"),
    [
        ({"category": [65534]}, "unknown"),
        ({"category": [1]}, "calf raise"),  # no subtype: the kind is known
        ({}, None),
    ],
)
def test_a_set_is_named_as_far_as_the_watch_knows(guess, name):
    (entry,) = strength(lifted(10, 30, **guess))
    assert entry.exercise_name == name


def test_sets_go_to_the_strength_leg_of_a_multisport_file():
    data = fit_file(
        file_id(),
        *steady_records(0, 9, 8.0),
        session(0, 10, "cycling"),
        session(20, 300, "training", sub_sport="strength_training"),
        lifted(25, 30, repetitions=10),
        lifted(None, 30, repetitions=11),
    )
    ride, gym = read_fit(data).activities
    assert ride.sets == ()
    assert [(entry.reps, entry.performed_at) for entry in gym.sets] == [(10, at(25)), (11, at(55))]


# --- odd but right files -----------------------------------------------------------------------------


def test_a_header_checksum_of_zero_is_no_fault():
    content = read_fit(with_header_checksum(RUN, 0))
    assert content.partly_because is None
    assert (only(content).distance_m, len(only(content).track)) == (180, 61)


def test_compressed_timestamps_are_counted_on():
    track = only(read_fit(compressed_timestamps())).track
    assert track["time_s"].tolist() == [epoch(second) for second in range(41)]
    assert track["heart_rate_bpm"].tolist() == [100 + second for second in range(41)]


def test_zeros_after_the_end_are_padding():
    assert read_fit(RUN + bytes(512)).partly_because is None


@pytest.mark.parametrize("kind", ["monitoring_b", "course", "workout", "settings"])
def test_a_file_that_is_no_activity_holds_nothing(kind):
    content = read_fit(fit_file(file_id(kind), *steady_records(0, 5)))
    assert content.activities == ()
    assert kind.replace("_", " ") in content.nothing_because


def test_an_activity_without_anything_in_it_holds_nothing():
    assert "no session" in read_fit(fit_file(file_id())).nothing_because


# --- broken files ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj",
        bytes(4096),
        b"\x0e\x10\x43\x08\xff\xff\xff\xff.FI",
        b"\xff" * 200_000_000,
    ],
    ids=["empty", "pdf", "zeros", "half a header", "200 MB of garbage"],
)
def test_what_is_no_fit_file_is_refused_at_its_first_byte(data):
    with pytest.raises(UnreadableFile) as refusal:
        read_fit(data)
    assert refusal.value.place == "byte 0"
    assert refusal.value.remedy


def test_a_header_with_a_body_of_zeros_is_refused():
    with pytest.raises(UnreadableFile, match="damaged"):
        read_fit(RUN[:14] + bytes(len(RUN) - 14))


def test_every_cut_file_is_refused_or_taken_with_the_byte_where_it_ends():
    for end in range(1, len(RUN)):
        try:
            content = read_fit(RUN[:end])
        except UnreadableFile as refusal:
            assert refusal.place == "byte 0"
        else:
            assert f"cut off at byte {end}" in content.partly_because
            assert len(only(content).track) <= 61


def test_a_file_cut_before_its_session_is_taken_from_its_track():
    sport = message("sport", sport="running", sub_sport="trail")
    data = fit_file(file_id(), sport, timer(0, "start"), *steady_records(0, 60, heart_rate=150), session(0, 60))
    content = read_fit(data[:-20])
    run = only(content)
    assert (run.sport, run.sub_sport, run.started_at) == ("running", "trail", START)
    assert (run.distance_m, run.moving_s) == (None, None)
    assert run.track["distance_m"].iloc[-1] == 180
    assert "summary of the session is missing" in content.partly_because


def test_a_wrong_checksum_is_said_and_the_run_taken():
    content = read_fit(RUN[:-1] + bytes([RUN[-1] ^ 0xFF]))
    assert only(content).distance_m == 180
    assert f"checksum at byte {len(RUN) - 2}" in content.partly_because


def test_a_recording_that_was_never_closed_is_taken():
    content = read_fit(RUN[:4] + bytes(4) + RUN[8:-2])
    assert len(only(content).track) == 61
    assert "never closed" in content.partly_because


def test_what_precedes_a_damaged_byte_is_taken_but_for_the_message_beside_it():
    parts = [file_id(), session(0, 60, total_distance=180.0), *steady_records(0, 60)]
    ten_points = fit_file(*parts[:12])[:-2]
    whole = fit_file(*parts)
    undefined = b"\x0b\x01\x02\x03"  # a message of local number 11, which nobody defined
    body = whole[14 : len(ten_points)] + undefined + whole[len(ten_points) : -2]
    content = read_fit(whole[:4] + struct.pack("<I", len(body)) + whole[8:14] + body + whole[-2:])
    assert only(content).distance_m == 180
    assert only(content).track["distance_m"].tolist() == [3.0 * i for i in range(9)]
    assert "damaged from byte" in content.partly_because


def test_a_damaged_second_part_does_not_lose_the_first():
    content = read_fit(RUN + RUN[:8] + b".GIT" + RUN[12:])
    assert only(content).distance_m == 180
    assert f"from byte {len(RUN)} on" in content.partly_because


@given(st.lists(st.tuples(st.integers(0, len(RUN) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_no_changed_byte_makes_the_reader_fall_over(changes):
    data = bytearray(RUN)
    for place, byte in changes:
        data[place] = byte
    try:
        content = read_fit(bytes(data))
    except UnreadableFile as refusal:
        assert refusal.reason
    else:
        is_told = content.partly_because or content.nothing_because
        # Of 65,536 damaged files one has the checksum of a whole one.
        assert data == RUN or is_told or compute_crc(bytes(data[:-2])) == int.from_bytes(data[-2:], "little")


# --- real files --------------------------------------------------------------------------------------

# "[running/generic] start 2012-08-18 05:15:44+00:00; dist 28524.95 m; timer 20343.2 s; elapsed 20343.2 s ..."
FACTS = re.compile(
    r"\[(?P<sport>\w+)/(?P<sub_sport>\w+)\] start (?P<start>\S+ \S+); dist (?P<distance>\S+) m; "
    r"timer (?P<timer>\S+) s; elapsed (?P<elapsed>\S+) s; avgHR (?P<heart_rate>\w+)"
)
# The one file that holds more than its manifest line: a ride whose recording was never closed.
NEVER_CLOSED = "fit_broken/sportslib_empty-activities.fit"


def fit_facts(shared_data: Path) -> list[dict[str, str]]:
    with (shared_data / "manifest.csv").open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["kind"].startswith("fit_")]


def number(text: str) -> float | None:
    return None if text == "None" else float(text)


def test_every_real_file_says_what_its_manifest_line_says(shared_data):
    checked = 0
    for row in fit_facts(shared_data):
        content = read_fit((shared_data / row["path"]).read_bytes())
        sessions = list(FACTS.finditer(row["facts"]))
        if not sessions:
            assert content.partly_because or content.nothing_because, row["path"]
            continue
        assert len(content.activities) == len(sessions), row["path"]
        for activity, facts in zip(content.activities, sessions, strict=True):
            checked += 1
            assert activity.sport == facts["sport"], row["path"]
            assert (activity.sub_sport or "None") == facts["sub_sport"], row["path"]
            assert activity.started_at == datetime.fromisoformat(facts["start"]), row["path"]
            assert activity.distance_m == number(facts["distance"]), row["path"]
            assert activity.moving_s == number(facts["timer"]), row["path"]
            assert activity.elapsed_s == number(facts["elapsed"]), row["path"]
            assert activity.avg_heart_rate_bpm == number(facts["heart_rate"]), row["path"]
    assert checked >= 50


def test_real_broken_files_say_why_only_a_part_was_taken(shared_data):
    reasons = {
        path.name: read_fit(path.read_bytes()).partly_because for path in sorted((shared_data / "fit_broken").glob("*.fit"))
    }
    assert {name for name, reason in reasons.items() if reason is None} == {
        "sportslib_27-days-activity.fit",  # whole, only absurd
        "sportslib_inverted-times.fit",
    }
    assert "never closed" in reasons[Path(NEVER_CLOSED).name]
    assert "cut off at byte 768" in reasons["fitparse_activity-unexpected-eof.fit"]
    assert "checksum at byte 769" in reasons["fitparse_activity-filecrc.fit"]
    assert "from byte 771 on" in reasons["fitparse_activity-settings-corruptheader.fit"]


def track_of_another_decoder(path: Path) -> dict[str, np.ndarray]:
    """time, heart rate, distance and altitude of every record, by fitdecode."""
    names = ("timestamp", "heart_rate", "distance", "enhanced_altitude")
    rows = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for frame in fitdecode.FitReader(path.read_bytes()):
            if isinstance(frame, fitdecode.FitDataMessage) and frame.name == "record":
                rows.append([frame.get_value(name, fallback=None) for name in names])
    # fitdecode leaves times of a watch that never learnt the date as seconds of the FIT clock
    times = [row[0].timestamp() if isinstance(row[0], datetime) else row[0] + FIT_EPOCH.timestamp() for row in rows]
    columns = np.array([[np.nan if x is None else x for x in row[1:]] for row in rows], dtype=float).T
    return dict(zip(names, [np.array(times, dtype=float), *columns], strict=True))


@pytest.mark.parametrize(
    "name",
    [
        "fit_run/activitylog2_310xt-run.fit",  # header checksum 0
        "fit_run/fitparse_antfs-dump.63.fit",  # compressed timestamps
        "fit_run/gc_2019-09-07-11-22-19.fit",
        "fit_run/connectstats_activity_2545022458.fit",  # developer fields
        "fit_other/workoutizer_2020-08-28-11-57-10.fit",
    ],
)
def test_real_tracks_agree_with_another_decoder_in_every_record(shared_data, name):
    track = only(read_fit((shared_data / name).read_bytes())).track
    other = track_of_another_decoder(shared_data / name)
    for ours, theirs in {
        "time_s": "timestamp",
        "heart_rate_bpm": "heart_rate",
        "distance_m": "distance",
        "altitude_m": "enhanced_altitude",
    }.items():
        np.testing.assert_allclose(track[ours], other[theirs], atol=1e-6, err_msg=f"{name}: {ours}")


def test_real_strength_sessions_give_their_active_sets(shared_data):
    # "sets 76 (38 active, 38 rest); reps given 38, weight>0 in 14"
    pattern = re.compile(r"\((\d+) active, \d+ rest\); reps given (\d+), weight>0 in (\d+)")
    checked = 0
    for row in fit_facts(shared_data):
        facts = pattern.search(row["facts"])
        if facts is None:
            continue
        checked += 1
        activities = read_fit((shared_data / row["path"]).read_bytes()).activities
        (gym,) = [activity for activity in activities if activity.sub_sport == "strength_training"]
        counts = [
            len(gym.sets),
            sum(entry.reps is not None for entry in gym.sets),
            sum((entry.weight_kg or 0) > 0 for entry in gym.sets),
        ]
        assert counts == [int(count) for count in facts.groups()], row["path"]
        end = gym.started_at + timedelta(seconds=gym.elapsed_s + 1)
        assert all(gym.started_at <= entry.performed_at <= end for entry in gym.sets), row["path"]
    assert checked == 3


def test_a_real_triathlon_gets_the_heart_rate_of_its_strap_in_every_leg(shared_data):
    content = read_fit((shared_data / "fit_run/fitparse_sample_mulitple_header.fit").read_bytes())
    assert content.parser == "garmin-fit-sdk"
    assert all(leg.track["heart_rate_bpm"].notna().mean() > 0.95 for leg in content.activities)


def test_the_clock_of_1989_is_told_as_it_is(shared_data):
    swim = only(read_fit((shared_data / "fit_other/connectstats_activity_217470507.fit").read_bytes()))
    assert swim.started_at == datetime(1989, 12, 31, 0, 8, 5, tzinfo=UTC)


@given(st.binary(min_size=1, max_size=3000))
@example(b"\0")
@example(bytes(range(256)) * 11 + b"\0\0")
def test_the_checksum_is_that_of_another_decoder(data: bytes) -> None:
    assert checksum(data) == compute_crc(data)
