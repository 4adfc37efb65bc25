CREATE TABLE `directory_entries` (
	`number` integer PRIMARY KEY NOT NULL,
	`practice_id` text NOT NULL,
	`revision` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `directory_entries_by_practice` ON `directory_entries` (`practice_id`);--> statement-breakpoint
DROP INDEX `practices_by_jurisdiction`;--> statement-breakpoint
DROP INDEX `practices_by_capacity`;--> statement-breakpoint
ALTER TABLE `practices` ADD `capacity_due_at` integer;--> statement-breakpoint
ALTER TABLE `practices` ADD `listed` integer DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE `practices` ADD `specialties` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `practices` ADD `brochure_url` text;--> statement-breakpoint
CREATE INDEX `practices_by_capacity_due` ON `practices` (`capacity_due_at`) WHERE "practices"."status" = 'active' and "practices"."listed" = 1;--> statement-breakpoint
DROP INDEX `professionals_by_profession`;
--> statement-breakpoint
-- The directory's own index takes the place of these.
DROP TRIGGER practice_offers_on_insert;
--> statement-breakpoint
DROP TRIGGER practice_offers_on_update;
--> statement-breakpoint
DROP TABLE `practice_offers`;
--> statement-breakpoint
-- Words are found without regard to case, accents and English endings. `facets` holds what lists are filtered by, one
-- token for each value: `_` belongs to a token, and the `0` at its end keeps the stemmer away from it.
CREATE VIRTUAL TABLE directory_search USING fts5(
  name, people, offers, description, city, facets,
  content = '', contentless_delete = 1, tokenize = "porter unicode61 remove_diacritics 2 tokenchars '_'");
--> statement-breakpoint
-- What stands in the index of each practice that is active and wants to be listed.
CREATE VIEW directory_documents AS
SELECT entry.number AS number,
  practices.name AS name,
  coalesce((SELECT group_concat(person.name || ' ' || replace(person.profession, '_', ' '), ' . ')
    FROM professionals AS person WHERE person.practice_id = practices.id), '')
  || ' . ' || coalesce((SELECT group_concat(held.title || ' ' || held.issuer, ' . ')
    FROM professionals AS person JOIN credentials AS held ON held.professional_id = person.id
    WHERE person.practice_id = practices.id AND held.status = 'verified'), '') AS people,
  coalesce((SELECT group_concat(replace(value, '_', ' '), ' . ') FROM (
    SELECT value FROM json_each(practices.services) UNION ALL SELECT value FROM json_each(practices.assessments)
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
      WHERE person.practice_id = practices.id AND held.kind = 'licence' AND held.status = 'verified')), '')
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
CREATE TRIGGER directory_entries_on_insert AFTER INSERT ON directory_entries BEGIN
  INSERT INTO directory_search (rowid, name, people, offers, description, city, facets)
    SELECT number, name, people, offers, description, city, facets FROM directory_documents WHERE number = NEW.number;
END;
--> statement-breakpoint
CREATE TRIGGER directory_entries_on_revision AFTER UPDATE OF revision ON directory_entries BEGIN
  DELETE FROM directory_search WHERE rowid = OLD.number;
  INSERT INTO directory_search (rowid, name, people, offers, description, city, facets)
    SELECT number, name, people, offers, description, city, facets FROM directory_documents WHERE number = NEW.number;
END;
--> statement-breakpoint
-- 53 bits, so that JavaScript can say it.
CREATE TRIGGER directory_entries_for_practice AFTER INSERT ON practices BEGIN
  INSERT INTO directory_entries (number, practice_id) VALUES (abs(random() >> 11), NEW.id);
END;
--> statement-breakpoint
CREATE TRIGGER directory_follows_practice
AFTER UPDATE OF status, listed, name, city, jurisdiction, scope_of_services, services, assessments, specialties, languages, capacity ON practices
WHEN (NEW.status, NEW.listed, NEW.name, NEW.city, NEW.jurisdiction, NEW.scope_of_services, NEW.services, NEW.assessments, NEW.specialties, NEW.languages, NEW.capacity)
  IS NOT (OLD.status, OLD.listed, OLD.name, OLD.city, OLD.jurisdiction, OLD.scope_of_services, OLD.services, OLD.assessments, OLD.specialties, OLD.languages, OLD.capacity)
BEGIN UPDATE directory_entries SET revision = revision + 1 WHERE practice_id = NEW.id; END;
--> statement-breakpoint
CREATE TRIGGER directory_follows_new_professional AFTER INSERT ON professionals
BEGIN UPDATE directory_entries SET revision = revision + 1 WHERE practice_id = NEW.practice_id; END;
--> statement-breakpoint
CREATE TRIGGER directory_follows_professional AFTER UPDATE OF name, profession, practice_id ON professionals
BEGIN UPDATE directory_entries SET revision = revision + 1 WHERE practice_id IN (OLD.practice_id, NEW.practice_id); END;
--> statement-breakpoint
CREATE TRIGGER directory_follows_lost_professional AFTER DELETE ON professionals
BEGIN UPDATE directory_entries SET revision = revision + 1 WHERE practice_id = OLD.practice_id; END;
--> statement-breakpoint
-- Only what is verified is shown.
CREATE TRIGGER directory_follows_new_credential AFTER INSERT ON credentials WHEN NEW.status = 'verified'
BEGIN
  UPDATE directory_entries SET revision = revision + 1
  WHERE practice_id = (SELECT practice_id FROM professionals WHERE id = NEW.professional_id);
END;
--> statement-breakpoint
CREATE TRIGGER directory_follows_credential
AFTER UPDATE OF status, kind, jurisdiction, title, issuer, professional_id ON credentials
WHEN OLD.status = 'verified' OR NEW.status = 'verified'
BEGIN
  UPDATE directory_entries SET revision = revision + 1
  WHERE practice_id IN (SELECT practice_id FROM professionals WHERE id IN (OLD.professional_id, NEW.professional_id));
END;
--> statement-breakpoint
CREATE TRIGGER directory_follows_lost_credential AFTER DELETE ON credentials WHEN OLD.status = 'verified'
BEGIN
  UPDATE directory_entries SET revision = revision + 1
  WHERE practice_id = (SELECT practice_id FROM professionals WHERE id = OLD.professional_id);
END;
--> statement-breakpoint
CREATE TRIGGER directory_follows_new_partnership AFTER INSERT ON partnerships WHEN NEW.state = 'active'
BEGIN
  UPDATE directory_entries SET revision = revision + 1
  WHERE practice_id IN (NEW.inviter_practice_id, NEW.invitee_practice_id);
END;
--> statement-breakpoint
CREATE TRIGGER directory_follows_partnership AFTER UPDATE OF state ON partnerships
WHEN (OLD.state = 'active') <> (NEW.state = 'active')
BEGIN
  UPDATE directory_entries SET revision = revision + 1
  WHERE practice_id IN (NEW.inviter_practice_id, NEW.invitee_practice_id);
END;
--> statement-breakpoint
INSERT INTO directory_entries (number, practice_id) SELECT abs(random() >> 11), id FROM practices;
--> statement-breakpoint
UPDATE practices SET capacity_due_at = capacity_updated_at + 30 * 86400000;
