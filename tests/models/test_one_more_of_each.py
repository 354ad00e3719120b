"""A link of the chain and a measure of load are rows of sql/seeds: one more of each goes from there to marts and pages."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from flows import seed_files
from flows.models import contract
from tests.lib.squads import Night, night_over, runs_csv, strength_csv, write_files

AS_OF = date(2026, 6, 28)
FIRST_DAY = AS_OF - timedelta(days=69)
STRAIGHT, BENT, MARCH, SHIN = (
    "Single Leg Standing Calf Raise",
    "Single-Leg Bent-Knee Calf Raise",
    "Single-leg march",
    "Tibialis raise",
)
# Ada keeps up everything but her shins, last worked 20 days ago; Ben keeps up those as well.
WEEKLY = [STRAIGHT, BENT, MARCH]
DAYS = [AS_OF - timedelta(days=ago) for ago in range(66, 0, -3)]
STRENGTH = {
    "ada": strength_csv({day: [*WEEKLY, SHIN] if (AS_OF - day).days >= 20 else WEEKLY for day in DAYS}),
    "ben": strength_csv({day: [*WEEKLY, SHIN] for day in DAYS}),
}
LAST_SHIN_DAY = max(day for day in DAYS if (AS_OF - day).days >= 20)

Row = dict[str, str]


def add(seed: Path, change: Callable[[list[Row]], list[Row]]) -> None:
    """Write a seed anew with changed rows."""
    with seed.open(encoding="utf-8", newline="") as stream:
        rows = change(list(csv.DictReader(stream)))
    with seed.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), restval="")
        writer.writeheader()
        writer.writerows(rows)


def like(rows: list[Row], key: str, value: str, **changed: str) -> list[Row]:
    """The rows and one more, which is like the row with this value but for what is changed."""
    (model,) = [row for row in rows if row[key] == value]
    return [*rows, model | changed]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """A night whose seeds have the shin as a seventh link and elapsed time as one more measure."""
    folder = tmp_path_factory.mktemp("one_more")
    seeds = shutil.copytree(seed_files.SEEDS_DIR, folder / "seeds")
    shin = {"link": "shin", "place": "7", "short": "Shin", "name": "Shin", "work": "shin work", "credit_column": "shin_credit"}
    add(seeds / "links.csv", lambda rows: like(rows, "link", "hip", **shin))
    stale = {"code": "SHIN_STALE", "link": "shin", "rank": "44", "action": "Tibialis raises, twice this week."}
    add(seeds / "reasons.csv", lambda rows: like(rows, "code", "HIP_STALE", **stale))
    credit = {"tib_raise": "1"}
    add(
        seeds / "exercises.csv",
        lambda rows: [row | {"shin_credit": credit.get(row["exercise_id"], "0")} for row in rows],
    )
    elapsed = {"measure": "elapsed_s", "name": "Elapsed time"}
    add(seeds / "measures.csv", lambda rows: like(rows, "measure", "moving_s", **elapsed))
    runs = runs_csv(FIRST_DAY, [6, 0, 6, 0, 6, 0, 9] * 10)
    files = {"squad.csv": "athlete_id,name\nada,Ada\nben,Ben\n"}
    files |= {f"{who}/runs.csv": runs for who in STRENGTH} | {f"{who}/strength.csv": log for who, log in STRENGTH.items()}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(seed_files, "SEEDS_DIR", seeds)
        return night_over(write_files(folder / "raw", files), folder, as_of=str(AS_OF))


def test_a_link_more_is_judged_by_its_own_credit_and_the_rule_it_names(night: Night) -> None:
    query = "select athlete_id, state, days_since, amber_days from marts.chain_links where link = 'shin' and load_date = ?"
    found = {row["athlete_id"]: row for row in night.rows(query, AS_OF)}
    assert (found["ada"]["state"], found["ada"]["days_since"]) == ("amber", (AS_OF - LAST_SHIN_DAY).days)
    assert (found["ben"]["state"], found["ben"]["days_since"]) == ("on_track", (AS_OF - DAYS[-1]).days)
    limits = {row["amber_days"] for row in night.rows("select hip_amber_days as amber_days from seeds.athlete_rules")}
    assert {row["amber_days"] for row in found.values()} == limits


def test_a_link_more_that_is_late_is_a_reason_with_its_sentence_and_its_sets(night: Night) -> None:
    query = "select athlete_id, state, level, evidence, action from marts.flags where code = 'SHIN_STALE' and load_date = ?"
    found = {row["athlete_id"]: row for row in night.rows(query, AS_OF)}
    assert (found["ada"]["state"], found["ada"]["level"]) == ("raised", "lift")
    assert found["ada"]["evidence"].startswith(f"Last shin work {(AS_OF - LAST_SHIN_DAY).days} days ago")
    assert found["ada"]["action"] == "Tibialis raises, twice this week."
    assert found["ben"]["state"] == "clear"
    status = night.rows("select flag, reasons from marts.athlete_status where athlete_id = 'ada' and load_date = ?", AS_OF)
    assert [row["flag"] for row in status] == ["amber"]
    assert [code for code in status[0]["reasons"] if not code.startswith("DATA_")] == ["SHIN_STALE"]
    days = night.rows("select max(source_date) as day from marts.flag_sources where code = 'SHIN_STALE' and athlete_id = 'ada'")
    assert days == [{"day": LAST_SHIN_DAY}]
    assert "No shin work of late" in (night.site / "athletes" / "ada.html").read_text(encoding="utf-8")


def test_a_measure_more_has_a_load_of_each_day_and_its_ratios(night: Night) -> None:
    query = "select load_date, load, acwr_uncoupled from marts.load_ratio where measure = ? and athlete_id = 'ada' order by all"
    elapsed = night.rows(query, "elapsed_s")
    assert (elapsed[-1]["load"], elapsed[-1]["acwr_uncoupled"]) == (9 * 300, pytest.approx(1.0))
    # Runs logged without a pause lasted as long as they moved.
    assert elapsed == night.rows(query, "moving_s")


def test_what_a_link_names_exists() -> None:
    rules = {row["key"] for row in seed_files.seed_rows("rules")}
    links = seed_files.seed_rows("links")
    named = {row[column] for row in links for column in links[0] if "_rule" in column and row[column]}
    assert named <= rules
    assert all(row["amber_rule"] for row in links)
    assert {row["credit_column"] for row in links if row["credit_column"]} <= set(seed_files.seed_header("exercises"))
    promised = {table.name: table.values for table in contract.tables("seeds")}
    assert {row["fed_by"] for row in links} <= set(promised["seeds.links"]["fed_by"])
    reasons = [row for row in seed_files.seed_rows("reasons") if row["link"]]
    assert {row["link"] for row in reasons} <= {row["link"] for row in links}
    assert {row["tells"] for row in reasons} == {*promised["seeds.reasons"]["tells"], ""}
    told = {(row["link"], row["tells"]) for row in reasons}
    assert {link for link, tells in told if tells == "few_sets"} == {
        row["link"] for row in links if row["has_weekly_target"] == "true"
    }
