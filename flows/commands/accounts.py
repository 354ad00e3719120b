"""fetch, accounts: the verbs about accounts that logs come from."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.commands.common import count, fail, say, settings_for
from flows.operate import logs
from flows.operate.outcome import EXIT_PUBLISHED_WITH_REFUSALS, EXIT_WRONG_USAGE
from flows.settings import Settings, WrongSettings

if TYPE_CHECKING:
    from flows.fetch.accounts import Account, Accounts


@click.command()
@click.option("--raw", type=click.Path(path_type=Path), help="The input folder, in place of the settings' one.")
@click.option("--account", "only", default="", metavar="NAME", help="Ask this account only.")
@click.pass_context
def fetch(context: click.Context, raw: Path | None, only: str) -> None:
    """Ask every account of accounts.toml for new logs and put them into the input folder; `nightly` does so by itself.

    Exits 3 where an account could not be asked, 2 where accounts.toml cannot be used.
    """
    from flows.fetch import run

    settings = settings_for(context, raw)
    logs.start(settings.log_format)
    named = _accounts_of(settings)
    if not named.accounts:
        fail(
            f"{settings.accounts} names no account; docs/fetch.md says how to write it",
            EXIT_WRONG_USAGE,
        )
    if only:
        _named(named, only, settings)
    fetched = run.fetch_all(settings, only)
    if not fetched.standings and not fetched.problem:
        say(f"{only or 'every account'} is switched off: nothing was asked")
    for one in fetched.standings:
        waiting = f", {one.waiting} for a later night" if one.waiting else ""
        say(f"{one.name}: {count(one.new_files, 'new file')}{waiting}")
    for line in run.problems_of(fetched):
        say(f"tendonwatch: {line}")
    sys.exit(EXIT_PUBLISHED_WITH_REFUSALS if fetched.is_troubled else 0)


@click.group()
def accounts() -> None:
    """The accounts that logs are fetched from: list them, test them, log in, switch one off."""


@accounts.command("list")
@click.pass_context
def list_accounts(context: click.Context) -> None:
    """Each account with its last success, new files, what waits, and what is wrong."""
    from flows.fetch.ledger import open_ledger

    settings = settings_for(context)
    with open_ledger(settings) as ledger:
        for account in _accounts_of(settings).accounts:
            one = ledger.standing(account.name, account.source)
            state = "" if account.enabled and not ledger.is_off(account.name) else " (switched off)"
            say(f"{account.name}, {account.source}{state}: last success {one.last_success or 'never'}")
            facts = [
                f"{count(one.new_files, 'new file')} the last time",
                f"{one.waiting} waiting",
                *([f"{one.withheld} not handed out"] if one.withheld else []),
                *([f"{one.deleted} deleted there"] if one.deleted else []),
            ]
            say(f"    {', '.join(facts)}")
            for why, items in ledger.reasons(account.name):
                say(f"    not handed out: {items} because {why}")
            if one.problem:
                say(f"    {one.problem}. {one.remedy}")
            for athlete_id, path in ledger.deleted(account.name):
                say(f"    deleted there, kept here: {path} ({athlete_id})")


@accounts.command()
@click.argument("name", required=False)
@click.pass_context
def test(context: click.Context, name: str | None) -> None:
    """Ask each account, or NAME, for its list, and fetch nothing. Exits 3 where one does not answer as it should."""
    from flows.fetch import run

    settings = settings_for(context)
    found = _accounts_of(settings)
    wanted = [_named(found, name, settings)] if name else found.enabled
    wrong = 0
    for account in wanted:
        problem = run.try_account(settings, account, found.limits, datetime.now(UTC))
        wrong += bool(problem)
        say(f"{account.name}: {problem or 'answers'}")
    sys.exit(EXIT_PUBLISHED_WITH_REFUSALS if wrong else 0)


@accounts.command()
@click.argument("name")
@click.pass_context
def login(context: click.Context, name: str) -> None:
    """Log in to the Garmin account NAME once, with its second factor; the password is asked for and not kept."""
    from flows.fetch import garmin
    from flows.fetch.ledger import folder_of
    from flows.fetch.problems import FetchProblem

    settings = settings_for(context)
    account = _named(_accounts_of(settings), name, settings)
    if account.source != "garmin":
        fail(f"{name} is of the kind {account.source}, which has a key and no login", EXIT_WRONG_USAGE)
    user = account.user or click.prompt("User")
    password = click.prompt(f"Password of {user}", hide_input=True)
    try:
        garmin.log_in(folder_of(settings), name, user, password, lambda: str(click.prompt("Code")))
    except FetchProblem as problem:
        fail(f"{problem}. {problem.remedy}")
    say(f"{name}: logged in")


@accounts.command()
@click.argument("name")
@click.option("--on", "is_on", is_flag=True, help="Switch it on again.")
@click.pass_context
def disable(context: click.Context, name: str, is_on: bool) -> None:
    """Ask the account NAME no more, until it is switched on again; its files stay and count."""
    from flows.fetch.ledger import open_ledger

    settings = settings_for(context)
    account = _named(_accounts_of(settings), name, settings)
    if is_on and not account.enabled:
        fail(f"{name} has enabled = false in {settings.accounts}; take that line out", EXIT_WRONG_USAGE)
    with open_ledger(settings) as ledger:
        ledger.switch(name, is_off=not is_on)
    say(f"{name} is switched {'on' if is_on else 'off'}")


def _accounts_of(settings: Settings) -> Accounts:
    from flows.fetch.accounts import load_accounts

    try:
        return load_accounts(settings)
    except WrongSettings as error:
        fail(str(error), EXIT_WRONG_USAGE)


def _named(found: Accounts, name: str, settings: Settings) -> Account:
    for account in found.accounts:
        if account.name == name:
            return account
    known = ", ".join(account.name for account in found.accounts) or "none"
    fail(f"no account in {settings.accounts} is called {name!r}; there is {known}", EXIT_WRONG_USAGE)
