"""backtest: the verb that asks whether flags came before injuries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.commands.common import count, fail, published, say, settings_for, with_paths
from flows.commands.refusals import remembering
from flows.operate.outcome import EXIT_WRONG_USAGE
from flows.state import database
from flows.words.backtest import LEAST_P, NEEDED_ONSETS

if TYPE_CHECKING:
    from flows.backtest.arithmetic import Result

VERDICTS = {
    "too_few_injuries": "too few injuries to say",
    "too_few_on_a_side": "too few injuries on flagged or on other days to say",
    "no_difference": "no difference that chance would not make",
    "more_injuries": "more injuries began on flagged days",
    "fewer_injuries": "fewer injuries began on flagged days",
}


@click.command()
@click.option(
    "--rule", "asked", metavar="RULE", multiple=True, help="Show this rule alone (RED, SOL_STALE, ...); may be repeated."
)
@with_paths
@click.pass_context
def backtest(
    context: click.Context, asked: tuple[str, ...], raw: Path | None, warehouse_file: Path | None, site: Path | None
) -> None:
    """Ask whether flags came before injuries of the Achilles and the calf more often than chance would have it.

    All rules are judged together, whichever are shown. The results are kept; the next night shows them on the evidence page.
    """
    try:
        from flows.backtest import warehouse
    except ModuleNotFoundError as error:
        if not str(error.name).startswith("scipy"):
            raise
        fail("the backtest needs scipy: install it with `pip install 'tendonwatch[backtest]'`", EXIT_WRONG_USAGE)
    settings = settings_for(context, raw, warehouse_file, site)
    with published(settings) as connection:
        squad = warehouse.read_squad(connection)
    known = warehouse.known_rules(squad)
    if strange := [name for name in asked if name not in known]:
        fail(f"no rule {strange[0]!r}; name one of {', '.join(known)}", EXIT_WRONG_USAGE)
    if not any(injury.is_outcome for injury in squad.injuries):
        fail(
            "no injury of the Achilles or the calf is on record; write them into each athlete's injuries.csv "
            "(onset_date, site, side, resolved_date), run `tendonwatch nightly`, and ask again"
        )
    exposure, results = warehouse.judged(squad)
    with remembering(settings) as memory, database.writer(memory) as connection:
        warehouse.remember(connection, squad, exposure, results)
    show(results, asked, exposure.left_out, squad.as_of_date.isoformat())


def show(results: list[Result], asked: tuple[str, ...], left_out: int, as_of: str) -> None:
    """Print the squad, then each rule in two lines."""
    whole = results[0]
    say(
        f"As of {as_of}, {count(whole.exposure_days, 'athlete-day')} that count. First injuries of the Achilles or the calf: "
        f"{whole.onsets}; later ones of the same athletes: {whole.recurrences}; on days that do not count: {left_out}."
    )
    if whole.onsets < NEEDED_ONSETS:
        say(f"Too few injuries to say: {whole.onsets}, and {NEEDED_ONSETS} are needed. So often each rule held:")
    for result in results:
        if not asked or result.rule in asked:
            say(*lines_of(result))
    for name in asked:
        if name not in {result.rule for result in results}:
            say(f"{name}: raised on no day that counts")
    say("Kept. The next `tendonwatch nightly` shows it on the evidence page.")


def lines_of(result: Result) -> list[str]:
    """One rule as text: how loud it was, and what came of it."""
    if not result.exposure_days:
        return [f"{result.rule}: no day that counts"]
    loud = (
        f"{result.rule}: on {100 * result.flagged_days / result.exposure_days:.1f} % of the days, "
        f"{known(result.alerts_per_athlete_month, 2)} alerts per athlete and month"
    )
    if result.verdict == "too_few_injuries":
        return [loud]
    told = (
        f"    before {result.onsets_told} of {result.onsets} injuries (by chance {known(result.told_by_chance_percent, 0)} %), "
        f"median {known(result.lead_days_median, 0)} days before; an injury followed "
        f"{known(result.alerts_right_percent, 1)} % of the alerts (any day {known(result.days_right_percent, 1)} %)"
    )
    rates = (
        f"    {known(result.rate_ratio, 2)} times the rate of other days "
        f"({known(result.rate_ratio_low, 2)} to {known(result.rate_ratio_high, 2)}), "
        f"p {chance(result.adjusted_p_value)} in its family: {VERDICTS[result.verdict]}"
    )
    return [loud, told, rates]


def chance(p_value: float | None) -> str:
    """A probability, which is never 0."""
    return f"< {LEAST_P}" if p_value is not None and p_value < LEAST_P else f"= {known(p_value, 3)}"


def known(value: float | None, digits: int) -> str:
    """A number as text, or that it is not known."""
    return "unknown" if value is None else f"{value:.{digits}f}"
