"""The command line: `tendonwatch <verb>`. Exit codes of nightly: 0 published, 1 nothing published, 2 wrong usage, 3 published
with some input refused."""

from __future__ import annotations

import json
import os
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import duckdb
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from flows.alerts import alerts as telling
from flows.intake import bounds, ingest, verbs
from flows.operate import logs, recovery
from flows.operate import status as standing
from flows.settings import SETTINGS_FILE, Settings, WrongSettings, calm_libraries, close_api, load_settings
from flows.state import database, publication
from flows.state.errors import explain, is_damage
from flows.state.lock import NightIsRunning
from flows.texts import printable

EXIT_FAILED, EXIT_WRONG_USAGE, EXIT_LATE = 1, 2, 4
PATHS = [
    click.option("--raw", type=click.Path(path_type=Path), help="The input folder, in place of the settings' one."),
    click.option("--warehouse", "warehouse_file", type=click.Path(path_type=Path), help="The published DuckDB file."),
    click.option("--site", type=click.Path(path_type=Path), help="The published folder of pages."),
]


def with_paths(command: Any) -> Any:
    """Give a verb the three options that name other places than the settings do."""
    for option in reversed(PATHS):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
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


def settings_for(
    context: click.Context,
    raw: Path | None = None,
    warehouse_file: Path | None = None,
    site: Path | None = None,
) -> Settings:
    """The settings with the command line's paths in place; exits 2 with the remedy where they are wrong."""
    try:
        settings = load_settings(context.obj)
    except WrongSettings as error:
        fail(str(error), EXIT_WRONG_USAGE)
    named = {"raw": raw, "warehouse": warehouse_file, "site": site}
    return settings.model_copy(update={key: path.absolute() for key, path in named.items() if path})


def fail(message: str, code: int = EXIT_FAILED) -> Any:
    """Say what is wrong in one line and stop."""
    click.echo(printable(f"tendonwatch: {message}"), err=True)
    sys.exit(code)


def say(*lines: object) -> None:
    """Print lines in which there may be what others wrote: it shows, and commands no terminal."""
    click.echo("\n".join(map(printable, lines)))


@main.command()
@with_paths
@click.option("--as-of", metavar="DATE", help="The day to look from (yyyy-mm-dd, or latest); today by default.")
@click.option("--full", is_flag=True, help="Read every file again and rebuild every table.")
@click.option("--allow-empty", is_flag=True, help="Publish also where the input folder holds no log any more.")
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
    log_format: str | None,
) -> None:
    """Read what is new, rebuild, check and publish.

    Exits 0 when all is published, 3 when it is but some input was refused, 1 when nothing was published (the last good night
    still stands), 2 on wrong usage.
    """
    settings = settings_for(context, raw, warehouse_file, site)
    if not settings.raw.is_dir() and not database.memory_path(settings.warehouse).exists():
        fail(
            f"the input folder {settings.raw} does not exist; make it, or name another with --raw",
            EXIT_WRONG_USAGE,
        )
    if as_of not in (None, "latest"):
        try:
            chosen = date.fromisoformat(str(as_of))
        except ValueError:
            fail(f"--as-of {as_of!r} is no date; write it as yyyy-mm-dd, or latest", EXIT_WRONG_USAGE)
        if problem := bounds.problem_of_as_of(chosen, datetime.now(ZoneInfo(settings.timezone)).date()):
            fail(f"--as-of {as_of} {problem}", EXIT_WRONG_USAGE)
    logs.start(log_format or settings.log_format)
    from flows import nightly as night  # noqa: PLC0415 - pages and guards take a moment to import; other verbs need none of it
    from flows.guard.validation import DataUnfit  # noqa: PLC0415
    from flows.operate.stop import StepTooSlow  # noqa: PLC0415

    with import_progress() as progress:
        try:
            outcome = night.run_night(settings, as_of, full, progress=progress, allow_empty=allow_empty)
        except (NightIsRunning, database.MadeByNewer) as error:
            fail(str(error), EXIT_WRONG_USAGE)
        except ingest.InputEmpty as error:
            fail(f"nothing was published, the last good night still stands: {error}")
        except DataUnfit as error:
            fail(f"nothing was published, the last good night still stands. The data is not fit: {error}")
        except (OSError, StepTooSlow, duckdb.Error) as error:
            fail(f"nothing was published, the last good night still stands. {explain(error, settings)}")
        except KeyboardInterrupt:
            fail("stopped as asked; nothing was published, the last good night still stands")
    click.echo(f"{outcome.files_seen} files, {outcome.files_parsed} of them new. As of {outcome.as_of}.")
    if outcome.exit_code:
        click.echo(
            f"Refused: {count(outcome.refused_files, 'file')}, {count(outcome.refused_rows, 'row')}. "
            f"Partly read: {count(outcome.partly_read_files, 'file')}. "
            + (f"Could not be judged: {count(outcome.athletes_set_aside, 'athlete')}. " if outcome.athletes_set_aside else "")
            + f"Why, and what to do: {settings.site / 'data-quality.html'}"
        )
    click.echo(f"Squad page: {settings.site / 'index.html'}")
    sys.exit(outcome.exit_code)


