"""One quantity told twice: which of distance, speed, positions and total is believed, from the file to the run."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.guard import validation
from flows.intake import ingest
from flows.intake.run_summary import summarise
from flows.models import layers, seeds
from flows.readers.fit import read_fit
from flows.readers.gpx import read_gpx
from flows.records import TRACK_COLUMNS, Activity
from flows.state import database
from tests.lib.squads import write_files
from tests.unit.readers.fit_builder import Message, at, file_id, fit_file, record, session

# Every track runs for 20 minutes towards the north at 3 m/s, which is 3.6 km, and says so in its own wrong way.
SECONDS, SPEED_MPS, TOTAL_M = 1200, 3.0, 3600.0
DEGREE_M = 2 * math.pi * 6_371_008.8 / 360
SEMICIRCLES = 2**31 / 180


@dataclass(frozen=True)
class Case:
    path: str
    content: str | bytes
    notes: tuple[str, ...] = ()
    distance_m: float = TOTAL_M
    quality: str = "B"


# --- files ----------------------------------------------------------------------------------------------


def latitude(metres: float) -> float:
    return 10 + metres / DEGREE_M


def gpx(speed: float, every_s: int = 1) -> str:
    points = "".join(
        f'<trkpt lat="{latitude(SPEED_MPS * second):.8f}" lon="20"><time>{at(second):%Y-%m-%dT%H:%M:%SZ}</time>'
        f"<extensions><speed>{speed}</speed></extensions></trkpt>"
        for second in range(0, SECONDS + 1, every_s)
    )
    return f'<gpx version="1.1"><trk><type>running</type><trkseg>{points}</trkseg></trk></gpx>'


@dataclass(frozen=True)
class Lap:
    """What a lap says of itself, and which of the seconds lie in it."""

    seconds: range
    distance_m: float
    time_s: float


def tcx(laps: Sequence[Lap], distance: Callable[[int, int], float | None], has_place: bool = True) -> str:
    """`distance` tells from the lap's number and the second what the point says."""

    def point(lap: int, second: int) -> str:
        place = f"<Position><LatitudeDegrees>{latitude(SPEED_MPS * second):.8f}</LatitudeDegrees>"
        place += "<LongitudeDegrees>20</LongitudeDegrees></Position>"
        told = distance(lap, second)
        counted = "" if told is None else f"<DistanceMeters>{told:.5f}</DistanceMeters>"
        time = f"<Time>{at(second):%Y-%m-%dT%H:%M:%SZ}</Time>"
        return f"<Trackpoint>{time}{place if has_place else ''}{counted}</Trackpoint>"

    told = "".join(
        f'<Lap StartTime="{at(lap.seconds.start):%Y-%m-%dT%H:%M:%SZ}"><TotalTimeSeconds>{lap.time_s}</TotalTimeSeconds>'
        f"<DistanceMeters>{lap.distance_m}</DistanceMeters><Track>{''.join(point(number, second) for second in lap.seconds)}"
        "</Track></Lap>"
        for number, lap in enumerate(laps)
    )
    return (
        f'<TrainingCenterDatabase><Activities><Activity Sport="Running"><Id>{at(0):%Y-%m-%dT%H:%M:%SZ}</Id>{told}'
        "</Activity></Activities></TrainingCenterDatabase>"
    )


WHOLE = Lap(range(0, SECONDS + 1, 10), TOTAL_M, SECONDS)
THIRDS = tuple(Lap(range(start, start + 401, 10), TOTAL_M / 3, SECONDS / 3) for start in (0, 400, 800))


def summed(_: int, second: int) -> float:
    return SPEED_MPS * second


def step(_: int, second: int) -> float:
    """Every other ten seconds one metre longer."""
    return 0 if not second else 30.5 if second % 20 else 29.5


def fit(*records: Message, sport: str = "running", **fields: Any) -> bytes:
    return fit_file(file_id(), *records, session(0, SECONDS, sport, **fields))


def seconds_of(**tells: Callable[[int], Any]) -> list[Message]:
    return [record(second, **{name: tell(second) for name, tell in tells.items()}) for second in range(SECONDS + 1)]


