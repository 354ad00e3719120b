"""Writes the English sentences of the shown days into marts.flags and marts.athlete_status."""

from __future__ import annotations

import logging
from collections import defaultdict
from operator import itemgetter
from pathlib import Path
from typing import Any

import pandas as pd

from flows.state import database
from flows.words import brief, plans, runner, sentences
from flows.words.language import ENGLISH, gettext, speaking
from flows.words.reasons import action_texts

DEFAULTS = action_texts()
LOG = logging.getLogger("tendonwatch")
# Reads published tables only. The shown days: the as-of date, and the day since which a flag is held.
SHOWN_REASONS = """
    select flags.athlete_id, flags.load_date, flags.code, flags.measure, flags.side, flags.state, flags.family, flags.level,
        flags.message, flags.facts, coalesce(athletes.units, 'km') as units, texts.action, places.action as place,
        status.raises_place_code = 'PLACE_FLOOR' as is_floor,
        -- While a distance spike is active the ceiling is measured from before it: it cannot raise its own.
        room.longest_run_ceiling_m as ceiling_m, flags.headline_place
    from marts.flags as flags
    inner join marts.athletes as athletes on flags.athlete_id = athletes.athlete_id
    inner join marts.athlete_status as status
        on flags.athlete_id = status.athlete_id and status.load_date = athletes.as_of_date
            and flags.load_date in (status.load_date, status.reasons_date)
    inner join seeds.athlete_actions as places
        on flags.athlete_id = places.athlete_id and status.raises_place_code = places.code
    left join seeds.athlete_actions as texts on flags.athlete_id = texts.athlete_id and flags.action_code = texts.code
    left join marts.next_week_room as room
        on flags.athlete_id = room.athlete_id and athletes.as_of_date = room.load_date
    order by all
"""
STATUSES = """
    select status.athlete_id, status.load_date, status.flag, status.held_days, status.person_message, status.person_facts,
        coalesce(athletes.units, 'km') as units, status.raises_place_code = 'PLACE_FLOOR' as is_floor, places.action as place,
        room.longest_run_ceiling_m as ceiling_m,
        coalesce(told.actions, []) as actions, coalesce(told.codes, []) as codes,
        over.plan_date, over.message as plan_message, over.facts as plan_facts
    from marts.athlete_status as status
    inner join marts.athletes as athletes
        on status.athlete_id = athletes.athlete_id and status.load_date = athletes.as_of_date
    inner join seeds.athlete_actions as places
        on status.athlete_id = places.athlete_id and status.raises_place_code = places.code
    left join marts.next_week_room as room on status.athlete_id = room.athlete_id and status.load_date = room.load_date
    left join (
        select athlete_id, plan_date, message, facts
        from marts.plan_check
        where day_number <= 7 and state in ('over_run', 'over_week')
        qualify row_number() over (partition by athlete_id order by state, plan_date) = 1
    ) as over on status.athlete_id = over.athlete_id
    left join (
        select asked.athlete_id, asked.load_date, list(texts.action order by asked.place) as actions,
            list(asked.code order by asked.place) as codes
        from (
            select athlete_id, load_date, unnest(action_codes) as code, generate_subscripts(action_codes, 1) as place
            from marts.athlete_status
        ) as asked
        inner join seeds.athlete_actions as texts on asked.athlete_id = texts.athlete_id and asked.code = texts.code
        group by all
    ) as told on status.athlete_id = told.athlete_id and status.load_date = told.load_date
    order by status.athlete_id
"""
# What an action may name beside the rules: up to when days are easy after a race, up to when calf work is new, since when pain
# has been long, and how long a run may last.
DAYS = """
    select status.athlete_id, status.person_facts ->> 'easy_until_date' as easy_until_date,
        status.person_facts ->> 'entry_until_date' as entry_until_date, max(flags.facts ->> 'since_date') as pain_since_date,
        any_value(room.longest_run_ceiling_s) as longest_run_ceiling_s
    from marts.athlete_status as status
    inner join marts.athletes as athletes
        on status.athlete_id = athletes.athlete_id and status.load_date = athletes.as_of_date
    left join marts.flags as flags
        on status.athlete_id = flags.athlete_id and flags.load_date in (status.load_date, status.reasons_date)
            and flags.code = 'PAIN_GATE' and flags.measure = 'pain_0_10'
    left join marts.next_week_room as room on status.athlete_id = room.athlete_id and status.load_date = room.load_date
    group by all
"""
WRITE_REASONS = """
    update marts.flags set
        evidence = written.evidence, not_assessed_because = written.not_assessed_because, action = written.action
    from written
    where flags.athlete_id = written.athlete_id and flags.load_date = cast(written.load_date as date)
        and flags.code = written.code and flags.measure = written.measure and flags.side = written.side
"""
WRITE_STATUSES = """
    update marts.athlete_status set
        headline = written.headline, next_action = written.next_action,
        short_reason = written.short_reason, short_action = written.short_action
    from written
    where athlete_status.athlete_id = written.athlete_id and athlete_status.load_date = cast(written.load_date as date)
"""


