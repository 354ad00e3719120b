"""Ids that were published once stay askable, each field names its file, and nothing that waits or was refused is silent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from flows.commands.refusals import lines_of_refusal
from flows.guard import validation
from flows.intake import ingest, published_ids, verbs
from flows.models import layers, seeds
from flows.state import database
from tests.lib.squads import night_over, write_files
from tests.unit.readers.test_archive import zipped

AS_OF = date(2026, 9, 10)
SQUAD = "athlete_id,timezone\nada,Europe/Copenhagen\nben,UTC\n"
SET = "exercise,set,reps"
HEADER = "started_at,distance_km,moving_time"
GPX_POINT = '<trkpt lat="{lat:.6f}" lon="9"><time>2026-09-01T{at}Z</time></trkpt>'


def gpx(first: str, minutes: int, name: str = "Morning run") -> str:
    """A track straight north at 3 m/s, a point a minute, from `first` (hh:mm:ss) on."""
    hours, minute, seconds = map(int, first.split(":"))
    points = "".join(
        GPX_POINT.format(lat=50 + number * 180 / 111_195, at=f"{hours:02}:{minute + number:02}:{seconds:02}")
        for number in range(minutes + 1)
    )
    return f"<gpx><trk><name>{name}</name><type>running</type><trkseg>{points}</trkseg></trk></gpx>"


@contextmanager
def night(folder: Path, files: dict[str, str | bytes], as_of: date = AS_OF) -> Iterator[database.Connection]:
    """A night without guards and pages: what the files say, through staging, to the tables of ops that this is about."""
    memory, work = folder / "memory.duckdb", folder / "work.duckdb"
    ingest.import_files(write_files(folder / "raw", {"squad.csv": SQUAD, **files}), memory, workers=1, allow_empty=not files)
    layers.start_work(work, memory)
    seeds.load_seeds(work, "UTC")
    layers.set_as_of(work, as_of)
    layers.build_layer(work, "staging")
    layers.build_layer(work, "activities")
    with database.writer(work) as connection:
        connection.execute(validation.CHECKS_DDL)
        for name in (
            "files",
            "contents",
            "athlete_paths",
            "run_fields",
            "run_aliases",
            "waiting",
            "quarantined_rows",
            "refusals",
            "refused_totals",
        ):
            connection.execute(f"create or replace table ops.{name} as {layers.model_sql('ops', name)}")
        yield connection
    published_ids.remember_ids(work, memory, as_of)


def ids(connection: database.Connection, kind: str = "run") -> list[str]:
    found = connection.execute(
        "select id from activities.published_ids where kind = ? group by id order by min(started_at)", [kind]
    ).fetchall()
    return [found_id for (found_id,) in found]


def aliases(connection: database.Connection) -> list[tuple[str, str | None, date]]:
    return connection.execute("select old_id, id, since from ops.run_aliases order by all").fetchall()


def test_an_id_leads_to_the_better_twin_that_came_later_through_rebuilds(tmp_path: Path) -> None:
    row = f"{HEADER}\n2026-09-01T08:00:40,3.6,20:00\n"
    with night(tmp_path, {"ada/runs.csv": row}) as first:
        (old,) = ids(first)
        assert aliases(first) == []
    with night(tmp_path, {"ada/watch.gpx": gpx("06:00:00", 20)}, date(2026, 9, 11)) as second:
        (new,) = ids(second)
        assert new != old
        assert aliases(second) == [(old, new, date(2026, 9, 11))]
    # The table grows and so is another file, the warehouse is built anew, a night looks from an earlier day.
    with night(tmp_path, {"ada/runs.csv": row + "2026-09-11T08:00:40,5,25:00\n"}, date(2026, 9, 12)) as third:
        assert aliases(third) == [(old, new, date(2026, 9, 11))]
    with night(tmp_path, {}, date(2026, 8, 1)) as earlier:
        assert (ids(earlier), aliases(earlier)) == ([], [])
    with night(tmp_path, {}, date(2026, 9, 13)) as last:
        assert aliases(last) == [(old, new, date(2026, 9, 11))]


def test_an_id_comes_back_with_its_recording_and_leads_nowhere_once_that_is_forgotten(tmp_path: Path) -> None:
    with night(tmp_path, {"ada/runs.csv": f"{HEADER}\n2026-09-01T08:00:40,3.6,20:00\n"}) as first:
        (old,) = ids(first)
    with night(tmp_path, {"ada/watch.gpx": gpx("06:00:00", 20)}, date(2026, 9, 11)) as second:
        (new,) = ids(second)
    (tmp_path / "raw/ada/watch.gpx").unlink()
    with night(tmp_path, {}):
        pass
    assert verbs.forget(tmp_path / "memory.duckdb", "ada/watch.gpx")
    with night(tmp_path, {}, date(2026, 9, 12)) as third:
        assert ids(third) == [old]
        assert aliases(third) == [(new, old, date(2026, 9, 12))]
    (tmp_path / "raw/ada/runs.csv").unlink()
    with night(tmp_path, {"eve/runs.csv": f"{HEADER}\n"}):
        pass
    assert verbs.forget(tmp_path / "memory.duckdb", "ada/runs.csv")
    with night(tmp_path, {}, date(2026, 9, 14)) as last:
        assert aliases(last) == sorted([(old, None, date(2026, 9, 14)), (new, None, date(2026, 9, 12))])


def test_an_id_follows_its_recording_when_a_clock_is_put_right(tmp_path: Path) -> None:
    """Without its zone the row was two hours later; nobody else ran then."""
    log = "performed_at,exercise,set,reps\n2026-09-02T18:00,Calf Raise,1,12\n2026-09-02T18:02,Calf Raise,2,12\n"
    files = {"ada/runs.csv": f"{HEADER}\n2026-09-01T08:00:00,3.6,20:00\n", "ada/strength.csv": log}
    with night(tmp_path, {**files, "squad.csv": "athlete_id,timezone\nada,UTC\n"}) as first:
        (run,), (session,) = ids(first), ids(first, "strength")
    with night(tmp_path, {}) as second:
        now = {(run, *ids(second), AS_OF), (session, *ids(second, "strength"), AS_OF)}
        assert set(aliases(second)) == now


def test_ids_do_not_depend_on_the_order_in_which_recordings_arrived(tmp_path: Path) -> None:
    files = {
        "ada/runs.csv": f"{HEADER}\n2026-09-01T08:00:40,3.6,20:00\n2026-09-03T08:00,5,25:00\n",
        "ada/watch.gpx": gpx("06:00:00", 20),
        "ada/phone.gpx": gpx("06:00:10", 20, "Run of the phone"),
    }
    found = []
    for name, order in (("one", list(files)), ("other", list(reversed(files)))):
        for path in order:
            with night(tmp_path / name, {path: files[path]}) as connection:
                seen = connection.execute("from activities.published_ids order by all").fetchall()
        found.append(seen)
    assert found[0] == found[1]
    assert len({told_id for _, told_id, *_ in found[0]}) == 2


def test_each_field_of_a_merged_run_names_its_file(tmp_path: Path) -> None:
    row = f"{HEADER},rpe,note\n2026-09-01T08:00:40,3.6,20:00,6,warm\n2026-09-03T08:00,5,25:00,7,\n"
    with night(tmp_path, {"ada/runs.csv": row, "ada/watch.gpx": gpx("06:00:00", 20)}) as connection:
        told = database.rows(connection, "from ops.run_fields")
        runs = database.rows(connection, "from activities.runs order by started_at")
    files = {field["field"]: field["path"] for field in told}
    assert {files[name] for name in ("started_at", "distance_m", "moving_s", "run_bins")} == {"ada/watch.gpx"}
    assert (files["rpe"], files["note"]) == ("ada/runs.csv", "ada/runs.csv")
    assert "avg_heart_rate_bpm" not in files and {field["run_id"] for field in told} == {runs[0]["run_id"]}
    assert [(run["row_number"], run["started_local"].isoformat()) for run in runs] == [
        (None, "2026-09-01T08:00:00"),
        (3, "2026-09-03T08:00:00"),
    ]


def test_a_log_of_the_whole_squad_is_one_file_and_a_copy_of_it_counts_once(tmp_path: Path) -> None:
    rows = "".join(f"{athlete},2026-09-0{day}T08:00,5,25:00\n" for athlete in ("ada", "ben", "cy") for day in (1, 2))
    log = f"athlete_id,{HEADER}\n{rows}"
    own = f"athlete_id,{HEADER}\nada,2026-09-01T08:00,5,25:00\n"
    with night(tmp_path, {"runs.csv": log, "own.csv": own, "ada/own.csv": own}) as connection:
        files = connection.execute("select path, state from ops.files order by path").fetchall()
        contents = connection.execute("select first_path, state, paths from ops.contents order by first_path").fetchall()
        runs = connection.execute(
            "select athlete_id, count(*) from activities.run_recordings group by all order by all"
        ).fetchall()
    assert files == [("ada/own.csv", "loaded"), ("own.csv", "loaded"), ("runs.csv", "loaded"), ("squad.csv", "loaded")]
    assert contents == [("ada/own.csv", "loaded", 2), ("runs.csv", "loaded", 1), ("squad.csv", "loaded", 1)]
    assert runs == [("ada", 3), ("ben", 2), ("cy", 2)]


def test_two_athletes_with_the_same_content_are_each_told_of_their_own_file(tmp_path: Path) -> None:
    log = f"{HEADER}\n2026-09-01T08:00,5,25:00\n2026-09-11T08:00,5,25:00\n2026-02-30T08:00,5,25:00\n"
    at_root = f"athlete_id,{HEADER}\nada,2026-09-02T08:00,5,25:00\nben,2026-02-30T08:00,5,25:00\n"
    with night(tmp_path, {"ada/runs.csv": log, "ben/runs.csv": log, "runs.csv": at_root}) as connection:
        waiting = connection.execute("select athlete_id, path from ops.waiting order by all").fetchall()
        refused = connection.execute("select athlete_id, path from ops.quarantined_rows order by all").fetchall()
        found = connection.execute(
            "select runs.athlete_id, paths.path from activities.run_recordings as runs left join ops.athlete_paths as paths "
            "on runs.athlete_id = paths.athlete_id and runs.file_id = paths.file_id order by all"
        ).fetchall()
    own = [("ada", "ada/runs.csv"), ("ben", "ben/runs.csv")]
    assert waiting == own
    assert {path for _, path in refused} == {"ada/runs.csv", "ben/runs.csv", "runs.csv"} and set(own) <= set(refused)
    assert found == [own[0], ("ada", "runs.csv"), own[1]]


def test_what_is_dated_in_the_future_waits_and_says_for_which_day(tmp_path: Path) -> None:
    files = {
        "ada/runs.csv": f"{HEADER}\n2026-09-10T08:00,5,25:00\n2026-09-11T00:30,5,25:00\n",
        "ben/later.gpx": gpx("06:00:00", 20).replace("2026-09-01", "2027-09-01"),
        "ada/strength.csv": f"performed_at,{SET}\n2026-09-10T18:00,Calf Raise,1,12\n2026-09-12T18:00,Calf Raise,1,12\n",
    }
    with night(tmp_path, files) as connection:
        waiting = connection.execute("select athlete_id, kind, activity_date, path, place from ops.waiting").fetchall()
        runs = connection.execute("select count(*) from activities.runs").fetchall()
    assert waiting == [
        ("ada", "run", date(2026, 9, 11), "ada/runs.csv", "row 3"),
        ("ada", "set", date(2026, 9, 12), "ada/strength.csv", "row 3"),
        ("ben", "run", date(2027, 9, 1), "ben/later.gpx", "activity 1"),
    ]
    assert runs == [(1,)]


def test_many_rows_of_one_cause_are_one_line_with_a_count_and_three_examples(tmp_path: Path) -> None:
    bad = "".join(f"2026-02-3{number % 2},{number},25:00\n" for number in range(673))
    files: dict[str, str | bytes] = {
        "ada/runs.csv": f"{HEADER}\n2026-09-01T08:00,5,25:00\n{bad}2026-09-02T08:00,far,25:00\n",
        "ada/photo.fit": b"\x89PNG",
        "ben/logs.zip": zipped({f"{name}.csv": f"a,b\n{name},2\n" for name in "abcd"}),
    }
    with night(tmp_path, files) as connection:
        refusals = {(row["kind"], row["path"], row["times"]): row for row in database.rows(connection, "from ops.refusals")}
        (totals,) = database.rows(connection, "from ops.refused_totals")
    assert refusals.keys() == {
        ("row", "ada/runs.csv", 673),
        ("row", "ada/runs.csv", 1),
        ("file", "ada/photo.fit", 1),
        ("file", "ben/logs.zip", 4),
    }
    dates = refusals["row", "ada/runs.csv", 673]
    assert '"2026-02-30"' in dates["reason"] and dates["remedy"]
    assert dates["examples"][0] == "row 3" and len(dates["examples"]) == 3
    assert dates["examples"][1].startswith("row 4: ") and '"2026-02-31"' in dates["examples"][1]
    assert refusals["file", "ben/logs.zip", 4]["examples"] == [f"ben/logs.zip!{name}.csv" for name in "abc"]
    wanted = {"refused_files": 5, "partly_read_files": 0, "refused_rows": 674, "refused_row_causes": 2}
    assert totals == wanted


def test_terminal_status_and_page_count_alike(tmp_path: Path) -> None:
    bad = "".join(f"2026-02-30,{number},25:00\n" for number in range(5))
    files: dict[str, str | bytes] = {
        "ada/runs.csv": f"{HEADER}\n2026-09-01T08:00,5,25:00\n2026-09-20T08:00,5,25:00\n{bad}2026-09-02T08:00,900,25:00\n",
        "ada/photo.fit": b"\x89PNG",
    }
    published = night_over(write_files(tmp_path / "raw", files), tmp_path, "2026-09-10")
    page = (published.site / "data-quality.html").read_text(encoding="utf-8")
    facts = json.loads((published.site / "status.json").read_text(encoding="utf-8"))
    assert (facts["refused_files"], facts["refused_rows"], facts["refused_row_causes"]) == (1, 6, 3)
    assert (published.outcome.refused_files, published.outcome.refused_rows, published.outcome.exit_code) == (1, 6, 3)
    refusals = published.rows("from ops.refusals where kind = 'row' order by times")
    assert [len(lines_of_refusal(refusal)) for refusal in refusals] == [3, 3, 6]
    assert lines_of_refusal(refusals[2])[0] == "ada/runs.csv, 5 rows"
    assert "6 rows of 3 causes." in page and "5 rows, for instance" in page
    assert page.count("2026-02-30") == 1 and "ada/photo.fit" in page
    assert "Waiting for their day" in page and "2026-09-20" in page
    run = published.rows("select row_number, started_local from marts.runs")
    assert [(row["row_number"], row["started_local"].isoformat()) for row in run] == [(2, "2026-09-01T08:00:00")]
    with database.reader(database.memory_path(published.warehouse)) as memory:
        assert database.scalar(memory, "select count(*) from raw.published_ids where gone_date is null") == 1
