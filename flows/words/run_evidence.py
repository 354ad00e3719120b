"""Clauses about a raised or clear reason of running: message key -> clause."""

from __future__ import annotations

from flows.words.language import N_, plural_of
from flows.words.message import Message, one_or_many

DISTANCE, TIME = N_("{distance_m}"), N_("{moving_s} of running")
CLIMBING, FAST_STEPS = N_("{ascent_m} of climbing"), N_("{fast_steps} fast steps")
A_RUN = N_("run")

SPIKES = {
    "spike.after_pause": Message(
        N_("{outing} was the first run in more than 30 days, and longer than a fair restart ({restart_m:ceiling})"),
        outing=DISTANCE,
    ),
    "spike.after_pause_beside_usual": Message(
        N_("{outing} was the first run in more than 30 days; the longest of {usual_days:span} is {usual_m}"), outing=DISTANCE
    ),
    "spike.distance_m": Message(
        N_("{distance_m} {outing_date:on_date}, {ratio:plus} on the longest of the 30 days before ({before_distance_m})")
    ),
    "spike.moving_s": Message(
        N_("{moving_s} of running {outing_date:on_date}, {ratio:plus} on the most of the 30 days before ({before_moving_s})")
    ),
    "spike.ascent_m": Message(
        N_("{ascent_m} of climbing {outing_date:on_date}, {ratio:plus} on the most of the 30 days before ({before_ascent_m})")
    ),
    "spike.fast_steps": Message(
        N_(
            "more fast running than usual {outing_date:on_date}: about {fast_steps:rough} steps, at most"
            " {before_fast_steps:rough} in the 30 days before ({ratio:plus})"
        )
    ),
    "spike.fast_steps_by_totals": Message(
        N_(
            "more fast running than usual {outing_date:on_date}, by totals alone: about {fast_steps:rough} steps, at"
            " most {before_fast_steps:rough} in the 30 days before ({ratio:plus})"
        ),
    ),
    "spike.achilles_load_steps": Message(
        N_("{outing} loaded the Achilles {ratio:rise} more than any run of the 30 days before"), outing=A_RUN
    ),
    "spike.first_ascent_m": Message(N_("{outing} was the first with climbing in 30 days ({ascent_m})"), outing=A_RUN),
    "spike.first_fast_steps": Message(
        N_("{outing} was the first with fast running in 30 days ({fast_steps} fast steps)"), outing=A_RUN
    ),
    "spike.first_fast_steps_by_totals": Message(
        N_("{outing} was, by totals alone, the first with fast running in 30 days ({fast_steps} fast steps)"), outing=A_RUN
    ),
    "spike.unknown_days": one_or_many(
        "unknown_days",
        plural_of(
            "{unknown_days:plain} of those days is unknown, and may have held more",
            "{unknown_days:plain} of those days are unknown, and may have held more",
        ),
    ),
    "clear_spike.no_run": Message(N_("no run in the last {active_days} counts today")),
    "clear_spike.fair_restart": Message(
        N_("{outing}, the first run in more than 30 days, was no longer than a fair restart ({restart_m:ceiling})"),
        outing=DISTANCE,
    ),
    "clear_spike.pause": Message(
        N_(
            "the longest pause before a run of the last {active_days} was {pause_days}; after more than 30 days there is nothing"
            " to compare with"
        )
    ),
    "clear_spike.distance_m": Message(
        N_(
            "{distance_m} {outing_date:on_date}, {ratio:plus} on the longest of the 30 days before"
            " ({before_distance_m}); up to {line:plus_line} is no jump"
        ),
    ),
    "clear_spike.moving_s": Message(
        N_(
            "{moving_s} of running {outing_date:on_date}, {ratio:plus} on the most of the 30 days before"
            " ({before_moving_s}); up to {line:plus_line} is no jump"
        )
    ),
    "clear_spike.ascent_m": Message(
        N_(
            "{ascent_m} of climbing {outing_date:on_date}, {ratio:plus} on the most of the 30 days before"
            " ({before_ascent_m}); up to {line:plus_line} is no jump"
        ),
    ),
    "clear_spike.fast_steps": Message(
        N_(
            "about {fast_steps:rough} fast steps {outing_date:on_date}, {ratio:plus} on the most of the 30 days before"
            " ({before_fast_steps:rough}); up to {line:plus_line} is no jump"
        ),
    ),
    "clear_spike.achilles_load_steps": Message(
        N_("Achilles load of {outing} {ratio:plus} on the hardest of the 30 days before; up to {line:plus_line} is no jump"),
        outing=A_RUN,
    ),
    "clear_spike.too_short_distance_m": Message(
        N_(
            "{distance_m} {outing_date:on_date}, {ratio:plus} on the longest of the 30 days before, but a rise is judged from"
            " {floor_distance_m}, or from {excess_distance_m} more"
        ),
    ),
    "clear_spike.too_short_moving_s": Message(
        N_(
            "{moving_s} of running {outing_date:on_date}, {ratio:plus} on the most of the 30 days before, but a rise is"
            " judged from"
            " {floor_moving_s}, or from {excess_moving_s} more"
        ),
    ),
    "clear_spike.too_short_achilles_load_steps": Message(
        N_(
            "Achilles load of {outing} {ratio:plus} on the hardest of the 30 days before, but with"
            " {load_steps} reference steps a leg it was short: a rise is judged from {floor_load_steps}"
        ),
        outing=A_RUN,
    ),
    "clear_spike.below_floor_ascent_m": Message(
        N_(
            "the most climbing in a run that counts today was {ascent_m}, less than the {floor_ascent_m} from which a rise is"
            " judged"
        )
    ),
    "clear_spike.below_floor_fast_steps": Message(
        N_(
            "the most fast running in a run that counts today was {fast_steps} steps, fewer than the {floor_fast_steps} from"
            " which a rise is judged"
        )
    ),
}