def write_sentences(work: Path) -> dict[str, int]:
    """Write the sentences of the shown days, and headline and next action of the as-of date. Returns how many were written."""
    with database.writer(work) as connection, speaking(ENGLISH):
        reasons, statuses = say(connection)
        for written, query in ((reasons, WRITE_REASONS), (statuses, WRITE_STATUSES)):
            if written:
                connection.register("written", pd.DataFrame(written).astype("string"))
                connection.execute(query)
                connection.unregister("written")
    return {"sentences": len(reasons) + len(statuses)}


def say(connection: database.Connection) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The sentences of the shown days in the current language: of reasons, and of statuses."""
    rules = {row["athlete_id"]: row for row in database.rows(connection, "from seeds.athlete_rules")}
    for row in database.rows(connection, DAYS):
        rules[row["athlete_id"]] |= row
    reasons = [_said(row, rules[row["athlete_id"]]) for row in database.rows(connection, SHOWN_REASONS)]
    leading: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in reasons:
        leading[row["athlete_id"]].append(row)
    return reasons, [
        _status(row, rules[row["athlete_id"]], leading[row["athlete_id"]]) for row in database.rows(connection, STATUSES)
    ]


def _said(row: dict[str, Any], rules: dict[str, Any]) -> dict[str, Any]:
    """The key columns of a reason, with its sentences.

    A reason that cannot be put into words has none: the guard of the marts then sets its athlete aside, and nobody else.
    """
    units, today = row["units"], row["load_date"]
    named = {
        name: row[name] for name in ("athlete_id", "load_date", "code", "measure", "side", "family", "level", "headline_place")
    } | {name: row[name] for name in ("state", "message", "facts")}
    try:
        return named | {
            "words": sentences.clauses(row, units, today) if row["headline_place"] else None,
            "evidence": sentences.evidence(row, units, today),
            "not_assessed_because": sentences.because(row, units, today),
            "action": row["action"]
            and sentences.action(row["action"], rules, row["ceiling_m"], row["place"], units, row["is_floor"]),
        }
    except (KeyError, ValueError, TypeError) as error:
        LOG.error("%s: %s cannot be put into words: %r", row["athlete_id"], row["code"], error)
        return named | dict.fromkeys(("words", "evidence", "not_assessed_because", "action"))


def _status(row: dict[str, Any], rules: dict[str, Any], reasons: list[dict[str, Any]]) -> dict[str, Any]:
    """Headline and next action, whole and short.

    Pain leads, then the person's state, then the other reasons; trouble of the past comes last.
    """
    placed = sorted((reason for reason in reasons if reason["words"]), key=itemgetter("headline_place"))
    now = [reason for reason in placed if reason["family"] == "pain" and reason["level"] != "history"]
    past = [reason for reason in placed if reason["level"] == "history"]
    words = [reason["words"] for reason in now]
    if row["person_message"]:
        told = {"message": row["person_message"], "facts": row["person_facts"]}
        words.append(sentences.clauses(told, row["units"], row["load_date"]))
    words += [reason["words"] for reason in placed if reason not in now and reason not in past]
    words += [reason["words"] for reason in past]
    words = list(dict.fromkeys(words))  # that no calf work is on record is said by several reasons
    held = {"held_days": row["held_days"], "held_dates": rules["held_dates"]}
    actions = [
        sentences.action(text, rules, row["ceiling_m"], row["place"], row["units"], row["is_floor"]) for text in row["actions"]
    ]
    own = [
        (code, said if text != DEFAULTS.get(code) or code not in brief.ACTIONS else None)
        for code, text, said in zip(row["codes"], row["actions"], actions, strict=True)
    ]
    rules = rules | {"plan_date": row["plan_date"] and row["plan_date"].isoformat()}
    if row["codes"] == ["ON_TRACK"] and row["plan_message"]:
        planned = sentences.clauses({"message": row["plan_message"], "facts": row["plan_facts"]}, row["units"], row["load_date"])
        actions, own = [gettext(plans.SHORTEN).format(words=planned)], [(plans.PLAN_OVER, None)]
    # What is asked about the data, but does not lead.
    asked = [
        reason for reason in reasons if reason["family"] == "data" and reason["code"] in row["codes"] and reason not in placed
    ]
    led = [*placed, *(reason for reason in asked if reason["state"] == "raised" and reason["load_date"] == row["load_date"])]
    return {
        "athlete_id": row["athlete_id"],
        "load_date": row["load_date"],
        "headline": sentences.headline(held, words),
        "next_action": " ".join(actions),
        "short_reason": brief.reason(row, led, rules["held_dates"]),
        "you": runner.sentence(row, led),
        "to_do": runner.to_do(own, rules, row["ceiling_m"], row["units"]),
        "short_action": brief.action(own, rules, row["ceiling_m"], row["units"], row["load_date"]),
    }
