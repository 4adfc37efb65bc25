CREATE TABLE `limits_met` (
	`holder_id` text NOT NULL,
	`rate_limit` text NOT NULL,
	`first_met_at` integer NOT NULL,
	`last_met_at` integer NOT NULL,
	`stretches_count` integer NOT NULL,
	PRIMARY KEY(`holder_id`, `rate_limit`),
	CONSTRAINT "limits_met_limit" CHECK("limits_met"."rate_limit" in ('practice', 'pings'))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `limits_met_by_time` ON `limits_met` (`last_met_at`);
