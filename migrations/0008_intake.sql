CREATE TABLE `intake_forms` (
	`practice_id` text NOT NULL,
	`service` text NOT NULL,
	`version` integer NOT NULL,
	`questions` text,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`practice_id`, `service`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "intake_forms_questions" CHECK("intake_forms"."questions" is null or json_valid("intake_forms"."questions"))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `client_records` ADD `intake` text;
--> statement-breakpoint
-- Of two that change the same form the second is refused, and a practice asks about so many services.
CREATE TRIGGER intake_forms_version BEFORE UPDATE OF version ON intake_forms WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'guard: version'); END;
--> statement-breakpoint
CREATE TRIGGER intake_forms_limit BEFORE INSERT ON intake_forms
WHEN (SELECT count(*) FROM intake_forms WHERE practice_id = NEW.practice_id AND service <> NEW.service) >= 20
BEGIN SELECT RAISE(ABORT, 'guard: limit'); END;
