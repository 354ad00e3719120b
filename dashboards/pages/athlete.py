"""One page per athlete: the flag, the arithmetic behind it, and the weeks that led there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import duckdb

from dashboards import charts, how_to, tables
from dashboards.chain import chain, in_words
from dashboards.display import (
    Scale,
    counted,
    distance_scale,
    hours_minutes,
    measure_scale,
    number,
    plain,
    short_date,
    value_with_unit,
    weight,
)
from dashboards.pages.squad import PAIN, RUPTURE, change, week_starts
from dashboards.words import (
    BINDING_RULES,
    CAPACITY_LEVELS,
    CHANGES,
    FAMILIES,
    FLAG_BY_NAME,
    LEVELS,
    MODES,
    RATIO_STATES,
    REASONS,
    RUN_LEVELS,
    basis,
    reason_limit,
    reason_name,
)

# Share of days above 1.5 in training that never really changes (300 simulated athletes over 3 years). Ours, not a paper's.
BASE_RATES = {"uncoupled": "14.9 %", "coupled": "6.4 %", "EWMA": "1.6 %"}
# R0, RW, C2: levels with a letter; "building" and "unknown" have none.
LETTERS = 2
CAUTION = "Pain comes first: this counts only once the mornings are no worse."
LAST_RUNS = 20
LAST_SESSIONS = 8
LAST_EXERCISES = 24
LAST_EVENTS = 20
FILES_SHOWN = 6
BATCH_ATHLETES = 200
# Days are drawn for the last 12 months, weeks before.
DAILY_DAYS = 364

STATUS = """
    select athletes.athlete_id, coalesce(athletes.name, athletes.athlete_id) as name, athletes.squad, athletes.units,
        coalesce(athletes.strength_weight_unit, 'kg') as strength_weight_unit,
        athletes.achilles_history_until, status.flag, status.priority, status.run_level, status.capacity_level, status.headline,
        status.next_action, status.confidence, status.reasons, status.held_days, before.flag as flag_before,
        before.priority as priority_before, cast(rules.held_dates as integer) as held_dates, cells.flag_level as cell_level,
        room.longest_run_ceiling_m, room.week_distance_ceiling_m, room.week_moving_ceiling_s, room.binding_rule
    from marts.athletes
    left join marts.athlete_status as status
        on athletes.athlete_id = status.athlete_id and status.load_date = $as_of
    left join marts.athlete_status as before
        on athletes.athlete_id = before.athlete_id and before.load_date = cast($as_of as date) - 1
    left join marts.next_week_room as room
        on athletes.athlete_id = room.athlete_id and room.load_date = $as_of
    left join seeds.athlete_rules as rules on athletes.athlete_id = rules.athlete_id
    left join seeds.flag_matrix as cells
        on
            status.run_level = cells.run_level
            and if(status.capacity_level = 'building', 'unknown', status.capacity_level) = cells.capacity_level
    where list_contains($athletes, athletes.athlete_id)
    order by athletes.athlete_id
"""
# A held flag has the reasons of the day it is held from; of the as-of date every reason is told, raised or not.
FLAGS = """
    select flags.athlete_id, flags.load_date, flags.code, flags.state, flags.not_assessed_because, flags.side, flags.family,
        flags.level, flags.measure, flags.value, flags.threshold, flags.unit, flags.window_days, flags.evidence, flags.source_tag
    from marts.flags
    left join marts.athlete_status as status
        on flags.athlete_id = status.athlete_id and status.load_date = $as_of
    where
        list_contains($athletes, flags.athlete_id)
        and (
            flags.load_date = $as_of
            or (
                status.held_days > 0
                and flags.family <> 'data'
                and flags.load_date = cast($as_of as date) - cast(status.held_days as integer)
            )
        )
    order by flags.athlete_id, flags.load_date desc, flags.rank, flags.code, flags.measure, flags.side
"""
CHAIN = """
    select athlete_id, link, mode, sets_7d, mean_sets_week, days_since, target_sets_week, amber_days, red_days, state
    from marts.chain_links
    where load_date = $as_of and list_contains($athletes, athlete_id)
"""
# Each link in the same twelve stretches as the ledger.
STRIPS = """
    select athlete_id, link, sets_7d, left_sets_7d, right_sets_7d, target_sets_week
    from marts.chain_weeks
    where list_contains(?, athlete_id)
    order by athlete_id, link, load_date
"""
# Twelve stretches of seven days up to the as-of date: the acute mean and the seven-day sets are about just these days.
LEDGER = """
    select athlete_id, load_date, load_percent, gastrocnemius_sets_7d as straight_sets, soleus_sets_7d as bent_sets,
        target_sets_week as target_sets, is_lagging
    from marts.weekly_ledger
    where list_contains(?, athlete_id)
    order by athlete_id, load_date
