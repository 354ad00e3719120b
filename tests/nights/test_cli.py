"""The command line: what it says, and the exit code it leaves."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from flows.cli import main
from flows.settings import Settings
from flows.state import database, publication
from tests.conftest import PROJECT
from tests.lib.squads import Night, night_over, runs_csv, strength_csv, write_files
from tests.unit.test_lock import held_by_another_process

COMMAND = Path(sys.executable).with_name("tendonwatch")
DAY = date(2026, 9, 1)


def tendonwatch(folder: Path, *arguments: Any) -> Result:
    """One verb in this process, its settings in `folder`."""
    return CliRunner().invoke(main, ["--folder", str(folder), *map(str, arguments)])


def command(folder: Path, *arguments: Any) -> subprocess.CompletedProcess[str]:
    """One verb by the installed command, without what this test run tells Prefect."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return subprocess.run(
        [COMMAND, *map(str, arguments)], capture_output=True, text=True, cwd=folder, env=environment, timeout=180, check=False
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """A folder whose settings are the defaults, with one published night: a good athlete, a refused file, a refused row."""
    folder = tmp_path_factory.mktemp("project")
    raw = write_files(
        folder / "data/raw",
        {
            "ada/runs.csv": runs_csv(DAY, [5, 6]) + "2026-02-30T12:00,5,25:00\n",
            "ada/strength.csv": strength_csv({DAY: ["Single-leg calf raise"]}),
            "ada/run.fit": b"",
        },
    )
    return night_over(raw, folder / "var", "2026-09-10")


def home(night: Night) -> Path:
    return night.warehouse.parents[1]


