UPDATE orders SET buyer = NULL, receiver = NULL, phone = NULL, address = NULL, parcel = NULL, facts = $2, erased_at = COALESCE(erased_at, $3) WHERE id = $1
