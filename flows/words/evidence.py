"""Clauses about a raised or clear reason: message key -> clause, with placeholders for the facts from the models."""

from __future__ import annotations

from flows.words.language import N_, plural_of
from flows.words.message import Message, one_or_many
from flows.words.person import PAIN, PERSON
from flows.words.run_evidence import RUNNING, SPIKES

CALF_WORK = {
    "clock.today": Message(N_("{link:work} done today")),
    "clock.frozen": Message(
        N_(
            "last {link:work} on {last_date}: {days} ago, not counting illness, holiday, the days after a race and days"
            " marked as missing"
        )
    ),
    "clock.since": Message(N_("last {link:work} {days} ago ({last_date})")),
    "clock.never": Message(N_("no {link:work} logged in {log_days:stretch}")),
    "clock.never_any": Message(N_("no hard calf work logged in {log_days:stretch}")),
    "clock.since_read": Message(
        N_(
            "the last {link:work} that could be read was on {last_date}, {days} ago at most: {unread:entries} since then could"
            " not be read"
        )
    ),
    "clock.unknown_load": Message(N_("{untold:sets} of four weeks had a load that cannot be, and may have been heavy")),
    "clock.never_read": Message(
        N_("no {link:work} could be read in {log_days:stretch}, and {unread:entries} of strength work could not")
    ),
    "clock.never_any_read": Message(
        N_("no hard calf work could be read in {log_days:stretch}, and {unread:entries} of strength work could not")
    ),
    "clock.due": Message(N_("due from day {due_day} on")),
    "clock.due_again": Message(N_("due again from day {due_day} on")),
    "clock.fed_by_credit": Message(N_("only straight-knee raises; the soleus also needs bent-knee ones")),
    "clock.credit_until": Message(N_("straight-knee raises stand in for it up to day {last_day}")),
    "clock.stopped_after": Message(N_("it counts as stopped after day {last_day}")),
    "leg.left": Message(N_("the left leg is meant, the other one did more or did it later")),
    "leg.right": Message(N_("the right leg is meant, the other one did more or did it later")),
    "topup.of_them_bent_knee": Message(N_("{bent_knee_sets} of them with the knee bent, where half of that is asked for")),
    "sides.left": Message(N_("only the left leg has calf sets in four weeks ({legs} of 2)")),
    "sides.right": Message(N_("only the right leg has calf sets in four weeks ({legs} of 2)")),
    "sides.both": Message(N_("both legs have calf sets in four weeks ({legs} of 2)")),
    "sides.other_leg_missing": Message(
        N_("one leg has no calf set in four weeks, but had some before: it is judged as one that did nothing ({legs} of 2)")
    ),
    "sides.equal": Message(N_("the best {best_sets} sets of both legs in {asymmetry_days:span} are alike ({share})")),
    "sides.left_weaker": Message(
        N_("the best {best_sets} sets of the left leg in {asymmetry_days:span} come to {share} of those of the other")
    ),
    "sides.right_weaker": Message(
        N_("the best {best_sets} sets of the right leg in {asymmetry_days:span} come to {share} of those of the other")
    ),
    "test.left": one_or_many(
        "heel_raises",
        plural_of(
            "{heel_raises} heel raise on the left; about {norm} is usual, fewer than {low_norm} is low",
            "{heel_raises} heel raises on the left; about {norm} is usual, fewer than {low_norm} is low",
        ),
    ),
    "test.right": one_or_many(
        "heel_raises",
        plural_of(
            "{heel_raises} heel raise on the right; about {norm} is usual, fewer than {low_norm} is low",
            "{heel_raises} heel raises on the right; about {norm} is usual, fewer than {low_norm} is low",
        ),
    ),
    "test.dropped": Message(N_("{fewer} fewer than the test before")),
    "progress.gastrocnemius": Message(
        N_("the best straight-knee sets of {half_days:span} are {share} of those before, while load is being built")
    ),
    "progress.soleus": Message(
        N_("the best bent-knee sets of {half_days:span} are {share} of those before, while load is being built")
    ),
    "volume.unread": Message(N_("that is at least: {unread:entries} of strength work could not be read")),
    "jumps.none": Message(N_("no hops in the last {active_days}")),
    "jumps.ramp": Message(
        N_(
            "{contacts} hops of a leg on {session_date}, at most {most_before} in the {ramp_days} before; up to {limit}"
            " is no jump"
        )
    ),
    "jumps.no_first": Message(N_("no session of jumps in the last {active_days} came after a break of {break_days}")),
    "jumps.first": Message(
        N_("{contacts} hops of a leg on {session_date}, the first day in {break_days:span}; start with {limit}")
    ),
    "jumps.done": one_or_many("contacts", plural_of("{contacts} hop in {absent_days}", "{contacts} hops in {absent_days}")),
    "jumps.little_fast_running": Message(
        N_(
            "the most fast running on a day of the last {fast_days:plain} was {fast_steps} steps: from {floor_fast_steps} on"
            " hops are asked for"
        )
    ),
    "jumps.absent": Message(N_("there was fast running, but no hops in {absent_days}")),
}

