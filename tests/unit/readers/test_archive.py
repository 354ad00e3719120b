"""Zips in the input folder: read in place, member by member; what could do harm is refused before it is unpacked."""

from __future__ import annotations

import gzip
import io
import os
import stat
import struct
import tracemalloc
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.guard import validation
from flows.intake import ingest, verbs
from flows.readers import archive
from flows.state import database
from tests.lib.squads import runs_csv, tables_over, write_files

GPX = (Path(__file__).parents[2] / "samples" / "easy_run.gpx").read_bytes()
PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)
STRAVA = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Elapsed Time,Distance,Activity Gear,Filename,Elapsed Time,"
    "Moving Time,Distance,Perceived Exertion\n"
)
MANUAL_RUN = '7,"Nov 3, 2026, 6:00:00 AM",Treadmill,Run,1800,5.00,Ghost,,1800.0,1800.0,5000.0,4\n'
TRACKED_RUN = '8,"Nov 5, 2026, 6:00:00 AM",Park,Run,1500,4.20,Ghost,activities/8.gpx.gz,1500.0,1500.0,4200.0,\n'
PROFILE = "Athlete ID,Email Address,First Name\n1,a@example.org,Ada\n"


def zipped(members: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return target.getvalue()


def strava_export(rows: str = MANUAL_RUN + TRACKED_RUN, **more: str | bytes) -> dict[str, str | bytes]:
    return {
        "activities.csv": STRAVA + rows,
        "activities/8.gpx.gz": gzip.compress(GPX, mtime=0),
        "media/1.jpg": b"\xff\xd8\xff" + bytes(20),
        "routes/loop.gpx": "<gpx><trk><trkseg><trkpt lat='1' lon='1'/></trkseg></trk></gpx>",
        "profile.csv": PROFILE,
        "messaging.json": '{"threads": []}',
        "goals.csv": "",
        **more,
    }


def imported(raw: Path, memory: Path) -> ingest.ImportReport:
    return ingest.import_files(raw, memory, workers=1)


def fates(memory: Path) -> dict[str, tuple[str, str]]:
    """Path -> (what became of its content, why), as the memory holds it."""
    with database.reader(memory) as connection:
        rows = connection.execute(
            """
            select paths.path, if(is_present, outcome, 'missing'), coalesce(reason, '') || ' ' || coalesce(remedy, '')
            from raw.paths left join raw.contents using (athlete_id, file_id) where is_current
            """
        ).fetchall()
    return {path: (outcome, why) for path, outcome, why in rows}


def runs(memory: Path) -> list[dict[str, Any]]:
    with database.reader(memory) as connection:
        return database.rows(connection, "from raw.runs order by source_format, started_at")


def one_archive(tmp_path: Path, content: bytes, name: str = "ada/export.zip") -> dict[str, tuple[str, str]]:
    imported(write_files(tmp_path / "raw", {name: content}), tmp_path / "memory.duckdb")
    return fates(tmp_path / "memory.duckdb")


def test_an_export_is_read_in_place_and_what_is_no_log_is_left(tmp_path: Path) -> None:
    before = set(Path(tmp_path).rglob("*"))
    said = one_archive(tmp_path, zipped(strava_export()))
    assert {path: outcome for path, (outcome, _) in said.items()} == {
        "ada/export.zip": "loaded",
        "ada/export.zip!activities.csv": "loaded",
        "ada/export.zip!activities/8.gpx.gz": "loaded",
        "ada/export.zip!media/1.jpg": "ignored",
        "ada/export.zip!routes/loop.gpx": "ignored",
        "ada/export.zip!profile.csv": "ignored",
        "ada/export.zip!messaging.json": "ignored",
        "ada/export.zip!goals.csv": "ignored",
    }
    assert all(why.strip() for outcome, why in said.values() if outcome == "ignored")
    files = {path for path in set(Path(tmp_path).rglob("*")) - before if path.is_file()}
    assert files == {tmp_path / "raw" / "ada" / "export.zip", tmp_path / "memory.duckdb"}
    table = [run for run in runs(tmp_path / "memory.duckdb") if run["source_format"] == "strava_csv"]
    assert [(run["title"], run["gear"], run["rpe"], run["summary_distance_m"]) for run in table] == [
        ("Treadmill", "Ghost", 4.0, 5000.0),
        ("Park", "Ghost", None, 4200.0),
    ]


def test_an_unpacked_export_is_read_like_the_zip(tmp_path: Path) -> None:
    raw = write_files(tmp_path / "raw", {f"ada/2026/export/{path}": content for path, content in strava_export().items()})
    imported(raw, tmp_path / "memory.duckdb")
    said = fates(tmp_path / "memory.duckdb")
    assert {path.removeprefix("ada/2026/export/") for path, (outcome, _) in said.items() if outcome == "loaded"} == {
        "activities.csv",
        "activities/8.gpx.gz",
    }
    assert {outcome for outcome, _ in said.values()} == {"loaded", "ignored"}


def test_a_later_snapshot_is_parsed_only_where_it_is_new(tmp_path: Path) -> None:
    memory = tmp_path / "memory.duckdb"
    raw = write_files(tmp_path / "raw", {"ada/march.zip": zipped(strava_export())})
    assert imported(raw, memory).files_parsed == 8 - 2  # routes and media are not opened
    assert imported(raw, memory).files_parsed == 0
    later = strava_export(MANUAL_RUN, **{"activities/9.gpx": GPX.replace(b"</trk>", b"</trk><!-- -->", 1)})
    write_files(raw, {"ada/april.zip": zipped(later)})
    # The archive itself, its new table and its one new track.
    assert imported(raw, memory).files_parsed == 3
    (raw / "ada" / "march.zip").unlink()
    imported(raw, memory)
    said = fates(memory)
    assert said["ada/april.zip!activities/8.gpx.gz"][0] == "loaded"
    assert said["ada/march.zip!activities.csv"][0] == "missing"
    assert len([run for run in runs(memory) if run["source_format"] == "strava_csv"]) == 3
    assert verbs.forget(memory, "ada/march.zip")
    imported(raw, memory)
    assert len([run for run in runs(memory) if run["source_format"] == "strava_csv"]) == 1
    assert not [path for path in fates(memory) if path.startswith("ada/march.zip")]


def test_an_archive_in_an_archive_is_opened_and_no_deeper(tmp_path: Path) -> None:
    inner = zipped({"run.gpx": GPX, "deepest.zip": zipped({"run.gpx": GPX})})
    said = one_archive(tmp_path, zipped({"DI_CONNECT/part1.zip": inner}))
    assert said["ada/export.zip!DI_CONNECT/part1.zip!run.gpx"][0] == "loaded"
    outcome, why = said["ada/export.zip!DI_CONNECT/part1.zip!deepest.zip"]
    assert outcome == "quarantined"
    assert "Unpack the outermost one" in why


def renamed(content: bytes, name: str, bad_name: str) -> bytes:
    assert len(name) == len(bad_name)
    return content.replace(name.encode(), bad_name.encode())


def link() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        about = zipfile.ZipInfo("link.gpx")
        about.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(about, "/etc/passwd")
        packed.writestr("good.gpx", GPX)
    return target.getvalue()


def locked() -> bytes:
    """Bit 0 of the flags, in the local and in the central header, says that a member is encrypted (APPNOTE 4.4.4)."""
    content = bytearray(zipped({"lock.gpx": b"x" * 40}, zipfile.ZIP_STORED))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.index(magic) + offset
        content[place : place + 2] = struct.pack("<H", 1)
    return bytes(content)


def twice() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr("a.gpx", GPX)
        with pytest.warns(UserWarning, match="Duplicate name"):
            packed.writestr("a.gpx", GPX + b" ")
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (renamed(zipped({"aa/x.gpx": GPX}), "aa/x.gpx", "../x.gpx"), "leads out of the archive"),
        (renamed(zipped({"a/xx.gpx": GPX}), "a/xx.gpx", "/etc/xxx"), "leads out of the archive"),
        (renamed(zipped({"ab/x.gpx": GPX}), "ab/x.gpx", "C:\\x.gpx"), "leads out of the archive"),
        (zipped({"a" * 600 + ".gpx": GPX}), "longer than 500 characters"),
        (zipped({"a\nb.gpx": GPX}), "no text"),
        (link(), "a link to another file"),
        (locked(), "locked with a password"),
        (twice(), "2 files of the archive have this name"),
        (zipped({"bomb.gpx": bytes(64 << 20)}), "no log does that"),
    ],
    ids=["up", "absolute", "drive", "long", "line", "link", "locked", "twice", "bomb"],
)
def test_a_dangerous_member_is_refused_and_the_rest_goes_on(tmp_path: Path, content: bytes, why: str) -> None:
    with zipfile.ZipFile(target := io.BytesIO(content), "a") as packed:
        packed.writestr("other.csv", runs_csv(date(2026, 11, 1), [5.0]))
    tracemalloc.start()
    said = one_archive(tmp_path, target.getvalue())
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 40 << 20
    assert said["ada/export.zip!other.csv"][0] == "loaded"
    refused = {path: text for path, (outcome, text) in said.items() if outcome == "unreadable"}
    assert refused
    assert all(path.startswith("ada/export.zip!") and why in text for path, text in refused.items())
    assert all(text.strip().endswith(".") for text in refused.values())  # a remedy
    assert {path for path in (tmp_path / "raw").rglob("*") if path.is_file()} == {tmp_path / "raw" / "ada" / "export.zip"}


