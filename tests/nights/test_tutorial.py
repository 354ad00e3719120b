"""docs/tutorial.md: each query gives the answer that stands below it, and each chart draws what is told of it."""

from __future__ import annotations

import math
import re
import shlex
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from tests.conftest import PROJECT
from tests.lib.squads import Night
from tests.nights.test_cli import tendonwatch

TEXT = (PROJECT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+) ?(\S*)\n(.*?)^```$", TEXT, flags=re.MULTILINE | re.DOTALL)
ASKED = [(*block, BLOCKS[number + 1]) for number, block in enumerate(BLOCKS) if block[0] in ("sql", "sh")]
CHARTS = {name: code for kind, name, code in BLOCKS if kind == "python"}


def test_every_block_is_one_that_is_tested() -> None:
    assert len(BLOCKS) == 2 * len(ASKED) + len(CHARTS)
    assert (len(ASKED), len(CHARTS)) == (4, 3)


@pytest.mark.parametrize(("kind", "param", "text", "answer"), ASKED)
def test_a_query_gives_the_answer_below_it(demo_night: Night, kind: str, param: str, text: str, answer: tuple[str, ...]) -> None:
    words = shlex.split(text)[1:] if kind == "sh" else ["query", *(["--param", param] if param else []), text]
    found = tendonwatch(demo_night.settings.raw, *words, "--warehouse", demo_night.warehouse)
    assert answer[0] == "text"
    assert (found.exit_code, found.output) == (0, answer[2])


@pytest.fixture
def drawn(demo_night: Night, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> go.Figure:
    """A chart's code run where the document says, in a folder with var/warehouse.duckdb; the figure that it makes."""
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "warehouse.duckdb").symlink_to(demo_night.warehouse.resolve())
    monkeypatch.chdir(tmp_path)
    made: dict[str, Any] = {}
    exec(compile(CHARTS[request.param], request.param, "exec"), made)
    assert 'src="http' not in (tmp_path / request.param).read_text(encoding="utf-8")
    return made["figure"]


@pytest.mark.parametrize("drawn", ["runs.html"], indirect=True)
def test_two_runs_stand_clear_above_their_ceiling(drawn: go.Figure) -> None:
    runs, ceilings = drawn.data
    above = [str(day) for day, km, ceiling in zip(runs.x, runs.y, ceilings.y, strict=True) if ceiling and km > ceiling * 1.3]
    assert [day[:10] for day in above] == ["2026-08-02", "2026-11-15"]


@pytest.mark.parametrize("drawn", ["weeks.html"], indirect=True)
def test_the_unknown_week_is_a_gap(drawn: go.Figure) -> None:
    (line,) = drawn.data
    gaps = [str(day)[:10] for day, km in zip(line.x, line.y, strict=True) if km is None or math.isnan(km)]
    assert gaps == ["2026-09-07"]


@pytest.mark.parametrize("drawn", ["squads.html"], indirect=True)
def test_each_squad_has_a_line_that_ends_where_the_table_does(drawn: go.Figure) -> None:
    assert {line.name: line.y[-1] for line in drawn.data} == {"road": 4.8, "track": 5.0}
