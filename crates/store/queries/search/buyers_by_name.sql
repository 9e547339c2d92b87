SELECT b.id FROM buyer b WHERE b.shop = $1 AND b.name >= $2 AND b.name < $3 AND b.joined IS NULL AND b.erased_at IS NULL ORDER BY b.name LIMIT $4
