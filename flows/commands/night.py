"""nightly, serve, rollback: the verbs that publish."""

from __future__ import annotations

import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click
import duckdb

from flows.commands.common import count, fail, settings_for, with_paths
from flows.operate import logs
from flows.operate.outcome import EXIT_FAILED, EXIT_WRONG_USAGE, Outcome
from flows.settings import Settings, WrongSettings, calm_libraries, close_api
from flows.state import database, publication
from flows.state.errors import explain
from flows.state.lock import NightIsRunning

if TYPE_CHECKING:
    from flows.intake.ingest import Progress


@click.command()
@with_paths
@click.option("--as-of", metavar="DATE", help="The day to look from (yyyy-mm-dd, or latest); today by default.")
@click.option("--full", is_flag=True, help="Read every file again and rebuild every table.")
@click.option("--allow-empty", is_flag=True, help="Publish also where the input folder holds no log any more.")
@click.option("--no-fetch", is_flag=True, help="Ask no account of accounts.toml; take what lies in the input folder.")
@click.option("--log-format", type=click.Choice(["text", "json"]), help="How log lines look, in place of the settings' one.")
@click.pass_context
def nightly(
    context: click.Context,
    raw: Path | None,
    warehouse_file: Path | None,
    site: Path | None,
    as_of: str | None,
    full: bool,
    allow_empty: bool,
    no_fetch: bool,
    log_format: str | None,
) -> None:
    """Fetch what is new from the accounts, read it, rebuild, check and publish.

    Exits 0 when all is published, 3 when it is but some input was refused, an account could not be fetched or a runner not be
    judged, 1 when nothing was published (the last good night still stands), 2 on wrong usage.
    """
    settings = settings_for(context, raw, warehouse_file, site)
    if not settings.raw.is_dir() and not database.memory_path(settings.warehouse).exists():
        fail(
            f"the input folder {settings.raw} does not exist; make it, or name another with --raw",
            EXIT_WRONG_USAGE,
        )
    if as_of not in (None, "latest"):
        check_as_of(str(as_of), settings)
    logs.start(log_format or settings.log_format)
    outcome = run_night(settings, as_of, full, allow_empty, not no_fetch)
    click.echo(f"{outcome.files_seen} files, {outcome.files_parsed} of them new. As of {outcome.as_of}.")
    if outcome.exit_code:
        click.echo(
            f"Refused: {count(outcome.refused_files, 'file')}, {count(outcome.refused_rows, 'row')}. "
            f"Partly read: {count(outcome.partly_read_files, 'file')}. "
            + (f"Could not be judged: {count(outcome.athletes_set_aside, 'athlete')}. " if outcome.athletes_set_aside else "")
            + (f"Could not be fetched: {count(outcome.accounts_failing, 'account')}. " if outcome.accounts_failing else "")
            + f"Why, and what to do: {settings.site / 'data-quality.html'}"
        )
    click.echo(f"Squad page: {settings.site / 'index.html'}")
    sys.exit(outcome.exit_code)


def check_as_of(as_of: str, settings: Settings) -> None:
    """Exit 2 if `as_of` is not a day that a night can use."""
    from flows.intake import bounds

    try:
        chosen = date.fromisoformat(as_of)
    except ValueError:
        fail(f"--as-of {as_of!r} is not a date; write it as yyyy-mm-dd, or latest", EXIT_WRONG_USAGE)
    if problem := bounds.problem_of_as_of(chosen, datetime.now(ZoneInfo(settings.timezone)).date()):
        fail(f"--as-of {as_of} {problem}", EXIT_WRONG_USAGE)


def run_night(settings: Settings, as_of: str | None, full: bool, allow_empty: bool, fetches: bool) -> Outcome:
    """Run the night and show its progress; if nothing is published, exits with the cause and the remedy."""
    from flows import nightly
    from flows.guard.validation import DataUnfit
    from flows.intake.ingest import InputEmpty
    from flows.operate.stop import StepTooSlow

    with import_progress() as progress:
        try:
            return nightly.run_night(settings, as_of, full, progress=progress, allow_empty=allow_empty, fetches=fetches)
        except (NightIsRunning, database.MadeByNewer) as error:
            fail(str(error), EXIT_WRONG_USAGE)
        except InputEmpty as error:
            fail(f"nothing was published, the last good night still stands: {error}")
        except DataUnfit as error:
            fail(f"nothing was published, the last good night still stands. The data is not fit: {error}")
        except (OSError, StepTooSlow, duckdb.Error) as error:
            fail(f"nothing was published, the last good night still stands. {explain(error, settings)}")
        except KeyboardInterrupt:
            fail("stopped as asked; nothing was published, the last good night still stands")


class import_progress:  # noqa: N801 - a context manager, used like a function
    """Shows progress: a bar on a terminal, elsewhere a plain line now and then."""

    def __enter__(self) -> Progress:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        console = Console(stderr=True)
        self.bar = (
            Bar(
                TextColumn("Reading files"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=console,
                transient=True,
            )
            if console.is_terminal
            else None
        )
        self.row = self.bar.add_task("files", total=None) if self.bar else None
        if self.bar:
            self.bar.start()
        return self.advance

    def advance(self, done: int, total: int) -> None:
        if self.bar and self.row is not None:
            self.bar.update(self.row, completed=done, total=total)
        else:
            click.echo(f"read {done} of {total} new files", err=True)

    def __exit__(self, *_: object) -> None:
        if self.bar:
            self.bar.stop()


@click.command()
@click.option(
    "--port",
    default=4200,
    show_default=True,
    help="Where Prefect's user interface listens, on this machine only.",
)
@click.pass_context
def serve(context: click.Context, port: int) -> None:
    """Run the night every night at the hour of the settings, with Prefect's user interface on loopback."""
    settings = settings_for(context)
    address = f"http://127.0.0.1:{port}"
    calm_libraries(settings, prefect_server=address)
    try:
        password = close_api(settings, address)
    except WrongSettings as error:
        fail(str(error), EXIT_WRONG_USAGE)
    click.echo(f"Prefect's pages ask for a password: the line in {password}")
    from flows import scheduled  # only now: prefect reads its settings when it is first imported

    try:
        scheduled.serve(context.obj, settings, address)
        code = 0
    except ConnectionError as error:
        click.echo(f"tendonwatch: {error}", err=True)
        code = EXIT_FAILED
    os._exit(code)  # a normal exit would wait forever for Prefect's server


@click.command()
@click.argument("night", required=False)
@with_paths
@click.option("--list", "is_list", is_flag=True, help="List the nights that are kept, and change nothing.")
@click.pass_context
def rollback(
    context: click.Context, night: str | None, raw: Path | None, warehouse_file: Path | None, site: Path | None, is_list: bool
) -> None:
    """Publish a kept night again, warehouse and pages: NIGHT as --list shows it, or the one before the published one.

    The next `tendonwatch nightly` publishes as ever. Exits 2 where no such night is kept or a night is running.
    """
    settings = settings_for(context, raw, warehouse_file, site)
    if is_list:
        for kept in publication.kept_nights(settings):
            click.echo(kept + (" (published)" if kept == publication.current_night(settings.warehouse) else ""))
        return
    from flows.operate import recovery

    try:
        with recovery.settled_state(settings):
            night = publication.roll_back(settings, night)
    except (NightIsRunning, publication.NoSuchNight, database.MadeByNewer) as error:
        fail(str(error), EXIT_WRONG_USAGE)
    except OSError as error:
        fail(explain(error, settings))
    click.echo(f"Published again: the night {night}. The next `tendonwatch nightly` publishes as ever.")
