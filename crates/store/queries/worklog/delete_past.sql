DELETE FROM worklog_past WHERE worklog IN {list $1}
