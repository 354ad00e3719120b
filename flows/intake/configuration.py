"""The athletes, and the squad's own rules and exercise names, in the import memory."""

from __future__ import annotations

import os
from collections.abc import Container
from pathlib import Path
from typing import Any

from flows.intake.contents import ROOT, FoundFile, ParsedFile
from flows.intake.folder import LEADS_OUT, athlete_folders
from flows.intake.form_words import words_tonight
from flows.intake.lay_out import refused_row
from flows.intake.store import insert, store
from flows.records import FormWords, RefusedRow
from flows.squad.form_columns import FORM_COLUMNS
from flows.squad.own_files import OWN_TABLES
from flows.squad.own_rules import COLUMNS as RULE_COLUMNS
from flows.squad.own_rules import RULES, problem_of_people
from flows.squad.own_tables import OwnRows, OwnTable, read_own_table
from flows.squad.people import PEOPLE
from flows.squad.rule_pairs import contradictions
from flows.state import database, tombstones
from flows.texts import athlete_of


def remember_configuration(connection: database.Connection, raw: Path, found: list[FoundFile]) -> None:
    """Store everyone in squad.csv and everyone with a folder, and the squad's own rules and names.

    Read again each night. A file that cannot be read, or is gone and not forgotten, keeps its last read rows, as logs do.
    """
    hidden = {file.path for file in found if file.problem == LEADS_OUT}
    paths = {table.file: _place_of(table, raw, hidden) for table in OWN_TABLES}
    said = {table.file: read_own_table(table, paths[table.file]) for table in OWN_TABLES}
    rows = {
        table.raw_table: [*said[table.file].records, *_still_holding(connection, table, raw, said[table.file])]
        for table in OWN_TABLES
    }
    athletes = [row | {"is_in_squad_file": True} for row in rows[PEOPLE.raw_table]]
    folders = {athlete_of(folder.name) for folder in athlete_folders(raw)} - {row["athlete_id"] for row in athletes}
    folders -= tombstones.erased_among(connection, folders)
    rows[PEOPLE.raw_table] = [*athletes, *({"athlete_id": name, "is_in_squad_file": False} for name in sorted(folders))]
    connection.execute("begin")
    for raw_table, records in rows.items():
        connection.execute(f"delete from raw.{raw_table}")
        insert(connection, raw_table, records)
    connection.execute("commit")
    for table in OWN_TABLES:
        _store_fates(connection, table, found, paths[table.file], said[table.file])


def remember_form_words(connection: database.Connection, raw: Path, found: list[FoundFile], default_zone: str) -> FormWords:
    """The words that the squad's forms use tonight, by columns.csv. Needs the people that remember_configuration stores."""
    place = _place_of(FORM_COLUMNS, raw, {file.path for file in found if file.problem == LEADS_OUT})
    said = read_own_table(FORM_COLUMNS, place)
    _store_fates(connection, FORM_COLUMNS, found, place, said)
    return words_tonight(connection, raw, said, default_zone)


def _store_fates(connection: database.Connection, table: OwnTable, found: list[FoundFile], place: Path, said: OwnRows) -> None:
    for file in (file for file in found if file.path in table.names and not file.problem):
        store(connection, [_parsed(table, file, said if file.path == place.name else _beside(place.name))])


def _place_of(table: OwnTable, raw: Path, hidden: Container[str]) -> Path:
    """Where the table is read: as CSV, else as a workbook; nowhere if it is a link that leads out."""
    there = next((name for name in table.names if (raw / name).is_file()), table.file)
    return Path(os.devnull) if there in hidden else raw / there


def _beside(counted: str) -> OwnRows:
    return OwnRows(refused_because=f"{counted} lies beside it, and that one counts", remedy="Keep one of them.")


def _parsed(table: OwnTable, file: FoundFile, said: OwnRows) -> ParsedFile:
    """What became of a file of the squad, with its refused rows."""
    outcome = "quarantined" if said.refused_because else "loaded"
    refused = [refused_row(row) | {"athlete_id": row.athlete_id or ROOT, "file_id": file.file_id} for row in said.refused_rows]
    remedy = said.remedy and f"{said.remedy} What it said last holds until then."
    name = table.file.replace(".", "_")
    parser = "csv" if file.path == table.file else "calamine"
    return ParsedFile(ROOT, file.file_id, outcome, name, parser, said.refused_because, remedy, rows={"refused_rows": refused})


def _still_holding(connection: database.Connection, table: OwnTable, raw: Path, said: OwnRows) -> list[dict[str, Any]]:
    """Rows last read from a file of the squad that still hold.

    All of them if the file cannot be read or is gone, else those whose rows in the file are broken now.
    """
    before = database.rows(connection, f"from raw.{table.raw_table} where {table.held_rows}")
    if said.refused_because or not any((raw / name).is_file() for name in table.names):
        query = "select count(*) from raw.paths where list_contains(?, path) and is_current"
        is_known = database.scalar(connection, query, [list(table.names)])
        return before if is_known else []
    read = {table.key_of(record) for record in said.records}
    return [row for row in before if row[table.key[0]] in said.broken and table.key_of(row) not in read]


def add_athletes_named_in_logs(connection: database.Connection) -> None:
    """Add athletes that only a log at the root names: they have neither a row in squad.csv nor a folder."""
    for table in ("runs", "strength_sets", "symptoms", "injuries", "calf_tests", "marks"):
        connection.execute(
            f"""
            insert into raw.athletes (athlete_id, is_in_squad_file)
            select distinct athlete_id, false from raw.{table} anti join raw.athletes using (athlete_id)
            """
        )


def refuse_rules_that_cannot_hold(connection: database.Connection, found: list[FoundFile]) -> None:
    """Refuse rules for an unknown athlete or squad, and one of each pair that contradicts itself for an athlete.

    Otherwise they would silently apply to nobody, or make a line of red below that of amber.
    """
    query = "select file_id from raw.paths where list_contains(?, path) and is_current"
    file_id = next(
        (file.file_id for file in found if file.path in RULES.names and not file.problem),
        # The file is gone or cannot be opened: its rules hold as they were last read.
        database.scalar(connection, query, [list(RULES.names)]),
    )
    squads = {
        row["athlete_id"]: row["squad"] or "all"
        for row in database.rows(connection, "select athlete_id, squad from raw.athletes order by athlete_id")
    }
    rules = database.rows(connection, "from raw.rule_overrides order by row_number")
    problems = [(rule, problem_of_people(rule["athlete_id"], rule["squad"], squads)) for rule in rules]
    nobodys = [(rule, problem, "The rule holds for nobody until it is mended.") for rule, problem in problems if problem]
    others = [rule for rule, problem in problems if not problem]
    remedy = "Set both rules for the same people, or leave this row out; without it the wider rule holds."
    against = [(one.rule, one.problem, remedy) for one in contradictions(others, squads)]
    connection.execute("begin")
    for rule, problem, what_to_do in nobodys + against:
        text = ",".join(rule[name] or "" for name in RULE_COLUMNS)
        row = RefusedRow(f"row {rule['row_number']}", problem, what_to_do, text)
        insert(connection, "refused_rows", [refused_row(row) | {"athlete_id": ROOT, "file_id": file_id}])
        connection.execute(
            """
            delete from raw.rule_overrides
            where key = ? and athlete_id is not distinct from ? and squad is not distinct from ?
            """,
            [rule["key"], rule["athlete_id"], rule["squad"]],
        )
    connection.execute("commit")
