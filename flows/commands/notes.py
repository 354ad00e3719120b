"""note: the verb that appends a coach's line about a runner to data/raw/notes.csv."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from flows.commands.common import fail, say, settings_for, with_paths
from flows.nearest import did_you_mean
from flows.operate.outcome import EXIT_WRONG_USAGE
from flows.settings import Settings
from flows.texts import athlete_of

KINDS = ("called", "note", "quiet_until")
DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.argument("athlete")
@click.argument("text", default="")
@click.option("--kind", type=click.Choice(KINDS), help="note by default; with --until quiet_until.")
@click.option("--until", type=DAY, metavar="DATE", help="The last day on which the runner is left below the line.")
@click.option("--date", "day", type=DAY, metavar="DATE", help="The day of the note; today by default.")
@with_paths
@click.pass_context
def note(
    context: click.Context,
    athlete: str,
    text: str,
    kind: str | None,
    until: datetime | None,
    day: datetime | None,
    raw: Path | None,
    warehouse_file: Path | None,
    site: Path | None,
) -> None:
    """Note TEXT about ATHLETE: one more row of notes.csv in the input folder, which the next night reads.

    With --until the runner stays below the line until that day, unless it gets worse, or pain or a suspected rupture comes.
    The flag itself does not change.
    """
    from flows.squad import notes_file
    from flows.state import database, tombstones
    from flows.state.lock import CannotLock, NightIsRunning

    settings = settings_for(context, raw, warehouse_file, site)
    athlete_id = athlete_of(athlete)
    known = known_athletes(settings)
    if athlete_id not in known:
        fail(f"no athlete {athlete_id!r} is known{did_you_mean(athlete_id, known)}", EXIT_WRONG_USAGE)
    if tombstones.erased_by(tombstones.stones_in(database.memory_path(settings.warehouse)), [athlete_id]):
        fail(
            f"{athlete_id} was erased, and no night would read the note; run `tendonwatch erase --allow-again` if they are back",
            EXIT_WRONG_USAGE,
        )
    today = datetime.now(ZoneInfo(settings.timezone)).date()
    try:
        written = notes_file.note_of(
            athlete_id, text, kind or ("quiet_until" if until else "note"), until.date() if until else None, _day(day) or today
        )
        path = notes_file.append_note(settings.raw, settings.warehouse.with_suffix(".notes.lock"), written)
    except notes_file.CannotNote as error:
        fail(str(error), EXIT_WRONG_USAGE)
    except NightIsRunning:
        fail("another note is being written; try again", EXIT_WRONG_USAGE)
    except CannotLock as error:
        fail(str(error))
    except OSError as error:
        fail(f"{settings.raw / notes_file.FILE} cannot be written ({error.strerror or error}); nothing was changed")
    about = f"quiet until {written.until_date}" if written.until_date else written.kind
    say(f"{athlete_id}, {written.note_date}, {about}: written into {path}; the next night reads it.")


def _day(said: datetime | None) -> date | None:
    return said.date() if said else None


def known_athletes(settings: Settings) -> set[str]:
    """Everybody in squad.csv, with a folder, or published."""
    from flows.intake.folder import athlete_folders
    from flows.squad.own_tables import read_own_table
    from flows.squad.people import PEOPLE
    from flows.state import database

    known = {str(row["athlete_id"]) for row in read_own_table(PEOPLE, settings.raw / PEOPLE.file).records}
    known |= {athlete_of(folder.name) for folder in athlete_folders(settings.raw)}
    if settings.warehouse.exists():
        with database.reader(settings.warehouse) as connection:
            known |= {name for (name,) in connection.execute("select athlete_id from marts.athletes").fetchall()}
    return known
