DROP INDEX `referrals_by_end`;--> statement-breakpoint
ALTER TABLE `referrals` ADD `consent_ended_at` integer;--> statement-breakpoint
UPDATE `referrals` SET `consent_ended_at` = (
  SELECT `expires_at` FROM `consents` WHERE `consents`.`referral_id` = `referrals`.`id` AND `expiry_noted_at` IS NOT NULL)
WHERE `erased_at` IS NULL AND EXISTS (
  SELECT 1 FROM `consents` WHERE `consents`.`referral_id` = `referrals`.`id` AND `expiry_noted_at` IS NOT NULL);--> statement-breakpoint
CREATE INDEX `referrals_by_retention` ON `referrals` (case when "sender_progress" ->> 'ended_at' is null then "consent_ended_at" else "sender_progress" ->> 'ended_at' end) WHERE "referrals"."erased_at" is null and case when "referrals"."sender_progress" ->> 'ended_at' is null then "referrals"."consent_ended_at" else "referrals"."sender_progress" ->> 'ended_at' end is not null;