"""Builds the whole site from one warehouse; it opens from a memory stick, without a network.

Equal tables give byte-equal files, except assets/published.js, which holds the time, and status.json, which the night adds.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb

from dashboards import tables, theme
from dashboards.digest import digest
from dashboards.pages import athlete, data_dictionary, data_quality, evidence, squad
from dashboards.runners import runners_js
from dashboards.sheets import write_sheets
from dashboards.templating import as_json, page_names, templates
from flows.words.language import ENGLISH, speaking

# One after the other in the style sheet of every page: what all share, then what is a page's own.
STYLES = ("style.css", "athlete.css")


def build_site(warehouse: Path, folder: Path, language: str = ENGLISH) -> None:
    """Write every page into a new folder, in one language; deletes an old folder of that name."""
    with duckdb.connect(str(warehouse), read_only=True) as connection, speaking(language):
        environment = templates()
        if folder.exists():
            shutil.rmtree(folder)
        (folder / "athletes").mkdir(parents=True)
        write_assets(folder / "assets")
        site = {"as_of_date": tables.as_of_date(connection)}

        def write(path: str, template: str, context: dict[str, Any]) -> None:
            page = environment.get_template(template).render(**context, site=site, root="../" * path.count("/"), path=path)
            (folder / path).write_text(page, encoding="utf-8", newline="\n")

        ids = tables.athlete_ids(connection)
        names = page_names(ids)
        (folder / "assets" / "runners.js").write_text(runners_js(connection, names), encoding="utf-8", newline="\n")
        write("index.html", "squad.html", squad.context(connection, names))
        write_sheets(connection, folder, names)
        for athlete_id, context in athlete.contexts(connection, ids):
            write(f"athletes/{names[athlete_id]}", "athlete.html", context)
        write("data-quality.html", "data-quality.html", data_quality.context(connection))
        write("data-dictionary.html", "data-dictionary.html", data_dictionary.context(connection))
        write("evidence.html", "evidence.html", evidence.context(connection))
        message = digest(connection, language=language)
        (folder / "digest.txt").write_text(message.text, encoding="utf-8", newline="\n")
        (folder / "digest.html").write_text(message.html, encoding="utf-8", newline="\n")


def stamp(folder: Path, night: str, published_at: datetime, nights: Sequence[tables.Row] = ()) -> None:
    """Write assets/published.js: when the site was published, and how the last nights went (newest first)."""
    at = published_at.astimezone(UTC).isoformat(timespec="seconds")
    _write_published(folder / "assets", {"night": night, "at": at, "nights": list(nights)})


def write_assets(folder: Path) -> None:
    """Write style, scripts and plotly.js, so that no page needs a network."""
    folder.mkdir()
    ours = resources.files("dashboards") / "assets"
    style = "".join((ours / name).read_text(encoding="utf-8") for name in STYLES)
    (folder / "style.css").write_text(theme.css() + style, encoding="utf-8", newline="\n")
    for name in ("site.js", "squad.js", "address.js", "charts.js", "athlete.js"):
        (folder / name).write_text((ours / name).read_text(encoding="utf-8"), encoding="utf-8", newline="\n")
    plotly = resources.files("plotly") / "package_data" / "plotly.min.js"
    (folder / "plotly.min.js").write_bytes(plotly.read_bytes())
    _write_published(folder, None)


def _write_published(assets: Path, published: dict[str, Any] | None) -> None:
    line = f"window.tendonwatchPublished = {as_json(published)};\n"
    (assets / "published.js").write_text(line, encoding="utf-8", newline="\n")
