"""What a person may do about a file: forget it, read it again, accept that it stays refused."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flows.intake.refused_rows import refused_rows
from flows.intake.store import delete_contents, forget_superseded_contents
from flows.state import database


def forget(memory: Path, path: str) -> bool:
    """Stop counting a vanished file, or all files of a vanished archive. Returns False if no such path is missing."""
    with database.writer(memory) as connection:
        known = connection.execute(
            """
            delete from raw.paths where (path = ? or starts_with(path, ? || '!')) and is_current and not is_present returning path
            """,
            [path, path],
        ).fetchall()
        forget_superseded_contents(connection)
    return bool(known)


def retry(memory: Path, paths: Iterable[str] = ()) -> list[str]:
    """Make the next night read files again that are refused, partly read or have refused rows; all if no path is named.

    Returns their paths.
    """
    with database.writer(memory) as connection:
        wanted = list(paths)
        again = connection.execute(
            f"""
            select paths.path, contents.athlete_id, contents.file_id
            from raw.contents
            join raw.paths on paths.file_id = contents.file_id and paths.athlete_id = contents.athlete_id
            where (
                    contents.outcome = 'quarantined' or contents.is_partial
                    or contents.file_id in (select file_id from ({refused_rows()}))
                )
                and (
                    len(?) = 0
                    or exists (
                        from unnest(?) as named (path)
                        where paths.path = named.path or starts_with(paths.path, named.path || '!')
                    )
                )
            order by paths.path
            """,
            [wanted, wanted],
        ).fetchall()
        delete_contents(connection, [(athlete_id, file_id) for _, athlete_id, file_id in again])
    return [path for path, _, _ in again]


def acknowledge(memory: Path, path: str) -> bool:
    """Accept that a file stays refused, so that it no longer marks the night. Returns False if the path is unknown."""
    with database.writer(memory) as connection:
        known = connection.execute(
            """
            update raw.paths set is_acknowledged = true
            where (path = ? or starts_with(path, ? || '!')) and is_current
            returning path
            """,
            [path, path],
        ).fetchall()
    return bool(known)
