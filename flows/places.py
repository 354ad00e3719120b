"""Where the program finds what it carries."""

from __future__ import annotations

from pathlib import Path

PACKAGE_DIR = Path(__file__).resolve().parent
# In a wheel these are inside the package (setup.py), in a checkout beside it.
CARRIED_DIR = PACKAGE_DIR if (PACKAGE_DIR / "sql").is_dir() else PACKAGE_DIR.parent
SQL_DIR = CARRIED_DIR / "sql"
CATALOGUES = PACKAGE_DIR / "words" / "locale"  # one file per language
ENGLISH = "en"


def languages() -> list[str]:
    """The codes of all languages: English, and those with a catalogue."""
    return [ENGLISH, *sorted(path.stem for path in CATALOGUES.glob("*.po"))]
