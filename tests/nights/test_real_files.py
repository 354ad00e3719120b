"""Real runners' files, one night: what arrives in the tables is what another decoder reads in the files."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import fitdecode
import pytest

from tests.lib.squads import Night, night_over

KINDS = ("fit_run", "fit_strength", "fit_broken", "fit_other", "gpx", "tcx")
ATHLETES = ("ada", "ben", "cleo")
RUN_SPORTS = {"running"}


@dataclass(frozen=True)
class Leg:
    """One session as fitdecode reads it."""

    path: str
    sport: str | None
    started_at: datetime
    distance_m: float | None
    timer_s: float | None
    avg_heart_rate_bpm: float | None


def placed(manifest: list[dict[str, str]]) -> dict[str, str]:
    """Manifest path -> path below the input folder: athlete in turn, the files of a group to one, then the kind's folder."""
    turns = {row["group"] or row["path"]: number for number, row in reversed(list(enumerate(manifest)))}
    return {row["path"]: f"{ATHLETES[turns[row['group'] or row['path']] % 3]}/{row['path']}" for row in manifest}


@cache
def manifest_of(shared_data: Path) -> list[dict[str, str]]:
    with (shared_data / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row["kind"] in KINDS]


@pytest.fixture(scope="module")
def night(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("real")
    for source, target in placed(manifest_of(shared_data)).items():
        (folder / "raw" / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(shared_data / source, folder / "raw" / target)
    return night_over(folder / "raw", folder, as_of="latest")


def legs_of(path: Path, name: str) -> Iterator[Leg]:
    """Every session that fitdecode, at its most tolerant, finds in a file; heart rate of records where it states none."""
    heart_rates: list[tuple[float, float]] = []
    sessions: list[dict[str, Any]] = []
    reader = fitdecode.FitReader(path, error_handling=fitdecode.ErrorHandling.IGNORE, check_crc=fitdecode.CrcCheck.DISABLED)
    with reader as frames:
        try:
            for frame in frames:
                if not isinstance(frame, fitdecode.FitDataMessage):
                    continue
                values = {field.name: field.value for field in frame.fields}
                if frame.name == "session":
                    sessions.append(values)
                elif frame.name == "record" and values.get("heart_rate") and isinstance(values.get("timestamp"), datetime):
                    heart_rates.append((values["timestamp"].timestamp(), float(values["heart_rate"])))
        except fitdecode.FitError:
            pass  # what came before the break is what fitdecode can read
    for session in sessions:
        if not isinstance(session.get("start_time"), datetime):
            continue
        started_at = session["start_time"].astimezone(UTC)
        heart_rate = session.get("avg_heart_rate")
        if not heart_rate:
            heart_rate = time_weighted_mean(heart_rates, started_at.timestamp(), float(session.get("total_elapsed_time") or 0))
        yield Leg(
            name, session.get("sport"), started_at, session.get("total_distance"), session.get("total_timer_time"), heart_rate
        )


def time_weighted_mean(values: list[tuple[float, float]], start_s: float, length_s: float) -> float | None:
    """Each value counts from its own second to the next, for 10 s at most."""
    inside = sorted((at, value) for at, value in values if start_s <= at <= start_s + length_s)
    weights = [min(after - at, 10) for (at, _), (after, _) in pairwise(inside)]
    total = sum(weights)
    return sum(w * value for w, (_, value) in zip(weights, inside, strict=False)) / total if total else None


@pytest.fixture(scope="module")
def legs(shared_data: Path) -> list[Leg]:
    where = placed(manifest_of(shared_data))
    return [
        leg
        for row in manifest_of(shared_data)
        if row["path"].endswith(".fit")
        for leg in legs_of(shared_data / row["path"], where[row["path"]])
    ]


def run_of(night: Night, leg: Leg) -> dict[str, Any] | None:
    """The run of that athlete that starts in the same second, whichever of its files was kept."""
    rows = night.rows(
        "from marts.runs where athlete_id = ? and date_trunc('second', started_at) = date_trunc('second', ?::timestamptz)",
        leg.path.split("/")[0],
        leg.started_at,
    )
    assert len(rows) <= 1
    return rows[0] if rows else None


def test_the_night_is_published_and_says_that_some_files_were_refused(night: Night) -> None:
    assert night.outcome.exit_code == 3


def test_every_file_has_a_state_and_a_reason_unless_it_is_plainly_loaded(night: Night, shared_data: Path) -> None:
    files = {row["path"]: row for row in night.rows("from ops.files")}
    assert files.keys() == set(placed(manifest_of(shared_data)).values())
    for path, file in files.items():
        assert file["state"] in ("loaded", "duplicate", "ignored", "quarantined"), path
        assert file["state"] == "loaded" or file["reason"], path
        assert file["state"] != "quarantined" or file["remedy"], path


def test_every_run_that_fitdecode_reads_is_there_to_the_second(night: Night, legs: list[Leg]) -> None:
    running = [leg for leg in legs if leg.sport in RUN_SPORTS and leg.started_at.year >= 1990]
    assert len(running) >= 30
    assert [(leg.path, leg.started_at) for leg in running if run_of(night, leg) is None] == []


def test_distances_are_within_20_m_or_1_percent_of_the_files_own(night: Night, legs: list[Leg]) -> None:
    wrong = []
    for leg in legs:
        run = run_of(night, leg) if leg.sport in RUN_SPORTS else None
        if run and leg.distance_m and abs(run["distance_m"] - leg.distance_m) > max(20, 0.01 * leg.distance_m):
            wrong.append((leg.path, run["distance_m"], leg.distance_m))
    assert wrong == []


def test_moving_times_are_within_5_s_or_2_percent_of_the_files_own(night: Night, legs: list[Leg]) -> None:
    wrong = []
    for leg in legs:
        run = run_of(night, leg) if leg.sport in RUN_SPORTS else None
        if run and leg.timer_s and abs(run["moving_s"] - leg.timer_s) > max(5, 0.02 * leg.timer_s):
            wrong.append((leg.path, run["moving_s"], leg.timer_s))
    assert wrong == []


def test_heart_rates_are_within_2_bpm_of_the_files_own_or_of_its_records(night: Night, legs: list[Leg]) -> None:
    wrong = []
    for leg in legs:
        run = run_of(night, leg) if leg.sport in RUN_SPORTS else None
        if run and leg.avg_heart_rate_bpm and abs((run["avg_heart_rate_bpm"] or 0) - leg.avg_heart_rate_bpm) > 2:
            wrong.append((leg.path, run["avg_heart_rate_bpm"], leg.avg_heart_rate_bpm))
    assert wrong == []


def test_walks_are_walks(night: Night, legs: list[Leg]) -> None:
    walks = [leg for leg in legs if leg.sport == "walking"]
    assert len(walks) == 2
    for leg in walks:
        run = run_of(night, leg)
        assert run and run["sport"] == "walk", leg.path


def test_no_ride_swim_or_volleyball_becomes_a_run(night: Night, legs: list[Leg]) -> None:
    others = [leg for leg in legs if leg.sport not in (*RUN_SPORTS, "walking", "generic")]
    assert {"cycling", "swimming", "volleyball", "training", "transition"} <= {leg.sport for leg in others}
    assert [(leg.path, leg.sport) for leg in others if run_of(night, leg)] == []


@pytest.mark.parametrize(
    "name",
    [
        "jarkko_20548472357_ACTIVITY.fit",  # volleyball
        "fitparse_MonitoringFile.fit",
        "connectstats_activity_217470507.fit",  # pool swim, dead clock
        "fittrackee_apple_watch.fit",  # ride
        "sportslib_27-days-activity.fit",  # ride, watch left on
    ],
)
def test_what_is_no_run_is_ignored_with_a_reason(night: Night, name: str) -> None:
    (file,) = night.rows("from ops.files where path like ?", f"%/{name}")
    assert (file["state"], bool(file["reason"])) == ("ignored", True)


def test_watch_strength_sessions_give_their_active_sets(night: Night) -> None:
    # Active sets as the manifest counts them in each file.
    for name, active in [("jarkko_20474406937_ACTIVITY.fit", 38), ("p2g_core_from_watch.fit", 8)]:
        sets = night.value(
            "select count(*) from marts.strength_sets join ops.files using (file_id) where ops.files.path like ?", f"%/{name}"
        )
        assert sets == active, name


def test_a_broken_run_that_could_be_read_in_part_says_so(night: Night) -> None:
    (file,) = night.rows("from ops.files where path like '%strava-android-app%'")
    assert file["is_partial"]
    assert "partly" in file["reason"]


def runs_of(night: Night, *names: str) -> list[tuple[str, set[str]]]:
    """The runs that some files tell of, each with the files that tell of it, main file first."""
    told = night.rows(
        """
        select run_id, file_id, true as is_main from marts.runs
        union all
        select run_id, dropped_file_id, false from ops.duplicates where run_id is not null
        """
    )
    files = {row["file_id"]: row["path"].rsplit("/", 1)[-1] for row in night.rows("from ops.files")}
    runs = {row["run_id"] for row in told if files[row["file_id"]] in names}
    return [
        (
            next(files[row["file_id"]] for row in told if row["run_id"] == run and row["is_main"]),
            {files[row["file_id"]] for row in told if row["run_id"] == run},
        )
        for run in sorted(runs)
    ]


def test_pairs_and_triples_of_one_activity_are_one_run_each_with_the_fit_file_first(night: Night, shared_data: Path) -> None:
    groups: dict[str, set[str]] = {}
    for row in manifest_of(shared_data):
        if row["group"].startswith(("pair-", "triple-")):
            groups.setdefault(row["group"], set()).add(row["path"].rsplit("/", 1)[-1])
    assert sorted(len(files) for files in groups.values() if len(files) > 1) == [2, 2, 2, 3]
    for group, files in groups.items():
        ((main, found),) = runs_of(night, *files)
        assert found == files, group
        assert main.endswith(".fit") or not any(file.endswith(".fit") for file in files), group


def test_the_same_run_saved_by_two_apps_is_one_and_that_of_another_day_stays(night: Night) -> None:
    (run,) = runs_of(night, "connectstats_activity_4017099594.fit", "connectstats_track_cs_5567.fit")
    ((main, found),) = runs_of(night, "connectstats_track_cs_5611.fit")
    assert (main, found) == ("connectstats_track_cs_5611.fit", {"connectstats_track_cs_5611.fit"})
    assert not found & run[1]


def test_nothing_but_the_groups_of_the_manifest_is_made_one(night: Night, shared_data: Path) -> None:
    # Some broken files are the same activity broken in several ways.
    grouped = {row["path"].rsplit("/", 1)[-1] for row in manifest_of(shared_data) if row["group"] or row["kind"] == "fit_broken"}
    merged = night.rows(
        """
        select distinct kept.path as kept_path, dropped.path as dropped_path, why
        from ops.duplicates
        join ops.files as kept on kept_file_id = kept.file_id
        join ops.files as dropped on dropped_file_id = dropped.file_id
        """
    )
    odd = [row for row in merged if row["dropped_path"].rsplit("/", 1)[-1] not in grouped]
    assert odd == []
