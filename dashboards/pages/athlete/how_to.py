"""How-to cards: which exercise a reason asks for, in our own words.

Doses are the actions of the reasons in marts.flags; the drawings are in templates/_how_to.html."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from dashboards import tables
from dashboards.gate import Gate
from flows.words.language import N_, gettext

FLOOR = "PLACE_FLOOR"


@dataclass(frozen=True)
class Card:
    """One exercise: what it feeds, how to do it, its next step where its dose says none, and the reasons that ask for it.

    Its dose is the action of the first of these reasons. `asks` is what a person's state may forbid of it, `step_asks` of its
    next step; `floor_name` and `floor_cues` are for trouble where the tendon meets the heel, `held_cue` is the first cue where
    load is held.
    """

    card: str
    name: str
    feeds: str
    cues: tuple[str, ...]
    next_step: str
    codes: tuple[str, ...]
    asks: tuple[str, ...] = ()
    floor_name: str = ""
    floor_cues: tuple[str, ...] = ()
    held_cue: str = ""
    step_asks: tuple[str, ...] = ("more_load",)

    def on_the_floor(self) -> Card:
        """The card for trouble where the tendon meets the heel."""
        return replace(self, name=self.floor_name or self.name, cues=self.floor_cues or self.cues)

    def held(self) -> Card:
        """The card where load is held."""
        return replace(self, cues=(self.held_cue, *self.cues[1:])) if self.held_cue else self

    def in_language(self) -> Card:
        """The card in the current language."""
        return replace(
            self,
            name=gettext(self.name),
            feeds=gettext(self.feeds),
            cues=tuple(gettext(cue) for cue in self.cues),
            next_step=gettext(self.next_step) if self.next_step else "",
        )


STRAIGHT_CODES = ("GAST_STALE", "GAST_LOW_VOLUME", "GAST_ASYM", "CAPACITY_BELOW_NORM", "BUILD_TOPUP")
BENT_CODES = ("SOL_STALE", "SOL_LOW_VOLUME", "SOL_ONLY_CREDIT", "SOL_ASYM")
HEAVY_CODES = ("TENDON_DETRAIN_28", "TENDON_NOT_HEAVY", "NO_PROGRESS")
ON_THE_FLOOR = N_("On the floor, heel never below the toes: down slowly until the heel touches the floor.")
WEIGHT_OR_HELP = N_(
    "As the straight-knee raise, with a weight that leaves one or two repetitions in reserve; with help, a little less of it."
)
UP_HIGH = N_("Up over the big toe as high as it goes, one second still at the top.")
# What stands in for every raise where heavy work is forbidden.
ENTRY = Card(
    "entry",
    N_("Two-leg raise on the floor"),
    N_("Calf, to begin with"),
    (
        N_("Stand tall on both legs, knees straight but not locked, fingertips on a wall."),
        UP_HIGH,
        ON_THE_FLOOR,
    ),
    "",
    (*STRAIGHT_CODES, *BENT_CODES, *HEAVY_CODES),
)
CARDS = [
    Card(
        "straight",
        N_("Straight-knee raise on a step"),
        N_("Gastrocnemius, and half the soleus dose"),
        (
            N_("Ball of the foot on the step, heel free, knee straight but not locked."),
            UP_HIGH,
            N_("Down slowly until the heel is below the step. Fingertips on a wall for balance only."),
        ),
        N_("A loaded backpack once every repetition on one leg is as high as the first."),
        STRAIGHT_CODES,
        ("heavy_dose",),
        N_("Straight-knee raise on the floor"),
        (N_("Ball of the foot and heel on the floor, knee straight but not locked."), UP_HIGH, ON_THE_FLOOR),
    ),
    Card(
        "bent",
        N_("Bent-knee raise"),
        N_("Soleus"),
        (
            N_("Stand on one leg, knee bent over the toes, and keep that bend the whole set."),
            N_("Raise the heel without straightening: head and hip travel straight up."),
            N_("Down slowly. If the knee straightens towards the end, the set is over."),
        ),
        N_("Hold a weight once 15 are easy; seated with a heavy weight on the knee is the gym’s version."),
        BENT_CODES,
        ("heavy_dose",),
        floor_cues=(
            N_("Stand on one leg, knee bent over the toes, and keep that bend the whole set."),
            N_("Raise the heel without straightening: head and hip travel straight up."),
            ON_THE_FLOOR,
        ),
    ),
    Card(
        "march",
        N_("Single-leg march out of a hip hinge"),
        N_("Hip and glutes"),
        (
            N_("Hinge: weight on one leg, hips back, back long, the free leg reaching behind."),
            N_("Drive up tall: the free knee to hip height, toes up, the standing hip straight."),
            N_("Stand still for a breath before the next one; the pelvis stays level."),
        ),
        N_("When every landing is still: let the drive leave the floor as a small jump, and land softly on the same leg."),
        ("HIP_STALE",),
        step_asks=("heavy_dose", "more_load"),
    ),
    Card(
        "heavy",
        N_("Heavy, slow raise on one leg"),
        N_("Achilles tendon"),
        (
            WEIGHT_OR_HELP,
            N_("Count three seconds up and three seconds down: the tendon answers to load, not to haste."),
            N_("Rest two minutes between sets; leave two days before the next heavy session."),
        ),
        N_("Add load when the last repetition of the last set is still clean."),
        HEAVY_CODES,
        ("heavy_dose",),
        held_cue=N_("As the straight-knee raise, with the weight of now and no heavier one."),
        floor_cues=(
            WEIGHT_OR_HELP,
            ON_THE_FLOOR,
            N_(
                "Count three seconds up and three seconds down; two minutes between sets, two days before the next heavy session."
            ),
        ),
    ),
    Card(
        "pogo",
        N_("Two-leg pogos"),
        N_("Springiness"),
        (
            N_("Stand tall, knees almost straight, and bounce from the ankles."),
            N_("Short, quiet contacts: the heels stay just off the floor."),
            N_("On a soft, even surface, after an easy run, never before a fast one."),
        ),
        N_("More contacts first, then one leg, then forward hops: one change at a time."),
        ("PLYO_ABSENT", "PLYO_INTRO_RAPID", "PLYO_RAMP"),
        ("heavy_dose", "new_exercise", "more_load"),
    ),
    Card(
        "foot",
        N_("Short foot"),
        N_("Foot"),
        (
            N_("Stand or sit, the whole sole on the floor."),
            N_("Draw the ball of the foot towards the heel so that the arch rises; the toes stay long and flat."),
            N_("Hold for five seconds, let go, and again."),
        ),
        N_("Sitting, then standing, then on one leg; then heel raises with a rolled towel under the toes."),
        ("FOOT_STALE",),
        ("new_exercise",),
    ),
]
# The doses of the how-to cards, written for the athlete; on the as-of date every reason has a row.
DOSES = """
    select athlete_id, load_date, code, measure, side, action
    from marts.flags
    where load_date = $as_of and family = 'calf' and athlete_id between $first and $last
    order by all
"""


def cards(
    raised: Iterable[tables.Row], doses: Iterable[tables.Row], allowed: Gate, place_code: str | None
) -> list[dict[str, Any]]:
    """Every card that the person's state allows, with its dose; those that a raised reason asks for come first."""
    if not allowed.has_exercises:
        return []
    actions = {row["code"]: row["action"] for row in doses}
    shown = [card for card in ([] if allowed.allows("heavy_dose") else [ENTRY]) + CARDS if allowed.allows(*card.asks)]
    if is_floor := place_code == FLOOR:
        shown = [card.on_the_floor() for card in shown]
    if not allowed.allows("more_load"):
        shown = [card.held() for card in shown]
    asked = list(dict.fromkeys(card.card for reason in raised for card in shown if reason["code"] in card.codes))
    ordered = sorted(shown, key=lambda card: asked.index(card.card) if card.card in asked else len(asked))
    return [
        {
            "card": card.in_language(),
            "dose": actions.get(card.codes[0]),
            "is_asked": card.card in asked,
            "is_floor": is_floor,
            "has_next_step": bool(card.next_step) and allowed.allows(*card.step_asks),
        }
        for card in ordered
    ]
