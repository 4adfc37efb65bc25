CREATE TABLE `join_invitations` (
	`id` text PRIMARY KEY NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`inviter_practice_id` text NOT NULL,
	`created_by_key_id` text NOT NULL,
	`invitee_name` text NOT NULL,
	`message` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`revoked_at` integer,
	`practice_id` text,
	`registered_at` integer,
	`claim_hash` text,
	`terms_version` text,
	`terms_agreed_by` text,
	`decision` text,
	`decided_at` integer,
	`decided_by_key_id` text,
	`refusal_reason` text,
	`partnership_id` text,
	`first_key_id` text,
	FOREIGN KEY (`inviter_practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`created_by_key_id`) REFERENCES `api_keys`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`partnership_id`) REFERENCES `partnerships`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`first_key_id`) REFERENCES `api_keys`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "join_invitations_registered" CHECK(("join_invitations"."practice_id" is null) = ("join_invitations"."registered_at" is null)),
	CONSTRAINT "join_invitations_terms" CHECK(("join_invitations"."registered_at" is null) = ("join_invitations"."terms_version" is null)),
	CONSTRAINT "join_invitations_decision" CHECK("join_invitations"."decision" in ('admitted', 'refused')),
	CONSTRAINT "join_invitations_decided_once_registered" CHECK("join_invitations"."decision" is null or "join_invitations"."registered_at" is not null),
	CONSTRAINT "join_invitations_key_once_admitted" CHECK("join_invitations"."first_key_id" is null or "join_invitations"."decision" = 'admitted')
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `join_invitations_by_inviter` ON `join_invitations` (`inviter_practice_id`,`id`);--> statement-breakpoint
CREATE INDEX `join_invitations_open` ON `join_invitations` (`inviter_practice_id`,`expires_at`) WHERE "join_invitations"."registered_at" is null and "join_invitations"."revoked_at" is null;--> statement-breakpoint
CREATE INDEX `join_invitations_waiting` ON `join_invitations` (`id`) WHERE "join_invitations"."registered_at" is not null and "join_invitations"."decision" is null;--> statement-breakpoint
CREATE INDEX `join_invitations_decided` ON `join_invitations` (`decision`,`id`) WHERE "join_invitations"."decision" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `join_invitations_by_practice` ON `join_invitations` (`practice_id`) WHERE "join_invitations"."practice_id" is not null;
--> statement-breakpoint
-- Of two that decide on the same version the second is refused, with all that stands in its batch.
CREATE TRIGGER join_invitations_version BEFORE UPDATE OF version ON join_invitations WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'guard: version'); END;
--> statement-breakpoint
-- Limits also for many requests at once.
CREATE TRIGGER join_invitations_quota BEFORE INSERT ON join_invitations
WHEN (SELECT created_at FROM join_invitations WHERE inviter_practice_id = NEW.inviter_practice_id
  ORDER BY id DESC LIMIT 1 OFFSET 19) > NEW.created_at - 86400000
BEGIN SELECT RAISE(ABORT, 'guard: quota'); END;
--> statement-breakpoint
CREATE TRIGGER join_invitations_limit BEFORE INSERT ON join_invitations
WHEN EXISTS (SELECT 1 FROM join_invitations WHERE inviter_practice_id = NEW.inviter_practice_id
  AND registered_at IS NULL AND revoked_at IS NULL AND expires_at > NEW.created_at LIMIT 1 OFFSET 99)
BEGIN SELECT RAISE(ABORT, 'guard: limit'); END;
--> statement-breakpoint
CREATE TRIGGER join_invitations_need_active_inviter BEFORE INSERT ON join_invitations
WHEN NOT EXISTS (SELECT 1 FROM practices WHERE id = NEW.inviter_practice_id AND status = 'active')
BEGIN SELECT RAISE(ABORT, 'guard: suspended'); END;
--> statement-breakpoint
-- Who registered stays who registered, and what was decided stays decided.
CREATE TRIGGER join_invitations_once BEFORE UPDATE ON join_invitations
WHEN OLD.practice_id IS NOT NULL AND NEW.practice_id IS NOT OLD.practice_id OR OLD.decision IS NOT NULL AND NEW.decision IS NOT OLD.decision
BEGIN SELECT RAISE(ABORT, 'guard: once'); END;
--> statement-breakpoint
-- Whatever was true when it was read: nobody is admitted without a credential that somebody has verified.
CREATE TRIGGER join_invitations_admit_needs_verified BEFORE UPDATE OF decision ON join_invitations
WHEN NEW.decision = 'admitted' AND OLD.decision IS NULL AND NOT EXISTS (
  SELECT 1 FROM professionals JOIN credentials ON credentials.professional_id = professionals.id
  WHERE professionals.practice_id = NEW.practice_id AND +credentials.status = 'verified' AND credentials.suspended_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'guard: not verified'); END;
