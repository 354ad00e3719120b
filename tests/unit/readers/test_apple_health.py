"""Apple Health's export.xml: workouts of all years and units, and memory that does not grow with the file."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.readers import sniff
from flows.readers.apple_health import read_apple_health
from flows.readers.sniff import read_content
from flows.records import FileContent, UnreadableFile
from tests.conftest import PROJECT
from tests.lib.squads import tables_over, write_files
from tests.unit.readers.test_archive import zipped

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 14 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Workout)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
startDate CDATA #REQUIRED
]>
<HealthData locale="en_US">
 <ExportDate value="2024-07-19 10:36:11 -0700"/>
"""
RECORD = (
    ' <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Watch" unit="count/min" startDate="2024-05-01 07:25:41 +0200" '
    'endDate="2024-05-01 07:25:41 +0200" value="72">\n  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="0"/>\n'
    " </Record>\n"
)
OLD = (
    ' <Workout workoutActivityType="HKWorkoutActivityType{kind}" duration="31.5" durationUnit="min" totalDistance="{distance}" '
    'totalDistanceUnit="{unit}" startDate="2016-11-14 07:25:41 -0700" endDate="2016-11-14 08:00:41 -0700"/>\n'
)
NEW = """ <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="31.5" durationUnit="min"
  sourceName="Watch" startDate="2024-05-01 07:25:41 +0200" endDate="2024-05-01 08:00:41 +0200">
  <MetadataEntry key="HKIndoorWorkout" value="0"/>
  <MetadataEntry key="HKElevationAscended" value="4210 cm"/>
  <WorkoutStatistics type="HKQuantityTypeIdentifierHeartRate" average="151.5" minimum="90" maximum="180" unit="count/min"/>
  <WorkoutStatistics type="HKQuantityTypeIdentifierDistanceWalkingRunning" sum="6.25" unit="km"/>
  <WorkoutStatistics type="HKQuantityTypeIdentifierStepCount" sum="5200" unit="count"/>
  <WorkoutStatistics type="HKQuantityTypeIdentifierDistanceCycling" sum="99" unit="km"/>
 </Workout>
"""


def read(*elements: str, end: str = "</HealthData>\n") -> FileContent:
    return read_content("export.xml", (HEAD + "".join(elements) + end).encode())


def test_a_workout_of_today_has_its_distance_in_its_statistics() -> None:
    content = read(RECORD, NEW, RECORD)
    (run,) = content.activities
    assert (content.format, content.partly_because, run.sport, run.sub_sport) == ("apple_health", None, "running", None)
    assert run.started_at == datetime(2024, 5, 1, 5, 25, 41, tzinfo=UTC)
    assert (run.distance_m, run.moving_s, run.elapsed_s, run.ascent_m) == (6250, 1890, 2100, pytest.approx(42.1))
    assert (run.avg_heart_rate_bpm, run.steps) == (151.5, 5200)


@pytest.mark.parametrize(
    ("unit", "distance", "metres"),
    [("mi", "3.5", 5632.704), ("km", "5.6", 5600), ("m", "5600", 5600), ("furlong", "28", None)],
)
def test_a_workout_of_old_has_its_distance_in_itself(unit: str, distance: str, metres: float | None) -> None:
    (run,) = read(OLD.format(kind="Running", distance=distance, unit=unit)).activities
    assert run.distance_m == (None if metres is None else pytest.approx(metres))
    assert run.started_at == datetime(2016, 11, 14, 14, 25, 41, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "sport"),
    [
        ("Walking", "walking"),
        ("Hiking", "hiking"),
        ("TraditionalStrengthTraining", "traditional_strength_training"),
        ("FunctionalStrengthTraining", "functional_strength_training"),
        ("HighIntensityIntervalTraining", "high_intensity_interval_training"),
    ],
)
def test_kinds_of_workout(kind: str, sport: str) -> None:
    (workout,) = read(OLD.format(kind=kind, distance="1", unit="km")).activities
    assert workout.sport == sport


def test_a_treadmill_is_told_by_its_metadata() -> None:
    (run,) = read(NEW.replace('key="HKIndoorWorkout" value="0"', 'key="HKIndoorWorkout" value="1"')).activities
    assert run.sub_sport == "indoor_running"


