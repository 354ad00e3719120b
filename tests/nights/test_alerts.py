"""Alerts as they arrive: at a real mail server and a real web server on loopback, through apprise."""

from __future__ import annotations

import email
import email.policy
import json
import logging
import os
import re
import socket
import stat
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session

from flows import nightly
from flows.alerts import delivery, news, outbox
from flows.guard import validation
from flows.intake import ingest
from flows.settings import AlertTarget, Settings, WrongSettings, load_settings
from flows.state import database
from tests.lib.squads import Night, night_over, write_files
from tests.nights.test_cli import tendonwatch

DAY = date(2026, 9, 10)
NOON = datetime(2026, 9, 10, 12, tzinfo=UTC)
PASSWORD = "hunter2-of-the-club"
HOSTILE = "Ada <script>alert(1)</script>"


# ---------------------------------------------------------------- receivers


class Mailbox:
    """A mail server that asks for a password and keeps what it gets."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.passwords: set[bytes] = set()

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append(email.message_from_bytes(bytes(envelope.content or b""), policy=email.policy.default))  # type: ignore[arg-type]
        return "250 OK"

    def __call__(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.passwords.add(data.password)
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    box = Mailbox()
    server = Controller(
        box, hostname="127.0.0.1", port=0, authenticator=box, auth_required=True, auth_require_tls=False, ready_timeout=30
    )
    server.port = free_port()
    server.start()
    monkeypatch.setenv(
        "TEAM_MAIL", f"mailto://night:{PASSWORD}@127.0.0.1:{server.port}/?from=night@club.example&to=coach@club.example"
    )
    yield box
    server.stop()


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """A web server that keeps what is posted to it."""
    posted: list[dict[str, Any]] = []

    class Keep(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keep)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("TEAM_HOOK", f"json://127.0.0.1:{server.server_port}/night")
    yield posted
    server.shutdown()
    server.server_close()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


# ---------------------------------------------------------------- a squad of which two are red


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Night]:
    """The same squad on two days: before, and when Ada and Ben have felt a pop in the tendon."""
    folder = tmp_path_factory.mktemp("alerts")
    pop = f"date,side,event\n{DAY},left,pop\n"
    raw = write_files(
        folder / "raw",
        {
            "squad.csv": "athlete_id,name,squad\n"
            f'ada,"{HOSTILE}\nBcc: all@club.example",juniors\nben,Ben,seniors\ncal,Cal,seniors\n',
            "ada/symptoms.csv": pop,
            "ben/symptoms.csv": pop,
        },
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validation, "run_suites", lambda *_: [])
        calm = night_over(raw, folder / "calm", str(DAY - timedelta(days=1)))
        return {"calm": calm, "red": night_over(raw, folder / "red", str(DAY))}


def published(folder: Path, night: Night, *targets: AlertTarget, **more: Any) -> Settings:
    """Settings under which this night is the published one, with an outbox of their own below `folder`."""
    for link, target in ((folder / "warehouse.duckdb", night.warehouse), (folder / "site", night.site)):
        link.unlink(missing_ok=True)
        link.symlink_to(target.resolve())
    return Settings(
        raw=night.settings.raw, warehouse=folder / "warehouse.duckdb", site=folder / "site", alerts=targets, workers=1, **more
    )


def to_hook(**more: Any) -> AlertTarget:
    return AlertTarget(target="env:TEAM_HOOK", **more)


def test_newly_red_runners_are_mailed_once_with_reason_and_link(
    tmp_path: Path, nights: dict[str, Night], mailbox: Mailbox
) -> None:
    target = AlertTarget(target="env:TEAM_MAIL", events=("red",))
    settings = published(tmp_path, nights["red"], target, base_url="https://club.example/tw")
    assert news.send_alerts(settings, NOON)["sent"] == 1
    (mail,) = mailbox.mails
    assert mail["Subject"] == "Tendonwatch: 2 runners need a call today"
    assert (mail["To"], mail["Bcc"]) == ("coach@club.example", None)
    page = mail.get_body(("html",))
    assert page
    html = page.get_content()
    assert "<script" not in html
    assert "Ada &lt;script&gt;" in html
    assert "https://club.example/tw/athletes/ada.html" in html
    assert "Have the tendon examined today" in html  # what sql/seeds/reasons.csv says of a pop

    assert news.send_alerts(settings, NOON + timedelta(days=1))["sent"] == 0
    news.send_alerts(published(tmp_path, nights["calm"], target), NOON + timedelta(days=2))
    assert len(mailbox.mails) == 1
    news.send_alerts(published(tmp_path, nights["red"], target), NOON + timedelta(days=3))
    assert len(mailbox.mails) == 2, "whoever turns red again is news again"


def test_each_squads_coach_hears_of_that_squad_only(
    tmp_path: Path, nights: dict[str, Night], hook: list[dict[str, Any]], mailbox: Mailbox
) -> None:
    juniors = to_hook(events=["red"], squads=["juniors"])
    seniors = AlertTarget(target="env:TEAM_MAIL", events=("red",), squads=("seniors",))
    news.send_alerts(published(tmp_path, nights["red"], juniors, seniors), NOON)
    (posted,) = hook
    assert "Ada" in posted["message"]
    assert "Ben" not in posted["message"]
    assert (nights["red"].site / "athletes/ada.html").name in posted["message"]
    page = mailbox.mails[0].get_body(("html",))
    assert page
    assert "Ben" in page.get_content()
    assert "Ada" not in page.get_content()


def test_what_falls_into_quiet_hours_is_sent_after_them_once(
    tmp_path: Path, nights: dict[str, Night], hook: list[dict[str, Any]]
) -> None:
    target = to_hook(events=["red"], quiet="22:00-07:00")
    settings = published(tmp_path, nights["red"], target, timezone="Europe/Stockholm")
    half_past_two = datetime(2026, 9, 11, 0, 30, tzinfo=UTC)  # 02:30 in Stockholm
    assert news.send_alerts(settings, half_past_two)["waiting"] == 1
    assert news.look(settings, half_past_two + timedelta(hours=4)) == {"sent": 0, "waiting": 1, "unreachable": 0}  # 06:30
    assert hook == []
    assert [message.event for message in outbox.waiting_messages(settings)] == ["red"]
    seven = half_past_two + timedelta(hours=4, minutes=30)
    assert news.look(settings, seven)["sent"] == 1
    assert news.look(settings, seven + timedelta(minutes=5))["sent"] == 0
    assert len(hook) == 1


@pytest.mark.parametrize(
    ("span", "quiet", "loud"),
    [
        ("22:00-07:00", ["22:00", "23:59", "00:00", "06:59"], ["07:00", "12:00", "21:59"]),
        ("12:00-13:30", ["12:00", "13:29"], ["11:59", "13:30", "00:00"]),
        ("", [], ["00:00", "12:00"]),
    ],
)
def test_quiet_hours_may_run_over_midnight(span: str, quiet: list[str], loud: list[str]) -> None:
    for times, expected in ((quiet, True), (loud, False)):
        for at in times:
            assert outbox.is_quiet(span, datetime.fromisoformat(f"2026-09-10T{at}")) is expected, at


def test_the_digest_comes_with_the_first_night_of_each_week(
    tmp_path: Path, nights: dict[str, Night], hook: list[dict[str, Any]]
) -> None:
    settings = published(tmp_path, nights["red"], to_hook(events=["digest"]))
    monday = datetime(2026, 9, 14, 2, 30, tzinfo=UTC)
    for days in range(-4, 10):  # Thursday of the week before, to Wednesday of the week after: three weeks begin or go on
        news.send_alerts(settings, monday + timedelta(days=days))
    assert len(hook) == 3


def test_the_digest_is_the_morning_message_of_the_pages_as_a_mail_and_as_text(
    tmp_path: Path, nights: dict[str, Night], hook: list[dict[str, Any]], mailbox: Mailbox
) -> None:
    by_mail = AlertTarget(target="env:TEAM_MAIL", events=("digest",))
    base = "https://club.example/tw"
    settings = published(tmp_path, nights["red"], by_mail, to_hook(events=["digest"]), base_url=base)
    assert news.send_alerts(settings, NOON)["sent"] == 2
    page, text = ((settings.site / f"digest.{form}").read_text(encoding="utf-8") for form in ("html", "txt"))
    (mail,) = mailbox.mails
    sent = mail.get_body(("html",))
    assert sent
    assert sent.get_content().split() == page.replace('href="', f'href="{base}/').split()
    assert mail["Subject"] == hook[0]["title"] == text.splitlines()[0]
    assert "2 act today" in mail["Subject"]
    assert hook[0]["message"].split() == re.sub(r"(\S+\.html)", rf"{base}/\1", text).split()


def test_a_digest_for_one_squad_speaks_of_that_squad_only(
    tmp_path: Path, nights: dict[str, Night], hook: list[dict[str, Any]], mailbox: Mailbox
) -> None:
    by_mail = AlertTarget(target="env:TEAM_MAIL", events=("digest",), squads=("juniors",))
    settings = published(tmp_path, nights["red"], to_hook(events=["digest"], squads=["seniors"]), by_mail)
    news.send_alerts(settings, NOON)
    (posted,) = hook
    assert posted["title"] == "Tendonwatch Thu 10 Sep: 1 act today"
    assert "Ben" in posted["message"]
    assert "Ada" not in posted["message"]
    assert f"{settings.site.as_uri()}/athletes/ben.html" in posted["message"]
    page = mailbox.mails[0].get_body(("html",))
    assert page
    assert "Ada &lt;script&gt;" in page.get_content()
    assert "Ben" not in page.get_content()


def test_one_target_may_hear_of_two_squads_in_two_messages_each_once(
    tmp_path: Path, nights: dict[str, Night], hook: list[dict[str, Any]]
) -> None:
    blocks = [to_hook(events=["digest"], squads=[squad]) for squad in ("juniors", "seniors")]
    for days in (0, 1):
        news.send_alerts(published(tmp_path, nights["red"], *blocks), NOON + timedelta(days=days))
    assert ["Ben" in one["message"] for one in hook] == [False, True]


def test_a_squad_that_is_nobodys_is_said(
    tmp_path: Path, nights: dict[str, Night], hook: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    target = to_hook(events=["red"], squads=["seniors", "jnuiors"])
    with caplog.at_level(logging.WARNING, "tendonwatch"):
        news.send_alerts(published(tmp_path, nights["red"], target), NOON)
    assert [record.getMessage() for record in caplog.records] == [
        "alerts to env:TEAM_HOOK: no runner is of the squad 'jnuiors'; is it spelt as in squad.csv?"
    ]


def test_a_text_longer_than_a_service_takes_comes_in_parts(
    tmp_path: Path, nights: dict[str, Night], hook: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAM_HOOK", os.environ["TEAM_HOOK"].replace("json://", "ntfy://"))  # which takes 7,800 characters
    settings = published(tmp_path, nights["red"], to_hook(events=["failed"]))
    words = [f"word-{number}" for number in range(2000)]
    assert news.send_failure(settings, " ".join(words), NOON)["sent"] == 1
    assert len(hook) > 1
    assert all(len(part["message"]) <= 7800 for part in hook)
    assert "".join("".join(part["message"].split()) for part in hook).startswith("".join(words))


# ---------------------------------------------------------------- nights that fail, nights that are late


def test_a_failing_night_is_sent_once_until_one_is_published(
    tmp_path: Path, hook: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validation, "run_suites", lambda *_: [])
    raw = write_files(tmp_path / "raw", {"ada/symptoms.csv": f"date,side,event\n{DAY},left,pop\n"})
    settings = Settings(
        raw=raw,
        warehouse=tmp_path / "warehouse.duckdb",
        site=tmp_path / "site",
        workers=1,
        alerts=(to_hook(events=["failed", "red"]),),
    )

    def night_without_input() -> None:
        hidden = raw.rename(tmp_path / "elsewhere")
        with pytest.raises((FileNotFoundError, ingest.InputEmpty)):
            nightly.run_night(settings, str(DAY))
        hidden.rename(raw)

    night_without_input()
    night_without_input()
    assert [one["title"] for one in hook] == ["Tendonwatch: the night failed"]
    assert str(raw) in hook[0]["message"]
    nightly.run_night(settings, str(DAY))
    night_without_input()
    assert [one["title"] for one in hook[1:]] == ["Tendonwatch: a runner needs a call today", "Tendonwatch: the night failed"]
    # Everything but the outbox is lost and made again: what was sent is not sent again.
    database.memory_path(settings.warehouse).unlink()
    settings.warehouse.unlink()
    nightly.run_night(settings, str(DAY), full=True)
    assert len(hook) == 3


def test_no_night_for_26_hours_is_sent_once(tmp_path: Path, nights: dict[str, Night], hook: list[dict[str, Any]]) -> None:
    settings = published(tmp_path, nights["red"], to_hook(events=["late"]))
    at = datetime.fromisoformat(json.loads((settings.site / "status.json").read_text())["published_at"])
    assert news.look(settings, at + timedelta(hours=25, minutes=59))["sent"] == 0
    assert news.look(settings, at + timedelta(hours=26, minutes=1))["sent"] == 1
    assert news.look(settings, at + timedelta(hours=30))["sent"] == 0
    assert "more than 26 hours" in hook[0]["message"]


# ---------------------------------------------------------------- targets that are not there


def test_an_unreachable_target_never_fails_the_night_and_hears_of_it_later(
    tmp_path: Path, nights: dict[str, Night], monkeypatch: pytest.MonkeyPatch, hook: list[dict[str, Any]]
) -> None:
    monkeypatch.setattr(validation, "run_suites", lambda *_: [])
    reachable = os.environ["TEAM_HOOK"]
    monkeypatch.setenv("TEAM_HOOK", f"json://127.0.0.1:{free_port()}/night")
    (tmp_path / "tendonwatch.toml").write_text(
        f'raw = "{nights["red"].settings.raw}"\n[[alerts]]\ntarget = "env:TEAM_HOOK"\nevents = ["red"]\n'
    )
    settings = load_settings(tmp_path)
    outcome = nightly.run_night(settings, str(DAY))
    assert outcome.exit_code == 0
    shown = tendonwatch(tmp_path, "status")
    assert shown.exit_code == 0
    assert "Alert to env:TEAM_HOOK (red) waits: it cannot be reached" in shown.output
    assert tendonwatch(tmp_path, "alerts").exit_code == 1
    monkeypatch.setenv("TEAM_HOOK", reachable)
    assert tendonwatch(tmp_path, "alerts").exit_code == 0
    assert [one["title"] for one in hook] == ["Tendonwatch: 2 runners need a call today"]
    assert outbox.waiting_messages(settings) == []


def test_a_server_that_never_answers_holds_nothing_up(
    tmp_path: Path, nights: dict[str, Night], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "LONGEST_DELIVERY_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("TEAM_HOOK", f"json://127.0.0.1:{silent.getsockname()[1]}/?rto=60")
        settings = published(tmp_path, nights["red"], to_hook())
        began = time.monotonic()
        assert news.send_alerts(settings, NOON)["unreachable"] == 2  # red and digest; the target is asked once
        assert time.monotonic() - began < 5
    (problem,) = {message.problem for message in outbox.waiting_messages(settings)}
    assert problem == "no answer within 0.5 s"


def test_what_cannot_be_delivered_for_three_days_is_given_up(
    tmp_path: Path, nights: dict[str, Night], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEAM_HOOK", raising=False)
    settings = published(tmp_path, nights["red"], to_hook(events=["red"]))
    for hours in (0, 71, 73):
        news.send_alerts(settings, NOON + timedelta(hours=hours))
        assert len(outbox.waiting_messages(settings)) == (hours < 72)


def test_a_damaged_outbox_is_begun_anew(tmp_path: Path, nights: dict[str, Night], hook: list[dict[str, Any]]) -> None:
    settings = published(tmp_path, nights["red"], to_hook(events=["red"]))
    outbox.outbox_path(settings.warehouse).write_text('{"sent": ')
    assert news.send_alerts(settings, NOON)["sent"] == 1
    assert news.send_alerts(settings, NOON)["sent"] == 0


# ---------------------------------------------------------------- secrets


def test_the_address_is_in_no_log_and_no_file_of_ours(
    tmp_path: Path, nights: dict[str, Night], mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("tendonwatch").propagate = True
    settings = published(tmp_path, nights["red"], AlertTarget(target="env:TEAM_MAIL"))
    news.send_alerts(settings, NOON)
    assert mailbox.passwords == {PASSWORD.encode()}
    monkeypatch.setenv("TEAM_MAIL", os.environ["TEAM_MAIL"].replace(PASSWORD, PASSWORD + "-wrong"))
    news.send_failure(settings, "the disk is full", NOON)
    said = "\n".join(record.getMessage() for record in caplog.records if record.name != "mail.log")  # but the server's own
    assert "env:TEAM_MAIL did not arrive" in said
    assert PASSWORD not in said
    assert "Ada" not in said
    path = outbox.outbox_path(settings.warehouse)
    assert PASSWORD not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_address_in_the_settings_is_refused_without_being_repeated(tmp_path: Path) -> None:
    for text in (
        f"mailto://night:{PASSWORD}@mail.example",
        "ntfy://club-topic",
        "env:TENDONWATCH_MAIL",
        "env:no name",
        "secrets/of-mine",
    ):
        (tmp_path / "tendonwatch.toml").write_text(f'[[alerts]]\ntarget = "{text}"\n')
        result = tendonwatch(tmp_path, "check-settings")
        assert result.exit_code == 2
        assert "alerts.0.target" in result.output
        assert "chmod 600" in result.output
        assert text not in result.output


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('events = ["failed", "weekly"]', ["alerts.0.events", "digest"]),
        ('quiet = "22-7"', ["alerts.0.quiet", "22:00-07:00"]),
        ('squad = ["juniors"]', ["alerts.0.squad"]),
    ],
)
def test_a_wrong_key_of_an_alert_is_named(tmp_path: Path, line: str, words: list[str]) -> None:
    (tmp_path / "tendonwatch.toml").write_text(f'[[alerts]]\ntarget = "env:MAIL"\n{line}\n')
    with pytest.raises(WrongSettings) as error:
        load_settings(tmp_path, {})
    for word in words:
        assert word in str(error.value)


def test_a_secret_file_is_for_its_owner_only(tmp_path: Path, hook: list[dict[str, Any]]) -> None:
    secret = tmp_path / "secrets" / "hook"
    secret.parent.mkdir()
    secret.write_text(os.environ["TEAM_HOOK"] + "\n")
    secret.chmod(0o644)
    (tmp_path / "tendonwatch.toml").write_text('[[alerts]]\ntarget = "file:secrets/hook"\n')
    refused = tendonwatch(tmp_path, "check-settings")
    assert refused.exit_code == 2
    assert f"chmod 600 {secret}" in refused.output
    assert os.environ["TEAM_HOOK"] not in refused.output
    secret.chmod(0o600)
    assert tendonwatch(tmp_path, "check-settings").exit_code == 0
    tried = tendonwatch(tmp_path, "alerts", "--test")
    assert (tried.exit_code, "sent" in tried.output) == (0, True)
    assert hook[0]["title"] == "Tendonwatch: a test"


@pytest.mark.parametrize(
    ("content", "words"), [(None, "is not set"), ("no-such-service://x", "not an address that apprise understands")]
)
def test_check_settings_says_which_target_has_no_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None, words: str
) -> None:
    if content:
        monkeypatch.setenv("TEAM_X", content)
    (tmp_path / "tendonwatch.toml").write_text('[[alerts]]\ntarget = "env:TEAM_X"\n')
    result = tendonwatch(tmp_path, "check-settings")
    assert result.exit_code == 2
    assert "env:TEAM_X" in result.output
    assert words in result.output
