"""Delivers queued messages through apprise; a target that cannot be reached is retried and never fails a night."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flows.alerts.outbox import Outbox, QueuedMessage, is_quiet
from flows.settings import Settings, WrongSettings
from flows.state.secret_text import read_secret

LOG = logging.getLogger("tendonwatch")
LONGEST_DELIVERY_S = 20.0
KEPT_TRYING = timedelta(days=3)
CHATS = {"Telegram"}  # accept HTML, but only a few tags


def deliver(settings: Settings, outbox: Outbox, now: datetime) -> dict[str, int]:
    """Send every waiting message whose target is not in its quiet hours; a message that cannot be delivered keeps waiting."""
    local = now.astimezone(ZoneInfo(settings.timezone))
    named = {target.target for target in settings.alerts}
    counts = {"sent": 0, "waiting": 0, "unreachable": 0}
    still_waiting = []
    unreachable: dict[str, str] = {}  # target -> problem: not tried again in this run
    for message in outbox.waiting:
        if message.target not in named:
            continue  # no longer in the settings: dropped
        if is_quiet(message.quiet, local):
            still_waiting.append(message)
            counts["waiting"] += 1
            continue
        message.problem = unreachable.get(message.target) or send(message)
        if not message.problem:
            counts["sent"] += 1
            continue
        unreachable[message.target] = message.problem
        counts["unreachable"] += 1
        if abs(now - datetime.fromisoformat(message.queued_at)) < KEPT_TRYING:
            still_waiting.append(message)
        else:
            LOG.warning("an alert (%s) to %s is given up: %s", message.event, message.target, message.problem)
    for target, problem in unreachable.items():
        LOG.warning("an alert to %s did not arrive: %s", target, problem)
    outbox.waiting = still_waiting
    return counts


def try_targets(settings: Settings) -> dict[str, str]:
    """Send every target a test message. Returns, per target, why it did not arrive, or ""."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    text = "This is a test: alerts reach you here."
    targets = dict.fromkeys(target.target for target in settings.alerts)
    return {target: send(QueuedMessage(target, "test", "Tendonwatch: a test", text, "", "", now)) for target in targets}


def send(message: QueuedMessage) -> str:
    """Deliver one message within its time limit. Returns why it did not arrive, or ""."""
    try:
        target = reach(message.target)
    except WrongSettings as error:
        return str(error)
    service = target[0]
    is_mail = service.notify_format == "html" and service.service_name not in CHATS
    body, body_format = (message.html, "html") if is_mail and message.html else (message.text, "text")
    if not is_mail:
        service.overflow_mode = "split"  # a long message is sent in parts
    arrived: list[bool] = []

    def notify() -> None:
        try:
            arrived.append(bool(target.notify(title=message.title, body=body, body_format=body_format)))
        except Exception:  # a plugin's error must not fail the night, and its text may hold the address
            arrived.append(False)

    # A server that answers one byte at a time would block the night forever: such a thread is abandoned.
    thread = threading.Thread(target=notify, daemon=True, name="alert")
    thread.start()
    thread.join(LONGEST_DELIVERY_S)
    if not arrived:
        return f"no answer within {LONGEST_DELIVERY_S:g} s"
    return "" if arrived[0] else "it cannot be reached or refused the message; check its address"


def address(target: str) -> str:
    """The secret address behind env:NAME or file:PATH. Raises WrongSettings with the remedy, but never the address."""
    return read_secret(target, f"alerts: {target}", "the address")


def reach(target: str) -> Any:
    """The target as an apprise object. Raises WrongSettings if its address is missing or not valid."""
    import apprise  # noqa: PLC0415 - only nights with a target need it

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # its log lines hold addresses
    ours = apprise.AppriseAsset(app_id="Tendonwatch", app_desc="Tendonwatch", app_url="", async_mode=False)
    found = apprise.Apprise.instantiate(address(target), asset=ours, suppress_exceptions=True)
    if found is None:
        raise WrongSettings(f"alerts: {target}: what it names is not an address that apprise understands, like mailto://...")
    hub = apprise.Apprise(asset=ours)
    hub.add(found)
    return hub
