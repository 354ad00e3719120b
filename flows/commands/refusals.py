"""quarantine, forget: the verbs for refused and vanished files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from flows.commands.common import count, fail, published, say, settings_for, with_paths
from flows.operate.outcome import EXIT_WRONG_USAGE
from flows.settings import Settings
from flows.state import database
from flows.state.lock import NightIsRunning


@click.group()
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
    """One refusal as lines of text: where, how often, why, what to do; of many places only the first are named."""
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
    from flows.intake import verbs

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
    from flows.intake import verbs

    unknown = f"no file {path!r} is known; `tendonwatch quarantine list` shows the paths"
    settle(settings_for(context, raw, warehouse_file, site), verbs.acknowledge, path, "acknowledged", unknown)


@click.command()
@click.argument("path")
@with_paths
@click.pass_context
def forget(context: click.Context, path: str, raw: Path | None, warehouse_file: Path | None, site: Path | None) -> None:
    """Stop counting what a file said that is gone from the input folder."""
    from flows.intake import verbs

    unknown = f"{path!r} is not missing: only a file that is gone can be forgotten; delete it first"
    settle(settings_for(context, raw, warehouse_file, site), verbs.forget, path, "no longer counted", unknown)


def settle(settings: Settings, verb: Callable[[Path, str], bool], path: str, settled: str, unknown: str) -> None:
    """Settle in the import memory what becomes of a path; exits 1, saying `unknown`, if the verb knows no such path."""
    with remembering(settings) as memory:
        is_known = verb(memory, path)
    if not is_known:
        fail(unknown)
    say(f"{path} is {settled} from the next night on.")


@contextmanager
def remembering(settings: Settings) -> Iterator[Path]:
    """The import memory, locked so that no night runs meanwhile; exits with the remedy if there is none."""
    from flows.operate import recovery

    memory = database.memory_path(settings.warehouse)
    if not memory.exists():
        fail(f"there is no import memory at {memory} yet; run `tendonwatch nightly` first")
    try:
        with recovery.sound_state(settings):
            yield memory
    except (NightIsRunning, database.MadeByNewer) as error:
        fail(str(error), EXIT_WRONG_USAGE)
