"""A number of a rule reaches a sentence from the rule: with every rule changed no page tells an old one."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from dashboards.pages.evidence import rule_amount
from flows.places import SQL_DIR
from flows.words import messages, reasons
from tests.conftest import PROJECT
from tests.lib.squads import Night, night_over

with (SQL_DIR / "seeds" / "rules.csv").open(encoding="utf-8") as _seed:
    RULES = {row["key"]: row for row in csv.DictReader(_seed)}
NUMERIC = {key: rule for key, rule in RULES.items() if rule["type"] in ("integer", "double")}
PLACEHOLDER = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
# Numbers that texts may hold for themselves: a window is a definition (7, 21, 28 and 30 days; 12 weeks or months; what is drawn).
WINDOWS = {"7", "21", "28", "30", "12", "4", "14", "42"}
# Texts whose numbers no rule decides, by how they begin: what a study, our simulation or an estimate found, steps of a menu, an
# exercise, a scale, a fixed part of a formula, the letter of a level.
FIXED = (
    *("In 5,205 runners", "Even in training", "What we say instead", "“Injury risk", "<b>Achilles load is", "Days above"),
    *("<b>The ratio of this", "By chance", "Weeks of 40", "Six weeks of 40", "Acute means", "x: load of a day"),
    *("Achilles load of the runs", "Hold a weight once", "In a browser", "e1RM", "TRIMP", "All in AU", "F: body weights"),
    *("The sum goes over", "EWMA:", "longest run ≤", "F = ", "g = 1", "r = this", "<b>R", "<b>C", "1 year"),
    *("An empty day is rest", "A week that already", "Repeated tests", "The text says 4–5", "Pain above {only"),
    *("<b>Children, and everybody under 16", "<b>Pain above %(", "Of 100 healthy", "Of 100 who train"),
    *("{value} of 10", "{pain} of 10", "Pain, of 10", "<b>When to stop", "Pain goes before", "%(score)s of 100"),
)


def changed(rule: dict[str, str]) -> str:
    """Another value within the bounds of the rule, near enough that nights look alike, and no other rule's value."""
    value, low, high = float(rule["value"]), float(rule["lowest"]), float(rule["highest"])
    taken = {other["value"] for other in NUMERIC.values() if other["unit"] == rule["unit"]}
    steps = (
        [1, -1, 2, -2, 3, -3, 4, -4] if rule["type"] == "integer" else [0.01 * value * n or 0.01 * n for n in (1, -1, 2, -2, 3)]
    )
    for step in steps:
        new = f"{value + step:.6g}"
        if low <= float(new) <= high and new not in taken:
            return new
    raise AssertionError(rule["key"])


NEW = {key: changed(rule) for key, rule in NUMERIC.items()}


@pytest.fixture(scope="module")
def changed_night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """The demo squad under rules of which every one is another."""
    return night_over(PROJECT / "data" / "raw", tmp_path_factory.mktemp("changed"), as_of="latest", rules=NEW)


def told(night: Night) -> str:
    """What all pages say, without the tables that list the rules of the house beside the squad's own."""
    texts = []
    for path in sorted(night.site.rglob("*.html")):
        document = html.fromstring(Path(path).read_text(encoding="utf-8"))
        for element in document.xpath("//script[not(@id='figures')] | //style | //*[@lang] | //table[contains(@class, 'rules')]"):
            if element.tag != "html":
                element.drop_tree()
        texts.append(document.text_content())
    return " ".join(" ".join(texts).split())


def filled(message: str, values: dict[str, Any]) -> str:
    """The message as a page says it, with the values of rules in it."""
    text = message % values if "%(" in message else message.format(**values, only=values)
    return " ".join(html.fragment_fromstring(text, create_parent="div").text_content().split())


def rule_messages() -> list[str]:
    """Every message of code and templates whose placeholders are all rules; those of reasons have a test of their own."""
    of_reasons = {text for forms in reasons.said() for text in forms}
    found = [message.id for message in messages.collected() if isinstance(message.id, str) and message.id not in of_reasons]
    keys = {message: {one or other for one, other in PLACEHOLDER.findall(message)} for message in found}
    return [message for message, names in keys.items() if names and names <= set(NUMERIC)]


def test_a_changed_rule_is_told_wherever_the_old_one_was(demo_night: Night, changed_night: Night) -> None:
    before, after = told(demo_night), told(changed_night)
    old = {key: rule["value"] for key, rule in NUMERIC.items()}
    said = set()
    for message in rule_messages():
        was, now = filled(message, old), filled(message, NEW)
        if was in before:
            assert now in after, message
            assert was not in after, message
            said |= {one or other for one, other in PLACEHOLDER.findall(message)}
    # The sentences of the evidence page stand there whatever a night holds.
    assert {"calf_red_days", "spike_small_percent", "pain_gate", "held_dates", "history_days", "achilles_exponent"} <= said
    assert len(said) >= 35


def test_what_we_chose_is_told_with_the_rules_that_hold(demo_night: Night, changed_night: Night) -> None:
    before, after = told(demo_night), told(changed_night)
    with (SQL_DIR / "seeds" / "choices.csv").open(encoding="utf-8") as seed:
        texts = [text for row in csv.DictReader(seed) for text in (row["choice"], row["reason"])]
    named = [text for text in texts if "{" in text]
    assert len(named) >= 20
    for text in named:
        for values, page in (({key: rule["value"] for key, rule in NUMERIC.items()}, before), (NEW, after)):
            amounts = {key: rule_amount(value, NUMERIC[key]["unit"]) for key, value in values.items()}
            assert " ".join(text.format(**amounts, only=values).split()) in page


def test_no_text_holds_a_number_but_a_window_or_what_no_rule_decides() -> None:
    # What a rule or a note means beside its value, names of kinds, and what is said of reasons: their own test looks at these.
    others = {text for forms in reasons.said() for text in forms} | {
        row[column]
        for seed in ("judgement", "rules", "run_notes")
        for row in csv.DictReader((SQL_DIR / "seeds" / f"{seed}.csv").read_text(encoding="utf-8").splitlines())
        for column in messages.SEED_COLUMNS[seed]
    }
    left = []
    for message in messages.collected():
        text = message.id if isinstance(message.id, str) else message.id[-1]
        numbers = set(re.findall(r"\d+(?:[.,]\d+)*", PLACEHOLDER.sub("", re.sub(r"\{\w+\[\w+\]\}", "", text)))) - WINDOWS
        if numbers and text not in others and not text.startswith(FIXED):
            left.append((text, numbers))
    assert left == []
