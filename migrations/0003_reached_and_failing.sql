ALTER TABLE `referrals` ADD `reached_confirmed` integer;--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `last_failure` text;--> statement-breakpoint
CREATE INDEX `webhook_endpoints_live` ON `webhook_endpoints` (`practice_id`,`id`) WHERE "webhook_endpoints"."deleted_at" is null;