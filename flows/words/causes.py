"""Why a reason could not be assessed: message key -> clause."""

from __future__ import annotations

from flows.words.language import N_
from flows.words.message import Message

CAUSES = {
    "because.number_unknown": Message(N_("a number that it is told by is not known")),
    "because.set_aside": Message(N_("nothing could be judged today: see the data-quality page")),
    "because.until_examined": Message(N_("calf and hip work is not asked for until the tendon was examined")),
    "because.dose_of_clinician": Message(N_("calf and hip work is not asked for while the injury is open")),
    "because.not_at_this_age": Message(N_("heavy calf work is not asked for at this age")),
    "because.load_is_held": Message(N_("no step up is asked for while load is held")),
    "because.last_done": Message(N_("this was last done on {last_date}")),
    "because.nothing_read": Message(N_("nothing has been read of this athlete yet")),
    "because.short_history": Message(N_("fewer than {needed_days} or {needed_runs:runs} are on record: keep logging")),
    "because.no_strength_file": Message(N_("no strength log has been read: strength.csv, or strength sessions from the watch")),
    "because.no_test": Message(N_("no heel-raise test in {test_days:span}: calf_tests.csv takes them")),
    "because.few_sides": Message(
        N_("sides are not logged often enough: at least {asymmetry_sets} hard sets of each leg in {asymmetry_days:span}")
    ),
    "because.not_built": Message(N_("load has not been built for {build_days:span}, or too few sets can be compared")),
    "because.nothing_yet": Message(N_("there is nothing to judge it by yet")),
    "because.young_strength_log": Message(N_("the strength log is younger than {building_days}")),
    "because.nothing_to_judge_by": Message(N_("there is nothing to judge it by")),
    "because.little_before": Message(N_("the weeks before hold too little of it, or too many unknown days, to compare with")),
    "because.made_before_history": Message(
        N_("the runs that count today were made before there was enough history to judge them")
    ),
    "because.larger_spike": Message(N_("a larger jump in {measure:measure} stands in its place")),
    "because.no_ascent": Message(N_("no ascent was recorded; a watch with altitude, or ascent_m in runs.csv, gives it")),
    "because.no_fast_running": Message(
        N_("fast running could not be told from easy; threshold_pace_s_per_km or max_hr_bpm in squad.csv would tell")
    ),
    "because.no_fast_steps": Message(
        N_("fast running could not be told from easy: threshold_pace_s_per_km or max_hr_bpm in squad.csv would tell")
    ),
    "because.not_measured": Message(N_("the runs that count today do not say; a file with its track would")),
    "because.not_every_run": Message(
        N_("not every run of the days compared says its {measure:measure}, so nobody knows which held most")
    ),
    "because.weeks_lost": Message(
        N_("more than half of the last four weeks is marked as missing, and nobody knows what was done")
    ),
    "because.run_unread": Message(
        N_("a run of the days compared could not be read, so nobody knows which held most; it stands on the data-quality page")
    ),
    "because.no_run_before": Message(N_("there was no run in the 30 days before to compare with")),
    "because.unknown_pause": Message(
        N_("there was no run on record in the 30 days before, but not every one of those days is known")
    ),
    "because.nothing_before": Message(
        N_("the runs of the 30 days before hold no {measure:measure} to compare with, or not all of them say")
    ),
    "because.days_without_intensity": Message(N_("on {days} of the weeks compared fast running could not be told from easy")),
    "because.fast_by_totals": Message(
        N_(
            "on {days} of the weeks compared fast running is known by totals alone, which is enough for one run but"
            " not for a ratio"
        )
    ),
    "because.missing_days": Message(N_("too many of the days compared are unknown")),
    "because.low_base_fast_steps": Message(N_("the weeks before hold too little fast running to compare with")),
    "because.low_base": Message(N_("the weeks before hold too little to compare with")),
    "because.no_run": Message(N_("no run in {notes_days:span}")),
    "because.break_not_told": Message(
        N_("a break is told after {return_history_days} of running, from days that can all be compared with the weeks before")
    ),
    "because.load_not_risen": Message(N_("running load has not risen: what keeps strength is enough")),
    "because.few_sets_raised": Message(N_("few sets are told of already")),
    "because.credit_raised": Message(N_("the straight-knee sets that stand in for it are raised in its place")),
    "because.heavy_work_stopped": Message(N_("heavy calf work stopped altogether, which is raised in its place")),
    "because.no_credit": Message(N_("bent-knee work is late, and straight-knee sets do not stand in for it")),
    "because.no_calf_set": Message(N_("no calf set in four weeks")),
    "because.test_of_both_legs": Message(N_("the test was done on both legs at once, and the norms are for one")),
    "because.too_young_for_norms": Message(N_("the norms begin at the age of {norm_age:plain}")),
    "because.no_norm": Message(N_("a heel-raise test has no norm to be held against: sex or birth_year is missing in squad.csv")),
    "because.no_jumps_before": Message(N_("no session of jumps in the {ramp_days} before to compare with")),
    "because.no_symptoms_line": Message(
        N_(
            "no symptoms have been reported in the last {holds_days}: a line in symptoms.csv says how it is, also when nothing"
            " hurts"
        )
    ),
    "because.no_pain_score": Message(N_("the report of {report_date} has no pain score")),
    "because.no_symptoms": Message(N_("no symptoms have been reported in the last {holds_days}")),
    "because.no_word_of_mornings": Message(N_("the report of {report_date} does not say whether the next morning was worse")),
    "because.no_events": Message(N_("no symptoms have been reported in the last {holds_days}: symptoms.csv takes events too")),
    "because.symptoms_unread": Message(N_("rows of symptoms.csv could not be read, and nobody knows what they report")),
    "because.injuries_unread": Message(N_("rows of injuries.csv could not be read, and nobody knows what they report")),
    "because.no_history": Message(
        N_("no Achilles trouble is on record: achilles_history_until in squad.csv or a line in injuries.csv would say")
    ),
    "because.no_site": Message(N_("injuries.csv does not say where on the tendon: achilles_midportion or achilles_insertion")),
    "because.no_recent_history": Message(N_("no Achilles trouble is on record within {history_days}")),
    "because.no_pain_reported": Message(
        N_("no pain score and no word of a next morning has been reported yet: symptoms.csv takes both")
    ),
    "because.no_stiffness": Message(N_("no morning stiffness has been reported in the last {symptom_days:days}")),
    "because.few_stiffness": Message(N_("fewer than three reports of morning stiffness within {symptom_rise_days:days}")),
    "because.few_visa": Message(N_("no two reports of VISA-A within {symptom_rise_days:days}, one of them new")),
    "because.short_before_gap": Message(N_("there was less than a week of data before the gap")),
    "because.short_before_silence": Message(N_("there was less than a week of strength log before its silence")),
    "because.silent_runs_too": Message(N_("no strength set for {days}, but running went silent as well")),
    "because.no_data": Message(N_("no data of any kind has been read")),
    "because.no_strength_log": Message(N_("no strength log has been read")),
}
