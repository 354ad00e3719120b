-- Question: How much bent-knee work did each squad do in the last eight whole weeks?
-- Reads: marts.weekly_summary, marts.athletes.
-- Traps: A runner without a strength log has null sets, not 0: the mean is over runners with a log, so look at how many these are.
-- The running week is left out. One set of both legs and one set of one leg are a set each.
-- Grain: one row per squad and week.
select
    athletes.squad,
    weeks.week_start_date,
    count(*) as runners,
    count(weeks.bent_knee_sets) as runners_with_log,
    sum(weeks.bent_knee_sets) as bent_knee_sets,
    round(avg(weeks.bent_knee_sets), 1) as sets_per_runner_with_log
from marts.weekly_summary as weeks
inner join marts.athletes as athletes on weeks.athlete_id = athletes.athlete_id
where
    weeks.week_state = 'complete'
    and weeks.week_start_date > athletes.as_of_date - 7 * 9 + 1
    and weeks.week_start_date + 6 <= athletes.as_of_date
group by athletes.squad, weeks.week_start_date
order by athletes.squad, weeks.week_start_date
