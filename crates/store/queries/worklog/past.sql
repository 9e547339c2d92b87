SELECT rev, at, was FROM worklog_past WHERE worklog = $1 ORDER BY rev
