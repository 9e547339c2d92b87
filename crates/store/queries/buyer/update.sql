UPDATE buyer SET name = $2, phone = $3, city = $4, remark = $5, attributes = $6 WHERE id = $1