def test_a_refused_member_stays_acknowledged(tmp_path: Path) -> None:
    one_archive(tmp_path, link())
    memory = tmp_path / "memory.duckdb"
    assert verbs.acknowledge(memory, "ada/export.zip")
    imported(tmp_path / "raw", memory)
    with database.reader(memory) as connection:
        assert database.scalar(connection, "select is_acknowledged from raw.paths where path = 'ada/export.zip!link.gpx'")


def overlapping() -> bytes:
    """Two names for the same packed bytes, as in a bomb without nesting."""
    content = zipped({"a.gpx": os.urandom(5000), "b.gpx": os.urandom(5000)})
    second = content.rindex(b"PK\x01\x02")
    broken = bytearray(content)
    broken[second + 42 : second + 46] = struct.pack("<I", 0)  # both central entries lead to the first local header
    broken[second + 20 : second + 24] = struct.pack("<I", len(content))  # and the second claims the whole archive
    return bytes(broken)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (zipped(strava_export())[:-30], "cut short or damaged"),
        (zipped(strava_export())[:200], "cut short or damaged"),
        (zipped({"run.gpx": GPX}).replace(b"PK\x01\x02", b"PK\x01\x09"), "cut short or damaged"),
        (overlapping(), "overlap"),
        (zipped({"xl/workbook.xml": "<x/>", "[Content_Types].xml": "<x/>"}), "damaged or no workbook"),
        (zipped({"word/document.xml": "<x/>", "[Content_Types].xml": "<x/>"}), "Word document"),
    ],
    ids=["end", "half", "directory", "overlap", "excel", "word"],
)
def test_a_broken_archive_is_refused_as_a_whole(tmp_path: Path, content: bytes, why: str) -> None:
    assert one_archive(tmp_path, content).keys() == {"ada/export.zip"}
    outcome, text = fates(tmp_path / "memory.duckdb")["ada/export.zip"]
    assert outcome == "quarantined"
    assert why in text


