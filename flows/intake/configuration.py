"""Who the athletes are, and the squad's own rules and names of exercises, as the import memory holds them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flows.intake.contents import ROOT, FoundFile, ParsedFile
from flows.intake.folder import CONFIGURATION_FILES, LEADS_OUT, athlete_folders
from flows.intake.lay_out import refused_row
from flows.intake.store import insert, store
from flows.records import RefusedRow
from flows.squad.exercise_names import ALIASES_FILE, OwnAliases, read_aliases
from flows.squad.own_rules import COLUMNS as RULE_COLUMNS
from flows.squad.own_rules import RULES_FILE, OwnRules, problem_of_people, read_rules
from flows.squad.people import SQUAD_FILE, Squad, read_squad
from flows.state import database
from flows.texts import athlete_of


def remember_configuration(connection: database.Connection, raw: Path, found: list[FoundFile]) -> None:
    """Everyone in squad.csv and everyone with a folder, the squad's own rules and names.

    Read anew each night; what cannot be read, or is gone and not forgotten, holds as it was last read, as logs do.
    """
    hidden = {file.path for file in found if file.problem == LEADS_OUT}
    paths = [raw / name if name not in hidden else Path(os.devnull) for name in (SQUAD_FILE, RULES_FILE, ALIASES_FILE)]
    squad, rules, aliases = read_squad(paths[0]), read_rules(paths[1]), read_aliases(paths[2])
    athletes = [
        *(row | {"is_in_squad_file": True} for row in squad.athletes),
        *_still_holding(connection, raw / SQUAD_FILE, squad, "raw.athletes where is_in_squad_file", "athlete_id", squad.athletes),
    ]
    overrides = [
        *rules.overrides,
        *_still_holding(connection, raw / RULES_FILE, rules, "raw.rule_overrides where row_number > 0", "key", rules.overrides),
    ]
    names = [
        *aliases.aliases,
        *_still_holding(connection, raw / ALIASES_FILE, aliases, "raw.exercise_aliases", "alias", aliases.aliases),
    ]
    folders = {athlete_of(folder.name) for folder in athlete_folders(raw)}
    athletes += [
        {"athlete_id": name, "is_in_squad_file": False} for name in sorted(folders - {row["athlete_id"] for row in athletes})
    ]
    connection.execute("begin")
    for table, rows in (("athletes", athletes), ("rule_overrides", overrides), ("exercise_aliases", names)):
        connection.execute(f"delete from raw.{table}")
        insert(connection, table, rows)
    connection.execute("commit")
    for file in found:
        if file.path in CONFIGURATION_FILES and not file.problem:
            said = squad if file.path == SQUAD_FILE else rules if file.path == RULES_FILE else aliases
            outcome = "quarantined" if said.refused_because else "loaded"
            name = file.path.replace(".", "_")
            refused = [refused_row(row) | {"athlete_id": ROOT, "file_id": file.file_id} for row in said.refused_rows]
            remedy = said.remedy and f"{said.remedy} What it said last holds until then."
            parsed = ParsedFile(
                ROOT, file.file_id, outcome, name, "csv", said.refused_because, remedy, rows={"refused_rows": refused}
            )
            store(connection, [parsed])


def _still_holding(
    connection: database.Connection, path: Path, said: Squad | OwnRules | OwnAliases, kept: str, key: str, new: Iterable[Any]
) -> list[dict[str, Any]]:
    """Of what a file of the squad said last: all while it cannot be read or is gone, else what stands on its broken rows now."""
    before = database.rows(connection, f"from {kept}")
    if said.refused_because or not path.is_file():
        is_known = database.scalar(connection, "select count(*) from raw.paths where path = ? and is_current", [path.name])
        return before if is_known else []
    scope = (key, "athlete_id", "squad") if key == "key" else (key,)
    read = {tuple(row.get(name) for name in scope) for row in new}
    return [row for row in before if row[key] in said.broken and tuple(row[name] for name in scope) not in read]


def add_athletes_named_in_logs(connection: database.Connection) -> None:
    """A log at the root may name athletes who have neither a row in squad.csv nor a folder."""
    for table in ("runs", "strength_sets", "symptoms", "injuries", "calf_tests", "marks"):
        connection.execute(
            f"""
            insert into raw.athletes (athlete_id, is_in_squad_file)
            select distinct athlete_id, false from raw.{table} anti join raw.athletes using (athlete_id)
            """
        )


def refuse_rules_for_nobody(connection: database.Connection, found: list[FoundFile]) -> None:
    """A rule for an athlete or a squad that nobody has heard of would hold for nobody, silently: its row is refused."""
    file_id = next((file.file_id for file in found if file.path == RULES_FILE and not file.problem), None)
    squads = {
        row["athlete_id"]: row["squad"] or "all"
        for row in database.rows(connection, "select athlete_id, squad from raw.athletes")
    }
    connection.execute("begin")
    for rule in database.rows(connection, "from raw.rule_overrides order by row_number"):
        if problem := problem_of_people(rule["athlete_id"], rule["squad"], squads):
            text = ",".join(rule[name] or "" for name in RULE_COLUMNS)
            row = RefusedRow(f"row {rule['row_number']}", problem, "The rule holds for nobody until it is mended.", text)
            insert(connection, "refused_rows", [refused_row(row) | {"athlete_id": ROOT, "file_id": file_id}])
            connection.execute("delete from raw.rule_overrides where row_number = ?", [rule["row_number"]])
    connection.execute("commit")
