"""One athlete never stops the others: who cannot be judged is grey and named, and nobody else's page or row changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from dashboards.site import page_names
from flows import nightly
from flows.alerts import news, outbox
from flows.guard import set_aside, validation
from flows.models import layers, seeds
from flows.operate import status
from flows.operate.outcome import EXIT_PUBLISHED_WITH_REFUSALS
from flows.settings import AlertTarget, Settings
from flows.state import database
from flows.words.warehouse import write_sentences
from tests.lib.squads import Night, night_over, runs_csv, strength_csv, write_files

DAY = date(2026, 7, 1)
AS_OF = DAY + timedelta(days=60)
YESTERDAY = AS_OF - timedelta(days=1)
WELL = {
    "ada/runs.csv": runs_csv(DAY, [6, 0, 8, 0, 10, 0, 0] * 8 + [6, 0, 21]),
    "ada/strength.csv": strength_csv({DAY + timedelta(days=7 * week): ["Single-leg calf raise"] for week in range(8)}),
    "ben/runs.csv": runs_csv(DAY, [5, 0, 5, 0] * 15),
    "ben/symptoms.csv": f"date,side,pain_0_10\n{YESTERDAY},left,6\n",
}
BROKEN = {
    **{f"{name}/runs.csv": runs_csv(DAY, [5, 0, 5, 0] * 15) for name in ("eve", "pop", "sore", "foot")},
    "pop/symptoms.csv": f"date,side,event\n{YESTERDAY},left,pop\n",
    "sore/symptoms.csv": f"date,side,pain_0_10\n{YESTERDAY},left,7\n",
    "foot/injuries.csv": f"onset_date,site,side\n{YESTERDAY},foot,left\n",
}
# What a check catches for as long as the runs of these four are in.
UNSAFE = """
    update marts.athlete_status set flag = 'safe'
    where athlete_id in ('eve', 'pop', 'sore', 'foot') and athlete_id in (select athlete_id from raw.runs)
