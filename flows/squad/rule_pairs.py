"""Rules of which one may not be above another: an amber line above the red one would make red days without amber ones before.

Column not_above of sql/seeds/rules.csv names the other rule. Who sets one of the two has to mind what holds of the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flows.seed_files import seed_rows

Rule = Mapping[str, Any]  # a row of raw.rule_overrides: key, value, athlete_id, squad, row_number


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A row of rules.csv that cannot hold beside the other rule of its pair, and why."""

    rule: Rule
    problem: str


def pairs() -> dict[str, str]:
    """By rule, the one that it may not be above."""
    return {row["key"]: row["not_above"] for row in seed_rows("rules") if row["not_above"]}


def contradictions(rules: Iterable[Rule], squads: Mapping[str, str]) -> list[Contradiction]:
    """The rows to leave out so that no pair contradicts itself for any athlete. `squads` is by athlete.

    Of two rows that contradict each other the narrower one goes, of two for the same people the lower one; a row beside a value
    of the house goes.
    """
    left, found = list(rules), []
    while one := _first(left, squads):
        found.append(one)
        left.remove(one.rule)
    return found


def problem_of_values(low: str, high: str, values: Mapping[str, str]) -> str:
    """Why two rules of a pair cannot have these values, and what to do; empty if they can."""
    if float(values[low]) <= float(values[high]):
        return ""
    return f"{low} would be {values[low]} and {high} {values[high]}, but {low} may not be above {high}"


def _first(rules: list[Rule], squads: Mapping[str, str]) -> Contradiction | None:
    house = {row["key"]: row["value"] for row in seed_rows("rules")}
    for athlete_id, squad in squads.items():
        own = _of(athlete_id, squad, rules)
        if not own:
            continue
        values = house | {key: rule["value"] for key, rule in own.items()}
        for low, high in pairs().items():
            if problem := problem_of_values(low, high, values):
                rows = sorted(
                    (own[key] for key in (low, high) if key in own), key=lambda rule: (_width(rule), rule["row_number"])
                )
                others = "".join(f" (row {rule['row_number']})" for rule in rows[:-1])
                return Contradiction(rows[-1], f"for {athlete_id} {problem}{others}")
    return None


def _of(athlete_id: str, squad: str, rules: list[Rule]) -> dict[str, Rule]:
    """The row that holds for an athlete, by key: the narrowest."""
    meant = [rule for rule in rules if rule["athlete_id"] in (None, athlete_id) and rule["squad"] in (None, squad)]
    return {rule["key"]: rule for rule in sorted(meant, key=_width)}


def _width(rule: Rule) -> int:
    """The wider, the smaller: for everybody, for a squad, for an athlete."""
    return (rule["athlete_id"] is not None) * 2 + (rule["squad"] is not None)
