"""The squad page: who needs a call today, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import duckdb

from dashboards import charts, tables
from dashboards.chain import chain, in_words
from dashboards.display import Scale, distance_scale
from dashboards.words import CAPACITY_LEVELS, CHANGES, FLAG_BY_NAME, FLAGS, RUN_LEVELS, reason_name

TITLE = "Squad"
INTRODUCTION = "Worst first. A flag is a reason to talk, not a diagnosis."
WEEKS = 12

STATUS = """
    select athletes.athlete_id, coalesce(athletes.name, athletes.athlete_id) as name, athletes.squad, athletes.units,
        status.flag, status.priority, status.headline, status.next_action, status.confidence,
        status.run_level, status.capacity_level, status.held_days,
        before.flag as flag_before, before.priority as priority_before
    from marts.athletes
    left join marts.athlete_status as status
        on athletes.athlete_id = status.athlete_id and status.load_date = $as_of
    left join marts.athlete_status as before
        on athletes.athlete_id = before.athlete_id and before.load_date = cast($as_of as date) - 1
    order by athletes.athlete_id
"""
WEEKLY_DISTANCE = """
    select athlete_id, week_start_date, distance_m
    from marts.weekly_summary
    where week_start_date >= ?
    order by athlete_id, week_start_date
"""
CHAIN = """
    select athlete_id, link, state, days_since
    from marts.chain_links
    where load_date = ?
"""
RAISED = """
    select athlete_id, code, min(rank) as rank
    from marts.flags
    where load_date = ? and state = 'raised' and family <> 'data' and level <> 'info'
    group by athlete_id, code
    order by athlete_id, rank
"""
REFUSED = """
    select
        (select count(*) from ops.files where state = 'quarantined' and not is_acknowledged) as files,
        (select count(*) from ops.files where state = 'loaded' and is_partial and not is_acknowledged) as partial_files,
        (select count(*) from ops.quarantined_rows where not is_acknowledged) as rows
"""
RUPTURE = "RED_FLAG_RUPTURE"
PAIN = "PAIN_GATE"


def week_starts(as_of: date) -> list[date]:
    """The Mondays of the last twelve calendar weeks, the running one included."""
    monday = as_of - timedelta(days=as_of.weekday())
    return [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]


def context(connection: duckdb.DuckDBPyConnection, page_names: dict[str, str]) -> dict[str, Any]:
    """What the squad template needs."""
    as_of = tables.as_of_date(connection)
    starts = week_starts(as_of) if as_of else []
    weeks = tables.grouped(tables.rows(connection, WEEKLY_DISTANCE, starts[0]) if starts else [], "athlete_id")
    links = tables.grouped(tables.rows(connection, CHAIN, as_of), "athlete_id")
    raised = tables.grouped(tables.rows(connection, RAISED, as_of), "athlete_id")

    athletes = tables.rows(connection, STATUS, as_of=as_of)
    for athlete in athletes:
        athlete["change"] = CHANGES.get(change(athlete))
        athlete["flag"] = FLAG_BY_NAME.get(athlete["flag"], FLAG_BY_NAME["grey"])
        athlete["page"] = page_names[athlete["athlete_id"]]
        scale = distance_scale(athlete["units"])
        athlete["weeks"] = charts.sparkline(weeks[athlete["athlete_id"]], starts, scale)
        athlete["this_week"] = this_week(weeks[athlete["athlete_id"]], starts, scale)
        athlete["links"] = chain(links[athlete["athlete_id"]])
        athlete["links_in_words"] = in_words(athlete["links"])
        codes = [row["code"] for row in raised[athlete["athlete_id"]]]
        # Where a tendon may have gone, nothing else is worth a word.
        athlete["reasons"] = [reason_name(code) for code in codes if code == RUPTURE or RUPTURE not in codes]
        athlete["lead"] = lead(athlete, codes)
    athletes.sort(key=worst_first)
    changes = [athlete["change"] for athlete in athletes]
    return {
        "title": TITLE,
        "introduction": INTRODUCTION,
        "athletes": athletes,
        "counts": [(flag, sum(athlete["flag"] == flag for athlete in athletes)) for flag in FLAGS],
        "changes": [(word, count) for word in CHANGES.values() if (count := changes.count(word))],
        "refused": tables.rows(connection, REFUSED)[0],
    }


def this_week(weeks: Sequence[tables.Row], starts: Sequence[date], scale: Scale) -> str:
    """The distance of the running calendar week, with its unit."""
    return next((scale.text(week["distance_m"]) for week in weeks if week["week_start_date"] == starts[-1]), scale.text(None))


def lead(athlete: tables.Row, codes: Sequence[str]) -> str:
    """The flag in a few words: pain first, else how running and calf work stand; nothing while it is held, or fine."""
    if athlete["flag"].name not in ("red", "amber") or athlete["held_days"]:
        return ""
    pain = next((reason_name(code) for code in (RUPTURE, PAIN) if code in codes), None)
    if pain:
        return pain
    run, calf = RUN_LEVELS.get(athlete["run_level"]), CAPACITY_LEVELS.get(athlete["capacity_level"])
    words = " · ".join(level for level in (run, calf) if level)
    return words[:1].upper() + words[1:]


def change(athlete: tables.Row) -> str:
    """What became of the flag since the day before: a key of words.CHANGES, or nothing."""
    now, before = athlete["priority"] or 0, athlete["priority_before"] or 0
    if now > before:
        return "worse" if before else "new"
    if athlete["flag"] == "grey":
        return "lost" if athlete["flag_before"] not in (None, "grey") else ""
    if now < before:
        return "better" if now else "cleared"
    return ""


def worst_first(athlete: tables.Row) -> tuple[Any, ...]:
    """Priority, then red before amber before grey before green, then name."""
    return (-(athlete["priority"] or 0), athlete["flag"].order, athlete["name"].casefold(), athlete["athlete_id"])
