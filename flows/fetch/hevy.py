"""Hevy: every workout as the JSON that its interface gives, with edits and deletions; for accounts of Hevy Pro, by an API key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from flows.fetch.problems import WrongAccount, WrongAnswer
from flows.fetch.sources import DELETED, Begun, Item

HOME = "https://api.hevyapp.com"
EVENTS = "/v1/workouts/events"
PAGE = 10  # the most that it gives at once


class Hevy:
    """One runner's key. A list says what changed since a moment, newest first, and holds each workout whole."""

    lists_all = False  # a deletion is an event of its own

    def __init__(self, begun: Begun) -> None:
        self.begun = begun
        account = begun.account
        if not account.athlete:
            raise WrongAccount(f"{account.name} names no athlete", 'Write athlete = "..." there.')
        self.athlete_id = account.folders[""]
        self.web = begun.web.to(account.url or HOME, {"api-key": account.secret_text()})
        self.body = b""
        self.seen: set[str] = set()
        # The first fill takes more pages than a night may ask for: it goes on where it stopped, with the same since.
        stopped = json.loads(begun.resume) if begun.resume else {}
        self.page, self.since = int(stopped.get("page", 1)), stopped.get("since", "")

    def list_new(self, since: datetime) -> Iterator[Item]:
        self.since = self.since or since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        # What changed since the last part has moved the list on: one page is looked at again, the newest ones are.
        if self.page > 1:
            yield from self._events(1)[1]
            self.page -= 1
        pages = self.page
        while self.page <= pages:
            pages, items = self._events(self.page)
            yield from items
            self.page += 1

    def download(self, item: Item) -> Iterator[bytes]:
        yield self.body

    def reached(self) -> str:
        return json.dumps({"page": self.page, "since": self.since}) if self.since else ""

    def _events(self, page: int) -> tuple[int, Iterator[Item]]:
        """How many pages there are, and the items of one."""
        found = self.web.json(EVENTS, {"page": page, "pageSize": PAGE, "since": self.since})
        events = found.get("events") if isinstance(found, dict) else None
        pages = found.get("page_count", 0) if isinstance(found, dict) else 0
        if not isinstance(events, list) or not isinstance(pages, int):
            raise WrongAnswer(f"{self.web.base.host} answers with something that is not a list of events")
        return pages, (item for event in events if (item := self._item_of(event)) is not None)

    def _item_of(self, event: Any) -> Item | None:
        """The workout of an event; None if a newer event of the same workout came before."""
        if not isinstance(event, dict):
            return None
        held = event.get("workout")
        workout = held if isinstance(held, dict) else {}
        number = workout.get("id") or event.get("id")
        if not isinstance(number, str) or number in self.seen:
            return None
        self.seen.add(number)
        if event.get("type") == DELETED:
            return Item(number, DELETED, self.athlete_id, "")
        if not workout:
            return None
        self.body = json.dumps(workout, ensure_ascii=False, indent=1, sort_keys=True).encode()
        return Item(number, str(workout.get("updated_at") or ""), self.athlete_id, f"{number}.json")
