"""Text of others: what is kept of it, and how it is shown."""

from __future__ import annotations

import os

import pytest

from flows.operate import logs
from flows.texts import LONGEST_TEXT, printable, storable, without_stderr


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Zürich — Lauf 🎉 e\u0301", "Zürich — Lauf 🎉 e\u0301"),
        ("half \ud83c a party", "half \ufffd a party"),
        ("\x1b[31mred\x1b[0m\0", "[31mred[0m"),
        ("two\nlines\tand\u2028more", "two lines and more"),
        ("gpj.\u202eexe", "gpj.exe"),
        ("\u05e9\u05dc\u05d5\u05dd\u200f", "\u05e9\u05dc\u05d5\u05dd\u200f"),  # a mark that Hebrew needs
    ],
)
def test_text_is_kept_as_one_line_that_any_database_holds(text: str, kept: str) -> None:
    assert storable(text) == kept
    assert storable(text).encode()


def test_a_text_without_end_is_cut() -> None:
    assert storable("x" * 131_073) == "x" * (LONGEST_TEXT - 1) + "…"


def test_what_commands_a_terminal_is_shown_as_its_code() -> None:
    assert printable("a\x1b[2J\n\udcff\u202e é") == r"a\x1b[2J\n\udcff\u202e é"


def test_a_log_line_stays_one_line_and_commands_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    logs.start("text")
    logs.LOG.warning("read %s", "evil\x1b[2J\nERROR all is lost")
    said = capfd.readouterr().err
    assert said.count("\n") == 1 and "\x1b" not in said


def test_what_decoders_write_to_stderr_is_not_heard(capfd: pytest.CaptureFixture[str]) -> None:
    with without_stderr():
        os.write(2, b"thread panicked at \x1b[31m")
    os.write(2, b"heard again")
    assert capfd.readouterr().err == "heard again"
