"""Hevy, spoken by a stand-in: /v1/workouts/events newest first, pages of 10, the key in the header api-key.

As its documentation (api.hevyapp.com/docs) and public clients have it: morgancrozier/Hevy-Coach (docs/API-REFERENCE.md), and for
deletions {"type": "deleted", "id", "deleted_at"}. Nothing here was tried against the live service.
"""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flows.fetch import web
from flows.readers.sniff import read_content
from tests.fetch.conftest import Project
from tests.fetch.standin import Asked, Reply, StandIn, serving
from tests.unit.readers.test_hevy_json import exercise, one, workout

KEY = "0b9e7c1e-hevy-k3y"
NOW = datetime(2026, 9, 20, 2, 30, tzinfo=UTC)


class Service:
    """Events by the moment of each."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []

    def update(self, number: str, at: str, reps: int = 8) -> None:
        said = workout(exercise("Squat", one(reps=reps)), id=number, updated_at=at, start_time="2026-09-10T17:00:00+00:00")
        self.events.append((at, {"type": "updated", "workout": said}))

    def delete(self, number: str, at: str) -> None:
        self.events.append((at, {"type": "deleted", "id": number, "deleted_at": at}))

    def answer(self, asked: Asked) -> Reply:
        if asked.headers.get("api-key") != KEY:
            return Reply({"error": "InvalidApiKey"}, 401)
        page, size = int(asked.query["page"]), int(asked.query["pageSize"])
        if asked.path != "/v1/workouts/events" or size > 10:
            return Reply({"error": "pageSize"}, 400)
        found = [event for at, event in sorted(self.events, key=lambda one: one[0], reverse=True) if at >= asked.query["since"]]
        pages = max(1, -(-len(found) // size))
        if page > pages:
            return Reply({"error": "Page not found"}, 404)
        return Reply({"page": page, "page_count": pages, "events": found[(page - 1) * size : page * size]})


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def standin(service: Service, project: Project) -> Iterator[StandIn]:
    with serving(service.answer) as running:
        project.accounts(
            f'[[accounts]]\nsource = "hevy"\nathlete = "kim"\nurl = "{running.url}"\nsecret = "file:secrets/hevy"\n', hevy=KEY
        )
        yield running


def fill(service: Service, count: int) -> None:
    for number in range(count):
        day = datetime(2026, 1, 1, 18, tzinfo=UTC) + timedelta(days=number)
        service.update(f"w{number:03d}", day.strftime("%Y-%m-%dT%H:%M:%SZ"))


def test_workouts_come_once_an_edit_as_a_version_and_a_deletion_is_listed(
    project: Project, service: Service, standin: StandIn
) -> None:
    fill(service, 25)
    (standing,) = project.fetch(now=NOW).standings
    assert (standing.problem, standing.new_files) == ("", 25)
    (session,) = read_content("w003.json", project.files()["kim/hevy/w003.json"]).activities
    assert (session.started_at, session.sets[0].reps) == (datetime(2026, 9, 10, 17, tzinfo=UTC), 8)
    service.update("w003", "2026-09-20T08:00:00Z", reps=9)
    service.delete("w004", "2026-09-20T09:00:00Z")
    service.update("w005", "2026-09-20T10:00:00Z")
    service.delete("w005", "2026-09-20T11:00:00Z")
    (standing,) = project.fetch(now=NOW + timedelta(days=1)).standings
    assert (standing.new_files, standing.deleted) == (1, 2)
    assert json.loads(project.files()["kim/hevy/w003~v2.json"])["exercises"][0]["sets"][0]["reps"] == 9
    assert len(project.files()) == 26
    asked = len(standin.asked)
    assert project.fetch(now=NOW + timedelta(days=2)).standings[0].new_files == 0
    assert len(standin.asked) - asked == 1


@pytest.mark.parametrize("limit", ["requests = 3", "files = 20"])
def test_the_first_fill_goes_on_where_it_stopped_while_new_workouts_move_the_list(
    project: Project, service: Service, standin: StandIn, limit: str
) -> None:
    fill(service, 95)
    text = (project.folder / "accounts.toml").read_text(encoding="utf-8")
    project.accounts(f"[limits]\n{limit}\n{text}", hevy=KEY)
    for night in range(12):
        at = NOW + timedelta(days=night)
        service.update(f"new{night:02d}", at.strftime("%Y-%m-%dT%H:%M:%SZ"))
        before = len(standin.asked)
        (standing,) = project.fetch(now=at).standings
        assert standing.problem == ""
        assert len(standin.asked) - before <= (3 if "requests" in limit else 12)
    (standing,) = project.fetch(now=NOW + timedelta(days=12)).standings
    assert standing.last_success is not None
    assert len(project.files()) == 95 + 12


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply({"error": "InvalidApiKey"}, 401), "key"),
        (Reply({"events": {}}), "answer"),
        (Reply([]), "answer"),
        (Reply("<html>", headers={"Content-Type": "text/html; charset=utf-8"}), "answer"),
    ],
)
def test_a_wrong_answer_is_told_apart(project: Project, standin: StandIn, reply: Reply, kind: str) -> None:
    standin.first = [reply]
    (standing,) = project.fetch(now=NOW).standings
    assert (standing.kind, standing.last_success) == (kind, None)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"[" * 200_000),
        Reply(b"", 304),
        Reply(b"[" + b" " * (2 << 20) + b"]"),
    ],
    ids=["too deep", "a redirect to nowhere", "too long"],
)
def test_an_answer_that_no_service_gives_is_told_as_that(
    project: Project, standin: StandIn, reply: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "LARGEST_LIST_BYTES", 1 << 20)
    standin.first = [reply]
    (standing,) = project.fetch(now=NOW).standings
    assert standing.kind == "answer"
    assert "127.0.0.1" in standing.problem


def test_an_answer_without_end_is_left_long_before_its_end(
    project: Project, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "LARGEST_LIST_BYTES", 1 << 20)
    standin.first = [Reply(b" " * (32 << 20))]
    tracemalloc.start()
    (standing,) = project.fetch(now=NOW).standings
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert standing.kind == "answer"
    assert peak < 8 << 20


def test_a_redirect_to_another_host_never_gets_the_key(project: Project, standin: StandIn) -> None:
    with serving(lambda asked: Reply({"page": 1, "page_count": 1, "events": []})) as foreign:
        standin.first = [Reply(b"", 307, {"Location": f"http://localhost:{foreign.port}/v1/workouts/events"})]
        project.fetch(now=NOW)
        (asked,) = foreign.asked
    assert "api-key" not in asked.headers


def test_the_key_stands_nowhere(project: Project, service: Service, standin: StandIn, written: Callable[[], str]) -> None:
    fill(service, 3)
    fetched = project.fetch(now=NOW)
    assert KEY not in written() and KEY not in str(fetched)
