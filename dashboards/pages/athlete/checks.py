"""What was checked: the reasons in numbers, their arithmetic and files, the notes, and the table of all checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from dashboards import sentences, tables
from dashboards.gate import RUPTURE, gate
from dashboards.pages.athlete.batch import Batch
from dashboards.words import FAMILIES, basis, is_research, reason_limit, reason_name
from flows.words.amounts import counted, hours_minutes, number, value_with_unit
from flows.words.language import gettext
from flows.words.links import works_of_reasons
from flows.words.reasons import REPORTED, reason_of

FILES_SHOWN = 6
# Of calf work that may not be asked for.
UNTOLD = ("because.until_examined", "because.dose_of_clinician", "because.not_at_this_age", "because.load_is_held")
RED_LEVELS = ("R2", "C2", "red")
JUDGED = ("late", "stopped", "credit_only")  # what these tell of a link is a judgement, and so its name

# All reasons of the as-of date, raised or not; for a held flag also the reasons of the day since which it is held.
FLAGS = """
    select flags.athlete_id, flags.load_date, flags.code, flags.state, flags.not_assessed_because, flags.side, flags.family,
        flags.level, flags.measure, flags.value, flags.threshold, flags.comparison, flags.unit,
        flags.window_days, flags.evidence, flags.source_tag, flags.message, flags.facts
    from marts.flags
    left join marts.athlete_status as status
        on flags.athlete_id = status.athlete_id and status.load_date = $as_of
    where
        flags.athlete_id between $first and $last
        and (
            flags.load_date = $as_of
            or (
                status.held_days > 0
                and flags.family <> 'data'
                and flags.load_date = status.reasons_date
            )
        )
    order by flags.athlete_id, flags.load_date desc, flags.rank, flags.code, flags.measure, flags.side
"""
SOURCES = """
    select found.athlete_id, found.load_date, found.code, found.measure, found.source_date, found.role, found.amount,
        found.sources, paths.path
    from marts.flag_sources as found
    left join ops.athlete_paths as paths on found.athlete_id = paths.athlete_id and found.file_id = paths.file_id
    where found.source_number <= $most and found.athlete_id between $first and $last
    order by found.athlete_id, found.load_date, found.code, found.measure, found.source_number
"""


class Checks:
    """The checks of a batch, athlete by athlete."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, batch: Batch, measures: Sequence[tables.Row]) -> None:
        self._as_of, self._measures = batch.as_of, measures
        flags = tables.rows(connection, FLAGS, **batch.ids, as_of=batch.as_of)
        self._flags = tables.grouped(sentences.in_language(connection, flags), "athlete_id")
        found = tables.rows(connection, SOURCES, **batch.ids, most=FILES_SHOWN)
        self._sources = tables.grouped(found, "athlete_id", "load_date", "code", "measure")

    def of(self, athlete: tables.Row, is_rupture: bool) -> dict[str, Any]:
        """The checks as the page shows them; after a possible rupture only the rupture, pain and data are shown."""
        has_targets = gate(athlete["forbids"]).has_targets
        checks = [check(flag, self._measures, athlete["units"], has_targets) for flag in self._flags[athlete["athlete_id"]]]
        today = [found for found in checks if found["load_date"] == self._as_of]
        raised = behind_flag(checks, is_rupture)
        for found in raised:
            rows = self._sources[athlete["athlete_id"], found["load_date"], found["code"], found["measure"]]
            found["sources"] = [source(row, self._measures, athlete["units"]) for row in rows]
        return {
            "raised": raised,
            "notes": [found for found in today if is_note(found) and not is_rupture],
            "families": families(today, ["pain", "data"] if is_rupture else list(FAMILIES)),
            "today": today,
        }


