"""How rows and items are refused: with a reason and a remedy, and up to a limit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flows.records import RefusedRow, UnreadableFile

SHOWN_CHARACTERS = 60
MOST_REFUSED_ROWS = 1000  # in a file of mostly refused rows; beyond that it is not a log with a few bad rows


class RowError(ValueError):
    """Why one row cannot be taken, and what to write instead."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


def shown(text: str) -> str:
    """A value quoted for the text of a reason: in quotation marks, at most a line long."""
    return f'"{text}"' if len(text) <= SHOWN_CHARACTERS else f'"{text[:SHOWN_CHARACTERS]}…"'


def understood(record_of: Callable[[Any], Any], row: Any) -> Any:
    """The row as a record. Raises RowError also for a number or date that overflows."""
    try:
        return record_of(row)
    except RowError:
        raise
    except (ArithmeticError, LookupError, ValueError) as error:
        raise RowError(f"A cell holds what cannot be read ({error})", "Correct the row, or remove it.") from error


def refuse_hopeless(refused: Sequence[RefusedRow], taken: int) -> None:
    """Raise UnreadableFile if so much of a file is refused that it is not a log with a few bad rows."""
    if len(refused) > MOST_REFUSED_ROWS and len(refused) > taken:
        raise UnreadableFile(
            refused[-1].place,
            f"More than {MOST_REFUSED_ROWS:,} rows cannot be understood, the first being {refused[0].place}: {refused[0].reason}",
            "Below its headings this is not one of our logs: export it again.",
        )
