"""Builds the whole site from one warehouse; it opens from a memory stick, without a network.

Beside the site of everybody each squad has a whole one of its own below squads/, which can be handed out alone. Equal tables give
byte-equal files, except each assets/published.js, which holds the time, and status.json, which the night adds.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb

from dashboards import memory, one_squad, planned, tables, theme
from dashboards.digest import digest
from dashboards.pages import athlete, data_dictionary, data_quality, evidence, squad
from dashboards.pages.athlete.plan import calendar_path
from dashboards.runners import runners_js
from dashboards.sheets import write_sheets
from dashboards.templating import as_json, page_names, squad_folders, templates
from flows.words.language import ENGLISH, speaking

LOG = logging.getLogger("tendonwatch")
# One file on the site, in this order, behind the colours: what all share, then what is a page's own.
STYLES = ("style.css", "squad.css", "athlete.css", "plan.css")
PLOTLY = "plotly.min.js"
SCRIPTS = ("site.js", "squad.js", "address.js", "charts.js", "athlete.js")
SQUADS = "select distinct squad from marts.athletes where squad is not null order by squad"


def build_site(warehouse: Path, folder: Path, language: str = ENGLISH) -> None:
    """Write every page into a new folder, in one language, and each squad's own site; deletes an old folder of that name."""
    with duckdb.connect(str(warehouse), read_only=True) as connection, speaking(language):
        if folder.exists():
            shutil.rmtree(folder)
        write_pages(connection, folder, language)
        folders = own_folders(connection)
    for name, below in folders.items():
        with one_squad.seen_by(warehouse, name) as connection, speaking(language):
            write_pages(connection, folder / below, language, name, folder / "assets" / PLOTLY)


def own_folders(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The folder of each squad's own site; of a single squad the whole site is its own."""
    squads = [row["squad"] for row in tables.rows(connection, SQUADS)]
    return {name: f"squads/{below}" for name, below in squad_folders(squads).items()} if len(squads) > 1 else {}


def write_pages(
    connection: duckdb.DuckDBPyConnection, folder: Path, language: str, own: str | None = None, plotly: Path | None = None
) -> None:
    """Write the pages of everybody whom this connection sees: of one squad, if it is named. `plotly` is there already."""
    environment = templates()
    (folder / "athletes").mkdir(parents=True)
    write_assets(folder / "assets", plotly)
    site = {"as_of_date": tables.as_of_date(connection), "squad": own}

    def write(path: str, template: str, context: dict[str, Any]) -> None:
        page = environment.get_template(template).render(**context, site=site, root="../" * path.count("/"), path=path)
        (folder / path).write_text(page, encoding="utf-8", newline="\n")

    ids = tables.athlete_ids(connection)
    names = page_names(ids)
    (folder / "assets" / "runners.js").write_text(runners_js(connection, names), encoding="utf-8", newline="\n")
    write("index.html", "squad.html", squad.context(connection, names, own))
    write_sheets(connection, folder, names)
    for athlete_id, context in athlete.contexts(connection, ids):
        write(f"athletes/{names[athlete_id]}", "athlete.html", context)
    write_calendars(connection, folder, names)
    write("data-quality.html", "data-quality.html", data_quality.context(connection))
    write("data-dictionary.html", "data-dictionary.html", data_dictionary.context(connection))
    write("evidence.html", "evidence.html", evidence.context(connection))
    message = digest(connection, language=language)
    (folder / "digest.txt").write_text(message.text, encoding="utf-8", newline="\n")
    (folder / "digest.html").write_text(message.html, encoding="utf-8", newline="\n")


def write_calendars(connection: duckdb.DuckDBPyConnection, folder: Path, names: Mapping[str, str]) -> None:
    """Write the plan of each runner who has one, with its ceilings, as plans/<page>.ics."""
    days = tables.rows(connection, planned.PLAN, first=min(names, default=""), last=max(names, default=""))
    for athlete_id, of_athlete in tables.grouped(days, "athlete_id").items():
        path = folder / calendar_path(names[athlete_id])
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(planned.calendar(of_athlete, of_athlete[0]["as_of_date"]))


def stamp(
    folder: Path, night: str, published_at: datetime, nights: Sequence[tables.Row] = (), warehouse: Path | None = None
) -> None:
    """Write assets/published.js of each site: when it was published, how the last nights went, and what changed since which."""
    at = published_at.astimezone(UTC).isoformat(timespec="seconds")
    told = {"night": night, "at": at, "nights": list(nights)}
    if warehouse is None:
        _write_published(folder / "assets", told)
        return
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        names = page_names(tables.athlete_ids(connection))
        _write_published(folder / "assets", told | {"kept": memory.kept(connection, names)})
        folders = own_folders(connection)
    # What a night said of itself may name anybody.
    silent = told | {"nights": [{**one, "message": None} for one in nights]}
    for name, below in folders.items():
        with one_squad.seen_by(warehouse, name) as connection:
            names = page_names(tables.athlete_ids(connection))
            _write_published(folder / below / "assets", silent | {"kept": memory.kept(connection, names)})


def write_assets(folder: Path, plotly: Path | None = None) -> None:
    """Write style, scripts and plotly.js, so that no page needs a network; `plotly` is one on the same drive to share."""
    folder.mkdir()
    ours = resources.files("dashboards") / "assets"
    style = "".join((ours / name).read_text(encoding="utf-8") for name in STYLES)
    (folder / "style.css").write_text(theme.css() + style, encoding="utf-8", newline="\n")
    for name in SCRIPTS:
        (folder / name).write_text((ours / name).read_text(encoding="utf-8"), encoding="utf-8", newline="\n")
    _place_plotly(folder / PLOTLY, plotly)
    _write_published(folder, None)


def _place_plotly(target: Path, shared: Path | None) -> None:
    """Nearly 5 MB for each squad and kept night: one file under several names where the drive can do that, else a copy."""
    if shared is not None:
        try:
            target.hardlink_to(shared)
        except OSError as error:
            LOG.debug("%s is a copy: %s", target, error)
        else:
            return
    target.write_bytes((resources.files("plotly") / "package_data" / PLOTLY).read_bytes())


def _write_published(assets: Path, published: dict[str, Any] | None) -> None:
    line = f"window.tendonwatchPublished = {as_json(published)};\n"
    (assets / "published.js").write_text(line, encoding="utf-8", newline="\n")
