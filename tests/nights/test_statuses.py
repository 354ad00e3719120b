"""What a coach saw on a day stays askable: through late data, kills, rollbacks, a lost memory; `why` tells it, and why."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows import nightly
from flows.commands import questions, rows_behind, since_then
from flows.commands.why import FORBIDDEN
from flows.guard import validation
from flows.intake import store
from flows.operate import recovery, statuses
from flows.seed_files import seed_rows
from flows.settings import Settings
from flows.state import database, publication
from tests.lib.squads import Night, runs_csv, strength_csv, tables_over, write_files
from tests.nights.test_cli import tendonwatch

FIRST = date(2026, 8, 1)
SEEN, NEXT_DAY, LAST = "2026-09-25", "2026-09-26", "2026-09-27"
LONGEST_KM, LATE_KM = 6.0, 9.0  # the late run is 9 / 6 = 1.5 times the longest before it
LATE_RUN = f"started_at,distance_km,moving_time\n2026-09-24T12:00,{LATE_KM},45:00\n"
STATUSES = "select * from ops.published_status order by night, athlete_id"
MARTS = "select * from marts.athlete_status where load_date = ? order by athlete_id"
SAME_IN_MARTS = ("flag", "priority", "run_level", "capacity_level", "reasons", "headline", "person_state", "action_codes",
                 "next_action", "confidence", "ruleset_version")  # fmt: skip
Told = list[tuple[str, str]]  # night and athlete


class Killed(BaseException):
    """In place of a SIGKILL."""


def killed(*_: Any) -> None:
    raise Killed


@dataclass
class Lived:
    """Nights over one squad, and what stood in the memory and in the published file at the instants between."""

    night: Night
    published: list[str]  # in their order
    built_only: str
    first_marts: list[dict[str, Any]]
    remembered_after_kill: Told
    remembered_after_rollback: Told
    shown_after_rollback: Told


def remembered(settings: Settings) -> Told:
    with database.reader(database.memory_path(settings.warehouse)) as connection:
        return connection.execute("select night, athlete_id from raw.published_status order by all").fetchall()


def squad(raw: Path) -> Path:
    kilometres: list[float | None] = [LONGEST_KM if number % 8 == 0 else 5.0 if number % 2 == 0 else 0 for number in range(54)]
    calf = {FIRST + timedelta(days=3 * number): ["Seated calf raise", "Single-leg calf raise"] for number in range(18)}
    return write_files(
        raw,
        {
            "squad.csv": "athlete_id,name\nada,Ada\nben,Ben\n",
            "ada/runs.csv": runs_csv(FIRST, kilometres),
            "ada/strength.csv": strength_csv(calf),
            "ben/runs.csv": runs_csv(FIRST, kilometres),
            "ben/strength.csv": strength_csv({FIRST + timedelta(days=3 * number): ["Seated calf raise"] for number in range(9)}),
            "ben/injuries.csv": "onset_date,site,resolved_date\n2026-09-20,achilles_midportion,\n",
        },
    )


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """Published; late data, killed once published; rolled back; built but not published; the memory lost; rebuilt whole."""
    folder = tmp_path_factory.mktemp("lived")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validation, "run_suites", lambda *_: [])
        first = tables_over(squad(folder / "data/raw"), folder / "var", SEEN)
        settings = first.settings
        first_marts = first.rows(MARTS, SEEN)

        write_files(settings.raw, {"ada/late.csv": LATE_RUN})
        with pytest.MonkeyPatch.context() as kill, pytest.raises(Killed):
            for module, name in ((statuses, "remember_published"), (nightly.nights, "finish")):
                real = getattr(module, name)
                kill.setattr(module, name, once_published(real, settings, first.outcome.night))
            nightly.run_night(settings, NEXT_DAY)
        second = publication.current_night(settings.warehouse)
        after_kill = remembered(settings)

        with recovery.settled_state(settings):
            publication.roll_back(settings, first.outcome.night)
        with pytest.MonkeyPatch.context() as kill, pytest.raises(Killed):
            kill.setattr(nightly, "publish", killed)
            nightly.run_night(settings, NEXT_DAY)
        with database.reader(database.memory_path(settings.warehouse)) as connection:
            built_only = database.scalar(connection, "select night from raw.nights where state = 'cancelled'")
        after_rollback, shown = remembered(settings), [(row["night"], row["athlete_id"]) for row in first.rows(STATUSES)]

        database.memory_path(settings.warehouse).unlink()
        last = tables_over(settings.raw, folder / "var", LAST, full=True)
    assert second
    yield Lived(
        last,
        [first.outcome.night, second, last.outcome.night],
        built_only,
        first_marts,
        after_kill,
        after_rollback,
        shown,
    )


def once_published(real: Any, settings: Settings, before: str) -> Any:
    """A step that is killed as soon as another night than the one before is published."""

    def step(*arguments: Any) -> Any:
        return real(*arguments) if publication.current_night(settings.warehouse) == before else killed()

    return step


def each(*nights: str) -> Told:
    return [(night, athlete_id) for night in nights for athlete_id in ("ada", "ben")]


# ---------------------------------------------------------------- what is remembered


def test_a_night_killed_between_publishing_and_remembering_is_neither_lost_nor_doubled(lived: Lived) -> None:
    first, second, _ = lived.published
    assert lived.remembered_after_kill == each(first)
    assert lived.remembered_after_rollback == each(first, second)


def test_a_rollback_shows_its_own_night_and_the_memory_keeps_what_was_seen_after_it(lived: Lived) -> None:
    first, second, _ = lived.published
    assert lived.shown_after_rollback == each(first)
    assert lived.remembered_after_rollback == each(first, second)


def test_every_published_night_stands_once_after_the_memory_was_lost_and_all_was_read_anew(lived: Lived) -> None:
    told = [(row["night"], row["athlete_id"]) for row in lived.night.rows(STATUSES)]
    assert told == each(*lived.published) == remembered(lived.night.settings)


def test_a_night_that_was_built_and_not_published_is_not_in_it(lived: Lived) -> None:
    assert lived.published[1] < lived.built_only < lived.published[2]
    assert lived.built_only not in {row["night"] for row in lived.night.rows(STATUSES)}


def test_what_was_shown_stays_as_late_data_change_the_past(lived: Lived) -> None:
    then = [row for row in lived.night.rows(STATUSES) if row["night"] == lived.published[0]]
    assert [{name: row[name] for name in SAME_IN_MARTS} for row in then] == [
        {name: row[name] for name in SAME_IN_MARTS} for row in lived.first_marts
    ]
    assert {str(row["load_date"]) for row in then} == {SEEN}
    today = lived.night.rows(MARTS, SEEN)
    assert "RUN_SESSION_SPIKE_MODERATE" not in then[0]["reasons"]
    assert "RUN_SESSION_SPIKE_MODERATE" in today[0]["reasons"]
    assert (then[0]["flag"], today[0]["flag"]) == ("green", "amber")
    asked = lived.night.rows((questions.ANALYSES / "as_was_against_as_is.sql").read_text(encoding="utf-8"))
    (ada,) = (row for row in asked if str(row["load_date"]) == SEEN)  # of ben nothing came late
    assert (ada["athlete_id"], ada["night"], ada["flag_as_was"], ada["flag_as_is"]) == (
        "ada",
        lived.published[0],
        "green",
        "amber",
    )
    assert "RUN_SESSION_SPIKE_MODERATE" in ada["reasons_new"]
    assert ada["is_by_other_rules"] is False


def test_the_codes_of_a_headline_are_those_that_it_tells_of(lived: Lived) -> None:
    (ada,) = [row for row in lived.night.rows(STATUSES) if (row["night"], row["athlete_id"]) == (lived.published[1], "ada")]
    assert ada["headline"].startswith("9.0 km on Thursday, +50 % on the longest of the 30 days before (6.0 km)")
    assert ada["headline_codes"][0] == "RUN_SESSION_SPIKE_MODERATE"
    assert set(ada["headline_codes"]) <= set(ada["reasons"])
    assert ada["program_version"] == lived.night.value("select program_version from ops.contract")


# ---------------------------------------------------------------- taking over, without nights


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(raw=tmp_path / "raw", warehouse=tmp_path / "warehouse.duckdb", site=tmp_path / "site")
    with database.writer(database.memory_path(settings.warehouse)) as connection:
        store.create_memory(connection)
    return settings


def keep(settings: Settings, night: str, *told: tuple[str, str, str]) -> Path:
    """A kept night of this version that tells (night, athlete, flag)."""
    path = publication.night_path(settings.warehouse, night)
    with database.writer(path) as connection:
        connection.execute("create schema ops")
        connection.execute("create table ops.published_status (night text, athlete_id text, load_date date, flag text)")
        for row in told:
            connection.execute("insert into ops.published_status values (?, ?, date '2026-09-01', ?)", row)
    return path


def take_over(settings: Settings) -> list[tuple[Any, ...]]:
    memory = database.memory_path(settings.warehouse)
    statuses.remember_published(memory, settings.warehouse)
    with database.reader(memory) as connection:
        return connection.execute("select night, athlete_id, flag from raw.published_status order by all").fetchall()


ONE, TWO, THREE = "20260901T020000Z", "20260902T020000Z", "20260903T020000Z"


def test_nights_that_the_memory_lacks_are_taken_over_once_with_those_that_they_carry(settings: Settings) -> None:
    told = [(ONE, "ada", "green"), (TWO, "ada", "red"), (TWO, "ben", "grey")]
    keep(settings, TWO, *told)
    assert take_over(settings) == told
    assert take_over(settings) == told
    keep(settings, THREE, *told, (THREE, "ada", "amber"))
    assert take_over(settings) == [*told, (THREE, "ada", "amber")]


def test_what_is_remembered_is_never_taken_back_by_a_kept_night(settings: Settings) -> None:
    keep(settings, TWO, (ONE, "ada", "green"), (TWO, "ada", "red"))
    take_over(settings)
    keep(settings, THREE, (ONE, "ada", "red"), (THREE, "ada", "amber"))
    assert take_over(settings) == [(ONE, "ada", "green"), (TWO, "ada", "red"), (THREE, "ada", "amber")]


def test_a_kept_night_that_cannot_be_read_is_named_and_the_others_are_taken_over(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    keep(settings, ONE, (ONE, "ada", "green")).write_bytes(b"a photo, saved over it" * 500)
    keep(settings, TWO, (TWO, "ada", "red"))
    with caplog.at_level(logging.WARNING, "tendonwatch"):
        assert take_over(settings) == [(TWO, "ada", "red")]
    assert f"what the night {ONE} said is not remembered yet" in caplog.text


def test_a_full_disk_is_not_taken_for_a_kept_night_that_cannot_be_read(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise statuses.duckdb.IOException("IO Error: Could not write file: No space left on device")

    keep(settings, ONE, (ONE, "ada", "green"))
    monkeypatch.setattr(statuses, "_read", full)
    with pytest.raises(statuses.duckdb.IOException, match="No space left"):
        take_over(settings)


def test_the_memory_grows_by_little_for_each_status(settings: Settings) -> None:
    memory = database.memory_path(settings.warehouse)
    before = memory.stat().st_size
    headline = "Sunday's {n}.5 km was 1.62 × the longest run of the 30 days before (12.0 km); no calf work for {n} days."
    with database.writer(memory) as connection:
        connection.execute(
            """
            insert into raw.published_status by name
            select night::text as night, 'runner' || athlete as athlete_id, date '2026-01-01' + night::integer as load_date,
                'amber' as flag, ['GAST_STALE', 'SOL_STALE', 'DATA_NO_CADENCE'] as reasons,
                replace(?, '{n}', (night * athlete)::text) as headline, replace(?, '{n}', athlete::text) as next_action
            from range(365) as nights (night), range(30) as athletes (athlete)
            """,
            [headline, headline],
        )
        connection.execute("checkpoint")
    assert memory.stat().st_size - before < 365 * 30 * 150, "bytes for a year of thirty runners"


# ---------------------------------------------------------------- why


def why(night: Night, *arguments: str) -> list[str]:
    said = tendonwatch(night.settings.raw.parents[1], "why", *arguments)
    assert said.exit_code == 0, said.output
    return said.output.splitlines()


def refused(night: Night, *arguments: str) -> str:
    said = tendonwatch(night.settings.raw.parents[1], "why", *arguments)
    assert said.exit_code == 2, said.output
    (line,) = said.output.splitlines()
    return line


SPIKE = "  Long run, moderate jump: 1.50 ×; limit: above 1.30 ×; over 30 days; research [RUN_SESSION_SPIKE_MODERATE, distance_m]"


def part(lines: list[str], first: str) -> list[str]:
    """The lines below a reason."""
    below = lines[lines.index(first) + 1 :]
    return below[: next(number for number, line in enumerate(below) if not line.startswith("    "))]


def test_why_tells_steps_reasons_and_the_rows_that_they_rest_on(lived: Lived) -> None:
    lines = why(lived.night, "ada")
    (row,) = [row for row in lived.night.rows(MARTS, LAST) if row["athlete_id"] == "ada"]
    assert lines[0].startswith(f"Ada (ada), {LAST}: {row['flag']}, ")
    assert lines[1] == row["headline"]
    assert lines[4].startswith("  running load jumped and calf work ")
    # 1 August is row 2 and every second day has a run: 18 September, a day of 6 km, is the 25th run.
    assert part(lines, SPIKE) == [
        "    9.0 km on Thursday, +50 % on the longest of the 30 days before (6.0 km).",
        "    - 2026-09-24  the run  9.0 km  ada/late.csv, row 2",
        "    - 2026-09-18  the most before it  6.0 km  ada/runs.csv, row 26",
    ]
    assert f"What to do: {row['next_action']}" in lines
    codes = {line.rsplit("[", 1)[1].split(",")[0] for line in lines if line.startswith("  ") and line.endswith("]")}
    assert codes == set(row["reasons"])


def test_why_of_a_day_that_no_page_shows_is_put_into_words_and_led_to_files_too(lived: Lived) -> None:
    assert lived.night.value("select evidence from marts.flags where load_date = ? and code like 'RUN_SESSION%'", SEEN) is None
    below = part(why(lived.night, "ada", SEEN), SPIKE)
    assert below[0] == "    9.0 km on Thursday, +50 % on the longest of the 30 days before (6.0 km)."
    assert below[1] == "    - 2026-09-24  the run  9.0 km  ada/late.csv, row 2"
    # The newest of the four runs of 6 km from 25 August to 23 September: the 25th run of the log, which begins in row 2.
    assert below[2:] == ["    - 2026-09-18  the most before it  6.0 km  ada/runs.csv, row 26"]


def test_the_sources_of_a_shown_day_are_those_of_its_mart_when_asked_for_as_another_day(lived: Lived) -> None:
    names = "code, measure, source_date, role, amount, file_id"
    for athlete_id in ("ada", "ben"):
        mart = lived.night.rows(
            f"select {names} from marts.flag_sources where athlete_id = ? and load_date = ?", athlete_id, LAST
        )
        with database.reader(lived.night.warehouse) as connection:
            asked = {"athlete_id": athlete_id, "day": date.fromisoformat(LAST)}
            found = database.rows(connection, f"select {names} from ({rows_behind.sources_of_day()})", asked)
        assert mart
        assert sorted(map(str, found)) == sorted(map(str, mart))


def test_why_says_what_the_state_forbids_and_judges_no_calf_work_beside_an_open_injury(lived: Lived) -> None:
    lines = why(lived.night, "ben")
    assert any(line.startswith("State of the person: open_injury (An injury of Achilles") for line in lines)
    (forbidden,) = [line for line in lines if line.startswith("What it forbids to say: ")]
    assert "a dose of ours beside a clinician's" in forbidden
    assert "a ceiling of a run" in forbidden
    assert part(lines, next(line for line in lines if "[OPEN_INJURY, " in line)) == [
        "    Achilles injury open since 20 September (8 days); 1 run since (on 22 September).",
        "    - 2026-09-20  report  ben/injuries.csv, row 2",
    ]
    # The last calf set is a month old, and whether that is late is the clinician's to say.
    assert [line for line in lines if "[SOL_STALE, " in line or "[GAST_STALE, " in line] == []


def test_every_word_of_what_is_forbidden_is_told_in_plain_words() -> None:
    assert {word for row in seed_rows("person_states") for word in row["forbids"].split()} == FORBIDDEN.keys()


def test_as_was_tells_what_was_published_and_what_is_said_today(lived: Lived) -> None:
    first = lived.first_marts[0]
    lines = why(lived.night, "ada", SEEN, "--as-was")
    assert lines[0].startswith(f"ada, {SEEN}, as published in the night {lived.published[0]} (Tendonwatch ")
    assert f"  {first['headline']}" in lines
    assert f"  What to do: {first['next_action']}" in lines
    today = lines.index(f"Today, by what is known since (rules {first['ruleset_version']}):")
    assert "  run level: R0 then, R1 now" in lines[today:]
    assert "  raised now: RUN_SESSION_SPIKE_MODERATE" in lines[today:]
    # The second night added it; after the rollback to the first the last one did.
    assert lines[-3:] == [
        "What came since, and may have made the difference:",
        *(f"  1 run of 2026-09-24 added in the night {night} (ada/late.csv)" for night in lived.published[1:]),
    ]
    assert why(lived.night, "ben", SEEN, "--as-was")[-1] == "Today the same is said of that day."
    assert why(lived.night, "ada", "--as-was")[0].startswith(f"ada, {LAST}, as published in the night {lived.published[2]} ")


def test_another_program_other_rules_and_late_reports_are_named_as_what_may_have_made_the_difference(lived: Lived) -> None:
    def told(athlete: str, day: str, **then: Any) -> list[str]:
        now = {"ruleset_version": "b"}
        with database.reader(lived.night.warehouse) as connection:
            return list(since_then.causes(connection, athlete, date.fromisoformat(day), now | then, now))

    same = {"program_version": lived.night.value("select program_version from ops.contract"), "night": lived.published[2]}
    assert told("ada", LAST, **same) == ["nothing that is kept: ops.changes goes back 30 nights, and has no rows of reports"]
    assert told("ada", LAST, **same | {"program_version": "0.1", "ruleset_version": "a"}) == [
        f"another program: Tendonwatch 0.1 then, {same['program_version']} now",
        "other rules: a then, b now (seeds, rules.csv or names of exercises)",
    ]
    assert told("ben", "2026-09-20", **same) == [
        f"ben/injuries.csv, of which this content was first read for {SEEN}",
        f"squad.csv, of which this content was first read for {SEEN}",
    ]


def test_the_last_night_is_the_one_published_last_though_its_date_is_an_older_one(tmp_path: Path) -> None:
    raw = write_files(tmp_path / "data/raw", {"ada/runs.csv": runs_csv(FIRST, [5.0] * 50)})
    tables_over(raw, tmp_path / "var", LAST)
    night = tables_over(raw, tmp_path / "var", SEEN)
    told = night.rows("select load_date from ops.published_status order by night")
    assert [str(row["load_date"]) for row in told] == [LAST, SEEN]
    assert why(night, "ada", "--as-was")[0].startswith(f"ada, {SEEN}, as published in the night {night.outcome.night} ")
    assert why(night, "ada", LAST, "--as-was")[-1].startswith("Today nothing is said of that day")


def test_why_leads_on_where_it_has_no_answer(lived: Lived) -> None:
    night = lived.night
    assert refused(night, "adda") == "tendonwatch: no athlete 'adda' (did you mean ada?)"
    assert refused(night, "zzzzz") == "tendonwatch: no athlete 'zzzzz'; known are ada, ben"
    assert refused(night, "ada", "yesterday").endswith(f"write it as yyyy-mm-dd, from {FIRST} to {LAST}")
    assert refused(night, "ada", "2026-07-31").endswith(f"of ada on 2026-07-31; name a day from {FIRST} to {LAST}")
    assert refused(night, "ada", "2026-09-01", "--as-was").endswith(f"on 2026-09-01; name a day from {SEEN} to {LAST}")
