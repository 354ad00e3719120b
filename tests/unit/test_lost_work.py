"""What may be lost with a refused file or row: a run, strength work, or nobody can tell which of both."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from flows.intake.contents import Job, ParsedFile
from flows.intake.parse import parse_file
from tests.unit.readers.fit_builder import Message, fit_file, session
from tests.unit.readers.fit_builder import file_id as kind_of_file

BROKEN = b"no FIT file"
STRENGTH = {"sport": "training", "sub_sport": "strength_training"}


def parsed(folder: Path, shown: str, content: bytes) -> ParsedFile:
    path = folder / Path(shown).name
    path.write_bytes(content)
    return parse_file(Job("ada", hashlib.sha256(content).hexdigest(), path, f"ada/{shown}"))


def without_start(**fields: str) -> Message:
    """A session without a start time, of which there is no track to take it from."""
    told = session(0, 1800, **fields)
    return {name: value for name, value in told.items() if name != "start_time"}


@pytest.mark.parametrize(
    ("shown", "content", "may_be_run", "may_be_strength"),
    [
        ("2026-05-01.fit", fit_file(kind_of_file(), without_start(**STRENGTH)), False, True),
        ("2026-05-01.fit", fit_file(kind_of_file(), without_start(sport="running")), True, False),
        ("2026-05-01.fit", BROKEN, True, True),
        ("2026-05-01.gpx", BROKEN, True, False),
        ("strength/2026-05-01.fit", BROKEN, False, True),
        ("runs/2026-05-01.fit", BROKEN, True, False),
        ("strength.csv", b"performed_at,exercise\n\xff\xfe\x00", False, True),
        ("symptoms.csv", b"date\n\xff\xfe\x00", False, False),
        ("runs.csv", b"started_at,distance_km,note\n2026-05-01,5,x\n", True, False),
    ],
)
def test_a_refused_file_says_what_may_be_lost_with_it(
    tmp_path: Path, shown: str, content: bytes, may_be_run: bool, may_be_strength: bool
) -> None:
    lost = parsed(tmp_path, shown, content)
    assert lost.outcome == "quarantined"
    assert (lost.may_be_run, lost.may_be_strength) == (may_be_run, may_be_strength)


@pytest.mark.parametrize(
    ("fields", "may_be_run", "may_be_strength"),
    [
        (STRENGTH, False, True),
        ({"sport": "running"}, True, False),
        ({"sport": "generic"}, True, True),
        ({"sport": "cycling"}, False, False),
    ],
)
def test_a_refused_session_beside_one_that_was_read_says_so_too(
    tmp_path: Path, fields: dict[str, str], may_be_run: bool, may_be_strength: bool
) -> None:
    both = parsed(tmp_path, "2026-05-01.fit", fit_file(kind_of_file(), session(0, 600), without_start(**fields)))
    (row,) = both.rows["refused_rows"]
    assert (row["may_be_run"], row["may_be_strength"]) == (may_be_run, may_be_strength)


def test_a_refused_row_of_a_strength_log_is_strength_work(tmp_path: Path) -> None:
    log = "performed_at,exercise,set,reps\n2026-05-01T18:00,Calf raise,1,12\n2026-05-01T18:00,Calf raise,2,many\n"
    (row,) = parsed(tmp_path, "strength.csv", log.encode()).rows["refused_rows"]
    assert (row["may_be_run"], row["may_be_strength"]) == (False, True)
