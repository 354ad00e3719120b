"""The athletes whose pages are made together: every mart is queried once for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

# The last 12 months are drawn by day, the time before by week.
DAILY_DAYS = 364
WEEKS = 12


@dataclass(frozen=True)
class Batch:
    """A range of the sorted squad, by its first and last athlete_id, and the as-of date of its pages."""

    first: str
    last: str
    as_of: date

    @property
    def ids(self) -> dict[str, str]:
        """The query parameters that select the batch."""
        return {"first": self.first, "last": self.last}

    @property
    def window(self) -> tuple[date, date]:
        """The days that time charts show at first: the last twelve calendar weeks, the current one included."""
        return self.as_of - timedelta(days=self.as_of.weekday(), weeks=WEEKS - 1), self.as_of

    @property
    def since(self) -> date:
        """The Monday from which on single days are drawn."""
        since = self.as_of - timedelta(days=DAILY_DAYS)
        return since - timedelta(days=since.weekday())
