-- Buyers and orders are found by telephone; what an order list says of the receiver gets its columns, and leaves the facts.

CREATE INDEX orders_phone ON orders (shop, phone) WHERE phone IS NOT NULL;
CREATE INDEX buyer_phone ON buyer (shop, phone) WHERE phone IS NOT NULL;
CREATE INDEX buyer_joined ON buyer (joined) WHERE joined IS NOT NULL;
CREATE INDEX thread_buyer ON thread (buyer);
CREATE INDEX product_sold ON product (shop, sold);

-- @sqlite
UPDATE orders SET receiver = json_extract(facts, '$.receiver'), address = json_extract(facts, '$.address'),
  phone = replace(replace(replace(replace(json_extract(facts, '$.phone'), ' ', ''), '-', ''), '+86', ''), '''', ''),
  parcel = NULLIF(trim(COALESCE(json_extract(facts, '$.carrier'), '') || ' ' || COALESCE(json_extract(facts, '$.tracking'), '')), ''),
  state = replace(state, ' ', '')
WHERE receiver IS NULL AND phone IS NULL AND address IS NULL AND parcel IS NULL;
INSERT INTO order_item (orders, n, code, title, sku, quantity, price_fen)
SELECT id, 0, '', json_extract(facts, '$.title'), '', COALESCE(json_extract(facts, '$.quantity'), 1), -1 FROM orders
WHERE json_extract(facts, '$.title') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM order_item i WHERE i.orders = orders.id);
UPDATE orders SET facts = json_remove(facts, '$.receiver', '$.phone', '$.address', '$.title', '$.quantity', '$.carrier', '$.tracking');
-- @end
-- @pg
UPDATE orders SET receiver = facts::jsonb ->> 'receiver', address = facts::jsonb ->> 'address',
  phone = replace(replace(replace(replace(facts::jsonb ->> 'phone', ' ', ''), '-', ''), '+86', ''), '''', ''),
  parcel = NULLIF(trim(COALESCE(facts::jsonb ->> 'carrier', '') || ' ' || COALESCE(facts::jsonb ->> 'tracking', '')), ''),
  state = replace(state, ' ', '')
WHERE receiver IS NULL AND phone IS NULL AND address IS NULL AND parcel IS NULL;
INSERT INTO order_item (orders, n, code, title, sku, quantity, price_fen)
SELECT id, 0, '', facts::jsonb ->> 'title', '', COALESCE((facts::jsonb ->> 'quantity')::bigint, 1), -1 FROM orders
WHERE facts::jsonb ->> 'title' IS NOT NULL AND NOT EXISTS (SELECT 1 FROM order_item i WHERE i.orders = orders.id);
UPDATE orders SET facts = (facts::jsonb - 'receiver' - 'phone' - 'address' - 'title' - 'quantity' - 'carrier' - 'tracking')::text;
-- @end
