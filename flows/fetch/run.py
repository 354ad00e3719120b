"""One fetch: every account of accounts.toml side by side, each within its limits; one that fails stops no other and no night."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from flows.fetch import keep
from flows.fetch.accounts import Account, Accounts, Limits, known_athletes, load_accounts
from flows.fetch.kinds import source_of
from flows.fetch.ledger import LOCK, Ledger, Standing, folder_of, open_ledger
from flows.fetch.problems import FetchProblem, LimitReached, NotThere, Outage, WrongAccount, WrongAnswer
from flows.fetch.sources import DELETED, Begun, Item, Source
from flows.fetch.web import Budget, Web
from flows.intake.store import insert
from flows.settings import Settings, WrongSettings
from flows.state import database, tombstones
from flows.state.lock import NightIsRunning, one_at_a_time

LOG = logging.getLogger("tendonwatch")
MOST_FAILURES = 3  # items in a row that cannot be had: then the account is left for this night
TRIAL_S = 60.0  # the longest that `accounts test` asks one account
ALERT_AFTER = timedelta(hours=48)
GRACE_S = 5.0  # how long an account may take to notice that the time is over, before the night goes on without it


@dataclass
class Fetched:
    """What one fetch brought, and what it could not: lines for whoever runs it."""

    standings: list[Standing] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problem: str = ""  # why nothing was fetched at all

    @property
    def is_troubled(self) -> bool:
        return bool(self.problem or self.notes or any(standing.problem for standing in self.standings))


def problems_of(fetched: Fetched) -> list[str]:
    """What is wrong and what to do about it, a line each."""
    lines = [fetched.problem] if fetched.problem else []
    lines += [f"{one.name}: {one.problem}. {one.remedy}" for one in fetched.standings if one.problem]
    return lines + fetched.notes


def remember(memory: Path, settings: Settings) -> int:
    """Write how the accounts stand into the import memory. Returns how many there are."""
    rows = [
        {
            "account": one.name,
            "source": one.source,
            "last_success_at": one.last_success,
            "last_try_at": one.last_try,
            "new_files": one.new_files,
            "waiting": one.waiting,
            "withheld": one.withheld,
            "deleted": one.deleted,
            "reason": one.problem or None,
            "remedy": one.remedy or None,
        }
        for one in standings(settings)
    ]
    with database.writer(memory) as connection:
        connection.execute("begin")
        connection.execute("delete from raw.accounts")
        insert(connection, "accounts", rows)
        connection.execute("commit")
    return len(rows)


def standings(settings: Settings) -> list[Standing]:
    """How each account stands that is switched on; if accounts.toml itself is wrong, it is the only one."""
    try:
        accounts = load_accounts(settings).enabled
    except WrongSettings as error:
        return [Standing(settings.accounts.name, "", problem=str(error), kind="settings", remedy="Correct that file.")]
    if not accounts:
        return []
    with open_ledger(settings) as ledger:
        return [ledger.standing(one.name, one.source) for one in accounts if not ledger.is_off(one.name)]


def without_success(settings: Settings, now: datetime) -> list[Standing]:
    """The accounts in which something has been wrong for longer than ALERT_AFTER."""
    return [
        one
        for one in standings(settings)
        if one.problem
        and (told := one.last_success or one.since) is not None
        and now - datetime.fromisoformat(told) > ALERT_AFTER
    ]


def has_accounts(settings: Settings) -> bool:
    """Whether there is anything to fetch, or to say about a file that cannot be used."""
    try:
        return bool(load_accounts(settings).enabled)
    except WrongSettings:
        return True


def fetch_all(settings: Settings, only: str = "", now: datetime | None = None) -> Fetched:
    """Ask every enabled account for what is new, within the limits of accounts.toml. Errors are in what it returns."""
    try:
        accounts = load_accounts(settings)
        with one_at_a_time(folder_of(settings) / LOCK):
            return _fetch(settings, accounts, only, now or datetime.now(UTC))
    except WrongSettings as error:
        return Fetched(problem=str(error))
    except WrongAccount as error:
        return Fetched(problem=f"{error}. {error.remedy}")
    except NightIsRunning:
        return Fetched(problem="another fetch is running; what it brings counts as soon as it is there")
    except OSError as error:
        return Fetched(problem=f"nothing could be fetched ({error.strerror or error})")


def _fetch(settings: Settings, accounts: Accounts, only: str, now: datetime) -> Fetched:
    with open_ledger(settings) as ledger:
        wanted = [one for one in accounts.enabled if not ledger.is_off(one.name) and (not only or one.name == only)]
        if any(ledger.has_kept(one.name) for one in wanted) and not any(settings.raw.glob("*")):
            # Fetched into it, a few new files would look like all that there is.
            raise WrongAccount(
                f"{settings.raw} is empty, and files were fetched into it before",
                "Mount its drive; if everything is to be fetched anew, remove var/accounts.",
            )
    people = known_athletes(settings.raw)
    try:
        erased = tombstones.stones_in(database.memory_path(settings.warehouse))
    except duckdb.Error:  # a night holds it: what belongs to somebody who was erased is refused when it is read
        erased = []
    fetched, lock = Fetched(), threading.Lock()
    seconds = accounts.limits.minutes * 60

    def belongs(athlete_id: str) -> bool:
        return (people is None or athlete_id in people) and not tombstones.erased_by(erased, [athlete_id])

    def one(account: Account) -> None:
        notes: list[str] = []
        with open_ledger(settings) as ledger:
            standing = _Visit(settings, account, accounts.limits, ledger, Budget(seconds, accounts.limits.requests), now).made(
                belongs, notes
            )
        with lock:
            fetched.standings.append(standing)
            fetched.notes += [f"{account.name}: {note}" for note in notes]

    # A drive that hangs would block the night forever: such a thread is abandoned.
    threads = {account.name: threading.Thread(target=one, args=(account,), daemon=True, name=account.name) for account in wanted}
    for thread in threads.values():
        thread.start()
    end = Budget(seconds + GRACE_S, 0)
    for thread in threads.values():
        thread.join(max(0.0, end.seconds))
    with lock:
        told = {standing.name for standing in fetched.standings}
        fetched = replace(fetched, standings=sorted(fetched.standings, key=lambda one: one.name), notes=list(fetched.notes))
    with open_ledger(settings) as ledger:
        for account in wanted:
            if account.name not in told:
                standing = ledger.standing(account.name, account.source)
                standing.last_try = now.isoformat(timespec="seconds")
                standing.problem, standing.kind = f"it did not answer within {accounts.limits.minutes:g} minutes", "outage"
                standing.remedy = FetchProblem.remedy
                ledger.write(standing)
                fetched.standings.append(standing)
    return fetched


def try_account(settings: Settings, account: Account, limits: Limits, now: datetime) -> str:
    """Ask an account for the first item of its list. Returns what is wrong and what to do, or ""."""
    notes: list[str] = []
    web = Web(Budget(TRIAL_S, limits.requests))
    try:
        people = known_athletes(settings.raw)

        def belongs(athlete_id: str) -> bool:
            return people is None or athlete_id in people

        raw, kept = settings.raw, folder_of(settings)
        _refuse_strangers(account, belongs, notes)
        source = source_of(Begun(account, limits, web, "", now, raw, kept, lambda _: False, False, belongs, notes))
        next(iter(source.list_new(now - limits.overlap)), None)
    except FetchProblem as problem:
        return f"{problem}. {problem.remedy}"
    except LimitReached:
        return f"it did not answer within {TRIAL_S:g} s. {FetchProblem.remedy}"
    except Exception as error:  # its text may hold a secret
        return f"it failed ({type(error).__name__}). Please report it."
    finally:
        web.close()
    return "; ".join(notes)


def _refuse_strangers(account: Account, belongs: Callable[[str], bool], notes: list[str]) -> None:
    """Say which athletes of an account are nobody's; raises WrongAccount if all are."""
    named = [athlete_id for key, athlete_id in account.folders.items() if key or account.athlete]
    strangers = [athlete_id for athlete_id in named if not belongs(athlete_id)]
    if not strangers:
        return
    said = f"{', '.join(strangers)}: nobody in squad.csv is called so"
    if strangers == named:
        raise WrongAccount(said, "Add a row to squad.csv, or correct the name in accounts.toml.")
    notes.append(f"{said}; add a row to squad.csv, or correct the name in accounts.toml")


