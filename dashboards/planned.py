"""The planned days of the next week: as cells of a page, as a line for the squad, and as a calendar to download."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import duckdb

from dashboards import tables
from flows.words.amounts import WEEK_DAYS, Scale, distance_scale, hours_minutes, number, short_date
from flows.words.language import N_, gettext
from flows.words.sentences import said, sentence

PLAN = """
    select plan.*, athletes.units
    from marts.plan_check as plan
    inner join marts.athletes on plan.athlete_id = athletes.athlete_id
    where plan.athlete_id between $first and $last
    order by plan.athlete_id, plan.plan_date
"""
# Of each runner the first day of the next week whose plan is over, else the first that nobody can judge while nothing is on file.
RAISING = """
    select plan.athlete_id, plan.plan_date, plan.state, plan.message, plan.facts, athletes.units, plan.as_of_date
    from marts.plan_check as plan
    inner join marts.athletes on plan.athlete_id = athletes.athlete_id
    where plan.day_number <= 7 and (plan.state in ('over_run', 'over_week') or plan.not_assessed_because in ('silent', 'no_run'))
    qualify row_number() over (
        partition by plan.athlete_id order by plan.state = 'not_assessed', plan.state, plan.plan_date
    ) = 1
    order by plan.athlete_id
"""
KINDS = {
    "easy": N_("easy"),
    "long": N_("long"),
    "fast": N_("fast"),
    "race": N_("race"),
    "strength": N_("strength"),
    "run": N_("run"),
}
TITLES = {
    "easy": N_("Easy run"),
    "long": N_("Long run"),
    "fast": N_("Fast run"),
    "race": N_("Race"),
    "strength": N_("Strength"),
    "run": N_("Run"),
}
# What stands in a cell beside what is planned; of a state that is not here a run has a tick: it is within its ceilings.
SHORT = {
    "over_run": N_("{over} over"),
    "over_week": N_("week {over} over"),
    "fast_wait": N_("fast: wait"),
    "no_calf_work_planned": N_("no calf work planned"),
    "forbidden": N_("not now"),
    "not_assessed": N_("not assessed"),
}
# The PRODID by which our reader knows a calendar that we wrote (flows/readers/ics.py).
PRODID = "-//Tendonwatch//Plan//EN"


def week(days: Sequence[tables.Row]) -> list[dict[str, Any]] | None:
    """Seven cells of the next days; None where nothing is planned for them."""
    ahead = [day for day in days if day["day_number"] <= WEEK_DAYS]
    return [_cell(day) for day in ahead] or None


def _cell(day: tables.Row) -> dict[str, Any]:
    state = day["state"]
    return {
        "date": day["plan_date"],
        "amount": amount(day),
        "kinds": ", ".join(gettext(KINDS[kind]) for kind in day["kinds"]) or (gettext("rest") if state == "ok" else ""),
        "state": state,
        "is_ok": state == "ok" and day["runs"] > 0,
        "short": short(day),
        "words": None if state == "ok" else words(day),
    }


def amount(day: tables.Row) -> str | None:
    """The planned distance, or the time where that alone is planned; None where there is no run or no amount."""
    if not day["runs"]:
        return None
    scale = distance_scale(day["units"])
    if day["distance_m"] is not None:
        return _plain(scale, day["distance_m"])
    return None if day["moving_s"] is None else hours_minutes(day["moving_s"])


def short(day: tables.Row) -> str | None:
    """What is to be said of the day in two or three words; None where it is as it should be."""
    if day["state"] not in SHORT:
        return None
    over = _over(day)
    return gettext(SHORT[day["state"]]).format(over=over)


def _over(day: tables.Row) -> str:
    if day["over_by_m"] is not None:
        return distance_scale(day["units"]).text(day["over_by_m"])
    return "" if day["over_by_s"] is None else hours_minutes(day["over_by_s"])


def _plain(scale: Scale, metres: float) -> str:
    """A planned distance as people write it: 18 km, 7.5 km."""
    shown = round(scale.of(metres) or 0, 1)
    return f"{number(shown, 0 if shown.is_integer() else 1)} {scale.unit}"


def words(day: tables.Row) -> str:
    """A sentence on one planned day."""
    facts = json.loads(day["facts"]) if isinstance(day["facts"], str) else day["facts"]
    return sentence(said(day["message"], facts, day["units"] or "km", day["as_of_date"]))


def raising(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """Whose plan of the next seven days will raise the flag, and by what; and whose plan nobody can judge: by athlete_id."""
    return {
        day["athlete_id"]: {"words": words(day), "is_over": day["state"] != "not_assessed"}
        for day in tables.rows(connection, RAISING)
    }


def calendar(days: Sequence[tables.Row], as_of: date) -> bytes:
    """The planned days of one runner with what stands against them, as .ics: no title, no name, and nothing forbidden."""
    from icalendar import Calendar, Event  # noqa: PLC0415 - slow to load, and few squads have a plan

    written = Calendar()
    written.add("prodid", PRODID)
    written.add("version", "2.0")
    for day in days:
        if not day["kinds"]:
            continue
        event = Event()
        digest = hashlib.sha256(f"{day['athlete_id']}|{day['plan_date']}".encode()).hexdigest()
        event.add("uid", f"{digest[:32]}@tendonwatch")
        # The same plan gives the same bytes: no clock but that of the day it was looked at.
        event.add("dtstamp", datetime.combine(as_of, time(), UTC))
        event.add("dtstart", day["plan_date"])
        event.add("dtend", day["plan_date"] + timedelta(days=1))
        event.add("summary", _summary(day))
        event.add("description", _description(day))
        written.add_component(event)
    data: bytes = written.to_ical()
    return data


def _summary(day: tables.Row) -> str:
    parts = [gettext(TITLES[kind]) for kind in day["kinds"]]
    planned = " + ".join(parts)
    if shown := amount(day):
        planned = f"{planned} {shown}"
    beside = short(day)
    return f"{planned} ({beside})" if beside else planned


def _description(day: tables.Row) -> str:
    lines = [] if day["state"] == "ok" else [words(day)]
    scale = distance_scale(day["units"])
    if day["runs"] and day["run_ceiling_m"] is not None and day["longest_m"] is not None:
        lines.append(gettext("Longest run up to {length}.").format(length=scale.ceiling_text(day["run_ceiling_m"])))
    elif day["runs"] and day["run_ceiling_s"] is not None and day["longest_s"] is not None:
        lines.append(gettext("Longest run up to {length}.").format(length=hours_minutes(day["run_ceiling_s"] // 60 * 60)))
    lines.append(gettext("As of {day}.").format(day=short_date(day["as_of_date"])))
    return "\n".join(lines)
