"""intervals.icu, spoken by a stand-in.

Paths, keys and the words about Strava are those of its API as public clients use it (rbelnienk/intervals_icu_proxy,
hhopke/intervals-icu-mcp, and the stubs with `_note` that many of them meet). Nothing here was tried against the live service.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flows.fetch.ledger import open_ledger
from flows.readers.sniff import read_content
from tests.fetch.conftest import Project
from tests.fetch.standin import Asked, Reply, StandIn, serving

KEY = "k3y-of-kim"
NOW = datetime(2026, 9, 20, 2, 30, tzinfo=UTC)
GPX = b'<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"></gpx>'


def activity(number: str, day: str, **said: Any) -> dict[str, Any]:
    return {
        "id": number,
        "start_date": f"{day}T06:00:00Z",
        "start_date_local": f"{day}T08:00:00",
        "type": "Run",
        "file_type": "gpx",
        "source": "GARMIN_CONNECT",
        "name": "Morning",
    } | said


@dataclass
class Service:
    """What the stand-in knows."""

    activities: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    wellness: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, Reply] = field(default_factory=dict)

    def answer(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != "Basic " + base64.b64encode(f"API_KEY:{KEY}".encode()).decode():
            return Reply({"status": 401, "error": "Unauthorized"}, 401)
        parts = asked.path.split("/")[3:]
        if parts[0] == "activity":
            return self.files.get(parts[1], Reply(GPX + parts[1].encode()))
        if parts[1] not in ("0", "i7"):
            return Reply({"error": "Access denied"}, 403)
        key = {"activities": "start_date_local", "events": "start_date_local", "wellness": "id"}[parts[2]]
        span = asked.query["oldest"], asked.query["newest"]
        found = [one for one in getattr(self, parts[2]) if key not in one or span[0] <= one[key][:10] <= span[1]]
        return Reply(found)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def standin(service: Service, project: Project) -> Iterator[StandIn]:
    with serving(service.answer) as running:
        account = f'[[accounts]]\nsource = "intervals"\nathlete = "kim"\nurl = "{running.url}"\nsecret = "file:secrets/icu"\n'
        project.accounts(f"[limits]\nfirst_days = 400\n{account}", icu=KEY)
        yield running


def test_originals_come_once_and_an_edit_as_a_version(project: Project, service: Service, standin: StandIn) -> None:
    service.activities = [activity("i1", "2026-09-18"), activity("i2", "2025-10-01"), activity("i1", "2026-09-18")]
    service.files["i2"] = Reply(gzip.compress(GPX), headers={"Content-Encoding": "gzip"})
    (standing,) = project.fetch(now=NOW).standings
    assert (standing.problem, standing.new_files) == ("", 2)
    assert project.files() == {"kim/intervals/i1.gpx": GPX + b"i1", "kim/intervals/i2.gpx": GPX}
    asked = len(standin.asked)
    project.fetch(now=NOW + timedelta(days=1))
    assert not [one for one in standin.asked[asked:] if "/activity/" in one.path]
    service.activities[0] |= {"distance": 9000}
    service.files["i1"] = Reply(GPX + b"edited")
    project.fetch(now=NOW + timedelta(days=2))
    assert project.files()["kim/intervals/i1~v2.gpx"] == GPX + b"edited"


def test_what_is_deleted_there_is_listed_but_not_what_lies_before_the_span(
    project: Project, service: Service, standin: StandIn
) -> None:
    service.activities = [activity("i1", "2026-09-18"), activity("i2", "2026-07-01")]
    project.fetch(now=NOW)
    service.activities = []
    (standing,) = project.fetch(now=NOW + timedelta(days=1)).standings
    assert standing.deleted == 1
    with open_ledger(project.settings) as ledger:
        assert ledger.deleted("intervals") == [("kim", "kim/intervals/i1.gpx")]
    assert "kim/intervals/i1.gpx" in project.files()


def test_what_came_from_strava_is_noted_as_not_handed_out(project: Project, service: Service, standin: StandIn) -> None:
    stub = {"id": "16457456654", "source": "STRAVA", "_note": "STRAVA activities are not available via the API"}
    service.activities = [stub | {"start_date_local": "2026-09-17T08:00:00"}, stub | {"id": "2"}]
    (standing,) = project.fetch(now=NOW).standings
    assert (standing.withheld, standing.problem, standing.waiting) == (2, "", 0)
    assert project.files() == {}
    assert not [one for one in standin.asked if "/activity/" in one.path]


def test_a_run_that_was_typed_in_comes_with_its_totals(project: Project, service: Service, standin: StandIn) -> None:
    typed = {
        "file_type": None,
        "source": "MANUAL",
        "distance": 10012.5,
        "moving_time": 3725,
        "icu_rpe": 4,
        "name": 'Treadmill, "easy"',
    }
    service.activities = [activity("i3", "2026-09-10", **typed), activity("i4", "2026-09-11", file_type=None)]
    project.fetch(now=NOW)
    data = project.files()["kim/intervals/i3.csv"]
    (run,) = read_content("i3.csv", data).activities
    assert (run.sport, run.started_local, run.distance_m, run.moving_s, run.rpe) == (
        "Run",
        datetime(2026, 9, 10, 8, 0),
        10012.5,
        3725,
        4,
    )
    assert "kim/intervals/i4.csv" not in project.files()


def test_planned_workouts_become_a_plan_and_an_emptied_one_takes_its_place(
    project: Project, service: Service, standin: StandIn
) -> None:
    service.events = [
        {"category": "WORKOUT", "start_date_local": "2026-09-21T00:00:00", "type": "Run", "name": "Long run", "distance": 18000},
        {"category": "WORKOUT", "start_date_local": "2026-09-22T00:00:00", "type": "WeightTraining", "name": "Calves"},
        {"category": "RACE_A", "start_date_local": "2026-10-04T00:00:00", "type": "Run", "name": "City", "distance": 21097.5},
        {
            "category": "WORKOUT",
            "start_date_local": "2026-09-23T00:00:00",
            "type": "Run",
            "name": "Recovery",
            "moving_time": 2400,
        },
        {"category": "WORKOUT", "start_date_local": "2026-09-24T00:00:00", "type": "Ride", "name": "Spin", "moving_time": 2400},
        {"category": "NOTE", "start_date_local": "2026-09-25T00:00:00", "type": "Run", "name": "remember", "moving_time": 60},
        {"category": "WORKOUT", "start_date_local": "2026-09-26T00:00:00", "type": "Run", "name": "no length"},
    ]
    project.fetch(now=NOW)
    plan = read_content("plan.csv", project.files()["kim/intervals/plan.csv"]).plan
    assert [(f"{day.plan_date}", day.kind, day.distance_m, day.moving_s) for day in plan] == [
        ("2026-09-21", "long", 18000, None),
        ("2026-09-22", "strength", None, None),
        ("2026-09-23", "easy", None, 2400),
        ("2026-10-04", "race", 21097.5, None),
    ]
    service.events = []
    project.fetch(now=NOW + timedelta(hours=1))
    assert read_content("plan.csv", project.files()["kim/intervals/plan~v2.csv"]).plan == ()


def test_without_a_plan_no_file_of_one_is_made(project: Project, standin: StandIn) -> None:
    project.fetch(now=NOW)
    assert project.files() == {}


def test_words_soreness_and_injury_of_a_day_become_notes_and_nothing_else(
    project: Project, service: Service, standin: StandIn
) -> None:
    service.wellness = [
        {"id": "2026-09-15", "comments": "Achilles stiff\nthis morning", "soreness": 3, "injury": 2},
        {"id": "2026-09-16", "soreness": 1, "injury": 1, "restingHR": 48},
        {"id": "2026-09-17", "injury": 4},
    ]
    project.fetch(now=NOW)
    content = read_content("notes-2026-09.csv", project.files()["kim/intervals/notes-2026-09.csv"])
    assert [(f"{note.note_date}", note.kind, " ".join((note.text or "").split())) for note in content.coach_notes] == [
        ("2026-09-15", "note", "Achilles stiff this morning; soreness 3 of 4 (intervals.icu); injury 2 of 4 (intervals.icu)"),
        ("2026-09-17", "note", "injury 4 of 4 (intervals.icu)"),
    ]
    assert not content.symptoms and not content.injuries and not content.activities


# ---------------------------------------------------------------- the service misbehaves


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (Reply({"error": "x"}, 401), "key", "does not accept the key (401)"),
        (Reply({"error": "x"}, 403), "key", "does not accept the key (403)"),
        (Reply("<!DOCTYPE html><title>Log in</title>", headers={"Content-Type": "text/html"}), "answer", "not logged in"),
        (Reply("\n<html>Log in", headers={"Content-Type": "application/json"}), "answer", "not logged in"),
        (Reply('[{"id": "i1"', headers={"Content-Type": "application/json"}), "answer", "is not JSON"),
        (Reply({"activities": []}), "answer", "is not a list"),
        (Reply("teapot", 418), "answer", "status 418"),
    ],
)
def test_a_wrong_answer_is_told_apart_and_the_last_success_stays(
    project: Project, standin: StandIn, reply: Reply, kind: str, words: str
) -> None:
    project.fetch(now=NOW)
    standin.first = [reply]
    (standing,) = project.fetch(now=NOW + timedelta(days=1)).standings
    assert standing.kind == kind
    assert words in standing.problem
    assert standing.last_success == NOW.isoformat()


@pytest.mark.parametrize(
    "reply",
    [
        Reply("busy", 429, {"Retry-After": "0"}),
        Reply("busy", 429, {"Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"}),
        Reply("down", 500),
        Reply("down", 503),
        Reply(GPX, cut=20),
        Reply(GPX, cut=0),
    ],
    ids=["429", "429 date", "500", "503", "cut", "hung up"],
)
def test_what_passes_is_tried_again(project: Project, service: Service, standin: StandIn, reply: Reply) -> None:
    service.activities = [activity("i1", "2026-09-18")]
    broken = [reply, reply]
    service.files = Broken(broken)  # type: ignore[assignment]
    (standing,) = project.fetch(now=NOW).standings
    assert (standing.problem, broken) == ("", [])
    assert project.files() == {"kim/intervals/i1.gpx": GPX + b"i1"}


class Broken(dict[str, Reply]):
    """Files whose first answers are these."""

    def __init__(self, broken: list[Reply]) -> None:
        self.broken = broken

    def get(self, key: str, default: Any = None) -> Any:
        return self.broken.pop(0) if self.broken else default


def test_an_outage_is_no_wrong_key(project: Project, standin: StandIn) -> None:
    standin.first = [Reply("down", 502)] * 9
    (standing,) = project.fetch(now=NOW).standings
    assert (standing.kind, standing.last_success) == ("outage", None)
    assert "has an outage (502)" in standing.problem
    assert len(standin.asked) == 5


def test_who_asks_to_wait_for_longer_than_a_night_is_left_alone(project: Project, standin: StandIn) -> None:
    standin.first = [Reply("busy", 429, {"Retry-After": "86400"})] * 9
    (standing,) = project.fetch(now=NOW).standings
    assert (standing.kind, len(standin.asked)) == ("outage", 1)
    assert "asks for fewer requests" in standing.problem


def test_one_activity_that_cannot_be_had_keeps_no_other_from_coming(project: Project, service: Service, standin: StandIn) -> None:
    service.activities = [activity("i1", "2026-09-19"), activity("i2", "2026-09-18"), activity("i3", "2026-09-17")]
    service.files = {"i1": Reply("gone", 404), "i2": Reply("broken", 500)}
    (standing,) = project.fetch(now=NOW).standings
    assert set(project.files()) == {"kim/intervals/i3.gpx"}
    assert (standing.kind, standing.waiting, standing.withheld, standing.last_success) == ("outage", 1, 1, None)
    service.files = {}
    (standing,) = project.fetch(now=NOW + timedelta(days=1)).standings
    assert (standing.problem, standing.waiting, standing.withheld) == ("", 0, 0)
    assert set(project.files()) == {"kim/intervals/i1.gpx", "kim/intervals/i2.gpx", "kim/intervals/i3.gpx"}


def test_bytes_that_drip_end_with_the_time_of_the_fetch(project: Project, service: Service, standin: StandIn) -> None:
    service.activities = [activity("i1", "2026-09-18")]
    service.files["i1"] = Reply(GPX * 50, drip_s=0.05)
    text = (project.folder / "accounts.toml").read_text(encoding="utf-8")
    project.accounts(text.replace("[limits]", "[limits]\nminutes = 0.02"), icu=KEY)
    (standing,) = project.fetch(now=NOW).standings
    assert (standing.problem, standing.waiting, standing.last_success) == ("", 1, None)
    assert project.files() == {}


def test_a_redirect_to_another_host_never_gets_the_key(project: Project, service: Service, standin: StandIn) -> None:
    service.activities = [activity("i1", "2026-09-18")]
    with serving(lambda asked: Reply(GPX)) as foreign:
        service.files["i1"] = Reply(b"", 302, {"Location": f"http://localhost:{foreign.port}/i1.gpx?signed=1"})
        project.fetch(now=NOW)
        (asked,) = foreign.asked
    assert "authorization" not in asked.headers
    assert KEY not in str(asked)
    assert project.files() == {"kim/intervals/i1.gpx": GPX}


def test_requests_end_with_their_limit_and_the_rest_comes_later(project: Project, service: Service, standin: StandIn) -> None:
    service.activities = [activity(f"i{number}", "2026-09-18") for number in range(9)]
    text = (project.folder / "accounts.toml").read_text(encoding="utf-8")
    project.accounts(text.replace("[limits]", "[limits]\nrequests = 8"), icu=KEY)
    for night in range(4):
        before = len(standin.asked)
        (standing,) = project.fetch(now=NOW + timedelta(days=night)).standings
        assert standing.problem == ""
        assert len(standin.asked) - before <= 8
    assert len(project.files()) == 9
    assert standing.last_success is not None


def test_a_coachs_key_brings_each_athlete_their_own_and_names_who_is_not_reached(
    project: Project, service: Service, standin: StandIn
) -> None:
    service.activities = [activity("i1", "2026-09-18")]
    project.squad("kim", "ole")
    text = (project.folder / "accounts.toml").read_text(encoding="utf-8")
    project.accounts(text.replace('athlete = "kim"', 'athletes = { i7 = "ole", i8 = "kim", i9 = "zoe" }'), icu=KEY)
    fetched = project.fetch(now=NOW)
    assert set(project.files()) == {"ole/intervals/i1.gpx"}
    told = "\n".join(fetched.notes)
    assert "kim (i8): " in told and "ask whether this key still reaches them" in told
    assert "zoe: nobody in squad.csv is called so" in told


def test_the_key_stands_nowhere(project: Project, service: Service, standin: StandIn, written: Callable[[], str]) -> None:
    service.activities = [activity("i1", "2026-09-18")]
    project.fetch(now=NOW)
    standin.first = [Reply({"error": "x"}, 401)]
    fetched = project.fetch(now=NOW)
    encoded = base64.b64encode(f"API_KEY:{KEY}".encode()).decode()
    for text in (written(), str(fetched)):
        assert KEY not in text and encoded not in text
