"""Whatever a raw table holds, no model raises, no reason lacks its numbers and nobody else's rows change."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from flows.state import database
from tests.lib import any_squads
from tests.lib.any_squads import Plan

SQUADS = int(os.environ.get("TENDONWATCH_SQUADS", "40"))
SQUADS_OF_A_BUILD = 20
SOUND = any_squads.squad(Plan(seed=1, days=100), "sound")
NULLS, EXTREMES = any_squads.breakable()

plans = st.builds(
    Plan,
    seed=st.integers(0, 2**32),
    athletes=st.integers(1, 3),
    days=st.sampled_from([1, 10, 40, 70, 100]),
    nulls=st.frozensets(st.sampled_from(NULLS), max_size=8),
    extremes=st.frozensets(st.sampled_from(EXTREMES), max_size=6),
    share=st.sampled_from([0.05, 0.3, 1.0]),
)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The marts of the sound squad when nobody else is there."""
    with database.reader(any_squads.build(tmp_path_factory.mktemp("alone"), [SOUND])) as connection:
        return any_squads.rows_of(connection, "sound")


@settings(
    max_examples=max(SQUADS // SQUADS_OF_A_BUILD, 1),
    deadline=None,
    derandomize="TENDONWATCH_SQUADS" not in os.environ,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # a build takes seconds: the message names the athlete, whose squad any_squads makes again
)
@given(drawn=st.lists(plans, min_size=SQUADS_OF_A_BUILD, max_size=SQUADS_OF_A_BUILD))
def test_any_squad_is_judged_or_told_why_not_and_changes_nobody_else(
    drawn: list[Plan], alone: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    squads = [any_squads.squad(plan, f"any{number}") for number, plan in enumerate(drawn)]

    work = any_squads.build(tmp_path_factory.mktemp("any"), [SOUND, *squads])

    with database.reader(work) as connection:
        assert any_squads.faults(connection) == []
        now = any_squads.rows_of(connection, "sound")
        assert [table for table, rows in alone.items() if rows != now[table]] == []
