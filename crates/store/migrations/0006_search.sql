-- Words of messages, buyers, orders and products, to be found. Derived: can always be thrown away and made again.

-- A batch of documents of one shop and kind. state: open (grows, has no posts: it is read as a whole), building (not yet seen
-- by queries), sealed (has posts, never grows), gone (replaced, about to be deleted).
-- docs: places given so far. stale: documents taken out since it was sealed; it is made anew without them.
CREATE TABLE search_segment (
  id {INT} PRIMARY KEY,
  shop {ID} NOT NULL,
  kind {TEXT} NOT NULL,
  state {TEXT} NOT NULL,
  docs {INT} NOT NULL,
  stale {INT} NOT NULL,
  first_at {INT} NOT NULL,
  last_at {INT} NOT NULL
){STRICT};

-- place: segment * 65536 + place in the segment; in a sealed one the places are in order of time. ref: thread, buyer, order
-- or product; seq: entry of the thread, else 0.
CREATE TABLE search_doc (
  place {INT} PRIMARY KEY,
  ref {ID} NOT NULL,
  seq {INT} NOT NULL,
  at {INT} NOT NULL
){STRICT};
CREATE INDEX search_doc_ref ON search_doc (ref, seq);

-- Where two neighbouring characters occur in a segment.
CREATE TABLE search_post (
  segment {INT} NOT NULL,
  gram {INT} NOT NULL,
  places {BYTES} NOT NULL,
  PRIMARY KEY (segment, gram)
){STRICT}{WITHOUT_ROWID};

-- What changed and must be read again. Filled by triggers, so that no writer can forget it. New messages are not in it: the
-- follower hears of them without a row of theirs, so that their path is not longer by one.
CREATE TABLE search_todo (
  -- @sqlite
  id INTEGER PRIMARY KEY,
  -- @end
  -- @pg
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- @end
  kind {TEXT} NOT NULL,
  ref {ID} NOT NULL,
  seq {INT} NOT NULL
){STRICT};

-- Names by their first character.
CREATE INDEX buyer_name ON buyer (shop, name);

-- @sqlite
CREATE TRIGGER search_entry_changed AFTER UPDATE OF text, at ON entry WHEN OLD.text IS NOT NEW.text OR OLD.at IS NOT NEW.at
BEGIN INSERT INTO search_todo (kind, ref, seq) VALUES ('message', NEW.thread, NEW.seq); END;
CREATE TRIGGER search_entry_deleted AFTER DELETE ON entry
BEGIN INSERT INTO search_todo (kind, ref, seq) VALUES ('message', OLD.thread, OLD.seq); END;

CREATE TRIGGER search_buyer_new AFTER INSERT ON buyer
BEGIN INSERT INTO search_todo (kind, ref, seq) VALUES ('buyer', NEW.id, 0); END;
CREATE TRIGGER search_buyer_changed AFTER UPDATE OF external, name, phone, remark, joined, erased_at ON buyer
WHEN OLD.external IS NOT NEW.external OR OLD.name IS NOT NEW.name OR OLD.phone IS NOT NEW.phone OR OLD.remark IS NOT NEW.remark
  OR OLD.joined IS NOT NEW.joined OR OLD.erased_at IS NOT NEW.erased_at
BEGIN INSERT INTO search_todo (kind, ref, seq) VALUES ('buyer', NEW.id, 0); END;
CREATE TRIGGER search_buyer_deleted AFTER DELETE ON buyer
BEGIN INSERT INTO search_todo (kind, ref, seq) VALUES ('buyer', OLD.id, 0); END;
CREATE TRIGGER search_tag_new AFTER INSERT ON buyer_tag
BEGIN INSERT INTO search_todo (kind, ref, seq) VALUES ('buyer', NEW.buyer, 0); END;
CREATE TRIGGER search_tag_deleted AFTER DELETE ON buyer_tag
BEGIN INSERT INTO search_todo (kind, ref, seq) VALUES ('buyer', OLD.buyer, 0); END;

CREATE TRIGGER search_order_new AFTER INSERT ON orders
BEGIN INSERT INTO search_todo (kind, ref, seq) VALUES ('order', NEW.id, 0); END;
CREATE TRIGGER search_order_changed AFTER UPDATE ON orders
BEGIN INSERT INTO search_todo (kind, ref, seq) VALUES ('order', NEW.id, 0); END;
CREATE TRIGGER search_order_deleted AFTER DELETE ON orders
BEGIN INSERT INTO search_todo (kind, ref, seq) VALUES ('order', OLD.id, 0); END;
CREATE TRIGGER search_item_new AFTER INSERT ON order_item
BEGIN INSERT INTO search_todo (kind, ref, seq) VALUES ('order', NEW.orders, 0); END;
CREATE TRIGGER search_item_changed AFTER UPDATE ON order_item
BEGIN INSERT INTO search_todo (kind, ref, seq) VALUES ('order', NEW.orders, 0); END;
CREATE TRIGGER search_item_deleted AFTER DELETE ON order_item
BEGIN INSERT INTO search_todo (kind, ref, seq) VALUES ('order', OLD.orders, 0); END;

