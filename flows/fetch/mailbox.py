"""A mailbox over IMAP with TLS: logs that runners attach to a mail, filed under whoever of squad.csv has the sender's address.

A From line is easily forged, so only mail counts of which our own server (authserv) says in Authentication-Results that the
sender's domain sent it. The mailbox is opened for reading only: nothing is deleted, moved or marked.
"""

from __future__ import annotations

import email.policy
import hashlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from urllib.parse import unquote, urlsplit

from flows.fetch.folder import LOGS
from flows.fetch.problems import KeyRefused, Outage, WrongAccount, WrongAnswer
from flows.fetch.sources import Begun, Item
from flows.squad.people import athletes_by_email

TIMEOUT_S, PORT = 30, 993
MOST_ATTACHMENTS = 20  # of one mail
AT_ONCE = 100  # mails whose heads are asked for in one request
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
AS_MAIL = 1.4  # an attachment grows by a third on its way
HEADERS = "(UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS (FROM AUTHENTICATION-RESULTS)])"
UID, SIZE = re.compile(rb"UID (\d+)"), re.compile(rb"RFC822\.SIZE (\d+)")
NOBODY = "its sender's address is not in the column email of squad.csv"
FORGED = "its own mail server does not say that the sender's domain sent it"
TOO_LARGE = "it is larger than file_mb in accounts.toml"


class Mailbox:
    """One mailbox, for the whole squad."""

    lists_all = False  # a mail that somebody deletes takes nothing with it

    def __init__(self, begun: Begun) -> None:
        self.begun, self.account = begun, begun.account
        place = urlsplit(self.account.url)
        if place.scheme != "imaps" or not place.hostname or not self.account.user:
            raise WrongAccount(f"{self.account.name} needs url and user", 'Write url = "imaps://mail.example/INBOX" there.')
        if not self.account.authserv:
            raise WrongAccount(
                f"{self.account.name} does not say which server checks the senders",
                'Write authserv = "..." there: the name at the beginning of Authentication-Results in a mail that came in.',
            )
        self.host, self.port = place.hostname, place.port or PORT
        self.folder = unquote(place.path.strip("/")) or "INBOX"
        self.people = athletes_by_email(begun.raw)
        self.parts: dict[str, bytes] = {}

    def list_new(self, since: datetime) -> Iterator[Item]:
        connection = self._connect()
        try:
            yield from self._mails(connection, since)
        except (imaplib.IMAP4.error, OSError) as error:
            raise Outage(f"{self.host} does not answer as it should ({type(error).__name__})") from None
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                connection.logout()

    def download(self, item: Item) -> Iterator[bytes]:
        yield self.parts.pop(item.id)

    def reached(self) -> str:
        return ""

    def _connect(self) -> imaplib.IMAP4_SSL:
        self.begun.web.budget.spend()
        secret = self.account.secret_text()
        try:
            connection = imaplib.IMAP4_SSL(self.host, self.port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT_S)
        except ssl.SSLCertVerificationError:
            raise Outage(f"the certificate of {self.host} is not valid, so nothing was sent there") from None
        except OSError as error:
            raise Outage(f"{self.host} cannot be reached ({type(error).__name__})") from None
        try:
            connection.login(self.account.user, secret)
        except imaplib.IMAP4.abort as error:
            raise Outage(f"{self.host} hung up ({type(error).__name__})") from None
        except imaplib.IMAP4.error:  # its text may hold the password
            raise KeyRefused(f"{self.host} does not accept user and password") from None
        except UnicodeEncodeError:
            raise WrongAccount(f"{self.account.name}: the user or password has letters that IMAP's login cannot send") from None
        return connection

    def _mails(self, connection: imaplib.IMAP4_SSL, since: datetime) -> Iterator[Item]:
        """Every new attachment, mail by mail, and a mark for each mail that was looked through."""
        state, _ = connection.select(_quoted(self.folder), readonly=True)
        if state != "OK":
            raise WrongAccount(f"{self.account.name}: there is no folder {self.folder} in the mailbox")
        (validity,) = connection.response("UIDVALIDITY")[1]
        day = f"{since.day:02d}-{MONTHS[since.month - 1]}-{since.year}"
        _, (found,) = connection.uid("SEARCH", f"SINCE {day}")
        mailbox = (validity or b"").decode()
        new = [uid for uid in (found or b"").decode().split() if not self.begun.known(f"{mailbox}/{uid}")]
        for first in range(0, len(new), AT_ONCE):
            self.begun.web.budget.spend()
            for told in connection.uid("FETCH", ",".join(new[first : first + AT_ONCE]), HEADERS)[1]:
                if isinstance(told, tuple):  # else the mail was deleted in the meantime, or it is the end of an answer
                    yield from self._of_mail(connection, mailbox, told)

    def _of_mail(self, connection: imaplib.IMAP4_SSL, mailbox: str, told: tuple[bytes, bytes]) -> Iterator[Item]:
        number, size = UID.search(told[0]), SIZE.search(told[0])
        if number is None or size is None:
            raise WrongAnswer(f"{self.host} does not say which mail it tells of")
        uid = number[1].decode()
        mail = f"{mailbox}/{uid}"
        headers = BytesParser(policy=email.policy.default).parsebytes(told[1])
        athlete_id = self.people.get(sender_of(headers), "")
        if not athlete_id or not self.begun.belongs(athlete_id):
            yield Item(mail, "1", "", "", withheld=NOBODY)
        elif not is_authentic(headers, self.account.authserv):
            yield Item(mail, "1", "", "", withheld=FORGED)
        elif int(size[1]) > AS_MAIL * self.begun.limits.file_mb * 1024**2:
            yield Item(mail, "1", "", "", withheld=TOO_LARGE)
        else:
            self.begun.web.budget.spend()
            body = connection.uid("FETCH", uid, "(BODY.PEEK[])")[1]
            if not body or not isinstance(body[0], tuple):
                raise WrongAnswer(f"{self.host} does not give a mail that it lists")
            yield from self._attachments(bytes(body[0][1]), mail, athlete_id)
            yield Item(mail, "1", athlete_id, "")

    def _attachments(self, data: bytes, mail: str, athlete_id: str) -> Iterator[Item]:
        message = BytesParser(policy=email.policy.default).parsebytes(data)
        names = 0
        for number, part in enumerate(message.walk()):
            name = (part.get_filename() or "").replace("\\", "/").rpartition("/")[2]
            if not LOGS.search(name) or part.is_multipart():
                continue
            names += 1
            if names > MOST_ATTACHMENTS:
                self.begun.notes.append(f"a mail of {athlete_id} has more than {MOST_ATTACHMENTS} files; send the others anew")
                return
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and content:
                # Two mails with a file of one name hold two files, and neither is an edit of the other.
                item_id = f"{mail}/{number}"
                own = f"mail-{hashlib.sha256(item_id.encode()).hexdigest()[:10]}-{name}"
                self.parts[item_id] = content
                yield Item(item_id, "1", athlete_id, own)


