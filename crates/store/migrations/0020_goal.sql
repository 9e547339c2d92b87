-- Goals of the day: the team's, and the part of each person. scope: every, mon .. sun, or a date. value: thousandths.

CREATE TABLE goal (
  shop {ID} NOT NULL REFERENCES shop(id),
  scope {TEXT} NOT NULL,
  figure {TEXT} NOT NULL,
  value {INT} NOT NULL,
  PRIMARY KEY (shop, scope, figure)
){STRICT};

CREATE TABLE goal_share (
  shop {ID} NOT NULL REFERENCES shop(id),
  scope {TEXT} NOT NULL,
  figure {TEXT} NOT NULL,
  person {ID} NOT NULL REFERENCES person(id),
  value {INT} NOT NULL,
  PRIMARY KEY (shop, scope, figure, person)
){STRICT};
