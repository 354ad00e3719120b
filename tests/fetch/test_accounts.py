"""accounts.toml and the verbs: clear errors, secrets kept out of every word, an account switched off."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.cli import main
from flows.fetch.accounts import load_accounts
from flows.fetch.ledger import forget_athlete
from flows.settings import WrongSettings
from flows.squad.own_tables import read_own_table
from flows.squad.people import PEOPLE, athletes_by_email
from tests.fetch.conftest import Project
from tests.lib.workbooks import xlsx

FOLDER = '[[accounts]]\nsource = "folder"\nurl = "../nas"\n'


def said(project: Project, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["--folder", str(project.folder), *arguments])
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[accounts]\n", "not readable as TOML"),
        ('[[accounts]]\nsource = "strava"\n', "account 1 (strava): source: "),
        (FOLDER + "secrt = 1\n", "unknown key 'secrt' (did you mean secret?)"),
        ("[limits]\nminuts = 3\n", "unknown key 'minuts' (did you mean minutes?)"),
        ("[limits]\nminutes = 0\n", "minutes: "),
        (FOLDER + FOLDER, "two accounts are called 'folder'"),
        (FOLDER + 'name = "My Drive"\n', "becomes the name of a folder"),
        (FOLDER + 'name = "runs"\n', "names a sport"),
        (FOLDER + 'secret = "hunter2hunter2"\n', "a key or password has no place here"),
        (
            '[[accounts]]\nsource = "folder"\nurl = "webdav+https://ada:hunter2hunter2@club.example/"\n',
            "no place for a user or password",
        ),
        ('[accounts]\nsource = "hevy"\n', "write [[accounts]], with two brackets"),
        ('accounts = ["hevy"]\n', "between [[accounts]] and the next one"),
        (FOLDER + 'athlete = "../../elsewhere"\n', "is no folder in data/raw"),
        (FOLDER + 'athletes = { a = ".." }\n', "is no folder in data/raw"),
        (FOLDER + 'athlete = "kim"\nathletes = { i1 = "ole" }\n', "athlete and athletes both say whose it is"),
        ("[limits]\nfirst_days = 1000000000\n", "first_days: "),
    ],
)
def test_a_mistake_is_told_with_its_account_and_remedy_and_no_secret(project: Project, text: str, words: str) -> None:
    project.accounts(text)
    with pytest.raises(WrongSettings, match=r"accounts\.toml") as error:
        load_accounts(project.settings)
    assert words in str(error.value)
    assert "hunter2" not in str(error.value)
    assert said(project, "fetch")[0] == 2


def test_a_file_that_begins_with_a_byte_order_mark_is_read(project: Project) -> None:
    project.accounts("\ufeff" + FOLDER)
    assert [account.name for account in load_accounts(project.settings).accounts] == ["folder"]


@pytest.mark.parametrize(
    ("url", "key", "words"),
    [
        ("hevy", "k3y", "no address of the web"),
        ("https://hevy.example:port", "k3y", "no address of the web"),
        ("http://hevy.example", "k3y", "unencrypted"),
        ("http://127.0.0.1:9", "k3y-hunter2\nmine, not Ole's", "several lines"),
        ("http://127.0.0.1:9", "schlüssel-hunter2", "several lines"),
    ],
)
def test_an_address_or_key_that_no_service_has_is_told_before_anything_is_sent(
    project: Project, url: str, key: str, words: str
) -> None:
    project.accounts(f'[[accounts]]\nsource = "hevy"\nathlete = "kim"\nurl = "{url}"\nsecret = "file:secrets/hevy"\n', hevy=key)
    (standing,) = project.fetch().standings
    assert (standing.kind, standing.new_files) == ("settings", 0)
    assert words in standing.problem
    assert "hunter2" not in standing.problem + standing.remedy


def test_a_squad_that_cannot_be_read_is_told_and_makes_nobody_a_stranger(project: Project, tmp_path: Path) -> None:
    (tmp_path / "nas" / "kim").mkdir(parents=True)
    project.accounts(FOLDER)
    (project.raw / "squad.csv").write_text("name\nKim\n", encoding="utf-8")
    fetched = project.fetch()
    assert fetched.standings == []
    assert "squad.csv cannot be read" in fetched.problem
    assert "the column athlete_id is missing" in fetched.problem
    assert said(project, "accounts", "test")[0] == 3
    assert said(project, "fetch")[0] == 3


def test_an_input_folder_that_is_empty_all_at_once_gets_nothing(project: Project, tmp_path: Path) -> None:
    (tmp_path / "nas" / "kim").mkdir(parents=True)
    (tmp_path / "nas" / "kim" / "a.csv").write_text("a\n", encoding="utf-8")
    project.accounts(FOLDER)
    assert project.fetch().problem == ""
    project.raw.rename(tmp_path / "unmounted")
    project.raw.mkdir()
    (tmp_path / "nas" / "kim" / "b.csv").write_text("b\n", encoding="utf-8")
    assert "is empty" in project.fetch().problem
    assert project.files() == {}


def test_why_items_are_not_handed_out_is_told(project: Project, tmp_path: Path) -> None:
    (tmp_path / "nas" / "kim").mkdir(parents=True)
    (tmp_path / "nas" / "kim" / "large.csv").write_bytes(b" " * (1 << 20) + b"more")
    project.accounts("[limits]\nfile_mb = 1\n" + FOLDER)
    project.fetch()
    assert "    not handed out: 1 because it has more than 1 MB\n" in said(project, "accounts", "list")[1]


def test_settings_are_checked_with_their_accounts(project: Project) -> None:
    project.accounts(FOLDER + "secrt = 1\n")
    code, words = said(project, "check-settings")
    assert code == 2
    assert "unknown key 'secrt'" in words


def test_accounts_that_are_all_off_are_told(project: Project) -> None:
    project.accounts(FOLDER + "enabled = false\n")
    assert said(project, "fetch") == (0, "every account is switched off: nothing was asked\n")
    assert said(project, "fetch", "--account", "folder") == (0, "folder is switched off: nothing was asked\n")


def test_an_account_of_nobody_does_not_pass_its_test(project: Project, tmp_path: Path) -> None:
    (tmp_path / "nas").mkdir()
    project.accounts(FOLDER + 'athlete = "zoe"\n')
    project.squad("kim")
    code, words = said(project, "accounts", "test")
    assert code == 3
    assert "zoe: nobody in squad.csv is called so. Add a row to squad.csv" in words


def test_what_was_fetched_is_for_its_owner_and_group_only(project: Project, tmp_path: Path) -> None:
    (tmp_path / "nas" / "kim").mkdir(parents=True)
    (tmp_path / "nas" / "kim" / "a.csv").write_text("a\n", encoding="utf-8")
    project.accounts(FOLDER)
    project.fetch()
    assert not (project.raw / "kim" / "folder" / "a.csv").stat().st_mode & 0o007


def test_a_secret_that_others_may_read_is_not_used(project: Project) -> None:
    project.accounts(
        '[[accounts]]\nsource = "folder"\nurl = "webdav+http://127.0.0.1:9/"\nuser = "a"\nsecret = "file:secrets/cloud"\n',
        cloud="x",
    )
    (project.folder / "secrets" / "cloud").chmod(0o644)
    (standing,) = project.fetch().standings
    assert standing.kind == "settings"
    assert "chmod 600" in standing.problem


def test_without_accounts_nothing_is_fetched(project: Project) -> None:
    code, text = said(project, "fetch")
    assert code == 2
    assert "names no account" in text
    assert said(project, "accounts", "list") == (0, "")


def test_list_test_and_disable_say_how_an_account_stands(project: Project, tmp_path: Path) -> None:
    (tmp_path / "nas" / "kim").mkdir(parents=True)
    (tmp_path / "nas" / "kim" / "runs.csv").write_text("started_at,distance_km,moving_time\n", encoding="utf-8")
    project.accounts(FOLDER)
    assert said(project, "accounts", "test") == (0, "folder: answers\n")
    assert said(project, "accounts", "list")[1].startswith("folder, folder: last success never")
    assert said(project, "fetch") == (0, "folder: 1 new file\n")
    assert "last success 20" in said(project, "accounts", "list")[1]
    assert said(project, "accounts", "disable", "folder") == (0, "folder is switched off\n")
    assert said(project, "fetch") == (0, "every account is switched off: nothing was asked\n")
    assert "(switched off)" in said(project, "accounts", "list")[1]
    assert said(project, "accounts", "disable", "folder", "--on")[0] == 0
    assert said(project, "fetch") == (0, "folder: 0 new files\n")
    code, text = said(project, "accounts", "disable", "foldr")
    assert code == 2
    assert "there is folder" in text


def test_only_the_owner_can_read_what_is_kept_of_accounts(project: Project) -> None:
    project.accounts(FOLDER)
    project.fetch()
    folder = project.folder / "var" / "accounts"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "fetched.sqlite").stat().st_mode) == 0o600


def test_an_account_that_fails_is_exit_3_and_the_others_come(project: Project, tmp_path: Path) -> None:
    (tmp_path / "nas" / "kim").mkdir(parents=True)
    (tmp_path / "nas" / "kim" / "runs.csv").write_text("started_at,distance_km,moving_time\n", encoding="utf-8")
    project.accounts(FOLDER + FOLDER.replace("../nas", "../gone") + 'name = "gone"\n')
    code, text = said(project, "fetch")
    assert code == 3
    assert "folder: 1 new file" in text
    assert "gone: gone is not there. Look whether the address" in text


def test_addresses_of_the_squad_reach_no_record_and_one_of_two_people_is_nobodys(project: Project) -> None:
    path = project.raw / "squad.csv"
    path.write_text(
        "athlete_id,name,email\nkim,Kim,KIM@Runner.example\nole,,\nada,,two@runner.example\nbo,,Two@runner.example\n",
        encoding="utf-8",
    )
    said = read_own_table(PEOPLE, path)
    assert said.refused_rows == ()
    assert said.records[0] == {"athlete_id": "kim", "name": "Kim"}
    assert athletes_by_email(project.raw) == {"kim@runner.example": "kim"}
    path.unlink()
    path.with_suffix(".xlsx").write_bytes(xlsx({"Squad": [["athlete_id", "email"], ["kim", "kim@runner.example"]]}))
    assert athletes_by_email(project.raw) == {"kim@runner.example": "kim"}


def test_who_is_erased_is_forgotten_here_too(project: Project, tmp_path: Path) -> None:
    for name in ("kim", "ole"):
        (tmp_path / "nas" / name).mkdir(parents=True)
        (tmp_path / "nas" / name / "runs.csv").write_text(f"started_at,distance_km,moving_time\n#{name}\n", encoding="utf-8")
    project.accounts(FOLDER)
    project.fetch()
    state = project.folder / "var" / "accounts" / "fetched.sqlite"
    assert b"kim" in state.read_bytes()
    forget_athlete(project.settings, "kim")
    assert b"kim" not in state.read_bytes()
    assert b"ole" in state.read_bytes()
