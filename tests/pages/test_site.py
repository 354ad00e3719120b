"""The site without a browser: what is written, and that nothing in it can do harm."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_DOWN, Decimal
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from dashboards import site, theme, words
from dashboards.pages.athlete.exercises import next_step
from flows.words.reasons import all_reasons
from tests.lib.squads import Night
from tests.pages.conftest import AS_OF, SmallWarehouse

HOSTILE_NAMES = [
    "<img src=x onerror=alert(1)>",
    '"><script>alert(2)</script>',
    "</script><script>alert(3)</script>",
    "{{ 7 * 7 }}",
    "=cmd()|' /C calc'!A0",
    "\u202egnp.exe",
    "🏃" * 300,
]
# No img, no iframe, no object: a page that holds one has let a name become markup.
OUR_ELEMENTS = """
    html head meta title link script body a header div nav button svg path circle rect symbol use main h1 h2 h3 p span b bdi
    time label input ol ul li section fieldset legend details summary table caption thead tbody tr th td pre footer select
    optgroup option g text code br
"""
NEVER_SAID = ["injury risk", "safe zone", "danger zone", "prevents", "sweet spot", "you will get injured"]


class Elements(HTMLParser):
    """The elements of a page, with what is written in the visible ones."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._silent = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._silent = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._silent = False

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)

    @property
    def text(self) -> str:
        """As it is read: without the marks that keep 3 × 8–12 on one line."""
        return " ".join(" ".join(self.words).replace("\u2060", "").split())


def page(folder: Path, path: str) -> Elements:
    return Elements((folder / path).read_text(encoding="utf-8"))


def figures(folder: Path, path: str) -> dict:
    found = re.search(r'<script type="application/json" id="figures">(.*?)</script>', (folder / path).read_text())
    assert found
    return json.loads(found[1])


