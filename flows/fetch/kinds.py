"""The kinds of sources: one module each, imported only where an account of it is asked."""

from __future__ import annotations

from importlib import import_module

from flows.fetch.sources import Begun, Source

# source = "..." in accounts.toml -> the module in this room, and its class
KINDS = {
    "folder": ("folder", "Folder"),
    "garmin": ("garmin", "Garmin"),
    "hevy": ("hevy", "Hevy"),
    "intervals": ("intervals", "Intervals"),
    "mailbox": ("mailbox", "Mailbox"),
}


def source_of(begun: Begun) -> Source:
    """The source of an account. Raises FetchProblem."""
    module, name = KINDS[begun.account.source]
    source: Source = getattr(import_module(f"flows.fetch.{module}"), name)(begun)
    return source
