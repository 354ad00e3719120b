"""What all figures share: Plotly as plain dicts. Colours are CSS variables, which assets/charts.js resolves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from babel.dates import get_day_names, get_month_names
from numpy.typing import NDArray

from dashboards.tables import Columns
from dashboards.theme import colour
from flows.words.language import ENGLISH, N_, gettext, locale, spoken

Figure = dict[str, Any]
# One number per step (day or week); NaN is unknown.
Values = NDArray[Any]

DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS
BEFORE = N_("before the first activity")
# A shaded stretch of fewer days has no room for a label; the table behind the figure still says why.
LABELLED_DAYS = 4


@dataclass(frozen=True)
class Weeks:
    """The time before a figure's daily values, as one value per week; `first` is a Monday."""

    first: date
    columns: Columns

    def bars(self, values: Values) -> dict[str, Any]:
        """Bars nearly as wide as a week, centred on it."""
        return {"x0": self.first + timedelta(days=3), "dx": WEEK_MS, "y": values, "width": 6 * DAY_MS, "meta": "week"}

    def line(self, values: Values) -> dict[str, Any]:
        """Points on Sundays: the values at the end of each week."""
        return {"x0": self.first + timedelta(days=6), "dx": WEEK_MS, "y": values, "meta": "week"}


def days_of(first_date: date, values: Values, words: Sequence[str | None] = ()) -> dict[str, Any]:
    """One value per day; `words` say why a value is missing, for the table behind the figure."""
    days = {"x0": first_date, "dx": DAY_MS, "y": values}
    return {**days, "customdata": words} if any(words) else days


def shades(first_date: date, window: tuple[date, date], words: Sequence[str | None]) -> list[dict[str, Any]]:
    """Shaded stretches: consecutive days with the same word, and the days before the first activity."""
    stretches: list[tuple[date, int, str]] = []
    if first_date > window[0]:
        stretches.append((window[0], (first_date - window[0]).days, gettext(BEFORE)))
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
            "opacity": 0.08 if word == gettext(BEFORE) else 0.16,
            "label": _stretch_label(word, length),
        }
        for start, length, word in stretches
    ]


def plotly_locale() -> dict[str, Any] | None:
    """How Plotly writes days, months and numbers in the current language; None for English, which is built in."""
    if spoken() == ENGLISH:
        return None
    here = locale()
    symbols = here.number_symbols["latn"]
    # Plotly's weeks begin on Sunday.
    sunday_first = (6, 0, 1, 2, 3, 4, 5)
    return {
        "moduleType": "locale",
        "name": "page",
        "dictionary": {},
        "format": {
            "days": [get_day_names("wide", locale=here)[day] for day in sunday_first],
            "shortDays": [get_day_names("abbreviated", locale=here)[day] for day in sunday_first],
            "months": list(get_month_names("wide", locale=here).values()),
            "shortMonths": list(get_month_names("abbreviated", locale=here).values()),
            "decimal": symbols["decimal"],
            "thousands": symbols["group"],
        },
    }


def _stretch_label(word: str, length: int) -> dict[str, Any]:
    """The label of a shaded stretch of `length` days: horizontal if it fits on a phone too, else vertical."""
    is_wide = length >= 2 * len(word)
    return {
        "text": word if length >= LABELLED_DAYS else "",
        "textposition": "top center" if is_wide else "middle center",
        "textangle": 0 if is_wide else -90,
        "font": {"color": colour("soft"), "size": 12},
    }


def hover(shown: str, name: str) -> str:
    """The hover text of a point: its value, then its name."""
    return f"{shown}<extra>{name}</extra>"


def line_of(name: str, days: dict[str, Any], line: dict[str, Any], hovertemplate: str) -> dict[str, Any]:
    return {"type": "scatter", "mode": "lines", "name": name, **days, "line": line, "hovertemplate": hovertemplate}


def figure_of(traces: list[dict[str, Any]], window: tuple[date, date], yaxis: dict[str, Any], **layout: Any) -> Figure:
    """A figure of traces with its own layout; LOOK is the shared one. `window` is the first and last day shown at first."""
    drawn = {"range": [f"{window[0] - timedelta(days=1)}T12:00", f"{window[1]}T12:00"]}
    return {"data": traces, "layout": {"xaxis": drawn, "yaxis": yaxis, **layout}}


# The look that all figures share: a Plotly template, written once per page.
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
