SELECT COALESCE(b.joined, b.id), b.name, b.channel, b.external, b.phone, t.id FROM buyer b JOIN thread t ON t.buyer = b.id
WHERE b.shop = $1 AND ((b.channel IN {list $2} AND b.external IN {list $3}) OR b.phone IN {list $4}) ORDER BY t.last_at DESC, t.id
