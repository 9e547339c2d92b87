SELECT g.shop, g.buyer, b.name, t.id, b.external FROM guest g JOIN buyer b ON b.id = g.buyer
JOIN thread t ON t.shop = g.shop AND t.channel = b.channel AND t.buyer = g.buyer WHERE g.token_hash = $1