"""


def spoiled_after(layer: str, statement: str) -> Callable[[Path, str], dict[str, int]]:
    """build_layer, followed by a statement that spoils what it built."""
    build = layers.build_layer

    def build_layer(work: Path, name: str) -> dict[str, int]:
        built = build(work, name)
        if name == layer:
            with database.writer(work) as connection:
                connection.execute(statement)
        return built

    return build_layer


def failing_on(model: str, condition: str) -> Callable[[str, str], str]:
    """model_sql, whose one model raises for rows that fit a condition."""
    select = layers.model_sql

    def model_sql(layer: str, name: str) -> str:
        text = select(layer, name)
        if f"{layer}.{name}" != model:
            return text
        return f"select * from ({text}) where case when {condition} then error('no such number') else true end"

    return model_sql


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("alone")
    return night_over(write_files(folder / "raw", WELL), folder, str(AS_OF))


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("beside")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layers, "build_layer", spoiled_after("marts", UNSAFE))
        return night_over(write_files(folder / "raw", WELL | BROKEN), folder, str(AS_OF))


def state_of(night: Night, athlete_id: str) -> dict[str, object]:
    (row,) = night.rows("from marts.athlete_status where athlete_id = ? and load_date = ?", athlete_id, AS_OF)
    return row


def test_who_cannot_be_judged_is_grey_with_the_reason_and_what_is_next(beside: Night) -> None:
    eve = state_of(beside, "eve")
    assert (eve["flag"], eve["confidence"], eve["reasons"]) == ("grey", "low", ["DATA_SET_ASIDE"])
    assert str(eve["headline"]).startswith("Nothing could be judged today: marts.athlete_status")
    assert "tell whoever runs Tendonwatch" in str(eve["next_action"])
    codes = beside.rows("select distinct state from marts.flags where athlete_id = 'eve' and family in ('run', 'calf')")
    assert codes == [{"state": "not_assessed"}]


@pytest.mark.parametrize(
    ("athlete_id", "flag", "code", "words"),
    [
        ("pop", "red", "RED_FLAG_RUPTURE", "sudden pop"),
        ("sore", "red", "PAIN_GATE", "ain of 7 out of 10"),
        ("foot", "amber", "OPEN_INJURY", "oot injury open since"),
    ],
)
def test_what_was_reported_colours_and_shows_all_the_same(
    beside: Night, athlete_id: str, flag: str, code: str, words: str
) -> None:
    row = state_of(beside, athlete_id)
    assert row["flag"] == flag
    assert {code, "DATA_SET_ASIDE"} <= set(row["reasons"])  # type: ignore[call-overload]
    assert words in str(row["headline"])
    page = (beside.site / "athletes" / page_names(["ada", "ben", "eve", "foot", "pop", "sore"])[athlete_id]).read_text()
    assert words in page


def test_nobody_elses_rows_and_pages_change(alone: Night, beside: Night) -> None:
    tables = alone.rows(
        "select distinct table_name from duckdb_columns() where schema_name = 'marts' and column_name = 'athlete_id' order by all"
    )
    assert len(tables) > 15
    for table in (row["table_name"] for row in tables):
        query = f"select * from marts.{table} where athlete_id in ('ada', 'ben') order by all"
        rows = alone.rows(query)
        assert rows == beside.rows(query), table
    for name in page_names(["ada", "ben"]).values():
        assert (alone.site / "athletes" / name).read_bytes() == (beside.site / "athletes" / name).read_bytes()


def test_it_is_told_on_the_page_by_status_and_by_the_exit_code_until_it_passes(beside: Night) -> None:
    assert beside.outcome.exit_code == EXIT_PUBLISHED_WITH_REFUSALS
    assert beside.outcome.athletes_set_aside == 4
    with database.reader(beside.warehouse) as connection:
        assert status.published_facts(connection, beside.settings)["athletes_set_aside"] == 4
    assert beside.rows("select athlete_id, load_date from ops.set_aside where athlete_id = 'eve'") == [
        {"athlete_id": "eve", "load_date": DAY}
    ]
    page = (beside.site / "data-quality.html").read_text(encoding="utf-8")
    section = page.split('id="set-aside"')[1].split("</section>")[0]
    for athlete_id in ("eve", "pop", "sore", "foot"):
        assert f"<bdi>{athlete_id}</bdi>" in section
    assert "flag is one of green, amber, red, grey" in section
    assert beside.value("select count(*) from raw.runs where athlete_id = 'eve'") == 30  # to be looked at


def test_it_passes_again_once_the_rows_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = write_files(tmp_path / "raw", {"eve/runs.csv": BROKEN["eve/runs.csv"]})
    with monkeypatch.context() as patch:
        patch.setattr(layers, "build_layer", spoiled_after("marts", UNSAFE))
        assert night_over(raw, tmp_path, str(AS_OF)).outcome.exit_code == 3
    mended = night_over(raw, tmp_path, str(AS_OF))
    assert mended.outcome.exit_code == 0
    assert mended.value("select count(*) from ops.set_aside") == 0


def test_an_alert_names_who_could_not_be_judged(beside: Night) -> None:
    settings = beside.settings.model_copy(update={"alerts": (AlertTarget(target="env:NOWHERE", events=("set_aside",)),)})
    with database.reader(beside.warehouse) as connection:
        found = news.set_aside_runners(connection, settings)
    assert [alert.key for alert in found] == ["set_aside:eve", "set_aside:foot", "set_aside:pop", "set_aside:sore"]
    assert "eve (all) could not be judged today" in found[0].text
    assert "marts.athlete_status: flag is one of" in found[0].text
    counts = news.send_alerts(settings)
    assert counts["unreachable"] == 1
    (message,) = outbox.waiting_messages(settings)
    assert message.title == "Tendonwatch: 4 runners could not be judged"


# ---------------------------------------------------------------- without files and pages


@pytest.fixture
def work(alone: Night, tmp_path: Path) -> Path:
    """A work file as it stands when the models are about to be built, with eve's runs beside."""
    raw = write_files(
        tmp_path / "raw", WELL | {"eve/runs.csv": BROKEN["eve/runs.csv"], "eve/symptoms.csv": BROKEN["sore/symptoms.csv"]}
    )
    settings = Settings(raw=raw, warehouse=tmp_path / "w.duckdb", site=tmp_path / "site", workers=1)
    memory, file = database.memory_path(settings.warehouse), database.work_path(settings.warehouse)
    nightly.ingest.import_files(raw, memory, 1)
    layers.start_work(file, memory)
    seeds.load_seeds(file, "UTC")
    validation.guard_raw(file)
    layers.set_as_of(file, AS_OF)
    return file


