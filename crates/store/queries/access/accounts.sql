SELECT id, shop, channel, name, person FROM account ORDER BY shop, channel, name
