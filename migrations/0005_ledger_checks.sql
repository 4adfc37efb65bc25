CREATE TABLE `ledger_checks` (
	`last_id` text PRIMARY KEY NOT NULL,
	`after_id` text NOT NULL,
	`checked_at` integer NOT NULL,
	`exceptions` text NOT NULL,
	`hash` text NOT NULL
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `ledger_checks_by_age` ON `ledger_checks` (`checked_at`);