DELETE FROM duty_arrival WHERE orders IN {list $1}
