"""The pages in a real Chromium, from the disk and with the network off, as a coach opens them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboards.site import stamp
from tests.lib.squads import Night
from tests.pages.conftest import PAGE_TYPES, PAGES, SCREENSHOTS, SmallWarehouse, draw_all, photograph
from tests.pages.test_site import HOSTILE_NAMES

WIDTHS = [375, 768, 1440]
# Twelve weeks up to 15 November 2026, (month, day).
SUNDAYS = [(8, 30), (9, 6), (9, 13), (9, 20), (9, 27), (10, 4), (10, 11), (10, 18), (10, 25), (11, 1), (11, 8), (11, 15)]
LOAD_LINE = "document.querySelector('[data-chart=load] .plot').data[1].line.color"
AS_OF = "(select as_of_date from seeds.night)"


def shown_names(page: Page) -> list[str]:
    return page.locator(".row:visible h2").all_text_contents()


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_its_window_in_silence(width: int, open_page: Callable[..., Page], demo_night: Night) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    # The narrowest has to hold every athlete's page; of the wider ones one page of each type is enough.
    for name in PAGES if width == min(WIDTHS) else PAGE_TYPES:
        page = open_page(demo_night.site / PAGES[name], width)
        draw_all(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            photograph(page, SCREENSHOTS / f"{name}-{width}-{theme}.png")
        page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        # No column is squeezed until its words stand letter under letter.
        assert page.evaluate("Math.max(...[...document.querySelectorAll('td, th')].map(cell => cell.offsetHeight))") < 700, name
        page.context.close()


def test_the_six_links_fit_a_telephone_and_the_broken_one_is_seen_and_heard(
    open_page: Callable[..., Page], demo_night: Night
) -> None:
    page = open_page(demo_night.site / "index.html", width=375)
    tomas = page.locator(".row", has_text="Tomás Ibarra")
    links = tomas.locator(".links g")
    heads = page.locator(".link-heads span").all_text_contents()
    assert len(heads) == 6
    boxes = [link.bounding_box() for link in links.all()]
    right_ends = [box["x"] + box["width"] for box in boxes if box]
    assert right_ends == sorted(right_ends)
    assert right_ends[-1] <= 375
    # No number runs into its neighbour.
    numbers = [number.bounding_box() for number in tomas.locator(".links text").all()]
    for one, other in pairwise(numbers):
        assert one and other and one["x"] + one["width"] <= other["x"]
    dashes = "element => getComputedStyle(element).strokeDasharray"
    ways = [way.evaluate(dashes) for way in tomas.locator(".links path").all()]
    assert [way == "none" for way in ways] == [True, False, False, False, False]
    colours = [way.evaluate("element => getComputedStyle(element).stroke") for way in tomas.locator(".links path").all()]
    assert colours[1] == colours[2] != colours[0]
    assert "20 (lagging)" in (tomas.locator(".links").get_attribute("aria-label") or "")


def test_the_hour_of_publishing_is_shown(open_page: Callable[..., Page], demo_night: Night) -> None:
    published = (demo_night.site / "assets" / "published.js").read_text()
    # window.tendonwatchPublished = {"night":"…","at":"2026-11-22T02:30:00+00:00"};
    hour = published.split('"at":"')[1][11:16]
    page = open_page(demo_night.site / "index.html")
    assert page.locator(".sub time").inner_text().endswith(f"{hour} UTC")


def test_the_last_nights_are_listed_with_state_and_duration(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "data-quality.html")
    (night,) = demo_night.rows("select * from ops.nightly_runs")
    cells = page.locator("#nights tbody td").all_inner_texts()
    seconds = round((night["finished_at"] - night["started_at"]).total_seconds())
    took = f"{seconds} s" if seconds < 60 else f"{seconds // 60} min {seconds % 60} s"
    assert cells[0].endswith(f"{night['started_at']:%H:%M} UTC")
    assert cells[1:6] == ["published", "2026-11-15", took, str(night["files_seen"]), str(night["files_parsed"])]


def test_what_a_night_said_stays_text(open_page: Callable[..., Page], built: Callable[[], Path]) -> None:
    site = built()
    said = HOSTILE_NAMES[2] + HOSTILE_NAMES[0]
    night = {"night": "n", "started_at": "2026-11-15T02:30:00Z", "state": "failed", "message": said}
    stamp(site, "n", datetime(2026, 11, 15, 2, 31, tzinfo=UTC), [night])
    page = open_page(site / "data-quality.html")
    assert page.locator("#nights td").last.inner_text() == said
    assert page.locator("#nights td.failed").inner_text() == "failed"


def test_a_column_of_the_dictionary_is_found_and_has_an_address(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "data-dictionary.html", width=375)
    page.locator("#find").fill("acwr_ewma load_ratio")
    expect(page.locator(".dictionary tbody tr:visible")).to_have_count(1)
    assert page.locator(".dictionary:visible h2").all_inner_texts() == ["marts.load_ratio"]
    assert page.locator("#found").inner_text() == "1 column found"
    page.locator("#find").fill("")
    columns = demo_night.value("select count(*) from duckdb_columns() where schema_name in ('marts', 'ops')")
    expect(page.locator(".dictionary tbody tr:visible")).to_have_count(columns)
    page = open_page(demo_night.site / "data-dictionary.html", at="#marts.runs.achilles_quality")
    assert "achilles_quality" in page.locator("tr:target").inner_text()


def test_flag_counts_equal_the_table_and_filter_the_list(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "index.html")
    counts = {
        row["flag"]: row["runners"]
        for row in demo_night.rows(
            f"select flag, count(*) as runners from marts.athlete_status where load_date = {AS_OF} group by flag"
        )
    }
    for flag in ("red", "amber", "grey", "green"):
        chip = page.locator(f"[data-filter={flag}]")
        assert int(chip.locator("b").inner_text()) == counts.get(flag, 0)
        if flag not in counts:
            assert chip.is_disabled()
            continue
        chip.click()
        assert len(shown_names(page)) == counts[flag]
        assert page.locator(f".row.{flag}:visible").count() == counts[flag]
        word = chip.locator("span").inner_text()
        assert page.locator("#shown").inner_text() == f"{counts[flag]} of 8 runners shown: {word}"
        chip.click()
    assert len(shown_names(page)) == 8


def test_the_list_is_searched_and_filtered_by_keyboard_alone(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "index.html")

    def tab_to(selector: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} is out of reach of the Tab key")

    tab_to("[data-filter=amber]")
    page.keyboard.press("Space")
    assert shown_names(page) == ["Keisha Monroe", "Márta Kovács"]
    page.keyboard.press("Space")
    tab_to("#search")
    page.keyboard.type("zoe laurent")  # her name is written Zoë
    assert shown_names(page) == ["Zoë Laurent"]
    tab_to(".row:not([hidden]) summary")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator(".row:visible .open")).to_be_visible()
    tab_to(".row:not([hidden]) .open .page")
    page.keyboard.press("Enter")
    page.wait_for_url("**/athletes/zoe.html")


def test_a_search_that_finds_nobody_says_so_and_can_be_undone(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "index.html")
    page.locator("#search").fill("nobody of that name")
    assert shown_names(page) == []
    page.get_by_role("button", name="Show everyone").click()
    assert len(shown_names(page)) == 8


def test_the_theme_switch_recolours_page_and_charts_and_is_remembered(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "athletes/tomas.html", theme="light")
    draw_all(page)
    ground, line = "getComputedStyle(document.body).backgroundColor", LOAD_LINE
    light = page.evaluate(ground), page.evaluate(line)
    page.locator("#theme").click()
    dark = page.evaluate(ground), page.evaluate(line)
    assert light[0] != dark[0]
    assert light[1] != dark[1]
    page.goto((demo_night.site / "index.html").as_uri())
    assert page.evaluate(ground) == dark[0]


def test_the_theme_follows_the_system_while_nobody_has_chosen(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "athletes/tomas.html", theme="light")
    draw_all(page)
    before = page.evaluate(LOAD_LINE)
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(200)
    assert page.evaluate(LOAD_LINE) != before


def test_bars_and_lines_equal_the_tables_for_every_measure(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "athletes/tomas.html")
    draw_all(page)
    for measure, divisor in (("distance_m", 1000), ("moving_s", 60), ("trimp_au", 1)):
        page.locator(f"label:has(input[value={measure}])").click()
        days = demo_night.rows(
            f"select daily.{measure} as load, ratio.* from marts.daily_load as daily "
            "join marts.load_ratio as ratio using (athlete_id, load_date) "
            "where athlete_id = 'tomas' and measure = ? order by load_date",
            measure,
        )
        load, acute, chronic = page.evaluate("document.querySelector('[data-chart=load] .plot').data.map(trace => trace.y)")
        # Rounded to less than a pixel: half a two-hundredth of the largest day.
        step = max(day["load"] or 0 for day in days) / divisor / 400
        # Bars are days; lines are the week that seven such days make.
        for drawn, column, days_told in ((load, "load", 1), (acute, "acute", 7), (chronic, "chronic_coupled", 7)):
            assert [value is None for value in drawn] == [day[column] is None for day in days]
            known = [days_told * day[column] / divisor for day in days if day[column] is not None]
            assert [value for value in drawn if value is not None] == pytest.approx(known, abs=days_told * step)
        ratios = page.evaluate("document.querySelector('[data-chart=ratios] .plot').data.map(trace => trace.y)")
        for drawn, column in zip(ratios[:3], ("acwr_uncoupled", "acwr_coupled", "acwr_ewma"), strict=True):
            expected = [day[column] for day in days]
            assert [value is None for value in drawn] == [value is None for value in expected]
            pairs = [(one, other) for one, other in zip(drawn, expected, strict=True) if other is not None]
            assert [one for one, _ in pairs] == pytest.approx([other for _, other in pairs], abs=0.0051)


def test_charts_are_really_drawn(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "athletes/tomas.html")
    draw_all(page)
    # 16 weeks of history from Monday to Sunday.
    assert page.locator("[data-chart=load] .barlayer .point").count() == 112
    assert page.locator("[data-chart=load] .scatterlayer .js-line").count() == 2
    assert page.locator("[data-chart=ratios] .scatterlayer .js-line").count() == 3
    # Twelve weeks each; goal and best set are lines.
    for chart, lines in (("weeks", 0), ("straight_knee_raise", 2), ("bent_knee_raise", 2), ("single_leg_march", 2)):
        assert page.locator(f"[data-chart={chart}] .barlayer .point").count() == 12
        assert page.locator(f"[data-chart={chart}] .scatterlayer .js-line").count() == lines
    assert "our rule: 1.5 (uncoupled)" in (page.locator("[data-chart=ratios] .plot").text_content() or "")


def test_unknown_days_are_shaded_and_named(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "athletes/marta.html")
    draw_all(page)
    page.locator("label:has(input[value=moving_s])").click()
    shapes = page.evaluate(
        "document.querySelector('[data-chart=load] .plot').layout.shapes.map(shape => [shape.x0, shape.x1, shape.label.text])"
    )
    unknown = demo_night.rows(
        "select min(load_date) as first, max(load_date) as last, count(*) as days from marts.daily_load "
        "where athlete_id = 'marta' and not is_known"
    )[0]
    assert unknown["days"] == 7
    # Shaded from noon of the day before to noon of the last one: bars stand in the middle of their day.
    assert shapes == [["2026-09-06T12:00", f"{unknown['last']}T12:00", "unknown"]]
    assert f"{unknown['first']}" == "2026-09-07"


def test_the_measure_is_chosen_by_arrow_keys(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "athletes/tomas.html")
    draw_all(page)
    assert page.locator("[data-chart=load] .summary").inner_text().startswith("Distance, ")
    page.locator("input[value=distance_m]").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("input[value=moving_s]").is_checked()
    assert page.locator("[data-chart=load] .summary").inner_text().startswith("Moving time, ")


def test_weeks_exercises_and_ceilings_equal_the_tables(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "athletes/tomas.html")
    draw_all(page)
    traces = "document.querySelector('[data-chart={}] .plot').data.map(trace => trace.y)"
    ends = [f"2026-{month:02}-{day:02}" for month, day in SUNDAYS]
    (running,) = page.evaluate(traces.format("weeks"))
    weeks = [
        demo_night.value(
            "select sum(distance_m) / 1000 from marts.daily_load "
            "where athlete_id = 'tomas' and load_date between cast(? as date) - 6 and ?",
            end,
            end,
        )
        for end in ends
    ]
    assert running == pytest.approx(weeks, abs=0.051)
    # Every set of his counts: the log holds no easy one.
    for exercise, counts in (
        ("straight_knee_raise", "gastrocnemius_credit >= 1"),
        ("bent_knee_raise", "soleus_credit >= 1"),
        ("single_leg_march", "hip_credit > 0"),
    ):
        sets, goal, best = page.evaluate(traces.format(exercise))
        logged = [
            demo_night.value(
                "select count(*) from marts.strength_sets where athlete_id = 'tomas' and not is_warmup "
                f"and {counts} and set_date between cast(? as date) - 6 and ?",
                end,
                end,
            )
            for end in ends
        ]
        assert sets == logged
        assert goal[-1] == (3 if exercise == "single_leg_march" else 2)
        assert [value is None for value in best] == [count == 0 for count in logged]
    page.locator("[data-chart=bent_knee_raise] summary").click()
    expect(page.locator("[data-chart=bent_knee_raise] tbody tr")).to_have_count(12)
    assert page.locator("[data-chart=bent_knee_raise] tbody tr").all_inner_texts()[:3] == [
        "2026-11-15\t0\t2\t–",
        "2026-11-08\t0\t2\t–",
        "2026-11-01\t3\t2\t12",
    ]
    dots, ceiling = page.evaluate("document.querySelector('[data-chart=ceiling] .plot').data.slice(0, 2).map(trace => trace.y)")
    runs = demo_night.rows(
        "select distance_m / 1000 as km, "
        "if(spike_state <> 'no_baseline', spike_ceiling_m / 1000, null) as ceiling_km from marts.runs "
        "where athlete_id = 'tomas' and sport = 'run' order by started_at"
    )
    # No run of his follows a jump, so no ceiling is held at that of before it.
    assert dots == pytest.approx([run["km"] for run in runs], abs=0.0051)
    assert ceiling == pytest.approx([run["ceiling_km"] for run in runs], abs=0.0051)
    page.locator("[data-chart=weeks] summary").click()
    expect(page.locator("[data-chart=weeks] tbody tr")).to_have_count(12)
    assert page.locator("[data-chart=weeks] th").first.inner_text() == "7 days to"


def test_what_is_open_and_chosen_stands_in_the_address(open_page: Callable[..., Page], demo_night: Night) -> None:
    tomas = demo_night.site / "athletes/tomas.html"
    page = open_page(tomas, at="#flag=red&squad=road")
    page.locator("details[data-part=days] > summary").click()
    page.locator("label:has(input[value=moving_s])").click()
    page.get_by_role("button", name="4 weeks", exact=True).click()
    expect(page).to_have_url(f"{tomas.as_uri()}#flag=red&squad=road&open=days&measure=moving_s&range=4w")
    again = open_page(tomas, at="#measure=moving_s&range=4w&open=analysts&flag=red")
    expect(again.locator("details[data-part=analysts]")).to_have_attribute("open", "")
    expect(again.locator("details[data-part=days]")).not_to_have_attribute("open", "")
    assert again.locator("input[value=moving_s]").is_checked()
    expect(again.get_by_role("button", name="4 weeks", exact=True, include_hidden=True)).to_have_attribute("aria-pressed", "true")
    # What is asked for in vain is left out.
    odd = open_page(tomas, at="#measure=nonsense&range=100y&from=tomorrow&to=&open=nothing")
    draw_all(odd)
    assert odd.locator("input[value=distance_m]").is_checked()
    expect(odd.get_by_role("button", name="12 weeks", exact=True)).to_have_attribute("aria-pressed", "true")


def test_the_next_runner_is_a_key_away_and_the_filter_goes_along(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "index.html")
    shown = shown_names(page)
    page = open_page(demo_night.site / "index.html", at="#squad=road")
    road = shown_names(page)
    assert 1 < len(road) < len(shown)
    page.locator(".row:visible .go").first.click()

    def at(place: int) -> None:
        # The keys are heard once the page has found its place.
        expect(page.locator("[data-place]")).to_have_text(f"{place + 1} of {len(road)}")
        assert page.locator("h1").inner_text() == road[place]
        assert page.url.endswith("#squad=road")

    at(0)
    expect(page.locator("[data-before]")).to_be_hidden()
    for key, place in (("j", 1), ("ArrowRight", 2), ("k", 1), ("ArrowLeft", 0)):
        page.keyboard.press(key)
        at(place)
    page.locator("[data-squad]").click()
    expect(page).to_have_url(f"{(demo_night.site / 'index.html').as_uri()}#squad=road")
    expect(page.locator(".row:visible")).to_have_count(len(road))
    assert shown_names(page) == road


def test_a_finger_can_scroll_the_page_over_a_chart(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "athletes/tomas.html", width=375, touch=True)
    draw_all(page)
    dragging = page.evaluate("[...document.querySelectorAll('.plot')].map(plot => plot._fullLayout.dragmode)")
    assert set(dragging) == {False}


def test_hostile_names_stay_text(
    open_page: Callable[..., Page], small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    for number, name in enumerate(HOSTILE_NAMES):
        small_warehouse.add_athlete(f"mallory-{number}", name, flag="amber", priority=1, headline=name, next_action=name)
        small_warehouse.add_days(f"mallory-{number}", [5000.0, 0.0])
    site = built()
    page = open_page(site / "index.html", width=375)
    assert sorted(shown_names(page)) == sorted(HOSTILE_NAMES)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    for number, name in enumerate(HOSTILE_NAMES):
        page = open_page(site / f"athletes/mallory-{number}.html", width=375)
        draw_all(page)
        assert page.locator("h1").inner_text() == name
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        page.context.close()
