"""The supplied units are ones that systemd takes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.nights.test_cli import COMMAND

UNITS = sorted((PROJECT / "deploy" / "systemd").iterdir())


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not on this machine")
def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/srv/tendonwatch/.venv/bin/tendonwatch", str(COMMAND))
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    verified = subprocess.run(
        ["systemd-analyze", "verify", *(tmp_path / unit.name for unit in UNITS)], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stderr) == (0, "")


def test_every_timer_starts_a_service_of_ours_that_may_write_nothing_but_what_it_publishes() -> None:
    timers = {unit.stem for unit in UNITS if unit.suffix == ".timer"}
    services = {unit.stem: unit.read_text(encoding="utf-8").splitlines() for unit in UNITS if unit.suffix == ".service"}
    assert timers == {"tendonwatch", "tendonwatch-alerts"}
    assert set(services) == timers | {"tendonwatch-serve"}
    assert "Restart=always" in services["tendonwatch-serve"]
    for lines in services.values():
        assert {"ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet="} <= set(lines)
    writable = {name: [line for line in lines if line.startswith("ReadWritePaths=")] for name, lines in services.items()}
    ours, notes = "ReadWritePaths=/srv/tendonwatch/var", "ReadWritePaths=-/srv/tendonwatch/data/raw"
    assert writable == {name: [ours] for name in timers} | {"tendonwatch-serve": [ours, notes]}