"""
# A run that nothing stands behind yet is not judged, so it has no ceiling. Before the days: the run of each week that came
# closest to its ceiling, or went furthest beyond.
CEILINGS = """
    select athlete_id, run_date, distance_m, distance_spike_ratio, spike_state,
        if(spike_state = 'no_baseline', null, spike_ceiling_m) as spike_ceiling_m
    from marts.runs
    where sport = 'run' and is_dated and run_date <= $as_of and list_contains($athletes, athlete_id)
    qualify
        run_date >= $first
        or row_number() over (
            partition by athlete_id, date_trunc('week', run_date)
            order by distance_spike_ratio desc nulls last, distance_m desc nulls last, run_id
        ) = 1
    order by athlete_id, started_at, run_id
"""
DAYS = """
    select athlete_id, min(load_date) as first_date,
        list(distance_m order by load_date) as distance_m,
        list(moving_s order by load_date) as moving_s,
        list(ascent_m order by load_date) as ascent_m,
        list(fast_steps order by load_date) as fast_steps,
        list(srpe_au order by load_date) as srpe_au,
        list(trimp_au order by load_date) as trimp_au,
        list(achilles_load_steps order by load_date) as achilles_load_steps
    from marts.daily_load
    where load_date >= ? and list_contains(?, athlete_id)
    group by athlete_id
"""
# The mean day of each calendar week before the days. Exact sums: a mean of doubles would differ in its last digit.
WEEKS_BEFORE = """
    with weeks as (
        select athlete_id, cast(date_trunc('week', load_date) as date) as week_start_date,
            avg(cast(distance_m as decimal(18, 3))) as distance_m, avg(cast(moving_s as decimal(18, 3))) as moving_s,
            avg(cast(ascent_m as decimal(18, 3))) as ascent_m, avg(cast(fast_steps as decimal(18, 3))) as fast_steps,
            avg(cast(srpe_au as decimal(18, 3))) as srpe_au, avg(cast(trimp_au as decimal(18, 3))) as trimp_au,
            avg(cast(achilles_load_steps as decimal(18, 3))) as achilles_load_steps
        from marts.daily_load
        where load_date < ? and list_contains(?, athlete_id)
        group by athlete_id, week_start_date
    )
    select athlete_id, min(week_start_date) as first_date,
        list(distance_m order by week_start_date) as distance_m,
        list(moving_s order by week_start_date) as moving_s,
        list(ascent_m order by week_start_date) as ascent_m,
        list(fast_steps order by week_start_date) as fast_steps,
        list(srpe_au order by week_start_date) as srpe_au,
        list(trimp_au order by week_start_date) as trimp_au,
        list(achilles_load_steps order by week_start_date) as achilles_load_steps
    from weeks
    group by athlete_id
"""
# Days from $first on; before them, what held at the end of each week.
RATIOS = """
    select athlete_id, measure, load_date < $first as is_before,
        list(acute order by load_date) as acute,
        list(chronic_coupled order by load_date) as chronic,
        list(acwr_coupled order by load_date) as coupled,
        list(acwr_uncoupled order by load_date) as uncoupled,
        list(acwr_ewma order by load_date) as ewma,
        list(ratio_state order by load_date) as states,
        list(load_date order by load_date) filter (
            where greatest(acwr_coupled, acwr_uncoupled, acwr_ewma) > $line
            and least(acwr_coupled, acwr_uncoupled, acwr_ewma) <= $line
        ) as disagreeing,
        count(*) filter (where acwr_uncoupled > $line) as days_above,
        count(acwr_uncoupled) as days_with_ratio
    from marts.load_ratio
    where list_contains($athletes, athlete_id) and (load_date >= $first or isodow(load_date) = 7)
    group by athlete_id, measure, is_before
"""
CALF_WEEKS = """
    select *
    from marts.weekly_summary
    where list_contains(?, athlete_id)
    order by athlete_id, week_start_date
"""
HEALTH = """
    select *
    from marts.health_events
    where list_contains(?, athlete_id)
    order by athlete_id, from_date, kind, file_id
