DELETE FROM worklog_tag WHERE worklog = $1
