"""Running by measure: daily load, the ratios, the calendar, and the buttons over the time charts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np

from dashboards import tables
from dashboards.charts.daily_load import daily_load
from dashboards.charts.figure import Weeks
from dashboards.charts.ratios import load_ratios
from dashboards.pages.athlete.batch import DAILY_DAYS, Batch
from dashboards.pages.athlete.columns import date_at, number_at
from dashboards.tables import RULE_DIGITS
from dashboards.words import RATIO_STATES
from flows.words.amounts import Scale, counted, measure_scale, number, plain, short_date, short_day
from flows.words.language import N_, gettext

METHODS = {"uncoupled": N_("uncoupled"), "coupled": N_("coupled"), "ewma": "EWMA"}

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
MEASURES = "select measure, name, unit from seeds.measures"


def measures(connection: duckdb.DuckDBPyConnection) -> list[tables.Row]:
    """The measures of running, named in the current language."""
    return [row | {"name": gettext(row["name"])} for row in tables.rows(connection, MEASURES)]


class Running:
    """The days and weeks of a batch, athlete by athlete."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, batch: Batch, offered: Sequence[tables.Row]) -> None:
        self._batch, self._measures = batch, offered
        self._days = tables.arrays(connection, **DAYS, **batch.ids, since=batch.since)
        self._weeks = tables.arrays(connection, **WEEKS_BEFORE, **batch.ids, since=batch.since)
        years = tables.rows(connection, RATIO_YEAR, **batch.ids)
        self._years = {(row["athlete_id"], row["measure"]): row for row in years}

    def of(self, athlete: tables.Row) -> dict[str, Any]:
        """The charts of each measure, the measure shown first, and the ranges."""
        window = self._batch.window
        keys = {measure["measure"]: (athlete["athlete_id"], measure["measure"]) for measure in self._measures}
        shown = [
            measure_charts(athlete, measure, self._days[key], self._weeks.get(key), self._years[key], window)
            for measure in self._measures
            if is_offered(measure["measure"], self._days.get(key := keys[measure["measure"]]), self._weeks.get(key))
        ]
        drawn = (one[key]["step_date"] for one in (self._weeks, self._days) for key in keys.values() if key in one)
        return {
            "measures": shown,
            "chosen": chosen_measure(shown),
            "ranges": ranges(min((date_at(dates, 0) for dates in drawn), default=None), *window),
        }


def ranges(start: date | None, first: date, as_of: date) -> list[dict[str, Any]]:
    """The buttons over the time charts: the days each shows, and whether the runner's data reach that far back."""
    year = as_of - timedelta(days=DAILY_DAYS)
    offered = [
        ("4w", gettext("4 weeks"), as_of - timedelta(days=27), True, False),
        ("12w", gettext("12 weeks"), first, True, True),
        ("1y", gettext("1 year"), year, start is not None and start <= year, False),
        ("all", gettext("All"), start, start is not None and start < first, False),
    ]
    return [
        {
            "key": key,
            "name": name,
            "from": None if day is None else f"{day - timedelta(days=1)}T12:00",
            "to": f"{as_of}T12:00",
            "is_there": there,
            "is_first": is_first,
        }
        for key, name, day, there, is_first in offered
    ]


def is_offered(measure: str, days: tables.Columns | None, weeks: tables.Columns | None) -> bool:
    """Whether a drawn day or week has a value above 0; Achilles load also needs a 28-day mean, its unit of display."""
    if days is None or (measure == "achilles_load_steps" and not number_at(days["chronic"], -1)):
        return False
    return any(np.nan_to_num(drawn["load"]).any() for drawn in (days, weeks) if drawn)


def chosen_measure(shown: Sequence[dict[str, Any]]) -> str | None:
    """The measure drawn first, the same for every runner: distance, else moving time, else the first offered."""
    offered = [measure["measure"] for measure in shown]
    return next((measure for measure in ("distance_m", "moving_s", *offered) if measure in offered), None)


def measure_charts(
    athlete: tables.Row,
    measure: tables.Row,
    days: tables.Columns,
    weeks: tables.Columns | None,
    year: tables.Row,
    window: tuple[date, date],
) -> dict[str, Any]:
    """Daily load and ratios of one measure, each with a summary in words; `weeks` are the weeks before `days`."""
    scale = measure_scale(measure["measure"], measure["unit"], athlete["units"], number_at(days["chronic"], -1))
    first = date_at(days["step_date"], 0)
    before = Weeks(date_at(weeks["step_date"], 0), weeks) if weeks else None
    line_at = athlete["acwr_high"]
    disagreeing = year["disagreeing_dates"] or []
    return {
        "measure": measure["measure"],
        "name": measure["name"],
        "unit": scale.mean_unit or scale.unit,
        "load": {
            "figure": daily_load(first, window, days, scale, before),
            "summary": load_summary(measure["name"], days, year, scale, window[1]),
        },
        "ratios": {
            "figure": load_ratios(
                first, window, days, disagreeing, hidden_because(days), (line_at, year["coupled_line"]), before
            ),
            "summary": ratio_summary(measure["name"], days, year, line_at, window[1]),
        },
        "calendar": calendar_summary(measure["name"], first, year, scale),
    }


