CREATE TABLE `consent_requests` (
	`id` text PRIMARY KEY NOT NULL,
	`referral_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`categories` text NOT NULL,
	`purposes` text NOT NULL,
	`valid_days` integer NOT NULL,
	`disclose_on_send` integer NOT NULL,
	`part2` integer NOT NULL,
	`names_tried` integer DEFAULT 0 NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`referral_id`) REFERENCES `referrals`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "consent_requests_days" CHECK("consent_requests"."valid_days" between 1 and 365)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `consent_requests_by_token` ON `consent_requests` (`token_hash`);--> statement-breakpoint
CREATE UNIQUE INDEX `consent_requests_open` ON `consent_requests` (`referral_id`) WHERE "consent_requests"."ended_at" is null;--> statement-breakpoint
ALTER TABLE `consents` ADD `text_hash` text;--> statement-breakpoint
ALTER TABLE `consents` ADD `sealed_text` text;--> statement-breakpoint
ALTER TABLE `consents` ADD `expiry_noted_at` integer;--> statement-breakpoint
CREATE INDEX `consents_by_expiry` ON `consents` (`expires_at`) WHERE "consents"."expiry_noted_at" is null and "consents"."revoked_at" is null;