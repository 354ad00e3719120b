"""Garmin Connect, by the client garminconnect (the extra garmin): original FIT files, those of strength work included.

Garmin offers no interface for this: the client acts as its app does. The runner logs in once with their own second factor
(`tendonwatch accounts login`); what is kept of that are tokens in var/accounts, and never the password.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flows.fetch.problems import FetchProblem, KeyRefused, NotThere, Outage, WrongAccount, WrongAnswer
from flows.fetch.sources import Begun, Item

SPAN = timedelta(days=90)  # of one list of activities
LOGIN = "Run `tendonwatch accounts login {}`."
NO_EXTRA = 'Install it: pip install "tendonwatch[garmin]".'
TELLING = ("startTimeGMT", "activityType", "distance", "duration", "beginTimestamp")
TOKENS = 0o700
logging.getLogger("garminconnect").setLevel(logging.CRITICAL + 1)  # it logs addresses and answers


class Garmin:
    """One runner's account."""

    lists_all = True

    def __init__(self, begun: Begun) -> None:
        self.begun, account = begun, begun.account
        if not account.athlete:
            raise WrongAccount(f"{account.name} names no athlete", 'Write athlete = "..." there.')
        self.athlete_id = account.folders[""]
        tokens = tokens_of(begun.kept, account.name)
        if not tokens.is_dir():
            raise KeyRefused(f"{account.name}: nobody has logged in yet", LOGIN.format(account.name))
        self.client = _client()
        self._asked(lambda: self.client.login(str(tokens)))

    def list_new(self, since: datetime) -> Iterator[Item]:
        # Local dates: a day more at both ends.
        oldest, newest = since.date() - timedelta(days=1), self.begun.now.date() + timedelta(days=1)
        while newest >= oldest:
            first = max(oldest, newest - SPAN)
            found = self._asked(partial(self.client.get_activities_by_date, first.isoformat(), newest.isoformat()))
            if not isinstance(found, list):
                raise WrongAnswer("Garmin Connect answers with something that is not a list of activities")
            for activity in found:
                if isinstance(activity, dict) and (item := self._item_of(activity)) is not None:
                    yield item
            newest = first - timedelta(days=1)

    def download(self, item: Item) -> Iterator[bytes]:
        form = type(self.client).ActivityDownloadFormat.ORIGINAL
        data = self._asked(lambda: self.client.download_activity(item.id, form))
        yield original_in(data, self.begun.limits.file_mb * 1024**2)

    def reached(self) -> str:
        return ""

    def _item_of(self, activity: dict[str, Any]) -> Item | None:
        number = activity.get("activityId")
        if not isinstance(number, int):
            return None
        version = hashlib.sha256(json.dumps([activity.get(name) for name in TELLING]).encode()).hexdigest()[:16]
        return Item(str(number), version, self.athlete_id, f"{number}.fit", _start_of(activity))

    def _asked(self, ask: Callable[[], Any]) -> Any:
        """What the client answers, within the limits. Its errors may hold answers of the service, so they are not repeated."""
        import garminconnect  # noqa: PLC0415

        self.begun.web.budget.spend()
        try:
            return ask()
        except FetchProblem:
            raise
        except garminconnect.GarminConnectAuthenticationError:
            name = self.begun.account.name
            raise KeyRefused(f"{name}: the login is no longer valid", LOGIN.format(name)) from None
        except garminconnect.GarminConnectTooManyRequestsError:
            raise Outage("Garmin Connect asks for fewer requests (429)") from None
        except Exception as error:
            raise Outage(f"Garmin Connect does not answer as it should ({type(error).__name__})") from None


def tokens_of(kept: Path, name: str) -> Path:
    """Where the tokens of an account lie."""
    return kept / f"garmin-{name}"


def log_in(kept: Path, name: str, user: str, password: str, ask_code: Callable[[], str]) -> None:
    """Log in once, and keep the tokens where only their owner reads them. Raises KeyRefused, Outage, WrongAccount."""
    client = _client(user, password, ask_code)
    tokens = tokens_of(kept, name)
    tokens.mkdir(mode=TOKENS, exist_ok=True)
    import garminconnect  # noqa: PLC0415

    try:
        client.login(str(tokens))
    except garminconnect.GarminConnectAuthenticationError:
        raise KeyRefused("Garmin Connect does not accept user, password or code", "Try again.") from None
    except Exception as error:
        raise Outage(f"Garmin Connect does not answer as it should ({type(error).__name__})") from None
    for path in tokens.iterdir():
        path.chmod(0o600)


def original_in(data: Any, limit_bytes: int) -> bytes:
    """The one file of the zip archive that Garmin gives as the original."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) != 1 or members[0].file_size > limit_bytes:
                raise NotThere("its original is not one file of a size that is taken")
            return archive.read(members[0])
    except (zipfile.BadZipFile, TypeError, NotImplementedError, RuntimeError, ValueError):
        raise WrongAnswer("Garmin Connect gives something else than the original file") from None


def _client(*login: Any) -> Any:
    try:
        import garminconnect  # noqa: PLC0415
    except ImportError:
        raise WrongAccount("garminconnect is not installed", NO_EXTRA) from None
    user, password, ask_code = login or (None, None, None)
    return garminconnect.Garmin(user, password, prompt_mfa=ask_code)


def _start_of(activity: dict[str, Any]) -> datetime | None:
    try:
        return datetime.fromisoformat(str(activity.get("startTimeGMT"))).replace(tzinfo=UTC)
    except ValueError:
        return None