"""
# Which files made the value of a raised reason. A spike rests on two runs: the pair whose quotient is the value. Other running
# reasons rest on every run of their window, calf reasons on the sets that fed the link in four weeks or else last, pain on the
# reports.
SOURCES = """
    with raised as (
        select distinct athlete_id, code, family, measure, value, unit, load_date, coalesce(window_days, 28) as window_days
        from marts.flags
        where
            state = 'raised' and level <> 'info' and family in ('run', 'calf', 'pain')
            and load_date = $as_of and list_contains($athletes, athlete_id)
    ),

    outings as (
        select athlete_id, run_id, run_date, file_id,
            unnest([
                {'measure': 'distance_m', 'amount': distance_m}, {'measure': 'moving_s', 'amount': moving_s},
                {'measure': 'ascent_m', 'amount': ascent_m}, {'measure': 'fast_steps', 'amount': fast_steps},
                {'measure': 'achilles_load_steps', 'amount': achilles_load_steps}
            ], recursive := true)
        from marts.runs
        where
            sport = 'run' and is_dated and list_contains($athletes, athlete_id)
            and run_date between cast($as_of as date) - 60 and $as_of
    ),

    pairs as (
        select raised.athlete_id, raised.code, raised.measure, raised.value, now, before
        from raised
        inner join outings as now on raised.athlete_id = now.athlete_id and raised.measure = now.measure
        inner join outings as before
            on now.athlete_id = before.athlete_id and now.measure = before.measure
            and before.run_date between now.run_date - raised.window_days and now.run_date - 1
        where
            raised.family = 'run' and raised.unit = 'ratio' and raised.code <> 'ACWR_HIGH'
            and now.run_date > raised.load_date - 14 and before.amount > 0 and now.amount is not null
        qualify row_number() over (
            partition by raised.athlete_id, raised.code, raised.measure, now.run_id order by before.amount desc, before.run_id
        ) = 1
    ),

    behind as (
        select athlete_id, code, measure, now, before
        from pairs
        qualify row_number() over (
            partition by athlete_id, code, measure
            order by abs(now.amount / before.amount - value), now.run_date desc, now.run_id
        ) = 1
    ),

    found as (
        select athlete_id, code, measure, now.run_date as day, now.file_id as file_id, 'the run' as role, now.amount as amount
        from behind
        union all
        select athlete_id, code, measure, before.run_date, before.file_id, 'the most before it', before.amount
        from behind
        union all
        select raised.athlete_id, raised.code, raised.measure, outings.run_date, outings.file_id, 'counted', outings.amount
        from raised
        inner join outings on raised.athlete_id = outings.athlete_id and raised.measure = outings.measure
        where
            raised.family = 'run' and (raised.unit <> 'ratio' or raised.code = 'ACWR_HIGH')
            and outings.run_date > raised.load_date - raised.window_days
        union all
        select raised.athlete_id, raised.code, raised.measure, sets.set_date, sets.file_id, 'sets', count(*)
        from raised
        inner join marts.strength_sets as sets
            on raised.athlete_id = sets.athlete_id
            and not coalesce(sets.is_warmup, false)
            and case split_part(raised.code, '_', 1)
                when 'SOL' then sets.soleus_credit > 0
                when 'GAST' then sets.gastrocnemius_credit > 0
                when 'TENDON' then sets.is_heavy_set
                when 'PLYO' then sets.plyometric_contacts > 0
                when 'HIP' then sets.hip_credit > 0
                when 'FOOT' then sets.foot_credit > 0
            end
        where raised.family = 'calf'
        group by raised.athlete_id, raised.code, raised.measure, raised.load_date, sets.set_date, sets.file_id
        qualify
            sets.set_date > raised.load_date - 28
            or sets.set_date = max(sets.set_date) over (partition by raised.athlete_id, raised.code, raised.measure)
        union all
        select raised.athlete_id, raised.code, raised.measure, events.from_date, events.file_id, 'report', null
        from raised
        inner join marts.health_events as events
            on raised.athlete_id = events.athlete_id
            and events.kind = if(raised.code in ('ACHILLES_HISTORY', 'INSERTIONAL'), 'injury', 'symptoms')
        where raised.family = 'pain'
    ),

    paths as (
        select file_id, min(path) as path
        from ops.files
        where state = 'loaded'
        group by file_id
    )

    select found.athlete_id, found.code, found.measure, found.day, found.role, found.amount, paths.path,
        count(*) over (partition by found.athlete_id, found.code, found.measure) as rows_found
    from found
    left join paths on found.file_id = paths.file_id
    qualify row_number() over (
        partition by found.athlete_id, found.code, found.measure order by found.day desc, found.role desc, paths.path
    ) <= $files
    order by found.athlete_id, found.code, found.measure, found.day desc, found.role desc, paths.path
"""
# The doses of the how-to cards, written for the athlete: of the as-of date every reason has a row.
DOSES = """
    select distinct athlete_id, code, action
    from marts.flags
    where load_date = $as_of and family = 'calf' and list_contains($athletes, athlete_id)
