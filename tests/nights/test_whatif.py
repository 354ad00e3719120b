"""`tendonwatch whatif`: what a night by other rules would say, without that night."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from flows.cli import main
from flows.operate import what_if
from flows.state import database
from tests.lib.squads import Night, runs_csv, strength_csv, tables_over, write_files

FIRST, AS_OF = date(2026, 8, 1), "2026-09-28"
OTHER = {"spike_active_days": "3", "calf_amber_days": "3"}
Flags = dict[tuple[str, date], str]


def squad(raw: Path) -> Path:
    kilometres: list[float | None] = [6.0 if number % 8 == 0 else 5.0 if number % 2 == 0 else 0 for number in range(54)]
    calf = {FIRST + timedelta(days=3 * number): ["Seated calf raise", "Single-leg calf raise"] for number in range(18)}
    return write_files(
        raw,
        {
            "squad.csv": "athlete_id,name\nada,Ada\nben,Ben\ncleo,Cleo\n",
            "ada/runs.csv": runs_csv(FIRST, [*kilometres[:50], 9.0, *kilometres[51:]]),  # 9 of 6: a moderate spike
            "ada/strength.csv": strength_csv(calf),
            "ben/runs.csv": runs_csv(FIRST, kilometres),
            "ben/strength.csv": strength_csv(calf),
            "cleo/runs.csv": runs_csv(FIRST, [*kilometres[:45], 9.0]),
            "rules.csv": "key,value,athlete_id\nspike_active_days,7,cleo\n",
        },
    )


def whatif(night: Night, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["whatif", "--warehouse", str(night.warehouse), *arguments])


def flags(night: Night) -> Flags:
    return {(row["athlete_id"], row["load_date"]): row["flag"] for row in night.rows("from marts.athlete_status")}


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Night, Night]:
    """A published night whose input is gone, and one over the same input by the other rules, without rules.csv."""
    folder = tmp_path_factory.mktemp("whatif")
    raw = squad(folder / "raw")
    published = tables_over(raw, folder / "published", AS_OF)
    (raw / "rules.csv").unlink()
    other = tables_over(raw, folder / "other", AS_OF, rules=OTHER)
    shutil.rmtree(raw)
    return published, other


def asked(rules: dict[str, str]) -> list[str]:
    return [part for key, value in rules.items() for part in ("--set", f"{key}={value}")]


def wanted(before: Flags, now: Flags) -> list[str]:
    """The lines about days and about today, from two nights."""
    moves = Counter((before[day], now[day]) for day in before if before[day] != now[day])
    days = [
        f"  {then} -> {after}: {number}" for (then, after), number in sorted(moves.items(), key=lambda one: (-one[1], one[0]))
    ]
    today = [
        f"  {athlete_id.title()} ({athlete_id}): {then} -> {now[athlete_id, day]}"
        for (athlete_id, day), then in sorted(before.items())
        if str(day) == AS_OF and now[athlete_id, day] != then
    ]
    return [
        f"Of {len(before)} athlete-days up to {AS_OF}, {sum(moves.values())} would have another flag:",
        *(days or ["  none"]),
        f"On {AS_OF}:",
        *(today or ["  nobody changes"]),
    ]


def told(said: Result, rules: int) -> list[str]:
    """The lines after those of the rules; the bar goes to stderr."""
    assert said.exit_code == 0, said.output
    return said.stdout.splitlines()[rules:]


def test_it_says_what_a_night_by_those_rules_says_and_leaves_no_trace(
    nights: tuple[Night, Night], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published, other = nights
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = published.warehouse.parent
    before = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}
    said = whatif(published, *asked(OTHER))
    expected = wanted(flags(published), flags(other))
    assert not {"  none", "  nobody changes"} & set(expected)
    assert told(said, 2) == expected
    assert said.stdout.splitlines()[0] == "spike_active_days: 14, 7 -> 3"
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()} == before
    assert list(tmp_path.iterdir()) == []


def test_of_one_athlete_it_says_what_it_says_of_them_among_all(nights: tuple[Night, Night]) -> None:
    published, _ = nights
    before, now = ({day: flag for day, flag in flags(night).items() if day[0] == "ada"} for night in nights)
    assert told(whatif(published, *asked(OTHER), "--athlete", "ada"), 2) == wanted(before, now)


def test_a_night_of_another_program_is_judged_anew_so_that_only_the_rules_differ(
    nights: tuple[Night, Night], tmp_path: Path
) -> None:
    published, _ = nights
    warehouse = tmp_path / "warehouse.duckdb"
    shutil.copyfile(published.warehouse, warehouse)
    with database.writer(warehouse) as connection:
        connection.execute("update seeds.night set program_version = '0.0'; update marts.athlete_status set flag = 'red'")
    built: list[Any] = []
    settings = published.settings.model_copy(update={"warehouse": warehouse})
    same_rules = {"spike_active_days": "7"}
    answer = what_if.what_if(settings, tmp_path / "scratch.duckdb", same_rules, "cleo", lambda: built.append(1))
    assert {move["flag_before"] == move["flag_now"] for move in answer.moves} == {True}
    assert sum(move["days"] for move in answer.moves) == sum(athlete_id == "cleo" for athlete_id, _ in flags(published))
    assert len(built) == 2 * what_if.models_to_build()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--set", "acwr_hihg=1.3"], "no rule is called 'acwr_hihg' (did you mean acwr_high?)"),
        (["--set", "acwr_high=0.5"], "acwr_high: 0.5 is outside 1 to 10 ratio"),
        (["--set", "acwr_high=nan"], "acwr_high: nan is outside 1 to 10 ratio"),
        (["--set", "acwr_high=high"], "acwr_high: 'high' is not a number; it may be 1 to 10 ratio"),
        (["--set", "spike_active_days=2.5"], "spike_active_days: 2.5 is not a whole number of days; it may be 1 to 60"),
        (["--set", "spike_active_days=inf"], "spike_active_days: inf is outside 1 to 60 days"),
        (["--set", "ewma_seed=last"], "ewma_seed: 'last' is none of first_day, mean_28d, zero"),
        (["--set", "acwr_high="], "acwr_high: the value is empty"),
        (["--set", "acwr_high"], "--set 'acwr_high' is not rule=value"),
        (["--set", "acwr_high=1.3", "--set", "acwr_high=1.4"], "--set acwr_high is given twice"),
        (
            ["--set", "calf_amber_days=25"],
            "calf_amber_days would be 25 and calf_red_days 21, but calf_amber_days may not be above",
        ),
        (["--set", "acute_days=7"], "acute_days is no rule any more."),
        (["--set", "acwr_high=1.3", "--athlete", "adda"], "no athlete 'adda' (did you mean ada?)"),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_line(nights: tuple[Night, Night], arguments: list[str], said: str) -> None:
    result = whatif(nights[0], *arguments)
    assert result.exit_code == 2
    assert result.output.startswith(f"tendonwatch: {said}")
    assert result.output.count("\n") == 1
