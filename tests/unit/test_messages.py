"""The catalogue of messages: what the models name exists and is used, and no rule's number stands in a text."""

from __future__ import annotations

import re

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

from flows.places import SQL_DIR
from flows.words import links, reasons, sentences
from flows.words.message import Message

MODELS = [
    *(SQL_DIR / "intermediate" / "reasons").glob("*.sql"),
    SQL_DIR / "intermediate" / "calf" / "calf_tests.sql",
    SQL_DIR / "intermediate" / "spikes" / "clear_spikes.sql",
    SQL_DIR / "intermediate" / "health" / "person_states.sql",
    SQL_DIR / "marts" / "flags.sql",
    SQL_DIR / "marts" / "plan_check.sql",
]
# A key, or its beginning where a measure, a side or a link follows.
KEYS_IN_SQL = re.compile(r"'\+?([a-z_]+\.[a-z_]*(?:\+[a-z_]+\.[a-z_]+)*)'")


def keys_in_sql() -> set[str]:
    found = [keys for path in MODELS for keys in KEYS_IN_SQL.findall(path.read_text(encoding="utf-8"))]
    return {key for keys in found for key in keys.split("+")}


LEGS = {"left", "right", "both"}
RATIOS = {"moving_s", "fast_steps", "achilles_load_steps"}
SPIKES = {"distance_m", "moving_s", "ascent_m", "fast_steps", "achilles_load_steps"}
# What follows a key that a model only begins: a side, a measure or a link, all that the model may put there.
ENDINGS = {
    "acwr.": RATIOS,
    "base.enough_": {"distance_m", "moving_s", "share"},
    "base.too_little_": {"distance_m", "moving_s", "share"},
    "because.no_": {key.removeprefix("because.no_") for key in links.messages() if key.startswith("because.no_")},
    "clear_spike.": SPIKES,
    "clear_spike.below_floor_": {"ascent_m", "fast_steps"},
    "clear_spike.too_short_": {"distance_m", "moving_s", "achilles_load_steps"},
    "contradiction.": {
        *("two_lengths", "run_on_missing", "run_while_ill", "two_scores", "two_mornings", "over_assisted", "like_name"),
        *("history_to_come", "cells_left_out"),
    },
    "leg.": {"left", "right"},
    "plan.": {
        "ok",
        "without_run",
        "forbidden",
        "under_16",
        "silent",
        "no_run",
        "no_length",
        "no_ceiling",
        "unplanned_week",
        "held",
    },
    "progress.": {"gastrocnemius", "soleus"},
    "sides.": LEGS | {"left_weaker", "right_weaker"},
    "spike.": SPIKES | {"fast_steps_by_totals"},
    "spike.first_": {"ascent_m", "fast_steps", "fast_steps_by_totals"},
    "test.": {"left", "right"},
    "topup.": {key.removeprefix("topup.") for key in links.messages() if key.startswith("topup.")},
    "volume.": {key.removeprefix("volume.") for key in links.messages() if key.startswith("volume.")},
    "sets.": {key.removeprefix("volume.") for key in links.messages() if key.startswith("volume.")},
}


def test_every_message_that_a_model_names_is_in_the_catalogue() -> None:
    begun = {key for key in keys_in_sql() - reasons.all_messages().keys() if key.endswith((".", "_"))}
    assert begun == ENDINGS.keys()
    named = (keys_in_sql() - begun) | {begin + end for begin, ends in ENDINGS.items() for end in ends}
    assert named - reasons.all_messages().keys() == set()


def test_every_message_is_named_by_a_model() -> None:
    named = keys_in_sql() | {begin + end for begin, ends in ENDINGS.items() for end in ends}
    assert reasons.all_messages().keys() - reasons.HEADLINES.keys() - named == set()


# What may stand as a figure in a text. Windows are definitions, doses are the texts of the actions themselves.
FIGURES = re.compile(
    r"""
    \b(?:7|21|28|30)\ days\b | \blast\ 2\ days\b      # windows; hard days one right after another
    | \b2\ of\ 2\b | \bof\ 2\b | \bof\ 10\b | \bout\ of\ 10\b        # legs, mornings in a row, the pain scale
    | \bon\ 1\ morning\b
    | \b2\ ×\ 12–15\b | \b3\ times\ a\ week\b
    | \b3\ ×\ (?:8–12|8|10)\b | \b3–4\ sets\ of\ 6–10\b | \b3\ s\ (?:up|down)\b | \b2–3\ times\b  # doses
    | \b15\ are\ easy\b | \bon\ 2\ days\b | \bin\ 6\ weeks\b | \bfor\ 2\ days\b
    | \bout\ of\ 7\b | \bin\ (?:7|30)\ days\b | \b2×\ this\b
    """,
    re.VERBOSE,
)