def test_an_export_that_breaks_off_gives_the_workouts_before() -> None:
    content = read(NEW, RECORD, NEW[: len(NEW) // 2], end="")
    assert len(content.activities) == 1
    assert "line " in (content.partly_because or "") and "broken off" in (content.partly_because or "")
    with pytest.raises(UnreadableFile, match="broken off"):
        read(NEW[:100], end="")


def test_a_workout_without_a_start_is_refused_with_its_line() -> None:
    content = read(NEW, NEW.replace("startDate", "begun"))
    assert (len(content.activities), [row.place for row in content.refused_rows]) == (1, ["line 22"])  # where its start tag ends


def test_without_workouts_it_is_left_aside() -> None:
    assert read(RECORD).nothing_because == "an Apple Health export without workouts"


def test_entities_are_not_unfolded() -> None:
    entities = '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    bomb = HEAD.replace("<!ELEMENT", f"{entities}<!ELEMENT") + NEW.replace("Watch", "&b;") + "</HealthData>"
    with pytest.raises(UnreadableFile):
        read_content("export.xml", bomb.encode())


def test_a_real_export(shared_data: Path) -> None:
    # "1 Workout HKWorkoutActivityTypeRunning 2016-11-14 07:25:41 -0700, 5.194 min, 0.497 mi"
    with (shared_data / "apple_health" / "healthkit_export.xml").open("rb") as stream:
        (run,) = read_apple_health(stream).activities
    assert (run.sport, run.started_at) == ("running", datetime(2016, 11, 14, 14, 25, 41, tzinfo=UTC))
    assert (run.distance_m, run.moving_s) == (pytest.approx(0.49717 * 1609.344, abs=0.1), pytest.approx(5.19412 * 60, abs=0.01))


# A night's own way to a file, in a process whose memory nobody else has filled: prints the growth of its peak in MB.
MEASURE = """
import hashlib, resource, sys
from pathlib import Path
from flows.intake.contents import Job
from flows.intake.parse import parse_file
path = Path(sys.argv[1])
with path.open("rb") as stream:
    file_id = hashlib.file_digest(stream, "sha256").hexdigest()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
parsed = parse_file(Job("ada", file_id, path, f"ada/{path.name}"))
assert parsed.outcome == "loaded" and len(parsed.rows["runs"]) == 2, parsed
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"export.xml{suffix}"
    with gzip.open(path, "wt", 1) if suffix else path.open("w", encoding="utf-8") as stream:
        stream.write(HEAD + NEW)
        for _ in range(100):
            stream.write(RECORD * 2000)
        stream.write(NEW.replace("2024-05-01", "2024-05-02") + "</HealthData>\n")
        assert stream.tell() > 45 << 20
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)],
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(run.stdout) < 20, "the file is held in memory"


def test_a_gzipped_export_that_breaks_off_gives_the_workouts_before() -> None:
    records = "".join(RECORD.replace("72", str(value)) for value in range(20_000))
    packed = gzip.compress((HEAD + NEW + records + NEW + "</HealthData>").encode())
    content = read_content("export.xml.gz", packed[: len(packed) // 2])
    assert len(content.activities) == 1
    assert "broken off" in (content.partly_because or "")
    with pytest.raises(UnreadableFile, match="broken off"):
        read_content("export.xml.gz", packed[:400])


def test_a_gzipped_export_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sniff, "LARGEST_MEMBER_BYTES", 1 << 20)
    with pytest.raises(UnreadableFile, match="unpacks to more than 1,048,576 bytes"):
        read_content("export.xml.gz", gzip.compress((HEAD + RECORD * 10_000).encode()))


def test_the_sport_of_a_route_is_that_of_its_workout(tmp_path: Path) -> None:
    reference = (
        '<WorkoutRoute sourceName="Watch">\n <FileReference path="/workout-routes/route_{}.gpx"/>\n</WorkoutRoute>\n</Workout>'
    )
    run = NEW.replace("</Workout>", reference.format("run"))
    ride = NEW.replace("Running", "Cycling").replace("-05-01", "-05-02").replace("</Workout>", reference.format("ride"))
    # 500 m in 150 s: at the speed of a run, of the day that the workout is.
    points = "".join(
        f'<trkpt lat="{step / 11_119.5:.7f}" lon="0"><time>2024-05-{{}}T05:{25 + step // 20}:{step % 20 * 3:02}Z</time></trkpt>'
        for step in range(51)
    )
    export = {
        "export.xml": HEAD + run + ride + "</HealthData>",
        "export_cda.xml": '<?xml version="1.0"?>\n<ClinicalDocument xmlns="urn:hl7-org:v3">\n</ClinicalDocument>',
        "workout-routes/route_run.gpx": f"<gpx><trk><trkseg>{points.replace('{}', '01')}</trkseg></trk></gpx>",
        "workout-routes/route_ride.gpx": f"<gpx><trk><trkseg>{points.replace('{}', '02')}</trkseg></trk></gpx>",
    }
    packed = zipped({f"apple_health_export/{name}": content for name, content in export.items()})
    night = tables_over(write_files(tmp_path / "raw", {"ada/export.zip": packed}), tmp_path, as_of="2024-06-01")
    (run_row,) = night.rows("select source_format, sport, day(run_date) as day, steps from marts.runs")
    # The 5,200 steps of the half hour that the workout says were not taken in the 150 s of the route.
    assert run_row == {"source_format": "gpx", "sport": "run", "day": 1, "steps": None}
    assert night.outcome.exit_code == 0
    states = {row["path"].rpartition("/")[2]: row["state"] for row in night.rows("from ops.files where contains(path, '!')")}
    assert states == {"export.xml": "loaded", "export_cda.xml": "ignored", "route_run.gpx": "loaded", "route_ride.gpx": "ignored"}


def test_a_stream_in_small_pieces_is_read_like_one() -> None:
    class Dribble(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 1000, 1000))

    whole = (HEAD + NEW + RECORD).encode() + b"</HealthData>"
    assert read_apple_health(Dribble(whole)).activities == read_apple_health(io.BytesIO(whole)).activities


def leg(start: str, end: str, minutes: float, *statistics: tuple[str, str, str]) -> str:
    inside = "".join(
        f'<WorkoutStatistics type="HKQuantityTypeIdentifier{kind}" sum="{total}" unit="{unit}"/>'
        for kind, total, unit in statistics
    )
    return (
        f'<WorkoutActivity startDate="2026-05-01 {start} +0000" endDate="2026-05-01 {end} +0000" duration="{minutes}" '
        f'durationUnit="min">{inside}</WorkoutActivity>'
    )


def test_the_run_of_a_multisport_workout_is_told_by_what_was_measured_in_it() -> None:
    legs = [
        leg("06:00:00", "06:30:00", 30, ("DistanceSwimming", "1500", "m")),
        leg("06:30:00", "06:34:00", 4, ("DistanceWalkingRunning", "0.3", "km")),  # through the transition zone
        leg("06:34:00", "07:40:00", 66, ("DistanceCycling", "40", "km"), ("DistanceWalkingRunning", "1.2", "km")),
        leg("07:40:00", "08:30:00", 50, ("DistanceWalkingRunning", "10", "km"), ("StepCount", "8300", "count")),
    ]
    whole = (
        '<Workout workoutActivityType="HKWorkoutActivityTypeSwimBikeRun" duration="150" durationUnit="min" '
        'startDate="2026-05-01 06:00:00 +0000" endDate="2026-05-01 08:30:00 +0000">'
    )
    found = read(f"{whole}{''.join(legs)}</Workout>").activities
    assert [(one.sport, one.is_leg) for one in found] == [("swimming", True), (None, True), ("cycling", True), ("running", True)]
    run = found[-1]
    assert run.started_at == datetime(2026, 5, 1, 7, 40, tzinfo=UTC)
    assert (run.distance_m, run.moving_s, run.steps) == (10_000, 3000, 8300)
    # One that gives no legs stays whole.
    assert [one.sport for one in read(f"{whole}</Workout>").activities] == ["swim_bike_run"]
