SELECT s.notice, s.person, s.at FROM notice_seen s JOIN notice n ON n.id = s.notice AND n.revision = s.revision WHERE s.notice IN {list $1} ORDER BY s.notice, s.at, s.person
