"""The runners of the squad page as of the day, worst first, each with everything that its line says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import duckdb

from dashboards import notes, planned, sentences, tables
from dashboards.chain import chain, links
from dashboards.gate import RUPTURE, Gate, gate
from dashboards.pages.athlete.room import is_silent
from dashboards.pages.squad import line
from dashboards.pages.squad.limits import limits
from dashboards.words import doubts, flag_of, reason_name
from flows.words.amounts import distance_scale

STATUS = """
    select athletes.athlete_id, coalesce(athletes.name, athletes.athlete_id) as name, athletes.squad, athletes.units,
        status.* exclude (athlete_id, load_date),
        room.* exclude (athlete_id, load_date)
    from marts.athletes
    left join marts.athlete_status as status
        on athletes.athlete_id = status.athlete_id and status.load_date = $as_of
    left join marts.next_week_room as room
        on athletes.athlete_id = room.athlete_id and room.load_date = $as_of
    order by athletes.athlete_id
"""
BOARD = "from marts.squad_board order by athlete_id"
CHAIN = """
    select athlete_id, link, state, days_since, is_left_out
    from marts.chain_links
    where load_date = ?
"""
RAISED = """
    select athlete_id, code, any_value(family) as family, bool_or(starts_with(message, 'clock.never')) as is_never_done,
        bool_and(family <> 'data' and level <> 'info') as is_reason,
        bool_or(level in ('R2', 'C2', 'red')) as is_red,
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
# What of the board nobody knows once nothing has come in for long.
RUNNING = ("distance_7d_m", "usual_distance_m", "moving_7d_s", "usual_moving_s", "above_usual_percent")
OF_RUPTURE: tables.Row = {"code": RUPTURE, "family": "pain", "is_reason": True, "is_never_done": False, "is_red": True}


def athletes_today(connection: duckdb.DuckDBPyConnection, as_of: date | None) -> list[tables.Row]:
    """Every athlete as of that day, worst first: flag, since when, state, reasons, chain, weeks and the age of the data.

    Whose quiet time holds stands below those who need a call.
    """
    chain_links = links(connection)
    days = tables.grouped(tables.rows(connection, CHAIN, as_of), "athlete_id")
    raised = tables.grouped(tables.rows(connection, RAISED, as_of), "athlete_id")
    freshness = {row["athlete_id"]: row for row in tables.rows(connection, FRESHNESS, as_of=as_of)}
    ids = tables.athlete_ids(connection)
    rules = tables.athlete_rules(connection, ids[0], ids[-1]) if ids else {}
    board = {row["athlete_id"]: row for row in tables.rows(connection, BOARD)}
    noted, over = notes.last_notes(connection), planned.raising(connection)

    athletes = sentences.in_language(connection, tables.rows(connection, STATUS, as_of=as_of))
    for athlete in athletes:
        athlete_id = athlete["athlete_id"]
        allowed = gate(athlete["forbids"])
        athlete["flag"] = flag_of(athlete["flag"])
        athlete["links"] = chain(chain_links, days[athlete_id], athlete["person_states"])
        # After a possible tendon rupture no other reason is shown.
        today = [reason["code"] for reason in raised[athlete_id]]
        is_rupture = RUPTURE in (*(athlete["reasons"] or []), *today)
        athlete["raised"] = [OF_RUPTURE] if is_rupture else told(raised[athlete_id], allowed)
        reasons = [reason for reason in athlete["raised"] if reason["is_reason"]]
        athlete["names"] = [
            {"name": reason_name(reason["code"], is_never_done=reason["is_never_done"]), "is_red": reason["is_red"]}
            for reason in reasons
        ]
        athlete["doubts"] = doubts(athlete["confidence_because"])
        athlete["data"] = freshness[athlete_id]
        athlete["data_dates"] = [day for day in (athlete["data"]["run_date"], athlete["data"]["set_date"]) if day]
        athlete["is_quiet"] = bool(athlete["is_quiet"])
        athlete["quiet"] = None if athlete["is_quiet"] else notes.quiet_words(athlete)  # while it holds, the line says so
        athlete["coach_notes"] = [noted[athlete_id]] if athlete_id in noted else []
        athlete["plan"] = over.get(athlete_id)
        athlete["is_plan_over"] = bool(athlete["plan"] and athlete["plan"]["is_over"])
        athlete.update(said(athlete, board[athlete_id], allowed, rules.get(athlete_id)))
    return sorted(athletes, key=soonest_first)


def said(athlete: tables.Row, board: tables.Row, allowed: Gate, rules: Mapping[str, str] | None) -> dict[str, Any]:
    """What the line and its open part say from marts.squad_board."""
    scale = distance_scale(athlete["units"])
    if is_silent(athlete):
        board = board | dict.fromkeys(RUNNING)
    return {
        "board": board,
        "reason": athlete.get("short_reason") or athlete["headline"],
        "action": athlete.get("short_action") or athlete["next_action"],
        "since": line.since(athlete),
        "states": line.states(athlete, board, rules),
        "running": line.running(board, scale),
        "dots": line.dots(board["flags_14d"] or []),
        "segments": line.segments(athlete["links"]),
        "exercises": line.exercises(board, athlete["links"], allowed),
        "pain": line.pain(board),
        "limits": limits(athlete, scale, allowed, rules),
        "sort": line.sort_keys(athlete, board),
    }


def told(raised: list[tables.Row], allowed: Gate) -> list[tables.Row]:
    """The raised reasons that are told: of calf work none where its dose is a clinician's."""
    return [reason for reason in raised if allowed.allows("exercise", "own_dose") or reason["family"] != "calf"]


def refused(connection: duckdb.DuckDBPyConnection) -> tables.Row:
    """How many files and rows were refused or only partly read and are not acknowledged."""
    return tables.rows(connection, REFUSED)[0]


def soonest_first(athlete: tables.Row) -> tuple[Any, ...]:
    """Sorts who needs a call, who is quiet, and the others, each by attention, then by name; without a status comes last."""
    key = athlete["attention_key"]
    place = 1 if athlete["is_quiet"] else 0 if athlete["flag"].name in ("red", "amber") else 2
    return (key is None, place, key, athlete["name"].casefold(), athlete["athlete_id"])
