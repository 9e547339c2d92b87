SELECT a.phrase, a.file, a.name, f.width, f.height FROM phrase_picture a JOIN file f ON f.id = a.file WHERE a.phrase IN {list $1} ORDER BY a.phrase, a.n