def plain(function: Callable[..., object]) -> Callable[..., object]:
    return function


def asked(work: Path, query: str) -> list[tuple[object, ...]]:
    with database.writer(work) as connection:
        return connection.execute(query).fetchall()


def test_a_model_that_raises_on_one_athletes_data_sets_that_athlete_aside(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        layers, "model_sql", failing_on("intermediate.run_days", "athlete_id = 'eve' and load_date < as_of_date()")
    )
    set_aside.judge(work, plain, write_sentences)
    assert asked(work, "select athlete_id, round, table_name from raw.set_aside") == [("eve", 1, "intermediate")]
    assert asked(work, "select flag from marts.athlete_status where athlete_id = 'eve' and load_date = as_of_date()") == [
        ("red",)
    ]
    assert asked(work, "select count(distinct run_id) from marts.runs where athlete_id = 'ben'") == [(30,)]
    set_aside.put_back(work)
    assert asked(work, "select athlete_id, count(*) from raw.runs group by all order by all") == [
        ("ada", 26),
        ("ben", 30),
        ("eve", 30),
    ]


@pytest.mark.parametrize(
    ("layer", "spoil", "table", "expectation"),
    [
        (
            "marts",
            "insert into marts.runs from marts.runs where athlete_id = 'eve' limit 1",
            "marts.runs",
            "run_id names one row",
        ),
        (
            "ops",
            "update marts.runs set file_id = 'gone' where athlete_id = 'eve'",
            "marts.runs",
            "file_id is found in ops.contents.file_id",
        ),
    ],
)
def test_whose_rows_break_the_contract_is_set_aside(
    work: Path, monkeypatch: pytest.MonkeyPatch, layer: str, spoil: str, table: str, expectation: str
) -> None:
    monkeypatch.setattr(layers, "build_layer", spoiled_after(layer, spoil))
    set_aside.judge(work, plain, write_sentences)
    assert asked(work, "select distinct athlete_id, round, table_name, expectation from raw.set_aside") == [
        ("eve", 1, table, expectation)
    ]
    assert asked(work, "select count(distinct run_id) from marts.runs where athlete_id = 'ben'") == [(30,)]
    assert asked(work, "select count(*) from ops.checks where not is_passed and severity = 'critical'") == [(0,)]


def test_where_reports_are_at_fault_they_go_out_too(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sore = "select athlete_id from raw.symptoms where pain_0_10 = 7"
    spoil = f"update marts.athlete_status set flag = 'safe' where athlete_id in ({sore})"
    monkeypatch.setattr(layers, "build_layer", spoiled_after("marts", spoil))
    set_aside.judge(work, plain, write_sentences)
    assert asked(work, "select distinct athlete_id, round from raw.set_aside order by all") == [("eve", 1), ("eve", 2)]
    assert asked(work, "select flag from marts.athlete_status where athlete_id = 'eve'") == [("grey",)]
    set_aside.put_back(work)
    assert asked(work, "select count(*) from raw.symptoms where athlete_id = 'eve'") == [(1,)]


def test_what_fails_without_any_of_an_athletes_data_stops_the_night_and_names_table_day_and_check(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil = "update marts.athlete_status set flag = 'safe' where athlete_id = 'eve' and load_date = as_of_date()"
    monkeypatch.setattr(layers, "build_layer", spoiled_after("marts", spoil))
    with pytest.raises(validation.DataUnfit, match=rf"eve: marts.athlete_status: flag is one of .* on {AS_OF}"):
        set_aside.judge(work, plain, write_sentences)


def test_what_holds_for_nobody_in_particular_stops_the_night(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "build_layer", spoiled_after("marts", "drop table marts.daily_load"))
    with pytest.raises(validation.DataUnfit, match=f"as of {AS_OF}: marts.daily_load: the table is missing"):
        set_aside.judge(work, plain, write_sentences)