@pytest.mark.parametrize("text", sorted({text for forms in reasons.said() for text in forms if text}))
def test_a_rules_number_comes_from_the_facts_and_never_from_a_text(text: str) -> None:
    without_places = sentences.PLACE.sub("", text)
    assert not re.search(r"\d", FIGURES.sub("", without_places))


STRETCH_IN_WORDS = re.compile(r"\b(?:two|three|four|five|six|eight|half a|a) (?:days|weeks?|months?|year)\b")
WINDOWS_IN_WORDS = {"a week", "three weeks", "four weeks"}


@pytest.mark.parametrize("key", sorted(reasons.all_messages()))
def test_a_stretch_in_words_is_a_window_and_no_rule(key: str) -> None:
    message = reasons.all_messages()[key]
    told = set(STRETCH_IN_WORDS.findall(f"{message.text} {message.many}"))
    assert told <= WINDOWS_IN_WORDS


@pytest.mark.parametrize("key", sorted(reasons.all_messages()))
def test_a_place_is_written_in_a_way_that_there_is(key: str) -> None:
    message: Message = reasons.all_messages()[key]
    for text in filter(None, (message.text, message.many, message.outing)):
        ways = {way for _, way in sentences.PLACE.findall(text) if way}
        assert ways <= sentences.WAYS.keys() | reasons.COUNTED.keys() | set(sentences.DAYS)
        assert not re.search(r"[{}]", sentences.PLACE.sub("", text))


@pytest.mark.parametrize(
    ("value", "told"),
    [(3590, "1 h 00 min"), (3569, "59 min"), (0, "0 min"), (7230, "2 h 00 min"), (21330, "5 h 56 min")],
)
def test_hours_and_minutes_are_written_in_one_way(value: float, told: str) -> None:
    facts = {"moving_s": value}
    assert sentences.fill("{moving_s}", facts, "km", None) == told


@pytest.mark.parametrize(
    ("ratio", "told"),
    [
        (1.5, "+50 %"),
        (1.54, "+54 %"),
        (0.95, "−5 %"),
        (1.504, "+50.4 %"),
        (1.496, "+49.6 %"),
        (1.5001, "just over +50 %"),
        (1.4999, "just under +50 %"),
    ],
)
def test_a_ratio_never_reads_as_the_line_that_it_lies_beside(ratio: float, told: str) -> None:
    assert sentences.fill("{ratio}", {"ratio": ratio, "line": 1.5}, "km", None) == told


@pytest.mark.parametrize(("units", "told"), [("km", "9.9 km"), ("mi", "6.2 mi")])
def test_a_ceiling_is_cut_and_never_rounded_up(units: str, told: str) -> None:
    assert sentences.fill("{restart_m:ceiling}", {"restart_m": 9990}, units, None) == told


def test_an_action_takes_ceiling_place_and_rules_and_leaves_other_braces_alone() -> None:
    rules = {"spike_active_days": 10, "history_runs": 1, "no_baseline_floor_share": 0.3, "ewma_seed": "zero"}
    text = "{spike_active_days:whole_weeks}, {history_runs:runs}, {no_baseline_floor_share:part}, {ceiling} {place}"
    assert sentences.action(text, rules, 9990, "on a step", "km") == "10 days, 1 run, 30 %, 9.9 km on a step"
    assert sentences.action("{ceiling}", rules, None, "", "km") == "their usual length"
    assert sentences.action("{ceiling_time}", rules | {"longest_run_ceiling_s": 7859.0}, None, "", "km") == "2 h 10 min"
    assert sentences.action("{ceiling_time}", rules, 9990, "", "km") == "their usual length"
    until = {"easy_until_date": "2026-09-30"}
    assert sentences.action("Easy until {easy_until_date}.", until, None, "", "km") == "Easy until 30 September."
    unknown = "{ewma_seed} {Kim} {spike_active_days:work} {}"
    assert sentences.action(unknown, rules, None, "", "km") == unknown


def test_a_fact_that_is_not_given_is_not_passed_over() -> None:
    with pytest.raises(KeyError):
        sentences.said("clock.since", {"link": "hip", "days": 3}, "km", None)


def test_every_text_is_marked_so_that_a_catalogue_can_be_extracted() -> None:
    keywords = {**DEFAULT_KEYWORDS, "plural_of": (1, 2)}
    found = extract_from_dir(SQL_DIR.parent / "flows" / "words", [("**.py", "python")], None, keywords)
    marked = {message if isinstance(message, tuple) else (message, "") for _, _, message, _, _ in found}
    of_seeds = {
        *reasons.action_texts().values(),
        *links.works().values(),
        *(message.text for message in links.messages().values()),
        *(name for _, name in links.names().values()),
    }
    assert [text for text in reasons.said() if text not in marked and text[0] not in of_seeds] == []
