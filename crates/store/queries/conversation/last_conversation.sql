SELECT conversation FROM entry WHERE thread = $1 AND kind <> 'recall' ORDER BY seq DESC LIMIT 1
