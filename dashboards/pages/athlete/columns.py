"""Single values from columns."""

from __future__ import annotations

from datetime import date
from math import isnan
from typing import Any

from numpy.typing import NDArray


def number_at(column: NDArray[Any], place: int) -> float | None:
    """One number of a column; None if it is unknown."""
    value = float(column[place])
    return None if isnan(value) else value


def date_at(dates: NDArray[Any], place: int) -> date:
    """One date of a column."""
    found: date = dates[place].astype("datetime64[D]").item()
    return found
