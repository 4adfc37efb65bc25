CREATE TABLE `catalog_terms` (
	`kind` text NOT NULL,
	`code` text NOT NULL,
	`label_en` text NOT NULL,
	`label_es` text NOT NULL,
	`requires` text,
	`retired` integer DEFAULT false NOT NULL,
	`refreshed_number` integer,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`kind`, `code`),
	CONSTRAINT "catalog_terms_kind" CHECK("catalog_terms"."kind" in ('service', 'profession', 'assessment', 'reason', 'language')),
	CONSTRAINT "catalog_terms_requires" CHECK(("catalog_terms"."kind" = 'profession') = ("catalog_terms"."requires" is not null))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `catalog_terms_to_refresh` ON `catalog_terms` (`refreshed_number`) WHERE "catalog_terms"."refreshed_number" is not null;
--> statement-breakpoint
-- What the catalog begins with; the operator extends and changes it through the API.
INSERT INTO catalog_terms (kind, code, label_en, label_es, requires, updated_at) VALUES
  ('service', 'academic_advising', 'Academic advising', 'Orientación académica', NULL, 1795996800000),
  ('service', 'job_search', 'Job search', 'Búsqueda de empleo', NULL, 1795996800000),
  ('service', 'personality_testing', 'Personality testing', 'Pruebas de personalidad', NULL, 1795996800000),
  ('service', 'psychological_testing', 'Psychological testing', 'Evaluación psicológica', NULL, 1795996800000),
  ('service', 'testing', 'Testing', 'Pruebas y evaluaciones', NULL, 1795996800000),
  ('service', 'action_planning', 'Action planning', 'Elaboración de un plan de acción', NULL, 1795996800000),
  ('service', 'assessment_interpretation', 'Interpretation of assessments', 'Interpretación de evaluaciones', NULL, 1795996800000),
  ('service', 'business_coaching', 'Business coaching', 'Coaching de negocios', NULL, 1795996800000),
  ('service', 'career_assessment', 'Career assessment', 'Evaluación vocacional', NULL, 1795996800000),
  ('service', 'career_coaching', 'Career coaching', 'Coaching profesional', NULL, 1795996800000),
  ('service', 'career_counseling', 'Career counseling', 'Orientación profesional', NULL, 1795996800000),
  ('service', 'career_testing', 'Career testing', 'Pruebas de orientación profesional', NULL, 1795996800000),
  ('service', 'couples_therapy', 'Couples therapy', 'Terapia de pareja', NULL, 1795996800000),
  ('service', 'cover_letters', 'Cover letters', 'Cartas de presentación', NULL, 1795996800000),
  ('service', 'disability_employment', 'Employment with a disability', 'Empleo con discapacidad', NULL, 1795996800000),
  ('service', 'executive_coaching', 'Executive coaching', 'Coaching ejecutivo', NULL, 1795996800000),
  ('service', 'family_therapy', 'Family therapy', 'Terapia familiar', NULL, 1795996800000),
  ('service', 'federal_resumes', 'Federal résumés', 'Currículums para el gobierno federal', NULL, 1795996800000),
  ('service', 'financial_counseling', 'Financial counseling', 'Asesoría financiera', NULL, 1795996800000),
  ('service', 'goal_attainment', 'Goal attainment', 'Logro de metas', NULL, 1795996800000),
  ('service', 'grief_counseling', 'Grief counseling', 'Apoyo en el duelo', NULL, 1795996800000),
  ('service', 'group_therapy', 'Group therapy', 'Terapia de grupo', NULL, 1795996800000),
  ('service', 'individual_therapy', 'Individual therapy', 'Terapia individual', NULL, 1795996800000),
  ('service', 'interview_coaching', 'Interview coaching', 'Preparación para entrevistas', NULL, 1795996800000),
  ('service', 'job_search_coaching', 'Job search coaching', 'Coaching para buscar empleo', NULL, 1795996800000),
  ('service', 'life_coaching', 'Life coaching', 'Coaching de vida', NULL, 1795996800000),
  ('service', 'linkedin_profiles', 'LinkedIn profiles', 'Perfiles de LinkedIn', NULL, 1795996800000),
  ('service', 'mental_health_counseling', 'Mental-health counseling', 'Consejería de salud mental', NULL, 1795996800000),
  ('service', 'military_transition', 'Military transition', 'Transición de la vida militar', NULL, 1795996800000),
  ('service', 'mindfulness', 'Mindfulness', 'Atención plena', NULL, 1795996800000),
  ('service', 'networking_coaching', 'Networking coaching', 'Coaching de contactos profesionales', NULL, 1795996800000),
  ('service', 'outplacement', 'Outplacement', 'Recolocación laboral', NULL, 1795996800000),
  ('service', 'personal_coaching', 'Personal coaching', 'Coaching personal', NULL, 1795996800000),
  ('service', 'portfolio_development', 'Portfolios', 'Portafolios', NULL, 1795996800000),
  ('service', 'relocation_support', 'Relocation support', 'Apoyo para mudanzas', NULL, 1795996800000),
  ('service', 'resume_writing', 'Résumé writing', 'Preparación de currículums', NULL, 1795996800000),
  ('service', 'retirement_planning', 'Retirement planning', 'Planificación de la jubilación', NULL, 1795996800000),
  ('service', 'salary_negotiation', 'Salary negotiation', 'Negociación del salario', NULL, 1795996800000),
  ('service', 'speech_therapy', 'Speech therapy', 'Terapia del habla', NULL, 1795996800000),
  ('service', 'stress_management', 'Stress management', 'Manejo del estrés', NULL, 1795996800000),
  ('service', 'student_advising', 'Student advising', 'Asesoría a estudiantes', NULL, 1795996800000),
  ('service', 'substance_use_counseling', 'Substance-use counseling', 'Consejería por consumo de sustancias', NULL, 1795996800000),
  ('service', 'time_management', 'Time management', 'Gestión del tiempo', NULL, 1795996800000),
  ('service', 'trauma_therapy', 'Trauma therapy', 'Terapia de trauma', NULL, 1795996800000),
  ('service', 'vocational_rehabilitation', 'Vocational rehabilitation', 'Rehabilitación vocacional', NULL, 1795996800000),
  ('assessment', 'big_five', 'Big Five', 'Cinco Grandes', NULL, 1795996800000),
  ('assessment', 'cliftonstrengths', 'CliftonStrengths', 'CliftonStrengths', NULL, 1795996800000),
  ('assessment', 'disc', 'DISC', 'DISC', NULL, 1795996800000),
  ('assessment', 'enneagram', 'Enneagram', 'Eneagrama', NULL, 1795996800000),
  ('assessment', 'eq_i', 'EQ-i', 'EQ-i', NULL, 1795996800000),
  ('assessment', 'firo_b', 'FIRO-B', 'FIRO-B', NULL, 1795996800000),
  ('assessment', 'holland_codes', 'Holland codes (RIASEC)', 'Códigos de Holland (RIASEC)', NULL, 1795996800000),
  ('assessment', 'mbti', 'Myers-Briggs Type Indicator', 'Indicador de tipos de Myers-Briggs', NULL, 1795996800000),
  ('assessment', 'sandplay', 'Sandplay', 'Caja de arena', NULL, 1795996800000),
  ('assessment', 'self_directed_search', 'Self-Directed Search', 'Búsqueda autodirigida', NULL, 1795996800000),
  ('assessment', 'strong_interest_inventory', 'Strong Interest Inventory', 'Inventario de intereses de Strong', NULL, 1795996800000),
  ('assessment', 'values_card_sort', 'Values card sort', 'Clasificación de valores con tarjetas', NULL, 1795996800000),
  ('assessment', 'via_character_strengths', 'VIA character strengths', 'Fortalezas del carácter VIA', NULL, 1795996800000),
  ('reason', 'beyond_scope', 'Beyond the sender’s scope', 'Fuera del ámbito de quien deriva', NULL, 1795996800000),
  ('reason', 'specialty_needed', 'A specialty is needed', 'Se necesita una especialidad', NULL, 1795996800000),
  ('reason', 'testing_needed', 'Testing is needed', 'Se necesitan pruebas', NULL, 1795996800000),
  ('reason', 'location', 'Location', 'Lugar', NULL, 1795996800000),
  ('reason', 'capacity', 'Capacity', 'Capacidad', NULL, 1795996800000),
  ('reason', 'conflict', 'Conflict of interest', 'Conflicto de intereses', NULL, 1795996800000),
  ('reason', 'client_request', 'The client asked for it', 'El cliente lo pidió', NULL, 1795996800000),
  ('reason', 'other', 'Other', 'Otro', NULL, 1795996800000),
  ('language', 'am', 'Amharic', 'amárico', NULL, 1795996800000),
  ('language', 'ar', 'Arabic', 'árabe', NULL, 1795996800000),
  ('language', 'ase', 'American Sign Language', 'lengua de señas americana', NULL, 1795996800000),
  ('language', 'bn', 'Bengali', 'bengalí', NULL, 1795996800000),
  ('language', 'bs', 'Bosnian', 'bosnio', NULL, 1795996800000),
  ('language', 'ceb', 'Cebuano', 'cebuano', NULL, 1795996800000),
  ('language', 'chr', 'Cherokee', 'cheroqui', NULL, 1795996800000),
  ('language', 'cs', 'Czech', 'checo', NULL, 1795996800000),
  ('language', 'da', 'Danish', 'danés', NULL, 1795996800000),
  ('language', 'de', 'German', 'alemán', NULL, 1795996800000),
  ('language', 'el', 'Greek', 'griego', NULL, 1795996800000),
  ('language', 'en', 'English', 'inglés', NULL, 1795996800000),
  ('language', 'es', 'Spanish', 'español', NULL, 1795996800000),
  ('language', 'fa', 'Persian', 'persa', NULL, 1795996800000),
  ('language', 'fi', 'Finnish', 'finés', NULL, 1795996800000),
  ('language', 'fr', 'French', 'francés', NULL, 1795996800000),
  ('language', 'gu', 'Gujarati', 'guyaratí', NULL, 1795996800000),
  ('language', 'haw', 'Hawaiian', 'hawaiano', NULL, 1795996800000),
  ('language', 'he', 'Hebrew', 'hebreo', NULL, 1795996800000),
  ('language', 'hi', 'Hindi', 'hindi', NULL, 1795996800000),
  ('language', 'hmn', 'Hmong', 'hmong', NULL, 1795996800000),
  ('language', 'hr', 'Croatian', 'croata', NULL, 1795996800000),
  ('language', 'ht', 'Haitian Creole', 'criollo haitiano', NULL, 1795996800000),
  ('language', 'hu', 'Hungarian', 'húngaro', NULL, 1795996800000),
  ('language', 'hy', 'Armenian', 'armenio', NULL, 1795996800000),
  ('language', 'id', 'Indonesian', 'indonesio', NULL, 1795996800000),
  ('language', 'ig', 'Igbo', 'igbo', NULL, 1795996800000),
  ('language', 'ilo', 'Ilocano', 'ilocano', NULL, 1795996800000),
  ('language', 'it', 'Italian', 'italiano', NULL, 1795996800000),
  ('language', 'ja', 'Japanese', 'japonés', NULL, 1795996800000),
  ('language', 'km', 'Khmer', 'jemer', NULL, 1795996800000),
  ('language', 'kn', 'Kannada', 'canarés', NULL, 1795996800000),
  ('language', 'ko', 'Korean', 'coreano', NULL, 1795996800000),
  ('language', 'ku', 'Kurdish', 'kurdo', NULL, 1795996800000),
  ('language', 'lo', 'Lao', 'lao', NULL, 1795996800000),
  ('language', 'ml', 'Malayalam', 'malabar', NULL, 1795996800000),
  ('language', 'my', 'Burmese', 'birmano', NULL, 1795996800000),
  ('language', 'ne', 'Nepali', 'nepalí', NULL, 1795996800000),
  ('language', 'nl', 'Dutch', 'neerlandés', NULL, 1795996800000),
  ('language', 'no', 'Norwegian', 'noruego', NULL, 1795996800000),
  ('language', 'nv', 'Navajo', 'navajo', NULL, 1795996800000),
  ('language', 'om', 'Oromo', 'oromo', NULL, 1795996800000),
  ('language', 'pa', 'Punjabi', 'panyabí', NULL, 1795996800000),
  ('language', 'pl', 'Polish', 'polaco', NULL, 1795996800000),
  ('language', 'ps', 'Pashto', 'pastún', NULL, 1795996800000),
  ('language', 'pt', 'Portuguese', 'portugués', NULL, 1795996800000),
  ('language', 'ro', 'Romanian', 'rumano', NULL, 1795996800000),
  ('language', 'ru', 'Russian', 'ruso', NULL, 1795996800000),
  ('language', 'sm', 'Samoan', 'samoano', NULL, 1795996800000),
  ('language', 'so', 'Somali', 'somalí', NULL, 1795996800000),
  ('language', 'sr', 'Serbian', 'serbio', NULL, 1795996800000),
  ('language', 'sv', 'Swedish', 'sueco', NULL, 1795996800000),
  ('language', 'sw', 'Swahili', 'suajili', NULL, 1795996800000),
  ('language', 'ta', 'Tamil', 'tamil', NULL, 1795996800000),
  ('language', 'te', 'Telugu', 'telugu', NULL, 1795996800000),
  ('language', 'th', 'Thai', 'tailandés', NULL, 1795996800000),
  ('language', 'ti', 'Tigrinya', 'tigriña', NULL, 1795996800000),
  ('language', 'tl', 'Tagalog', 'tagalo', NULL, 1795996800000),
  ('language', 'tr', 'Turkish', 'turco', NULL, 1795996800000),
  ('language', 'uk', 'Ukrainian', 'ucraniano', NULL, 1795996800000),
  ('language', 'ur', 'Urdu', 'urdu', NULL, 1795996800000),
  ('language', 'vi', 'Vietnamese', 'vietnamita', NULL, 1795996800000),
  ('language', 'yi', 'Yiddish', 'yidis', NULL, 1795996800000),
  ('language', 'yo', 'Yoruba', 'yoruba', NULL, 1795996800000),
  ('language', 'zh', 'Chinese', 'chino', NULL, 1795996800000),
  ('profession', 'career_counselor', 'Career counselor', 'Orientador(a) profesional', 'licence', 1795996800000),
  ('profession', 'mental_health_counselor', 'Mental-health counselor', 'Consejero(a) de salud mental', 'licence', 1795996800000),
  ('profession', 'psychologist', 'Psychologist', 'Psicólogo(a)', 'licence', 1795996800000),
  ('profession', 'social_worker', 'Social worker', 'Trabajador(a) social', 'licence', 1795996800000),
  ('profession', 'marriage_and_family_therapist', 'Marriage and family therapist', 'Terapeuta de pareja y familia', 'licence', 1795996800000),
  ('profession', 'resume_writer', 'Résumé writer', 'Redactor(a) de currículums', 'certification', 1795996800000),
  ('profession', 'career_coach', 'Career coach', 'Coach profesional', 'certification', 1795996800000),
  ('profession', 'life_coach', 'Life coach', 'Coach de vida', 'certification', 1795996800000),
  ('profession', 'career_advisor', 'Career advisor', 'Asesor(a) profesional', 'membership', 1795996800000);
--> statement-breakpoint
-- What practices use already may be used.
INSERT OR IGNORE INTO catalog_terms (kind, code, label_en, label_es, updated_at)
  SELECT 'service', value, replace(value, '_', ' '), replace(value, '_', ' '), 1795996800000 FROM practices, json_each(services) GROUP BY value;
--> statement-breakpoint
INSERT OR IGNORE INTO catalog_terms (kind, code, label_en, label_es, updated_at)
  SELECT 'assessment', value, replace(value, '_', ' '), replace(value, '_', ' '), 1795996800000 FROM practices, json_each(assessments) GROUP BY value;
--> statement-breakpoint
INSERT OR IGNORE INTO catalog_terms (kind, code, label_en, label_es, updated_at)
  SELECT 'language', code, code, code, 1795996800000 FROM (
    SELECT substr(value || '-', 1, instr(value || '-', '-') - 1) AS code FROM practices, json_each(languages)) GROUP BY code;
--> statement-breakpoint
-- The directory finds services, assessments and professions by their labels, too.
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
    WHERE person.practice_id = practices.id AND held.status = 'verified'), '') AS people,
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
UPDATE directory_entries SET revision = revision + 1;
--> statement-breakpoint
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
