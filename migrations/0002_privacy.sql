CREATE TABLE `client_lookups` (
	`lookup` text NOT NULL,
	`referral_id` text NOT NULL,
	PRIMARY KEY(`lookup`, `referral_id`),
	FOREIGN KEY (`referral_id`) REFERENCES `referrals`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `ledger_heads` (
	`referral_id` text PRIMARY KEY NOT NULL,
	`number` integer NOT NULL,
	`hash` text NOT NULL,
	FOREIGN KEY (`referral_id`) REFERENCES `referrals`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `ledger_links` (
	`referral_id` text NOT NULL,
	`number` integer NOT NULL,
	`kind` text NOT NULL,
	`entry_id` text NOT NULL,
	`entry_hash` text NOT NULL,
	`hash` text NOT NULL,
	PRIMARY KEY(`referral_id`, `number`),
	FOREIGN KEY (`referral_id`) REFERENCES `referrals`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_links_by_entry` ON `ledger_links` (`entry_id`);--> statement-breakpoint
CREATE TABLE `ledger_pending` (
	`referral_id` text NOT NULL,
	`entry_id` text NOT NULL,
	`kind` text NOT NULL,
	PRIMARY KEY(`referral_id`, `entry_id`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `client_records` ADD `lookups` text;--> statement-breakpoint
ALTER TABLE `referrals` ADD `erased_at` integer;--> statement-breakpoint
CREATE INDEX `referrals_by_end` ON `referrals` (`ended_at`) WHERE "referrals"."ended_at" is not null and "referrals"."erased_at" is null;
--> statement-breakpoint
-- What happens to a referral waits to be sealed into its chain: written in the transaction of the entry itself.
CREATE TRIGGER events_await_sealing AFTER INSERT ON events WHEN NEW.referral_id IS NOT NULL BEGIN
  INSERT INTO ledger_pending (referral_id, entry_id, kind) VALUES (NEW.referral_id, NEW.id, 'event');
END;
--> statement-breakpoint
CREATE TRIGGER disclosures_await_sealing AFTER INSERT ON disclosures BEGIN
  INSERT INTO ledger_pending (referral_id, entry_id, kind) VALUES (NEW.referral_id, NEW.id, 'disclosure');
END;
--> statement-breakpoint
CREATE TRIGGER ledger_links_never_change BEFORE UPDATE ON ledger_links
BEGIN SELECT RAISE(ABORT, 'guard: ledger links never change'); END;
--> statement-breakpoint
INSERT INTO ledger_pending (referral_id, entry_id, kind)
  SELECT referral_id, id, 'event' FROM events WHERE referral_id IS NOT NULL
  UNION ALL SELECT referral_id, id, 'disclosure' FROM disclosures;
