CREATE INDEX `partnerships_unanswered` ON `partnerships` (`inviter_practice_id`) WHERE "partnerships"."state" = 'invited';--> statement-breakpoint
CREATE INDEX `partnerships_refused` ON `partnerships` (`inviter_practice_id`,`invitee_practice_id`,`updated_at`) WHERE ("partnerships"."state" = 'declined' or ("partnerships"."state" = 'ended' and "partnerships"."answered_at" is null));
--> statement-breakpoint
-- Nobody is invited again by whom it declined, or who took it back unanswered, within 30 days.
CREATE TRIGGER partnerships_invitation_cool_down BEFORE INSERT ON partnerships
WHEN NEW.state = 'invited' AND EXISTS (
  SELECT 1 FROM partnerships
  WHERE inviter_practice_id = NEW.inviter_practice_id AND invitee_practice_id = NEW.invitee_practice_id
    AND (state = 'declined' or (state = 'ended' and answered_at is null))
    AND updated_at > NEW.created_at - 30 * 86400000)
BEGIN SELECT RAISE(ABORT, 'guard: quota'); END;
--> statement-breakpoint
CREATE TRIGGER partnerships_invitation_quota BEFORE INSERT ON partnerships
WHEN NEW.state = 'invited' AND (
  SELECT created_at FROM partnerships WHERE inviter_practice_id = NEW.inviter_practice_id
  ORDER BY id DESC LIMIT 1 OFFSET 19) > NEW.created_at - 86400000
BEGIN SELECT RAISE(ABORT, 'guard: quota'); END;
--> statement-breakpoint
CREATE TRIGGER partnerships_invitation_limit BEFORE INSERT ON partnerships
WHEN NEW.state = 'invited' AND EXISTS (
  SELECT 1 FROM partnerships WHERE inviter_practice_id = NEW.inviter_practice_id AND state = 'invited'
  LIMIT 1 OFFSET 99)
BEGIN SELECT RAISE(ABORT, 'guard: limit'); END;
