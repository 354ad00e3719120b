"""rules.csv: a squad's own rules, per squad or per athlete; a wrong key or value is refused with what would be right."""

from __future__ import annotations

import csv
import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flows.records import RefusedRow, UnreadableFile
from flows.settings import SQL_DIR
from flows.squad.small_tables import OPEN_QUOTE, SmallTable, read_small_table

RULES_FILE = "rules.csv"
COLUMNS = ("key", "value", "athlete_id", "squad")
PLAIN_NUMBER = r"[+-]?[0-9]+(\.[0-9]+)?"
WORDS = {"ewma_seed": ("first_day", "mean_28d", "zero")}


@dataclass(frozen=True, slots=True)
class OwnRules:
    """Rows for raw.rule_overrides, and what could not be taken of the file."""

    overrides: tuple[dict[str, Any], ...] = ()
    refused_rows: tuple[RefusedRow, ...] = ()
    refused_because: str | None = None
    remedy: str | None = None
    broken: tuple[str, ...] = ()  # keys of rows that cannot be told apart into cells


def known_rules() -> dict[str, dict[str, str]]:
    """Every key that may be overridden: the rules of sql/seeds/rules.csv, and `action.<code>` for each text."""
    with (SQL_DIR / "seeds" / "rules.csv").open(encoding="utf-8", newline="") as stream:
        rules = {row["key"]: row for row in csv.DictReader(stream)}
    with (SQL_DIR / "seeds" / "reasons.csv").open(encoding="utf-8", newline="") as stream:
        texts = {f"action.{row['code']}": {"unit": "text"} for row in csv.DictReader(stream)}
    return rules | texts


def read_rules(path: Path) -> OwnRules:
    """Read rules.csv; without the file the rules of the house hold."""
    if not path.is_file():
        return OwnRules()
    try:
        return _read_rows(read_small_table(path.read_bytes(), ("key", "value")))
    except UnreadableFile as refusal:
        return OwnRules(refused_because=f"{refusal.place}: {refusal.reason}", remedy=refusal.remedy)
    except OSError as error:
        return OwnRules(refused_because=str(error), remedy="Save it as a CSV file in UTF-8.")


def _read_rows(table: SmallTable) -> OwnRules:
    rules = known_rules()
    overrides: dict[tuple[str, str, str], dict[str, Any]] = {}
    refused, broken = [], []
    for line in table.rows:
        row = {name: line.cells.get(name, "") for name in COLUMNS}
        if line.is_broken:
            refused.append(RefusedRow(line.place, OPEN_QUOTE, "What it said before holds until it is mended.", line.text))
            broken.append(row["key"])
            continue
        row["athlete_id"] = unicodedata.normalize("NFC", row["athlete_id"])
        if rules.get(row["key"], {}).get("lowest"):  # a number, perhaps with a decimal comma
            row["value"] = row["value"].replace(",", ".")
        if not any(row.values()):
            continue
        scope = (row["key"], row["athlete_id"], row["squad"])
        problem = _problem_of(row, rules) or ("the same rule stands above" if scope in overrides else "")
        if problem:
            remedy = "The rule of the house holds until it is mended."
            refused.append(RefusedRow(line.place, problem, remedy, ",".join(row.values())))
            continue
        overrides[scope] = {
            "key": row["key"],
            "value": _as_the_tables_have_it(row["value"], rules[row["key"]]),
            "athlete_id": row["athlete_id"] or None,
            "squad": row["squad"] or None,
            "row_number": line.line,
        }
    return OwnRules(tuple(overrides.values()), tuple(refused), broken=tuple(broken))


def _as_the_tables_have_it(value: str, rule: Mapping[str, str]) -> str:
    """What Python takes for a number or a date (20050101, 2000-W01-1, full-width digits), as the database takes it too."""
    if rule.get("unit") == "date":
        return date.fromisoformat(value).isoformat()
    is_number = rule.get("lowest") and not re.fullmatch(PLAIN_NUMBER, value)
    return f"{float(value):.15g}" if is_number else value


def problem_of_people(athlete_id: str | None, squad: str | None, squads: Mapping[str, str]) -> str:
    """Why a rule for this athlete or squad would hold for nobody, empty where somebody is meant; `squads` by athlete."""
    if athlete_id and athlete_id not in squads:
        return f"there is no athlete {athlete_id!r}" + _nearest(athlete_id, squads)
    if squad and squad not in squads.values():
        return f"there is no squad {squad!r}" + _nearest(squad, set(squads.values()))
    if athlete_id and squad and squads[athlete_id] != squad:
        return f"{athlete_id} is in squad {squads[athlete_id]!r}, not in {squad!r}"
    return ""


def _nearest(name: str, known: Iterable[str]) -> str:
    """The known name that was probably meant, whatever its capitals."""
    by_lower_case = {one.lower(): one for one in sorted(known)}
    close = difflib.get_close_matches(name.lower(), by_lower_case, n=1, cutoff=0)
    return f" (did you mean {by_lower_case[close[0]]}?)" if close else ""


def _problem_of(row: dict[str, str], rules: dict[str, dict[str, str]]) -> str:
    """What is wrong with an override, empty where nothing is."""
    key, value = row["key"], row["value"]
    if key not in rules:
        close = difflib.get_close_matches(key, rules, n=1)
        return f"no rule is called {key!r}" + (f" (did you mean {close[0]}?)" if close else "")
    if not value:
        return f"{key}: the value is empty"
    match rules[key]["unit"]:
        case "text":
            return ""
        case "word":
            return "" if value in WORDS[key] else f"{key}: {value!r} is none of {', '.join(WORDS[key])}"
        case "date":
            return _problem_of_date(key, value)
    try:
        number = float(value)
    except ValueError:
        return f"{key}: {value!r} is no number"
    low, high = float(rules[key]["lowest"]), float(rules[key]["highest"])
    return "" if low <= number <= high else f"{key}: {value} is outside {low:g} to {high:g} {rules[key]['unit']}"


def _problem_of_date(key: str, value: str) -> str:
    try:
        date.fromisoformat(value)
    except ValueError:
        return f"{key}: {value!r} is no date (yyyy-mm-dd)"
    return ""
