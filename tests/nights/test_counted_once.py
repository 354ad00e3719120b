"""One night over a runner whose watch, phone, log and gym app tell of the same days: counted once, and said so."""

from __future__ import annotations

import pytest

from tests.lib.squads import Night, night_over, write_files
from tests.unit.readers.fit_builder import at as fit_time
from tests.unit.readers.fit_builder import file_id, fit_file, message, session, steady_records

# The watch: 2026-05-01 06:00:00 UTC, 30 min at 3 m/s, no heart rate. The log has it at 08:00 in Stockholm, with all else; the
# phone's file was written as if Stockholm's clock were UTC. A second watch file holds 20 min of strength from 16:00 UTC on.
RUN = fit_file(file_id(), *steady_records(0, 1800), session(0, 1800, total_distance=5400))
GYM = fit_file(
    file_id(),
    *(
        message("set", timestamp=fit_time(second), start_time=fit_time(second), duration=30, set_type="active", repetitions=9)
        for second in (36_000, 36_300, 36_600)
    ),
    session(36_000, 1200, "training", sub_sport="strength_training", avg_heart_rate=104),
)
LOG = "started_at,distance_km,moving_time,rpe,carried_kg,avg_heart_rate_bpm,note\n2026-05-01T08:00,5.5,30:30,7,2,148,with vest\n"
APP = "performed_at,exercise,reps\n" + "2026-05-01T18:20,Standing Calf Raise,12\n" * 2
POINTS = "\n".join(
    # 3 m/s towards the north: 111,195 m to the degree.
    f'<trkpt lat="{second * 3 / 111_195:.7f}" lon="0"><time>2026-05-01T08:{second // 60:02}:{second % 60:02}Z</time></trkpt>'
    for second in range(5, 1806, 5)
)
PHONE = (
    '<gpx creator="phone" version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><type>running</type><trkseg>'
    f"{POINTS}</trkseg></trk></gpx>"
)
SQUAD = "athlete_id,timezone,units\nada,Europe/Stockholm,mi\n"


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("once")
    files = {
        "squad.csv": SQUAD,
        "ada/run.fit": RUN,
        "ada/runs.csv": LOG,
        "ada/phone.gpx": PHONE,
        "ada/gym.fit": GYM,
        "ada/strength.csv": APP,
    }
    return night_over(write_files(folder / "raw", files), folder, as_of="2026-05-02", is_guarded=False)


def test_there_is_one_run_with_the_best_of_each_file(night: Night) -> None:
    (run,) = night.rows("from marts.runs")
    assert (run["source_format"], run["distance_m"], run["moving_s"]) == ("fit", 5400, 1800)
    assert (run["note"], run["avg_heart_rate_bpm"], run["srpe_au"]) == ("with vest", 148, 7 * 30)
    assert run["started_at"] == fit_time(0)
    # 1,800 s over 5.4 km.
    assert run["pace_s_per_km"] == pytest.approx(1800 / 5.4)


def test_there_is_one_session_with_the_sets_of_the_log_and_the_heart_rate_of_the_watch(night: Night) -> None:
    (gym,) = night.rows("from marts.strength_sessions")
    assert (gym["strength_sets"], gym["duration_s"], gym["avg_heart_rate_bpm"]) == (2, 1200, 104)
    assert gym["started_at"] == fit_time(36_000)
    sets = night.rows("select exercise_name, session_id from marts.strength_sets")
    assert {(row["exercise_name"], row["session_id"]) for row in sets} == {("Standing Calf Raise", gym["session_id"])}
    assert night.value("select sum(strength_sets) from marts.daily_load") == 2


def test_every_merge_names_both_files_and_why(night: Night) -> None:
    merges = night.rows(
        """
        select kept.path as kept, dropped.path as dropped, why, run_id, session_id, distance_m, moving_s, strength_sets
        from ops.duplicates
        join ops.files as kept on kept_file_id = kept.file_id
        join ops.files as dropped on dropped_file_id = dropped.file_id
        order by dropped
        """
    )
    assert [(row["kept"], row["dropped"]) for row in merges] == [
        ("ada/strength.csv", "ada/gym.fit"),
        ("ada/run.fit", "ada/phone.gpx"),
        ("ada/run.fit", "ada/runs.csv"),
    ]
    gym, phone, log = merges
    assert (gym["run_id"], gym["strength_sets"], gym["distance_m"]) == (None, 3, None)
    assert phone["why"] == "same minutes, length and distance 2 h apart: one source has the time zone wrong"
    assert log["why"] == "both start in the same second"
    assert (log["session_id"], log["distance_m"], log["moving_s"]) == (None, 5500, 1830)


def test_the_data_quality_page_says_how_much_was_not_counted_twice(night: Night) -> None:
    (total,) = night.rows("from ops.duplicate_totals where athlete_id is null")
    # 5.5 km and 30:30 of the log, 5.4 km and 30:00 of the phone, three sets of the watch.
    assert total["distance_m"] == pytest.approx(5500 + 5400, abs=5)
    assert (total["moving_s"], total["strength_sets"]) == (1830 + 1800, 3)
    page = (night.site / "data-quality.html").read_text()
    # 10,900 m are 6.8 miles.
    assert "6.8 mi" in page.split('id="duplicates"')[1]
    assert "ada/phone.gpx" in page.split('id="duplicates"')[1]
