"""What the verbs share: path options, output and errors."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click
import duckdb

from flows.operate.outcome import EXIT_FAILED, EXIT_WRONG_USAGE
from flows.settings import Settings, WrongSettings, load_settings
from flows.state import database
from flows.state.errors import is_damage
from flows.texts import printable

PATHS = [
    click.option("--raw", type=click.Path(path_type=Path), help="The input folder, in place of the settings' one."),
    click.option("--warehouse", "warehouse_file", type=click.Path(path_type=Path), help="The published DuckDB file."),
    click.option("--site", type=click.Path(path_type=Path), help="The published folder of pages."),
]


def with_paths(command: Any) -> Any:
    """Give a verb the three path options that override the settings."""
    for option in reversed(PATHS):
        command = option(command)
    return command


def settings_for(
    context: click.Context,
    raw: Path | None = None,
    warehouse_file: Path | None = None,
    site: Path | None = None,
) -> Settings:
    """The settings with the command line's paths; exits 2 with the remedy if they are wrong."""
    try:
        settings = load_settings(context.obj)
    except WrongSettings as error:
        fail(str(error), EXIT_WRONG_USAGE)
    named = {"raw": raw, "warehouse": warehouse_file, "site": site}
    return settings.model_copy(update={key: path.absolute() for key, path in named.items() if path})


def fail(message: str, code: int = EXIT_FAILED) -> NoReturn:
    """Print what is wrong in one line and exit with `code`."""
    click.echo(printable(f"tendonwatch: {message}"), err=True)
    sys.exit(code)


def say(*lines: object) -> None:
    """Print lines that may hold text from others, with control characters escaped."""
    click.echo("\n".join(map(printable, lines)))


def count(number: int, noun: str) -> str:
    """3, "file" -> "3 files"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


@contextmanager
def published(settings: Settings) -> Iterator[database.Connection]:
    """The published warehouse, read-only; exits 1 with the remedy if it is missing or cannot be read."""
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
