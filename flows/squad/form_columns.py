"""columns.csv: which question of a form is which column of our logs, and what an answer means there."""

from __future__ import annotations

from flows.nearest import did_you_mean
from flows.readers.own_logs import LOGS
from flows.squad.own_tables import OwnTable, Row, RowProblem, Understood

COLUMNS = ("question", "column", "answer", "value")


def known_columns() -> set[str]:
    return {column for log in LOGS.values() for column in log.columns}


def _understood(row: Row) -> Understood | None:
    question, column, answer, value = (row.cells.get(name, "") for name in COLUMNS)
    if not any((question, column, answer, value)):
        return None
    text = ",".join((question, column, answer, value))
    if not question:
        raise RowProblem("the question is empty", text)
    if column not in known_columns():
        raise RowProblem(f"no log has a column {column!r}{did_you_mean(column, known_columns())}", text)
    if value and not answer:
        raise RowProblem(f"{value!r} stands for no answer", text, "Write the answer, in the form's words, before it.")
    return Understood({"question": question, "column": column, "answer": answer, "value": value}, text)


FORM_COLUMNS = OwnTable(
    file="columns.csv",
    raw_table="",  # kept as the memory's words of forms
    held_rows="",
    required=("question", "column"),
    key=("question", "answer"),
    understand=_understood,
    remedy="The question counts for nothing until it is mended.",
    twice=lambda record: f"{record['question']!r} with this answer stands above",
    columns=COLUMNS,
    folded=str.casefold,
)
