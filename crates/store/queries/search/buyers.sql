SELECT b.id, b.shop, b.channel, b.external, b.name, b.remark, b.phone, b.created_at FROM buyer b WHERE b.id IN {list $1} AND b.joined IS NULL AND b.erased_at IS NULL
