"""The content of an alert, as text and as HTML, and the targets of its links."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboards.digest import Digest
from flows.operate.status import LATE_AFTER_H
from flows.settings import Settings

LONGEST_NAME = 80
# Titles of a message about several.
OF_SEVERAL = {
    "red": "runners need a call today",
    "set_aside": "runners could not be judged",
    "account": "accounts cannot be fetched",
}


@dataclass(frozen=True, slots=True)
class Alert:
    """One piece of news, sent once per `key`; with a squad it goes only to the targets of that squad."""

    event: str  # failed, late, account, red, set_aside, digest
    key: str
    title: str
    text: str
    html: str = ""
    squad: str | None = None


def failed(reason: str) -> Alert:
    text = f"{reason}\n\nThe last good night still stands. `tendonwatch status` says how old it is."
    return Alert("failed", f"failed:{reason}", "Tendonwatch: the night failed", text)


def late(published_at: datetime, now: datetime) -> Alert:
    how_far = f"more than {LATE_AFTER_H} hours ago" if published_at < now else "which is yet to come: a clock is wrong"
    text = (
        f"The last night was published at {published_at:%Y-%m-%d %H:%M} UTC, {how_far}.\n\n"
        "`tendonwatch status` says what happened since."
    )
    return Alert("late", f"late:{published_at.isoformat()}", "Tendonwatch: no night was published", text)


def account(name: str, last_success: str | None, problem: str, remedy: str) -> Alert:
    """An account that logs come from, and has not given all that is new for long; not for the targets of single squads."""
    since = f"last success {last_success[:16].replace('T', ' ')} UTC" if last_success else "it never worked"
    text = f"Logs from {_one_line(name)} do not come in: {problem} ({since}).\nNext: {remedy}"
    return Alert("account", f"account:{name}:{last_success}", "Tendonwatch: an account cannot be fetched", text, squad="")


def red(settings: Settings, runner: Mapping[str, Any], page: str) -> Alert:
    """A runner who is red: why, what to do next, and a link to the page."""
    name, squad = _name(runner), _one_line(runner["squad"])
    link = page_link(settings, f"athletes/{page}")
    text = f"{name} ({squad})\n{runner['headline']}\nNext: {runner['next_action']}\n{link}"
    as_html = (
        f'<p><b><a href="{html.escape(link)}">{html.escape(name)}</a></b> ({html.escape(squad)})<br>'
        f"{html.escape(runner['headline'])}<br>Next: {html.escape(runner['next_action'])}</p>"
    )
    key, title = f"red:{runner['athlete_id']}", "Tendonwatch: a runner needs a call today"
    return Alert("red", key, title, text, as_html, runner["squad"])


def set_aside(settings: Settings, runner: Mapping[str, Any]) -> Alert:
    """A runner whose data could not be judged: the failed check, and a link to the page."""
    name, squad = _name(runner), _one_line(runner["squad"])
    why = f"{runner['table_name']}: {runner['expectation']}" + (f" ({runner['load_date']})" if runner["load_date"] else "")
    link = page_link(settings, "data-quality.html#set-aside")
    said = f"could not be judged today: a check failed, {_one_line(why)}"
    text = f"{name} ({squad}) {said}\nNext: see the data-quality page\n{link}"
    as_html = (
        f"<p><b>{html.escape(name)}</b> ({html.escape(squad)}) {html.escape(said)}"
        f'<br>Next: <a href="{html.escape(link)}">see the data-quality page</a></p>'
    )
    key, title = f"set_aside:{runner['athlete_id']}", "Tendonwatch: a runner could not be judged"
    return Alert("set_aside", key, title, text, as_html, runner["squad"])


def digest(message: Digest, week: str, squads: tuple[str, ...]) -> Alert:
    """The morning's message about one target's squads, once per calendar week."""
    return Alert("digest", f"digest:{week}:{','.join(squads)}", message.subject, message.text, message.html)


def title_of(alerts: list[Alert]) -> str:
    """The title of a message that holds alerts of one event."""
    return alerts[0].title if len(alerts) == 1 else f"Tendonwatch: {len(alerts)} {OF_SEVERAL[alerts[0].event]}"


def site_link(settings: Settings) -> str:
    """Where the pages are read: base_url if set, else the folder itself."""
    return settings.base_url or settings.site.as_uri()


def page_link(settings: Settings, page: str) -> str:
    """Where one page is read."""
    return f"{site_link(settings)}/{page}"


def _name(runner: Mapping[str, Any]) -> str:
    return _one_line(runner["name"] or runner["athlete_id"])


def _one_line(text: str) -> str:
    """A name from a file, without characters that would break a line or a mail header."""
    return re.sub(r"[\x00-\x1f\x7f\u2028\u2029\s]+", " ", text).strip()[:LONGEST_NAME]