DATA = {
    "set_aside.not": Message(N_("no check failed")),
    "set_aside.table": Message(N_("nothing could be judged today: {table} does not pass its check ({check})")),
    "set_aside.day": Message(N_("nothing could be judged today: {table} does not pass its check ({check}) on {failed_date:iso}")),
    "record.no_run": Message(N_("no run has been read yet")),
    "record.enough": Message(
        N_("{days} of history and {runs:runs} on record; {needed_days:plain} and {needed_runs:plain} are needed")
    ),
    "record.more_days": Message(N_("building a baseline: {days} of history, {more} more needed")),
    "record.more_runs": Message(N_("building a baseline: {runs:runs} on record, {more} more needed")),
    "gap.suspected": Message(N_("no data on {days}, from {from_date} to {to_date}: rest or lost? Mark it if lost")),
    "gap.short": Message(N_("the longest stretch without data in {quiet_days:span} was {days}, shorter than {gap_days}")),
    "gap.unusual_logger": Message(N_("data came on {usual} days of a usual week: from {wanted} on a gap would be asked about")),
    "stale.today": Message(N_("the last data came today, {days} ago")),
    "stale.recent": Message(N_("the last data came {days} ago ({last_date})")),
    "stale.silent": Message(N_("no data of any kind for {days} (last on {last_date})")),
    "stale_runs.none": Message(N_("{days} without a run since the last one ({last_date})")),
    "stale_runs.short": Message(
        N_("{days} without a run since {last_date}, fewer than the {stale_days:plain} that are asked about")
    ),
    "stale_runs.silent": Message(N_("no run since {last_date}: {days} that neither a mark nor a race explains")),
    "stale_strength.none": Message(N_("{days} without a strength set since the last one ({last_date})")),
    "stale_strength.short": Message(
        N_("{days} without a strength set since {last_date}, fewer than the {stale_days:plain} that are asked about")
    ),
    "stale_strength.seldom": Message(
        N_("strength work came on {usual} days of a usual week: from {wanted} on its silence would be asked about")
    ),
    "stale_strength.silent": Message(
        N_(
            "no strength set of any kind since {last_date}: {days} that neither a mark nor a race explains, while runs go on; ask"
            " whether the work stopped, or only the log"
        )
    ),
    "run_totals.none": Message(N_("none of {runs:runs} in four weeks is known by its totals alone")),
    "run_totals.some": one_or_many(
        "totals",
        plural_of(
            "{totals} of {runs:runs} in four weeks is known by its totals alone",
            "{totals} of {runs:runs} in four weeks are known by their totals alone",
        ),
    ),
    "strength_log.reaches_back": Message(N_("the strength log reaches back {days}")),
    "strength_log.none": Message(N_("no strength log has been read, so nobody knows whether calf work keeps up")),
    "strength_log.began": Message(N_("the strength log began {days} ago; it is judged in full after {building_days}")),
    "strength_log.no_set": Message(N_("no set was logged in four weeks")),
    "strength_log.all_known": Message(N_("none of {sets:sets} in four weeks names an exercise that the catalogue does not know")),
    "strength_log.unmapped": one_or_many(
        "unmapped",
        plural_of(
            "{unmapped} of {sets:sets} in four weeks names an exercise that the catalogue does not know",
            "{unmapped} of {sets:sets} in four weeks name an exercise that the catalogue does not know",
        ),
    ),
    "strength_log.none_assumed": Message(
        N_("no set of four weeks was judged by assumption: effort and exercise are clear from the log")
    ),
    "strength_log.assumed": one_or_many(
        "sets",
        plural_of(
            "{sets} set of four weeks was judged by assumption: no effort or no number of jumps was logged, or the name leaves"
            " the exercise open",
            "{sets} sets of four weeks were judged by assumption: no effort or no number of jumps was logged, or the name leaves"
            " the exercise open",
        ),
    ),
    "data.known_days": one_or_many(
        "known",
        plural_of(
            "{known} of the last {window_days} is known; a comparison starts from {wanted} on",
            "{known} of the last {window_days} are known; a comparison starts from {wanted} on",
        ),
    ),
    "data.ran_on_missing": one_or_many(
        "ran",
        plural_of(
            "{ran} marked as missing has a run (last on {ran_date}): what was recorded of it counts",
            "{ran} marked as missing have a run (last on {ran_date}): what was recorded of them counts",
        ),
    ),
    "data.no_intensity": Message(
        N_(
            "on {unclear} of {run_days:run_days} in {notes_days:span} fast running could not be told from easy: no threshold"
            " pace, no hard effort and no maximum heart rate"
        )
    ),
    "data.intensity_known": Message(
        N_("on none of {run_days:run_days} in {notes_days:span} was it unclear whether running was fast or easy")
    ),
    "cadence.all": Message(N_("none of {runs:runs} in {notes_days:span} has no cadence")),
    "cadence.assumed": one_or_many(
        "assumed",
        plural_of(
            "{assumed} of {runs:runs} in {notes_days:span} has no cadence; it was taken from the speed",
            "{assumed} of {runs:runs} in {notes_days:span} have no cadence; it was taken from the speed",
        ),
    ),
    "sport.assumed": Message(
        N_("a running reason rests on {runs:runs} without a stated sport: it was taken from the name, or from speed and cadence")
    ),
    "sport.stated": Message(N_("no running reason rests on a run without a stated sport")),
    "doubt.sport_assumed": Message(N_("that it was a run is assumed, no file states it")),
    "twins.none": Message(N_("no run of {notes_days:span} was told of by more than one file")),
    "twins.merged": one_or_many(
        "recordings",
        plural_of(
            "{recordings} recording of {notes_days:span} told of a run that another file tells of too; it is counted once",
            "{recordings} recordings of {notes_days:span} told of runs that other files tell of too; each is counted once",
        ),
    ),
    "profile.complete": Message(N_("every column of squad.csv that a formula needs is filled in and understood")),
    "profile.incomplete": one_or_many(
        "columns",
        plural_of(
            "{columns} column of squad.csv is empty or not understood: {names}",
            "{columns} columns of squad.csv are empty or not understood: {names}",
        ),
    ),
    "contradiction.none": Message(N_("no two things in the files of four weeks contradict each other")),
    "contradiction.cases": one_or_many(
        "cases",
        plural_of("{cases} such case in four weeks", "{cases} such cases in four weeks, of which the newest is told"),
    ),
    "contradiction.two_lengths": Message(
        N_(
            "two files tell of the run on {run_date}, one of {taken_m} and one of {left_m}: {taken_m} was taken, from the kind of"
            " source that is believed more, or of two alike from the longer one"
        )
    ),
    "contradiction.run_on_missing": Message(
        N_("the run on {run_date} fell on a day that marks.csv calls missing: the run counts, and the day is known")
    ),
    "contradiction.run_while_ill": Message(
        N_("the run on {run_date} fell on a day that marks.csv calls an illness: both count, the run as load and the day as ill")
    ),
    "contradiction.two_scores": Message(
        N_("two pain scores for {report_date}, {low} and {pain} of 10, contradict each other: the higher one was taken")
    ),
    "contradiction.two_mornings": Message(
        N_("of the morning after {report_date} one row says worse and one says no: worse was taken")
    ),
    "contradiction.over_assisted": Message(
        N_(
            "the help of {assistance_kg:plain} kg on {set_date} (row {row:plain} of its log) is more than the body weighs: the"
            " set counts as work of unknown load; correct the weight there, or body_mass_kg in squad.csv"
        )
    ),
    "contradiction.like_name": Message(
        N_(
            "another runner's name differs from this one in small and capital letters alone: their files were kept apart; rename"
            " one folder, or put both into one if they are one person"
        )
    ),
    "contradiction.history_to_come": Message(
        N_(
            "the date of achilles_history_until in squad.csv is yet to come, so it was left out: nobody knows when trouble will"
            " end; write the last day with trouble there, or an injury without an end into injuries.csv"
        )
    ),
    "contradiction.cells_left_out": Message(N_("what squad.csv says in {names} is not understood and was left out")),
    "refused.none": Message(N_("no file that may hold running was refused without a day in {undated_days:span}")),
    "refused.no_run": Message(N_("no run of four weeks was refused ({days} without its running)")),
    "refused.runs": Message(
        N_("on {days} of four weeks a run could not be read (last on {last_date}), so nobody knows how much was run")
    ),
    "refused.all_compared": Message(N_("{runs:runs} of {active_days:span} came after one that could not be read")),
    "refused.not_compared": Message(
        N_(
            "{runs:runs} of {active_days:span} could not be compared: of the 30 days before, one that could not be read may have"
            " been longer"
        )
    ),
    "refused.no_set": Message(N_("{rows:entries} of strength work that may belong to four weeks could not be read")),
    "refused.sets": Message(
        N_(
            "{rows:entries} of strength work that may belong to four weeks could not be read: calf work that seems to be missing"
            " may have been done"
        )
    ),
    "refused.no_report": Message(N_("{rows:rows} on pain or injuries that may belong to four weeks could not be read")),
    "refused.reports": Message(
        N_(
            "{rows:rows} on pain or injuries that may belong to four weeks could not be read: pain that nobody sees here may"
            " have been reported"
        )
    ),
    "refused.no_mark": Message(N_("{rows:rows} of marks.csv that may belong to four weeks could not be read")),
    "refused.marks": Message(
        N_(
            "{rows:rows} of marks.csv that may belong to four weeks could not be read: illness, holiday or missing days may have"
            " been marked"
        )
    ),
    "refused.undated": Message(
        N_("{files:refused_files} of {undated_days:span} may hold running, and nobody can tell of which day")
    ),
}

EVIDENCE = SPIKES | RUNNING | CALF_WORK | PAIN | PERSON | DATA
