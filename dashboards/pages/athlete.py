"""One page per athlete: the flag, the arithmetic behind it, and the weeks that led there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from math import isnan
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from dashboards import charts, how_to, tables
from dashboards.chain import chain, in_words
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
from flows.words.amounts import (
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

# Share of days above 1.5 in training that never really changes (300 simulated athletes over 3 years). Ours, not a paper's.
BASE_RATES = {"uncoupled": "14.9 %", "coupled": "6.4 %", "EWMA": "1.6 %"}
# R0, RW, C2: levels with a letter; "building" and "unknown" have none.
LETTERS = 2
CAUTION = "Pain comes first: this counts only once the mornings are no worse."
# Rules that a page tells in words, as they hold for its athlete.
LIMITS = ("acwr_high", "pain_amber", "pain_gate", "spike_small_percent")
LAST_RUNS = 20
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
        before.priority as priority_before, cast(rules.held_dates as integer) as held_dates, rules.acwr_high,
        rules.spike_small_percent, rules.pain_amber, rules.pain_gate, cells.flag_level as cell_level,
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
    where athletes.athlete_id between $first and $last
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
        flags.athlete_id between $first and $last
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
    where load_date = $as_of and athlete_id between $first and $last
"""
# Each link in the same twelve stretches as the ledger.
STRIPS = """
    select athlete_id, link, sets_7d, left_sets_7d, right_sets_7d, target_sets_week
    from marts.chain_weeks
    where athlete_id between $first and $last
    order by athlete_id, link, load_date
"""
# Twelve stretches of seven days up to the as-of date: the acute mean and the seven-day sets are about just these days.
LEDGER = """
    select athlete_id, load_date, load_percent, gastrocnemius_sets_7d as straight_sets, soleus_sets_7d as bent_sets,
        target_sets_week as target_sets, is_lagging
    from marts.weekly_ledger
    where athlete_id between $first and $last
    order by athlete_id, load_date
"""
CEILINGS = {
    "keys": "athlete_id",
    "columns": "run_date, distance_m, spike_ceiling_m, distance_spike_ratio, spike_state",
    "source": "marts.run_ceilings where athlete_id between $first and $last",
    "order": "started_at, run_id",
}
RATIO_COLUMNS = """
    load, acute, chronic_coupled as chronic, acwr_coupled as coupled, acwr_uncoupled as uncoupled, acwr_ewma as ewma
"""
DAYS = {
    "keys": "athlete_id, measure",
    "columns": f"load_date as step_date, coalesce(ratio_state, 'ok') as states, {RATIO_COLUMNS}",
    "source": "marts.load_ratio where athlete_id between $first and $last and load_date >= $since",
    "order": "load_date",
}
WEEKS_BEFORE = {
    "keys": "athlete_id, measure",
    "columns": f"week_start_date as step_date, {RATIO_COLUMNS}",
    "source": "marts.load_weeks where athlete_id between $first and $last and week_start_date < $since",
    "order": "week_start_date",
}
RATIO_YEAR = "select * from marts.ratio_year where athlete_id between $first and $last"
CALF_WEEKS = {
    "keys": "athlete_id",
    "columns": "week_start_date, cast(straight_knee_sets as double) as straight, cast(bent_knee_sets as double) as bent",
    "source": "marts.weekly_summary where athlete_id between $first and $last",
    "order": "week_start_date",
}
HEALTH = """
    select *
    from marts.health_events
    where athlete_id between $first and $last
    order by athlete_id, from_date, kind, file_id
"""
SOURCES = """
    select found.athlete_id, found.load_date, found.code, found.measure, found.source_date, found.role, found.amount,
        found.sources, paths.path
    from marts.flag_sources as found
    left join ops.athlete_paths as paths on found.athlete_id = paths.athlete_id and found.file_id = paths.file_id
    where found.source_number <= $most and found.athlete_id between $first and $last
    order by found.athlete_id, found.load_date, found.code, found.measure, found.source_number
"""
# The doses of the how-to cards, written for the athlete: of the as-of date every reason has a row.
DOSES = """
    select distinct athlete_id, code, action
    from marts.flags
    where load_date = $as_of and family = 'calf' and athlete_id between $first and $last
"""
MEASURES = "select measure, name, unit from seeds.measures"
# Whole rows are read of the last runs only.
RUNS = """
    select runs.*, paths.path, noted.meanings
    from marts.runs as runs
    left join ops.athlete_paths as paths on runs.athlete_id = paths.athlete_id and runs.file_id = paths.file_id
    left join (
        select athlete_id, run_id, list(note_meaning order by note_code) as meanings
        from marts.run_notes
        where athlete_id between $first and $last
        group by athlete_id, run_id
    ) as noted
        on runs.athlete_id = noted.athlete_id and runs.run_id = noted.run_id
    where
        runs.rowid in (
            select rowid
            from marts.runs
            where athlete_id between $first and $last
            qualify row_number() over (partition by athlete_id order by started_at desc, run_id) <= $most
        )
    order by runs.athlete_id, runs.started_at desc, runs.run_id
"""
SESSIONS = """
    select *
    from marts.session_exercises
    where athlete_id between $first and $last
    qualify row_number() over (
        partition by athlete_id order by sessions_back, first_set_number, exercise_name, side, is_warmup
    ) <= $most
    order by athlete_id, sessions_back, first_set_number, exercise_name, side, is_warmup
"""


