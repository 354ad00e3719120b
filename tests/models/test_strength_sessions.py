"""One session of watch and log: whose sets count, whose heart rate, and what is left out, through the models of staging."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pandas as pd
import pytest

from flows.models import layers, seeds
from flows.places import SQL_DIR
from flows.state import database
from tests.models.harness import build_models, with_what_they_read

DAY = datetime(2026, 6, 10, tzinfo=UTC)
ACTIVITIES = ("session_twins", "strength_sets")  # and what they read
RAISE, SQUAT, CURL = "Standing Calf Raise", "Squat", "Biceps Curl"

Rows = list[dict[str, Any]]


def at(clock: str, minutes: float = 0) -> datetime:
    hours, minute = clock.split(":")
    return DAY + timedelta(hours=int(hours), minutes=int(minute) + minutes)


def watch(
    clock: str, minutes: float = 60, sets: Sequence[str] = (), file: str = "watch.fit", kind: str = "fit", bpm: float | None = 110
) -> Mapping[str, Rows]:
    """A recorded session with its sets spread over its time."""
    session = {"file_id": file, "activity_number": 1, "started_at": at(clock), "duration_s": 60 * minutes, "sets": len(sets)}
    times = [at(clock, minutes * (number + 0.5) / len(sets)) for number in range(len(sets))]
    return {"sessions": [session | {"avg_heart_rate_bpm": bpm, "kind": kind}], "sets": sets_of(file, kind, times, sets)}


def log(
    clocks: Sequence[str], sets: Sequence[str], file: str = "strong.csv", kind: str = "strong_csv", minutes: float | None = None
) -> Mapping[str, Rows]:
    """Sets as an app logged them, each at its time, one clock for all of them; some apps tell the length of the session."""
    times = [at(clocks[min(number, len(clocks) - 1)]) for number in range(len(sets))]
    session = {"file_id": file, "activity_number": 1, "started_at": times[0], "sets": len(sets), "kind": kind}
    sessions = [] if minutes is None else [session | {"duration_s": 60 * minutes, "avg_heart_rate_bpm": None}]
    return {"sessions": sessions, "sets": sets_of(file, kind, times, sets)}


def sets_of(file: str, kind: str, times: Sequence[datetime], names: Sequence[str]) -> Rows:
    return [
        {"file_id": file, "set_row": number, "source_format": kind, "performed_at": time, "exercise_name": name}
        for number, (time, name) in enumerate(zip(times, names, strict=True), start=1)
    ]


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[database.Connection]:
    work = tmp_path_factory.mktemp("sessions") / "models.duckdb"
    with database.writer(work) as connection:
        connection.execute("create schema seeds; create schema staging; create schema intermediate")
        connection.execute((SQL_DIR / "raw.sql").read_text(encoding="utf-8"))
        connection.execute("insert into raw.athletes (athlete_id, is_in_squad_file) values ('ada', true)")
    seeds.load_seeds(work, "UTC")
    layers.set_as_of(work, date(2030, 1, 1))
    with database.writer(work) as connection:
        yield connection


def build(connection: database.Connection, *logs: Mapping[str, Rows]) -> Rows:
    """The strength sessions that the logs make, with the files whose sets count."""
    sets = [{"athlete_id": "ada", "is_warmup": False, **row} for log in logs for row in log["sets"]]
    sessions = [{"athlete_id": "ada", **row} for log in logs for row in log["sessions"]]
    contents = {row["file_id"]: {"format": row.get("kind") or row["source_format"]} for row in [*sets, *sessions]}
    said = [
        {"athlete_id": "ada", "file_id": file, "outcome": "loaded", "is_partial": False, **row} for file, row in contents.items()
    ]
    rows = {"strength_sets": sets, "strength_sessions": [{k: v for k, v in row.items() if k != "kind"} for row in sessions]}
    for table, found in {**rows, "contents": said}.items():
        connection.execute(f"delete from raw.{table}")
        if found:
            connection.register("found", pd.DataFrame(found))
            connection.execute(f"insert into raw.{table} by name select * from found")
            connection.unregister("found")
    build_models(connection, with_what_they_read(connection, ACTIVITIES))
    sessions_sql = layers.model_sql("intermediate", "strength_sessions")
    connection.execute(f"create or replace table intermediate.strength_sessions as {sessions_sql}")
    return database.rows(
        connection,
        """
        select
            sessions.*,
            (select list_sort(list(file_id || ' ' || exercise_name)) from activities.strength_sets as sets
            where sets.session_id = sessions.session_id) as counted
        from intermediate.strength_sessions as sessions
        order by started_at
        """,
    )


def left_out(connection: database.Connection) -> list[tuple[str, str, int]]:
    """(kept file, other file, sets not counted twice)."""
    rows = database.rows(connection, "from activities.session_twins order by kept_file_id, file_id")
    return [(row["kept_file_id"], row["file_id"], row["strength_sets"]) for row in rows]


GUESSES = ["Lunge", "Curl", "Plyo"]


@pytest.mark.parametrize(
    "clocks",
    [["18:00"], ["19:00"], ["18:10", "18:30", "18:50"], ["17:30"], ["19:30"]],
    ids=["all at the start", "all at the end", "each at its time", "half an hour before", "half an hour after"],
)
def test_sets_come_from_the_app_and_heart_rate_from_the_watch(connection: database.Connection, clocks: list[str]) -> None:
    (session,) = build(connection, watch("18:00", 60, GUESSES), log(clocks, [RAISE, RAISE, SQUAT]))
    assert session["counted"] == ["strong.csv Squat", "strong.csv Standing Calf Raise", "strong.csv Standing Calf Raise"]
    assert (session["strength_sets"], float(session["duration_s"]), float(session["avg_heart_rate_bpm"])) == (3, 3600, 110)
    assert session["source_formats"] == ["fit", "strong_csv"]
    assert left_out(connection) == [("strong.csv", "watch.fit", 3)]


@pytest.mark.parametrize("clock", ["17:29", "19:31"])
def test_an_app_session_further_off_is_work_of_its_own(connection: database.Connection, clock: str) -> None:
    (session,) = build(connection, watch("18:00", 60, GUESSES), log([clock], [RAISE]))
    assert session["strength_sets"] == 4
    assert left_out(connection) == []


def test_sessions_of_morning_and_evening_stay_two(connection: database.Connection) -> None:
    morning, evening = build(connection, watch("18:00", 60, GUESSES), log(["07:00"], [RAISE]))
    assert (morning["strength_sets"], evening["strength_sets"]) == (1, 3)
    assert (morning["avg_heart_rate_bpm"], float(evening["avg_heart_rate_bpm"])) == (None, 110)


def test_two_watch_sessions_after_one_another_keep_their_sets_and_add_their_time(connection: database.Connection) -> None:
    first, second = watch("18:00", 30, GUESSES, "a.fit", bpm=100), watch("18:35", 10, GUESSES, "b.fit", bpm=140)
    (session,) = build(connection, first, second)
    assert (session["strength_sets"], float(session["duration_s"])) == (6, 2400)
    assert float(session["avg_heart_rate_bpm"]) == pytest.approx((30 * 100 + 10 * 140) / 40)
    assert left_out(connection) == []


def test_a_log_of_the_second_watch_session_says_nothing_of_the_first(connection: database.Connection) -> None:
    first, second = watch("18:00", 30, GUESSES, "a.fit"), watch("18:35", 25, GUESSES, "b.fit")
    (session,) = build(connection, first, second, log(["18:40", "18:45"], [RAISE, RAISE]))
    assert session["strength_sets"] == 5
    assert left_out(connection) == [("strong.csv", "b.fit", 3)]


def test_two_recordings_of_one_session_count_once(connection: database.Connection) -> None:
    (session,) = build(connection, watch("18:00", 60, GUESSES), watch("18:05", 50, (), "export.json", "garmin_json", bpm=None))
    assert (session["strength_sets"], float(session["duration_s"]), float(session["avg_heart_rate_bpm"])) == (3, 3600, 110)
    assert left_out(connection) == [("watch.fit", "export.json", 0)]


def test_recordings_without_any_set_are_one_session_too(connection: database.Connection) -> None:
    (session,) = build(connection, watch("18:00", 60, (), "a.fit"), watch("18:01", 60, (), "b.fit", bpm=None))
    assert (session["strength_sets"], float(session["duration_s"]), float(session["avg_heart_rate_bpm"])) == (0, 3600, 110)
    assert [twin[1:] for twin in left_out(connection)] == [("b.fit", 0)]


@pytest.mark.parametrize(("clock", "sets"), [("18:30", 2), ("19:20", 2), ("19:31", 5)])
def test_a_log_that_tells_its_own_length_adds_none_to_the_watch(connection: database.Connection, clock: str, sets: int) -> None:
    (session,) = build(connection, watch("18:00", 60, GUESSES), log([clock], [RAISE, SQUAT], minutes=55))
    assert (session["strength_sets"], float(session["duration_s"])) == (sets, 3600)


def test_without_a_watch_the_log_tells_the_length(connection: database.Connection) -> None:
    (session,) = build(connection, log(["18:00"], [RAISE, SQUAT], minutes=55))
    assert (float(session["duration_s"]), session["avg_heart_rate_bpm"]) == (3300, None)


def test_a_watch_session_without_sets_lends_its_heart_rate(connection: database.Connection) -> None:
    (session,) = build(connection, watch("18:00", 60), log(["18:05"], [RAISE]))
    assert (session["strength_sets"], float(session["avg_heart_rate_bpm"])) == (1, 110)
    assert left_out(connection) == [("strong.csv", "watch.fit", 0)]


def test_of_two_logs_only_what_both_name_is_left_out(connection: database.Connection) -> None:
    own = log(["18:10"], [RAISE, RAISE], "strength.csv", "csv")
    (session,) = build(connection, own, log(["18:00"], [RAISE, RAISE, CURL]))
    assert session["counted"] == [
        "strength.csv Standing Calf Raise",
        "strength.csv Standing Calf Raise",
        "strong.csv Biceps Curl",
    ]
    assert left_out(connection) == [("strength.csv", "strong.csv", 2)]


def done(log: Mapping[str, Rows], reps: Sequence[int], kg: float = 80) -> Mapping[str, Rows]:
    """The log with repetitions and a weight."""
    return {**log, "sets": [{**row, "reps": number, "weight_kg": kg} for row, number in zip(log["sets"], reps, strict=True)]}


def test_an_exercise_renamed_between_two_exports_of_one_app_counts_once(connection: database.Connection) -> None:
    first, later = log(["18:00"], ["Calf Raise"] * 3, "a.csv"), log(["18:00"], [RAISE, RAISE, RAISE, SQUAT], "b.csv")
    (session,) = build(connection, done(first, [10, 9, 8]), done(later, [10, 9, 8, 5]))
    assert session["strength_sets"] == 4
    assert left_out(connection) == [("b.csv", "a.csv", 3)]


@pytest.mark.parametrize(
    "other",
    [
        done(log(["18:00"], ["Calf Raise"] * 2, "b.csv"), [10, 8]),
        done(log(["18:00"], ["Calf Raise"] * 2, "b.csv"), [10, 9], kg=60),
        done(log(["18:05"], ["Calf Raise"] * 2, "b.csv"), [10, 9]),
        done(log(["18:00"], ["Calf Raise"] * 2, "hevy.csv", "hevy_csv"), [10, 9]),
    ],
    ids=["repetitions", "weight", "time", "app"],
)
def test_sets_that_differ_in_more_than_the_name_are_two(connection: database.Connection, other: Mapping[str, Rows]) -> None:
    (session,) = build(connection, done(log(["18:00"], [RAISE, RAISE], "a.csv"), [10, 9]), other)
    assert session["strength_sets"] >= 3


@pytest.mark.parametrize(
    ("note", "side"),
    [("left leg", "left"), ("R", "right"), ("rechte Seite", "right"), ("jambe gauche", "left"), ("左足", "left"),
     ("left a bit tight", None), ("left and right", None), ("leg", None), ("a", None), ("", None)],
)  # fmt: skip
def test_a_note_that_says_nothing_but_a_side_is_a_side(connection: database.Connection, note: str, side: str | None) -> None:
    one = log(["18:00"], [RAISE])
    build(connection, {**one, "sets": [{**row, "note": note} for row in one["sets"]]})
    assert database.rows(connection, "select side, is_one_leg from activities.strength_sets") == [
        {"side": side, "is_one_leg": side is not None}
    ]


def test_a_later_export_holds_the_earlier_one(connection: database.Connection) -> None:
    early = log(["18:00", "18:05"], [RAISE, SQUAT], "2026-06.csv")
    late = log(["18:00", "18:05", "18:10"], [RAISE, SQUAT, CURL], "2026-07.csv")
    (session,) = build(connection, early, late)
    assert session["strength_sets"] == 3
    assert left_out(connection) == [("2026-07.csv", "2026-06.csv", 2)]


def test_two_sessions_of_one_app_twenty_minutes_apart_in_two_files_are_not_the_same(connection: database.Connection) -> None:
    (session,) = build(connection, log(["18:00"], [RAISE], "a.csv"), log(["18:20"], [RAISE], "b.csv"))
    assert session["strength_sets"] == 2


def test_a_watch_left_on_swallows_no_session_of_the_next_day(connection: database.Connection) -> None:
    sessions = build(connection, watch("07:00", 3000), log(["23:00"], [RAISE]))
    assert [(session["strength_sets"], float(session["duration_s"] or 0)) for session in sessions] == [(0, 4 * 3600), (1, 0)]


def test_the_order_of_files_does_not_matter(connection: database.Connection) -> None:
    logs = [
        watch("18:00", 60, GUESSES),
        watch("18:05", 50, ["Curl"], "export.json", "garmin_json"),
        log(["18:00"], [RAISE, SQUAT]),
        log(["18:10"], [RAISE], "hevy.csv", "hevy_csv"),
    ]
    made = [build(connection, *order) for order in permutations(logs)]
    assert all(one == made[0] for one in made)
    assert made[0][0]["counted"] == ["hevy.csv Standing Calf Raise", "strong.csv Squat"]
