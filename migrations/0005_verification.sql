CREATE TABLE `boards` (
	`id` text PRIMARY KEY NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`name` text NOT NULL,
	`jurisdiction` text NOT NULL,
	`kind` text NOT NULL,
	`title` text,
	`when_lapsed` text NOT NULL,
	`when_disciplined` text NOT NULL,
	`when_unlisted` text NOT NULL,
	`roster_id` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `boards_by_name` ON `boards` (`name`,`jurisdiction`);--> statement-breakpoint
CREATE TABLE `credential_decisions` (
	`id` text PRIMARY KEY NOT NULL,
	`credential_id` text NOT NULL,
	`decision` text NOT NULL,
	`decided_by` text NOT NULL,
	`source` text,
	`evidence` text NOT NULL,
	`decided_at` integer NOT NULL,
	FOREIGN KEY (`credential_id`) REFERENCES `credentials`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `credential_decisions_by_credential` ON `credential_decisions` (`credential_id`,`id`);--> statement-breakpoint
CREATE TABLE `roster_lines` (
	`board_id` text NOT NULL,
	`number_key` text NOT NULL,
	`roster_id` text NOT NULL,
	`line` integer NOT NULL,
	`number` text NOT NULL,
	`name` text NOT NULL,
	`status` text NOT NULL,
	`title` text,
	`expires_on` text,
	PRIMARY KEY(`board_id`, `number_key`),
	FOREIGN KEY (`board_id`) REFERENCES `boards`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "roster_lines_status" CHECK("roster_lines"."status" in ('active', 'lapsed', 'disciplined'))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `rosters` (
	`id` text PRIMARY KEY NOT NULL,
	`board_id` text NOT NULL,
	`as_of` text NOT NULL,
	`source` text NOT NULL,
	`fingerprint` text NOT NULL,
	`last_line` integer DEFAULT 0 NOT NULL,
	`created_by_key_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`completed_at` integer,
	FOREIGN KEY (`board_id`) REFERENCES `boards`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `rosters_by_board` ON `rosters` (`board_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `rosters_open` ON `rosters` (`board_id`) WHERE "rosters"."completed_at" is null;--> statement-breakpoint
CREATE TABLE `verification_cases` (
	`id` text PRIMARY KEY NOT NULL,
	`credential_id` text NOT NULL,
	`kind` text NOT NULL,
	`roster_id` text NOT NULL,
	`differences` text NOT NULL,
	`created_at` integer NOT NULL,
	`resolved_at` integer,
	`resolution` text,
	`resolved_by` text,
	FOREIGN KEY (`credential_id`) REFERENCES `credentials`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `verification_cases_open` ON `verification_cases` (`credential_id`) WHERE "verification_cases"."resolved_at" is null;--> statement-breakpoint
CREATE INDEX `verification_cases_waiting` ON `verification_cases` (`id`) WHERE "verification_cases"."resolved_at" is null;--> statement-breakpoint
CREATE INDEX `verification_cases_by_credential` ON `verification_cases` (`credential_id`,`id`);--> statement-breakpoint
ALTER TABLE `credentials` ADD `board_id` text REFERENCES boards(id);--> statement-breakpoint
ALTER TABLE `credentials` ADD `number_key` text;--> statement-breakpoint
ALTER TABLE `credentials` ADD `suspended_at` integer;--> statement-breakpoint
ALTER TABLE `credentials` ADD `suspension_reason` text;--> statement-breakpoint
ALTER TABLE `credentials` ADD `suspended_by` text;--> statement-breakpoint
ALTER TABLE `credentials` ADD `notice_due_at` integer;--> statement-breakpoint
ALTER TABLE `credentials` ADD `match_due_at` integer;--> statement-breakpoint
CREATE INDEX `credentials_by_status` ON `credentials` (`status`,`id`);--> statement-breakpoint
CREATE INDEX `credentials_by_end` ON `credentials` (`status`,`expires_on`,`id`);--> statement-breakpoint
CREATE INDEX `credentials_by_board` ON `credentials` (`board_id`,`number_key`) WHERE "credentials"."board_id" is not null;--> statement-breakpoint
CREATE INDEX `credentials_to_notice` ON `credentials` (`notice_due_at`) WHERE "credentials"."notice_due_at" is not null;--> statement-breakpoint
CREATE INDEX `credentials_to_match` ON `credentials` (`match_due_at`) WHERE "credentials"."match_due_at" is not null;
--> statement-breakpoint
CREATE TRIGGER boards_version BEFORE UPDATE OF version ON boards WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'guard: version'); END;
--> statement-breakpoint
CREATE TRIGGER credential_decisions_never_change BEFORE UPDATE ON credential_decisions
BEGIN SELECT RAISE(ABORT, 'guard: decisions never change'); END;
--> statement-breakpoint
CREATE TRIGGER credential_decisions_never_go BEFORE DELETE ON credential_decisions
BEGIN SELECT RAISE(ABORT, 'guard: decisions never go'); END;
--> statement-breakpoint
-- Limits hold also for many requests at once.
CREATE TRIGGER credentials_limit BEFORE INSERT ON credentials
WHEN (SELECT count(*) FROM credentials WHERE professional_id = NEW.professional_id) >= 30
BEGIN SELECT RAISE(ABORT, 'guard: limit'); END;
--> statement-breakpoint
-- A roster that is complete is closed.
CREATE TRIGGER roster_lines_need_open_roster BEFORE INSERT ON roster_lines
WHEN NOT EXISTS (SELECT 1 FROM rosters WHERE id = NEW.roster_id AND completed_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'guard: roster is complete'); END;
--> statement-breakpoint
-- The minute finds when each is to be told of.
UPDATE credentials SET notice_due_at = 0 WHERE status = 'verified';
--> statement-breakpoint
-- What is suspended, or has ended and been told of, is not found any more. The sign
-- before a status keeps SQLite from looking it up in its index, which has all that is verified.
DROP TRIGGER directory_follows_credential;
--> statement-breakpoint
CREATE TRIGGER directory_follows_credential
AFTER UPDATE OF status, kind, jurisdiction, title, issuer, professional_id, suspended_at, notice_due_at ON credentials
WHEN (OLD.status = 'verified' OR NEW.status = 'verified')
  AND (OLD.status, OLD.kind, OLD.jurisdiction, OLD.title, OLD.issuer, OLD.professional_id, OLD.suspended_at IS NULL, OLD.notice_due_at IS NULL)
    IS NOT (NEW.status, NEW.kind, NEW.jurisdiction, NEW.title, NEW.issuer, NEW.professional_id, NEW.suspended_at IS NULL, NEW.notice_due_at IS NULL)
BEGIN
  UPDATE directory_entries SET revision = revision + 1
  WHERE practice_id IN (SELECT practice_id FROM professionals WHERE id IN (OLD.professional_id, NEW.professional_id));
END;
--> statement-breakpoint
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
    WHERE person.practice_id = practices.id AND +held.status = 'verified' AND held.suspended_at IS NULL AND held.notice_due_at IS NOT NULL), '') AS people,
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
UPDATE directory_entries SET revision = revision + 1;
