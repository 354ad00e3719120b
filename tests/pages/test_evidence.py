"""The evidence page: research with its source, every rule, how a flag is made, and nothing claimed that is not known."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboards import site
from dashboards.pages.evidence import FORMS, RULE_TOPICS, as_html, rule_amount, rule_number
from flows.seed_files import seed_rows
from flows.squad.own_rules import RULES
from flows.squad.own_tables import read_own_table
from flows.words import language
from tests.conftest import PROJECT
from tests.lib.squads import Night, night_over, runs_csv, write_files
from tests.pages.conftest import SmallWarehouse
from tests.pages.test_site import NEVER_SAID, Elements

SOURCE = re.compile(r"\b(?:19|20)\d\d\b|PubMed \d{7,8}|PMC\d{6,8}|doi 10\.\d{4,}/")


@pytest.fixture(scope="module")
def page(demo_night: Night) -> str:
    return (demo_night.site / "evidence.html").read_text(encoding="utf-8")


def section(page: str, name: str) -> str:
    """The text of one section, tags taken out."""
    found = re.search(rf'<section[^>]* id="{name}">(.*?)</section>', page, re.DOTALL)
    assert found, name
    return Elements(found[1]).text


def test_every_page_links_to_it(demo_night: Night) -> None:
    for path in set(demo_night.site.rglob("*.html")) - set(demo_night.site.rglob("runners/*.html")):
        parts = path.relative_to(demo_night.site).parts
        root = "../" * (len(parts) - (3 if parts[0] == "squads" else 1))
        assert f'<a href="{root}evidence.html"' in path.read_text(encoding="utf-8"), path


def test_every_finding_is_shown_with_a_source_that_can_be_looked_up(page: str, demo_night: Night) -> None:
    told = section(page, "research")
    findings = demo_night.rows("select finding, people, source from seeds.research")
    assert len(findings) > 20
    for row in findings:
        assert SOURCE.search(row["source"]), row["source"]
        assert re.search(rf"{re.escape(row['finding'])} [^.]+: {re.escape(row['people'])}\. {re.escape(row['source'])}", told)
    assert "Cohort study, n = 5,205: adult runners with a running watch, 78 % men, mean age 45.8 years" in told


def test_every_study_says_how_many_took_part_and_who() -> None:
    for row in seed_rows("research"):
        assert row["people"] and row["design"], row["source"]
        is_without_people = row["people"].startswith("no people of its own")
        is_untold = row["people"].endswith("the abstract does not say how many")
        assert bool(row["participants"]) is not (is_without_people or is_untold), row["source"]
        if row["participants"]:
            assert int(row["participants"]) > 0
            assert row["design"] not in ("arithmetic", "commentary", "editorial", "guideline", "review"), row["source"]


def test_one_study_has_the_same_people_wherever_it_is_named() -> None:
    of_source = {}
    for row in seed_rows("research"):
        who = (row["participants"], row["people"], row["design"])
        assert of_source.setdefault(row["source"], who) == who, row["source"]


def test_what_was_read_second_hand_or_on_a_site_is_no_research(demo_night: Night) -> None:
    for row in demo_night.rows("select source from seeds.research"):
        assert not re.search(
            r"(?i)https?:|www\.|github|forum|blog|\.com\b|\.net\b|repositor|2nd|second-hand|cited", row["source"]
        )


def test_the_number_of_a_rule_tagged_research_stands_in_the_paper_that_the_rule_names() -> None:
    tagged = [rule for rule in seed_rows("rules") if rule["source_tag"] == "research"]
    assert tagged
    for rule in tagged:
        named = re.findall(r"PubMed \d+|PMC\d+|10\.\d+/[\w./-]+", rule["meaning"])
        assert named, rule["key"]
        # A paper says "10 % longer" where the rule says 110 % of the longest.
        number = float(rule["value"]) - (100 if rule["unit"] == "percent" else 0)
        findings = [row["finding"] for row in seed_rows("research") if named[0] in row["source"]]
        told = rf"(?<![\d.]){number:g}" + (" ?%" if rule["unit"] == "percent" else r"(?![\d.]*\d)")
        assert any(re.search(told, finding) for finding in findings), rule["key"]


def test_a_reason_is_tagged_research_only_where_its_limit_is() -> None:
    limits = {
        "RUN_SESSION_SPIKE_SMALL": "spike_small_percent",
        "RUN_SESSION_SPIKE_MODERATE": "spike_moderate_percent",
        "RUN_SESSION_SPIKE_LARGE": "spike_large_percent",
    }
    tags = {rule["key"]: rule["source_tag"] for rule in seed_rows("rules")}
    assert {row["code"] for row in seed_rows("reasons") if row["source_tag"] == "research"} == set(limits)
    assert {tags[key] for key in limits.values()} == {"research"}
    assert {cell["source_tag"] for cell in seed_rows("flag_matrix")} == {"house rule"}


def test_a_limit_that_a_squad_changed_is_no_longer_the_papers(tmp_path: Path) -> None:
    runs = runs_csv(date(2026, 10, 1), [8.0] * 45 + [13.0])
    raw = write_files(
        tmp_path / "raw",
        {
            "ada/runs.csv": runs,
            "ben/runs.csv": runs,
            "rules.csv": "key,value,athlete_id,squad\nspike_moderate_percent,125,ada,\n",
        },
    )
    night = night_over(raw, tmp_path, "2026-11-15", is_guarded=False)
    raised = night.rows(
        "select athlete_id, threshold, source_tag from marts.flags where code = 'RUN_SESSION_SPIKE_MODERATE' "
        "and state = 'raised' and load_date = '2026-11-15' order by athlete_id"
    )
    assert [tuple(row.values()) for row in raised] == [("ada", 1.25, "house rule"), ("ben", 1.3, "research")]
    told = section((night.site / "evidence.html").read_text(encoding="utf-8"), "rules")
    assert "spike_moderate_percent 130 percent rules.csv: 125 for 1 runner (house rule)" in told


def test_every_rule_is_shown_with_value_unit_meaning_and_tag(page: str, demo_night: Night) -> None:
    told = section(page, "rules")
    rules = demo_night.rows("select key, topic, value, unit, source_tag, meaning from seeds.rules")
    for rule in rules:
        value = rule["value"] if rule["unit"] in ("word", "date") else f"{rule['value']} {rule['unit']}"
        assert f"{rule['key']} {value} {' '.join(rule['meaning'].split())} {rule['source_tag']}" in told, rule["key"]
    assert set(RULE_TOPICS) == {rule["topic"] for rule in rules}
    for name in RULE_TOPICS.values():
        assert f"{name}: " in told


def test_the_example_of_own_rules_is_one_that_the_night_takes(page: str, tmp_path: Path) -> None:
    found = re.search(r'<pre id="rules-example">(.*?)</pre>', page, re.DOTALL)
    assert found
    (tmp_path / "rules.csv").write_text(html.unescape(found[1]), encoding="utf-8")
    own = read_own_table(RULES, tmp_path / "rules.csv")
    assert len(own.records) == 3
    assert own.refused_rows == ()
    assert own.refused_because is None


def test_a_rule_of_the_squads_own_stands_beside_the_one_of_the_house(tmp_path: Path) -> None:
    raw = write_files(
        tmp_path / "raw",
        {
            "squad.csv": "athlete_id,squad\nada,track\nben,track\ncleo,road\n",
            "rules.csv": "key,value,athlete_id,squad\ncalf_red_days,24,,track\n",
        },
    )
    night = night_over(raw, tmp_path, "2026-11-15", is_guarded=False)
    told = section((night.site / "evidence.html").read_text(encoding="utf-8"), "rules")
    assert "calf_red_days 21 days rules.csv: 24 for 2 runners" in told
    assert told.count("rules.csv:") == 1
    assert told.count("1 changed here") == 1


def test_the_matrix_shows_the_flag_of_every_cell(page: str, demo_night: Night) -> None:
    shown = re.findall(r'<td data-label="(\w+)"><span class="state (\w+)">.*?</svg>([^<]+)</span>', page)
    cells = demo_night.rows(
        "select capacity_level, flag, degree from seeds.flag_matrix "
        "inner join seeds.flag_levels using (flag_level) order by flag_matrix.rowid"
    )
    assert len(cells) == 16
    words = {"red": "Act today", "amber": "Watch", "green": "On track", "grey": "Not assessed"}
    for (capacity, flag, word), cell in zip(shown, cells, strict=True):
        assert (capacity, flag) == (cell["capacity_level"], cell["flag"])
        assert word == words[cell["flag"]] + (f" ({cell['degree']})" if cell["degree"] else "")


def test_the_order_of_the_flag_and_its_numbers_are_those_of_the_rules(page: str, demo_night: Night) -> None:
    told = section(page, "flag")
    rules = {row["key"]: row["value"] for row in demo_night.rows("select key, value from seeds.rules")}
    assert f"drops after {rules['held_dates']} days in a row" in told
    assert f"in the last {rules['history_days']} days" in told
    assert f"pain above {rules['pain_amber']} of 10" in told
    assert f"are at least amber; pain above {rules['pain_gate']}," in told
    assert f"After {rules['grey_runs_days']} days without a run" in told
    assert re.search("Hip, foot.*Achilles trouble.*day of a race.*flag is grey.*person goes before all.*rises at once", told)


def ewma(loads: list[float], days: int) -> float:
    """E(d) = λ x + (1 − λ) E(d − 1), λ = 2 / (N + 1), from the mean of the first 28 days."""
    mean = sum(loads[:28]) / 28
    for load in loads:
        mean += 2 / (days + 1) * (load - mean)
    return mean


@pytest.mark.parametrize(
    ("row", "loads"),
    [
        ("The same load every day", [10] * 42),
        ("Four even weeks, then one twice as large", [50] * 28 + [100] * 7),
        (
            "Weeks of 40, 42, 44, 50, 58 and 80 km",
            [
                *(8, 0, 10, 0, 6, 0, 16),
                *(8, 0, 10, 0, 6, 0, 18),
                *(8, 0, 12, 0, 6, 0, 18),
                *(10, 0, 12, 0, 8, 0, 20),
                *(10, 6, 12, 0, 8, 0, 22),
                *(12, 8, 16, 0, 10, 0, 34),
            ],
        ),
    ],
)
def test_the_three_methods_give_the_numbers_beside_them(row: str, loads: list[float], page: str) -> None:
    told = section(page, "formulas")
    acute = sum(loads[-7:]) / 7
    coupled, uncoupled = acute / (sum(loads[-28:]) / 28), acute / (sum(loads[-28:-7]) / 21)
    (shown,) = re.findall(re.escape(row) + r"[^0-9]*?((?:\d\.\d\d ?){3})", told)
    assert shown.split() == [f"{coupled:.2f}", f"{uncoupled:.2f}", f"{ewma(loads, 7) / ewma(loads, 28):.2f}"]


# Day -> coupled, uncoupled, and EWMA from the first day, worked out by hand for these weeks, to 1e-6.
EXAMPLE = {
    28: (1.136364, 1.190476, 1.218411),
    31: (1.204301, 1.292308, 1.223249),
    35: (1.195876, 1.279412, 1.250997),
    36: (1.212121, 1.304348, 1.281615),
    42: (1.379310, 1.578947, 1.444897),
}


def test_the_forms_of_the_ratio_have_the_values_of_the_vectors(demo_night: Night) -> None:
    days = {row["day_number"]: row for row in demo_night.rows("select * from marts.ratio_example")}
    assert len(days) == 42
    for day, expected in EXAMPLE.items():
        columns = ("acwr_coupled", "acwr_uncoupled", "acwr_ewma_from_first_day")
        assert [days[day][column] for column in columns] == pytest.approx(expected, abs=1e-6)
    assert [days[27][column] for column in ("acwr_coupled", "acwr_uncoupled")] == [None, None]
    assert [days[day]["acwr_ewma"] for day in (1, 28, 42)] == pytest.approx([1.048462, 1.260009, 1.458249], abs=1e-6)
    assert [days[day]["acwr_ewma_from_zero"] for day in (1, 28, 42)] == pytest.approx([3.625, 1.440373, 1.509391], abs=1e-6)
    # The recursion itself: E(d) = E(d - 1) + (x(d) - E(d - 1)) (1 - e^(-1/tau)), both from the mean of 28 days.
    fast = slow = sum(days[day]["distance_m"] for day in range(1, 29)) / 28
    for day in range(1, 43):
        fast += (days[day]["distance_m"] - fast) * (1 - math.exp(-1 / 7))
        slow += (days[day]["distance_m"] - slow) * (1 - math.exp(-1 / 42))
        assert days[day]["fatigue_to_fitness"] == pytest.approx(fast / slow, abs=1e-9)
    assert days[42]["week_over_week"] == pytest.approx(80 / 58)  # weeks of 58 and 80 km


def test_the_forms_stand_side_by_side_with_a_table_behind_the_drawing(page: str, demo_night: Night) -> None:
    told = section(page, "formulas")
    (last,) = demo_night.rows("select * from marts.ratio_example where day_number = 42")
    assert len(re.findall("<polyline", page)) == len(FORMS) == 7
    for column, name, _, _ in FORMS:
        assert f"{name}: {last[column]:.2f}" in told
    assert told.count(" – ") > 27  # before day 28 two forms have no value


def test_every_choice_is_shown_with_its_reason(page: str, demo_night: Night) -> None:
    told = section(page, "choices")
    choices = demo_night.rows("select choice, reason from seeds.choices")
    rules = demo_night.rows("select key, value, unit from seeds.rules")
    bare = {rule["key"]: rule_number(rule["value"], rule["unit"]) for rule in rules}
    amounts = {rule["key"]: rule_amount(rule["value"], rule["unit"]) for rule in rules}
    assert len(choices) > 20
    for row in choices:
        assert row["reason"].strip()
        assert f"{row['choice']} {row['reason']}".format(**amounts, only=bare) in told
    assert "A gap of 5 days or more in someone who logs on most days" in told
    assert "parts with less than 30 min between them are one run" in told


def test_rules_are_told_in_the_language_and_the_unit_of_the_squad(
    small_warehouse: SmallWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "CATALOGUES", tmp_path)
    (tmp_path / "de.po").touch()
    small_warehouse.add_athlete("ada", units="mi")
    small_warehouse.add("seeds.choices", topic="Days", choice="Up to {no_baseline_floor_m} or {ascent_floor_m}.", reason="None.")
    small_warehouse.add(
        "seeds.choices", topic="Days", choice="{low_base_distance_m}, {only[hard_share]}, {spike_share}.", reason="None."
    )
    small_warehouse.fill()
    site.build_site(small_warehouse.path, tmp_path / "site", "de")
    page = (tmp_path / "site" / "evidence.html").read_text(encoding="utf-8")
    assert "(1 + 0,09 × (v − 3))" in section(page, "formulas")
    assert "so that exactly 1,10 is no spike" in section(page, "formulas")
    assert "1,60 2,00 1,34" in section(page, "formulas") and "17,3 %" in section(page, "formulas")
    assert "above 1,5 × the mean" in section(page, "flag")
    assert "Up to 3,107 mi or 150 m." in section(page, "choices")
    assert "3,1 mi a week, 0,7, 20 %." in section(page, "choices")
    # As rules.csv takes it.
    assert "achilles_peak_slope 0.09 per m/s" in section(page, "rules")


def test_the_words_never_used_stand_nowhere_but_where_they_are_named(page: str) -> None:
    never = section(page, "never").lower()
    elsewhere = Elements(re.sub(r'<section[^>]* id="never">.*?</section>', "", page, flags=re.DOTALL)).text.lower()
    assert [words for words in NEVER_SAID if words in elsewhere] == []
    assert [words for words in NEVER_SAID if words not in never] == []


def test_the_limits_say_what_is_not_known(page: str) -> None:
    told = section(page, "limits")
    for needed in ("relative estimate", "two- to threefold", "Lolli", "Impellizzeri", "by chance", "No trial was found"):
        assert needed in told


def test_whoever_needs_a_doctor_reads_it_first(page: str, demo_night: Night) -> None:
    told = section(page, "doctor")
    assert page.index('id="doctor"') < page.index('id="research"')
    limits = {row["key"]: row["value"] for row in demo_night.rows("select key, value from seeds.rules")}
    for needed in (
        "A pop at the back of the leg, or a heel that cannot be raised on one leg: stop running and calf work",
        "go to urgent care today",
        "A swollen, warm calf: see a doctor today",
        "Pain at night, or fever with the pain: see a doctor",
        f"Pain above {limits['pain_gate']} of 10",
        f"everybody up to {limits['young_age']}",
        "Pregnancy and inflammatory disease",
        "Fluoroquinolone antibiotics and high cholesterol",
    ):
        assert needed in told


def test_how_often_healthy_runners_are_flagged_is_shown_once_it_is_known(
    small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    before = (built() / "evidence.html").read_text(encoding="utf-8")
    assert "judgement" not in before
    goals = {"runners": 60, "amber_goal_percent": 15, "red_goal_percent": 0.5}
    small_warehouse.add("seeds.judgement", kind="marathon plan", seed=2, amber_percent=9, red_percent=0.01, **goals)
    small_warehouse.add("seeds.judgement", kind="marathon plan", seed=1, amber_percent=12.34, red_percent=0, **goals)
    small_warehouse.add("seeds.judgement", kind="steady", seed=1, **goals)
    page = (built() / "evidence.html").read_text(encoding="utf-8")
    told = section(page, "judgement")
    assert "marathon plan 12.34 / 9 15 0 / 0.01 0.5" in told
    assert "steady – 15 – 0.5" in told
    assert "each squad of 60 that was drawn (seeds 1, 2)" in told
    assert page.count('href="#judgement"') == 1


def test_the_worked_example_is_the_document(page: str) -> None:
    told = section(page, "worked-example")
    text = (PROJECT / "docs" / "worked-example.md").read_text(encoding="utf-8")
    assert page.count("<h2>A red flag worked by hand</h2>") == 1
    for heading in re.findall(r"^## (.*)$", text, re.MULTILINE):
        assert f"<h3>{heading}</h3>" in page
    for cell in re.findall(r"(?<=\| )[^|`\n]+(?= \|)", text):
        if not set(cell) <= set("-: "):
            assert html.unescape(cell) in told


def test_markup_in_a_document_stays_text() -> None:
    shown = as_html("# One\n\n<script>alert(1)</script> <b>x</b> [a](javascript:alert(1))\n\n| <img src=x> |\n| --- |\n| & |\n")
    assert {tag for tag, _ in Elements(shown).elements} == {"h2", "p", "div", "table", "thead", "tbody", "tr", "th", "td"}


def test_it_is_there_before_anyone_has_run(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    told = (built() / "evidence.html").read_text(encoding="utf-8")
    assert "calf_red_days" in section(told, "rules")
    assert "A red flag worked by hand" in section(told, "worked-example")
    assert "Relative estimate".lower() in section(told, "limits")


def test_what_the_backtest_found_is_told_with_what_chance_would_do_beside_it(
    small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    judged = {
        "judged_date": date(2026, 11, 14), "is_newest": True, "athletes": 300, "exposure_days": 98765, "as_was_days": 0,
        "judged_by": "both", "onsets": 48, "onsets_left_out": 7, "recurrences": 5,
    }  # fmt: skip
    red = {
        "rule": "RED", "flagged_days_percent": 4.25, "alerts_per_athlete_month": 0.214, "onsets_told": 12,
        "told_by_chance_percent": 9.6, "lead_days_median": 8.5, "alerts_right_percent": 3.14, "days_right_percent": 0.7,
        "rate_ratio": 2.345, "rate_ratio_low": 1.2, "rate_ratio_high": 4.5, "adjusted_p_value": 0.0002,
        "verdict": "more_injuries",
    }  # fmt: skip
    reason = {"rule": "HIP_STALE", "flagged_days_percent": 61, "onsets_told": 30, "verdict": "no_difference"}
    small_warehouse.add("marts.backtest", rule_number=2, **judged, **reason)
    small_warehouse.add("marts.backtest", rule_number=1, **judged, **red)
    small_warehouse.add("marts.backtest", rule_number=1, **judged | {"is_newest": False}, **red | {"onsets_told": 99})
    page = (built() / "evidence.html").read_text(encoding="utf-8")
    told = section(page, "backtest")
    assert "48 first injuries of the Achilles or the calf began on the 98,765 days of 300 athletes that count" in told
    assert "Red 4.2 0.21 12 of 48 10 8.5 3.1 0.7 2.35 (1.2–4.5) < 0.001 more injuries began on such days" in told
    assert re.search(r"[Hh]ip\D+ 61 – 30 of 48 – – – – – – no more than chance makes", told)
    assert "99 of 48" not in told and "Too few injuries" not in told
    assert "later ones, 5, are kept apart, and 7 began on days that do not count" in told
    assert page.count('href="#backtest"') == 1


def test_too_few_injuries_are_said_to_be_too_few_and_only_the_rates_of_flags_are_shown(
    small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    row = {"rule": "RED", "flagged_days_percent": 4, "alerts_per_athlete_month": 0.25, "verdict": "too_few_injuries"}
    judged = {"judged_date": date(2026, 11, 14), "is_newest": True, "athletes": 9, "exposure_days": 800, "onsets_told": 2}
    small_warehouse.add("marts.backtest", rule_number=1, judged_by="as known now", onsets=19, **judged, **row)
    told = section((built() / "evidence.html").read_text(encoding="utf-8"), "backtest")
    assert "Too few injuries to say. 20 are needed" in told
    assert "Red 4 0.25 Not counted" in told and "2 of 19" not in told
    assert "what was published then may have been another" in told


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 375])
def test_sections_are_folded_under_their_headings_and_links_open_them(
    open_page: Callable[..., Page], demo_night: Night, width: int
) -> None:
    page = open_page(demo_night.site / "evidence.html", width=width)
    assert page.locator("#doctor li").first.is_visible()  # when to call a doctor is never folded
    folds = page.locator("details.fold")
    assert folds.count() == page.locator("section.prose").count() - 1
    assert page.locator("details.fold[open]").count() == 0
    assert page.evaluate("document.documentElement.scrollHeight") < (4000 if width == 1440 else 7000)
    page.locator("a[href='#forms']").click()  # a heading inside a section
    expect(page.locator("#forms")).to_be_in_viewport()
    assert page.locator("details.fold[open] > summary").all_inner_texts() == ["Formulas"]
    rules = open_page(demo_night.site / "evidence.html", width=width, at="#rules")
    expect(rules.locator("#rules-example")).to_be_visible()
