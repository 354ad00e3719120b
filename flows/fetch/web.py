"""Requests over HTTP, polite and stubborn: limits, time-outs, retries, and secrets that reach one host only."""

from __future__ import annotations

import email.utils
import ipaddress
import json
import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import stamina
import stamina.instrumentation

from flows.fetch.problems import FetchProblem, KeyRefused, LimitReached, NotThere, Outage, WrongAccount, WrongAnswer

AGENT = "Tendonwatch (nightly fetch of a squad's own logs)"
TIMEOUT = httpx.Timeout(30.0, connect=15.0)
ATTEMPTS = 5
FIRST_WAIT_S, LONGEST_WAIT_S, JITTER_S = 1.0, 60.0, 2.0
MOST_REDIRECTS = 5
LARGEST_LIST_BYTES = 64 * 1024**2
UNAUTHORIZED, FORBIDDEN, NOT_FOUND, GONE, TOO_MANY = 401, 403, 404, 410, 429
for _name in ("httpx", "httpcore", "webdav4"):
    logging.getLogger(_name).setLevel(logging.WARNING)  # they log addresses
stamina.instrumentation.set_on_retry_hooks([])  # stamina logs the errors of libraries, which may hold addresses


class _Again(Exception):
    """Waiting may help: an outage, or too many requests; with how long to wait if the service says so."""

    def __init__(self, problem: FetchProblem, wait_s: float | None = None) -> None:
        super().__init__(str(problem))
        self.problem, self.wait_s = problem, wait_s


class Budget:
    """What is left of a night: its time, and the requests of one account."""

    def __init__(self, seconds: float, requests: int) -> None:
        self.ends_at, self.requests = time.monotonic() + seconds, requests

    @property
    def seconds(self) -> float:
        return self.ends_at - time.monotonic()

    def check(self) -> None:
        """Raises LimitReached once the time is over."""
        if self.seconds <= 0:
            raise LimitReached("the time that a fetch may take is over")

    def spend(self) -> None:
        """Count one request. Raises LimitReached if none, or no time, is left."""
        self.check()
        if self.requests <= 0:
            raise LimitReached("the requests that a fetch may make are used up")
        self.requests -= 1