@dataclass
class _Visit:
    """One account in one fetch."""

    settings: Settings
    account: Account
    limits: Limits
    ledger: Ledger
    budget: Budget
    now: datetime
    listed: set[str] = field(default_factory=set)
    waits: int = 0
    new_files: int = 0
    failed: FetchProblem | None = None  # the last item, or the account itself
    failures: int = 0  # items in a row

    def made(self, belongs: Callable[[str], bool], notes: list[str]) -> Standing:
        """Fetch what is new, and write down how the account stands now."""
        standing = self.ledger.standing(self.account.name, self.account.source)
        standing.last_try = self.now.isoformat(timespec="seconds")
        began = datetime.fromisoformat(standing.since) if standing.since else self.now
        web = Web(self.budget)
        source: Source | None = None
        is_done = False
        try:
            _refuse_strangers(self.account, belongs, notes)
            raw, kept = self.settings.raw, folder_of(self.settings)
            source = source_of(
                Begun(
                    self.account,
                    self.limits,
                    web,
                    standing.resume,
                    self.now,
                    raw,
                    kept,
                    self._keeps,
                    self.ledger.has_kept(self.account.name),
                    belongs,
                    notes,
                )
            )
            is_done = self._go_through(source, self._since(standing), belongs)
        except LimitReached as reached:
            LOG.info("fetch %s: %s; the rest comes in the nights after", self.account.name, reached)
        except FetchProblem as problem:
            self.failed = problem
        except Exception as error:  # whatever a library raises may hold a secret, and must not stop the others
            self.failed = Outage(f"the fetch failed ({type(error).__name__})", "The next night tries again; please report it.")
        finally:
            web.close()
        standing.problem, standing.kind, standing.remedy = (
            (str(self.failed), self.failed.kind, self.failed.remedy) if self.failed else ("", "", "")
        )
        standing.new_files, standing.waiting = self.new_files, self.waits
        standing.withheld, standing.deleted = self.ledger.count(self.account.name)
        if is_done:
            standing.last_success, standing.since, standing.resume = began.isoformat(timespec="seconds"), None, ""
        else:
            standing.since = began.isoformat(timespec="seconds")
            standing.resume = source.reached() if source else standing.resume
        self.ledger.write(standing)
        return standing

    def _keeps(self, item_id: str) -> bool:
        return self.ledger.has(self.account.name, item_id, kept=True)

    def _since(self, standing: Standing) -> datetime:
        if standing.last_success is None:
            return self.now - timedelta(days=self.limits.first_days)
        return datetime.fromisoformat(standing.last_success) - self.limits.overlap

    def _go_through(self, source: Source, since: datetime, belongs: Callable[[str], bool]) -> bool:
        """Fetch every new item. Returns whether nothing is left. Raises what stops the account."""
        keep.clear_parts(self.settings.raw, self.account.name)
        for item in source.list_new(since):
            self.budget.check()
            self.listed.add(item.id)
            if item.version == DELETED:
                self.ledger.delete(self.account.name, item.id)
            elif item.only_if_known and not self.ledger.has(self.account.name, item.id):
                continue
            elif not self.ledger.is_known(self.account.name, item):
                self._take(source, item)
        if source.lists_all:
            for item_id, athlete_id in self.ledger.missing(self.account.name, since, self.listed):
                if belongs(athlete_id):  # whoever left the squad is not listed any more
                    self.ledger.delete(self.account.name, item_id)
        return self.waits == 0

    def _take(self, source: Source, item: Item) -> None:
        if item.withheld or not item.name:
            self.ledger.note(self.account.name, item, "")
            return
        name = keep.safe_path(item.name)
        if name is None:
            self.ledger.note(self.account.name, replace(item, withheld="its name is not one that a file can have"), "")
            return
        if self.new_files >= self.limits.files:
            self.waits += 1
            if not source.lists_all:  # it goes on from here, so what waits must not be passed by
                raise LimitReached("the files that a fetch may bring are used up")
            return
        try:
            path, is_new = keep.keep(self.settings.raw, item.athlete_id, self.account.name, name, source.download(item))
        except NotThere as problem:
            self.ledger.note(self.account.name, replace(item, withheld=str(problem)), "")
            return
        except LimitReached:
            self.waits += 1
            raise
        except (Outage, WrongAnswer) as problem:  # one that cannot be had must not keep the others from coming
            self.waits += 1
            self.failed, self.failures = problem, self.failures + 1
            if self.failures >= MOST_FAILURES:
                raise
            return
        self.failures = 0
        self.new_files += is_new
        self.ledger.note(self.account.name, item, path.relative_to(self.settings.raw).as_posix())
