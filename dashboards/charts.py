"""Plotly figures as plain dicts. Colours are CSS variables: assets/charts.js puts in what the theme says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboards.tables import Columns, Row
from dashboards.theme import colour
from flows.words.amounts import Scale, plain, short_date

Figure = dict[str, Any]
# One number a step, NaN where it is unknown.
Values = NDArray[Any]

DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS
BEFORE = "before the first activity"
# A shaded stretch narrower than this has no room for words; the table behind the figure still says why.
LABELLED_DAYS = 4
SPIKE_TONES = {"small": "amber", "moderate": "red", "large": "red"}
# How the kinds of marts.health_events are told in a figure.
MARKS = {"illness": "ill", "holiday": "holiday", "race": "race"}
# The lane below the load: pain from 0 to 10, injuries under it.
INJURY_LANE = -2.5
LANE = [-4.5, 10.5]
# The tiny chart of a link: where its bars stand, how high they may be, and what is still seen of a week without sets.
STRIP_BASE, STRIP_HEIGHT, LEAST_BAR = 34, 32, 0.8


@dataclass(frozen=True)
class Weeks:
    """What a figure tells of the time before its days: one value a week; `first` is a Monday."""

    first: date
    columns: Columns

    def bars(self, values: Values) -> dict[str, Any]:
        """Bars as wide as a week, in its middle."""
        return {"x0": self.first + timedelta(days=3), "dx": WEEK_MS, "y": values, "width": 6 * DAY_MS, "meta": "week"}

    def line(self, values: Values) -> dict[str, Any]:
        """Points on Sundays: what held at the end of the week."""
        return {"x0": self.first + timedelta(days=6), "dx": WEEK_MS, "y": values, "meta": "week"}


def daily_load(
    first_date: date,
    window: tuple[date, date],
    days: Columns,
    scale: Scale,
    before: Weeks | None = None,
) -> Figure:
    """Load of each day as bars, with the 7-day and 28-day means as lines; all in the scale's unit. Weeks `before` the days are
    drawn as their mean day.

    An empty day is unknown, not rest: it is shaded. (A day can be known for distance and unknown for another measure.)
    """
    shown = f"%{{y:,.{scale.digits}f}}"
    is_unknown = np.isnan(days["load"])
    words = ["unknown" if unknown else None for unknown in is_unknown] if is_unknown.any() else []
    before_load = before.columns["load"] if before else np.empty(0)
    largest = float(np.nanmax(np.concatenate([days["load"], before_load]), initial=0.0))
    bar = {"type": "bar", "name": "Each day", "marker": {"color": colour("run-pale")}}
    lines = [
        ("7-day mean (acute)", "7-day mean", "acute", {"color": colour("run"), "width": 3}),
        ("28-day mean (chronic)", "28-day mean", "chronic", {"color": colour("long"), "width": 2, "dash": "6px,4px"}),
    ]
    traces: list[dict[str, Any]] = [
        {
            **bar,
            **_days(first_date, scale.drawn(days["load"], largest), words),
            "hovertemplate": f"{shown} {scale.mean_unit or scale.unit}<extra>that day</extra>",
        },
        *(
            _line(name, _days(first_date, scale.drawn(days[key], largest)), line, f"{shown} {scale.a_day}<extra>{short}</extra>")
            for name, short, key, line in lines
        ),
    ]
    if before:
        mean_day = f"{shown} {scale.a_day}<extra>mean day of the week</extra>"
        traces += [
            {**bar, **before.bars(scale.drawn(before.columns["load"], largest)), "hovertemplate": mean_day, "showlegend": False},
            *(
                _line(
                    name,
                    before.line(scale.drawn(before.columns[key], largest)),
                    line,
                    f"{shown} {scale.a_day}<extra>{short}</extra>",
                )
                | {"showlegend": False}
                for name, short, key, line in lines
            ),
        ]
    return _figure(
        traces,
        window,
        yaxis={"title": {"text": scale.a_day}, "rangemode": "tozero"},
        bargap=0.25,
        # A week's bar stands on its own days: nothing is drawn side by side.
        barmode="overlay",
        shapes=_shades(first_date, window, words),
    )


def calendar() -> Figure:
    """A year of days as a heat map, Monday on top: the script fills in the days of the measure that is chosen."""
    return {
        "data": [
            {
                "type": "heatmap",
                "xgap": 2,
                "ygap": 2,
                "zmin": 0,
                "hoverongaps": False,
                "colorscale": [[0, colour("rest")], [0.0001, colour("heat-low")], [1, colour("heat-high")]],
                "colorbar": {"thickness": 10, "len": 1, "outlinewidth": 0, "ticklen": 0, "nticks": 4, "title": {"side": "right"}},
            }
        ],
        "layout": {
            "hovermode": "closest",
            "margin": {"l": 40, "r": 8, "t": 24, "b": 8},
            "xaxis": {"type": "date", "side": "top", "tickformat": "%b", "dtick": "M1", "ticks": "", "showspikes": False},
            "yaxis": {
                "autorange": "reversed",
                "tickvals": [0, 2, 4, 6],
                "ticktext": ["Mon", "Wed", "Fri", "Sun"],
                "ticks": "",
                "showgrid": False,
                "zeroline": False,
            },
        },
    }


def health(events: Sequence[Row], as_of: date) -> Figure:
    """What the load chart carries besides load: pain, injuries and marked days, on the same days.

    Only numbers and our own words are drawn, never a note: Plotly reads markup in texts.
    """
    symptoms = [event for event in events if event["kind"] == "symptoms" and event["pain_0_10"] is not None]
    injuries = [event for event in events if event["kind"] == "injury"]
    traces: list[dict[str, Any]] = []
    if symptoms:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": "Pain, of 10",
                "x": [event["from_date"] for event in symptoms],
                "y": [event["pain_0_10"] for event in symptoms],
                "yaxis": "y2",
                "cliponaxis": False,
                "error_y": {
                    "type": "percent",
                    "value": 0,
                    "valueminus": 100,
                    "symmetric": False,
                    "width": 0,
                    "color": colour("bent"),
                },
                "marker": {"color": colour("bent"), "size": 9, "symbol": "square"},
                "hovertemplate": "%{y} of 10<extra>pain</extra>",
            }
        )
    if injuries:
        ends = [(event["from_date"], event["to_date"] or as_of) for event in injuries]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": "Injury",
                "x": [day for start, end in ends for day in (start, end, None)],
                "y": [lane for _ in ends for lane in (INJURY_LANE, INJURY_LANE, None)],
                "yaxis": "y2",
                "line": {"color": colour("red"), "width": 5},
                "marker": {"size": 7, "symbol": "line-ns"},
                "hovertemplate": "reported<extra>injury</extra>",
            }
        )
    shapes = [
        {
            "type": "rect",
            "layer": "below",
            "yref": "paper",
            "x0": f"{event['from_date'] - timedelta(days=1)}T12:00",
            "x1": f"{event['to_date']}T12:00",
            "y0": 0,
            "y1": 1,
            "line": {"width": 0},
            "fillcolor": colour("mark"),
            "opacity": 0.35,
            "label": {
                "text": MARKS[event["kind"]],
                "textposition": "bottom center",
                "font": {"color": colour("ink"), "size": 12},
            },
        }
        for event in events
        if event["kind"] in MARKS and event["to_date"] is not None
    ]
    layout: dict[str, Any] = {"shapes": shapes}
    if traces:
        layout |= {
            "yaxis": {"domain": [0.3, 1]},
            "yaxis2": {"title": {"text": "pain"}, "domain": [0, 0.22], "range": LANE, "tickvals": [0, 10], "zeroline": False},
            "xaxis": {"anchor": "y2"},
        }
    return {"data": traces, "layout": layout}


def load_ratios(
    first_date: date,
    window: tuple[date, date],
    days: Columns,
    disagreeing: Sequence[date],
    states: Sequence[str | None],
    line_at: float,
    before: Weeks | None = None,
) -> Figure:
    """The three ratios of one measure, and the days on which they do not agree about the line; `states` are words where the ratio
    that our rule looks at is not shown."""
    lines = [
        ("Uncoupled 7:21", "uncoupled", {"color": colour("run"), "width": 3}),
        ("Coupled 7:28", "coupled", {"color": colour("long"), "width": 2, "dash": "6px,4px"}),
        ("EWMA 7:28", "ewma", {"color": colour("ewma"), "width": 2, "dash": "2px,3px"}),
    ]
    drawn = [days, before.columns] if before else [days]
    highest = max(float(np.nanmax(columns[key], initial=0.0)) for columns in drawn for _, key, _ in lines)
    traces = [
        _line(
            name,
            _days(first_date, np.round(days[key], 2), states if key == "uncoupled" else ()),
            line,
            f"%{{y:.2f}} ×<extra>{name}</extra>",
        )
        for name, key, line in lines
    ]
    if before:
        traces += [
            _line(name, before.line(np.round(before.columns[key], 2)), line, f"%{{y:.2f}} ×<extra>{name}</extra>")
            | {"showlegend": False}
            for name, key, line in lines
            if not np.isnan(before.columns[key]).all()
        ]
    if disagreeing:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": "Methods disagree",
                "meta": "yes",
                "x": disagreeing,
                "y": [0] * len(disagreeing),
                "cliponaxis": False,
                "marker": {"symbol": "triangle-up", "size": 8, "color": colour("amber")},
                "hovertemplate": "about the line<extra>Methods disagree</extra>",
            }
        )
    return _figure(
        traces,
        window,
        yaxis={"title": {"text": "ratio, ×"}, "range": [0, max(2.0, highest * 1.08)], "tickformat": ".1f"},
        shapes=[
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": line_at,
                "y1": line_at,
                "line": {"color": colour("amber"), "width": 1.5, "dash": "4px,4px"},
                "label": {
                    "text": f"our rule: {line_at:g} (uncoupled)",
                    "textposition": "start",
                    "yanchor": "bottom",
                    "font": {"color": colour("amber"), "size": 12},
                },
            },
            *_shades(first_date, window, states),
        ],
    )


def calf_sets(first_date: date, weeks: Columns, window: tuple[date, date]) -> Figure:
    """Straight-knee and bent-knee calf sets of each week, side by side; a week of none says 0. Weeks follow each other."""
    kinds = [
        ("Straight knee (gastrocnemius)", "straight"),
        ("Bent knee (soleus)", "bent"),
    ]
    most = max(float(np.nanmax(weeks[kind], initial=0.0)) for _, kind in kinds)
    figure = _figure(
        [
            {
                "type": "bar",
                "name": name,
                "x0": first_date,
                "dx": WEEK_MS,
                "y": weeks[kind],
                "texttemplate": "%{y}",
                "textposition": "outside",
                "cliponaxis": False,
                "textfont": {"color": colour("soft"), "size": 12},
                "textangle": 0,
                "constraintext": "none",
                "marker": {"color": colour(kind)},
                "hovertemplate": f"%{{y}} sets<extra>{name}</extra>",
            }
            for name, kind in kinds
        ],
        (window[0] - timedelta(days=4), window[1] - timedelta(days=2)),
        yaxis={"title": {"text": "sets a week"}, "range": [0, max(4, most * 1.18)], "tickformat": "d", "nticks": 5},
        barmode="group",
        bargap=0.3,
        bargroupgap=0.08,
    )
    figure["layout"]["xaxis"]["hoverformat"] = "Week from %-d %B %Y"
    return figure


def ledger(weeks: Sequence[Row], is_logged: bool, has_target: bool) -> Figure:
    """Two-sided: running Achilles load upwards in % of the weeks' mean, hard calf sets downwards; lagging weeks are shaded."""
    ends = [week["load_date"] for week in weeks]
    bar = {"type": "bar", "x": ends}
    target = {
        "type": "scatter",
        "mode": "lines",
        "name": "Target",
        "x": ends,
        "y": [week["target_sets"] for week in weeks],
        "yaxis": "y2",
        "line": {"color": colour("ink"), "width": 1.5, "dash": "5px,4px", "shape": "hvh"},
        "hovertemplate": "%{y:.1f} sets<extra>Target</extra>",
    }
    sets = [
        {
            **bar,
            "name": name,
            "y": [week[column] for week in weeks],
            "yaxis": "y2",
            "showlegend": is_logged,
            "marker": {"color": colour(tone)},
            "hovertemplate": f"%{{y:.1f}} sets<extra>{name}</extra>",
        }
        for name, column, tone in [
            ("Straight-knee sets", "straight_sets", "straight"),
            ("Soleus sets", "bent_sets", "bent"),
        ]
    ]
    # Headroom for the word "lagging".
    heaviest = max(week["load_percent"] or 0 for week in weeks)
    stacks = [(week["straight_sets"] or 0) + (week["bent_sets"] or 0) for week in weeks]
    most = max(stacks + [week["target_sets"] or 0 for week in weeks])
    figure = _figure(
        [
            {
                **bar,
                "name": "Running Achilles load",
                "y": [None if week["load_percent"] is None else round(week["load_percent"]) for week in weeks],
                "marker": {"color": colour("run")},
                "hovertemplate": "%{y} %<extra>Achilles load</extra>",
            },
            *sets,
            *([target] if is_logged and has_target else []),
        ],
        (ends[0] - timedelta(days=3), ends[-1] + timedelta(days=3)),
        yaxis={"title": {"text": "load, %"}, "range": [0, heaviest * 1.3], "domain": [0.5, 1], "nticks": 4},
        yaxis2={
            "title": {"text": "sets"},
            "range": [max(4, most * 1.15), 0],
            "domain": [0, 0.46],
            "nticks": 4,
        },
        barmode="stack",
        bargap=0.3,
        hoversubplots="axis",
        shapes=_lagging(weeks),
    )
    figure["layout"]["legend"] = {"traceorder": "normal"}
    figure["layout"]["xaxis"] |= {
        "anchor": "y2",
        "hoverformat": "7 days to %A %-d %B",
        "tick0": ends[-1],
        "dtick": 2 * WEEK_MS,
        "tickformat": "%-d %b",
    }
    if not is_logged:
        figure["layout"]["annotations"] = [
            {
                "text": "no strength log: not known",
                "xref": "paper",
                "yref": "paper",
                "x": 0.5,
                "y": 0.23,
                "showarrow": False,
                "font": {"color": colour("soft")},
            }
        ]
    return figure


