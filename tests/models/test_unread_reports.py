"""Rows of symptoms, injuries and marks that could not be read: what they may have said is not assessed, never "no"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from flows.state import database
from tests.lib import any_squads
from tests.lib.any_squads import AS_OF
from tests.models.steady import Squad

MENDED = "DATA_ROWS_REFUSED"


class Reported(Squad):
    """Steady runners who reported three days ago."""

    def reporter(self, athlete_id: str, pain: int = 0, event: str | None = None) -> None:
        self.runner(athlete_id)
        self.report(athlete_id, 3, pain_0_10=pain, is_worse_next_morning=False, event=event)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[database.Connection]:
    squad = Reported()
    squad.reporter("all_read")
    for name, log, days_ago in (
        ("symptoms_of_27_days_ago", "symptoms", 27),
        ("symptoms_of_28_days_ago", "symptoms", 28),
        ("symptoms_of_no_day", "symptoms", None),
        ("injuries_of_20_days_ago", "injuries", 20),
        ("marks_of_16_days_ago", "marks", 16),
    ):
        squad.reporter(name)
        squad.lost(name, log, days_ago)
    squad.reporter("symptoms_as_a_whole")
    squad.lost("symptoms_as_a_whole", "symptoms", None, is_whole=True)
    squad.reporter("acknowledged")
    squad.lost("acknowledged", "symptoms", 20, is_acknowledged=True)
    squad.reporter("in_pain", pain=6)
    squad.lost("in_pain", "symptoms", 20)
    squad.reporter("popped", event="pop")
    squad.lost("popped", "symptoms", 20)
    squad.reporter("a_little_pain", pain=4)
    squad.lost("a_little_pain", "injuries", 20)
    built = any_squads.build(tmp_path_factory.mktemp("unread"), [squad.tables])
    with database.reader(built) as connection:
        yield connection


def states(work: database.Connection, athlete_id: str) -> dict[str, str]:
    query = """
        select if(measure = 'worse_mornings', 'MORNINGS', code) as code, state from marts.flags
        where athlete_id = ? and load_date = ?
            and code in ('RED_FLAG_RUPTURE', 'PAIN_GATE', 'OPEN_INJURY')
    """
    return {row["code"]: row["state"] for row in database.rows(work, query, [athlete_id, AS_OF])}


def status(work: database.Connection, athlete_id: str) -> dict[str, Any]:
    [row] = database.rows(work, "from marts.athlete_status where athlete_id = ? and load_date = ?", [athlete_id, AS_OF])
    return row


CLEAR = dict.fromkeys(("RED_FLAG_RUPTURE", "PAIN_GATE", "MORNINGS", "OPEN_INJURY"), "clear")
NO_WORD_OF_PAIN = CLEAR | dict.fromkeys(("RED_FLAG_RUPTURE", "PAIN_GATE", "MORNINGS"), "not_assessed")


@pytest.mark.parametrize(
    ("athlete_id", "wanted"),
    [
        ("all_read", CLEAR),
        ("symptoms_of_27_days_ago", NO_WORD_OF_PAIN),
        ("symptoms_of_28_days_ago", CLEAR),
        ("symptoms_of_no_day", NO_WORD_OF_PAIN),
        ("symptoms_as_a_whole", NO_WORD_OF_PAIN),
        ("injuries_of_20_days_ago", CLEAR | {"OPEN_INJURY": "not_assessed"}),
        ("marks_of_16_days_ago", CLEAR),
        ("acknowledged", CLEAR),
        ("in_pain", NO_WORD_OF_PAIN | {"PAIN_GATE": "raised"}),
        ("popped", NO_WORD_OF_PAIN | {"RED_FLAG_RUPTURE": "raised"}),
        ("a_little_pain", CLEAR | {"PAIN_GATE": "raised", "OPEN_INJURY": "not_assessed"}),
    ],
)
def test_what_a_lost_row_may_have_said_is_not_clear(work: database.Connection, athlete_id: str, wanted: dict[str, str]) -> None:
    assert states(work, athlete_id) == wanted


@pytest.mark.parametrize(
    ("athlete_id", "code", "log"),
    [
        ("symptoms_of_27_days_ago", "RED_FLAG_RUPTURE", "symptoms.csv"),
        ("symptoms_of_27_days_ago", "PAIN_GATE", "symptoms.csv"),
        ("injuries_of_20_days_ago", "OPEN_INJURY", "injuries.csv"),
    ],
)
def test_the_cause_names_the_log(work: database.Connection, athlete_id: str, code: str, log: str) -> None:
    query = "select not_assessed_because as because, value from marts.flags where athlete_id = ? and code = ? and load_date = ?"
    found = database.rows(work, query, [athlete_id, code, AS_OF])
    assert found
    assert all(f"rows of {log} could not be read" in row["because"] and row["value"] is None for row in found)


@pytest.mark.parametrize(
    ("athlete_id", "actions"),
    [
        ("all_read", ["ON_TRACK"]),
        ("symptoms_of_27_days_ago", [MENDED]),
        ("symptoms_of_28_days_ago", ["ON_TRACK"]),
        ("symptoms_of_no_day", [MENDED]),
        ("injuries_of_20_days_ago", [MENDED]),
        ("acknowledged", ["ON_TRACK"]),
        ("in_pain", ["PAIN_GATE", MENDED]),
        ("popped", ["RED_FLAG_RUPTURE"]),
        ("a_little_pain", [MENDED, "PAIN_ALLOWED"]),
    ],
)
def test_lost_reports_are_to_be_mended_before_all_is_on_track(
    work: database.Connection, athlete_id: str, actions: list[str]
) -> None:
    query = "select action_codes from intermediate.todays_actions where athlete_id = ?"
    assert database.rows(work, query, [athlete_id]) == [{"action_codes": actions}]


def test_lost_reports_forbid_more_load_and_change_no_colour(work: database.Connection) -> None:
    read, lost, acknowledged = (status(work, name) for name in ("all_read", "symptoms_of_27_days_ago", "acknowledged"))
    assert (read["forbids"], lost["forbids"], acknowledged["forbids"]) == ([], ["heavy_dose", "more_load"], [])
    assert (lost["flag"], lost["person_states"]) == (read["flag"], ["usual"])
    assert "1 row on pain or injuries" in lost["headline"]
    assert "in step" in read["headline"]
    assert "in step" not in lost["headline"]
    assert "Mend the rows" in lost["next_action"]
    assert "Nothing to change" not in lost["next_action"]


@pytest.mark.parametrize(("athlete_id", "rows"), [("marks_of_16_days_ago", 1), ("symptoms_of_27_days_ago", 0)])
def test_lost_marks_are_told_with_their_file_and_lower_confidence(work: database.Connection, athlete_id: str, rows: int) -> None:
    query = "from marts.flags where athlete_id = ? and measure = 'mark_rows' and load_date = ?"
    [found] = database.rows(work, query, [athlete_id, AS_OF])
    assert (found["code"], found["state"], found["value"]) == (MENDED, "raised" if rows else "clear", rows)
    assert "marks.csv" in found["evidence"]
    assert MENDED in status(work, athlete_id)["confidence_because"]
    assert status(work, athlete_id)["confidence"] == "low"
