"""Reads and checks tendonwatch.toml and the environment; errors say what to type instead."""

from __future__ import annotations

import os
import re
import secrets
import tomllib
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Literal
from zoneinfo import available_timezones

import duckdb
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from flows import machine
from flows.nearest import nearest
from flows.places import CARRIED_DIR, languages

SETTINGS_FILE = "tendonwatch.toml"
API_PASSWORD_FILE = "password"  # noqa: S105 - a file name; the file, in prefect_home, holds the password of Prefect's API
ENVIRONMENT_PREFIX = "TENDONWATCH_"
TIME_OF_DAY = r"(?:[01]\d|2[0-3]):[0-5]\d"
SETTINGS_VERSION = 1  # raised when a key changes its meaning or goes away

SETTINGS_TEMPLATE = CARRIED_DIR / SETTINGS_FILE


AlertEvent = Literal["failed", "late", "account", "red", "set_aside", "digest"]


class WrongSettings(Exception):
    """The settings cannot be used; the message names the key and the remedy."""


@cache
def time_zones() -> frozenset[str]:
    """The IANA time zones that both Python and the database know."""
    with duckdb.connect(":memory:") as connection:
        known = {name for (name,) in connection.execute("select name from pg_timezone_names()").fetchall()}
    return frozenset(available_timezones() & known)


class AlertTarget(BaseModel):
    """One alert target: events, squads, quiet hours; the address itself is a secret and is kept elsewhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    target: str
    events: tuple[AlertEvent, ...] = ("failed", "late", "account", "red", "set_aside", "digest")
    squads: tuple[str, ...] = ()
    quiet: str = ""

    @field_validator("target")
    @classmethod
    def _is_no_secret(cls, text: str) -> str:
        kind, _, place = text.partition(":")
        if kind == "env" and re.fullmatch(r"[A-Za-z_]\w*", place) and not place.startswith(ENVIRONMENT_PREFIX):
            return text
        if kind == "file" and place and not place.startswith("//"):
            return text
        # The error does not repeat the text: it may be an address with a password.
        raise ValueError(
            "an address may hold a password and has no place here; put it into a file that only you can read (chmod 600) and "
            'write target = "file:secrets/mail", or into an environment variable and write target = "env:MAIL" '
            f"(names beginning with {ENVIRONMENT_PREFIX} are settings)"
        )

    @field_validator("quiet")
    @classmethod
    def _is_a_span_of_hours(cls, text: str) -> str:
        if text and not re.fullmatch(rf"{TIME_OF_DAY}-{TIME_OF_DAY}", text):
            raise ValueError(f"{text!r} is not a span of hours; write it as hh:mm-hh:mm, like 22:00-07:00")
        return text


class Settings(BaseModel):
    """Where things lie and when the night runs; tendonwatch.toml explains each key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(default=SETTINGS_VERSION, ge=1)
    raw: Path = Path("data/raw")
    accounts: Path = Path("accounts.toml")
    warehouse: Path = Path("var/warehouse.duckdb")
    site: Path = Path("var/site")
    timezone: str = "UTC"
    language: str = "en"
    nightly_at: str = "02:30"
    keep_nights: int = Field(default=14, ge=1, le=3650)
    keep_gb: float = Field(default=0, ge=0, le=1_000_000, allow_inf_nan=False)
    workers: int = Field(default=0, ge=0, le=256)
    memory_limit_mb: int = Field(default=0, ge=0)
    shards: int = Field(default=0, ge=0, le=1000)
    readable_by_all: bool = False
    prefect_home: Path = Path("var/prefect")
    log_format: Literal["text", "json"] = "text"
    base_url: str = ""
    alerts: tuple[AlertTarget, ...] = ()

    @field_validator("timezone")
    @classmethod
    def _is_a_time_zone(cls, name: str) -> str:
        zones = time_zones()
        if name not in zones:
            raise ValueError(f"{name!r} is not an IANA time zone{_nearest(name, zones)}")
        return name

    @field_validator("language")
    @classmethod
    def _is_spoken(cls, code: str) -> str:
        if code not in languages():
            raise ValueError(f"no catalogue of messages is called {code!r}; there is {', '.join(languages())}")
        return code

    @field_validator("nightly_at")
    @classmethod
    def _is_a_time_of_day(cls, text: str) -> str:
        if not re.fullmatch(TIME_OF_DAY, text):
            raise ValueError(f"{text!r} is not a time of day; write it as hh:mm, like 02:30")
        return text

    @field_validator("base_url")
    @classmethod
    def _is_a_web_address(cls, text: str) -> str:
        if text and not re.fullmatch(r"https?://[^\s@]+", text):
            raise ValueError("it is not a web address; write it like https://club.example/tendonwatch, without a password")
        return text.rstrip("/")

    @field_validator("memory_limit_mb")
    @classmethod
    def _is_enough(cls, megabytes: int) -> int:
        if 0 < megabytes < machine.LEAST_MB:
            raise ValueError(f"{megabytes} MB are too little; write at least {machine.LEAST_MB}, or 0 for half of what is free")
        return megabytes

    @property
    def worker_count(self) -> int:
        return self.workers or machine.cores()