CREATE TRIGGER search_product_new AFTER INSERT ON product
BEGIN INSERT INTO search_todo (kind, ref, seq) VALUES ('product', NEW.id, 0); END;
CREATE TRIGGER search_product_changed AFTER UPDATE OF code, title, category ON product
WHEN OLD.code IS NOT NEW.code OR OLD.title IS NOT NEW.title OR OLD.category IS NOT NEW.category
BEGIN INSERT INTO search_todo (kind, ref, seq) VALUES ('product', NEW.id, 0); END;
CREATE TRIGGER search_product_deleted AFTER DELETE ON product
BEGIN INSERT INTO search_todo (kind, ref, seq) VALUES ('product', OLD.id, 0); END;
-- @end

-- @pg
CREATE FUNCTION search_note_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO search_todo (kind, ref, seq) VALUES ('message', OLD.thread, OLD.seq); RETURN NULL; END $$;
CREATE FUNCTION search_note_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO search_todo (kind, ref, seq) VALUES (TG_ARGV[0], NEW.id, 0); RETURN NULL; END $$;
CREATE FUNCTION search_note_old() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO search_todo (kind, ref, seq) VALUES (TG_ARGV[0], OLD.id, 0); RETURN NULL; END $$;
CREATE FUNCTION search_note_tag() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN INSERT INTO search_todo (kind, ref, seq) VALUES ('buyer', OLD.buyer, 0);
  ELSE INSERT INTO search_todo (kind, ref, seq) VALUES ('buyer', NEW.buyer, 0); END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION search_note_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN INSERT INTO search_todo (kind, ref, seq) VALUES ('order', OLD.orders, 0);
  ELSE INSERT INTO search_todo (kind, ref, seq) VALUES ('order', NEW.orders, 0); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER search_entry_changed AFTER UPDATE OF text, at ON entry FOR EACH ROW
  WHEN (OLD.text IS DISTINCT FROM NEW.text OR OLD.at IS DISTINCT FROM NEW.at)
  EXECUTE FUNCTION search_note_entry();
CREATE TRIGGER search_entry_deleted AFTER DELETE ON entry FOR EACH ROW EXECUTE FUNCTION search_note_entry();
CREATE TRIGGER search_buyer_new AFTER INSERT ON buyer FOR EACH ROW EXECUTE FUNCTION search_note_new('buyer');
CREATE TRIGGER search_buyer_changed AFTER UPDATE OF external, name, phone, remark, joined, erased_at ON buyer FOR EACH ROW
  WHEN (OLD.external IS DISTINCT FROM NEW.external OR OLD.name IS DISTINCT FROM NEW.name OR OLD.phone IS DISTINCT FROM NEW.phone
    OR OLD.remark IS DISTINCT FROM NEW.remark OR OLD.joined IS DISTINCT FROM NEW.joined OR OLD.erased_at IS DISTINCT FROM NEW.erased_at)
  EXECUTE FUNCTION search_note_new('buyer');
CREATE TRIGGER search_buyer_deleted AFTER DELETE ON buyer FOR EACH ROW EXECUTE FUNCTION search_note_old('buyer');
CREATE TRIGGER search_tag AFTER INSERT OR DELETE ON buyer_tag FOR EACH ROW EXECUTE FUNCTION search_note_tag();
CREATE TRIGGER search_order AFTER INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION search_note_new('order');
CREATE TRIGGER search_order_deleted AFTER DELETE ON orders FOR EACH ROW EXECUTE FUNCTION search_note_old('order');
CREATE TRIGGER search_item AFTER INSERT OR UPDATE OR DELETE ON order_item FOR EACH ROW EXECUTE FUNCTION search_note_item();
CREATE TRIGGER search_product_new AFTER INSERT ON product FOR EACH ROW EXECUTE FUNCTION search_note_new('product');
CREATE TRIGGER search_product_changed AFTER UPDATE OF code, title, category ON product FOR EACH ROW
  WHEN (OLD.code IS DISTINCT FROM NEW.code OR OLD.title IS DISTINCT FROM NEW.title OR OLD.category IS DISTINCT FROM NEW.category)
  EXECUTE FUNCTION search_note_new('product');
CREATE TRIGGER search_product_deleted AFTER DELETE ON product FOR EACH ROW EXECUTE FUNCTION search_note_old('product');
-- @end

-- What is there already.
INSERT INTO search_todo (kind, ref, seq) SELECT 'buyer', id, 0 FROM buyer;
INSERT INTO search_todo (kind, ref, seq) SELECT 'order', id, 0 FROM orders;
INSERT INTO search_todo (kind, ref, seq) SELECT 'product', id, 0 FROM product;
