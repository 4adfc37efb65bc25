CREATE TABLE `report_months` (
	`practice_id` text NOT NULL,
	`from_at` integer NOT NULL,
	`until_at` integer NOT NULL,
	`token` text NOT NULL,
	`figures` text,
	PRIMARY KEY(`practice_id`, `from_at`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `report_partners` (
	`practice_id` text NOT NULL,
	`from_at` integer NOT NULL,
	`partner_id` text NOT NULL,
	`partner_name` text NOT NULL,
	`figures` text NOT NULL,
	PRIMARY KEY(`practice_id`, `from_at`, `partner_id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`partner_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `report_partners_by_partner` ON `report_partners` (`partner_id`);--> statement-breakpoint
ALTER TABLE `referrals` ADD `sender_feedback_until` integer;--> statement-breakpoint
UPDATE `referrals` SET `sender_feedback_until` = (
	SELECT iif(`revoked_at` IS NULL, `expires_at`, 0) FROM `consents`
	WHERE `consents`.`referral_id` = `referrals`.`id` AND instr(`consents`.`directions`, '"feedback"') > 0);
--> statement-breakpoint
-- A kept month is no longer true once the practice was told something else of one of its referrals.
CREATE TRIGGER report_months_of_sender AFTER UPDATE OF sender_version, sent_at ON referrals WHEN NEW.sent_at IS NOT NULL BEGIN
	DELETE FROM report_months WHERE practice_id = NEW.sender_practice_id AND until_at > NEW.sent_at AND from_at = (
		SELECT max(from_at) FROM report_months WHERE practice_id = NEW.sender_practice_id AND from_at <= NEW.sent_at);
END;
--> statement-breakpoint
CREATE TRIGGER report_months_of_receiver AFTER UPDATE OF receiver_version, sent_at ON referrals WHEN NEW.sent_at IS NOT NULL BEGIN
	DELETE FROM report_months WHERE practice_id = NEW.receiver_practice_id AND until_at > NEW.sent_at AND from_at = (
		SELECT max(from_at) FROM report_months WHERE practice_id = NEW.receiver_practice_id AND from_at <= NEW.sent_at);
END;
--> statement-breakpoint
-- The one that a sender follows counts as sent on.
CREATE TRIGGER report_months_of_previous AFTER INSERT ON referrals WHEN NEW.previous_id IS NOT NULL BEGIN
	DELETE FROM report_months WHERE practice_id = NEW.sender_practice_id AND from_at = (
		SELECT max(kept.from_at) FROM report_months AS kept WHERE kept.practice_id = NEW.sender_practice_id AND kept.from_at <= (
			SELECT sent_at FROM referrals WHERE id = NEW.previous_id AND sender_practice_id = NEW.sender_practice_id));
END;
--> statement-breakpoint
CREATE TRIGGER report_months_of_zone AFTER UPDATE OF time_zone ON practices WHEN NEW.time_zone <> OLD.time_zone BEGIN
	DELETE FROM report_months WHERE practice_id = NEW.id;
END;
--> statement-breakpoint
CREATE TRIGGER report_partners_renamed AFTER UPDATE OF name ON practices WHEN NEW.name <> OLD.name BEGIN
	UPDATE report_partners SET partner_name = NEW.name WHERE partner_id = NEW.id;
END;
--> statement-breakpoint
CREATE TABLE `report_shares` (
	`id` text PRIMARY KEY NOT NULL,
	`practice_id` text NOT NULL,
	`month` text NOT NULL,
	`time_zone` text NOT NULL,
	`created_by_key_id` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`revoked_at` integer,
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`created_by_key_id`) REFERENCES `api_keys`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `report_shares_by_practice` ON `report_shares` (`practice_id`,`id`);--> statement-breakpoint
ALTER TABLE `practices` ADD `report_due_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `practices_by_report_due` ON `practices` (`report_due_at`);--> statement-breakpoint
-- Elsewhere the month begins at another moment.
CREATE TRIGGER practices_report_due AFTER UPDATE OF time_zone ON practices WHEN NEW.time_zone <> OLD.time_zone BEGIN
	UPDATE practices SET report_due_at = 0 WHERE id = NEW.id;
END;
