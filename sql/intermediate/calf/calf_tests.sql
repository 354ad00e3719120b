-- How many heel raises in a row did each test find, and how many are usual?
-- A norm is one of a single leg with a straight knee, of grown-ups, and the smaller of two studies' norms.
-- Grain: one row per reported row that is not dated after the as-of date.
select
    tests.athlete_id,
    tests.test_date,
    tests.side,
    tests.repetitions,
    tests.knee,
    case
        when
            coalesce(tests.knee <> 'straight', false)
            or year(tests.test_date) - athletes.birth_year < rules.norm_age
            or tests.side not in ('left', 'right')
            then null
        when athletes.sex = 'm' and norms.repetitions > rules.norm_flat_men then rules.norm_flat_men
        when athletes.sex = 'f' and norms.repetitions > rules.norm_flat_women then rules.norm_flat_women
        else norms.repetitions
    end as norm_repetitions,
    case
        when tests.side not in ('left', 'right') then 'because.test_of_both_legs'
        when year(tests.test_date) - athletes.birth_year < rules.norm_age then 'because.too_young_for_norms'
        else 'because.no_norm'
    end as because,
    rules.norm_age,
    tests.file_id,
    tests.row_number
from staging.calf_tests as tests
inner join staging.athletes as athletes on tests.athlete_id = athletes.athlete_id
inner join seeds.athlete_rules as rules on tests.athlete_id = rules.athlete_id
left join seeds.heel_rise_norms as norms
    on
        athletes.sex = norms.sex
        and clamp((year(tests.test_date) - athletes.birth_year) // 10 * 10, 20, 80)
        = norms.age_from
