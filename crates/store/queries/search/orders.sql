SELECT o.id, o.shop, o.platform, o.number, o.buyer, o.receiver, o.phone, o.state, o.net_fen, o.created_at, b.id, b.name, t.id FROM orders o
LEFT JOIN buyer b ON b.shop = o.shop AND b.channel = o.platform AND b.external = o.buyer
LEFT JOIN thread t ON t.shop = b.shop AND t.channel = b.channel AND t.buyer = b.id WHERE o.id IN {list $1}
