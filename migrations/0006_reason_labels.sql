-- Why a client is referred, as the one reads it who receives them. What an operator has worded meanwhile stays.
WITH worded (code, before, label_en, label_es) AS (VALUES
  ('beyond_scope', 'Beyond the sender’s scope', 'Beyond the sender’s scope', 'Fuera de lo que ofrece quien refiere'),
  ('specialty_needed', 'A specialty is needed', 'A specialty is needed', 'Se necesita un especialista'),
  ('location', 'Location', 'Because of the place', 'Por el lugar'),
  ('capacity', 'Capacity', 'The sender has no free place', 'Quien refiere no tiene cupo'),
  ('conflict', 'Conflict of interest', 'Conflict of interest at the sender', 'Conflicto de intereses de quien refiere'))
UPDATE catalog_terms SET label_en = worded.label_en, label_es = worded.label_es FROM worded
WHERE catalog_terms.kind = 'reason' AND catalog_terms.code = worded.code AND catalog_terms.label_en = worded.before;
