"""Sends news: a night failed or is late, a runner turned red, the weekly digest.

Nothing is sent twice, see outbox. A target that cannot be reached is retried for three days: at the next night, by
`tendonwatch alerts`, and every few minutes while `tendonwatch serve` runs. Only a message that timed out while it was being
delivered may arrive twice.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import duckdb

from dashboards import digest as morning
from dashboards.templating import page_names
from flows.alerts import messages
from flows.alerts.delivery import deliver
from flows.alerts.messages import Alert
from flows.alerts.outbox import open_outbox
from flows.fetch.run import without_success
from flows.operate import status
from flows.settings import AlertTarget, Settings
from flows.state import database

LOG = logging.getLogger("tendonwatch")


def send_alerts(settings: Settings, now: datetime | None = None) -> dict[str, int]:
    """Send after a publication: newly red runners, accounts that fail, and the digest with the first night of each week."""
    if not settings.alerts:
        return {}
    now = now or datetime.now(UTC)
    with _without_harm(), database.reader(settings.warehouse) as connection, open_outbox(settings) as outbox:
        found = red_runners(connection, settings) + set_aside_runners(connection, settings)
        found += [messages.account(one.name, one.last_success, one.problem, one.remedy) for one in without_success(settings, now)]
        squads = {squad for (squad,) in connection.execute("select distinct squad from marts.athletes").fetchall()}
        still: dict[str, set[str]] = {}
        for target in settings.alerts:
            for squad in sorted(set(target.squads) - squads):
                LOG.warning("alerts to %s: no runner is of the squad %r; is it spelt as in squad.csv?", target.target, squad)
            news = [*found, digest(connection, settings, target, now)]
            outbox.queue(target, news, now)
            still.setdefault(target.target, set()).update(alert.key for alert in news)
        # Forget what is over (a failure, a runner no longer red), so that it is news again if it comes back.
        for name, keys in still.items():
            outbox.sent[name] = {key: at for key, at in outbox.sent[name].items() if key in keys}
        return deliver(settings, outbox, now)
    return {}


def send_failure(settings: Settings, reason: str, now: datetime | None = None) -> dict[str, int]:
    """Send after a night that published nothing: once per `reason` until a night is published again."""
    return _send(settings, [messages.failed(reason)], now)


def look(settings: Settings, now: datetime | None = None) -> dict[str, int]:
    """Send between nights: an alert if the last publication is too old, and the messages that had to wait."""
    now = now or datetime.now(UTC)
    published_at = status.published_at(settings)
    is_late = published_at and status.is_late(published_at, now)
    return _send(settings, [messages.late(published_at, now)] if published_at and is_late else [], now)


def _send(settings: Settings, found: list[Alert], now: datetime | None) -> dict[str, int]:
    if not settings.alerts:
        return {}
    now = now or datetime.now(UTC)
    with _without_harm(), open_outbox(settings) as outbox:
        for target in settings.alerts:
            outbox.queue(target, found, now)
        return deliver(settings, outbox, now)
    return {}


@contextmanager
def _without_harm() -> Iterator[None]:
    """Log errors of disks and databases instead of raising them: alerts must not change how the night ended."""
    try:
        yield
    except (OSError, duckdb.Error) as error:
        LOG.error("alerts could not be made: %s", error)


def red_runners(connection: database.Connection, settings: Settings) -> list[Alert]:
    """One alert per athlete who is red on the published day."""
    everybody = connection.execute("select athlete_id from marts.athletes order by athlete_id").fetchall()
    pages = page_names([athlete_id for (athlete_id,) in everybody])
    red = database.rows(
        connection,
        """
        select athlete_id, athletes.name, athletes.squad, status.headline, status.next_action
        from marts.athlete_status as status
        inner join marts.athletes as athletes using (athlete_id)
        where status.flag = 'red' and status.load_date = ?
        order by athlete_id
        """,
        [status.newest_night(connection)["as_of_date"]],
    )
    return [messages.red(settings, runner, pages[runner["athlete_id"]]) for runner in red]


def set_aside_runners(connection: database.Connection, settings: Settings) -> list[Alert]:
    """One alert per athlete whose data could not be judged."""
    found = database.rows(
        connection,
        """
        select athletes.athlete_id, athletes.name, athletes.squad, aside.table_name, aside.expectation, aside.load_date
        from (select distinct on (athlete_id) * from ops.set_aside order by athlete_id, table_name, expectation) as aside
        inner join marts.athletes as athletes using (athlete_id)
        order by athletes.athlete_id
        """,
    )
    return [messages.set_aside(settings, runner) for runner in found]


def digest(connection: database.Connection, settings: Settings, target: AlertTarget, now: datetime) -> Alert:
    """The digest of one target's squads."""
    year, week, _ = now.astimezone(ZoneInfo(settings.timezone)).isocalendar()
    message = morning.digest(connection, messages.site_link(settings), target.squads, settings.language)
    return messages.digest(message, f"{year}-W{week:02d}", target.squads)
