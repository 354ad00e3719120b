"""The contract against a built warehouse: every table and column with its type and meaning, and nothing published beside them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest
import yaml

from dashboards import site
from flows import seed_files
from flows.models import contract, seeds
from flows.places import SQL_DIR
from tests.lib.squads import Night

TYPES = {
    "text": "VARCHAR",
    "boolean": "BOOLEAN",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "double": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMP WITH TIME ZONE",
    "json": "JSON",
}
SNAPSHOTS = [
    "athletes", "chain_weeks", "data_age", "exercise_weeks", "exercises_today", "flag_sources", "health_events", "ratio_year",
    "run_ceilings", "session_exercises", "weekly_ledger",
]  # fmt: skip


def in_duckdb(kind: str) -> str:
    """A type of the contract as DuckDB writes it."""
    if kind.endswith("[]"):
        return f"{in_duckdb(kind[:-2])}[]"
    if match := re.fullmatch(r"struct\((.*)\)", kind):
        fields = (field.split(" ", 1) for field in match[1].split(", "))
        return f"STRUCT({', '.join(f'{name} {in_duckdb(of)}' for name, of in fields)})"
    return TYPES[kind]


@pytest.mark.parametrize("schema", ["seeds", "marts", "ops"])
def test_a_built_warehouse_is_as_the_contract_says(demo_night: Night, schema: str) -> None:
    found: dict[str, list[tuple[str, str]]] = {}
    for row in demo_night.rows(
        "select table_name, column_name, data_type from duckdb_columns() where schema_name = ? order by table_name, column_index",
        schema,
    ):
        found.setdefault(f"{schema}.{row['table_name']}", []).append((row["column_name"], row["data_type"].replace('"', "")))
    promised = {
        table.name: [(column, in_duckdb(kind)) for column, kind in table.columns.items()] for table in contract.tables(schema)
    }
    if schema == "seeds":  # what the night settles of them stands beside
        found = {name: columns for name, columns in found.items() if name in promised}
    assert found == promised


@pytest.mark.parametrize(
    ("header", "said"),
    [
        pytest.param("fit_category,fit_subtype,exercise", "has exercise and lacks exercise_id", id="another name"),
        pytest.param("fit_category,fit_subtype", "has no strange column and lacks exercise_id", id="one too few"),
        pytest.param("fit_category,fit_subtype,exercise_id,note", "has note and lacks none", id="one too many"),
        pytest.param("fit_category,fit_subtype,exercise_id,fit_subtype", "lacks none", id="one twice"),
    ],
)
def test_a_seed_with_another_header_than_the_contract_is_refused_with_file_columns_and_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, header: str, said: str
) -> None:
    shutil.copytree(seed_files.SEEDS_DIR, tmp_path / "seeds")
    path = tmp_path / "seeds" / "exercise_fit_codes.csv"
    _, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    monkeypatch.setattr(seed_files, "SEEDS_DIR", tmp_path / "seeds")
    with pytest.raises(contract.WrongSeed) as refused:
        seeds.load_seeds(tmp_path / "work.duckdb", "UTC")
    assert str(refused.value).startswith(f"{path}: the header")
    assert said in str(refused.value)
    assert "write each of fit_category, fit_subtype, exercise_id once in the header" in str(refused.value)
    assert not (tmp_path / "work.duckdb").exists()


def test_the_columns_of_a_seed_may_stand_in_any_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "exercise_fit_codes.csv").write_text("exercise_id,fit_category,fit_subtype\ncalf_3way,1,0\n", encoding="utf-8")
    monkeypatch.setattr(seed_files, "SEEDS_DIR", tmp_path)
    assert list(contract.seed_columns("exercise_fit_codes").items()) == [
        ("exercise_id", "text"),
        ("fit_category", "integer"),
        ("fit_subtype", "integer"),
    ]


def test_a_key_given_twice_in_the_contract_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "contract.yml"
    path.write_text("version: 1\nmarts:\n  runs:\n    key: [run_id]\n  flags: {}\n  runs: {}\n", encoding="utf-8")
    with pytest.raises(yaml.YAMLError, match=r"'runs' is given twice(?s:.*)contract\.yml\", line 6"):
        contract.read_yaml(path)


@pytest.mark.parametrize("name", ["contract.yml", "columns.yml"])
def test_no_key_of_the_contract_or_of_the_meanings_is_given_twice(name: str) -> None:
    assert contract.read_yaml(SQL_DIR / name)


def test_what_a_table_refers_to_is_named_by_the_contract() -> None:
    named = {
        f"{table.name}.{column}"
        for schema in ("seeds", "marts", "ops")
        for table in contract.tables(schema)
        for column in table.columns
    }
    for schema in ("marts", "ops"):
        for table in contract.tables(schema):
            assert set(table.references.values()) <= named, table.name


def test_a_state_as_of_the_night_says_of_which_night(demo_night: Night) -> None:
    for name in SNAPSHOTS:
        (table,) = [table for table in contract.tables("marts") if table.name == f"marts.{name}"]
        assert list(table.columns)[-1] == "as_of_date"
        assert demo_night.rows(f"select distinct as_of_date from marts.{name}") == demo_night.rows(
            "select as_of_date from ops.contract"
        )


def test_nothing_is_published_that_is_not_for_readers(demo_night: Night) -> None:
    schemas = demo_night.rows("select distinct schema_name from duckdb_tables() where not internal order by all")
    assert [row["schema_name"] for row in schemas] == sorted(contract.PUBLISHED_SCHEMAS)
    assert demo_night.rows("select function_name from duckdb_functions() where not internal") == []
    assert demo_night.rows("select view_name from duckdb_views() where not internal") == []


def test_every_table_can_be_read_when_attached_under_any_name(demo_night: Night) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{demo_night.warehouse}' as last_night (read_only)")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'last_night'"
        ).fetchall()
        assert len(tables) > 60
        for schema, table in tables:
            connection.execute(f"select * from last_night.{schema}.{table}").fetchall()
        (said,) = connection.execute("from last_night.ops.contract").fetchall()
        assert said[:3] == (contract.contract_version(), "0.1.0", "v1.2.0")


def test_the_site_can_be_built_from_what_is_published(demo_night: Night, tmp_path: Path) -> None:
    site.build_site(demo_night.warehouse, tmp_path / "again")
    first = {path.relative_to(demo_night.site.resolve()): path for path in demo_night.site.resolve().rglob("*.html")}
    again = {path.relative_to(tmp_path / "again"): path for path in (tmp_path / "again").rglob("*.html")}
    assert first.keys() == again.keys()
    assert [name for name, path in first.items() if path.read_bytes() != again[name].read_bytes()] == []