"""
MEASURES = "select measure, name, unit from seeds.measures"
RUNS = """
    with paths as (
        select file_id, min(path) as path
        from ops.files
        where state = 'loaded'
        group by file_id
    )
    select runs.*, paths.path
    from marts.runs as runs
    left join paths on runs.file_id = paths.file_id
    where
        runs.rowid in (
            select rowid
            from marts.runs
            where list_contains(?, athlete_id)
            qualify row_number() over (partition by athlete_id order by started_at desc, run_id) <= ?
        )
    order by runs.athlete_id, runs.started_at desc, runs.run_id
"""
# An exercise of a session in one row. Whole rows are read of the last ones only, here and above.
SESSIONS = """
    with sessions as (
        select *, dense_rank() over (partition by athlete_id order by performed_at desc, session_id) as session_number
        from marts.strength_sets
        where
            rowid in (
                select rowid
                from marts.strength_sets
                where list_contains(?, athlete_id)
                qualify dense_rank() over (partition by athlete_id order by performed_at desc, session_id) <= ?
            )
    )
    select athlete_id, session_number, set_date, exercise_name, exercise_id, is_exercise_assumed, knee, side, is_warmup,
        count(*) as sets, min(reps) as least_reps, max(reps) as most_reps,
        min(hold_s) as least_hold_s, max(hold_s) as most_hold_s, min(load_kg) as least_load_kg,
        max(load_kg) as most_load_kg, max(rpe) as rpe, count(*) filter (where is_hard_set) as hard_sets
    from sessions
    group by athlete_id, session_number, set_date, exercise_name, exercise_id, is_exercise_assumed, knee, side, is_warmup
    qualify row_number() over (partition by athlete_id order by session_number, min(set_number), exercise_name, side) <= ?
    order by athlete_id, session_number, min(set_number), exercise_name, side, is_warmup
