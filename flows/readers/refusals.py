"""How rows and items are refused: with a reason and a remedy, and not without end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flows.records import RefusedRow, UnreadableFile

SHOWN_CHARACTERS = 60
MOST_REFUSED_ROWS = 1000  # of a file that is mostly refused: beyond, it is no log with a few bad rows


class RowError(ValueError):
    """Why one row cannot be taken, and what to write instead."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


def shown(text: str) -> str:
    """A value as a reason may quote it: in quotation marks, not longer than a line."""
    return f'"{text}"' if len(text) <= SHOWN_CHARACTERS else f'"{text[:SHOWN_CHARACTERS]}…"'


def understood(record_of: Callable[[Any], Any], row: Any) -> Any:
    """The row as a record. Raises RowError also where a cell holds what no number or date can hold."""
    try:
        return record_of(row)
    except RowError:
        raise
    except (ArithmeticError, LookupError, ValueError) as error:
        raise RowError(f"A cell holds what cannot be read ({error})", "Correct the row, or remove it.") from error


def refuse_hopeless(refused: Sequence[RefusedRow], taken: int) -> None:
    """Raise UnreadableFile where so much of a file is refused that it is no log with a few bad rows."""
    if len(refused) > MOST_REFUSED_ROWS and len(refused) > taken:
        raise UnreadableFile(
            refused[-1].place,
            f"More than {MOST_REFUSED_ROWS:,} rows cannot be understood, the first being {refused[0].place}: {refused[0].reason}",
            "Below its headings this is not one of our logs: export it again.",
        )
