"""Reads a published warehouse with whatever DuckDB is installed; tells what it found as JSON. Imports nothing of the project."""

import json
import sys

import duckdb

SCHEMAS = "('marts', 'ops', 'raw', 'seeds')"


def main(warehouse: str, questions: list[str]) -> dict[str, object]:
    here = duckdb.connect(warehouse, read_only=True)
    tables = dict(
        here.execute(
            f"select schema_name || '.' || table_name, comment from duckdb_tables() where schema_name in {SCHEMAS}"
        ).fetchall()
    )
    columns = here.execute(
        "select schema_name || '.' || table_name, column_name, data_type, comment from duckdb_columns() "
        f"where schema_name in {SCHEMAS} order by all"
    ).fetchall()
    attached = duckdb.connect()
    attached.execute(f"attach '{warehouse}' as warehouse (read_only)")
    refused = ""
    try:
        attached.execute("delete from warehouse.marts.runs")
    except duckdb.Error as error:
        refused = str(error)
    return {
        "version": duckdb.__version__,
        "columns": columns,
        "without_comment": [name for name, comment in tables.items() if not comment],
        "rows": {name: len(here.execute(f"from {name}").fetchall()) for name in sorted(tables)},
        "attached_runs": attached.execute("select count(*) from warehouse.marts.runs").fetchone()[0],
        "refused": refused,
        "answers": [[[str(value) for value in row] for row in here.execute(question).fetchall()] for question in questions],
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], json.load(sys.stdin))))
