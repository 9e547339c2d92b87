SELECT g.tag, COUNT(*) FROM worklog_tag g JOIN worklog w ON w.id = g.worklog WHERE w.shop IN {list $1} GROUP BY g.tag ORDER BY COUNT(*) DESC, g.tag LIMIT $2
