SELECT id, shop, thread, author, kind, width, height, bytes, name, secs FROM file WHERE id = $1
