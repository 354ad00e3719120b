"""One exercise over twelve weeks: real sets against its goal, and below them the best set of each leg."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import isnan
from typing import Any

from dashboards.charts.figure import Figure, figure_of, hover
from dashboards.charts.running_weeks import BAR_MS, HALF_WEEK, bar_look, twelve_weeks, unknown_week, week_axis
from dashboards.tables import Row
from dashboards.theme import colour
from flows.words.amounts import WEEK_DAYS, number, weight_scale
from flows.words.language import N_, gettext

CAUSES = {
    "usual": N_("keeping what is there"),
    "by_age": N_("keeping what is there, at this age"),
    "building_up": N_("building up"),
    "before_race": N_("race near"),
    "after_trouble": N_("Achilles trouble"),
}
LEGS = {"left": N_("Left"), "right": N_("Right")}
LINES: dict[str, dict[str, Any]] = {"left": {"width": 2.5}, "right": {"width": 2.5, "dash": "5px,3px"}}


def exercise_weeks(weeks: Sequence[Row], best: dict[str, list[str]], tone: str, has_goal: bool, unit: str) -> Figure:
    """Bars of the sets that count, pale ones of easy sets on top, and the goal as a dashed line.

    A week below its goal is red and hatched. `best` is the best set of each week in words, by leg.
    """
    ends = [week["load_date"] for week in weeks]
    has_goal = has_goal and any(week["target_sets"] is not None for week in weeks)
    are_below = [has_goal and is_below(week) for week in weeks]
    heights = [(week["sets"] or 0) + (week["easy_sets"] or 0) for week in weeks]
    goals = [week["target_sets"] for week in weeks] if has_goal else []
    most = max([*heights, *(goal or 0 for goal in goals), 3])
    lines = best_lines(weeks, ends, best, tone, unit)
    figure = figure_of(
        [*bars(weeks, ends, are_below, tone), *([goal_line(ends, goals)] if has_goal else []), *lines],
        twelve_weeks(ends[-1]),
        yaxis={"range": [0, most * 1.3], "domain": [0.38, 1] if lines else [0, 1], "visible": False},
        barmode="stack",
        showlegend=False,
        shapes=[unknown_week(end) for end, week in zip(ends, weeks, strict=True) if week["sets"] is None],
        annotations=goal_changes(weeks) if has_goal else [],
        hoversubplots="axis",
    )
    if lines:
        figure["layout"]["yaxis2"] = lane(lines)
    # The page names the first and the last week below it: at the edges Plotly has no room for that.
    figure["layout"]["xaxis"] |= week_axis(ends, len(ends)) | {"anchor": "y2" if lines else "y", "showticklabels": False}
    figure["layout"]["margin"] = {"l": 6, "r": 6, "t": 6, "b": 6}
    return figure


def is_below(week: Row) -> bool:
    """Whether a week that is known whole held fewer sets than its goal."""
    is_whole = week["known_days"] == WEEK_DAYS
    return is_whole and None not in (week["sets"], week["target_sets"]) and week["sets"] < week["target_sets"]


def bars(weeks: Sequence[Row], ends: Sequence[date], are_below: Sequence[bool], tone: str) -> list[dict[str, Any]]:
    """The sets that count, each bar with its number, and the easy ones."""
    sets = [week["sets"] for week in weeks]
    found: list[dict[str, Any]] = [
        {
            "type": "bar",
            "name": gettext("Sets"),
            "x": ends,
            "width": BAR_MS,
            "y": sets,
            "text": ["" if count is None else number(count) for count in sets],
            "textposition": "outside",
            "textangle": 0,
            "cliponaxis": False,
            "constraintext": "none",
            "textfont": {"color": [colour("red" if below else "ink") for below in are_below], "size": 12},
            "marker": bar_look(are_below, tone),
            "hovertemplate": hover(gettext("{count} sets").format(count="%{y}"), gettext("that count")),
        }
    ]
    if any(week["easy_sets"] for week in weeks):
        found.append(
            {
                "type": "bar",
                "name": gettext("Too easy to count"),
                "x": ends,
                "width": BAR_MS,
                "y": [week["easy_sets"] for week in weeks],
                "marker": {"color": colour("rest"), "line": {"color": colour("field"), "width": 1}},
                "hovertemplate": hover(gettext("{count} sets").format(count="%{y}"), gettext("too easy to count")),
            }
        )
    return found


def goal_line(ends: Sequence[date], goals: Sequence[int | None]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": gettext("Goal"),
        "x": ends,
        "y": goals,
        "line": {"color": colour("ink"), "width": 1.5, "dash": "4px,3px", "shape": "hvh"},
        "hovertemplate": hover(gettext("{count} sets").format(count="%{y}"), gettext("Goal")),
    }


def goal_changes(weeks: Sequence[Row]) -> list[dict[str, Any]]:
    """The goal in words where it begins, and with its cause wherever it changes."""
    found = []
    before = None
    for place, week in enumerate(weeks):
        goal = week["target_sets"]
        if goal is not None and goal != before:
            words = gettext("goal {sets}").format(sets=number(goal))
            if before is not None and week["target_cause"] in CAUSES:
                cause = CAUSES[week["target_cause"]]
                words = gettext("{goal}: {cause}").format(goal=words, cause=gettext(cause))
            is_late = place > len(weeks) / 2
            found.append(
                {
                    "text": words,
                    "x": f"{week['load_date'] + (HALF_WEEK if is_late else -HALF_WEEK)}",
                    "y": goal,
                    "xanchor": "right" if is_late else "left",
                    "yanchor": "bottom",
                    "showarrow": False,
                    "bgcolor": colour("card"),
                    "borderpad": 0,
                    "font": {"color": colour("soft"), "size": 12},
                }
            )
        before = goal
    return found


def best_lines(
    weeks: Sequence[Row], ends: Sequence[date], best: dict[str, list[str]], tone: str, unit: str
) -> list[dict[str, Any]]:
    """The load of the best set of each leg, or its repetitions where no load was logged."""
    column = next((name for name in ("load_kg", "reps", "hold_s") if any(has_value(week, name) for week in weeks)), None)
    if column is None:
        return []
    scale = weight_scale(unit)
    names = {"load_kg": scale.unit, "reps": gettext("repetitions"), "hold_s": "s"}
    lines = []
    for leg in LEGS if any(week["is_sided"] for week in weeks) else ["left"]:
        values = [week[f"{leg}_best_{column}"] for week in weeks]
        of_leg = gettext(LEGS[leg]) if len(best) > 1 else gettext("Best set")
        shown = scale.all(values).tolist() if column == "load_kg" else values
        lines.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": f"{of_leg}, {names[column]}",
                "x": ends,
                "y": shown,
                "text": best[leg],
                "yaxis": "y2",
                "cliponaxis": False,
                "connectgaps": True,
                "line": {"color": colour(tone)} | LINES[leg],
                "marker": {"color": colour(tone), "size": 6, "symbol": "circle" if leg == "left" else "square"},
                "hovertemplate": hover("%{text}", of_leg),
            }
        )
    return lines


def has_value(week: Row, column: str) -> bool:
    return any(week[f"{leg}_best_{column}"] for leg in LEGS)


def lane(lines: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The axis of the best sets: as much of it as they move in, so that a step is seen."""
    values = [value for line in lines for value in line["y"] if value is not None and not isnan(value)]
    least, most = min(values, default=0), max(values, default=1)
    room = max(most - least, abs(most) * 0.1, 1) * 0.3
    return {"domain": [0, 0.22], "range": [least - room, most + room], "visible": False, "zeroline": False}
