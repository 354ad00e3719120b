"""The athlete page over odd histories: every one reads well, on screen and on paper, and its controls work."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from dashboards.pages.athlete import how_to
from flows.guard import validation
from tests.lib.squads import Night, night_over, runs_csv, strength_csv, write_files
from tests.pages.conftest import AS_OF, SmallWarehouse, draw_all
from tests.pages.test_site import figures, page

# axe would fetch the style sheets once more, which the pages' own policy forbids aloud.
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}, "preload": False}
HOSTILE_NOTE = "<img src=x onerror=alert(1)><b>note</b>"
WEEK_KM: list[float | None] = [0, 8, 6.5, 0, 10, 5, 16]
RANGE = "document.querySelector('[data-chart={}] .plot')._fullLayout.xaxis.range.map(day => day.slice(0, 10))"
YEAR_AGO = AS_OF - timedelta(days=364)


def history(days: int) -> str:
    """A runs.csv with the same week again and again, up to the as-of date."""
    return runs_csv(AS_OF - timedelta(days=days - 1), [WEEK_KM[day % 7] for day in range(days)])


def strength(days: int, exercises: list[str]) -> str:
    return strength_csv({AS_OF - timedelta(days=day): exercises for day in range(0, days, 4)})


def five_years() -> str:
    """A runs.csv of five years with everything that a measure needs, no two days alike."""
    lines = ["started_at,distance_km,moving_time,ascent_m,avg_heart_rate_bpm,cadence_spm,rpe"]
    for back in reversed(range(5 * 365)):
        kilometres = WEEK_KM[back % 7]
        if kilometres:
            shaken = kilometres * (0.8 + back * 37 % 101 / 250)
            pace = 4.3 if back % 4 == 0 else 5.4 + back % 9 / 20
            effort = f"{5 + back * 53 % 293},{132 + back % 43},{160 + back % 21},{2 + back % 8}"
            lines.append(f"{AS_OF - timedelta(days=back)}T07:00,{shaken:.2f},{shaken * pace:.1f},{effort}")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def odd_night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """A squad of odd histories after one night, without the checks of Great Expectations."""
    base = tmp_path_factory.mktemp("odd")
    gap = [WEEK_KM[day % 7] for day in range(200)] + [0.0] * 365 + [WEEK_KM[day % 7] for day in range(60)]
    names = [f"calf thing {number}" for number in range(400)]
    raw = write_files(
        base / "raw",
        {
            "long/runs.csv": history(12 * 365),
            "long/strength.csv": strength(12 * 365, ["Single Leg Standing Calf Raise", "Seated Calf Raise"]),
            "year-gap/runs.csv": runs_csv(AS_OF - timedelta(days=len(gap) - 1), gap),
            "one-run/runs.csv": runs_csv(AS_OF - timedelta(days=3), [7.0]),
            "no-strength/runs.csv": history(100),
            "aliases/runs.csv": history(100),
            "aliases/strength.csv": strength_csv(
                {AS_OF - timedelta(days=40 - first // 20): names[first : first + 20] for first in range(0, 400, 20)}
            ),
            "no-runs/strength.csv": strength(60, ["Standing Calf Raise"]),
            "five-years/runs.csv": five_years(),
            "five-years/strength.csv": strength(5 * 365, ["Single Leg Standing Calf Raise", "Seated Calf Raise"]),
            "squad.csv": "athlete_id,name,sex,birth_year,resting_hr_bpm,max_hr_bpm,threshold_pace_s_per_km\n"
            "nobody,Nobody,,,,,\nfive-years,Ada,f,1990,52,190,280\n",
            "symptoms.csv": "athlete_id,date,side,pain_0_10,morning_stiffness_min,note\n"
            f"long,{AS_OF - timedelta(days=20)},left,2,15,{HOSTILE_NOTE}\n",
            "injuries.csv": "athlete_id,onset_date,site,side,resolved_date\n"
            f"long,{AS_OF - timedelta(days=900)},calf,left,{AS_OF - timedelta(days=800)}\n",
            "marks.csv": "athlete_id,from_date,to_date,kind\n"
            f"long,{AS_OF - timedelta(days=50)},{AS_OF - timedelta(days=44)},holiday\n",
        },
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validation, "run_suites", lambda *_: [])
        return night_over(raw, base, as_of=str(AS_OF))


ODD = ["long", "five-years", "year-gap", "one-run", "no-strength", "aliases", "no-runs", "nobody"]


@pytest.mark.parametrize("athlete_id", ODD)
def test_every_odd_history_gets_a_page_without_a_python_word(athlete_id: str, odd_night: Night) -> None:
    written = page(odd_night.site, f"athletes/{athlete_id}.html")
    assert not re.search(r"\b(None\b(?!\.)|nan|NaN|Undefined)|\{[a-z_]+\}", written.text)
    assert "What was checked" in written.text
    size = len((odd_night.site / "athletes" / f"{athlete_id}.html").read_bytes())
    assert size < 200_000


def test_five_years_with_every_measure_fit_the_page(odd_night: Night) -> None:
    drawn = figures(odd_night.site, "athletes/five-years.html")
    # All but fast steps: those of runs without a track are no load.
    measures = {row["measure"] for row in odd_night.rows("select measure from seeds.measures")}
    assert set(drawn["measures"]) == measures - {"fast_steps"}
    assert len(drawn["measures"]["trimp_au"]["load"]["figure"]["data"][3]["y"]) > 4 * 52 - 2
    assert (odd_night.site / "athletes/five-years.html").stat().st_size < 200_000


def test_days_are_drawn_for_a_year_and_weeks_before(odd_night: Night) -> None:
    load = figures(odd_night.site, "athletes/long.html")["measures"]["distance_m"]["load"]["figure"]["data"]
    day, week = load[0], load[3]
    # The Monday on or before the day 364 days ago; from there on a value a day.
    monday = YEAR_AGO - timedelta(days=YEAR_AGO.weekday())
    assert day["x0"] == str(monday)
    assert len(day["y"]) == (AS_OF - monday).days + 1
    # In every week but the first, which began in its middle.
    assert set(week["y"][1:]) == {45.5}
    first = AS_OF - timedelta(days=12 * 365 - 1)
    assert len(week["y"]) == (monday - (first - timedelta(days=first.weekday()))).days // 7


def test_the_files_behind_a_spike_are_the_two_runs_of_its_quotient(demo_night: Night) -> None:
    written = (demo_night.site / "athletes" / "tomas.html").read_text()
    told = written.split("The reasons in numbers")[1].split("</section>")[0]
    spike = told.split("Long run, moderate jump")[1].split("</tr>")[0]
    told = re.findall(r'class="file">([^<]*)<', spike)
    assert told == ["Sun 15 Nov, the run: 27.7 km", "Sun 8 Nov, the most before it: 17.8 km"]
    paths = re.findall(r'class="path">([^<]*)<', spike)
    assert all((demo_night.settings.raw / path).is_file() for path in paths)
    assert "2026-11-15" in paths[0]


def test_the_legs_and_the_weeks_of_a_link_equal_the_definition(odd_night: Night) -> None:
    weeks = odd_night.rows(
        "select load_date, sets_7d from marts.chain_weeks where athlete_id = 'long' and link = 'gastrocnemius' order by load_date"
    )
    assert [week["load_date"] for week in weeks] == [AS_OF - timedelta(weeks=back) for back in reversed(range(12))]
    # Three sets every fourth day, counted back from the as-of date.
    for week in weeks:
        days = [day for day in range((AS_OF - week["load_date"]).days, (AS_OF - week["load_date"]).days + 7) if day % 4 == 0]
        assert week["sets_7d"] == 3 * len(days)


def test_the_bars_of_a_link_are_as_high_as_its_sets_by_leg(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    small_warehouse.add_athlete("ada")
    small_warehouse.add_chain("ada", soleus="on_track")
    for weeks_ago, left, right in [(1, 4.0, 1.0), (0, 2.0, 0.0)]:
        week = {"athlete_id": "ada", "link": "soleus", "load_date": AS_OF - timedelta(weeks=weeks_ago), "target_sets_week": 2.0}
        small_warehouse.add("marts.chain_weeks", **week, sets_7d=right, left_sets_7d=left, right_sets_7d=right)
    # Four sets are 32 high, so two are 16; none is a hair.
    svg = (built() / "athletes" / "ada.html").read_text().split('<svg class="strip"')[1].split("</svg>")[0]
    assert "Left and right, 2 stretches of seven days, the last one 2 and 0" in svg
    assert re.findall(r'class="([\w-]+)" d="([^"]*)"', svg) == [
        ("leg-1", "M0 34v-32.0h3.5V34zM10 34v-16.0h3.5V34z"),
        ("leg-2", "M4 34v-8.0h3.5V34zM14 34v-0.8h3.5V34z"),
        ("target", "M0 18.0H120"),
    ]


def test_the_last_sessions_are_whole_sessions_also_where_a_watch_gives_each_set_its_hour(demo_night: Night) -> None:
    written = (demo_night.site / "athletes" / "marta.html").read_text().split("<h2>Last strength sessions</h2>")[1]
    days = re.findall(r'<tr><td class="day">([^<]+)</td>', written)
    told = demo_night.rows(
        "select session_date, count(distinct exercise_name) as exercises from marts.strength_sessions "
        "join marts.strength_sets using (session_id) where strength_sessions.athlete_id = 'marta' "
        "group by session_date order by session_date desc"
    )
    # 24 rows at most; four exercises a session.
    assert {row["exercises"] for row in told} == {4}
    assert days == [f"{row['session_date']:%a} {row['session_date'].day} {row['session_date']:%b}" for row in told[:6]]


def test_a_card_is_open_beside_the_reason_that_asks_for_it_and_folded_otherwise(demo_night: Night) -> None:
    tomas, linnea = ((demo_night.site / "athletes" / f"{name}.html").read_text() for name in ("tomas", "linnea"))
    asked, folded = tomas.split('id="how-to"')[1].split("</section>")[0].split('class="others"')
    assert re.findall(r"<h3>([^<]*)</h3>", asked) == ["Bent-knee raise"]
    # The dose is the action of the reason, as the coach's own rules word it.
    dose = demo_night.value("select action from seeds.athlete_actions where athlete_id = 'tomas' and code = 'SOL_STALE'")
    assert f'<p class="dose">{dose.replace("{on_floor}", "")}</p>' in asked
    assert folded.count("<details") == len(how_to.CARDS) - 1
    assert linnea.split('id="how-to"')[1].count("<details") >= len(how_to.CARDS)


def test_every_reason_that_asks_for_an_exercise_has_a_card(demo_night: Night) -> None:
    carded = {code for card in how_to.CARDS for code in card.codes}
    calf = demo_night.rows(
        "select code, is_calf_work is false as is_beside from seeds.reasons left join seeds.links using (link) "
        "where family = 'calf'"
    )
    assert carded <= {row["code"] for row in calf}
    # A link beside calf work may leave it to the action to say how.
    assert {row["code"] for row in calf if not row["is_beside"]} - carded == {"SIDE_ONLY"}


def test_pain_and_a_possible_rupture_open_no_card(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    for athlete_id, code, state, forbids in [
        ("ada", "PAIN_GATE", "pain_gate", ["ceiling", "heavy_dose", "keep_running", "more_load", "room"]),
        ("ben", "RED_FLAG_RUPTURE", "rupture_suspected", ["exercise", "heavy_dose"]),
    ]:
        told = {"person_states": [state], "forbids": forbids}
        small_warehouse.add_athlete(athlete_id, flag="red", priority=4, reasons=[code, "SOL_STALE"], **told)
        small_warehouse.add_reason(athlete_id, code, "pain", level="red")
        small_warehouse.add_reason(athlete_id, "SOL_STALE", "calf")
    folder = built()
    ada = (folder / "athletes" / "ada.html").read_text()
    assert "less of everything, and only what leaves the next morning no worse" in ada
    assert "Two-leg raise on the floor" in ada
    assert "Bent-knee raise" not in ada
    assert "Next: " not in ada
    assert "Bent-knee raise" not in (folder / "athletes" / "ben.html").read_text()


def test_range_buttons_and_zoom_move_all_time_charts_together(open_page: Callable[..., Page], odd_night: Night) -> None:
    window = open_page(odd_night.site / "athletes/long.html")
    draw_all(window)
    linked = ["load", "ceiling", "ratios"]
    for name, first in [("4 weeks", AS_OF - timedelta(days=28)), ("1 year", YEAR_AGO - timedelta(days=1))]:
        button = window.get_by_role("button", name=name, exact=True)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        assert [window.evaluate(RANGE.format(chart)) for chart in linked] == [[str(first), str(AS_OF)]] * 3
    # What Plotly does when a stretch is dragged out of a chart.
    dragged = "{'xaxis.range[0]': '2026-10-01', 'xaxis.range[1]': '2026-10-15'}"
    window.evaluate(f"Plotly.relayout(document.querySelector('[data-chart=ceiling] .plot'), {dragged})")
    window.wait_for_timeout(100)
    assert [window.evaluate(RANGE.format(chart)) for chart in linked] == [["2026-10-01", "2026-10-15"]] * 3
    expect(window.locator("[data-range][aria-pressed=true]")).to_have_count(0)
    window.get_by_role("button", name="Earlier").press("Enter")
    assert window.evaluate(RANGE.format("load")) == ["2026-09-24", "2026-10-08"]
    window.get_by_role("button", name="All", exact=True).press("Space")
    assert window.evaluate(RANGE.format("ratios"))[0][:4] == "2014"


def test_the_heat_map_holds_a_year_of_the_chosen_measure(open_page: Callable[..., Page], odd_night: Night) -> None:
    window = open_page(odd_night.site / "athletes/long.html")
    draw_all(window)
    window.locator("label:has(input[value=distance_m])").click()
    cells = "document.querySelector('[data-chart=calendar] .plot').data[0]"
    rows, dates = window.evaluate(f"[{cells}.z, {cells}.text]")
    assert (len(rows), len(rows[0]), dates[6][-1]) == (7, 53, "Sunday 15 November 2026")
    shown = {
        row["load_date"]: row["km"]
        for row in odd_night.rows("select load_date, distance_m / 1000 as km from marts.daily_load where athlete_id = 'long'")
    }
    monday = AS_OF - timedelta(days=6)
    for weekday in range(7):
        assert rows[weekday][-1] == shown[monday + timedelta(days=weekday)]
        assert rows[weekday][0] == shown[monday + timedelta(days=weekday, weeks=-52)]


def test_the_table_behind_the_heat_map_holds_every_day_of_the_chosen_measure(
    open_page: Callable[..., Page], odd_night: Night
) -> None:
    window = open_page(odd_night.site / "athletes/year-gap.html")
    draw_all(window)
    window.locator("label:has(input[value=distance_m])").click()
    window.locator("[data-chart=calendar] summary").click()
    table = window.locator("[data-chart=calendar] table")
    expect(table.locator("thead th")).to_have_text(["Week from", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
    told = {}
    for row in table.locator("tbody tr").all():
        monday = date.fromisoformat(row.locator("th").inner_text())
        for weekday, text in enumerate(row.locator("td").all_inner_texts()):
            if text:
                told[monday + timedelta(days=weekday)] = float(text)
    days = {
        row["load_date"]: row["km"]
        for row in odd_night.rows(
            "select load_date, distance_m / 1000 as km from marts.daily_load where athlete_id = 'year-gap' and load_date >= ?",
            YEAR_AGO - timedelta(days=YEAR_AGO.weekday()),
        )
    }
    assert told == pytest.approx(days)
    # 60 days since the gap, of which two of seven are rest; the longest is 16 km.
    running = sum(km > 0 for km in days.values())
    summary = window.locator("[data-chart=calendar] .summary")
    assert f"Distance on {running} of {len(days)} days" in summary.inner_text()
    assert "16.0 km" in summary.inner_text()
    window.locator("label:has(input[value=moving_s])").click()
    assert summary.inner_text().startswith(f"Moving time on {running} of ")
    # Five minutes a kilometre; the as-of date is a Sunday.
    assert float(table.locator("tbody tr").first.locator("td").last.inner_text()) == pytest.approx(5 * days[AS_OF])


def test_the_table_behind_the_load_goes_on_with_weeks(open_page: Callable[..., Page], odd_night: Night) -> None:
    window = open_page(odd_night.site / "athletes/long.html")
    draw_all(window)
    window.locator("[data-chart=load] summary").focus()
    window.keyboard.press("Enter")
    rows = window.locator("[data-chart=load] tbody tr")
    monday = YEAR_AGO - timedelta(days=YEAR_AGO.weekday())
    days = (AS_OF - monday).days + 1
    assert rows.nth(0).inner_text().startswith(str(AS_OF))
    assert rows.nth(days - 1).inner_text().startswith(str(monday))
    assert rows.nth(days).inner_text().startswith("week of ")


def test_a_note_with_markup_stays_text_and_out_of_the_figures(open_page: Callable[..., Page], odd_night: Night) -> None:
    window = open_page(odd_night.site / "athletes/long.html", width=375)
    draw_all(window)
    assert window.locator(".events bdi", has_text="onerror").inner_text() == HOSTILE_NOTE
    assert "onerror" not in (window.locator("#figures").text_content() or "")


def test_the_page_meets_wcag_22_aa_on_a_telephone(open_page: Callable[..., Page], odd_night: Night, demo_night: Night) -> None:
    for night, name in ((demo_night, "jia-wei"), (odd_night, "nobody")):
        window = open_page(night.site / f"athletes/{name}.html", 375, "dark")
        draw_all(window)
        window.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        found = Axe().run(window, options=WCAG)
        assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []
        assert window.evaluate("document.documentElement.scrollWidth") <= 375


def test_a_page_prints_on_two_light_sheets(chromium: Browser, odd_night: Night, demo_night: Night) -> None:
    for night, name in ((demo_night, "jia-wei"), (odd_night, "long"), (odd_night, "aliases"), (odd_night, "nobody")):
        context = chromium.new_context(color_scheme="dark", offline=True)
        window = context.new_page()
        window.goto((night.site / f"athletes/{name}.html").as_uri())
        printed = pypdf.PdfReader(io.BytesIO(window.pdf(format="A4", prefer_css_page_size=True)))
        context.close()
        assert len(printed.pages) <= 2, name
        text = "\n".join(sheet.extract_text() for sheet in printed.pages)
        assert "Last runs" in text
        if name != "nobody":
            assert "Running, km a week" in text
        if name in ("jia-wei", "long"):
            # With pictures of what may be done: she comes back after a break, he is asked for all three.
            assert "Single-leg march out of a hip hinge" in text


def test_a_long_state_of_a_link_is_whole_on_a_telephone(
    open_page: Callable[..., Page], small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    small_warehouse.add_athlete(
        "ada", flag="amber", priority=2, person_states=["open_injury"], forbids=["own_dose", "heavy_dose"]
    )
    small_warehouse.add_chain("ada", soleus="red", hip="amber")
    page = open_page(built() / "athletes" / "ada.html", width=375, at="#open=analysts")
    states = page.locator(".links .state", has_text="not judged while an injury is open")
    expect(states).to_have_count(2)
    table = page.locator(".links").bounding_box()
    for state in states.all():
        box = state.bounding_box()
        assert table and box and box["x"] + box["width"] <= table["x"] + table["width"]


def test_the_page_is_short_while_its_parts_are_folded(open_page: Callable[..., Page], demo_night: Night) -> None:
    for name in ("tomas", "jia-wei", "zoe"):
        page = open_page(demo_night.site / f"athletes/{name}.html")
        assert page.evaluate("document.documentElement.scrollHeight") <= 3500
        # The first screen holds what, why, since when and what to do.
        hero = page.locator(".hero").bounding_box()
        assert hero and hero["y"] + hero["height"] <= 900
        page.context.close()