def load_settings(folder: Path, environment: dict[str, str] | None = None) -> Settings:
    """Read tendonwatch.toml from `folder` (defaults if it is missing); the environment overrides it.

    Raises WrongSettings naming the key, what is wrong with it and the nearest key that exists.
    """
    environment = dict(os.environ) if environment is None else environment
    path = folder / SETTINGS_FILE
    values: dict[str, object] = {}
    if path.is_file():
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise WrongSettings(f"{path}: not readable as TOML: {error}") from error
    version = values.get("version", SETTINGS_VERSION)  # first: a newer version may have keys that this one does not know
    if isinstance(version, int) and version > SETTINGS_VERSION:
        raise WrongSettings(
            f"{path}: version: these settings are of version {version}, this Tendonwatch knows {SETTINGS_VERSION}; "
            "update the program, or use the settings that belong to it"
        )
    keys = list(Settings.model_fields)
    for name, text in environment.items():
        if name.startswith(ENVIRONMENT_PREFIX):
            values[name.removeprefix(ENVIRONMENT_PREFIX).lower()] = text
    for key in values:
        if key not in keys:
            raise WrongSettings(f"{path}: unknown key {key!r}{_nearest(key, keys)}")
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise WrongSettings(f"{path}: {key}: {first['msg'].removeprefix('Value error, ')}") from error
    alerts = tuple(
        one.model_copy(update={"target": f"file:{(folder / one.target.removeprefix('file:')).absolute()}"})
        if one.target.startswith("file:")
        else one
        for one in settings.alerts
    )
    return settings.model_copy(
        update={
            key: (folder / getattr(settings, key)).absolute() for key in ("raw", "accounts", "warehouse", "site", "prefect_home")
        }
        | {"alerts": alerts}
    )


def calm_libraries(settings: Settings, prefect_server: str | None = None) -> None:
    """Keep Prefect's state inside the project, switch telemetry off, and set the address of the Prefect server, if any.

    Must run before the first import of prefect, which reads these variables only once.
    """
    if prefect_server:
        os.environ["PREFECT_API_URL"] = f"{prefect_server}/api"
    settings.prefect_home.mkdir(parents=True, exist_ok=True)  # Prefect's server waits forever for a missing folder
    os.environ["PREFECT_HOME"] = str(settings.prefect_home)
    os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    os.environ["DO_NOT_TRACK"] = "1"
    os.environ["PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"] = "120"
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
    os.environ["PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW"] = "ignore"
    os.environ["PREFECT_LOGGING_EXTRA_LOGGERS"] = "tendonwatch"  # shows the night's own log lines with its runs


def close_api(settings: Settings, address: str) -> Path:
    """Protect Prefect's API at `address` with a password, and close it to pages of other origins. Returns the password file.

    The password is made once, in a file that only its owner can read. Must run before the first import of prefect.
    Raises WrongSettings if that file holds no password.
    """
    path = settings.prefect_home / API_PASSWORD_FILE
    with suppress(FileExistsError):
        new = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(new, "w", encoding="utf-8") as stream:
            stream.write(f"night:{secrets.token_urlsafe(32)}")
    path.chmod(0o600)
    password = path.read_text(encoding="utf-8").strip()
    if ":" not in password:
        raise WrongSettings(f"{path} holds no password like night:...; delete it, and a new one is made")
    os.environ["PREFECT_SERVER_API_AUTH_STRING"] = os.environ["PREFECT_API_AUTH_STRING"] = password
    os.environ["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"] = address
    return path


def _nearest(word: str, words: Iterable[str]) -> str:
    meant = nearest(word, words)
    return f"; did you mean {meant!r}?" if meant else ""
