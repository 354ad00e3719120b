"""Small warehouses for the pages, filled with the rows that a test tells of, and one Chromium for all page tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from dashboards import site
from flows.models import layers
from flows.places import SQL_DIR
from tests.lib.squads import Night

expect.set_options(timeout=30_000)  # a machine that is busy with something else is slow, not wrong

AS_OF = date(2026, 11, 15)  # a Sunday
SCREENSHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"
# Every page type, and the athletes whose pages differ most.
PAGES = {
    "squad": "index.html",
    "lagging": "athletes/tomas.html",
    "return": "athletes/jia-wei.html",
    "fast": "athletes/keisha.html",
    "unknown-days": "athletes/marta.html",
    "no-strength-log": "athletes/zoe.html",
    "data-quality": "data-quality.html",
    "data-dictionary": "data-dictionary.html",
    "evidence": "evidence.html",
    "digest": "digest.html",
}
PAGE_TYPES = ["squad", "lagging", "no-strength-log", "data-quality", "data-dictionary", "evidence", "digest"]


FILLED = ("seeds.rules", "seeds.measures", "seeds.links", "seeds.flag_levels", "seeds.flag_matrix", "marts.ratio_example")


def empty_warehouse(path: Path, model: Path) -> Path:
    """A new warehouse with the tables of another one and nobody in it; what depends on no athlete is in it."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"attach '{model}' as model (read_only)")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'model' "
            "and schema_name in ('marts', 'ops', 'seeds') order by all"
        ).fetchall()
        for schema, table in tables:
            connection.execute(f"create schema if not exists {schema}")
            connection.execute(f"create table {schema}.{table} as select * from model.{schema}.{table} where false")
        for name in FILLED:
            connection.execute(f"insert into {name} select * from model.{name}")
        connection.execute("create table house_rules as select * exclude (athlete_id) from model.seeds.athlete_rules limit 1")
        connection.execute("detach model")
        connection.execute((SQL_DIR / "macros.sql").read_text(encoding="utf-8"))
    return path


class SmallWarehouse:
    """A warehouse with the tables that pages read; a column that is not named is null."""

    def __init__(self, path: Path, empty: Path) -> None:
        self.path = Path(shutil.copyfile(empty, path))
        self._statements: list[tuple[str, list[Any]]] = []
        self.add("seeds.night", as_of_date=AS_OF)

    def execute(self, statement: str, *values: Any) -> None:
        """A statement that is carried out before the site is built."""
        self._statements.append((statement, list(values)))

    def add(self, table: str, **row: Any) -> None:
        """One row."""
        self.execute(f"insert into {table} ({', '.join(row)}) values ({', '.join('?' for _ in row)})", *row.values())

    def add_athlete(self, athlete_id: str, name: str | None = None, units: str = "km", **status: Any) -> None:
        """An athlete with a status on the as-of date, under the rules of the house."""
        self.add("marts.athletes", athlete_id=athlete_id, name=name or athlete_id, squad="all", units=units, as_of_date=AS_OF)
        self.execute("insert into seeds.athlete_rules select ?, * from house_rules", athlete_id)
        self.add("marts.athlete_status", athlete_id=athlete_id, load_date=AS_OF, **status)

    def add_days(self, athlete_id: str, distances_m: list[float | None]) -> None:
        """Days of running up to the as-of date; None is an unknown day. Ratios are null and building."""
        first = AS_OF - timedelta(days=len(distances_m) - 1)
        for number, distance in enumerate(distances_m):
            day = {"athlete_id": athlete_id, "load_date": first + timedelta(days=number)}
            self.add("marts.load_ratio", **day, measure="distance_m", load=distance, ratio_state="building")

    def add_chain(self, athlete_id: str, day: date = AS_OF, **states: str) -> None:
        """The links of the chain on one day: link=state; each was fed 5 days ago and had 3 sets of a target of 2 a week."""
        for link, state in states.items():
            link_day = {"athlete_id": athlete_id, "load_date": day, "link": link, "mode": "maintain", "days_since": 5}
            self.add("marts.chain_links", **link_day, state=state, sets_7d=3.0, mean_sets_week=2.5, target_sets_week=2.0)

    def add_exercise_week(self, athlete_id: str, exercise: str, weeks_ago: int = 0, **week: Any) -> None:
        """Seven known days of one of the three exercises, up to so many weeks before the as-of date."""
        key = {"athlete_id": athlete_id, "exercise": exercise, "load_date": AS_OF - timedelta(weeks=weeks_ago)}
        row = {"known_days": 7, "is_sided": False, "easy_sets": 0, "target_cause": "usual"} | week
        self.add("marts.exercise_weeks", **key, **row)

    def add_set(self, athlete_id: str, **a_set: Any) -> None:
        """A set in a session of its own."""
        session = {"session_id": f"{athlete_id}-{len(self._statements)}", "athlete_id": athlete_id}
        self.add("marts.strength_sessions", **session, strength_sets=1)
        self.add("marts.strength_sets", **session, **a_set)

    def add_reason(self, athlete_id: str, code: str, family: str, day: date = AS_OF, **reason: Any) -> None:
        """A raised reason of our own rules; a C1 one unless the test says otherwise."""
        row = {"state": "raised", "level": "C1", "side": "both", "measure": "days_since", "rank": 1, "source_tag": "house rule"}
        self.add("marts.flags", athlete_id=athlete_id, load_date=day, code=code, family=family, **(row | reason))

    def fill(self) -> None:
        """Carry out what was added, and build the tables that are made of others that people read."""
        with duckdb.connect(str(self.path)) as connection:
            connection.execute("begin")  # one transaction: else each row is its own write to disk
            for statement, values in self._statements:
                connection.execute(statement, values)
            connection.execute("commit")
            for layer in ("marts", "ops"):
                for name in layers.model_order(connection, layer):
                    select = layers.model_sql(layer, name)
                    schemas = {schema for schema, _ in layers.tables_read(connection, select)}
                    if layer in schemas and schemas <= {"marts", "ops", "seeds"}:
                        connection.execute(f"create or replace table {layer}.{name} as {select}")
        self._statements.clear()

    def build(self, folder: Path) -> Path:
        """The site built from it."""
        self.fill()
        site.build_site(self.path, folder)
        return folder


