"""A mailbox on a real IMAP server (Debian's dovecot) over TLS: whose mail counts, what of it, and that nothing in it changes."""

from __future__ import annotations

import imaplib
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pytest

from flows.fetch.mailbox import is_authentic, sender_of
from tests.fetch.conftest import Project

PASSWORD = "s3cret-of-the-mail"
SERVER = "mail.club.example"
PASSED = f"{SERVER}; spf=pass smtp.mailfrom=kim@runner.example; dmarc=pass (p=none) header.from=runner.example"
RUN = b"started_at,distance_km,moving_time\n2026-09-01 08:00,8.0,0:45:00\n"
CONFIG = """
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 0
{users}
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""


@dataclass
class Mail:
    """The running server and one user's mailbox."""

    port: int
    folder: Path

    def connect(self) -> imaplib.IMAP4_SSL:
        context = ssl.create_default_context(cafile=str(self.folder / "cert.pem"))
        connection = imaplib.IMAP4_SSL("localhost", self.port, ssl_context=context, timeout=20)
        connection.login("logs@club.example", PASSWORD)
        return connection

    def deliver(self, *letters: EmailMessage) -> None:
        connection = self.connect()
        for letter in letters:
            connection.append("INBOX", "", "", letter.as_bytes())
        connection.logout()

    def flags(self) -> list[bytes]:
        """Number and flags of every mail: what would show that something was read, marked or deleted."""
        connection = self.connect()
        connection.select("INBOX", readonly=True)
        found = connection.uid("FETCH", "1:*", "(UID FLAGS)")[1]
        connection.logout()
        return [b"".join(line.split(b"\\Recent")) for line in found if isinstance(line, bytes)]


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Mail]:
    program = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None or shutil.which("openssl") is None:
        pytest.skip("no dovecot (dovecot-imapd) or no openssl on this machine")
    folder = Path(tempfile.mkdtemp(prefix="imap-", dir="/tmp"))  # the path of a socket has to be short
    folder.chmod(0o755)
    key, certificate = str(folder / "key.pem"), str(folder / "cert.pem")
    asked = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*asked, *names], check=True, capture_output=True)
    (folder / "mail").mkdir()
    is_root = os.geteuid() == 0
    if is_root:  # dovecot lets nobody read mail as root
        shutil.chown(folder / "mail", "nobody")
    user, group = ("nobody", "nogroup") if is_root else (os.geteuid(), os.getegid())
    own = "" if is_root else f"default_internal_user = {os.environ['USER']}\ndefault_login_user = {os.environ['USER']}"
    (folder / "users").write_text(f"logs@club.example:{{PLAIN}}{PASSWORD}::\n", encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "conf").write_text(CONFIG.format(folder=folder, users=own, user=user, group=group, port=port), encoding="utf-8")
    server = subprocess.Popen([program, "-F", "-c", folder / "conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            break
        time.sleep(0.1)
    yield Mail(port, folder)
    server.terminate()
    server.wait()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def mail(dovecot: Mail, project: Project, monkeypatch: pytest.MonkeyPatch) -> Mail:
    """The mailbox, empty, as an account of the project."""
    connection = dovecot.connect()
    connection.select("INBOX")
    if connection.search(None, "ALL")[1] != [b""]:
        connection.store("1:*", "+FLAGS", "\\Deleted")
        connection.expunge()
    connection.logout()
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.folder / "cert.pem"))
    (project.raw / "squad.csv").write_text(
        "athlete_id,email\nkim,Kim@Runner.example\nole,ole@runner.example\nada,both@runner.example\nbo,both@runner.example\n",
        encoding="utf-8",
    )
    configure(project, dovecot)
    return dovecot


def configure(project: Project, mail: Mail, limits: str = "", password: str = PASSWORD, server: str = SERVER) -> None:
    project.accounts(
        f'{limits}\n[[accounts]]\nsource = "mailbox"\nurl = "imaps://localhost:{mail.port}/INBOX"\nuser = "logs@club.example"\n'
        f'authserv = "{server}"\nsecret = "file:secrets/mail"\n',
        mail=password,
    )


@dataclass
class Letter:
    sender: str = "Kim <kim@runner.example>"
    results: str | None = PASSED
    files: dict[str, bytes] = field(default_factory=lambda: {"runs.csv": RUN})

    def made(self) -> EmailMessage:
        message = EmailMessage()
        if self.results is not None:
            message["Authentication-Results"] = self.results
        message["From"] = self.sender
        message["Subject"] = "my runs"
        message.set_content("Here they are")
        for name, data in self.files.items():
            message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
        return message


def names(project: Project) -> list[str]:
    """The files, without what tells one mail from another."""
    return sorted(f"{path.split('/')[0]}/{path.rpartition('-')[2]}" for path in project.files())


