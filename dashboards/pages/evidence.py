"""The evidence page: what research says, what is our own rule, how a flag is made, and one flag worked out by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from dashboards import tables, theme, words
from dashboards.pages import backtest
from flows.words.amounts import distance_scale, number, plain, seconds, value_with_unit
from flows.words.language import N_, gettext

TITLE = N_("Evidence")
INTRODUCTION = N_("What is known, what is only our rule, and how the one becomes a flag.")
# In a wheel docs/ lies inside the package (setup.py), in a checkout beside it.
PLACES = [folder / "docs" / "worked-example.md" for folder in Path(__file__).resolve().parents[1:3]]
WORKED_EXAMPLE = next((path for path in PLACES if path.is_file()), PLACES[-1])

RESEARCH = "select topic, finding, participants, people, design, source from seeds.research order by rowid"
JUDGEMENT = """
    select
        kind,
        any_value(amber_goal_percent) as amber_goal_percent,
        any_value(red_goal_percent) as red_goal_percent,
        list(amber_percent order by seed) as amber_percents,
        list(red_percent order by seed) as red_percents,
        list(seed order by seed) as seeds,
        max(runners) as runners
    from seeds.judgement
    group by kind
    order by min(rowid)
"""
CHOICES = "select topic, choice, reason from seeds.choices order by rowid"
MATRIX = """
    select cells.run_level, cells.capacity_level, cells.meaning, levels.flag, levels.degree
    from seeds.flag_matrix as cells
    inner join seeds.flag_levels as levels on cells.flag_level = levels.flag_level
    order by cells.rowid
"""
CALF_LEVELS = "select capacity_level from seeds.flag_matrix group by capacity_level order by min(rowid)"
RULES = "select key, topic, value, unit, source_tag, meaning from seeds.rules order by rowid"
# A squad with both km and mi reads km.
UNITS = "select if(max(units) = min(units), min(units), 'km') as units from marts.athletes"
RATIO_EXAMPLE = "select * from marts.ratio_example order by day_number"

# The forms of the ratio: column, name, colour, dashes. The form on the athletes' pages comes first and is drawn boldest.
FORMS = [
    ("acwr_uncoupled", N_("Uncoupled, 7 : 21 days"), "straight", ""),
    ("acwr_coupled", N_("Coupled, 7 : 28 days"), "long", "7 3"),
    ("acwr_ewma", N_("EWMA 7 : 28, from the mean of 28 days"), "ewma", "2 3"),
    ("acwr_ewma_from_first_day", N_("EWMA 7 : 28, from the first day"), "ewma", ""),
    ("acwr_ewma_from_zero", N_("EWMA 7 : 28, from nothing"), "bent", "9 3 2 3"),
    ("fatigue_to_fitness", N_("Fatigue over fitness, 7 : 42"), "run", "4 2"),
    ("week_over_week", N_("Week over week"), "unknown", ""),
]
KM_M = 1000
DISTANCE_DIGITS = 3
WORDS = ("word", "date")  # units of rules whose value is no number
DRAWN_FROM_DAY = 14
# The drawing is 640 by 260: ratios from 0.5 (bottom) to 2 (top), and 20 below them for the days.
WIDTH, HEIGHT, LOWEST, HIGHEST = 640, 240, 0.5, 2.0

# Topics of seeds.rules, in the order of the page.
RULE_TOPICS = {
    "ratios": N_("Ratios and history"),
    "spikes": N_("One run against the 30 days before"),
    "high_load": N_("High-load days and returns"),
    "fast_running": N_("Fast running"),
    "achilles_load": N_("Achilles load of a run"),
    "sets": N_("What a set counts for"),
    "calf_work": N_("Calf and tendon work"),
    "jumps": N_("Jumps"),
    "person": N_("Races, breaks and new starts"),
    "pain": N_("Pain and history"),
    "flag": N_("How long a flag is held"),
    "data": N_("Data"),
    "same_activity": N_("One activity from several files"),
    "sport": N_("Sport, where no file states it"),
    "cadence": N_("Cadence, where a run has none"),
    "heart_rate": N_("Heart-rate load"),
}


def context(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """What the evidence template needs."""
    held = tables.rules(connection)
    units_of = {row["key"]: row["unit"] for row in tables.rows(connection, RULES)}
    (squad,) = tables.rows(connection, UNITS)
    bare = {key: rule_number(value, units_of[key]) for key, value in held.items()}
    amounts = {key: rule_amount(value, units_of[key], squad["units"]) for key, value in held.items()}
    return {
        "title": gettext(TITLE),
        "introduction": gettext(INTRODUCTION),
        "judgement": tables.rows(connection, JUDGEMENT),
        "backtest": backtest.context(connection),
        "research": tables.grouped(tables.rows(connection, RESEARCH), "topic"),
        "rule": bare,
        "low_volume_share": amounts["low_volume_share"],
        "spike_ratio": number(float(held["spike_small_percent"]) / 100, 2),
        "rule_groups": rule_groups(connection),
        "matrix": matrix(connection),
        "calf_levels": [row["capacity_level"] for row in tables.rows(connection, CALF_LEVELS)],
        "run_words": words.in_language(words.RUN_LEVELS),
        "capacity_words": words.in_language(words.CAPACITY_LEVELS),
        "choices": choices(connection, bare, amounts),
        "ratio_example": ratio_example(tables.rows(connection, RATIO_EXAMPLE)),
        "worked_example": worked_example(),
    }


def choices(
    connection: duckdb.DuckDBPyConnection, bare: Mapping[str, str], amounts: Mapping[str, str]
) -> dict[str, list[tables.Row]]:
    """What we chose and why, by topic, with the current rules: {gap_days} is "5 days", {only[gap_days]} the bare number."""
    found = tables.rows(connection, CHOICES)
    for row in found:
        row["choice"] = gettext(row["choice"]).format(**amounts, only=bare)
        row["reason"] = gettext(row["reason"]).format(**amounts, only=bare)
    return tables.grouped(found, "topic")


def rule_number(value: str, unit: str) -> str:
    """The value of a rule without its unit, as the language writes numbers."""
    return value if unit in WORDS else plain(float(value), tables.RULE_DIGITS)


def rule_amount(value: str, unit: str, units: str = "km") -> str:
    """The value of a rule as a sentence shows it: 110 %, 14 days, 30 min, 5 km; `units` is the squad's km or mi."""
    if unit in WORDS:
        return value
    amount = float(value)
    if unit in ("percent", "share"):
        return f"{plain(amount if unit == 'percent' else 100 * amount, tables.RULE_DIGITS)} %"
    if unit == "s":
        return seconds(amount)
    if unit == "m":
        scale = distance_scale(units)
        return f"{plain(scale.of(amount), DISTANCE_DIGITS)} {scale.unit}" if amount >= KM_M else f"{plain(amount, 3)} m"
    return value_with_unit(amount, "days" if unit == "dates" else unit, units)


