"""The workbook to fill in: one sheet for each of our logs, with drop-downs and help, and a first sheet that explains them.

Examples stand in the help alone, so that nothing but what a person writes is ever read back.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format

from flows.readers.log_rows import Log
from flows.readers.own_logs import EVENTS, KNEES, LOGS, MARK_KINDS
from flows.readers.plan_rows import NOTE_KINDS, PLAN_KINDS
from flows.readers.sides import SIDES
from flows.readers.sites import SITES

ROWS = 2000  # with drop-downs and help
MADE_AT = datetime(2026, 1, 1)  # noqa: DTZ001 - the same template has the same bytes
ALSO = {"distance_m", "distance_mi", "weight_lb", "shoes"}  # another unit or word for a column that is there
YES_NO = ("yes", "no")

# What each sheet is for.
SHEETS = {
    "runs": "One row for each run or walk that no watch has recorded.",
    "strength": "One row for each set.",
    "symptoms": "One row for each morning on which you look at the tendon, also when nothing hurts.",
    "injuries": "One row for each injury; leave resolved_date empty while it is open.",
    "calf_tests": "One row for each side: single-leg heel raises until you cannot go on.",
    "marks": "Days that need an explanation.",
    "notes": "What a coach wants to remember about a runner.",
    "plan": "What is planned, so that the pages can hold it against each runner's ceilings.",
}
# Column -> (what to write, an example). One of a sheet's own stands under "sheet.column".
HELP = {
    "athlete_id": ("The folder's name of the runner; leave it out in a runner's own folder.", "ada"),
    "started_at": ("Day and time of the start, where you were.", "2026-11-20 07:30"),
    "distance_km": ("Kilometres. For miles call the column distance_mi.", "12.5"),
    "moving_time": ("Hours, minutes and seconds, or minutes and seconds.", "1:02:30 or 62:30"),
    "sport": ("running, trail running, walking; empty is running.", "running"),
    "carried_kg": ("What you carried, in kg.", "3"),
    "ascent_m": ("Metres climbed.", "120"),
    "avg_heart_rate_bpm": ("Mean heart rate.", "148"),
    "cadence_spm": ("Steps a minute, both feet.", "172"),
    "rpe": ("How hard it was, 0 to 10.", "4"),
    "gear": ("The shoes.", "blue ones"),
    "note": ("Anything else.", "easy, flat"),
    "performed_at": ("Day, and time if you like.", "2026-11-20 18:00"),
    "exercise": ("Its name as you call it.", "Single leg calf raise"),
    "set": ("The number of the set.", "1"),
    "reps": ("Repetitions.", "12"),
    "hold_s": ("Seconds, for a hold.", "45"),
    "weight_kg": ("Kilograms. For pounds call the column weight_lb.", "20"),
    "rir": ("Repetitions that you had left.", "2"),
    "is_warmup": ("yes for a warm-up set.", "no"),
    "date": ("The day.", "2026-11-20"),
    "side": ("left, right or both.", "left"),
    "pain_0_10": ("Pain of the tendon, 0 none to 10 the worst.", "3"),
    "morning_stiffness_min": ("Minutes until the first steps no longer feel stiff.", "10"),
    "visa_a": ("The score of the VISA-A questionnaire, 0 to 100.", "78"),
    "next_morning_worse": ("yes if it was worse on the morning after a load.", "no"),
    "event": ("A pop, a heel that cannot be raised, or that somebody has examined it since.", "pop"),
    "onset_date": ("The first day.", "2026-11-20"),
    "site": ("Where it is.", "achilles_midportion"),
    "resolved_date": ("The day on which it was over.", "2026-12-10"),
    "repetitions": ("How many, whole.", "24"),
    "knee": ("straight or bent.", "straight"),
    "from_date": ("The first day.", "2026-11-20"),
    "to_date": ("The last day.", "2026-11-24"),
    "kind": ("What it is.", ""),
    "until": ("For quiet_until: the last quiet day.", "2026-12-03"),
    "text": ("The note.", "called, feels fine"),
}
CHOICES = {
    "side": SIDES,
    "next_morning_worse": YES_NO,
    "is_warmup": YES_NO,
    "event": EVENTS,
    "knee": KNEES,
    "site": SITES,
    "marks.kind": MARK_KINDS,
    "notes.kind": NOTE_KINDS,
    "plan.kind": PLAN_KINDS,
}
DAY, MOMENT, TEXT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "@"
# Typed into a cell of times, 62:30 would become 62 hours; as a text it stays minutes and seconds.
FORMATS = {"started_at": MOMENT, "performed_at": MOMENT, "moving_time": TEXT, "athlete_id": TEXT}
FORMATS |= dict.fromkeys(("date", "onset_date", "resolved_date", "from_date", "to_date", "until"), DAY)
HEADING_WIDTH = 2  # characters beside the heading


def write_template(path: Path) -> None:
    """Write the workbook. Raises OSError if it cannot be written."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": DAY})
    book.set_properties({"title": "Logs for Tendonwatch", "created": MADE_AT})
    bold = book.add_format({"bold": True})
    _write_first_sheet(book, bold)
    for name in SHEETS:
        _write_log(book, bold, name)
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error


