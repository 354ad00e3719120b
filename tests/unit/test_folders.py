"""The input folder as strangers leave it: links, folders of systems, names that are no text, things that are no files."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.cli import main
from flows.intake import ingest
from flows.intake.folder import LEADS_BACK, LEADS_OUT, waiting_files
from flows.state import database
from flows.texts import athlete_of
from tests.lib.squads import night_over, runs_csv, write_files

DAY = date(2026, 9, 1)
RUN = runs_csv(DAY, [5])


def imported(raw: Path) -> tuple[dict[str, list[tuple[float, str]]], dict[str, str]]:
    """(athlete -> [(m, path of a run)], path -> why it was not opened) after one import; everybody has an entry."""
    memory = raw.parent / "memory.duckdb"
    ingest.import_files(raw, memory, workers=1)
    with database.reader(memory) as connection:
        runs: dict[str, list[tuple[float, str]]] = {
            athlete_id: [] for (athlete_id,) in connection.execute("select athlete_id from raw.athletes").fetchall()
        }
        found = connection.execute(
            """
            select runs.athlete_id, summary_distance_m, path
            from raw.runs join raw.paths on runs.file_id = paths.file_id and runs.athlete_id = paths.athlete_id order by path
            """
        ).fetchall()
        for athlete_id, distance_m, path in found:
            runs[athlete_id].append((distance_m, path))
        closed = connection.execute(
            "select path, reason from raw.paths join raw.contents using (file_id, athlete_id) where outcome = 'unreadable'"
        ).fetchall()
    return runs, dict(closed)


def test_folders_of_systems_are_no_athletes_and_hold_no_logs(tmp_path: Path) -> None:
    names = [
        ".stversions",
        "$RECYCLE.BIN",
        "@eaDir",
        "__MACOSX",
        ".git",
        ".Trash-1000",
        "System Volume Information",
        "lost+found",
    ]
    files = {f"{name}/runs.csv": RUN for name in names} | {f"ada/{name}/runs.csv": runs_csv(DAY, [9]) for name in names}
    raw = write_files(tmp_path / "raw", files | {"ada/runs.csv": RUN})
    assert imported(raw) == ({"ada": [(5000.0, "ada/runs.csv")]}, {})
    assert waiting_files(raw, {}, since=0) == 1


def test_blanks_around_a_folders_name_and_its_accents_make_no_second_athlete(tmp_path: Path) -> None:
    raw = write_files(
        tmp_path / "raw",
        {
            "josé/a.csv": RUN,
            "jose\u0301 /b.csv": runs_csv(DAY, [6]),
            " /c.csv": runs_csv(DAY, [7]),
            "squad.csv": "athlete_id\njosé \n",
        },
    )
    runs, closed = imported(raw)
    assert {athlete_id: [metres for metres, _ in of] for athlete_id, of in runs.items()} == {
        "josé": [6000.0, 5000.0],
        "_": [7000.0],
    }
    assert not closed


def test_a_folder_whose_name_is_no_utf_8_is_an_athlete(tmp_path: Path) -> None:
    raw = write_files(tmp_path / "raw", {"ada/runs.csv": RUN})
    write_files(raw / os.fsdecode(b"m\xfcller\x1b"), {"runs.csv": runs_csv(DAY, [6])})
    runs, _ = imported(raw)
    assert runs == {"ada": [(5000.0, "ada/runs.csv")], r"m\udcfcller\x1b": [(6000.0, r"m\udcfcller\x1b/runs.csv")]}


def test_a_link_within_the_input_folder_is_read_once_and_one_that_leads_back_is_listed(tmp_path: Path) -> None:
    raw = write_files(tmp_path / "raw", {"ada/2026/runs.csv": RUN, "shared/bo.csv": runs_csv(DAY, [6])})
    (raw / "ada/newest").symlink_to("2026")  # read where it stands
    (raw / "bo").mkdir()
    (raw / "bo/logs").symlink_to("../shared")
    (raw / "bo/again").symlink_to("../shared")
    (raw / "bo/loop").symlink_to("..")
    (raw / "ada/2026/self").symlink_to(".")
    runs, closed = imported(raw)
    assert runs["ada"] == [(5000.0, "ada/2026/runs.csv")]
    assert [metres for metres, _ in runs["bo"]] == [6000.0]
    assert closed == {"bo/loop": LEADS_BACK, "ada/2026/self": LEADS_BACK}


def test_links_out_of_the_input_folder_are_listed_and_show_nothing_of_what_they_hold(tmp_path: Path) -> None:
    write_files(tmp_path, {"secret/runs.csv": RUN, "secret/squad.csv": "top,secret\n1,2\n"})
    raw = write_files(tmp_path / "raw", {"ada/runs.csv": runs_csv(DAY, [6])})
    (raw / "ada/file.csv").symlink_to(tmp_path / "secret/runs.csv")
    (raw / "ada/folder").symlink_to(tmp_path / "secret")
    (raw / "bo").symlink_to("../secret")
    (raw / "squad.csv").symlink_to("../secret/squad.csv")
    (raw / "ada/none.csv").symlink_to("/nowhere/at/all")
    runs, closed = imported(raw)
    assert runs == {"ada": [(6000.0, "ada/runs.csv")], "bo": []}
    assert closed == dict.fromkeys(["ada/file.csv", "ada/folder", "ada/none.csv", "bo", "squad.csv"], LEADS_OUT)
    with database.reader(tmp_path / "memory.duckdb") as connection:
        said = str(connection.execute("from raw.contents").fetchall() + connection.execute("from raw.refused_rows").fetchall())
    assert "secret" not in said and "top" not in said


def test_an_input_folder_that_is_itself_a_link_is_read(tmp_path: Path) -> None:
    write_files(tmp_path / "drive", {"ada/runs.csv": RUN})
    (tmp_path / "raw").symlink_to("drive")
    assert imported(tmp_path / "raw") == ({"ada": [(5000.0, "ada/runs.csv")]}, {})


@pytest.mark.parametrize("name", ["ada/pipe.csv", "squad.csv", "rules.csv", "exercise_aliases.csv", "demo.toml"])
def test_a_pipe_does_not_block(tmp_path: Path, name: str) -> None:
    raw = write_files(tmp_path / "raw", {"ada/runs.csv": RUN})
    os.mkfifo(raw / name)
    runs, closed = imported(raw)
    assert runs == {"ada": [(5000.0, "ada/runs.csv")]}
    assert closed == ({} if name == "demo.toml" else {name: "cannot be opened: it is not a plain file"})


def test_an_athlete_named_in_a_row_is_the_one_of_the_folder(tmp_path: Path) -> None:
    assert athlete_of("jose\u0301 ") == "josé" and len(athlete_of("x" * 5000)) == 255


# ---------------------------------------------------------------- a whole night over names and texts that are hostile


def test_a_night_over_hostile_names_and_texts_publishes_and_nothing_of_them_commands_a_terminal(tmp_path: Path) -> None:
    title = '[{"activityId":1,"activityType":{"typeKey":"running"},"startTimeGMT":"2026-09-02 06:00:00","distance":5000,'
    title += '"duration":1500,"activityName":"half \\ud83c\\u001b[2J\\u0000 a party"}]'
    raw = write_files(
        tmp_path / "raw",
        {
            "ada/runs.csv": RUN,
            "ada/list.json": title,
            "ada/\x1b[2Jevil\n.csv": "nothing,we,know\n1,2,3\n",
            "ada/strength.csv": "performed_at,exercise,set,reps\n2026-09-03T18:00,\x1b]0;calf raise\x07,1,many\n",
        },
    )
    (raw / os.fsdecode(b"\xff\x1b")).mkdir()
    night = night_over(raw, tmp_path, "2026-09-30")
    assert night.outcome.exit_code == 3
    assert night.value("select count(*) from marts.runs") == 2
    assert night.value("select title from raw.runs where source_format = 'garmin_json'") == "half \ufffd[2J a party"
    for page in night.site.rglob("*.*"):
        if page.suffix in (".html", ".json", ".js", ".txt"):
            assert "\x1b" not in page.read_text(encoding="utf-8"), page

    (tmp_path / "tendonwatch.toml").write_text("")
    places = ["--warehouse", str(night.warehouse), "--site", str(night.site), "--raw", str(raw)]
    for verb in (["quarantine", "list"], ["status"], ["quarantine", "retry"]):
        said = CliRunner().invoke(main, ["--folder", str(tmp_path), *verb, *places])
        assert said.output and not any(ord(character) < 32 and character != "\n" for character in said.output), verb
        if verb[0] == "quarantine":
            assert r"ada/\x1b[2Jevil\n.csv" in said.output
