"""What each alert target was sent, and what still waits for it.

Kept in `<stem>-alerts.json` beside the warehouse, so that it survives the loss of the warehouse.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, Field, TypeAdapter

from flows.alerts.messages import Alert, title_of
from flows.settings import AlertTarget, Settings
from flows.state.lock import open_own

LOG = logging.getLogger("tendonwatch")

# Older names are read as well, so that what an older version sent is not sent again.
Sent = Annotated[dict[str, dict[str, str]], Field(validation_alias=AliasChoices("sent", "told"))]
QueuedAt = Annotated[str, Field(validation_alias=AliasChoices("queued_at", "written_at"))]


@dataclass
class QueuedMessage:
    """A message on its way to one target."""

    target: str
    event: str
    title: str
    text: str
    html: str
    quiet: str
    queued_at: QueuedAt
    problem: str = ""  # why it has not arrived yet


@dataclass
class Outbox:
    """What each target was sent (target -> key -> time queued), and the messages that still wait."""

    sent: Sent = field(default_factory=dict)
    waiting: list[QueuedMessage] = field(default_factory=list)

    def queue(self, target: AlertTarget, found: list[Alert], now: datetime) -> None:
        """Queue the alerts that this target wants and was not sent: one message per event."""
        sent = self.sent.setdefault(target.target, {})
        queued_at = now.isoformat(timespec="seconds")
        for event in target.events:
            news = [
                alert
                for alert in found
                if alert.event == event
                and alert.key not in sent
                and (not target.squads or alert.squad is None or alert.squad in target.squads)
            ]
            if not news:
                continue
            sent.update({alert.key: queued_at for alert in news})
            text = "\n\n".join(alert.text for alert in news)
            as_html = "".join(alert.html for alert in news)
            self.waiting.append(QueuedMessage(target.target, event, title_of(news), text, as_html, target.quiet, queued_at))


OUTBOX = TypeAdapter(Outbox)


def is_quiet(span: str, now: datetime) -> bool:
    """Whether a local time lies in the span hh:mm-hh:mm, end excluded; the span may cross midnight."""
    if not span:
        return False
    start, end = (time.fromisoformat(part) for part in span.split("-"))
    clock = now.time()
    return start <= clock < end if start <= end else clock >= start or clock < end


def outbox_path(published: Path) -> Path:
    """The file that holds the outbox."""
    return published.with_name(f"{published.stem}-alerts.json")


def waiting_messages(settings: Settings) -> list[QueuedMessage]:
    """The messages not delivered yet; one that was tried says why it failed."""
    return _read(outbox_path(settings.warehouse)).waiting


@contextmanager
def open_outbox(settings: Settings) -> Iterator[Outbox]:
    """The outbox, locked for one process at a time; it is written back when the block ends, also after an error."""
    path = outbox_path(settings.warehouse)
    with open_own(path.with_suffix(".lock")) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        outbox = _read(path)
        try:
            yield outbox
        finally:
            new = path.with_suffix(".new")
            new.unlink(missing_ok=True)
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as stream:  # it holds names
                json.dump(asdict(outbox), stream, indent=1)
                stream.flush()
                os.fsync(stream.fileno())
            new.replace(path)


def _read(path: Path) -> Outbox:
    try:
        outbox = OUTBOX.validate_json(path.read_bytes(), strict=True)
        for message in outbox.waiting:
            datetime.now(UTC) - datetime.fromisoformat(message.queued_at)
        return outbox
    except FileNotFoundError:
        return Outbox()
    except (ValueError, TypeError) as error:
        LOG.warning("%s is damaged (%s) and begun anew: some alerts may come twice", path, type(error).__name__)
        return Outbox()
