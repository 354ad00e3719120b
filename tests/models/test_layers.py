"""The house rules of sql/: who may read whom, one SELECT per file, and a meaning for every table and column."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
import yaml

from flows import warehouse
from flows.settings import SQL_DIR
from tests.squads import Night

MAY_READ = {
    "staging": {"raw", "seeds", "staging"},
    "intermediate": {"staging", "intermediate", "seeds"},
    "marts": {"intermediate", "marts", "seeds"},
    # What became of files and rows is told from where they were read and guarded.
    "ops": {"raw", "staging", "seeds", "ops"},
}
MODELS = sorted(path for layer in MAY_READ for path in (SQL_DIR / layer).glob("*.sql"))


def named(path: Path) -> str:
    return f"{path.parent.name}.{path.stem}"


@pytest.mark.parametrize("path", MODELS, ids=named)
def test_a_model_reads_only_from_the_layers_below(path: Path) -> None:
    with duckdb.connect(":memory:") as connection:
        read = warehouse.tables_read(connection, path.read_text(encoding="utf-8"))
    assert {schema for schema, _ in read} <= MAY_READ[path.parent.name]


@pytest.mark.parametrize("path", MODELS, ids=named)
def test_a_file_is_one_select_under_a_header_that_tells_its_grain(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    statements = duckdb.extract_statements(text)
    assert [statement.type for statement in statements] == [duckdb.StatementType.SELECT]
    header = re.match(r"(?:--.*\n)+", text)
    assert header, "no comment at the top"
    assert re.search(r"Grain: \w", header[0])


def test_there_is_something_to_check() -> None:
    assert {named(path) for path in MODELS} >= {"staging.runs", "intermediate.load_ewma", "marts.flags", "ops.files"}


def test_every_mart_and_ops_table_says_what_it_is(demo_night: Night) -> None:
    tables = demo_night.rows(
        "select schema_name || '.' || table_name as name, comment from duckdb_tables() where schema_name in ('marts', 'ops')"
    )
    assert len(tables) > 8
    assert [table["name"] for table in tables if not table["comment"]] == []


def test_every_column_of_marts_and_ops_has_a_comment(demo_night: Night) -> None:
    columns = demo_night.rows(
        """
        select schema_name || '.' || table_name || '.' || column_name as name, comment
        from duckdb_columns() where schema_name in ('marts', 'ops') and not internal
        """
    )
    assert len(columns) > 80
    assert [column["name"] for column in columns if not column["comment"]] == []


def test_every_meaning_belongs_to_a_table_or_a_column(demo_night: Night) -> None:
    described = yaml.safe_load((SQL_DIR / "columns.yml").read_text(encoding="utf-8"))
    existing = demo_night.rows(
        "select schema_name || '.' || table_name as name, column_name from duckdb_columns() where schema_name in ('marts', 'ops')"
    )
    assert set(described["tables"]) - {row["name"] for row in existing} == set()
    assert set(described["columns"]) - {row["column_name"] for row in existing} == set()


def test_a_quantity_names_its_unit_last() -> None:
    described = yaml.safe_load((SQL_DIR / "columns.yml").read_text(encoding="utf-8"))["columns"]
    unit_endings = {"m": "_m", "s": "_s", "kg": "_kg", "bpm": "_bpm", "AU": "_au", "bytes": "_bytes", "UTC": "_at"}
    wrong = [
        name
        for name, entry in described.items()
        if (ending := unit_endings.get(entry.get("unit", ""))) and not name.endswith(ending)
    ]
    assert wrong == []
