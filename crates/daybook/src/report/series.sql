-- Figures per period (day, ISO week, calendar month, or the range as a whole), for each platform or for all together. See
-- figures_of_periods() in migrations/V19.
--
-- Parameters: $1 first day, $2 last day, $3 platforms or null, $4 whether of one shop only, $5 which shop (null: the
--             unknown one), $6 day, week, month or range, $7 whether per platform, $8 today in the business zone.
    select * from figures_of_periods($1, $2, $3, $4, $5, $6, $7, $8)
