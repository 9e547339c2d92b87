SELECT h.id, h.line, h.person, h.at, h.note, h.threads, h.to_person FROM handover h
WHERE h.shop = $1 AND h.at >= $2 AND NOT EXISTS (SELECT 1 FROM handover_seen s WHERE s.handover = h.id) ORDER BY h.at, h.id
