"""What is said of planned days, by the message keys of marts.plan_check."""

from __future__ import annotations

from flows.words.language import N_
from flows.words.message import Message

# What to do where all is on track but for a plan that would raise the flag: no reason asks for it.
PLAN_OVER = "PLAN_OVER"
SHORTEN = N_("Shorten the plan: {words}.")

PLANS = {
    "plan.ok": Message(N_("{plan_date:weekday} is within its ceilings")),
    "plan.without_run": Message(N_("{plan_date:weekday} has no run planned")),
    "plan.over_run": Message(N_("{plan_date:weekday}, {longest_m:distance} is {over_by_m:distance} over")),
    "plan.over_run_time": Message(N_("{plan_date:weekday}, {longest_s:time} is {over_by_s:time} over")),
    "plan.over_week": Message(N_("by {plan_date:weekday} the week holds {week_planned_m:distance}, {over_by_m:distance} over")),
    "plan.over_week_time": Message(N_("by {plan_date:weekday} the week holds {week_planned_s:time}, {over_by_s:time} over")),
    "plan.fast_wait": Message(N_("{plan_date:weekday}, fast running waits until after {until_date}")),
    "plan.fast_swap": Message(N_("{plan_date:weekday}, swap the fast run for an easy flat one")),
    "plan.fast_held": Message(N_("{plan_date:weekday}, fast running waits: load is held")),
    "plan.no_calf_work": Message(N_("by {plan_date:weekday} it is {days} since {link:work}, and none is planned")),
    "plan.calf_never": Message(N_("{link:work} was never logged, and none is planned by {plan_date:weekday}")),
    "plan.forbidden": Message(N_("{plan_date:weekday}: not now; the runner comes before the plan")),
    "plan.under_16": Message(N_("{plan_date:weekday} is not assessed: these limits were made for adults")),
    "plan.no_length": Message(N_("{plan_date:weekday} is not assessed: the plan gives neither distance nor time")),
    "plan.no_ceiling": Message(N_("{plan_date:weekday} is not assessed: too little is known of the runs before it")),
    "plan.no_run": Message(N_("{plan_date:weekday} is not assessed: no run is on file yet")),
    "plan.silent": Message(N_("{plan_date:weekday} is not assessed: no data have come in for {silent_days}")),
    "plan.unplanned_week": Message(N_("{plan_date} is not assessed: a week before it has no plan")),
    "plan.held": Message(N_("{plan_date} is not assessed: load is held, and nobody knows how long")),
}
