"""What counts, what is listed and which day is unknown where a file does not say its sport in words that we know."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.lib.squads import Night, night_over, write_files
from tests.unit.readers.fit_builder import even_run, file_id, fit_file
from tests.unit.test_sports import gpx

GARMIN = "Activity Type,Date,Favorite,Title,Distance,Calories,Time,Avg HR,Max HR,Avg Run Cadence,Total Ascent,Total Descent"
DANISH = "Aktivitetstype,Dato,Favorit,Titel,Distance,Kalorier,Tid,Gns. puls,Maks. puls,Gns. løbekadence,Samlet stigning,Hårfarve"
STRAVA = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Elapsed Time,Distance,Filename,Elapsed Time,Moving Time,Distance,"
    "Elevation Gain\n"
)
RUNKEEPER = (
    "Activity Id,Date,Type,Route Name,Distance (mi),Duration,Average Pace,Average Speed (mph),Calories Burned,Climb (ft),"
    "Average Heart Rate (bpm),Friend's Tagged,Notes,GPX File\n"
)
HEVY = (
    "title,start_time,end_time,description,exercise_title,superset_id,exercise_notes,set_index,set_type,weight_kg,reps,"
    "distance_km,duration_seconds,rpe\n"
)


def garmin_row(
    day: int, sport: str, km: str = "10.00", cadence: str = "--", title: str = "x", time: str = "01:00:00", hour: int = 6
) -> str:
    return f'{sport},2026-11-{day:02} {hour:02}:00:00,false,"{title}","{km}","600",{time},"150","170","{cadence}","50","50"\n'


def strava_row(day: int, sport: str, metres: int = 6300) -> str:
    return f'{day},"Nov {day}, 2026, 6:00:00 AM",x,{sport},1800,{metres / 1000},,1800,1800,{metres},\n'


def runs_before() -> str:
    """5 km a day for sixty days; the long run of the 20th has a file of its own."""
    days = [date(2026, 9, 20) + timedelta(days=number) for number in range(60)]
    return "started_at,distance_km,moving_time\n" + "".join(f"{day}T12:00,5,25:00\n" for day in days)


FILES = {
    # Nothing but runner's steps makes a run of a word in no list.
    "word/1.gpx": gpx("Zorbing").replace(b"-11-02", b"-11-04"),
    "word/2.fit": fit_file(file_id(), *even_run(seconds=600, sport=200)),
    "word/run/3.gpx": gpx("Zorbing", speed_mps=2.9),
    "word/4.gpx": gpx("Zorbing", name="Morning Run", speed_mps=2.8).replace(b"-11-02", b"-11-03"),
    "word/Activities.csv": GARMIN + "\n" + garmin_row(8, "Zorbing", cadence="165") + garmin_row(9, "Zorbing", cadence="88"),
    "word/runs.csv": "started_at,distance_km,moving_time,sport\n2026-11-09T06:10,3,15:00,Løb\n"
    "2026-11-12T06:00,9,45:00,Kutscherei\n",
    # Undecided rows are listed, the others count.
    "open/Activities.csv": GARMIN + "\n" + garmin_row(3, "Running") + garmin_row(4, "Other", km="--")
    + garmin_row(5, "Multisport")
    + garmin_row(6, "Other") + garmin_row(7, "Padel") + garmin_row(8, "Other", title="Padel with Jo"),
    # A ride by name or by table is none, also at the speed of a run.
    "ride/a.gpx": gpx(name="Cycling 5/1/26 6:00 am", speed_mps=5),
    "ride/b.gpx": gpx(name="Ruta 3", speed_mps=3.2),
    # The same account twice: the later table is shorter, and the fifth was a ride.
    "strava/old/activities.csv": STRAVA + "".join(strava_row(day, "Run") for day in (2, 3, 4, 5)),
    "strava/new/activities.csv": STRAVA + strava_row(4, "Run", 9000) + strava_row(5, "Ride") + strava_row(9, "Run"),
    "garmin/z/Activities.csv": GARMIN + "\n" + "".join(garmin_row(day, "Running") for day in range(1, 8)),
    "garmin/a/Activities.csv": GARMIN + "\n" + garmin_row(7, "Hiking", "8.00") + garmin_row(10, "Running"),
    "danish/Aktiviteter.csv": DANISH + "\n"
    'Trailløb,2026-11-02 06:00:00,false,"Skov","10,50","600",01:00:00,"150","170","165","50","blå"\n',
    "keeper/cardioActivities.csv": RUNKEEPER + "u,2026-11-01 06:00:00,Running,,3.11,30:00,9:39,6.2,300,100,150,,treadmill,\n"
    "v,2026-11-02 06:00:00,Cycling,,10,1:00:00,6:00,10,600,50,,,,\n",
    "hevy/workouts.csv": HEVY + 'Gym,"18 Nov 2026, 17:42","18 Nov 2026, 18:40",,Running,,,0,normal,,,5,1500,\n'
    'Gym,"18 Nov 2026, 17:42","18 Nov 2026, 18:40",,Seated Calf Raise,,,0,normal,50,12,,,8\n',
    # The same long run, once with its sport and once without.
    "stated/runs.csv": runs_before(),
    "stated/long.gpx": gpx("running", speed_mps=3.1, seconds=3540).replace(b"-11-02", b"-11-20"),
    "assumed/runs.csv": runs_before(),
    "assumed/long.gpx": gpx(speed_mps=3.15, seconds=3540).replace(b"-11-02", b"-11-20"),
}  # fmt: skip


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("sports")
    return night_over(write_files(folder / "raw", FILES), folder, as_of="2026-11-20")


def counted(night: Night, athlete_id: str) -> list[tuple[int, str, float, str]]:
    rows = night.rows("from marts.runs where athlete_id = ? order by started_at, distance_m", athlete_id)
    return [(run["run_date"].day, run["sport"], round(float(run["distance_m"] or 0)), run["sport_source"]) for run in rows]


def listed(night: Night, athlete_id: str) -> list[tuple[int, str | None, str, bool]]:
    rows = night.rows("from ops.unknown_sports where athlete_id = ? order by activity_date, sport_word", athlete_id)
    return [(row["activity_date"].day, row["sport_word"], row["left_out_because"], row["is_day_unknown"]) for row in rows]


def reason(night: Night, path: str) -> str:
    return str(night.value("select reason from ops.files where path = ?", path))


def test_a_word_in_no_list_counts_by_name_folder_or_steps_and_is_listed_otherwise(night: Night) -> None:
    assert counted(night, "word") == [
        (1, "run", 1800, "by speed and cadence"),  # 164 steps a minute
        (2, "run", 1740, "by name"),
        (3, "run", 1680, "by name"),
        (8, "run", 10000, "by speed and cadence"),
        (9, "run", 3000, "stated"),
    ]
    assert listed(night, "word") == [
        (4, "Zorbing", "unknown word", True),
        (9, "Zorbing", "unknown word", False),  # a run of that hour is on record
        (12, "Kutscherei", "unknown word", True),
    ]
    assert "a sport that we do not know, so it is not counted and its day is unknown: Kutscherei" in reason(
        night, "word/runs.csv"
    )


def test_undecided_rows_are_listed_beside_those_that_count(night: Night) -> None:
    assert counted(night, "open") == [(3, "run", 10000, "stated"), (6, "run", 10000, "by speed and cadence")]
    assert listed(night, "open") == [(4, None, "undecided", False), (5, "Multisport", "several sports", True)]
    said = reason(night, "open/Activities.csv")
    assert "1 recording without a sport" in said
    assert "its name speaks of padel, and that is not on foot" in said
    assert "a ball or racket game: only running" in said
    page = (night.site / "data-quality.html").read_text()
    assert "Sports we do not know" in page
    assert "Multisport" in page


def test_a_ride_by_name_is_no_run(night: Night) -> None:
    assert counted(night, "ride") == [(2, "run", 1920, "by speed and cadence")]
    assert reason(night, "ride/a.gpx") == "its name speaks of cycling, and that is not on foot"


def test_the_newer_table_of_an_account_wins_though_it_is_shorter_or_names_another_sport(night: Night) -> None:
    assert counted(night, "strava") == [
        (2, "run", 6300, "stated"), (3, "run", 6300, "stated"), (4, "run", 9000, "stated"), (9, "run", 6300, "stated"),
    ]  # fmt: skip
    assert counted(night, "garmin")[-2:] == [(7, "hike", 8000, "stated"), (10, "run", 10000, "stated")]
    assert len(counted(night, "garmin")) == 8
    assert "2 of its activities are told anew by a newer table" in reason(night, "strava/old/activities.csv")


def test_a_danish_table_is_read_and_a_heading_that_nobody_knows_is_listed(night: Night) -> None:
    (run,) = night.rows("from marts.runs where athlete_id = 'danish'")
    assert (run["distance_m"], run["moving_s"], run["avg_heart_rate_bpm"], run["ascent_m"]) == (10500, 3600, 150, 50)
    assert run["steps"] == 165 * 60
    assert "headings that nobody knows: Hårfarve" in reason(night, "danish/Aktiviteter.csv")


def test_the_tables_of_runkeeper_and_the_runs_of_hevy_count(night: Night) -> None:
    assert counted(night, "keeper") == [(1, "run", round(3.11 * 1609.344), "stated")]
    assert counted(night, "hevy") == [(18, "run", 5000, "stated")]
    assert night.value("select count(*) from marts.strength_sets where athlete_id = 'hevy'") == 1


def test_a_flag_that_rests_on_an_assumed_sport_says_so_and_is_at_most_of_medium_confidence(night: Night) -> None:
    states = {
        row["athlete_id"]: row
        for row in night.rows(
            "from marts.athlete_status where load_date = date '2026-11-20' and athlete_id in ('stated', 'assumed')"
        )
    }
    stated, assumed = states["stated"], states["assumed"]
    assert stated["flag"] == assumed["flag"] == "amber"
    assert "DATA_SPORT_ASSUMED" in assumed["reasons"]
    assert "DATA_SPORT_ASSUMED" not in stated["reasons"]
    assert assumed["confidence"] != "high"
    evidence = night.value(
        """
        select evidence from marts.flags
        where athlete_id = 'assumed' and code = 'RUN_SESSION_SPIKE_LARGE' and load_date = '2026-11-20'
        """
    )
    assert "that it was a run is assumed, no file states it" in evidence


def test_the_order_of_arrival_decides_between_tables_that_end_alike(tmp_path: Path) -> None:
    files = {"ada/b/Activities.csv": GARMIN + "\n" + garmin_row(6, "Running") + garmin_row(7, "Running")}
    night_over(write_files(tmp_path / "raw", files), tmp_path, as_of="2026-11-20", is_guarded=False)
    files = {"ada/a/Activities.csv": GARMIN + "\n" + garmin_row(7, "Cycling")}
    night = night_over(write_files(tmp_path / "raw", files), tmp_path, as_of="2026-11-20", is_guarded=False)
    assert counted(night, "ada") == [(6, "run", 10000, "stated")]