def place(speed_mps: float) -> dict[str, Callable[[int], int]]:
    return {
        "position_lat": lambda second: round(latitude(speed_mps * second) * SEMICIRCLES),
        "position_long": lambda _: round(20 * SEMICIRCLES),
    }


def packed(second: int) -> list[int]:
    """compressed_speed_distance by the FIT profile: 12 bits of speed in cm/s, 12 bits of distance in 1/16 m, low bits first."""
    speed, distance = round(100 * SPEED_MPS), round(16 * SPEED_MPS * second) & 0xFFF
    return [speed & 0xFF, speed >> 8 | (distance & 0xF) << 4, distance >> 4]


TREADMILL = {"sub_sport": "treadmill"}
COUNTED = seconds_of(distance=lambda second: SPEED_MPS * second, speed=lambda _: SPEED_MPS, cadence=lambda _: 82)
CASES = [
    Case("plain/a.gpx", gpx(SPEED_MPS)),
    Case("plain-fit/a.fit", fit(*COUNTED, total_distance=TOTAL_M), quality="A"),
    Case("speed-kmh/a.gpx", gpx(3.6 * SPEED_MPS), ("speed_in_other_unit",)),
    Case("speed-mph/a.gpx", gpx(SPEED_MPS / 0.44704), ("speed_in_other_unit",)),
    Case("speed-zero/a.gpx", gpx(0), ("speed_always_zero",)),
    Case("speed-half/a.gpx", gpx(SPEED_MPS / 2, every_s=5), ("speed_against_positions",)),
    Case(
        "speed-zero-fit/a.fit",
        fit(*seconds_of(speed=lambda _: 0.0, **place(SPEED_MPS))),
        ("speed_always_zero",),
    ),
    Case("plain-tcx/a.tcx", tcx(THIRDS, summed)),
    Case("distance-km/a.tcx", tcx([WHOLE], lambda _, second: summed(_, second) / 1000), ("distance_in_other_unit",)),
    Case("distance-miles/a.tcx", tcx([WHOLE], lambda _, second: summed(_, second) / 1609.344), ("distance_in_other_unit",)),
    Case("distance-feet/a.tcx", tcx([WHOLE], lambda _, second: summed(_, second) / 0.3048), ("distance_in_other_unit",)),
    Case("distance-yards/a.tcx", tcx([WHOLE], lambda _, second: summed(_, second) / 0.9144), ("distance_in_other_unit",)),
    Case(
        "distance-km-indoors/a.fit",
        fit(*seconds_of(distance=lambda second: SPEED_MPS * second / 1000), total_distance=TOTAL_M, **TREADMILL),
        ("distance_in_other_unit",),
    ),
    Case("steps/a.tcx", tcx([WHOLE], step), ("distance_of_each_step",)),
    Case("even-steps/a.tcx", tcx([WHOLE], lambda _, second: 30 if second else 0), ("distance_of_each_step",)),
    Case(
        "steps-km/a.tcx",
        tcx([WHOLE], lambda _, second: step(_, second) / 1000),
        ("distance_in_other_unit", "distance_of_each_step"),
    ),
    Case(
        "laps-restart/a.tcx",
        tcx(THIRDS, lambda lap, second: SPEED_MPS * (second - 400 * lap), has_place=False),
        ("distance_restarted",),
    ),
    Case(
        "laps-counted-up/a.tcx",
        tcx([replace(lap, distance_m=1200 * (number + 1)) for number, lap in enumerate(THIRDS)], summed),
        ("total_above_track",),
    ),
    Case("laps-doubled/a.tcx", tcx([lap for lap in THIRDS for _ in range(2)], summed), ("total_above_track",)),
    Case("total-km/a.tcx", tcx([replace(WHOLE, distance_m=3.6)], summed), ("total_below_track",)),
    Case("total-feet/a.tcx", tcx([replace(WHOLE, distance_m=11811)], summed), ("total_above_track",)),
    Case(
        "lap-negative/a.tcx",
        tcx([replace(THIRDS[0], distance_m=-296816.0), *THIRDS[1:]], summed),
        ("lap_distance_dropped",),
    ),
    # Nothing was written for the second third: there is room for the total.
    Case("gap/a.tcx", tcx([THIRDS[0], replace(THIRDS[2], distance_m=2400, time_s=800)], lambda *_: None)),
    Case("packed/a.fit", fit(*seconds_of(compressed_speed_distance=packed, cadence=lambda _: 82)), quality="A"),
    Case("corrected-down/a.fit", fit(*COUNTED, total_distance=2700, **TREADMILL), ("treadmill_scaled",), 2700),
    Case("corrected-up/a.fit", fit(*COUNTED, total_distance=4500, **TREADMILL), ("treadmill_scaled",), 4500),
    Case("corrected-indoors/a.fit", fit(*COUNTED, total_distance=2700, sub_sport="indoor_running"), ("treadmill_scaled",), 2700),
    Case("treadmill-without-total/a.fit", fit(*COUNTED, total_distance=0, **TREADMILL), quality="A"),
    Case(
        "virtual/a.fit",
        fit(*seconds_of(speed=lambda _: SPEED_MPS, cadence=lambda _: 82, **place(4.5)), sub_sport="virtual_activity"),
        quality="A",
    ),
    Case(
        "wrong-positions/a.fit",
        fit(*seconds_of(distance=lambda second: SPEED_MPS * second, **place(4.5)), total_distance=TOTAL_M),
        ("positions_not_believed",),
    ),
    Case(
        "wrong-distance/a.fit",
        fit(*seconds_of(distance=lambda second: 4.5 * second, **place(SPEED_MPS))),
        ("distance_against_positions",),
    ),
    Case(
        "standing-positions/a.fit",
        fit(*seconds_of(distance=lambda second: SPEED_MPS * second, **place(0.0))),
        ("positions_not_believed",),
    ),
]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[dict[str, Any]]]]:
    """The runs of each athlete, through the readers and every model up to the marts, with the mean speed of their bins."""
    folder = tmp_path_factory.mktemp("sources")
    raw = write_files(folder / "raw", {case.path: case.content for case in CASES})
    memory, work = folder / "memory.duckdb", folder / "work.duckdb"
    ingest.import_files(raw, memory, workers=1)
    layers.start_work(work, memory)
    seeds.load_seeds(work, "UTC")
    validation.guard_raw(work)
    layers.set_as_of(work, date(2026, 11, 20))
    for layer in ("staging", "activities", "intermediate", "marts"):
        layers.build_layer(work, layer)
    with database.reader(work) as connection:
        found = database.rows(
            connection,
            """
            select
                runs.*,
                (
                    select list(note_meaning order by note_code) from marts.run_notes
                    where run_notes.athlete_id = runs.athlete_id and run_notes.run_id = runs.run_id
                ) as meanings,
                cast(sum(bins.metres) / sum(bins.seconds) as double) as bin_mps
            from marts.runs as runs
            left join raw.run_bins as bins on runs.athlete_id = bins.athlete_id and runs.file_id = bins.file_id
            group by all
            """,
        )
    yield {case.path: [run for run in found if run["athlete_id"] == case.path.partition("/")[0]] for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.path.partition("/")[0])