def test_logs_are_filed_under_their_sender_once_and_the_mailbox_stays_as_it_is(project: Project, mail: Mail) -> None:
    mail.deliver(
        Letter().made(),
        Letter(files={"runs.csv": RUN + b"#", "photo.jpg": b"x", "../../squad.csv": b"athlete_id\nzoe\n"}).made(),
        Letter("ole@runner.example", files={"morning.gpx": b"<gpx/>"}).made(),
    )
    before = mail.flags()
    (standing,) = project.fetch().standings
    assert standing.problem == ""
    assert names(project) == ["kim/runs.csv", "kim/runs.csv", "kim/squad.csv", "ole/morning.gpx"]
    assert set(project.files().values()) == {RUN, RUN + b"#", b"athlete_id\nzoe\n", b"<gpx/>"}
    assert mail.flags() == before
    assert project.fetch().standings[0].new_files == 0
    mail.deliver(Letter(files={"later.csv": RUN}).made())
    assert project.fetch().standings[0].new_files == 1


def test_mail_that_nobody_vouches_for_brings_nothing(project: Project, mail: Mail) -> None:
    mail.deliver(
        Letter("Stranger <eve@elsewhere.example>", PASSED).made(),
        Letter("both@runner.example").made(),
        Letter(results=None).made(),
        Letter(results=PASSED.replace("pass", "fail")).made(),
        Letter(results=PASSED.replace(SERVER, "mx.elsewhere.example")).made(),
    )
    (standing,) = project.fetch().standings
    assert (standing.withheld, standing.problem) == (5, "")
    assert project.files() == {}


def test_a_forged_line_below_that_of_the_own_server_is_not_believed(project: Project, mail: Mail) -> None:
    honest = Letter(results=f"{SERVER}; dmarc=fail header.from=runner.example").made().as_bytes()
    forged = b"Authentication-Results: " + PASSED.encode() + b"\n"
    first, rest = honest.split(b"\n", 1)
    letter = BytesParser(policy=default).parsebytes(first + b"\n" + forged + rest)
    assert len(letter.get_all("Authentication-Results") or []) == 2
    mail.deliver(letter)
    project.fetch()
    assert project.files() == {}


def test_limits_of_size_and_number_hold(project: Project, mail: Mail) -> None:
    mail.deliver(
        Letter(files={"big.csv": bytes(2 * 1024**2)}).made(),
        Letter(files={f"{number}.csv": RUN + b"%d" % number for number in range(23)}).made(),
    )
    configure(project, mail, "[limits]\nfile_mb = 1\nfiles = 12")
    told = [project.fetch() for _ in range(3)]
    assert len(project.files()) == 20
    assert [one.standings[0].new_files for one in told] == [12, 8, 0]
    assert told[1].standings[0].withheld == 1
    assert "more than 20 files" in told[1].notes[0]


@pytest.mark.parametrize(("password", "kind"), [("wrong-s3cret", "key"), ("pässword", "settings")])
def test_a_wrong_password_is_a_wrong_key_and_stands_nowhere(
    project: Project, mail: Mail, written: Callable[[], str], password: str, kind: str
) -> None:
    configure(project, mail, password=password)
    fetched = project.fetch()
    assert fetched.standings[0].kind == kind
    assert password not in written() and password not in str(fetched)


def test_a_certificate_that_nobody_vouches_for_gets_no_password(
    project: Project, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    (standing,) = project.fetch().standings
    assert standing.kind == "outage"
    assert "certificate" in standing.problem
    assert "Login" not in (mail.folder / "log").read_text(encoding="utf-8").splitlines()[-1]


@pytest.mark.parametrize(
    ("results", "is_believed"),
    [
        (f"{SERVER}; dmarc=pass header.from=runner.example", True),
        (f"{SERVER}; dmarc=pass", False),
        (f"{SERVER} 1; dkim=pass header.d=runner.example header.s=x", True),
        (f"{SERVER}; dkim=pass header.i=@runner.example", True),
        (f"{SERVER}; spf=pass smtp.mailfrom=bounce@runner.example", True),
        (f"{SERVER}; dmarc=none; dkim=pass (2048 bit; dmarc=pass) header.d=evil.example", False),
        (f"{SERVER}; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=x@evil.example", False),
        (f"{SERVER}; dmarc=pass header.from=evil.example", False),
        (f"{SERVER}; spf=pass smtp.helo=runner.example", False),
        (f"{SERVER}.evil.example; dmarc=pass header.from=runner.example", False),
        (f"({SERVER}) evil.example; dmarc=pass header.from=runner.example", False),
        (f"{SERVER}; none", False),
        ("", False),
    ],
)
def test_only_the_own_servers_word_for_the_senders_domain_counts(results: str, is_believed: bool) -> None:
    headers = BytesParser(policy=default).parsebytes(f"Authentication-Results: {results}\nFrom: kim@runner.example\n\n".encode())
    assert is_authentic(headers, SERVER) is is_believed


@pytest.mark.parametrize(
    ("lines", "sender"),
    [
        ("From: Kim <KIM@Runner.example>\n", "kim@runner.example"),
        ("From: kim@runner.example, ole@runner.example\n", ""),
        ("From: kim@runner.example\nFrom: ole@runner.example\n", ""),
        ("From: kim@runner.example <eve@evil.example>\n", ""),
        ('From: "kim@runner.example" <eve@evil.example>\n', "eve@evil.example"),
        ("From: \n", ""),
        ("", ""),
    ],
)
def test_a_sender_is_one_address_of_one_line(lines: str, sender: str) -> None:
    assert sender_of(BytesParser(policy=default).parsebytes(f"{lines}Subject: x\n\n".encode())) == sender