@pytest.fixture(scope="session")
def nobody(demo_night: Night, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty warehouse to copy."""
    return empty_warehouse(tmp_path_factory.mktemp("nobody") / "empty.duckdb", demo_night.warehouse)


@pytest.fixture
def small_warehouse(tmp_path: Path, nobody: Path) -> SmallWarehouse:
    """A warehouse with nobody in it yet."""
    return SmallWarehouse(tmp_path / "small.duckdb", nobody)


@pytest.fixture
def built(small_warehouse: SmallWarehouse, tmp_path: Path) -> Callable[[], Path]:
    """Builds the site of the small warehouse and says where it is."""
    return lambda: small_warehouse.build(tmp_path / "site")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; where there is none the tests are skipped, unless skipping is not allowed."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        if os.environ.get("BROWSER_TESTS_REQUIRED"):
            pytest.fail("no chromium on this machine, and BROWSER_TESTS_REQUIRED allows no skip")
        pytest.skip("no chromium on this machine (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a file in a fresh window without network; at the end nothing may have been said or asked for."""
    said: list[str] = []
    asked: list[str] = []
    contexts = []

    def opened(file: Path, width: int = 1440, theme: str = "light", touch: bool = False, scale: int = 1, at: str = "") -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            device_scale_factor=scale,
            color_scheme=theme,
            offline=True,
            has_touch=touch,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message) or dialog.dismiss())
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri() + at)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []
    assert [url for url in asked if not url.startswith(("file://", "data:"))] == []


def photograph(page: Page, path: Path) -> None:
    """A picture of what the window shows, or with WHOLE_SCREENSHOTS of the whole page: the longest take ten seconds to paint."""
    page.screenshot(path=path, full_page="WHOLE_SCREENSHOTS" in os.environ)


def draw_all(page: Page) -> None:
    """Unfold the parts and scroll to every chart, for a chart is drawn when it comes near."""
    page.evaluate("document.querySelectorAll('details.part').forEach(part => { part.open = true })")
    for chart in page.query_selector_all("[data-chart]"):
        chart.scroll_into_view_if_needed()
    expect(page.locator("[data-chart]:not([data-drawn])")).to_have_count(0)
    page.evaluate("scrollTo(0, 0)")
