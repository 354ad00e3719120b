"""From the published warehouse to the arithmetic, and from its results into the import memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np

from flows.backtest.arithmetic import Result, Rule, judge
from flows.backtest.exposure import OUTCOME_SITES, Booleans, Days, Exposure, Injury, before, exposure_of
from flows.intake import store
from flows.state import database

# Named before anybody looked: red first, then the session spike with and without its own day. On its own day a spike is compared
# with other days of running, for who rests is not hurt by running.
NAMED = (
    Rule("RED", "red", family="primary"),
    Rule("SPIKE_DAYS_0_14", "spike", 0, 14, family="spike"),
    Rule("SPIKE_DAYS_1_14", "spike", 1, 14, family="spike"),
    Rule("SPIKE_OWN_DAY", "spike", 0, 0, told_within=0, family="spike", among="run"),
)
COLOURS = (Rule("AMBER", "amber"), Rule("AMBER_OR_RED", "amber_or_red"))
OF_COLOURS = ("red", "amber", "amber_or_red")  # signals that are taken as they were published

ATHLETES = """
    select
        athlete_id,
        date_diff('day', date '1970-01-01', min(load_date)) as first_day,
        date_diff('day', date '1970-01-01', max(load_date)) as last_day
    from marts.athlete_status
    group by athlete_id
    order by athlete_id
"""
NUMBERED = """
    with numbered as (
        select athlete_id, row_number() over (order by athlete_id) - 1 as athlete
        from (select distinct athlete_id from marts.athlete_status)
    )
    select numbered.athlete, date_diff('day', date '1970-01-01', {day}) as day, {value} as value
    from {source} as found
    inner join numbered on found.athlete_id = numbered.athlete_id
"""
STATUS = ("load_date", "flag", "marts.athlete_status")
AS_WAS = (
    "load_date",
    "flag",
    "(from ops.published_status qualify row_number() over (partition by athlete_id, load_date order by night desc) = 1)",
)
REASONS = ("load_date", "code", "(select distinct athlete_id, load_date, code from marts.flags where state = 'raised')")
RUNS = (
    "run_date",
    "spike_state",
    "(select athlete_id, run_date, coalesce(spike_state, '') as spike_state from marts.runs where is_dated and sport = 'run')",
)
SPIKES = ("small", "moderate", "large")
INJURIES = """
    select
        numbered.athlete,
        date_diff('day', date '1970-01-01', injuries.onset_date) as onset_day,
        date_diff('day', date '1970-01-01', injuries.resolved_date) as last_day,
        list_contains($sites, injuries.site) as is_outcome
    from marts.injuries as injuries
    inner join (
        select athlete_id, row_number() over (order by athlete_id) - 1 as athlete
        from (select distinct athlete_id from marts.athlete_status)
    ) as numbered on injuries.athlete_id = numbered.athlete_id
    order by numbered.athlete, injuries.onset_date, injuries.file_id, injuries.row_number
