"""why: the verb that explains one athlete's flag, of any day, and tells what was published on a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click
import duckdb

from flows.commands import since_then
from flows.commands.common import fail, published, say, settings_for, with_paths
from flows.nearest import did_you_mean
from flows.operate.outcome import EXIT_WRONG_USAGE
from flows.state import database

Row = dict[str, Any]
# What the words of marts.athlete_status.forbids stand for.
FORBIDDEN = {
    "exercise": "any exercise",
    "own_dose": "a dose of ours beside a clinician's",
    "dose": "any dose while ill or away",
    "heavy_dose": "a heavy dose of calf work",
    "new_exercise": "an exercise that is not done yet",
    "more_load": "a step up in load",
    "ceiling": "a ceiling of a run",
    "room": "room for a week",
    "norms": "norms",
    "keep_running": "that running goes on",
}
KNOWN = """
    select athlete_id from marts.athletes
    union
    select athlete_id from ops.published_status
    order by athlete_id
"""
STATUS = """
    select status.*, coalesce(athletes.name, athletes.athlete_id) as name, coalesce(athletes.units, 'km') as units,
        list_transform(status.person_states, one -> one || ' (' || coalesce(meanings[one], '') || ')') as states_told
    from marts.athlete_status as status
    inner join marts.athletes as athletes on status.athlete_id = athletes.athlete_id
    cross join (select map(list(state), list(meaning)) as meanings from seeds.person_states)
    where status.athlete_id = ? and status.load_date = ?
"""
# Of the day, and of an earlier one since which its flag is held: data reasons are the day's own.
REASONS = """
    select flags.*
    from marts.flags as flags
    inner join marts.athlete_status as status on flags.athlete_id = status.athlete_id and status.load_date = $day
    where flags.athlete_id = $athlete_id and flags.state = 'raised' and (
        flags.load_date = status.load_date
        or (status.held_days > 0 and flags.load_date = status.reasons_date and flags.family <> 'data')
    )
    qualify row_number() over (partition by flags.code, flags.measure, flags.side order by flags.load_date desc) = 1
    order by flags.load_date desc, flags.rank, flags.code, flags.measure, flags.side
"""
PUBLISHED = """
    select told.*
    from ops.published_status as told
    left join ops.nightly_runs as nights on told.night = nights.night
    where told.athlete_id = ? and told.load_date = ?
    order by nights.number nulls first, told.night
"""
SPAN = "select min(load_date) as first_date, max(load_date) as last_date from {table} where athlete_id = ?"
# Of a night that was asked for an earlier date, or whose newest data are older than those of before, it is not the last date.
LAST_TOLD = """
    select told.load_date
    from ops.published_status as told
    left join ops.nightly_runs as nights on told.night = nights.night
    where told.athlete_id = ?
    order by nights.number desc nulls last, told.night desc
    limit 1