def _lagging(weeks: Sequence[Row]) -> list[dict[str, Any]]:
    """Shaded stretches of weeks at whose end a link lagged."""
    half = timedelta(days=3)
    stretches = [list(stretch) for is_lagging, stretch in groupby(weeks, key=lambda week: week["is_lagging"]) if is_lagging]
    return [
        {
            "type": "rect",
            "layer": "below",
            "yref": "paper",
            "x0": f"{stretch[0]['load_date'] - half - timedelta(days=1)}T12:00",
            "x1": f"{stretch[-1]['load_date'] + half}T12:00",
            "y0": 0,
            "y1": 1,
            "line": {"width": 0},
            "fillcolor": colour("red-tint"),
            "label": {
                "text": "lagging",
                # Grows inwards from the edge that it may stand at.
                "textposition": "top left" if stretch[0] is weeks[0] else "top right",
                "font": {"color": colour("red"), "size": 12},
            },
        }
        for stretch in stretches
    ]


def run_ceilings(runs: Columns, worst: Row | None, scale: Scale, window: tuple[date, date]) -> Figure:
    """Each run as a dot, its ceiling as a line. Who is beyond gets a diamond.

    The ceilings name no days: the script takes those of the dots.
    """
    dates = runs["run_date"].astype("datetime64[D]").tolist()
    distances = scale.all(runs["distance_m"], 1)
    unit = f"%{{y:.1f}} {scale.unit}"
    longest = float(np.nanmax(np.concatenate([runs["distance_m"], runs["spike_ceiling_m"]]), initial=0.0))
    beyond = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": name,
            "meta": "above",
            "cliponaxis": False,
            "x": [dates[at] for at in found],
            "y": distances[found],
            "marker": {"color": colour(tone), "size": 11, "symbol": "diamond"},
            "hoverinfo": "skip",
        }
        for name, tone, states in [
            ("Beyond it", "amber", ["small"]),
            ("Far beyond it", "red", ["moderate", "large"]),
        ]
        if (found := np.flatnonzero(np.isin(runs["spike_state"], states))).size
    ]
    figure = _figure(
        [
            {
                "type": "scatter",
                "mode": "markers",
                "name": "Run",
                "cliponaxis": False,
                "x": dates,
                "y": distances,
                "marker": {"color": colour("run"), "size": 8},
                "hovertemplate": f"{unit}<extra>run</extra>",
            },
            {
                "type": "scatter",
                "mode": "lines",
                "name": "Its ceiling",
                "y": scale.all(runs["spike_ceiling_m"], 1),
                "line": {"color": colour("ink"), "width": 1.5, "dash": "5px,4px", "shape": "vh"},
                "hovertemplate": f"{unit}<extra>ceiling</extra>",
            },
            *beyond,
        ],
        window,
        # Headroom for the words over the worst.
        yaxis={"title": {"text": scale.unit}, "range": [0, longest * scale.factor * 1.2]},
    )
    if worst:
        is_late = worst["run_date"] > window[1] - timedelta(weeks=4)
        figure["layout"]["annotations"] = [
            {
                "text": f"{scale.text(worst['distance_m'])} · {worst['distance_spike_ratio']:.2f} ×",
                "x": worst["run_date"],
                "y": scale.all([worst["distance_m"]], 1)[0],
                "xanchor": "right" if is_late else "left",
                "xshift": 8 if is_late else -8,
                "yanchor": "bottom",
                "yshift": 8,
                "bgcolor": colour("card"),
                "borderpad": 0,
                "showarrow": False,
                "font": {"color": colour(SPIKE_TONES[worst["spike_state"]]), "size": 14},
            }
        ]
    return figure


