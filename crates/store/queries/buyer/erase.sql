UPDATE buyer SET external = $2, name = $3, phone = NULL, city = NULL, remark = '', attributes = '{}', page = NULL, erased_at = $4 WHERE id = $1
