SELECT conversation, MIN(seq), CAST(SUM(CASE WHEN kind IN ('text', 'image', 'card', 'voice', 'file') THEN 1 ELSE 0 END) AS BIGINT) FROM entry
WHERE thread IN {list $1} AND conversation IN {list $2} GROUP BY conversation
