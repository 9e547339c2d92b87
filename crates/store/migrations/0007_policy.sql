-- Versions of the policy. changes: JSON object, key to value, of what differs from the built-in policy. A version is never
-- changed; one that is not in force yet may be withdrawn.
CREATE TABLE policy (
  id {ID} PRIMARY KEY,
  effective {TEXT} NOT NULL,
  changes {TEXT} NOT NULL,
  note {TEXT} NOT NULL,
  person {ID},
  created_at {INT} NOT NULL,
  withdrawn_by {ID},
  withdrawn_at {INT}
){STRICT};
CREATE UNIQUE INDEX policy_effective ON policy (effective) WHERE withdrawn_at IS NULL;
