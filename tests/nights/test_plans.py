"""One night over plans and notes: what the pages show and keep silent about, what is refused, handed out and erased."""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from dashboards import notes, planned
from flows.commands.privacy import export_athlete
from flows.privacy import erase
from flows.readers.sniff import read_content
from flows.state import database
from tests.lib.squads import Night, night_over, runs_csv, write_files

AS_OF = date(2026, 6, 7)  # a Sunday
WEEK_KM: list[float | None] = [8, 0, 10, 0, 8, 0, 13]
RUNS = runs_csv(AS_OF - timedelta(days=83), WEEK_KM * 12)
SECRET = "called after the <b>race</b>"
FILES = {
    "squad.csv": "athlete_id,name,units\namara,Amara Okafor,km\neve,Eve Lind,km\n",
    "amara/runs.csv": RUNS,
    "eve/runs.csv": RUNS,
    "eve/injuries.csv": "onset_date,site,side,resolved_date\n2026-06-01,calf,left,\n",
    "plan.csv": "date,athlete_id,distance_km,kind,note\n"
    "2026-06-14,amara,18,long,with Eve Lind\n"
    "2026-06-01,amara,9,easy,\n"
    "2026-06-10,eve,12,long,with Amara Okafor\n"
    "2026-06-10,nobody,12,long,\n",
    "notes.csv": "date,athlete_id,kind,until,text\n"
    f"2026-06-05,amara,called,,{SECRET}\n"
    '2026-06-06,amara,note,,"=HYPERLINK(""http://x"")"\n'
    "2026-06-06,eve,quiet_until,2026-06-20,\n"
    "2026-06-06,amra,note,,mistyped\n",
}


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("plans")
    return night_over(write_files(folder / "raw", FILES), folder, as_of=str(AS_OF))


def page(night: Night, path: str) -> str:
    return (night.site / path).read_text(encoding="utf-8")


def plan_section(night: Night, athlete_id: str) -> str:
    return page(night, f"athletes/{athlete_id}.html").split('<section class="card plan"')[1].split("</section>")[0]


def test_the_week_has_seven_cells_and_says_what_is_over(night: Night) -> None:
    section = plan_section(night, "amara")
    assert section.count("<li class=") == 7
    assert "<b>18 km</b>" in section
    assert "3.7 km over" in section
    assert "Sunday, 18.0 km is 3.7 km over." in section


def test_the_squad_is_told_whose_plan_will_raise_a_flag(night: Night) -> None:
    with database.reader(night.warehouse) as connection:
        assert planned.raising(connection) == {"amara": {"words": "Sunday, 18.0 km is 3.7 km over.", "is_over": True}}


def test_the_calendar_holds_the_plan_with_its_ceilings_and_is_no_plan_itself(night: Night) -> None:
    data = (night.site / "plans" / "amara.ics").read_bytes()
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    assert (event["DTSTART"].dt, str(event["SUMMARY"])) == (date(2026, 6, 14), "Long run 18 km (3.7 km over)")
    assert "Longest run up to 14.3 km." in str(event["DESCRIPTION"])
    assert b"Eve" not in data
    assert read_content("amara.ics", data).plan == ()


def test_beside_an_open_injury_neither_cells_nor_calendar_tell_a_distance_or_another_name(night: Night) -> None:
    section, calendar = plan_section(night, "eve"), (night.site / "plans" / "eve.ics").read_text(encoding="utf-8")
    assert "not now" in section
    assert "SUMMARY:Long run (not now)" in calendar
    for text in (section, calendar):
        assert "km" not in text.replace("Track", "")
        assert "12" not in text.replace("20260612", "").replace("12 Jun", "").split("DTSTAMP")[0]
        assert "Amara" not in text


def test_a_note_is_shown_as_text_and_a_quiet_time_beside_the_flag(night: Night) -> None:
    amara, eve = page(night, "athletes/amara.html"), page(night, "athletes/eve.html")
    assert "called after the &lt;b&gt;race&lt;/b&gt;" in amara
    assert "=HYPERLINK(&#34;http://x&#34;)" in amara
    assert "Quiet until Sat 20 Jun, as you noted." in eve
    status = night.rows("select flag, is_quiet from marts.athlete_status where athlete_id = 'eve' and load_date = ?", AS_OF)
    assert status == [{"flag": "amber", "is_quiet": True}]
    with database.reader(night.warehouse) as connection:
        assert notes.last_notes(connection)["amara"]["text"] == '=HYPERLINK("http://x")'


def test_rows_for_nobody_are_refused_with_row_and_remedy_and_make_no_runner(night: Night) -> None:
    refused = night.rows("select path, place, reason, remedy from ops.quarantined_rows order by path")
    assert [(row["path"], row["place"]) for row in refused] == [("notes.csv", "row 5"), ("plan.csv", "row 5")]
    assert {row["remedy"] for row in refused} == {
        "Correct the row in notes.csv; its runner must stand in squad.csv.",
        "Correct the row or the event in the plan; its runner must stand in squad.csv.",
    }
    assert [row["athlete_id"] for row in night.rows("select athlete_id from marts.athletes order by all")] == ["amara", "eve"]
    assert night.outcome.exit_code == 3


def test_a_plan_for_a_day_that_has_come_is_a_line_on_the_data_quality_page(night: Night) -> None:
    section = page(night, "data-quality.html").split('id="plans"')[1].split("</section>")[0]
    assert all(words in section for words in ("plan.csv", "Amara", "1 row", "2026-06-01", "their days have come"))


def test_what_was_noted_and_planned_is_handed_out_and_can_be_erased(night: Night, tmp_path: Path) -> None:
    with database.reader(night.warehouse) as connection:
        export_athlete(connection, tmp_path / "out", "amara")
    with zipfile.ZipFile(tmp_path / "out" / "athlete.zip") as archive:
        texts = [row["text"] for row in csv.DictReader(io.StringIO(archive.read("marts.notes.csv").decode()))]
        assert texts == [SECRET, '=HYPERLINK("http://x")']
        assert {"raw.notes.csv", "raw.plan.csv", "marts.plan.csv", "marts.plan_check.csv"} <= set(archive.namelist())
    folder = tmp_path / "erased"
    shutil.copytree(night.warehouse.parent, folder, symlinks=True)
    for link in ("warehouse.duckdb", "site"):
        target = (folder / link).readlink().name
        (folder / link).unlink()
        (folder / link).symlink_to(target)
    named = {"raw": "raw", "warehouse": "warehouse.duckdb", "site": "site", "prefect_home": "prefect"}
    settings = night.settings.model_copy(update={setting: folder / name for setting, name in named.items()})
    assert [one for one in erase.still_in_raw(settings, "amara") if "notes" in one or "plan" in one] == [
        "notes.csv, rows 2, 3",
        "plan.csv, rows 2, 3",
    ]
    shutil.rmtree(folder / "raw" / "amara")
    for name in ("squad.csv", "plan.csv", "notes.csv"):
        path = folder / "raw" / name
        kept = [line for line in path.read_text(encoding="utf-8").splitlines(keepends=True) if "amara" not in line.lower()]
        path.write_text("".join(kept), encoding="utf-8")
    with database.writer(database.memory_path(settings.warehouse)) as connection:
        # Of a note about somebody else that names them only the coach can say what is to become of it.
        connection.execute("update raw.plan set title = null where athlete_id = 'eve'")
    erased = erase.erase(settings, "amara")
    assert not (folder / "site" / "plans" / "amara.ics").exists()
    assert [trace for trace in erased.traces if "notes" in trace] == []
    assert SECRET.encode() not in (folder / "warehouse.duckdb").read_bytes()
