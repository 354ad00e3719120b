"""Keeps files and rows of people who were erased out of the import memory."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flows.intake.contents import LOG_TABLES, ROOT, UNREADABLE, FoundFile
from flows.intake.store import insert
from flows.squad.people import PEOPLE
from flows.state import database, tombstones

WAS_ERASED = "its person was erased"
REMEDY = "Take it out of the input folder; or, if they are back, run `tendonwatch erase --allow-again` with their id."
ROWS_OF = ("runs", "strength_sets", "symptoms", "injuries", "calf_tests", "marks", "notes", "plan")  # each row is one of a file


def refuse_files(connection: database.Connection, found: list[FoundFile]) -> list[FoundFile]:
    """The files, those in folders of erased people refused unread."""
    erased = tombstones.erased_among(connection, {file.athlete_id for file in found})
    return [
        replace(file, file_id=f"{UNREADABLE}{file.path}", size_bytes=0, problem=WAS_ERASED, remedy=REMEDY, is_archive=False)
        if file.athlete_id in erased
        else file
        for file in found
    ]


def refuse_rows(connection: database.Connection) -> None:
    """Take rows of erased people out of the memory, and refuse them: they stand in squad.csv or in a log of the whole squad."""
    if not database.scalar(connection, "select count(*) from raw.erased"):
        return
    named = {
        table: {name for (name,) in connection.execute(f"select distinct athlete_id from raw.{table}").fetchall()}
        for table in ("athletes", *LOG_TABLES)
    }
    erased = sorted(tombstones.erased_among(connection, set().union(*named.values()) - {ROOT}))
    if not erased:
        return
    query = "select file_id from raw.paths where list_contains(?, path) and is_current"
    file = database.scalar(connection, query, [list(PEOPLE.names)])
    connection.execute("begin")
    refused = [
        (file, "a row of theirs")
        for _ in connection.execute(
            "select athlete_id from raw.athletes where is_in_squad_file and list_contains(?, athlete_id)", [erased]
        ).fetchall()
        if file
    ]
    for table in ROWS_OF:
        refused += connection.execute(
            f"""
            select file_id, 'row ' || row_number from raw.{table}
            where list_contains(?, athlete_id) and file_id in (select file_id from raw.paths where athlete_id = ?)
            order by row_number
            """,
            [erased, ROOT],
        ).fetchall()
    for table in ("athletes", *LOG_TABLES):
        connection.execute(f"delete from raw.{table} where list_contains(?, athlete_id)", [erased])
    refusal: dict[str, Any] = {"athlete_id": ROOT, "reason": WAS_ERASED, "remedy": REMEDY, "row_text": ""}
    refusal |= {"may_be_run": False, "may_be_strength": False}
    rows = [refusal | {"file_id": file_id, "place": place or "a row"} for file_id, place in refused]
    insert(connection, "refused_rows", rows)
    connection.execute("commit")


def allow_again(connection: database.Connection, athlete_id: str) -> bool:
    """Let files and rows of an erased person be read again, by the next night. Returns False if the id was never erased."""
    was_erased = tombstones.take_away(connection, athlete_id)
    if was_erased:
        connection.execute(
            """
            delete from raw.contents
            where file_id in (select file_id from raw.refused_rows where reason = ?)
                and file_id in (select file_id from raw.paths where is_present and is_current)
            """,
            [WAS_ERASED],
        )
    return was_erased