"""


@dataclass(frozen=True, slots=True)
class Squad:
    """The days of a published warehouse, what held on each of them, and the injuries."""

    as_of_date: date
    days: Days
    is_grey: Booleans
    is_as_was: Booleans  # the colour is what a night published then, and not what the marts say of the day now
    signals: dict[str, Booleans]
    injuries: list[Injury]
    codes: list[str]  # of all reasons, in their order


def read_squad(connection: database.Connection) -> Squad:
    """Everything that the backtest asks of a warehouse."""
    spans = connection.execute(ATHLETES).fetchnumpy()
    first_days = np.asarray(spans["first_day"], dtype=np.int64)
    lengths = np.asarray(spans["last_day"], dtype=np.int64) - first_days + 1
    days = Days(np.concatenate(([0], np.cumsum(lengths))), first_days)
    flags = np.full(len(days), "grey", dtype=object)  # a day without a status is as good as grey
    as_was = np.zeros(len(days), dtype=bool)
    rows, values = placed(connection, days, *STATUS)
    flags[rows] = values
    if has_published_status(connection):
        rows, values = placed(connection, days, *AS_WAS)
        flags[rows], as_was[rows] = values, True
    signals = {"red": flags == "red", "amber": flags == "amber", "amber_or_red": np.isin(flags.astype(str), ["amber", "red"])}
    rows, values = placed(connection, days, *RUNS)
    signals |= {"run": marked(days, rows), "spike": marked(days, rows[np.isin(values.astype(str), SPIKES)])}
    rows, values = placed(connection, days, *REASONS)
    signals |= {str(code): marked(days, rows[values == code]) for code in np.unique(values.astype(str))}
    return Squad(
        database.scalar(connection, "select as_of_date from ops.contract"),
        days,
        flags == "grey",
        as_was,
        signals,
        [Injury(**row) for row in database.rows(connection, INJURIES, {"sites": list(OUTCOME_SITES)})],
        [row["code"] for row in database.rows(connection, "select code from seeds.reasons where family <> 'none' order by rank")],
    )


def placed(connection: database.Connection, days: Days, day: str, value: str, source: str) -> tuple[Any, Any]:
    """The rows of the days that a table tells of, and what it says; days outside of an athlete's days are left out."""
    found = connection.execute(NUMBERED.format(day=day, value=value, source=source)).fetchnumpy()
    athlete = np.asarray(found["athlete"], dtype=np.int64)
    offset = np.asarray(found["day"], dtype=np.int64) - days.first_days[athlete]
    rows = days.starts[athlete] + offset
    is_inside = (offset >= 0) & (rows < days.starts[athlete + 1])
    return np.asarray(rows[is_inside], dtype=np.int64), np.asarray(found["value"], dtype=object)[is_inside]


def marked(days: Days, rows: Any) -> Booleans:
    """True on these rows."""
    signal = np.zeros(len(days), dtype=bool)
    signal[rows] = True
    return signal


def has_published_status(connection: database.Connection) -> bool:
    """Whether this warehouse remembers what earlier nights said."""
    tables = "from duckdb_tables() where database_name = current_database() and schema_name = 'ops'"
    return bool(database.scalar(connection, f"select count(*) {tables} and table_name = 'published_status'"))


def known_rules(squad: Squad) -> list[str]:
    """The names of all rules that may be asked for."""
    return [rule.name for rule in (*NAMED, *COLOURS)] + squad.codes


def judged(squad: Squad) -> tuple[Exposure, list[Result]]:
    """The named rules, the colours, and each reason that was raised on a day that counts."""
    exposure = exposure_of(squad.days, squad.is_grey, squad.injuries)
    counts = [
        code
        for code in squad.codes
        if code in squad.signals and (exposure.is_at_risk & before(squad.days, squad.signals[code])).any()
    ]
    return exposure, judge(squad.days, exposure, squad.signals, [*NAMED, *COLOURS, *(Rule(code, code) for code in counts)])


def remember(connection: database.Connection, squad: Squad, exposure: Exposure, results: Sequence[Result]) -> None:
    """Add the results to the import memory, in place of those of the same night's day."""
    store.create_memory(connection)
    signal_of = {rule.name: rule.signal for rule in (*NAMED, *COLOURS)}
    was = int((exposure.is_at_risk & before(squad.days, squad.is_as_was)).sum())
    athletes = len(np.unique(squad.days.athlete_of[exposure.is_at_risk]))
    connection.execute("begin")
    connection.execute("delete from raw.backtest where judged_date = ?", [squad.as_of_date])
    for number, result in enumerate(results, start=1):
        row = {
            "judged_date": squad.as_of_date,
            "rule_number": number,
            "athletes": athletes,
            "as_was_days": was if signal_of.get(result.rule) in OF_COLOURS else 0,
            "onsets_left_out": exposure.left_out,
            **asdict(result),
        }
        names, places = ", ".join(row), ", ".join("?" * len(row))
        connection.execute(f"insert into raw.backtest ({names}) values ({places})", list(row.values()))
    connection.execute("commit")
