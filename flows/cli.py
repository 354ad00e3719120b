"""The command line: `tendonwatch <verb>`. Its verbs are in flows/commands, grouped by purpose."""

from __future__ import annotations

from pathlib import Path

import click

from flows.commands import accounts, analysts, begin, judge, night, notes, privacy, refusals, watch, whatif, why
from flows.settings import SETTINGS_FILE


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tendonwatch", message="%(prog)s %(version)s", prog_name="tendonwatch")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help=f"The folder that holds {SETTINGS_FILE}; where you are, by default.",
)
@click.pass_context
def main(context: click.Context, folder: Path) -> None:
    """Tendonwatch notices when running load climbs while calf and tendon work lags behind.

    It reads runners' logs and strength sessions into a DuckDB warehouse every night and publishes pages that open offline.
    """
    context.obj = folder.absolute()


for verb in (
    night.nightly,
    night.serve,
    night.rollback,
    accounts.fetch,
    accounts.accounts,
    watch.status,
    watch.alerts,
    watch.open_site,
    refusals.quarantine,
    refusals.forget,
    why.why,
    notes.note,
    analysts.query,
    analysts.describe,
    judge.backtest,
    whatif.whatif,
    begin.demo,
    begin.check_settings,
    privacy.export,
    privacy.erase,
):
    main.add_command(verb)

if __name__ == "__main__":
    main()
