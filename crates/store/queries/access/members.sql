SELECT shop, person FROM member ORDER BY shop, person
