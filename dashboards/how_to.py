"""How-to cards: which exercise a reason asks for, in our own words. Doses are the actions of the reasons in marts.flags, drawings
lie in templates/_how_to.html."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Card:
    """One exercise: what it feeds, how it is done, how it goes on, and the reasons that ask for it. The dose is the action of the
    first of them."""

    card: str
    name: str
    feeds: str
    cues: tuple[str, ...]
    next_step: str
    codes: tuple[str, ...]


CARDS = [
    Card(
        "straight",
        "Straight-knee raise on a step",
        "Gastrocnemius, and half the soleus dose",
        (
            "Ball of the foot on the step, heel free, knee straight but not locked.",
            "Up over the big toe as high as it goes, one second still at the top.",
            "Down slowly until the heel is below the step. Fingertips on a wall for balance only.",
        ),
        "Two legs first, then up on two and down on one, then one leg; then a loaded backpack.",
        ("GAST_STALE", "GAST_LOW_VOLUME", "GAST_ASYM", "CAPACITY_BELOW_NORM"),
    ),
    Card(
        "bent",
        "Bent-knee raise",
        "Soleus",
        (
            "Stand on one leg, knee bent over the toes, and keep that bend the whole set.",
            "Raise the heel without straightening: head and hip travel straight up.",
            "Down slowly. If the knee straightens towards the end, the set is over.",
        ),
        "Hold a weight once 15 are easy; seated with a heavy weight on the knee is the gym’s version.",
        ("SOL_STALE", "SOL_LOW_VOLUME", "SOL_ONLY_CREDIT", "SOL_ASYM"),
    ),
    Card(
        "march",
        "Single-leg march out of a hip hinge",
        "Hip and glutes",
        (
            "Hinge: weight on one leg, hips back, back long, the free leg reaching behind.",
            "Drive up tall: the free knee to hip height, toes up, the standing hip straight.",
            "Stand still for a breath before the next one; the pelvis stays level.",
        ),
        "When every landing is still: let the drive leave the floor as a small jump, and land softly on the same leg.",
        ("HIP_STALE",),
    ),
    Card(
        "heavy",
        "Heavy, slow raise on one leg",
        "Achilles tendon",
        (
            "As the straight-knee raise, with a weight that leaves one or two repetitions in reserve.",
            "Count three seconds up and three seconds down: the tendon answers to load, not to haste.",
            "Rest two minutes between sets; leave two days before the next heavy session.",
        ),
        "Add load when the last repetition of the last set is still clean.",
        ("TENDON_DETRAIN_28", "TENDON_NOT_HEAVY", "NO_PROGRESS"),
    ),
    Card(
        "pogo",
        "Two-leg pogos",
        "Springiness",
        (
            "Stand tall, knees almost straight, and bounce from the ankles.",
            "Short, quiet contacts: the heels stay just off the floor.",
            "On a soft, even surface, after an easy run, never before a fast one.",
        ),
        "More contacts first, then one leg, then forward hops: one change at a time.",
        ("PLYO_ABSENT", "PLYO_INTRO_RAPID", "PLYO_RAMP"),
    ),
    Card(
        "foot",
        "Short foot",
        "Foot",
        (
            "Stand or sit, the whole sole on the floor.",
            "Draw the ball of the foot towards the heel so that the arch rises; the toes stay long and flat.",
            "Hold for five seconds, let go, and again.",
        ),
        "Sitting, then standing, then on one leg; then heel raises with a rolled towel under the toes.",
        ("FOOT_STALE",),
    ),
]
# The order of the base exercises, which are shown to everybody.
BASE = ("straight", "bent", "march")


def cards(raised: Iterable[str], doses: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every card with its dose; those that a raised reason asks for stand first, in the order of the reasons."""
    asked = list(dict.fromkeys(card.card for code in raised for card in CARDS if code in card.codes))
    ordered = sorted(CARDS, key=lambda card: asked.index(card.card) if card.card in asked else len(asked))
    return [{"card": card, "dose": doses.get(card.codes[0]), "is_asked": card.card in asked} for card in ordered]
