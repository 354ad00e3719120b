"""Secrets are kept outside the settings: in a file that only its owner reads (file:PATH), or in the environment (env:NAME)."""

from __future__ import annotations

import os
from pathlib import Path

from flows.settings import WrongSettings

OTHERS_ONLY = 0o077  # mode bits that a file with a secret must not have


def read_secret(place: str, asked_by: str, what: str) -> str:
    """The secret behind env:NAME or file:PATH; `what` says what should stand there.

    Raises WrongSettings with the remedy, but never the secret.
    """
    kind, _, name = place.partition(":")
    if kind == "env":
        if not os.environ.get(name, "").strip():
            raise WrongSettings(f"{asked_by}: the environment variable {name} is not set")
        return os.environ[name].strip()
    path = Path(name)
    try:
        if path.stat().st_mode & OTHERS_ONLY:
            raise WrongSettings(f"{asked_by}: others may read {path}; chmod 600 {path}")
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSettings(f"{asked_by}: {path} cannot be read ({getattr(error, 'strerror', error)})") from error
    if not text:
        raise WrongSettings(f"{asked_by}: {path} is empty; write {what} into it")
    return text
