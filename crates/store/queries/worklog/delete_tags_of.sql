DELETE FROM worklog_tag WHERE worklog IN {list $1}
