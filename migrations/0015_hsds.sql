CREATE TABLE `directory_counts` (
	`level` integer NOT NULL,
	`block` integer NOT NULL,
	`organizations` integer NOT NULL,
	`services` integer NOT NULL,
	PRIMARY KEY(`level`, `block`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `directory_entries` ADD `published_services` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `directory_entries_published` ON `directory_entries` (`number`,`published_services`,`practice_id`) WHERE "directory_entries"."published_services" > 0;
--> statement-breakpoint
-- How many services of each practice other directories may take over: of those that are listed and have somebody whose
-- credential is verified. What has ended and been told of does not count, as in `directory_documents`.
CREATE VIEW directory_publications AS
SELECT entry.number AS number,
  CASE WHEN practices.status = 'active' AND practices.listed = 1 AND EXISTS (
    SELECT 1 FROM professionals AS person CROSS JOIN credentials AS held ON held.professional_id = person.id
    WHERE person.practice_id = practices.id AND +held.status = 'verified' AND held.suspended_at IS NULL AND held.notice_due_at IS NOT NULL)
  THEN json_array_length(practices.services) + json_array_length(practices.assessments) ELSE 0 END AS services
FROM directory_entries AS entry JOIN practices ON practices.id = entry.practice_id;
--> statement-breakpoint
CREATE TRIGGER directory_publications_on_revision AFTER UPDATE OF revision ON directory_entries BEGIN
  UPDATE directory_entries SET published_services = (SELECT services FROM directory_publications WHERE number = NEW.number)
  WHERE number = NEW.number AND published_services <> (SELECT services FROM directory_publications WHERE number = NEW.number);
END;
--> statement-breakpoint
-- `number` has 52 bits.
CREATE TRIGGER directory_counts_on_publication AFTER UPDATE OF published_services ON directory_entries
WHEN NEW.published_services <> OLD.published_services BEGIN
  INSERT INTO directory_counts (level, block, organizations, services)
    SELECT column1, column2, (NEW.published_services > 0) - (OLD.published_services > 0), NEW.published_services - OLD.published_services
    FROM (VALUES (1, NEW.number >> 46), (2, NEW.number >> 40)) WHERE true
  ON CONFLICT (level, block) DO UPDATE SET
    organizations = organizations + excluded.organizations, services = services + excluded.services;
END;
--> statement-breakpoint
UPDATE directory_entries SET published_services = (SELECT services FROM directory_publications AS publication WHERE publication.number = directory_entries.number);
