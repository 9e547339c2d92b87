SELECT grp, outcome, late, COUNT(*) FROM duty_tick WHERE shop = $1 AND list = $2 AND day = $3 AND undone_at IS NULL GROUP BY grp, outcome, late
