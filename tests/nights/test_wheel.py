"""The built wheel is all that a club needs: from an empty folder to published pages, without the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from flows.settings import SETTINGS_FILE
from tests.conftest import PROJECT
from tests.lib.squads import runs_csv, strength_csv, write_files

DAY = date(2026, 9, 1)
SOURCES = (
    "flows",
    "dashboards",
    "sql",
    "docs",
    "setup.py",
    "MANIFEST.in",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "tendonwatch.toml",
)
# An editable install of the checkout may stand in site-packages: whatever is imported or read has to come from the wheel.
AS_INSTALLED = """
import atexit, runpy, sys
from pathlib import Path

def check():
    ours = [module for name, module in sys.modules.items() if name.split(".")[0] in ("flows", "dashboards")]
    strays = [str(module.__file__) for module in ours if module.__file__ and not Path(module.__file__).is_relative_to(WHEEL)]
    print("\\n".join(strays), file=sys.stderr)
    if strays:
        import os
        os._exit(99)

WHEEL = sys.argv[1]
atexit.register(check)
"""
VERB = AS_INSTALLED + "sys.argv = sys.argv[1:]; runpy.run_module('flows.cli', run_name='__main__')"
PREFECT = """
from pathlib import Path
from flows.settings import calm_libraries, load_settings
calm_libraries(load_settings(Path.cwd()))
from flows import scheduled
print(scheduled.night(str(Path.cwd()), as_of="2026-09-10").exit_code)
"""

pytestmark = pytest.mark.night  # in processes of their own, where nobody follows the names

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the sources that is gone again, unpacked into a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    sources, installed = folder / "sources", folder / "installed"
    sources.mkdir()
    for name in (*SOURCES, SETTINGS_FILE):
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, sources / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(PROJECT / name, sources / name)
    pip = [sys.executable, "-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check"]
    build = [*pip, "wheel", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(sources)]
    subprocess.run(build, check=True)
    shutil.rmtree(sources)
    (built,) = folder.glob("*.whl")
    subprocess.run([*pip, "install", "--no-index", "--no-deps", "--target", str(installed), str(built)], check=True)
    return installed


@pytest.fixture
def run(wheel: Path, tmp_path: Path) -> Run:
    """Runs Python code, or a verb, of the wheel in an empty folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TENDONWATCH_", "PREFECT_"))}
    environment |= {"PYTHONPATH": str(wheel), "BROWSER": "true"}

    def run(*arguments: str, code: str = VERB, wanted: int = 0) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", "-c", code, str(wheel), *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, check=False, capture_output=True, text=True)
        assert done.returncode == wanted, done.stdout + done.stderr
        return done

    return run


def test_the_wheel_publishes_from_an_empty_folder(run: Run, tmp_path: Path) -> None:
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert run("--version").stdout.split() == ["tendonwatch", version]

    run("check-settings", "--init")
    assert (tmp_path / "tendonwatch.toml").read_bytes() == (PROJECT / "tendonwatch.toml").read_bytes()
    assert [path.name for path in (tmp_path / "data").iterdir() if path.is_file()] == ["README.md"]
    assert not list((tmp_path / "data/raw").iterdir())
    assert {"accounts.toml", "secrets/", "var/"} <= set((tmp_path / ".gitignore").read_text(encoding="utf-8").splitlines())

    logs = {"ada/runs.csv": runs_csv(DAY, [5, 6, 0, 7]), "ada/strength.csv": strength_csv({DAY: ["Single-leg calf raise"]})}
    write_files(tmp_path / "data/raw", logs)
    run("nightly", "--as-of", "2026-09-10")
    with duckdb.connect(str(tmp_path / "var/warehouse.duckdb"), read_only=True) as published:
        assert published.execute("select count(*) from marts.runs").fetchall() == [(3,)]
        (judged,) = published.execute("select count(*) from ops.checks").fetchall()[0]
    assert judged > 0
    heading = (PROJECT / "docs/worked-example.md").read_text(encoding="utf-8").splitlines()[0].strip("# ")
    assert heading in (tmp_path / "var/site/evidence.html").read_text(encoding="utf-8")
    assert run("open").stdout.strip() == str(tmp_path / "var/site/index.html")

    run("demo", "invented")
    assert (tmp_path / "invented/squad.csv").is_file()


def test_the_wheel_runs_its_nights_by_prefect(run: Run, tmp_path: Path) -> None:
    write_files(tmp_path / "data/raw", {"ada/runs.csv": runs_csv(DAY, [5, 6])})
    assert run(code=AS_INSTALLED + PREFECT).stdout.splitlines()[-1] == "0"
    assert (tmp_path / "var/site/index.html").is_file()


def test_a_beginning_overwrites_nothing(run: Run, tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {
            "tendonwatch.toml": 'timezone = "Europe/Oslo"\n',
            "data/README.md": "ours",
            "data/raw/ada/runs.csv": "",
            ".gitignore": "",
        },
    )
    said = run("check-settings", "--init").stdout
    assert "timezone = Europe/Oslo" in said
    assert said.count("stays as it is") == 3
    assert (tmp_path / "data/README.md").read_text() == "ours"
