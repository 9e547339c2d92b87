DELETE FROM buyer_tag WHERE shop = $1 AND buyer = $2 AND tag = $3
