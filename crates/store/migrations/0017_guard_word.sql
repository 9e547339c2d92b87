-- Words that a shop does not want said (R-SPEECH).

-- key: the word as it is compared. severity: off | hint | warn | block. better: what to say instead, empty = nothing is offered.
CREATE TABLE guard_word (
  shop {ID} NOT NULL REFERENCES shop(id),
  key {TEXT} NOT NULL,
  word {TEXT} NOT NULL,
  severity {TEXT} NOT NULL,
  better {TEXT} NOT NULL,
  changed_at {INT} NOT NULL,
  changed_by {ID} REFERENCES person(id),
  PRIMARY KEY (shop, key)
){STRICT};
