"""Files that plainly hold runs in an unknown format: each run is refused, never ignored in silence.

A run is recognised by three things together: a start, a length in time or distance, and a word for running (the sports of
sql/seeds/sports.csv). If an app codes its sports as numbers, none can be recognised, so all its activities are refused.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flows.readers.days import day_in
from flows.readers.sports import look_up, sport_in_names
from flows.records import FileContent, RefusedRow

FORMATS = ()  # nothing is understood here, so its files are read again when any reader changes
Item = dict[str, Any]

MOST_ITEMS = 300_000  # examined in one document
MOST_RUNS = 5_000  # refused one by one
MOST_TABLE_BYTES = 32 << 20  # examined; the log of a lifetime is smaller
SHOWN_TEXT = 200
HEADING_LINES = 5  # Samsung's tables begin with a line of their own
DELIMITERS = (",", ";", "\t")
EARLIEST_YEAR, LATEST_YEAR = 1990, 2099

# Words in keys and headings, in the languages of the exports read here, accents folded.
START_WORDS = {"start", "started", "starttime", "startdate", "begin", "began", "date", "datetime", "timestamp", "day",
               "recordday", "startzeit", "beginn", "anfang", "datum", "fecha", "inicio", "debut", "data", "dato",
               "starttid", "zacatek", "poczatek"}  # fmt: skip
LENGTH_WORDS = {"duration", "distance", "elapsed", "km", "kilometer", "kilometers", "kilometres", "miles", "minutes", "seconds",
                "millis", "dauer", "distanz", "strecke", "duree", "distancia", "duracion", "distanza", "durata", "afstand",
                "duur", "varighed", "distans", "dystans", "vzdalenost"}  # fmt: skip
TIME_WORDS = {"total", "moving", "sport", "active", "exercise", "workout", "training"}  # next to "time" they mean a duration
# A plan, a goal or a pair of shoes: its creation date is not a start, its target not a length.
NO_START_WORDS = {"created", "updated", "modified", "scheduled", "planned", "end", "ended", "stop", "due", "birth", "last"}
NO_LENGTH_WORDS = {"estimated", "planned", "scheduled", "target", "goal", "predicted", "maximum", "max", "limit"}
SPORT_WORDS = {"sport", "type", "activity", "exercise", "workout", "name", "title", "category", "kind", "sportart", "aktivitat",
               "art", "deporte", "actividad", "tipo", "activite", "attivita", "activiteit", "aktivitet", "typ"}  # fmt: skip
CODE_WORDS = {"sport", "exercise", "activity", "workout", "type"}


@dataclass(frozen=True, slots=True)
class App:
    """An app whose files are recognised here, by which keys or headings, and what to export instead."""

    name: str
    marks: frozenset[str]
    remedy: str


TRACKS = "export the runs as FIT, GPX or TCX"
APPS = (
    App("Huawei Health", frozenset({"recordday", "sporttype"}),
        f"Let Huawei Health share its workouts with Strava or a like service, and {TRACKS} from there."),
    App("Fitbit", frozenset({"logid", "activityname"}), "On fitbit.com open each run and export it as TCX."),
    App("Google Fit", frozenset({"fitnessactivity"}),
        "The same Takeout holds the runs as TCX, in the folder Activities or All sessions: put those here."),
    App("Nike Run Club", frozenset({"activedurationms"}),
        f"Let Nike Run Club share its runs with Strava or a like service, and {TRACKS} from there."),
    App("Samsung Health", frozenset({"comsamsunghealthexerciseexercisetype"}),
        "In Samsung Health open each run and export it as GPX."),
    App("Samsung Health", frozenset({"exercisetype", "starttime"}), "In Samsung Health open each run and export it as GPX."),
    App("Zepp", frozenset({"sporttimes"}), "In the Zepp app open each run and share it as GPX or TCX."),
    App("Health Auto Export", frozenset({"activeenergyburned"}),
        "In Apple Health choose Export All Health Data, and put its export.zip here."),
    App("Health Auto Export", frozenset({"workouttype", "start", "end"}),
        "In Apple Health choose Export All Health Data, and put its export.zip here."),
    App("Runkeeper", frozenset({"activityid", "routename"}),
        "The GPX files beside it are read; write the runs without one into runs.csv."),
    App("Polar Flow", frozenset({"durationmillis", "distancemeters"}),
        "In Polar Flow open each run and export it as TCX."),
)  # fmt: skip


def runs_in_json(document: Any) -> FileContent | None:
    """A refusal for each run in a parsed JSON document, with its day if the start gives it; None if there is no run."""
    app: App | None = None
    rows: list[RefusedRow] = []
    for item in _items(document):
        said = [(key, _words(key)) for key in item]
        starts = [key for key, words in said if _is_start(words) and _has_value(item[key])]
        lengths = [key for key, words in said if _is_length(words) and _has_value(item[key])]
        if not starts or not lengths:
            continue
        sports = [item[key] for key, words in said if SPORT_WORDS & words]
        codes = [item[key] for key, words in said if _is_code(words)]
        is_run = _tells_of_running(sports)
        if is_run or (len(lengths) > 1 and _names_by_number(codes)):
            app = app or _app_of(item)
            day = next((day for key in sorted(starts, key=_day_first) if (day := _day_of(item[key]))), None)
            rows.append(_refused(f"activity {len(rows) + 1}", app, is_run, json.dumps(item)[:SHOWN_TEXT], day))
        if len(rows) == MOST_RUNS:
            break
    return _refusal("json", app, rows) if rows else None


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of starts, lengths, and sports as words and as numbers; `line` counts from 1."""

    line: int
    delimiter: str
    app: App | None
    starts: list[int]
    lengths: list[int]
    sports: list[int]
    codes: list[int]


