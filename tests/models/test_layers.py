"""The house rules of sql/: who may read whom, one SELECT per file, and a meaning for every table and column."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
import yaml

from flows.models import contract, layers
from flows.places import SQL_DIR
from tests.lib.squads import Night

MAY_READ = {
    "staging": {"raw", "seeds", "staging"},
    "activities": {"raw", "staging", "activities", "seeds"},
    "intermediate": {"staging", "activities", "intermediate", "seeds"},
    "marts": {"intermediate", "marts", "seeds"},
    # What became of files and rows is told from where they were read and guarded, what a night said from the marts.
    "ops": {"raw", "staging", "activities", "marts", "seeds", "ops"},
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


def test_every_published_table_and_column_says_what_it_means(demo_night: Night) -> None:
    told = demo_night.rows(
        """
        select schema_name || '.' || table_name as name, comment from duckdb_tables()
        union all
        select schema_name || '.' || table_name || '.' || column_name, comment from duckdb_columns() where not internal
        """
    )
    assert len(told) > 600
    assert [row["name"] for row in told if not row["comment"]] == []


def test_every_meaning_belongs_to_a_published_table_or_column(demo_night: Night) -> None:
    described = yaml.safe_load((SQL_DIR / "columns.yml").read_text(encoding="utf-8"))
    existing = demo_night.rows(
        "select schema_name || '.' || table_name as name, column_name from duckdb_columns() where not internal"
    )
    tables = {row["name"] for row in existing}
    columns = {row["column_name"] for row in existing} | {f"{row['name']}.{row['column_name']}" for row in existing}
    assert set(described["tables"]) == tables
    endings = {f"*{column[column.rindex('_') :]}" for column in columns if "_" in column}
    assert set(described["columns"]) - columns - {f"{name}.*" for name in tables} - endings == set()


def test_a_quantity_names_its_unit_last() -> None:
    described = yaml.safe_load((SQL_DIR / "columns.yml").read_text(encoding="utf-8"))["columns"]
    unit_endings = {"m": "_m", "s": "_s", "kg": "_kg", "bpm": "_bpm", "AU": "_au", "bytes": "_bytes", "UTC": "_at"}
    wrong = [
        name
        for name, entry in described.items()
        if (ending := unit_endings.get(entry.get("unit", ""))) and not name.endswith(ending)
    ]
    assert wrong == []


# Definitions, scales and codes; any other number is a rule, and a comment names the rule.
NUMBERS_IN_COMMENTS = {
    **dict.fromkeys(
        ("0", "1", "7", "21", "28", "30", "7:21", "7:28"), "windows, and what a ratio, a share or a count starts from"
    ),
    "14": "two weeks of the week-over-week ratio",
    "52": "weeks of a year",
    "42": "days of the textbook example",
    "2": "λ = 2/(N+1), and priorities",
    "3": "priorities and exit codes",
    "4": "priorities",
    "10": "the scale of rated effort",
    "20": "best 20 minutes, as intensity_source says it",
    "100": "the scale of likeness",
}


def test_a_comment_holds_no_number_of_a_rule(demo_night: Night) -> None:
    comments = demo_night.rows(
        "select comment from duckdb_tables() union all select comment from duckdb_columns() where not internal"
    )
    numbers = {
        number
        for row in comments
        for number in re.findall(r"(?<![\w-])\d+(?:[.:]\d+)?(?!\w)", re.sub(r"SHA-256", "", row["comment"]))
    }
    assert numbers == set(NUMBERS_IN_COMMENTS)


def test_a_comment_names_every_value_that_a_column_may_hold() -> None:
    silent = [
        f"{table.name}.{column}: {value}"
        for schema in ("seeds", "marts", "ops")
        for table in contract.tables(schema)
        for column, values in table.values.items()
        for value in values
        if not re.search(rf"(?<!\w){re.escape(str(value))}(?!\w)", contract.column_meaning(table.name, column) or "")
    ]
    assert silent == []


def test_a_comment_names_only_rules_that_there_are() -> None:
    rules = {line.split(",")[0] for line in (SQL_DIR / "seeds" / "rules.csv").read_text(encoding="utf-8").splitlines()[1:]}
    described = yaml.safe_load((SQL_DIR / "columns.yml").read_text(encoding="utf-8"))
    columns = {name.split(".")[-1] for name in described["columns"]}
    texts = [*described["tables"].values(), *(entry["meaning"] for entry in described["columns"].values())]
    named = {word for text in texts for word in re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b", text)}
    names = rules | columns | {table.split(".")[1] for table in described["tables"]}
    values = {
        str(value)
        for schema in ("seeds", "marts", "ops")
        for table in contract.tables(schema)
        for listed in table.values.values()
        for value in listed
    }
    assert named - names - values == {"run_manner"}  # a kind of word


# ---------------------------------------------------------------- numbers that a coach may change are rows of seeds

COMMENT_OR_TEXT = re.compile(r"--.*?$|'(?:[^']|'')*'", re.MULTILINE)
# A number that something is compared with, cut at, or that a window reaches back by.
COMPARED_NUMBER = re.compile(
    r"(?:(?:<=|>=|<>|<|>|=)\s*|\bbetween\s+(?:\S+\s+and\s+)?|\binterval\s+|\b(?:in\s*\(|least\(|greatest\()[^()]*?)"
    r"(-?\d+(?:\.\d+)?(?:e-?\d+)?)\b"
)
WINDOWS = [
    ("beginner_days", "27"),
    ("calendar", "27"),
    ("day_data_reasons", "7"),
    ("day_data_reasons", "21"),
    ("day_data_reasons", "28"),
    ("demand_modes", "27"),
    ("demand_modes", "28"),
    ("demand_modes", "55"),
    ("link_windows", "27"),
    ("load_windows", "6"),
    ("load_windows", "7"),
    ("load_windows", "13"),
    ("load_windows", "27"),
    ("plan_ceilings", "7"),
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
    ("silences", "6"): "a whole week",
    ("ratio_reasons", "7"): "days a week",
    ("pain_reasons", "2"): "two mornings running",
    ("person_states", "2"): "two mornings running",
    ("jump_reasons", "2"): "two legs",
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
