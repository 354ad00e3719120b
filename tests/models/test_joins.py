"""A join without a key meets every row with every other: twice the squad would take four times as long."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from flows.models import layers
from flows.state import database
from tests.lib import any_squads
from tests.lib.any_squads import Plan

WITHOUT_A_KEY = ("NL_JOIN", "NESTED_LOOP_JOIN", "CROSS_PRODUCT")
SQUADS = 5


def pairs_met(work: Path, folder: Path) -> Counter[str]:
    """The model -> pairs of rows that meet in its largest join without a key."""
    found: Counter[str] = Counter()

    def walk(operator: dict[str, Any], model: str) -> None:
        children = operator.get("children", [])
        if any(kind in str(operator.get("operator_name")) for kind in WITHOUT_A_KEY):
            found[model] = max(found[model], math.prod(int(child["operator_cardinality"]) for child in children))
        for child in children:
            walk(child, model)

    with database.reader(work) as connection:
        plan = folder / "plan.json"
        connection.execute(f"set enable_profiling = 'json'; set profiling_output = {database.quoted(plan)}")
        for layer in ("staging", "activities", "intermediate", "marts"):
            for name in layers.model_paths(layer):
                connection.execute(f"create or replace temp table built as {layers.model_sql(layer, name)}")
                walk(json.loads(plan.read_text(encoding="utf-8")), f"{layer}.{name}")
    return found


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, int]]:
    """The model -> those pairs for one squad, and for several squads like it."""
    folders = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("several")
    plan = Plan(seed=1, athletes=2, days=50)
    squads = [any_squads.squad(plan, f"squad{number}") for number in range(SQUADS)]
    one, several = (
        pairs_met(any_squads.build(folder, some), folder) for folder, some in zip(folders, (squads[:1], squads), strict=True)
    )
    return {model: (one[model], several[model]) for model in several}


def test_no_join_lets_every_row_of_a_squad_meet_every_other(grown: dict[str, tuple[int, int]]) -> None:
    assert grown, "no plan was read"
    assert {model: pairs for model, pairs in grown.items() if pairs[1] > 2 * SQUADS * max(pairs[0], SQUADS)} == {}