def every_file(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def demo_site(demo_night: Night, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages") / "site"
    site.build_site(demo_night.warehouse, folder)
    return folder


def test_every_athlete_has_a_page_that_the_squad_page_links_to(demo_site: Path, demo_night: Night) -> None:
    links = [attributes["href"] for tag, attributes in page(demo_site, "index.html").elements if tag == "a"]
    pages = sorted({link for link in links if link and link.startswith("athletes/")})
    assert len(pages) == demo_night.value("select count(*) from marts.athletes") == 8
    assert pages == sorted(f"athletes/{path.name}" for path in (demo_site / "athletes").iterdir())


def test_equal_tables_give_byte_equal_pages(demo_site: Path, demo_night: Night, tmp_path: Path) -> None:
    site.build_site(demo_night.warehouse, tmp_path / "again")
    assert every_file(tmp_path / "again") == every_file(demo_site)


def test_only_one_file_holds_the_clock(demo_night: Night, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    site.build_site(demo_night.warehouse, folder)
    before = every_file(folder)
    half_past_four_in_helsinki = datetime(2026, 11, 22, 4, 30, tzinfo=timezone(timedelta(hours=2)))
    site.stamp(folder, "20261122-0230", half_past_four_in_helsinki)
    after = every_file(folder)
    assert [path for path in after if after[path] != before[path]] == ["assets/published.js"]
    assert b"2026-11-22T02:30:00+00:00" in after["assets/published.js"]


def test_an_old_folder_is_replaced_whole(small_warehouse: SmallWarehouse, tmp_path: Path) -> None:
    old = tmp_path / "site" / "athletes" / "gone.html"
    old.parent.mkdir(parents=True)
    old.write_text("an athlete who left")
    small_warehouse.build(tmp_path / "site")
    assert not old.exists()


def test_pages_ask_no_network_and_allow_no_inline_script(demo_site: Path) -> None:
    for path in demo_site.rglob("*.html"):
        elements = Elements(path.read_text(encoding="utf-8")).elements
        policies = [one["content"] for tag, one in elements if tag == "meta" and one.get("http-equiv")]
        assert len(policies) == 1
        assert "default-src 'none'" in policies[0]
        # A runner's own sheet stands alone and runs nothing.
        assert ("script-src 'self';" in policies[0]) != (path.parent.name == "runners")
        for tag, attributes in elements:
            assert not [name for name in attributes if name.startswith("on")]
            if tag == "script" and attributes.get("type") != "application/json":
                assert attributes["src"]
            for reference in (attributes.get("src"), attributes.get("href")):
                assert not re.match(r"(?i)https?:|//|javascript:", reference or "")


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_is_shown_as_text(name: str, small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    small_warehouse.add_athlete("mallory", name, flag="amber", priority=1, headline=name, next_action=name)
    small_warehouse.add_set("mallory", exercise_name=name)
    small_warehouse.add("ops.unmapped_exercises", athlete_id="mallory", exercise_name=name, alias_line=name)
    small_warehouse.add("ops.files", path=f"mallory/{name}.fit", state="quarantined", reason=name, remedy=name)
    small_warehouse.add("ops.quarantined_rows", path=name, place=name, reason=name, expectation=name, remedy=name)
    small_warehouse.add("ops.checks", border="raw", is_passed=False, reason=name, expectation=name, error=name)
    folder = built()
    for path in ("index.html", "athletes/mallory.html", "data-quality.html"):
        found = page(folder, path)
        assert " ".join(name.split()) in found.text
        assert {tag for tag, _ in found.elements} <= set(OUR_ELEMENTS.split())
        assert "onerror" not in {attribute for _, attributes in found.elements for attribute in attributes}


def test_no_text_closes_the_script_element_that_carries_the_figures(
    small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    small_warehouse.execute("update seeds.measures set name = '</script><b>&' where measure = 'distance_m'")
    small_warehouse.add_athlete("ada")
    small_warehouse.add_days("ada", [5000.0])
    folder = built()
    assert figures(folder, "athletes/ada.html")["measures"]["distance_m"]["name"] == "</script><b>&"


def test_file_names_are_plain_and_never_the_same() -> None:
    ids = [
        "ada",
        "Ada",
        "ADA",
        "noah wright",
        "noah-wright",
        "zoë",
        "zoe",
        "../../etc/passwd",
        "con",
        "",
        "🏃",
        "李雷",
        "x" * 300,
    ]
    names = site.page_names(ids)
    assert len({name.lower() for name in names.values()}) == len(ids)
    for name in names.values():
        assert re.fullmatch(r"[a-z0-9-]{1,60}\.html", name)
    assert names["ada"] == "ada.html"
    assert names["noah-wright"] == "noah-wright.html"
    assert names["con"] != "con.html"  # Windows opens no such file


def test_a_file_name_does_not_depend_on_who_else_is_there() -> None:
    assert site.page_names(["Ada"])["Ada"] == site.page_names(["zoe", "ada", "Ada"])["Ada"]


def test_an_id_that_looks_like_another_ones_hashed_name_gets_its_own_page() -> None:
    taken = site.page_names(["Ada"])["Ada"].removesuffix(".html")
    assert len(set(site.page_names(["Ada", taken]).values())) == 2


def test_the_squad_is_listed_in_the_order_of_attention_then_by_name(
    small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    for name, flag, attention_key in [
        ("Ben", "green", 437),
        ("ada", "green", 437),
        ("Cleo", "grey", 427),
        ("Dora", "amber", 317),
        ("Emil", "amber", 117),
        ("Finn", "red", 7),
        ("Gus", "amber", 217),
        ("Hal", None, None),
    ]:
        status = {"flag": flag, "attention_key": attention_key, "headline": "h", "next_action": "n"}
        small_warehouse.add_athlete(name.lower(), name, **status)
    listed = re.findall(r"<h2><bdi>(\w+)</bdi></h2>", (built() / "index.html").read_text())
    assert listed == ["Finn", "Emil", "Gus", "Dora", "Cleo", "ada", "Ben", "Hal"]


def test_an_empty_squad_is_told_where_files_go(built: Callable[[], Path]) -> None:
    assert "data/raw/" in page(built(), "index.html").text


def test_an_athlete_without_anything_gets_a_page_that_says_what_to_send(
    small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    small_warehouse.add_athlete("ada", flag="grey", priority=0)
    text = page(built(), "athletes/ada.html").text
    assert "Not assessed" in text
    assert "No run has been read." in text
    assert "No strength log has been read, so nobody knows" in text


def test_null_in_every_nullable_column_never_shows_as_a_python_word(
    small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    key = {"athlete_id": "ada"}
    small_warehouse.add_athlete("ada")
    small_warehouse.execute("update marts.athletes set name = null, squad = null, units = null")
    small_warehouse.add("marts.flags", **key, load_date=AS_OF, code="ACWR_HIGH", state="not_assessed")
    small_warehouse.add("marts.chain_links", **key, load_date=AS_OF, link="soleus")
    small_warehouse.add("marts.next_week_room", **key, load_date=AS_OF)
    small_warehouse.add("marts.load_ratio", **key, load_date=AS_OF, measure="moving_s")
    small_warehouse.add("marts.weekly_summary", **key, week_start_date=AS_OF - timedelta(days=6))
    small_warehouse.add("marts.runs", **key)
    small_warehouse.add_set("ada")
    for table in ("ops.files", "ops.quarantined_rows", "ops.duplicates"):
        small_warehouse.add(table, **key)
    small_warehouse.add("ops.files", path="b.fit", state="quarantined")
    small_warehouse.add("ops.checks", border="marts", is_passed=True)
    folder = built()
    for path in set(folder.rglob("*.html")) - {folder / "data-dictionary.html"}:  # it tells what null means
        text = page(folder, str(path.relative_to(folder))).text.replace("None.", "")
        assert not re.search(r"\b(None|nan|NaN|null|Undefined)\b(?!:)", text), path


@pytest.mark.parametrize(
    ("distances_m", "told"),
    [
        ([5000.0] * 7, "35 km"),
        ([0.0] * 7, "0 km"),  # rest
        ([None] * 7, "–"),
        ([9000.0, None, None, 0.0, 0.0, 0.0, 0.0], "≥ 9.0 km"),
        ([3000.0, 0.0], "≥ 3.0 km"),  # before its first day nothing is known
        ([None, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], "–"),
    ],
)
def test_what_is_not_known_of_the_last_seven_days_is_not_told_as_rest(
    distances_m: list[float | None], told: str, small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    small_warehouse.add_athlete("ada", flag="green", priority=0)
    for back, distance_m in enumerate(reversed(distances_m)):
        day = {"athlete_id": "ada", "load_date": AS_OF - timedelta(days=back)}
        small_warehouse.add("marts.daily_load", **day, is_known=distance_m is not None, distance_m=distance_m)
    (shown,) = re.findall(r'<div class="km"><b[^>]*>([^<]*)</b>', (built() / "index.html").read_text())
    assert shown.replace("\u00a0", " ") == told


def test_an_unknown_day_is_shaded_and_a_day_of_rest_is_drawn_as_zero(
    small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    small_warehouse.add_athlete("ada")
    small_warehouse.add_days("ada", [10_000.0, 0.0, None, 5_000.0])
    chart = figures(built(), "athletes/ada.html")["measures"]["distance_m"]["load"]
    assert chart["figure"]["data"][0]["y"] == [10, 0, None, 5]
    assert chart["figure"]["data"][0]["x0"] == "2026-11-12"
    shaded = [(shape["x0"], shape["x1"]) for shape in chart["figure"]["layout"]["shapes"]]
    # Twelve weeks are drawn from Monday 24 August; 14 November is the unknown day.
    assert shaded == [("2026-08-23T12:00", "2026-11-11T12:00"), ("2026-11-13T12:00", "2026-11-14T12:00")]
    assert "1 of 4 days are unknown" in chart["summary"]


def test_a_runner_who_counts_in_miles_sees_miles(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    small_warehouse.add_athlete("ada", units="mi")
    # A marathon, 42,195 m, is 26.22 miles; at 3 h 30 min that is 8:00.6 a mile, and 12,600 / 42.195 = 298.61 s a kilometre.
    run = {"run_date": AS_OF, "is_dated": True, "sport": "run", "distance_m": 42195.0, "moving_s": 12600.0}
    small_warehouse.add("marts.runs", athlete_id="ada", **run, pace_s_per_km=298.61)
    text = page(built(), "athletes/ada.html").text
    assert "Pace, min/mi" in text
    assert "Sun 15 Nov 26.22 3:30:00 8:01" in text


@pytest.mark.parametrize(("unit", "shown"), [("kg", "20.41"), ("lb", "45")])
def test_loads_are_shown_in_the_athletes_unit(
    small_warehouse: SmallWarehouse, built: Callable[[], Path], unit: str, shown: str
) -> None:
    small_warehouse.add_athlete("ada")
    small_warehouse.execute("update marts.athletes set strength_weight_unit = ?", unit)
    # A plate of 45 lb weighs 45 x 0.45359237 = 20.4117 kg.
    a_set = {"set_date": AS_OF, "exercise_name": "Calf Raise", "knee": "straight", "side": "both"}
    small_warehouse.add_set("ada", **a_set, reps=12.0, load_kg=45 * 0.45359237)
    text = page(built(), "athletes/ada.html").text
    assert f"Load, {unit}" in text
    assert f"straight both 1 0 12 – {shown}" in text


def test_the_arithmetic_shows_raised_clear_and_not_assessed(demo_site: Path, demo_night: Night) -> None:
    for athlete in demo_night.rows("select athlete_id from marts.athletes"):
        path = f"athletes/{site.page_names([athlete['athlete_id']])[athlete['athlete_id']]}"
        text = page(demo_site, path).text
        for flag in demo_night.rows(
            "select state, value, not_assessed_because, evidence from marts.flags "
            "where athlete_id = ? and load_date = (select as_of_date from seeds.night) and code = 'ACWR_HIGH'",
            athlete["athlete_id"],
        ):
            if flag["state"] == "not_assessed":
                assert flag["not_assessed_because"] in text
            else:
                assert f"{flag['value']:.2f} ×" in text


def test_the_squad_page_tells_the_flag_the_reason_and_the_next_action_of_each_runner(demo_site: Path, demo_night: Night) -> None:
    text = page(demo_site, "index.html").text
    for status in demo_night.rows(
        "select headline, next_action from marts.athlete_status where load_date = (select as_of_date from seeds.night)"
    ):
        assert " ".join(status["headline"].split()) in text
        assert " ".join(status["next_action"].split()) in text


def test_every_reason_code_has_plain_words() -> None:
    with (Path(__file__).resolve().parents[2] / "sql" / "seeds" / "reasons.csv").open(encoding="utf-8") as seed:
        codes = {row["code"] for row in csv.DictReader(seed)}
    assert codes == set(all_reasons())
    names = [words.reason_name(code, "Distance") for code in codes]
    assert len(set(names)) == len(names)
    assert not [name for name in names if "_" in name or "{" in name or len(name) > 45]


def test_a_reason_that_has_no_words_yet_is_shown_by_its_code(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    small_warehouse.add_athlete("ada", flag="amber", priority=1)
    small_warehouse.add_reason("ada", "CALF_OF_TOMORROW", "calf", value=3.0, threshold=2.0, unit="days")
    assert "Calf of tomorrow 3 days 2 days" in page(built(), "athletes/ada.html").text


def test_the_chain_of_each_runner_is_the_table_in_words_and_shape(demo_site: Path, demo_night: Night) -> None:
    index = (demo_site / "index.html").read_text()
    links = demo_night.rows(
        "select athlete_id, name, link, state, days_since, is_left_out "
        "from marts.athletes left join marts.chain_links using (athlete_id) "
        "where coalesce(load_date, (select as_of_date from seeds.night)) = (select as_of_date from seeds.night)"
    )
    expected = {(link["name"], link["link"]): link for link in links}
    names = ["hip", "gastrocnemius", "soleus", "achilles_tendon", "plyometric", "foot"]
    rows = index.split('<li class="row ')[1:]
    assert len(rows) == 8
    for row in rows:
        found = re.search(r"<h2><bdi>([^<]+)</bdi></h2>", row)
        assert found
        strip = re.findall(r'<g class="link-(\w+)"><title>[^:<]+: ([\w ]+)</title>.*?<text[^>]*>(.*?)</text></g>', row)
        assert len(strip) == len(names)
        drawn = re.findall(r'<path class="to-(\w+)"', row)
        for name, (shape, word, days) in zip(names, strip, strict=True):
            link = expected.get((found[1], name))
            if link is None:
                assert (shape, word, days) == ("unknown", "no strength log", "–")
            else:
                # What a beginner is not asked for yet is a dotted ring, as is what was never logged.
                is_left_out = link["is_left_out"] and link["state"] in ("amber", "red")
                assert shape == ("left_out" if is_left_out else link["state"])
                assert days == (str(link["days_since"]) if link["days_since"] is not None else days)
                assert days in ("–", "never") or link["days_since"] is not None
        # The line is broken on both sides of a link that lags, and nowhere else.
        states = [shape for shape, _, _ in strip]
        assert [way == "red" for way in drawn] == ["red" in pair for pair in pairwise(states)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("new", "new since yesterday"),
        ("worse", "worse since yesterday"),
        ("better", "better since yesterday"),
        ("cleared", "cleared since yesterday"),
        ("lost", "no longer assessed since yesterday"),
        (None, None),
    ],
)
def test_what_changed_since_yesterday_is_said(
    change: str | None, said: str | None, small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    small_warehouse.add_athlete("ada", flag="amber", change=change)
    folder = built()
    text = page(folder, "athletes/ada.html").text
    assert (said in text) if said else (" since yesterday" not in text)
    index = (folder / "index.html").read_text()
    word = said.removesuffix(" since yesterday") if said else None
    shown = re.findall(r'data-change-filter="\w+" aria-pressed="false"><b>(\d+)</b> ([\w ]+)</button>', index)
    assert shown == ([("1", word)] if word else [])
    assert ('id="unchanged" hidden' in index) == (word is not None)


def test_every_raised_reason_stands_with_its_numbers(demo_site: Path) -> None:
    text = page(demo_site, "athletes/tomas.html").text
    # 27,735 m after 17,793 m; no bent-knee set for 20 days, and while load is built 14 are the limit.
    assert re.search(r"Long run, moderate jump research \S.{20,200} 1\.56 × above 1\.30 × 30 days Sun 15 Nov", text)
    assert re.search(r"No bent-knee raises of late \S.{20,200} 20 days more than 14 days ago", text)
    assert "running load jumped far and calf work lagging: red." in text


def test_achilles_trouble_is_named_as_the_step_up_that_it_is(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    steps = [{"step": "matrix", "flag_level": 2}, {"step": "history", "flag_level": 3}]
    small_warehouse.add_athlete("ada", flag="amber", run_level="R1", capacity_level="C0", held_days=0, steps=steps)
    assert (
        "running load jumped and calf work on track: amber; "
        "one step up because of Achilles trouble in the last 365 days; so amber-high."
    ) in page(built(), "athletes/ada.html").text


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("history.since", "one step up because of Achilles trouble in May 2026"),
        ("history.open", "one step up because an Achilles injury is open"),
    ],
)
def test_a_step_up_by_history_names_its_month(
    message: str, said: str, small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    steps = [{"step": "matrix", "flag_level": 2}, {"step": "history", "flag_level": 3}]
    small_warehouse.add_athlete("ada", flag="amber", run_level="R1", capacity_level="C0", held_days=0, steps=steps)
    trouble = {"level": "history", "measure": "days_since", "message": message}
    facts = '{"trouble_date": "2026-05-20", "history_days": 365}'
    small_warehouse.add_reason("ada", "ACHILLES_HISTORY", "pain", **trouble, facts=facts)
    assert f"amber; {said}; so amber-high." in page(built(), "athletes/ada.html").text


def test_a_red_reason_wears_no_amber_sign(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    small_warehouse.add_athlete("ada", flag="red", run_level="R1", capacity_level="C2")
    small_warehouse.add_reason("ada", "SOL_STALE", "calf", level="C2")
    small_warehouse.add_reason("ada", "GAST_STALE", "calf", level="C1")
    html = (built() / "athletes" / "ada.html").read_text(encoding="utf-8")
    checked = html.split("What was checked")[1]
    assert checked.count('<use href="#raised-red"/>') == 1
    assert checked.count('<use href="#raised"/>') == 1


def test_a_step_that_changes_nothing_is_not_told(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    steps = [{"step": "matrix", "flag_level": 4}, {"step": "history", "flag_level": 4}]
    small_warehouse.add_athlete("ada", flag="red", run_level="R2", capacity_level="C2", held_days=0, steps=steps)
    text = page(built(), "athletes/ada.html").text
    assert "calf work lagging: red." in text
    assert "one step up" not in text


def test_a_held_flag_tells_the_day_and_the_reasons_that_it_is_held_from(
    small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    steps = [{"step": "matrix", "flag_level": 0}, {"step": "held", "flag_level": 4}]
    small_warehouse.add_athlete(
        "ada", flag="red", run_level="R0", capacity_level="C0", held_days=2, reasons_date=AS_OF - timedelta(days=2), steps=steps
    )
    friday = AS_OF - timedelta(days=2)
    small_warehouse.add_reason(
        "ada", "SOL_STALE", "calf", friday, level="C2", value=22.0, threshold=21.0, unit="days", comparison=">"
    )
    text = page(built(), "athletes/ada.html").text
    assert "No bent-knee raises of late 22 days more than 21 days ago – on Fri 13 Nov" in text
    assert "running steady and calf work on track: green; held at red, day 2 of 3 before it may drop." in text


def test_the_room_of_each_runner_is_the_tables_in_the_runners_unit(demo_site: Path, demo_night: Night) -> None:
    rooms = demo_night.rows(
        "select * from marts.next_week_room join marts.athletes using (athlete_id) "
        "where load_date = (select as_of_date from seeds.night)"
    )
    assert rooms
    for room in rooms:
        athlete_id = room["athlete_id"]
        text = page(demo_site, f"athletes/{site.page_names([athlete_id])[athlete_id]}").text
        metres = 1609.344 if room["units"] == "mi" else 1000
        # Cut, never rounded up: nobody is told a length beyond the ceiling.
        longest, whole_week = (
            Decimal(room[name] / metres).quantize(Decimal("0.1"), ROUND_DOWN)
            for name in ("longest_run_ceiling_m", "week_distance_ceiling_m")
        )
        assert f"no run over {longest} {room['units']}" in text
        week = f"above {whole_week} {room['units']} the flag rises"
        assert (week in text) == (room["binding_rule"] not in ("week already passed", "load is held"))


def test_the_room_says_what_binds(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    for athlete_id, rule, week_m in [
        ("ada", "longest run", 38_200.0),
        ("ben", "week already passed", 0.0),
        ("cleo", "restart", None),
        ("dora", "longest run", None),
    ]:
        small_warehouse.add_athlete(athlete_id)
        small_warehouse.add(
            "marts.next_week_room",
            athlete_id=athlete_id,
            load_date=AS_OF,
            longest_run_ceiling_m=15_400.0,
            week_distance_ceiling_m=week_m,
            week_moving_ceiling_s=None if week_m is None else 12_600.0,
            binding_rule=rule,
        )
    folder = built()
    said = {name: page(folder, f"athletes/{name}.html").text for name in ("ada", "ben", "cleo", "dora")}
    assert "above 38.2 km the flag rises, or above 3 h 30 min of running · no run over 15.4 km Longest run: 110 %" in said["ada"]
    assert "no run over 15.4 km The last 7 days are already more than" in said["ben"]
    assert "no run over 15.4 km No run in more than three weeks" in said["cleo"]
    assert "no run over 15.4 km The week is not given: too few of its days before are known." in said["dora"]


def test_nothing_that_reads_as_training_advice_is_shown_to_a_possible_rupture(
    small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    stop = "Stop running and calf work."
    for athlete_id, reasons in [("ada", ["RED_FLAG_RUPTURE", "SOL_STALE"]), ("ben", ["SOL_STALE"])]:
        levels = {"flag": "red", "priority": 4, "run_level": "R1", "capacity_level": "C2"}
        forbids = ["ceiling", "exercise", "heavy_dose", "keep_running", "more_load", "room"] if athlete_id == "ada" else []
        states = ["rupture_suspected"] if athlete_id == "ada" else []
        told = {"reasons": reasons, "next_action": stop, "forbids": forbids, "person_states": states}
        small_warehouse.add_athlete(athlete_id, **levels, **told)
        for code in reasons:
            family, level = ("calf", "C2") if code == "SOL_STALE" else ("pain", "red")
            small_warehouse.add_reason(athlete_id, code, family, level=level, threshold=21.0, unit="days")
        small_warehouse.add_chain(athlete_id, gastrocnemius="on_track", soleus="red", achilles_tendon="on_track")
        small_warehouse.add("marts.next_week_room", athlete_id=athlete_id, load_date=AS_OF, longest_run_ceiling_m=9e3)
        week = {"known_days": 7, "distance_m": 40e3, "distance_ceiling_m": 30e3}
        small_warehouse.add("marts.weekly_ledger", athlete_id=athlete_id, load_date=AS_OF, **week)
        small_warehouse.add_exercise_week(athlete_id, "bent_knee_raise", sets=1, target_sets=6)
        small_warehouse.add(
            "marts.runs", athlete_id=athlete_id, sport="run", is_dated=True, run_date=AS_OF, distance_m=8e3, spike_ceiling_m=9e3
        )
    folder = built()
    advice = [
        "no run over 9.0 km",
        "beyond the ceiling of that week",
        "goal 6",
        "below its goal",
        "Link and its exercise",
        "Bent-knee calf raises",
        "Target a week",
        "ceiling",
        "target",
        "Phase:",
        "21 days ago",
    ]
    spared, warned = (page(folder, f"athletes/{name}.html").text for name in ("ben", "ada"))
    assert [words for words in advice if words not in spared] == []
    assert [words for words in advice if words in warned.replace("no targets", "")] == []
    assert stop in warned
    drawn = figures(folder, "athletes/ada.html")
    assert drawn["ceiling"] is None
    assert set(drawn["weeks"]["figure"]["data"][0]["marker"]["color"]) == {"var(--run)"}
    assert "bent_knee_raise" not in drawn
    assert "Goal" in [trace["name"] for trace in figures(folder, "athletes/ben.html")["bent_knee_raise"]["figure"]["data"]]
    squad = page(folder, "index.html").text.partition("Last 7 days")[2]
    ada = squad.split("Page of ada")[0]
    assert "possible rupture" in ada
    assert words.reason_name("RED_FLAG_RUPTURE") in ada
    assert "give no room, no targets and no exercises" in ada
    assert "goal" not in ada
    assert words.reason_name("SOL_STALE") not in ada


def test_a_week_of_running_is_a_bar_a_gap_or_nothing(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    small_warehouse.add_athlete("ada")
    # Before the first known day; 30 km; nobody knows; rest; 3 days known; 50 km with a ceiling of 45.
    weeks = [(0, None, None), (7, 30e3, None), (0, None, 40e3), (7, 0.0, 40e3), (3, 12e3, 40e3), (7, 50e3, 45e3)]
    for back, (known, distance_m, ceiling_m) in enumerate(reversed(weeks)):
        week = {"known_days": known, "distance_m": distance_m, "distance_ceiling_m": ceiling_m}
        small_warehouse.add("marts.weekly_ledger", athlete_id="ada", load_date=AS_OF - timedelta(weeks=back), **week)
    chart = figures(built(), "athletes/ada.html")["weeks"]
    (bars,) = chart["figure"]["data"]
    assert bars["x"] == [f"{AS_OF - timedelta(weeks=back)}" for back in (4, 3, 2, 1, 0)]
    assert bars["y"] == [30, None, 0, 12, 50]
    assert bars["text"] == ["30", "", "0", "12", "50"]
    # Red is never alone.
    assert [tone == "var(--red)" for tone in bars["marker"]["color"]] == [False, False, False, False, True]
    assert bars["marker"]["pattern"]["shape"] == ["", "", "", "", "/"]
    (unknown,) = chart["figure"]["layout"]["shapes"]
    assert (unknown["x0"], unknown["label"]["text"]) == ("2026-10-21T12:00", "unknown")
    assert chart["figure"]["layout"]["xaxis"]["ticktext"][0] == "last 7 days"
    assert chart["summary"] == (
        "Last 7 days: 50.0 km. Red and hatched: beyond the ceiling of that week (7 days to Sun 15 Nov). "
        "7 days to Sun 8 Nov: 3 of 7 days known."
    )


def test_an_exercise_is_drawn_in_real_sets_against_its_own_goal(
    small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    small_warehouse.add_athlete("ada")
    best = {"left_best_reps": 12.0, "left_best_load_kg": 20.0, "right_best_reps": 10.0, "right_best_load_kg": 16.0}
    sides = {"is_sided": True, "left_sets": 3, "right_sets": 2}
    for back, sets, easy, goal, cause in [(3, 2, 0, 2, "usual"), (2, None, None, 2, "usual"), (1, 2, 3, 3, "building_up")]:
        week = {"sets": sets, "easy_sets": easy, "target_sets": goal, "target_cause": cause}
        small_warehouse.add_exercise_week("ada", "bent_knee_raise", back, **week, **sides, **best)
    small_warehouse.add_exercise_week("ada", "bent_knee_raise", sets=0, target_sets=3, target_cause="building_up", is_sided=True)
    today = {"exercise": "bent_knee_raise", "last_date": AS_OF - timedelta(days=9), "days_since": 9}
    step = {"next_step": "more_load", "next_reps": 15.0, "next_kg": 5.0}
    small_warehouse.add("marts.exercises_today", athlete_id="ada", **today, **step)
    folder = built()
    figure = figures(folder, "athletes/ada.html")["bent_knee_raise"]["figure"]
    sets, easy, goal, left, right = figure["data"]
    assert (sets["y"], easy["y"], goal["y"]) == ([2, None, 2, 0], [0, None, 3, 0], [2, 2, 3, 3])
    assert sets["marker"]["pattern"]["shape"] == ["", "", "/", "/"]
    assert sets["marker"]["color"][2:] == ["var(--red)"] * 2
    assert (left["y"], right["y"]) == ([20, 20, 20, None], [16, 16, 16, None])
    assert (left["name"], left["text"][0], right["text"][0]) == ("Left, kg", "20 kg × 12", "16 kg × 10")
    # A change of the goal names its cause.
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["goal 2", "goal 3: building up"]
    text = page(folder, "athletes/ada.html").text
    assert "Bent-knee raise below its goal 9 days ago · 0 sets in the last 7 days, goal 3" in text
    assert "Best set: left 20 kg × 12, right 16 kg × 10" in text
    assert "Next: 15 easy: add 5 kg." in text
    assert "Straight-knee raise Never logged " in text


@pytest.mark.parametrize(
    ("load_kg", "unit", "said"), [(5.0, "kg", "5 kg"), (5.0, "lb", "10 lb"), (1.0, "lb", "5 lb"), (2.5, "kg", "2.5 kg")]
)
def test_a_step_of_weight_is_one_that_plates_come_in(load_kg: float, unit: str, said: str) -> None:
    today = {"next_reps": 15.0, "next_kg": load_kg}
    assert next_step("more_load", today, unit) == f"15 easy: add {said}."
    assert next_step("more_repetitions", today, unit) == f"Up to 15 repetitions; once they are easy, {said} more."


@pytest.mark.parametrize(
    ("published", "said"),
    [
        (range(3), "As each day was published."),
        ([], "As tonight’s data and rules see these days; none of them was published."),
        ([0], "Underlined days as they were published; the others as tonight’s data and rules see them."),
    ],
)
def test_the_strip_of_flags_says_where_each_day_comes_from_and_why_it_changed(
    published: list[int], said: str, small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    small_warehouse.add_athlete("ada", flag="amber", flag_since=AS_OF, flag_day=1)
    small_warehouse.execute("insert into seeds.reasons (code, family) values ('SOL_STALE', 'calf')")
    for back, flag, code in [(2, "green", None), (1, "green", None), (0, "amber", "SOL_STALE")]:
        day = {"athlete_id": "ada", "load_date": AS_OF - timedelta(days=back), "flag": flag}
        if back:
            small_warehouse.add("marts.athlete_status", **day)
        if code:
            small_warehouse.add_reason("ada", code, "calf")
        if back in published:
            small_warehouse.add("ops.published_status", night=f"n{back}", headline_codes=[code] if code else [], **day)
    folder = built()
    written = (folder / "athletes" / "ada.html").read_text()
    strip = written.split('class="strip-of-flags"')[1].split("</svg>")[0]
    # Worse is taller; the last of 84 cells, eight wide, is today's.
    assert re.findall(r'class="(\w+)" d="([^"]+)"', strip)[:2] == [
        ("amber", "M664 20v-14h7v14z"),
        ("green", "M648 20v-8h7v8zM656 20v-8h7v8z"),
    ]
    assert strip.count("h7M") + strip.count('h7"/>') == len(published)
    text = page(folder, "athletes/ada.html").text
    assert "1 change of the flag in 12 weeks, with its reasons Sun 15 Nov Watch No bent-knee raises of late" in text
    assert said in text
    assert "since Sun 15 Nov, day 1, before that On track" in text


def test_the_head_says_who_this_is(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    small_warehouse.add_athlete("ada")
    small_warehouse.execute(
        "update marts.athletes set birth_year = 1995, body_mass_kg = 58.2, is_body_mass_assumed = false, race_date = ?, "
        "achilles_history_until = date '2026-05-09'",
        AS_OF + timedelta(days=23),
    )
    small_warehouse.add_athlete("ben")
    small_warehouse.execute("update marts.athletes set body_mass_kg = 70, is_body_mass_assumed = true where athlete_id = 'ben'")
    injury = {"onset_date": date(2026, 10, 23), "site": "achilles_insertion", "side": "right", "is_open": True}
    small_warehouse.add("marts.injuries", athlete_id="ben", **injury)
    folder = built()
    assert "ada 31 · 58 kg · Achilles trouble until May 2026 · race in 23 days" in page(folder, "athletes/ada.html").text
    ben = page(folder, "athletes/ben.html").text
    assert "ben Achilles injury open since 23 Oct (right, at the heel bone)" in ben
    assert "70 kg" not in ben


def test_achilles_load_is_shown_against_the_28_day_mean_and_never_as_a_number(
    small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    small_warehouse.add_athlete("ada")
    row = {"athlete_id": "ada", "load_date": AS_OF, "measure": "achilles_load_steps", "load": 5000.0, "ratio_state": "ok"}
    small_warehouse.add("marts.load_ratio", **row, acute=2600.0, chronic_coupled=2000.0)
    folder = built()
    chart = figures(folder, "athletes/ada.html")["measures"]["achilles_load_steps"]["load"]
    assert [trace["y"] for trace in chart["figure"]["data"]] == [[250], [130], [100]]
    assert "the last 7 days come to 130 % of the 28-day mean" in chart["summary"]
    assert "5,000" not in (folder / "athletes" / "ada.html").read_text()


def test_each_run_is_drawn_against_its_ceiling(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    small_warehouse.add_athlete("ada")
    run = {"athlete_id": "ada", "sport": "run", "is_dated": True}
    saturday = AS_OF - timedelta(days=1)
    small_warehouse.add(
        "marts.runs",
        **run,
        run_date=saturday,
        distance_m=10e3,
        spike_state="no_baseline",
        spike_ceiling_m=8e3,
        started_at=saturday,
    )
    spike = {"distance_spike_ratio": 1.5, "spike_state": "moderate", "spike_ceiling_m": 11e3}
    small_warehouse.add("marts.runs", **run, run_date=AS_OF, distance_m=15e3, started_at=AS_OF, **spike)
    small_warehouse.add("marts.runs", **(run | {"sport": "hike"}), run_date=AS_OF, distance_m=30e3, started_at=AS_OF)
    small_warehouse.add_athlete("ben")
    long_ago = {"athlete_id": "ben", "run_date": AS_OF - timedelta(days=100), "started_at": AS_OF - timedelta(days=100)}
    small_warehouse.add("marts.runs", **(run | long_ago), distance_m=15e3, **spike)
    folder = built()
    quiet = figures(folder, "athletes/ben.html")["ceiling"]
    assert quiet["summary"] == "No run of the last 12 weeks had a ceiling to be held against."
    chart = figures(folder, "athletes/ada.html")["ceiling"]
    dots, ceiling, beyond = chart["figure"]["data"]
    assert (dots["y"], ceiling["y"]) == ([10, 15], [None, 11])
    assert (beyond["x"], beyond["y"], beyond["marker"]["color"]) == (["2026-11-15"], [15], "var(--red)")
    assert chart["summary"].startswith(
        "1 of 1 run went beyond the ceiling of their day. The furthest: Sun 15 Nov, 15.0 km; its ceiling was 11.0 km."
    )


def test_what_was_checked_is_grouped_and_only_raised_reasons_stand_open(demo_site: Path, demo_night: Night) -> None:
    written = (demo_site / "athletes" / "tomas.html").read_text()
    checked = written.split("<h2>What was checked</h2>")[1].split("</section>")[0]
    told = demo_night.rows(
        "select family, state, count(*) as checks from marts.flags "
        "where athlete_id = 'tomas' and load_date = (select as_of_date from seeds.night) group by family, state"
    )
    count = {(row["family"], row["state"]): row["checks"] for row in told}
    assert f"{sum(count.values())} checks." in checked
    blocks = checked.split("<h3>")[1:]
    assert [block.split(" <")[0] for block in blocks] == ["Running", "Calf and tendon", "Pain and history", "Data"]
    for family, block in zip(("run", "calf", "pain", "data"), blocks, strict=True):
        open_part, _, folded = block.partition("<details>")
        assert open_part.count("check-raised") == count.get((family, "raised"), 0)
        assert folded.count("check-clear") == count.get((family, "clear"), 0)
        assert folded.count("check-not_assessed") == count.get((family, "not_assessed"), 0)
        assert "check-raised" not in folded


def test_every_refused_file_and_row_is_listed_with_its_reason(demo_site: Path, demo_night: Night) -> None:
    text = page(demo_site, "data-quality.html").text
    refused = demo_night.rows("select path, reason from ops.files where state = 'quarantined' or is_partial")
    refused += demo_night.rows("select path, reason from ops.quarantined_rows")
    assert refused
    for row in refused:
        assert row["path"] in text
        assert row["reason"] in text


def test_data_quality_names_runners_and_says_what_to_do(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    small_warehouse.add_athlete("ada", "Ada <b>Bergström</b>")
    dated = {"first_date": AS_OF, "last_date": AS_OF}
    small_warehouse.add("ops.unstated_weights", athlete_id="ada", source_format="strong_csv", sets=4, **dated)
    small_warehouse.add("ops.plan_left_out", athlete_id="ada", path="plan.csv", because="said_elsewhere", rows=2, **dated)
    small_warehouse.add("ops.waiting", athlete_id="ada", kind="run", activity_date=AS_OF, path="next.csv")
    small_warehouse.add("ops.waiting", athlete_id="somebody", kind="run", activity_date=AS_OF, path="next.csv")
    text = page(built(), "data-quality.html").text
    assert "Ada <b>Bergström</b> strong_csv 4" in text
    assert (
        "plan.csv Ada <b>Bergström</b> 2 rows 2026-11-15 2026-11-15 another file plans the same day leave the day in one" in text
    )
    assert "Ada <b>Bergström</b> 1 run" in text
    assert "somebody 1 run" in text  # whom no list of ours names


def test_a_column_that_a_file_lacks_is_named(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    small_warehouse.add(
        "ops.files",
        path="ada/activities.csv",
        format="strava_csv",
        state="loaded",
        is_partial=False,
        reason='no column "Filename"',
    )
    small_warehouse.add("ops.files", path="ada/x.zip", format="zip", state="loaded", is_partial=False, reason="an archive")
    (noted,) = re.findall(r'id="noted">.*?</section>', (built() / "data-quality.html").read_text(), re.DOTALL)
    assert "ada/activities.csv" in noted
    assert "no column &#34;Filename&#34;" in noted
    assert "x.zip" not in noted


def test_every_check_of_the_night_is_listed_failed_first(demo_site: Path, demo_night: Night) -> None:
    elements = page(demo_site, "data-quality.html")
    checks = demo_night.rows("select border, is_passed, reason from ops.checks")
    for check in checks:
        assert check["reason"] in elements.text
    results = re.findall(r'<span class="state \w+">.*?</svg>([\w ]+)</span>', (demo_site / "data-quality.html").read_text())
    assert len(results) == len(checks)
    assert results.count("Met") == sum(check["is_passed"] for check in checks)
    failed_raw = sum(check["border"] == "raw" and not check["is_passed"] for check in checks)
    assert "Met" not in results[:failed_raw]


def test_a_warning_does_not_look_like_a_failure(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    small_warehouse.add("ops.checks", border="marts", severity="critical", is_passed=False, reason="critical one")
    small_warehouse.add("ops.checks", border="marts", severity="warning", is_passed=False, reason="mild one")
    text = page(built(), "data-quality.html").text
    assert "Failed critical one" in text
    assert "Warning mild one" in text


def test_distance_that_was_not_counted_twice_is_shown(small_warehouse: SmallWarehouse, built: Callable[[], Path]) -> None:
    small_warehouse.add_athlete("ada")
    small_warehouse.add("ops.athlete_paths", athlete_id="ada", file_id="k", path="ada/kept.fit")
    small_warehouse.add("ops.athlete_paths", athlete_id="ada", file_id="d", path="ada/left-out.gpx")
    small_warehouse.add(
        "ops.duplicates",
        athlete_id="ada",
        kept_file_id="k",
        dropped_file_id="d",
        why="same start",
        distance_m=12345.0,
        moving_s=4000.0,
    )
    small_warehouse.add("ops.duplicates", athlete_id="eve", why="same time", distance_m=10000.0, moving_s=3600.0, strength_sets=9)
    text = page(built(), "data-quality.html").text
    assert "In all 22.3 km 2 h 07 min 9 ada 12.3 km 1 h 07 min – eve 10.0 km 1 h 00 min 9" in text
    assert "ada/kept.fit ada/left-out.gpx same start 12.3 km 1 h 07 min –" in text


def test_an_exercise_that_nobody_knows_is_listed_with_its_sets(
    small_warehouse: SmallWarehouse, built: Callable[[], Path]
) -> None:
    small_warehouse.add(
        "ops.unmapped_exercises",
        athlete_id="ada",
        exercise_name="Flamingo hop",
        sets=3,
        first_date=AS_OF,
        last_date=AS_OF,
        suggested_exercise="Pogo",
        suggestion_score=61.5,
        alias_line="Flamingo hop,pogo_2",
    )
    text = page(built(), "data-quality.html").text
    assert "Flamingo hop ada 3 2026-11-15 2026-11-15 Pogo alike Flamingo hop,pogo_2" in text


def test_the_last_nights_stand_in_the_one_file_that_holds_a_clock(demo_night: Night) -> None:
    published = (demo_night.site / "assets" / "published.js").read_text(encoding="utf-8")
    told = json.loads(published.removeprefix("window.tendonwatchPublished = ").rstrip().removesuffix(";"))
    nights = demo_night.rows("select * from ops.nightly_runs order by night desc")
    assert [night["night"] for night in told["nights"]] == [night["night"] for night in nights]
    assert told["nights"][0]["state"] == "published"
    assert told["nights"][0]["files_seen"] == nights[0]["files_seen"] > 300


def test_every_source_tells_the_steps_and_what_it_lacks(demo_site: Path) -> None:
    text = page(demo_site, "data-quality.html").text
    for source in ("Strava", "Garmin Connect", "Strong", "Hevy", "Apple Health", "Suunto", "Coros", "Polar", "Wahoo", "By hand"):
        assert source in text
    for needed in ("Request Your Archive", "Export Original", "Export CSV", "Export All Health Data", "No strength sets"):
        assert needed in text


def test_the_dictionary_tells_every_published_column(demo_site: Path, demo_night: Night) -> None:
    text = page(demo_site, "data-dictionary.html").text
    for column in demo_night.rows(
        "select schema_name, table_name, column_name, comment from duckdb_columns() where schema_name in ('marts', 'ops')"
    ):
        assert f"{column['schema_name']}.{column['table_name']}" in text
        assert column["column_name"] in text
        assert " ".join((column["comment"] or "").split()) in text


def test_no_page_claims_more_than_is_known(demo_site: Path) -> None:
    # The evidence page names the words that are never used: test_evidence.py reads the rest of it.
    for path in [path for path in demo_site.rglob("*.html") if path.name != "evidence.html"]:
        said = page(demo_site, str(path.relative_to(demo_site))).text.lower()
        assert not [claim for claim in NEVER_SAID if claim in said]


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_text_can_be_read_by_weak_eyes(colours: dict[str, str]) -> None:
    # WCAG 2.2: text 4.5 to 1 (1.4.3), bars and lines 3 to 1 (1.4.11).
    for ground in ("bg", "card", "tint"):
        for text in ("ink", "soft", "red", "amber", "green", "grey"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for mark in ("run", "long", "straight", "bent", "ewma"):
        assert contrast(colours[mark], colours["card"]) >= 3, mark
    assert contrast(colours["card"], colours["run"]) >= 4.5


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    shares = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_pages_import_nothing_of_the_pipeline_but_words_places_and_the_contract() -> None:
    other = re.compile(r"^\s*(from|import) flows(?!\.words|\.places|\.models import contract)", re.MULTILINE)
    for path in Path(site.__file__).parent.rglob("*.py"):
        assert not other.search(path.read_text()), path