def link_strip(weeks: Sequence[Row]) -> dict[str, Any] | None:
    """A tiny chart, 120 wide and 36 high: the sets of one link in each stretch of seven days, by leg where legs are told apart.

    The bars of a leg are one outline: hundreds of them stand on a page.
    """
    if not any(week["sets_7d"] for week in weeks):
        return None
    is_sided = any(week["left_sets_7d"] is not None for week in weeks)
    columns = ["left_sets_7d", "right_sets_7d"] if is_sided else ["sets_7d"]
    width = 3.5 if is_sided else 8
    target = weeks[-1]["target_sets_week"]
    highest = max([week[column] or 0 for week in weeks for column in columns] + [target or 0])

    def height(sets: float | None) -> float:
        return round(STRIP_HEIGHT * (sets or 0) / highest, 1)

    return {
        "is_sided": is_sided,
        "stretches": len(weeks),
        "legs": [
            "".join(
                f"M{10 * number + 4 * leg} {STRIP_BASE}v-{max(height(week[column]), LEAST_BAR)}h{width}V{STRIP_BASE}z"
                for number, week in enumerate(weeks)
            )
            for leg, column in enumerate(columns)
        ],
        "target": None if target is None else f"M0 {round(STRIP_BASE - height(target), 1)}H120",
        "words": " and ".join(plain(weeks[-1][column]) for column in columns),
    }