def test_the_run_is_what_was_run_and_says_what_was_decided(case: Case, runs: dict[str, list[dict[str, Any]]]) -> None:
    (run,) = runs[case.path]
    assert run["distance_m"] == pytest.approx(case.distance_m, rel=0.01)
    assert run["moving_s"] == pytest.approx(SECONDS, abs=2)
    assert tuple(run["notes"]) == case.notes
    assert run["achilles_quality"] == case.quality
    assert len(run["meanings"] or []) == len(case.notes)
    assert not set(case.notes) & set(run["meanings"] or [])  # every code has its sentence
    # What the bins say stands on the same scale.
    assert run["bin_mps"] == pytest.approx(case.distance_m / SECONDS, rel=0.01)


def test_a_packed_field_is_read_as_the_official_decoder_reads_it() -> None:
    (activity,) = read_fit(fit(*seconds_of(compressed_speed_distance=packed))).activities
    assert activity.track is not None
    assert activity.track["distance_m"].to_list() == [SPEED_MPS * second for second in range(SECONDS + 1)]
    assert set(activity.track["speed_mps"]) == {SPEED_MPS}


# --- rules that no case above tells of ----------------------------------------------------------------


def points(seconds: Sequence[int] | np.ndarray, **columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"time_s": 1_777_615_200.0 + np.array(seconds), **columns}, columns=list(TRACK_COLUMNS)).astype(float)


