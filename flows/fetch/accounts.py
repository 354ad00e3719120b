"""accounts.toml: which accounts are asked for logs, for whom, and where their secrets lie."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from flows.fetch.problems import WrongAccount
from flows.intake.folder import is_system_folder
from flows.nearest import did_you_mean
from flows.readers import sports
from flows.settings import ENVIRONMENT_PREFIX, Settings, WrongSettings
from flows.squad.own_tables import read_own_table
from flows.squad.people import PEOPLE
from flows.state.secret_text import read_secret
from flows.texts import athlete_of

SourceName = Literal["folder", "garmin", "hevy", "intervals", "mailbox"]
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class Account(BaseModel):
    """One account: its source, whose it is, and where its secret lies; which keys a source needs is in docs/fetch.md."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: SourceName
    name: str = ""  # also the folder of its files below the athlete's; the source's name by default
    athlete: str = ""
    athletes: dict[str, str] = Field(default_factory=dict)  # of an account that sees several: their id there -> athlete_id
    secret: str = ""  # file:PATH or env:NAME
    user: str = ""
    url: str = ""
    authserv: str = ""  # of a mailbox: the server that vouches for senders
    endpoint: str = ""  # of a bucket that is not Amazon's
    enabled: bool = True

    @field_validator("secret")
    @classmethod
    def _is_no_secret(cls, text: str) -> str:
        kind, _, place = text.partition(":")
        is_named = kind == "env" and re.fullmatch(r"[A-Za-z_]\w*", place) and not place.startswith(ENVIRONMENT_PREFIX)
        if text and not is_named and not (kind == "file" and place):
            # The error does not repeat the text: it may be the secret.
            raise ValueError(
                "a key or password has no place here; put it into a file that only you can read (chmod 600) and write "
                'secret = "file:secrets/NAME", or into an environment variable and write secret = "env:NAME"'
            )
        return text

    @field_validator("url", "endpoint")
    @classmethod
    def _holds_no_secret(cls, text: str) -> str:
        if re.match(r"[a-z0-9+.-]+://[^/]*@", text, re.IGNORECASE):
            raise ValueError("an address has no place for a user or password; write them as user and secret")
        return text

    @model_validator(mode="before")
    @classmethod
    def _named(cls, values: Any) -> Any:
        if isinstance(values, dict) and not values.get("name"):
            return values | {"name": values.get("source", "")}
        return values

    @field_validator("name")
    @classmethod
    def _names_a_folder(cls, text: str) -> str:
        if not NAME.fullmatch(text):
            raise ValueError(f"{text!r} becomes the name of a folder; write small letters, digits, - and _, at most 40")
        if sports.sport_in_names(text):
            raise ValueError(f"{text!r} names a sport, and every file in a folder of that name would be of it")
        return text

    @model_validator(mode="after")
    def _is_of_folders_of_the_squad(self) -> Account:
        if self.athlete and self.athletes:
            raise ValueError("athlete and athletes both say whose it is; write one of them")
        for name in filter(None, [self.athlete, *self.athletes.values()]):
            if is_system_folder(athlete_of(name)) or "/" in name or "\\" in name:
                raise ValueError(f"the athlete {name!r} is no folder in data/raw; write an athlete_id")
        return self

    @property
    def folders(self) -> dict[str, str]:
        """Who the account is of: id there -> athlete_id; "" is the account itself."""
        return {key: athlete_of(name) for key, name in self.athletes.items()} or {"": athlete_of(self.athlete)}

    def secret_text(self) -> str:
        """The key or password. Raises WrongAccount with the remedy, never the secret."""
        if not self.secret:
            raise WrongAccount(f"{self.name} has no secret in accounts.toml", 'Write secret = "file:secrets/NAME" there.')
        try:
            return read_secret(self.secret, f"accounts: {self.name}", "the key")
        except WrongSettings as error:
            raise WrongAccount(str(error)) from error


