CREATE TABLE `choices` (
	`id` text PRIMARY KEY NOT NULL,
	`sender_practice_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`decided_at` integer,
	FOREIGN KEY (`sender_practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `referrals` ADD `choice_id` text REFERENCES choices(id);--> statement-breakpoint
ALTER TABLE `referrals` ADD `choice_place` integer;--> statement-breakpoint
ALTER TABLE `referrals` ADD `choice_rank` integer;--> statement-breakpoint
CREATE UNIQUE INDEX `referrals_by_choice` ON `referrals` (`choice_id`,`choice_place`) WHERE "referrals"."choice_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `referrals_choice_order` ON `referrals` (`choice_id`,`choice_rank`) WHERE "referrals"."choice_rank" is not null;
--> statement-breakpoint
-- A choice is made at once, by the sender of its referrals, among at most five different practices.
CREATE TRIGGER referrals_choice_begins BEFORE INSERT ON referrals
WHEN NEW.choice_id IS NOT NULL AND (
  NEW.choice_place IS NULL OR NEW.choice_place NOT BETWEEN 1 AND 5 OR NEW.choice_rank IS NOT NULL
  OR NEW.state <> 'awaiting_consent'
  OR NOT EXISTS (SELECT 1 FROM choices WHERE id = NEW.choice_id AND sender_practice_id = NEW.sender_practice_id AND decided_at IS NULL)
  OR EXISTS (SELECT 1 FROM referrals AS other WHERE other.choice_id = NEW.choice_id AND other.receiver_practice_id = NEW.receiver_practice_id))
BEGIN SELECT RAISE(ABORT, 'guard: choice'); END;
--> statement-breakpoint
-- The order is the client's: it is given once, and nobody changes it.
CREATE TRIGGER referrals_choice_stays BEFORE UPDATE OF choice_id, choice_place, choice_rank ON referrals
WHEN NEW.choice_id IS NOT OLD.choice_id OR NEW.choice_place IS NOT OLD.choice_place
  OR NEW.choice_rank IS NOT OLD.choice_rank AND (OLD.choice_rank IS NOT NULL OR NEW.choice_rank NOT BETWEEN 1 AND 5
    OR NOT EXISTS (SELECT 1 FROM choices WHERE id = NEW.choice_id AND decided_at IS NULL))
BEGIN SELECT RAISE(ABORT, 'guard: choice'); END;
--> statement-breakpoint
CREATE TRIGGER choices_decided_once BEFORE UPDATE ON choices
WHEN OLD.decided_at IS NOT NULL OR NEW.id <> OLD.id OR NEW.sender_practice_id <> OLD.sender_practice_id
BEGIN SELECT RAISE(ABORT, 'guard: choice'); END;
--> statement-breakpoint
-- One at a time, in that order, and only with a consent that names this receiver.
CREATE TRIGGER referrals_choice_asks_one BEFORE UPDATE OF state ON referrals
WHEN NEW.choice_id IS NOT NULL AND NEW.state IN ('sent', 'needs_info') AND OLD.state IN ('awaiting_consent', 'declined', 'expired') AND (
  NEW.choice_rank IS NULL
  OR NOT EXISTS (SELECT 1 FROM consents WHERE consents.referral_id = NEW.id AND consents.revoked_at IS NULL)
  OR EXISTS (SELECT 1 FROM referrals AS other WHERE other.choice_id = NEW.choice_id AND other.id <> NEW.id
    AND (other.state IN ('sent', 'needs_info', 'accepted', 'waitlisted', 'engaged', 'completed', 'not_engaged')
      OR other.choice_rank < NEW.choice_rank AND other.state = 'awaiting_consent')))
BEGIN SELECT RAISE(ABORT, 'guard: choice'); END;
--> statement-breakpoint
-- What was declined cannot be taken back once its sender has gone on to somebody else.
CREATE TRIGGER referrals_followed_stay_declined BEFORE UPDATE OF state ON referrals
WHEN OLD.state = 'declined' AND NEW.state IN ('sent', 'needs_info') AND EXISTS (
  SELECT 1 FROM referrals AS later
  WHERE later.previous_id = OLD.id AND later.sender_practice_id = OLD.sender_practice_id AND later.sent_at IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'guard: followed'); END;
--> statement-breakpoint
-- As `report_months_of_previous`: of a choice the one before is known when the next is asked.
CREATE TRIGGER report_months_of_new_previous AFTER UPDATE OF previous_id ON referrals
WHEN NEW.previous_id IS NOT NULL AND NEW.previous_id IS NOT OLD.previous_id BEGIN
	DELETE FROM report_months WHERE practice_id = NEW.sender_practice_id AND from_at = (
		SELECT max(kept.from_at) FROM report_months AS kept WHERE kept.practice_id = NEW.sender_practice_id AND kept.from_at <= (
			SELECT sent_at FROM referrals WHERE id = NEW.previous_id AND sender_practice_id = NEW.sender_practice_id));
END;
