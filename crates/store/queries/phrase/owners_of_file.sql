SELECT s.shop, s.person FROM phrase_picture a JOIN phrase p ON p.id = a.phrase JOIN phrase_set s ON s.id = p.phrase_set WHERE a.file = $1 AND p.removed_at IS NULL