"""


def contexts(connection: duckdb.DuckDBPyConnection, athlete_ids: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the athlete template needs, athlete by athlete; every mart is asked once for a batch of athletes."""
    as_of = tables.as_of_date(connection)
    measures = tables.rows(connection, MEASURES)
    rules = tables.rules(connection)
    ratio_line = float(rules["acwr_high"])
    if as_of is None:
        return
    first = week_starts(as_of)[0]
    first_day = as_of - timedelta(days=DAILY_DAYS)
    first_day -= timedelta(days=first_day.weekday())
    for ids in tables.batches(athlete_ids, BATCH_ATHLETES):
        wanted = list(ids)
        today = {"as_of": as_of, "athletes": wanted}
        flags = tables.grouped(tables.rows(connection, FLAGS, **today), "athlete_id")
        links = tables.grouped(tables.rows(connection, CHAIN, **today), "athlete_id")
        strips = tables.grouped(tables.rows(connection, STRIPS, wanted), "athlete_id", "link")
        ledgers = tables.grouped(tables.rows(connection, LEDGER, wanted), "athlete_id")
        ceilings = tables.grouped(tables.rows(connection, CEILINGS, **today, first=first_day), "athlete_id")
        days = {row["athlete_id"]: row for row in tables.rows(connection, DAYS, first_day, wanted)}
        weeks_before = {row["athlete_id"]: row for row in tables.rows(connection, WEEKS_BEFORE, first_day, wanted)}
        ratios = {
            (row["athlete_id"], row["measure"], row["is_before"]): row
            for row in tables.rows(connection, RATIOS, first=first_day, line=ratio_line, athletes=wanted)
        }
        weeks = tables.grouped(tables.rows(connection, CALF_WEEKS, wanted), "athlete_id")
        events = tables.grouped(tables.rows(connection, HEALTH, wanted), "athlete_id")
        sources = tables.grouped(tables.rows(connection, SOURCES, **today, files=FILES_SHOWN), "athlete_id", "code", "measure")
        doses = tables.grouped(tables.rows(connection, DOSES, **today), "athlete_id")
        runs = tables.grouped(tables.rows(connection, RUNS, wanted, LAST_RUNS), "athlete_id")
        sessions = tables.grouped(tables.rows(connection, SESSIONS, wanted, LAST_SESSIONS, LAST_EXERCISES), "athlete_id")
        for athlete in tables.rows(connection, STATUS, **today):
            athlete_id = athlete["athlete_id"]
            is_rupture = RUPTURE in (athlete["reasons"] or [])
            checks = [check(flag, measures, athlete["units"]) for flag in flags[athlete_id]]
            told = [found for found in checks if found["load_date"] == as_of]
            athlete["change"] = CHANGES.get(change(athlete))
            athlete["verdict"] = verdict(athlete, told)
            athlete["flag"] = FLAG_BY_NAME.get(athlete["flag"], FLAG_BY_NAME["grey"])
            athlete["links"] = [
                {**link, "strip": charts.link_strip(strips[athlete_id, link["link"].link])} for link in chain(links[athlete_id])
            ]
            before = weeks_before.get(athlete_id)
            shown = [
                load_charts(
                    athlete,
                    measure,
                    days[athlete_id],
                    ratios[athlete_id, measure["measure"], False],
                    ratio_line,
                    (first, as_of),
                    (before, ratios.get((athlete_id, measure["measure"], True))),
                )
                for measure in measures
                if has_data(measure["measure"], days.get(athlete_id), before)
                and is_comparable(measure["measure"], ratios.get((athlete_id, measure["measure"], False)))
            ]
            scale = distance_scale(athlete["units"])
            reported = events[athlete_id]
            others = {
                "ledger": ledger_chart(ledgers[athlete_id], is_rupture),
                # A ceiling reads as leave to run up to it.
                "ceiling": None if is_rupture else ceiling_chart(ceilings[athlete_id], scale, (first, as_of)),
                "calf": calf_chart(weeks[athlete_id], (first, as_of)),
            }
            for run in runs[athlete_id]:
                run["distance_shown"] = number(scale.of(run["distance_m"]), 2)
            raised = pills(checks, is_rupture)
            for found in raised:
                found["sources"] = [
                    source(row, measures, athlete["units"]) for row in sources[athlete_id, found["code"], found["measure"]]
                ]
            start = before["first_date"] if before else days[athlete_id]["first_date"] if athlete_id in days else None
            yield (
                athlete_id,
                {
                    "title": athlete["name"],
                    "athlete": athlete,
                    "is_rupture": is_rupture,
                    "is_pain": PAIN in (athlete["reasons"] or []),
                    "pills": raised,
                    "notes": [found for found in told if is_note(found) and not is_rupture],
                    "families": families(told, ["pain", "data"] if is_rupture else list(FAMILIES)),
                    "links_in_words": in_words(athlete["links"]),
                    "mode": MODES.get(next((row["mode"] for row in links[athlete_id]), "")),
                    "room": None if is_rupture else room(athlete, scale, rules),
                    "how_to": []
                    if is_rupture
                    else how_to.cards(
                        [found["code"] for found in raised], {row["code"]: row["action"] for row in doses[athlete_id]}
                    ),
                    "pain_limits": {key: plain(float(rules[key])) for key in ("pain_amber", "pain_gate")},
                    "measures": shown,
                    "chosen": chosen_measure(shown, told),
                    "ranges": ranges(start, first, as_of),
                    **others,
                    "reported": reported_words(reported),
                    "events": list(reversed(reported))[:LAST_EVENTS],
                    "figures": {
                        "look": charts.LOOK,
                        "measures": {measure["measure"]: measure for measure in shown},
                        "calendar": charts.calendar(),
                        "health": charts.health(reported, as_of) if reported else None,
                        **others,
                    },
                    "runs": runs[athlete_id],
                    "sessions": [exercise(row, athlete["strength_weight_unit"]) for row in sessions[athlete_id]],
                    "distance_unit": scale.unit,
                    "base_rates": BASE_RATES,
                },
            )


def ranges(start: date | None, first: date, as_of: date) -> list[dict[str, Any]]:
    """The buttons over the time charts: what each shows, and whether the runner's days reach that far back."""
    offered = {
        "4 weeks": (as_of - timedelta(days=27), True),
        "12 weeks": (first, True),
        "1 year": (as_of - timedelta(days=DAILY_DAYS), start is not None and start <= as_of - timedelta(days=DAILY_DAYS)),
        "All": (start, start is not None and start < first),
    }
    return [
        {
            "name": name,
            "from": None if day is None else f"{day - timedelta(days=1)}T12:00",
            "to": f"{as_of}T12:00",
            "is_there": there,
        }
        for name, (day, there) in offered.items()
    ]


def source(row: tables.Row, measures: Sequence[tables.Row], units: str) -> tables.Row:
    """One file behind a value, with what it adds; Achilles load is relative, so its number is left out."""
    unit = next((measure["unit"] for measure in measures if measure["measure"] == row["measure"]), None)
    if row["amount"] is None or row["measure"] == "achilles_load_steps":
        shown = None
    elif row["role"] == "sets":
        shown = counted(row["amount"], "set")
    elif unit == "s":
        shown = hours_minutes(row["amount"])
    else:
        shown = value_with_unit(row["amount"], unit, units)
    return {**row, "shown": shown}


