CREATE TABLE `joint_event_hosts` (
	`practice_id` text NOT NULL,
	`joint_event_id` text NOT NULL,
	PRIMARY KEY(`practice_id`, `joint_event_id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`joint_event_id`) REFERENCES `joint_events`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `joint_event_hosts_by_event` ON `joint_event_hosts` (`joint_event_id`);--> statement-breakpoint
CREATE TABLE `joint_events` (
	`id` text PRIMARY KEY NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`made_by_practice_id` text NOT NULL,
	`name` text NOT NULL,
	`starts_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`place` text,
	`cancelled_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`made_by_practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "joint_events_time" CHECK("joint_events"."ends_at" > "joint_events"."starts_at")
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `joint_events_by_maker` ON `joint_events` (`made_by_practice_id`,`id`);--> statement-breakpoint
ALTER TABLE `referrals` ADD `source_event_id` text REFERENCES joint_events(id);--> statement-breakpoint
CREATE INDEX `referrals_by_source` ON `referrals` (`source_event_id`) WHERE "referrals"."source_event_id" is not null;
--> statement-breakpoint
-- Of two hosts that change it at once the second decides anew.
CREATE TRIGGER joint_events_version BEFORE UPDATE OF version ON joint_events WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'guard: version'); END;
--> statement-breakpoint
-- A limit also for many requests at once.
CREATE TRIGGER joint_events_quota BEFORE INSERT ON joint_events
WHEN (SELECT created_at FROM joint_events WHERE made_by_practice_id = NEW.made_by_practice_id
  ORDER BY id DESC LIMIT 1 OFFSET 9) > NEW.created_at - 86400000
BEGIN SELECT RAISE(ABORT, 'guard: quota'); END;
--> statement-breakpoint
-- Whoever sends names an event that was its own when it sent.
CREATE TRIGGER referrals_source_is_own BEFORE INSERT ON referrals
WHEN NEW.source_event_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM joint_event_hosts WHERE practice_id = NEW.sender_practice_id AND joint_event_id = NEW.source_event_id)
BEGIN SELECT RAISE(ABORT, 'guard: source'); END;
