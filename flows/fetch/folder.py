"""Any folder or bucket that fsspec reaches: a synced drive, WebDAV (Nextcloud and others), S3 and what speaks like it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.fetch.keep import safe_path
from flows.fetch.problems import FetchProblem, KeyRefused, LimitReached, NotThere, Outage, WrongAccount
from flows.fetch.sources import Begun, Item
from flows.intake.folder import is_system_folder
from flows.texts import athlete_of

LOGS = re.compile(r"\.(fit|gpx|tcx|csv|json|zip|xml|ics|xlsx|xls|ods)(\.gz)?$", re.IGNORECASE)
CHUNK_BYTES = 1 << 18
CONNECT_S, READ_S = 15, 30
DEEPEST = 12  # folders in folders
REFUSED = {401, 403}
REFUSED_WORDS = re.compile(
    r"Access ?Denied|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|Unauthorized|Forbidden|\b40[13]\b"
)
NOT_HERE = "Look whether the address in accounts.toml is right and the drive is mounted; the next night tries again."


class Folder:
    """The files below one address. The first folder below it names the athlete, unless the account is one athlete's."""

    lists_all = True

    def __init__(self, begun: Begun) -> None:
        self.begun = begun
        account = begun.account
        if not account.url:
            raise WrongAccount(f"{account.name} has no url in accounts.toml", 'Write url = "webdav+https://..." there.')
        self.files, self.root = _opened(account.url, begun)
        if self.files.protocol == ("file", "local") and _overlap(Path(self.root), begun.raw):
            raise WrongAccount(
                f"{account.name} is the input folder, or lies around or in it: its files would be copied again each night",
                "Write the url of a folder that is apart from data/raw.",
            )

    def list_new(self, since: datetime) -> Iterator[Item]:
        """Every log below the address, however old: a drive has no list of what is new."""
        refused: set[str] = set()
        for path, info in self._walk(self.root, 0):
            below = path.removeprefix(self.root).strip("/")
            if not LOGS.search(below) or safe_path(below) is None:
                continue
            athlete_id, name = self._owner_of(below)
            if not athlete_id or not self.begun.belongs(athlete_id):
                refused.add(athlete_id)
                continue
            size = info.get("size")
            yield Item(path, _version_of(info), athlete_id, name, size_bytes=size if isinstance(size, int) else None)
        for athlete_id in sorted(refused):
            self.begun.notes.append(
                f"the folder {athlete_id} there belongs to nobody in squad.csv; add a row for it, or rename it"
                if athlete_id
                else "files outside the athletes' folders there are left; put them into one, or write athlete = in accounts.toml"
            )

    def download(self, item: Item) -> Iterator[bytes]:
        limit = self.begun.limits.file_mb * 1024**2
        if item.size_bytes is not None and item.size_bytes > limit:
            raise NotThere(f"it has more than {self.begun.limits.file_mb} MB")
        self.begun.web.budget.spend()
        taken = 0
        try:
            with self.files.open(item.id, "rb") as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    self.begun.web.budget.check()
                    taken += len(chunk)
                    if taken > limit:
                        raise NotThere(f"it has more than {self.begun.limits.file_mb} MB")
                    yield chunk
        except Exception as error:
            raise self._meaning(error) from None
        if item.size_bytes is not None and taken != item.size_bytes:
            raise Outage(f"{self._place} sent {taken:,} of {item.size_bytes:,} bytes of a file")

    def reached(self) -> str:
        return ""

    @property
    def _place(self) -> str:
        return self.begun.account.name

    def _owner_of(self, below: str) -> tuple[str, str]:
        own = self.begun.account.folders
        if set(own) == {""} and self.begun.account.athlete:
            return own[""], below
        top, _, rest = below.partition("/")
        if not rest:
            return "", below
        return (own.get(top, "") if self.begun.account.athletes else athlete_of(top)), rest

    def _walk(self, folder: str, depth: int) -> Iterator[tuple[str, dict[str, Any]]]:
        self.begun.web.budget.spend()
        try:
            entries = sorted(self.files.ls(folder, detail=True), key=lambda entry: str(entry["name"]))
        except Exception as error:
            raise self._meaning(error) from None
        if not depth and not entries and self.begun.has_kept:  # as a drive is that is not mounted
            raise Outage(f"{self._place} is empty, and files came from there before", NOT_HERE)
        for entry in entries:
            path = str(entry["name"])
            name = path.rstrip("/").rpartition("/")[2]
            if path.strip("/") == folder.strip("/") or name.startswith("."):
                continue
            if entry.get("type") == "directory":
                if not is_system_folder(name) and depth < DEEPEST:
                    yield from self._walk(path, depth + 1)
            else:
                yield path, entry

    def _meaning(self, error: Exception) -> Exception:
        """What an error of a library means; its own text may hold the address or the key, so it is never repeated."""
        if isinstance(error, FetchProblem | LimitReached):
            return error
        status = getattr(getattr(error, "response", None), "status_code", None) or getattr(error, "status_code", None)
        if status in REFUSED or isinstance(error, PermissionError) or REFUSED_WORDS.search(str(error)):
            return KeyRefused(f"{self._place} may not be read with this user and secret")
        if isinstance(error, FileNotFoundError):
            return Outage(f"{self._place} is not there", NOT_HERE)
        return Outage(f"{self._place} does not answer as it should ({type(error).__name__})", NOT_HERE)


