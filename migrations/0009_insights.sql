DROP INDEX `referrals_waiting`;--> statement-breakpoint
CREATE INDEX `referrals_waiting` ON `referrals` (`receiver_practice_id`,`sender_state`,`sender_practice_id`) WHERE "referrals"."sender_state" in ('awaiting_consent', 'sent', 'needs_info');--> statement-breakpoint
ALTER TABLE `partnerships` ADD `last_referral_at` integer;--> statement-breakpoint
UPDATE `partnerships` SET `last_referral_at` = `sent`.`last_at`
FROM (SELECT `partnership_id`, max(`sent_at`) AS `last_at` FROM `referrals` GROUP BY `partnership_id`) AS `sent`
WHERE `sent`.`partnership_id` = `partnerships`.`id`;
--> statement-breakpoint
-- At most once a day, so that a referral does not cost a row more each time; beside it counts when the two last agreed in something.
CREATE TRIGGER partnerships_last_referral_new AFTER INSERT ON referrals WHEN NEW.sent_at IS NOT NULL BEGIN
	UPDATE partnerships SET last_referral_at = NEW.sent_at
	WHERE id = NEW.partnership_id AND max(updated_at, coalesce(last_referral_at, 0)) <= NEW.sent_at - 86400000;
END;
--> statement-breakpoint
CREATE TRIGGER partnerships_last_referral_sent AFTER UPDATE OF sent_at ON referrals WHEN OLD.sent_at IS NULL AND NEW.sent_at IS NOT NULL BEGIN
	UPDATE partnerships SET last_referral_at = NEW.sent_at
	WHERE id = NEW.partnership_id AND max(updated_at, coalesce(last_referral_at, 0)) <= NEW.sent_at - 86400000;
END;
