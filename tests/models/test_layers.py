"""The house rules of sql/: who may read whom, one SELECT per file, and a meaning for every table and column."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
import yaml

from flows.models import layers
from flows.settings import SQL_DIR
from tests.lib.squads import Night

MAY_READ = {
    "staging": {"raw", "seeds", "staging"},
    "activities": {"raw", "staging", "activities", "seeds"},
    "intermediate": {"staging", "activities", "intermediate", "seeds"},
    "marts": {"intermediate", "marts", "seeds"},
    # What became of files and rows is told from where they were read and guarded.
    "ops": {"raw", "staging", "activities", "seeds", "ops"},
}
MODELS = sorted(path for layer in MAY_READ for path in (SQL_DIR / layer).rglob("*.sql"))


def layer_of(path: Path) -> str:
    return path.relative_to(SQL_DIR).parts[0]


def named(path: Path) -> str:
    return f"{layer_of(path)}.{path.stem}"


@pytest.mark.parametrize("path", MODELS, ids=named)
def test_a_model_reads_only_from_the_layers_below(path: Path) -> None:
    with duckdb.connect(":memory:") as connection:
        read = layers.tables_read(connection, path.read_text(encoding="utf-8"))
    assert {schema for schema, _ in read} <= MAY_READ[layer_of(path)]


@pytest.mark.parametrize("path", MODELS, ids=named)
def test_a_file_is_one_select_under_a_header_that_tells_its_grain(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    statements = duckdb.extract_statements(text)
    assert [statement.type for statement in statements] == [duckdb.StatementType.SELECT]
    header = re.match(r"(?:--.*\n)+", text)
    assert header, "no comment at the top"
    assert re.search(r"Grain: \w", header[0])


def test_there_is_something_to_check() -> None:
    assert {named(path) for path in MODELS} >= {"activities.runs", "intermediate.load_ewma", "marts.flags", "ops.files"}


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


# ---------------------------------------------------------------- numbers that a coach may change are rows of seeds

COMMENT_OR_TEXT = re.compile(r"--.*?$|'(?:[^']|'')*'", re.MULTILINE)
# A number that something is compared with, cut at, or that a window reaches back by.
COMPARED_NUMBER = re.compile(
    r"(?:(?:<=|>=|<>|<|>|=)\s*|\bbetween\s+(?:\S+\s+and\s+)?|\binterval\s+|\b(?:in\s*\(|least\(|greatest\()[^()]*?)"
    r"(-?\d+(?:\.\d+)?(?:e-?\d+)?)\b"
)
WINDOWS = [
    ("calendar", "27"),
    ("demand_modes", "27"),
    ("demand_modes", "28"),
    ("demand_modes", "55"),
    ("link_windows", "27"),
    ("load_windows", "6"),
    ("load_windows", "7"),
    ("load_windows", "13"),
    ("load_windows", "27"),
    ("room", "6"),
    ("room", "20"),
    ("room", "23"),
    ("room", "29"),
    ("run_days", "27"),
    ("session_spikes", "30"),
    ("strength_days", "27"),
]
NO_THRESHOLDS = {
    ("lead_reasons", "2"): "reasons in a headline, and actions asked at once",
    ("strength_reasons", "2"): "two halves",
    ("day_levels", "2"): "amber, as the flag matrix numbers it",
    ("fast_speeds", "1200"): "the best 20 minutes, in seconds",
    ("fast_speeds", "2"): "a line needs two points",
    **dict.fromkeys(WINDOWS, "the windows of 7, 21, 28 and 30 days are definitions: names of columns promise them"),
    ("load_weeks", "7"): "Sunday",
    ("session_exercises", "8"): "sessions that a page has room for",
    ("link_windows", "6"): "sets a week",
    ("run_days", "6"): "data days a week",
    ("run_days", "2"): "two legs",
    ("session_spikes", "2"): "two legs",
    ("ratio_reasons", "7"): "days a week",
    ("pain_reasons", "2"): "two mornings running",
    ("outings", "1000"): "milliseconds",
    **{("ratio_example", number): "textbook windows, of no runner" for number in ("6", "13", "14", "27", "28")},
}


def compared_numbers() -> set[tuple[str, str]]:
    """(model, number) of every number but 0 and 1 that SQL of the upper layers compares with or reaches back by."""
    found = set()
    for layer in ("intermediate", "marts"):
        for path in (SQL_DIR / layer).rglob("*.sql"):
            bare = COMMENT_OR_TEXT.sub(lambda match: "" if match[0].startswith("--") else "''", path.read_text(encoding="utf-8"))
            found |= {(path.stem, number) for number in COMPARED_NUMBER.findall(bare) if float(number) not in (0, 1)}
    return found


def test_thresholds_and_windows_stand_in_the_seeds_and_not_in_sql() -> None:
    assert compared_numbers() == set(NO_THRESHOLDS)


@pytest.mark.parametrize(
    ("sql", "number"),
    [
        ("a > 0.7", "0.7"),
        ("a>=28", "28"),
        ("x between 3 and 9", "9"),
        ("range between interval 27 days preceding and current row", "27"),
        ("greatest(a, 5000)", "5000"),
    ],
)
def test_a_number_in_sql_would_be_seen(sql: str, number: str) -> None:
    assert number in COMPARED_NUMBER.findall(sql)