def sparkline(weeks: Sequence[Row], starts: Sequence[date], scale: Scale) -> list[dict[str, Any]]:
    """Bars of a tiny chart 100 high, one for each week start; an unknown or absent week has no height."""
    by_start = {week["week_start_date"]: week for week in weeks}
    most = max([week["distance_m"] or 0 for week in weeks if week["week_start_date"] in set(starts)], default=0)
    bars = []
    for start in starts:
        week = by_start.get(start)
        metres: float | None = week["distance_m"] if week else None
        bars.append(
            {
                "height": None if metres is None else round(100 * metres / most, 1) if most else 0,
                "is_before": week is None,
                "text": f"week of {short_date(start)}: {'unknown' if metres is None else scale.text(metres)}",
            }
        )
    return bars


def _days(first_date: date, values: Values, words: Sequence[str | None] = ()) -> dict[str, Any]:
    """A value a day; `words` say why a value is not there, for the table behind the figure."""
    days = {"x0": first_date, "dx": DAY_MS, "y": values}
    return {**days, "customdata": words} if any(words) else days


def _shades(first_date: date, window: tuple[date, date], words: Sequence[str | None]) -> list[dict[str, Any]]:
    """Shaded stretches of days that share a word, and the stretch before the first activity."""
    stretches: list[tuple[date, int, str]] = []
    if first_date > window[0]:
        stretches.append((window[0], (first_date - window[0]).days, BEFORE))
    position = 0
    for word, days in groupby(words):
        length = len(list(days))
        if word:
            stretches.append((first_date + timedelta(days=position), length, word))
        position += length
    return [
        {
            "type": "rect",
            "layer": "below",
            "yref": "paper",
            "x0": f"{start - timedelta(days=1)}T12:00",
            "x1": f"{start + timedelta(days=length - 1)}T12:00",
            "y0": 0,
            "y1": 1,
            "line": {"width": 0},
            "fillcolor": colour("unknown"),
            "opacity": 0.08 if word == BEFORE else 0.16,
            "label": _stretch_label(word, length),
        }
        for start, length, word in stretches
    ]