def check(flag: tables.Row, measures: Sequence[tables.Row], units: str | None, has_targets: bool = True) -> tables.Row:
    """One row of marts.flags with its label, limit, value and basis in words; of sets no limit where no target may be told."""
    name = next((measure["name"] for measure in measures if measure["measure"] == flag["measure"]), None)
    reason = reason_of(flag["code"])
    threshold = None if flag["threshold"] is None else value_with_unit(flag["threshold"], flag["unit"], units)
    is_yes = flag["state"] == "raised" and flag["unit"] in ("events", "sites")
    shown = gettext(REPORTED) if is_yes else value_with_unit(flag["value"], flag["unit"], units)
    is_about_mornings = flag["measure"] == "worse_mornings"
    is_never_done = (flag["message"] or "").startswith("clock.never")
    lasts_until_examined = flag["code"] == RUPTURE and flag["state"] == "raised"
    days = counted(flag["window_days"], "day") if flag["window_days"] else ""
    label = gettext("Worse mornings") if is_about_mornings else reason_name(flag["code"], name, is_never_done)
    if (flag["message"] or "").startswith(UNTOLD):
        label = unjudged(flag, label)
    limit = gettext("two in a row") if is_about_mornings else reason_limit(flag["code"], threshold, flag["comparison"])
    return {
        **flag,
        "label": label,
        "limit": limit if has_targets or flag["measure"] != "sets_week" else "",
        "has_limit": reason is None or reason.limit != "any",
        "shown": shown,
        "window": gettext("until examined") if lasts_until_examined else days,
        "basis": basis(flag["source_tag"]),
        "is_red": flag["level"] in RED_LEVELS,
        "is_research": is_research(flag["source_tag"]),
    }


def unjudged(flag: tables.Row, label: str) -> str:
    """The label of a check without its verdict: of what may not be asked for, nothing is late or few."""
    if flag["measure"] == "sets_week":
        return gettext("Calf sets a week")
    tells, work = works_of_reasons().get(flag["code"], ("", ""))
    label = gettext(work) if tells in JUDGED else label
    return f"{label[:1].upper()}{label[1:]}"


def source(row: tables.Row, measures: Sequence[tables.Row], units: str) -> tables.Row:
    """One file behind a value, with its share of the value; Achilles load is relative, so its number is left out."""
    unit = next((measure["unit"] for measure in measures if measure["measure"] == row["measure"]), None)
    if row["amount"] is None or row["measure"] == "achilles_load_steps":
        shown = None
    elif row["role"] == "sets":
        shown = counted(row["amount"], "set")
    elif unit == "s":
        shown = hours_minutes(row["amount"])
    elif row["measure"] == "ascent_m":
        shown = f"{number(row['amount'])} m"
    elif row["measure"] == "fast_steps":
        shown = counted(round(row["amount"]), "step")
    else:
        shown = value_with_unit(row["amount"], unit, units)
    return {**row, "shown": shown}


def is_note(found: tables.Row) -> bool:
    """Whether a raised reason leaves the flag alone: it is context, or about the data."""
    return found["state"] == "raised" and (found["family"] == "data" or found["level"] == "info")


def behind_flag(checks: Sequence[tables.Row], is_rupture: bool) -> list[tables.Row]:
    """The raised reasons behind the flag, each once: today's, then those of the day since which the flag is held."""
    made: dict[tuple[str, str, str], tables.Row] = {}
    for found in checks:
        if found["state"] == "raised" and not is_note(found) and (found["code"] == RUPTURE or not is_rupture):
            made.setdefault((found["code"], found["measure"], found["side"]), found)
    return list(made.values())


def families(today: Sequence[tables.Row], shown: Sequence[str]) -> list[dict[str, Any]]:
    """Today's reasons by family: raised, clear and not assessed."""
    by_family = tables.grouped(today, "family")
    return [
        {
            "name": gettext(FAMILIES[family]),
            "count": len(by_family[family]),
            **{
                state: [found for found in by_family[family] if found["state"] == state]
                for state in ("raised", "clear", "not_assessed")
            },
        }
        for family in shown
        if family in by_family
    ]