# ---------------------------------------------------------------- the installed command


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the installed command: one good file, one that is refused."""
    folder = tmp_path_factory.mktemp("installed")
    write_files(folder / "data/raw", {"ada/runs.csv": runs_csv(DAY, [5, 6]), "ada/run.fit": b""})
    return folder


def test_a_night_with_refused_input_exits_3_and_says_where_the_pages_are(installed: Path) -> None:
    done = command(installed, "nightly", "--as-of", "2026-09-10")
    assert done.returncode == 3, done.stderr
    assert "2 files, 2 of them new. As of 2026-09-10." in done.stdout
    assert "Refused: 1 file, 0 rows" in done.stdout
    assert str(installed / "var/site/data-quality.html") in done.stdout
    assert str(installed / "var/site/index.html") in done.stdout
    assert (installed / "var/site/index.html").is_file()
    assert "Traceback" not in done.stderr


def test_a_night_that_cannot_publish_exits_1_and_leaves_what_stands_in_the_way(installed: Path) -> None:
    # A folder of somebody else's stands where the link to the pages should go.
    write_files(installed / "mine", {"index.html": "my own page"})
    done = command(installed, "nightly", "--as-of", "2026-09-10", "--warehouse", "other.duckdb", "--site", "mine")
    assert done.returncode == 1
    assert "mine is not a link of ours" in done.stderr
    assert "Traceback" not in done.stderr
    assert (installed / "mine/index.html").read_text() == "my own page"


def test_a_night_beside_a_running_one_exits_2_and_names_its_process(installed: Path) -> None:
    with held_by_another_process(installed / "third.lock") as holder:
        done = command(installed, "nightly", "--warehouse", "third.duckdb")
    assert done.returncode == 2
    assert f"process {holder.pid}" in done.stderr
    assert "Traceback" not in done.stderr


def test_of_two_nights_started_at_once_one_publishes_and_the_other_names_it(installed: Path) -> None:
    start = [COMMAND, "nightly", "--as-of", "2026-09-10", "--warehouse", "fourth.duckdb", "--site", "fourth-site"]
    nights = [subprocess.Popen(start, cwd=installed, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = {night.pid: (night.communicate(timeout=180), night.returncode) for night in nights}
    assert sorted(code for _, code in said.values()) == [2, 3]
    (publisher,) = [pid for pid, (_, code) in said.items() if code == 3]
    ((_, complaint),) = [words for words, code in said.values() if code == 2]
    assert f"process {publisher}" in complaint
    assert (installed / "fourth-site/index.html").is_file()


# ---------------------------------------------------------------- wrong usage


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nightly", "--raw", "nowhere"], ["nowhere", "does not exist", "--raw"]),
        (["nightly", "--as-of", "tomorrow"], ["tomorrow", "yyyy-mm-dd", "latest"]),
        (["nightly", "--as-of", "2026-02-30"], ["2026-02-30", "yyyy-mm-dd"]),
        (["nightly", "--as-of", "2100-01-01"], ["2100-01-01", "a year after today"]),
        (["nightly", "--as-of", "9999-12-31"], ["9999-12-31", "a year after today"]),
        (["nightly", "--as-of", "0001-01-01"], ["0001-01-01", "before 1990"]),
        (["nightly", "--asof", "latest"], ["--as-of"]),
        (["nigthly"], ["nigthly"]),
    ],
)
def test_wrong_usage_exits_2_and_says_what_would_be_right(tmp_path: Path, arguments: list[str], words: list[str]) -> None:
    (tmp_path / "data/raw").mkdir(parents=True)
    result = tendonwatch(tmp_path, *arguments)
    assert result.exit_code == 2
    for word in words:
        assert word in result.output


@pytest.mark.parametrize("verb", [["nightly"], ["status"], ["check-settings"], ["open"], ["quarantine", "list"], ["serve"]])
def test_a_wrong_settings_key_exits_2_from_every_verb_and_names_the_nearest(tmp_path: Path, verb: list[str]) -> None:
    (tmp_path / "tendonwatch.toml").write_text('warehose = "x.duckdb"\n')
    result = tendonwatch(tmp_path, *verb)
    assert result.exit_code == 2
    assert "warehose" in result.output
    assert "'warehouse'" in result.output


@pytest.mark.parametrize(
    "verb",
    [["status"], ["quarantine", "list"], ["quarantine", "retry"], ["quarantine", "ack", "x"], ["forget", "x"], ["open"],
     ["query", "select 1"], ["describe", "marts.runs"], ["export", "x"], ["erase", "x"], ["why", "ada"]],
)  # fmt: skip
def test_before_the_first_night_every_verb_says_what_to_run(tmp_path: Path, verb: list[str]) -> None:
    result = tendonwatch(tmp_path, *verb)
    assert result.exit_code == 1
    assert "tendonwatch nightly" in result.output


# ---------------------------------------------------------------- looking at a published night


def test_status_tells_people_what_was_published(project: Night) -> None:
    result = tendonwatch(home(project), "status")
    assert result.exit_code == 0
    assert "as of 2026-09-10" in result.output
    assert "1 quarantined" in result.output
    assert "Refused rows: 1" in result.output


def test_status_as_json_is_for_programs(project: Night) -> None:
    result = tendonwatch(home(project), "status", "--json")
    facts = json.loads(result.stdout)
    assert result.exit_code == 0
    assert facts["as_of_date"] == "2026-09-10"
    assert facts["flags"] == {"red": 0, "amber": 0, "green": 0, "grey": 1}
    assert facts["files"] == {"loaded": 2, "quarantined": 1}
    assert facts["refused_rows"] == 1
    assert 0 <= facts["age_h"] < 1


def test_quarantine_list_gives_path_place_reason_and_remedy(project: Night) -> None:
    result = tendonwatch(home(project), "quarantine", "list")
    assert result.exit_code == 0
    for word in ("ada/run.fit", "empty", "ada/runs.csv, row 4", "2026-02-30"):
        assert word in result.output


def test_open_shows_the_page_in_the_browser(project: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    result = tendonwatch(home(project), "open")
    assert result.exit_code == 0
    assert opened == [(project.site / "index.html").as_uri()]


def test_open_without_a_page_opens_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    assert tendonwatch(tmp_path, "open").exit_code == 1
    assert opened == []


def test_query_answers_and_cannot_write(project: Night) -> None:
    assert "11000" in tendonwatch(home(project), "query", "select sum(distance_m)::int as metres from marts.runs").output
    for statement, code in (("delete from marts.runs", 2), ("select nonsense", 1)):
        result = tendonwatch(home(project), "query", statement)
        assert (result.exit_code, "Traceback" in result.output) == (code, False)
    assert project.value("select count(*) from marts.runs") == 2


def test_the_questions_that_ship_are_answered_from_their_file_and_as_a_text(project: Night) -> None:
    questions = sorted((PROJECT / "sql/analyses").glob("*.sql"))
    assert questions
    for question in questions:
        by_file = tendonwatch(home(project), "query", str(question))
        assert by_file.exit_code == 0
        assert by_file.output == tendonwatch(home(project), "query", question.read_text()).output
    missing = tendonwatch(home(project), "query", "nowhere.sql")
    assert (missing.exit_code, "nowhere.sql cannot be read" in missing.output) == (2, True)


def test_describe_tells_unit_and_meaning_and_names_the_tables_where_there_is_none(project: Night) -> None:
    described = tendonwatch(home(project), "describe", "marts.runs").output
    assert "One row per run, walk or hike" in described.splitlines()[0]
    (line,) = [line for line in described.splitlines() if line.startswith("distance_m")]
    assert "DOUBLE" in line
    assert len(line.split("DOUBLE")[1].strip()) > 10
    wrong = tendonwatch(home(project), "describe", "marts.rnus")
    assert wrong.exit_code == 2
    assert "did you mean marts.runs?" in wrong.output


def test_check_settings_shows_what_they_come_to(tmp_path: Path) -> None:
    (tmp_path / "tendonwatch.toml").write_text('timezone = "Europe/Stockholm"\n')
    result = tendonwatch(tmp_path, "check-settings")
    assert result.exit_code == 0
    assert "timezone = Europe/Stockholm" in result.output
    assert f"raw = {tmp_path / 'data/raw'}" in result.output


# ---------------------------------------------------------------- changing what is remembered


@pytest.fixture(scope="module")
def refused_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one night over a refused file and a good one."""
    folder = tmp_path_factory.mktemp("refused")
    raw = write_files(folder / "data/raw", {"ada/runs.csv": runs_csv(DAY, [5]), "ada/run.fit": b""})
    night_over(raw, folder / "var", "2026-09-10")
    return folder


