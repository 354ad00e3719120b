-- What did each backtest find?
-- Grain: one row per day judged and rule.
from raw.backtest
