CREATE TABLE `operator_acts` (
	`id` text PRIMARY KEY NOT NULL,
	`practice_id` text NOT NULL,
	`key_id` text NOT NULL,
	`operation` text NOT NULL,
	`resource_id` text NOT NULL,
	`acted_at` integer NOT NULL,
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`key_id`) REFERENCES `api_keys`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `operator_acts_by_practice` ON `operator_acts` (`practice_id`,`id`);--> statement-breakpoint
ALTER TABLE `api_keys` ADD `created_by` text;--> statement-breakpoint
ALTER TABLE `api_keys` ADD `created_by_key_id` text;--> statement-breakpoint
-- What an operator did stays told.
CREATE TRIGGER operator_acts_never_change BEFORE UPDATE ON operator_acts
BEGIN SELECT RAISE(ABORT, 'guard: operator acts never change'); END;
--> statement-breakpoint
CREATE TRIGGER operator_acts_never_go BEFORE DELETE ON operator_acts
BEGIN SELECT RAISE(ABORT, 'guard: operator acts never go'); END;
--> statement-breakpoint
CREATE TRIGGER api_keys_created_by BEFORE INSERT ON api_keys
WHEN NEW.created_by NOT IN ('operator', 'practice', 'command_line')
BEGIN SELECT RAISE(ABORT, 'guard: created_by'); END;
--> statement-breakpoint
-- Of two operators that revoke each other's key at once one keeps it.
CREATE TRIGGER api_keys_last_operator BEFORE UPDATE OF revoked_at ON api_keys
WHEN OLD.practice_id IS NULL AND OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM api_keys AS other WHERE other.practice_id IS NULL AND other.revoked_at IS NULL AND other.id <> OLD.id)
BEGIN SELECT RAISE(ABORT, 'guard: last operator key'); END;
