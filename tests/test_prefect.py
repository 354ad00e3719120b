"""The night as a Prefect flow: equal to the plain one, and on the clock when served."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from prefect.testing.utilities import prefect_test_harness

from flows import nightly, warehouse
from flows.cli import main
from tests.squads import night_over, runs_csv, strength_csv, write_files
from tests.test_cli import COMMAND

DAY = date(2026, 9, 1)


def squad(folder: Path) -> Path:
    return write_files(
        folder / "data/raw",
        {"ada/runs.csv": runs_csv(DAY, [5, 6, 0, 7]), "ada/strength.csv": strength_csv({DAY: ["Single-leg calf raise"]})},
    )


@pytest.fixture(scope="module")
def prefect_server() -> Iterator[None]:
    """A Prefect server of this test run alone."""
    with prefect_test_harness(server_startup_timeout=120):
        yield


def marts(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    with warehouse.reader(path) as connection:
        names = connection.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
        return {name: connection.execute(f"from marts.{name}").fetchall() for (name,) in names}


def test_the_flow_comes_to_the_tables_of_the_plain_night(prefect_server: None, tmp_path: Path) -> None:
    raw = squad(tmp_path)
    plain = night_over(raw, tmp_path / "plain", "2026-09-10")
    flow = nightly.nightly(str(tmp_path), as_of="2026-09-10")
    assert flow.exit_code == 0
    assert flow.warehouse.parent == tmp_path / "var"
    assert marts(flow.warehouse) == marts(plain.warehouse)
    assert len(marts(flow.warehouse)["runs"]) == 3


def test_a_night_without_anything_refused_exits_0(prefect_server: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENDONWATCH_PREFECT_HOME", os.environ["PREFECT_HOME"])
    squad(tmp_path)
    result = CliRunner().invoke(main, ["--folder", str(tmp_path), "nightly", "--as-of", "latest"])
    assert result.exit_code == 0, result.output
    assert "2 files, 2 of them new. As of 2026-09-04." in result.output


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def deployments(port: int) -> list[dict[str, Any]]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/deployments/filter", data=b"{}", headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return list(json.load(answer))


def test_serve_puts_every_night_on_prefects_clock_and_stops_when_told(tmp_path: Path) -> None:
    squad(tmp_path)
    (tmp_path / "tendonwatch.toml").write_text('timezone = "Europe/Stockholm"\nnightly_at = "03:05"\n')
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    server = subprocess.Popen(
        [COMMAND, "serve", "--port", str(port)],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        found: list[dict[str, Any]] = []
        end = time.monotonic() + 100
        while not (found and found[0]["status"] == "READY"):  # the runner has asked for work at least once
            assert server.poll() is None, "serve ended by itself"
            assert time.monotonic() < end, "not ready within 100 s"
            time.sleep(0.5)
            with suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                found = deployments(port)
        (deployment,) = found
        assert deployment["name"] == "every night"
        (schedule,) = deployment["schedules"]
        assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("5 3 * * *", "Europe/Stockholm")
        assert schedule["active"]
        assert deployment["parameters"] == {"folder": str(tmp_path)}
        assert deployment["global_concurrency_limit"]["limit"] == 1
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()
            raise
    with pytest.raises(urllib.error.URLError):
        deployments(port)
