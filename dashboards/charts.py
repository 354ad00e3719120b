"""Plotly figures as plain dicts. Colours are CSS variables: assets/charts.js puts in what the theme says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from dashboards.display import Scale, short_date
from dashboards.tables import Row
from dashboards.theme import colour

Figure = dict[str, Any]
Values = Sequence[float | None]

DAY_MS = 86_400_000
BEFORE = "before the first activity"
# A shaded stretch narrower than this has no room for words; the table behind the figure still says why.
LABELLED_DAYS = 4
SPIKE_TONES = {"small": "amber", "moderate": "red", "large": "red"}


def daily_load(first_date: date, window: tuple[date, date], load: Values, acute: Values, chronic: Values, scale: Scale) -> Figure:
    """Load of each day as bars, with the 7-day and 28-day means as lines; all in the scale's unit.

    A null day is unknown, not rest: it is shaded. (A day can be known for distance and unknown for another measure.)
    """
    shown = f"%{{y:,.{scale.digits}f}}"
    words = ["unknown" if value is None else None for value in load]
    return _figure(
        [
            {
                "type": "bar",
                "name": "Each day",
                **_days(first_date, scale.all(load, 1), words),
                "marker": {"color": colour("run-pale"), "line": {"width": 0}},
                "hovertemplate": f"{shown} {scale.mean_unit or scale.unit}<extra>that day</extra>",
            },
            {
                "type": "scatter",
                "mode": "lines",
                "name": "7-day mean (acute)",
                **_days(first_date, scale.all(acute, 1)),
                "line": {"color": colour("run"), "width": 3},
                "hovertemplate": f"{shown} {scale.a_day}<extra>7-day mean</extra>",
            },
            {
                "type": "scatter",
                "mode": "lines",
                "name": "28-day mean (chronic)",
                **_days(first_date, scale.all(chronic, 1)),
                "line": {"color": colour("long"), "width": 2, "dash": "6px,4px"},
                "hovertemplate": f"{shown} {scale.a_day}<extra>28-day mean</extra>",
            },
        ],
        window,
        yaxis={"title": {"text": scale.a_day}, "rangemode": "tozero"},
        bargap=0.25,
        shapes=_shades(first_date, window, words),
    )


def load_ratios(
    first_date: date,
    window: tuple[date, date],
    coupled: Values,
    uncoupled: Values,
    ewma: Values,
    states: Sequence[str | None],
    line_at: float,
) -> Figure:
    """The three ratios of one measure; `states` are words where the ratio that our rule looks at is not shown."""
    lines = [
        ("Uncoupled 7:21", uncoupled, {"color": colour("run"), "width": 3}),
        ("Coupled 7:28", coupled, {"color": colour("long"), "width": 2, "dash": "6px,4px"}),
        ("EWMA 7:28", ewma, {"color": colour("ewma"), "width": 2, "dash": "2px,3px"}),
    ]
    highest = max([value for _, values, _ in lines for value in values if value is not None], default=0.0)
    return _figure(
        [
            {
                "type": "scatter",
                "mode": "lines",
                "name": name,
                **_days(
                    first_date,
                    [None if value is None else round(value, 3) for value in values],
                    states if values is uncoupled else (),
                ),
                "line": line,
                "hovertemplate": f"%{{y:.2f}} ×<extra>{name}</extra>",
            }
            for name, values, line in lines
        ],
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


def calf_sets(weeks: Sequence[Row], window: tuple[date, date]) -> Figure:
    """Straight-knee and bent-knee calf sets of each week, side by side; a week of none says 0."""
    kinds = [
        ("Straight knee (gastrocnemius)", "straight_knee_sets", "straight"),
        ("Bent knee (soleus)", "bent_knee_sets", "bent"),
    ]
    most = max([int(week[column] or 0) for week in weeks for _, column, _ in kinds], default=0)
    return _figure(
        [
            {
                "type": "bar",
                "name": name,
                "x": [week["week_start_date"] for week in weeks],
                "y": [week[column] for week in weeks],
                "text": ["" if week[column] is None else str(week[column]) for week in weeks],
                "textposition": "outside",
                "cliponaxis": False,
                "textfont": {"color": colour("soft"), "size": 12},
                "textangle": 0,
                "constraintext": "none",
                "marker": {"color": colour(tone), "line": {"width": 0}},
                "hovertemplate": f"%{{y}} sets<extra>{name}</extra>",
            }
            for name, column, tone in kinds
        ],
        (window[0] - timedelta(days=4), window[1] - timedelta(days=2)),
        yaxis={"title": {"text": "sets a week"}, "range": [0, max(4, most * 1.18)], "tickformat": "d", "nticks": 5},
        barmode="group",
        bargap=0.3,
        bargroupgap=0.08,
        first_tick=window[0],
    )


def ledger(weeks: Sequence[Row], is_logged: bool, has_target: bool) -> Figure:
    """Two-sided: running Achilles load upwards in % of the weeks' mean, hard calf sets downwards; lagging weeks are shaded."""
    ends = [week["load_date"] for week in weeks]
    bar = {"type": "bar", "x": ends, "marker": {"line": {"width": 0}}}
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
            "marker": {"color": colour(tone), "line": {"width": 0}},
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
                "marker": {"color": colour("run"), "line": {"width": 0}},
                "hovertemplate": "%{y} %<extra>Achilles load</extra>",
            },
            *sets,
            *([target] if is_logged and has_target else []),
        ],
        (ends[0] - timedelta(days=3), ends[-1] + timedelta(days=3)),
        yaxis={"title": {"text": "load, %"}, "range": [0, heaviest * 1.2], "domain": [0.5, 1], "nticks": 4},
        yaxis2={
            "title": {"text": "sets"},
            "range": [max(4, most * 1.15), 0],
            "domain": [0, 0.46],
            "nticks": 4,
            "gridcolor": colour("line"),
            "zerolinecolor": colour("line"),
            "fixedrange": True,
        },
        barmode="stack",
        bargap=0.3,
        first_tick=ends[-1],
        hoversubplots="axis",
        shapes=_lagging(weeks),
    )
    figure["layout"]["legend"]["traceorder"] = "normal"
    figure["layout"]["xaxis"] |= {"anchor": "y2", "hoverformat": "7 days to %A %-d %B"}
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


