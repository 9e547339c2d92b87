-- Notices to the team, every wording of each, and who has confirmed which.

-- kind: goods, activity, rule, other. audience: shop, line, people. revision: the wording in force, from 1. until: ends by itself then.
-- ended_at: withdrawn. reminded: the revision of which the rest was reminded; 0 = none.
CREATE TABLE notice (
  id {ID} PRIMARY KEY,
  shop {ID} NOT NULL REFERENCES shop(id),
  person {ID} NOT NULL REFERENCES person(id),
  at {INT} NOT NULL,
  kind {TEXT} NOT NULL,
  audience {TEXT} NOT NULL,
  line {TEXT},
  revision {INT} NOT NULL,
  until {INT},
  ended_at {INT},
  ended_by {ID},
  reminded {INT} NOT NULL
){STRICT};
CREATE INDEX notice_shop ON notice (shop, at);

-- The people of a notice to people.
CREATE TABLE notice_to (
  notice {ID} NOT NULL REFERENCES notice(id),
  person {ID} NOT NULL REFERENCES person(id),
  PRIMARY KEY (notice, person)
){STRICT};

CREATE TABLE notice_text (
  notice {ID} NOT NULL REFERENCES notice(id),
  revision {INT} NOT NULL,
  title {TEXT} NOT NULL,
  text {TEXT} NOT NULL,
  urgent {BOOL} NOT NULL,
  person {ID} NOT NULL REFERENCES person(id),
  at {INT} NOT NULL,
  PRIMARY KEY (notice, revision)
){STRICT};

CREATE TABLE notice_seen (
  notice {ID} NOT NULL REFERENCES notice(id),
  person {ID} NOT NULL REFERENCES person(id),
  revision {INT} NOT NULL,
  at {INT} NOT NULL,
  PRIMARY KEY (notice, person, revision)
){STRICT};
