"""Tell people: a night failed or is late, a runner turned red, the week in short. Sent through apprise to the settings' targets.

Nothing is said twice: what each target has been told, and what still waits for it, stands in `<stem>-alerts.json` beside the
warehouse, whatever becomes of the warehouse itself. A target that cannot be reached is tried again at the next look (the next
night, `tendonwatch alerts`, every few minutes while `tendonwatch serve` runs) for three days; it never fails a night. A message
that was taken so slowly that we gave up on it may arrive twice.
"""

from __future__ import annotations

import fcntl
import html
import json
import logging
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
from pydantic import TypeAdapter

from dashboards import digest as morning
from dashboards import site
from flows.operate import status
from flows.settings import AlertTarget, Settings, WrongSettings
from flows.state import database
from flows.state.lock import open_own

LOG = logging.getLogger("tendonwatch")
LONGEST_DELIVERY_S = 20.0
KEPT_TRYING = timedelta(days=3)
TOGETHER = {"red": "need a call today", "set_aside": "could not be judged"}  # of several runners in one letter
CHATS = {"Telegram"}  # take HTML, but only a few marks of it
OTHERS_ONLY = 0o077  # what the mode of a file with a secret may not allow


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to be told once: `key` says which; one of a squad goes to the targets of that squad only."""

    event: str  # failed, late, red, set_aside, digest
    key: str
    title: str
    text: str
    html: str = ""
    squad: str | None = None


@dataclass
class Letter:
    """A message on its way to one target."""

    target: str
    event: str
    title: str
    text: str
    html: str
    quiet: str
    written_at: str
    problem: str = ""  # why it has not arrived yet


@dataclass
class Book:
    """What each target has been told (target -> key -> since when), and the letters that still wait."""

    told: dict[str, dict[str, str]] = field(default_factory=dict)
    waiting: list[Letter] = field(default_factory=list)


BOOK = TypeAdapter(Book)


# ---------------------------------------------------------------- what there is to tell


def tell_of_night(settings: Settings, now: datetime | None = None) -> dict[str, int]:
    """After a publication: runners who are newly red, and the digest with the first night of each week."""
    if not settings.alerts:
        return {}
    now = now or datetime.now(UTC)
    with _without_harm(), database.reader(settings.warehouse) as connection, _open_book(settings) as book:
        found = red_runners(connection, settings) + set_aside_runners(connection, settings)
        squads = {squad for (squad,) in connection.execute("select distinct squad from marts.athletes").fetchall()}
        still: dict[str, set[str]] = {}
        for target in settings.alerts:
            for squad in sorted(set(target.squads) - squads):
                LOG.warning("alerts to %s: no runner is of the squad %r; is it spelt as in squad.csv?", target.target, squad)
            news = [*found, digest(connection, settings, target, now)]
            _write_letters(book, target, news, now)
            still.setdefault(target.target, set()).update(alert.key for alert in news)
        # What is over (a failure, a runner no longer red) is forgotten: should it come again, it is news again.
        for name, keys in still.items():
            book.told[name] = {key: at for key, at in book.told[name].items() if key in keys}
        return _deliver(settings, book, now)
    return {}


def tell_of_failure(settings: Settings, reason: str, now: datetime | None = None) -> dict[str, int]:
    """After a night that published nothing; told once for each reason until a night is published again."""
    text = f"{reason}\n\nThe last good night still stands. `tendonwatch status` says how old it is."
    return _tell(settings, [Alert("failed", f"failed:{reason}", "Tendonwatch: the night failed", text)], now)


def look(settings: Settings, now: datetime | None = None) -> dict[str, int]:
    """Between nights: say so when the last publication is too old, and send what had to wait."""
    now = now or datetime.now(UTC)
    published_at = status.published_at(settings)
    found = []
    if published_at and status.is_late(published_at, now):
        how_far = f"more than {status.LATE_AFTER_H} hours ago" if published_at < now else "which is yet to come: a clock is wrong"
        text = (
            f"The last night was published at {published_at:%Y-%m-%d %H:%M} UTC, {how_far}.\n\n"
            "`tendonwatch status` says what happened since."
        )
        found.append(Alert("late", f"late:{published_at.isoformat()}", "Tendonwatch: no night was published", text))
    return _tell(settings, found, now)


def red_runners(connection: database.Connection, settings: Settings) -> list[Alert]:
    """One alert for each athlete who is red on the published day: the reason, what is next, where to read on."""
    athletes = database.rows(connection, "select athlete_id, name, squad from marts.athletes order by athlete_id")
    pages = site.page_names([athlete["athlete_id"] for athlete in athletes])
    red = database.rows(
        connection,
        """
        select athlete_id, headline, next_action from marts.athlete_status
        where flag = 'red' and load_date = ?
        order by athlete_id
        """,
        [status.newest_night(connection)["as_of_date"]],
    )
    who = {athlete["athlete_id"]: athlete for athlete in athletes}
    found = []
    for row in red:
        athlete = who[row["athlete_id"]]
        name, squad = _one_line(athlete["name"] or athlete["athlete_id"]), _one_line(athlete["squad"])
        link = page_link(settings, f"athletes/{pages[row['athlete_id']]}")
        text = f"{name} ({squad})\n{row['headline']}\nNext: {row['next_action']}\n{link}"
        as_html = (
            f'<p><b><a href="{html.escape(link)}">{html.escape(name)}</a></b> ({html.escape(squad)})<br>'
            f"{html.escape(row['headline'])}<br>Next: {html.escape(row['next_action'])}</p>"
        )
        found.append(
            Alert("red", f"red:{row['athlete_id']}", "Tendonwatch: a runner needs a call today", text, as_html, athlete["squad"])
        )
    return found


def set_aside_runners(connection: database.Connection, settings: Settings) -> list[Alert]:
    """One alert for each athlete whose data could not be judged: which check failed, where to read on."""
    found = []
    for row in database.rows(
        connection,
        """
        select athletes.athlete_id, athletes.name, athletes.squad, aside.table_name, aside.expectation, aside.load_date
        from (select distinct on (athlete_id) * from ops.set_aside order by athlete_id, table_name, expectation) as aside
        inner join marts.athletes as athletes using (athlete_id)
        order by athletes.athlete_id
        """,
    ):
        name, squad = _one_line(row["name"] or row["athlete_id"]), _one_line(row["squad"])
        why = f"{row['table_name']}: {row['expectation']}" + (f" ({row['load_date']})" if row["load_date"] else "")
        link = page_link(settings, "data-quality.html#set-aside")
        said = f"could not be judged today: a check failed, {_one_line(why)}"
        text = f"{name} ({squad}) {said}\nNext: see the data-quality page\n{link}"
        as_html = (
            f"<p><b>{html.escape(name)}</b> ({html.escape(squad)}) {html.escape(said)}"
            f'<br>Next: <a href="{html.escape(link)}">see the data-quality page</a></p>'
        )
        key, title = f"set_aside:{row['athlete_id']}", "Tendonwatch: a runner could not be judged"
        found.append(Alert("set_aside", key, title, text, as_html, row["squad"]))
    return found


def digest(connection: database.Connection, settings: Settings, target: AlertTarget, now: datetime) -> Alert:
    """The morning's message about one target's squads, once in each calendar week."""
    year, week, _ = now.astimezone(ZoneInfo(settings.timezone)).isocalendar()
    message = morning.digest(connection, site_link(settings), target.squads, settings.language)
    return Alert("digest", f"digest:{year}-W{week:02d}:{','.join(target.squads)}", message.subject, message.text, message.html)


def site_link(settings: Settings) -> str:
    """Where the pages are read: base_url where the settings name one, else the folder itself."""
    return settings.base_url or settings.site.as_uri()


def page_link(settings: Settings, page: str) -> str:
    """Where one page is read."""
    return f"{site_link(settings)}/{page}"


def _one_line(text: str) -> str:
    """A name from a file, without what would break a line or a header."""
    return re.sub(r"[\x00-\x1f\x7f\u2028\u2029\s]+", " ", text).strip()[:80]


# ---------------------------------------------------------------- who is told, and when


def _tell(settings: Settings, found: list[Alert], now: datetime | None) -> dict[str, int]:
    if not settings.alerts:
        return {}
    now = now or datetime.now(UTC)
    with _without_harm(), _open_book(settings) as book:
        for target in settings.alerts:
            _write_letters(book, target, found, now)
        return _deliver(settings, book, now)
    return {}


@contextmanager
def _without_harm() -> Iterator[None]:
    """A full disk or a damaged warehouse that keeps alerts from being written must not change how the night ended."""
    try:
        yield
    except (OSError, duckdb.Error) as error:
        LOG.error("alerts could not be made: %s", error)


def _write_letters(book: Book, target: AlertTarget, found: list[Alert], now: datetime) -> None:
    """Put what this target wants and has not been told into letters, one for each kind of event."""
    told = book.told.setdefault(target.target, {})
    for event in target.events:
        news = [
            alert
            for alert in found
            if alert.event == event
            and alert.key not in told
            and (not target.squads or alert.squad is None or alert.squad in target.squads)
        ]
        if not news:
            continue
        title = news[0].title if len(news) == 1 else f"Tendonwatch: {len(news)} runners {TOGETHER[event]}"
        told.update({alert.key: now.isoformat(timespec="seconds") for alert in news})
        text = "\n\n".join(alert.text for alert in news)
        as_html = "".join(alert.html for alert in news)
        written_at = now.isoformat(timespec="seconds")
        book.waiting.append(Letter(target.target, event, title, text, as_html, target.quiet, written_at))


def is_quiet(span: str, now: datetime) -> bool:
    """Whether a local time lies within hh:mm-hh:mm, which may run over midnight; the end is outside."""
    if not span:
        return False
    start, end = (time.fromisoformat(part) for part in span.split("-"))
    clock = now.time()
    return start <= clock < end if start <= end else clock >= start or clock < end


def _deliver(settings: Settings, book: Book, now: datetime) -> dict[str, int]:
    """Send every waiting letter whose target may be disturbed now; what does not arrive goes on waiting."""
    local = now.astimezone(ZoneInfo(settings.timezone))
    named = {target.target for target in settings.alerts}
    counts = {"sent": 0, "waiting": 0, "unreachable": 0}
    still_waiting = []
    unreachable: dict[str, str] = {}  # asked once at each look
    for letter in book.waiting:
        if letter.target not in named:
            continue  # the settings name it no more
        if is_quiet(letter.quiet, local):
            still_waiting.append(letter)
            counts["waiting"] += 1
            continue
        letter.problem = unreachable.get(letter.target) or _send(letter)
        if not letter.problem:
            counts["sent"] += 1
            continue
        unreachable[letter.target] = letter.problem
        counts["unreachable"] += 1
        if abs(now - datetime.fromisoformat(letter.written_at)) < KEPT_TRYING:
            still_waiting.append(letter)
        else:
            LOG.warning("an alert (%s) to %s is given up: %s", letter.event, letter.target, letter.problem)
    for target, problem in unreachable.items():
        LOG.warning("an alert to %s did not arrive: %s", target, problem)
    book.waiting = still_waiting
    return counts


# ---------------------------------------------------------------- one delivery


def address(target: str) -> str:
    """The secret address behind env:NAME or file:PATH. Raises WrongSettings with the remedy, never with the address."""
    kind, _, place = target.partition(":")
    if kind == "env":
        if not os.environ.get(place, "").strip():
            raise WrongSettings(f"alerts: {target}: the environment variable {place} is not set")
        return os.environ[place].strip()
    path = Path(place)
    try:
        if path.stat().st_mode & OTHERS_ONLY:
            raise WrongSettings(f"alerts: {target}: others may read {path}; chmod 600 {path}")
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSettings(f"alerts: {target}: {path} cannot be read ({getattr(error, 'strerror', error)})") from error
    if not text:
        raise WrongSettings(f"alerts: {target}: {path} is empty; write the address into it")
    return text


def reach(target: str) -> Any:
    """The target as apprise knows it. Raises WrongSettings where its address is missing or none."""
    import apprise  # noqa: PLC0415 - nights without a target need none of it

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # its lines hold addresses
    ours = apprise.AppriseAsset(app_id="Tendonwatch", app_desc="Tendonwatch", app_url="", async_mode=False)
    found = apprise.Apprise.instantiate(address(target), asset=ours, suppress_exceptions=True)
    if found is None:
        raise WrongSettings(f"alerts: {target}: what it names is no address that apprise understands, like mailto://...")
    hub = apprise.Apprise(asset=ours)
    hub.add(found)
    return hub


def _send(letter: Letter) -> str:
    """Deliver one letter within its time. Returns why it did not arrive, "" where it did."""
    try:
        target = reach(letter.target)
    except WrongSettings as error:
        return str(error)
    service = target[0]
    is_mail = service.notify_format == "html" and service.service_name not in CHATS
    body, body_format = (letter.html, "html") if is_mail and letter.html else (letter.text, "text")
    if not is_mail:
        service.overflow_mode = "split"  # more than it takes at once comes in parts
    arrived: list[bool] = []

    def notify() -> None:
        try:
            arrived.append(bool(target.notify(title=letter.title, body=body, body_format=body_format)))
        except Exception:  # a plugin's fault must not fail the night; its words may hold the address
            arrived.append(False)

    # A server that answers a byte at a time would hold the night up for ever: the thread is left to itself then.
    thread = threading.Thread(target=notify, daemon=True, name="alert")
    thread.start()
    thread.join(LONGEST_DELIVERY_S)
    if not arrived:
        return f"no answer within {LONGEST_DELIVERY_S:g} s"
    return "" if arrived[0] else "it cannot be reached or refused the message; check its address"


# ---------------------------------------------------------------- the book beside the warehouse


def book_path(published: Path) -> Path:
    """Where it stands what has been told and what waits."""
    return published.with_name(f"{published.stem}-alerts.json")


def try_targets(settings: Settings) -> dict[str, str]:
    """Send every target a word. Returns why it did not arrive for each, "" where it did."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    text = "This is a test: alerts reach you here."
    targets = dict.fromkeys(target.target for target in settings.alerts)
    return {target: _send(Letter(target, "test", "Tendonwatch: a test", text, "", "", now)) for target in targets}


def waiting_letters(settings: Settings) -> list[Letter]:
    """What has not been delivered yet, with the reason where it was tried."""
    return _read_book(book_path(settings.warehouse)).waiting


@contextmanager
def _open_book(settings: Settings) -> Iterator[Book]:
    """The book for one process at a time, written back whole when the block ends, however it ends."""
    path = book_path(settings.warehouse)
    with open_own(path.with_suffix(".lock")) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        book = _read_book(path)
        try:
            yield book
        finally:
            new = path.with_suffix(".new")
            new.unlink(missing_ok=True)
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as stream:  # it holds names
                json.dump({"told": book.told, "waiting": [asdict(letter) for letter in book.waiting]}, stream, indent=1)
                stream.flush()
                os.fsync(stream.fileno())
            new.replace(path)


def _read_book(path: Path) -> Book:
    try:
        book = BOOK.validate_json(path.read_bytes(), strict=True)
        for letter in book.waiting:
            datetime.now(UTC) - datetime.fromisoformat(letter.written_at)
        return book
    except FileNotFoundError:
        return Book()
    except (ValueError, TypeError) as error:
        LOG.warning("%s is damaged (%s) and begun anew: some alerts may come twice", path, type(error).__name__)
        return Book()
