"""Lines of the squad page with the widest facts that a week may bring: what a page must have room for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flows.words import brief
from flows.words.language import speaking

TODAY = date(2026, 11, 29)
# Days in full, two digits of kilometres, five of steps: as wide as they come. The names are those of the messages.
THURSDAY, MONDAY = "2026-11-26", "2026-11-23"
FACTS: dict[str, Any] = {
    **dict.fromkeys(("report_date", "rupture_date", "run_after_date", "outing_date", "session_date"), THURSDAY),
    **dict.fromkeys(("ill_race_date", "ill_run_date", "race_date"), THURSDAY),
    **dict.fromkeys(("onset_date", "morning_date", "healed_date", "back_date", "last_date"), MONDAY),
    **dict.fromkeys(("until_date", "holiday_until_date"), "2026-12-23"),
    **{"pain": 10, "reports": 2, "stiffness_s": 2700, "rise_s": 1500, "fall": 12, "site": "calf", "runs": 12, "high_load": 7},
    **{"distance_m": 24_000, "before_distance_m": 18_000, "moving_s": 8400, "before_moving_s": 6600, "ratio": 1.66, "line": 1.3},
    **{"ascent_m": 1240, "before_ascent_m": 620, "fast_steps": 14_000, "before_fast_steps": 13_000, "share": 0.72, "norm": 25},
    **{"heel_raises": 16, "contacts": 290, "most_before": 140, "days": 20, "rest_days": 20, "log_days": 550, "more": 27},
    **{"unmapped": 12, "known": 19, "window_days": 28, "rows": 12, "files": 3, "link": "gastrocnemius"},
}
OF_FAMILY = {"pain": brief.PAIN, "run": brief.RUNNING, "calf": brief.CALF, "data": brief.DATA}
SECOND = ("spike.distance_m", "spike.fast_steps", "acwr.fast_steps", "clock.since", "clock.never", "jumps.ramp")


def lines(language: str) -> Iterator[str]:
    """What the page says in that language where each reason leads, alone, before another, and while the flag is held."""
    with speaking(language):
        for family, messages in OF_FAMILY.items():
            for key in messages:
                yield from _led(_row(family, key))
        for key in brief.PERSON:
            yield from _led(person=key)


def _led(*first: dict[str, Any], person: str | None = None) -> Iterator[str]:
    status = {"flag": "red", "units": "km", "load_date": TODAY, "person_message": person, "person_facts": FACTS}
    for held_days in (0, 2):
        yield brief.reason(status | {"held_days": held_days}, first, 3)
        for key in SECOND:
            family = "run" if key in brief.RUNNING else "calf"
            yield brief.reason(status | {"held_days": held_days}, [*first, _row(family, key)], 3)


def _row(family: str, key: str) -> dict[str, Any]:
    return {"code": "A_CODE", "family": family, "level": "R1", "message": key, "facts": FACTS}
