"""whatif: the verb that tells what other rules would change."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click
import duckdb

from flows import machine
from flows.commands.common import count, fail, published, say, settings_for, with_paths
from flows.nearest import did_you_mean
from flows.operate.outcome import EXIT_WRONG_USAGE
from flows.settings import Settings
from flows.state import database
from flows.state.errors import explain

if TYPE_CHECKING:
    from flows.operate.what_if import Answer


@click.command()
@click.option(
    "--set", "given", multiple=True, required=True, metavar="RULE=VALUE", help="The rule as it would be; may be repeated."
)
@click.option("--athlete", "athlete_id", metavar="ID", help="Of one athlete only, which is quicker.")
@with_paths
@click.pass_context
def whatif(
    context: click.Context,
    given: tuple[str, ...],
    athlete_id: str | None,
    raw: Path | None,
    warehouse_file: Path | None,
    site: Path | None,
) -> None:
    """Tell which flags would change, and whose today, if rules were others.

    The rules hold for everybody then, whatever rules.csv says. What the published night read is judged again by them in a scratch
    file, which is deleted; nothing is published and no input is read.
    """
    settings = settings_for(context, raw, warehouse_file, site)
    rules = rules_of(given)
    with published(settings) as connection:
        held = {key: values_held(connection, key) for key in rules}
        refuse_contradictions(connection, rules)
        known = [name for (name,) in connection.execute("select athlete_id from marts.athletes order by all").fetchall()]
    if athlete_id is not None and athlete_id not in known:
        fail(f"no athlete {athlete_id!r}{did_you_mean(athlete_id, known)}", EXIT_WRONG_USAGE)
    database.limit_memory(settings.memory_limit_mb or machine.default_memory_mb())
    try:
        answer = answered(settings, rules, athlete_id)
    except (OSError, duckdb.Error) as error:
        fail(f"it cannot be worked out, and nothing was changed. {explain(error, settings)}")
    say(*(f"{key}: {', '.join(held[key])} -> {value}" for key, value in rules.items()))
    say(*lines_of(answer))


def rules_of(given: tuple[str, ...]) -> dict[str, str]:
    """RULE=VALUE as a dict, each value as the tables hold it; exits 2 with what is allowed instead."""
    from flows.squad import own_rules

    rules: dict[str, str] = {}
    for one in given:
        key, equals, value = (part.strip() for part in one.partition("="))
        if not equals:
            fail(f"--set {one!r} is not rule=value", EXIT_WRONG_USAGE)
        if key in rules:
            fail(f"--set {key} is given twice", EXIT_WRONG_USAGE)
        if problem := own_rules.problem_of_rule(key, value):
            fail(problem, EXIT_WRONG_USAGE)
        rules[key] = own_rules.as_the_tables_have_it(key, value)
    return rules


def values_held(connection: database.Connection, key: str) -> list[str]:
    """The values of a rule today: one, or more where squads or athletes have their own."""
    asked = "select distinct value from seeds.settled_rules where key = ? order by all"
    return [value for (value,) in connection.execute(asked, [key]).fetchall()]


def refuse_contradictions(connection: database.Connection, rules: dict[str, str]) -> None:
    """Exit 2 if a rule would be above one that it may not be above, of those given or as it is held by anybody."""
    from flows.squad import rule_pairs

    for low, high in rule_pairs.pairs().items():
        if low in rules or high in rules:
            lows, highs = ([rules[key]] if key in rules else values_held(connection, key) for key in (low, high))
            values = {low: max(lows, key=float), high: min(highs, key=float)}
            if problem := rule_pairs.problem_of_values(low, high, values):
                fail(f"{problem}; set both", EXIT_WRONG_USAGE)


def answered(settings: Settings, rules: dict[str, str], athlete_id: str | None) -> Answer:
    """The answer, with a bar at a terminal while it is worked out."""
    from flows.operate import what_if

    with (
        tempfile.TemporaryDirectory() as folder,
        click.progressbar(length=what_if.models_to_build(), label="Judging anew", file=sys.stderr) as bar,
    ):
        return what_if.what_if(settings, Path(folder) / "scratch.duckdb", rules, athlete_id, lambda: bar.update(1))


def lines_of(answer: Answer) -> list[str]:
    """The counts of athlete-days from which flag to which, then who changes today."""
    same = sum(move["days"] for move in answer.moves if move["flag_before"] == move["flag_now"])
    moved = [move for move in answer.moves if move["flag_before"] != move["flag_now"]]
    total = same + sum(move["days"] for move in moved)
    lines = [f"Of {count(total, 'athlete-day')} up to {answer.as_of}, {total - same} would have another flag:"]
    lines += [f"  {move['flag_before']} -> {move['flag_now']}: {move['days']}" for move in moved] or ["  none"]
    lines.append(f"On {answer.as_of}:")
    lines += [
        f"  {row['name'] or row['athlete_id']} ({row['athlete_id']}): {row['flag_before']} -> {row['flag_now']}"
        for row in answer.today
    ] or ["  nobody changes"]
    return lines
