"""The demo squad tells the eight stories it claims to tell, read back with other people's decoders."""

import csv
import gzip
import io
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import fitdecode
import gpxpy
import pytest
from lxml import etree

from flows.demo.squad import write_demo_squad

SHIPPED = Path(__file__).parents[2] / "data" / "raw"
LAST_DAY = date(2026, 11, 15)
TCX = {"t": "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"}


@dataclass(frozen=True)
class Run:
    started_at: datetime  # local
    distance_m: float
    moving_s: float
    fast_steps: float = 0.0

    @property
    def day(self) -> date:
        return self.started_at.date()


@pytest.fixture(scope="module")
def raw(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "raw"
    write_demo_squad(folder)
    return folder


def content(path: Path) -> bytes:
    """zlib versions pack differently, so packed files are compared and read by what is in them."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


@cache
def squad(raw: Path) -> dict[str, dict[str, str]]:
    return {row["athlete_id"]: row for row in rows(raw / "squad.csv")}


def fit_messages(path: Path) -> dict[str, list[dict[str, object]]]:
    messages: dict[str, list[dict[str, object]]] = {}
    with fitdecode.FitReader(io.BytesIO(content(path))) as reader:
        for frame in reader:
            if isinstance(frame, fitdecode.FitDataMessage):
                values = {item.name: item.value for item in frame.fields}
                messages.setdefault(frame.name, []).append(values)
    return messages


def read_run(path: Path, athlete: dict[str, str]) -> Run:
    zone = ZoneInfo(athlete["timezone"])
    if ".fit" in path.suffixes:
        messages = fit_messages(path)
        session = messages["session"][0]
        fast_steps = 0.0
        if athlete["threshold_pace_s_per_km"]:
            fast_mps = 0.95 * 1000 / float(athlete["threshold_pace_s_per_km"])
            for before, after in pairwise(messages["record"]):
                seconds = (after["timestamp"] - before["timestamp"]).total_seconds()
                if after["enhanced_speed"] >= fast_mps:
                    fast_steps += 2 * after["cadence"] * seconds / 60
        start = session["start_time"].astimezone(zone)
        return Run(start, session["total_distance"], session["total_timer_time"], fast_steps)
    if ".gpx" in path.suffixes:
        track = gpxpy.parse(content(path).decode())
        points = list(track.walk(only_points=True))
        # Points are 5 or 10 s apart; a longer gap is a pause.
        gaps_s = [(after.time - before.time).total_seconds() for before, after in pairwise(points)]
        moving_s = sum(gap for gap in gaps_s if gap <= 10)
        return Run(points[0].time.astimezone(zone), track.length_2d(), moving_s)
    lap = etree.fromstring(content(path)).find(".//t:Lap", TCX)
    start = datetime.fromisoformat(lap.get("StartTime")).astimezone(zone)
    distance_m, moving_s = (float(lap.findtext(f"t:{name}", namespaces=TCX)) for name in ("DistanceMeters", "TotalTimeSeconds"))
    return Run(start, distance_m, moving_s)


@cache
def tracked_runs(raw: Path, athlete_id: str, since: date = date(2026, 10, 12)) -> list[Run]:
    """The runs of the last five weeks: 2026-11-12-run.fit and its like."""
    paths = sorted((raw / athlete_id / "runs").glob("2026-*-run.*"))
    recent = [path for path in paths if date.fromisoformat(path.name[:10]) >= since]
    return [read_run(path, squad(raw)[athlete_id]) for path in recent]


def uncoupled_ratio(runs: list[Run], measure: str) -> float:
    """The last 7 days' daily mean over that of the 21 days before."""
    last_week_starts = LAST_DAY - timedelta(days=6)
    acute = sum(getattr(run, measure) for run in runs if run.day >= last_week_starts) / 7
    chronic_days = {last_week_starts - timedelta(days=n) for n in range(1, 22)}
    return acute / (sum(getattr(run, measure) for run in runs if run.day in chronic_days) / 21)


def last_done(raw: Path, athlete_id: str, words: str) -> date:
    """The last day on which an exercise with these words in its name was logged."""
    logged = rows(raw / f"{athlete_id}/strength.csv")
    days = [row["performed_at"][:10] for row in logged if words in row["exercise"].lower()]
    return date.fromisoformat(max(days))


def days_ago(day: date) -> int:
    return (LAST_DAY - day).days


def test_the_shipped_demo_squad_is_what_the_generator_writes(raw):
    if not (SHIPPED / "demo.toml").is_file():
        pytest.skip("data/raw holds somebody's own squad, not the demo")
    shipped = {str(path.relative_to(SHIPPED)): content(path) for path in SHIPPED.rglob("*.*")}
    written = {str(path.relative_to(raw)): content(path) for path in raw.rglob("*.*")}
    assert sorted(written) == sorted(shipped)
    assert [name for name in shipped if shipped[name] != written[name]] == []


def test_packed_files_carry_no_clock(raw):
    # RFC 1952: bytes 4 to 7 of a gzip header are the time of packing, 0 for none.
    assert {path.read_bytes()[4:8] for path in raw.rglob("*.gz")} == {b"\0\0\0\0"}


def test_the_demo_squad_stays_under_eight_megabytes(raw):
    assert sum(path.stat().st_size for path in raw.rglob("*.*")) < 8_000_000


def test_a_folder_with_files_in_it_is_refused_and_left_alone(tmp_path):
    (tmp_path / "squad.csv").write_text("athlete_id\nsomebody real\n")
    with pytest.raises(FileExistsError, match="not empty"):
        write_demo_squad(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["squad.csv"]
    assert (tmp_path / "squad.csv").read_text() == "athlete_id\nsomebody real\n"


def test_every_folder_has_its_row_in_the_squad_file(raw):
    folders = {path.name for path in raw.iterdir() if path.is_dir()}
    assert folders == set(squad(raw))
    assert len(folders) == 8


def test_every_story_ends_on_the_last_day(raw):
    typed = max(row["started_at"][:10] for row in rows(raw / "zoe/runs.csv"))
    tracked = [max(run.day for run in tracked_runs(raw, name)) for name in squad(raw) if name != "zoe"]
    assert {date.fromisoformat(typed), *tracked} == {LAST_DAY}


def test_runs_start_between_five_in_the_morning_and_six_in_the_evening_local_time(raw):
    hours = {run.started_at.hour for name in squad(raw) if name != "zoe" for run in tracked_runs(raw, name)}
    assert min(hours) >= 5
    assert max(hours) <= 18


def test_a_run_the_morning_after_the_clocks_go_back_starts_an_hour_later_in_utc(raw):
    starts = {run.day: run.started_at for run in tracked_runs(raw, "linnea")}
    before, after = starts[date(2026, 10, 24)], starts[date(2026, 10, 25)]
    assert (before.utcoffset(), after.utcoffset()) == (timedelta(hours=2), timedelta(hours=1))
    elapsed = after.astimezone(UTC) - before.astimezone(UTC)
    # Starts wander by a quarter of an hour either way, so 25 h may be 24.5 h, but not 24 h.
    assert timedelta(hours=24, minutes=30) <= elapsed <= timedelta(hours=25, minutes=30)


@pytest.mark.parametrize("name", ["linnea", "keisha", "marta"])
def test_the_session_of_a_fit_run_says_what_its_records_say(raw, name):
    for path in sorted((raw / name / "runs").glob("2026-11-*.fit*")):
        messages = fit_messages(path)
        records, session = messages["record"], messages["session"][0]
        stops = [m["timestamp"] for m in messages["event"] if m["event_type"] == "stop_all"]
        starts = [m["timestamp"] for m in messages["event"] if m["event_type"] == "start"]
        timer_s = sum((stop - start).total_seconds() for start, stop in zip(starts, stops, strict=True))
        assert session["sport"] == "running"
        assert session["start_time"] == records[0]["timestamp"]
        assert session["total_distance"] == pytest.approx(records[-1]["distance"], abs=0.01)
        assert session["total_timer_time"] == timer_s
        assert session["total_strides"] == pytest.approx(session["avg_running_cadence"] * timer_s / 60, rel=0.01)
        # a recreational runner's speed and rhythm
        assert 2.4 < session["enhanced_avg_speed"] < 4.8
        assert 77 < session["avg_running_cadence"] < 93


def test_some_watch_was_paused_on_the_way(raw):
    pauses = [
        path.name
        for path in (raw / "linnea" / "runs").glob("*.fit")
        if len([m for m in fit_messages(path)["event"] if m["event_type"] == "stop_all"]) > 1
    ]
    assert pauses


def test_on_track_runs_as_far_as_ever_and_trains_both_calf_muscles(raw):
    runs = tracked_runs(raw, "linnea")
    assert uncoupled_ratio(runs, "distance_m") == pytest.approx(1, abs=0.05)
    assert uncoupled_ratio(runs, "fast_steps") == pytest.approx(1, abs=0.05)
    assert last_done(raw, "linnea", "standing calf raise") == last_done(raw, "linnea", "bent-knee") == date(2026, 11, 14)


def test_the_long_run_jumps_from_18_to_28_km_three_weeks_after_bent_knee_work_stopped(raw):
    runs = tracked_runs(raw, "tomas")
    longest_before_m = max(run.distance_m for run in runs if run.day < LAST_DAY)
    assert longest_before_m == pytest.approx(18_000, rel=0.02)
    assert runs[-1].distance_m == pytest.approx(28_000, rel=0.02)
    # 62 km against (39 + 39 + 40) / 3
    assert uncoupled_ratio(runs, "distance_m") == pytest.approx(62 / (118 / 3), rel=0.02)
    assert uncoupled_ratio(runs, "moving_s") > 1.5
    assert days_ago(last_done(raw, "tomas", "bent-knee")) == 20
    assert days_ago(last_done(raw, "tomas", "single-leg calf raise")) == 2


def test_interval_spike_nearly_triples_the_fast_steps_in_a_week_of_ordinary_length(raw):
    runs = tracked_runs(raw, "keisha")
    # 42 fast minutes against 15 a week
    assert uncoupled_ratio(runs, "fast_steps") == pytest.approx(42 / 15, rel=0.05)
    assert uncoupled_ratio(runs, "moving_s") < 1.2
    assert days_ago(last_done(raw, "keisha", "standing calf raise")) == 3
    assert days_ago(last_done(raw, "keisha", "bent-knee")) == days_ago(last_done(raw, "keisha", "seated")) == 3


def test_the_interval_runner_logs_in_miles_and_pounds(raw):
    assert "distance_mi" in rows(raw / "keisha/runs.csv")[0]
    assert "weight_lb" in rows(raw / "keisha/strength.csv")[0]
    assert (squad(raw)["keisha"]["units"], squad(raw)["keisha"]["strength_weight_unit"]) == ("mi", "lb")


def test_return_after_a_break_of_four_weeks_without_running_or_calf_work(raw):
    runs = tracked_runs(raw, "jia-wei", date(2026, 9, 28))
    last_before = max(run.day for run in runs if run.day < date(2026, 11, 1))
    first_after = min(run.day for run in runs if run.day > date(2026, 11, 1))
    assert (last_before, first_after) == (date(2026, 10, 11), date(2026, 11, 11))
    assert runs[-1].distance_m == pytest.approx(14_000, rel=0.02)
    assert last_done(raw, "jia-wei", "calf") == date(2026, 10, 8)


def test_the_new_runner_has_nineteen_days_of_history_and_ten_runs(raw):
    runs = tracked_runs(raw, "noah wright", date(2026, 1, 1))
    assert (days_ago(runs[0].day), len(runs)) == (19, 10)


def test_one_gpx_runner_counts_steps_and_the_other_strides(raw):
    def cadences(name: str) -> list[int]:
        path = sorted((raw / name / "runs").glob("*.gpx"))[0]
        return [int(element.text) for element in etree.fromstring(content(path)).iterfind(".//{*}cad")][1:]

    assert 150 < min(cadences("tomas")) < max(cadences("tomas")) < 190
    assert 75 < min(cadences("noah wright")) < max(cadences("noah wright")) < 95


def test_no_strength_log_means_no_strength_file_of_any_kind(raw):
    assert [path.name for path in (raw / "zoe").rglob("*")] == ["runs.csv"]
    assert len(rows(raw / "zoe/runs.csv")) == 64  # four a week for sixteen weeks


def test_straight_knee_only_sets_on_the_watch_never_bend_the_knee(raw):
    calf_sets = Counter()
    for path in (raw / "marta" / "strength").glob("*.fit"):
        for done in fit_messages(path)["set"]:
            if done["set_type"] == "active" and done["category"] == "calf_raise":
                calf_sets[done["category_subtype"]] += 1
    # 15 is single-leg standing, 18 standing; 6, 7, 9 and 10 would be seated or bent.
    # Two sessions a week for sixteen weeks, but for the one without a watch.
    assert calf_sets == {15: 3 * 30, 18: 2 * 30}
    assert max(path.name for path in (raw / "marta" / "strength").iterdir())[:10] == "2026-11-13"


def test_a_lost_watch_an_illness_and_a_holiday_are_marked_and_nobody_ran_in_them(raw):
    marked = {row["athlete_id"]: row for row in rows(raw / "marks.csv")}
    assert {row["kind"] for row in marked.values()} == {"missing", "illness", "holiday"}
    for name, mark in marked.items():
        first, last = mark["from_date"], mark["to_date"]
        run_days = [path.name[:10] for path in (raw / name / "runs").iterdir()]
        assert [day for day in run_days if first <= day <= last] == []
        assert min(run_days) < first < last < max(run_days)


class TestBrokenUploads:
    @pytest.fixture
    def runs(self, raw):
        return raw / "oluwaseun" / "runs"

    def test_one_fit_file_ends_in_the_middle_of_its_records(self, runs):
        records = 0
        with (
            pytest.raises(fitdecode.FitEOFError),
            fitdecode.FitReader(runs / "2026-10-01-run.fit") as reader,
        ):
            for frame in reader:
                records += isinstance(frame, fitdecode.FitDataMessage) and frame.name == "record"
                assert not (isinstance(frame, fitdecode.FitDataMessage) and frame.name == "session")
        assert records > 100

    def test_one_file_is_empty_and_one_is_a_pdf(self, runs):
        assert (runs / "2026-10-15-sync-failed.fit").read_bytes() == b""
        assert (runs / "training-plan.fit").read_bytes().startswith(b"%PDF-")

    def test_the_planned_route_has_places_but_no_times(self, runs):
        points = list(gpxpy.parse((runs / "next-sunday.gpx").read_text()).walk(only_points=True))
        assert len(points) > 50
        assert {point.time for point in points} == {None}

    def test_the_ride_is_a_ride(self, runs):
        session = fit_messages(runs / "2026-11-04-ride.fit")["session"][0]
        assert session["sport"] == "cycling"
        assert session["total_distance"] == pytest.approx(24_000, rel=0.02)

    def test_the_last_run_was_uploaded_twice(self, runs):
        once, twice = runs / "2026-11-15-run.fit", runs / "2026-11-15-run (1).fit"
        assert once.read_bytes() == twice.read_bytes()

    def test_the_typed_log_has_an_impossible_date_and_an_impossible_heart_rate(self, raw):
        typed = rows(raw / "oluwaseun/runs.csv")
        assert [row["started_at"] for row in typed if row["started_at"].startswith("2026-08-32")]
        assert [row["started_at"] for row in typed if row["avg_heart_rate_bpm"] == "900"]
        assert len(typed) == 4 * 3 + 2

    def test_everything_else_is_in_order(self, raw):
        runs = tracked_runs(raw, "oluwaseun")
        assert len({run.day for run in runs}) == 20  # four a week for five weeks
        for muscle in ("calf raise", "soleus"):
            assert days_ago(last_done(raw, "oluwaseun", muscle)) == 2
