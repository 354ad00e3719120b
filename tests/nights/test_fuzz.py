"""A small sample of `make fuzz`."""

from __future__ import annotations

from pathlib import Path

from tests.lib import fuzz


def test_broken_files_give_records_or_a_refusal_that_can_be_stored(tmp_path: Path) -> None:
    findings = fuzz.fuzz(300, 20261127, tmp_path, has_bombs=False)
    assert findings.examples == {}