def _overlap(one: Path, other: Path) -> bool:
    one, other = one.resolve(), other.resolve()
    return one.is_relative_to(other) or other.is_relative_to(one)


def _version_of(info: dict[str, Any]) -> str:
    """Size, and the mark or time of the last change, as the drive tells them."""
    mark = next((info[key] for key in ("ETag", "etag", "modified", "LastModified", "mtime") if info.get(key)), "")
    return f"{info.get('size')}/{mark.astimezone(UTC).isoformat() if isinstance(mark, datetime) and mark.tzinfo else mark}"


def _opened(url: str, begun: Begun) -> tuple[Any, str]:
    """The file system of an address, and the path of the folder in it."""
    account = begun.account
    scheme, has_scheme, rest = url.partition("://")
    options: dict[str, Any] = {"skip_instance_cache": True}
    if not has_scheme:
        scheme, root = "file", url
    elif scheme.startswith("webdav+"):
        import httpx  # noqa: PLC0415

        auth = (account.user, account.secret_text()) if account.secret else None
        options |= {"base_url": f"{scheme.removeprefix('webdav+')}://{rest}", "auth": auth}
        options["timeout"] = httpx.Timeout(READ_S, connect=CONNECT_S)
        scheme, root = "webdav", ""
    elif scheme == "s3":
        root = rest
        options |= {"key": account.user or None, "secret": account.secret_text() if account.secret else None}
        options |= {"endpoint_url": account.endpoint or None, "anon": not account.secret, "use_listings_cache": False}
        options["config_kwargs"] = {"connect_timeout": CONNECT_S, "read_timeout": READ_S, "retries": {"max_attempts": 4}}
    else:
        root = rest if scheme == "file" else url
        if account.user:
            options["username"] = account.user
        if account.secret:
            options["password"] = account.secret_text()
    import fsspec  # noqa: PLC0415

    try:
        files = fsspec.filesystem(scheme, **options)
    except (ImportError, ValueError) as error:
        why = "needs a package that is not installed" if isinstance(error, ImportError) else "is not known"
        raise WrongAccount(f"{account.name}: {scheme}:// {why}", "docs/fetch.md lists the addresses that work.") from None
    except Exception as error:
        raise Outage(f"{account.name} cannot be reached ({type(error).__name__})") from None
    return files, str(files._strip_protocol(root)).rstrip("/") if scheme != "webdav" else ""
