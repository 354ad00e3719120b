"""Settings: defaults, the file, the environment over it, and errors that say what to type instead."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from flows.settings import Settings, WrongSettings, load_settings
from tests.conftest import PROJECT


def load(folder: Path, text: str | bytes = "", **environment: str) -> Settings:
    (folder / "tendonwatch.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_settings(folder, environment)


def test_without_a_file_the_defaults_hold_below_the_folder(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})
    assert settings.raw == tmp_path / "data/raw"
    assert settings.warehouse == tmp_path / "var/warehouse.duckdb"
    assert settings.site == tmp_path / "var/site"
    assert (settings.timezone, settings.nightly_at) == ("UTC", "02:30")


def test_the_shipped_file_names_every_key_with_its_default() -> None:
    shipped = tomllib.loads((PROJECT / "tendonwatch.toml").read_text(encoding="utf-8"))
    assert shipped == Settings().model_dump(mode="json")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    settings = load(tmp_path, 'timezone = "Europe/Oslo"\nworkers = 1\n', TENDONWATCH_TIMEZONE="Asia/Tokyo", OTHER="x")
    assert (settings.timezone, settings.workers) == ("Asia/Tokyo", 1)


def test_a_number_from_the_environment_is_a_number(tmp_path: Path) -> None:
    assert load(tmp_path, TENDONWATCH_KEEP_NIGHTS="3").keep_nights == 3


def test_an_absolute_path_stays_and_a_relative_one_is_below_the_folder(tmp_path: Path) -> None:
    settings = load(tmp_path, 'raw = "/srv/logs"\nsite = "pages"\n')
    assert (settings.raw, settings.site) == (Path("/srv/logs"), tmp_path / "pages")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('time_zone = "UTC"\n', ["time_zone", "timezone"]),
        ('warehose = "x.duckdb"\n', ["warehose", "warehouse"]),
        ('timezone = "Europe/Stokholm"\n', ["timezone", "Europe/Stockholm"]),
        ('nightly_at = "25:00"\n', ["nightly_at", "hh:mm"]),
        ('nightly_at = "2:30"\n', ["nightly_at", "hh:mm"]),
        ("keep_nights = 0\n", ["keep_nights", "1"]),
        ("keep_gb = -1\n", ["keep_gb", "0"]),
        ("keep_gb = nan\n", ["keep_gb"]),
        ('workers = "many"\n', ["workers", "integer"]),
        ("raw = \n", ["TOML", "line 1"]),
        ("raw = 'löpning'\n".encode("latin-1"), ["TOML"]),
        ("[paths]\nraw = 'x'\n", ["paths"]),
    ],
)
def test_a_wrong_setting_is_named_with_the_file_and_what_would_be_right(
    tmp_path: Path, text: str | bytes, words: list[str]
) -> None:
    with pytest.raises(WrongSettings) as error:
        load(tmp_path, text)
    for word in ["tendonwatch.toml", *words]:
        assert word in str(error.value)


def test_a_mistyped_environment_variable_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(WrongSettings, match=r"warehuose.*warehouse"):
        load(tmp_path, TENDONWATCH_WAREHUOSE="x.duckdb")


def test_settings_of_a_newer_version_are_refused_before_their_unknown_keys(tmp_path: Path) -> None:
    with pytest.raises(WrongSettings, match=r"tendonwatch\.toml: version: .*version 2.*knows 1.*update the program"):
        load(tmp_path, "version = 2\nmoon_phase = 'full'\n")
    assert load(tmp_path, "version = 1\n").version == 1


@pytest.mark.parametrize("text", ["version = 0\n", "version = 'one'\n"])
def test_a_version_that_never_was_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(WrongSettings, match=r"tendonwatch\.toml: version"):
        load(tmp_path, text)
