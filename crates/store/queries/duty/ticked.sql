SELECT grp, ref, seq FROM duty_tick WHERE shop = $1 AND list = $2 AND day = $3 AND grp IN {list $4} AND undone_at IS NULL
