CREATE TABLE `plan_items` (
	`referral_id` text NOT NULL,
	`id` text NOT NULL,
	`version` integer NOT NULL,
	`author` text NOT NULL,
	`changed_by` text NOT NULL,
	`owner` text NOT NULL,
	`place` integer NOT NULL,
	`sealed_item` text NOT NULL,
	`done_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`referral_id`, `id`),
	FOREIGN KEY (`referral_id`) REFERENCES `referrals`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "plan_items_sides" CHECK("plan_items"."author" in ('sender', 'receiver') and "plan_items"."changed_by" in ('sender', 'receiver') and "plan_items"."owner" in ('sender', 'receiver')),
	CONSTRAINT "plan_items_place" CHECK("plan_items"."place" between 1 and 1000)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
DROP INDEX `referral_messages_by_referral`;--> statement-breakpoint
CREATE INDEX `referral_messages_by_author` ON `referral_messages` (`referral_id`,`author`,`id`);
--> statement-breakpoint
-- Of two changes of one version the second is refused, and a plan has at most 100 items.
CREATE TRIGGER plan_items_version BEFORE UPDATE OF version ON plan_items WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'guard: version'); END;
--> statement-breakpoint
CREATE TRIGGER plan_items_limit BEFORE INSERT ON plan_items
WHEN (SELECT count(*) FROM plan_items WHERE referral_id = NEW.referral_id) >= 100
BEGIN SELECT RAISE(ABORT, 'guard: limit'); END;
