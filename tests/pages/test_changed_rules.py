"""A number of a rule reaches a sentence from the rule: with every rule changed no page tells an old one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from dashboards.pages.evidence import rule_amount
from dashboards.tables import RULE_DIGITS
from flows.seed_files import seed_rows
from flows.words import messages, reasons
from flows.words.amounts import plain
from tests.lib.squads import Night, night_over, with_the_memory_of

RULES = {row["key"]: row for row in seed_rows("rules")}
NUMERIC = {key: rule for key, rule in RULES.items() if rule["type"] in ("integer", "double")}
PLACEHOLDER = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
NUMBER = re.compile(r"(?<![A-Za-z\d])\d+(?:[.,]\d+)*")
# What holds numbers that are not told as such: placeholders, the letter of a level, a study named in brackets.
NOT_TOLD = re.compile(
    r"%\(\w+\)s|\{\w+(?:\[\w+\])?\}|<b>[RC]\d</b>"
    r"|\((?:[^()]|\([^()]*\))*\b(?:PubMed|PMC|(?:19|20)\d\d)(?:[^()]|\([^()]*\))*\)"
)
# A window is a definition, in days.
WINDOWS = {"7", "21", "28", "30"}
# Texts with numbers that no rule decides, by how they begin, with these numbers: what a study, our simulation or an estimate
# found, what is drawn, steps of a menu, an exercise, a scale, a fixed part of a formula.
FIXED = {
    "That line is": "0 1", "A flag came before an injury": "95",
    "{value} of 10": "10", "{pain} of 10": "10", "Pain, of 10": "10", "0-10": "0 10",
    "<b>When to stop": "10", "Pain above {only": "10",
    "Fatigue over fitness": "42", "Acute means": "1 2 42", "Seven forms of the ratio from day": "14 42",
    "Weeks of 40": "40 42 44 50 58 80", "Six weeks of 40": "40 42 44 50 58 80",
    "No run of the last 12 weeks": "12", "The last 12 weeks": "12", "No running in these 12 weeks": "12",
    "In 12 months the uncoupled ratio": "12", "Before the last 12 months": "12", "4 weeks": "4", "12 weeks": "12", "1 year": "1",
    "Hold a weight once": "15", "In a browser": "2 3",
    "Flags, 12 weeks": "12", "No report of pain in 12": "12", "{} changes of the flag in 12": "12", "the last on {day}": "10",
    "<b>Achilles load is": "3.7 8 10 25", "Repeated tests": "6",
    "A change of fewer repetitions": "6 95",
    "In 5,205 runners": "1.5 2.3 10 5,205", "What we say instead": "1.5 17 55 5,205", "“Injury risk": "63",
    "Even in training": "1.5 1.6 6.4 14.9", "By chance": "3 300", "<b>The ratio of this": "1.5 2 15 100",
    "Days above 1.3": "1.3", "Days above 1.5": "1.5",
    "EWMA: E(d)": "1 2", "x: load of a day": "0 3 15 51 53 209 921 2017", "r = this run": "100", "F = ": "1", "g = 1": "1",
    "The sum goes over": "1 1.00", "F: body weights": "0.5 1", "e1RM = ": "1", "TRIMP (Edwards)": "1 5",
    "All in AU": "0 50 60 70 80 90 100",
    "Critical speed is fitted": "20", "Share of the best 20-minute speed": "20",
    "<b>Pain of %(": "10", "<b>Pain above %(": "10",
    "The person goes before all": "10", "Heel-rise norm that": "500", "Of 100 healthy": "100", "Of 100 who train": "100",
    "An empty day is rest": "0",
    "14 days": "14", "Flags of 14 days": "14", "Flags, last 12 weeks": "12", "Pain {pain} of 10": "10", "Pain, 0–10": "0 10",
    "Hardest effort": "1 10", "Effort (1": "1 10", "Average a week": "4", "Fewer and shorter runs, each": "10",
    "Pain over %(": "10", "pain {pain} of 10": "10", "bent-knee raises 2×": "2", "straight-knee raises 2×": "2",
    "Days with it, of 100": "100", "Injuries that chance alone comes before, of 100": "100",
    "Alerts with an injury after them, of 100": "100", "Any days with an injury after them, of 100": "100",
    "few {link:work} in 4 weeks": "4", "no set logged in 4 weeks": "4", "shorter runs, easy for 2 days": "2",
}  # fmt: skip


def changed(rule: Mapping[str, str]) -> str:
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


OLD = {key: rule["value"] for key, rule in NUMERIC.items()}
NEW = {key: changed(rule) for key, rule in NUMERIC.items()}


@pytest.fixture(scope="module")
def changed_night(demo_night: Night, tmp_path_factory: pytest.TempPathFactory) -> Night:
    """The demo squad under rules of which every one is another."""
    folder = with_the_memory_of(demo_night, tmp_path_factory.mktemp("changed"))
    return night_over(demo_night.settings.raw, folder, as_of="latest", rules=NEW)


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
    old, new = ({key: plain(float(value), RULE_DIGITS) for key, value in values.items()} for values in (OLD, NEW))
    said = set()
    for message in rule_messages():
        was, now = filled(message, old), filled(message, new)
        if was in before:
            assert now in after, message
            assert was not in after, message
            said |= {one or other for one, other in PLACEHOLDER.findall(message)}
    # The sentences of the evidence page stand there whatever a night holds.
    assert {"calf_red_days", "spike_small_percent", "pain_gate", "held_dates", "history_days", "achilles_exponent"} <= said
    assert len(said) >= 35


def test_what_we_chose_is_told_with_the_rules_that_hold(demo_night: Night, changed_night: Night) -> None:
    before, after = told(demo_night), told(changed_night)
    texts = [text for row in seed_rows("choices") for text in (row["choice"], row["reason"])]
    named = [text for text in texts if "{" in text]
    assert len(named) >= 20
    for text in named:
        for values, page in ((OLD, before), (NEW, after)):
            amounts = {key: rule_amount(value, NUMERIC[key]["unit"]) for key, value in values.items()}
            bare = {key: plain(float(value), RULE_DIGITS) for key, value in values.items()}
            assert " ".join(text.format(**amounts, only=bare).split()) in page


def test_no_text_holds_a_number_but_a_window_or_what_no_rule_decides() -> None:
    # What is said of reasons has a test of its own; notes tell of bounds, which are no rules.
    # Invented squads are named by what they do.
    others = {text for forms in reasons.said() for text in forms} | {row["meaning"] for row in seed_rows("run_notes")}
    others |= {row["kind"] for row in seed_rows("judgement")}
    texts = [message.id if isinstance(message.id, str) else message.id[-1] for message in messages.collected()]
    told = {
        text: numbers
        for text in texts
        if text not in others and (numbers := set(NUMBER.findall(NOT_TOLD.sub("", text))) - WINDOWS)
    }
    fixed = {text: begins for text in told for begins in FIXED if text.startswith(begins)}
    assert {text: numbers for text, numbers in told.items() if text not in fixed} == {}
    assert {text: told[text] for text, begins in fixed.items() if told[text] != set(FIXED[begins].split())} == {}
    assert FIXED.keys() - set(fixed.values()) == set()


def test_what_a_rule_means_names_other_rules_by_their_keys() -> None:
    meanings = " ".join(rule["meaning"] for rule in RULES.values())
    for key in ("achilles_peak_bw", "achilles_reference_speed_mps", "freeze_window_days", "hard_share", "usual_days"):
        assert re.search(rf"\b{key}\b", meanings), key
    named = set(re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b", meanings)) - {"first_day", "mean_28d"}
    assert named <= RULES.keys()
