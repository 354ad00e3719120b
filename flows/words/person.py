"""Clauses about the person: pain, injuries, history, and the state that the headline names."""

from __future__ import annotations

from flows.words.language import N_, plural_of
from flows.words.message import Message, one_or_many

PAIN = {
    "pain.score": Message(N_("pain of {pain} out of 10 on {report_date}")),
    "pain.score_left": Message(N_("pain of {pain} out of 10 on the left on {report_date}")),
    "pain.score_right": Message(N_("pain of {pain} out of 10 on the right on {report_date}")),
    "pain.low_score": Message(N_("pain of {pain} out of 10 on {report_date}, not above {limit}")),
    "pain.two_scores": Message(N_("the higher of two scores for that day, which contradict each other")),
    "pain.worse_morning": Message(N_("the morning after {morning_date} was worse")),
    "pain.long": Message(N_("in every report since {since_date} it was {long_pain} or more: time for a clinician")),
    "mornings.two": Message(
        N_("the next morning was worse in each of the last {reports} reports ({since_date} to {report_date})")
    ),
    "mornings.one": Message(N_("the Achilles was worse on 1 morning ({report_date}), not in two reports running")),
    "mornings.none": Message(N_("no worse morning after {report_date}")),
    "rupture.pop": Message(N_("a sudden pop was reported on {rupture_date}, and no examination is on record")),
    "rupture.no_heel_raise": Message(
        N_("not being able to raise the heel on one leg was reported on {rupture_date}, and no examination is on record")
    ),
    "rupture.run_after": one_or_many(
        "runs",
        plural_of("{runs} run followed (on {run_after_date})", "{runs} runs followed (the last on {run_after_date})"),
    ),
    "rupture.none": Message(
        N_("no pop and no heel that could not be raised waits to be examined (reports of the last {holds_days})")
    ),
    "unanswered.pain": Message(N_("pain was {pain} out of 10 on {report_date}, {days} ago: how is it now?")),
    "unanswered.morning": Message(N_("the morning after {report_date}, {days} ago, was worse: how is it now?")),
    "unanswered.none": Message(N_("no bad report waits for a word (the last one is of {report_date})")),
    "stiffness.now": Message(N_("{stiffness_s} of morning stiffness on {report_date} (from {limit_s} on it counts)")),
    "stiffness.rose": Message(
        N_(
            "morning stiffness rose by {rise_s} in three reports, from {before_s} to {stiffness_s} ({report_date});"
            " a rise of {limit_s} counts"
        )
    ),
    "stiffness.did_not_rise": Message(
        N_(
            "no rise of morning stiffness in three reports, from {before_s} to {stiffness_s} ({report_date});"
            " a rise of {limit_s} counts"
        )
    ),
    "visa.fell": Message(N_("VISA-A fell by {fall} points, from {before} to {visa} ({report_date}); a fall of {limit} counts")),
    "visa.did_not_fall": Message(N_("no fall of VISA-A, from {before} to {visa} ({report_date}); a fall of {limit} would count")),
    "history.open": Message(N_("an Achilles injury is open")),
    "history.today": Message(N_("Achilles trouble up to today")),
    "history.since": Message(N_("Achilles trouble until {trouble_date:month}")),
    "history.over": Message(N_("Achilles trouble until {trouble_date:month}, longer ago than the {history_days} that count")),
    "site.insertion": Message(N_("the trouble was where the tendon meets the heel")),
    "site.not_insertion": Message(N_("no trouble on record was where the tendon meets the heel")),
    "injury.none": Message(N_("no injury is open")),
    "injury.achilles": Message(N_("Achilles injury open since {onset_date} ({days})")),
    "injury.achilles_left": Message(N_("Achilles injury open since {onset_date} (left; {days})")),
    "injury.achilles_right": Message(N_("Achilles injury open since {onset_date} (right; {days})")),
    "injury.insertion": Message(N_("Achilles injury open since {onset_date} (at the heel bone; {days})")),
    "injury.insertion_left": Message(N_("Achilles injury open since {onset_date} (left, at the heel bone; {days})")),
    "injury.insertion_right": Message(N_("Achilles injury open since {onset_date} (right, at the heel bone; {days})")),
    "injury.other": Message(N_("{site:site} injury open since {onset_date} ({days})")),
    "injury.other_left": Message(N_("{site:site} injury open since {onset_date} (left; {days})")),
    "injury.other_right": Message(N_("{site:site} injury open since {onset_date} (right; {days})")),
    "injury.second_achilles": Message(N_("an Achilles injury too, since {second_date}")),
    "injury.second_achilles_left": Message(N_("an Achilles injury too, left, since {second_date}")),
    "injury.second_achilles_right": Message(N_("an Achilles injury too, right, since {second_date}")),
    "injury.second": Message(N_("{second_site:site} injury too, since {second_date}")),
    "injury.second_left": Message(N_("{second_site:site} injury too, left, since {second_date}")),
    "injury.second_right": Message(N_("{second_site:site} injury too, right, since {second_date}")),
    "injury.runs_since": one_or_many(
        "runs", plural_of("{runs} run since (on {run_date})", "{runs} runs since (the last on {run_date})")
    ),
    "injury.calf_sets_since": one_or_many(
        "sets",
        plural_of("{sets} hard calf set since (on {set_date})", "{sets} hard calf sets since (the last on {set_date})"),
    ),
}

# What the headline tells of a person's state beside the reasons.
PERSON = {
    "person.other_injury": Message(N_("an injury elsewhere (not Achilles, calf or foot) is open since {onset_date}")),
    "person.ill": Message(N_("marked as ill up to {until_date}")),
    "person.holiday": Message(N_("marked as on holiday up to {until_date}")),
    "person.ran_while_ill": Message(N_("a run on {ill_run_date} fell into the illness")),
    "person.ill_and_holiday": Message(N_("marked as ill up to {until_date} and on holiday up to {holiday_until_date}")),
    "person.healed": Message(N_("an injury of Achilles, calf or foot ended on {healed_date}")),
    "person.morning_worse": Message(N_("the morning after {morning_date} was worse")),
    "person.race_while_ill": Message(
        N_("the race of {ill_race_date} lies inside the illness: one of the two dates is wrong, or it was raced while ill")
    ),
    "person.raced": Message(N_("a race on {race_date} to recover from")),
    "person.back": Message(N_("back since {back_date} after {rest_days:days} without a run")),
}
