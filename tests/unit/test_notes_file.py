"""A note is one more row of notes.csv: what stood in the file stays byte for byte, however it was written."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.cli import main
from flows.readers.own_logs import read_own_log
from flows.squad.notes_file import CannotNote, append_note, note_of
from flows.state import tombstones

DAY = date(2026, 11, 26)
HEAD = b"date,athlete_id,kind,until,text\n"
ROW = b"2026-11-25,ben,note,,earlier\n"


def appended(folder: Path, before: bytes | None, text: str = "Called her", until: date | None = None) -> bytes:
    """The file after a note about amara."""
    path = folder / "notes.csv"
    if before is None:
        path.unlink(missing_ok=True)
    else:
        path.write_bytes(before)
    kind = "quiet_until" if until else "called"
    append_note(folder, folder.with_name("notes.lock"), note_of("amara", text, kind, until, DAY))
    return path.read_bytes()


@pytest.mark.parametrize(
    ("before", "added"),
    [
        (None, HEAD + b"2026-11-26,amara,called,,Called her\n"),
        (b"", HEAD + b"2026-11-26,amara,called,,Called her\n"),
        (HEAD + ROW, b"2026-11-26,amara,called,,Called her\n"),
        (HEAD + ROW.rstrip(), b"\n2026-11-26,amara,called,,Called her\n"),
        (HEAD.rstrip(), b"\n2026-11-26,amara,called,,Called her\n"),
        ((HEAD + ROW).replace(b"\n", b"\r\n"), b"2026-11-26,amara,called,,Called her\r\n"),
        ((HEAD + ROW).replace(b"\n", b"\r\n").rstrip(), b"\r\n2026-11-26,amara,called,,Called her\r\n"),
        (b"\xef\xbb\xbf" + HEAD + ROW, b"2026-11-26,amara,called,,Called her\n"),
        (b"Text;Kind;Until;Date;Athlete id;mood\nearlier;note;;2026-11-25;ben;fine\n", b"Called her;called;;2026-11-26;amara;\n"),
        (HEAD + b'2026-11-25,ben,note,,"two\nlines"\n', b"2026-11-26,amara,called,,Called her\n"),
        (HEAD + b"2026-11-25,ben,phoned,,a bad row stays\n", b"2026-11-26,amara,called,,Called her\n"),
    ],
)
def test_earlier_bytes_stay_and_one_row_follows_in_the_manner_of_the_file(
    tmp_path: Path, before: bytes | None, added: bytes
) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    assert appended(raw, before) == (before or b"") + added
    assert [path.name for path in raw.iterdir()] == ["notes.csv"]


def test_a_file_in_utf_16_gets_its_row_in_utf_16(tmp_path: Path) -> None:
    before = (HEAD + ROW).decode().encode("utf-16")
    after = appended(tmp_path, before, "Wade völlig müde")
    assert after.startswith(before)
    assert [note.text for note in read_own_log(after).coach_notes] == ["earlier", "Wade völlig müde"]


def test_windows_text_takes_what_it_can_write_and_refuses_the_rest_with_a_remedy(tmp_path: Path) -> None:
    before = HEAD + "2026-11-25,ben,note,,müde\n".encode("cp1252")
    assert appended(tmp_path, before, "völlig") == before + "2026-11-26,amara,called,,völlig\n".encode("cp1252")
    with pytest.raises(CannotNote, match="save it as CSV in UTF-8"):
        appended(tmp_path, before, "łydka")
    assert (tmp_path / "notes.csv").read_bytes() == before


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+49 170", "-2 km next week", "@home"])
def test_a_text_that_a_spreadsheet_would_run_is_text_there_and_the_same_here(tmp_path: Path, text: str) -> None:
    after = appended(tmp_path, HEAD, text)
    cell = after.decode().splitlines()[1].split(",", 4)[4]
    assert cell.lstrip('"').startswith(" ")
    assert read_own_log(after).coach_notes[0].text == text


@pytest.mark.parametrize(
    ("before", "why"),
    [
        (b"date,kind,text\n", "has no column athlete_id"),
        (b"date,athlete_id,kind,text\n", "has no column until"),
        (b"started_at,distance_km,moving_time\n", "has no column athlete_id"),
    ],
)
def test_a_file_that_would_not_give_the_note_back_is_left_as_it_is(tmp_path: Path, before: bytes, why: str) -> None:
    with pytest.raises(CannotNote, match=why):
        appended(tmp_path, before, until=date(2026, 12, 3))
    assert (tmp_path / "notes.csv").read_bytes() == before


def test_an_earlier_row_that_is_not_closed_does_not_swallow_the_note(tmp_path: Path) -> None:
    before = HEAD + b'2026-11-25,ben,note,,"never closed\n'
    after = appended(tmp_path, before)
    assert after == before + b"2026-11-26,amara,called,,Called her\n"
    assert [note.athlete_id for note in read_own_log(after).coach_notes] == ["amara"]


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.csv"
    elsewhere.write_bytes(HEAD)
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "notes.csv").symlink_to(elsewhere)
    with pytest.raises(CannotNote, match="not a plain file"):
        append_note(raw, tmp_path / "notes.lock", note_of("amara", "x", "note", None, DAY))
    assert elsewhere.read_bytes() == HEAD


def test_notes_written_at_once_all_stand(tmp_path: Path) -> None:
    def write(number: int) -> None:
        append_note(tmp_path, tmp_path / "notes.lock", note_of("amara", f"note {number}", "note", None, DAY))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    notes = read_own_log((tmp_path / "notes.csv").read_bytes()).coach_notes
    assert sorted(note.text or "" for note in notes) == [f"note {number}" for number in range(8)]


@settings(max_examples=60)
@given(
    text=st.text(max_size=2000),
    end=st.sampled_from(["\n", "\r\n"]),
    delimiter=st.sampled_from([",", ";", "\t"]),
    is_closed=st.booleans(),
)
def test_any_text_comes_back_on_one_line(
    tmp_path_factory: pytest.TempPathFactory, text: str, end: str, delimiter: str, is_closed: bool
) -> None:
    try:
        note = note_of("amara", text, "called", None, DAY)
    except CannotNote:
        return
    folder = tmp_path_factory.mktemp("notes")
    before = (HEAD + ROW).decode().replace(",", delimiter).replace("\n", end)
    path = folder / "notes.csv"
    path.write_bytes(before.encode() if is_closed else before.rstrip().encode())
    held = path.read_bytes()
    append_note(folder, folder / "notes.lock", note)
    assert path.read_bytes().startswith(held)
    earlier, now = read_own_log(path.read_bytes()).coach_notes
    assert (earlier.text, now.text) == ("earlier", note.text)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["amar", "x"], "no athlete 'amar' is known (did you mean amara?)"),
        (["amara", ""], "the text is empty"),
        (["amara", "x" * 5000], "the text has 5,000 characters"),
        (["amara", "x", "--kind", "quiet_until"], "quiet_until needs its last day"),
        (["amara", "x", "--kind", "called", "--until", "2026-12-03"], "--until belongs to --kind quiet_until"),
        (["amara", "x", "--until", "2026-11-25", "--date", "2026-11-26"], "is before the day of the note"),
        (["amara", "x", "--until", "soon"], "soon"),
    ],
)
def test_a_note_that_cannot_be_kept_exits_2_and_writes_nothing(tmp_path: Path, arguments: list[str], said: str) -> None:
    (tmp_path / "data" / "raw" / "amara").mkdir(parents=True)
    result = CliRunner().invoke(main, ["--folder", str(tmp_path), "note", *arguments])
    assert result.exit_code == 2
    assert said in result.output
    assert not (tmp_path / "data" / "raw" / "notes.csv").exists()


def test_nothing_is_noted_about_somebody_who_was_erased(tmp_path: Path) -> None:
    """Their folder may be back before they are; a night would refuse the row, and their name would lie in it."""
    (tmp_path / "data" / "raw" / "amara").mkdir(parents=True)
    (tmp_path / "data" / "raw" / "ben").mkdir()
    (tmp_path / "var").mkdir()
    with duckdb.connect(tmp_path / "var" / "warehouse-memory.duckdb") as memory:
        tombstones.put(memory, "amara")
    refused, kept = (CliRunner().invoke(main, ["--folder", str(tmp_path), "note", name, "x"]) for name in ("amara", "ben"))
    assert (refused.exit_code, kept.exit_code) == (2, 0), refused.output + kept.output
    assert "amara was erased" in refused.output
    assert "amara" not in (tmp_path / "data" / "raw" / "notes.csv").read_text(encoding="utf-8")


def test_the_verb_writes_a_quiet_time_with_its_last_day(tmp_path: Path) -> None:
    raw = tmp_path / "data" / "raw"
    raw.mkdir(parents=True)
    (raw / "squad.csv").write_text("athlete_id\namara\n", encoding="utf-8")
    arguments = ["note", "amara", "on holiday\nwith Ben", "--until", "2026-12-03", "--date", "2026-11-26"]
    result = CliRunner().invoke(main, ["--folder", str(tmp_path), *arguments])
    assert result.exit_code == 0, result.output
    assert (raw / "notes.csv").read_bytes() == HEAD + b"2026-11-26,amara,quiet_until,2026-12-03,on holiday with Ben\n"
