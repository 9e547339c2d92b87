-- The shop front: what surrounds a message (files, cards, quotes, notes), who the buyer is, goods, marks of the desk.

-- A message's own payload as JSON, by kind: the card as it was sent, a file's name, a clip's length, who is mentioned, a mark.
ALTER TABLE entry ADD COLUMN data {TEXT};

ALTER TABLE file ADD COLUMN name {TEXT} NOT NULL DEFAULT '';
ALTER TABLE file ADD COLUMN secs {INT} NOT NULL DEFAULT 0;

-- stage: where the talk stands (R-DESK-06); stage_by: the person who set it by hand, until the conversation is over.
-- left_at: first message that nobody was there for (R-DESK-11). marked_unread: somebody put it back to be read again.
ALTER TABLE thread ADD COLUMN stage {TEXT} NOT NULL DEFAULT 'welcome';
ALTER TABLE thread ADD COLUMN stage_by {ID};
ALTER TABLE thread ADD COLUMN left_at {INT};
ALTER TABLE thread ADD COLUMN marked_unread {INT} NOT NULL DEFAULT 0;

-- What is known of a buyer. attributes: JSON object, name to text. page: JSON of what the buyer looks at now.
ALTER TABLE buyer ADD COLUMN phone {TEXT};
ALTER TABLE buyer ADD COLUMN city {TEXT};
ALTER TABLE buyer ADD COLUMN remark {TEXT} NOT NULL DEFAULT '';
ALTER TABLE buyer ADD COLUMN attributes {TEXT} NOT NULL DEFAULT '{}';
ALTER TABLE buyer ADD COLUMN page {TEXT};
ALTER TABLE buyer ADD COLUMN seen_at {INT} NOT NULL DEFAULT 0;
ALTER TABLE buyer ADD COLUMN erased_at {INT};

CREATE TABLE buyer_tag (
  shop {ID} NOT NULL REFERENCES shop(id),
  buyer {ID} NOT NULL REFERENCES buyer(id),
  tag {TEXT} NOT NULL,
  person {ID},
  at {INT} NOT NULL,
  PRIMARY KEY (shop, buyer, tag)
){STRICT};
CREATE INDEX buyer_tag_tag ON buyer_tag (shop, tag);

-- A colleague who was named in a private note, until they have seen it.
CREATE TABLE mention (
  person {ID} NOT NULL REFERENCES person(id),
  thread {ID} NOT NULL REFERENCES thread(id),
  seq {INT} NOT NULL,
  at {INT} NOT NULL,
  seen_at {INT},
  PRIMARY KEY (person, thread, seq)
){STRICT};

-- Goods of a shop. code: the shop's or platform's own number. facts: JSON object of everything else that is said of it.
CREATE TABLE product (
  id {ID} PRIMARY KEY,
  shop {ID} NOT NULL REFERENCES shop(id),
  code {TEXT} NOT NULL,
  title {TEXT} NOT NULL,
  category {TEXT} NOT NULL,
  price_fen {INT} NOT NULL,
  list_fen {INT},
  stock {INT},
  on_shelf {BOOL} NOT NULL,
  picture {ID},
  address {TEXT} NOT NULL,
  facts {TEXT} NOT NULL,
  sold {INT} NOT NULL,
  created_at {INT} NOT NULL,
  changed_at {INT} NOT NULL,
  UNIQUE (shop, code)
){STRICT};

-- Lines of an order.
CREATE TABLE order_item (
  orders {ID} NOT NULL REFERENCES orders(id),
  n {INT} NOT NULL,
  code {TEXT} NOT NULL,
  title {TEXT} NOT NULL,
  sku {TEXT} NOT NULL,
  quantity {INT} NOT NULL,
  price_fen {INT} NOT NULL,
  PRIMARY KEY (orders, n)
){STRICT};

ALTER TABLE orders ADD COLUMN shipped_at {INT};
ALTER TABLE orders ADD COLUMN signed_at {INT};
ALTER TABLE orders ADD COLUMN receiver {TEXT};
ALTER TABLE orders ADD COLUMN phone {TEXT};
ALTER TABLE orders ADD COLUMN address {TEXT};
ALTER TABLE orders ADD COLUMN parcel {TEXT};
CREATE INDEX orders_buyer ON orders (shop, buyer);
