"""The evidence page: what research says, what is a rule of ours, how a flag is made, and one flag worked by hand."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
from markdown_it import MarkdownIt
from markupsafe import Markup

from dashboards import tables, theme, words

TITLE = "Evidence"
INTRODUCTION = "What is known, what is only our rule, and how the one becomes a flag."
# In a wheel it lies inside the package (setup.py), in a checkout beside it.
PLACES = [folder / "docs" / "worked-example.md" for folder in Path(__file__).resolve().parents[1:3]]
WORKED_EXAMPLE = next((path for path in PLACES if path.is_file()), PLACES[-1])

RESEARCH = "select topic, finding, source from seeds.research order by rowid"
CHOICES = "select topic, choice, reason from seeds.choices order by rowid"
MATRIX = "select run_level, capacity_level, flag_level, meaning from seeds.flag_matrix order by rowid"
CALF_LEVELS = "select capacity_level from seeds.flag_matrix group by capacity_level order by min(rowid)"
RULES = "select key, topic, value, unit, source_tag, meaning from seeds.rules order by rowid"
# A squad's rules.csv may set a rule for some or all: what holds for whom, where it is not the value of the house.
OWN_RULES = r"""
    with held as (
        unpivot (select athlete_id, columns(* exclude (athlete_id))::text from seeds.athlete_rules)
        on columns(* exclude (athlete_id)) into name key value value
    )
    select held.key, regexp_replace(any_value(held.value), '\.0$', '') as value, count(*) as athletes
    from held
    inner join seeds.rules on held.key = rules.key
    where coalesce(try_cast(held.value as double) <> try_cast(rules.value as double), held.value <> rules.value)
    group by held.key, coalesce(try_cast(held.value as double)::text, held.value)
    order by held.key, athletes desc, value
"""
RATIO_EXAMPLE = "select * from marts.ratio_example order by day_number"

# The forms of the ratio: column, name, how it is drawn. What we show on athletes' pages comes first, and is drawn strongest.
FORMS = [
    ("acwr_uncoupled", "Uncoupled, 7 : 21 days", "straight", ""),
    ("acwr_coupled", "Coupled, 7 : 28 days", "long", "7 3"),
    ("acwr_ewma", "EWMA 7 : 28, from the mean of 28 days", "ewma", "2 3"),
    ("acwr_ewma_from_first_day", "EWMA 7 : 28, from the first day", "ewma", ""),
    ("acwr_ewma_from_zero", "EWMA 7 : 28, from nothing", "bent", "9 3 2 3"),
    ("fatigue_to_fitness", "Fatigue over fitness, 7 : 42", "run", "4 2"),
    ("week_over_week", "Week over week", "unknown", ""),
]
DRAWN_FROM_DAY = 14
# The drawing: 640 by 260, ratios of 0.5 to 2 from bottom to top, 20 left free below for the days.
WIDTH, HEIGHT, LOWEST, HIGHEST = 640, 240, 0.5, 2.0

# Topics of seeds.rules, in the order of the page.
RULE_TOPICS = {
    "ratios": "Ratios and history",
    "spikes": "One run against the 30 days before",
    "high_load": "High-load days and returns",
    "fast_running": "Fast running",
    "achilles_load": "Achilles load of a run",
    "sets": "What a set counts for",
    "calf_work": "Calf and tendon work",
    "jumps": "Jumps",
    "pain": "Pain and history",
    "flag": "How long a flag is held",
    "data": "Data",
    "same_activity": "One activity from several files",
    "sport": "Sport, where no file states it",
    "cadence": "Cadence, where a run has none",
    "heart_rate": "Heart-rate load",
}
# Flag levels of the matrix, as they are stored, to the flag that is shown and its degree.
FLAG_LEVELS = {
    -1: ("grey", ""),
    0: ("green", ""),
    1: ("amber", "low"),
    2: ("amber", ""),
    3: ("amber", "high"),
    4: ("red", ""),
}


def context(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """What the evidence template needs."""
    return {
        "title": TITLE,
        "introduction": INTRODUCTION,
        "research": tables.grouped(tables.rows(connection, RESEARCH), "topic"),
        "rule": tables.rules(connection),
        "rule_groups": rule_groups(connection),
        "matrix": matrix(connection),
        "calf_levels": [row["capacity_level"] for row in tables.rows(connection, CALF_LEVELS)],
        "run_words": words.RUN_LEVELS,
        "capacity_words": words.CAPACITY_LEVELS,
        "choices": tables.grouped(tables.rows(connection, CHOICES), "topic"),
        "ratio_example": ratio_example(tables.rows(connection, RATIO_EXAMPLE)),
        "worked_example": as_html(WORKED_EXAMPLE.read_text(encoding="utf-8")),
    }


def ratio_example(days: list[tables.Row]) -> dict[str, Any] | None:
    """The forms of the ratio on the same days, as lines to draw and as they stand on the last day."""
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
            "name": name,
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
    """The rules of the house by group, each with what rules.csv put in its place."""
    own = tables.grouped(tables.rows(connection, OWN_RULES), "key")
    rules = tables.grouped(tables.rows(connection, RULES), "topic")
    return {name: [rule | {"own": own.get(rule["key"], [])} for rule in rules[topic]] for topic, name in RULE_TOPICS.items()}


def matrix(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tables.Row]]:
    """The cells of the flag matrix by run level, each with the flag it makes."""
    cells = tables.rows(connection, MATRIX)
    for cell in cells:
        cell["flag"], cell["degree"] = FLAG_LEVELS[cell["flag_level"]]
        cell["word"] = words.FLAG_BY_NAME[cell["flag"]].word
    return tables.grouped(cells, "run_level")


def as_html(markdown: str) -> Markup:
    """A document of the project as HTML: markup in it stays text, headings move down by one, wide tables scroll."""
    parser = MarkdownIt("js-default")  # CommonMark and tables, raw HTML off
    tokens = parser.parse(markdown)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{int(token.tag[1]) + 1}"
    numbers = count(1)
    html = re.sub(
        "<table>",
        lambda _: (
            f'<div class="scroll tall" tabindex="0" role="region" aria-label="Worked example, table {next(numbers)}"><table>'
        ),
        parser.renderer.render(tokens, parser.options, {}),
    )
    return Markup(html.replace("</table>", "</table></div>"))  # noqa: S704  the parser escaped every text of it