def state_words(state: str) -> str:
    """A state of a ratio in words."""
    return gettext(RATIO_STATES[state]) if state in RATIO_STATES else state


def hidden_because(days: tables.Columns) -> list[str | None]:
    """Why the ratio that our rule uses is not shown, day by day; empty if it is shown on all days."""
    is_hidden = np.isnan(days["uncoupled"])
    if not is_hidden.any():
        return []
    states = np.where(is_hidden, days["states"], "ok").tolist()
    return [None if state == "ok" else state_words(state) for state in states]


def load_summary(name: str, days: tables.Columns, year: tables.Row, scale: Scale, as_of: date) -> str:
    """The last day's means in words, and how many of the drawn days are unknown."""
    state = days["states"][-1]
    reason = state_words(state) if state in RATIO_STATES else gettext("not enough known days")
    means = [
        gettext("no {days}-day mean ({reason})").format(days=length, reason=reason)
        if mean is None
        else gettext("the last {days} days come to {amount} {unit}").format(
            days=length, amount=number(scale.weekly.of(mean), scale.digits), unit=scale.a_week
        )
        for length, mean in ((7, number_at(days["acute"], -1)), (28, number_at(days["chronic"], -1)))
    ]
    said = gettext("{measure}, {day}: {means}.").format(measure=name, day=short_date(as_of), means=", ".join(means))
    if not year["unknown_days"]:
        return said
    shaded = gettext("{unknown} of {days} are unknown (shaded): not rest, not counted.")
    return f"{said} {shaded.format(unknown=number(year['unknown_days']), days=counted(year['days'], 'day'))}"


def calendar_summary(name: str, first: date, year: tables.Row, scale: Scale) -> str:
    """How many days have a value above 0, and which has the largest."""
    since = f"{short_date(first)} {first.year}"
    if not year["days_with_load"]:
        return gettext("{measure}: none since {day}.").format(measure=name, day=since)
    return gettext("{measure} on {count} of {days} since {day}; most on {most} with {amount}.").format(
        measure=name,
        count=number(year["days_with_load"]),
        days=counted(year["days"], "day"),
        day=since,
        most=short_date(year["largest_load_date"]),
        amount=scale.text(year["largest_load"]),
    )


def ratio_summary(name: str, days: tables.Columns, year: tables.Row, line_at: float, as_of: date) -> str:
    """The ratios of the last day in words, and how far the methods agreed in the year."""
    state = days["states"][-1]
    latest = {method: number_at(days[method], -1) for method in METHODS}
    words = {"measure": name, "day": short_date(as_of)}
    if all(value is None for value in latest.values()):
        reason = state_words(state) if state in RATIO_STATES else gettext("nothing to compare with")
        said = gettext("{measure}, {day}: no ratio ({reason}).").format(**words, reason=reason)
    else:
        hidden = gettext("not shown")
        methods = ", ".join(
            f"{gettext(METHODS[method])} {hidden if value is None else number(value, 2)}" for method, value in latest.items()
        )
        reason = f" ({state_words(state)})" if state in RATIO_STATES else ""
        said = gettext("{measure}, {day}: {ratios}.").format(**words, ratios=methods + reason)
    if not year["days_with_ratio"]:
        return said
    above = gettext("In 12 months the uncoupled ratio was above {line} on {above} of {days}.").format(
        line=plain(line_at, RULE_DIGITS), above=number(year["days_above"]), days=counted(year["days_with_ratio"], "day")
    )
    return f"{said} {above}{agreement(year)}{disagreement(year['disagreeing_dates'])}"


def agreement(year: tables.Row) -> str:
    """How far EWMA agrees about the line, beyond chance; empty where no day has both ratios."""
    if not year["days_compared"]:
        return ""
    if year["ewma_kappa"] is None:
        said = gettext("EWMA was on the same side of that line, which is {line} for it and the coupled ratio, on every day.")
    else:
        said = gettext(
            "That line is {line} for EWMA and the coupled ratio; EWMA agrees about it with a kappa of {kappa} "
            "(1: always, 0: as chance would)."
        )
    return " " + said.format(line=number(year["coupled_line"], 2), kappa=number(year["ewma_kappa"], 2))


def disagreement(days: Sequence[date] | None) -> str:
    """The days on which one ratio was above its line and another was not, the newest first; empty where there are none."""
    if not days:
        return ""
    told = ", ".join(span(first, last) for first, last in reversed(spells(days)))
    return " " + gettext("The methods disagree on {count}: {days}.").format(count=counted(len(days), "day"), days=told)


def spells(days: Sequence[date]) -> list[tuple[date, date]]:
    """Sorted days as stretches without a gap, each by its first and last day."""
    found: list[tuple[date, date]] = []
    for day in days:
        is_next = found and day - found[-1][1] == timedelta(days=1)
        found[-1:] = [(found[-1][0], day)] if is_next else [*found[-1:], (day, day)]
    return found


def span(first: date, last: date) -> str:
    """15 Nov 2026, or 12 Nov – 15 Nov 2026."""
    end = f"{short_day(last)} {last.year}"
    return end if first == last else f"{short_day(first)} – {end}"