def ratio_example(days: list[tables.Row]) -> dict[str, Any] | None:
    """The forms of the ratio on the same days, as lines to draw and as values of the last day."""
    if not days:
        return None
    step = WIDTH / (days[-1]["day_number"] - DRAWN_FROM_DAY)

    def across(day: int) -> float:
        return round((day - DRAWN_FROM_DAY) * step, 1)

    def up(ratio: float) -> float:
        return round(HEIGHT * (HIGHEST - min(max(ratio, LOWEST), HIGHEST)) / (HIGHEST - LOWEST), 1)

    drawn = [day for day in days if day["day_number"] >= DRAWN_FROM_DAY]
    forms = [
        {
            "column": column,
            "name": gettext(name),
            "colour": theme.colour(colour),
            "dashes": dashes,
            "points": " ".join(f"{across(day['day_number'])},{up(day[column])}" for day in drawn if day[column] is not None),
            "last": days[-1][column],
        }
        for column, name, colour, dashes in FORMS
    ]
    return {
        "days": days,
        "forms": forms,
        "lowest": min(forms, key=lambda form: form["last"]),
        "highest": max(forms, key=lambda form: form["last"]),
        "lines": [(ratio, up(ratio)) for ratio in (0.5, 1.0, 1.5, 2.0)],
        "mondays": [(day["day_number"], across(day["day_number"])) for day in drawn if day["day_number"] % 7 == 1],
        "width": WIDTH,
        "height": HEIGHT,
    }


def rule_groups(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tables.Row]]:
    """The default rules by group, each with the values that rules.csv sets instead: as that file takes them, in no language."""
    own = tables.grouped(tables.own_rules(connection), "key")
    rules = tables.grouped(tables.rows(connection, RULES), "topic")
    return {
        gettext(name): [rule | {"own": own.get(rule["key"], [])} for rule in rules[topic]] for topic, name in RULE_TOPICS.items()
    }


def matrix(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tables.Row]]:
    """The cells of the flag matrix by run level, each with the flag it makes."""
    cells = tables.rows(connection, MATRIX)
    for cell in cells:
        cell["flag"] = words.flag_of(cell["flag"])
        # What the seed adds to the level's name in this cell.
        cell["advice"] = gettext(cell["meaning"]).partition(": ")[2]
    return tables.grouped(cells, "run_level")


def worked_example() -> Markup:
    """docs/worked-example.md, which tells of a runner of the demo squad by name, whoever the squad of the page is."""
    return as_html(WORKED_EXAMPLE.read_text(encoding="utf-8"))


def as_html(markdown: str) -> Markup:
    """A document of the project as HTML: markup in it stays text, headings move down by one, wide tables scroll."""
    parser = MarkdownIt("js-default")  # CommonMark and tables, raw HTML off
    tokens = parser.parse(markdown)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{int(token.tag[1]) + 1}"
    numbers = count(1)
    label = escape(gettext("Worked example, table {number}"))
    html = re.sub(
        "<table>",
        lambda _: (
            f'<div class="scroll tall" tabindex="0" role="region" aria-label="{label.format(number=next(numbers))}"><table>'
        ),
        parser.renderer.render(tokens, parser.options, {}),
    )
    return Markup(html.replace("</table>", "</table></div>"))  # noqa: S704  the parser escaped every text of it
