"""Reports beside the training log: symptoms, injuries and marked days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from dashboards import tables
from dashboards.charts.health import reports
from flows.words.amounts import counted, plain, plural, short_date
from flows.words.language import gettext, plural_of

LAST_EVENTS = 20

HEALTH = """
    select *
    from marts.health_events
    where athlete_id between $first and $last
    order by athlete_id, from_date, kind, file_id
"""
KINDS = {
    "symptoms": plural_of("{} report of symptoms", "{} reports of symptoms"),
    "injury": plural_of("{} injury", "{} injuries"),
    "illness": plural_of("{} illness", "{} illnesses"),
    "holiday": plural_of("{} holiday", "{} holidays"),
    "race": plural_of("{} race", "{} races"),
    "missing": plural_of("{} stretch of missing days", "{} stretches of missing days"),
}


def reported_words(events: Sequence[tables.Row]) -> str:
    """How often each kind of report was made."""
    counts = {kind: sum(event["kind"] == kind for event in events) for kind in KINDS}
    return ", ".join(plural(*KINDS[kind], count) for kind, count in counts.items() if count)


def pain(events: Sequence[tables.Row], as_of: date) -> str:
    """Pain and morning stiffness of the last twelve weeks in words; silence is told as silence."""
    told = [event for event in events if event["from_date"] and event["from_date"] > as_of - timedelta(days=84)]
    scores = reports(told, "pain_0_10")
    if not scores:
        return gettext("No report of pain in 12 weeks: not known, not painless.")
    last = scores[-1]
    said = [
        counted(len(scores), "report"),
        gettext("the last on {day}: pain {pain} of 10").format(day=short_date(last["from_date"]), pain=plain(last["pain_0_10"])),
        gettext("most {pain}").format(pain=plain(max(event["pain_0_10"] for event in scores))),
    ]
    if stiff := reports(told, "morning_stiffness_min"):
        said.append(gettext("morning stiffness {minutes} min").format(minutes=plain(stiff[-1]["morning_stiffness_min"])))
    return " · ".join(said)
