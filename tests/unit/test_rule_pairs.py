"""Rules that contradict each other: which row goes, what is said, and that the house itself never does."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from flows.seed_files import seed_rows
from flows.squad.rule_pairs import contradictions, pairs

SQUADS = {"ada": "masters", "bea": "masters", "cem": "youth"}


def row(number: int, key: str, value: str, athlete_id: str | None = None, squad: str | None = None) -> dict[str, Any]:
    return {"key": key, "value": value, "athlete_id": athlete_id, "squad": squad, "row_number": number}


def left_out(*rules: dict[str, Any]) -> list[int]:
    return sorted(one.rule["row_number"] for one in contradictions(rules, SQUADS))


def test_no_pair_of_the_house_contradicts_itself_and_both_are_numbers_of_one_unit() -> None:
    house = {one["key"]: one for one in seed_rows("rules")}
    assert {"calf_amber_days", "calf_amber_days_build", "tendon_amber_days", "pain_amber", "spike_small_percent"} <= set(pairs())
    for low, high in pairs().items():
        assert float(house[low]["value"]) <= float(house[high]["value"]), low
        assert house[low]["unit"] == house[high]["unit"], low
    assert contradictions([], SQUADS) == []


@pytest.mark.parametrize(
    ("key", "value"), [("calf_amber_days", "22"), ("calf_red_days", "10"), ("pain_gate", "2"), ("spike_moderate_percent", "105")]
)
def test_one_of_a_pair_set_alone_is_left_out_where_the_house_contradicts_it(key: str, value: str) -> None:
    (one,) = contradictions([row(2, key, value)], SQUADS)
    assert one.rule["row_number"] == 2
    assert f"{key} {value}" in one.problem or f"{key} would be {value}" in one.problem
    assert "may not be above" in one.problem


@pytest.mark.parametrize(("amber", "red"), [("21", "21"), ("22", "23"), ("5", "12")])
def test_both_of_a_pair_hold_together_whichever_stands_first(amber: str, red: str) -> None:
    for first, second in permutations([("calf_amber_days", amber), ("calf_red_days", red)]):
        assert left_out(row(2, *first, squad="masters"), row(3, *second, squad="masters")) == []


def test_equal_is_no_contradiction() -> None:
    assert left_out(row(2, "calf_amber_days", "21")) == []
    assert left_out(row(2, "calf_amber_days", "21.0"), row(3, "calf_red_days", "21")) == []


def test_the_narrower_row_goes_and_the_wider_ones_hold() -> None:
    squads_own = [row(2, "calf_amber_days", "25", squad="masters"), row(3, "calf_red_days", "30", squad="masters")]
    assert left_out(*squads_own) == []
    assert left_out(*squads_own, row(4, "calf_red_days", "22", athlete_id="ada")) == [4]
    assert left_out(*squads_own, row(4, "calf_red_days", "22", athlete_id="cem")) == [], "of another squad"
    assert left_out(row(2, "calf_red_days", "30", athlete_id="ada"), row(3, "calf_amber_days", "25")) == [3], "bea has 21"
    (one,) = contradictions([*squads_own, row(4, "calf_red_days", "22", athlete_id="ada")], SQUADS)
    assert one.problem == (
        "for ada calf_amber_days would be 25 and calf_red_days 22, but calf_amber_days may not be above calf_red_days (row 2)"
    )


def test_of_two_rows_for_the_same_people_the_lower_goes_and_then_what_still_contradicts() -> None:
    assert left_out(row(2, "calf_amber_days", "9"), row(3, "calf_red_days", "8")) == [3]
    # Without row 3 amber of 25 meets the house's red of 21.
    assert left_out(row(2, "calf_amber_days", "25"), row(3, "calf_red_days", "23")) == [2, 3]


def test_a_chain_of_three_is_held_link_by_link() -> None:
    assert left_out(row(2, "spike_small_percent", "140"), row(3, "spike_moderate_percent", "150")) == []
    assert left_out(row(2, "spike_small_percent", "140"), row(3, "spike_large_percent", "300")) == [2]


def test_other_rules_and_texts_are_nobodys_pair() -> None:
    assert left_out(row(2, "acwr_high", "1.1"), row(3, "action.SOL_STALE", "Ring Kim."), row(4, "ewma_seed", "zero")) == []
