CREATE TABLE `external_ids` (
	`practice_id` text NOT NULL,
	`referral_id` text NOT NULL,
	`system` text NOT NULL,
	`external_id` text,
	`client_told` integer DEFAULT false NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`practice_id`, `referral_id`, `system`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`referral_id`) REFERENCES `referrals`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `external_ids_by_id` ON `external_ids` (`practice_id`,`external_id`,`referral_id`);--> statement-breakpoint
CREATE TABLE `referral_metadata` (
	`practice_id` text NOT NULL,
	`referral_id` text NOT NULL,
	`sealed_metadata` text NOT NULL,
	PRIMARY KEY(`practice_id`, `referral_id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`referral_id`) REFERENCES `referrals`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `format_secret_names` text;