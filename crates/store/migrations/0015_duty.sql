-- The lists of the day: what was done about their lines. The lines themselves are read live.

-- list: opening, early. grp: what the line is about. ref: order, thread, note or line of the shop's own; seq: entry of the thread, else 0.
-- outcome: done, skipped. words: the line as it was then. late: after the list's hour.
CREATE TABLE duty_tick (
  id {ID} PRIMARY KEY,
  shop {ID} NOT NULL REFERENCES shop(id),
  list {TEXT} NOT NULL,
  day {TEXT} NOT NULL,
  grp {TEXT} NOT NULL,
  ref {ID} NOT NULL,
  seq {INT} NOT NULL,
  thread {ID},
  orders {ID},
  words {TEXT} NOT NULL,
  outcome {TEXT} NOT NULL,
  reason {TEXT} NOT NULL,
  note {TEXT} NOT NULL,
  late {BOOL} NOT NULL,
  person {ID} NOT NULL REFERENCES person(id),
  at {INT} NOT NULL,
  undone_by {ID},
  undone_at {INT}
){STRICT};
CREATE UNIQUE INDEX duty_tick_line ON duty_tick (shop, list, day, grp, ref, seq) WHERE undone_at IS NULL;
CREATE INDEX duty_tick_day ON duty_tick (shop, day);
CREATE INDEX duty_tick_thread ON duty_tick (thread) WHERE thread IS NOT NULL;
CREATE INDEX duty_tick_order ON duty_tick (orders) WHERE orders IS NOT NULL;

-- The day on which ordered goods reach the buyer, as somebody entered it.
CREATE TABLE duty_arrival (
  orders {ID} PRIMARY KEY REFERENCES orders(id),
  day {TEXT} NOT NULL,
  person {ID} NOT NULL REFERENCES person(id),
  at {INT} NOT NULL
){STRICT};

-- Lines that a shop wrote itself; a list without any has the built-in ones.
CREATE TABLE duty_own (
  shop {ID} NOT NULL REFERENCES shop(id),
  list {TEXT} NOT NULL,
  n {INT} NOT NULL,
  id {ID} NOT NULL,
  words {TEXT} NOT NULL,
  PRIMARY KEY (shop, list, n)
){STRICT};

-- How many lines were open when the list was due, and again when the day was over.
CREATE TABLE duty_day (
  shop {ID} NOT NULL REFERENCES shop(id),
  list {TEXT} NOT NULL,
  day {TEXT} NOT NULL,
  open {INT} NOT NULL,
  counted_at {INT} NOT NULL,
  PRIMARY KEY (shop, list, day)
){STRICT};

CREATE INDEX orders_unpaid ON orders (shop, created_at) WHERE paid_at IS NULL;
CREATE INDEX orders_unshipped ON orders (shop, paid_at) WHERE paid_at IS NOT NULL AND shipped_at IS NULL AND signed_at IS NULL;
CREATE INDEX entry_rating ON entry (at) WHERE kind = 'rating';
CREATE INDEX thread_kept ON thread (shop) WHERE conversation IS NULL AND (left_at IS NOT NULL OR promised_at IS NOT NULL);