def count(number: int, noun: str) -> str:
    """3, "file" -> "3 files"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


class import_progress:  # noqa: N801 - a context manager that reads like a function
    """A bar at a terminal, a plain line now and then elsewhere."""

    def __enter__(self) -> ingest.Progress:
        console = Console(stderr=True)
        self.bar = (
            Progress(
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


@main.command()
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
    from flows import scheduled  # noqa: PLC0415 - prefect reads its settings when it is first imported

    try:
        scheduled.serve(context.obj, settings, address)
        code = 0
    except ConnectionError as error:
        click.echo(f"tendonwatch: {error}", err=True)
        code = EXIT_FAILED
    os._exit(code)  # what Prefect does as Python ends waits for its server for ever


@main.command()
@with_paths
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def status(context: click.Context, raw: Path | None, warehouse_file: Path | None, site: Path | None, as_json: bool) -> None:
    """Say what was published last, how old it is, how long it took, what was refused, what waits and when the next night is due.

    Exits 4 where nothing was published for 26 hours, so that a monitor can call it; 1 where nothing is published at all.
    """
    settings = settings_for(context, raw, warehouse_file, site)
    with published(settings):
        facts = standing.look(settings, datetime.now(UTC))
    facts["remarks"] = publication.remarks(settings)
    letters = telling.waiting_letters(settings)
    facts["alerts_waiting"] = [{"target": letter.target, "event": letter.event, "problem": letter.problem} for letter in letters]
    if as_json:
        click.echo(json.dumps(facts, indent=2))
    else:
        show_status(facts)
    sys.exit(EXIT_LATE if facts["is_late"] else 0)


def show_status(facts: dict[str, Any]) -> None:
    """The facts of `status` for people."""
    late = f": LATE, more than {facts['late_after_h']} h" if facts["is_late"] else ""
    if facts["age_h"] < 0:
        late = ": yet to come, so a clock is wrong"
    click.echo(f"Published {facts['published_at']} ({facts['age_h']} h ago{late}), as of {facts['as_of_date']}")
    last = facts["last_try"]
    if last and last["state"] != "published":
        say(f"Since then: the night {last['night']} is {last['state']}" + (f": {last['message']}" if last["message"] else ""))
    click.echo("Flags:  " + ", ".join(f"{number} {colour}" for colour, number in facts["flags"].items()))
    click.echo("Files:  " + ", ".join(f"{number} {state}" for state, number in facts["files"].items()))
    waiting = "unknown while a night runs" if facts["files_waiting"] is None else count(facts["files_waiting"], "file")
    click.echo(f"Waiting for the next night: {waiting}")
    click.echo(f"Refused files: {facts['refused_files']}")
    click.echo(f"Partly read files: {facts['partly_read_files']}")
    click.echo(f"Refused rows: {facts['refused_rows']}, of {count(facts['refused_row_causes'], 'cause')}")
    if facts["athletes_set_aside"]:
        click.echo(f"Could not be judged: {count(facts['athletes_set_aside'], 'athlete')}")
    click.echo(f"Took {sum(facts['step_seconds'].values()):.1f} s:")
    for step, seconds in facts["step_seconds"].items():
        click.echo(f"    {step:<28}{seconds:>8.1f} s")
    for letter in facts["alerts_waiting"]:
        why = f": {letter['problem']}" if letter["problem"] else " for the end of quiet hours"
        say(f"Alert to {letter['target']} ({letter['event']}) waits{why}")
    click.echo(f"Next night: {facts['next_night_at']}, if a schedule runs it")
    click.echo(f"Squad page: {facts['squad_page']}")
    for remark in facts["remarks"]:
        say(remark)


@main.command()
@click.option("--test", "is_test", is_flag=True, help="Send every target of the settings a word, now.")
@click.pass_context
def alerts(context: click.Context, is_test: bool) -> None:
    """Send alerts that had to wait (for the end of quiet hours, for a target to come back), and one when the last night is late.

    For cron or a timer, every few minutes; `tendonwatch serve` does it by itself. Exits 1 where a target cannot be reached.
    """
    settings = settings_for(context)
    logs.start(settings.log_format)
    if not settings.alerts:
        click.echo(f"{SETTINGS_FILE} names no target under alerts.")
    problems = telling.try_targets(settings) if is_test else {}
    for target, problem in problems.items():
        say(f"{target}: {problem or 'sent'}")
    counts = {} if is_test else telling.look(settings)
    if counts:
        click.echo(", ".join(f"{number} {how}" for how, number in counts.items()))
    sys.exit(EXIT_FAILED if any(problems.values()) or counts.get("unreachable") else 0)


@contextmanager
def published(settings: Settings) -> Iterator[database.Connection]:
    """The published warehouse, read-only; exits 1 with the remedy where there is none or it cannot be read."""
    if not settings.warehouse.exists():
        fail(f"nothing is published at {settings.warehouse} yet; run `tendonwatch nightly` first")
    try:
        with database.reader(settings.warehouse) as connection:
            yield connection
    except database.MadeByNewer as error:
        fail(str(error), EXIT_WRONG_USAGE)
    except duckdb.Error as error:
        if not is_damage(error):
            raise
        fail(
            f"the published warehouse {settings.warehouse} cannot be read; `tendonwatch nightly` publishes a new one, "
            f"`tendonwatch rollback` goes back to one that is kept ({error})"
        )


@main.command()
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
    try:
        with recovery.settled_state(settings):
            night = publication.roll_back(settings, night)
    except (NightIsRunning, publication.NoSuchNight, database.MadeByNewer) as error:
        fail(str(error), EXIT_WRONG_USAGE)
    except OSError as error:
        fail(explain(error, settings))
    click.echo(f"Published again: the night {night}. The next `tendonwatch nightly` publishes as ever.")


@main.group()
def quarantine() -> None:
    """What was refused: see it, have it read again, or accept it."""


@quarantine.command("list")
@with_paths
@click.pass_context
def quarantine_list(context: click.Context, raw: Path | None, warehouse_file: Path | None, site: Path | None) -> None:
    """List refused and partly read files and rows, each with its reason and what to do."""
    with published(settings_for(context, raw, warehouse_file, site)) as connection:
        refusals = database.rows(connection, "from ops.refusals order by kind, path, table_name, expectation, reason")
    if not refusals:
        click.echo("Nothing is refused.")
    for refusal in refusals:
        where, *rest = (line for line in lines_of_refusal(refusal) if line)
        say(where, *(f"    {line}" for line in rest))


def lines_of_refusal(refusal: dict[str, Any]) -> list[str]:
    """One cause for people: where, how often, why, what to do; of several, the first ones."""
    mark = " (acknowledged)" if refusal["is_acknowledged"] else ""
    expected = f" [{refusal['expectation']}]" if refusal["expectation"] else ""
    why = [f"{refusal['reason']}{expected}", refusal["remedy"] or ""]
    times, examples = refusal["times"], refusal["examples"]
    if times == 1:
        where = examples[0] if refusal["kind"] != "row" else f"{refusal['path']}, {examples[0]}"
        return [f"{where}{mark}", *why]
    what = "row" if refusal["kind"] == "row" else "file"
    more = times - len(examples)
    listed = [f"for instance {example}" for example in examples] if more else examples
    return [f"{refusal['path']}, {count(times, what)}{mark}", *why, *listed]


@quarantine.command("retry")
@click.argument("paths", nargs=-1)
@with_paths
@click.pass_context
def quarantine_retry(
    context: click.Context,
    paths: tuple[str, ...],
    raw: Path | None,
    warehouse_file: Path | None,
    site: Path | None,
) -> None:
    """Have the next night read refused files again (PATHS as `list` shows them; all by default)."""
    settings = settings_for(context, raw, warehouse_file, site)
    with remembering(settings) as memory:
        again = verbs.retry(memory, paths)
    for path in again:
        say(path)
    click.echo(f"{count(len(again), 'file')} will be read again by the next `tendonwatch nightly`.")


@quarantine.command("ack")
@click.argument("path")
@with_paths
@click.pass_context
def quarantine_ack(context: click.Context, path: str, raw: Path | None, warehouse_file: Path | None, site: Path | None) -> None:
    """Accept that PATH stays refused: it no longer makes the night exit 3."""
    with remembering(settings_for(context, raw, warehouse_file, site)) as memory:
        known = verbs.acknowledge(memory, path)
    if not known:
        fail(f"no file {path!r} is known; `tendonwatch quarantine list` shows the paths")
    say(f"{path} is acknowledged from the next night on.")


@main.command()
@click.argument("path")
@with_paths
@click.pass_context
def forget(context: click.Context, path: str, raw: Path | None, warehouse_file: Path | None, site: Path | None) -> None:
    """Stop counting what a file said that is gone from the input folder."""
    with remembering(settings_for(context, raw, warehouse_file, site)) as memory:
        known = verbs.forget(memory, path)
    if not known:
        fail(f"{path!r} is not missing: only a file that is gone can be forgotten; delete it first")
    say(f"{path} is no longer counted from the next night on.")


class remembering:  # noqa: N801 - a context manager that reads like a function
    """The import memory, held so that no night runs meanwhile; exits with the remedy where there is none."""

    def __init__(self, settings: Settings) -> None:
        self.memory = database.memory_path(settings.warehouse)
        self.state = recovery.sound_state(settings)

    def __enter__(self) -> Path:
        if not self.memory.exists():
            fail(f"there is no import memory at {self.memory} yet; run `tendonwatch nightly` first")
        try:
            self.state.__enter__()
        except (NightIsRunning, database.MadeByNewer) as error:
            fail(str(error), EXIT_WRONG_USAGE)
        return self.memory

    def __exit__(self, *what: Any) -> None:
        self.state.__exit__(*what)


@main.command("open")
@with_paths
@click.pass_context
def open_site(context: click.Context, raw: Path | None, warehouse_file: Path | None, site: Path | None) -> None:
    """Open the squad page in the browser."""
    page = settings_for(context, raw, warehouse_file, site).site / "index.html"
    if not page.is_file():
        fail(f"there is no page at {page} yet; run `tendonwatch nightly` first")
    click.echo(page)
    webbrowser.open(page.as_uri())


@main.command()
@click.argument("directory", type=click.Path(path_type=Path))
def demo(directory: Path) -> None:
    """Write the synthetic demo squad into DIRECTORY, ready for `nightly --raw DIRECTORY`."""
    from flows.demo.squad import write_demo_squad  # noqa: PLC0415 - the encoder is needed here only

    if directory.exists() and any(directory.iterdir()):
        fail(f"{directory} is not empty; name a new folder", EXIT_WRONG_USAGE)
    write_demo_squad(directory)
    click.echo(f"The demo squad lies in {directory}. Now: tendonwatch nightly --raw {directory}")


@main.command("check-settings")
@click.pass_context
def check_settings(context: click.Context) -> None:
    """Check tendonwatch.toml and the environment, and show what they come to."""
    settings = settings_for(context)
    for key, value in settings.model_dump().items():
        say(f"{key} = {value}")
    try:
        for target in settings.alerts:
            telling.reach(target.target)
    except WrongSettings as error:
        fail(str(error), EXIT_WRONG_USAGE)


@main.command(context_settings={"ignore_unknown_options": True})  # a question may begin with a comment: -- Who needs a call?
@click.argument("sql")
@with_paths
@click.pass_context
def query(context: click.Context, sql: str, raw: Path | None, warehouse_file: Path | None, site: Path | None) -> None:
    """Answer an SQL question from the published warehouse, read-only.

    SQL is the question itself, or a file that holds it: sql/analyses has some that are often asked.
    """
    if sql.endswith(".sql"):
        try:
            sql = (context.obj / sql).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            fail(f"{sql} cannot be read ({getattr(error, 'strerror', error)})", EXIT_WRONG_USAGE)
    with published(settings_for(context, raw, warehouse_file, site)) as connection:
        try:
            say(*str(connection.sql(sql)).split("\n"))
        except duckdb.Error as error:
            fail(str(error), EXIT_WRONG_USAGE)


@main.command()
@click.argument("table")
@with_paths
@click.pass_context
def describe(context: click.Context, table: str, raw: Path | None, warehouse_file: Path | None, site: Path | None) -> None:
    """Tell what the columns of TABLE (marts.runs, ops.files, ...) mean."""
    schema, _, name = table.rpartition(".")
    with published(settings_for(context, raw, warehouse_file, site)) as connection:
        columns = database.rows(
            connection,
            """
            select column_name, data_type, comment from duckdb_columns()
            where table_name = ? and schema_name = ? order by column_index
            """,
            [name, schema or "marts"],
        )
        known = [
            row["name"]
            for row in database.rows(
                connection,
                """
                select schema_name || '.' || table_name as name from duckdb_tables()
                where schema_name in ('marts', 'ops') order by name
                """,
            )
        ]
    if not columns:
        fail(f"no table {table!r}; to build on are {', '.join(known)}", EXIT_WRONG_USAGE)
    for column in columns:
        click.echo(f"{column['column_name']:<28} {column['data_type']:<26} {column['comment'] or ''}")
