"""Every page type against WCAG 2.2 AA by axe-core in a real Chromium, and how it holds up on small and enlarged screens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.lib.squads import Night
from tests.pages.conftest import PAGE_TYPES, PAGES, SmallWarehouse, draw_all
from tests.pages.test_site import HOSTILE_NAMES

# Without preload: axe would fetch the style sheet once more, which the pages allow nobody. It need not describe each of the
# thousands of elements that pass; that takes as long as the checks.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "preload": False,
    "resultTypes": ["violations"],
}


def violations(page: Page) -> list[str]:
    """What axe-core objects to, each with the rule and the place."""
    found = Axe().run(page, options=RULES).response
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found["violations"] for node in rule["nodes"]]


def open_every_fold(page: Page) -> None:
    for details in page.query_selector_all("details"):
        details.evaluate("element => { element.open = true }")


@pytest.mark.parametrize("name", PAGE_TYPES)
def test_axe_finds_nothing_in_either_theme(name: str, open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / PAGES[name])
    draw_all(page)
    open_every_fold(page)
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []


def test_axe_finds_nothing_on_a_telephone_with_a_filter_on(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "index.html", width=375)
    page.locator("[data-filter=red]").click()
    page.locator("#more").click()
    page.locator(".row:visible summary").first.click()
    assert violations(page) == []
    page.locator("#search").fill("nobody")
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []


def test_axe_finds_nothing_in_the_table_view(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / "index.html", at="#view=table&sort=km")
    assert violations(page) == []


def test_axe_finds_nothing_on_a_tablet_whose_tables_just_fit(open_page: Callable[..., Page], demo_night: Night) -> None:
    page = open_page(demo_night.site / PAGES["lagging"], width=768)
    draw_all(page)
    open_every_fold(page)
    assert violations(page) == []
    links = page.locator(".scroll:has(> .links)")
    assert links.evaluate("place => place.scrollWidth") <= links.evaluate("place => place.clientWidth")


def test_axe_finds_nothing_where_there_is_nobody_and_where_names_are_hostile(
    open_page: Callable[..., Page], small_warehouse: SmallWarehouse, tmp_path: Path
) -> None:
    empty = small_warehouse.build(tmp_path / "empty")
    for path in ("index.html", "digest.html", "data-quality.html", "evidence.html"):
        assert violations(open_page(empty / path)) == []
    for number, name in enumerate(HOSTILE_NAMES):
        small_warehouse.add_athlete(f"mallory-{number}", name, flag="amber", priority=1, headline=name, next_action=name)
    hostile = small_warehouse.build(tmp_path / "hostile")
    for path in ("index.html", "digest.html"):
        assert violations(open_page(hostile / path)) == []


@pytest.mark.parametrize("name", PAGE_TYPES)
def test_text_at_twice_its_size_needs_no_sideways_scrolling(name: str, open_page: Callable[..., Page], demo_night: Night) -> None:
    # 200 % zoom on a screen of 1,280: half the CSS pixels, each twice as large.
    page = open_page(demo_night.site / PAGES[name], width=640, scale=2)
    draw_all(page)
    open_every_fold(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_nothing_moves_for_those_who_asked_for_stillness(open_page: Callable[..., Page], demo_night: Night) -> None:
    moving = """[...document.querySelectorAll("*")].filter((element) => {
        const style = getComputedStyle(element);
        return style.animationName !== "none" || style.transitionDuration.split(", ").some((time) => parseFloat(time) > 0);
    }).length"""
    page = open_page(demo_night.site / "index.html")  # opened with the wish for reduced motion
    assert page.evaluate(moving) == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moving) > 0
