"""query, describe: the verbs that read the published warehouse."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import duckdb

from flows.commands import answers, questions
from flows.commands.common import fail, published, settings_for, with_paths
from flows.nearest import did_you_mean
from flows.operate.outcome import EXIT_WRONG_USAGE
from flows.places import CARRIED_DIR
from flows.state import database
from flows.state.errors import is_damage
from flows.state.lock import OWNER_AND_GROUP

LINES = {None: answers.table_lines, "csv": answers.csv_lines, "json": answers.json_lines}


@click.command(context_settings={"ignore_unknown_options": True})  # SQL may begin with a comment: -- Who needs a call?
@click.argument("sql", required=False)
@click.option("--list", "is_listed", is_flag=True, help="List the questions that ship, which can be asked by their name.")
@click.option("--param", "given", multiple=True, metavar="NAME=VALUE", help="The value of $NAME in the query; may be repeated.")
@click.option("--csv", "form", flag_value="csv", help="Answer as CSV.")
@click.option("--json", "form", flag_value="json", help="Answer as a JSON list, one object per row.")
@click.option("--parquet", type=click.Path(path_type=Path), metavar="FILE", help="Write the answer into a new Parquet file.")
@with_paths
@click.pass_context
def query(
    context: click.Context,
    sql: str | None,
    is_listed: bool,
    given: tuple[str, ...],
    form: str | None,
    parquet: Path | None,
    raw: Path | None,
    warehouse_file: Path | None,
    site: Path | None,
) -> None:
    """Answer an SQL question from the published warehouse, with every row and column.

    SQL is the question itself, a file that holds it, or the name of one that ships (--list). It reads the warehouse and nothing
    else: no other file, no extension, no change of settings. Exits 1 if the database cannot answer it, 2 if it is not one
    question.
    """
    if is_listed or sql is None:
        if not is_listed:
            fail("ask a question, or see `tendonwatch query --list`", EXIT_WRONG_USAGE)
        answers.show(listed())
        return
    sql, values = text_of_query(context.obj, sql), values_of(given)
    if parquet and form:
        fail(f"choose one of --parquet and --{form}", EXIT_WRONG_USAGE)
    if parquet and os.path.lexists(parquet):
        fail(f"{parquet} exists already; delete it, or name another file", EXIT_WRONG_USAGE)
    with published(settings_for(context, raw, warehouse_file, site)) as connection, tempfile.TemporaryDirectory() as spill:
        try:
            database.lock_down(connection, Path(spill), parquet and parquet.absolute())
            answers.check_is_question(connection, sql)
            if parquet:
                write_parquet(connection.sql(sql, params=values or None), parquet.absolute())
                return
            answer = connection.execute(sql, values) if values else connection.execute(sql)
            answers.show(LINES[form](answer))
        except answers.NoQuestion as error:
            fail(str(error), EXIT_WRONG_USAGE)
        except duckdb.Error as error:
            said = answers.what_is_wrong(error, sql)
            if is_damage(error):
                raise type(error)(said) from error
            fail(said)


def listed() -> Iterator[str]:
    """Each question that ships: its name, what it asks, and what misleads."""
    for number, question in enumerate(questions.all_questions()):
        if number:
            yield ""
        yield f"{question.name}: {question.parts['Question']}"
        yield f"    {question.parts['Traps']}"


def text_of_query(folder: Path, sql: str) -> str:
    """The query, what the file of that name holds, or the question that ships by that name; exits 2 if it cannot be read."""
    if re.fullmatch(r"[a-z_0-9]+", sql):  # one word is no SQL that answers anything
        known = {question.name: question.sql for question in questions.all_questions()}
        if sql not in known:
            fail(f"no question is called {sql}{did_you_mean(sql, known)}; see `tendonwatch query --list`", EXIT_WRONG_USAGE)
        return known[sql]
    if not sql.endswith(".sql"):
        return sql
    try:
        own = folder / sql
        return (own if own.is_file() else CARRIED_DIR / sql).read_text(encoding="utf-8")  # a wheel carries sql/analyses
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{sql} cannot be read ({getattr(error, 'strerror', error)})", EXIT_WRONG_USAGE)


def values_of(given: tuple[str, ...]) -> dict[str, str]:
    """NAME=VALUE as a dict; exits 2 if one has no name, or a name stands twice."""
    values: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not (equals and name):
            fail(f"--param {one!r} is not name=value", EXIT_WRONG_USAGE)
        if name in values:
            fail(f"--param {name} is given twice", EXIT_WRONG_USAGE)
        values[name] = value
    return values


def write_parquet(answer: duckdb.DuckDBPyRelation, path: Path) -> None:
    """Write an answer into a new file; what is written when it fails is deleted again."""
    kinds = dict(zip(answer.columns, map(str, answer.types), strict=True))
    try:
        answer.project(database.texts_for_json(kinds)).write_parquet(str(path))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    path.chmod(OWNER_AND_GROUP)  # it holds health data


@click.command()
@click.argument("table")
@with_paths
@click.pass_context
def describe(context: click.Context, table: str, raw: Path | None, warehouse_file: Path | None, site: Path | None) -> None:
    """Tell what a row of TABLE (marts.runs, ops.files, ...) is and what its columns mean."""
    schema, _, name = table.rpartition(".")
    with published(settings_for(context, raw, warehouse_file, site)) as connection:
        columns = database.rows(
            connection,
            """
            select column_name, data_type, comment from duckdb_columns()
            where table_name = ? and schema_name = ? order by column_index
            """,
            [name, schema or "marts"],
        )
        grain = database.scalar(
            connection,
            "select max(comment) from duckdb_tables() where table_name = ? and schema_name = ?",
            [name, schema or "marts"],
        )
        known = [
            row["name"]
            for row in database.rows(
                connection,
                """
                select schema_name || '.' || table_name as name from duckdb_tables()
                where schema_name in ('marts', 'ops') order by name
                """,
            )
        ]
    if not columns:
        meant = did_you_mean(f"{schema or 'marts'}.{name}", known)
        fail(f"no table {table!r}{meant}; to build on are {', '.join(known)}", EXIT_WRONG_USAGE)
    click.echo(grain or "")
    for column in columns:
        click.echo(f"{column['column_name']:<28} {column['data_type']:<26} {column['comment'] or ''}")