def test_best_efforts_of_a_treadmill_stand_on_the_corrected_scale() -> None:
    seconds = np.arange(SECONDS + 1)
    summary = summarise(
        Activity("running", "treadmill", distance_m=0.85 * TOTAL_M, track=points(seconds, distance_m=SPEED_MPS * seconds))
    )
    assert summary is not None
    assert summary.best_efforts_m[360] == pytest.approx(0.85 * 3 * 360)
    assert summary.speed_bins["speed_bin"].to_list() == [12]  # 2.55 m/s


def test_a_total_that_nobody_could_walk_or_run_corrects_no_treadmill() -> None:
    seconds = np.arange(SECONDS + 1)
    for total_m in (3.6, 3_600_000.0, 1e300):
        track = points(seconds, distance_m=SPEED_MPS * seconds)
        summary = summarise(Activity("running", "treadmill", distance_m=total_m, track=track))
        assert summary is not None
        assert (summary.distance_m, summary.notes) == (TOTAL_M, ())


def test_of_a_treadmills_total_the_track_takes_the_share_of_the_time_that_it_measured() -> None:
    seconds = np.concatenate([np.arange(601), np.arange(1200, 1801)])  # ten minutes of silence between
    track = points(seconds, distance_m=3.0 * seconds)
    summary = summarise(Activity("running", "treadmill", distance_m=5400, track=track))
    assert summary is not None
    assert summary.gap_s == 600
    assert summary.distance_m == pytest.approx(3600)
    assert summary.notes == ()


def test_a_speed_that_is_asked_nowhere_is_no_trouble() -> None:
    seconds = np.arange(SECONDS + 1)
    summary = summarise(Activity("running", track=points(seconds, distance_m=3.0 * seconds, speed_mps=0.0 * seconds)))
    assert summary is not None
    assert (summary.distance_m, summary.notes) == (TOTAL_M, ())


def test_sources_that_differ_for_less_than_half_of_the_way_are_taken_as_they_are() -> None:
    seconds = np.arange(SECONDS + 1)
    way_m = np.where(seconds < 500, 2.0 * seconds, 1000 + 3.0 * (seconds - 500))
    track = points(
        seconds, distance_m=3.0 * seconds, latitude_deg=[latitude(metres) for metres in way_m], longitude_deg=20.0 + 0 * seconds
    )
    summary = summarise(Activity("running", track=track))
    assert summary is not None
    assert (summary.distance_m, summary.notes) == (TOTAL_M, ())


EXTREMES = st.sampled_from([math.nan, 0.0, 5e-324, 1e-9, 0.003, 3.0, 10.8, 1000.0, 1e9, 1e300, math.inf, -1.0])


@given(
    rows=st.lists(st.tuples(EXTREMES, EXTREMES, EXTREMES), min_size=2, max_size=30),
    total_m=st.one_of(st.none(), EXTREMES),
    sub_sport=st.sampled_from([None, "treadmill"]),
)
def test_no_number_breaks_the_comparison_or_makes_a_way_that_nobody_can_run(
    rows: list[tuple[float, float, float]], total_m: float | None, sub_sport: str | None
) -> None:
    distance_m, speed_mps, north_m = np.array(rows).T
    track = points(
        range(len(rows)),
        distance_m=distance_m,
        speed_mps=speed_mps,
        latitude_deg=10 + north_m / DEGREE_M,
        longitude_deg=20.0,
    )
    summary = summarise(Activity("running", sub_sport, distance_m=total_m, track=track))
    assert summary is not None
    if summary.distance_m is not None:
        assert 0 <= summary.distance_m <= 9.001 * summary.elapsed_s


@pytest.mark.parametrize(("sport", "moving_s"), [("treadmill_running", SECONDS), ("running", 0)])
def test_standing_positions_tell_a_treadmill_nothing_and_a_runner_outdoors_that_he_stood(sport: str, moving_s: float) -> None:
    still = re.sub(r'lat="[\d.]+"', 'lat="10"', gpx(0)).replace("<type>running</type>", f"<type>{sport}</type>")
    (activity,) = read_gpx(still.encode()).activities
    summary = summarise(activity)
    assert summary is not None
    assert (summary.distance_m or None, summary.moving_s) == (None, moving_s)
