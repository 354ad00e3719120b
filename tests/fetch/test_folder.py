"""A folder that fsspec reaches: on a drive, over WebDAV (wsgidav), in a bucket (moto); edited, deleted, broken, refused."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.fetch import keep
from flows.fetch.ledger import open_ledger
from tests.fetch.conftest import Project

RUN = b"started_at,distance_km,moving_time\n2026-09-01 08:00,8.0,0:45:00\n"
LONGER = RUN.replace(b"8.0", b"9.0")
DRIVE = '[[accounts]]\nsource = "folder"\nname = "nas"\nurl = "../nas"\n'


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    folder = tmp_path / "nas"
    (folder / "kim" / "2026").mkdir(parents=True)
    (folder / "kim" / "2026" / "runs.csv").write_bytes(RUN)
    return folder


def changed(path: Path, data: bytes) -> None:
    """Write a file anew, as seen by somebody who looks at its time."""
    now = path.stat().st_mtime
    path.write_bytes(data)
    os.utime(path, (now + 5, now + 5))


def test_each_file_comes_once_and_an_edit_as_a_new_version(project: Project, drive: Path) -> None:
    project.accounts(DRIVE)
    fetched = project.fetch()
    assert not fetched.is_troubled
    assert project.files() == {"kim/nas/2026/runs.csv": RUN}
    assert [one.new_files for one in project.fetch().standings] == [0]
    changed(drive / "kim" / "2026" / "runs.csv", LONGER)
    assert [one.new_files for one in project.fetch().standings] == [1]
    assert project.files() == {"kim/nas/2026/runs.csv": RUN, "kim/nas/2026/runs~v2.csv": LONGER}
    # Touched, but the same bytes: no version of it.
    changed(drive / "kim" / "2026" / "runs.csv", LONGER)
    project.fetch()
    assert len(project.files()) == 2


def test_what_is_deleted_there_is_listed_and_stays_here(project: Project, drive: Path) -> None:
    project.accounts(DRIVE)
    project.fetch()
    (drive / "kim" / "2026" / "runs.csv").unlink()
    (standing,) = project.fetch().standings
    assert standing.deleted == 1
    assert project.files() == {"kim/nas/2026/runs.csv": RUN}
    with open_ledger(project.settings) as ledger:
        assert ledger.deleted("nas") == [("kim", "kim/nas/2026/runs.csv")]


def test_what_is_no_log_or_hidden_or_leads_out_stays_there(project: Project, drive: Path) -> None:
    for name in ("kim/photo.jpg", "kim/.hidden.csv", "kim/.git/a.csv", "kim/@eaDir/b.csv", "kim/Thumbs.db"):
        (drive / name).parent.mkdir(exist_ok=True)
        (drive / name).write_bytes(b"x")
    (drive / "loose.csv").write_bytes(RUN)
    project.accounts(DRIVE)
    fetched = project.fetch()
    assert project.files() == {"kim/nas/2026/runs.csv": RUN}
    assert "outside the athletes' folders" in fetched.notes[0]


@pytest.mark.parametrize("name", ["../x.csv", "/", ".a", "a/../../b.csv", "a/.b/c.csv", "a/ /b.csv", "..", ""])
def test_a_name_that_leads_out_or_hides_is_no_name(name: str) -> None:
    path = keep.safe_path(name)
    assert path is None or (".." not in path.parts and not path.is_absolute() and not path.name.startswith("."))


def test_a_long_name_and_control_characters_are_made_harmless() -> None:
    assert keep.safe_path("a\x00b\u202e.fit") == Path("a_b_.fit")
    long = keep.safe_path("ü" * 400 + ".fit")
    assert long is not None
    assert len(long.name.encode()) <= 200 and long.suffix == ".fit"


def test_whoever_is_not_in_the_squad_is_named_and_the_others_come(project: Project, drive: Path) -> None:
    (drive / "zoe").mkdir()
    (drive / "zoe" / "runs.csv").write_bytes(RUN)
    project.squad("kim")
    project.accounts(DRIVE)
    fetched = project.fetch()
    assert project.files() == {"kim/nas/2026/runs.csv": RUN}
    assert fetched.notes == ["nas: the folder zoe there belongs to nobody in squad.csv; add a row for it, or rename it"]
    project.accounts(DRIVE + 'athlete = "zoe"\n')
    (standing,) = project.fetch().standings
    assert (standing.kind, standing.problem) == ("settings", "zoe: nobody in squad.csv is called so")


def test_a_drive_that_is_not_mounted_says_so_and_keeps_the_last_success(project: Project, drive: Path) -> None:
    project.accounts(DRIVE)
    long_ago = datetime(2026, 9, 2, 1, 30, tzinfo=UTC)
    project.fetch(now=long_ago)
    drive.rename(drive.with_name("elsewhere"))
    (standing,) = project.fetch(now=long_ago + timedelta(days=3)).standings
    assert standing.kind == "outage"
    assert "is not there" in standing.problem
    assert "mounted" in standing.remedy
    assert standing.last_success == "2026-09-02T01:30:00+00:00"
    assert standing.deleted == 0


def test_a_drive_that_is_empty_all_at_once_is_not_taken_for_deletions(project: Project, drive: Path) -> None:
    project.accounts(DRIVE)
    project.fetch()
    drive.rename(drive.with_name("elsewhere"))
    drive.mkdir()
    (standing,) = project.fetch().standings
    assert (standing.kind, standing.deleted) == ("outage", 0)
    assert "is empty" in standing.problem


def test_who_left_the_squad_has_deleted_nothing(project: Project, drive: Path) -> None:
    (drive / "ole").mkdir()
    (drive / "ole" / "runs.csv").write_bytes(RUN)
    project.accounts(DRIVE)
    project.squad("kim", "ole")
    project.fetch()
    project.squad("kim")
    (standing,) = project.fetch().standings
    assert standing.deleted == 0


@pytest.mark.parametrize("url", ["data/raw", "data/raw/kim", "."])
def test_the_input_folder_is_not_copied_into_itself(project: Project, url: str) -> None:
    project.accounts(f'[[accounts]]\nsource = "folder"\nathlete = "kim"\nurl = "{url}"\n')
    (project.raw / "runs.csv").write_bytes(RUN)
    (standing,) = project.fetch().standings
    assert (standing.kind, standing.new_files) == ("settings", 0)


def test_one_night_takes_so_many_files_and_the_next_the_rest(project: Project, drive: Path) -> None:
    for number in range(7):
        (drive / "kim" / f"{number}.csv").write_bytes(RUN + b"%d" % number)
    project.accounts(f"[limits]\nfiles = 3\n{DRIVE}")
    told = []
    for _ in range(4):
        (standing,) = project.fetch().standings
        told.append((standing.new_files, standing.waiting, standing.last_success is not None))
    assert told == [(3, 5, False), (3, 2, False), (2, 0, True), (0, 0, True)]
    assert len(project.files()) == 8


def test_a_file_that_is_too_large_is_left_and_noted(project: Project, drive: Path) -> None:
    (drive / "kim" / "big.csv").write_bytes(bytes(2 * 1024**2))
    project.accounts(f"[limits]\nfile_mb = 1\n{DRIVE}")
    (standing,) = project.fetch().standings
    assert (standing.withheld, standing.problem) == (1, "")
    assert "kim/nas/big.csv" not in project.files()


# ---------------------------------------------------------------- WebDAV


@pytest.fixture
def webdav(drive: Path) -> Iterator[str]:
    """A real WebDAV server over the drive, for ada with a password."""
    wsgidav = pytest.importorskip("wsgidav.wsgidav_app")
    from cheroot import wsgi

    app = wsgidav.WsgiDAVApp(
        {
            "provider_mapping": {"/logs": str(drive)},
            "simple_dc": {"user_mapping": {"*": {"ada": {"password": "s3cret-of-ada"}}}},
            "verbose": 0,
            "logging": {"enable": False},
        }
    )
    server = wsgi.Server(("127.0.0.1", 0), app)
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    yield f"webdav+http://127.0.0.1:{server.bind_addr[1]}/logs"
    server.stop()
    thread.join()


def of_webdav(url: str) -> str:
    return f'[[accounts]]\nsource = "folder"\nname = "cloud"\nurl = "{url}"\nuser = "ada"\nsecret = "file:secrets/cloud"\n'


def test_webdav_gives_its_files_once_and_an_edit_as_a_version(project: Project, webdav: str, drive: Path) -> None:
    project.accounts(of_webdav(webdav), cloud="s3cret-of-ada\n")
    fetched = project.fetch()
    assert [one.problem for one in fetched.standings] == [""]
    assert project.files() == {"kim/cloud/2026/runs.csv": RUN}
    changed(drive / "kim" / "2026" / "runs.csv", LONGER)
    project.fetch()
    assert project.files()["kim/cloud/2026/runs~v2.csv"] == LONGER


def test_webdav_with_a_wrong_password_is_a_wrong_key_and_says_it_nowhere(project: Project, webdav: str, written: object) -> None:
    project.accounts(of_webdav(webdav), cloud="wrong-s3cret")
    (standing,) = project.fetch().standings
    assert (standing.kind, standing.problem) == ("key", "cloud may not be read with this user and secret")
    assert "wrong-s3cret" not in written()  # type: ignore[operator]


def test_webdav_that_is_down_is_an_outage(project: Project, tmp_path: Path) -> None:
    project.accounts(of_webdav("webdav+http://127.0.0.1:9/logs"), cloud="x")
    (standing,) = project.fetch().standings
    assert standing.kind == "outage"


# ---------------------------------------------------------------- a bucket


def client_of(endpoint: str) -> Any:
    import boto3

    return boto3.client(
        "s3", endpoint_url=endpoint, aws_access_key_id="ada", aws_secret_access_key="s3cret", region_name="us-east-1"
    )


@pytest.fixture
def bucket() -> Iterator[str]:
    """A real S3 interface (moto) with one file of kim in it. Yields its address."""
    moto = pytest.importorskip("moto.server")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    client = client_of(endpoint)
    client.create_bucket(Bucket="logs")
    client.put_object(Bucket="logs", Key="squad/kim/2026/runs.csv", Body=RUN)
    yield endpoint
    server.stop()


def test_a_bucket_gives_its_files_once_and_an_edit_as_a_version(project: Project, bucket: str) -> None:
    project.accounts(
        f'[[accounts]]\nsource = "folder"\nname = "bucket"\nurl = "s3://logs/squad"\nendpoint = "{bucket}"\nuser = "ada"\n'
        'secret = "file:secrets/bucket"\n',
        bucket="s3cret",
    )
    fetched = project.fetch()
    assert [one.problem for one in fetched.standings] == [""]
    assert project.files() == {"kim/bucket/2026/runs.csv": RUN}
    client = client_of(bucket)
    client.put_object(Bucket="logs", Key="squad/kim/2026/runs.csv", Body=LONGER)
    (standing,) = project.fetch().standings
    assert standing.new_files == 1
    assert project.files() == {"kim/bucket/2026/runs.csv": RUN, "kim/bucket/2026/runs~v2.csv": LONGER}
