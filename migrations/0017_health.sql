CREATE TABLE `minute_runs` (
	`id` integer PRIMARY KEY NOT NULL,
	`started_at` integer NOT NULL,
	`duration_ms` integer NOT NULL,
	`unfinished` text NOT NULL,
	CONSTRAINT "minute_runs_one" CHECK("minute_runs"."id" = 1)
) STRICT;
--> statement-breakpoint
CREATE INDEX `webhook_endpoints_failing` ON `webhook_endpoints` (`failing_since`) WHERE "webhook_endpoints"."failing_since" is not null and "webhook_endpoints"."deleted_at" is null;