def exercise(row: tables.Row, weight_unit: str) -> tables.Row:
    """One exercise of a session, its loads in kg or lb; a range where its sets differ."""

    def spread(name: str, shown: Callable[[Any], str] = plain) -> str:
        least, most = row[f"least_{name}"], row[f"most_{name}"]
        return shown(most) if least == most else f"{shown(least)}–{shown(most)}"

    return {
        **row,
        "reps": spread("reps"),
        "hold_s": spread("hold_s"),
        "load": spread("load_kg", lambda kilograms: weight(kilograms, weight_unit)),
    }


def reported_words(events: Sequence[tables.Row]) -> str:
    """How often what was reported beside the training."""
    counts = [
        (sum(event["kind"] == kind for event in events), one, many)
        for kind, one, many in [
            ("symptoms", "report of symptoms", "reports of symptoms"),
            ("injury", "injury", "injuries"),
            ("illness", "illness", "illnesses"),
            ("holiday", "holiday", "holidays"),
            ("race", "race", "races"),
            ("missing", "stretch of missing days", "stretches of missing days"),
        ]
    ]
    return ", ".join(counted(count, one, many) for count, one, many in counts if count)


def check(flag: tables.Row, measures: Sequence[tables.Row], units: str | None) -> tables.Row:
    """One row of marts.flags with the words for it."""
    name = next((measure["name"] for measure in measures if measure["measure"] == flag["measure"]), None)
    reason = REASONS.get(flag["code"])
    # Steps a week of Achilles load are relative: that number says nothing to a reader.
    is_hidden = flag["unit"] == "steps a week"
    value = None if is_hidden else flag["value"]
    threshold = None if flag["threshold"] is None else value_with_unit(flag["threshold"], flag["unit"], units)
    is_yes_or_no = flag["unit"] in ("events", "sites")
    if flag["state"] == "raised" and (value is None or is_yes_or_no):
        shown = reason.bare if reason else ""
    else:
        shown = value_with_unit(value, flag["unit"], units)
    is_about_mornings = flag["measure"] == "worse_mornings"
    return {
        **flag,
        "label": "Worse mornings" if is_about_mornings else reason_name(flag["code"], name),
        "limit": "two in a row" if is_about_mornings else reason_limit(flag["code"], threshold, flag["level"]),
        "shown": shown,
        "basis": basis(flag["source_tag"]),
    }


def is_note(found: tables.Row) -> bool:
    """A raised reason that changes no flag: context, or something about the data."""
    return found["state"] == "raised" and (found["family"] == "data" or found["level"] == "info")


def pills(checks: Sequence[tables.Row], is_rupture: bool) -> list[tables.Row]:
    """The raised reasons that make the flag, each once: today's, then those of the day that the flag is held from."""
    made: dict[tuple[str, str, str], tables.Row] = {}
    for found in checks:
        if found["state"] == "raised" and not is_note(found) and (found["code"] == RUPTURE or not is_rupture):
            made.setdefault((found["code"], found["measure"], found["side"]), found)
    return list(made.values())


def families(told: Sequence[tables.Row], shown: Sequence[str]) -> list[dict[str, Any]]:
    """What was checked, by family: raised, clear and not assessed."""
    by_family = tables.grouped(told, "family")
    return [
        {
            "name": FAMILIES[family],
            "count": len(by_family[family]),
            **{
                state: [found for found in by_family[family] if found["state"] == state]
                for state in ("raised", "clear", "not_assessed")
            },
        }
        for family in shown
        if family in by_family
    ]


def verdict(athlete: tables.Row, told: Sequence[tables.Row]) -> list[str]:
    """How run level and calf level make the flag, step by step in words; the matrix is looked up, nothing is worked out here."""
    if athlete["flag"] is None:
        return []
    cell = LEVELS[-1 if athlete["cell_level"] is None else int(athlete["cell_level"])]
    final = LEVELS[-1 if athlete["flag"] == "grey" else athlete["priority"] or 0]
    steps = [f"{level(RUN_LEVELS, athlete['run_level'])} × {level(CAPACITY_LEVELS, athlete['capacity_level'])} = {cell}"]
    raised = [found for found in told if found["state"] == "raised"]
    if cell == "green" and any(found["level"] in ("lift", "lift2") for found in raised):
        steps.append("a hip, foot or jump reason lifts green")
    if cell not in ("green", "red", LEVELS[-1]) and any(found["level"] == "history" for found in raised):
        steps.append("Achilles trouble in the last 12 months: one step up")
    if any(found["code"] in (PAIN, RUPTURE) for found in raised):
        steps.append("pain decides, whatever the levels say")
    if athlete["held_days"]:
        steps.append(f"held at {final}, day {athlete['held_days']} of {athlete['held_dates']} before it may drop")
    elif final != cell:
        steps.append(f"so {final}")
    return steps


