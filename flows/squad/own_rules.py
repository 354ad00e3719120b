"""rules.csv: a squad's own rules, per squad or per athlete. A wrong key or value is refused, with what would be right."""

from __future__ import annotations

import logging
import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from flows.nearest import did_you_mean
from flows.seed_files import seed_rows
from flows.squad.own_tables import OwnTable, Row, RowProblem, Understood
from flows.state import database

LOG = logging.getLogger("tendonwatch")
COLUMNS = ("key", "value", "athlete_id", "squad")
PLAIN_NUMBER = r"[+-]?[0-9]+(\.[0-9]+)?"
WORDS = {"ewma_seed": ("first_day", "mean_28d", "zero")}


def known_rules() -> dict[str, Mapping[str, str]]:
    """Every key that may be overridden: the rules of sql/seeds/rules.csv, and `action.<code>` for each text."""
    rules: dict[str, Mapping[str, str]] = {row["key"]: row for row in seed_rows("rules")}
    return rules | {f"action.{row['code']}": {"unit": "text"} for row in seed_rows("reasons")}


@cache
def retired_keys() -> frozenset[str]:
    """Keys of former rules: their rows are ignored, not refused, see warn_of_retired."""
    return frozenset(row["key"] for row in seed_rows("retired_rules"))


def warn_of_retired(work: Path) -> None:
    """Log which of the squad's own rules no longer exist, and what to do about it."""
    with database.writer(work) as connection:
        found = database.rows(
            connection,
            "select row_number, key, instead from raw.rule_overrides join seeds.retired_rules using (key) order by row_number",
        )
    for row in found:
        LOG.warning("%s, row %s: %s is no rule any more. %s", RULES.file, row["row_number"], row["key"], row["instead"])


def _understood(row: Row) -> Understood | None:
    rules = known_rules()
    cells = {name: row.cells.get(name, "") for name in COLUMNS}
    cells["athlete_id"] = unicodedata.normalize("NFC", cells["athlete_id"])
    if rules.get(cells["key"], {}).get("lowest"):  # a number, perhaps with a decimal comma
        cells["value"] = cells["value"].replace(",", ".")
    if not any(cells.values()):
        return None
    text = ",".join(cells.values())
    if cells["key"] not in retired_keys() and (problem := _problem_of(cells, rules)):
        raise RowProblem(problem, text)
    record = {
        "key": cells["key"],
        "value": _as_the_tables_have_it(cells["value"], rules.get(cells["key"], {})),
        "athlete_id": cells["athlete_id"] or None,
        "squad": cells["squad"] or None,
        "row_number": row.line,
    }
    return Understood(record, text)


def problem_of_rule(key: str, value: str) -> str:
    """Why a rule cannot have this value, with what it may have; empty if it can."""
    if key in retired_keys():
        return next(f"{key} is no rule any more. {row['instead']}" for row in seed_rows("retired_rules") if row["key"] == key)
    return _problem_of({"key": key, "value": value}, known_rules())


def as_the_tables_have_it(key: str, value: str) -> str:
    """A value that has no problem, as the tables hold it."""
    return _as_the_tables_have_it(value, known_rules()[key])


def _as_the_tables_have_it(value: str, rule: Mapping[str, str]) -> str:
    """A number or date that Python accepts (20050101, 2000-W01-1, full-width digits), in a form that the database accepts too."""
    if rule.get("unit") == "date":
        return date.fromisoformat(value).isoformat()
    is_number = rule.get("lowest") and not re.fullmatch(PLAIN_NUMBER, value)
    return f"{float(value):.15g}" if is_number else value


def problem_of_people(athlete_id: str | None, squad: str | None, squads: Mapping[str, str]) -> str:
    """Why a rule for this athlete or squad would apply to nobody; empty if it applies to somebody. `squads` is by athlete."""
    if athlete_id and athlete_id not in squads:
        return f"there is no athlete {athlete_id!r}" + did_you_mean(athlete_id, squads, at_least=0)
    if squad and squad not in squads.values():
        return f"there is no squad {squad!r}" + did_you_mean(squad, set(squads.values()), at_least=0)
    if athlete_id and squad and squads[athlete_id] != squad:
        return f"{athlete_id} is in squad {squads[athlete_id]!r}, not in {squad!r}"
    return ""


def _problem_of(row: dict[str, str], rules: Mapping[str, Mapping[str, str]]) -> str:
    """What is wrong with an override; empty if nothing is."""
    key, value = row["key"], row["value"]
    if key not in rules:
        return f"no rule is called {key!r}{did_you_mean(key, rules)}"
    if not value:
        return f"{key}: the value is empty"
    match rules[key]["unit"]:
        case "text":
            return ""
        case "word":
            return "" if value in WORDS[key] else f"{key}: {value!r} is none of {', '.join(WORDS[key])}"
        case "date":
            return _problem_of_date(key, value)
    low, high, unit = float(rules[key]["lowest"]), float(rules[key]["highest"]), rules[key]["unit"]
    try:
        number = float(value)
    except ValueError:
        return f"{key}: {value!r} is not a number; it may be {low:g} to {high:g} {unit}"
    if rules[key]["type"] == "integer" and math.isfinite(number) and number != int(number):
        return f"{key}: {value} is not a whole number of {unit}; it may be {low:g} to {high:g}"
    return "" if low <= number <= high else f"{key}: {value} is outside {low:g} to {high:g} {unit}"


def _problem_of_date(key: str, value: str) -> str:
    try:
        date.fromisoformat(value)
    except ValueError:
        return f"{key}: {value!r} is not a date (yyyy-mm-dd)"
    return ""


RULES = OwnTable(
    file="rules.csv",
    raw_table="rule_overrides",
    held_rows="row_number > 0",
    required=("key", "value"),
    key=("key", "athlete_id", "squad"),
    understand=_understood,
    remedy="The rule of the house holds until it is mended.",
    twice=lambda _: "the same rule stands above",
)
