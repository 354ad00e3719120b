"""The marts that athlete pages read, against second definitions: plain loops over the tables that they are made of."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from dashboards.pages.athlete import running
from flows.state import database
from tests.conftest import PROJECT
from tests.lib.squads import Night, night_over, runs_csv, write_files
from tests.pages.conftest import AS_OF, SmallWarehouse
from tests.pages.test_site import page

RATIOS = ("acwr_coupled", "acwr_uncoupled", "acwr_ewma")
# The Monday on or before the day 364 days ago.
FIRST_DRAWN_DAY = date(2025, 11, 10)
LINE = 1.5
GARMIN_1 = "https://connect.garmin.com/modern/activity/1"


def read(small: SmallWarehouse, query: str) -> list[dict[str, Any]]:
    small.fill()
    with database.reader(small.path) as connection:
        return database.rows(connection, query)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


@pytest.fixture
def history(small_warehouse: SmallWarehouse) -> dict[date, dict[str, Any]]:
    """500 days of one measure with unknown days, rest and ratios around the line, in the small warehouse."""
    small_warehouse.add_athlete("ada")
    draw = random.Random(7)
    days: dict[date, dict[str, Any]] = {}
    # The as-of date is a Sunday: the last week is left without its end.
    for back in reversed(range(2, 500)):
        row = {"load": draw.choice([None, 0.0, draw.randrange(30_000) / 3]), "acute": draw.choice([None, draw.random() * 9000])}
        row |= {ratio: draw.choice([None, 1.2, LINE, 1.5 + 1e-12, 1.8]) for ratio in RATIOS}
        row |= {"chronic_coupled": draw.random() * 9000, "ratio_state": draw.choice(["ok", "missing_days"])}
        days[AS_OF - timedelta(days=back)] = row
        load_date = AS_OF - timedelta(days=back)
        small_warehouse.add("marts.load_ratio", athlete_id="ada", load_date=load_date, measure="moving_s", **row)
    return days


def test_a_week_is_its_mean_known_day_and_its_sunday(
    small_warehouse: SmallWarehouse, history: dict[date, dict[str, Any]]
) -> None:
    weeks: dict[date, list[date]] = {}
    for day in history:
        weeks.setdefault(monday(day), []).append(day)
    told = read(small_warehouse, "select * from marts.load_weeks order by week_start_date")
    assert [row["week_start_date"] for row in told] == list(weeks)
    for row, days in zip(told, weeks.values(), strict=True):
        known = [Fraction(load) for load in (history[day]["load"] for day in days) if load is not None]
        # As for an acute mean, six of seven days have to be known.
        is_known = bool(known) and len(days) - len(known) <= 1
        assert row["load"] == (pytest.approx(float(sum(known) / len(known)), abs=1e-6) if is_known else None)
        sunday = history[days[-1]] if days[-1].weekday() == 6 else {}
        for name in (*RATIOS, "acute", "chronic_coupled"):
            assert row[name] == sunday.get(name)


def test_a_year_counts_the_days_above_the_line_and_those_on_which_the_methods_disagree_about_it(
    small_warehouse: SmallWarehouse, history: dict[date, dict[str, Any]]
) -> None:
    (year,) = read(small_warehouse, "select * from marts.ratio_year")
    drawn = {day: row for day, row in history.items() if day >= FIRST_DRAWN_DAY}
    days = list(drawn.values())
    assert year["days"] == len(days)
    assert year["unknown_days"] == sum(row["load"] is None for row in days)
    loads = {day: row["load"] for day, row in drawn.items() if row["load"]}
    assert year["days_with_load"] == len(loads)
    assert year["largest_load"] == max(loads.values())
    assert year["largest_load_date"] == min(day for day, load in loads.items() if load == max(loads.values()))
    assert year["days_with_ratio"] == sum(row["acwr_uncoupled"] is not None for row in days)
    assert year["days_above"] == sum(row["acwr_uncoupled"] == 1.8 for row in days)
    assert year["coupled_line"] == pytest.approx(4 / 3)  # 4 x 1.5 / (3 + 1.5)
    # Of the values drawn, 1.8 is above the uncoupled line of 1.5, and all but 1.2 are above the line of 1.333 of the others.
    sides: dict[date, set[bool]] = {}
    for day, row in drawn.items():
        sides[day] = set() if row["acwr_uncoupled"] is None else {row["acwr_uncoupled"] == 1.8}
        sides[day] |= {row[ratio] != 1.2 for ratio in ("acwr_coupled", "acwr_ewma") if row[ratio] is not None}
    assert year["disagreeing_dates"] == [day for day, found in sides.items() if found == {True, False}]

    both = [
        (row["acwr_uncoupled"] == 1.8, row["acwr_ewma"] != 1.2)
        for row in days
        if None not in (row["acwr_uncoupled"], row["acwr_ewma"])
    ]
    observed = Fraction(sum(one == other for one, other in both), len(both))
    chance = sum(
        Fraction(sum(one == side for one, _ in both), len(both)) * Fraction(sum(other == side for _, other in both), len(both))
        for side in (True, False)
    )
    assert year["days_compared"] == len(both)
    assert year["ewma_kappa"] == pytest.approx(float((observed - chance) / (1 - chance)), abs=1e-12)


@pytest.mark.parametrize(
    ("days", "disagreeing", "kappa"),
    [
        # u = 1.6 is 4 x 1.6 / 4.6 = 1.391 coupled: one week, one answer, though 1.391 is below 1.5.
        ([(1.6, 1.391, 1.4)] * 2 + [(1.4, 1.273, 1.2)] * 2, 0, 1.0),
        # Observed 2 of 4, chance 2/4 x 2/4 + 2/4 x 2/4 = 1/2.
        ([(1.6, 1.391, 1.4), (1.6, 1.391, 1.2), (1.4, 1.273, 1.4), (1.4, 1.273, 1.2)], 2, 0.0),
        # Observed 3 of 4, chance 1/4 x 2/4 + 3/4 x 2/4 = 1/2: (3/4 - 1/2) / (1 - 1/2).
        ([(1.6, 1.391, 1.4), (1.4, 1.273, 1.4), (1.4, 1.273, 1.2), (1.4, 1.273, 1.2)], 1, 0.5),
        ([(1.4, 1.273, 1.2)] * 4, 0, None),  # chance agrees always as well
        ([(1.6, 1.391, None)] * 4, 0, None),  # nothing to compare
    ],
)
def test_methods_are_held_to_one_line_and_agreement_is_told_beyond_chance(
    small_warehouse: SmallWarehouse,
    days: list[tuple[float | None, ...]],
    disagreeing: int,
    kappa: float | None,
) -> None:
    small_warehouse.add_athlete("ada")
    small_warehouse.add("marts.rules", athlete_id="ada", key="acwr_high", value="1.5")
    for back, ratios in enumerate(days):
        row = dict(zip(("acwr_uncoupled", "acwr_coupled", "acwr_ewma"), ratios, strict=True))
        small_warehouse.add(
            "marts.load_ratio", athlete_id="ada", load_date=AS_OF - timedelta(days=back), measure="moving_s", **row
        )
    (year,) = read(small_warehouse, "select * from marts.ratio_year")
    assert len(year["disagreeing_dates"] or []) == disagreeing
    assert year["ewma_kappa"] == kappa
    asked = (PROJECT / "sql/analyses/where_the_methods_disagree.sql").read_text(encoding="utf-8")
    rows = read(small_warehouse, asked)
    told = {row["method"]: row["kappa"] for row in rows}
    assert told.get("EWMA") == kappa
    dates = {row["method"]: row["disagreeing_dates"] or [] for row in rows}
    assert dates.get("EWMA", []) == (year["disagreeing_dates"] or [])
    assert dates["coupled"] == []
    # The coupled ratio says the same as the uncoupled one on each of these days: 1, or null where neither ever changes sides.
    assert told["coupled"] == (1.0 if len({row[0] for row in days}) == 2 else None)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (None, ""),
        ([], ""),
        ([date(2026, 11, 15)], " The methods disagree on 1 day: 15 Nov 2026."),
        (
            [date(2025, 12, 30), date(2025, 12, 31), date(2026, 1, 1), date(2026, 3, 2), date(2026, 3, 4)],
            " The methods disagree on 5 days: 4 Mar 2026, 2 Mar 2026, 30 Dec – 1 Jan 2026.",
        ),
    ],
)
def test_the_page_lists_the_days_on_which_the_methods_disagree_the_newest_first(days: list[date] | None, said: str) -> None:
    assert running.disagreement(days) == said


def test_the_line_of_the_year_is_the_athletes_own(small_warehouse: SmallWarehouse, history: dict[date, dict[str, Any]]) -> None:
    small_warehouse.execute("update seeds.athlete_rules set acwr_high = 1.3")
    (year,) = read(small_warehouse, "select * from marts.ratio_year")
    assert year["days_above"] == sum(
        row["acwr_uncoupled"] is not None and row["acwr_uncoupled"] > 1.3
        for day, row in history.items()
        if day >= FIRST_DRAWN_DAY
    )


def test_before_the_days_one_run_of_a_week_stands_for_it(small_warehouse: SmallWarehouse) -> None:
    small_warehouse.add_athlete("ada")
    draw = random.Random(3)
    runs = []
    for number in range(300):
        run_date = FIRST_DRAWN_DAY + timedelta(days=draw.randrange(-400, 371))
        ratio = draw.choice([None, draw.randrange(50, 150) / 100])
        run = {"run_id": f"{number:03}", "run_date": run_date, "sport": draw.choice(["run", "run", "walk"]), "is_dated": True}
        run |= {"distance_m": draw.choice([None, float(draw.randrange(20_000))]), "distance_spike_ratio": ratio}
        run |= {"spike_state": "reference" if ratio else "no_baseline", "spike_ceiling_m": 11_000.0}
        runs.append(run)
        small_warehouse.add("marts.runs", athlete_id="ada", started_at=run_date, **run)
    weeks: dict[date, list[dict[str, Any]]] = {}
    for run in runs:
        if run["sport"] == "run" and run["run_date"] < FIRST_DRAWN_DAY:
            weeks.setdefault(monday(run["run_date"]), []).append(run)

    def furthest(run: dict[str, Any]) -> tuple[float, float, int]:
        ratio, distance = run["distance_spike_ratio"], run["distance_m"]
        return (-1 if ratio is None else ratio, -1 if distance is None else distance, -int(run["run_id"]))

    expected = {run["run_id"] for run in runs if run["sport"] == "run" and FIRST_DRAWN_DAY <= run["run_date"] <= AS_OF}
    expected |= {max(week, key=furthest)["run_id"] for week in weeks.values()}
    drawn = read(small_warehouse, "select * from marts.run_ceilings")
    assert {run["run_id"] for run in drawn} == expected
    # What is not judged has no ceiling.
    assert {run["spike_state"] for run in drawn if run["spike_ceiling_m"] is None} == {"no_baseline"}
    assert all(run["spike_ceiling_m"] for run in drawn if run["spike_state"] == "reference")


def test_an_exercise_of_the_last_sessions_is_one_row_with_its_ranges(demo_night: Night) -> None:
    sets = demo_night.rows("select * from marts.strength_sets order by performed_at desc, session_id, set_number")
    keys = ("athlete_id", "session_id", "exercise_name", "knee", "side", "is_warmup")
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    sessions: dict[str, list[str]] = {}
    for row in sets:
        groups.setdefault(tuple(row[key] for key in keys), []).append(row)
        of = sessions.setdefault(row["athlete_id"], [])
        if row["session_id"] not in of:
            of.append(row["session_id"])
    told = {tuple(row[key] for key in keys): row for row in demo_night.rows("select * from marts.session_exercises")}
    assert told.keys() == {key for key in groups if key[1] in sessions[key[0]][:8]}
    for key, row in told.items():
        members = groups[key]
        assert row["sets"] == len(members)
        assert row["hard_sets"] == sum(bool(one["is_hard_set"]) for one in members)
        assert row["first_set_number"] == min(one["set_number"] for one in members)
        assert row["sessions_back"] == 1 + sessions[row["athlete_id"]].index(row["session_id"])
        for name in ("reps", "hold_s", "load_kg"):
            known = [one[name] for one in members if one[name] is not None]
            assert row[f"least_{name}"] == min(known, default=None)
            assert row[f"most_{name}"] == max(known, default=None)


def test_the_age_of_the_data_is_that_of_the_newest_run_and_set(demo_night: Night) -> None:
    today = demo_night.value("select as_of_date from seeds.night")
    runs = demo_night.rows("select athlete_id, run_date from marts.runs where sport = 'run' and is_dated")
    sets = demo_night.rows("select athlete_id, set_date from marts.strength_sets")
    ages = demo_night.rows("select * from marts.data_age")
    assert {age["athlete_id"] for age in ages} == {row["athlete_id"] for row in demo_night.rows("select * from marts.athletes")}
    for age in ages:
        run = max((one["run_date"] for one in runs if one["athlete_id"] == age["athlete_id"]), default=None)
        lift = max((one["set_date"] for one in sets if one["athlete_id"] == age["athlete_id"]), default=None)
        assert (age["last_run_date"], age["last_set_date"]) == (run, lift)
        assert (age["days_since_run"], age["days_since_set"]) == tuple(day and (today - day).days for day in (run, lift))


FED_BY = {
    "SOL": "soleus_credit",
    "GAST": "gastrocnemius_credit",
    "TENDON": "is_heavy_set",
    "PLYO": "plyometric_contacts",
    "HIP": "hip_credit",
    "FOOT": "foot_credit",
}


def test_the_sources_of_a_raised_reason_are_the_files_of_its_definition(demo_night: Night) -> None:
    today = demo_night.value("select as_of_date from seeds.night")
    raised = demo_night.rows(
        "select distinct athlete_id, code, family, measure, value, unit, window_days from marts.flags "
        "where state = 'raised' and level <> 'info' and family in ('run', 'calf', 'pain') and load_date = ?",
        today,
    )
    assert {reason["family"] for reason in raised} == {"run", "calf", "pain"}
    told: dict[tuple[str, str, str], list[tuple[Any, ...]]] = {}
    for row in demo_night.rows("select * from marts.flag_sources order by source_number"):
        found = (row["source_date"], row["role"], row["amount"], row["file_id"])
        told.setdefault((row["athlete_id"], row["code"], row["measure"]), []).append(found)
    for reason in raised:
        key = (reason["athlete_id"], reason["code"], reason["measure"])
        got = told.pop(key, [])
        assert got == sorted(got, key=lambda source: source[0], reverse=True)
        assert sorted(got, key=repr) == sorted(sources(demo_night, reason, today), key=repr), key
    assert told == {}


def sources(night: Night, reason: dict[str, Any], today: date) -> list[tuple[Any, ...]]:
    """(day, role, amount, file) of each source of a reason, by looking for the pair whose quotient is nearest to its value."""
    athlete_id, measure = reason["athlete_id"], reason["measure"]
    since = today - timedelta(days=reason["window_days"] or 28)
    if reason["family"] == "run":
        runs = night.rows("select * from marts.runs where athlete_id = ? and sport = 'run' and is_dated", athlete_id)
        if reason["unit"] != "ratio" or reason["code"] == "ACWR_HIGH":
            return [
                (run["run_date"], "counted", run.get(measure), run["file_id"]) for run in runs if since < run["run_date"] <= today
            ]
        pairs = []
        for now in runs:
            start = now["run_date"] - timedelta(days=reason["window_days"])
            window = [run for run in runs if start <= run["run_date"] < now["run_date"] and run[measure]]
            if window and now[measure] and now["run_date"] > today - timedelta(days=14):
                pairs.append((now, max(window, key=lambda run: (run[measure], run["run_date"]))))
        pair = min(pairs, key=lambda pair: abs(pair[0][measure] / pair[1][measure] - reason["value"]))
        roles = ("the run", "the most before it")
        return [(run["run_date"], role, run[measure], run["file_id"]) for run, role in zip(pair, roles, strict=True)]
    if reason["family"] == "calf":
        feeds = FED_BY.get(reason["code"].split("_")[0])
        fed: dict[tuple[date, str], int] = {}
        for one in night.rows("select * from marts.strength_sets where athlete_id = ?", athlete_id):
            if feeds and one[feeds] and not one["is_warmup"]:
                fed[one["set_date"], one["file_id"]] = fed.get((one["set_date"], one["file_id"]), 0) + 1
        recent = {key for key in fed if key[0] > today - timedelta(days=28)}
        last = max((day for day, _ in fed), default=None)
        return [(key[0], "sets", count, key[1]) for key, count in fed.items() if key in recent or key[0] == last]
    kind = "injury" if reason["code"] in ("ACHILLES_HISTORY", "INSERTIONAL") else "symptoms"
    events = night.rows("select * from marts.health_events where athlete_id = ? and kind = ?", athlete_id, kind)
    return [(event["from_date"], "report", None, event["file_id"]) for event in events]


@pytest.fixture(scope="module")
def spikes(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """A spike of today in two parts, and one of 14 days, which ended yesterday: 16 km after 10 km at most."""
    folder = tmp_path_factory.mktemp("spikes")
    # 8 km, ten minutes of rest, 8 km: one outing of 16 km, 1.6 x the 10 km of the days before.
    parts = {f"ada/{clock}.csv": f"started_at,distance_km,moving_time\n{AS_OF}T{clock},8,40:00\n" for clock in ("07:00", "07:50")}
    spike = AS_OF - timedelta(days=14)
    kilometres: list[float | None] = [10.0 if day % 2 == 0 else 0.0 for day in range(60)]
    files = {
        "ada/before.csv": runs_csv(AS_OF - timedelta(days=60), kilometres),
        **parts,
        "ben/before.csv": runs_csv(spike - timedelta(days=60), kilometres),
        "ben/long.csv": runs_csv(spike, [16.0]),
        "ben/after.csv": runs_csv(spike, [0, 0, 5.0] * 4),
    }
    return night_over(write_files(folder / "raw", files), folder, as_of=str(AS_OF), is_guarded=False)


def test_a_spike_of_two_parts_names_the_files_of_both(spikes: Night) -> None:
    sources = spikes.rows(
        "select role, amount, path from marts.flag_sources as sources join ops.files using (file_id) "
        "where sources.athlete_id = 'ada' and code like 'RUN_SESSION_SPIKE%' order by source_number, path"
    )
    told = sorted((row["role"], row["amount"], row["path"]) for row in sources)
    assert told == [
        ("the most before it", 10_000.0, "ada/before.csv"),
        ("the run", 8_000.0, "ada/07:00.csv"),
        ("the run", 8_000.0, "ada/07:50.csv"),
    ]


def test_what_was_decided_about_a_run_is_told_in_plain_words(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    small_warehouse.add_athlete("ada")
    small_warehouse.add("seeds.run_notes", code="speed_always_zero", meaning="The speed was not measured.")
    run = {"athlete_id": "ada", "run_id": "1", "file_id": "f", "started_at": AS_OF, "run_date": AS_OF, "is_dated": True}
    small_warehouse.add("marts.runs", **run, notes=["speed_always_zero", "unheard_of"], link=GARMIN_1)
    small_warehouse.add("ops.athlete_paths", athlete_id="ada", file_id="f", path="ada/a.gpx")
    folder = built()
    for path in ("athletes/ada.html", "data-quality.html"):
        told = page(folder, path).text
        assert "The speed was not measured." in told
        assert "unheard_of" in told  # a code without a sentence is better than silence
    elements = page(folder, "athletes/ada.html").elements
    assert [one["href"] for tag, one in elements if tag == "a" and one.get("rel")] == [GARMIN_1]
    assert "ada/a.gpx ada 2026-11-15 The speed was not measured." in page(folder, "data-quality.html").text


def test_a_held_flag_names_the_files_of_the_day_it_rests_on(spikes: Night) -> None:
    held = "select held_days from marts.athlete_status where athlete_id = 'ben' and load_date = ?"
    assert spikes.value(held, AS_OF) == 1
    sources = spikes.rows(
        "select load_date, as_of_date, role, path from marts.flag_sources as sources join ops.files using (file_id) "
        "where sources.athlete_id = 'ben' and measure = 'distance_m' and code like 'RUN_SESSION_SPIKE%' order by source_number"
    )
    day = {"load_date": AS_OF - timedelta(days=1), "as_of_date": AS_OF}
    assert sources == [
        day | {"role": "the run", "path": "ben/long.csv"},
        day | {"role": "the most before it", "path": "ben/before.csv"},
    ]
    assert "ben/long.csv" in page(spikes.site, "athletes/ben.html").text
