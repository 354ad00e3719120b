"""The night as Prefect runs it: on its clock, by a work pool, by hand, cancelled. One real server for all, that of `serve`."""

from __future__ import annotations

import asyncio
import base64
import errno
import http
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from prefect import runtime
from prefect.exceptions import TerminationSignal
from prefect.server.schemas.schedules import CronSchedule
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

from flows import nightly, scheduled
from flows.guard import validation
from flows.models import layers
from flows.operate import status
from flows.operate.stop import Stopped
from flows.settings import Settings
from flows.state import database
from flows.state.lock import one_at_a_time
from tests.conftest import PROJECT
from tests.lib.squads import night_over, runs_csv, strength_csv, write_files
from tests.nights.test_cli import COMMAND
from tests.nights.test_stop import allowed_s, descendants, is_alive

DAY = date(2026, 9, 1)
ZONE = ZoneInfo("Europe/Stockholm")


def squad(folder: Path) -> Path:
    return write_files(
        folder / "data/raw",
        {
            "ada/runs.csv": runs_csv(DAY, [5, 6, 0, 7]),
            "ada/strength.csv": strength_csv({DAY: ["Single-leg calf raise"]}),
            "ada/run.fit": b"",
        },
    )


@dataclass(frozen=True)
class Server:
    """`tendonwatch serve` in a folder of its own."""

    folder: Path
    address: str
    process: subprocess.Popen[bytes]
    environment: dict[str, str]
    cut_run_id: str = ""  # of the night in which the power was cut

    @property
    def password(self) -> str:
        return (self.folder / "var/prefect/password").read_text()

    def ask(self, path: str, body: Any = None) -> Any:
        """Prefect's API: GET without a body, POST with one; again while its database is busy, like its own client."""
        data = None if body is None else json.dumps(body).encode()
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Basic {base64.b64encode(self.password.encode()).decode()}",
        }
        request = urllib.request.Request(f"{self.address}/api/{path}", data=data, headers=headers)
        for _ in range(20):
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return json.loads(answer.read() or b"null")
            except urllib.error.HTTPError as error:
                if error.code != http.HTTPStatus.SERVICE_UNAVAILABLE:
                    raise
                time.sleep(1)
        raise AssertionError(f"Prefect's server was too busy for {path}")

    def deployment(self, name: str) -> dict[str, Any] | None:
        return next((one for one in self.ask("deployments/filter", {}) if one["name"] == name and one["status"]), None)

    def runs(self, deployment_id: str) -> list[dict[str, Any]]:
        return list(self.ask("flow_runs/filter", {"deployments": {"id": {"any_": [deployment_id]}}}))

    def wait_for(self, find: Callable[[], Any], what: str, seconds: float = 120) -> Any:
        end = time.monotonic() + seconds
        while True:
            assert self.process.poll() is None, (self.folder / "serve.log").read_text()
            with suppress(OSError):
                if found := find():
                    return found
            assert time.monotonic() < end, f"no {what} within {seconds:.0f} s"
            time.sleep(0.3)

    def begin_night(self, **parameters: str) -> str:
        """Start a night by hand, as from Prefect's pages, and wait until it runs. Returns the run's id."""
        deployment = self.deployment("every night")
        assert deployment
        body = {"parameters": {"folder": str(self.folder), **parameters}, "state": {"type": "SCHEDULED"}}
        run_id = str(self.ask(f"deployments/{deployment['id']}/create_flow_run", body)["id"])
        self.wait_for(lambda: self.ask(f"flow_runs/{run_id}")["state_type"] not in ("SCHEDULED", "PENDING"), "start of a night")
        return run_id

    def wait_for_end(self, run_id: str) -> dict[str, Any]:
        def ended() -> Any:
            run = self.ask(f"flow_runs/{run_id}")
            return run if run["state_type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None

        return dict(self.wait_for(ended, f"end of the run {run_id}"))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def serve(folder: Path) -> Server:
    began_at = datetime.now(UTC)
    address = f"http://127.0.0.1:{free_port()}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment["PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS"] = "3"  # a new schedule is looked at so soon
    process = subprocess.Popen(
        [COMMAND, "serve", "--port", address.rsplit(":", 1)[1]],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=(folder / "serve.log").open("w"),
    )
    server = Server(folder, address, process, environment)

    def is_polled() -> bool:
        found = server.deployment("every night")
        return bool(found and found["last_polled"] and datetime.fromisoformat(found["last_polled"]) > began_at)

    server.wait_for(is_polled, "deployment")
    return server


def cut_the_power(server: Server) -> None:
    for pid in (server.process.pid, *descendants(server.process.pid)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    server.process.wait()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`tendonwatch serve`, started again after the power was cut in the middle of a night."""
    folder = tmp_path_factory.mktemp("served")
    squad(folder)
    (folder / "tendonwatch.toml").write_text('timezone = "Europe/Stockholm"\nnightly_at = "02:30"\n')
    before = serve(folder)
    cut_run_id = before.begin_night()
    cut_the_power(before)
    server = replace(serve(folder), cut_run_id=cut_run_id)
    yield server
    cut_the_power(server)


def marts(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    with database.reader(path) as connection:
        names = connection.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
        return {name: connection.execute(f"from marts.{name}").fetchall() for (name,) in names}


def test_serve_puts_every_night_on_prefects_clock(served: Server) -> None:
    deployment = served.deployment("every night")
    assert deployment
    (schedule,) = deployment["schedules"]
    assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("30 2 * * *", "Europe/Stockholm")
    assert schedule["active"]
    assert deployment["parameters"] == {"folder": str(served.folder)}
    assert set(deployment["tags"]) == {"tendonwatch", "nightly"}


def test_a_night_in_which_the_power_was_cut_holds_up_none_after_it(served: Server) -> None:
    run = served.wait_for_end(served.begin_night())
    assert run["state_type"] == "COMPLETED"
    assert served.ask(f"flow_runs/{served.cut_run_id}")["state_type"] == "RUNNING", "nobody was left to tell Prefect"


def test_a_night_beside_another_one_is_cancelled_and_says_which(served: Server) -> None:
    with one_at_a_time(served.folder / "var/warehouse.lock"):
        run = served.wait_for_end(served.begin_night())
    assert run["state_type"] == "CANCELLED"
    assert f"another night is running (process {os.getpid()} on " in run["state"]["message"]


def test_prefects_pages_are_served_on_loopback_and_its_state_is_the_projects(served: Server) -> None:
    with urllib.request.urlopen(f"{served.address}/", timeout=10) as answer:
        assert b"<title>Prefect" in answer.read()
    assert (served.folder / "var/prefect/prefect.db").is_file()
    port = f"{int(served.address.rsplit(':', 1)[1]):04X}"
    listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if line.split()[3] == "0A"]
    assert [one for one in listening if one.endswith(f":{port}")] == [f"0100007F:{port}"]  # 127.0.0.1 and nowhere else


def test_prefects_api_asks_for_a_password_that_others_cannot_read(served: Server) -> None:
    deployment = served.deployment("every night")
    assert deployment
    secret = served.folder / "var/prefect/password"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert len(served.password) > 40
    for header in ({}, {"Authorization": "Basic bmlnaHQ6"}):
        request = urllib.request.Request(
            f"{served.address}/api/deployments/{deployment['id']}/create_flow_run",
            data=b'{"state": {"type": "SCHEDULED"}}',
            headers={"Content-Type": "application/json", "Origin": "https://evil.example", **header},
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=30)
        assert refused.value.code == http.HTTPStatus.UNAUTHORIZED
        assert refused.value.headers.get("Access-Control-Allow-Origin") in (None, served.address)


@pytest.mark.parametrize("path", ["/", "/api/health", "/api/admin/version"])
def test_prefects_server_answers_to_no_name_but_this_machines(served: Server, path: str) -> None:
    basic = base64.b64encode(served.password.encode()).decode()
    request = urllib.request.Request(
        f"{served.address}{path}", headers={"Host": "evil.example", "Authorization": f"Basic {basic}"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    assert refused.value.code == http.HTTPStatus.BAD_REQUEST


def test_a_served_night_takes_no_paths_from_outside(served: Server, tmp_path: Path) -> None:
    published = (served.folder / "var/warehouse.duckdb").resolve()
    run = served.wait_for_end(served.begin_night(warehouse=str(tmp_path / "theirs.duckdb"), raw="/etc"))
    assert run["state_type"] == "FAILED"
    assert "nothing else" in run["state"]["message"]
    assert list(tmp_path.iterdir()) == []
    assert (served.folder / "var/warehouse.duckdb").resolve() == published


def test_the_flow_comes_to_the_tables_of_the_plain_night(served: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "run_suites", lambda *_: [])  # the guards are the same and have tests of their own
    monkeypatch.setattr("flows.state.retry.DELAYS_S", (0.1,))
    monkeypatch.setattr("flows.scheduled.DELAYS_S", (0.1,))
    start_work, calls = layers.start_work, []

    @wraps(start_work)
    def start_work_on_a_busy_drive(work: Path, memory: Path) -> None:
        calls.append(work)
        if calls.count(work) == 1:
            raise OSError(errno.EBUSY, "Device or resource busy", str(work))
        start_work(work, memory)

    monkeypatch.setattr(layers, "start_work", start_work_on_a_busy_drive)
    raw = squad(tmp_path)
    plain = night_over(raw, tmp_path / "plain", "2026-09-10")
    with temporary_settings({PREFECT_API_URL: f"{served.address}/api", PREFECT_API_AUTH_STRING: served.password}):
        flow = scheduled.night(str(tmp_path), as_of="2026-09-10")
    assert flow.exit_code == 3  # the empty file
    assert flow.warehouse.parent == tmp_path / "var"
    assert marts(flow.warehouse) == marts(plain.warehouse)
    assert len(marts(flow.warehouse)["runs"]) == 3
    assert len(calls) == 4, "both were tried again"


def test_prefect_yaml_deploys_the_same_flow_to_a_work_pool(served: Server, tmp_path: Path) -> None:
    squad(tmp_path)
    environment = served.environment | {
        "PREFECT_API_URL": f"{served.address}/api",
        "PREFECT_API_AUTH_STRING": served.password,
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }

    served.ask("work_pools/", {"name": "nights", "type": "process"})
    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
    subprocess.run(command, cwd=PROJECT, env=environment, check=True, capture_output=True, timeout=120)
    (deployment,) = [one for one in served.ask("deployments/filter", {}) if one["work_pool_name"] == "nights"]
    assert deployment["entrypoint"] == "flows/scheduled.py:night"
    assert set(deployment["tags"]) == {"tendonwatch", "nightly"}
    (schedule,) = deployment["schedules"]
    assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("30 2 * * *", "UTC")
    on_the_clock = served.deployment("every night")
    assert on_the_clock, "the pool's deployment must not take the place of the served one"
    assert on_the_clock["work_pool_name"] is None


def test_the_night_starts_by_itself_when_it_is_due_and_can_be_followed(served: Server) -> None:
    deployment = served.deployment("every night")
    assert deployment

    write_files(served.folder / "data/raw", {"ben/runs.csv": runs_csv(DAY, [8])})
    due_at = datetime.now(UTC) + timedelta(seconds=20)
    soon = {"schedule": {"interval": 86400, "anchor_date": due_at.isoformat(), "timezone": "UTC"}, "active": True}
    served.ask(f"deployments/{deployment['id']}/schedules", [soon])

    def started() -> Any:
        return next((run for run in served.runs(deployment["id"]) if run["auto_scheduled"] and run["start_time"]), None)

    run = served.wait_for_end(served.wait_for(started, "run that starts by itself", 90)["id"])
    assert run["state_type"] == "COMPLETED"
    assert datetime.fromisoformat(run["expected_start_time"]) == due_at
    assert run["name"].startswith("night of 2")
    assert {"tendonwatch", "nightly"} <= set(run["tags"])
    assert run["parameters"]["folder"] == str(served.folder)

    tasks = served.ask("task_runs/filter", {"task_runs": {}, "flow_runs": {"id": {"any_": [run["id"]]}}})
    assert len(tasks) == scheduled.STEPS_OF_A_NIGHT
    assert {one["state_type"] for one in tasks} == {"COMPLETED"}
    assert {"judge athletes", "build layer ops"} <= {one["name"] for one in tasks}

    artifacts = served.ask("artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [run["id"]]}}})
    by_key = {one["key"]: one for one in artifacts}
    assert float(by_key["night-progress"]["data"]) == 100
    summary = by_key["night-summary"]["data"]
    assert re.search(r"4 seen, [1-4] new, 1 refused", summary)
    assert "Flags new: 0" in summary
    assert (served.folder / "var/site/index.html").as_uri() in summary
    assert (served.folder / "var/site/index.html").is_file()
    logs = served.ask("logs/filter", {"logs": {"flow_run_id": {"any_": [run["id"]]}}})
    assert any(line["message"].startswith("import files: 4 files, ") for line in logs)


def test_prefects_cancel_stops_a_night_within_seconds(served: Server) -> None:
    published = (served.folder / "var/warehouse.duckdb").resolve()
    shutil.copytree(PROJECT / "data/raw", served.folder / "data/raw/many")
    run_id = served.begin_night(as_of="2026-09-10")
    time.sleep(1)
    cancelled_at = datetime.now(UTC)
    served.ask(f"flow_runs/{run_id}/set_state", {"state": {"type": "CANCELLING"}, "force": False})
    assert served.wait_for_end(run_id)["state_type"] == "CANCELLED"
    assert (served.folder / "var/warehouse.duckdb").resolve() == published
    assert_stopped_within_seconds(served, cancelled_at)


@pytest.mark.parametrize("broken_off_by", [Stopped(), TerminationSignal(signal.SIGTERM)])
def test_a_cancel_that_breaks_off_a_query_is_no_crash(
    served: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken_off_by: BaseException
) -> None:
    squad(tmp_path)

    def cancelled_meanwhile(*_: Any) -> None:
        served.ask(f"flow_runs/{runtime.flow_run.id}/set_state", {"state": {"type": "CANCELLING"}, "force": False})
        raise broken_off_by

    monkeypatch.setattr(nightly, "run_night", cancelled_meanwhile)
    with temporary_settings({PREFECT_API_URL: f"{served.address}/api", PREFECT_API_AUTH_STRING: served.password}):
        state = scheduled.night(str(tmp_path), return_state=True)
    assert state.is_cancelled()


def last_night(memory: Path) -> dict[str, Any]:
    """How the last night ended; its process may hold the file for a moment after Prefect has called it cancelled."""
    give_up_at = time.monotonic() + 30
    while True:
        try:
            with database.reader(memory) as connection:
                return database.rows(connection, "select state, finished_at from raw.nights order by night desc limit 1")[0]
        except duckdb.IOException:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.5)


def assert_stopped_within_seconds(served: Server, asked_at: datetime) -> None:
    last = last_night(database.memory_path(served.folder / "var/warehouse.duckdb"))
    assert last["state"] == "cancelled"
    assert last["finished_at"] - asked_at < timedelta(seconds=allowed_s())


def test_serve_told_to_stop_stops_its_night_and_its_server_too(served: Server) -> None:
    shutil.copytree(PROJECT / "data/raw", served.folder / "data/raw/more")
    served.begin_night(as_of="2026-09-10")
    time.sleep(1)
    family, asked_at = descendants(served.process.pid), datetime.now(UTC)
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=60) == 0
    assert_stopped_within_seconds(served, asked_at)
    assert [pid for pid in family if is_alive(pid)] == []


def test_serve_ends_where_prefects_server_dies(served: Server) -> None:
    again = serve(served.folder)  # stopped by the test before
    (server,) = [pid for pid in descendants(again.process.pid) if "server" in Path(f"/proc/{pid}/cmdline").read_text()]
    os.kill(server, signal.SIGKILL)
    assert again.process.wait(timeout=60) == 1
    assert "start `tendonwatch serve` again" in (served.folder / "serve.log").read_text()


# ---------------------------------------------------------------- the clock itself, without a server

STOCKHOLM = Settings(timezone="Europe/Stockholm")
# The two nights of a year whose clocks change, between 02:00 and 03:00 local time.
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


def due_after(settings: Settings, asked_at: list[datetime]) -> list[datetime]:
    """The start that Prefect reckons to come next, at each of these times, in UTC."""
    cron = scheduled.schedule(settings)
    schedule = CronSchedule(cron=cron.cron, timezone=cron.timezone)

    async def ask() -> list[datetime]:
        return [(await schedule.get_dates(1, now))[0].astimezone(UTC) for now in asked_at]

    with ThreadPoolExecutor(1) as thread:  # the browser of other tests keeps a loop of its own in this one
        return thread.submit(asyncio.run, ask()).result()


@pytest.mark.parametrize("changing", [SPRING, AUTUMN])
@pytest.mark.parametrize("at", ["02:30", "02:00", "03:00"])
def test_nights_whose_clocks_change_run_once_and_status_knows_when(changing: date, at: str) -> None:
    settings = STOCKHOLM.model_copy(update={"nightly_at": at})
    midnight = datetime(changing.year, changing.month, changing.day, tzinfo=ZONE).astimezone(UTC)
    # Prefect asks again and again what comes next: every 20 minutes over that night, and at noon of the days around it.
    asked_at = [midnight + timedelta(minutes=20 * number - 59) for number in range(20)]
    asked_at += [midnight + timedelta(hours=hours) for hours in (-36, -12, 12, 36)]
    starts = sorted(set(due_after(settings, asked_at)))
    dates = [start.astimezone(ZONE).date() for start in starts]
    assert dates == [changing + timedelta(days=days) for days in (-1, 0, 1, 2)]
    for now in asked_at:
        assert status.next_night(settings, now).astimezone(UTC) == next(start for start in starts if start > now), now
