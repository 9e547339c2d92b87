-- Seats: who serves which line of which shop, with what weight, limit and skills (a JSON list of words). Whoever has none in a
-- shop serves every line of it.
CREATE TABLE seat (
  shop {ID} NOT NULL REFERENCES shop(id),
  person {ID} NOT NULL REFERENCES person(id),
  line {TEXT} NOT NULL,
  weight {INT} NOT NULL,
  capacity {INT},
  skills {TEXT} NOT NULL,
  PRIMARY KEY (shop, person, line)
){STRICT};

-- The one line that a person had becomes their seat in each shop that they work for; the trade's words become the lines that every
-- shop knows.
INSERT INTO seat (shop, person, line, weight, capacity, skills)
SELECT m.shop, m.person, CASE TRIM(p.line)
    WHEN '售前' THEN 'pre_sales' WHEN '售前客服' THEN 'pre_sales' WHEN 'presale' THEN 'pre_sales' WHEN 'presales' THEN 'pre_sales'
    WHEN '售中' THEN 'in_sales' WHEN '售中客服' THEN 'in_sales'
    WHEN '售后' THEN 'after_sales' WHEN '售后客服' THEN 'after_sales' WHEN 'aftersale' THEN 'after_sales' WHEN 'aftersales' THEN 'after_sales'
    WHEN '中差评' THEN 'rescue' WHEN '主管' THEN 'supervisor' WHEN '店长' THEN 'manager'
    ELSE TRIM(p.line) END, 100, NULL, '[]'
FROM member m JOIN person p ON p.id = m.person WHERE p.line IS NOT NULL AND TRIM(p.line) <> '';

-- What a shift leaves may be for one colleague.
ALTER TABLE handover ADD COLUMN to_person {ID};
