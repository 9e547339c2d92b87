-- Quick phrases (R-PHRASE-01..09). A set is the team's of a shop (person NULL) or a person's own in a shop.
CREATE TABLE phrase_set (
  id {ID} PRIMARY KEY,
  shop {ID} NOT NULL REFERENCES shop(id),
  person {ID} REFERENCES person(id),
  created_at {INT} NOT NULL
){STRICT};
CREATE UNIQUE INDEX phrase_set_team ON phrase_set (shop) WHERE person IS NULL;
CREATE UNIQUE INDEX phrase_set_own ON phrase_set (shop, person) WHERE person IS NOT NULL;

-- One count of changes for each shop: whoever has everything up to a number asks for what has a greater one.
CREATE TABLE phrase_mark (
  shop {ID} PRIMARY KEY REFERENCES shop(id),
  version {INT} NOT NULL
){STRICT};

-- path: names of the groups, outermost first, joined by '/'. rev: the count at which it changed last. removed_at: taken out,
-- can be taken back for a while; its uses stay counted.
CREATE TABLE phrase (
  id {ID} PRIMARY KEY,
  phrase_set {ID} NOT NULL REFERENCES phrase_set(id),
  path {TEXT} NOT NULL,
  code {TEXT} NOT NULL,
  title {TEXT} NOT NULL,
  text {TEXT} NOT NULL,
  level {INT} NOT NULL,
  follow {TEXT} NOT NULL,
  stage {TEXT},
  scene {TEXT} NOT NULL,
  place {INT} NOT NULL,
  used {INT} NOT NULL,
  last_used {INT},
  rev {INT} NOT NULL,
  created_at {INT} NOT NULL,
  changed_at {INT} NOT NULL,
  changed_by {ID},
  removed_at {INT}
){STRICT};
CREATE UNIQUE INDEX phrase_code ON phrase (phrase_set, code) WHERE code <> '' AND removed_at IS NULL;
CREATE INDEX phrase_rev ON phrase (phrase_set, rev);
CREATE INDEX phrase_removed ON phrase (removed_at) WHERE removed_at IS NOT NULL;

-- Pictures that follow the words, in order. A file here is no buyer's: no erasing takes it away.
CREATE TABLE phrase_picture (
  phrase {ID} NOT NULL REFERENCES phrase(id),
  n {INT} NOT NULL,
  file {ID} NOT NULL REFERENCES file(id),
  name {TEXT} NOT NULL,
  PRIMARY KEY (phrase, n)
){STRICT};
CREATE INDEX phrase_picture_file ON phrase_picture (file);

-- One row each time a phrase was sent: client_id is the message's, so a repeat counts once.
CREATE TABLE phrase_use (
  thread {ID} NOT NULL REFERENCES thread(id),
  client_id {ID} NOT NULL,
  phrase {ID} NOT NULL REFERENCES phrase(id),
  shop {ID} NOT NULL REFERENCES shop(id),
  person {ID} NOT NULL REFERENCES person(id),
  seq {INT},
  at {INT} NOT NULL,
  PRIMARY KEY (thread, client_id)
){STRICT};
CREATE INDEX phrase_use_at ON phrase_use (shop, at);
CREATE INDEX phrase_use_phrase ON phrase_use (phrase, at);
