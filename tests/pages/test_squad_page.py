"""The squad page as a coach uses it: filters, order, the address that is sent on, the age of the data, the sheet for the wall."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.lib.squads import Night
from tests.pages.conftest import AS_OF, SmallWarehouse
from tests.pages.test_site import page

TODAY = "load_date = (select as_of_date from seeds.night)"


def shown(page: Page) -> list[str]:
    """The names of the runners in the list, in its order."""
    return page.locator(".row:not([hidden]) h2 a").all_text_contents()


def address_says(page: Page, expected: str) -> None:
    page.wait_for_function("expected => decodeURIComponent(location.hash) === expected", arg=expected)


def test_the_list_is_filtered_by_squad_and_reason_as_the_tables_say(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "index.html")
    for squad in ("track", "road"):
        page.locator("#squad").select_option(squad)
        names = demo_night.rows("select name from marts.athletes where squad = ?", squad)
        assert sorted(shown(page)) == sorted(row["name"] for row in names)
    page.locator("#squad").select_option("")
    for code in ("SOL_STALE", "DATA_NO_STRENGTH_SOURCE"):
        page.locator("#reason").select_option(code)
        found = demo_night.rows(
            f"select distinct name from marts.flags join marts.athletes using (athlete_id) "
            f"where {TODAY} and state = 'raised' and code = ?",
            code,
        )
        assert sorted(shown(page)) == sorted(row["name"] for row in found)
        assert page.locator(f"#reason option[value={code}]").inner_text().endswith(f"({len(found)})")


def test_every_reason_that_is_raised_today_can_be_chosen(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "index.html")
    offered = page.evaluate("[...document.querySelectorAll('#reason option')].map(option => option.value).filter(Boolean)")
    raised = demo_night.rows(f"select distinct code from marts.flags where {TODAY} and state = 'raised'")
    assert sorted(offered) == sorted(row["code"] for row in raised)


@pytest.mark.parametrize(
    ("key", "query"),
    [
        ("name", "select name from marts.athletes order by lower(strip_accents(name))"),
        (
            "week",
            "select name from marts.athletes join marts.weekly_summary using (athlete_id) "
            "where week_start_date = date '2026-11-09' order by distance_m desc",
        ),
        (
            "soleus",
            f"select name from marts.athletes left join (select * from marts.chain_links where link = 'soleus' and {TODAY}) "
            "using (athlete_id) order by days_since desc nulls last, name",
        ),
    ],
)
def test_the_order_is_that_of_the_table_either_way_round(
    key: str, query: str, open_page: Callable[..., Page], demo_night: Night
) -> None:
    page = open_page(demo_night.site / "index.html")
    worst_first = shown(page)
    page.locator("#sort").select_option(key)
    expected = [row["name"] for row in demo_night.rows(query)]
    if key == "soleus":  # equal days keep the order of the list: compare the days
        days = {
            row["name"]: row["days_since"]
            for row in demo_night.rows(
                "select name, days_since from marts.athletes left join "
                f"(select * from marts.chain_links where link = 'soleus' and {TODAY}) using (athlete_id)"
            )
        }
        assert [days[name] for name in shown(page)] == [days[name] for name in expected]
        page.locator("#reversed").click()
        known = [days[name] for name in shown(page) if days[name] is not None]
        assert known == sorted(known)
        assert [days[name] for name in shown(page)][len(known) :] == [None] * (8 - len(known))
    else:
        assert shown(page) == expected
        page.locator("#reversed").click()
        assert shown(page) == expected[::-1]
    page.locator("#reset").click()
    assert shown(page) == worst_first


def test_the_address_holds_the_view_and_brings_it_back(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "index.html")
    page.locator("[data-filter=red]").click()
    page.locator("[data-filter=amber]").click()
    page.locator("#squad").select_option("road")
    page.locator("#search").fill("tan é")
    page.locator("#sort").select_option("name")
    page.locator("#reversed").click()
    address_says(page, "#flag=red,amber&squad=road&sort=name&q=tan+é&reversed=1")
    before = shown(page)
    assert before == ["Tan Jia Wei"]
    again = open_page(demo_night.site / "index.html", at=page.evaluate("location.hash"))
    assert shown(again) == before
    assert again.locator("#search").input_value() == "tan é"
    again.locator("#reset").click()
    expect(again.locator("#reset")).to_be_hidden()
    address_says(again, "")
    assert len(shown(again)) == 8
    page.reload()
    assert shown(page) == before


@pytest.mark.parametrize(
    "at",
    [
        "#flag=purple&squad=nobody&reason=NO_SUCH&sort=shoe_size&change=sideways",
        "#flag=red%00&q=",
        "#main",
        "#=&&==&flag",
        "#%E0%A4%A",
        "#sort=__proto__&reason=constructor",
    ],
)
def test_an_address_that_asks_for_nonsense_shows_everyone(at: str, open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "index.html", at=at)
    assert len(shown(page)) == 8


def test_an_address_with_markup_is_only_searched_for(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "index.html", at="#q=%3Cimg src=x onerror=alert(1)%3E")
    assert page.locator("#search").input_value() == "<img src=x onerror=alert(1)>"
    assert shown(page) == []
    assert page.locator("main img").count() == 0


def test_the_skip_link_keeps_the_view(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "index.html", at="#flag=red")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    expect(page).to_have_url(re.compile("#flag=red$"))
    assert len(shown(page)) == 2


def test_choices_are_made_by_keyboard_alone(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "index.html")
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.dataset.filter || ''"))
        if reached[-1] == "sort":
            page.keyboard.press("ArrowDown")
        if reached[-1] == "reversed":
            page.keyboard.press("Space")
            break
    assert [name for name in reached if name in ("red", "search", "squad", "reason", "sort", "reversed")] == [
        *("red", "search", "squad", "reason", "sort", "reversed")
    ]
    names = [row["name"] for row in demo_night.rows("select name from marts.athletes order by lower(strip_accents(name)) desc")]
    assert shown(page) == names


def test_what_changed_can_be_shown_alone(
    open_page: Callable[..., Page], small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    for name, flag, change in [
        ("Ada", "red", "new"),
        ("Ben", "amber", "worse"),
        ("Cleo", "amber", "better"),
        ("Dora", "green", "cleared"),
        ("Emil", "grey", "lost"),
        ("Finn", "green", None),
    ]:
        small_warehouse.add_athlete(name.lower(), name, flag=flag, change=change)
    page = open_page(built() / "index.html")
    for change, name in [("new", "Ada"), ("worse", "Ben"), ("better", "Cleo"), ("cleared", "Dora"), ("lost", "Emil")]:
        page.locator(f"[data-change-filter={change}]").click()
        assert shown(page) == [name]
        page.locator(f"[data-change-filter={change}]").click()
    page.locator("#sort").select_option("change")
    assert shown(page)[:5] == ["Ada", "Ben", "Cleo", "Dora", "Emil"]


def test_the_age_of_the_newest_data_stands_beside_each_runner(
    open_page: Callable[..., Page], small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    for athlete_id, run_days, set_days in [("ada", 0, 1), ("ben", 12, None), ("cleo", None, None)]:
        small_warehouse.add_athlete(athlete_id, flag="grey", priority=0)
        if run_days is not None:
            run = {"athlete_id": athlete_id, "sport": "run", "is_dated": True}
            small_warehouse.add("marts.runs", **run, run_date=AS_OF - timedelta(days=run_days))
            small_warehouse.add("marts.runs", **run, run_date=AS_OF - timedelta(days=run_days + 3))
        if set_days is not None:
            small_warehouse.add("marts.strength_sets", athlete_id=athlete_id, set_date=AS_OF - timedelta(days=set_days))
    small_warehouse.add_reason("ben", "DATA_STALE_SOURCE", "data", value=12.0, level="info")
    page = open_page(built() / "index.html")
    assert page.locator(".row .fresh").all_text_contents() == [
        "Last run today · strength work yesterday",
        "No data for 12 days. Last run 12 days ago · no strength log",
        "No run read · no strength log",
    ]
    assert f"newest data Sun {AS_OF.day} Nov" in page.locator(".sub").inner_text()
    page.locator("#sort").select_option("run")
    assert shown(page) == ["ben", "ada", "cleo"]


def test_pages_that_have_grown_old_say_so(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "index.html")
    assert page.locator("#old").is_hidden()
    page.clock.set_fixed_time(page.evaluate("Date.parse(window.tendonwatchPublished.at) / 1000 + 5.5 * 86_400"))
    page.reload()
    assert page.locator("#old").inner_text() == "These pages are 5 days old: no night has been published since."


def test_the_choices_unfold_on_a_telephone(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "index.html", width=375)
    assert page.locator("#reason").is_hidden()
    page.locator("#more").click()
    page.locator("#reason").select_option("SOL_STALE")
    assert 0 < len(shown(page)) < 8
    again = open_page(demo_night.site / "index.html", width=375, at="#reason=SOL_STALE")
    assert again.locator("#reason").is_visible()


def test_a_thousand_runners_are_found_and_put_in_order(
    open_page: Callable[..., Page], small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    small_warehouse.execute(
        "insert into marts.athletes (athlete_id, name, squad, units) "
        "select 'runner-' || number, 'Runner ' || number, 'squad ' || number % 7, 'km' from range(1000) as made (number)"
    )
    small_warehouse.execute("insert into seeds.athlete_rules select athlete_id, house_rules.* from marts.athletes, house_rules")
    small_warehouse.execute(
        "insert into marts.athlete_status (athlete_id, load_date, flag, attention_key, headline, next_action) "
        "select 'runner-' || number, ?, 'amber', 3 - number % 3, 'Why.', 'What.' from range(1000) as made (number)",
        AS_OF,
    )
    site = built()
    assert len(list((site / "athletes").iterdir())) == 1000
    page = open_page(site / "index.html")
    assert len(shown(page)) == 1000
    page.locator("#search").fill("runner 99")
    assert len(shown(page)) == 19  # 99, 199 to 899, and 990 to 999
    page.locator("#squad").select_option("squad 3")
    # Those of which 3 is left by 7; their keys are 1, 2, 2 and 3.
    assert shown(page) == ["Runner 899", "Runner 199", "Runner 997", "Runner 990"]
    page.locator("#reset").click()
    page.locator("#sort").select_option("name")
    assert shown(page)[:3] == ["Runner 0", "Runner 1", "Runner 10"]


@pytest.mark.parametrize(("runners", "called"), [(8, 8), (12, 12), (30, 16), (30, 30)])
def test_the_squad_prints_on_one_page(
    runners: int, called: int, open_page: Callable[..., Page], small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    # Bad mornings, to the worst when everybody is red, with texts as long as any of the demo squad's.
    headline = (
        "13.9 km on Sunday, +75 % on the longest of the 30 days before (7.9 km); last heavy calf raises 38 days ago "
        "(8 October); Achilles trouble until March 2026."
    )
    action = (
        "Next 2 weeks: keep runs at or under 19.6 km; only easy running for 2 days. 3 × 8–12 single-leg bent-knee calf"
        " raises, twice this "
        "week; add load when 15 are easy."
    )
    for number in range(runners):
        athlete_id = f"runner-{number}"
        status = (
            {"flag": "red", "priority": 4, "headline": headline, "next_action": action}
            if number < called
            else {
                "flag": "green",
                "priority": 0,
                "headline": "Running and calf work in step.",
                "next_action": "Nothing to change; keep running and calf work in step.",
            }
        )
        small_warehouse.add_athlete(athlete_id, f"Wilhelmina Featherstone {number}", **status)
        small_warehouse.add_chain(athlete_id, hip="red", gastrocnemius="red", soleus="red", achilles_tendon="red")
    page = open_page(built() / "index.html", theme="dark")
    pages = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(pages) == 1
    assert pages[0].mediabox.width == pytest.approx(595, abs=1)  # A4, in points
    text = " ".join(pages[0].extract_text().split())
    assert text.count("Act today") == called
    assert text.count("+75 % on the longest") == called
    assert text.count("keep runs at or under 19.6 km") == called
    # Nothing is cut off unless more than half of thirty are called.
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 726, "height": 1050})  # 192 mm
    cut = "nodes => nodes.filter(one => one.scrollHeight > one.clientHeight + 1).length"
    assert (page.locator(".why, .do").evaluate_all(cut) == 0) == (called <= 16)


def test_reasons_beyond_the_second_are_counted_and_still_found(
    open_page: Callable[..., Page], small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    for name in ("ada", "ben"):
        small_warehouse.add_athlete(name, flag="amber", priority=1, headline="h", next_action="n")
    for rank, code in enumerate(["SOL_STALE", "GAST_STALE", "SOL_LOW_VOLUME", "TENDON_NOT_HEAVY"]):
        small_warehouse.add_reason("ada", code, "calf", rank=rank)
    page = open_page(built() / "index.html", width=375)
    told = page.locator(".row", has_text="ada").locator(".reasons")
    assert told.inner_text().endswith("and 2 more")
    page.locator("#search").fill("no heavy calf raises of late")
    assert shown(page) == ["ada"]


@pytest.mark.parametrize("width", [375, 768, 1100])
def test_no_flag_runs_into_a_name(width: int, open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "index.html", width=width)
    for row in page.locator(".row").all():
        flag, name = row.locator(".flag span").bounding_box(), row.locator("h2 a").bounding_box()
        assert flag and name
        assert flag["x"] + flag["width"] < name["x"] or flag["y"] + flag["height"] <= name["y"] + 1


def test_every_page_is_reached_from_a_telephone(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "index.html", width=375)
    for link in page.locator("nav a").all():
        box = link.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 375
    page = open_page(demo_night.site / "athletes/tomas.html", width=375)
    assert len({round(button.bounding_box()["y"]) for button in page.locator(".ranges button").all()}) == 1


def test_beside_an_open_injury_no_late_calf_work_is_raised(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    forbids = ["ceiling", "heavy_dose", "keep_running", "more_load", "own_dose", "room"]
    for name, told in (("ada", {"person_states": ["open_injury"], "forbids": forbids}), ("ben", {})):
        small_warehouse.add_athlete(name, flag="amber", priority=2, **told)
        small_warehouse.add_reason(name, "OPEN_INJURY", "pain", measure="days_open")
        small_warehouse.add_reason(name, "SOL_STALE", "calf", rank=2)
    text = page(built(), "index.html").text
    assert text.count("Raised: Open injury") == 2
    assert text.count("Raised: Open injury · No bent-knee raises of late") == 1


def test_a_silent_running_log_is_no_steady_running(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    levels = {"flag": "amber", "priority": 2, "run_level": "R0", "capacity_level": "C2", "held_days": 0}
    small_warehouse.add_athlete("ada", reasons=["DATA_STALE_RUNS", "SOL_STALE"], **levels)
    small_warehouse.add_athlete("ben", reasons=["SOL_STALE"], **levels)
    text = page(built(), "index.html").text
    assert text.count("Running log silent · calf work lagging") == 1
    assert text.count("Running steady · calf work lagging") == 1


def test_low_confidence_says_why(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    codes = ["DATA_GAP_SUSPECTED", "DATA_REFUSED_UNDATED"]
    small_warehouse.add_athlete("ada", flag="green", priority=0, confidence="low", confidence_because=codes)
    small_warehouse.add_athlete("ben", flag="green", priority=0, confidence="high", confidence_because=[])
    folder = built()
    text = page(folder, "index.html").text
    assert text.count("low confidence: gap in the data, refused files without a day") == 1
    assert text.count("low confidence") == 1
    assert "confidence low (gap in the data, refused files without a day)" in page(folder, "athletes/ada.html").text
    assert "confidence high (" not in page(folder, "athletes/ben.html").text
