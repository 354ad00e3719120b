"""The squads by which flags are judged are the same files for everybody, whenever they are made."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from bench import judged_squads

PROJECT = Path(__file__).resolve().parents[2]
REFERENCE = PROJECT.parent / "shared" / "cases" / "squads.py"


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.csv"))}


def test_a_seed_gives_the_same_bytes_on_every_machine(tmp_path: Path) -> None:
    judged_squads.write_squads(tmp_path, seed=1, runners=2)
    digest = hashlib.sha256(repr(sorted(content(tmp_path).items())).encode()).hexdigest()
    assert digest == "dc5ed62be3ae62ddd244cba1f60626145bf421d3b0a5a391b86659f7efb80083"


def test_the_squads_are_those_by_which_the_goals_were_set(tmp_path: Path) -> None:
    if not REFERENCE.is_file():
        pytest.skip("no reference squads (../shared/cases/squads.py) beside the project")
    judged_squads.write_squads(tmp_path / "ours", seed=3, runners=2)
    command = [sys.executable, str(REFERENCE), str(tmp_path / "reference"), "--seed", "3", "--runners", "2"]
    subprocess.run(command, check=True)
    assert content(tmp_path / "ours") == content(tmp_path / "reference")
