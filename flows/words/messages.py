"""Collects the messages of the project into locale/messages.pot and updates the languages beside it: make messages.

`python -m flows.words.messages fr` also lists what French leaves in English.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from flows.places import CATALOGUES
from flows.words import reasons
from flows.words.language import said_in_english

PROJECT = Path(__file__).resolve().parents[2]
TEMPLATE = "messages.pot"
SEED = "flows.words.messages:seed_texts"
METHODS = [
    ("flows/**.py", "python"),
    ("dashboards/**.py", "python"),
    ("dashboards/templates/**.html", "jinja2"),
    ("dashboards/templates/**.txt", "jinja2"),
]
TEMPLATE_OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true", "silent": "false"}
KEYWORDS = {**DEFAULT_KEYWORDS, "plural_of": (1, 2), "plural": (1, 2), "forms": (1, 2)}
# The seeds whose texts the pages print. Research is cited as published, in English.
SEED_COLUMNS = {
    "choices": ("topic", "choice", "reason"),
    "flag_matrix": ("meaning",),
    "judgement": ("kind",),
    "links": ("short", "name", "exercise"),
    "measures": ("name",),
    "reasons": ("action",),
    "rules": ("unit", "meaning"),
    "run_notes": ("meaning",),
}


def collected() -> Catalog:
    """Every message of the code, the templates and the seeds."""
    methods = METHODS + [(f"sql/seeds/{seed}.csv", SEED) for seed in SEED_COLUMNS]
    options = {pattern: TEMPLATE_OPTIONS for pattern, method in METHODS if method == "jinja2"}
    options |= {f"sql/seeds/{seed}.csv": {"columns": " ".join(columns)} for seed, columns in SEED_COLUMNS.items()}
    catalogue = Catalog()
    for folder in ("flows", "dashboards", "sql"):
        mapped = [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in methods if pattern.startswith(folder)]
        mapped_options = {pattern.removeprefix(f"{folder}/"): of for pattern, of in options.items() if pattern.startswith(folder)}
        for _, _, message, _, context in extract_from_dir(PROJECT / folder, mapped, mapped_options, KEYWORDS):
            catalogue.add(message, context=context)
    for one, many in reasons.said():
        catalogue.add((one, many) if many else one)
    return catalogue


def seed_texts(
    stream: BinaryIO, keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, str]
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Extracts the texts of some columns of a seed; the signature is that of a Babel extractor."""
    for number, row in enumerate(csv.DictReader(io.TextIOWrapper(stream, encoding="utf-8")), start=2):
        for column in options["columns"].split():
            if text := row[column]:
                yield number, "gettext", text, []


def as_po(catalogue: Catalog) -> bytes:
    """The catalogue as a file: no clock and no line numbers, so that it changes only with its messages."""
    written = io.BytesIO()
    write_po(written, catalogue, width=120, no_location=True, omit_header=catalogue.locale is None, sort_output=True)
    return written.getvalue()


def main(listed: Collection[str] = ()) -> None:
    """Write messages.pot, and add new messages to each language; messages no longer used stay there as obsolete.

    Prints how many messages each language leaves in English, and of the languages in `listed` which.
    """
    found = collected()
    CATALOGUES.mkdir(exist_ok=True)
    (CATALOGUES / TEMPLATE).write_bytes(as_po(found))
    for path in sorted(CATALOGUES.glob("*.po")):
        with path.open(encoding="utf-8") as stream:
            catalogue = read_po(stream, locale=path.stem)
        # A translation of a text that is only alike may say the contrary.
        for message in list(catalogue.obsolete.values()):
            if found.get(message.id):  # it is used again
                catalogue[message.id] = message
        catalogue.update(found, no_fuzzy_matching=True, update_creation_date=False)
        path.write_bytes(as_po(catalogue))
        left = said_in_english(catalogue)
        print(f"{path.stem}: {len(left)} of {len(catalogue)} messages are said in English")
        if path.stem in listed:
            print("\n".join(left))


if __name__ == "__main__":
    main(sys.argv[1:])
