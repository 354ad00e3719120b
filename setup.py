"""What pyproject.toml cannot say: a wheel carries these inside its packages, a checkout has them beside them."""

from pathlib import Path
from shutil import copy2, copytree, rmtree

from setuptools import setup
from setuptools.command.build_py import build_py

CARRIED = {
    "sql": "flows/sql",
    "tendonwatch.toml": "flows/tendonwatch.toml",
    "docs/worked-example.md": "dashboards/docs/worked-example.md",
}


class BuildWithData(build_py):
    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for source, target in CARRIED.items():
            path = Path(self.build_lib, target)
            path.parent.mkdir(parents=True, exist_ok=True)
            if Path(source).is_dir():
                rmtree(path, ignore_errors=True)
                copytree(source, path)
            else:
                copy2(source, path)


setup(cmdclass={"build_py": BuildWithData})
