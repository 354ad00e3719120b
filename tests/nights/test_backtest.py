"""The backtest from the command line to the page: before there are injuries, with too few, and in the night after."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from flows.cli import main
from flows.state import database
from tests.lib.squads import Night, night_over, runs_csv, strength_csv, write_files

FIRST = date(2026, 5, 4)
KILOMETRES: list[float | None] = [6, None, 7, None, 5, 9, None] * 16
AS_OF = "2026-08-23"
INJURY = "onset_date,site,side,resolved_date\n2026-07-20,calf,left,2026-07-25\n"


def backtest(night: Night, *arguments: str) -> Result:
    places = ["--warehouse", str(night.warehouse), "--site", str(night.site)]
    return CliRunner().invoke(main, ["backtest", *places, *arguments])


def remembered(night: Night) -> list[dict[str, Any]]:
    with database.reader(database.memory_path(night.warehouse)) as memory:
        return database.rows(memory, "from raw.backtest order by rule_number")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What was said after a night without injuries, after one with one, and what the night after that published."""
    folder = tmp_path_factory.mktemp("backtest")
    calf_work = ["Single-leg standing calf raise", "Single-leg bent-knee calf raise"]
    strength = strength_csv({FIRST + timedelta(days=by): calf_work for by in range(0, len(KILOMETRES), 3)})
    logs = {"runs.csv": runs_csv(FIRST, KILOMETRES), "strength.csv": strength}
    raw = write_files(folder / "raw", {f"{who}/{name}": text for who in ("ada", "ben") for name, text in logs.items()})
    said: dict[str, Any] = {"folder": folder}
    first = night_over(raw, folder / "var", AS_OF, is_guarded=False)
    said["without"], said["page before"] = backtest(first), (first.site / "evidence.html").read_text(encoding="utf-8")
    write_files(raw, {"ada/injuries.csv": INJURY})
    second = night_over(raw, folder / "var", AS_OF, is_guarded=False)
    said["strange"] = backtest(second, "--rule", "RED", "--rule", "SOL_STAL")
    said["kept of strange"] = remembered(second)
    said["asked"], said["one"] = backtest(second), backtest(second, "--rule", "RED")
    said["kept"] = remembered(second)
    said["night"] = night_over(raw, folder / "var", AS_OF)
    return said


def test_before_anybody_is_hurt_it_says_in_one_line_what_to_write_down(story: dict[str, Any]) -> None:
    assert story["without"].exit_code == 1
    (line,) = story["without"].output.strip().split("\n")
    assert "no injury of the Achilles or the calf is on record" in line and "injuries.csv" in line


def test_a_rule_that_nobody_knows_is_named_beside_those_there_are_and_nothing_is_kept(story: dict[str, Any]) -> None:
    assert story["strange"].exit_code == 2
    (line,) = story["strange"].output.strip().split("\n")
    assert line.startswith("tendonwatch: no rule 'SOL_STAL'; name one of RED, SPIKE_DAYS_0_14")
    assert "SOL_STALE" in line and "ON_TRACK" not in line
    assert story["kept of strange"] == []


def test_one_injury_is_too_few_and_the_verb_says_so(story: dict[str, Any]) -> None:
    # Ada counts from her 29th day, 1 June, to 20 July, Ben to the end; without days whose eve is grey.
    (counted,) = story["night"].rows(
        """
        select count(*) as days from marts.athlete_status
        where
            flag <> 'grey' and load_date >= date '2026-05-31'
            and load_date < if(athlete_id = 'ada', date '2026-07-20', date '2026-08-23')
        """
    )
    assert story["asked"].exit_code == 0
    assert f"As of {AS_OF}, {counted['days']} athlete-days that count." in story["asked"].output
    assert counted["days"] > 0
    assert "Too few injuries to say: 1, and 20 are needed." in story["asked"].output


def test_one_rule_may_be_shown_alone_but_all_are_kept(story: dict[str, Any]) -> None:
    assert "\nRED: on" in story["one"].output and "AMBER" not in story["one"].output
    rules = [row["rule"] for row in story["kept"]]
    assert rules[:6] == ["RED", "SPIKE_DAYS_0_14", "SPIKE_DAYS_1_14", "SPIKE_OWN_DAY", "AMBER", "AMBER_OR_RED"]
    assert len(rules) == len(set(rules))


def test_the_next_night_publishes_it(story: dict[str, Any]) -> None:
    night = story["night"]
    rows = night.rows("select * exclude (is_newest, judged_by, flagged_days_percent) from marts.backtest order by rule_number")
    assert rows == [{name: row[name] for name in rows[0]} for row in story["kept"]]
    assert night.outcome.exit_code == 0


def test_the_evidence_page_says_how_to_ask_and_then_that_it_is_too_early(story: dict[str, Any]) -> None:
    assert "Run <code>tendonwatch backtest</code>" in story["page before"]
    page = (story["night"].site / "evidence.html").read_text(encoding="utf-8")
    assert "Too few injuries to say." in page and "Run <code>tendonwatch backtest</code>" not in page


def test_without_a_published_night_it_says_what_to_run(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--folder", str(tmp_path), "backtest"])
    assert (result.exit_code, "run `tendonwatch nightly` first" in result.output) == (1, True)
