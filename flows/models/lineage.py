"""The question and the inputs of each model of sql/: `python -m flows.models.lineage` writes docs/lineage.md."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb

from flows.models import layers
from flows.models.contract import PUBLISHED_SCHEMAS
from flows.places import SQL_DIR

DOCUMENT = SQL_DIR.parent / "docs" / "lineage.md"
Reads = dict[tuple[str, str], frozenset[tuple[str, str]]]
HEAD = """# What reads what

Written by `make docs` out of the models themselves; not to be edited by hand.
"""


def document() -> str:
    """The lineage of every model: a drawing of the schemas, then a table for each layer."""
    reads = all_reads()
    return "\n".join([HEAD, *_drawing(reads), *(line for layer in layers.LAYERS for line in _table(layer, reads))])


@cache
def all_reads() -> Reads:
    """The (schema, table) pairs that each model reads, by its layer and name."""
    with duckdb.connect(":memory:") as connection:
        return {
            (layer, name): frozenset(layers.tables_read(connection, layers.model_sql(layer, name)))
            for layer in layers.LAYERS
            for name in layers.model_paths(layer)
        }


def published_sources(reads: Reads) -> dict[str, list[str]]:
    """schema.table of each mart and ops table -> the published tables it is made from, whatever stands between them, sorted."""
    sources = {}
    for model in reads:
        if model[0] in PUBLISHED_SCHEMAS:
            found: set[tuple[str, str]] = set()
            waiting, seen = list(reads[model]), set()
            while waiting:
                table = waiting.pop()
                if table[0] in PUBLISHED_SCHEMAS:
                    found.add(table)
                elif table not in seen:
                    seen.add(table)
                    waiting += reads[table]
            sources[".".join(model)] = sorted(map(".".join, found))
    return sources


def _drawing(reads: Reads) -> list[str]:
    """A graph: which folder of models reads from which, with the number of reads."""
    counts: dict[tuple[str, str], int] = {}
    for (layer, name), tables in reads.items():
        here = _folder(layer, name)
        for there in {_folder(*table) for table in tables} - {here, "seeds"}:  # nearly every folder reads rules
            counts[there, here] = counts.get((there, here), 0) + 1
    arrows = [
        f'    {_id(there)}["{there}"] -- {count} --> {_id(here)}["{here}"]' for (there, here), count in sorted(counts.items())
    ]
    return ["```mermaid", "flowchart LR", *arrows, "```", ""]


def _folder(schema: str, table: str) -> str:
    """intermediate.room -> intermediate/room; marts.runs -> marts."""
    path = layers.model_paths(schema).get(table)
    return path.parent.relative_to(SQL_DIR).as_posix() if path else schema


def _id(folder: str) -> str:
    return folder.replace("/", "_")


def _table(layer: str, reads: Reads) -> list[str]:
    lines = [f"## {layer}", "", "| model | its question | reads |", "| --- | --- | --- |"]
    for name, path in layers.model_paths(layer).items():
        tables = ", ".join(f"{schema}.{table}" for schema, table in sorted(reads[layer, name]))
        folder = path.parent.relative_to(SQL_DIR).as_posix()
        lines.append(f"| [{name}](../sql/{folder}/{name}.sql) | {_question(path)} | {tables} |")
    return [*lines, ""]


def _question(path: Path) -> str:
    """The first sentence of a model's header."""
    said: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("--"):
            break
        said.append(line.removeprefix("--").strip())
    text = " ".join(said)
    ends = [text.find(mark) + 1 for mark in ("? ", ". ") if mark in text]
    return text[: min(ends)] if ends else text


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