def columns_of(log: Log) -> list[str]:
    """The columns of a log's sheet: the runner's first, then those that are needed."""
    rest = [column for column in log.columns if column not in ALSO | {"athlete_id"}]
    return ["athlete_id", *dict.fromkeys(rest)]


def _needed(log: Log) -> set[str]:
    return {choice[0] for choice in log.required}


def _choices(name: str, column: str) -> tuple[str, ...] | None:
    return CHOICES.get(f"{name}.{column}", CHOICES.get(column))


def _explained(name: str, column: str) -> str:
    text, example = HELP[column]
    words = _choices(name, column)
    more = f" One of: {', '.join(words)}." if words else ""
    return f"{text}{more}" + (f" For instance {example}." if example else "")


def _first_lines() -> Iterator[tuple[str, bool]]:
    """Lines of the first sheet, and whether each is a heading. One cell a line: it can be no table."""
    yield "How to fill in this workbook", True
    yield (
        "Each sheet is one log. Write below its headings, one row for each thing; leave empty what you do not know.",
        False,
    )
    yield (
        "Save it into the runner's folder in data/raw, or into data/raw itself with athlete_id filled in. It is read at night.",
        False,
    )
    yield "Sheets that you do not need may stay empty or be deleted. Columns may be moved or deleted; keep their names.", False
    for name, why in SHEETS.items():
        log = LOGS[f"{name}_csv"]
        yield "", False
        yield f"Sheet {name}: {why}", True
        for column in columns_of(log):
            need = " (needed)" if column in _needed(log) else ""
            yield f"{column}{need}: {_explained(name, column)}", False


def _write_first_sheet(book: xlsxwriter.Workbook, bold: Format) -> None:
    sheet = book.add_worksheet("Read me")
    sheet.set_column(0, 0, 120)
    for row, (line, is_heading) in enumerate(_first_lines()):
        if line:
            sheet.write_string(row, 0, line, bold if is_heading else None)


def _write_log(book: xlsxwriter.Workbook, bold: Format, name: str) -> None:
    log = LOGS[f"{name}_csv"]
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns_of(log)):
        text = _explained(name, column)
        known = FORMATS.get(column)
        sheet.set_column(place, place, len(column) + HEADING_WIDTH, book.add_format({"num_format": known}) if known else None)
        sheet.write_string(0, place, column, bold)
        sheet.write_comment(0, place, text)
        words = _choices(name, column)
        rule = {"validate": "list", "source": list(words), "error_type": "warning"} if words else {"validate": "any"}
        sheet.data_validation(1, place, ROWS, place, rule | {"input_title": column, "input_message": text[:255]})
