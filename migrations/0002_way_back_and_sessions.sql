ALTER TABLE `webhook_endpoints` ADD `page_links` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `callback` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `sealed_callback_secret` text;--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `sealed_format_session` text;--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `format_session_until` integer;