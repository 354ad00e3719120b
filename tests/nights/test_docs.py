"""What the documents say is there."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from flows.cli import main
from flows.settings import Settings
from tests.conftest import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")
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
