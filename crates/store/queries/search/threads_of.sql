SELECT b.id, t.id FROM buyer b JOIN thread t ON t.shop = b.shop AND t.channel = b.channel AND t.buyer = b.id WHERE b.id IN {list $1}