def columns_in_table(head_text: str) -> Columns | None:
    """The columns of a table that may hold runs, from the first lines of its text; None if it cannot hold any."""
    for number, line in enumerate(head_text.splitlines()[:HEADING_LINES], start=1):
        delimiter = max(DELIMITERS, key=line.count)
        headings = _cells(line, delimiter)
        said = [_words(heading) for heading in headings]
        starts = [place for place, words in enumerate(said) if _is_start(words)]
        lengths = [place for place, words in enumerate(said) if _is_length(words)]
        sports = [place for place, words in enumerate(said) if SPORT_WORDS & words]
        if starts and lengths and sports:
            codes = [place for place, words in enumerate(said) if _is_code(words)]
            starts.sort(key=lambda place: _day_first(headings[place]))
            return Columns(number, delimiter, _app_of(headings), starts, lengths, sports, codes)
    return None


def runs_in_table(text: str, columns: Columns) -> FileContent | None:
    """A refusal for each row that is plainly a run, with its day if the start gives it; None if there is no such row."""
    rows: list[RefusedRow] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if number <= columns.line:
            continue
        cells = _cells(line, columns.delimiter)
        is_run = _tells_of_running(_at(cells, columns.sports))
        if is_run or (len(columns.lengths) > 1 and _names_by_number(_at(cells, columns.codes))):
            day = next((day for cell in _at(cells, columns.starts) if (day := _day_of(cell))), None)
            rows.append(_refused(f"row {number}", columns.app, is_run, line[:SHOWN_TEXT], day))
        if len(rows) == MOST_RUNS:
            break
    return _refusal("csv", columns.app, rows) if rows else None


def _refusal(parser: str, app: App | None, rows: list[RefusedRow]) -> FileContent:
    said = f"runs as {app.name} writes them" if app else "runs"
    note = f"this plainly holds {said}, in a form that is not read"
    return FileContent(format=f"foreign_{parser}", parser=parser, refused_rows=tuple(rows), notes=(note,))


