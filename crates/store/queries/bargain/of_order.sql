SELECT id, shop, thread, orders, number, person, at, total_fen, off_fen, form, authority, approver, approval, warned, reason FROM concession WHERE shop = $1 AND number = $2 ORDER BY at, id
