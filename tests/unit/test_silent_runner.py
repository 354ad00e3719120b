"""Of a runner of whom nothing has come in for long nobody knows what was run: no zero, no usual week, no room."""

from datetime import date, timedelta
from typing import Any

import pytest

from dashboards.gate import gate
from dashboards.pages.athlete.room import no_room, room
from dashboards.pages.athlete.weeks import weeks_chart
from flows.words.amounts import distance_scale

SUNDAY = date(2026, 10, 25)
RULES = {"race_days": "14", "young_age": "16"}


def weeks(*distances_m: float | None) -> list[dict[str, Any]]:
    first = SUNDAY - timedelta(weeks=len(distances_m) - 1)
    return [
        {
            "load_date": first + timedelta(weeks=place),
            "known_days": 7,
            "distance_m": distance_m,
            "moving_s": distance_m,
            "distance_ceiling_m": None,
        }
        for place, distance_m in enumerate(distances_m)
    ]


def athlete(*doubts: str) -> dict[str, Any]:
    lengths = {"longest_run_ceiling_m": 3800.0, "week_distance_ceiling_m": 3800.0, "week_distance_usual_m": 2600.0}
    times = {"week_moving_ceiling_s": 1260.0, "week_moving_usual_s": 840.0}
    person = {"forbids": [], "person_states": [], "confidence_because": list(doubts), "binding_rule": None}
    return lengths | times | person


@pytest.mark.parametrize(
    ("is_silent", "told", "said"),
    [(True, [36, 0, 8, None, None], "Last 7 days: not known."), (False, [36, 0, 8, 0, 0], "Last 7 days: 0.0 km.")],
)
def test_weeks_after_the_last_run_are_unknown_while_nothing_comes_in(is_silent: bool, told: list[Any], said: str) -> None:
    chart = weeks_chart(weeks(36_000, 0, 8_000, 0, 0), "km", True, is_silent)
    assert chart is not None
    assert chart["figure"]["data"][0]["y"] == told
    assert chart["summary"] == said


def test_no_room_is_given_while_nothing_comes_in() -> None:
    scale, allowed = distance_scale("km"), gate([])
    heard, silent = athlete("DATA_NO_INTENSITY"), athlete("DATA_STALE_SOURCE")
    given = room(heard, scale, RULES, allowed)
    assert given is not None and given["usual"] == "2.6 km"
    assert no_room(heard, RULES) == []
    assert room(silent, scale, RULES, allowed) is None
    assert no_room(silent, RULES) == ["No room is given while no data come in: nobody knows what was run."]
