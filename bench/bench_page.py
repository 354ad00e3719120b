"""How heavy and how fast an athlete page with five years of data is, against a bare Plotly page with one line chart."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.clock import timed
from dashboards import site
from flows import nightly
from flows.settings import Settings
from flows.state import database

YEARS = 5
PAGES = 200
GOAL_MS = 15
OPENINGS = 5
LAST_DAY = date(2026, 11, 15)
# Kilometres from Monday on.
WEEK = (0, 8, 6.5, 0, 10, 5, 16)
TABLES_BY_ATHLETE = (
    "select table_name from duckdb_columns() where schema_name = 'marts' and column_name = 'athlete_id' order by 1"
)
BARE = """<!doctype html><meta charset="utf-8"><title>bare</title><div class="plot" style="height:300px"></div>
<script src="assets/plotly.min.js"></script>
<script>Plotly.newPlot(document.querySelector(".plot"), [{y: [1, 3, 2, 5, 4]}]);</script>"""
DRAWN = """() => new Promise((done) => {
  const look = () => (document.querySelector(".plot .main-svg .trace") ? done(performance.now()) : requestAnimationFrame(look));
  look();
})"""


def run() -> None:
    """Print size, milliseconds a page, and how long the first chart takes."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as temporary:
        base = Path(temporary)
        raw = five_years(base / "raw")
        settings = Settings(raw=raw, warehouse=base / "warehouse.duckdb", site=base / "night")
        nightly.run_night(settings, as_of=str(LAST_DAY))
        many = base / "many.duckdb"
        shutil.copyfile(settings.warehouse, many)
        many.chmod(0o644)
        multiply(many, PAGES)
        folder = base / "site"
        taken = timed(lambda: site.build_site(many, folder))
        page = next((folder / "athletes").glob("*.html"))
        print(f"Athlete page, {YEARS} years of data: {page.stat().st_size / 1000:.0f} KB")
        page_ms = 1000 * taken.cpu_s / PAGES
        reached = "reached" if page_ms <= GOAL_MS else "NOT reached"
        print(f"  {PAGES} pages                        {taken}: {page_ms:.1f} ms of processor a page, goal {GOAL_MS}: {reached}")
        if chromium is None:
            print("  no chromium on this machine: the first chart is not timed")
            return
        (folder / "bare.html").write_text(BARE, encoding="utf-8")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            # In turns, so that a busy machine spoils both alike.
            pairs = [(first_chart_ms(browser, folder / "bare.html"), first_chart_ms(browser, page)) for _ in range(OPENINGS)]
            browser.close()
        bare, ours = (statistics.median(times) for times in zip(*pairs, strict=True))
        print(f"  first chart after {ours:.0f} ms, on a bare Plotly page after {bare:.0f} ms: {ours / bare:.2f} x")


def five_years(raw: Path) -> Path:
    """An input folder with one athlete: runs with all that the seven measures need, and calf work."""
    athlete = raw / "ada"
    athlete.mkdir(parents=True)
    runs = ["started_at,distance_km,moving_time,ascent_m,avg_heart_rate_bpm,cadence_spm,rpe"]
    sets = ["performed_at,exercise,set,reps,side"]
    for back in reversed(range(YEARS * 365)):
        day = LAST_DAY - timedelta(days=back)
        kilometres = WEEK[day.weekday()] * (1 + (back % 90) / 300)
        if kilometres:
            effort = f"{40 + back % 60},{138 + back % 15},{164 + back % 6},{3 + back % 5}"
            pace = 4.3 if back % 4 == 0 else 5.5
            runs.append(f"{day}T07:00,{kilometres:.2f},{kilometres * pace:.1f},{effort}")
        if back % 3 == 0:
            sets += [
                f"{day}T18:00,{exercise},{number},12,{side}"
                for exercise in ("Single Leg Standing Calf Raise", "single-leg bent-knee calf raise")
                for number in (1, 2, 3)
                for side in ("left", "right")
            ]
    (athlete / "runs.csv").write_text("\n".join(runs) + "\n", encoding="utf-8")
    (athlete / "strength.csv").write_text("\n".join(sets) + "\n", encoding="utf-8")
    (raw / "squad.csv").write_text(
        "athlete_id,sex,birth_year,max_hr_bpm,resting_hr_bpm,threshold_pace_s_per_km\nada,f,1990,190,52,280\n", encoding="utf-8"
    )
    return raw


def multiply(path: Path, athletes: int) -> None:
    """Give the one athlete's rows to so many; athlete after athlete, as a night writes them."""
    with database.writer(path) as connection:
        tables = [f"marts.{name}" for (name,) in connection.execute(TABLES_BY_ATHLETE).fetchall()]
        for table in [*tables, "seeds.athlete_rules", "seeds.athlete_actions"]:
            connection.execute(
                f"insert into {table} select one.* replace ('ada-' || copy as athlete_id) "
                f"from {table} as one cross join range(1, {athletes}) as copies(copy) order by copy::text, one.rowid"
            )


def first_chart_ms(browser: Browser, page: Path) -> float:
    """From the start of the navigation to the first chart that is drawn."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True)
    window = context.new_page()
    window.goto(page.as_uri(), wait_until="commit")
    shown = float(window.evaluate(DRAWN))
    context.close()
    return shown


if __name__ == "__main__":
    run()