def contexts(connection: duckdb.DuckDBPyConnection, athlete_ids: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the athlete template needs, athlete by athlete; every mart is asked once for a batch of athletes.

    `athlete_ids` are those of the whole squad, sorted: a batch is told by its first and its last one.
    """
    as_of = tables.as_of_date(connection)
    measures = tables.rows(connection, MEASURES)
    if as_of is None:
        return
    first = week_starts(as_of)[0]
    since = as_of - timedelta(days=DAILY_DAYS)
    since -= timedelta(days=since.weekday())
    for ids in tables.batches(athlete_ids, BATCH_ATHLETES):
        batch = {"first": ids[0], "last": ids[-1]}
        flags = tables.grouped(tables.rows(connection, FLAGS, **batch, as_of=as_of), "athlete_id")
        links = tables.grouped(tables.rows(connection, CHAIN, **batch, as_of=as_of), "athlete_id")
        strips = tables.grouped(tables.rows(connection, STRIPS, **batch), "athlete_id", "link")
        ledgers = tables.grouped(tables.rows(connection, LEDGER, **batch), "athlete_id")
        ceilings = tables.arrays(connection, **CEILINGS, **batch)
        days = tables.arrays(connection, **DAYS, **batch, since=since)
        weeks = tables.arrays(connection, **WEEKS_BEFORE, **batch, since=since)
        years = {(row["athlete_id"], row["measure"]): row for row in tables.rows(connection, RATIO_YEAR, **batch)}
        calf_weeks = tables.arrays(connection, **CALF_WEEKS, **batch)
        events = tables.grouped(tables.rows(connection, HEALTH, **batch), "athlete_id")
        found_sources = tables.rows(connection, SOURCES, **batch, most=FILES_SHOWN)
        sources = tables.grouped(found_sources, "athlete_id", "load_date", "code", "measure")
        doses = tables.grouped(tables.rows(connection, DOSES, **batch, as_of=as_of), "athlete_id")
        runs = tables.grouped(tables.rows(connection, RUNS, **batch, most=LAST_RUNS), "athlete_id")
        sessions = tables.grouped(tables.rows(connection, SESSIONS, **batch, most=LAST_EXERCISES), "athlete_id")
        for athlete in tables.rows(connection, STATUS, **batch, as_of=as_of):
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
            keys = [(measure, (athlete_id, measure["measure"])) for measure in measures]
            shown = [
                load_charts(athlete, measure, days[key], weeks.get(key), years[key], (first, as_of))
                for measure, key in keys
                if is_offered(measure["measure"], days.get(key), weeks.get(key))
            ]
            scale = distance_scale(athlete["units"])
            limits = {key: plain(athlete[key]) for key in LIMITS}
            reported = events[athlete_id]
            others = {
                "ledger": ledger_chart(ledgers[athlete_id], is_rupture),
                # A ceiling reads as leave to run up to it.
                "ceiling": None if is_rupture else ceiling_chart(ceilings.get(athlete_id), scale, (first, as_of), limits),
                "calf": calf_chart(calf_weeks.get(athlete_id), (first, as_of)),
            }
            for run in runs[athlete_id]:
                run["distance_shown"] = number(scale.of(run["distance_m"]), 2)
            raised = pills(checks, is_rupture)
            for found in raised:
                reason = (athlete_id, found["load_date"], found["code"], found["measure"])
                found["sources"] = [source(row, measures, athlete["units"]) for row in sources[reason]]
            start = min(
                (date_at(one[key]["step_date"], 0) for one in (weeks, days) for _, key in keys if key in one), default=None
            )
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
                    "room": None if is_rupture else room(athlete, scale, limits),
                    "how_to": []
                    if is_rupture
                    else how_to.cards(
                        [found["code"] for found in raised], {row["code"]: row["action"] for row in doses[athlete_id]}
                    ),
                    "limits": limits,
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


def room(athlete: tables.Row, scale: Scale, limits: dict[str, str]) -> dict[str, str | None] | None:
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
        "binding": words.format(**limits),
        "caution": CAUTION if PAIN in (athlete["reasons"] or []) else None,
    }


def number_at(column: NDArray[Any], place: int) -> float | None:
    """One number of a column; None where it is unknown."""
    value = float(column[place])
    return None if isnan(value) else value


def date_at(dates: NDArray[Any], place: int) -> date:
    """One date of a column."""
    found: date = dates[place].astype("datetime64[D]").item()
    return found


def is_offered(measure: str, days: tables.Columns | None, weeks: tables.Columns | None) -> bool:
    """A drawn day or week holds some of the measure; Achilles load is shown against the 28-day mean alone, so it needs one."""
    if days is None or (measure == "achilles_load_steps" and not number_at(days["chronic"], -1)):
        return False
    return any(np.nan_to_num(drawn["load"]).any() for drawn in (days, weeks) if drawn)


def chosen_measure(shown: Sequence[dict[str, Any]], checks: Sequence[tables.Row]) -> str | None:
    """The measure drawn first: the one that raised a flag, else moving time, else the first there is."""
    offered = [measure["measure"] for measure in shown]
    wanted = [found["measure"] for found in checks if found["state"] == "raised"] + ["moving_s", *offered]
    return next((measure for measure in wanted if measure in offered), None)


def load_charts(
    athlete: tables.Row,
    measure: tables.Row,
    days: tables.Columns,
    weeks: tables.Columns | None,
    year: tables.Row,
    window: tuple[date, date],
) -> dict[str, Any]:
    """Daily load and ratios of one measure, each with its summary in words; `weeks` are those before the days."""
    scale = measure_scale(measure["measure"], measure["unit"], athlete["units"], number_at(days["chronic"], -1))
    first = date_at(days["step_date"], 0)
    before = charts.Weeks(date_at(weeks["step_date"], 0), weeks) if weeks else None
    return {
        "measure": measure["measure"],
        "name": measure["name"],
        "unit": scale.mean_unit or scale.unit,
        "load": {
            "figure": charts.daily_load(first, window, days, scale, before),
            "summary": load_summary(measure["name"], days, year, scale, window[1]),
        },
        "ratios": {
            "figure": charts.load_ratios(
                first,
                window,
                days,
                year["disagreeing_dates"] or [],
                hidden_because(days),
                athlete["acwr_high"],
                before,
            ),
            "summary": ratio_summary(measure["name"], days, year, athlete["acwr_high"], window[1]),
        },
        "calendar": calendar_summary(measure["name"], first, year, scale),
    }


def hidden_because(days: tables.Columns) -> list[str | None]:
    """Why the ratio that our rule looks at is not shown, day by day; nothing where it is shown throughout."""
    is_hidden = np.isnan(days["uncoupled"])
    if not is_hidden.any():
        return []
    states = np.where(is_hidden, days["states"], "ok").tolist()
    return [None if state == "ok" else RATIO_STATES.get(state, state) for state in states]


def load_summary(name: str, days: tables.Columns, year: tables.Row, scale: Scale, as_of: date) -> str:
    """The last day's means in words, and how many of the drawn days are unknown."""
    reason = RATIO_STATES.get(days["states"][-1], "not enough known days")
    means = [
        f"no {length}-day mean ({reason})"
        if mean is None
        else f"the last {length} days average {number(scale.of(mean), scale.digits)} {scale.a_day}"
        for length, mean in ((7, number_at(days["acute"], -1)), (28, number_at(days["chronic"], -1)))
    ]
    shaded = (
        f" {year['unknown_days']} of {counted(year['days'], 'day')} are unknown (shaded): not rest, not counted."
        if year["unknown_days"]
        else ""
    )
    return f"{name}, {short_date(as_of)}: {', '.join(means)}.{shaded}"


def calendar_summary(name: str, first: date, year: tables.Row, scale: Scale) -> str:
    """How many days hold some of the measure, and which holds most."""
    since = f"since {short_date(first)} {first.year}"
    if not year["days_with_load"]:
        return f"{name}: none {since}."
    most = f"{short_date(year['largest_load_date'])} with {scale.text(year['largest_load'])}"
    return f"{name} on {year['days_with_load']} of {counted(year['days'], 'day')} {since}; most on {most}."


def ratio_summary(name: str, days: tables.Columns, year: tables.Row, line_at: float, as_of: date) -> str:
    """The ratios of the last day in words, and how often the methods disagreed."""
    state = days["states"][-1]
    latest = {method: number_at(days[method], -1) for method in ("uncoupled", "coupled", "ewma")}
    if all(value is None for value in latest.values()):
        said = f"{name}, {short_date(as_of)}: no ratio ({RATIO_STATES.get(state, 'nothing to compare with')})."
    else:
        methods = ", ".join(
            f"{'EWMA' if method == 'ewma' else method} {number(value, 2) if value is not None else 'not shown'}"
            for method, value in latest.items()
        )
        reason = f" ({RATIO_STATES[state]})" if state in RATIO_STATES else ""
        said = f"{name}, {short_date(as_of)}: {methods}{reason}."
    if not year["days_with_ratio"]:
        return said
    return (
        f"{said} In 12 months the uncoupled ratio was above {line_at:g} on {year['days_above']} of "
        f"{counted(year['days_with_ratio'], 'day')}; the three disagreed about that line on "
        f"{counted(len(year['disagreeing_dates'] or []), 'day')}."
    )


def calf_chart(weeks: tables.Columns | None, window: tuple[date, date]) -> dict[str, Any] | None:
    """Calf sets a week; None where no strength log has been read, for that is not zero."""
    if weeks is None:
        return None
    logged = np.flatnonzero(~np.isnan(weeks["straight"]) | ~np.isnan(weeks["bent"])).tolist()
    if not logged:
        return None
    first, latest = logged[0], logged[-1]
    straight, bent = (number(number_at(weeks[kind], latest)) for kind in ("straight", "bent"))
    return {
        "figure": charts.calf_sets(
            date_at(weeks["week_start_date"], first), {kind: weeks[kind][first:] for kind in ("straight", "bent")}, window
        ),
        "summary": f"Week of {short_date(date_at(weeks['week_start_date'], latest))}: {straight} straight-knee sets, "
        f"{bent} bent-knee sets.",
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


def ceiling_chart(
    runs: tables.Columns | None, scale: Scale, window: tuple[date, date], limits: dict[str, str]
) -> dict[str, Any] | None:
    """Each run against its ceiling; None where no run has one."""
    if runs is None or np.isnan(runs["spike_ceiling_m"]).all():
        return None
    is_judged = ~np.isnan(runs["spike_ceiling_m"]) & (runs["run_date"] >= np.datetime64(window[0]))
    beyond = np.flatnonzero(is_judged & np.isin(runs["spike_state"], list(charts.SPIKE_TONES))).tolist()
    worst = max(
        (
            {name: column[place] for name, column in runs.items()} | {"run_date": date_at(runs["run_date"], place)}
            for place in beyond
        ),
        key=lambda run: (run["distance_spike_ratio"], run["run_date"]),
        default=None,
    )
    said = (
        f"The furthest: {short_date(worst['run_date'])}, {scale.text(worst['distance_m'])}, "
        f"{value_with_unit(worst['distance_spike_ratio'], 'ratio')} the longest of the "
        "30 days before."
        if worst
        else ""
    )
    summary = (
        f"{len(beyond)} of {counted(int(is_judged.sum()), 'run')} went beyond the ceiling of their day. {said} "
        "The last 12 weeks are counted."
        if is_judged.any()
        else "No run of the last 12 weeks had a ceiling to be held against."
    )
    return {"figure": charts.run_ceilings(runs, worst, scale, window), "summary": summary}
