"""What counts as a refused row where no model is built yet: staging.refused_rows, read off the raw tables."""

from __future__ import annotations

from pathlib import Path

from flows.places import SQL_DIR
from flows.state import database


def refused_rows() -> str:
    """The SELECT of staging.refused_rows; it reads raw tables only, so the import memory can answer it too."""
    return (SQL_DIR / "staging" / "refused_rows.sql").read_text(encoding="utf-8")


def refused_by_guard(connection: database.Connection) -> int:
    """How many rows the guard refused; one that failed several checks is one."""
    query = f"select count(*) from ({refused_rows()}) where is_first_reason and table_name <> 'file'"
    return int(database.scalar(connection, query))


def remember_guarded(work: Path, memory: Path) -> None:
    """Store what tonight's guard refused in the import memory, so that it can be retried as what a reader refused."""
    with database.writer(memory) as connection:
        connection.execute(f"attach {database.quoted(work)} as work (read_only)")
        connection.execute("begin")
        connection.execute("delete from raw.guarded_rows")
        connection.execute("insert into raw.guarded_rows by name from work.raw.guarded_rows")
        connection.execute("commit")
        connection.execute("detach work")
