"""Looks for a person's id and names in every byte of the state: database files, pages, notes, logs, Prefect's state."""

from __future__ import annotations

import html
import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import duckdb

from flows.state import database

ERASED = "[erased]"
DUCKDB_MARK, SQLITE_MARK = b"DUCK", b"SQLite format 3\0"  # at byte 8, at byte 0
SURE_BYTES = 6  # fewer bytes than that stand in a compressed file by chance
HOUSE = "seeds"  # a schema of our own texts
# The same beside the pages of every squad.
HOUSE_FILES = {"plotly.min.js", "style.css", "site.js", "squad.js", "address.js", "charts.js", "athlete.js"}
NOTHING_OURS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Words:
    """An id and names, as whole words in any way that a file of ours may write them."""

    plain: tuple[str, ...]

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """As text; decomposed; as JSON, HTML and a URL write them."""
        composed = {form for word in self.plain for form in (word, unicodedata.normalize("NFD", word))}
        written = {form for word in composed for form in (json.dumps(word)[1:-1], html.escape(word), quote(word))}
        return tuple(sorted(composed | written, key=lambda form: (-len(form), form)))

    @cached_property
    def in_text(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, self.forms))})(?!\w)", re.IGNORECASE)

    @cached_property
    def in_bytes(self) -> re.Pattern[bytes]:
        letter = rb"[0-9A-Za-z_\x80-\xff]"
        words = b"|".join(re.escape(form.encode()) for form in self.forms)
        return re.compile(rb"(?<!" + letter + rb")(?:" + words + rb")(?!" + letter + rb")", re.IGNORECASE)

    @cached_property
    def in_sql(self) -> str:
        """For RE2, which looks neither back nor ahead: a word whose ends are letters or digits."""
        return "(?i)" + "|".join(
            ("\\b" if form[0].isascii() and form[0].isalnum() else "")
            + re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", form)
            + ("\\b" if form[-1].isascii() and form[-1].isalnum() else "")
            for form in self.forms
        )


def traces(roots: Iterable[Path], skip: Path, words: Words, ours: Mapping[str, str] = NOTHING_OURS) -> list[str]:
    """Where the words still stand below the roots, but for the input folder `skip`: files, and tables with columns.

    `ours` is a text of the program by the name of the page that shows it: what it says of its own is no trace.
    """
    return [trace for path in files_below(roots, skip) for trace in _traces_in(path, words, ours.get(path.name, ""))]


def files_below(roots: Iterable[Path], skip: Path) -> list[Path]:
    """Every plain file below the roots, each once; links are not followed."""
    skipped = skip.resolve()
    found = {
        path.resolve()
        for root in roots
        if root.is_dir()
        for path in root.rglob("*")
        if path.is_file() and not path.is_symlink() and path.name not in HOUSE_FILES
    }
    return sorted(path for path in found if not path.is_relative_to(skipped))


def _traces_in(path: Path, words: Words, ours: str) -> Iterator[str]:
    if words.in_text.search(path.name):
        yield f"{path}: its name"
    data = path.read_bytes()
    if data[8:12] == DUCKDB_MARK:
        yield from _in_duckdb(path, data, words)
    elif data.startswith(SQLITE_MARK):
        yield from (f"{path}: {table}.{column}" for table, column in in_sqlite(path, words))
        yield from _unless_explained(path, data, words, "")
    elif len(words.in_bytes.findall(data)) > len(words.in_bytes.findall(ours.encode())):
        yield f"{path}"


def _in_duckdb(path: Path, data: bytes, words: Words) -> Iterator[str]:
    """Texts that hold a word; and bytes that no text explains, such as those of a deleted row."""
    held = []
    with duckdb.connect(str(path), read_only=True, config=database.CONFIG) as connection:
        columns = connection.execute(
            """
            select schema_name, table_name, column_name from duckdb_columns()
            where not internal and (contains(data_type, 'VARCHAR') or data_type = 'JSON') order by all
            """
        ).fetchall()
        for schema, table, column in columns:
            text = f'cast("{column}" as text)'
            parts = " or ".join(f"contains(lower({text}), lower({database.quoted(form)}))" for form in words.forms)
            found = [
                value for (value,) in connection.execute(f"select distinct {text} from {schema}.{table} where {parts}").fetchall()
            ]
            held += found
            if schema != HOUSE and any(words.in_text.search(value) for value in found):
                yield f"{path}: {schema}.{table}.{column}"
    yield from _unless_explained(path, data, words, "\n".join(held).lower())


def _unless_explained(path: Path, data: bytes, words: Words, texts: str) -> Iterator[str]:
    for form in words.forms:
        if len(form.encode()) >= SURE_BYTES and form.encode() in data and form.lower() not in texts:
            yield f"{path}: bytes outside its rows"
            return


def in_sqlite(path: Path, words: Words) -> list[tuple[str, str]]:
    """The tables and columns of an SQLite file whose texts hold a word."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return [
            (table, column)
            for table, column in _text_columns(connection)
            if any(words.in_text.search(text) for text in _texts(connection, table, column))
        ]


def scrub_sqlite(path: Path, words: Words) -> None:
    """Write ERASED in place of the words in every text of an SQLite file, and free the bytes."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as connection:
        connection.create_function("scrubbed", 1, lambda text: words.in_text.sub(ERASED, text))
        connection.execute("pragma secure_delete = on")
        for table, column in _text_columns(connection):
            if any(words.in_text.search(text) for text in _texts(connection, table, column)):
                connection.execute(f'update "{table}" set "{column}" = scrubbed("{column}") where typeof("{column}") = \'text\'')
        connection.execute("vacuum")
        connection.execute("pragma wal_checkpoint(truncate)")


def _text_columns(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    tables = connection.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'").fetchall()
    return [
        (table, column) for (table,) in tables for _, column, *_ in connection.execute(f'pragma table_info("{table}")').fetchall()
    ]


def _texts(connection: sqlite3.Connection, table: str, column: str) -> Iterator[str]:
    query = f'select distinct "{column}" from "{table}" where typeof("{column}") = \'text\''
    return (text for (text,) in connection.execute(query))
