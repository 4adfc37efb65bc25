-- A table that has children is never made anew: its checks of the first three kinds stay, and a row of another kind is,
-- to whatever knows only them, a membership that ended long ago.
ALTER TABLE `credentials` ADD `further_kind` text CHECK (further_kind IS NULL OR further_kind IN ('insurance', 'npi')
  AND kind = 'membership' AND expires_on = '0001-01-01' AND jurisdiction IS NULL AND board_id IS NULL);--> statement-breakpoint
ALTER TABLE `credentials` ADD `starts_on` text;--> statement-breakpoint
ALTER TABLE `credentials` ADD `further_until` text CHECK ((further_kind IS 'insurance') = (further_until IS NOT NULL)
  AND (further_until IS NOT NULL) = (starts_on IS NOT NULL));--> statement-breakpoint
ALTER TABLE `credentials` ADD `held_kind` text GENERATED ALWAYS AS ((coalesce(further_kind, kind))) VIRTUAL NOT NULL;--> statement-breakpoint
ALTER TABLE `credentials` ADD `ends_on` text GENERATED ALWAYS AS ((iif(further_kind is null, expires_on, coalesce(further_until, '9999-12-31')))) VIRTUAL NOT NULL;--> statement-breakpoint
DROP INDEX `credentials_by_end`;--> statement-breakpoint
CREATE INDEX `credentials_by_end` ON `credentials` (`status`,`ends_on`,`id`);--> statement-breakpoint
ALTER TABLE `catalog_terms` ADD `also_requires` text CHECK (also_requires IS NULL OR kind = 'profession' AND json_valid(also_requires));
--> statement-breakpoint
-- An insurance or an identifier alone makes nobody verified.
DROP TRIGGER join_invitations_admit_needs_verified;
--> statement-breakpoint
CREATE TRIGGER join_invitations_admit_needs_verified BEFORE UPDATE OF decision ON join_invitations
WHEN NEW.decision = 'admitted' AND OLD.decision IS NULL AND NOT EXISTS (
  SELECT 1 FROM professionals JOIN credentials ON credentials.professional_id = professionals.id
  WHERE professionals.practice_id = NEW.practice_id AND +credentials.status = 'verified' AND credentials.suspended_at IS NULL
    AND credentials.further_kind IS NULL)
BEGIN SELECT RAISE(ABORT, 'guard: not verified'); END;
--> statement-breakpoint
-- The directory finds nobody by the insurer.
DROP VIEW directory_documents;
--> statement-breakpoint
CREATE VIEW directory_documents AS
SELECT entry.number AS number,
  practices.name AS name,
  coalesce((SELECT group_concat(person.name || ' ' || coalesce(term.label_en || ' . ' || term.label_es, ''), ' . ')
    FROM professionals AS person LEFT JOIN catalog_terms AS term ON term.kind = 'profession' AND term.code = person.profession
    WHERE person.practice_id = practices.id), '')
  || ' . ' || coalesce((SELECT group_concat(held.title || ' ' || held.issuer, ' . ')
    FROM professionals AS person JOIN credentials AS held ON held.professional_id = person.id
    WHERE person.practice_id = practices.id AND held.further_kind IS NULL AND +held.status = 'verified' AND held.suspended_at IS NULL AND held.notice_due_at IS NOT NULL), '') AS people,
  coalesce((SELECT group_concat(words, ' . ') FROM (
    SELECT term.label_en || ' . ' || term.label_es AS words FROM json_each(practices.services)
      CROSS JOIN catalog_terms AS term ON term.kind = 'service' AND term.code = value
    UNION ALL SELECT term.label_en || ' . ' || term.label_es FROM json_each(practices.assessments)
      CROSS JOIN catalog_terms AS term ON term.kind = 'assessment' AND term.code = value
    UNION ALL SELECT replace(value, '_', ' ') FROM json_each(practices.services)
    UNION ALL SELECT replace(value, '_', ' ') FROM json_each(practices.assessments)
    UNION ALL SELECT value FROM json_each(practices.specialties))), '') AS offers,
  practices.scope_of_services AS description,
  practices.city AS city,
  'f_all0 f_capacity_' || practices.capacity || '0'
  || ' f_place_' || lower(replace(practices.jurisdiction, '-', '_')) || '0'
  || ' f_place_' || lower(substr(practices.jurisdiction, 1, 2)) || '0'
  || coalesce((SELECT group_concat(' f_service_' || value || '0', '') FROM json_each(practices.services)), '')
  || coalesce((SELECT group_concat(' f_assessment_' || value || '0', '') FROM json_each(practices.assessments)), '')
  || coalesce((SELECT group_concat(' f_language_' || lower(replace(value, '-', '_')) || '0'
      || ' f_language_' || lower(substr(value || '-', 1, instr(value || '-', '-') - 1)) || '0', '')
    FROM json_each(practices.languages)), '')
  || coalesce((SELECT group_concat(DISTINCT ' f_profession_' || person.profession || '0')
    FROM professionals AS person WHERE person.practice_id = practices.id), '')
  || coalesce((SELECT group_concat(' f_licence_' || place || '0 f_licence_' || place || '_' || profession || '0', '') FROM (
      SELECT DISTINCT lower(replace(held.jurisdiction, '-', '_')) AS place, person.profession AS profession
      FROM professionals AS person JOIN credentials AS held ON held.professional_id = person.id
      WHERE person.practice_id = practices.id AND held.kind = 'licence' AND +held.status = 'verified' AND held.suspended_at IS NULL AND held.notice_due_at IS NOT NULL)), '')
  || coalesce((SELECT group_concat(' f_partner_' || partner.number || '0', '') FROM (
      SELECT * FROM (SELECT id, invitee_practice_id AS practice_id FROM partnerships
        WHERE inviter_practice_id = practices.id AND state = 'active' ORDER BY id DESC LIMIT 100)
      UNION ALL
      SELECT * FROM (SELECT id, inviter_practice_id AS practice_id FROM partnerships
        WHERE invitee_practice_id = practices.id AND state = 'active' ORDER BY id DESC LIMIT 100)
    ) AS other JOIN directory_entries AS partner ON partner.practice_id = other.practice_id), '') AS facets
FROM directory_entries AS entry JOIN practices ON practices.id = entry.practice_id
WHERE practices.status = 'active' AND practices.listed = 1;
--> statement-breakpoint
DROP VIEW directory_publications;
--> statement-breakpoint
CREATE VIEW directory_publications AS
SELECT entry.number AS number,
  CASE WHEN practices.status = 'active' AND practices.listed = 1 AND EXISTS (
    SELECT 1 FROM professionals AS person CROSS JOIN credentials AS held ON held.professional_id = person.id
    WHERE person.practice_id = practices.id AND held.further_kind IS NULL AND +held.status = 'verified' AND held.suspended_at IS NULL AND held.notice_due_at IS NOT NULL)
  THEN json_array_length(practices.services) + json_array_length(practices.assessments) ELSE 0 END AS services
FROM directory_entries AS entry JOIN practices ON practices.id = entry.practice_id;
