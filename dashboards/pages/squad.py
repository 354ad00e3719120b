"""The squad page: who needs a call today, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import duckdb

from dashboards import sentences, tables
from dashboards.chain import chain, links
from dashboards.charts.small import sparkline
from dashboards.gate import Gate, gate
from dashboards.words import CAPACITY_LEVELS, CHANGES, FAMILIES, doubts, flag_of, flags, in_language, reason_name, run_words
from flows.words.amounts import Scale, distance_scale, hours_minutes
from flows.words.language import N_, gettext

TITLE = N_("Squad")
WEEKS = 12

STATUS = """
    select athletes.athlete_id, coalesce(athletes.name, athletes.athlete_id) as name, athletes.squad, athletes.units,
        status.flag, status.headline, status.next_action, status.confidence, status.confidence_because, status.run_level,
        status.capacity_level,
        status.held_days, status.change, status.flag_since, status.flag_day, status.attention_key, status.reasons,
        status.person_states, status.forbids, rules.young_age
    from marts.athletes
    left join marts.athlete_status as status
        on athletes.athlete_id = status.athlete_id and status.load_date = $as_of
    left join seeds.athlete_rules as rules on athletes.athlete_id = rules.athlete_id
    order by athletes.athlete_id
"""
WEEKLY_DISTANCE = """
    select athlete_id, week_start_date, distance_m, moving_s
    from marts.weekly_summary
    where week_start_date >= ?
    order by athlete_id, week_start_date
"""
CHAIN = """
    select athlete_id, link, state, days_since, is_left_out
    from marts.chain_links
    where load_date = ?
"""
RAISED = """
    select athlete_id, code, any_value(family) as family, bool_or(starts_with(message, 'clock.never')) as is_never_done,
        bool_and(family <> 'data' and level <> 'info') as is_reason,
        min(rank) as rank
    from marts.flags
    where load_date = ? and state = 'raised'
    group by athlete_id, code
    order by athlete_id, rank, code
"""
# The age of the newest data, and whether it exceeds the rule.
FRESHNESS = """
    select ages.athlete_id, ages.last_run_date as run_date, ages.last_set_date as set_date,
        ages.days_since_run as run_days, ages.days_since_set as set_days,
        stale.value as silent_days, coalesce(stale.state = 'raised', false) as is_stale
    from marts.data_age as ages
    left join marts.flags as stale
        on ages.athlete_id = stale.athlete_id and stale.load_date = $as_of and stale.code = 'DATA_STALE_SOURCE'
"""
REFUSED = """
    select refused_files as files, partly_read_files as partial_files, refused_rows as rows
    from ops.refused_totals