def test_too_many_files_and_too_many_bytes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = zipped({f"{number}.csv": runs_csv(date(2026, 11, 1), [5.0]) for number in range(4)})
    for limit, number, why in (("MOST_MEMBERS", 3, "more than 3"), ("LARGEST_TOTAL_BYTES", 100, "more than 100")):
        with monkeypatch.context() as patch:
            patch.setattr(archive, limit, number)
            outcome, text = one_archive(tmp_path / limit, content)["ada/export.zip"]
        assert outcome == "quarantined"
        assert why in text


def test_a_member_damaged_in_the_archive_is_refused_alone(tmp_path: Path) -> None:
    content = bytearray(zipped({"a.gpx": GPX, "b.csv": runs_csv(date(2026, 11, 1), [5.0])}, zipfile.ZIP_STORED))
    content[200] ^= 0xFF
    said = one_archive(tmp_path, bytes(content))
    assert said["ada/export.zip!b.csv"][0] == "loaded"
    assert "damaged in the archive" in said["ada/export.zip!a.gpx"][1]


def test_an_archive_at_the_root_is_nobodys(tmp_path: Path) -> None:
    said = one_archive(tmp_path, zipped({"run.gpx": GPX}), "export.zip")
    assert said.keys() == {"export.zip"}
    assert "Move it into the athlete's folder" in said["export.zip"][1]


def test_a_broken_log_in_an_export_is_not_taken_for_a_side_file(tmp_path: Path) -> None:
    said = one_archive(tmp_path, zipped({"activities/1.fit": b"nonsense" * 9, "activities.csv": "a,b\n1,2\n", "x.png": PNG}))
    assert said["ada/export.zip!activities/1.fit"][0] == "quarantined"
    assert said["ada/export.zip!activities.csv"][0] == "quarantined"
    assert said["ada/export.zip!x.png"][0] == "ignored"


def test_a_normal_export_makes_a_clean_night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "run_suites", lambda *_: [])  # the guards have tests of their own
    garmin = (
        "Activity Type,Date,Favorite,Title,Distance,Calories,Time,Avg HR,Total Ascent,Steps,Elapsed Time\n"
        'Running,2026-11-10 07:00:00,false,Lanes,"3.00","447","00:30:00","150","100","4,808","00:32:57"\n'
    )
    raw = write_files(
        tmp_path / "raw",
        {
            "squad.csv": "athlete_id,units,timezone\nada,km,Europe/Berlin\nben,mi,Europe/London\n",
            "ada/export.zip": zipped(strava_export()),
            "ben/Activities.csv": garmin,
        },
    )
    night = tables_over(raw, tmp_path, as_of="2026-11-20")
    states = {row["path"]: row["state"] for row in night.rows("select path, state from ops.files")}
    assert "quarantined" not in states.values()
    assert night.outcome.exit_code == 0
    ben = night.rows("from marts.runs where athlete_id = 'ben'")[0]
    assert ben["distance_m"] == pytest.approx(3 * 1609.344)  # squad.csv says miles
    assert ben["ascent_m"] == pytest.approx(100 * 0.3048, abs=0.001)
    assert str(ben["started_at"]) == "2026-11-10 07:00:00+00:00"
    assert ben["achilles_load_steps"] > 0  # it has a speed, though raw knows none
    assert night.value("select count(*) from marts.runs where athlete_id = 'ada' and source_format = 'strava_csv'") >= 1
