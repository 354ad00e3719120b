-- How much of the room may be told to this person?
-- What the person's state forbids is not told: no ceiling, no room; and where load is held, the usual week and the longest run of
-- late, not more. The longest run is never longer than the week.
-- Grain: one row per athlete and local day since the first activity.
with told as (
    select
        room.athlete_id,
        room.load_date,
        case
            when list_contains(forbidden.forbids, 'ceiling') then null
            when not list_contains(forbidden.forbids, 'more_load') or room.binding_rule = 'restart' then room.longest_run_ceiling_m
            else room.held_run_m
        end as longest_run_ceiling_m,
        case
            when list_contains(forbidden.forbids, 'ceiling') then null
            when list_contains(forbidden.forbids, 'more_load') then room.held_run_s
            else room.longest_run_ceiling_s
        end as longest_run_ceiling_s,
        room.week_distance_usual_m,
        case
            when list_contains(forbidden.forbids, 'room') then null
            when list_contains(forbidden.forbids, 'more_load') then least(room.week_distance_usual_m, room.week_distance_ceiling_m)
            else room.week_distance_ceiling_m
        end as week_distance_ceiling_m,
        room.week_moving_usual_s,
        case
            when list_contains(forbidden.forbids, 'room') then null
            when list_contains(forbidden.forbids, 'more_load') then least(room.week_moving_usual_s, room.week_moving_ceiling_s)
            else room.week_moving_ceiling_s
        end as week_moving_ceiling_s,
        case
            when list_has_any(forbidden.forbids, ['ceiling', 'room']) then null
            when
                list_contains(forbidden.forbids, 'more_load')
                and room.binding_rule not in ('restart', 'comeback', 'week already passed') then 'load is held'
            else room.binding_rule
        end as binding_rule,
        forbidden.forbids
    from intermediate.room as room
    inner join intermediate.forbidden_days as forbidden
        on room.athlete_id = forbidden.athlete_id and room.load_date = forbidden.load_date
)

select
    athlete_id,
    load_date,
    if(longest_run_ceiling_m is null, null, least(longest_run_ceiling_m, week_distance_ceiling_m)) as longest_run_ceiling_m,
    if(longest_run_ceiling_s is null, null, least(longest_run_ceiling_s, week_moving_ceiling_s)) as longest_run_ceiling_s,
    week_distance_usual_m,
    week_distance_ceiling_m,
    week_moving_usual_s,
    week_moving_ceiling_s,
    binding_rule,
    forbids
from told
