DROP INDEX `webhook_endpoints_by_practice`;--> statement-breakpoint
CREATE INDEX `webhook_endpoints_live` ON `webhook_endpoints` (`practice_id`,`id`) WHERE "webhook_endpoints"."deleted_at" is null;