CREATE TABLE `partnership_thanks` (
	`practice_id` text NOT NULL,
	`by_practice_id` text NOT NULL,
	`thanked_at` integer NOT NULL,
	`partnership_id` text NOT NULL,
	PRIMARY KEY(`practice_id`, `by_practice_id`, `thanked_at`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`by_practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`partnership_id`) REFERENCES `partnerships`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `partnership_thanks_received` ON `partnership_thanks` (`practice_id`,`thanked_at`);--> statement-breakpoint
CREATE INDEX `partnership_thanks_given` ON `partnership_thanks` (`by_practice_id`,`thanked_at`);--> statement-breakpoint
ALTER TABLE `partnerships` ADD `review_on` text;--> statement-breakpoint
ALTER TABLE `partnerships` ADD `inviter_review_due_at` integer;--> statement-breakpoint
ALTER TABLE `partnerships` ADD `invitee_review_due_at` integer;--> statement-breakpoint
ALTER TABLE `partnerships` ADD `inviter_attestation` text;--> statement-breakpoint
ALTER TABLE `partnerships` ADD `invitee_attestation` text;--> statement-breakpoint
ALTER TABLE `partnerships` ADD `meeting_starts_at` integer;--> statement-breakpoint
ALTER TABLE `partnerships` ADD `meeting_ends_at` integer;--> statement-breakpoint
ALTER TABLE `partnerships` ADD `meeting_place` text;--> statement-breakpoint
ALTER TABLE `partnerships` ADD `meeting_by_practice_id` text REFERENCES practices(id);--> statement-breakpoint
ALTER TABLE `partnerships` ADD `inviter_newsletter` text;--> statement-breakpoint
ALTER TABLE `partnerships` ADD `invitee_newsletter` text;--> statement-breakpoint
ALTER TABLE `partnerships` ADD `sealed_inviter_notes` text;--> statement-breakpoint
ALTER TABLE `partnerships` ADD `sealed_invitee_notes` text;--> statement-breakpoint
CREATE INDEX `partnerships_inviter_review` ON `partnerships` (`inviter_review_due_at`) WHERE "partnerships"."inviter_review_due_at" is not null;--> statement-breakpoint
CREATE INDEX `partnerships_invitee_review` ON `partnerships` (`invitee_review_due_at`) WHERE "partnerships"."invitee_review_due_at" is not null;
--> statement-breakpoint
-- No agreement is for ever: those that stand already are looked at anew a year after they were made.
UPDATE partnerships SET review_on = date(answered_at / 1000, 'unixepoch', '+1 year'), inviter_review_due_at = 0, invitee_review_due_at = 0
WHERE state IN ('active', 'paused') AND answered_at IS NOT NULL;
--> statement-breakpoint
CREATE TRIGGER partnerships_meeting BEFORE UPDATE OF meeting_starts_at, meeting_ends_at, meeting_by_practice_id ON partnerships
WHEN (NEW.meeting_starts_at IS NULL) <> (NEW.meeting_ends_at IS NULL) OR NEW.meeting_ends_at <= NEW.meeting_starts_at
  OR (NEW.meeting_starts_at IS NULL) <> (NEW.meeting_by_practice_id IS NULL)
BEGIN SELECT RAISE(ABORT, 'guard: meeting'); END;
--> statement-breakpoint
-- In another zone the day begins at another moment.
CREATE TRIGGER partnership_reviews_follow_zone AFTER UPDATE OF time_zone ON practices WHEN NEW.time_zone <> OLD.time_zone
BEGIN
  UPDATE partnerships SET inviter_review_due_at = 0 WHERE inviter_practice_id = NEW.id AND inviter_review_due_at IS NOT NULL;
  UPDATE partnerships SET invitee_review_due_at = 0 WHERE invitee_practice_id = NEW.id AND invitee_review_due_at IS NOT NULL;
END;
--> statement-breakpoint
-- A limit also for many requests at once.
CREATE TRIGGER partnership_thanks_limit BEFORE INSERT ON partnership_thanks
WHEN EXISTS (SELECT 1 FROM partnership_thanks WHERE practice_id = NEW.practice_id AND by_practice_id = NEW.by_practice_id
  AND thanked_at > NEW.thanked_at - 86400000)
BEGIN SELECT RAISE(ABORT, 'guard: quota'); END;
--> statement-breakpoint
CREATE TRIGGER partnership_thanks_never_change BEFORE UPDATE ON partnership_thanks
BEGIN SELECT RAISE(ABORT, 'guard: thanks never change'); END;
