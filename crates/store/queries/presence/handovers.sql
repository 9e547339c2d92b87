SELECT h.id, h.shop, h.line, h.person, h.at, h.note, h.threads, h.to_person FROM handover h
WHERE h.shop IN {list $1} AND h.person <> $2 AND h.at >= $3 AND (h.to_person IS NULL OR h.to_person = $2)
  AND NOT EXISTS (SELECT 1 FROM handover_seen s WHERE s.handover = h.id AND s.person = $2) ORDER BY h.at, h.id