"""
RUPTURE = "RED_FLAG_RUPTURE"
# Also while the flag is held.
OF_RUPTURE: tables.Row = {"code": RUPTURE, "family": "pain", "is_reason": True, "is_never_done": False}
PAIN, OPEN_INJURY = "PAIN_GATE", "OPEN_INJURY"
# Sort orders besides worst first: key -> label.
SORTS = {
    "name": N_("Name"),
    "squad": N_("Squad"),
    "change": N_("What changed"),
    "week": N_("Most this week"),
    "run": N_("Longest since a run"),
    "set": N_("Longest since strength work"),
}


def week_starts(as_of: date) -> list[date]:
    """The Mondays of the last twelve calendar weeks, the current one included."""
    monday = as_of - timedelta(days=as_of.weekday())
    return [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]


def context(connection: duckdb.DuckDBPyConnection, page_names: dict[str, str]) -> dict[str, Any]:
    """What the squad template needs."""
    as_of = tables.as_of_date(connection)
    athletes = athletes_today(connection, as_of)
    for athlete in athletes:
        athlete["page"] = page_names[athlete["athlete_id"]]
    chain_links = links(connection)
    changes = Counter(athlete["change"] for athlete in athletes)
    squads = Counter(athlete["squad"] for athlete in athletes if athlete["squad"])
    return {
        "title": gettext(TITLE),
        "athletes": athletes,
        "counts": [(flag, sum(athlete["flag"] == flag for athlete in athletes)) for flag in flags()],
        "change_words": in_language(CHANGES),
        "changes": [(change, gettext(word), changes[change]) for change, word in CHANGES.items() if changes[change]],
        "squads": sorted(squads.items()) if len(squads) > 1 else [],
        "reasons": reasons_by_family(athletes),
        "sorts": in_language(SORTS)
        | {link.link: gettext("Longest without {link}").format(link=link.name) for link in chain_links},
        "newest_date": max((date_ for athlete in athletes for date_ in athlete["data_dates"]), default=None),
        "chain_words": ", ".join(link.short for link in chain_links),
        "links": [link.link for link in chain_links],
        "refused": refused(connection),
    }


def athletes_today(connection: duckdb.DuckDBPyConnection, as_of: date | None) -> list[tables.Row]:
    """Every athlete as of that day, worst first: flag, change, reasons, chain, weeks and the age of the data."""
    starts = week_starts(as_of) if as_of else []
    weeks = tables.grouped(tables.rows(connection, WEEKLY_DISTANCE, starts[0]) if starts else [], "athlete_id")
    chain_links = links(connection)
    days = tables.grouped(tables.rows(connection, CHAIN, as_of), "athlete_id")
    raised = tables.grouped(tables.rows(connection, RAISED, as_of), "athlete_id")
    freshness = {row["athlete_id"]: row for row in tables.rows(connection, FRESHNESS, as_of=as_of)}

    athletes = sentences.in_language(connection, tables.rows(connection, STATUS, as_of=as_of))
    for athlete in athletes:
        athlete_id = athlete["athlete_id"]
        athlete["flag"] = flag_of(athlete["flag"])
        scale = distance_scale(athlete["units"])
        athlete["weeks"] = sparkline(weeks[athlete_id], starts, scale)
        this_week = current_week(weeks[athlete_id], starts)
        athlete["week_m"] = this_week.get("distance_m")
        athlete["this_week"] = told_week(this_week, scale)
        athlete["links"] = chain(chain_links, days[athlete_id], athlete["person_states"])
        # After a possible tendon rupture no other reason is shown.
        today = [reason["code"] for reason in raised[athlete_id]]
        is_rupture = RUPTURE in (*(athlete["reasons"] or []), *today)
        athlete["raised"] = [OF_RUPTURE] if is_rupture else told(raised[athlete_id], gate(athlete["forbids"]))
        reasons = [reason for reason in athlete["raised"] if reason["is_reason"]]
        codes = [reason["code"] for reason in reasons]
        athlete["lead"] = lead(athlete, codes)
        athlete["names"] = [reason_name(reason["code"], is_never_done=reason["is_never_done"]) for reason in reasons]
        athlete["is_young"] = "under_16" in (athlete["person_states"] or [])
        athlete["doubts"] = doubts(athlete["confidence_because"])
        athlete["data"] = freshness[athlete_id]
        athlete["data_dates"] = [day for day in (athlete["data"]["run_date"], athlete["data"]["set_date"]) if day]
    return sorted(athletes, key=soonest_first)


def told(raised: list[tables.Row], allowed: Gate) -> list[tables.Row]:
    """The raised reasons that are told: of calf work none where its dose is a clinician's."""
    return [reason for reason in raised if allowed.allows("exercise", "own_dose") or reason["family"] != "calf"]


def refused(connection: duckdb.DuckDBPyConnection) -> tables.Row:
    """How many files and rows were refused or only partly read and are not acknowledged."""
    return tables.rows(connection, REFUSED)[0]


def reasons_by_family(athletes: Sequence[tables.Row]) -> dict[str, list[tuple[str, str, int]]]:
    """The reasons raised today by family: code, name, and number of runners."""
    counts = Counter((reason["family"], reason["code"]) for athlete in athletes for reason in athlete["raised"])
    families: dict[str, list[tuple[str, str, int]]] = {}
    for family, name in FAMILIES.items():
        found = [(code, reason_name(code), count) for (of, code), count in counts.items() if of == family]
        if found:
            families[gettext(name)] = sorted(found, key=lambda reason: reason[1])
    return families


def current_week(weeks: Sequence[tables.Row], starts: Sequence[date]) -> tables.Row:
    """The row of the current calendar week; empty where nothing is known of it."""
    return next((week for week in weeks if week["week_start_date"] == starts[-1]), {})


def told_week(week: tables.Row, scale: Scale) -> str:
    """The running of a week: its distance, or its time where a run has no distance."""
    if week.get("distance_m") is None and week.get("moving_s") is not None:
        return hours_minutes(week["moving_s"])
    return scale.text(week.get("distance_m"))


def lead(athlete: tables.Row, codes: Sequence[str]) -> str:
    """The flag in a few words: pain or injury if any, else run and calf level; empty unless red or amber and not held."""
    if athlete["flag"].name not in ("red", "amber") or athlete["held_days"]:
        return ""
    pain = next((reason_name(code) for code in (RUPTURE, PAIN, OPEN_INJURY) if code in codes), None)
    if pain:
        return pain
    run, calf = run_words(athlete).get(athlete["run_level"]), CAPACITY_LEVELS.get(athlete["capacity_level"])
    words = " · ".join(gettext(level) for level in (run, calf) if level)
    return words[:1].upper() + words[1:]


def soonest_first(athlete: tables.Row) -> tuple[Any, ...]:
    """Sorts by attention, then by name; athletes without a status come last."""
    key = athlete["attention_key"]
    return (key is None, key, athlete["name"].casefold(), athlete["athlete_id"])
