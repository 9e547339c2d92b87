DELETE FROM member WHERE shop = $1 AND person = $2
