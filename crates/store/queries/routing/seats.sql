SELECT shop, person, line, weight, capacity, skills FROM seat ORDER BY shop, person, line