def _refused(place: str, app: App | None, is_run: bool, text: str, day: date | None) -> RefusedRow:
    what = "A run" if is_run else "An activity"
    of = f" of {app.name}" if app else ""
    sport = "" if is_run else ", its sport a number that nobody here knows,"
    remedy = app.remedy if app else f"{TRACKS[0].upper()}{TRACKS[1:]} instead."
    return RefusedRow(place, f"{what}{of}{sport} in a form that is not read", remedy, text, day)


def _items(document: Any) -> Iterator[Item]:
    """Every object of the document in order, among its first MOST_ITEMS values."""
    waiting, left = [document], MOST_ITEMS
    while waiting and left:
        left -= 1
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting += [inner for inner in reversed(value.values()) if isinstance(inner, dict | list)]
        elif isinstance(value, list):
            # Samples of a track are lists of numbers: no objects in them.
            waiting += [inner for inner in reversed(value[:left]) if isinstance(inner, dict | list)]


def _app_of(keys: Iterable[str]) -> App | None:
    held = {re.sub(r"[^a-z]", "", key.lower()) for key in keys}
    return next((app for app in APPS if app.marks <= held), None)


def _is_start(words: frozenset[str]) -> bool:
    return bool(START_WORDS & words) and not NO_START_WORDS & words


def _is_length(words: frozenset[str]) -> bool:
    return bool(LENGTH_WORDS & words or ("time" in words and TIME_WORDS & words)) and not NO_LENGTH_WORDS & words


def _is_code(words: frozenset[str]) -> bool:
    """Whether a key may hold the number of a sport: sportType, exercise_type, sport, type."""
    return bool(words & CODE_WORDS) and words <= CODE_WORDS | {"id", "code", "com", "samsung", "health", "shealth"}


def _has_value(value: Any) -> bool:
    return value not in (None, "", [], {})


def _names_by_number(values: Sequence[Any]) -> bool:
    inner = [value.get("id") if isinstance(value, dict) else value for value in values]
    return any(isinstance(value, int | str) and re.fullmatch(r"\d{1,6}", str(value)) is not None for value in inner)


def _tells_of_running(values: Sequence[Any]) -> bool:
    """Whether one of these texts, or a text of an object among them, has a word for running."""
    texts = [
        text for value in values for text in (value.values() if isinstance(value, dict) else [value]) if isinstance(text, str)
    ]
    return any(said.kind == "run" for text in texts if (said := sport_in_names(text) or look_up(text)))


def _words(text: str) -> frozenset[str]:
    """startTime, start_time and "Start Time" -> start, time; empty for a long text, which cannot be a name."""
    if len(text) > SHOWN_TEXT:
        return frozenset()
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return frozenset(re.findall(r"[^\W\d_]+", _folded(apart)))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if not unicodedata.combining(character))


def _day_first(key: str) -> int:
    """Order of the candidates: a local day first, then a start, then a date, then a creation or update."""
    words = _words(key)
    return 0 if words & {"recordday", "record", "local"} else 1 if any(word.startswith(("start", "beg")) for word in words) else 2


def _day_of(value: Any) -> date | None:
    """The local day of a start: the date that it states, or the UTC day of seconds or milliseconds since 1970."""
    try:
        if isinstance(value, str) and (named := re.match(r"\s*(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?!\d)", value)):
            year, month, day = map(int, named.groups())
            return date(year, month, day) if EARLIEST_YEAR <= year <= LATEST_YEAR else None
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else 0.0
        if f"{number:.0f}".startswith(("19", "20")) and len(f"{number:.0f}") == len("20260501"):
            return datetime.strptime(f"{number:.0f}", "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
        for per_second in (1, 1000):
            at_s = number / per_second
            if datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC).timestamp() < at_s < datetime(LATEST_YEAR, 1, 1, tzinfo=UTC).timestamp():
                return datetime.fromtimestamp(at_s, UTC).date()
    except (ValueError, OverflowError):
        pass
    return day_in(value[:SHOWN_TEXT]) if isinstance(value, str) else None


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _at(cells: list[str], places: list[int]) -> list[str]:
    return [cells[place] for place in places if place < len(cells)]
