"""The squad page as a coach uses it: one line a runner that opens, filters, order, the table, the address, paper."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from dashboards import site, theme
from dashboards.words import reason_name
from tests.lib.lines import lines
from tests.lib.squads import Night
from tests.pages.conftest import AS_OF, SmallWarehouse
from tests.pages.test_site import contrast, page

TODAY = "load_date = (select as_of_date from seeds.night)"


def shown(page: Page) -> list[str]:
    """The names of the runners in the list, in its order."""
    return page.locator(".row:not([hidden]) h2").all_text_contents()


def unfold(page: Page) -> None:
    page.locator("#more").click()


def address_says(page: Page, expected: str) -> None:
    page.wait_for_function("expected => decodeURIComponent(location.hash) === expected", arg=expected)


def counts(page: Page) -> dict[str, int]:
    """What the chips say of each flag."""
    chips = page.locator("[data-filter]").all()
    return {chip.get_attribute("data-filter") or "": int(chip.locator("b").inner_text()) for chip in chips}


def test_the_list_is_filtered_by_squad_and_reason_and_counts_and_title_follow(
    open_page: Callable[..., Page], demo_night: Night
) -> None:
    page = open_page(demo_night.site / "index.html")
    unfold(page)
    assert page.locator("h1").inner_text() == "Squad · Sunday 15 November 2026"
    for squad in ("track", "road"):
        page.locator("#squad").select_option(squad)
        told = demo_night.rows(
            f"select name, flag from marts.athletes join marts.athlete_status using (athlete_id) where squad = ? and {TODAY}",
            squad,
        )
        assert sorted(shown(page)) == sorted(row["name"] for row in told)
        flags = [row["flag"] for row in told]
        assert counts(page) == {flag: flags.count(flag) for flag in ("red", "amber", "grey", "green")}
        assert page.locator("h1").inner_text() == f"{squad} · Sunday 15 November 2026"
        assert page.title() == f"{squad} · Tendonwatch"
        assert page.locator(f"[data-trend={squad}]").is_visible()
        assert page.locator("[data-trend='']").is_hidden()
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
    offered = page.evaluate("[...document.querySelectorAll('#reason option')].map(option => option.value).filter(Boolean)")
    raised = demo_night.rows(f"select distinct code from marts.flags where {TODAY} and state = 'raised'")
    assert sorted(offered) == sorted(row["code"] for row in raised)


def test_the_order_is_that_of_the_table_either_way_round(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "index.html")
    unfold(page)
    worst_first = shown(page)
    for key, query in [
        ("name", "select name from marts.athletes order by lower(strip_accents(name))"),
        ("km", "select name from marts.athletes join marts.squad_board using (athlete_id) order by distance_7d_m desc"),
    ]:
        page.locator("#sort").select_option(key)
        expected = [row["name"] for row in demo_night.rows(query)]
        assert shown(page) == expected
        page.locator("#reversed").click()
        assert shown(page) == expected[::-1]
        page.locator("#reset").click()
        assert shown(page) == worst_first
    days = {
        row["name"]: row["days_since"]
        for row in demo_night.rows(
            "select name, days_since from marts.athletes "
            f"join (select * from marts.chain_links where link = 'soleus' and {TODAY}) using (athlete_id)"
        )
    }
    page.locator("#sort").select_option("soleus")
    told = shown(page)
    # Never done is longest ago; where nobody logs nobody knows, and who is unknown comes last.
    assert told[0] == "Márta Kovács"
    assert days["Márta Kovács"] is None
    assert told[-1] == "Zoë Laurent"
    assert "Zoë Laurent" not in days
    ordered = [days[name] for name in told[1:-1]]
    assert ordered == sorted(ordered, reverse=True)


def test_who_never_did_strength_work_comes_first_where_longest_since_it_is_asked(
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
    assert page.locator(".row .data").all_text_contents() == [
        "Last run today · strength work yesterday",
        "No data for 12 days. Last run 12 days ago · no strength log",
        "No run read · no strength log",
    ]
    assert "no data 12 days" in page.locator(".row[data-id=ben] .st").inner_text()
    assert f"data to Sun {AS_OF.day} Nov" in page.locator(".sub").inner_text()
    unfold(page)
    page.locator("#sort").select_option("run")
    assert shown(page) == ["cleo", "ben", "ada"]
    page.locator("#sort").select_option("set")
    assert shown(page) == ["ben", "cleo", "ada"]


def test_the_address_holds_the_view_and_brings_it_back(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "index.html")
    unfold(page)
    page.locator("[data-filter=red]").click()
    page.locator("[data-filter=amber]").click()
    page.locator("#squad").select_option("road")
    page.locator("#search").fill("tan é")
    page.locator("#sort").select_option("name")
    page.locator("#reversed").click()
    address_says(page, "#flag=red,amber&squad=road&sort=name&q=tan+é&reversed=1")
    before = shown(page)
    assert before == ["Tan Jia Wei"]
    assert page.locator("#shown").inner_text() == "1 of 8 runners shown: act today, watch, “tan é”"
    # From a runner's page the way back keeps the filter.
    page.locator(".row:visible .go").click()
    page.wait_for_url("**/athletes/jia-wei.html*")
    page.locator("[data-squad]").click()
    page.wait_for_url("**/index.html#flag=red,amber*")
    assert shown(page) == before
    assert page.locator("#search").input_value() == "tan é"
    page.locator("#reset").click()
    expect(page.locator("#reset")).to_be_hidden()
    address_says(page, "")
    assert len(shown(page)) == 8


@pytest.mark.parametrize(
    "at",
    [
        "#flag=purple&squad=nobody&reason=NO_SUCH&sort=shoe_size&change=sideways&since=1066&view=globe",
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
        if reached[-1] == "more":
            page.keyboard.press("Enter")
        if reached[-1] == "sort":
            page.keyboard.press("ArrowDown")
        if reached[-1] == "reversed":
            page.keyboard.press("Space")
            break
    wanted = ["squad", "red", "more", "since", "search", "reason", "sort", "reversed"]
    assert [name for name in reached if name in wanted] == wanted
    names = [row["name"] for row in demo_night.rows("select name from marts.athletes order by lower(strip_accents(name)) desc")]
    assert shown(page) == names
    page.locator("h1").click()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"


def test_the_search_looks_at_names_and_reasons_and_not_at_the_labels_of_drawings(
    open_page: Callable[..., Page], small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    links = dict.fromkeys(["hip", "gastrocnemius", "soleus", "achilles_tendon", "plyometric", "foot"], "on_track")
    for name in ("ada", "ben"):
        small_warehouse.add_athlete(name, flag="amber", priority=1, headline="h", next_action="n")
        small_warehouse.add_chain(name, **links)
    for rank, code in enumerate(["SOL_STALE", "GAST_STALE", "SOL_LOW_VOLUME", "TENDON_NOT_HEAVY"]):
        small_warehouse.add_reason("ada", code, "calf", rank=rank, level="C2" if rank == 0 else "C1")
    page = open_page(built() / "index.html", width=375)
    unfold(page)
    page.locator("#search").fill("foot")
    assert shown(page) == []
    names = page.locator(".row[data-id=ada]").locator(".names li")
    page.locator("#search").fill(names.nth(3).text_content() or "")
    assert shown(page) == ["ada"]
    # A red reason wears the sign of red, whatever the flag is.
    signs = names.locator(".shape").evaluate_all("nodes => nodes.map(node => node.classList.contains('red'))")
    assert signs == [True, False, False, False]


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
    unfold(page)
    page.locator("#sort").select_option("change")
    assert shown(page)[:5] == ["Ada", "Ben", "Cleo", "Dora", "Emil"]


def test_pages_that_have_grown_old_say_so(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "index.html")
    assert page.locator("#old").is_hidden()
    page.clock.set_fixed_time(page.evaluate("Date.parse(window.tendonwatchPublished.at) / 1000 + 5.5 * 86_400"))
    page.reload()
    assert page.locator("#old").inner_text() == "These pages are 5 days old: no night has been published since."


def test_a_line_opens_to_the_whole_sentence_the_numbers_and_a_line_for_notes(
    open_page: Callable[..., Page], demo_night: Night
) -> None:
    page = open_page(demo_night.site / "index.html", width=375, touch=True)
    tomas = page.locator(".row", has_text="Tomás Ibarra")
    (told,) = demo_night.rows(
        "select status.headline, status.next_action, board.*, room.longest_run_ceiling_m from marts.athlete_status as status "
        "join marts.squad_board as board using (athlete_id) join marts.next_week_room as room using (athlete_id, load_date) "
        f"where athlete_id = 'tomas' and status.{TODAY}"
    )
    assert tomas.locator(".open").is_hidden()
    tomas.locator("summary").tap()
    said = " ".join(tomas.locator(".open").inner_text().replace("\u2060", "").split())
    assert " ".join(told["headline"].split()) in said
    assert " ".join(told["next_action"].split()) in said
    assert f"Bent-knee raise · {told['bent_knee_days']} days ago · {told['bent_knee_sets_7d']} sets, goal 2" in said
    assert f"Straight-knee raise · {told['straight_knee_days']} days ago · {told['straight_knee_sets_7d']} sets, goal 2" in said
    assert f"Last 7 days {told['distance_7d_m'] / 1000:.0f} km, usually {told['usual_distance_m'] / 1000:.0f} km (+" in said
    assert f"no run over {told['longest_run_ceiling_m'] // 100 / 10:.1f} km" in said
    note = page.locator("#note-line")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d,tomas,called,,", note.inner_text())
    page.locator("#note-text").fill('"14 km" at most,\nback Monday')
    (row,) = csv.reader([note.inner_text()])
    assert row[1:] == ["tomas", "note", "", '"14 km" at most, back Monday']
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#note-copy").tap()
    expect(page.locator("#note-copied")).to_have_text("copied")
    assert page.evaluate("navigator.clipboard.readText()") == note.inner_text()
    # By keyboard as well; the note field goes with the line that is open.
    marta = page.locator(".row", has_text="Márta")
    marta.locator("summary").focus()
    page.keyboard.press("Enter")
    assert marta.locator("#note-line").inner_text().split(",")[1] == "marta"


def test_the_table_is_sorted_by_its_heads_and_saved_as_it_is_shown(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "index.html")
    page.locator("[data-view=table]").click()
    assert page.locator("#board").is_hidden()
    page.locator("#squad").select_option("road")
    names = page.locator(".squad-table tbody tr:not([hidden]) th")
    head = page.locator(".squad-table th", has_text="Last 7 days")
    head.locator("button").click()
    query = (
        "select name, flag, board.* from marts.athletes join marts.squad_board as board using (athlete_id) "
        f"join marts.athlete_status using (athlete_id) where squad = 'road' and {TODAY} order by distance_7d_m desc"
    )
    expected = demo_night.rows(query)
    assert names.all_text_contents() == [row["name"] for row in expected]
    assert head.get_attribute("aria-sort") == "descending"
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert names.all_text_contents() == [row["name"] for row in expected][::-1]
    address_says(page, "#squad=road&sort=km&reversed=1&view=table")
    with page.expect_download() as download:
        page.locator("#csv").click()
    assert download.value.suggested_filename == "squad-2026-11-15.csv"
    rows = list(csv.DictReader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert [row["name"] for row in rows] == [row["name"] for row in expected][::-1]
    for row, told in zip(rows, expected[::-1], strict=True):
        assert row["flag"] == told["flag"]
        assert float(row["distance_7d_km"]) == pytest.approx(told["distance_7d_m"] / 1000, abs=0.051)
        assert row["bent_knee_days"] == ("" if told["bent_knee_days"] is None else str(told["bent_knee_days"]))


def test_a_name_that_a_spreadsheet_would_run_is_text_in_the_file(
    open_page: Callable[..., Page], small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    for number, name in enumerate(["=HYPERLINK(1)", '@x "y", z', "+1", "-a"]):
        small_warehouse.add_athlete(f"m{number}", name, flag="green", priority=0)
    page = open_page(built() / "index.html", at="#view=table")
    with page.expect_download() as download:
        page.locator("#csv").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    names = [row["name"] for row in csv.DictReader(io.StringIO(text))]
    assert sorted(names) == sorted(["'=HYPERLINK(1)", '\'@x "y", z', "'+1", "'-a"])


def thirty(small_warehouse: SmallWarehouse, called: int, runners: int = 30) -> None:
    """A squad of which so many are called, with texts as long as the marts allow: 12 words of why, 8 of what to do."""
    for number in range(runners):
        called_status = {
            "flag": "red" if number % 2 else "amber",
            "priority": 4 if number % 2 else 2,
            "headline": "21 km on Wednesday, usually 13; no bent-knee raises for 4 weeks",
            "next_action": "Max 14 km a run; bent-knee raises twice",
            "flag_since": AS_OF - timedelta(days=2),
            "flag_day": 3,
        }
        quiet = {"flag": "green", "priority": 0, "headline": "Running and calf work in step", "next_action": "Go on."}
        status = called_status if number < called else quiet
        small_warehouse.add_athlete(f"runner-{number}", f"Wilhelmina Featherstone {number}", **status)
        small_warehouse.add_chain(f"runner-{number}", hip="red", gastrocnemius="red", soleus="red", achilles_tendon="red")
        day = {"athlete_id": f"runner-{number}", "load_date": AS_OF}
        small_warehouse.add("marts.daily_load", **day, is_known=True, distance_m=12_000.0, moving_s=3600.0, runs=1)


def test_thirty_runners_fit_two_screens_and_five_of_a_telephone(
    open_page: Callable[..., Page], small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    thirty(small_warehouse, called=15)
    folder = built()
    for width, height, screens, first_above in [(1440, 900, 2, 200), (375, 812, 5, 260)]:
        page = open_page(folder / "index.html", width=width)
        rows = page.locator(".row")
        first, last = rows.first.bounding_box(), rows.last.bounding_box()
        assert first and last
        assert first["y"] < first_above
        assert last["y"] + last["height"] <= screens * height
        if width == 375:
            for target in (".filters .chip", ".seg button", ".row summary"):
                heights = page.locator(target).evaluate_all("nodes => nodes.map(node => node.offsetHeight)")
                assert min(heights) >= 48, target
            page.evaluate("scrollTo(0, 2000)")
            bar = page.locator(".filter").bounding_box()
            assert bar and bar["y"] == 0
        page.context.close()


def test_a_long_name_and_one_from_right_to_left_break_no_line(
    open_page: Callable[..., Page], small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    for name in (
        "Wilhelmina Featherstonehaugh of the Long Name That Seems Never To End At All, Jr",
        "محمد بن عبد الله",
        "x" * 80,
    ):
        small_warehouse.add_athlete(
            f"id-{len(name)}-{name[0].isascii()}", name, flag="amber", priority=1, headline="h", next_action="n"
        )
    folder = built()
    for width in (375, 768, 1100, 1440):
        page = open_page(folder / "index.html", width=width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for row in page.locator(".row").all():
            flag, name, km = (row.locator(part).bounding_box() for part in (".f", ".nm", ".km"))
            assert flag and name and km
            assert flag["x"] + flag["width"] <= name["x"] or flag["y"] + flag["height"] <= name["y"] + 1
            assert name["x"] + name["width"] <= km["x"] + 1
        page.context.close()


@pytest.mark.parametrize(("runners", "called"), [(8, 8), (30, 30)])
def test_the_squad_prints_on_one_page_with_heads_and_whole_names(
    runners: int, called: int, open_page: Callable[..., Page], small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    thirty(small_warehouse, called, runners)
    page = open_page(built() / "index.html", theme="dark")
    pages = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(pages) == 1
    assert pages[0].mediabox.width == pytest.approx(595, abs=1)  # A4, in points
    text = " ".join(pages[0].extract_text().split())
    assert text.count("Act today") == called // 2
    for head in ("Flag", "Runner", "What to do, and why", "Last 7 days"):
        assert head in text
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 726, "height": 1050})  # 192 mm
    cut = "nodes => nodes.filter(one => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1).length"
    assert page.locator(".row h2").evaluate_all(cut) == 0
    assert page.locator(".row :is(.do, .why)").evaluate_all(cut) == 0
    # What is filtered away is not printed, and the sheet says what it shows.
    page.emulate_media(media="screen")
    page.locator("[data-filter=amber]").click()
    page.emulate_media(media="print")
    assert page.locator(".row:visible").count() == called - called // 2
    assert page.locator("#shown").inner_text().endswith("shown: watch")


def test_every_page_is_reached_from_a_telephone(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "index.html", width=375)
    for link in page.locator("nav a").all():
        box = link.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 375


def test_beside_an_open_injury_no_late_calf_work_is_raised(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    forbids = ["ceiling", "heavy_dose", "keep_running", "more_load", "own_dose", "room"]
    for name, told in (("ada", {"person_states": ["open_injury"], "forbids": forbids}), ("ben", {})):
        small_warehouse.add_athlete(name, flag="amber", priority=2, **told)
        small_warehouse.add_reason(name, "OPEN_INJURY", "pain", measure="days_open")
        small_warehouse.add_reason(name, "SOL_STALE", "calf", rank=2)
    injury = {"onset_date": AS_OF - timedelta(days=23), "is_open": True, "site": "achilles_insertion", "side": "right"}
    small_warehouse.add("marts.injuries", athlete_id="ada", **injury)
    ada, ben = (built() / "index.html").read_text().split('<li class="row ')[1:3]
    stale = f"</svg>{reason_name('SOL_STALE')}</li>"
    assert reason_name("OPEN_INJURY") in ada
    assert reason_name("OPEN_INJURY") in ben
    assert stale not in ada
    assert stale in ben
    assert "injured (Achilles, right, at the heel bone) since Fri 23 Oct" in ada
    assert "No distance is given while an injury is open: as the clinician says." in ada


UNTIL = date(2026, 12, 3)


def quiet_squad(small_warehouse: SmallWarehouse) -> None:
    """Red and quiet, amber, red and no longer quiet, green, grey and quiet; attention as the marts would order them."""
    quiet = {"is_quiet": True, "quiet_until_date": UNTIL}
    broken = {"is_quiet": False, "quiet_until_date": UNTIL, "quiet_broken_because": "pain"}
    for athlete_id, flag, priority, key, status in [
        ("ada", "red", 4, 0, quiet),
        ("ben", "amber", 2, 72, {}),
        ("cleo", "red", 4, 2, broken),
        ("dan", "green", 0, 152, {}),
        ("eve", "grey", 0, 144, quiet),
    ]:
        texts = {"headline": f"Why of {athlete_id}", "next_action": f"What {athlete_id} does", "change": None}
        since = {"flag_since": AS_OF - timedelta(days=1), "flag_day": 2}
        name = athlete_id.capitalize()
        small_warehouse.add_athlete(athlete_id, name, flag=flag, priority=priority, attention_key=key, **texts, **since, **status)
    note = {"athlete_id": "ada", "file_id": "n", "note_date": AS_OF - timedelta(days=1)}
    small_warehouse.add("marts.notes", **note, row_number=2, kind="called", text="shorter runs")
    small_warehouse.add("marts.notes", **note, row_number=3, kind="quiet_until", until_date=UNTIL, text="on <b>camp</b>")
    planned = {
        "athlete_id": "ben",
        "plan_date": AS_OF + timedelta(days=7),
        "day_number": 7,
        "as_of_date": AS_OF,
        "kinds": ["long"],
        "runs": 1,
    }
    facts = '{"plan_date": "2026-11-22", "longest_m": 18000, "over_by_m": 3700}'
    small_warehouse.add("marts.plan_check", **planned, state="over_run", message="plan.over_run", facts=facts, over_by_m=3.7e3)


def test_whose_quiet_time_holds_stands_below_those_who_need_a_call_and_is_counted_apart(
    open_page: Callable[..., Page], small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    quiet_squad(small_warehouse)
    folder = built()
    page = open_page(folder / "index.html")
    assert shown(page) == ["Cleo", "Ben", "Ada", "Eve", "Dan"]
    assert counts(page) == {"red": 1, "amber": 1, "grey": 0, "green": 1, "quiet": 2}
    states = {name: page.locator(f".row[data-id={name}] .nm").inner_text() for name in ("ada", "ben", "cleo")}
    assert "quiet until 3 Dec" in states["ada"]
    assert "no longer quiet: pain" in states["cleo"]
    assert "quiet" not in states["ben"]
    # The flag is what it is, on the line and in the file.
    assert page.locator(".row[data-id=ada] .word").inner_text() == "Act today"
    page.locator("[data-filter=red]").click()
    assert shown(page) == ["Cleo"]
    page.locator("[data-filter=red]").click()
    page.locator("[data-filter=quiet]").click()
    assert shown(page) == ["Ada", "Eve"]
    address_says(page, "#flag=quiet")
    page.locator("[data-view=table]").click()
    with page.expect_download() as download:
        page.locator("#csv").click()
    rows = list(csv.DictReader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["name"], row["flag"], row["quiet_until"]) for row in rows] == [
        ("Ada", "red", "2026-12-03"),
        ("Eve", "grey", "2026-12-03"),
    ]
    runners = (folder / "assets" / "runners.js").read_text(encoding="utf-8")
    assert re.findall(r'"name": ?"(\w+)"', runners) == ["Cleo", "Ben", "Ada", "Eve", "Dan"]


def test_the_digest_calls_nobody_who_is_quiet_and_names_them_in_one_line(
    small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    quiet_squad(small_warehouse)
    folder = built()
    text = (folder / "digest.txt").read_text(encoding="utf-8")
    assert text.splitlines()[0] == "Tendonwatch Sun 15 Nov: 1 act today, 1 watch, nothing new"
    counted = [("1", "act today"), ("1", "watch"), ("0", "not assessed"), ("1", "on track"), ("2", "quiet")]
    assert re.findall(r"^ +(\d+)  (.+)$", text, re.MULTILINE) == counted
    line = "Quiet, as you noted: Ada until 3 Dec, Eve until 3 Dec"
    for form in (text, page(folder, "digest.html").text):
        assert line in form
        assert "Why of cleo" in form
        assert "Why of ada" not in form
        assert "Not assessed: Eve" not in form


def test_the_opened_row_holds_the_last_note_what_broke_the_quiet_and_what_the_plan_does(
    small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    quiet_squad(small_warehouse)
    html = (built() / "index.html").read_text(encoding="utf-8")
    rows = {re.search(r'data-id="(\w+)"', row)[1]: row for row in html.split('<li class="row ')[1:]}  # type: ignore[index]
    assert "You, Sat 14 Nov, quiet until Thu 3 Dec: " in rows["ada"]
    assert "on &lt;b&gt;camp&lt;/b&gt;" in rows["ada"]
    assert "shorter runs" not in rows["ada"]
    assert "Quiet was asked for until Thu 3 Dec, but pain came." in rows["cleo"]
    assert "The plan raises the flag: Sunday, 18.0\u00a0km is 3.7\u00a0km over." in rows["ben"].replace(" km", "\u00a0km")
    assert all("coach-notes" not in rows[name] and "plan raises" not in rows[name] for name in ("cleo", "dan"))


def test_low_confidence_says_why(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    codes = ["DATA_GAP_SUSPECTED", "DATA_REFUSED_UNDATED"]
    small_warehouse.add_athlete("ada", flag="green", priority=0, confidence="low", confidence_because=codes)
    small_warehouse.add_athlete("ben", flag="green", priority=0, confidence="high", confidence_because=[])
    folder = built()
    text = page(folder, "index.html").text
    assert text.count("low confidence: gap in the data, refused files without a day") == 1
    assert text.count("low confidence") == 1
    assert "Confidence low: gap in the data, refused files without a day" in page(folder, "athletes/ada.html").text
    assert "Confidence high" not in page(folder, "athletes/ben.html").text


@pytest.mark.parametrize(
    ("day", "change", "said"),
    [
        (1, "new", "new"),
        (1, None, "since today"),
        (1, "worse", "worse"),
        (2, None, "2nd day"),
        (3, None, "3rd day"),
        (6, "worse", "worse, 6th day"),
        (7, None, "since Mon 9 Nov"),
        (13, None, "since Tue 3 Nov"),
        (14, None, "2 weeks"),
        (38, None, "5 weeks"),
    ],
)
def test_since_when_is_said_in_a_word_or_two(
    day: int, change: str | None, said: str, small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    since = {"flag_day": day, "flag_since": AS_OF - timedelta(days=day - 1), "change": change}
    small_warehouse.add_athlete("ada", flag="red", priority=4, **since)
    (told,) = re.findall(r'<span class="since"[^>]*>([^<]*)</span>', (built() / "index.html").read_text())
    assert told == said


def test_urgency_keeps_its_order_in_the_dark() -> None:
    for colours in (theme.LIGHT, theme.DARK):
        assert contrast(colours["red"], colours["card"]) > contrast(colours["amber"], colours["card"])
        assert contrast(colours["red-tint"], colours["card"]) > contrast(colours["amber-tint"], colours["card"])
        for flag in ("red", "amber"):
            assert contrast(colours[flag], colours[f"{flag}-tint"]) >= 4.5


def test_a_thousand_runners_are_found_and_put_in_order(
    open_page: Callable[..., Page],
    small_warehouse: SmallWarehouse,
    built: Callable[[], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The squad page alone: the other thousand pages are no part of this.
    monkeypatch.setattr(site, "own_folders", lambda _: {})
    monkeypatch.setattr(site.athlete, "contexts", lambda *_: iter(()))
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
    page = open_page(built() / "index.html")
    assert len(shown(page)) == 1000
    page.locator("#search").fill("runner 99")
    assert len(shown(page)) == 19  # 99, 199 to 899, and 990 to 999
    page.locator("#squad").select_option("squad 3")
    # Those of which 3 is left by 7; their keys are 1, 2, 2 and 3.
    assert shown(page) == ["Runner 899", "Runner 199", "Runner 997", "Runner 990"]
    page.locator("#reset").click()
    unfold(page)
    page.locator("#sort").select_option("name")
    assert shown(page)[:3] == ["Runner 0", "Runner 1", "Runner 10"]


def test_in_german_nothing_is_cut_off_and_no_word_touches_the_next(
    open_page: Callable[..., Page], small_warehouse: SmallWarehouse, tmp_path: Path
) -> None:
    small_warehouse.add_athlete("ada", name="Käthe Schöße-Straßenmeyer", flag="red", priority=1, headline="x " * 60)
    small_warehouse.add_chain("ada", gastrocnemius="red", soleus="amber")
    small_warehouse.fill()
    site.build_site(small_warehouse.path, tmp_path / "de", "de")
    page = open_page(tmp_path / "de" / "index.html")
    word, name = page.locator(".row .word").bounding_box(), page.locator(".row h2").bounding_box()
    assert word and name and word["x"] + word["width"] < name["x"]
    heads = [head.bounding_box() for head in page.locator(".link-heads span").all()]
    wide = page.locator(".link-heads span").evaluate_all("heads => heads.map(head => head.scrollWidth - head.clientWidth)")
    assert len(heads) == 6 and max(wide) <= 0
    assert cut_off(page) == []
    assert "im Plan" in page.locator(".filters").inner_text()
    phone = open_page(tmp_path / "de" / "index.html", width=375)
    assert cut_off(phone) == []
    assert [box["x"] + box["width"] <= 375 for link in phone.locator("nav a").all() if (box := link.bounding_box())] == [True] * 4


@pytest.mark.parametrize("width", [1440, 375])
def test_a_green_runner_whose_plan_raises_the_flag_shows_it_unopened(
    open_page: Callable[..., Page], small_warehouse: SmallWarehouse, built: Callable[[], Path], width: int
) -> None:
    for name in ("Ada", "Ben", "Cleo"):
        action = "Shorten the plan for Tuesday" if name == "Ada" else "Nothing to change"
        small_warehouse.add_athlete(name.lower(), name, flag="green", priority=0, headline="In step.", short_action=action)
    over = {"plan_date": AS_OF + timedelta(days=2), "longest_m": 18_000, "over_by_m": 3700}
    for name, state, message, facts in (
        ("ada", "over_run", "plan.over_run", over),
        ("cleo", "not_assessed", "plan.silent", {"plan_date": over["plan_date"], "silent_days": 19}),
    ):
        day = {"athlete_id": name, "day_number": 2, "plan_date": over["plan_date"], "as_of_date": AS_OF, "kinds": ["long"]}
        because = "silent" if state == "not_assessed" else None
        told = {"state": state, "not_assessed_because": because, "message": message, "facts": json.dumps(facts, default=str)}
        small_warehouse.add("marts.plan_check", **day, **told, runs=1)
    page = open_page(built() / "index.html", width=width)
    ada, ben, cleo = (page.locator(f".row[data-id={name}]") for name in ("ada", "ben", "cleo"))
    expect(ada.locator(".do")).to_be_visible()
    assert ada.locator(".do").inner_text() == "Shorten the plan for Tuesday"
    assert ada.locator(".why").inner_text().replace("\u00a0", " ") == "Tuesday, 18.0 km is 3.7 km over."
    assert ada.locator(".st").inner_text() == "plan too long"
    for other in (ben, cleo):
        assert other.locator(".do").count() == 0
        assert "plan" not in other.locator("summary").inner_text()
    cleo.locator("summary").click()
    assert "Plan: Tuesday is not assessed: no data have come in for 19 days." in cleo.locator(".plan").inner_text()


@pytest.mark.parametrize(("width", "most"), [(1440, 1), (375, 2)])
def test_in_german_a_reason_is_one_line_and_two_on_a_phone(
    open_page: Callable[..., Page], small_warehouse: SmallWarehouse, tmp_path: Path, width: int, most: int
) -> None:
    small_warehouse.add_athlete("ada", name="Ada", flag="red", priority=1, headline="x", next_action="y")
    small_warehouse.fill()
    site.build_site(small_warehouse.path, tmp_path / "de", "de")
    page = open_page(tmp_path / "de" / "index.html", width=width)
    said = sorted(set(lines("de")))
    told = page.locator(".row .why").evaluate(
        """(line, said) => said.map(text => {
            line.textContent = text;
            return Math.round(line.getBoundingClientRect().height / parseFloat(getComputedStyle(line).lineHeight));
        })""",
        said,
    )
    assert [(text, count) for text, count in zip(said, told, strict=True) if not 1 <= count <= most] == []


def cut_off(page: Page) -> list[str]:
    """Which texts of chips and rows need more room than they have."""
    found: list[str] = page.locator(".row .txt p, .filters .chip span").evaluate_all(
        "parts => parts.filter(part => part.scrollWidth > part.clientWidth + 1).map(part => part.textContent)"
    )
    return found
