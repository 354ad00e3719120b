"""query, describe: the verbs that read the published warehouse."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import duckdb

from flows.commands import answers, questions
from flows.commands.common import fail, published, settings_for, with_paths
from flows.commands.time_limit import TimeLimit, TooLong
from flows.nearest import did_you_mean
from flows.operate.outcome import EXIT_WRONG_USAGE
from flows.places import CARRIED_DIR
from flows.state import database
from flows.state.errors import is_damage
from flows.state.lock import OWNER_AND_GROUP

LINES = {None: answers.table_lines, "csv": answers.csv_lines, "json": answers.json_lines}
ENOUGH_S = 300.0  # a question that a person waits for takes seconds; one that joins everything with everything never ends
TABLES = """
    select schema_name || '.' || table_name as name, comment from duckdb_tables()
    where schema_name in ('marts', 'ops') order by name
"""
SHIPPED = re.compile(r"[a-z_0-9]+")  # one word is no SQL that answers anything


@click.command(context_settings={"ignore_unknown_options": True})  # SQL may begin with a comment: -- Who needs a call?
@click.argument("question", required=False)
@click.option("--list", "is_listed", is_flag=True, help="List the questions that ship, which can be asked by their name.")
@click.option("--tables", "is_tables", is_flag=True, help="List the tables, each with what it tells.")
@click.option("--param", "given", multiple=True, metavar="NAME=VALUE", help="The value of $NAME in the query; may be repeated.")
@click.option("--csv", "form", flag_value="csv", help="Answer as CSV.")
@click.option("--json", "form", flag_value="json", help="Answer as a JSON list, one object per row.")
@click.option("--parquet", type=click.Path(path_type=Path), metavar="FILE", help="Write the answer into a new Parquet file.")
@click.option(
    "--timeout",
    "limit_s",
    type=click.FloatRange(min=0, min_open=True),
    default=ENOUGH_S,
    show_default=True,
    metavar="SECONDS",
    help="How long the database may work on it.",
)
@with_paths
@click.pass_context
def query(
    context: click.Context,
    question: str | None,
    is_listed: bool,
    is_tables: bool,
    given: tuple[str, ...],
    form: str | None,
    parquet: Path | None,
    limit_s: float,
    raw: Path | None,
    warehouse_file: Path | None,
    site: Path | None,
) -> None:
    """Answer a question from the published warehouse, with every row and column.

    QUESTION is the name of one that ships (--list), or SQL, or a file that holds SQL (its name ends in .sql), or - for SQL from
    standard input. It reads the warehouse and nothing else: no other file, no extension, no change of settings. Exits 1 if the
    database cannot answer it, 2 if it is not one question.
    """
    if is_listed:
        answers.show(listed())
        return
    settings = settings_for(context, raw, warehouse_file, site)
    if is_tables:
        with published(settings) as connection:
            answers.show(f"{row['name']}: {row['comment'] or ''}" for row in database.rows(connection, TABLES))
        return
    if question is None:
        fail("ask a question: `tendonwatch query --list` lists those that ship, --tables what to ask about", EXIT_WRONG_USAGE)
    sql, values = text_of_query(context.obj, question), values_of(given)
    if parquet and form:
        fail(f"choose one of --parquet and --{form}", EXIT_WRONG_USAGE)
    if parquet and os.path.lexists(parquet):
        fail(f"{parquet} exists already; delete it, or name another file", EXIT_WRONG_USAGE)
    with published(settings) as connection, tempfile.TemporaryDirectory() as spill:
        tables = [row["name"] for row in database.rows(connection, TABLES)]
        connection.execute(f"set search_path = '{','.join(sorted({name.partition('.')[0] for name in tables}))}'")
        database.lock_down(connection, Path(spill), parquet and parquet.absolute())
        limit = TimeLimit(connection, limit_s)
        try:
            answers.check_is_question(connection, sql)
            if parquet:
                with limit.running():
                    write_parquet(connection.sql(sql, params=values or None), parquet.absolute())
                return
            answers.show(LINES[form](limit.execute(sql, values)))
        except answers.NoQuestion as error:
            fail(str(error), EXIT_WRONG_USAGE)
        except TooLong:
            fail(f"no answer within {limit_s:g} seconds; ask for less (fewer days, a join by key), or give it more by --timeout")
        except duckdb.Error as error:
            said = answers.what_is_wrong(error, sql, tables)
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


def text_of_query(folder: Path, question: str) -> str:
    """The SQL of what was asked: a question that ships by its name, standard input, a file, or the text itself.

    Exits 2 if it cannot be read.
    """
    if question == "-":
        return sys.stdin.read()
    if SHIPPED.fullmatch(question):
        known = {one.name: one.sql for one in questions.all_questions()}
        if question not in known:
            meant = did_you_mean(question, known) or f'; a table is read by "from {question}"'
            fail(f"no question is called {question}{meant}; `tendonwatch query --list` lists them", EXIT_WRONG_USAGE)
        return known[question]
    own = folder / question
    if not question.endswith(".sql") and not is_file(own):
        return question
    try:
        return (own if own.is_file() else CARRIED_DIR / question).read_text(encoding="utf-8")  # a wheel carries sql/analyses
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{question} cannot be read ({getattr(error, 'strerror', error)})", EXIT_WRONG_USAGE)


def is_file(path: Path) -> bool:
    """Whether a text that may be SQL, and so longer than any name or with a zero in it, is the path of a file."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


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
        known = [row["name"] for row in database.rows(connection, TABLES)]
    if not columns:
        meant = did_you_mean(f"{schema or 'marts'}.{name}", known)
        fail(f"no table {table!r}{meant}; to build on are {', '.join(known)}", EXIT_WRONG_USAGE)
    click.echo(grain or "")
    for column in columns:
        click.echo(f"{column['column_name']:<28} {column['data_type']:<26} {column['comment'] or ''}")
