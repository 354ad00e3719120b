"""A night that fetches first: what came in counts, what did not is told, and no account stops it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows import nightly
from flows.alerts import news
from flows.alerts.outbox import waiting_messages
from flows.operate import status
from flows.state import database
from tests.fetch.conftest import Project
from tests.fetch.test_accounts import said
from tests.lib.squads import runs_csv
from tests.nights.test_ingest import AS_OF, DAY

ACCOUNTS = """
[[accounts]]
source = "folder"
name = "nas"
url = "../nas"

[[accounts]]
source = "folder"
name = "gone"
url = "../not-mounted"
"""


@pytest.fixture
def told(project: Project, tmp_path: Path) -> Project:
    """A project after a night that fetched from a drive that is there and from one that is not, and has an alert target."""
    (tmp_path / "nas" / "kim").mkdir(parents=True)
    (tmp_path / "nas" / "kim" / "runs.csv").write_text(runs_csv(DAY, [8.0]), encoding="utf-8")
    project.accounts(ACCOUNTS, mail="json://127.0.0.1:9/")
    (project.folder / "tendonwatch.toml").write_text('[[alerts]]\ntarget = "file:secrets/mail"\n', encoding="utf-8")
    three_days_ago = datetime.now(UTC) - timedelta(days=3)
    project.fetch(only="gone", now=three_days_ago)
    outcome = nightly.run_night(project.settings, AS_OF)
    assert (outcome.accounts_failing, outcome.exit_code) == (1, 3)
    return project


def test_what_came_in_counts_and_what_did_not_is_told_everywhere(told: Project) -> None:
    with database.reader(told.settings.warehouse) as connection:
        runs = connection.execute("select athlete_id, distance_m from marts.runs").fetchall()
        accounts = connection.execute("select account, new_files, last_success_at is null, reason from ops.accounts").fetchall()
        facts = status.published_facts(connection, told.settings)
    assert runs == [("kim", 8000.0)]
    assert accounts == [("gone", 0, True, "gone is not there"), ("nas", 1, False, None)]
    assert facts["accounts_failing"] == 1
    page = (told.settings.site / "data-quality.html").read_text(encoding="utf-8")
    section = page.partition('id="accounts"')[2].partition("</section>")[0]
    assert section.index("gone is not there") < section.index("nas")
    assert "mounted" in section and ">never<" in section
    code, text = said(told, "status")
    assert code == 0
    assert "Account gone: 0 new files, last success never: gone is not there." in text
    assert [one["name"] for one in json.loads(said(told, "status", "--json")[1])["accounts"]] == ["nas", "gone"]


def test_after_48_hours_without_success_there_is_one_alert(told: Project) -> None:
    waiting = [message for message in waiting_messages(told.settings) if message.event == "account"]
    assert [message.title for message in waiting] == ["Tendonwatch: an account cannot be fetched"]
    assert "gone" in waiting[0].text and "mounted" in waiting[0].text
    news.send_alerts(told.settings)
    assert len([message for message in waiting_messages(told.settings) if message.event == "account"]) == 1


def test_a_night_that_is_to_fetch_nothing_asks_nobody(project: Project, tmp_path: Path) -> None:
    (tmp_path / "nas" / "kim").mkdir(parents=True)
    (tmp_path / "nas" / "kim" / "runs.csv").write_text(runs_csv(DAY, [8.0]), encoding="utf-8")
    (project.raw / "kim").mkdir()
    project.accounts(ACCOUNTS)
    nightly.run_night(project.settings, AS_OF, fetches=False)
    assert project.files() == {}
