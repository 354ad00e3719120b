"""What is read again: the contents of a format after a change of what decides about it, and nothing after a mere comment."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from flows.intake import fingerprints
from flows.intake.ingest import import_files
from flows.state import database
from tests.lib.squads import Night, runs_csv, write_files
from tests.unit.readers.fit_builder import even_run, fit_file

DAY = date(2026, 9, 1)
GPX = """<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1"><trk><type>running</type><trkseg>
<trkpt lat="46.5200" lon="6.57"><time>2026-09-02T06:00:00Z</time></trkpt>
<trkpt lat="46.5210" lon="6.57"><time>2026-09-02T06:00:40Z</time></trkpt>
<trkpt lat="46.5220" lon="6.57"><time>2026-09-02T06:01:20Z</time></trkpt></trkseg></trk></gpx>"""
HEVY = (
    '"title","start_time","end_time","description","exercise_title","superset_id","exercise_notes","set_index","set_type",'
    '"weight_kg","reps","distance_km","duration_seconds","rpe"\n'
    '"Legs","18 Jan 2026, 17:42","18 Jan 2026, 18:40","","Seated Calf Raise",,"",0,"normal",40,12,,,\n'
)
FILES = {
    "ada/run.fit": fit_file(*even_run()),
    "ada/run.gpx": GPX,
    "ada/runs.csv": runs_csv(DAY, [5, 6]),
    "ada/hevy.csv": HEVY,
    "ada/plan.pdf": b"%PDF-1.7\n1 0 obj\n" + bytes(200),  # not understood: read again when any reader changed
}
Change = Callable[[Path], None]


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return write_files(tmp_path / "raw", FILES)


@pytest.fixture
def memory(tmp_path: Path, raw: Path) -> Path:
    path = tmp_path / "memory.duckdb"
    assert import_files(raw, path, 1).files_parsed == len(FILES)
    assert import_files(raw, path, 1).files_parsed == 0
    return path


def asked(memory: Path, query: str) -> list[tuple[Any, ...]]:
    with database.writer(memory) as connection:
        return connection.execute(query).fetchall()


def changed(module: str, old: str, new: str) -> Change:
    def change(package: Path) -> None:
        path = package / module
        text = path.read_text(encoding="utf-8")
        assert text.count(old) >= 1
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def released(library: str) -> Callable[[str], str]:
    return lambda name: "99.0" if name == library else metadata.distribution(name).version


def read_after(change: Change, raw: Path, memory: Path, tmp_path: Path, patch: pytest.MonkeyPatch) -> int:
    """How many files a night reads once the program is a copy of this one with a change in it."""
    package = tmp_path / "changed" / "flows"
    shutil.copytree(fingerprints.PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    change(package)
    patch.setattr(fingerprints, "PACKAGE", package)
    return import_files(raw, memory, 1).files_parsed


@pytest.mark.parametrize(
    "change",
    [
        changed("records.py", "from __future__", "# what a reader says\nfrom __future__"),
        changed("readers/fit/container.py", '"""The bytes', '"""All the bytes'),
        changed("readers/gpx.py", "def read_gpx(data: bytes)", "def read_gpx(\n        data: bytes,\n    )"),
        changed("intake/verbs.py", "def forget(", "def drop("),
        changed("settings.py", "SETTINGS_VERSION = 1", "SETTINGS_VERSION = 2"),
    ],
    ids=["comment", "docstring", "formatting", "a module that decides nothing", "settings"],
)
def test_what_decides_nothing_reads_nothing_again(
    change: Change, raw: Path, memory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_after(change, raw, memory, tmp_path, monkeypatch) == 0


@pytest.mark.parametrize(
    ("change", "formats"),
    [
        (changed("readers/gpx.py", "FORMATS =", "CODE = 1\nFORMATS ="), {"gpx"}),
        (changed("readers/fit/container.py", "SHORT_HEADER_BYTES = 12", "SHORT_HEADER_BYTES = 11"), {"fit"}),
        (changed("readers/xml_tracks.py", "import re", "import os\nimport re"), {"gpx"}),
        (changed("readers/cells.py", "import csv", "import os\nimport csv"), {"runs_csv", "hevy_csv"}),
        (changed("readers/strava_csv.py", "FORMATS =", "CODE = 1\nFORMATS ="), {"runs_csv", "hevy_csv"}),
        (changed("readers/foreign_runs.py", "MOST_ITEMS = 300_000", "MOST_ITEMS = 1"), set()),
        (changed("records.py", "TRACK_COLUMNS = (", "MORE = 1\nTRACK_COLUMNS = ("), {"fit", "gpx", "runs_csv", "hevy_csv"}),
        (changed("intake/smoothing.py", "CARRY_S = 10.0", "CARRY_S = 11.0"), {"fit", "gpx", "runs_csv", "hevy_csv"}),
        (changed("readers/sniff.py", "TAR_MAGIC_AT = 257", "TAR_MAGIC_AT = 256"), {"fit", "gpx", "runs_csv", "hevy_csv"}),
    ],
)
def test_changed_code_reads_again_what_it_decides_about(
    change: Change, formats: set[str], raw: Path, memory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_after(change, raw, memory, tmp_path, monkeypatch) == len(formats) + 1
    assert import_files(raw, memory, 1).files_parsed == 0


@pytest.mark.parametrize(
    ("library", "files"), [("fitfast", 1), ("garmin_fit_sdk", 1), ("lxml", 1), ("numpy", -1), ("duckdb", -1), ("pydantic", -1)]
)
def test_a_new_version_of_a_decoder_reads_its_formats_again(
    library: str, files: int, raw: Path, memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingerprints.metadata, "version", released(library))
    assert import_files(raw, memory, 1).files_parsed == files + 1
    assert import_files(raw, memory, 1).files_parsed == 0


def test_a_changed_seed_reads_again_what_goes_by_it(
    raw: Path, memory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds = tmp_path / "seeds"
    shutil.copytree(fingerprints.SEEDS_DIR, seeds)
    monkeypatch.setattr(fingerprints, "SEEDS_DIR", seeds)
    with (seeds / "export_headers.csv").open("a", encoding="utf-8") as stream:
        stream.write("\n")
    assert import_files(raw, memory, 1).files_parsed == 2  # of Hevy, and what nobody understood
    with (seeds / "rules.csv").open("a", encoding="utf-8") as stream:
        stream.write("\n")
    assert import_files(raw, memory, 1).files_parsed == 0


def test_a_file_that_is_gone_keeps_what_was_read_of_it(
    raw: Path, memory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = asked(memory, "from raw.runs order by all")
    (raw / "ada" / "run.fit").unlink()
    change = changed("records.py", "TRACK_COLUMNS = (", "MORE = 1\nTRACK_COLUMNS = (")
    assert read_after(change, raw, memory, tmp_path, monkeypatch) == len(FILES) - 1
    assert asked(memory, "from raw.runs order by all") == before


def test_a_memory_from_before_is_taken_over_and_read_once(raw: Path, memory: Path) -> None:
    """It knew one fingerprint of all readers."""
    (raw / "ada" / "run.fit").unlink()
    before = asked(memory, "from raw.runs order by all")
    asked(memory, "delete from raw.memory where starts_with(key, 'reader')")
    asked(memory, "insert into raw.memory values ('readers', 'a hash')")
    assert import_files(raw, memory, 1).files_parsed == len(FILES) - 1
    assert import_files(raw, memory, 1).files_parsed == 0
    assert asked(memory, "from raw.runs order by all") == before
    assert asked(memory, "from raw.memory where key = 'readers'") == []


def test_every_format_has_one_reader(demo_night: Night) -> None:
    formats = [name for names in fingerprints.formats_by_module().values() for name in names]
    assert len(formats) == len(set(formats))
    of_the_squad = {"squad_csv", "rules_csv", "exercise_aliases_csv"}  # read every night
    loaded = demo_night.rows("select distinct format from raw.contents where outcome = 'loaded'")
    assert {row["format"] for row in loaded} - set(formats) <= of_the_squad
