-- Does each link meet the day's demand, on the worse leg?
-- Grain: one row per athlete, local day and link since the first strength row.
select links.* exclude (counts_notes)
from intermediate.possible_links as links
inner join intermediate.demand_modes as modes
    on
        links.athlete_id = modes.athlete_id
        and links.load_date = modes.load_date
        and links.counts_notes = modes.counts_notes
