"""One page per athlete: what, why, since when and what to do; then the weeks that led there. One module per section."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from dashboards import chain, notes, sentences, tables
from dashboards.charts.calendar import calendar
from dashboards.charts.figure import LOOK, plotly_locale
from dashboards.charts.health import health, pain_weeks
from dashboards.gate import RUPTURE, Gate, gate
from dashboards.pages.athlete import ceilings, head, how_to, logs, plan, reported, weeks
from dashboards.pages.athlete.batch import Batch
from dashboards.pages.athlete.checks import Checks
from dashboards.pages.athlete.exercises import Exercises
from dashboards.pages.athlete.links import Chains
from dashboards.pages.athlete.room import is_silent, no_room, room, was_usual
from dashboards.pages.athlete.running import Running, measures
from dashboards.pages.athlete.strip import Strips
from dashboards.templating import page_names
from dashboards.words import CHANGES, doubts, flag_levels, flag_of
from flows.words.amounts import Scale, distance_scale
from flows.words.language import gettext

BATCH_ATHLETES = 200


def contexts(connection: duckdb.DuckDBPyConnection, athlete_ids: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the athlete template needs, athlete by athlete; every mart is queried once per batch of athletes.

    `athlete_ids` are those of the whole squad, sorted: a batch is named by its first and last id.
    """
    as_of = tables.as_of_date(connection)
    if as_of is None:
        return
    names = page_names(athlete_ids)
    for ids in tables.batches(athlete_ids, BATCH_ATHLETES):
        batch = Batch(ids[0], ids[-1], as_of)
        pages = Pages(connection, batch)
        found = tables.rows(connection, head.STATUS, **batch.ids, as_of=as_of)
        for athlete in sentences.in_language(connection, found):
            yield athlete["athlete_id"], pages.context(athlete, names[athlete["athlete_id"]])


class Pages:
    """What all sections need for a batch, read once."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, batch: Batch) -> None:
        def by_athlete(query: str, **values: Any) -> dict[str, list[tables.Row]]:
            return tables.grouped(tables.rows(connection, query, **batch.ids, **values), "athlete_id")

        offered = measures(connection)
        self._batch = batch
        self._levels = flag_levels(connection)
        self._rules = tables.athlete_rules(connection, **batch.ids)
        self._checks = Checks(connection, batch, offered)
        self._chains = Chains(connection, batch, chain.links(connection))
        self._running = Running(connection, batch, offered)
        self._exercises = Exercises(connection, batch)
        self._strips = Strips(connection, batch)
        self._weeks = by_athlete(weeks.WEEKS)
        self._injuries = by_athlete(head.INJURIES)
        self._ceilings = tables.arrays(connection, **ceilings.CEILINGS, **batch.ids)
        self._events = by_athlete(reported.HEALTH)
        doses = tables.rows(connection, how_to.DOSES, **batch.ids, as_of=batch.as_of)
        self._doses = tables.grouped(sentences.in_language(connection, doses), "athlete_id")
        self._plans = by_athlete(plan.PLAN)
        self._notes = by_athlete(notes.NOTES)
        self._runs = by_athlete(logs.RUNS, most=logs.LAST_RUNS)
        self._sessions = by_athlete(logs.SESSIONS, most=logs.LAST_EXERCISES)

    def context(self, athlete: tables.Row, page: str) -> dict[str, Any]:
        """What the template needs for one athlete, whose page has this name."""
        athlete_id = athlete["athlete_id"]
        rules = self._rules[athlete_id]
        allowed = gate(athlete["forbids"])
        # A rupture stands alone also while its flag is held.
        is_rupture = RUPTURE in (athlete["reasons"] or [])
        scale = distance_scale(athlete["units"])
        checks = self._checks.of(athlete, is_rupture)
        running = self._running.of(athlete)
        exercises = self._exercises.of(athlete, allowed)
        events, injuries = self._events[athlete_id], self._injuries[athlete_id]
        others = self._charts(athlete, scale, allowed)
        return {
            "title": athlete["name"],
            "athlete": athlete | self._said(athlete, rules, checks["today"]),
            "facts": head.facts(athlete, injuries),
            "open_injuries": [head.open_injury(injury) for injury in injuries],
            "actions": head.actions(athlete),
            "flag_strip": self._strips.of(athlete_id, allowed, is_rupture),
            "is_rupture": is_rupture,
            "gate": allowed,
            "is_pain_gate": "pain_gate" in (athlete["person_states"] or []),
            "is_young": "under_16" in (athlete["person_states"] or []),
            "was_usual": was_usual(athlete, scale, allowed),
            "no_room": no_room(athlete, rules),
            "rules": rules,
            **checks,
            **self._chains.of(athlete),
            **running,
            "exercises": exercises,
            **others,
            "room": room(athlete, scale, rules, allowed),
            "plan": plan.plan(self._plans[athlete_id], page),
            "coach_notes": [notes.note_words(note) for note in self._notes[athlete_id][: notes.LAST_NOTES]],
            "quiet": notes.quiet_words(athlete),
            "how_to": how_to.cards(checks["raised"], self._doses[athlete_id], allowed, athlete["raises_place_code"]),
            "pain": reported.pain(events, self._batch.as_of),
            "reported": reported.reported_words(events),
            "events": list(reversed(events))[: reported.LAST_EVENTS],
            "figures": self._figures(running["measures"], exercises, others, events),
            "runs": [logs.run(row, scale) for row in self._runs[athlete_id]],
            "sessions": [logs.exercise(row, athlete["strength_weight_unit"]) for row in self._sessions[athlete_id]],
            "distance_unit": scale.unit,
        }

    def _said(self, athlete: tables.Row, rules: dict[str, str], today: Sequence[tables.Row]) -> dict[str, Any]:
        """What the athlete's status comes to in words, with today's checks."""
        return {
            "doubts": doubts(athlete["confidence_because"]),
            "verdict": head.verdict(athlete, rules, self._levels, today),
            "flag": flag_of(athlete["flag"]),
            "change": gettext(CHANGES[athlete["change"]]) if athlete["change"] else None,
        }

    def _figures(
        self,
        shown: Sequence[dict[str, Any]],
        exercises: Sequence[dict[str, Any]],
        others: dict[str, Any],
        events: Sequence[tables.Row],
    ) -> dict[str, Any]:
        """All figures of the page, for the script that draws them."""
        as_of = self._batch.as_of
        return {
            "look": LOOK,
            "locale": plotly_locale(),
            "measures": {measure["measure"]: measure for measure in shown},
            "calendar": calendar(events, self._batch.since, as_of),
            "health": health(events, as_of) if events else None,
            "pain": pain_weeks(events, as_of),
            **{one["exercise"]: {"figure": one["figure"]} for one in exercises if one["figure"]},
            **others,
        }

    def _charts(self, athlete: tables.Row, scale: Scale, allowed: Gate) -> dict[str, Any]:
        """The charts of running that do not depend on the measure."""
        athlete_id = athlete["athlete_id"]
        # A shown ceiling would read as permission to run up to it.
        has_ceiling = allowed.allows("ceiling")
        found = self._ceilings.get(athlete_id)
        return {
            "weeks": weeks.weeks_chart(
                self._weeks[athlete_id], athlete["units"], has_ceiling and allowed.allows("room"), is_silent(athlete)
            ),
            "ceiling": ceilings.ceiling_chart(found, scale, self._batch.window) if has_ceiling else None,
        }
