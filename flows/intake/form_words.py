"""Which words the squad's forms use tonight, and what has to be read again when they change."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from flows.intake.contents import FoundFile
from flows.intake.store import note
from flows.readers import workbook
from flows.readers.own_logs import FORMATS
from flows.records import FormWords
from flows.squad.form_columns import FORM_COLUMNS
from flows.squad.own_tables import OwnRows
from flows.state import database

KEY, DIGEST = "form words", "form digest"  # in raw.memory: the last words that could be read, and what was read by them


def words_tonight(connection: database.Connection, raw: Path, said: OwnRows, default_zone: str) -> FormWords:
    """The words of columns.csv with the people who may answer; every table is read again if they are not those of last night.

    A file that cannot be read, or is gone and not forgotten, holds as it was read last.
    """
    known = dict(connection.execute("select key, value from raw.memory where key in (?, ?)", [KEY, DIGEST]).fetchall())
    records = [dict(record) for record in said.records]
    is_there = any((raw / name).is_file() for name in FORM_COLUMNS.names)
    if said.refused_because or (not is_there and _is_remembered(connection)):
        records = json.loads(known.get(KEY, "[]"))
    elif said.broken:
        kept = {record["question"] for record in records}
        records += [one for one in json.loads(known.get(KEY, "[]")) if one["question"] in {*said.broken} - kept]
    words = FormWords(
        tuple((record["question"], record["column"]) for record in records),
        tuple((record["question"], record["answer"], record["value"]) for record in records if record["answer"]),
        _people(connection, default_zone) if records else (),
        default_zone if records else "",
    )
    digest = hashlib.sha256(repr((words.questions, words.answers, words.people, words.default_zone)).encode()).hexdigest()
    if known.get(DIGEST, digest if not records else "") != digest:
        _read_tables_again(connection)
    note(connection, KEY, json.dumps(records, ensure_ascii=False))
    note(connection, DIGEST, digest)
    return words


def _is_remembered(connection: database.Connection) -> bool:
    query = "select count(*) from raw.paths where list_contains(?, path) and is_current"
    return bool(database.scalar(connection, query, [list(FORM_COLUMNS.names)]))


def _people(connection: database.Connection, default_zone: str) -> tuple[tuple[str, str | None, str], ...]:
    rows = connection.execute("select athlete_id, name, coalesce(timezone, ?) from raw.athletes order by 1", [default_zone])
    return tuple(rows.fetchall())


def _read_tables_again(connection: database.Connection) -> None:
    """Mark every log and every file that nobody understood to be read again; rows stay until then."""
    connection.execute(
        """
        delete from raw.contents
        where outcome <> 'unreadable' and (format is null or list_contains(?, format))
            and exists (
                from raw.paths
                where paths.file_id = contents.file_id and paths.athlete_id = contents.athlete_id and is_present and is_current
            )
        """,
        [[*FORMATS, *workbook.FORMATS]],
    )


def may_be_table(file: FoundFile) -> bool:
    """Whether a file may hold the answers to a form: a recording need not carry the squad's words to its reader."""
    name = file.path.lower()
    return (
        bool(file.names)
        or name.endswith((".csv", ".txt", ".tsv", ".csv.gz", *workbook.ENDINGS))
        or "." not in name.rpartition("/")[2]
    )
