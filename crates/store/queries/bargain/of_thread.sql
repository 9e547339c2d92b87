SELECT id, shop, thread, orders, number, person, at, total_fen, off_fen, form, authority, approver, approval, warned, reason FROM concession WHERE thread = $1 ORDER BY at, id
