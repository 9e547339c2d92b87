-- The house: shops, people, buyers, threads and their entries, imported orders, derived day rows.
-- Type words {ID} {INT} {BOOL} {TEXT} {REAL} {BYTES} are replaced per database. Times are microseconds UTC, money is fen.

CREATE TABLE shop (
  id {ID} PRIMARY KEY,
  code {TEXT} NOT NULL UNIQUE,
  name {TEXT} NOT NULL,
  zone {TEXT} NOT NULL,
  settings {TEXT} NOT NULL,
  secret {BYTES} NOT NULL,
  created_at {INT} NOT NULL
){STRICT};

CREATE TABLE person (
  id {ID} PRIMARY KEY,
  login {TEXT} UNIQUE,
  name {TEXT} NOT NULL,
  role {TEXT} NOT NULL,
  line {TEXT},
  capacity {INT},
  password_hash {TEXT},
  active {BOOL} NOT NULL,
  created_at {INT} NOT NULL
){STRICT};

CREATE TABLE member (
  shop {ID} NOT NULL REFERENCES shop(id),
  person {ID} NOT NULL REFERENCES person(id),
  PRIMARY KEY (shop, person)
){STRICT};

-- Receiving accounts of platforms; several may be bound to one person.
CREATE TABLE account (
  id {ID} PRIMARY KEY,
  shop {ID} NOT NULL REFERENCES shop(id),
  channel {TEXT} NOT NULL,
  name {TEXT} NOT NULL,
  person {ID} REFERENCES person(id),
  UNIQUE (shop, channel, name)
){STRICT};

CREATE TABLE session (
  token_hash {BYTES} PRIMARY KEY,
  person {ID} NOT NULL REFERENCES person(id),
  created_at {INT} NOT NULL,
  seen_at {INT} NOT NULL,
  expires_at {INT} NOT NULL,
  agent {TEXT} NOT NULL
){STRICT};

CREATE TABLE link (
  token_hash {BYTES} PRIMARY KEY,
  purpose {TEXT} NOT NULL,
  person {ID} REFERENCES person(id),
  created_at {INT} NOT NULL,
  expires_at {INT} NOT NULL,
  used_at {INT}
){STRICT};

CREATE TABLE audit (
  id {ID} PRIMARY KEY,
  at {INT} NOT NULL,
  person {ID},
  act {TEXT} NOT NULL,
  subject {TEXT} NOT NULL,
  detail {TEXT} NOT NULL
){STRICT};

CREATE TABLE presence (
  person {ID} PRIMARY KEY REFERENCES person(id),
  state {TEXT} NOT NULL,
  since {INT} NOT NULL,
  lease_until {INT} NOT NULL,
  acted_at {INT} NOT NULL
){STRICT};

-- Every change of state, for the record of attendance.
CREATE TABLE presence_change (
  id {ID} PRIMARY KEY,
  person {ID} NOT NULL REFERENCES person(id),
  at {INT} NOT NULL,
  state {TEXT} NOT NULL,
  cause {TEXT} NOT NULL
){STRICT};

CREATE TABLE buyer (
  id {ID} PRIMARY KEY,
  shop {ID} NOT NULL REFERENCES shop(id),
  channel {TEXT} NOT NULL,
  external {TEXT} NOT NULL,
  name {TEXT} NOT NULL,
  created_at {INT} NOT NULL,
  joined {ID},
  UNIQUE (shop, channel, external)
){STRICT};

-- Guests of the widget: the secret is stored hashed.
CREATE TABLE guest (
  token_hash {BYTES} PRIMARY KEY,
  shop {ID} NOT NULL REFERENCES shop(id),
  buyer {ID} NOT NULL REFERENCES buyer(id),
  created_at {INT} NOT NULL
){STRICT};

-- Token ids of known buyers that were used already.
CREATE TABLE known_token (
  shop {ID} NOT NULL REFERENCES shop(id),
  jti {TEXT} NOT NULL,
  expires_at {INT} NOT NULL,
  PRIMARY KEY (shop, jti)
){STRICT};