def _stretch_label(word: str, length: int) -> dict[str, Any]:
    """The word of a shaded stretch of so many days: across where it fits on a telephone too, else upwards."""
    is_wide = length >= 2 * len(word)
    return {
        "text": word if length >= LABELLED_DAYS else "",
        "textposition": "top center" if is_wide else "middle center",
        "textangle": 0 if is_wide else -90,
        "font": {"color": colour("soft"), "size": 12},
    }


def _line(name: str, days: dict[str, Any], line: dict[str, Any], hovertemplate: str) -> dict[str, Any]:
    return {"type": "scatter", "mode": "lines", "name": name, **days, "line": line, "hovertemplate": hovertemplate}


def _figure(traces: list[dict[str, Any]], window: tuple[date, date], yaxis: dict[str, Any], **layout: Any) -> Figure:
    """Traces and what is this figure's own; LOOK is what all share. `window` is the first and last day drawn at first."""
    drawn = {"range": [f"{window[0] - timedelta(days=1)}T12:00", f"{window[1]}T12:00"]}
    return {"data": traces, "layout": {"xaxis": drawn, "yaxis": yaxis, **layout}}


# The look that all figures share: a Plotly template, written once a page.
LOOK: Figure = {
    "data": {"bar": [{"marker": {"line": {"width": 0}}}]},
    "layout": {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": colour("card"),
        "font": {"family": "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif", "size": 13, "color": colour("soft")},
        "margin": {"l": 60, "r": 12, "t": 8, "b": 32},
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": colour("card"), "bordercolor": colour("line"), "font": {"color": colour("ink")}},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"color": colour("ink")}},
        "dragmode": False,
        "xaxis": {
            "type": "date",
            "tickangle": 0,
            "spikecolor": colour("soft"),
            "spikethickness": 1,
            "spikedash": "dot",
            "hoverformat": "%A %-d %B %Y",
            "showgrid": False,
            "ticks": "outside",
            "ticklen": 6,
            "tickcolor": "rgba(0,0,0,0)",
            "fixedrange": True,
        },
        "yaxis": {
            "title": {"font": {"size": 13}},
            "gridcolor": colour("line"),
            "zerolinecolor": colour("line"),
            "fixedrange": True,
        },
    },
}
