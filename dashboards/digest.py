"""The morning message: who needs a call, what changed, and what is wrong with the data, in a form that a mail can carry.

Who changed since the day before is told in full, who is flagged as before in a line that says since when; what to do comes first.

Inline styles, tables for the layout, no script and nothing to fetch. It is written into the site as digest.html and digest.txt;
the weekly alert sends each target the digest of its squads. Its length is bounded, however large the squad.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import duckdb

from dashboards import tables, theme
from dashboards.pages import squad
from dashboards.templating import page_names, templates
from dashboards.words import CHANGES, NOTHING_KNOWN, Flag, in_language
from flows.words.amounts import counted, long_date, number, plural, short_date, short_day
from flows.words.language import ENGLISH, gettext, plural_of, speaking

# These keep both forms below 100 KB: runners in full, names in a list, characters of a name and of a text.
TOLD_RUNNERS = 40
LISTED_NAMES = 40
NAME_CHARACTERS = 60
LISTED_PATHS, PATH_CHARACTERS = 3, 120
TEXT_CHARACTERS = 400
# Characters that change the direction of the text after them; a name with one is wrapped in an isolate (FENCE).
TURNS = set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
FENCE = "\u2068", "\u2069"

FAILED_CHECKS = """
    select reason, rows_failed
    from ops.checks
    where not is_passed and border <> 'raw'
        and (table_name, column_name) is distinct from ('activities.runs', 'sport_source')
    order by severity, reason
"""
# Which files of these athletes do not say their sport: said by their paths, in place of the check that counts them.
SPORT_ASSUMED = """
    select count(distinct paths.path) as files, coalesce(list(distinct paths.path order by paths.path), []) as paths
    from marts.runs
    inner join ops.athlete_paths as paths on runs.athlete_id = paths.athlete_id and runs.file_id = paths.file_id
    where runs.sport_source <> 'stated' and list_contains($ids, runs.athlete_id)
"""
# What was refused of these athletes, and in which files; of everybody's logs only where everybody is told of.
REFUSALS = """
    with told as (
        select kind, path, times
        from ops.refusals
        where not is_acknowledged and ($everybody or list_contains($ids, athlete_id))
    ),

    refused_rows as (
        select count(*) as rows
        from ops.quarantined_rows
        where is_first_reason and not is_acknowledged and ($everybody or list_contains($ids, athlete_id))
    )

    select told.kind, if(told.kind = 'row', any_value(refused_rows.rows), cast(sum(told.times) as bigint)) as times,
        list(distinct told.path order by told.path) as paths
    from told cross join refused_rows
    group by told.kind
