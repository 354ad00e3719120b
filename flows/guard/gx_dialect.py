"""A DuckDB dialect without transactions, for Great Expectations alone, on the file that the guard keeps open.

Great Expectations fetches rows after it returns its connection to the pool; the pool's rollback would discard DuckDB's result.
Transactions are not needed, because validation only reads.
"""

from __future__ import annotations

from typing import Any

from duckdb_sqlalchemy import ConnectionWrapper, Dialect

from flows.state import database


class GxDuckDBDialect(Dialect):
    """Autocommit; with `dialect` set, Great Expectations allows regular expressions and LIKE."""

    supports_statement_cache = False

    def connect(self, *_: Any, **__: Any) -> Any:
        """A cursor of the open connection, whatever the address says: DuckDB opens no file twice in one process."""
        return ConnectionWrapper(database.another_cursor())

    def do_begin(self, dbapi_connection: Any) -> None:
        """Nothing to begin."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Nothing to roll back."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """Nothing to commit."""


GxDuckDBDialect.dialect = GxDuckDBDialect  # type: ignore[attr-defined]
