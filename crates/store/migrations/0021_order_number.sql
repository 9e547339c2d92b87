-- A number in a draft is looked for among the orders of the whole shop (R-SPEECH-04), whatever platform they came from.

CREATE INDEX orders_number ON orders (shop, number);
