"""Twenty-six people as a stranger's club has them: ugly logs, and by hand what must be said about each of them."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.lib.said import FORBIDDEN, Said, all_said, words_of
from tests.lib.squads import Night, night_over

PEOPLE = Path(__file__).parents[1] / "fixtures" / "people"
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((PEOPLE / "expected.toml").read_text(encoding="utf-8"))
AS_OF = date(2026, 10, 25)
ROOM = {
    "longest_km": ("longest_run_ceiling_m", 1000),
    "week_usual_km": ("week_distance_usual_m", 1000),
    "week_km": ("week_distance_ceiling_m", 1000),
    "week_usual_min": ("week_moving_usual_s", 60),
    "week_min": ("week_moving_ceiling_s", 60),
}


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    return night_over(PEOPLE / "raw", tmp_path_factory.mktemp("golden_people"), as_of=AS_OF.isoformat())


@pytest.fixture(scope="module")
def said(night: Night) -> dict[str, Said]:
    return all_said(night, EXPECTED, AS_OF)


def test_everybody_in_the_squad_is_expected(night: Night) -> None:
    assert {row["athlete_id"] for row in night.rows("select athlete_id from marts.athletes")} == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_colour_and_state_are_those_worked_out_by_hand(night: Night, name: str) -> None:
    expected = EXPECTED[name]
    (status,) = night.rows("select * from marts.athlete_status where athlete_id = ? and load_date = ?", name, AS_OF)
    wanted = ("flag", "priority", "confidence", "confidence_because", "forbids", "run_level", "capacity_level")
    assert {key: status[key] for key in wanted if key in expected} == {key: expected[key] for key in wanted if key in expected}
    assert status["person_states"] == expected["states"]
    assert status["person_state"] == expected["states"][0]


@pytest.mark.parametrize("name", EXPECTED)
def test_reasons_are_those_worked_out_by_hand(night: Night, name: str) -> None:
    expected = EXPECTED[name]
    query = "select distinct code, family from marts.flags where athlete_id = ? and load_date = ? and state = 'raised'"
    raised = night.rows(query, name, AS_OF)
    assert sorted(row["code"] for row in raised if row["family"] != "data") == expected["reasons"]
    data = {row["code"] for row in raised if row["family"] == "data"}
    assert data >= set(expected.get("data", []))
    assert not data & set(expected.get("no_data", []))


@pytest.mark.parametrize("name", EXPECTED)
def test_numbers_are_those_worked_out_by_hand(night: Night, name: str) -> None:
    expected = EXPECTED[name]
    links = {
        row["link"]: row
        for row in night.rows("select * from marts.chain_links where athlete_id = ? and load_date = ?", name, AS_OF)
    }
    fed, sets = expected.get("days_since", {}), expected.get("sets_week", {})
    assert {link: links[link]["days_since"] for link in fed} == fed
    assert {link: links[link]["mean_sets_week"] for link in sets} == pytest.approx(sets)
    assert [links[link]["days_since"] for link in expected.get("never", [])] == [None] * len(expected.get("never", []))
    (room,) = night.rows("select * from marts.next_week_room where athlete_id = ? and load_date = ?", name, AS_OF)
    for key, (column, per_unit) in ROOM.items():
        if key in expected:
            assert room[column] / per_unit == pytest.approx(expected[key], abs=0.001), column
    assert [column for column in expected.get("untold", []) if room[column] is not None] == []


@pytest.mark.parametrize("name", EXPECTED)
def test_headline_and_next_action_say_what_they_must(said: dict[str, Said], name: str) -> None:
    expected = EXPECTED[name]
    headline, action = (re.sub(r"\s", " ", said[name].surfaces[key]) for key in ("headline", "next action"))
    assert [words for words in expected.get("says", []) if words not in action] == []
    assert [words for words in expected.get("says_not", []) if words in action] == []
    assert [words for words in expected.get("headline", []) if words not in headline] == []
    assert [words for words in expected.get("headline_not", []) if words in headline] == []


@pytest.mark.parametrize("name", EXPECTED)
def test_no_sentence_contradicts_the_gate(said: dict[str, Said], name: str) -> None:
    found = {word: said[name].found(FORBIDDEN[word]) for word in EXPECTED[name]["forbids"]}
    assert {word: hits for word, hits in found.items() if hits} == {}


@pytest.mark.parametrize("name", ["refused-rows", "hiker", "treadmill-minutes"])
def test_unknown_running_is_never_told_as_none(said: dict[str, Said], name: str) -> None:
    one = said[name]
    assert one.found(r"No run in more than three weeks|hold 0(?:\.0)? km") == {}


def test_minutes_alone_have_room_by_time(said: dict[str, Said]) -> None:
    page = said["treadmill-minutes"].surfaces["page"]
    assert "Usual week 2 h 26 min · above 3 h 39 min the flag rises" in page
    assert not re.search(r"longest run \d", page)
    assert "Running, min a week Last 7 days: 2 h 45 min." in page


def test_a_week_of_runs_without_a_distance_is_not_one_of_zero_kilometres(night: Night) -> None:
    # 40 + 40 + 85 minutes in the last week.
    assert "<b>2 h 45 min</b>" in (night.site / "index.html").read_text(encoding="utf-8")
    weeks = "from marts.weekly_summary where athlete_id = 'treadmill-minutes' order by week_start_date desc limit 1"
    assert night.rows(f"select distance_m, moving_s {weeks}") == [{"distance_m": None, "moving_s": 9_900.0}]
    assert (
        night.rows("from marts.load_weeks where athlete_id = 'treadmill-minutes' and measure = 'distance_m' and load = 0") == []
    )


def test_a_date_of_trouble_that_has_not_come_is_refused_in_words(night: Night) -> None:
    (row,) = night.rows("select reason, remedy from ops.quarantined_rows where path = 'squad.csv'")
    assert "achilles_history_until: 2062-09-01 is yet to come" in row["reason"]
    assert "left-stronger" in row["remedy"]


def test_who_is_outside_these_rules_is_named(night: Night) -> None:
    evidence = words_of(night.site / "evidence.html")
    assert re.search(r"Pregnancy and inflammatory disease: ?ask whoever looks after it", evidence)
