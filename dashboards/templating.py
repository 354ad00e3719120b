"""The templates, ready to fill, and the file names of the pages."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any

import jinja2
import orjson
from markupsafe import Markup

from dashboards import words
from dashboards.script_texts import language, script_texts
from flows.words.amounts import FILTERS, NOTHING, plural
from flows.words.language import gettext, is_draft, ngettext, spoken

SLUG_CHARACTERS = 60
HASH_CHARACTERS = 8
# Windows cannot open files with these names, and a memory stick may end up there.
RESERVED_NAMES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}


def page_names(athlete_ids: Iterable[str]) -> dict[str, str]:
    """The file name of each athlete's page: a slug, with a short hash if the slug differs from the id or is taken."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    # An id that is already a slug keeps it, even if another id's slug and hash give the same name.
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


def squad_folders(squads: Iterable[str]) -> dict[str, str]:
    """The folder name of each squad's own site; two squads never share one."""
    return {squad: name.removesuffix(".html") for squad, name in page_names(squads).items()}


def slug(text: str) -> str:
    """Only a-z, 0-9 and single hyphens, at most 60 characters; "athlete" if nothing is left."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters)[:SLUG_CHARACTERS].strip("-") or "athlete"


def _with_hash(name: str, digest: str) -> str:
    return f"{name[: SLUG_CHARACTERS - len(digest) - 1].strip('-')}-{digest}"


def templates() -> jinja2.Environment:
    """The environment of every template: values are escaped, an unknown value is a dash."""
    return _templates_in(spoken())


@cache
def _templates_in(_language: str) -> jinja2.Environment:
    """One for each language: compiling a template also writes its constant numbers."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("dashboards"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: NOTHING if value is None else value,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(FILTERS, json=as_json, translated=words.translated, uncapitalised=words.uncapitalised)
    environment.globals.update(
        language=language,
        is_draft=lambda: is_draft(spoken()),
        script_texts=script_texts,
        nothing_known=words.NOTHING_KNOWN,
        plural=plural,
    )
    return environment


def as_json(value: Any) -> Markup:
    """JSON for a script element; no text in it can close the element. NaN in an array becomes null."""
    text = orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY).decode()
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704  escaped here