def run_ceilings(runs: Sequence[Row], worst: Row | None, scale: Scale, window: tuple[date, date]) -> Figure:
    """Each run as a dot, its ceiling as a line: 1.10 x the longest run of the 30 days before it."""
    dates = [run["run_date"] for run in runs]
    tones = [SPIKE_TONES.get(run["spike_state"], "run") for run in runs]
    unit = f"%{{y:.1f}} {scale.unit}"
    figure = _figure(
        [
            {
                "type": "scatter",
                "mode": "markers",
                "name": "Run",
                "cliponaxis": False,
                "x": dates,
                "y": scale.all([run["distance_m"] for run in runs], 1),
                "marker": {
                    "color": [colour(tone) for tone in tones],
                    "opacity": 1,
                    "size": [11 if tone != "run" else 8 for tone in tones],
                    "symbol": ["diamond" if tone != "run" else "circle" for tone in tones],
                    "line": {"width": 0},
                },
                "hovertemplate": f"{unit}<extra>run</extra>",
            },
            {
                "type": "scatter",
                "mode": "lines",
                "name": "Its ceiling",
                "x": dates,
                "y": scale.all([run["spike_ceiling_m"] for run in runs], 1),
                "line": {"color": colour("ink"), "width": 1.5, "dash": "5px,4px", "shape": "vh"},
                "hovertemplate": f"{unit}<extra>ceiling</extra>",
            },
        ],
        window,
        yaxis={"title": {"text": scale.unit}, "rangemode": "tozero"},
    )
    if worst:
        is_late = worst["run_date"] > window[1] - timedelta(weeks=4)
        figure["layout"]["annotations"] = [
            {
                "text": f"{scale.text(worst['distance_m'])} · {worst['distance_spike_ratio']:.2f} ×",
                "x": worst["run_date"],
                "y": scale.all([worst["distance_m"]], 1)[0],
                "xanchor": "right" if is_late else "left",
                "xshift": -10 if is_late else 10,
                "showarrow": False,
                "font": {"color": colour(SPIKE_TONES[worst["spike_state"]]), "size": 14},
            }
        ]
    return figure


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


def _figure(
    traces: list[dict[str, Any]], window: tuple[date, date], yaxis: dict[str, Any], first_tick: date | None = None, **layout: Any
) -> Figure:
    """The look that all figures share; `window` is the first and last day drawn."""
    grid = {"gridcolor": colour("line"), "zerolinecolor": colour("line"), "fixedrange": True}
    return {
        "data": traces,
        "layout": {
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": colour("card"),
            "font": {"family": "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif", "size": 13, "color": colour("soft")},
            "margin": {"l": 52, "r": 12, "t": 8, "b": 34},
            "hovermode": "x unified",
            "hoverlabel": {"bgcolor": colour("card"), "bordercolor": colour("line"), "font": {"color": colour("ink")}},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"color": colour("ink")}},
            "dragmode": False,
            "xaxis": {
                "type": "date",
                "range": [f"{window[0] - timedelta(days=1)}T12:00", f"{window[1]}T12:00"],
                "tick0": first_tick or window[0],
                "dtick": 14 * DAY_MS,
                "tickformat": "%-d %b",
                "tickangle": 0,
                "spikecolor": colour("soft"),
                "spikethickness": 1,
                "spikedash": "dot",
                "hoverformat": "%A %-d %B",
                "showgrid": False,
                "ticks": "outside",
                "ticklen": 6,
                "tickcolor": "rgba(0,0,0,0)",
                "fixedrange": True,
            },
            "yaxis": {**grid, **yaxis},
            **layout,
        },
    }
