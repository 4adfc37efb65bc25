ALTER TABLE `practices` ADD `requested_name` text;--> statement-breakpoint
CREATE INDEX `practices_by_requested_name` ON `practices` (`id`) WHERE "practices"."requested_name" is not null;--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `confirmed_at` integer;--> statement-breakpoint
CREATE INDEX `referrals_waiting` ON `referrals` (`sender_practice_id`,`receiver_practice_id`) WHERE "referrals"."sender_state" in ('awaiting_consent', 'sent', 'needs_info');--> statement-breakpoint
-- Those that were there before were posted to already.
UPDATE `webhook_endpoints` SET `confirmed_at` = `created_at`;
--> statement-breakpoint
-- Of one practice's referrals at most 100 wait at another.
CREATE TRIGGER referrals_waiting_limit BEFORE INSERT ON referrals
WHEN NEW.sender_state IN ('awaiting_consent', 'sent', 'needs_info') AND EXISTS (
  SELECT 1 FROM referrals
  WHERE sender_practice_id = NEW.sender_practice_id AND receiver_practice_id = NEW.receiver_practice_id
    AND sender_state IN ('awaiting_consent', 'sent', 'needs_info')
  LIMIT 1 OFFSET 99)
BEGIN SELECT RAISE(ABORT, 'guard: limit'); END;