def sender_of(headers: EmailMessage) -> str:
    """The one address of the one From line, in small letters; "" if there are more, none, or the line is malformed."""
    lines = [line for line in headers.get_all("From") or [] if not getattr(line, "defects", ())]
    if len(lines) != len(headers.get_all("From") or []):
        return ""
    addresses: tuple[Address, ...] = getattr(lines[0], "addresses", ()) if len(lines) == 1 else ()
    return addresses[0].addr_spec.lower() if len(addresses) == 1 else ""


def is_authentic(headers: EmailMessage, authserv: str) -> bool:
    """Whether the newest Authentication-Results is of our own server, and says that the sender's domain sent the mail.

    Each server on the way puts its own above the others: what stands below the first may be the sender's own invention.
    """
    lines = headers.get_all("Authentication-Results") or []
    if not lines:
        return False
    server, *results = _without_comments(str(lines[0])).split(";")
    if server.split()[:1] != [authserv.lower()]:
        return False
    domain = sender_of(headers).rpartition("@")[2]
    return bool(domain) and any(_says_pass(result.split(), domain) for result in results)


def _says_pass(words: list[str], domain: str) -> bool:
    """Whether one method passed for this domain: DMARC, or DKIM or SPF of the very domain."""
    if not words:
        return False
    said = dict(word.split("=", 1) for word in words[1:] if "=" in word)
    if words[0] == "dmarc=pass":
        return said.get("header.from") == domain
    if words[0] == "dkim=pass":
        return said.get("header.d", said.get("header.i", "").rpartition("@")[2]) == domain
    return words[0] == "spf=pass" and said.get("smtp.mailfrom", "").rpartition("@")[2] == domain


def _without_comments(text: str) -> str:
    """In small letters, on one line, without (comments) and quotation marks."""
    flat = " ".join(text.lower().split())
    while (shorter := re.sub(r"\([^()]*\)", " ", flat)) != flat:
        flat = shorter
    return flat.replace('"', "")


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
