SELECT step FROM ladder_step WHERE conversation = $1 ORDER BY at, step
