"""What the kept nights take: unchanged pages are one file, the oldest nights go first, status says what fits."""

from __future__ import annotations

import logging
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from flows.settings import Settings
from flows.state import kept, publication

NIGHTS = ["20260101T020000Z", "20260102T020000Z", "20260103T020000Z"]
Usage = namedtuple("Usage", "total used free")


def settings_in(folder: Path, keep_gb: float = 0) -> Settings:
    return Settings(warehouse=folder / "warehouse.duckdb", site=folder / "site", keep_gb=keep_gb)


@pytest.fixture
def three_nights(tmp_path: Path) -> Path:
    """Nights with warehouses of 1,000, 2,000 and 3,000 bytes, pages of 100 each and a script of 50,000 that all share."""
    settings = settings_in(tmp_path)
    for number, night in enumerate(NIGHTS, start=1):
        publication.night_path(settings.warehouse, night).write_bytes(b"w" * 1000 * number)
        pages = tmp_path / "pages"
        pages.mkdir()
        (pages / "index.html").write_bytes(str(number).encode() * 100)
        (pages / "script.js").write_bytes(b"s" * 50_000)
        kept.share_unchanged(pages, settings.site)
        pages.rename(publication.night_path(settings.site, night))
        for link in (settings.warehouse, settings.site):
            publication.point(link, publication.night_path(link, night))
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.is_symlink())


def test_a_page_that_did_not_change_is_one_file_of_all_nights(three_nights: Path) -> None:
    scripts = [three_nights / f"site-{night}" / "script.js" for night in NIGHTS]
    assert {path.stat().st_nlink for path in scripts} == {3}
    pages = [three_nights / f"site-{night}" / "index.html" for night in NIGHTS]
    assert [page.read_text()[0] for page in pages] == ["1", "2", "3"]
    assert {page.stat().st_nlink for page in pages} == {1}
    assert sorted(path.name for path in (three_nights / "site").iterdir()) == ["index.html", "script.js"]


def test_a_page_of_the_same_length_and_time_is_no_unchanged_page(three_nights: Path) -> None:
    pages = three_nights / "pages"
    pages.mkdir()
    published = three_nights / "site" / "index.html"
    (pages / "index.html").write_text("x" * 100)
    shutil.copystat(published, pages / "index.html")
    assert kept.share_unchanged(pages, three_nights / "site") == 0
    assert (pages / "index.html").read_text() == "x" * 100
    assert published.read_text() == "3" * 100


def test_a_drive_without_second_names_gets_copies(three_nights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError("no hard links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    pages = three_nights / "pages"
    pages.mkdir()
    (pages / "script.js").write_bytes(b"s" * 50_000)
    assert kept.share_unchanged(pages, three_nights / "site") == 0
    assert names(pages) == ["script.js"]
    assert (pages / "script.js").stat().st_nlink == 1


def test_the_first_night_shares_nothing(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "index.html").write_text("x")
    assert kept.share_unchanged(tmp_path / "pages", tmp_path / "site") == 0


# All three take 6,000 + 300 + 50,000 bytes; without the first 55,200; without the first two 53,100.
@pytest.mark.parametrize(("most_bytes", "left"), [(56_300, 3), (56_299, 2), (55_200, 2), (55_199, 1), (53_100, 1)])
def test_the_oldest_nights_go_until_the_others_fit(three_nights: Path, most_bytes: int, left: int) -> None:
    dropped = kept.prune_to_size(settings_in(three_nights, most_bytes / 1e9))
    assert dropped == NIGHTS[: 3 - left]
    stay = NIGHTS[3 - left :]
    assert names(three_nights) == [f"site-{night}" for night in stay] + [f"warehouse-{night}.duckdb" for night in stay]


def test_no_limit_drops_nothing(three_nights: Path) -> None:
    assert kept.prune_to_size(settings_in(three_nights)) == []
    assert len(names(three_nights)) == 6


def test_the_published_night_stays_however_large_it_is(three_nights: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = settings_in(three_nights, keep_gb=1e-9)
    for link in (settings.warehouse, settings.site):  # as after a rollback
        publication.point(link, publication.night_path(link, NIGHTS[1]))
    with caplog.at_level(logging.WARNING):
        assert kept.prune_to_size(settings) == [NIGHTS[0], NIGHTS[2]]
    assert names(three_nights) == [f"site-{NIGHTS[1]}", f"warehouse-{NIGHTS[1]}.duckdb"]
    assert "more than keep_gb" in caplog.text


# The newest night added 3,000 + 100 bytes; the three take 56,300.
@pytest.mark.parametrize(
    ("free", "most_bytes", "fit"), [(31_000, 0, 10), (30_999, 0, 9), (31_000, 59_400, 1), (31_000, 59_399, 0), (31_000, 1, 0)]
)
def test_how_many_more_nights_fit(
    three_nights: Path, monkeypatch: pytest.MonkeyPatch, free: int, most_bytes: int, fit: int
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1, 1, free))
    found = kept.space(settings_in(three_nights, most_bytes / 1e9))
    assert found == {
        "kept_nights": 3,
        "kept_bytes": 56_300,
        "newest_night_bytes": 3_100,
        "free_bytes": free,
        "more_nights_that_fit": fit,
    }
