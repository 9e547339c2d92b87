SELECT id, shop, thread, author, kind, width, height, bytes FROM file WHERE id = $1