"""
COMPARED = ("flag", "priority", "run_level", "capacity_level", "person_state")


@click.command()
@click.argument("athlete")
@click.argument("day", required=False, metavar="[DATE]")
@click.option("--as-was", is_flag=True, help="What was published of that day then, and what today says where it differs.")
@with_paths
@click.pass_context
def why(
    context: click.Context,
    athlete: str,
    day: str | None,
    as_was: bool,
    raw: Path | None,
    warehouse_file: Path | None,
    site: Path | None,
) -> None:
    """Explain the flag of ATHLETE on DATE (yyyy-mm-dd; by default the last day): steps and reasons, down to files and rows."""
    with published(settings_for(context, raw, warehouse_file, site)) as connection:
        try:
            known = [row["athlete_id"] for row in database.rows(connection, KNOWN)]
        except duckdb.CatalogException:
            fail("an older version published what stands there; `tendonwatch nightly` publishes anew")
        if athlete not in known:
            meant = did_you_mean(athlete, known) or f"; known are {', '.join(known) or 'none'}"
            fail(f"no athlete {athlete!r}{meant}", EXIT_WRONG_USAGE)
        table = "ops.published_status" if as_was else "marts.athlete_status"
        chosen = chosen_day(connection, table, athlete, day)
        say(*(lines_as_was if as_was else lines_of_flag)(connection, athlete, chosen))


def chosen_day(connection: database.Connection, table: str, athlete: str, day: str | None) -> date:
    """The day that is asked for, else the last one, or that of the night published last; exits 2 if the table has no such day."""
    (span,) = database.rows(connection, SPAN.format(table=table), [athlete])
    first, last = span["first_date"], span["last_date"]
    if last is None:
        fail(f"nothing is known of {athlete} here any more; --as-was tells what was published once", EXIT_WRONG_USAGE)
    newest = database.scalar(connection, LAST_TOLD, [athlete]) if table.startswith("ops") else last
    try:
        chosen = date.fromisoformat(day) if day else newest
    except ValueError:
        fail(f"{day!r} is not a date; write it as yyyy-mm-dd, from {first} to {last}", EXIT_WRONG_USAGE)
    has_day = f"select count(*) from {table} where athlete_id = ? and load_date = ?"
    if not database.scalar(connection, has_day, [athlete, chosen]):
        what = "nothing was published" if table.startswith("ops") else "nothing is known"
        fail(f"{what} of {athlete} on {chosen}; name a day from {first} to {last}", EXIT_WRONG_USAGE)
    return chosen


def lines_of_flag(connection: database.Connection, athlete: str, day: date) -> Iterator[str]:
    """Why the flag of a day is what it is."""
    from dashboards import tables
    from dashboards.gate import RUPTURE, gate
    from dashboards.pages.athlete import checks, head, running
    from dashboards.words import flag_levels, flag_of

    (status,) = database.rows(connection, STATUS, [athlete, day])
    allowed = gate(status["forbids"])
    is_rupture = RUPTURE in (status["reasons"] or [])
    yield f"{status['name']} ({athlete}), {day}: {status['flag']}, {flag_of(status['flag']).word}, priority {status['priority']}"
    yield from (text for text in (status["headline"],) if text)
    yield ""
    found = reasons_of(connection, status)
    yield "How the flag came to be:"
    if is_rupture or not allowed.allows("exercise"):  # as on the pages
        yield "  a possible rupture stands alone until it was examined"
    else:
        rules = tables.athlete_rules(connection, athlete, athlete)[athlete]
        yield from (f"  {step}" for step in head.verdict(status, rules, flag_levels(connection), found))
    measures = running.measures(connection)
    shown = [flag for flag in found if not is_rupture or flag["code"] == RUPTURE or flag["family"] == "data"]
    told = [checks.check(flag, measures, status["units"], allowed.has_targets) for flag in shown]
    behind = rows_of(connection, athlete, {flag["load_date"] for flag in shown})
    for title, is_about_notes in (("Reasons:", False), ("Notes:", True)):
        chosen = [one for one in told if (one["level"] == "info") == is_about_notes]
        yield from ("", title if chosen else f"{title} none")
        for one in chosen:
            yield from lines_of_reason(one, day)
            sources = behind.get((one["load_date"], one["code"], one["measure"]), [])
            yield from (line_of_source(checks.source(row, measures, status["units"])) for row in sources)
    yield from ("", f"State of the person: {'; '.join(status['states_told'] or []) or 'unknown'}")
    yield f"What it forbids to say: {'; '.join(FORBIDDEN[word] for word in status['forbids'] or []) or 'nothing'}"
    because = f" ({', '.join(status['confidence_because'])})" if status["confidence_because"] else ""
    yield f"Confidence: {status['confidence']}{because}"
    if status["next_action"]:
        yield f"What to do: {status['next_action']}"
    yield f"Rules: {status['ruleset_version']}"


def reasons_of(connection: database.Connection, status: Row) -> list[Row]:
    """The raised reasons of a status; those of a day that no page shows are put into words here."""
    from flows.words import sentences

    found = database.rows(connection, REASONS, {"athlete_id": status["athlete_id"], "day": status["load_date"]})
    for flag in found:
        flag["evidence"] = flag["evidence"] or sentences.evidence(flag, status["units"], flag["load_date"])
    return found


def rows_of(connection: database.Connection, athlete: str, days: set[date]) -> dict[Any, list[Row]]:
    """What lies behind the reasons of these days, by day, code and measure."""
    from dashboards import tables
    from flows.commands.rows_behind import rows_behind

    found = [row for day in sorted(days) for row in rows_behind(connection, athlete, day)]
    return tables.grouped(found, "load_date", "code", "measure")


def lines_of_reason(found: Row, day: date) -> Iterator[str]:
    """One reason: its name, value, limit and basis, then its sentence."""
    from flows.words.amounts import counted

    side = "" if found["side"] == "both" else f", {found['side']}"
    limit = f"; limit: {found['limit']}" if found["has_limit"] and found["limit"] else ""
    window = f"; over {counted(found['window_days'], 'day')}" if found["window_days"] else ""
    held = "" if found["load_date"] == day else f"; of {found['load_date']}, held"
    code = f"[{found['code']}, {found['measure']}]"
    yield f"  {found['label']}{side}: {found['shown']}{limit}{window}; {found['basis']}{held} {code}"
    yield f"    {found['evidence']}"


def line_of_source(source: Row) -> str:
    """One run, day of sets or report that a value rests on, with its place."""
    first, last = source["first_row"], source["last_row"]
    place = "" if first is None else f", row {first}" if first == last else f", in rows {first} to {last}"
    parts = (str(source["source_date"]), source["role"], source["shown"], f"{source['path'] or 'a file that is gone'}{place}")
    return "    - " + "  ".join(part for part in parts if part)


def lines_as_was(connection: database.Connection, athlete: str, day: date) -> Iterator[str]:
    """What each night published of that day, and what is said of it today where that differs."""
    told = database.rows(connection, PUBLISHED, [athlete, day])
    today = database.rows(connection, STATUS, [athlete, day])
    for status in told:
        made_by = f"Tendonwatch {status['program_version'] or 'of an older version'}, rules {status['ruleset_version']}"
        yield f"{athlete}, {day}, as published in the night {status['night']} ({made_by}):"
        yield f"  {line_of_status(status)}"
        yield from (f"  {text}" for text in (status["headline"],) if text)
        yield f"  Reasons: {', '.join(status['reasons'] or []) or 'none'}"
        if status["next_action"]:
            yield f"  What to do: {status['next_action']}"
        yield ""
    if not today:
        yield "Today nothing is said of that day: the athlete is not in the squad, or the day is no day of the log any more."
        return
    about_data = {row["code"] for row in database.rows(connection, "select code from seeds.reasons where family = 'data'")}
    if not differences(told[-1], today[0], about_data):
        yield "Today the same is said of that day."
        return
    yield f"Today, by what is known since (rules {today[0]['ruleset_version']}):"
    yield f"  {line_of_status(today[0])}"
    yield from (f"  {line}" for line in differences(told[-1], today[0], about_data))
    yield ""
    yield "What came since, and may have made the difference:"
    yield from (f"  {line}" for line in since_then.causes(connection, athlete, day, told[-1], today[0]))


def line_of_status(status: Row) -> str:
    """Flag, levels and state in one line."""
    levels = f"running {status['run_level']}, calf {status['capacity_level']}"
    return f"{status['flag']}, priority {status['priority']}; {levels}; state {status['person_state'] or 'not kept'}"


def differences(then: Row, now: Row, about_data: set[str]) -> list[str]:
    """What is said otherwise now. Reasons about the data are left out: some are told of the as-of date alone."""
    said = [f"{name.replace('_', ' ')}: {then[name]} then, {now[name]} now" for name in COMPARED if is_changed(then, now, name)]
    before, since = (set(status["reasons"] or []) - about_data for status in (then, now))
    said += [f"no longer raised: {code}" for code in sorted(before - since)]
    return said + [f"raised now: {code}" for code in sorted(since - before)]


def is_changed(then: Row, now: Row, name: str) -> bool:
    """Whether a column differs; one that an older version did not keep cannot."""
    return then[name] is not None and then[name] != now[name]