-- One row a thread: owns the sequence, and is the only row that a message changes.
CREATE TABLE thread (
  id {ID} PRIMARY KEY,
  shop {ID} NOT NULL REFERENCES shop(id),
  channel {TEXT} NOT NULL,
  buyer {ID} NOT NULL REFERENCES buyer(id),
  created_at {INT} NOT NULL,
  changed_at {INT} NOT NULL,
  rev {INT} NOT NULL,
  last_seq {INT} NOT NULL,
  conversations {INT} NOT NULL,
  conversation {ID},
  opened_at {INT} NOT NULL,
  holder {ID},
  holder_since {INT} NOT NULL,
  line {TEXT},
  owed_since {INT},
  owed_seq {INT} NOT NULL,
  queued_since {INT},
  last_at {INT} NOT NULL,
  message_at {INT} NOT NULL,
  last_agent {ID},
  next_due {INT},
  last_text {TEXT} NOT NULL,
  last_kind {TEXT} NOT NULL,
  last_from {TEXT} NOT NULL,
  unread {INT} NOT NULL,
  buyer_read {INT} NOT NULL,
  shop_read {INT} NOT NULL,
  UNIQUE (shop, channel, buyer)
){STRICT};
CREATE INDEX thread_open ON thread (shop, holder) WHERE conversation IS NOT NULL;

CREATE TABLE conversation (
  id {ID} PRIMARY KEY,
  shop {ID} NOT NULL REFERENCES shop(id),
  thread {ID} NOT NULL REFERENCES thread(id),
  external {TEXT},
  imported {BOOL} NOT NULL,
  opened_at {INT} NOT NULL,
  last_at {INT} NOT NULL,
  closed_at {INT},
  UNIQUE (thread, external)
){STRICT};
CREATE INDEX conversation_opened ON conversation (shop, opened_at);

-- Numbered entries of threads. author: buyer, person or account; agent: receiving account of an imported line.
CREATE TABLE entry (
  thread {ID} NOT NULL,
  seq {INT} NOT NULL,
  conversation {ID} NOT NULL,
  at {INT} NOT NULL,
  kind {TEXT} NOT NULL,
  sender {TEXT} NOT NULL,
  author {ID} NOT NULL,
  agent {ID},
  to_agent {ID},
  words {INT} NOT NULL,
  automatic {BOOL} NOT NULL,
  refers {INT},
  client_id {ID},
  file {ID},
  text {TEXT} NOT NULL,
  PRIMARY KEY (thread, seq)
){WITHOUT_ROWID};
CREATE UNIQUE INDEX entry_client ON entry (thread, client_id, author) WHERE client_id IS NOT NULL;

CREATE TABLE file (
  id {ID} PRIMARY KEY,
  shop {ID} NOT NULL REFERENCES shop(id),
  thread {ID},
  author {ID} NOT NULL,
  kind {TEXT} NOT NULL,
  width {INT} NOT NULL,
  height {INT} NOT NULL,
  bytes {INT} NOT NULL,
  created_at {INT} NOT NULL
){STRICT};

CREATE TABLE orders (
  id {ID} PRIMARY KEY,
  shop {ID} NOT NULL REFERENCES shop(id),
  platform {TEXT} NOT NULL,
  number {TEXT} NOT NULL,
  layout {TEXT} NOT NULL,
  buyer {TEXT},
  gross_fen {INT} NOT NULL,
  refund_fen {INT} NOT NULL,
  net_fen {INT} NOT NULL,
  created_at {INT} NOT NULL,
  paid_at {INT},
  state {TEXT},
  facts {TEXT} NOT NULL,
  digest {BYTES} NOT NULL,
  imported_at {INT} NOT NULL,
  UNIQUE (shop, platform, number)
){STRICT};
CREATE INDEX orders_created ON orders (shop, created_at);

-- Derived by the follower from entries; can always be thrown away and made again.
CREATE TABLE day_part (
  shop {ID} NOT NULL,
  day {INT} NOT NULL,
  thread {ID} NOT NULL,
  parts {TEXT} NOT NULL,
  due {INT},
  PRIMARY KEY (shop, day, thread)
){WITHOUT_ROWID};
CREATE INDEX day_part_thread ON day_part (thread);

CREATE TABLE day_count (
  shop {ID} NOT NULL,
  day {INT} NOT NULL,
  cut {TEXT} NOT NULL,
  rows {TEXT} NOT NULL,
  PRIMARY KEY (shop, day, cut)
){WITHOUT_ROWID};

CREATE TABLE derived (
  name {TEXT} PRIMARY KEY,
  until {INT} NOT NULL
){STRICT};
