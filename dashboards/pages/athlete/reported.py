"""Reports beside the training log: symptoms, injuries and marked days."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards import tables
from flows.words.amounts import plural
from flows.words.language import plural_of

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