@pytest.fixture
def refused(refused_night: Path, tmp_path: Path) -> Path:
    """The same, one's own to change."""
    return Path(shutil.copytree(refused_night, tmp_path / "home", symlinks=True))


def test_refused_files_can_be_retried_acknowledged_and_gone_ones_forgotten(refused: Path) -> None:
    again = tendonwatch(refused, "quarantine", "retry")
    assert (again.exit_code, "ada/run.fit" in again.output, "1 file will be read again" in again.output) == (0, True, True)
    assert tendonwatch(refused, "quarantine", "ack", "ada/run.fit").exit_code == 0
    unknown = tendonwatch(refused, "quarantine", "ack", "ada/nothing.fit")
    assert (unknown.exit_code, "quarantine list" in unknown.output) == (1, True)

    present = tendonwatch(refused, "forget", "ada/runs.csv")
    assert (present.exit_code, "only a file that is gone" in present.output) == (1, True)
    (refused / "data/raw/ada/runs.csv").unlink()
    second = night_over(refused / "data/raw", refused / "var", "2026-09-10")
    assert second.outcome.exit_code == 0, "what was refused is acknowledged"
    assert second.value("select state from ops.files where path = 'ada/runs.csv'") == "missing"
    assert tendonwatch(refused, "forget", "ada/runs.csv").exit_code == 0


def test_nothing_is_changed_while_a_night_runs(refused: Path) -> None:
    with held_by_another_process(refused / "var/warehouse.lock"):
        result = tendonwatch(refused, "quarantine", "ack", "ada/run.fit")
    assert result.exit_code == 2
    assert "another night is running" in result.output


def test_a_rollback_goes_back_to_a_kept_night_and_status_says_so_until_the_next(refused: Path) -> None:
    second = night_over(refused / "data/raw", refused / "var", "2026-09-11").outcome.night
    first = publication.kept_nights(Settings(warehouse=refused / "var/warehouse.duckdb", site=refused / "var/site"))[0]
    listed = tendonwatch(refused, "rollback", "--list")
    assert listed.output.splitlines() == [first, f"{second} (published)"]
    unknown = tendonwatch(refused, "rollback", "20200101T000000Z")
    assert (unknown.exit_code, first in unknown.output, second in unknown.output) == (2, True, True)
    with held_by_another_process(refused / "var/warehouse.lock"):
        held = tendonwatch(refused, "rollback")
    assert (held.exit_code, "another night is running" in held.output) == (2, True)

    back = tendonwatch(refused, "rollback")
    assert (back.exit_code, first in back.output) == (0, True)
    status = tendonwatch(refused, "status")
    assert "as of 2026-09-10" in status.output
    assert "A rollback stands" in status.output
    assert json.loads(tendonwatch(refused, "status", "--json").stdout)["remarks"]
    night_over(refused / "data/raw", refused / "var", "2026-09-12")
    assert "A rollback stands" not in tendonwatch(refused, "status").output


def test_a_damaged_published_warehouse_is_named_by_every_verb_that_reads_it(refused: Path) -> None:
    sealed = (refused / "var/warehouse.duckdb").resolve()
    sealed.chmod(0o644)
    sealed.write_bytes(sealed.read_bytes()[:20_000])
    for verb in (["status"], ["query", "select 1"], ["describe", "marts.runs"], ["why", "ada"], ["quarantine", "list"]):
        result = tendonwatch(refused, *verb)
        assert (result.exit_code, "cannot be read" in result.output, "tendonwatch nightly" in result.output) == (1, True, True), (
            verb
        )


def test_what_a_newer_program_made_is_refused_by_every_verb_with_the_version(refused: Path) -> None:
    for path in (database.memory_path(refused / "var/warehouse.duckdb"), (refused / "var/warehouse.duckdb").resolve()):
        path.chmod(0o644)
        with database.writer(path) as connection:
            connection.execute("update raw.memory set value = '99' where key = 'layout'")
    for verb in (["status"], ["query", "select 1"], ["quarantine", "ack", "ada/run.fit"], ["forget", "x"]):
        result = tendonwatch(refused, *verb)
        assert (result.exit_code, "newer Tendonwatch (layout 99" in result.output) == (2, True), (verb, result.output)


def test_demo_writes_a_squad_into_a_new_folder_and_never_into_a_used_one(tmp_path: Path) -> None:
    result = tendonwatch(tmp_path, "demo", tmp_path / "demo")
    assert result.exit_code == 0
    assert (tmp_path / "demo/squad.csv").is_file()
    before = sorted((tmp_path / "demo").rglob("*"))
    again = tendonwatch(tmp_path, "demo", tmp_path / "demo")
    assert (again.exit_code, "not empty" in again.output) == (2, True)
    assert sorted((tmp_path / "demo").rglob("*")) == before
