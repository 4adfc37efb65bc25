CREATE TABLE `webhook_replays` (
	`id` text PRIMARY KEY NOT NULL,
	`practice_id` text NOT NULL,
	`endpoint_id` text NOT NULL,
	`since` integer NOT NULL,
	`cursor_position` integer NOT NULL,
	`until_position` integer NOT NULL,
	`examined_count` integer DEFAULT 0 NOT NULL,
	`queued_count` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`finished_at` integer,
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`endpoint_id`) REFERENCES `webhook_endpoints`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `webhook_replays_running` ON `webhook_replays` (`endpoint_id`) WHERE "webhook_replays"."finished_at" is null;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `queued_at` integer;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `attempts_before` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `replay_id` text REFERENCES webhook_replays(id);--> statement-breakpoint
CREATE INDEX `deliveries_held` ON `deliveries` (`endpoint_id`,`position`) WHERE "deliveries"."state" = 'held';--> statement-breakpoint
CREATE INDEX `deliveries_held_by_age` ON `deliveries` (`created_at`) WHERE "deliveries"."state" = 'held';--> statement-breakpoint
CREATE INDEX `deliveries_by_replay` ON `deliveries` (`replay_id`,`state`) WHERE "deliveries"."replay_id" is not null;--> statement-breakpoint
ALTER TABLE `referrals` ADD `reached_at` integer;--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `payload` text DEFAULT 'thin' NOT NULL;--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `withheld_categories` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `header_names` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `sealed_headers` text;--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `sealed_previous_secret` text;--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `previous_secret_until` integer;--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `disabled_at` integer;--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `disabled_reason` text;--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `health_version` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `failures_count` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `failing_since` integer;--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `healthy_at` integer;--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `breaker_trips` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `breaker_until` integer;--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `replay_head_id` text;--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `last_ping` text;--> statement-breakpoint
CREATE INDEX `attempts_by_age` ON `attempts` (`started_at`);--> statement-breakpoint
-- Of two that judged an endpoint's health from the same knowledge the second judges again.
CREATE TRIGGER webhook_endpoints_health_version BEFORE UPDATE OF health_version ON webhook_endpoints
WHEN NEW.health_version <> OLD.health_version + 1
BEGIN SELECT RAISE(ABORT, 'guard: health version'); END;
--> statement-breakpoint
-- An attempt stands beside the delivery that counts it: who lost the lease writes nothing at all.
CREATE TRIGGER attempts_number BEFORE INSERT ON attempts
WHEN NEW.number <> (SELECT attempts_count FROM deliveries WHERE id = NEW.delivery_id)
BEGIN SELECT RAISE(ABORT, 'guard: attempt number'); END;
--> statement-breakpoint
-- Nobody is told of an event that was not written: its batch is refused as a whole.
CREATE TRIGGER event_recipients_need_event BEFORE INSERT ON event_recipients WHEN NEW.position IS NULL
BEGIN SELECT RAISE(ABORT, 'guard: no event'); END;
