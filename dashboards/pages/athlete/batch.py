"""The athletes whose pages are made together: every mart is asked once for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

# Days are drawn for the last 12 months, weeks before.
DAILY_DAYS = 364
WEEKS = 12


@dataclass(frozen=True)
class Batch:
    """Neighbours in the sorted squad, told by the first and the last of them, and the day that their pages look from."""

    first: str
    last: str
    as_of: date

    @property
    def ids(self) -> dict[str, str]:
        """What a query about the batch is bound to."""
        return {"first": self.first, "last": self.last}

    @property
    def window(self) -> tuple[date, date]:
        """What time charts show at first: the last twelve calendar weeks, the running one included."""
        return self.as_of - timedelta(days=self.as_of.weekday(), weeks=WEEKS - 1), self.as_of

    @property
    def since(self) -> date:
        """The Monday from which on days are drawn."""
        since = self.as_of - timedelta(days=DAILY_DAYS)
        return since - timedelta(days=since.weekday())