def level(words: dict[str, str], code: str | None) -> str:
    """A run or calf level in words, with its letter where it has one: calf work lagging (C2)."""
    if code is None:
        return "not known"
    return words.get(code, code) + (f" ({code})" if len(code) == LETTERS else "")


def room(athlete: tables.Row, scale: Scale, rules: dict[str, str]) -> dict[str, str | None] | None:
    """How much the next seven days may hold; None where no run is on record to measure it by."""
    if athlete["longest_run_ceiling_m"] is None:
        return None
    is_passed = athlete["binding_rule"] == "week already passed"
    week = athlete["week_distance_ceiling_m"]
    words = BINDING_RULES.get(athlete["binding_rule"], athlete["binding_rule"] or "")
    return {
        "longest": scale.ceiling_text(athlete["longest_run_ceiling_m"]),
        "week": None if is_passed or week is None else scale.ceiling_text(week),
        "time": None if is_passed or week is None else hours_minutes(athlete["week_moving_ceiling_s"] // 60 * 60),
        "binding": words.format(
            longest_percent=plain(float(rules["spike_small_percent"])), ratio_line=plain(float(rules["acwr_high"]))
        ),
        "caution": "Pain comes first: this counts only once the mornings are no worse."
        if PAIN in (athlete["reasons"] or [])
        else None,
    }


def is_comparable(measure: str, ratio: tables.Row | None) -> bool:
    """Achilles load is shown against the 28-day mean alone, so it needs one."""
    return ratio is not None and (measure != "achilles_load_steps" or bool(ratio["chronic"][-1]))


def has_data(measure: str, days: tables.Row | None, before: tables.Row | None) -> bool:
    """A measure is offered when a drawn day or week holds some of it."""
    return days is not None and any(any(drawn[measure]) for drawn in (days, before) if drawn)


def chosen_measure(shown: Sequence[dict[str, Any]], checks: Sequence[tables.Row]) -> str | None:
    """The measure drawn first: the one that raised a flag, else moving time, else the first there is."""
    offered = [measure["measure"] for measure in shown]
    wanted = [found["measure"] for found in checks if found["state"] == "raised"] + ["moving_s", *offered]
    return next((measure for measure in wanted if measure in offered), None)


def load_charts(
    athlete: tables.Row,
    measure: tables.Row,
    days: tables.Row,
    ratio: tables.Row,
    ratio_line: float,
    window: tuple[date, date],
    before: tuple[tables.Row | None, tables.Row | None],
) -> dict[str, Any]:
    """Daily load and ratios of one measure, each with its summary in words; `before` are the weeks before the days."""
    scale = measure_scale(measure["measure"], measure["unit"], athlete["units"], ratio["chronic"][-1])
    first_date, load = days["first_date"], days[measure["measure"]]
    weeks, week_ratios = before
    earlier = charts.Weeks(weeks["first_date"], weeks[measure["measure"]], week_ratios) if weeks and week_ratios else None
    states = [
        RATIO_STATES.get(state, state) if uncoupled is None and state != "ok" else None
        for state, uncoupled in zip(ratio["states"], ratio["uncoupled"], strict=True)
    ]
    return {
        "measure": measure["measure"],
        "name": measure["name"],
        "unit": scale.mean_unit or scale.unit,
        "load": {
            "figure": charts.daily_load(first_date, window, load, ratio["acute"], ratio["chronic"], scale, earlier),
            "summary": load_summary(measure["name"], load, ratio, scale, window[1]),
        },
        "ratios": {
            "figure": charts.load_ratios(
                first_date,
                window,
                {method: ratio[method] for method in ("uncoupled", "coupled", "ewma")},
                ratio["disagreeing"] or [],
                states,
                ratio_line,
                earlier,
            ),
            "summary": ratio_summary(measure["name"], ratio, ratio_line, window[1]),
        },
    }


def load_summary(name: str, load: Sequence[float | None], ratio: tables.Row, scale: Scale, as_of: date) -> str:
    """The last day's means in words, and how many of the drawn days are unknown."""
    reason = RATIO_STATES.get(ratio["states"][-1], "not enough known days")
    means = [
        f"no {days}-day mean ({reason})"
        if mean is None
        else f"the last {days} days average {number(scale.of(mean), scale.digits)} {scale.a_day}"
        for days, mean in ((7, ratio["acute"][-1]), (28, ratio["chronic"][-1]))
    ]
    unknown_days = sum(value is None for value in load)
    shaded = (
        f" {unknown_days} of {counted(len(load), 'day')} are unknown (shaded): not rest, not counted." if unknown_days else ""
    )
    return f"{name}, {short_date(as_of)}: {', '.join(means)}.{shaded}"


def ratio_summary(name: str, ratio: tables.Row, line_at: float, as_of: date) -> str:
    """The ratios of the last day in words, and how often the methods disagreed."""
    state = ratio["states"][-1]
    latest = {method: ratio[method][-1] for method in ("uncoupled", "coupled", "ewma")}
    if all(value is None for value in latest.values()):
        said = f"{name}, {short_date(as_of)}: no ratio ({RATIO_STATES.get(state, 'nothing to compare with')})."
    else:
        methods = ", ".join(
            f"{'EWMA' if method == 'ewma' else method} {number(value, 2) if value is not None else 'not shown'}"
            for method, value in latest.items()
        )
        reason = f" ({RATIO_STATES[state]})" if state in RATIO_STATES else ""
        said = f"{name}, {short_date(as_of)}: {methods}{reason}."
    if not ratio["days_with_ratio"]:
        return said
    return (
        f"{said} In 12 months the uncoupled ratio was above {line_at:g} on {ratio['days_above']} of "
        f"{counted(ratio['days_with_ratio'], 'day')}; the three disagreed about that line on "
        f"{counted(len(ratio['disagreeing'] or []), 'day')}."
    )


def calf_chart(weeks: Sequence[tables.Row], window: tuple[date, date]) -> dict[str, Any] | None:
    """Calf sets a week; None where no strength log has been read, for that is not zero."""
    logged = [week for week in weeks if week["straight_knee_sets"] is not None or week["bent_knee_sets"] is not None]
    if not logged:
        return None
    last = logged[-1]
    return {
        "figure": charts.calf_sets(weeks[weeks.index(logged[0]) :], window),
        "summary": (
            f"Week of {short_date(last['week_start_date'])}: {number(last['straight_knee_sets'])} straight-knee sets, "
            f"{number(last['bent_knee_sets'])} bent-knee sets."
        ),
    }


def ledger_chart(weeks: Sequence[tables.Row], is_rupture: bool) -> dict[str, Any] | None:
    """Running Achilles load above, hard calf sets below, seven days at a time; None where there is no load to compare."""
    if not any(week["load_percent"] for week in weeks):
        return None
    last = weeks[-1]
    lagging = sum(week["is_lagging"] for week in weeks)
    is_logged = any(week["straight_sets"] is not None for week in weeks)
    load = "not known" if last["load_percent"] is None else f"{number(last['load_percent'])} % of the mean of these weeks"
    if last["straight_sets"] is None:
        sets = "no strength log"
    else:
        sets = f"{plain(last['straight_sets'])} straight-knee and {plain(last['bent_sets'])} soleus sets" + (
            "" if is_rupture else f", target {plain(last['target_sets'])} together"
        )
    lag = f" A calf or tendon link lagged at the end of {lagging} of {counted(len(weeks), 'week')} (shaded)." if lagging else ""
    return {
        "figure": charts.ledger(weeks, is_logged, has_target=not is_rupture),
        "summary": f"7 days to {short_date(last['load_date'])}: Achilles load {load}; {sets}.{lag}",
    }


def ceiling_chart(runs: Sequence[tables.Row], scale: Scale, window: tuple[date, date]) -> dict[str, Any] | None:
    """Each run against 1.10 x the longest of the 30 days before it; None where no run has a ceiling."""
    if not any(run["spike_ceiling_m"] is not None for run in runs):
        return None
    judged = [run for run in runs if run["spike_ceiling_m"] is not None and run["run_date"] >= window[0]]
    beyond = [run for run in judged if run["spike_state"] in charts.SPIKE_TONES]
    worst = max(beyond, key=lambda run: (run["distance_spike_ratio"], run["run_date"]), default=None)
    said = (
        f"The furthest: {short_date(worst['run_date'])}, {scale.text(worst['distance_m'])}, "
        f"{value_with_unit(worst['distance_spike_ratio'], 'ratio')} the longest of the 30 days before."
        if worst
        else ""
    )
    return {
        "figure": charts.run_ceilings(runs, worst, scale, window),
        "summary": f"{len(beyond)} of {counted(len(judged), 'run')} went beyond the ceiling of their day. {said} "
        "The last 12 weeks are counted.",
    }