class Web:
    """Requests for one account. `secret_headers` and `auth` go to the host of `base_url` and to no other."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.base = httpx.URL("")
        self.secret_headers: dict[str, str] = {}
        self.auth: tuple[str, str] | None = None
        self._client: httpx.Client | None = None

    def to(self, base_url: str, secret_headers: Mapping[str, str] = {}, auth: tuple[str, str] | None = None) -> Web:
        """This, for one service. Raises WrongAccount for an address or key that no service has."""
        try:
            self.base = httpx.URL(base_url)
        except httpx.InvalidURL:
            self.base = httpx.URL("")
        if self.base.scheme not in ("http", "https") or not self.base.host:
            raise WrongAccount("the url in accounts.toml is no address of the web", 'Write url = "https://...", or leave it out.')
        if self.base.scheme == "http" and not _is_this_machine(self.base.host):
            raise WrongAccount(
                "the url in accounts.toml would send the key unencrypted", 'Write url = "https://...", or leave it out.'
            )
        if not all(_fits_a_header(secret) for secret in [*secret_headers.values(), *(auth or ())]):
            raise WrongAccount(
                "the secret is no key: it has several lines, or letters that no key has", "Write the key alone there."
            )
        self.secret_headers, self.auth = dict(secret_headers), auth
        return self

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def json(self, path: str, params: Mapping[str, str | int] = {}) -> Any:
        """The document at a path. Raises FetchProblem, LimitReached."""
        body = bytearray()
        too_long = WrongAnswer(f"{self.base.host} sends a list of more than {LARGEST_LIST_BYTES:,} bytes")
        for chunk in self._whole(path, params, LARGEST_LIST_BYTES, too_long):
            body += chunk
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise WrongAnswer(f"{self.base.host} answers with something that is not JSON ({_of_place(error)})") from None

    def stream(self, path: str, params: Mapping[str, str | int] = {}, *, limit_bytes: int) -> Iterator[bytes]:
        """The bytes at a path, whole or not at all. Raises FetchProblem, LimitReached; NotThere above `limit_bytes`."""
        too_large = NotThere(f"a file has more than {limit_bytes // 1024**2} MB", "Raise file_mb in accounts.toml.")
        yield from self._whole(path, params, limit_bytes, too_large)

    def _whole(self, path: str, params: Mapping[str, str | int], limit_bytes: int, too_large: FetchProblem) -> list[bytes]:
        """The body of an answer; one that breaks off is asked for again from its beginning.

        It is held in memory until it is whole, so a longer one than `limit_bytes` is left as soon as it is longer.
        """
        try:
            for attempt in stamina.retry_context(
                on=self._wait_s,
                attempts=ATTEMPTS,
                timeout=max(0.1, self.budget.seconds),
                wait_initial=FIRST_WAIT_S,
                wait_max=LONGEST_WAIT_S,
                wait_jitter=JITTER_S,
            ):
                with attempt:
                    body = self._body(path, params, limit_bytes, too_large)
        except _Again as again:
            raise again.problem from None
        return body

    def _wait_s(self, error: Exception) -> bool | float:
        if not isinstance(error, _Again):
            return False
        if error.wait_s is None:
            return True
        return error.wait_s if error.wait_s < min(self.budget.seconds, 5 * LONGEST_WAIT_S) else False

    def _body(self, path: str, params: Mapping[str, str | int], limit_bytes: int, too_large: FetchProblem) -> list[bytes]:
        try:
            with self._answer(path, params) as response:
                self._judge(response)
                if response.headers.get("content-type", "").lower().startswith("text/html"):
                    raise WrongAnswer(f"{response.url.host} answers with a web page: not logged in")
                chunks, size = [], 0
                for chunk in response.iter_bytes():
                    self.budget.check()
                    size += len(chunk)
                    if size > limit_bytes:
                        raise too_large
                    chunks.append(chunk)
        except httpx.HTTPError as error:
            # The error's own text may hold the address.
            raise _Again(Outage(f"{self.base.host} does not answer as it should ({type(error).__name__})")) from None
        start = b"".join(chunks[:2])[:512].lower()
        if b"<!doctype html" in start or b"<html" in start:
            raise WrongAnswer(f"{self.base.host} answers with a web page: not logged in")
        return chunks

    @contextmanager
    def _answer(self, path: str, params: Mapping[str, str | int]) -> Iterator[httpx.Response]:
        """The answer to a GET; a redirect is followed, but the secret does not go along to another host."""
        if self._client is None:
            self._client = httpx.Client(timeout=TIMEOUT, headers={"User-Agent": AGENT}, follow_redirects=False)
        url = httpx.URL(str(self.base).rstrip("/") + path, params=params or None)
        for _ in range(MOST_REDIRECTS + 1):
            self.budget.spend()
            is_home = (url.scheme, url.host, url.port) == (self.base.scheme, self.base.host, self.base.port)
            request = self._client.build_request("GET", url, headers=self.secret_headers if is_home else None)
            auth = httpx.BasicAuth(*self.auth) if self.auth and is_home else None
            response = self._client.send(request, auth=auth, stream=True)
            if not response.has_redirect_location:
                try:
                    yield response
                finally:
                    response.close()
                return
            response.close()
            url = url.join(response.headers["location"])
            if url.scheme not in (self.base.scheme, "https"):
                raise WrongAnswer(f"{self.base.host} leads from an encrypted address to one that is not")
        raise WrongAnswer(f"{self.base.host} leads from one address to the next without end")

    def _judge(self, response: httpx.Response) -> None:
        """Raises what the status of an answer means."""
        host, status = response.url.host, response.status_code
        if response.is_success:
            return
        if status in (UNAUTHORIZED, FORBIDDEN):
            raise KeyRefused(f"{host} does not accept the key ({status})")
        if status in (NOT_FOUND, GONE):
            raise NotThere(f"{host} does not have it ({status})")
        if status == TOO_MANY:
            raise _Again(Outage(f"{host} asks for fewer requests ({status})"), _retry_after_s(response))
        if response.is_server_error:
            raise _Again(Outage(f"{host} has an outage ({status})"), _retry_after_s(response))
        raise WrongAnswer(f"{host} answers with status {status}")


def _retry_after_s(response: httpx.Response) -> float | None:
    """How long the service asks to wait: seconds, or a date; None if it does not say."""
    said = response.headers.get("retry-after", "").strip()
    if said.isdecimal():
        return float(said[:9])
    try:
        at = email.utils.parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return None
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _fits_a_header(secret: str) -> bool:
    return secret.isascii() and secret.isprintable()


def _of_place(error: Exception) -> str:
    return f"line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else type(error).__name__
