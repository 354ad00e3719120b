"""The drill of docs/privacy.md: a backup, taken into an empty folder, gives the same tables again."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

from flows.state import database, tombstones
from tests.conftest import PROJECT
from tests.lib.squads import runs_csv, strength_csv, tables_over, write_files
from tests.nights.test_cli import COMMAND

DAY = date(2026, 9, 1)
AS_OF = "2026-09-10"


def marts(warehouse: Path) -> dict[str, list[tuple[Any, ...]]]:
    with database.reader(warehouse) as connection:
        names = connection.execute("select table_name from duckdb_tables() where schema_name = 'marts' order by all").fetchall()
        return {name: connection.execute(f"from marts.{name} order by all").fetchall() for (name,) in names}


def test_the_commands_of_the_document_restore_what_the_backup_holds(tmp_path: Path) -> None:
    home, backup, new = (tmp_path / name for name in ("home", "backup", "new"))
    files = {
        "ada/runs.csv": runs_csv(DAY, [5, 6]),
        "ada/strength.csv": strength_csv({DAY: ["Single-leg calf raise"]}),
        "bea/runs.csv": runs_csv(DAY, [7, 8]),
    }
    raw = write_files(home / "data/raw", files)
    tables_over(raw, home / "var", AS_OF)
    (raw / "bea/runs.csv").unlink()  # the memory alone knows what it said
    with database.writer(home / "var/warehouse-memory.duckdb") as memory:
        tombstones.put(memory, "cleo")
    before = tables_over(raw, home / "var", AS_OF)
    assert before.value("select count(*) from marts.runs where athlete_id = 'bea'") == 2

    shutil.copytree(raw, backup / "raw")
    shutil.copyfile(PROJECT / "tendonwatch.toml", backup / "tendonwatch.toml")
    shutil.copyfile(home / "var/warehouse-memory.duckdb", backup / "warehouse-memory.duckdb")
    new.mkdir()
    document = (PROJECT / "docs/privacy.md").read_text(encoding="utf-8").partition("To restore")[2]
    (commands,) = re.findall(r"^```\n(.+?)^```", document, flags=re.MULTILINE | re.DOTALL)
    script = commands.replace("BACKUP", str(backup)).replace("tendonwatch nightly", f"{COMMAND} nightly --as-of {AS_OF}")
    done = subprocess.run(
        ["sh", "-euc", script], cwd=new, capture_output=True, text=True, check=False, timeout=180,
        env={name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert marts(new / "var/warehouse.duckdb") == marts(before.warehouse)
    assert tombstones.erased_by(tombstones.stones_in(new / "var/warehouse-memory.duckdb"), ["ada", "cleo"]) == {"cleo"}
