SELECT a.phrase, a.file, a.name, f.width, f.height FROM phrase_picture a JOIN phrase p ON p.id = a.phrase JOIN file f ON f.id = a.file WHERE p.phrase_set = $1 ORDER BY a.phrase, a.n