class Limits(BaseModel):
    """How much a night may ask for: what is left comes in the nights after."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    minutes: float = Field(default=20, gt=0, le=50)
    requests: int = Field(default=1500, ge=1)  # of one account in one night
    files: int = Field(default=1000, ge=1)  # likewise
    file_mb: int = Field(default=100, ge=1, le=512)  # a larger one is left
    overlap_days: int = Field(default=14, ge=1, le=365)  # what is looked through again for edits, deletions and late uploads
    first_days: int = Field(default=3653, ge=1, le=36525)  # how far back the first fill goes

    @property
    def overlap(self) -> timedelta:
        return timedelta(days=self.overlap_days)


class Accounts(BaseModel):
    """The file as a whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limits: Limits = Limits()
    accounts: tuple[Account, ...] = ()

    @property
    def enabled(self) -> list[Account]:
        return [account for account in self.accounts if account.enabled]


def load_accounts(settings: Settings) -> Accounts:
    """Read accounts.toml; no accounts where there is no such file. Raises WrongSettings naming the account and the remedy."""
    path = settings.accounts
    if not path.is_file():
        return Accounts()
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongSettings(f"{path}: not readable as TOML: {error}") from error
    except OSError as error:
        raise WrongSettings(f"{path}: cannot be read ({error.strerror})") from error
    try:
        accounts = Accounts.model_validate(values)
    except ValidationError as error:
        raise WrongSettings(f"{path}: {_explained(error, values)}") from None  # pydantic's own text repeats what was written
    names = [account.name for account in accounts.accounts]
    for name in names:
        if names.count(name) > 1:
            raise WrongSettings(f"{path}: two accounts are called {name!r}; give each a name of its own (name = ...)")
    return accounts.model_copy(update={"accounts": tuple(_placed(account, path.parent) for account in accounts.accounts)})


def _explained(error: ValidationError, values: dict[str, Any]) -> str:
    """Which account, which key and what to do; never a value."""
    first = error.errors(include_input=False)[0]
    *places, key = (str(part) for part in first["loc"]) if first["loc"] else ("accounts",)
    where, is_whole = "", places == ["accounts"]  # an account as a whole, and no key of it
    if is_whole:
        places, key = [*places, key], ""
    if places[:1] == ["accounts"] and len(places) > 1 and places[1].isdecimal():
        written = values["accounts"][int(places[1])]
        name = written.get("name") or written.get("source") if isinstance(written, dict) else None
        where = f"account {int(places[1]) + 1}" + (f" ({name})" if isinstance(name, str) else "") + ": "
    if not places and key == "accounts":
        return "write [[accounts]], with two brackets on each side, above the lines of each account"
    if first["type"] == "model_type" and is_whole:
        return "between [[accounts]] and the next one stand lines such as source = ..."
    if first["type"] == "extra_forbidden":
        known = Account.model_fields if where else Limits.model_fields if places else Accounts.model_fields
        return f"{where}unknown key {key!r}{did_you_mean(key, known)}"
    message = first["msg"].removeprefix("Value error, ")
    return where + (f"{key}: " if key else "") + message


def _placed(account: Account, folder: Path) -> Account:
    """The account with its secret's file, and a folder of this machine, seen from accounts.toml."""
    update = {}
    if account.secret.startswith("file:"):
        update["secret"] = f"file:{(folder / account.secret.removeprefix('file:')).absolute()}"
    if account.source == "folder" and account.url and "://" not in account.url:
        update["url"] = str((folder / account.url).absolute())
    return account.model_copy(update=update)


def known_athletes(raw: Path) -> frozenset[str] | None:
    """Everybody in squad.csv; None where there is none, so that whoever has a folder is an athlete.

    Raises WrongAccount for one that cannot be read.
    """
    path = raw / PEOPLE.file
    if not any(path.with_name(name).is_file() for name in PEOPLE.names):
        return None
    said = read_own_table(PEOPLE, path)
    if said.refused_because:
        raise WrongAccount(
            f"{PEOPLE.file} cannot be read, so nobody knows whose the accounts are ({said.refused_because})", said.remedy or ""
        )
    return frozenset(record["athlete_id"] for record in said.records)
