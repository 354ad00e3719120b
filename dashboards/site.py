"""The whole site from one warehouse: open it from a memory stick, no network needed.

Equal tables give byte-equal files, but for assets/published.js, the one file that may hold a clock.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import orjson
from markupsafe import Markup

from dashboards import tables, theme
from dashboards.display import FILTERS, NOTHING
from dashboards.pages import athlete, data_dictionary, data_quality, evidence, squad

SLUG_CHARACTERS = 60
HASH_CHARACTERS = 8
# Windows opens no file of these names, and a memory stick travels.
RESERVED_NAMES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}


def build_site(warehouse: Path, folder: Path) -> None:
    """Write every page into a new folder; an old folder of that name goes first."""
    templates = _templates()
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        if folder.exists():
            shutil.rmtree(folder)
        (folder / "athletes").mkdir(parents=True)
        write_assets(folder / "assets")
        site = {"as_of_date": tables.as_of_date(connection)}

        def write(path: str, template: str, context: dict[str, Any]) -> None:
            page = templates.get_template(template).render(**context, site=site, root="../" * path.count("/"), path=path)
            (folder / path).write_text(page, encoding="utf-8", newline="\n")

        ids = [row["athlete_id"] for row in tables.rows(connection, "select athlete_id from marts.athletes order by athlete_id")]
        names = page_names(ids)
        write("index.html", "squad.html", squad.context(connection, names))
        for athlete_id, context in athlete.contexts(connection, ids):
            write(f"athletes/{names[athlete_id]}", "athlete.html", context)
        write("data-quality.html", "data-quality.html", data_quality.context(connection))
        write("data-dictionary.html", "data-dictionary.html", data_dictionary.context(connection))
        write("evidence.html", "evidence.html", evidence.context(connection))


def stamp(folder: Path, night: str, published_at: datetime) -> None:
    """Say when the site was published, in the one file that may hold a clock."""
    _write_published(folder / "assets", {"night": night, "at": published_at.astimezone(UTC).isoformat(timespec="seconds")})


def write_assets(folder: Path) -> None:
    """Style, scripts and plotly.js, so that no page ever asks a network."""
    folder.mkdir()
    ours = resources.files("dashboards") / "assets"
    style = (ours / "style.css").read_text(encoding="utf-8")
    (folder / "style.css").write_text(theme.css() + style, encoding="utf-8", newline="\n")
    for name in ("site.js", "squad.js", "charts.js"):
        (folder / name).write_text((ours / name).read_text(encoding="utf-8"), encoding="utf-8", newline="\n")
    plotly = resources.files("plotly") / "package_data" / "plotly.min.js"
    (folder / "plotly.min.js").write_bytes(plotly.read_bytes())
    _write_published(folder, None)


def page_names(athlete_ids: Iterable[str]) -> dict[str, str]:
    """The file name of each athlete's page: a slug, with a short hash where the slug differs from the id or is taken."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    # Ids that are already slugs keep them, whatever else hashes to the same name.
    for athlete_id in sorted(athlete_ids, key=lambda one: (slug(one) != one, one)):
        name = slug(athlete_id)
        if name != athlete_id or name in RESERVED_NAMES or name in taken:
            digest = hashlib.sha256(athlete_id.encode()).hexdigest()
            length = HASH_CHARACTERS
            while (name := _with_hash(slug(athlete_id), digest[:length])) in taken:
                length += 1
        taken.add(name)
        names[athlete_id] = f"{name}.html"
    return names


def slug(text: str) -> str:
    """Only a-z, 0-9 and single hyphens, at most 60 characters; "athlete" where nothing is left."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters)[:SLUG_CHARACTERS].strip("-") or "athlete"


def _with_hash(name: str, digest: str) -> str:
    return f"{name[: SLUG_CHARACTERS - len(digest) - 1].strip('-')}-{digest}"


def _write_published(assets: Path, published: dict[str, str] | None) -> None:
    line = f"window.tendonwatchPublished = {as_json(published)};\n"
    (assets / "published.js").write_text(line, encoding="utf-8", newline="\n")


def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("dashboards"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: NOTHING if value is None else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS, json=as_json)
    return environment


def as_json(value: Any) -> Markup:
    """JSON for a script element: no text in it can close the element."""
    return Markup(orjson.dumps(value).decode().replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704  escaped here
