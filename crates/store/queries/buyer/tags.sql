SELECT tag FROM buyer_tag WHERE shop = $1 AND buyer = $2 ORDER BY at, tag
