"""Garmin Connect: what we ask of the client garminconnect, and what becomes of its answers and errors.

The client is replaced by one with its names (cyberjunky/python-garminconnect: get_activities_by_date, download_activity, which
gives a zip archive). Its login and the service itself were not tried.
"""

from __future__ import annotations

import io
import stat
import zipfile
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from click.testing import CliRunner

from flows.cli import main
from flows.fetch import garmin
from flows.fetch.problems import NotThere, WrongAnswer
from tests.fetch.conftest import Project

NOW = datetime(2026, 9, 20, 2, 30, tzinfo=UTC)
FIT = b"\x0e\x20....\x00\x00.FIT"
ACCOUNT = '[limits]\nfirst_days = 200\n[[accounts]]\nsource = "garmin"\nathlete = "kim"\nuser = "kim@runner.example"\n'


class Refused(Exception):
    pass


class TooMany(Exception):
    pass


class Client:
    """Has the names of the real client."""

    class ActivityDownloadFormat(Enum):
        ORIGINAL = auto()

    activities: ClassVar[list[dict[str, Any]]] = []
    error: Exception | None = None
    asked: ClassVar[list[str]] = []

    def __init__(self, user: str | None, password: str | None, prompt_mfa: Any = None) -> None:
        self.said = user, password, prompt_mfa

    def login(self, tokenstore: str) -> None:
        if self.error:
            raise self.error
        if self.said[1] is not None:
            assert self.said[2]() == "123456"
            (__import__("pathlib").Path(tokenstore) / "tokens.json").write_text("t0ken", encoding="utf-8")

    def get_activities_by_date(self, first: str, last: str) -> list[dict[str, Any]]:
        return [one for one in self.activities if first <= one["startTimeLocal"][:10] <= last]

    def download_activity(self, number: str, form: Any) -> bytes:
        assert form is Client.ActivityDownloadFormat.ORIGINAL
        self.asked.append(number)
        return zipped({f"{number}_ACTIVITY.fit": FIT + number.encode()})


def zipped(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return held.getvalue()


def activity(number: int, day: str, **said: Any) -> dict[str, Any]:
    return {
        "activityId": number,
        "startTimeGMT": f"{day} 06:00:00",
        "startTimeLocal": f"{day} 08:00:00",
        "distance": 8000.0,
    } | said


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch, project: Project) -> type[Client]:
    module = SimpleNamespace(Garmin=Client, GarminConnectAuthenticationError=Refused, GarminConnectTooManyRequestsError=TooMany)
    monkeypatch.setitem(__import__("sys").modules, "garminconnect", module)
    monkeypatch.setattr(Client, "activities", [])
    monkeypatch.setattr(Client, "asked", [])
    monkeypatch.setattr(Client, "error", None)
    project.accounts(ACCOUNT)
    return Client


def log_in(project: Project) -> Any:
    return CliRunner().invoke(
        main, ["--folder", str(project.folder), "accounts", "login", "garmin"], input="s3cret-of-kim\n123456\n"
    )


def test_who_logged_in_once_gets_the_originals_once(project: Project, client: type[Client]) -> None:
    (standing,) = project.fetch(now=NOW).standings
    assert (standing.kind, standing.remedy) == ("key", "Run `tendonwatch accounts login garmin`.")
    result = log_in(project)
    assert (result.exit_code, "s3cret-of-kim" in result.output) == (0, False)
    tokens = project.folder / "var" / "accounts" / "garmin-garmin"
    assert stat.S_IMODE(tokens.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in tokens.iterdir()] == [0o600]
    client.activities = [activity(1, "2026-09-18"), activity(2, "2026-04-01")]
    project.fetch(now=NOW)
    assert project.files() == {"kim/garmin/1.fit": FIT + b"1", "kim/garmin/2.fit": FIT + b"2"}
    client.asked.clear()
    client.activities = [activity(1, "2026-09-18")]
    (standing,) = project.fetch(now=NOW + timedelta(days=1)).standings
    assert (client.asked, standing.problem, standing.deleted) == ([], "", 0)


@pytest.mark.parametrize(("error", "kind"), [(Refused("x"), "key"), (TooMany("x"), "outage"), (OSError("kim@x"), "outage")])
def test_an_error_of_the_client_is_told_apart_and_not_repeated(
    project: Project, client: type[Client], error: Exception, kind: str
) -> None:
    log_in(project)
    client.error = error
    (standing,) = project.fetch(now=NOW).standings
    assert standing.kind == kind
    assert "kim@x" not in standing.problem


def test_only_one_whole_file_is_an_original() -> None:
    assert garmin.original_in(zipped({"1.fit": FIT}), 100) == FIT
    for several in (zipped({}), zipped({"1.fit": FIT, "2.fit": FIT}), zipped({"1.fit": bytes(101)})):
        with pytest.raises(NotThere):
            garmin.original_in(several, 100)
    for broken in (b"<html>", zipped({"1.fit": FIT})[:40], None):
        with pytest.raises(WrongAnswer):
            garmin.original_in(broken, 100)
