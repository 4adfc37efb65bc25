CREATE TABLE `prepared_referrals` (
	`id` text PRIMARY KEY NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`practice_id` text NOT NULL,
	`invitation_id` text NOT NULL,
	`state` text DEFAULT 'waiting' NOT NULL,
	`service` text NOT NULL,
	`reason` text NOT NULL,
	`sealed_wish` text,
	`lookups` text NOT NULL,
	`referral_id` text,
	`told` text,
	`notice_due_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`invitation_id`) REFERENCES `join_invitations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`referral_id`) REFERENCES `referrals`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "prepared_referrals_state" CHECK("prepared_referrals"."state" in ('waiting', 'sent', 'discarded', 'expired')),
	CONSTRAINT "prepared_referrals_client_while_waiting" CHECK(("prepared_referrals"."state" = 'waiting') = ("prepared_referrals"."sealed_wish" is not null) and ("prepared_referrals"."state" = 'waiting' or "prepared_referrals"."lookups" = '[]')),
	CONSTRAINT "prepared_referrals_sent" CHECK(("prepared_referrals"."state" = 'sent') = ("prepared_referrals"."referral_id" is not null))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `prepared_referrals_by_practice` ON `prepared_referrals` (`practice_id`,`id`);--> statement-breakpoint
CREATE INDEX `prepared_referrals_waiting` ON `prepared_referrals` (`practice_id`,`id`) WHERE "prepared_referrals"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX `prepared_referrals_by_invitation` ON `prepared_referrals` (`invitation_id`) WHERE "prepared_referrals"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX `prepared_referrals_to_notice` ON `prepared_referrals` (`notice_due_at`) WHERE "prepared_referrals"."notice_due_at" is not null;
--> statement-breakpoint
CREATE TRIGGER prepared_referrals_version BEFORE UPDATE OF version ON prepared_referrals WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'guard: version'); END;
--> statement-breakpoint
-- What is closed stays closed: of two that send it at once one makes a referral.
CREATE TRIGGER prepared_referrals_once BEFORE UPDATE OF state ON prepared_referrals WHEN OLD.state <> 'waiting'
BEGIN SELECT RAISE(ABORT, 'guard: once'); END;
--> statement-breakpoint
-- A limit also for many requests at once.
CREATE TRIGGER prepared_referrals_limit BEFORE INSERT ON prepared_referrals
WHEN EXISTS (SELECT 1 FROM prepared_referrals WHERE practice_id = NEW.practice_id AND state = 'waiting' LIMIT 1 OFFSET 99)
BEGIN SELECT RAISE(ABORT, 'guard: limit'); END;
--> statement-breakpoint
-- Whatever was true when it was read: for an invitation of one's own that can still lead to somebody.
CREATE TRIGGER prepared_referrals_need_invitation BEFORE INSERT ON prepared_referrals
WHEN NOT EXISTS (SELECT 1 FROM join_invitations WHERE id = NEW.invitation_id AND inviter_practice_id = NEW.practice_id
  AND revoked_at IS NULL AND decision IS NOT 'admitted' AND (registered_at IS NOT NULL OR expires_at > NEW.created_at))
BEGIN SELECT RAISE(ABORT, 'guard: invitation'); END;
--> statement-breakpoint
CREATE TRIGGER prepared_referrals_move_to_invitation BEFORE UPDATE OF invitation_id ON prepared_referrals
WHEN NOT EXISTS (SELECT 1 FROM join_invitations WHERE id = NEW.invitation_id AND inviter_practice_id = NEW.practice_id
  AND revoked_at IS NULL AND decision IS NOT 'admitted' AND (registered_at IS NOT NULL OR expires_at > NEW.updated_at))
BEGIN SELECT RAISE(ABORT, 'guard: invitation'); END;
--> statement-breakpoint
CREATE TRIGGER prepared_referrals_need_active_sender BEFORE INSERT ON prepared_referrals
WHEN NOT EXISTS (SELECT 1 FROM practices WHERE id = NEW.practice_id AND status = 'active')
BEGIN SELECT RAISE(ABORT, 'guard: suspended'); END;
--> statement-breakpoint
-- Its sender is told within a minute. A refusal is between the operator and her, and a registration is told by the invitation.
CREATE TRIGGER prepared_referrals_follow_invitation AFTER UPDATE OF decision, revoked_at ON join_invitations
WHEN NEW.decision = 'admitted' AND OLD.decision IS NULL OR NEW.revoked_at IS NOT NULL AND OLD.revoked_at IS NULL
BEGIN UPDATE prepared_referrals SET notice_due_at = 0 WHERE invitation_id = NEW.id AND state = 'waiting'; END;