"""

# How many runners need a call, by flag.
CALLS = {"red": plural_of("{} act today", "{} act today"), "amber": plural_of("{} watch", "{} watch")}
REFUSED = {
    "file": plural_of("{} file refused: {paths}.", "{} files refused: {paths}."),
    "partly read": plural_of("{} file only partly read: {paths}.", "{} files only partly read: {paths}."),
    "row": plural_of("{} row refused in {paths}.", "{} rows refused in {paths}."),
}
ASSUMED = plural_of(
    "{} file does not say its sport, which was assumed: {paths}.", "{} files do not say their sport, which was assumed: {paths}."
)


class Digest(NamedTuple):
    """One message in its two forms."""

    subject: str
    text: str
    html: str


def digest(
    connection: duckdb.DuckDBPyConnection, base_url: str = "", squads: Sequence[str] = (), language: str = ENGLISH
) -> Digest:
    """The message of the as-of date in one language, about everybody or only the named squads.

    Links are relative to the site; with `base_url`, the address of the site, they are absolute.
    """
    with speaking(language):
        context = message(connection, f"{base_url.rstrip('/')}/" if base_url else "", squads)
        environment = templates()
        return Digest(
            context["subject"],
            environment.get_template("digest.txt").render(**context),
            environment.get_template("digest.html").render(**context, colours=theme.LIGHT),
        )


def message(connection: duckdb.DuckDBPyConnection, base: str, squads: Sequence[str]) -> dict[str, Any]:
    """The values for the text and the HTML template."""
    as_of = tables.as_of_date(connection)
    pages = page_names(tables.athlete_ids(connection))
    athletes = [athlete for athlete in squad.athletes_today(connection, as_of) if not squads or athlete["squad"] in squads]
    for athlete in athletes:
        athlete["name"] = one_line(athlete["name"], NAME_CHARACTERS)
        athlete["squad"] = one_line(athlete["squad"] or "", NAME_CHARACTERS)
        athlete["headline"] = one_line(athlete["headline"] or gettext(NOTHING_KNOWN), TEXT_CHARACTERS)
        athlete["next_action"] = one_line(athlete["next_action"] or "", TEXT_CHARACTERS)
        athlete["action"] = one_line(athlete["action"] or "", TEXT_CHARACTERS)
        athlete["is_urgent"] = "rupture_suspected" in (athlete["person_states"] or [])  # asks every day until it is examined
        athlete["link"] = f"{base}athletes/{pages[athlete['athlete_id']]}"
    quiet = [athlete for athlete in athletes if athlete["is_quiet"]]
    told = [athlete for athlete in athletes if not athlete["is_quiet"]]
    counts = squad.counts(athletes)
    calls = [athlete for athlete in told if athlete["flag"].name in ("red", "amber")]
    changed, lasting = [one for one in calls if one["change"]], [one for one in calls if not one["change"]]
    changes = [(gettext(word), listed(athletes, change)) for change, word in CHANGES.items() if listed(athletes, change)]
    return {
        "subject": subject(as_of, counts, bool(changes)),
        "day": long_date(as_of),
        "counts": counts,
        "quiet_count": len(quiet),
        "quiet": listed(quiet, until=True),
        "changes": changes,
        "calls": changed[:TOLD_RUNNERS],
        "lasting": lasting[: max(TOLD_RUNNERS - len(changed), 0)],
        "more_calls": len(calls) - TOLD_RUNNERS,
        "not_assessed": listed([athlete for athlete in told if athlete["flag"].name == "grey"]),
        "problems": problems(connection, athletes, not squads),
        "change_words": in_language(CHANGES),
        "base": base,
    }


def subject(as_of: date | None, counts: Sequence[tuple[Flag, int]], is_news: bool) -> str:
    """The subject line, counts only: it shows on locked screens, and health is private."""
    runners = {flag.name: count for flag, count in counts}
    called = ", ".join(plural(*words, runners[name]) for name, words in CALLS.items() if runners[name])
    said = gettext("Tendonwatch {day}: {calls}") if is_news else gettext("Tendonwatch {day}: {calls}, nothing new")
    return said.format(day=short_date(as_of), calls=called or gettext("nobody to call"))


def problems(connection: duckdb.DuckDBPyConnection, athletes: Sequence[tables.Row], of_everybody: bool) -> list[str]:
    """What is wrong with the data, one sentence per problem."""
    ids = [athlete["athlete_id"] for athlete in athletes]
    refused = {row["kind"]: row for row in tables.rows(connection, REFUSALS, everybody=of_everybody, ids=ids)}
    said = [
        plural(*words, refused[kind]["times"], paths=listed_paths(refused[kind]["paths"]))
        for kind, words in REFUSED.items()
        if kind in refused
    ]
    stale = [athlete for athlete in athletes if athlete["data"]["is_stale"]]
    if stale:
        said.append(gettext("No new data from {names}.").format(names=listed(stale)))
    assumed = tables.rows(connection, SPORT_ASSUMED, ids=ids)[0]
    if assumed["files"]:
        said.append(plural(*ASSUMED, assumed["files"], paths=listed_paths(assumed["paths"])))
    failed = tables.rows(connection, FAILED_CHECKS)
    return said + [one_line(f"{check['reason']} ({counted(check['rows_failed'] or 0, 'row')})", 200) for check in failed[:10]]


def listed_paths(paths: Sequence[str]) -> str:
    """At most LISTED_PATHS files, with commas."""
    shown = ", ".join(one_line(path, PATH_CHARACTERS) for path in paths[:LISTED_PATHS])
    more = len(paths) - LISTED_PATHS
    return gettext("{names} and {count} more").format(names=shown, count=number(more)) if more > 0 else shown


def listed(athletes: Sequence[tables.Row], change: str | None = None, until: bool = False) -> str:
    """At most LISTED_NAMES names, with commas; with `change`, only the athletes whose flag changed that way.

    With `until`, each with the last day of the quiet time.
    """
    names = [
        gettext("{name} until {day}").format(name=athlete["name"], day=short_day(athlete["quiet_until_date"]))
        if until
        else athlete["name"]
        for athlete in athletes
        if change in (None, athlete["change"])
    ]
    more = len(names) - LISTED_NAMES
    shown = ", ".join(names[:LISTED_NAMES])
    return gettext("{names} and {count} more").format(names=shown, count=number(more)) if more > 0 else shown


def one_line(text: str, characters: int) -> str:
    """The text on one line of at most `characters`; wrapped in an isolate if it could change the direction of later text."""
    plain = "".join(" " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one for one in text)
    short = " ".join(plain.split())
    if len(short) > characters:
        short = short[: characters - 1] + "…"
    return f"{FENCE[0]}{short}{FENCE[1]}" if TURNS & set(short) else short
