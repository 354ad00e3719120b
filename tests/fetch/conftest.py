"""A project folder with accounts, and stand-ins on loopback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.fetch import web
from flows.fetch.run import Fetched, fetch_all
from flows.settings import Settings, load_settings


class Project:
    """A folder with accounts.toml, secrets and an input folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "data" / "raw").mkdir(parents=True)

    @property
    def raw(self) -> Path:
        return self.folder / "data" / "raw"

    @property
    def settings(self) -> Settings:
        return load_settings(self.folder, {})

    def accounts(self, text: str, **secrets: str) -> None:
        """Write accounts.toml, and the secrets that it names, each in a file of its own."""
        (self.folder / "accounts.toml").write_text(text, encoding="utf-8")
        (self.folder / "secrets").mkdir(exist_ok=True)
        for name, secret in secrets.items():
            path = self.folder / "secrets" / name
            path.write_text(secret, encoding="utf-8")
            path.chmod(0o600)

    def squad(self, *athletes: str) -> None:
        (self.raw / "squad.csv").write_text("athlete_id\n" + "".join(f"{name}\n" for name in athletes), encoding="utf-8")

    def fetch(self, **options: object) -> Fetched:
        return fetch_all(self.settings, **options)  # type: ignore[arg-type]

    def files(self) -> dict[str, bytes]:
        """Every file of the input folder but squad.csv, by its path in it; also hidden ones."""
        return {
            path.relative_to(self.raw).as_posix(): path.read_bytes()
            for path in sorted(self.raw.rglob("*"))
            if path.is_file() and path.name != "squad.csv"
        }


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(web, "FIRST_WAIT_S", 0.01)
    monkeypatch.setattr(web, "JITTER_S", 0.0)
    monkeypatch.setattr(web, "LONGEST_WAIT_S", 0.02)
    return Project(tmp_path / "project")


@pytest.fixture
def written(project: Project) -> Callable[[], str]:
    """Everything that is readable in var and the input folder, as one text."""

    def read() -> str:
        files = [path for path in sorted(project.folder.rglob("*")) if path.is_file() and "secrets" not in path.parts]
        return "\n".join(path.read_bytes().decode("latin-1") for path in files)

    return read
