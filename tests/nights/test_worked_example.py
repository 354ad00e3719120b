"""docs/worked-example.md says what the night says: its tables are held against the marts, and its text against its tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.conftest import PROJECT
from tests.lib.squads import Night

TEXT = (PROJECT / "docs" / "worked-example.md").read_text(encoding="utf-8")
SUNDAY = date(2026, 11, 15)
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DAY = re.compile(rf"\b(\d{{1,2}}) ({MONTHS})(?: (\d{{4}}))?\b")
NUMBER = re.compile(r"(?<![\w.])−?\d[\d,]*(?:\.\d+)?(?![\w])")
POWERS = str.maketrans({"⁴": " 4"})


@dataclass
class Step:
    """One chapter of the document: its text without the tables, and the tables as rows of cells."""

    text: str = ""
    tables: list[list[list[str]]] = field(default_factory=list)

    def rows(self, heading: str) -> list[list[str]]:
        """The rows of the table whose first column has this heading."""
        (found,) = [table[1:] for table in self.tables if table[0][0] == heading]
        return found

    def values(self, heading: str) -> dict[str, str]:
        """A table of names and values."""
        return {row[0]: row[1] for row in self.rows(heading)}


def steps(text: str) -> dict[str, Step]:
    """The chapters by their headings: "## Step 1: the run of the day" is "Step 1"."""
    found = {"": Step()}
    step, in_table = found[""], False
    for line in text.splitlines():
        if line.startswith("## "):
            step = found.setdefault(line[3:].split(":")[0], Step())
        elif line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not in_table:
                step.tables.append([])
            if not set("".join(cells)) <= set("-: "):
                step.tables[-1].append(cells)
        else:
            step.text += line + "\n"
        in_table = line.startswith("|")
    return found


STEPS = steps(TEXT)


def number(cell: str) -> float:
    """The first number of a cell: 27,730 m is 27730, −4 % is -4."""
    found = NUMBER.search(cell)
    assert found, cell
    return float(found[0].replace(",", "").replace("−", "-"))


def day(cell: str) -> date:
    """17 October is a day of the year of the example."""
    found = DAY.search(cell)
    assert found, cell
    return date(int(found[3] or SUNDAY.year), MONTHS.split("|").index(found[2]) + 1, int(found[1]))


def says(cell: str, value: float) -> bool:
    """Whether the cell is the value, rounded to the decimals that the cell shows (and a half may go either way)."""
    decimals = len(cell.split(maxsplit=1)[0].partition(".")[2])
    return abs(number(cell) - float(value)) <= 0.5 * 10**-decimals + 1e-9


@pytest.fixture(scope="module")
def sunday_run(demo_night: Night) -> dict[str, Any]:
    (run,) = demo_night.rows("select * from marts.runs where athlete_id = 'tomas' and run_date = ?", SUNDAY)
    return run


def of_tomas(night: Night, table: str, load_date: date = SUNDAY, **where: str) -> dict[str, Any]:
    """The one row of a mart for Tomás on a day."""
    conditions = "".join(f" and {column} = ?" for column in where)
    (row,) = night.rows(
        f"select * from marts.{table} where athlete_id = 'tomas' and load_date = ?{conditions}", load_date, *where.values()
    )
    return row


def load_between(night: Night, first: date, last: date) -> float:
    return night.value(
        "select sum(achilles_load_steps) from marts.daily_load where athlete_id = 'tomas' and load_date between ? and ?",
        first,
        last,
    )


def test_step_1_the_totals_of_the_run_are_those_of_its_file_and_its_row(sunday_run: dict[str, Any]) -> None:
    told = STEPS["Step 1"].values("Sunday's run")
    points = re.findall(
        r"<trkpt .*?<time>(.*?)</time>", (PROJECT / "data/raw/tomas/runs/2026-11-15-run.gpx").read_text(), re.DOTALL
    )
    moments = [datetime.fromisoformat(point) for point in points]
    assert number(told["Points in the file"]) == len(points)
    assert number(told["Intervals"]) == len(points) - 1
    assert {later - earlier for earlier, later in pairwise(moments)} == {
        timedelta(seconds=number(told["Seconds from point to point"]))
    }
    assert number(told["Moving time"]) == number(told["Intervals"]) * number(told["Seconds from point to point"])
    assert day(told["Date"]) == sunday_run["run_date"]
    for name, column in [
        ("Distance", "distance_m"),
        ("Moving time", "moving_s"),
        ("Ascent", "ascent_m"),
        ("Steps, both feet", "steps"),
    ]:
        assert says(told[name], sunday_run[column]), name


def test_step_2_each_piece_follows_from_its_own_line_and_they_sum_to_the_run(
    sunday_run: dict[str, Any], demo_night: Night
) -> None:
    rules = {
        row["key"]: float(row["value"])
        for row in demo_night.rows("select key, value from seeds.rules where key like 'achilles%'")
    }
    sums = dict.fromkeys(["seconds", "metres", "steps", "load"], 0.0)
    for speed, grade, seconds, metres, both_feet, peak, weight, load in STEPS["Step 2"].rows("speed, m/s"):
        assert says(speed, number(metres) / number(seconds))
        slope = rules["achilles_uphill"] if number(grade) > 0 else rules["achilles_downhill"]
        force = rules["achilles_peak_bw"] * (1 + rules["achilles_peak_slope"] * (number(metres) / number(seconds) - 3))
        force *= 1 + slope * number(grade) / 100
        # A line is worked out from its own rounded numbers: the last digit may differ by one.
        assert number(peak) == pytest.approx(force, abs=1e-4), metres
        assert number(weight) == pytest.approx((number(peak) / rules["achilles_peak_bw"]) ** rules["achilles_exponent"], abs=1e-4)
        assert number(load) == pytest.approx(number(both_feet) / 2 * number(weight), abs=0.2)
        for name, cell in [("seconds", seconds), ("metres", metres), ("steps", both_feet), ("load", load)]:
            sums[name] += number(cell)
    assert sums["seconds"] == sunday_run["moving_s"]
    for name, column in [("metres", "distance_m"), ("steps", "steps"), ("load", "achilles_load_steps")]:
        assert sums[name] == pytest.approx(sunday_run[column], abs=0.5), name
    assert says(STEPS["Step 2"].values("Sum of the pieces")["Achilles load"], sunday_run["achilles_load_steps"])


def test_step_2_the_pieces_are_those_of_the_night(sunday_run: dict[str, Any], demo_night: Night) -> None:
    bins = demo_night.rows(
        "select 2 * grade_bin as grade, seconds, metres, steps from raw.run_bins "
        "where athlete_id = 'tomas' and file_id = ? order by speed_bin, grade_bin",
        sunday_run["file_id"],
    )
    told = STEPS["Step 2"].rows("speed, m/s")
    assert len(told) == len(bins)
    for row, piece in zip(told, bins, strict=True):
        assert number(row[1]) == piece["grade"]
        assert says(row[2], piece["seconds"])
        assert says(row[3], piece["metres"])
        assert says(row[4], piece["steps"])


def test_step_3_every_run_of_the_30_days_is_listed(sunday_run: dict[str, Any], demo_night: Night) -> None:
    told = STEPS["Step 3"].values("The window")
    assert (day(told["First day"]), day(told["Last day"])) == (SUNDAY - timedelta(days=30), SUNDAY - timedelta(days=1))
    runs = demo_night.rows(
        "select * from marts.runs where athlete_id = 'tomas' and sport = 'run' and run_date between ? and ? order by started_at",
        day(told["First day"]),
        day(told["Last day"]),
    )
    listed = STEPS["Step 3"].rows("day")
    assert [day(row[0]) for row in listed] == [run["run_date"] for run in runs]
    for row, run in zip(listed, runs, strict=True):
        for cell, column in zip(row[1:], ["distance_m", "moving_s", "ascent_m", "achilles_load_steps"], strict=True):
            assert says(cell, run[column]), (row[0], column)
    for place in range(1, 5):
        (largest,) = [row[0] for row in listed if number(row[place]) == max(number(other[place]) for other in listed)]
        assert day(largest) == day(told["Day of the largest run"])
    assert max(number(row[1]) for row in listed) == sunday_run["longest_30d_m"]


def test_step_4_the_ratios_are_those_of_the_flags_and_make_r2(sunday_run: dict[str, Any], demo_night: Night) -> None:
    measures = {
        "Distance, m": ("distance_m", "RUN_SESSION_SPIKE_MODERATE"),
        "Moving time, s": ("moving_s", "RUN_DURATION_SPIKE"),
        "Ascent, m": ("ascent_m", "RUN_HILL_SPIKE"),
        "Achilles load": ("achilles_load_steps", "RUN_LOAD_SPIKE"),
    }
    listed = STEPS["Step 3"].rows("day")
    spikes = STEPS["Step 4"].rows("measure")
    assert {row[0] for row in spikes} == set(measures)
    for place, (name, (column, code)) in enumerate(measures.items(), start=1):
        ((_, now, before, ratio, line, _),) = [row for row in spikes if row[0] == name]
        assert says(now, sunday_run[column])
        assert number(before) == max(number(row[place]) for row in listed)
        assert says(ratio, number(now) / number(before))
        flag = of_tomas(demo_night, "flags", code=code)
        assert flag["state"] == "raised"
        assert says(ratio, flag["value"])
        assert number(line) == flag["threshold"]
    assert sunday_run["spike_state"] == "moderate"
    raised = {
        flag["code"]
        for flag in demo_night.rows(
            "select code from marts.flags where athlete_id = 'tomas' and load_date = ? and state = 'raised' and code like 'RUN%'",
            SUNDAY,
        )
    }
    assert raised == {code for _, code in measures.values()}
    whole = STEPS["Step 4"].values("In whole numbers")
    assert number(whole["100 × Sunday's metres"]) == 100 * round(sunday_run["distance_m"])
    assert number(whole["130 × the longest"]) == 130 * sunday_run["longest_30d_m"]
    assert number(whole["200 × the longest"]) == 200 * sunday_run["longest_30d_m"]
    assert STEPS["Step 4"].values("Level of the running")["Run level"] == of_tomas(demo_night, "athlete_status")["run_level"]


def test_step_4_the_week_against_the_three_before_is_that_of_the_ratio(demo_night: Night) -> None:
    told = STEPS["Step 4"].values("The week against the three before")
    ratio = of_tomas(demo_night, "load_ratio", measure="moving_s")
    assert says(told["Moving time of the week"], 7 * ratio["acute"])
    assert says(told["A week of them"], 7 * ratio["chronic_uncoupled"])
    assert says(told["Moving time of the three weeks before"], 21 * ratio["chronic_uncoupled"])
    assert says(told["Ratio"], ratio["acwr_uncoupled"])
    assert of_tomas(demo_night, "flags", code="ACWR_HIGH", measure="moving_s")["level"] == "RW"


def test_step_5_eight_weeks_of_load_make_it_a_time_of_building(demo_night: Night) -> None:
    weeks = STEPS["Step 5"].rows("week from")
    assert [day(row[0]) for row in weeks] == [SUNDAY - timedelta(days=6 + 7 * ago) for ago in range(7, -1, -1)]
    for monday, load in weeks:
        assert says(load, load_between(demo_night, day(monday), day(monday) + timedelta(days=6))), monday
    told = STEPS["Step 5"].values("What the weeks call for")
    last, before = (load_between(demo_night, SUNDAY - timedelta(days=ago + 27), SUNDAY - timedelta(days=ago)) for ago in (0, 28))
    assert says(told["Last four weeks"], last)
    assert says(told["Four weeks before"], before)
    assert says(told["Ratio"], last / before)
    soleus = of_tomas(demo_night, "chain_links", link="soleus")
    assert told["Mode"] == soleus["mode"]
    for name, column in [("Amber from day", "amber_days"), ("Red after day", "red_days"), ("Sets a week", "target_sets_week")]:
        assert number(told[name]) == soleus[column], name
        assert number(told[name]) == of_tomas(demo_night, "chain_links", link="gastrocnemius")[column], name


def test_step_6_the_sets_are_those_of_the_log(demo_night: Night) -> None:
    told = STEPS["Step 6"].values("Repetitions, credits, level")
    sets = demo_night.rows(
        "select * from marts.strength_sets where athlete_id = 'tomas' and not is_warmup and knee is not null and set_date > ?",
        SUNDAY - timedelta(days=number(told["Days looked at"])),
    )
    for row in STEPS["Step 6"].rows("day"):
        for cell, knee in [(row[1], "straight"), (row[2], "bent")]:
            assert number(cell) == sum(one["set_date"] == day(row[0]) and one["knee"] == knee for one in sets), (row[0], knee)
    assert sorted({one["set_date"] for one in sets}) == [day(row[0]) for row in STEPS["Step 6"].rows("day")]
    assert {one["reps"] for one in sets} == {number(told["Repetitions of each set"])}
    assert {one["rpe"] for one in sets} == {number(told["RPE of each set"])}
    assert all(one["is_hard_set"] and one["is_heavy_set"] and not one["load_kg"] for one in sets)
    straight = [one for one in sets if one["knee"] == "straight"]
    bent = [one for one in sets if one["knee"] == "bent"]
    assert number(told["Straight-knee sets"]) == len(straight)
    assert number(told["Bent-knee sets"]) == len(bent)
    assert {(one["gastrocnemius_credit"], one["soleus_credit"]) for one in straight} == {
        (1, number(told["Soleus credit of a straight-knee set"]))
    }
    assert {(one["gastrocnemius_credit"], one["soleus_credit"]) for one in bent} == {
        (number(told["Gastrocnemius credit of a bent-knee set"]), 1)
    }
    assert told["Capacity level"] == of_tomas(demo_night, "athlete_status")["capacity_level"]


def test_step_6_the_links_are_those_of_the_chain(demo_night: Night) -> None:
    links = {"Gastrocnemius": "gastrocnemius", "Soleus": "soleus", "Achilles tendon": "achilles_tendon"}
    listed = STEPS["Step 6"].rows("link")
    assert [row[0] for row in listed] == list(links)
    for name, sets, a_week, last, days_since, state in listed:
        link = of_tomas(demo_night, "chain_links", link=links[name])
        assert says(sets, link["sets_28d"]), name
        assert says(a_week, link["mean_sets_week"]), name
        assert number(days_since) == link["days_since"] == (SUNDAY - day(last)).days, name
        assert state == link["state"].replace("_", " "), name
        assert f"{sets} " in STEPS["Step 6"].text, name


def test_step_7_the_flag_is_the_one_of_the_night(sunday_run: dict[str, Any], demo_night: Night) -> None:
    told = STEPS["Step 7"].values("The flag on Sunday")
    status = of_tomas(demo_night, "athlete_status")
    cell = demo_night.value(
        "select flag_level from seeds.flag_matrix where run_level = ? and capacity_level = ?",
        status["run_level"],
        status["capacity_level"],
    )
    assert f"{status['run_level']} × {status['capacity_level']}" in STEPS["Step 7"].text
    assert told["Flag"] == status["flag"]
    assert number(told["Priority"]) == status["priority"] == float(cell)
    assert status["held_days"] == 0
    assert told["Flag of 14 November"] == of_tomas(demo_night, "athlete_status", date(2026, 11, 14))["flag"]
    room = of_tomas(demo_night, "next_week_room")
    assert number(told["Longest run of before"]) == sunday_run["longest_30d_m"]
    assert number(told["Ceiling of the longest run"]) == room["longest_run_ceiling_m"]
    assert says(told["Three weeks, the spike up to its ceiling"], 3 * room["week_distance_usual_m"])
    assert says(told["Usual week"], room["week_distance_usual_m"])
    assert number(told["Room of next week"]) == room["week_distance_ceiling_m"]
    ratio = of_tomas(demo_night, "load_ratio", measure="distance_m")
    assert says(told["Distance of the week"], 7 * ratio["acute"])
    assert says(told["A week of the three before"], 7 * ratio["chronic_uncoupled"])
    assert says(told["Ratio of distance"], ratio["acwr_uncoupled"])


def test_step_7_quotes_the_squad_page_word_for_word(demo_night: Night) -> None:
    told = STEPS["Step 7"].values("On the squad page")
    status = of_tomas(demo_night, "athlete_status")
    assert told["Why"] == status["headline"]
    assert told["What next"] == status["next_action"]


def loose_numbers(step: Step, rules: dict[str, str]) -> Iterator[str]:
    """Numbers and days of a step's text that stand in none of its tables and are no rule that it names."""
    cells = [cell for table in step.tables for row in table[1:] for cell in row]
    known_days = {day(cell) for cell in cells if DAY.search(cell)}
    known = {float(one.replace(",", "").replace("−", "-")) for cell in cells for one in NUMBER.findall(DAY.sub("", cell))}
    named = [float(rules[key]) for key in re.findall(r"`(\w+)`", step.text) if key in rules]
    known |= set(named) | {one / 100 for one in named}
    plain = re.sub(r"`[^`]*`", "", step.text).translate(POWERS)
    yield from (found[0] for found in DAY.finditer(plain) if day(found[0]) not in known_days)
    yield from (one for one in NUMBER.findall(DAY.sub("", plain)) if float(one.replace(",", "")) not in known)


def test_no_number_of_the_text_stands_outside_the_tables_and_the_rules_it_names(demo_night: Night) -> None:
    rules = {row["key"]: row["value"] for row in demo_night.rows("select key, value from seeds.rules")}
    loose = {name: sorted(set(loose_numbers(step, rules))) for name, step in STEPS.items()}
    assert {name: found for name, found in loose.items() if found} == {
        "": ["15 November 2026"],
        "Step 2": ["3.0"],  # a part of the formula
        "Step 3": ["30"],  # the window of spikes, a definition
    }


def test_no_run_is_told_to_be_longer_than_the_week_may_be(demo_night: Night) -> None:
    query = "select athlete_id, load_date from marts.next_week_room where longest_run_ceiling_m > week_distance_ceiling_m"
    assert demo_night.rows(query) == []
