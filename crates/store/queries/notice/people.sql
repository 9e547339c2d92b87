SELECT notice, person FROM notice_to WHERE notice IN {list $1} ORDER BY notice, person
