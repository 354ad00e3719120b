-- Question: Which reasons were raised in the 28 days before an injury, and how many days before it did each first appear?
-- Reads: marts.injuries, marts.flags.
-- Traps: Reasons also stand before no injury, most of the time: this alone says nothing of how well they warn, `tendonwatch
-- backtest` does. Notes (level info) and reasons about data are left out. Past days are told as they are known today. A raised pain
-- reason may be the injury as it begins.
-- Grain: one row per reported injury and reason; one with null for an injury without any.
select
    injuries.athlete_id,
    injuries.site,
    injuries.onset_date,
    flags.code,
    flags.family,
    injuries.onset_date - min(flags.load_date) as lead_days,
    count(distinct flags.load_date) as raised_days
from marts.injuries as injuries
left join marts.flags as flags
    on
        injuries.athlete_id = flags.athlete_id
        and flags.load_date between injuries.onset_date - 28 and injuries.onset_date - 1
        and flags.state = 'raised'
        and flags.level <> 'info'
        and flags.family <> 'data'
group by injuries.athlete_id, injuries.site, injuries.onset_date, injuries.file_id, injuries.row_number, flags.code, flags.family
order by injuries.athlete_id, injuries.onset_date, injuries.file_id, injuries.row_number, lead_days desc, flags.code
