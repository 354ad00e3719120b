"""What can go wrong with an account: a key that no longer works is told from an outage, and both from a night's limits."""

from __future__ import annotations


class FetchProblem(Exception):
    """An account could not be asked for all that is new. The message never holds a secret, nor an address that may hold one."""

    kind = "outage"
    remedy = "The next night tries again; if it stays so, see whether the service is up."

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy or self.remedy


class Outage(FetchProblem):
    """The service does not answer, or answers with an error of its own."""


class KeyRefused(FetchProblem):
    """The service says that the key, password or token is not valid, or may not see this."""

    kind = "key"
    remedy = "Make a new key there, put it where accounts.toml says, and run `tendonwatch accounts test`."


class WrongAnswer(FetchProblem):
    """The service answers with something else than it documents: a login page, JSON cut short."""

    kind = "answer"
    remedy = "See in a browser whether the account still works; the next night tries again."


class WrongAccount(FetchProblem):
    """accounts.toml, or a secret that it names, cannot be used."""

    kind = "settings"
    remedy = "Correct accounts.toml and run `tendonwatch accounts test`."


class NotThere(FetchProblem):
    """One item is not there (any more): the others go on."""

    kind = "item"


class LimitReached(Exception):
    """The night's time or number of requests is used up: the rest comes in the nights after."""
