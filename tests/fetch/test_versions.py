"""Of several versions of a fetched file the newest counts, and a name that only looks like a version is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.intake.folder import scan
from flows.intake.versions import first_version, newest, next_version
from tests.lib.squads import night_over, runs_csv
from tests.nights.test_ingest import AS_OF, DAY


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("i12.fit", "i12~v2.fit"),
        ("i12~v2.fit", "i12~v3.fit"),
        ("i12~v9.fit.gz", "i12~v10.fit.gz"),
        ("a.b c.gpx", "a.b c~v2.gpx"),
        ("noend", "noend~v2"),
        ("plan~v99.csv", "plan~v100.csv"),
    ],
)
def test_each_version_has_the_next(name: str, after: str) -> None:
    assert next_version(name) == after
    assert first_version(after)[0] == first_version(name)[0]


def test_the_highest_number_is_the_newest_and_not_the_last_in_the_alphabet() -> None:
    names = ["run.fit", *(f"run~v{number}.fit" for number in range(2, 13)), "other.fit"]
    assert newest(names) == {"run.fit": "run~v12.fit", "other.fit": "other.fit"}


def test_a_name_like_a_version_without_its_first_one_is_a_file_of_its_own() -> None:
    names = ["run~v2.fit", "LONGNA~1.FIT", "walk~v1.fit"]
    assert newest(names) == dict(zip(names, names, strict=True))


def test_a_night_reads_the_newest_version_under_the_first_ones_path(tmp_path: Path) -> None:
    folder = tmp_path / "raw" / "kim" / "intervals"
    folder.mkdir(parents=True)
    (folder / "i1.csv").write_text(runs_csv(DAY, [8.0]), encoding="utf-8")
    first = night_over(tmp_path / "raw", tmp_path, as_of=AS_OF, is_guarded=False, has_pages=False)
    assert first.rows("select distance_m from marts.runs") == [{"distance_m": 8000.0}]
    # Edited where it came from: a shorter run on the same day, and one more edit.
    (folder / "i1~v2.csv").write_text(runs_csv(DAY, [6.0]), encoding="utf-8")
    (folder / "i1~v3.csv").write_text(runs_csv(DAY, [5.0]), encoding="utf-8")
    second = night_over(tmp_path / "raw", tmp_path, as_of=AS_OF, is_guarded=False, has_pages=False)
    assert second.rows("select distance_m from marts.runs") == [{"distance_m": 5000.0}]
    states = second.rows("select path, state from ops.files order by state")
    assert states == [
        {"path": "kim/intervals/i1.csv", "state": "loaded"},
        {"path": "kim/intervals/i1.csv", "state": "superseded"},
    ]
    assert [file.location.name for file in scan(tmp_path / "raw")] == ["i1~v3.csv"]