RUNNING = {
    "acwr.moving_s": Message(
        N_(
            "{week_moving_s} of running in the last 7 days, {ratio:plus} on the mean of the three weeks before"
            " ({usual_moving_s} a"
            " week)"
        )
    ),
    "acwr.fast_steps": Message(
        N_(
            "more fast running than usual in the last 7 days: about {week_fast_steps:rough} steps, usually"
            " {usual_fast_steps:rough} ({ratio:plus})"
        )
    ),
    "acwr.achilles_load_steps": Message(
        N_("Achilles load of the last 7 days {ratio:plus} on the mean of the three weeks before")
    ),
    "base.too_little_distance_m": Message(
        N_(
            "the weeks before the last 7 days hold {base_distance_m} a week, too little to compare with: at least"
            " {needed_distance_m} is"
            " needed"
        )
    ),
    "base.too_little_moving_s": Message(
        N_(
            "the weeks before the last 7 days hold {base_moving_s} of running a week, too little to compare with: at least"
            " {needed_moving_s} is needed"
        )
    ),
    "base.too_little_share": Message(
        N_(
            "the weeks before the last 7 days hold {base_share} of the usual Achilles load, too little to compare with: at least"
            " {needed_share} is needed"
        )
    ),
    "base.enough_distance_m": Message(
        N_(
            "the weeks before the last 7 days hold {base_distance_m} a week, enough to compare with: at least"
            " {needed_distance_m} is"
            " needed"
        )
    ),
    "base.enough_moving_s": Message(
        N_(
            "the weeks before the last 7 days hold {base_moving_s} of running a week, enough to compare with: at least"
            " {needed_moving_s} is needed"
        )
    ),
    "base.enough_share": Message(
        N_(
            "the weeks before the last 7 days hold {base_share} of the usual Achilles load, enough to compare with: at least"
            " {needed_share} is needed"
        )
    ),
    "frequency.high_load_days": one_or_many(
        "high_load",
        plural_of(
            "{high_load} hard day out of 7; more than {limit} are too many",
            "{high_load} hard days out of 7; more than {limit} are too many",
        ),
    ),
    "frequency.back_to_back": Message(N_("today and yesterday were both hard days ({high_load} in a row)")),
    "frequency.not_back_to_back": one_or_many(
        "high_load",
        plural_of("{high_load} of the last 2 days was a hard day", "{high_load} of the last 2 days were hard days"),
    ),
    "return.full_length": Message(
        N_("{outing} reached the usual length ({usual_m}) again after {return_days:span} of light running"), outing=DISTANCE
    ),
    "return.no_break": Message(
        N_(
            "{light} of the {return_days} before lay in light weeks (Achilles load below {return_ratio:percent} of that"
            " of the weeks"
            " before); a break takes all of them"
        )
    ),
    "return.no_run_today": Message(
        N_("the {return_days} before lay in light weeks; no run today, the usual length is {usual_m}")
    ),
    "return.short_run_today": Message(
        N_("the {return_days} before lay in light weeks; today's {distance_m} stayed under the usual {usual_m}")
    ),
}
