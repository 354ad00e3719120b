"""export, erase: the verbs that hand data out, and that remove a person."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import zipfile
from pathlib import Path

import click
import duckdb

from flows.commands.common import count, fail, published, say, settings_for, with_paths
from flows.commands.refusals import remembering
from flows.nearest import did_you_mean
from flows.operate.outcome import EXIT_WRONG_USAGE
from flows.state import database
from flows.state.errors import explain
from flows.texts import athlete_of

ABOUT = "All tables of marts and ops, with names and all. Health data of people who can be known."
ABOUT_PSEUDONYMOUS = (
    "Tables of marts and ops without names, texts, body mass, times of day and file ids. Ids are random, dates are moved by "
    "whole weeks. It is still personal data: who knows a runner's training can find them in it."
)
ABOUT_ATHLETE = "All rows of one person in the tables of raw, marts and ops."
ATHLETE_ZIP = "athlete.zip"


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option(
    "--pseudonymous", "is_pseudonymous", is_flag=True, help="Without names, texts, body mass and times of day; new ids."
)
@click.option("--athlete", "athlete_id", metavar="ID", help=f"All that is held of one person, as CSV in one {ATHLETE_ZIP}.")
@with_paths
@click.pass_context
def export(
    context: click.Context,
    directory: Path,
    is_pseudonymous: bool,
    athlete_id: str | None,
    raw: Path | None,
    warehouse_file: Path | None,
    site: Path | None,
) -> None:
    """Write the published tables of marts and ops into DIRECTORY: one Parquet file each.

    datapackage.json beside them says what they mean. A pseudonymous export is still personal data (docs/privacy.md).
    """
    from flows.privacy import package
    from flows.privacy.pseudonyms import Unclassified

    if is_pseudonymous and athlete_id is not None:
        fail("--athlete hands a person all that is theirs, which cannot be pseudonymous; name one of the two", EXIT_WRONG_USAGE)
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        fail(f"{directory} is not empty; name a new folder", EXIT_WRONG_USAGE)
    with published(settings_for(context, raw, warehouse_file, site)) as connection:
        if athlete_id is not None:
            rows = export_athlete(connection, directory, athlete_of(athlete_id))
            click.echo(f"{count(rows, 'row')} of {athlete_id} lie in {directory / ATHLETE_ZIP}.")
            return
        try:
            resources = package.pseudonymous(connection) if is_pseudonymous else package.whole(connection)
        except Unclassified as error:
            fail(str(error))
        package.write(connection, resources, directory, "parquet", ABOUT_PSEUDONYMOUS if is_pseudonymous else ABOUT)
    if is_pseudonymous:
        for path in (*directory.iterdir(), directory):
            os.utime(path, (0, 0))  # when it was made tells the as-of date, and with it how far dates were moved
    click.echo(f"{count(len(resources), 'table')} lie in {directory}; {package.DESCRIPTOR} explains them.")


def export_athlete(connection: database.Connection, directory: Path, athlete_id: str) -> int:
    """Write the zip with all that is held of one person. Returns how many rows it holds."""
    from flows.privacy import package

    known = [name for (name,) in connection.execute("select athlete_id from marts.athletes").fetchall()]
    if athlete_id not in known:
        fail(f"no athlete {athlete_id!r} is published{did_you_mean(athlete_id, known)}", EXIT_WRONG_USAGE)
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(package.FOLDER_MODE)
    resources = package.of_athlete(connection, athlete_id)
    with tempfile.TemporaryDirectory(dir=directory) as folder:
        package.write(connection, resources, Path(folder), "csv", ABOUT_ATHLETE)
        with zipfile.ZipFile(directory / ATHLETE_ZIP, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(Path(folder).iterdir()):
                archive.write(path, path.name)
    (directory / ATHLETE_ZIP).chmod(package.FILE_MODE)
    return sum(int(database.scalar(connection, f"select count(*) from ({one.select})")) for one in resources)


@click.command()
@click.argument("athlete_id", metavar="ATHLETE")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask first.")
@click.option("--allow-again", is_flag=True, help="Let files of ATHLETE, who was erased, be read again.")
@with_paths
@click.pass_context
def erase(
    context: click.Context,
    athlete_id: str,
    is_sure: bool,
    allow_again: bool,
    raw: Path | None,
    warehouse_file: Path | None,
    site: Path | None,
) -> None:
    """Remove ATHLETE from all that Tendonwatch keeps, for good; their files must be gone from the input folder before.

    Then it looks for their id and name in every file it keeps, and exits 1 where one still stands.
    """
    from flows.intake import erased
    from flows.nightly import closed_to_others
    from flows.privacy import erase as erasing

    settings = settings_for(context, raw, warehouse_file, site)
    athlete_id = athlete_of(athlete_id)
    with remembering(settings) as memory:
        if allow_again:
            with database.writer(memory) as connection:
                was_erased = erased.allow_again(connection, athlete_id)
            if not was_erased:
                fail(f"nobody called {athlete_id!r} was erased", EXIT_WRONG_USAGE)
            say(f"Files of {athlete_id} are read again from the next night on.")
            return
        known = erasing.known_athletes(settings)
        if athlete_id not in known and not erasing.is_erased(settings, athlete_id):
            fail(f"no athlete {athlete_id!r} is known{did_you_mean(athlete_id, known)}", EXIT_WRONG_USAGE)
        if not is_sure:
            click.confirm(f"Erase {athlete_id} from warehouse, pages, kept nights and memory? It cannot be undone", abort=True)
        try:
            with closed_to_others():
                done = erasing.erase(settings, athlete_id)
        except erasing.NotYet as error:
            fail(str(error), EXIT_WRONG_USAGE)
        except sqlite3.Error as error:
            fail(f"Prefect's database cannot be written ({error}); stop `tendonwatch serve`, then run this again")
        except (OSError, duckdb.Error) as error:
            fail(f"{athlete_id} is not wholly erased; run this again when that is mended. {explain(error, settings)}")
    say(f"{athlete_id} is erased. Rewritten: {count(len(done.rewritten), 'kept night')}.")
    if done.deleted:
        say(f"Deleted, as another version of the program made them: the nights {', '.join(done.deleted)}.")
    if done.traces:
        say(
            "The id or the name, or the same word meaning something else, still stands in:",
            *(f"    {one}" for one in done.traces),
        )
        fail("look into each of these, and mend or delete it")
    say("Neither id nor name stands in any file that is kept. Backups and sent messages are yours to clear (docs/privacy.md).")
