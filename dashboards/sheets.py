"""Each runner's own sheet: one file to send alone, in the runner's language, with nothing of anybody else.

One sentence, what to do this week, and the exercises with their pictures; it obeys what the person's state forbids.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
from markupsafe import Markup

from dashboards import sentences, tables, theme
from dashboards.gate import gate
from dashboards.pages.athlete import how_to
from dashboards.templating import templates
from flows.words.amounts import NOTHING, day_month, plain
from flows.words.language import gettext, known, speaking, spoken

FOLDER = "runners"
RUNNERS = """
    select
        athletes.athlete_id, athletes.name, athletes.language, status.forbids, status.raises_place_code,
        rules.pain_gate
    from marts.athletes
    left join marts.athlete_status as status
        on athletes.athlete_id = status.athlete_id and status.load_date = $as_of
    left join seeds.athlete_rules as rules on athletes.athlete_id = rules.athlete_id
    order by athletes.athlete_id
"""
CALF = """
    select athlete_id, load_date, code, measure, side, state, action
    from marts.flags
    where family = 'calf' and load_date = $as_of
    order by athlete_id, rank, code, measure, side
"""
SHOWN = ("entry", "bent", "straight", "march")  # the exercises of the sheet; the first where heavy work is forbidden


def write_sheets(connection: duckdb.DuckDBPyConnection, folder: Path, names: Mapping[str, str]) -> None:
    """Write the sheet of every runner; who has no language of their own is spoken to in the current one."""
    (folder / FOLDER).mkdir()
    own, as_of = spoken(), tables.as_of_date(connection)
    if as_of is None:
        return
    by_language = tables.grouped(
        [row | {"language": known(row["language"], own)} for row in tables.rows(connection, RUNNERS, as_of=as_of)], "language"
    )
    calf = tables.rows(connection, CALF, as_of=as_of)
    for language, runners in by_language.items():
        with speaking(language):
            letters = sentences.letters(connection)
            doses = tables.grouped(sentences.in_language(connection, calf), "athlete_id")
            template = templates().get_template("runner.html")
            for runner in runners:
                athlete_id = runner["athlete_id"]
                page = template.render(**context(runner, letters.get(athlete_id), doses[athlete_id], as_of), style=style())
                (folder / FOLDER / names[athlete_id]).write_text(page, encoding="utf-8", newline="\n")


def context(runner: tables.Row, letter: tables.Row | None, doses: list[tables.Row], first: date) -> dict[str, Any]:
    """What the template needs for one runner: `letter` is what is told to them, `first` the day from which the week runs."""
    raised = [row for row in doses if row["state"] == "raised"]
    allowed = gate(runner["forbids"])
    cards = how_to.cards(raised, doses, allowed, runner["raises_place_code"])
    return {
        "name": runner["name"] or NOTHING,
        "week": f"{day_month(first)} – {day_month(first + timedelta(days=6))}",
        "sentence": letter["you"] if letter else gettext("Nothing is known about this runner yet."),
        "to_do": letter["to_do"] if letter else [],
        "cards": [card for card in cards if card["card"].card in SHOWN],
        "pain_gate": plain(runner["pain_gate"]),
    }


def style() -> Markup:
    """The sheet's own style, within the page: the file needs nothing beside it."""
    own = (resources.files("dashboards") / "assets" / "runner.css").read_text(encoding="utf-8")
    return Markup(theme.css() + own)  # noqa: S704  our own files
