"""What the documents say is there."""

from __future__ import annotations

import csv
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from flows.cli import main
from flows.models import lineage
from flows.places import SQL_DIR
from flows.settings import Settings
from tests.conftest import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")
DOCS = sorted((PROJECT / "docs").glob("*.md"))
TARGETS = set(re.findall(r"^([a-z][\w-]*):(?!=)", MAKEFILE, flags=re.MULTILINE))


def verbs(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from verbs(command, f"{above}{name} ")
        yield f"{above}{name}", command


def ours() -> list[Path]:
    """Every file of the project that is kept with it: what git tracks or would."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=PROJECT, capture_output=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git working copy")
    return [PROJECT / os.fsdecode(name) for name in listed.stdout.split(b"\0") if name]


@pytest.mark.parametrize(("name", "command"), list(verbs(main)))
def test_every_verb_and_option_has_its_help(name: str, command: click.Command) -> None:
    assert command.help, f"{name} is missing its help"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts} is missing its help"


def test_every_make_target_in_the_readme_exists() -> None:
    named = set(re.findall(r"`make ([a-z][\w-]*)`", README)) | set(re.findall(r"^make ([a-z][\w-]*)", README, flags=re.MULTILINE))
    assert {"nightly", "test"} <= named
    assert named <= TARGETS


def test_the_makefile_has_the_agreed_targets_and_lists_them() -> None:
    assert {"nightly", "serve", "test", "check", "bench", "lock", "clean"} <= TARGETS
    listed = subprocess.run(["make"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    assert all(target in listed for target in ("nightly", "serve", "test", "check", "bench", "lock", "clean"))


def test_every_make_target_that_the_documents_name_exists() -> None:
    named = {target for path in DOCS for target in re.findall(r"`make ([a-z][\w-]*)`", path.read_text(encoding="utf-8"))}
    assert {"test", "docs"} <= named
    assert named <= TARGETS


@pytest.mark.parametrize("path", [PROJECT / "README.md", *DOCS], ids=lambda path: path.name)
def test_every_link_in_a_document_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))
    wrong = []
    for link in links:
        if link.startswith(("https://", "mailto:")):
            continue
        file, _, heading = link.partition("#")
        target = path.parent / file if file else path
        if not target.exists() or (heading and heading not in headings(target)):
            wrong.append(link)
    assert wrong == []


@pytest.mark.parametrize("name", ["architecture.md", "glossary.md", "specification.md"])
def test_every_path_that_a_document_names_exists(name: str) -> None:
    text = (PROJECT / "docs" / name).read_text(encoding="utf-8")
    paths = re.findall(r"`((?:flows|dashboards|sql|tests|docs|data)/[\w./-]+)`", text)
    assert paths
    assert [path for path in paths if not (PROJECT / path).exists()] == []


def headings(path: Path) -> set[str]:
    """What a link may name after # in a document: its headings, as GitHub makes anchors of them."""
    found = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def test_the_lineage_is_that_of_the_models() -> None:
    assert lineage.DOCUMENT.read_text(encoding="utf-8") == lineage.document(), "run `make docs`"


def test_every_section_that_is_pointed_to_is_in_the_specification() -> None:
    specification = (PROJECT / "docs" / "specification.md").read_text(encoding="utf-8")
    sections = set(re.findall(r"^#+ §(\S+) ", specification, flags=re.MULTILINE))
    made_precise = specification.partition("### §8.7")[2].partition("\n## ")[0]
    sections |= {f"8.7.{number}" for number in re.findall(r"^(\d+)\. ", made_precise, flags=re.MULTILINE)}
    letters = {f"3({letter})" for letter in re.findall(r"^- \((\w)\)", specification, flags=re.MULTILINE)}
    pointed = {
        pointer.rstrip(".")
        for path in ours()
        if path.suffix in (".py", ".sql", ".md", ".yml") and path.is_file()
        for pointer in re.findall(r"§(\d(?:[.\d]*\d)?(?:\(\w\))?)", path.read_text(encoding="utf-8"))
    }
    assert {"1", "8.7"} <= pointed
    assert pointed <= sections | letters


def test_every_rule_that_the_specification_names_exists() -> None:
    specification = (PROJECT / "docs" / "specification.md").read_text(encoding="utf-8")
    with (SQL_DIR / "seeds" / "rules.csv").open(encoding="utf-8", newline="") as file:
        rules = {row["key"] for row in csv.DictReader(file)}
    named = set(re.findall(r"`([a-z0-9]+(?:_[a-z0-9]+)+)`|\b(?=achilles_)(\w+)", specification))
    assert len(named) > 100
    assert {quoted or bare for quoted, bare in named} - rules == set()


def test_every_verb_in_the_readme_exists_and_every_verb_is_in_it() -> None:
    known = {name for name, _ in verbs(main)}
    named = set(re.findall(r"`tendonwatch ([a-z][a-z-]*)", README))
    assert named
    assert named <= known
    assert {name for name in known if " " not in name and name not in README} == set()


def test_every_setting_is_explained_by_a_comment_above_it() -> None:
    lines = (PROJECT / "tendonwatch.toml").read_text(encoding="utf-8").splitlines()
    for key in Settings.model_fields:
        (number,) = [number for number, line in enumerate(lines) if line.startswith(f"{key} = ")]
        assert lines[number - 1].startswith("# "), key


def test_every_analysis_and_model_says_its_question_first() -> None:
    for path in (PROJECT / "sql").rglob("*.sql"):
        assert path.read_text(encoding="utf-8").startswith("-- "), path


def test_no_file_names_the_machine_it_was_made_on() -> None:
    """Paths of this checkout, other people's homes, package hosts: none of them holds on the next machine."""
    home = str(Path.home())
    words = [str(PROJECT), *([home + "/"] if len(home) > 1 else [])]
    hosts = re.compile(r"--(?:extra-)?index-url|trusted-host|https?://[^ ]*/(?:simple|packages)/|/home/\w+/|/Users/\w+/")
    wrong = []
    for path in ours():
        if path.is_file() and path != Path(__file__):
            text = path.read_bytes().decode("utf-8", "ignore")
            wrong += [(path.name, word) for word in words if word in text]
            wrong += [
                (path.name, found) for found in set(hosts.findall(text)) if path.suffix in (".txt", ".lock", ".md", ".toml", "")
            ]
    assert wrong == []


def test_the_lock_files_hash_every_version() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (PROJECT / name).read_text(encoding="utf-8")
        pins = re.findall(r"^[\w.-]+(?:\[[\w,-]+\])?==\S+.*$", text, flags=re.MULTILINE)
        assert len(pins) > 50
        assert len(re.findall(r"^[a-zA-Z].*$", text, flags=re.MULTILINE)) == len(pins)
        blocks = re.split(r"\n(?=[a-zA-Z])", text)
        assert all("--hash=sha256:" in block for block in blocks if "==" in block), name
        assert "://" not in text
