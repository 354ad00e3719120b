"""status, alerts, open: the verbs that show the state of things."""

from __future__ import annotations

import json
import sys
import webbrowser
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from flows.commands.common import count, fail, published, say, settings_for, with_paths
from flows.operate import logs
from flows.operate.outcome import EXIT_FAILED, EXIT_LATE
from flows.settings import SETTINGS_FILE
from flows.state import kept, publication


@click.command()
@with_paths
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def status(context: click.Context, raw: Path | None, warehouse_file: Path | None, site: Path | None, as_json: bool) -> None:
    """Say what was published last, how old it is, how long it took, what was refused, what waits and when the next night is due.

    Exits 4 where nothing was published for 26 hours, so that a monitor can call it; 1 where nothing is published at all.
    """
    from flows.alerts.outbox import waiting_messages
    from flows.fetch.run import standings
    from flows.operate import status as standing

    settings = settings_for(context, raw, warehouse_file, site)
    with published(settings):
        facts = standing.look(settings, datetime.now(UTC))
        facts |= kept.space(settings)
    left_out = ("resume", "since", "kind")
    facts["accounts"] = [
        {name: value for name, value in asdict(one).items() if name not in left_out} for one in standings(settings)
    ]
    facts["remarks"] = publication.remarks(settings)
    facts["alerts_waiting"] = [
        {"target": message.target, "event": message.event, "problem": message.problem} for message in waiting_messages(settings)
    ]
    if as_json:
        click.echo(json.dumps(facts, indent=2))
    else:
        show_status(facts)
    sys.exit(EXIT_LATE if facts["is_late"] else 0)


def show_status(facts: dict[str, Any]) -> None:
    """Print the facts of `status` as text."""
    late = f": LATE, more than {facts['late_after_h']} h" if facts["is_late"] else ""
    if facts["age_h"] < 0:
        late = ": yet to come, so a clock is wrong"
    click.echo(f"Published {facts['published_at']} ({facts['age_h']} h ago{late}), as of {facts['as_of_date']}")
    last = facts["last_try"]
    if last and last["state"] != "published":
        say(f"Since then: the night {last['night']} is {last['state']}" + (f": {last['message']}" if last["message"] else ""))
    click.echo("Flags:  " + ", ".join(f"{number} {colour}" for colour, number in facts["flags"].items()))
    click.echo("Files:  " + ", ".join(f"{number} {state}" for state, number in facts["files"].items()))
    waiting = "unknown while a night runs" if facts["files_waiting"] is None else count(facts["files_waiting"], "file")
    click.echo(f"Waiting for the next night: {waiting}")
    click.echo(_space(facts))
    click.echo(f"Refused files: {facts['refused_files']}")
    click.echo(f"Partly read files: {facts['partly_read_files']}")
    click.echo(f"Refused rows: {facts['refused_rows']}, of {count(facts['refused_row_causes'], 'cause')}")
    if facts["athletes_set_aside"]:
        click.echo(f"Could not be judged: {count(facts['athletes_set_aside'], 'athlete')}")
    for one in facts["accounts"]:
        wrong = f": {one['problem']}. {one['remedy']}" if one["problem"] else ""
        waits = f", {one['waiting']} waiting" if one["waiting"] else ""
        last = one["last_success"] or "never"
        say(f"Account {one['name']}: {count(one['new_files'], 'new file')}{waits}, last success {last}{wrong}")
    click.echo(f"Took {sum(facts['step_seconds'].values()):.1f} s:")
    for step, seconds in facts["step_seconds"].items():
        click.echo(f"    {step:<28}{seconds:>8.1f} s")
    for message in facts["alerts_waiting"]:
        why = f": {message['problem']}" if message["problem"] else " for the end of quiet hours"
        say(f"Alert to {message['target']} ({message['event']}) waits{why}")
    click.echo(f"Next night: {facts['next_night_at']}, if a schedule runs it")
    click.echo(f"Squad page: {facts['squad_page']}")
    for remark in facts["remarks"]:
        say(remark)


def _space(facts: dict[str, Any]) -> str:
    """What the kept nights take, and how many more fit."""
    kept_gb, free_gb = (facts[name] / kept.GIGABYTE for name in ("kept_bytes", "free_bytes"))
    more = facts["more_nights_that_fit"]
    fit = "" if more is None else f"; {count(more, 'more night')} like the last would fit"
    return f"Kept:   {count(facts['kept_nights'], 'night')}, {kept_gb:.2f} GB; {free_gb:.1f} GB are free{fit}"


@click.command()
@click.option("--test", "is_test", is_flag=True, help="Send every target of the settings a word, now.")
@click.pass_context
def alerts(context: click.Context, is_test: bool) -> None:
    """Send alerts that had to wait (for the end of quiet hours, for a target to come back), and one when the last night is late.

    For cron or a timer, every few minutes; `tendonwatch serve` does it by itself. Exits 1 where a target cannot be reached.
    """
    from flows.alerts import delivery, news

    settings = settings_for(context)
    logs.start(settings.log_format)
    if not settings.alerts:
        click.echo(f"{SETTINGS_FILE} names no target under alerts.")
    problems = delivery.try_targets(settings) if is_test else {}
    for target, problem in problems.items():
        say(f"{target}: {problem or 'sent'}")
    counts = {} if is_test else news.look(settings)
    if counts:
        click.echo(", ".join(f"{number} {how}" for how, number in counts.items()))
    sys.exit(EXIT_FAILED if any(problems.values()) or counts.get("unreachable") else 0)


@click.command("open")
@with_paths
@click.pass_context
def open_site(context: click.Context, raw: Path | None, warehouse_file: Path | None, site: Path | None) -> None:
    """Open the squad page in the browser."""
    page = settings_for(context, raw, warehouse_file, site).site / "index.html"
    if not page.is_file():
        fail(f"there is no page at {page} yet; run `tendonwatch nightly` first")
    click.echo(page)
    webbrowser.open(page.as_uri())
